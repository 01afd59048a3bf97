"""Purchases in a period of each customer's own: the first moment counts, the last one does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.windows import _minutes, count_purchases, find_rebought, take_occasions
from tests.customers.calls import make_receipts

DAYS = pd.to_datetime


def count(days: list[str], start: str, end: str) -> int:
    """Purchases of customer 7 between two moments."""
    receipts = make_receipts([(7, day, 1.0) for day in days])
    one = [pd.Series([value]) for value in (7, pd.Timestamp(start), pd.Timestamp(end))]
    return int(count_purchases(receipts, *one)[0])


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        ("2025-01-31 23:59", 0),
        ("2025-02-01 00:00", 1),
        ("2025-02-28 23:59", 1),
        ("2025-03-01 00:00", 0),
    ],
)
def test_the_first_moment_of_a_period_is_inside_and_the_last_one_is_not(day, inside):
    assert count([day], "2025-02-01", "2025-03-01") == inside


def test_an_empty_period_holds_nothing():
    assert count(["2025-02-01"], "2025-02-01", "2025-02-01") == 0


def test_receipts_without_a_card_and_customers_without_receipts_count_nothing():
    receipts = make_receipts([(None, "2025-02-03", 1.0), (7, "2025-02-03", 1.0)])
    start, end = (pd.Series(DAYS([day] * 3)) for day in ("2025-02-01", "2025-03-01"))
    assert count_purchases(receipts, pd.Series([6, 7, 8]), start, end).tolist() == [0, 1, 0]


@settings(max_examples=40, deadline=None)
@given(
    bought=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 60)), min_size=1, max_size=25),
    periods=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 60), st.integers(0, 30)), min_size=1, max_size=8
    ),
)
def test_counting_all_periods_at_once_is_counting_them_one_by_one(bought, periods):
    first = pd.Timestamp("2025-01-01")
    day = {number: first + pd.Timedelta(days=number) for number in range(91)}
    receipts = make_receipts([(customer, str(day[number]), 1.0) for customer, number in bought])
    wanted = pd.DataFrame(periods, columns=["customer_id", "start", "length"])
    start, end = wanted["start"].map(day), (wanted["start"] + wanted["length"]).map(day)
    slowly = [
        sum(who == customer and begin <= number < begin + length for who, number in bought)
        for customer, begin, length in periods
    ]
    assert count_purchases(receipts, wanted["customer_id"], start, end).tolist() == slowly


def rebuy(*rows: tuple[str, list[int]], start: str = "2025-01-01", end: str = "2026-01-01"):
    """Whether customer 7 bought again in 2025 what was on the last receipt before; rows: day, products."""
    receipts = make_receipts([(7, day, 1.0) for day, _ in rows])
    lines = [(number, product) for number, (_, products) in enumerate(rows, 1) for product in products]
    periods = pd.DataFrame(
        {"customer_id": [7], "followed_from": DAYS([start]), "followed_until": DAYS([end])}
    )
    return find_rebought(periods, receipts, pd.DataFrame(lines, columns=["receipt_id", "product_id"])).iloc[0]


@pytest.mark.parametrize(
    ("rows", "again"),
    [
        ([("2024-12-01", [1, 2]), ("2025-03-01", [2, 3])], True),
        ([("2024-12-01", [1]), ("2025-03-01", [2])], False),
        ([("2024-12-01", [1])], False),
        # only the last receipt before the period counts
        ([("2024-11-01", [1]), ("2024-12-01", [2]), ("2025-03-01", [1])], False),
        # its last moment is before the period, the period's first moment is in it
        ([("2024-12-31 23:59", [1]), ("2025-01-01 00:00", [1])], True),
        # what is bought when the period is over does not count
        ([("2024-12-01", [1]), ("2026-01-01 00:00", [1])], False),
    ],
)
def test_bought_again_is_a_product_of_the_last_receipt_within_the_period(rows, again):
    assert rebuy(*rows) == again


def test_without_a_receipt_before_the_period_nothing_can_be_bought_again():
    assert pd.isna(rebuy(("2025-03-01", [1]), ("2025-04-01", [1])))


def test_of_two_receipts_at_one_moment_the_later_number_is_the_last():
    same = "2024-12-01 10:00"
    assert rebuy((same, [1]), (same, [2]), ("2025-03-01", [2]))
    assert not rebuy((same, [1]), (same, [2]), ("2025-03-01", [1]))


@pytest.mark.parametrize("far", [0, 2**62])  # ids that lie too far apart for customer × days + day
def test_an_occasion_is_a_customer_and_a_day(far):
    times = [
        "2025-06-20 00:00",
        "2025-06-19 23:59",
        "2025-06-20 23:59",
        "2025-06-20 12:00",
        "2025-06-21 12:00",
    ]
    ids = pd.array([9, 9, 9, None, 8 - far], dtype="Int64")
    found = take_occasions(pd.DataFrame({"customer_id": ids, "purchased_at": pd.to_datetime(times)}))
    assert found["customer_id"].tolist() == [8 - far, 9, 9]
    assert found["day"].dt.strftime("%m-%d").tolist() == ["06-21", "06-19", "06-20"]
    assert found.dtypes.astype(str).tolist() == ["int64", "datetime64[us]"]


def test_receipts_without_cards_are_no_occasions():
    receipts = pd.DataFrame(
        {"customer_id": pd.array([None], dtype="Int64"), "purchased_at": [pd.Timestamp("2025-01-01")]}
    )
    found = take_occasions(receipts)
    assert len(found) == 0 and found.dtypes.astype(str).tolist() == ["int64", "datetime64[us]"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-(2**62), 2**62) | st.integers(1, 3), st.integers(0, 900_000)), min_size=1)
)
def test_occasions_are_the_different_pairs(pairs):
    receipts = pd.DataFrame(
        {
            "customer_id": [one for one, _ in pairs],
            "purchased_at": pd.Timestamp("2025-01-01")
            + pd.to_timedelta([minute for _, minute in pairs], "min"),
        }
    )
    found = take_occasions(receipts)
    days = receipts["purchased_at"].dt.normalize()
    assert list(zip(found["customer_id"], found["day"], strict=True)) == sorted(
        set(zip(receipts["customer_id"], days, strict=True))
    )


def test_minutes_are_whole_numbers_for_they_are_packed_with_the_customer_into_one():
    found = _minutes(pd.Series(pd.to_datetime(["1970-01-01 00:01:59", "1970-01-02 00:00:00"])))
    assert found.dtype == np.int64 and found.tolist() == [1, 24 * 60]


def test_without_a_purchase_there_is_no_occasion_but_a_table_of_them():
    nobody = make_receipts([(None, "2025-01-01", 5.0)])
    found = take_occasions(nobody)
    assert found.columns.tolist() == ["customer_id", "day"] and found.empty
