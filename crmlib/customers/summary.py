"""Purchase summaries: when a customer first and last bought, how often, for how much (F-05).

Two meanings of one word: here *recency* is the time since the last purchase, as in the course (购买间隔).
Models of buying call the time from first to last purchase by the same name; that is `lifetime_days`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.by_engine import group_by_engine
from crmlib.customers.grouping import DAY, Groups, group_receipts
from crmlib.customers.receipts import take_purchases
from crmlib.tables.engines import is_engine
from crmlib.tables.options import read_date
from crmlib.tables.results import describe_result, take_by_customer

LETTERS = {"R": "recency_score", "F": "frequency_score", "M": "monetary_score"}
SUMMARY = describe_result(
    "summary",
    {
        "customer_id": "key",
        "first_purchased_at": "datetime",
        "last_purchased_at": "datetime",
        "purchases": "integer 1..",
        "repeat_purchases": "integer 0..",
        "recency_days": "integer 0..",
        "lifetime_days": "integer 0..",
        "age_days": "integer 0..",
        "amount_cny": "number >=0",
        "mean_amount_cny": "number >=0",
        **dict.fromkeys(LETTERS.values(), "integer 1.."),
    },
)


def summarise_purchases(receipts: pd.DataFrame | Any, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """How recently, how often and for how much each customer bought, up to a day: one row a customer.

    receipts: customer_id, purchased_at, amount_cny (yuan); if there is a receipt_id, it may not repeat.
    Orders of business customers have the same columns. A table of Polars, DuckDB or Spark (extra `engines`)
    is counted by its engine and gives the same result. as_of: the day on which we look back, itself
    included.

    Purchases of one customer on one day are one purchase occasion: a forgotten lipstick is no second
    visit. Receipts without a customer_id (bought without a card) are left out. How many were merged and
    left out is in the result's `attrs` and in the sentence of `describe_summary`.

    Returns a table with index customer_id (rising) and the columns first_purchased_at, last_purchased_at
    (times), purchases (occasions), repeat_purchases (all but the first), recency_days (last purchase to
    as_of), lifetime_days (first to last purchase), age_days (first purchase to as_of), amount_cny (total,
    to the cent), mean_amount_cny (per occasion). Days are whole calendar days; nothing is missing.

    Raises TableError for a missing column, a wrong type, missing, infinite or negative values, repeated
    receipt_ids, receipts later than as_of, no receipt at all or none with a customer; ValueError for an
    as_of that is no day. With millions of rows it takes more than in proportion (docs/growth.md).

    >>> bought = pd.DataFrame({
    ...     "customer_id": pd.array([7, 7, 7, 8, None], dtype="Int64"),
    ...     "purchased_at": pd.to_datetime(["2025-01-03 10:00", "2025-01-03 10:20", "2025-01-13 18:00",
    ...                                     "2025-01-20 12:00", "2025-01-21 12:00"]),
    ...     "amount_cny": [30.0, 10.0, 50.0, 20.0, 99.0]})
    >>> summary = summarise_purchases(bought, as_of="2025-01-23")
    >>> summary[["purchases", "recency_days", "lifetime_days", "age_days", "amount_cny"]]
                 purchases  recency_days  lifetime_days  age_days  amount_cny
    customer_id
    7                    2            10             10        20        90.0
    8                    1             3              0         3        20.0
    >>> summary["mean_amount_cny"].tolist()
    [45.0, 20.0]
    >>> print(describe_summary(summary))
    2 customers up to 2025-01-23: 3 purchases on 4 receipts, 1 merged with another one of the same day.
    Left out: 1 receipt without a customer.
    """
    day = read_date(as_of, "as_of")
    if is_engine(receipts):
        groups, counted, left_out = group_by_engine(receipts, as_of=day)
    else:
        taken = take_purchases(receipts, as_of=day)
        counted, left_out = len(taken.ids), taken.without_customer
        groups = group_receipts(taken.ids, taken.times, taken.amounts)
    summary = _make_summary(groups, day)
    summary.attrs = {
        "as_of": str(day.date()),
        "receipts": counted,
        "merged": counted - int(summary["purchases"].sum()),
        "without_customer": left_out,
    }
    return summary


def _make_summary(groups: Groups, as_of: pd.Timestamp) -> pd.DataFrame:
    today = int(np.datetime64(as_of, "D").astype(np.int64))
    first_day, last_day = groups.first // DAY, groups.last // DAY
    amounts = np.round(groups.amounts, 2)
    return pd.DataFrame(
        {
            "first_purchased_at": groups.first.view("datetime64[us]"),
            "last_purchased_at": groups.last.view("datetime64[us]"),
            "purchases": groups.days,
            "repeat_purchases": groups.days - 1,
            "recency_days": today - last_day,
            "lifetime_days": last_day - first_day,
            "age_days": today - first_day,
            "amount_cny": amounts,
            "mean_amount_cny": amounts / groups.days,
        },
        index=pd.Index(groups.ids, name="customer_id"),
    )


def describe_summary(summary: pd.DataFrame) -> str:
    """What was counted in a purchase summary, what was merged and what was left out, in two sentences.

    summary: as `summarise_purchases` returned it; ValueError if it has been worked on since, because then
    the counts no longer belong to its rows.
    """
    occasions = int(take_summary(summary, ["purchases"])["purchases"].sum())
    counts = summary.attrs
    wanted = {"as_of", "receipts", "merged", "without_customer"}
    if not wanted <= set(counts) or occasions != counts["receipts"] - counts["merged"]:
        raise ValueError(
            "describe_summary: the table is not the direct result of summarise_purchases. "
            "Describe it before you filter or join it."
        )
    same_day = f"{counts['merged']:,} merged with another one of the same day"
    merged = same_day if counts["merged"] else "none merged"
    left_out = counts["without_customer"]
    return (
        f"{_count(len(summary), 'customer')} up to {counts['as_of']}: "
        f"{_count(occasions, 'purchase')} on "
        f"{_count(counts['receipts'], 'receipt')}, {merged}.\n"
        f"Left out: {_count(left_out, 'receipt')} without a customer."
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def take_summary(summary: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The named columns of a purchase summary, checked, with customer_id as index; TableError otherwise."""
    return take_by_customer(summary, SUMMARY, columns)
