"""Small tables for the tests of chapter 8, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.spending import SPENDING
from crmlib.tables.dictionary import Table
from crmlib.tables.results import describe_result
from crmlib.tiers import concentration, pyramid, whale
from crmlib.tiers.abc import (
    CLASSES,
    as_words,
    assign_abc_by_customers,
    assign_abc_by_sales,
    assign_curry_levels,
    measure_mix,
    name_classes,
)
from crmlib.tiers.bands import (
    INDICATORS,
    SCORES,
    assign_bands,
    collect_indicators,
    score_indicators,
)
from crmlib.tiers.cards import (
    ASSIGNED,
    assign_cards,
    cost_cards,
    follow_cards,
    measure_points_liability,
)
from crmlib.tiers.concentration import (
    explore_concentration,
    follow_top,
    measure_concentration,
    measure_top_share,
    plot_pareto,
)
from crmlib.tiers.grading import GROUPS, SERVED, audit_prices, compare_visit_plans
from crmlib.tiers.pyramid import explore_upgrade, simulate_upgrade
from crmlib.tiers.segments import (
    PEOPLE,
    cluster_needs,
    count_groups,
    filter_customers,
    measure_stability,
)
from crmlib.tiers.visits import GRADED, OWNERS, PLAN, measure_visits, plan_visits, plot_visit_calendar
from crmlib.tiers.whale import COSTS, PARTS, cost_accounts, explore_whale, plot_whale

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
LAST = "2025-12-31"
WEIGHTS = {"amount_cny": 2, "complaints": -1}


def make_receipts(n: int = 20) -> pd.DataFrame:
    """Members 1 to n; member k spends k² × 10 yuan in each year, in two receipts."""
    days = ["2023-01-10", "2024-02-01", "2024-09-01", "2025-02-01", "2025-12-20"]
    rows = [(one, day) for one in range(1, n + 1) for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    frame["purchased_at"] = DAYS(frame["purchased_at"])
    amount = 10.0 * frame["customer_id"] ** 2 + frame["receipt_id"] % 3
    return frame.assign(amount_cny=amount, margin_cny=0.3 * amount).astype({"customer_id": "Int64"})


def make_accounts(n: int = 12) -> dict[str, Any]:
    """Accounts 501 on, with orders, visits, classes and owners."""
    ids = 501 + np.arange(n)
    days = DAYS(["2025-03-03", "2025-08-20"])
    orders = pd.DataFrame({"customer_id": np.repeat(ids, 2), "purchased_at": list(days) * n})
    orders.insert(0, "order_id", range(1, len(orders) + 1))
    orders["amount_cny"] = 1000.0 * (orders["customer_id"] - 500)
    orders["margin_cny"] = 0.5 * orders["amount_cny"]
    orders["delivered_on"] = orders["purchased_at"]
    orders["paid_on"] = (orders["purchased_at"] + pd.Timedelta(days=30)).where(orders["order_id"] > 1)
    visits = {
        "visit_id": range(1, 2 * n + 1),
        "customer_id": pd.array([*np.repeat(ids, 2)[:-1], None], dtype="Int64"),
        "visited_on": list(DAYS(["2025-03-02", "2025-08-10"])) * n,
        "minutes": 30.0 + np.arange(2 * n),
    }
    served = {
        "class": ["A", "B", "C"] * (n // 3),
        "margin_cny": 100.0 * np.arange(1, n + 1),
        "visits": np.linspace(0, 3, n),
        "effect": np.linspace(0.2, 0.5, n),
    }
    return {
        "orders": orders,
        "visits": pd.DataFrame(visits),
        "accounts": pd.DataFrame({"customer_id": ids, "distance_km": np.linspace(5, 60, n)}),
        "served": pd.DataFrame(served, index=pd.Index(ids, name="customer_id")),
        "graded": pd.Series(["A", "B", "C"] * (n // 3), index=ids, name="class"),
        "owners": pd.Series([1, 2] * (n // 2), index=ids, name="salesperson_id"),
    }


def make_firm() -> dict[str, Any]:
    """The tables of both firms, with a few rows each."""
    receipts = make_receipts()
    lines = {
        "receipt_id": receipts["receipt_id"],
        "product_id": 1001 + receipts["receipt_id"] % 2,
        "quantity": 1 + receipts["receipt_id"] % 3,
        "unit_price_cny": np.where(receipts["receipt_id"] % 4 == 0, 8.0, 10.0),
        "on_promotion": receipts["receipt_id"] % 4 == 0,
    }
    returns = {
        "return_id": [1, 2],
        "customer_id": pd.array([3, None], dtype="Int64"),
        "requested_on": DAYS(["2025-03-01"] * 2),
        "amount_cny": [20.0, 30.0],
    }
    complaints = {
        "complaint_id": [1, 2],
        "customer_id": pd.array([4, None], dtype="Int64"),
        "opened_at": DAYS(["2025-05-01 10:00", "2025-06-01 09:00"]),
    }
    points = {
        "booking_id": range(1, 7),
        "customer_id": [1, 1, 2, 2, 3, 3],
        "booked_on": DAYS(
            ["2023-02-01", "2025-11-01", "2023-02-01", "2024-01-01", "2025-06-01", "2025-07-01"]
        ),
        "kind": pd.Categorical(["opening", "purchase", "purchase", "redemption", "purchase", "expiry"]),
        "points": [40, 30, 50, -20, 15, -20],
    }
    people = {
        "customer_id": range(1, 31),
        "city": ["Elm"] * 14 + ["Plum"] * 11 + ["Ash"] * 5,
        "age": range(20, 50),
    }
    rng = np.random.default_rng(3)
    hair = np.where(np.arange(30) < 18, 0.9, 0.1) + rng.uniform(-0.05, 0.05, 30)
    shares = pd.DataFrame(
        {"hair": hair, "health": 1 - hair}, index=pd.Index(range(1, 31), name="customer_id")
    )
    return {
        "receipts": receipts,
        "receipt_lines": pd.DataFrame(lines),
        "products": pd.DataFrame({"product_id": [1001, 1002], "list_price_cny": [10.0, 10.0]}),
        "returns": pd.DataFrame(returns),
        "complaints": pd.DataFrame(complaints),
        "points": pd.DataFrame(points),
        "customers": pd.DataFrame(people),
        "shares": shares,
        "groups": pd.Series(["old", "new"] * 10, index=range(1, 21), name="group"),
        **make_accounts(),
    }


def make_results(firm: dict[str, Any]) -> dict[str, Any]:
    """What the functions of the chapter make of the firm and hand to the next one."""
    spending = firm["receipts"].groupby("customer_id")["amount_cny"].sum().rename("spending_cny")
    indicators = collect_indicators(firm["receipts"], firm["returns"], firm["complaints"], as_of=LAST)
    costs = cost_accounts(firm["orders"], firm["visits"], firm["accounts"], as_of=LAST)
    return {
        "spending": spending.set_axis(pd.Index(range(1, 21), name="customer_id")),
        "classes": assign_abc_by_customers(spending).astype(object),
        "levels": assign_curry_levels(spending, high_end=0.05, large=0.1).astype(object),
        "indicators": indicators,
        "scores": score_indicators(indicators, WEIGHTS),
        "cards": assign_cards(firm["receipts"], as_of=LAST),
        "costs": costs,
        "plan": plan_visits(firm["graded"], firm["owners"], month="2026-01-01"),
    }


FIRM = make_firm()
FRAMES: dict[str, Any] = {**FIRM, **make_results(FIRM)}
DESCRIBED: dict[str, Table] = {
    "spending": SPENDING,
    "classes": CLASSES,
    "levels": CLASSES,
    "indicators": INDICATORS,
    "scores": SCORES,
    "cards": ASSIGNED,
    "costs": COSTS,
    "served": SERVED,
    "groups": GROUPS,
    "graded": GRADED,
    "owners": OWNERS,
    "plan": PLAN,
    "customers": PEOPLE,
    "shares": describe_result("shares", {"customer_id": "key", "hair": "number", "health": "number"}),
}
WHEN = ["customer_id", "purchased_at"]
AMOUNTS = [*WHEN, "amount_cny"]
BOTH = [*AMOUNTS, "margin_cny"]
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "measure_top_share": (lambda t: measure_top_share(t["spending"]), {"spending": ["spending_cny"]}),
    "measure_concentration": (
        lambda t: measure_concentration(t["receipts"], as_of=LAST),
        {"receipts": AMOUNTS},
    ),
    "follow_top": (lambda t: follow_top(t["receipts"], as_of=LAST), {"receipts": AMOUNTS}),
    "plot_pareto": (
        lambda t: plot_pareto(t["spending"], classes=t["classes"]).get_ylabel(),
        {"spending": ["spending_cny"]},
    ),
    "explore_concentration": (
        lambda t: explore_concentration(t["receipts"], as_of=LAST),
        {"receipts": AMOUNTS},
    ),
    "assign_abc_by_customers": (
        lambda t: assign_abc_by_customers(t["spending"]),
        {"spending": ["spending_cny"]},
    ),
    "assign_abc_by_sales": (lambda t: assign_abc_by_sales(t["spending"]), {"spending": ["spending_cny"]}),
    "assign_curry_levels": (lambda t: assign_curry_levels(t["spending"]), {"spending": ["spending_cny"]}),
    "measure_mix": (
        lambda t: measure_mix(t["classes"], t["spending"]),
        {"spending": ["spending_cny"], "classes": ["class"]},
    ),
    "as_words": (lambda t: as_words(t["classes"]), {}),
    "name_classes": (lambda t: name_classes(pd.Series([0, 1]), ("A", "B"), "class"), {}),
    "simulate_upgrade": (
        lambda t: simulate_upgrade(t["levels"], t["spending"], moved_share=0.1),
        {"levels": ["class"], "spending": ["spending_cny"]},
    ),
    "explore_upgrade": (
        lambda t: explore_upgrade(t["levels"], t["spending"]),
        {"levels": ["class"], "spending": ["spending_cny"]},
    ),
    "cost_accounts": (
        lambda t: cost_accounts(t["orders"], t["visits"], t["accounts"], as_of=LAST),
        {
            "orders": [*BOTH, "delivered_on", "paid_on"],
            "visits": ["customer_id", "visited_on", "minutes"],
            "accounts": ["customer_id", "distance_km"],
        },
    ),
    "plot_whale": (lambda t: plot_whale(t["costs"]).get_ylabel(), {"costs": ["profit_cny"]}),
    "explore_whale": (lambda t: explore_whale(t["costs"]), {"costs": ["margin_cny", *PARTS]}),
    "collect_indicators": (
        lambda t: collect_indicators(t["receipts"], t["returns"], t["complaints"], as_of=LAST),
        {
            "receipts": BOTH,
            "returns": ["customer_id", "requested_on", "amount_cny"],
            "complaints": ["customer_id", "opened_at"],
        },
    ),
    "score_indicators": (
        lambda t: score_indicators(t["indicators"], WEIGHTS),
        {"indicators": ["amount_cny", "complaints"]},
    ),
    "assign_bands": (lambda t: assign_bands(t["scores"]), {"scores": ["score"]}),
    "assign_cards": (lambda t: assign_cards(t["receipts"], as_of=LAST), {"receipts": BOTH}),
    "cost_cards": (
        lambda t: cost_cards(t["cards"]),
        {"cards": ["amount_cny", "margin_cny", "purchases", "card"]},
    ),
    "follow_cards": (lambda t: follow_cards(t["receipts"], as_of=LAST), {"receipts": BOTH}),
    "measure_points_liability": (
        lambda t: measure_points_liability(t["points"], as_of=LAST),
        {"points": ["customer_id", "booked_on", "kind", "points"]},
    ),
    "compare_visit_plans": (
        lambda t: compare_visit_plans(t["served"]),
        {"served": ["class", "margin_cny", "visits", "effect"]},
    ),
    "audit_prices": (
        lambda t: audit_prices(t["receipts"], t["receipt_lines"], t["products"], t["groups"]),
        {
            "receipts": ["receipt_id", "customer_id"],
            "receipt_lines": ["receipt_id", "product_id", "quantity", "unit_price_cny", "on_promotion"],
            "products": ["product_id", "list_price_cny"],
            "groups": ["group"],
        },
    ),
    "plan_visits": (
        lambda t: plan_visits(t["graded"], t["owners"], month="2026-01-01"),
        {"graded": ["class"], "owners": ["salesperson_id"]},
    ),
    "plot_visit_calendar": (
        lambda t: plot_visit_calendar(t["plan"]).get_ylabel(),
        {"plan": list(PLAN.columns)},
    ),
    "measure_visits": (
        lambda t: measure_visits(t["visits"], t["graded"], first="2025-01-01", last=LAST),
        {"visits": ["customer_id", "visited_on"], "graded": ["class"]},
    ),
    "filter_customers": (
        lambda t: filter_customers(t["customers"], {"city": "Elm", "age": (20, 40)}),
        {"customers": ["customer_id"]},
    ),
    "count_groups": (lambda t: count_groups(t["customers"], ["city"]), {"customers": ["customer_id"]}),
    "cluster_needs": (lambda t: cluster_needs(t["shares"], groups=2), {"shares": []}),
    "measure_stability": (
        lambda t: measure_stability(t["shares"], groups=2, draws=3),
        {"shares": []},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("measure_concentration", "receipts", "receipt_id"),
    ("follow_top", "receipts", "receipt_id"),
    ("cost_accounts", "orders", "order_id"),
    ("cost_accounts", "visits", "visit_id"),
    ("cost_accounts", "accounts", "customer_id"),
    ("plot_whale", "costs", "customer_id"),
    ("collect_indicators", "receipts", "receipt_id"),
    ("collect_indicators", "returns", "return_id"),
    ("collect_indicators", "complaints", "complaint_id"),
    ("score_indicators", "indicators", "customer_id"),
    ("assign_cards", "receipts", "receipt_id"),
    ("cost_cards", "cards", "customer_id"),
    ("measure_points_liability", "points", "booking_id"),
    ("compare_visit_plans", "served", "customer_id"),
    ("audit_prices", "receipts", "receipt_id"),
    ("audit_prices", "products", "product_id"),
    ("measure_visits", "visits", "visit_id"),
    ("filter_customers", "customers", "customer_id"),
    ("count_groups", "customers", "customer_id"),
    ("cluster_needs", "shares", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_pareto": lambda ax: plot_pareto(FRAMES["spending"], classes=FRAMES["classes"], ax=ax),
    "plot_whale": lambda ax: plot_whale(FRAMES["costs"], ax=ax),
    "plot_visit_calendar": lambda ax: plot_visit_calendar(FRAMES["plan"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_concentration": (
        concentration,
        lambda: explore_concentration(FRAMES["receipts"], as_of=LAST),
    ),
    "explore_upgrade": (pyramid, lambda: explore_upgrade(FRAMES["levels"], FRAMES["spending"])),
    "explore_whale": (whale, lambda: explore_whale(FRAMES["costs"])),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, np.nan, np.inf, "ten", None]
NO_WHOLES = [*NO_NUMBERS, 0, 2.5, True]
NO_PARTS = [*NO_NUMBERS, 0, 1, 1.5, True]
T = FRAMES
DATED: dict[str, Callable[[Any], Any]] = {
    "measure_concentration.as_of": lambda v: measure_concentration(T["receipts"], as_of=v),
    "follow_top.as_of": lambda v: follow_top(T["receipts"], as_of=v),
    "explore_concentration.as_of": lambda v: explore_concentration(T["receipts"], as_of=v),
    "cost_accounts.as_of": lambda v: cost_accounts(T["orders"], T["visits"], T["accounts"], as_of=v),
    "collect_indicators.as_of": lambda v: collect_indicators(
        T["receipts"], T["returns"], T["complaints"], as_of=v
    ),
    "assign_cards.as_of": lambda v: assign_cards(T["receipts"], as_of=v),
    "follow_cards.as_of": lambda v: follow_cards(T["receipts"], as_of=v),
    "measure_points_liability.as_of": lambda v: measure_points_liability(T["points"], as_of=v),
    "plan_visits.month": lambda v: plan_visits(T["graded"], T["owners"], month=v),
    "measure_visits.first": lambda v: measure_visits(T["visits"], T["graded"], first=v, last=LAST),
    "measure_visits.last": lambda v: measure_visits(T["visits"], T["graded"], first="2025-01-01", last=v),
}
COUNTED: dict[str, Callable[[Any], Any]] = {
    "follow_top.days": lambda v: follow_top(T["receipts"], as_of=LAST, days=v),
    "cost_accounts.days": lambda v: cost_accounts(
        T["orders"], T["visits"], T["accounts"], as_of=LAST, days=v
    ),
    "collect_indicators.days": lambda v: collect_indicators(
        T["receipts"], T["returns"], T["complaints"], as_of=LAST, days=v
    ),
    "assign_cards.days": lambda v: assign_cards(T["receipts"], as_of=LAST, days=v),
    "assign_cards.queen_purchases": lambda v: assign_cards(T["receipts"], as_of=LAST, queen_purchases=v),
    "assign_cards.goddess_purchases": lambda v: assign_cards(T["receipts"], as_of=LAST, goddess_purchases=v),
    "follow_cards.days": lambda v: follow_cards(T["receipts"], as_of=LAST, days=v),
    "measure_points_liability.silent_days": lambda v: measure_points_liability(
        T["points"], as_of=LAST, silent_days=v
    ),
    "filter_customers.least": lambda v: filter_customers(T["customers"], {"city": "Elm"}, least=v),
    "count_groups.least": lambda v: count_groups(T["customers"], ["city"], least=v),
    "cluster_needs.groups": lambda v: cluster_needs(T["shares"], groups=v),
    "measure_stability.draws": lambda v: measure_stability(T["shares"], groups=2, draws=v),
}
PARTED: dict[str, Callable[[Any], Any]] = {
    "measure_top_share.top_share": lambda v: measure_top_share(T["spending"], top_share=v),
    "measure_concentration.top_share": lambda v: measure_concentration(
        T["receipts"], as_of=LAST, top_share=v
    ),
    "follow_top.top_share": lambda v: follow_top(T["receipts"], as_of=LAST, top_share=v),
    "assign_abc_by_customers.a_share": lambda v: assign_abc_by_customers(T["spending"], a_share=v),
    "assign_abc_by_customers.b_share": lambda v: assign_abc_by_customers(T["spending"], b_share=v),
    "assign_abc_by_sales.a_up_to": lambda v: assign_abc_by_sales(T["spending"], a_up_to=v),
    "assign_abc_by_sales.b_up_to": lambda v: assign_abc_by_sales(T["spending"], b_up_to=v),
    "assign_curry_levels.high_end": lambda v: assign_curry_levels(T["spending"], high_end=v),
    "assign_curry_levels.large": lambda v: assign_curry_levels(T["spending"], large=v),
    "assign_curry_levels.medium": lambda v: assign_curry_levels(T["spending"], medium=v),
}
MEASURED: dict[str, Callable[[Any], Any]] = {
    "simulate_upgrade.moved_share": lambda v: simulate_upgrade(T["levels"], T["spending"], moved_share=v),
    "simulate_upgrade.contribution_share": lambda v: simulate_upgrade(
        T["levels"], T["spending"], contribution_share=v
    ),
    "simulate_upgrade.fixed_share": lambda v: simulate_upgrade(T["levels"], T["spending"], fixed_share=v),
    "simulate_upgrade.cost_each_cny": lambda v: simulate_upgrade(T["levels"], T["spending"], cost_each_cny=v),
    "cost_accounts.cny_per_hour": lambda v: cost_accounts(
        T["orders"], T["visits"], T["accounts"], as_of=LAST, cny_per_hour=v
    ),
    "cost_accounts.cny_per_km": lambda v: cost_accounts(
        T["orders"], T["visits"], T["accounts"], as_of=LAST, cny_per_km=v
    ),
    "cost_accounts.cny_per_order": lambda v: cost_accounts(
        T["orders"], T["visits"], T["accounts"], as_of=LAST, cny_per_order=v
    ),
    "cost_accounts.yearly_interest": lambda v: cost_accounts(
        T["orders"], T["visits"], T["accounts"], as_of=LAST, yearly_interest=v
    ),
    "assign_bands.vip_from": lambda v: assign_bands(T["scores"], vip_from=v),
    "assign_bands.important_from": lambda v: assign_bands(T["scores"], important_from=v),
    "assign_bands.ordinary_from": lambda v: assign_bands(T["scores"], ordinary_from=v),
    "assign_cards.queen_cny": lambda v: assign_cards(T["receipts"], as_of=LAST, queen_cny=v),
    "assign_cards.goddess_cny": lambda v: assign_cards(T["receipts"], as_of=LAST, goddess_cny=v),
    "cost_cards.queen_gifts_cny": lambda v: cost_cards(T["cards"], queen_gifts_cny=v),
    "cost_cards.goddess_gifts_cny": lambda v: cost_cards(T["cards"], goddess_gifts_cny=v),
    "compare_visit_plans.visits_a": lambda v: compare_visit_plans(T["served"], visits_a=v),
    "compare_visit_plans.visits_b": lambda v: compare_visit_plans(T["served"], visits_b=v),
    "compare_visit_plans.visits_c": lambda v: compare_visit_plans(T["served"], visits_c=v),
    "compare_visit_plans.most_visits": lambda v: compare_visit_plans(T["served"], most_visits=v),
    "plan_visits.visits_a": lambda v: plan_visits(T["graded"], T["owners"], month=LAST, visits_a=v),
    "plan_visits.visits_b": lambda v: plan_visits(T["graded"], T["owners"], month=LAST, visits_b=v),
    "plan_visits.visits_c": lambda v: plan_visits(T["graded"], T["owners"], month=LAST, visits_c=v),
}
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *((name, call, NO_DAYS, "expected a date written year-month-day") for name, call in DATED.items()),
    *((name, call, NO_WHOLES, f"{name.split('.')[1]} is ") for name, call in COUNTED.items()),
    *((name, call, NO_PARTS, f"{name.split('.')[1]} is ") for name, call in PARTED.items()),
    *((name, call, NO_NUMBERS, f"{name.split('.')[1]} is ") for name, call in MEASURED.items()),
    (
        "measure_concentration.windows",
        lambda v: measure_concentration(T["receipts"], as_of=LAST, windows=v),
        [30, [], [0], None],
        "windows",
    ),
    (
        "measure_concentration.resource",
        lambda v: measure_concentration(T["receipts"], as_of=LAST, resource=v),
        ["amount", None, 3],
        "resource is ",
    ),
    (
        "follow_top.resource",
        lambda v: follow_top(T["receipts"], as_of=LAST, resource=v),
        ["sales"],
        "resource is ",
    ),
    (
        "score_indicators.weights",
        lambda v: score_indicators(T["indicators"], v),
        [{}, None, {"amount_cny": "much"}, {"amount_cny": 0}, {"amuont_cny": 1}, {5: 1}],
        "",
    ),
    (
        "filter_customers.where",
        lambda v: filter_customers(T["customers"], v),
        [None, ["city"]],
        "where: expected",
    ),
    (
        "filter_customers.where, unknown",
        lambda v: filter_customers(T["customers"], v),
        [{"town": "Elm"}],
        "customers: no column 'town'",
    ),
    ("filter_customers.where, no words", lambda v: filter_customers(T["customers"], v), [{5: 1}], "where"),
    ("count_groups.by", lambda v: count_groups(T["customers"], v), ["city", [], None], "by is "),
    (
        "cluster_needs.seed",
        lambda v: cluster_needs(T["shares"], groups=2, seed=v),
        [None, -1, 2.5],
        "seed is ",
    ),
    (
        "measure_stability.seed",
        lambda v: measure_stability(T["shares"], groups=2, draws=2, seed=v),
        [None, -1],
        "seed is ",
    ),
]
