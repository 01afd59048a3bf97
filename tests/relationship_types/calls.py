"""Small tables for the tests of chapter 2, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.relationship_types import change, fit, matrix, states
from crmlib.relationship_types.buying import (
    GROUPS,
    compare_buying,
    compare_lost_offers,
    estimate_continuity,
    measure_continuity,
    measure_lost_offers,
    measure_one_time_shoppers,
)
from crmlib.relationship_types.change import decompose_change, explore_change, list_changes, sum_periods
from crmlib.relationship_types.dimensions import (
    BOUGHT,
    DEPTH,
    FIRST_DAYS,
    LENGTHS,
    find_first_days,
    join_categories,
    measure_depth,
    measure_length,
    plot_length,
    summarise_depth,
)
from crmlib.relationship_types.expected_value import (
    FOLLOWED,
    PROSPECTS,
    compare_rankings,
    estimate_gain,
    follow_scored_members,
    plot_rankings,
    rank_prospects,
    value_leads,
)
from crmlib.relationship_types.fit import (
    FIT,
    WALLET_SHARES,
    accounts_needed,
    compare_fit,
    explore_fit_test,
    find_fit,
    find_true_fit,
    measure_dilution,
    measure_wallet_share,
    plot_fit_estimates,
)
from crmlib.relationship_types.matrix import (
    GIVEN_SEGMENTS,
    SEGMENTS,
    TYPES,
    choose_types,
    explore_matrix,
    summarise_segments,
)
from crmlib.relationship_types.movers import MOVERS, follow_movers, plot_movers
from crmlib.relationship_types.scales import assign_loyalty_classes, assign_value_classes
from crmlib.relationship_types.states import (
    COMPARED,
    STATED,
    assign_lead_states,
    assign_states,
    compare_states_with_truth,
    explore_states,
    plot_states_against_truth,
)
from crmlib.relationship_types.trust import (
    MEASURED,
    PLACED,
    measure_true_attachment,
    place_accounts,
    plot_positions,
)
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
LAST, FIRST, JULY = "2025-12-31", "2024-01-01", "2025-07-01"
SIZES = ["small", "middle", "key"]


def make_receipts(n: int = 24) -> pd.DataFrame:
    """Members 1 to n: every third buys each quarter, every third once a year, every third left in 2024."""
    habits = {
        0: list(pd.date_range("2023-01-05", LAST, freq="QE")),
        1: list(DAYS(["2023-06-01", "2024-06-01", "2025-06-01"])),
        2: list(DAYS(["2023-02-01", "2024-03-01"])),
    }
    rows = [(one, day) for one in range(1, n + 1) for day in habits[one % 3]]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    margins = 10.0 + frame["customer_id"] % 5 + 7 * (frame["receipt_id"] % 5)
    return frame.assign(amount_cny=3 * margins, margin_cny=margins).astype({"customer_id": "Int64"})


def make_truth(n: int = 24) -> pd.DataFrame:
    """Every third member left after the last purchase; two came back, one of them stayed."""
    ids = np.arange(1, n + 1)
    days = {
        "left_on": np.where(ids % 3 == 2, "2024-03-02", None),
        "second_started_on": np.where(np.isin(ids, [2, 5]), "2025-07-01", None),
        "second_left_on": np.where(ids == 5, "2025-09-01", None),
    }
    return pd.DataFrame({"customer_id": ids, **{name: DAYS(pd.Series(day)) for name, day in days.items()}})


def make_accounts(n: int = 18) -> pd.DataFrame:
    """Accounts 501 on, of three sizes in turn, with types, bonds and buying styles."""
    number = np.arange(n)
    return pd.DataFrame(
        {
            "customer_id": 501 + number,
            "segment": pd.Categorical([SIZES[one % 3] for one in number], SIZES, ordered=True),
            "relationship_type": pd.Categorical([TYPES[one % 5] for one in number], TYPES, ordered=True),
            "since_on": DAYS(["2015-03-01"] * n),
            "financial_bond": number % 2 == 0,
            "social_bond": number % 4 < 2,
            "structural_bond": number % 6 == 5,
            "buying_style": pd.Categorical([["loyal", "competitive", "tender"][one % 3] for one in number]),
        }
    )


def make_orders(n: int = 18) -> pd.DataFrame:
    """Two orders a year of each account; the margin share rises with the number of the account."""
    days = ["2024-03-01", "2024-09-01", "2025-03-01", "2025-12-30"]
    rows = [(501 + one, day, 1000.0 * (1 + one % 3), 10.0 * one) for one in range(n) for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny", "margin_cny"])
    frame["purchased_at"] = DAYS(frame["purchased_at"])
    frame.insert(0, "order_id", range(1, len(frame) + 1))
    return frame.assign(product=np.where(frame["order_id"] % 5 == 0, "lubricant", "diesel"))


def make_firm() -> dict[str, Any]:
    """The tables of a firm, as they would be loaded, with a few rows each."""
    receipts, accounts = make_receipts(), make_accounts()
    quarters = list(DAYS(["2025-01-01", "2025-04-01"]))
    lines = {
        "receipt_id": receipts["receipt_id"],
        "product_id": 1001 + receipts["receipt_id"] % 2,
        "quantity": 2,
        "unit_price_cny": 9.5,
    }
    bids = {
        "bid_id": range(1, 19),
        "customer_id": accounts["customer_id"],
        "outcome": pd.Categorical(["kept", "lost", "kept", "part_lost", "kept", "kept"] * 3),
    }
    wallets = {
        "customer_id": np.repeat(accounts["customer_id"].to_numpy(), 2),
        "quarter": quarters * 18,
        "needed_tonnes": 40.0,
        "bought_tonnes": np.linspace(2, 6, 36) ** 2,
    }
    panel = {
        "panel_id": [1, 1, 2, 2],
        "quarter": quarters * 2,
        "chain": "osmanthus",
        "has_card": [False, False, False, True],
        "purchases": [1, 0, 2, 3],
    }
    leads = {
        "lead_id": [1, 2, 3, 4, 5, 6],
        "source": ["fair", "fair", "referral", "referral", "fair", "fair"],
        "need": [True, True, True, False, True, True],
        "stage": [1, 3, 5, 2, 5, 2],
        "outcome": ["open", "open", "won", "lost", "won", "lost"],
        "customer_id": pd.array([None, None, 501, None, 502, None], dtype="Int64"),
    }
    members = {
        "customer_id": range(1, 25),
        "joined_on": DAYS(["2023-01-05"] * 22 + ["2025-05-01"] * 2),
        "referred_by": pd.array([*[None] * 22, 3, 3], dtype="Int64"),
    }
    truth = {
        "customer_id": accounts["customer_id"],
        "fitting_type": [TYPES[one % 3] for one in range(18)],
        "relationship_quality": np.linspace(-1, 1, 18),
    }
    return {
        "receipts": receipts,
        "receipt_lines": pd.DataFrame(lines),
        "products": pd.DataFrame({"product_id": [1001, 1002], "category": ["hair", "health"]}),
        "members": pd.DataFrame(members),
        "panel": pd.DataFrame(panel),
        "accounts": accounts,
        "orders": make_orders(),
        "competitor_bids": pd.DataFrame(bids),
        "wallets": pd.DataFrame(wallets),
        "leads": pd.DataFrame(leads),
        "truth.members": make_truth(),
        "truth.accounts": pd.DataFrame(truth),
    }


def make_results(firm: dict[str, Any]) -> dict[str, Any]:
    """What the functions of the chapter make of the firm and hand to the next one."""
    receipts, orders, accounts = firm["receipts"], firm["orders"], firm["accounts"]
    by_account = accounts.set_index("customer_id")
    bought = join_categories(receipts, firm["receipt_lines"], firm["products"])
    stated = assign_states(receipts, as_of=LAST)["state"]
    placed = place_accounts(accounts)
    segments = summarise_segments(orders, by_account["segment"], as_of=LAST)
    prospects = {"prospect": ["A", "B"], "value_cny": [20_000.0, 3_000.0], "probability": [0.1, 0.8]}
    return {
        "groups": by_account["buying_style"],
        "states": stated,
        "compared": compare_states_with_truth(stated, firm["truth.members"], as_of=LAST),
        "bought": bought,
        "depth": measure_depth(bought, as_of=LAST, referrals=firm["members"]),
        "lengths": measure_length(receipts, as_of=LAST),
        "first_on": by_account["since_on"],
        "movers": follow_movers(receipts, as_of=LAST),
        "classes": assign_value_classes(receipts, as_of=LAST)["value_class"],
        # rows with numbers of their own, which stay with them in another order
        "segments": segments.set_axis(pd.Index([11, 12, 13])),
        "prospects": pd.DataFrame(prospects, index=pd.Index([11, 12])),
        "fit": find_fit(accounts, orders),
        "true fit": find_true_fit(accounts, firm["truth.accounts"]),
        "wallet_shares": measure_wallet_share(firm["wallets"]),
        "placed": placed,
        "measured": measure_lost_offers(placed, firm["competitor_bids"]),
        "followed": follow_scored_members(receipts, as_of=JULY),
    }


FIRM = make_firm()
FRAMES: dict[str, Any] = {**FIRM, **make_results(FIRM)}
DESCRIBED: dict[str, Table] = {
    "groups": GROUPS,
    "states": STATED,
    "compared": COMPARED,
    "bought": BOUGHT,
    "depth": DEPTH,
    "lengths": LENGTHS,
    "first_on": FIRST_DAYS,
    "movers": MOVERS,
    "classes": GIVEN_SEGMENTS,
    "segments": SEGMENTS,
    "prospects": PROSPECTS,
    "fit": FIT,
    "true fit": FIT,
    "wallet_shares": WALLET_SHARES,
    "placed": PLACED,
    "measured": MEASURED,
    "followed": FOLLOWED,
}

WHEN = ["customer_id", "purchased_at"]
PURCHASES = [*WHEN, "amount_cny"]
MARGINS = [*WHEN, "margin_cny"]
BIDS = ["bid_id", "customer_id", "outcome"]
TRUTH = ["customer_id", "left_on", "second_started_on", "second_left_on"]
TYPED = ["customer_id", "segment", "relationship_type"]
SCORED = ["value_cny", "probability", "expected_cny", "margin_next_cny"]
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "compare_buying": (
        lambda t: compare_buying({"shop": t["receipts"]}, as_of=LAST),
        {"receipts": PURCHASES},
    ),
    "measure_one_time_shoppers": (
        lambda t: measure_one_time_shoppers(t["panel"]),
        {"panel": ["panel_id", "quarter", "chain", "has_card", "purchases"]},
    ),
    "measure_lost_offers": (
        lambda t: measure_lost_offers(t["groups"], t["competitor_bids"]),
        {"groups": ["group"], "competitor_bids": BIDS},
    ),
    "compare_lost_offers": (
        lambda t: compare_lost_offers(t["groups"], t["competitor_bids"], one="loyal", other="tender"),
        {"groups": ["group"], "competitor_bids": BIDS},
    ),
    "measure_continuity": (lambda t: measure_continuity(t["receipts"], as_of=LAST), {"receipts": WHEN}),
    "estimate_continuity": (
        lambda t: estimate_continuity(t["receipts"], as_of=LAST, days=365),
        {"receipts": WHEN},
    ),
    "assign_states": (lambda t: assign_states(t["receipts"], as_of=LAST), {"receipts": PURCHASES}),
    "assign_lead_states": (
        lambda t: assign_lead_states(t["leads"]),
        {"leads": ["lead_id", "need", "stage", "outcome"]},
    ),
    "compare_states_with_truth": (
        lambda t: compare_states_with_truth(t["states"], t["truth.members"], as_of=LAST),
        {"states": ["state"], "truth.members": TRUTH},
    ),
    "plot_states_against_truth": (
        lambda t: plot_states_against_truth(t["compared"]).get_ylabel(),
        {"compared": ["state", "customers", "truly_gone"]},
    ),
    "explore_states": (
        lambda t: explore_states(t["receipts"], t["truth.members"], as_of=LAST),
        {"receipts": PURCHASES, "truth.members": TRUTH},
    ),
    "assign_value_classes": (
        lambda t: assign_value_classes(t["receipts"], as_of=LAST),
        {"receipts": MARGINS},
    ),
    "assign_loyalty_classes": (
        lambda t: assign_loyalty_classes(t["receipts"], as_of=LAST),
        {"receipts": PURCHASES},
    ),
    "join_categories": (
        lambda t: join_categories(t["receipts"], t["receipt_lines"], t["products"]),
        {
            "receipts": ["receipt_id", *WHEN],
            "receipt_lines": ["receipt_id", "product_id", "quantity", "unit_price_cny"],
            "products": ["product_id", "category"],
        },
    ),
    "measure_length": (lambda t: measure_length(t["receipts"], as_of=LAST), {"receipts": WHEN}),
    "measure_length, known first days": (
        lambda t: measure_length(t["orders"], as_of=LAST, first_on=t["first_on"]),
        {"first_on": ["first_on"]},
    ),
    "find_first_days": (lambda t: find_first_days(t["receipts"]), {"receipts": WHEN}),
    "plot_length": (lambda t: plot_length({"shop": t["lengths"]}).get_ylabel(), {"lengths": ["length_days"]}),
    "measure_depth": (
        lambda t: measure_depth(t["bought"], as_of=LAST, referrals=t["members"]),
        {"bought": list(BOUGHT.columns), "members": ["customer_id", "joined_on", "referred_by"]},
    ),
    "summarise_depth": (
        lambda t: summarise_depth(t["depth"]),
        {"depth": ["repeat_cny", "cross_selling_cny", "incremental_cny"]},
    ),
    "decompose_change": (
        lambda t: decompose_change(t["receipts"], first=FIRST, last=LAST),
        {"receipts": WHEN},
    ),
    "explore_change": (
        lambda t: explore_change(t["receipts"], first=FIRST, last=LAST),
        {"receipts": WHEN},
    ),
    "list_changes": (lambda t: list_changes(t["receipts"], as_of=LAST), {"receipts": MARGINS}),
    "sum_periods": (
        lambda t: sum_periods(t["receipts"], as_of=LAST, months=12, periods=2),
        {"receipts": MARGINS},
    ),
    "follow_movers": (lambda t: follow_movers(t["receipts"], as_of=LAST), {"receipts": MARGINS}),
    "plot_movers": (lambda t: plot_movers(t["movers"]).get_ylabel(), {"movers": list(MOVERS.columns)}),
    "summarise_segments": (
        lambda t: summarise_segments(t["receipts"], t["classes"], as_of=LAST),
        {"receipts": MARGINS, "classes": ["segment"]},
    ),
    "choose_types": (
        lambda t: choose_types(t["segments"]),
        {"segments": ["segment", "customers", "margin_each_cny"]},
    ),
    "explore_matrix": (
        lambda t: explore_matrix(t["segments"]),
        {"segments": ["segment", "customers", "margin_each_cny"]},
    ),
    "find_fit": (
        lambda t: find_fit(t["accounts"], t["orders"]),
        {"accounts": TYPED, "orders": ["customer_id", "amount_cny", "margin_cny"]},
    ),
    "find_true_fit": (
        lambda t: find_true_fit(t["accounts"], t["truth.accounts"]),
        {"accounts": TYPED, "truth.accounts": ["customer_id", "fitting_type"]},
    ),
    "measure_wallet_share": (
        lambda t: measure_wallet_share(t["wallets"]),
        {"wallets": ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]},
    ),
    "compare_fit": (
        lambda t: compare_fit(t["true fit"], t["wallet_shares"]),
        {"true fit": ["customer_id", "fits"], "wallet_shares": ["customer_id", "wallet_share"]},
    ),
    "compare_fit, within segments": (
        lambda t: compare_fit(t["fit"], t["wallet_shares"], within=["segment"]),
        {"fit": ["customer_id", "fits", "segment"], "wallet_shares": ["customer_id", "wallet_share"]},
    ),
    "measure_dilution": (
        lambda t: measure_dilution(t["fit"], t["true fit"]),
        {"fit": ["customer_id", "fits"], "true fit": ["customer_id", "fits"]},
    ),
    "place_accounts": (
        lambda t: place_accounts(t["accounts"]),
        {"accounts": ["customer_id", "financial_bond", "social_bond", "structural_bond"]},
    ),
    "plot_positions": (
        lambda t: plot_positions(t["measured"]).get_ylabel(),
        {"measured": list(MEASURED.columns)},
    ),
    "measure_true_attachment": (
        lambda t: measure_true_attachment(t["placed"], t["truth.accounts"]),
        {"placed": ["position"], "truth.accounts": ["customer_id", "relationship_quality"]},
    ),
    "rank_prospects": (
        lambda t: rank_prospects(t["prospects"]),
        {"prospects": ["prospect", "value_cny", "probability"]},
    ),
    "value_leads": (
        lambda t: value_leads(t["leads"], t["orders"], as_of=LAST),
        {"leads": ["lead_id", "source", "outcome", "customer_id"], "orders": MARGINS},
    ),
    "follow_scored_members": (
        lambda t: follow_scored_members(t["receipts"], as_of=JULY),
        {"receipts": MARGINS},
    ),
    "compare_rankings": (lambda t: compare_rankings(t["followed"], draws=20), {"followed": SCORED}),
    "estimate_gain": (
        lambda t: estimate_gain(t["followed"], over="value alone", draws=20),
        {"followed": SCORED},
    ),
    "plot_rankings": (lambda t: plot_rankings(t["followed"]).get_ylabel(), {"followed": SCORED}),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("compare_buying", "receipts", "receipt_id"),
    ("measure_one_time_shoppers", "panel", "panel_id and quarter and chain"),
    ("measure_lost_offers", "competitor_bids", "bid_id"),
    ("compare_lost_offers", "competitor_bids", "bid_id"),
    ("assign_states", "receipts", "receipt_id"),
    ("assign_lead_states", "leads", "lead_id"),
    ("compare_states_with_truth", "truth.members", "customer_id"),
    ("assign_value_classes", "receipts", "receipt_id"),
    ("sum_margins", "receipts", "receipt_id"),
    ("assign_loyalty_classes", "receipts", "receipt_id"),
    ("join_categories", "receipts", "receipt_id"),
    ("join_categories", "products", "product_id"),
    ("plot_length", "lengths", "customer_id"),
    ("summarise_depth", "depth", "customer_id"),
    ("list_changes", "receipts", "receipt_id"),
    ("sum_periods", "receipts", "receipt_id"),
    ("follow_movers", "receipts", "receipt_id"),
    ("summarise_segments", "receipts", "receipt_id"),
    ("find_fit", "accounts", "customer_id"),
    ("find_fit", "orders", "order_id"),
    ("find_true_fit", "accounts", "customer_id"),
    ("find_true_fit", "truth.accounts", "customer_id"),
    ("measure_wallet_share", "wallets", "customer_id and quarter"),
    ("compare_fit", "true fit", "customer_id"),
    ("compare_fit", "wallet_shares", "customer_id"),
    ("measure_dilution", "fit", "customer_id"),
    ("measure_dilution", "true fit", "customer_id"),
    ("place_accounts", "accounts", "customer_id"),
    ("measure_true_attachment", "truth.accounts", "customer_id"),
    ("value_leads", "leads", "lead_id"),
    ("value_leads", "orders", "order_id"),
    ("follow_scored_members", "receipts", "receipt_id"),
    ("compare_rankings", "followed", "customer_id"),
    ("estimate_gain", "followed", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

FITTING = compare_fit(FRAMES["true fit"], FRAMES["wallet_shares"])
PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_states_against_truth": lambda ax: plot_states_against_truth(FRAMES["compared"], ax=ax),
    "plot_length": lambda ax: plot_length({"a": FRAMES["lengths"], "b": FRAMES["lengths"]}, ax=ax),
    "plot_movers": lambda ax: plot_movers(FRAMES["movers"], ax=ax),
    "plot_fit_estimates": lambda ax: plot_fit_estimates({"one": FITTING}, true_effect=0.04, ax=ax),
    "plot_positions": lambda ax: plot_positions(FRAMES["measured"], ax=ax),
    "plot_rankings": lambda ax: plot_rankings(FRAMES["followed"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_states": (
        states,
        lambda: explore_states(FRAMES["receipts"], FRAMES["truth.members"], as_of=LAST),
    ),
    "explore_change": (change, lambda: explore_change(FRAMES["receipts"], first=FIRST, last=LAST)),
    "explore_matrix": (matrix, lambda: explore_matrix(FRAMES["segments"].assign(firm="Northport"))),
    "explore_fit_test": (fit, explore_fit_test),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, np.nan, np.inf, "ten", None]
NO_WHOLES = [*NO_NUMBERS, 0, 2.5, True]
NO_SHARES = [*NO_NUMBERS, 1.5, True]
RECEIPTS, ORDERS = FRAMES["receipts"], FRAMES["orders"]
# option → a call that is given it
DATED: dict[str, Callable[[Any], Any]] = {
    "compare_buying.as_of": lambda value: compare_buying({"shop": RECEIPTS}, as_of=value),
    "measure_continuity.as_of": lambda value: measure_continuity(RECEIPTS, as_of=value),
    "estimate_continuity.as_of": lambda value: estimate_continuity(RECEIPTS, as_of=value),
    "assign_states.as_of": lambda value: assign_states(RECEIPTS, as_of=value),
    "compare_states_with_truth.as_of": lambda value: compare_states_with_truth(
        FRAMES["states"], FRAMES["truth.members"], as_of=value
    ),
    "assign_value_classes.as_of": lambda value: assign_value_classes(RECEIPTS, as_of=value),
    "assign_loyalty_classes.as_of": lambda value: assign_loyalty_classes(RECEIPTS, as_of=value),
    "measure_length.as_of": lambda value: measure_length(RECEIPTS, as_of=value),
    "measure_depth.as_of": lambda value: measure_depth(FRAMES["bought"], as_of=value),
    "decompose_change.first": lambda value: decompose_change(RECEIPTS, first=value, last=LAST),
    "decompose_change.last": lambda value: decompose_change(RECEIPTS, first=FIRST, last=value),
    "list_changes.as_of": lambda value: list_changes(RECEIPTS, as_of=value),
    "follow_movers.as_of": lambda value: follow_movers(RECEIPTS, as_of=value),
    "summarise_segments.as_of": lambda value: summarise_segments(RECEIPTS, FRAMES["classes"], as_of=value),
    "value_leads.as_of": lambda value: value_leads(FRAMES["leads"], ORDERS, as_of=value),
    "follow_scored_members.as_of": lambda value: follow_scored_members(RECEIPTS, as_of=value),
}
COUNTED: dict[str, Callable[[Any], Any]] = {
    "measure_continuity.days": lambda value: measure_continuity(RECEIPTS, as_of=LAST, days=value),
    "assign_states.loyal_from": lambda value: assign_states(RECEIPTS, as_of=LAST, loyal_from=value),
    "assign_states.lost_after_days": lambda value: assign_states(RECEIPTS, as_of=LAST, lost_after_days=value),
    "assign_lead_states.target_from_stage": lambda value: assign_lead_states(
        FRAMES["leads"], target_from_stage=value
    ),
    "assign_value_classes.days": lambda value: assign_value_classes(RECEIPTS, as_of=LAST, days=value),
    "assign_loyalty_classes.new_days": lambda value: assign_loyalty_classes(
        RECEIPTS, as_of=LAST, new_days=value
    ),
    "measure_length.active_days": lambda value: measure_length(RECEIPTS, as_of=LAST, active_days=value),
    "measure_depth.days": lambda value: measure_depth(FRAMES["bought"], as_of=LAST, days=value),
    "decompose_change.months": lambda value: decompose_change(RECEIPTS, first=FIRST, last=LAST, months=value),
    "list_changes.months": lambda value: list_changes(RECEIPTS, as_of=LAST, months=value),
    "follow_movers.months": lambda value: follow_movers(RECEIPTS, as_of=LAST, months=value),
    "choose_types.few_up_to": lambda value: choose_types(FRAMES["segments"], few_up_to=value),
    "choose_types.many_from": lambda value: choose_types(FRAMES["segments"], many_from=value),
    "follow_scored_members.days": lambda value: follow_scored_members(RECEIPTS, as_of=JULY, days=value),
}
SHARED: dict[str, Callable[[Any], Any]] = {
    "assign_value_classes.vip_share": lambda value: assign_value_classes(
        RECEIPTS, as_of=LAST, vip_share=value
    ),
    "assign_value_classes.important_share": lambda value: assign_value_classes(
        RECEIPTS, as_of=LAST, important_share=value
    ),
    "accounts_needed.power": lambda value: accounts_needed(0.04, spread=0.1, power=value),
    "accounts_needed.fitting_share": lambda value: accounts_needed(0.04, spread=0.1, fitting_share=value),
    "accounts_needed.dilution": lambda value: accounts_needed(0.04, spread=0.1, dilution=value),
    "compare_rankings.top_share": lambda value: compare_rankings(FRAMES["followed"], top_share=value),
    "estimate_gain.top_share": lambda value: estimate_gain(
        FRAMES["followed"], over="value alone", top_share=value
    ),
}
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *((name, call, NO_DAYS, "expected a date written year-month-day") for name, call in DATED.items()),
    *((name, call, NO_WHOLES, f"{name.split('.')[1]} is ") for name, call in COUNTED.items()),
    *((name, call, NO_SHARES, f"{name.split('.')[1]} is ") for name, call in SHARED.items()),
    (
        "choose_types.low_below",
        lambda value: choose_types(FRAMES["segments"], low_below=value),
        NO_NUMBERS,
        "low_below is ",
    ),
    (
        "choose_types.high_from",
        lambda value: choose_types(FRAMES["segments"], high_from=value),
        NO_NUMBERS,
        "high_from is ",
    ),
    (
        "accounts_needed.spread",
        lambda value: accounts_needed(0.04, spread=value),
        [*NO_NUMBERS, 0],
        "spread is ",
    ),
    (
        "accounts_needed.effect",
        lambda value: accounts_needed(value, spread=0.1),
        [0.0, 30, np.nan, "ten", None],
        "expected a difference of shares other than 0",
    ),
    (
        "compare_fit.within",
        lambda value: compare_fit(FRAMES["fit"], FRAMES["wallet_shares"], within=[value]),
        ["segmnet", "size"],
        "fit: no column ",
    ),
    (
        "value_leads.by",
        lambda value: value_leads(FRAMES["leads"], ORDERS, as_of=LAST, by=value),
        ["sauce", "colour"],
        "leads: no column ",
    ),
    *(
        (
            "compare_lost_offers.one",
            lambda value: compare_lost_offers(
                FRAMES["groups"], FRAMES["competitor_bids"], one=value, other="tender"
            ),
            values,
            piece,
        )
        for values, piece in [
            (["dear"], "groups: competitive, loyal, tender."),
            ([None, 7], "compare_lost_offers: one, other is "),
        ]
    ),
    (
        "estimate_gain.over",
        lambda value: estimate_gain(FRAMES["followed"], over=value),
        ["luck", None],
        "expected one of value alone, probability alone",
    ),
    (
        "measure_one_time_shoppers.chain",
        lambda value: measure_one_time_shoppers(FRAMES["panel"], chain=value),
        ["osmantus"],
        "Chains: osmanthus",
    ),
]
