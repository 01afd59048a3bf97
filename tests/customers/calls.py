"""Small tables for the tests of the customers, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers import first_look
from crmlib.customers.first_look import explore_sales_by_month, plot_sales_by_month, sum_sales_by_month
from crmlib.customers.ledger import PointsRules, book_points, count_points
from crmlib.customers.receipts import take_purchases
from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from crmlib.customers.spending import sum_spending
from crmlib.customers.summary import SUMMARY, describe_summary, summarise_purchases, take_summary
from crmlib.customers.surveys import estimate_satisfied
from crmlib.customers.truth import find_true_state
from crmlib.customers.windows import count_purchases, find_rebought, take_occasions
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
AS_OF = "2024-12-31"


def make_receipts(rows: list[tuple[int | None, str, float]]) -> pd.DataFrame:
    """Receipts from (customer, day and hour, yuan), sent on the day of the purchase."""
    customers, times, amounts = zip(*rows, strict=True)
    bought_at = pd.to_datetime(list(times), format="ISO8601")
    return pd.DataFrame(
        {
            "receipt_id": range(1, len(rows) + 1),
            "customer_id": pd.array(customers, dtype="Int64"),
            "purchased_at": bought_at,
            "dispatched_on": bought_at.normalize(),
            "amount_cny": list(amounts),
        }
    )


def make_months(n: int = 36) -> pd.DataFrame:
    """A firm that sells a million a month, and two in each December."""
    months = pd.date_range("2023-01-01", periods=n, freq="MS")
    amounts = np.where(months.month == 12, 2e6, 1e6)
    return pd.DataFrame({"month": months, "purchases": 9, "amount_cny": amounts})


RECEIPTS = make_receipts(
    [
        (7, "2024-01-03 10:00", 30.0),
        (7, "2024-01-03 10:20", 10.0),
        (None, "2024-01-04 09:00", 99.0),
        (8, "2024-03-01 12:00", 20.0),
        (7, "2024-01-13 18:00", 58.0),
        (10, "2024-12-31 23:30", 44.0),
    ]
)
SCORES = score_rfm(summarise_purchases(RECEIPTS, as_of=AS_OF))
# forty customers, ten in each cell
CROWD = pd.DataFrame({"recency_score": [1, 2] * 20, "frequency_score": [1, 1, 2, 2] * 10})
PAIR = tabulate_pair(CROWD, pd.Series(np.linspace(0, 1, 40)), pair="RF")

FRAMES: dict[str, Any] = {
    "receipts": RECEIPTS,
    "members": pd.DataFrame(
        {
            "customer_id": [7, 8, 10],
            "activated_on": DAYS(["2024-01-01", None, "2024-12-01"]),
            "birth_month": [1, 3, 5],
        }
    ),
    "returns": pd.DataFrame(
        {"return_id": [1], "receipt_id": [5], "requested_on": DAYS(["2024-01-20"]), "amount_cny": [18.0]}
    ),
    "receipt_lines": pd.DataFrame({"receipt_id": [1, 2, 4, 5, 6], "product_id": [1, 2, 1, 2, 3]}),
    "truth.members": pd.DataFrame(
        {
            "customer_id": [7, 8, 10],
            "left_on": DAYS(["2024-02-01", "2025-02-01", None]),
            "second_started_on": DAYS(["2024-06-01", None, None]),
            "second_left_on": DAYS(["2025-06-01", None, None]),
        }
    ),
    "months": make_months(),
    "summary": summarise_purchases(RECEIPTS, as_of=AS_OF),
    "scores": SCORES,
}
DESCRIBED: dict[str, Table] = {"months": first_look.MONTHS, "summary": SUMMARY, "scores": SUMMARY}

PURCHASES = ["customer_id", "purchased_at", "amount_cny"]
PERIODS = pd.DataFrame(
    {
        "customer_id": [7, 8],
        "followed_from": DAYS(["2024-01-05"] * 2),
        "followed_until": DAYS(["2025-01-05"] * 2),
    }
)

CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "count_points": (lambda _: count_points([10.0, 25.0]), {}),
    "sum_sales_by_month": (
        lambda t: sum_sales_by_month(t["receipts"]),
        {"receipts": ["purchased_at", "amount_cny"]},
    ),
    "plot_sales_by_month": (
        lambda t: plot_sales_by_month(t["months"]).get_ylabel(),
        {"months": list(first_look.MONTHS.columns)},
    ),
    "explore_sales_by_month": (
        lambda t: explore_sales_by_month(t["months"]),
        {"months": list(first_look.MONTHS.columns)},
    ),
    "summarise_purchases": (
        lambda t: summarise_purchases(t["receipts"], as_of=AS_OF),
        {"receipts": PURCHASES},
    ),
    "describe_summary": (lambda t: describe_summary(t["summary"]), {"summary": ["purchases"]}),
    "take_summary": (
        lambda t: take_summary(t["summary"], ["recency_days", "age_days"]),
        {"summary": ["recency_days", "age_days"]},
    ),
    "take_purchases": (
        lambda t: take_purchases(t["receipts"], as_of=pd.Timestamp(AS_OF)),
        {"receipts": PURCHASES},
    ),
    "score_rfm": (
        lambda t: score_rfm(t["summary"]),
        {"summary": ["recency_days", "purchases", "amount_cny"]},
    ),
    "tabulate_pair": (
        lambda t: tabulate_pair(t["scores"], FRAMES["summary"]["amount_cny"], pair="RF"),
        {"scores": ["recency_score", "frequency_score"]},
    ),
    "find_true_state": (
        lambda t: find_true_state(t["truth.members"], as_of=AS_OF),
        {"truth.members": ["customer_id", "left_on", "second_started_on", "second_left_on"]},
    ),
    "book_points": (
        lambda t: book_points(t["receipts"], t["members"], FRAMES["returns"]),
        {
            "receipts": ["receipt_id", *PURCHASES, "dispatched_on"],
            "members": ["customer_id", "activated_on", "birth_month"],
        },
    ),
    "book_points, nothing returned": (
        lambda t: book_points(t["receipts"], t["members"], t["returns"].head(0)),
        {"receipts": ["receipt_id"]},
    ),
    "find_rebought": (
        lambda t: find_rebought(PERIODS, t["receipts"], t["receipt_lines"]),
        {"receipts": ["receipt_id", *PURCHASES[:2]], "receipt_lines": ["receipt_id", "product_id"]},
    ),
    # their callers have checked the tables already
    "take_occasions": (
        lambda t: take_occasions(t["receipts"]),
        {"receipts": ["customer_id", "purchased_at"]},
    ),
    "count_purchases": (
        lambda t: count_purchases(
            t["receipts"], PERIODS["customer_id"], PERIODS["followed_from"], PERIODS["followed_until"]
        ),
        {},
    ),
    "sum_spending": (lambda t: sum_spending(t["receipts"], as_of=AS_OF), {"receipts": PURCHASES}),
    "estimate_satisfied": (lambda t: estimate_satisfied(pd.Series([5, 4, 2])), {}),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("sum_sales_by_month", "receipts", "receipt_id"),
    ("summarise_purchases", "receipts", "receipt_id"),
    ("take_purchases", "receipts", "receipt_id"),
    ("sum_spending", "receipts", "receipt_id"),
    ("take_summary", "summary", "customer_id"),
    ("score_rfm", "summary", "customer_id"),
    ("tabulate_pair", "scores", "customer_id"),
    ("find_true_state", "truth.members", "customer_id"),
    ("book_points", "receipts", "receipt_id"),
    ("book_points", "members", "customer_id"),
    ("find_rebought", "receipts", "receipt_id"),
]
IN_ORDER: dict[str, str] = {"take_purchases": "arrays stand in the order of the receipts, to be sorted once"}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_sales_by_month": lambda ax: plot_sales_by_month(FRAMES["months"], ax=ax),
    "plot_pair": lambda ax: plot_pair(PAIR, label="came back", share=True, ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_sales_by_month": (first_look, lambda: explore_sales_by_month(FRAMES["months"])),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
DAY = "expected a date written year-month-day"
NO_NUMBERS = [-1, np.nan, np.inf, "ten", None]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    ("summarise_purchases.as_of", lambda value: summarise_purchases(RECEIPTS, as_of=value), NO_DAYS, DAY),
    ("sum_spending.as_of", lambda value: sum_spending(RECEIPTS, as_of=value), NO_DAYS, f"as_of: {DAY}"),
    (
        "find_true_state.as_of",
        lambda value: find_true_state(FRAMES["truth.members"], as_of=value),
        NO_DAYS,
        DAY,
    ),
    (
        "find_true_state.soon_days",
        lambda value: find_true_state(FRAMES["truth.members"], as_of=AS_OF, soon_days=value),
        NO_NUMBERS,
        "expected 0 or more",
    ),
    (
        "score_rfm.bins",
        lambda value: score_rfm(FRAMES["summary"], bins=value),
        [*NO_NUMBERS, 1, 101, 5.5, True],
        "expected a whole number from 2 to 100",
    ),
    (
        "tabulate_pair.pair",
        lambda value: tabulate_pair(SCORES, FRAMES["summary"]["amount_cny"], pair=value),
        ["RR", "RX", "R", "", None, "RFM"],
        "expected two different letters of R, F, M",
    ),
    (
        "book_points.until",
        lambda value: book_points(RECEIPTS, FRAMES["members"], FRAMES["returns"], until=value),
        ["31/12/2024", 20241231, pd.NaT],
        DAY,
    ),
    (
        "count_points.amount_cny",
        lambda value: count_points([10.0, value]),
        [-1.0, np.nan, np.inf],
        "count_points: amount_cny: 1 of 2 values are wrong",
    ),
    *(
        (
            f"PointsRules.{name}",
            lambda value, name=name: PointsRules(**{name: value}),
            [-1, 2.5, "10", True, None],
            f"PointsRules: {name} is ",
        )
        for name in PointsRules.__dataclass_fields__
    ),
    (
        "estimate_satisfied.scores",
        lambda value: estimate_satisfied(pd.Series([5, value], dtype=object)),
        [None, np.nan, 0, 6, "good"],
        "scores: 1 of 2 values are wrong",
    ),
]
