"""Ids are kept digit by digit or refused; numbers that no firm has are refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from crmlib.customers.grouping import group_receipts
from crmlib.customers.summary import summarise_purchases
from crmlib.tables.amounts import _read_cells, read_exactly, to_float
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.examples import example_rows
from crmlib.tables.repairs import parse_numbers, read_table_csv
from crmlib.tables.take import take_columns
from tests.tables.calls import message_of, refuse

LONG = 2**53 + 1  # the first whole number that a float does not keep
TWO = [LONG, LONG - 1]


def take(values, column="customer_id"):
    """The column of a table of receipts, as functions take it."""
    return take_columns(pd.DataFrame({column: values}), "receipts", [column])[column]


@pytest.mark.parametrize(
    "values",
    [
        TWO,
        pd.array([*TWO, None], dtype="Int64"),
        pd.Series([*TWO, None], dtype=object),
        pd.Series([Decimal(LONG), Fraction(LONG - 1), None], dtype=object),
        pd.Series([*TWO, None], dtype="int64[pyarrow]"),
        pd.Series(TWO, dtype="uint64"),
        pd.Series(TWO).astype("category"),
        pd.Series(TWO).astype(pd.SparseDtype("int64")),
        pd.Series([LONG, float(LONG - 2), np.nan], dtype=object),
    ],
)
def test_long_ids_are_kept_digit_by_digit_however_they_are_stored(values):
    kept = take(values).dropna().tolist()
    assert kept[0] == LONG and kept[0] != kept[1]


@pytest.mark.parametrize(
    ("values", "kind"),
    [([7.0, None, 8.0], "Int64"), ([7.5, None, 8.0], "float64"), ([7, None, 8], "Int64"),
     ([7, None, 8.5], "float64"),
     ([float(2**53), None, 8.0], "float64"), ([float("inf"), 8.0], "float64"),
     ([None, None], "Int64")],
)  # fmt: skip
def test_numbers_kept_as_objects_are_whole_only_if_each_is_surely_so(values, kind):
    column = TABLES["receipts"].columns["amount_cny"]
    cells = pd.Series(values, dtype=object, index=range(5, 5 + len(values)), name="paid")
    found = _read_cells(cells, column, None)
    assert found.dtype == kind and found.index[0] == 5 and found.name == "paid"
    assert found.dropna().tolist() == [value for value in values if value is not None]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([float(2**53), 7.0], "floats of 9,007,199,254,740,992 or more, whose last digits are lost"),
        (pd.Series([float(2**53), None], dtype="double[pyarrow]"), "whose last digits are lost"),
        (np.array([2**24, 7], dtype="float32"), "floats of 16,777,216 or more, whose last digits are lost"),
        (pd.Series([LONG, float(2**53)], dtype=object), "whose last digits are lost"),
        (pd.Series([2**63, 7], dtype="uint64"), "9223372036854775808"),
        (pd.Series([2**63, 7], dtype=object), "9223372036854775808"),
        (pd.Series([10**400, 7], dtype=object), "1" + "0" * 39 + "…"),
    ],
)
def test_ids_whose_digits_are_lost_or_too_many_are_refused(values, found):
    message = message_of(take, values, kind=TableError)
    assert message.startswith("receipts.customer_id: ") and " of 2 rows " in message and found in message


def test_the_largest_float_that_is_sure_is_taken():
    assert take([float(2**53 - 1)]).tolist() == [2**53 - 1]


@pytest.mark.parametrize("value", [1.0001e15, -1e300, 10**30, 2**53 + 1, Decimal("1e30"), np.float32(1e16)])
def test_an_amount_that_no_firm_has_is_refused(value):
    message = message_of(take, pd.Series([1.0, value], dtype=object), "amount_cny")
    assert "1 of 2 rows is wrong" in message and "not beyond 1,000,000,000,000,000" in message
    assert take([1.0, 1e15], "amount_cny").tolist() == [1, 1e15]


def test_a_count_that_is_no_id_has_the_limit_of_amounts():
    message = message_of(take, [2 * 10**15, 7], "points_redeemed")
    assert "Expected: whole numbers of points, >=0, not beyond 1,000,000,000,000,000" in message
    assert "Found: 2000000000000000" in message
    assert "Repair: look for a placeholder, a wrong unit or a slipped point; correct these values." in message


def test_a_loss_is_taken_up_to_the_limit_and_refused_beyond():
    assert take([-1e15, 1.0], "margin_cny").tolist() == [-1e15, 1.0]
    assert "Found: -1100000000000000.0" in message_of(take, [-1.1e15, 1.0], "margin_cny")


def test_half_floats_are_taken_although_they_end_far_below_the_limit():
    assert take(np.array([1.5, 60_000], dtype="float16"), "margin_cny").tolist() == [1.5, 60_000]


@pytest.mark.parametrize(
    ("values", "column", "parts"),
    [
        (
            [1.0, np.inf],
            "amount_cny",
            ["yuan, >=0, finite", "infinite values: inf", "a division by zero"],
        ),
        ([1.0, 2.5], "customer_id", ["Expected: whole numbers", "fractions: 2.5", "rounding would turn one"]),
        (
            pd.array([1.0, None, 2.5], dtype="Float64"),
            "customer_id",
            ["1 of 3 rows", "fractions: 2.5"],
        ),
    ],
)
def test_a_broken_or_infinite_number_is_named_in_whatever_row_it_stands(values, column, parts):
    frame = pd.DataFrame({column: values}, index=range(7, 7 + len(values)))
    message = message_of(take_columns, frame, "receipts", [column])
    assert all(part in message for part in parts) and f"First rows: {column} " in message
    assert "\n  Repair: correct these values" in message or "\n  Repair: look for" in message


@pytest.mark.parametrize("value", [1 + 2j, complex(3, 0), [1], {"a": 1}, b"12", object()])
def test_what_is_no_real_number_is_refused_by_name(value):
    message = message_of(take, pd.Series([1.0, value], dtype=object), "amount_cny", kind=TableTypeError)
    assert "receipts.amount_cny: 1 of 2 rows is wrong" in message and "no numbers: " in message
    assert "no numbers" in message_of(take, np.array([1j, 2j]), "amount_cny", kind=TableTypeError)


def test_card_numbers_with_letters_are_numbered_and_missing_ones_stay_missing():
    frame = pd.DataFrame({"customer_id": ["VIP00060", None, "VIP00012", "VIP00060"]})
    message = message_of(take_columns, frame, "receipts", ["customer_id"], kind=TableTypeError)
    repair = 'frame["customer_id"].rank(method="dense").astype("Int64")'
    assert repair in message
    frame["customer_id"] = eval(repair)
    assert take(frame["customer_id"]).tolist() == [2, pd.NA, 1, 2]


def test_digits_in_text_are_kept_as_well():
    words = pd.DataFrame({"customer_id": [str(LONG), None, str(LONG - 1)]})
    assert parse_numbers(words, "customer_id")["customer_id"].tolist() == [LONG, pd.NA, LONG - 1]
    for wrong in ("9" * 25, f"{LONG}.5"):
        message = message_of(parse_numbers, pd.DataFrame({"a": ["7", wrong]}), "a")
        assert "a: 1 of 2 rows is wrong" in message and "at most 18 digits" in message


def test_a_file_keeps_long_ids(tmp_path):
    path = tmp_path / "exits.csv"
    path.write_text(
        f"customer_id,asked_on,stated_reason\n{LONG},2025-03-01,moved\n{LONG - 1},2025-03-01,moved\n"
    )
    assert read_table_csv(path, "exits")["customer_id"].tolist() == TWO


def test_customers_with_long_numbers_are_not_merged():
    ids = [2**63 - 1, 2**63 - 2, 2**63 - 1, LONG, LONG - 1]
    bought = pd.DataFrame({"customer_id": ids, "purchased_at": pd.Timestamp("2025-01-03"),
                           "amount_cny": [1.0, 2.0, 4.0, 8.0, 16.0]})  # fmt: skip
    summary = summarise_purchases(bought, as_of="2025-01-31")
    assert summary["amount_cny"].to_dict() == {2**63 - 1: 5, 2**63 - 2: 2, LONG: 8, LONG - 1: 16}
    near = group_receipts(np.array(ids[:3]), np.zeros(3, dtype=np.int64), np.ones(3))
    assert near.ids.tolist() == [2**63 - 2, 2**63 - 1]
    message = message_of(summarise_purchases, bought.astype({"customer_id": "uint64"}).assign(
        customer_id=np.arange(5, dtype="uint64") + 2**63), as_of="2025-01-31")  # fmt: skip
    assert "receipts.customer_id: 5 of 5 rows are wrong" in message


def test_full_width_digits_and_signs_before_the_currency_are_read():
    words = pd.DataFrame({"amount_cny": ["１，２３４．５", "-¥35", "-rmb 35", "RMB 35", "¥-35", "￥３ 元"]})
    assert parse_numbers(words, "amount_cny")["amount_cny"].tolist() == [1234.5, -35, -35, 35, -35, 3]


def test_a_number_beyond_all_floats_keeps_its_sign():
    largest = float(np.finfo(float).max)
    assert (to_float(10**400), to_float(-(10**400))) == (largest, -largest)


def test_a_number_is_whole_if_it_is_exactly_one():
    for number, found in [(2.0**53 - 1, 2**53 - 1), (2.0**53, 2.0**53), (-(2.0**53), -(2.0**53)),
                          (7.5, 7.5), (Fraction(14, 2), 7), (Fraction(1, 4), 0.25),
                          (Decimal("Infinity"), float("inf"))]:  # fmt: skip
        read = read_exactly(number)
        assert (type(read), read) == (type(found), found)


def test_half_floats_keep_ids_up_to_their_eleven_digits():
    assert take(np.array([2047, 7], dtype="float16")).tolist() == [2047, 7]
    message = message_of(take, np.array([2048, 7], dtype="float16"))
    assert "Found: floats of 2,048 or more, whose last digits are lost: 2048.0" in message
    assert take(np.array([2**24 - 1], dtype="float32")).tolist() == [2**24 - 1]


def test_fractions_are_found_under_whatever_index():
    rows = example_rows("receipts", rows=2).assign(store_id=[1.0, 2.5]).set_axis([10, 11])
    message = refuse("receipts", rows)
    assert "receipts.store_id: 1 of 2 rows is wrong" in message and "fractions: 2.5" in message
