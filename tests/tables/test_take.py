"""A function checks the columns that it takes, and leaves the rest of the table alone."""

import pandas as pd

from crmlib.tables.examples import example_rows
from crmlib.tables.take import describe_column, take_columns
from tests.tables.calls import message_of


def test_columns_that_are_not_taken_may_hold_anything():
    receipts = example_rows("receipts", rows=3).assign(channel=7).set_axis([4, 4, 4])
    taken = take_columns(receipts[["amount_cny", "channel"]], "receipts", ["amount_cny"])
    assert (list(taken.columns), taken.index.tolist()) == (["amount_cny"], [0, 1, 2])


def test_the_callers_table_stays_as_it_was():
    receipts = pd.DataFrame({"customer_id": [7.0, None], "amount_cny": [1, 2]}, index=["a", "b"])
    before = receipts.copy(deep=True)
    taken = take_columns(receipts, "receipts", ["customer_id", "amount_cny"])
    assert [str(kind) for kind in taken.dtypes] == ["Int64", "float64"]
    pd.testing.assert_frame_equal(receipts, before)


def test_too_few_rows_are_refused():
    message = message_of(take_columns, example_rows("members"), "members", ["customer_id"], rows=3)
    assert message.startswith("members: the table has 2 rows, expected at least 3.")


def test_a_column_that_the_table_has_not_is_a_fault_of_the_function():
    message = message_of(take_columns, example_rows("exits"), "exits", ["customer_id", "age"])
    assert message == "exits: no column age. Columns: customer_id, asked_on, stated_reason."


def test_columns_that_may_not_repeat_together_are_named():
    frame = pd.DataFrame({"customer_id": [7, 7, 8], "campaign_id": [1, 1, 1], "arm": "control"})
    message = message_of(
        take_columns, frame, "contacts", ["customer_id", "campaign_id"], unique=["customer_id", "campaign_id"]
    )
    assert "contacts.customer_id and campaign_id: 2 of 3 rows are wrong" in message


def test_a_receipt_counted_twice_is_found_though_its_number_is_not_taken():
    receipts = example_rows("receipts", rows=3).assign(receipt_id=[1, 2, 2])
    message = message_of(take_columns, receipts, "receipts", ["amount_cny"], once="receipt_id")
    assert "receipts.receipt_id: 2 of 3 rows are wrong.\n  First rows: receipt_id 2, 2" in message
    without = receipts.drop(columns="receipt_id")
    assert len(take_columns(without, "receipts", ["amount_cny"], once="receipt_id")) == 3


def test_a_column_that_names_the_rows_is_described_as_such():
    assert describe_column("customer_id", "integer", key=True).is_primary
    assert not describe_column("customer_id", "integer").is_primary
    assert describe_column("trust", "integer", limits="1..5").range == "1..5"
