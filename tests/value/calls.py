"""Small tables for the tests of chapter 7, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.summary import SUMMARY, summarise_purchases
from crmlib.estimates.estimate import Estimate
from crmlib.tables.dictionary import Table
from crmlib.tables.results import describe_result
from crmlib.value import acquisition, bg_nbd, matrix, retention
from crmlib.value.acquisition import (
    PAYBACK,
    Base,
    explore_budget,
    measure_equity,
    measure_payback,
    plot_payback,
)
from crmlib.value.bg_nbd import BgNbd, explore_alive, fit_bg_nbd, plot_alive
from crmlib.value.gamma_gamma import GammaGamma, fit_gamma_gamma
from crmlib.value.holdout import (
    FOLLOWED,
    GROUPED,
    compare_value_with_truth,
    follow_forecasts,
    forecast_value,
    measure_deciles,
    plot_deciles,
)
from crmlib.value.lifetime_value import FOLLOWED as STEPS_FOLLOWED
from crmlib.value.lifetime_value import STEPS, discount_flows, follow_value, plot_value_steps
from crmlib.value.matrix import (
    ACTUAL,
    VALUES,
    compare_ways,
    explore_value_matrix,
    place_in_matrix,
    summarise_matrix,
)
from crmlib.value.retention import explore_retention_gain, find_margin_multiple, list_retention_gains
from crmlib.value.shifted_beta_geometric import fit_shifted_beta_geometric, plot_survivors

Frames = Mapping[str, Any]
LAST, SPLIT = "2025-12-31", "2025-06-30"
NONE = (float("nan"),) * 4
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]  # Fader and Hardie 2007, survival in per cent
BUYING = BgNbd(0.6, 5.0, 0.5, 3.0, 7, -100.0, True, 24, NONE, NONE, "Converged.")
SPENDING = GammaGamma(3.0, 5.0, 150.0, -100.0, True, 24, NONE[:3], NONE[:3], "Converged.")
BASE = Base(1000, 100.0, 0.7, 0.1, 150.0, 120.0, 300, 200)
COST = Estimate(80.0, 60.0, 110.0, n=20, unit="yuan")


def make_receipts(n: int = 24) -> pd.DataFrame:
    """Members 1 to n: the higher the number, the more often they come, once at least."""
    rows = [
        (one, pd.Timestamp("2024-07-01") + pd.Timedelta(days=int(day), hours=9))
        for one in range(1, n + 1)
        for day in np.linspace(one, 548, 1 + one % 12, endpoint=False)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    closing = pd.DataFrame({"customer_id": [n], "purchased_at": [pd.Timestamp("2025-12-31 10:00")]})
    frame = pd.concat([frame, closing], ignore_index=True)
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    frame["amount_cny"] = 40.0 + 7 * (frame["receipt_id"] % 11) + frame["customer_id"]
    frame["margin_cny"] = (0.3 * frame["amount_cny"]).round(2)
    frame["points_redeemed"] = 20 * (frame["receipt_id"] % 3)
    return frame.astype({"customer_id": "Int64"})


def make_firm() -> dict[str, Any]:
    """The tables of a firm, as they would be loaded, with a few rows each."""
    receipts = make_receipts()
    first = receipts.groupby("customer_id")["purchased_at"].min().dt.normalize()
    ids = first.index.to_numpy(dtype=np.int64)
    complaints = {
        "complaint_id": [1, 2],
        "customer_id": pd.array([3, 4], dtype="Int64"),
        "opened_at": pd.to_datetime(["2024-08-01", "2024-09-01"]),
        "compensation_cny": [12.0, 5.0],
    }
    return {
        "receipts": receipts,
        "members": pd.DataFrame({"customer_id": ids, "joined_on": first.to_numpy(), "fee_cny": 20.0}),
        "complaints": pd.DataFrame(complaints),
        "truth.members": pd.DataFrame({"customer_id": ids, "expected_value_cny": 100.0 + 5 * ids}),
    }


def make_results(firm: dict[str, Any]) -> dict[str, Any]:
    """What the functions of the chapter make of the firm and hand to the next one."""
    receipts = firm["receipts"]
    followed = follow_forecasts(receipts, BUYING, SPENDING, margin_share=0.3, as_of=SPLIT, days=184)
    values = pd.DataFrame(
        {"current_cny": 10.0 * followed.index.to_numpy(), "future_cny": followed["expected_margin_cny"]}
    )
    return {
        "summary": summarise_purchases(receipts[receipts["purchased_at"] < "2025-07-01"], as_of=SPLIT),
        "followed": followed,
        "deciles": measure_deciles(followed, groups=4).set_index(pd.Index([11, 12, 13, 14])),
        "steps": follow_value(firm["members"], receipts, firm["complaints"], within_days=180),
        "values": values,
        "actual": followed["margin_next_cny"].rename("actual_cny"),
        "ways": followed[["expected_purchases", "expected_margin_cny", "margin_next_cny"]],
        "payback": measure_payback(firm["members"], receipts, months=6),
    }


FIRM = make_firm()
FRAMES: dict[str, Any] = {**FIRM, **make_results(FIRM)}
WAYS = describe_result(
    "table",
    {
        "customer_id": "key",
        **dict.fromkeys(("expected_purchases", "expected_margin_cny", "margin_next_cny"), "number"),
    },
)
DESCRIBED: dict[str, Table] = {
    "summary": SUMMARY,
    "followed": FOLLOWED,
    "deciles": GROUPED,
    "steps": STEPS_FOLLOWED,
    "values": VALUES,
    "actual": ACTUAL,
    "ways": WAYS,
    "payback": PAYBACK,
}

WHEN = ["customer_id", "purchased_at"]
AMOUNTS = [*WHEN, "amount_cny", "margin_cny"]
COUNTS = ["repeat_purchases", "lifetime_days", "age_days"]
MEANS = ["purchases", "mean_amount_cny"]
TWO = ["current_cny", "future_cny"]
CUTS = {"current_cut_cny": 100.0, "future_cut_cny": 60.0}
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "list_retention_gains": (lambda _: list_retention_gains([0.5, 0.9]), {}),
    "discount_flows": (lambda _: discount_flows([5.0, 3.0], discount_share=0.1), {}),
    "follow_value": (
        lambda t: follow_value(t["members"], t["receipts"], t["complaints"], within_days=180),
        {
            "members": ["customer_id", "joined_on", "fee_cny"],
            "receipts": [*AMOUNTS, "points_redeemed"],
            "complaints": ["customer_id", "opened_at", "compensation_cny"],
        },
    ),
    "plot_value_steps": (lambda t: plot_value_steps(t["steps"]).get_ylabel(), {"steps": list(STEPS)}),
    "fit_bg_nbd": (lambda t: fit_bg_nbd(t["summary"]), {"summary": COUNTS}),
    "BgNbd.predict_purchases": (
        lambda t: BUYING.predict_purchases(t["summary"], days=90),
        {"summary": COUNTS},
    ),
    "BgNbd.predict_alive": (lambda t: BUYING.predict_alive(t["summary"]), {"summary": COUNTS}),
    "fit_gamma_gamma": (lambda t: fit_gamma_gamma(t["summary"]), {"summary": MEANS}),
    "GammaGamma.predict_amount": (lambda t: SPENDING.predict_amount(t["summary"]), {"summary": MEANS}),
    "forecast_value": (
        lambda t: forecast_value(t["summary"], BUYING, SPENDING, margin_share=0.3, days=200),
        {"summary": [*COUNTS, *MEANS]},
    ),
    "follow_forecasts": (
        lambda t: follow_forecasts(t["receipts"], BUYING, SPENDING, margin_share=0.3, as_of=SPLIT, days=184),
        {"receipts": AMOUNTS},
    ),
    "measure_deciles": (
        lambda t: measure_deciles(t["followed"], groups=4),
        {"followed": ["expected_purchases", "purchases_next"]},
    ),
    "plot_deciles": (
        lambda t: plot_deciles(t["deciles"], label="purchases").get_ylabel(),
        {"deciles": list(GROUPED.columns)},
    ),
    "compare_value_with_truth": (
        lambda t: compare_value_with_truth(
            t["receipts"], t["truth.members"], BUYING, SPENDING, margin_share=0.3, as_of=SPLIT
        ),
        {"receipts": AMOUNTS, "truth.members": ["customer_id", "expected_value_cny"]},
    ),
    "place_in_matrix": (lambda t: place_in_matrix(t["values"], **CUTS), {"values": TWO}),
    "summarise_matrix": (
        lambda t: summarise_matrix(t["values"], t["actual"], **CUTS),
        {"values": TWO, "actual": ["actual_cny"]},
    ),
    "explore_value_matrix": (lambda t: explore_value_matrix(t["values"]), {"values": TWO}),
    "compare_ways": (
        lambda t: compare_ways(
            t["ways"], ["expected_purchases", "expected_margin_cny"], outcome="margin_next_cny", draws=20
        ),
        {"ways": ["expected_purchases", "expected_margin_cny", "margin_next_cny"]},
    ),
    "measure_payback": (
        lambda t: measure_payback(t["members"], t["receipts"], months=6),
        {"members": ["customer_id", "joined_on", "fee_cny"], "receipts": [*WHEN, "margin_cny"]},
    ),
    "plot_payback": (
        lambda t: plot_payback(t["payback"], cost=COST).get_ylabel(),
        {"payback": list(PAYBACK.columns)},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("follow_value", "members", "customer_id"),
    ("follow_value", "receipts", "receipt_id"),
    ("follow_value", "complaints", "complaint_id"),
    ("fit_bg_nbd", "summary", "customer_id"),
    ("fit_gamma_gamma", "summary", "customer_id"),
    ("forecast_value", "summary", "customer_id"),
    ("follow_forecasts", "receipts", "receipt_id"),
    ("measure_deciles", "followed", "customer_id"),
    ("compare_value_with_truth", "receipts", "receipt_id"),
    ("compare_value_with_truth", "truth.members", "customer_id"),
    ("place_in_matrix", "values", "customer_id"),
    ("compare_ways", "ways", "customer_id"),
    ("measure_payback", "members", "customer_id"),
    ("measure_payback", "receipts", "receipt_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_value_steps": lambda ax: plot_value_steps(FRAMES["steps"], ax=ax),
    "plot_alive": lambda ax: plot_alive(BUYING, ax=ax),
    "plot_survivors": lambda ax: plot_survivors(HIGH_END, learn_from=4, ax=ax),
    "plot_deciles": lambda ax: plot_deciles(FRAMES["deciles"], label="purchases", ax=ax),
    "plot_payback": lambda ax: plot_payback(FRAMES["payback"], cost=COST, ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_alive": (bg_nbd, lambda: explore_alive(BUYING)),
    "explore_retention_gain": (retention, explore_retention_gain),
    "explore_value_matrix": (matrix, lambda: explore_value_matrix(FRAMES["values"])),
    "explore_budget": (acquisition, lambda: explore_budget(BASE, budget_cny=20_000)),
}

NO_NUMBERS: list[Any] = [float("nan"), float("inf"), -1, "ten", None, True]
NO_WHOLES = [*NO_NUMBERS, 0, 1.5]
NO_SHARES = [*NO_NUMBERS, 1.5]
RECEIPTS, TABLE = FRAMES["receipts"], FRAMES["summary"]
SPLIT_CALL: dict[str, Any] = {"buying": BUYING, "spending": SPENDING, "margin_share": 0.3}
CHOSEN: list[tuple[str, Callable[[Any], Any], list[Any]]] = [
    ("discount_flows.discount_share", lambda v: discount_flows([1, 2], v), NO_NUMBERS),
    ("find_margin_multiple.retention_share", lambda v: find_margin_multiple(v, 0.1), NO_SHARES),
    ("find_margin_multiple.discount_share", lambda v: find_margin_multiple(0.5, v), NO_NUMBERS),
    ("list_retention_gains.points", lambda v: list_retention_gains([0.5], points=v), [*NO_NUMBERS, 0]),
    (
        "list_retention_gains.acquisition_years",
        lambda v: list_retention_gains([0.5], acquisition_years=v),
        NO_NUMBERS,
    ),
    ("fit_bg_nbd.unit_days", lambda v: fit_bg_nbd(TABLE, unit_days=v), [*NO_NUMBERS, 0]),
    ("predict_purchases.days", lambda v: BUYING.predict_purchases(TABLE, days=v), [*NO_NUMBERS, 0]),
    ("predict_new.days", lambda v: BUYING.predict_new(days=v), [*NO_NUMBERS, 0]),
    ("plot_alive.watched_days", lambda v: plot_alive(BUYING, watched_days=v), NO_WHOLES),
    ("plot_alive.purchases", lambda v: plot_alive(BUYING, purchases=(v,)), NO_WHOLES),
    (
        "forecast_value.margin_share",
        lambda v: forecast_value(TABLE, BUYING, SPENDING, margin_share=v, days=30),
        NO_SHARES,
    ),
    (
        "forecast_value.days",
        lambda v: forecast_value(TABLE, BUYING, SPENDING, margin_share=0.3, days=v),
        NO_WHOLES,
    ),
    (
        "follow_forecasts.days",
        lambda v: follow_forecasts(RECEIPTS, **SPLIT_CALL, as_of=SPLIT, days=v),
        NO_WHOLES,
    ),
    ("measure_deciles.groups", lambda v: measure_deciles(FRAMES["followed"], groups=v), NO_WHOLES),
    (
        "place_in_matrix.current_cut_cny",
        lambda v: place_in_matrix(FRAMES["values"], current_cut_cny=v, future_cut_cny=1),
        NO_NUMBERS,
    ),
    (
        "compare_ways.top_share",
        lambda v: compare_ways(
            FRAMES["ways"], ["expected_purchases"], outcome="margin_next_cny", top_share=v
        ),
        NO_SHARES,
    ),
    ("measure_payback.months", lambda v: measure_payback(FRAMES["members"], RECEIPTS, months=v), NO_WHOLES),
    ("measure_equity.winning_cny", lambda v: measure_equity(BASE, winning_cny=v, keeping_cny=0), NO_NUMBERS),
    ("measure_equity.keeping_cny", lambda v: measure_equity(BASE, winning_cny=0, keeping_cny=v), NO_NUMBERS),
    ("explore_budget.budget_cny", lambda v: explore_budget(BASE, budget_cny=v), [*NO_NUMBERS, 0]),
    ("plot_survivors.learn_from", lambda v: plot_survivors(HIGH_END, learn_from=v), [*NO_WHOLES, 7]),
    (
        "follow_value.within_days",
        lambda v: follow_value(FIRM["members"], RECEIPTS, FIRM["complaints"], within_days=v),
        NO_WHOLES,
    ),
]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *((name, call, wrong, f"{name.split('.')[1]} is ") for name, call, wrong in CHOSEN),
    (
        "follow_forecasts.as_of",
        lambda v: follow_forecasts(RECEIPTS, **SPLIT_CALL, as_of=v, days=30),
        ["1/7/2025", None, 20250630],
        "as_of: expected a date written year-month-day",
    ),
    (
        "compare_value_with_truth.as_of",
        lambda v: compare_value_with_truth(RECEIPTS, FIRM["truth.members"], **SPLIT_CALL, as_of=v),
        ["1/7/2025", None],
        "as_of: expected a date written year-month-day",
    ),
    (
        "fit_shifted_beta_geometric.survivors",
        fit_shifted_beta_geometric,
        [[5, 4], [5, 6, 4], [0, 0, 0]],
        "survivors: ",
    ),
    (
        "fit_shifted_beta_geometric.survivors, no numbers",
        fit_shifted_beta_geometric,
        [["five", "four", "three"], [-5, -6, -7]],
        "survivors: 3 of 3",
    ),
    (
        "ShiftedBetaGeometric.discount_share",
        lambda v: fit_shifted_beta_geometric(HIGH_END).predict_multiple(discount_share=v),
        [*NO_NUMBERS, 0, 10.5],
        "predict_multiple: discount_share is ",
    ),
    ("fit_shifted_beta_geometric.survivors", fit_shifted_beta_geometric, [[5, 5, 5]], "nobody left"),
]
