"""Tables that functions hand to one another are described in few words and checked like the firm's own."""

import pandas as pd
import pytest

from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from crmlib.tables.results import describe_result, take_by_customer, take_result, take_values


def test_ordered_words_keep_their_order_and_may_hold_blanks():
    table = describe_result("states", {"customer_id": "key", "state": "ordered gone|leaving soon|customer ?"})
    column = table.columns["state"]
    assert (column.type, column.nullable) == ("ordered", True)
    taken = take_result(pd.DataFrame({"customer_id": [7, 8], "state": ["customer", None]}), table)
    assert list(taken["state"].cat.categories) == ["gone", "leaving soon", "customer"]
    assert taken["state"].cat.ordered


def test_words_outside_the_ordered_ones_are_refused_with_the_nearest():
    table = describe_result("states", {"customer_id": "key", "state": "ordered gone|customer"})
    with pytest.raises(TableError, match=r"(?s)states\.state: 1 of 2 .* 8.*'custommer': 'customer'"):
        take_result(pd.DataFrame({"customer_id": [7, 8], "state": ["gone", "custommer"]}), table)


def test_a_column_of_another_table_is_taken_over_with_its_limits():
    table = describe_result("answers", {"customer_id": "key", "faith": TABLES["surveys"].columns["trust"]})
    assert table.columns["faith"].range == TABLES["surveys"].columns["trust"].range
    with pytest.raises(TableError, match=r"answers\.faith: 1 of 1 rows is wrong"):
        take_result(pd.DataFrame({"customer_id": [7], "faith": [70]}), table)


STAGES = describe_result("stages", {"customer_id": "key", "purchases": "integer 1.."})


def test_the_customer_may_be_the_index_or_a_column():
    by_index = pd.DataFrame({"purchases": [3, 1]}, index=[8, 9])
    by_column = by_index.rename_axis("customer_id").reset_index()
    for frame in (by_index, by_column):
        assert take_by_customer(frame, STAGES, ["purchases"])["purchases"].to_dict() == {8: 3, 9: 1}


@pytest.mark.parametrize(("take", "value"), [(take_by_customer, [3]), (take_values, [3])])
def test_what_is_neither_table_nor_column_is_a_type_error(take, value):
    columns = [["purchases"]] if take is take_by_customer else []
    with pytest.raises(TypeError, match=r"stages: expected a .*, found list\."):
        take(value, STAGES, *columns)


def test_values_are_named_by_the_description_and_one_a_customer():
    values = pd.Series([3, 1], index=[8, 9], name="whatever")
    assert take_values(values, STAGES).name == "purchases"
    with pytest.raises(TableError, match=r"stages\.customer_id: 2 of 2 rows are wrong"):
        take_values(values.set_axis([8, 8]), STAGES)


def test_a_result_has_at_least_the_rows_that_are_asked_for():
    two = pd.DataFrame({"customer_id": [7, 8], "purchases": [3, 1]})
    assert len(take_result(two, STAGES, rows=2)) == 2 and len(take_result(two.head(0), STAGES, rows=0)) == 0
    with pytest.raises(TableError, match="stages: the table has 2 rows, expected at least 3"):
        take_result(two, STAGES, rows=3)


def test_an_index_of_two_levels_is_refused_unless_customer_id_is_a_column():
    table = describe_result("bought", {"customer_id": "key", "amount_cny": "number"})
    index = pd.MultiIndex.from_tuples([(7, 2024), (8, 2025)], names=["customer_id", "year"])
    frame = pd.DataFrame({"amount_cny": [5.0, 6.0]}, index=index)
    with pytest.raises(TableError, match="bought: the index has 2 levels, expected customer_id alone"):
        take_by_customer(frame, table, ["amount_cny"])
    assert take_by_customer(frame.assign(customer_id=[7, 8]), table, ["amount_cny"]).index.tolist() == [7, 8]


def test_the_index_of_a_result_keeps_its_name_unless_a_column_has_it():
    table = describe_result("shares", {"share": "number"})
    frame = pd.DataFrame({"share": [0.5], "more": [1]}, index=pd.Index([7], name="customer_id"))
    assert take_result(frame, table).index.name == "customer_id"
    assert take_result(frame.rename_axis("share"), table).index.name is None
