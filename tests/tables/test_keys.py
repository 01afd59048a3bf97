"""Rows that occur twice, and references to what another table does not know, are counted and named."""

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from crmlib.tables.examples import example_rows
from crmlib.tables.keys import are_different, are_distinct, check_unique
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


FAR = [-(2**62), 2**62, 0]
KEYS = {  # two columns that together are unique, and not once the last row is that of the first
    "negative": ([-5, -5, 7], [0, 1, 0]),
    "far apart": (FAR, FAR),
    "next to each other": ([1, 1, 2], [1, 2, 1]),
    "carry": ([0, 1, 1], [2, 0, 1]),
    "text": (["a", "b", "a"], ["b", "a", "a"]),
    "missing": ([None, "a", None], [None, None, "a"]),
    "unsigned": (np.array([2**64 - 1, 0, 1], dtype="uint64"), [1, 1, 1]),
    "nullable": (pd.array([None, 1, 2], dtype="Int64"), [1, 1, 1]),
    "days": (pd.to_datetime(["2025-01-01", None, "2025-01-02"]), [1, 1, 1]),
    "categories": (pd.Categorical(["x", None, "y"]), [1, 1, 1]),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_of_two_columns_of_any_kind_are_told_apart(name):
    frame = pd.DataFrame(dict(zip(["receipt_id", "product_id"], KEYS[name], strict=True)))
    table, keys = TABLES["receipt_lines"], ["receipt_id", "product_id"]
    check_unique(frame, table, keys)
    with pytest.raises(TableError, match="2 of 3 rows are wrong"):
        check_unique(frame.iloc[[0, 1, 0]], table, keys)


def test_a_table_without_rows_has_no_key_twice():
    check_unique(example_rows("receipt_lines").iloc[:0], TABLES["receipt_lines"], ["receipt_id"])


@pytest.mark.parametrize(
    ("numbers", "different"),
    [
        ([], True),
        ([1, 2, 3], True),  # they rise
        ([1, 2, 2], False),
        ([2, 1], True),  # ticked off: 2 numbers, among 8 at most
        ([8, 1], True),
        ([8, 1, 8], False),
        ([9, 1], True),  # 9 numbers from the lowest to the highest are too many: sorted
        ([14, 1, 14], False),
        ([2**63 - 1, -(2**63)], True),
        ([2**63 - 1, -(2**63), 2**63 - 1], False),
    ],
)
def test_numbers_that_repeat_are_found_however_far_apart_they_lie(numbers, different):
    assert are_different(np.array(numbers, dtype=np.int64)) is different


@pytest.mark.parametrize(("top", "fits"), [(2**63 - 2, True), (2**63 - 1, False)])
def test_keys_are_packed_as_long_as_all_that_lie_between_them_have_a_whole_number(top, fits):
    assert are_distinct(pd.DataFrame({"receipt_id": [0, top]}), ["receipt_id"]) is fits
