"""Rows that occur twice, and references to what another table does not know, are counted and named."""

import pandas as pd

from crmlib.tables.examples import example_rows
from tests.tables.calls import check, refuse


def test_duplicate_keys_are_counted_and_named(receipts):
    receipts["receipt_id"] = [1, 2, 2, 3, 3]
    message = refuse("receipts", receipts)
    assert "receipts.receipt_id: 4 of 5 rows are wrong.\n  First rows: receipt_id 2, 2, 3, 3" in message
    assert "Found: 2 duplicate keys" in message


def test_duplicate_keys_of_two_columns_are_found():
    lines = example_rows("receipt_lines").assign(receipt_id=1, product_id=1001)
    assert "every receipt_id and product_id once" in refuse("receipt_lines", lines)


def test_unknown_customers_are_named(receipts, members):
    message = refuse("receipts", receipts, members=members.head(3))
    assert "receipts.customer_id: 2 of 5 rows are wrong.\n  First rows: receipt_id 4, 5" in message
    assert (
        "Expected: values that occur in members.customer_id\n  Found: unknown there: 100004, 100005"
        in message
    )


def test_receipts_without_a_card_are_no_unknown_customers(receipts, members):
    receipts["customer_id"] = pd.array([None] * 5, dtype="Int64")
    check("receipts", receipts, members=members)
