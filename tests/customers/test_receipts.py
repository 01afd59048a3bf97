"""Receipts that are fit to be counted: what the quick look lets through, and what the slow one says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.customers import receipts
from crmlib.customers.receipts import Purchases, take_purchases
from crmlib.tables.errors import TableError
from tests.customers.calls import make_receipts

GOOD = make_receipts(
    [
        (7, "2025-01-03 10:00", 30.0),
        (7, "2025-01-03 10:20", 10.0),
        (None, "2025-01-04 09:00", 99.0),
        (8, "2025-03-01 12:00", 20.0),
        (7, "2025-01-13 18:00", 50.0),
    ]
)


def take(bought: pd.DataFrame, as_of: str = "2025-06-30") -> Purchases:
    """What is taken from receipts up to a day."""
    return take_purchases(bought, as_of=pd.Timestamp(as_of))


def test_receipts_without_a_card_are_counted_apart():
    taken = take(GOOD)
    assert taken.ids.tolist() == [7, 7, 8, 7] and taken.amounts.tolist() == [30, 10, 20, 50]
    assert taken.without_customer == 1


@pytest.mark.parametrize(
    "unusual",
    [
        GOOD.astype({"customer_id": "float64"}),
        GOOD.astype({"customer_id": object}),
        GOOD.astype({"amount_cny": "int64"}),
        GOOD.astype({"receipt_id": "float64"}),
        GOOD.astype({"purchased_at": object}),
        GOOD.astype({"purchased_at": "datetime64[ns]"}),
        GOOD.drop(columns="receipt_id"),
        GOOD.drop(columns="receipt_id").astype({"customer_id": "float64"}),
        GOOD.set_axis([5, 5, 5, 5, 5]),
    ],
)
def test_an_unusual_table_that_is_right_gives_the_same(unusual):
    one, other = take(GOOD), take(unusual)
    assert one.ids.tolist() == other.ids.tolist() and one.times.tolist() == other.times.tolist()
    assert one.amounts.tolist() == other.amounts.tolist()
    assert (one.without_customer, take(GOOD.dropna()).without_customer) == (1, 0)


def spoil(**columns) -> pd.DataFrame:
    """The good receipts with some columns replaced."""
    return GOOD.assign(**columns)


BAD = {
    "column twice": (
        pd.concat([GOOD, GOOD[["amount_cny"]]], axis=1),
        r"receipts: columns \['amount_cny'\] occur more than once",
    ),
    "missing amount": (
        spoil(amount_cny=[30.0, None, 99.0, 20.0, 50.0]),
        "receipts.amount_cny: 1 of 5 rows is wrong(.|\n)*receipt_id 2(.|\n)*missing values",
    ),
    "negative amount": (
        spoil(amount_cny=[30.0, 10.0, -99.0, 20.0, 50.0]),
        "receipts.amount_cny: 1 of 5(.|\n)*receipt_id 3(.|\n)*returned goods belong in the table returns",
    ),
    "text in an amount": (
        spoil(amount_cny=["30", "10 yuan", "99", "20", "50"]),
        "receipts.amount_cny: 5 of 5(.|\n)*parse_numbers",
    ),
    "date as text": (
        spoil(purchased_at=GOOD["purchased_at"].dt.strftime("%d/%m/%Y")),
        "receipts.purchased_at: 5 of 5(.|\n)*text without a stated format(.|\n)*parse_dates",
    ),
    "time zone": (
        spoil(purchased_at=GOOD["purchased_at"].dt.tz_localize("Asia/Shanghai")),
        "receipts.purchased_at: 5 of 5(.|\n)*without a time zone",
    ),
    "fraction as id": (
        spoil(customer_id=[7.5, 7.0, np.nan, 8.0, 7.0]),
        "receipts.customer_id: 1 of 5(.|\n)*receipt_id 1(.|\n)*fractions: 7.5",
    ),
    "text as id": (
        spoil(customer_id=["seven", "7", None, "8", "7"]),
        "receipts.customer_id: 4 of 5(.|\n)*text",
    ),
    "receipt twice": (
        spoil(receipt_id=[1, 2, 3, 4, 4]),
        "receipts.receipt_id: 2 of 5(.|\n)*receipt_id 4, 4(.|\n)*drop_duplicates",
    ),
    "receipt twice, out of order": (
        spoil(receipt_id=[3, 5, 1, 4, 5]),
        "receipts.receipt_id: 2 of 5(.|\n)*receipt_id 5, 5",
    ),
    "receipt twice, ids far apart": (
        spoil(receipt_id=[10**12, 5, 3, 4, 5]),
        "receipts.receipt_id: 2 of 5(.|\n)*receipt_id 5, 5",
    ),
    "no customers": (
        spoil(customer_id=pd.array([None] * 5, dtype="Int64")),
        "receipts.customer_id: missing in all 5 rows(.|\n)*Repair",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_receipts_are_refused_with_place_and_repair(case):
    frame, message = BAD[case]
    with pytest.raises(TableError, match=message):
        take(frame)


@pytest.mark.parametrize("ids", [[10**12, 5, 3, 4, 6], [5, 4, 3, 2, 1], [-3, 5, 0, 4, 1]])
def test_ids_in_any_order_that_do_not_repeat_are_taken(ids):
    assert len(take(spoil(receipt_id=ids)).ids) == 4


class SecondLook(Exception):
    """The quick look was not enough."""


@pytest.fixture
def quick(monkeypatch):
    """Whether the quick look at some receipts is enough."""

    def look_again(*_, **__):
        raise SecondLook

    monkeypatch.setattr(receipts, "take_columns", look_again)

    def quick(frame: pd.DataFrame) -> bool:
        try:
            take(frame, "2099-12-31")
        except SecondLook:
            return False
        return True

    return quick


FIRST, LAST = (GOOD["purchased_at"].mask([True] + [False] * 4, pd.Timestamp(moment)) for moment in (
    "1900-01-01 00:00", "2099-12-31 23:59:59"))  # fmt: skip


@pytest.mark.parametrize(
    "usual",
    [
        GOOD,
        GOOD.drop(columns="receipt_id"),
        GOOD[["customer_id", "purchased_at", "amount_cny"]],
        spoil(receipt_id=[5, 4, 3, 2, 1]),
        spoil(receipt_id=[10**12, 5, 3, 4, 6]),
        spoil(amount_cny=[0.0, 1e15, 0.5, 1.0, 2.0]),
        GOOD[["receipt_id", "customer_id", "purchased_at"]]
        .convert_dtypes(dtype_backend="pyarrow")
        .assign(amount_cny=GOOD["amount_cny"].astype("double[pyarrow]")),
        spoil(purchased_at=FIRST),
        spoil(purchased_at=LAST),
    ],
)
def test_at_usual_tables_one_quick_look_is_enough(quick, usual):
    assert quick(usual)


@pytest.mark.parametrize(
    "odd",
    [
        GOOD.head(0),
        GOOD.drop(columns="amount_cny"),
        spoil(amount_cny=[-0.01, 1.0, 1.0, 1.0, 1.0]),
        spoil(amount_cny=[1.01e15, 1.0, 1.0, 1.0, 1.0]),
        spoil(amount_cny=pd.array([1.0, 1.0, 1.0, 1.0, None], dtype="Float64")),
        spoil(amount_cny=[1, 1, 1, 1, 1]),
        spoil(purchased_at=FIRST - pd.Timedelta(seconds=1)),
        spoil(purchased_at=LAST + pd.Timedelta(seconds=1)),
        spoil(purchased_at=GOOD["purchased_at"].dt.tz_localize("UTC")),
        spoil(receipt_id=[1, 2, 3, 2, 5]),
        spoil(receipt_id=[10**12, 2, 3, 2, 5]),
        spoil(receipt_id=[1.0, 2.0, 3.0, 4.0, 5.0]),
        spoil(receipt_id=pd.array([1, 2, None, 4, 5], dtype="Int64")),
    ],
)
def test_at_odd_tables_a_second_look_is_taken(quick, odd):
    assert not quick(odd)


def test_receipts_after_the_day_are_refused_with_the_cut_that_repairs_it():
    with pytest.raises(TableError, match=r"receipts.purchased_at: 1 of 5") as caught:
        take(GOOD, "2025-02-01")
    message = str(caught.value)
    assert "Expected: purchases up to as_of, 2025-02-01" in message
    assert "receipt_id 4" in message and "up to 2025-03-01 12:00:00" in message
    assert 'receipts[receipts["purchased_at"] < "2025-02-02"]' in message
    assert take(GOOD[GOOD["purchased_at"] < "2025-02-02"], "2025-02-01").ids.tolist() == [7, 7, 7]


def test_the_last_minute_of_the_day_is_taken_and_the_next_midnight_is_not():
    assert len(take(make_receipts([(7, "2025-02-01 23:59:59", 1.0)]), "2025-02-01").ids) == 1
    with pytest.raises(TableError, match=r"purchased_at: 1 of 1(.|\n)*later ones, up to 2025-02-02 00:00:00"):
        take(make_receipts([(7, "2025-02-02 00:00", 1.0)]), "2025-02-01")


def test_late_receipts_without_ids_are_named_by_their_index():
    with pytest.raises(TableError, match="receipt_id 13"):
        take(GOOD.drop(columns="receipt_id").set_axis(range(10, 15)), "2025-02-01")
