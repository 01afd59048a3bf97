"""Small tables for the tests of loyalty (chapter 4), and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.loyalty import fee, winning
from crmlib.loyalty.audit import audit_rules, estimate_yuan_for_a_point
from crmlib.loyalty.card import CARD_GAP, compare_members_with_others, measure_true_card_gap, plot_card_gap
from crmlib.loyalty.degree import measure_loyalty, measure_yearly_spend, share_of_purchases
from crmlib.loyalty.fee import explore_fee_break_even, fee_break_even, list_break_even_benefits
from crmlib.loyalty.points import STAIRCASE, cost_of_points, measure_breakage, plot_cost_of_points
from crmlib.loyalty.winning import COUNTED, cost_per_customer, explore_winning_or_keeping, plot_cost_ratios
from crmlib.tables.dictionary import Table
from crmlib.trials.trial import Trial

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
QUARTERS = DAYS(["2025-01-01", "2025-04-01", "2025-07-01"])


def make_trial(
    extra: float = 10.0,
    cost: float = 1000.0,
    counted: int = 30,
    spread: float = 1.0,
    name: str = "new member",
) -> Trial:
    """A trial whose repetitions lie evenly around the extra customers."""
    return Trial(name, cost, counted, extra, extra + spread * np.linspace(-1, 1, 201), 20)


RECEIPTS = pd.DataFrame(
    {
        "receipt_id": [1, 2, 3, 4, 5, 6],
        "customer_id": pd.array([1, 2, 1, 3, 2, None], dtype="Int64"),
        "purchased_at": DAYS(
            [
                "2024-03-01 10:00",
                "2024-04-01 11:00",
                "2025-05-02 12:00",
                "2025-02-01 13:00",
                "2025-12-30 14:00",
                "2025-12-31 20:00",
            ]
        ),
        "dispatched_on": DAYS(
            ["2024-03-01", "2024-04-03", "2025-05-02", "2025-02-01", "2025-12-30", "2025-12-31"]
        ),
        "amount_cny": [104.5, 39.0, 20.0, 9.99, 60.0, 15.0],
    }
)
# member 1 bought in the month of birth and gave something back; what was earned in 2023 was used or expired
POINTS = pd.DataFrame(
    {
        "customer_id": [1, 2, 1, 2, 1, 1, 1, 2],
        "booked_on": DAYS(
            [
                "2023-03-01",
                "2023-04-01",
                "2023-05-05",
                "2024-12-31",
                "2024-03-04",
                "2024-03-04",
                "2024-03-09",
                "2024-04-06",
            ]
        ),
        "kind": [
            "opening",
            "opening",
            "redemption",
            "expiry",
            "purchase",
            "birth_month",
            "return",
            "purchase",
        ],
        "points": [40, 40, -20, -40, 10, 10, -1, 3],
        "receipt_id": pd.array([None, None, None, None, 1, 1, 1, 2], dtype="Int64"),
    }
)
PANEL = pd.DataFrame(
    {
        "panel_id": [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 2],
        "quarter": [*QUARTERS, *QUARTERS, *QUARTERS, QUARTERS[0], QUARTERS[0]],
        "chain": ["osmanthus"] * 9 + ["rival_a"] * 2,
        "has_card": [False, True, True, False, True, True] + [False] * 5,
        "purchases": [2, 3, 4, 1, 2, 2, 1, 1, 1, 2, 1],
    }
)

FRAMES: dict[str, Any] = {
    "receipts": RECEIPTS,
    "points": POINTS,
    "returns": pd.DataFrame({"return_id": [1], "receipt_id": [1], "requested_on": DAYS(["2024-03-08"])}),
    "panel": PANEL,
    "truth.shoppers": pd.DataFrame(
        {
            "panel_id": [1, 2, 3],
            "has_card": [True, True, False],
            "visits_per_month": [1.0, 0.8, 0.4],
            "yearly_without_card_cny": [1000.0, 800.0, 400.0],
            "yearly_with_card_cny": [1070.0, 856.0, 428.0],
        }
    ),
    "marketing_costs": pd.DataFrame(
        {
            "month": DAYS(["2025-03-01", "2025-03-01"]),
            "purpose": ["acquisition", "retention"],
            "cost_cny": [120.0, 10.0],
            "staff_hours": [2.0, 0.5],
        }
    ),
    # two members of 2024, who bought in 2025, and two who joined in 2025
    "members": pd.DataFrame(
        {
            "customer_id": [1, 2, 3, 4],
            "joined_on": DAYS(["2024-03-01", "2024-04-01", "2025-02-01", "2025-03-01"]),
        }
    ),
    "cost": cost_of_points(POINTS, RECEIPTS),
    "comparison": compare_members_with_others(PANEL, draws=20, seed=1),
    "counted": pd.DataFrame(
        {"purpose": ["acquisition", "retention"], "cost_each_cny": [60.0, 10.0], "hours_each": [1.0, 0.5]}
    ),
}
DESCRIBED: dict[str, Table] = {"cost": STAIRCASE, "comparison": CARD_GAP, "counted": COUNTED}


def read_texts(ax: Any) -> list[str]:
    """What is written into a picture."""
    return sorted(text.get_text() for text in ax.texts)


BOOKING = ["customer_id", "booked_on", "kind", "points", "receipt_id"]
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "fee_break_even": (lambda _: fee_break_even(), {}),
    "measure_loyalty": (
        lambda t: measure_loyalty(t["receipts"], as_of="2026-01-01"),
        {"receipts": ["customer_id", "purchased_at"]},
    ),
    "share_of_purchases": (
        lambda t: share_of_purchases(t["panel"]),
        {"panel": ["panel_id", "quarter", "chain", "purchases"]},
    ),
    "measure_yearly_spend": (
        lambda t: measure_yearly_spend(t["receipts"], as_of="2026-01-01"),
        {"receipts": ["customer_id", "purchased_at", "amount_cny"]},
    ),
    "audit_rules": (
        lambda t: audit_rules(t["points"], t["receipts"], t["returns"]),
        {
            "points": BOOKING,
            "receipts": ["receipt_id", "amount_cny", "dispatched_on"],
            "returns": ["return_id", "receipt_id", "requested_on"],
        },
    ),
    "estimate_yuan_for_a_point": (
        lambda t: estimate_yuan_for_a_point(t["points"], t["receipts"]),
        {"points": BOOKING, "receipts": ["receipt_id", "amount_cny", "dispatched_on"]},
    ),
    "cost_of_points": (
        lambda t: cost_of_points(t["points"], t["receipts"]),
        {"points": ["customer_id", "kind", "points"], "receipts": ["customer_id", "amount_cny"]},
    ),
    "plot_cost_of_points": (
        lambda t: read_texts(plot_cost_of_points(t["cost"])),
        {"cost": ["step", "sales_share"]},
    ),
    "measure_breakage": (
        lambda t: measure_breakage(t["points"], as_of="2025-01-01"),
        {"points": ["customer_id", "booked_on", "kind", "points"]},
    ),
    "compare_members_with_others": (
        lambda t: compare_members_with_others(t["panel"], draws=20, seed=1),
        {"panel": ["panel_id", "quarter", "chain", "has_card", "purchases"]},
    ),
    "measure_true_card_gap": (
        lambda t: measure_true_card_gap(t["truth.shoppers"]),
        {
            "truth.shoppers": [
                "panel_id",
                "has_card",
                "visits_per_month",
                "yearly_without_card_cny",
                "yearly_with_card_cny",
            ]
        },
    ),
    "plot_card_gap": (
        lambda t: read_texts(plot_card_gap(t["comparison"])),
        {"comparison": ["comparison", "ratio", "low", "high"]},
    ),
    "cost_per_customer": (
        lambda t: cost_per_customer(t["marketing_costs"], t["members"], t["receipts"], as_of="2026-01-01"),
        {
            "marketing_costs": ["month", "purpose", "cost_cny", "staff_hours"],
            "members": ["customer_id", "joined_on"],
            "receipts": ["customer_id", "purchased_at"],
        },
    ),
    "plot_cost_ratios": (
        lambda t: read_texts(plot_cost_ratios(t["counted"], make_trial(), [])),
        {"counted": ["purpose", "cost_each_cny", "hours_each"]},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("share_of_purchases", "panel", "panel_id and quarter and chain"),
    ("measure_yearly_spend", "receipts", "receipt_id"),
    ("audit_rules", "receipts", "receipt_id"),
    ("audit_rules", "returns", "return_id"),
    ("estimate_yuan_for_a_point", "receipts", "receipt_id"),
    ("cost_of_points", "receipts", "receipt_id"),
    ("compare_members_with_others", "panel", "panel_id and quarter and chain"),
    ("measure_true_card_gap", "truth.shoppers", "panel_id"),
    ("cost_per_customer", "members", "customer_id"),
    ("plot_cost_ratios", "counted", "purpose"),
]
IN_ORDER: dict[str, str] = {
    "plot_cost_of_points": "the steps are drawn from the promise to the payment",
}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_cost_of_points": lambda ax: plot_cost_of_points(FRAMES["cost"], ax=ax),
    "plot_card_gap": lambda ax: plot_card_gap(
        FRAMES["comparison"], measure_true_card_gap(FRAMES["truth.shoppers"]), ax=ax
    ),
    "plot_cost_ratios": lambda ax: plot_cost_ratios(
        FRAMES["counted"],
        make_trial(),
        [make_trial(cost=200.0, name="coupon"), make_trial(extra=-3.0, name="gift")],
        ax=ax,
    ),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_fee_break_even": (fee, lambda: explore_fee_break_even([100.0, 900.0, 1700.0, 4200.0])),
    "explore_winning_or_keeping": (
        winning,
        lambda: explore_winning_or_keeping(make_trial(), make_trial(cost=200.0, name="coupon")),
    ),
}

DATES = ["1/4/2025", "", 20250101, None, pd.NaT]
AMOUNTS = [-1, np.nan, np.inf, "ten", None]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    (
        "measure_loyalty.as_of",
        lambda value: measure_loyalty(FRAMES["receipts"], as_of=value),
        DATES,
        "as_of: expected a date",
    ),
    (
        "measure_yearly_spend.as_of",
        lambda value: measure_yearly_spend(FRAMES["receipts"], as_of=value),
        DATES,
        "as_of: expected a date",
    ),
    (
        "measure_breakage.as_of",
        lambda value: measure_breakage(FRAMES["points"], as_of=value),
        DATES,
        "as_of: expected a date",
    ),
    (
        "cost_per_customer.as_of",
        lambda value: cost_per_customer(
            FRAMES["marketing_costs"], FRAMES["members"], FRAMES["receipts"], as_of=value
        ),
        DATES,
        "as_of: expected a date",
    ),
    (
        "compare_members_with_others.draws",
        lambda value: compare_members_with_others(FRAMES["panel"], draws=value),
        [-1, 0, 1.5, np.nan, np.inf, "ten", None],
        "draws is ",
    ),
    (
        "fee_break_even.fee_cny",
        lambda value: fee_break_even(fee_cny=value),
        AMOUNTS,
        "expected 0 or more yuan",
    ),
    (
        "fee_break_even.basket_cny",
        lambda value: fee_break_even(basket_cny=value),
        [-1, 0, 9.99, np.nan, np.inf, "ten"],
        "basket_cny is ",
    ),
    (
        "list_break_even_benefits.target_cny",
        list_break_even_benefits,
        [0, *AMOUNTS],
        "expected more than 0 yuan",
    ),
    (
        "list_break_even_benefits.fee_cny",
        lambda value: list_break_even_benefits(fee_cny=value),
        AMOUNTS,
        "expected 0 or more yuan",
    ),
    (
        "explore_fee_break_even.yearly_spend",
        lambda value: explore_fee_break_even([100.0, value]),
        AMOUNTS,
        "yearly_spend: 1 of 2 values are wrong",
    ),
]
# the whole message, once for each option
SAID: dict[str, tuple[Any, str]] = {
    "compare_members_with_others.draws": (-1, "draw_weights: draws is -1, expected at least 2."),
    "fee_break_even.fee_cny": (-1, "fee_cny is -1, expected 0 or more yuan."),
    "fee_break_even.basket_cny": (-1, "basket_cny is -1, expected more than 0 yuan."),
    "list_break_even_benefits.target_cny": (
        0,
        "target_cny is 0, expected more than 0 yuan, one fen or more.",
    ),
    "list_break_even_benefits.fee_cny": (-1, "fee_cny is -1, expected 0 or more yuan."),
    "explore_fee_break_even.yearly_spend": (
        -1,
        "yearly_spend: 1 of 2 values are wrong (position 1: -1). Expected yuan, 0 or more.",
    ),
}
OPTIONS += [(name, call, [SAID[name][0]], SAID[name][1]) for name, call, *_ in OPTIONS if name in SAID]
