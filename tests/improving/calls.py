"""Small tables for the tests of chapter 9, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.improving import experiment, interrupted, rescue, uplift
from crmlib.improving.ages import MIX, measure_mix_by_age, plot_mix_by_age
from crmlib.improving.confounded import (
    COMPARED,
    LETTER,
    compare_alike,
    compare_mailed,
    find_true_letter,
    join_letter,
    list_comparisons,
    plot_comparisons,
)
from crmlib.improving.experiment import (
    CHOSEN,
    JOINED,
    PLANS,
    assign_arms,
    check_plans,
    customers_per_arm,
    explore_sample_size,
    join_trial,
    measure_arms,
    smallest_effect,
)
from crmlib.improving.groups import PLACED, assign_groups, measure_effort
from crmlib.improving.interrupted import (
    MONTHS,
    PROMISED,
    compare_designs,
    explore_date,
    plot_months,
    sum_months,
)
from crmlib.improving.next_product import LISTS, measure_hits, try_recommenders
from crmlib.improving.replenishment import (
    BUYING,
    GUESSED,
    TIMED,
    follow_guesses,
    guess_empty_dates,
    join_buying,
    plot_guesses,
)
from crmlib.improving.rescue import COUNTED, count_quarters, explore_rescue, follow_fallen
from crmlib.improving.uplift import (
    CURVES,
    SCORES,
    compare_policies,
    explore_policies,
    follow_policies,
    score_members,
)
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
LAST, JULY, TRIAL, LETTER_ON = "2025-12-31", "2025-07-01", "2025-09-07", "2024-03-03"
PEOPLE = 40


def make_receipts(n: int = PEOPLE) -> pd.DataFrame:
    """Member i buys every 20 + 3·i days; every fifth stops in August 2025, after an eager spring."""
    rows = []
    for one in range(1, n + 1):
        days = list(pd.date_range("2023-01-05", LAST, freq=f"{20 + 3 * one}D"))
        if one % 5 == 0:
            days = [day for day in days if day < pd.Timestamp("2025-06-30")]
            days += list(DAYS(["2025-04-03", "2025-05-06", "2025-06-09", "2025-06-19", "2025-11-20"]))
        rows += [(one, day + pd.Timedelta(hours=12)) for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    return frame.astype({"customer_id": "Int64"})


def make_lines(receipts: pd.DataFrame) -> pd.DataFrame:
    """Two products on every receipt: one that changes, and the member's own."""
    number = receipts["receipt_id"].to_numpy()
    own = 1003 + receipts["customer_id"].to_numpy(dtype=np.int64) % 2
    lines = {
        "receipt_id": np.repeat(number, 2),
        "product_id": np.column_stack([1001 + number % 2, own]).ravel(),
        "quantity": 1 + np.arange(2 * len(number)) % 2,
        "unit_price_cny": 9.5,
    }
    return pd.DataFrame(lines)


def make_campaigns() -> dict[str, pd.DataFrame]:
    """An old letter to ten members, a trial with all of them, and what each would do in each arm."""
    number = np.arange(1, PEOPLE + 1)
    letter = pd.DataFrame({"campaign_id": 1, "customer_id": number[:10], "arm": "mailed", "stratum": None})
    arms = np.where(number % 2 == 0, "control", "coupon")
    trial = {"campaign_id": 5, "customer_id": number, "arm": arms, "stratum": np.where(number < 20, "a", "b")}
    outcomes = [
        pd.DataFrame(
            {"campaign_id": campaign, "customer_id": number, "arm": arm, "bought": number % 7 < luck}
        )
        for campaign, arm, luck in ((1, "control", 2), (1, "mailed", 3), (5, "control", 3), (5, "coupon", 5))
    ]
    campaigns = {
        "campaign_id": [1, 5],
        "kind": ["legacy_mailing", "offer_trial"],
        "randomised": [False, True],
        "started_on": DAYS([LETTER_ON, TRIAL]),
        "outcome_days": 60,
    }
    return {
        "contacts": pd.concat([letter, pd.DataFrame(trial)], ignore_index=True),
        "campaigns": pd.DataFrame(campaigns),
        "truth.outcomes": pd.concat(outcomes, ignore_index=True),
    }


def make_northport(n: int = 12) -> dict[str, Any]:
    """Twelve accounts that order on the fifth of each month; even ones got the promise in 2024."""
    ids = 501 + np.arange(n)
    days = pd.date_range("2023-01-05", "2025-12-31", freq="MS") + pd.Timedelta(days=4)
    first = pd.Timestamp("2023-01-05")
    orders = pd.MultiIndex.from_product([ids, [first, *days]], names=["customer_id", "purchased_at"])
    orders = orders.to_frame(index=False).drop_duplicates(ignore_index=True)
    number = orders["customer_id"] - 500
    wobble = 1 + 0.1 * np.sin(orders.index.to_numpy())
    orders = orders.assign(tonnes=number * wobble, margin_cny=100.0 * number**2)
    orders.insert(0, "order_id", range(1, len(orders) + 1))
    weeks = pd.date_range("2022-12-26", "2025-12-29", freq="7D")
    price = 7000 + 900 * np.sin(np.arange(len(weeks)) / 9)
    quarters = DAYS(["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"])
    needed = 60.0
    wallets = {
        "customer_id": np.repeat(ids, 4),
        "quarter": list(quarters) * n,
        "needed_tonnes": needed,
        "bought_tonnes": np.repeat(np.linspace(6, 54, n), 4),
    }
    visits = {
        "visit_id": range(1, 2 * n + 1),
        "customer_id": pd.array([*ids, *ids], dtype="Int64"),
        "visited_on": DAYS(["2025-03-01"] * n + ["2025-09-01"] * n),
        "minutes": np.linspace(30, 90, 2 * n),
    }
    since = ["2015-03-01"] * (n - 1) + ["2025-06-01"]
    promised = pd.Series(DAYS(pd.Series(["2024-07-01", None] * (n // 2))).to_numpy(), index=ids)
    return {
        "accounts": pd.DataFrame({"customer_id": ids, "since_on": DAYS(since)}),
        "orders": orders,
        "market_prices": pd.DataFrame({"week": weeks, "product": "diesel", "price_cny_per_tonne": price}),
        "wallets": pd.DataFrame(wallets),
        "visits": pd.DataFrame(visits),
        "promised": promised.rename_axis("customer_id"),
    }


def make_firm() -> dict[str, Any]:
    """The tables of both firms, with a few rows each."""
    receipts = make_receipts()
    number = np.arange(1, PEOPLE + 1)
    members = {"customer_id": number, "joined_on": DAYS("2023-01-05"), "birth_year": 1960 + number}
    products = {
        "product_id": [1001, 1002, 1003, 1004],
        "category": ["body", "skin_care", "body", "nutrition"],
    }
    return {
        "receipts": receipts,
        "receipt_lines": make_lines(receipts),
        "products": pd.DataFrame(products),
        "members": pd.DataFrame(members),
        **make_campaigns(),
        **make_northport(),
    }


def make_results(firm: dict[str, Any]) -> dict[str, Any]:
    """What the functions of the chapter make of the firm and hand to the next one."""
    contacts, receipts, campaigns = firm["contacts"], firm["receipts"], firm["campaigns"]
    joined = join_trial(contacts, receipts, campaigns)
    letter = join_letter(contacts, receipts, campaigns, firm["members"])
    scores = score_members(joined, receipts, as_of=TRIAL)
    buying = join_buying(receipts, firm["receipt_lines"], firm["products"])
    guessed = guess_empty_dates(buying, as_of=JULY)
    plans = {
        "measure": ["letter", "call"],
        "customers": [2000, 90],
        "share": [0.3, 0.6],
        "effect": [0.05, 0.1],
    }
    return {
        "chosen": joined[["customer_id", "stratum"]],
        "joined": joined,
        "plans": pd.DataFrame(plans, index=pd.Index([11, 12])),
        "letter": letter,
        "compared": list_comparisons(letter, firm["truth.outcomes"]),
        "scores": scores,
        "curves": follow_policies(scores, firm["truth.outcomes"]),
        "quarters": count_quarters(receipts, as_of=LAST),
        "placed": assign_groups(firm["accounts"], firm["orders"], firm["wallets"], as_of=LAST),
        "lists": try_recommenders(receipts, firm["receipt_lines"], as_of=JULY, named=1),
        "buying": buying,
        "guessed": guessed,
        "timed": follow_guesses(guessed, buying, as_of=JULY),
        "mix": measure_mix_by_age(buying, firm["members"], as_of=LAST),
        "months": sum_months(firm["orders"], firm["promised"], firm["market_prices"]),
    }


FIRM = make_firm()
FRAMES: dict[str, Any] = {**FIRM, **make_results(FIRM)}
DESCRIBED: dict[str, Table] = {
    "chosen": CHOSEN,
    "joined": JOINED,
    "plans": PLANS,
    "letter": LETTER,
    "compared": COMPARED,
    "scores": SCORES,
    "curves": CURVES,
    "quarters": COUNTED,
    "placed": PLACED,
    "lists": LISTS,
    "buying": BUYING,
    "guessed": GUESSED,
    "timed": TIMED,
    "mix": MIX,
    "months": MONTHS,
    "promised": PROMISED,
}

WHEN = ["customer_id", "purchased_at"]
OUTCOMES = ["campaign_id", "customer_id", "arm", "bought"]
PLANNED = ["campaign_id", "kind", "started_on", "outcome_days"]
WALLETS = ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]
LETTERS, BOUGHT = list(LETTER.columns), list(BUYING.columns)
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "assign_arms": (
        lambda t: assign_arms(t["chosen"], arms=["control", "letter"]),
        {"chosen": ["customer_id", "stratum"]},
    ),
    "join_trial": (
        lambda t: join_trial(t["contacts"], t["receipts"], t["campaigns"]),
        {
            "contacts": ["campaign_id", "customer_id", "arm"],
            "receipts": WHEN,
            "campaigns": [*PLANNED, "randomised"],
        },
    ),
    "measure_arms": (lambda t: measure_arms(t["joined"]), {"joined": list(JOINED.columns)}),
    "check_plans": (lambda t: check_plans(t["plans"]), {"plans": list(PLANS.columns)}),
    "join_letter": (
        lambda t: join_letter(t["contacts"], t["receipts"], t["campaigns"], t["members"]),
        {
            "contacts": ["campaign_id", "customer_id"],
            "receipts": WHEN,
            "campaigns": PLANNED,
            "members": ["customer_id", "joined_on"],
        },
    ),
    "compare_mailed": (lambda t: compare_mailed(t["letter"]), {"letter": LETTERS}),
    "compare_alike": (lambda t: compare_alike(t["letter"]), {"letter": LETTERS}),
    "find_true_letter": (
        lambda t: find_true_letter(t["truth.outcomes"], t["letter"]),
        {"letter": LETTERS, "truth.outcomes": OUTCOMES},
    ),
    "list_comparisons": (
        lambda t: list_comparisons(t["letter"], t["truth.outcomes"]),
        {"letter": LETTERS, "truth.outcomes": OUTCOMES},
    ),
    "score_members": (
        lambda t: score_members(t["joined"], t["receipts"], as_of=TRIAL),
        {"joined": list(JOINED.columns), "receipts": WHEN},
    ),
    "follow_policies": (
        lambda t: follow_policies(t["scores"], t["truth.outcomes"]),
        {"scores": list(SCORES.columns), "truth.outcomes": OUTCOMES},
    ),
    "compare_policies": (
        lambda t: compare_policies(t["scores"], t["truth.outcomes"]),
        {"scores": list(SCORES.columns), "truth.outcomes": OUTCOMES},
    ),
    "explore_policies": (lambda t: explore_policies(t["curves"]), {"curves": list(CURVES.columns)}),
    "count_quarters": (lambda t: count_quarters(t["receipts"], as_of=LAST), {"receipts": WHEN}),
    "follow_fallen": (lambda t: follow_fallen(t["quarters"]), {"quarters": list(COUNTED.columns)}),
    "explore_rescue": (lambda t: explore_rescue(t["quarters"]), {"quarters": list(COUNTED.columns)}),
    "assign_groups": (
        lambda t: assign_groups(t["accounts"], t["orders"], t["wallets"], as_of=LAST),
        {
            "accounts": ["customer_id", "since_on"],
            "orders": [*WHEN, "margin_cny"],
            "wallets": WALLETS,
        },
    ),
    "measure_effort": (
        lambda t: measure_effort(t["placed"], t["visits"], as_of=LAST),
        {"placed": list(PLACED.columns), "visits": ["customer_id", "visited_on", "minutes"]},
    ),
    "try_recommenders": (
        lambda t: try_recommenders(t["receipts"], t["receipt_lines"], as_of=JULY, named=1),
        {"receipts": ["receipt_id", *WHEN], "receipt_lines": ["receipt_id", "product_id"]},
    ),
    "measure_hits": (lambda t: measure_hits(t["lists"]), {"lists": list(LISTS.columns)}),
    "join_buying": (
        lambda t: join_buying(t["receipts"], t["receipt_lines"], t["products"]),
        {
            "receipts": ["receipt_id", *WHEN],
            "receipt_lines": ["receipt_id", "product_id", "quantity", "unit_price_cny"],
            "products": ["product_id", "category"],
        },
    ),
    "guess_empty_dates": (lambda t: guess_empty_dates(t["buying"], as_of=JULY), {"buying": BOUGHT}),
    "follow_guesses": (
        lambda t: follow_guesses(t["guessed"], t["buying"], as_of=JULY),
        {"guessed": list(GUESSED.columns), "buying": BOUGHT},
    ),
    "plot_guesses": (lambda t: plot_guesses(t["timed"]).get_ylabel(), {"timed": list(TIMED.columns)}),
    "measure_mix_by_age": (
        lambda t: measure_mix_by_age(t["buying"], t["members"], as_of=LAST),
        {"buying": BOUGHT, "members": ["customer_id", "birth_year"]},
    ),
    "plot_mix_by_age": (lambda t: plot_mix_by_age(t["mix"]).get_ylabel(), {"mix": list(MIX.columns)}),
    "plot_comparisons": (
        lambda t: plot_comparisons(t["compared"]).get_ylabel(),
        {"compared": list(COMPARED.columns)},
    ),
    "sum_months": (
        lambda t: sum_months(t["orders"], t["promised"], t["market_prices"]),
        {
            "orders": [*WHEN, "tonnes"],
            "promised": ["promised_on"],
            "market_prices": ["week", "product", "price_cny_per_tonne"],
        },
    ),
    "compare_designs": (
        lambda t: compare_designs(t["months"], changed_on="2024-07-01"),
        {"months": list(MONTHS.columns)},
    ),
    "plot_months": (
        lambda t: plot_months(t["months"], changed_on="2024-07-01").get_ylabel(),
        {"months": list(MONTHS.columns)},
    ),
    "explore_date": (lambda t: explore_date(t["months"]), {"months": list(MONTHS.columns)}),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("join_trial", "contacts", "campaign_id and customer_id"),
    ("join_letter", "members", "customer_id"),
    ("score_members", "joined", "customer_id"),
    ("follow_guesses", "guessed", "customer_id"),
    ("join_letter", "contacts", "campaign_id and customer_id"),
    ("find_true_letter", "truth.outcomes", "campaign_id and customer_id and arm"),
    ("assign_groups", "orders", "order_id"),
    ("assign_groups", "wallets", "customer_id and quarter"),
    ("measure_effort", "visits", "visit_id"),
    ("try_recommenders", "receipts", "receipt_id"),
    ("join_buying", "products", "product_id"),
    ("sum_months", "orders", "order_id"),
    ("sum_months", "market_prices", "week and product"),
    ("compare_designs", "months", "month"),
]
IN_ORDER: dict[str, str] = {
    "plot_comparisons": "the rows stand in the picture in the order in which they come",
    "plot_guesses": "the same",
    "plot_mix_by_age": "the same",
}
PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_comparisons": lambda ax: plot_comparisons(FRAMES["compared"], truth=0.06, ax=ax),
    "plot_guesses": lambda ax: plot_guesses(FRAMES["timed"], ax=ax),
    "plot_mix_by_age": lambda ax: plot_mix_by_age(FRAMES["mix"], ax=ax),
    "plot_months": lambda ax: plot_months(FRAMES["months"], changed_on="2024-07-01", ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_sample_size": (experiment, explore_sample_size),
    "explore_policies": (uplift, lambda: explore_policies(FRAMES["curves"])),
    "explore_rescue": (rescue, lambda: explore_rescue(FRAMES["quarters"])),
    "explore_date": (interrupted, lambda: explore_date(FRAMES["months"])),
}
F = FRAMES
SHARES, WHOLE = (0, 1.5, -0.1, None, "0.3", float("nan")), (0, 2.5, -1, None, "4")
OPTIONS: list[tuple[str, Callable[[Any], Any], tuple[Any, ...], str]] = [
    ("customers_per_arm.share", lambda x: customers_per_arm(x, 0.05), SHARES, "share"),
    ("customers_per_arm.effect", lambda x: customers_per_arm(0.4, x), (*SHARES, 0.6), "effect"),
    ("customers_per_arm.power", lambda x: customers_per_arm(0.3, 0.1, power=x), (0.4, 1, "x"), "power"),
    ("smallest_effect.customers", lambda x: smallest_effect(0.3, x), (1, 2, 2.5, None), "customers"),
    ("smallest_effect.share", lambda x: smallest_effect(x, 500), SHARES, "smallest_effect: share"),
    (
        "plot_months.changed_on",
        lambda x: plot_months(F["months"], changed_on=x),
        ("7/9/2025", 3),
        "changed_on",
    ),
    ("assign_arms.arms", lambda x: assign_arms(F["chosen"], arms=x), ("a", ["a"], ["a", "a"], [1]), "arms"),
    ("assign_arms.seed", lambda x: assign_arms(F["chosen"], arms=["a", "b"], seed=x), (-1, None), "seed"),
    (
        "join_letter.before_days",
        lambda x: join_letter(F["contacts"], F["receipts"], F["campaigns"], F["members"], before_days=x),
        WHOLE,
        "before_days",
    ),
    (
        "score_members.arm",
        lambda x: score_members(F["joined"], F["receipts"], as_of=TRIAL, arm=x),
        ("control", 3),
        "arm",
    ),
    (
        "score_members.as_of",
        lambda x: score_members(F["joined"], F["receipts"], as_of=x),
        ("7/9/2025", 3),
        "as_of",
    ),
    (
        "follow_policies.arm",
        lambda x: follow_policies(F["scores"], F["truth.outcomes"], arm=x),
        ("price",),
        "arm",
    ),
    (
        "compare_policies.written_share",
        lambda x: compare_policies(F["scores"], F["truth.outcomes"], written_share=x),
        SHARES,
        "written_share",
    ),
    (
        "compare_policies.one",
        lambda x: compare_policies(F["scores"], F["truth.outcomes"], one=x),
        ("by lot", "risk"),
        "one",
    ),
    ("count_quarters.days", lambda x: count_quarters(F["receipts"], as_of=LAST, days=x), WHOLE, "days"),
    ("follow_fallen.least", lambda x: follow_fallen(F["quarters"], least=x), WHOLE, "least"),
    ("follow_fallen.fall_share", lambda x: follow_fallen(F["quarters"], fall_share=x), SHARES, "fall_share"),
    (
        "assign_groups.wallet_limit",
        lambda x: assign_groups(F["accounts"], F["orders"], F["wallets"], as_of=LAST, wallet_limit=x),
        (1.5, -0.1, None),
        "wallet_limit",
    ),
    (
        "try_recommenders.named",
        lambda x: try_recommenders(F["receipts"], F["receipt_lines"], as_of=JULY, named=x),
        (*WHOLE, 51),
        "named",
    ),
    (
        "guess_empty_dates.category",
        lambda x: guess_empty_dates(F["buying"], category=x, as_of=JULY),
        ("soap",),
        "category",
    ),
    (
        "guess_empty_dates.least",
        lambda x: guess_empty_dates(F["buying"], as_of=JULY, least=x),
        (1, 2.5),
        "least",
    ),
    *(
        (name, call, ("2025/07/01", "July", None, 20250701), "expected a date")
        for name, call in {
            "follow_guesses.as_of": lambda x: follow_guesses(F["guessed"], F["buying"], as_of=x),
            "measure_mix_by_age.as_of": lambda x: measure_mix_by_age(F["buying"], F["members"], as_of=x),
        }.items()
    ),
    (
        "follow_guesses.within_days",
        lambda x: follow_guesses(F["guessed"], F["buying"], as_of=JULY, within_days=x),
        WHOLE,
        "within_days",
    ),
    (
        "compare_designs.changed_on",
        lambda x: compare_designs(F["months"], changed_on=x),
        ("2023-03-01", "2024-07-02", "2025-11-01", "2024"),
        "changed_on",
    ),
]
