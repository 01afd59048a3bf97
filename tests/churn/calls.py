"""Small tables for the tests of churn (chapter 5), and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.churn import definitions, frailty, threshold
from crmlib.churn.causes import (
    STATED,
    compare_reasons,
    cross_reasons,
    estimate_honest_share,
    plot_reasons,
    tag_causes,
)
from crmlib.churn.definitions import (
    DEFINITIONS,
    compare_churn_definitions,
    explore_silence_limit,
    mark_churned,
    plot_churn_definitions,
)
from crmlib.churn.frailty import (
    FRAILTY,
    explore_mixture,
    measure_frailty_by_tenure,
    mix_retention,
    plot_frailty_by_tenure,
)
from crmlib.churn.model import (
    BEHAVIOUR,
    FEATURES,
    add_leak,
    add_outcome,
    describe_behaviour,
    fit_churn_model,
    flag_key_customers,
)
from crmlib.churn.ranking import score_ranking
from crmlib.churn.survival import (
    CURVES,
    LIFETIMES,
    RETENTION,
    compare_survival,
    estimate_survival,
    follow_answers_to_silence,
    follow_members_to_silence,
    follow_to_truth,
    measure_retention_by_tenure,
    plot_retention_by_tenure,
    plot_survival,
    read_step,
    take_lifetimes,
)
from crmlib.churn.threshold import count_profit_by_threshold, explore_threshold, find_threshold
from crmlib.tables.dictionary import TABLES, Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
AS_OF, LAST = "2024-12-31", "2025-12-31"
N = 60


def make_receipts() -> pd.DataFrame:
    """Even members bought on two days in early 2023; odd ones each quarter until the end of 2025."""
    early, all_along = DAYS(["2023-01-01", "2023-04-01"]), pd.date_range("2023-01-01", LAST, freq="91D")
    rows = [(one, day) for one in range(1, N + 1) for day in (early if one % 2 == 0 else all_along)]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"]).astype({"customer_id": "Int64"})
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    return frame.assign(amount_cny=100.0, margin_cny=30.0)


def make_truth() -> pd.DataFrame:
    """Even members left on 11 April 2023; the second one came back for two months in 2025."""
    ids = np.arange(1, N + 1)
    nobody = pd.Series(pd.NaT, index=range(N), dtype="datetime64[us]")
    truth = pd.DataFrame(
        {
            "customer_id": ids,
            "left_on": nobody.mask(ids % 2 == 0, pd.Timestamp("2023-04-11")),
            "leaving_cause": np.where(ids % 2 == 0, "access", None),
            "second_started_on": nobody,
            "second_left_on": nobody,
            "frailty": np.where(ids % 2 == 0, 1.0, -1.0),
            "competition": np.where(ids % 4 < 2, "low", "high"),
        }
    )
    truth.loc[1, ["second_started_on", "second_left_on"]] = DAYS(["2025-02-10", "2025-04-01"])
    return truth


def make_behaviour(n: int, *, seed: int = 5) -> pd.DataFrame:
    """Active customers whose chance to be gone rises with their silence, and with nothing else."""
    rng = np.random.default_rng(seed)
    silence = rng.integers(0, 360, n)
    return pd.DataFrame(
        {
            "customer_id": range(1, n + 1),
            "silence_days": silence,
            "purchases_year": rng.integers(1, 12, n),
            "purchases_last_quarter": rng.integers(0, 4, n),
            "margin_year_cny": rng.uniform(5, 500, n).round(2),
            "tenure_days": rng.integers(1, 900, n),
            "complaints_year": rng.integers(0, 2, n),
            "gone": rng.random(n) < silence / 400,
        }
    )


def follow(days: list[int], left: list[bool], **columns: Any) -> pd.DataFrame:
    """Lifetimes of customers 1, 2, …"""
    return pd.DataFrame({"customer_id": range(1, len(days) + 1), "days": days, "left": left, **columns})


def make_frames() -> dict[str, Any]:
    """The firm's tables, and what the functions of the chapter make of them."""
    receipts, truth = make_receipts(), make_truth()
    until = receipts[receipts["purchased_at"] <= AS_OF]
    members = pd.DataFrame({"customer_id": range(1, N + 1), "joined_on": pd.Timestamp("2023-01-01")})
    exits = pd.DataFrame(
        {
            "customer_id": [2, 4, 6, 8, 10],
            "stated_reason": ["moved", "moved", "price", "service", "other"],
        }
    )
    complaints = pd.DataFrame(
        {
            "complaint_id": [1, 2, 3],
            "customer_id": pd.array([1, 3, None], dtype="Int64"),
            "opened_at": DAYS(["2025-03-01 10:00"] * 3),
        }
    )
    surveys = pd.DataFrame(
        {
            "customer_id": [1, 2, 3],
            "answered_on": DAYS(["2024-01-01"] * 3),
            "satisfaction": pd.array([5, 2, 4], dtype="Int64"),
        }
    )
    lifetimes = follow_to_truth(members, truth, as_of=LAST)
    return {
        "receipts": receipts, "receipts until": until, "truth.members": truth, "members": members,
        "exits": exits, "complaints": complaints, "surveys": surveys,
        "definitions": compare_churn_definitions(until, truth, as_of=AS_OF),
        "lifetimes": lifetimes, "curves": estimate_survival(lifetimes),
        "retention": measure_retention_by_tenure(lifetimes),
        "frailty": measure_frailty_by_tenure(lifetimes),
        "reasons": compare_reasons(exits, truth), "behaviour": make_behaviour(N),
    }  # fmt: skip


FRAMES: dict[str, Any] = make_frames()
DESCRIBED: dict[str, Table] = {
    "receipts until": TABLES["receipts"],
    "definitions": DEFINITIONS,
    "lifetimes": LIFETIMES,
    "curves": CURVES,
    "retention": RETENTION,
    "frailty": FRAILTY,
    "reasons": STATED,
    "behaviour": BEHAVIOUR,
}

BOUGHT = ["customer_id", "purchased_at"]
PURCHASES = [*BOUGHT, "amount_cny"]
TRUTH = ["customer_id", "left_on", "second_started_on", "second_left_on"]
LIFE = ["customer_id", "days", "left"]
REASONS = {"exits": ["customer_id", "stated_reason"], "truth.members": ["customer_id", "leaving_cause"]}
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "score_ranking": (lambda _: score_ranking([0.9, 0.4, 0.1], [True, False, False]), {}),
    "count_profit_by_threshold": (
        lambda _: count_profit_by_threshold(
            [0.9, 0.1], [True, False], 9, contact_cost_cny=2, saved_share=0.5
        ),
        {},
    ),
    "mark_churned": (
        lambda t: mark_churned(t["receipts until"], as_of=AS_OF, silence_days=90),
        {"receipts until": PURCHASES},
    ),
    "mark_churned, own gaps": (
        lambda t: mark_churned(t["receipts until"], as_of=AS_OF, own_gaps=3),
        {"receipts until": PURCHASES},
    ),
    "compare_churn_definitions": (
        lambda t: compare_churn_definitions(t["receipts until"], t["truth.members"], as_of=AS_OF),
        {"receipts until": PURCHASES, "truth.members": TRUTH},
    ),
    "plot_churn_definitions": (
        lambda t: plot_churn_definitions(t["definitions"]).get_xlabel(),
        {"definitions": list(DEFINITIONS.columns)},
    ),
    "explore_silence_limit": (
        lambda t: explore_silence_limit(t["receipts until"], t["truth.members"], as_of=AS_OF),
        {"receipts until": PURCHASES, "truth.members": TRUTH},
    ),
    "follow_members_to_silence": (
        lambda t: follow_members_to_silence(t["members"], t["receipts"], as_of=LAST),
        {"members": ["customer_id", "joined_on"], "receipts": BOUGHT},
    ),
    "follow_answers_to_silence": (
        lambda t: follow_answers_to_silence(t["surveys"], t["receipts"], as_of=LAST),
        {"surveys": ["customer_id", "answered_on", "satisfaction"], "receipts": BOUGHT},
    ),
    "follow_to_truth": (
        lambda t: follow_to_truth(t["members"], t["truth.members"], as_of=LAST),
        {
            "members": ["customer_id", "joined_on"],
            "truth.members": ["customer_id", "left_on", "frailty", "competition"],
        },
    ),
    "take_lifetimes": (
        lambda t: take_lifetimes(t["lifetimes"], "frailty"),
        {"lifetimes": [*LIFE, "frailty"]},
    ),
    "estimate_survival": (lambda t: estimate_survival(t["lifetimes"]), {"lifetimes": LIFE}),
    "estimate_survival, by": (
        lambda t: estimate_survival(t["lifetimes"], by="competition"),
        {"lifetimes": LIFE},
    ),
    "compare_survival": (
        lambda t: compare_survival(t["lifetimes"], by="competition"),
        {"lifetimes": LIFE},
    ),
    "plot_survival": (lambda t: plot_survival(t["curves"]).get_xlabel(), {"curves": list(CURVES.columns)}),
    "measure_retention_by_tenure": (
        lambda t: measure_retention_by_tenure(t["lifetimes"]),
        {"lifetimes": LIFE},
    ),
    "plot_retention_by_tenure": (
        lambda t: plot_retention_by_tenure(t["retention"]).get_xlabel(),
        {"retention": list(RETENTION.columns)},
    ),
    "measure_frailty_by_tenure": (
        lambda t: measure_frailty_by_tenure(t["lifetimes"]),
        {"lifetimes": [*LIFE, "frailty"]},
    ),
    "plot_frailty_by_tenure": (
        lambda t: plot_frailty_by_tenure(t["frailty"]).get_xlabel(),
        {"frailty": list(FRAILTY.columns)},
    ),
    "tag_causes": (lambda t: tag_causes(t["exits"]), {"exits": ["customer_id", "stated_reason"]}),
    "compare_reasons": (lambda t: compare_reasons(t["exits"], t["truth.members"]), REASONS),
    "estimate_honest_share": (lambda t: estimate_honest_share(t["exits"], t["truth.members"]), REASONS),
    "cross_reasons": (lambda t: cross_reasons(t["exits"], t["truth.members"]), REASONS),
    "plot_reasons": (lambda t: plot_reasons(t["reasons"]).get_xlabel(), {"reasons": list(STATED.columns)}),
    "describe_behaviour": (
        lambda t: describe_behaviour(t["receipts"], t["complaints"], as_of="2025-06-30"),
        {"receipts": [*BOUGHT, "margin_cny"], "complaints": ["customer_id", "opened_at"]},
    ),
    "add_outcome": (
        lambda t: add_outcome(t["behaviour"], t["receipts"], as_of="2025-06-25", within_days=180),
        {"behaviour": ["customer_id"], "receipts": BOUGHT},
    ),
    "add_leak": (
        lambda t: add_leak(t["behaviour"], t["receipts"], read_on="2025-06-30"),
        {"behaviour": ["customer_id"], "receipts": BOUGHT},
    ),
    "flag_key_customers": (
        lambda t: flag_key_customers(t["behaviour"]),
        {"behaviour": ["customer_id", "silence_days", "margin_year_cny"]},
    ),
    "fit_churn_model": (
        lambda t: fit_churn_model(t["behaviour"]).table,
        {"behaviour": [*FEATURES, "gone"]},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("mark_churned", "receipts until", "receipt_id"),
    ("compare_churn_definitions", "truth.members", "customer_id"),
    ("follow_members_to_silence", "members", "customer_id"),
    ("follow_to_truth", "members", "customer_id"),
    ("follow_to_truth", "truth.members", "customer_id"),
    ("estimate_survival", "lifetimes", "customer_id"),
    ("measure_frailty_by_tenure", "lifetimes", "customer_id"),
    ("tag_causes", "exits", "customer_id"),
    ("compare_reasons", "exits", "customer_id"),
    ("compare_reasons", "truth.members", "customer_id"),
    ("describe_behaviour", "receipts", "receipt_id"),
    ("describe_behaviour", "complaints", "complaint_id"),
    ("add_outcome", "behaviour", "customer_id"),
    ("add_leak", "behaviour", "customer_id"),
    ("flag_key_customers", "behaviour", "customer_id"),
    ("fit_churn_model", "behaviour", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_churn_definitions": lambda ax: plot_churn_definitions(FRAMES["definitions"], ax=ax),
    "plot_survival": lambda ax: plot_survival(
        estimate_survival(FRAMES["lifetimes"], by="competition"), title="competition", ax=ax
    ),
    "plot_retention_by_tenure": lambda ax: plot_retention_by_tenure(FRAMES["retention"], ax=ax),
    "plot_frailty_by_tenure": lambda ax: plot_frailty_by_tenure(FRAMES["frailty"], ax=ax),
    "plot_reasons": lambda ax: plot_reasons(FRAMES["reasons"], ax=ax),
}
CHANCE, FATE = [0.1, 0.8, 0.5], [False, True, True]
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_silence_limit": (
        definitions,
        lambda: explore_silence_limit(FRAMES["receipts until"], FRAMES["truth.members"], as_of=AS_OF),
    ),
    "explore_mixture": (frailty, explore_mixture),
    "explore_threshold": (threshold, lambda: explore_threshold(CHANCE, FATE, [10.0, 50.0, 20.0])),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, 0, np.nan, np.inf, "ten", True]
NO_WHOLES = [*NO_NUMBERS, 2.5, None]
NO_SHARES = [-0.1, 1.1, np.nan, np.inf, "half", None]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *(
        (name, call, NO_DAYS, "expected a date written year-month-day")
        for name, call in {
            "mark_churned.as_of": lambda value: mark_churned(
                FRAMES["receipts until"], as_of=value, silence_days=90
            ),
            "compare_churn_definitions.as_of": lambda value: compare_churn_definitions(
                FRAMES["receipts until"], FRAMES["truth.members"], as_of=value
            ),
            "explore_silence_limit.as_of": lambda value: explore_silence_limit(
                FRAMES["receipts until"], FRAMES["truth.members"], as_of=value
            ),
            "follow_members_to_silence.as_of": lambda value: follow_members_to_silence(
                FRAMES["members"], FRAMES["receipts"], as_of=value
            ),
            "follow_answers_to_silence.as_of": lambda value: follow_answers_to_silence(
                FRAMES["surveys"], FRAMES["receipts"], as_of=value
            ),
            "follow_to_truth.as_of": lambda value: follow_to_truth(
                FRAMES["members"], FRAMES["truth.members"], as_of=value
            ),
            "describe_behaviour.as_of": lambda value: describe_behaviour(
                FRAMES["receipts"], FRAMES["complaints"], as_of=value
            ),
            "add_outcome.as_of": lambda value: add_outcome(
                FRAMES["behaviour"], FRAMES["receipts"], as_of=value
            ),
            "add_leak.read_on": lambda value: add_leak(
                FRAMES["behaviour"], FRAMES["receipts"], read_on=value
            ),
        }.items()
    ),
    (
        "mark_churned.silence_days",
        lambda value: mark_churned(FRAMES["receipts until"], as_of=AS_OF, silence_days=value),
        NO_NUMBERS,
        "mark_churned: silence_days is ",
    ),
    (
        "mark_churned.own_gaps",
        lambda value: mark_churned(FRAMES["receipts until"], as_of=AS_OF, own_gaps=value),
        NO_NUMBERS,
        "mark_churned: own_gaps is ",
    ),
    (
        "compare_churn_definitions.limits",
        lambda value: compare_churn_definitions(
            FRAMES["receipts until"], FRAMES["truth.members"], as_of=AS_OF, limits=[value]
        ),
        NO_NUMBERS,
        "silence_days is ",
    ),
    (
        "compare_churn_definitions.own_gaps",
        lambda value: compare_churn_definitions(
            FRAMES["receipts until"], FRAMES["truth.members"], as_of=AS_OF, own_gaps=value
        ),
        [*NO_NUMBERS, None],
        "compare_churn_definitions: own_gaps is ",
    ),
    (
        "follow_members_to_silence.silence_days",
        lambda value: follow_members_to_silence(
            FRAMES["members"], FRAMES["receipts"], as_of=LAST, silence_days=value
        ),
        [*NO_NUMBERS, None],
        "silence_days is ",
    ),
    *(
        (name, call, NO_WHOLES, "step_days is ")
        for name, call in {
            "read_step.step_days": read_step,
            "estimate_survival.step_days": lambda value: estimate_survival(
                FRAMES["lifetimes"], step_days=value
            ),
            "measure_retention_by_tenure.step_days": lambda value: measure_retention_by_tenure(
                FRAMES["lifetimes"], step_days=value
            ),
            "measure_frailty_by_tenure.step_days": lambda value: measure_frailty_by_tenure(
                FRAMES["lifetimes"], step_days=value
            ),
        }.items()
    ),
    (
        "estimate_survival.by",
        lambda value: estimate_survival(FRAMES["lifetimes"], by=value),
        ["rivals", 3],
        "expected one of customer_id, days, left",
    ),
    (
        "mix_retention.periods",
        lambda value: mix_retention([0.5, 0.5], [0.9, 0.5], periods=value),
        NO_WHOLES,
        "mix_retention: periods is ",
    ),
    (
        "mix_retention.shares",
        lambda value: mix_retention([value, 0.5], [0.9, 0.5]),
        [*NO_SHARES, 0.4],
        "shares that sum to 1",
    ),
    (
        "mix_retention.stay",
        lambda value: mix_retention([0.5, 0.5], [value, 0.5]),
        NO_SHARES,
        "mix_retention: stay: 1 of 2 values are wrong",
    ),
    (
        "add_outcome.within_days",
        lambda value: add_outcome(
            FRAMES["behaviour"], FRAMES["receipts"], as_of="2024-06-30", within_days=value
        ),
        NO_WHOLES,
        "within_days is ",
    ),
    (
        "flag_key_customers.value_share",
        lambda value: flag_key_customers(FRAMES["behaviour"], value_share=value),
        [*NO_NUMBERS, 20],
        "value_share is ",
    ),
    (
        "flag_key_customers.silence_days",
        lambda value: flag_key_customers(FRAMES["behaviour"], silence_days=value),
        [-1, np.nan, np.inf, "ten", True, None],
        "silence_days is ",
    ),
    (
        "fit_churn_model.features",
        lambda value: fit_churn_model(FRAMES["behaviour"], features=value),
        [["silence"], ["silence_days", "mood"]],
        "behaviour: no column ",
    ),
    (
        "score_ranking.score",
        lambda value: score_ranking(value, FATE),
        [["a", 0.1, 0.2], [np.inf, 1.0, 0.0], [None, 1.0, 0.0], [[1.0, 2.0, 3.0]], [], [0.1, 0.2]],
        "score_ranking: ",
    ),
    *(
        (name, call, [["no", "yes", "no"], [None, True, False], [0, 1, 1]], "neither True nor False")
        for name, call in {
            "score_ranking.gone": lambda value: score_ranking(CHANCE, value),
            "explore_threshold.gone": lambda value: explore_threshold(CHANCE, value, 9.0),
        }.items()
    ),
    *(
        (
            f"find_threshold.{name}",
            lambda value, name=name: find_threshold(
                **{"contact_cost_cny": 1, "value_cny": 9, "saved_share": 0.1, name: value}
            ),
            NO_NUMBERS if name != "saved_share" else [*NO_NUMBERS, 1.5],
            f"find_threshold: {name} is ",
        )
        for name in ("contact_cost_cny", "value_cny", "saved_share")
    ),
    (
        "count_profit_by_threshold.thresholds",
        lambda value: count_profit_by_threshold(
            CHANCE, FATE, 9.0, contact_cost_cny=1, saved_share=0.1, thresholds=[value]
        ),
        NO_SHARES,
        "count_profit_by_threshold: thresholds: 1 of 1 values are wrong",
    ),
    (
        "explore_threshold.probability",
        lambda value: explore_threshold([value, 0.5, 0.5], FATE, 9.0),
        NO_SHARES,
        "explore_threshold: probability: 1 of 3 values are wrong",
    ),
    (
        "explore_threshold.value_cny",
        lambda value: explore_threshold(CHANCE, FATE, [9.0, 9.0, value]),
        [np.nan, np.inf, "much", None],
        "explore_threshold: value_cny: 1 of 3 values are wrong",
    ),
]

# the whole message, once for each option
SAID: dict[str, tuple[Any, str]] = {
    "mark_churned.silence_days": (-1, "mark_churned: silence_days is -1, expected a number above 0."),
    "mark_churned.own_gaps": (-1, "mark_churned: own_gaps is -1, expected a number above 0."),
    "compare_churn_definitions.own_gaps": (
        -1,
        "compare_churn_definitions: own_gaps is -1, expected a number above 0.",
    ),
    "follow_members_to_silence.silence_days": (-1, "silence_days is -1, expected more than 0 days."),
    "read_step.step_days": (-1, "step_days is -1, expected at least 1 day."),
    "estimate_survival.step_days": (-1, "step_days is -1, expected at least 1 day."),
    "measure_retention_by_tenure.step_days": (-1, "step_days is -1, expected at least 1 day."),
    "measure_frailty_by_tenure.step_days": (-1, "step_days is -1, expected at least 1 day."),
    "estimate_survival.by": (3, "by is 3, expected one of customer_id, days, left, "),
    "mix_retention.periods": (-1, "mix_retention: periods is -1, expected at least 1."),
    "mix_retention.shares": (
        -0.1,
        "mix_retention: shares: 1 of 2 values are wrong (position 0: -0.1). Expected shares that sum to 1.",
    ),
    "mix_retention.stay": (
        -0.1,
        "mix_retention: stay: 1 of 2 values are wrong (position 0: -0.1). Expected chances from 0 to 1.",
    ),
    "add_outcome.within_days": (-1, "within_days is -1, expected at least 1 day."),
    "flag_key_customers.value_share": (
        -1,
        "value_share is -1, expected a share between 0 and 1, such as 0.2.",
    ),
    "flag_key_customers.silence_days": (-1, "silence_days is -1, expected 0 days or more."),
    "find_threshold.contact_cost_cny": (
        -1,
        "find_threshold: contact_cost_cny is -1, expected numbers above 0, and a share of at most 1.",
    ),
    "find_threshold.value_cny": (
        -1,
        "find_threshold: value_cny is -1, expected numbers above 0, and a share of at most 1.",
    ),
    "find_threshold.saved_share": (
        -1,
        "find_threshold: saved_share is -1, expected numbers above 0, and a share of at most 1.",
    ),
    "count_profit_by_threshold.thresholds": (
        -0.1,
        "count_profit_by_threshold: thresholds: 1 of 1 values are wrong"
        " (position 0: -0.1). Expected shares from 0 to 1.",
    ),
    "explore_threshold.probability": (
        -0.1,
        "explore_threshold: probability: 1 of 3 values are wrong"
        " (position 0: -0.1). Expected probabilities from 0 to 1.",
    ),
}
OPTIONS += [(name, call, [SAID[name][0]], SAID[name][1]) for name, call, *_ in OPTIONS if name in SAID]
