"""What a check keeps, and what it says about whole tables."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.tables.check import LAWS, check_firm, conform
from crmlib.tables.dictionary import FIRM_TABLES, TABLES
from crmlib.tables.examples import example_rows
from tests.tables.calls import check, message_of, refuse


def test_check_keeps_further_columns_after_the_described_ones(members):
    checked = check("members", members.assign(note="x")[["note", *members.columns]])
    assert checked.columns.tolist() == [*TABLES["members"].columns, "note"]


def test_check_keeps_the_index_of_the_rows(members):
    assert check("members", members.set_axis(list("abcde"))).index.tolist() == list("abcde")


@given(order=st.permutations(range(5)), amounts=st.lists(st.floats(0, 1e6), min_size=5, max_size=5))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_and_columns_does_not_matter(order, amounts):
    frame = example_rows("receipts", rows=5).assign(amount_cny=amounts)
    shuffled = frame.iloc[list(order), ::-1]
    pd.testing.assert_frame_equal(check("receipts", shuffled).sort_index(), check("receipts", frame))


def test_something_that_is_no_frame_is_a_type_error():
    assert "receipts: expected a pandas DataFrame, found dict." in refuse(
        "receipts", {"receipt_id": [1]}, kind=TypeError
    )


def test_empty_table_is_refused(receipts):
    message = refuse("receipts", receipts.head(0))
    assert "receipts: the table is empty" in message
    assert "last filter or join" in message


def test_check_firm_suggests_the_nearest_table():
    assert "Did you mean 'members'?" in message_of(check_firm, {"member": example_rows("members")})


@pytest.mark.parametrize("name", TABLES)
def test_conform_accepts_tables_without_rows_and_changes_nothing_twice(name):
    table = example_rows(name)
    pd.testing.assert_frame_equal(conform(table, name), table)
    assert conform(table.head(0), name).dtypes.equals(table.dtypes)


def test_conform_refuses_undescribed_columns(members):
    assert "members: columns ['age'] are not in its description" in message_of(
        conform, members.assign(age=1), "members"
    )


def test_conform_loses_no_truth_value_that_is_missing():
    lines = example_rows("receipt_lines").assign(on_promotion=[True, None])
    assert "receipt_lines.on_promotion: 1 of 2 rows is wrong" in message_of(conform, lines, "receipt_lines")


def test_laws_are_registered_under_names_of_tables():
    assert set(LAWS) < set(FIRM_TABLES)


def test_tables_to_compare_with_are_held_against_their_own_description(receipts):
    message = refuse("receipts", receipts, members=pd.DataFrame({"customer_id": [100001]}))
    assert message.startswith("members: missing columns: joined_on")


def test_check_firm_names_the_wrong_table_before_it_compares_two(receipts, members):
    firm = {"receipts": receipts, "members": members.assign(joined_on="1 March")}
    assert message_of(check_firm, firm).startswith("members.joined_on: 5 of 5 rows are wrong")
