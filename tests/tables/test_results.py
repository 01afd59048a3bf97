import pandas as pd
import pytest

from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from crmlib.tables.results import describe_result, take_result


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
