"""Small tables for the tests of recovery (chapter 5), and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.recovery import speed, win_back
from crmlib.recovery.complaints import REPORTING, measure_reporting, measure_step_times, plot_reporting
from crmlib.recovery.paradox import PARADOX, VISITS, compare_paradox, join_visits_with_problems, plot_paradox
from crmlib.recovery.speed import (
    SPEED,
    estimate_speed_on_staying,
    explore_detectable_effect,
    find_detectable_effect,
    measure_speed_trial,
    plot_speed_trial,
)
from crmlib.recovery.triage import (
    PROFITS,
    RULES,
    assign_triage,
    compare_win_back_rules,
    plot_win_back_rules,
    price_arms,
)
from crmlib.recovery.win_back import (
    ARMS,
    COUNTED,
    compare_offers,
    count_truly_lost,
    explore_win_back,
    find_win_back,
    follow_second_lives,
    measure_second_margin,
    measure_win_back,
    plot_win_back,
)
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
LAST = "2025-12-31"
N = 40


def make_receipts() -> pd.DataFrame:
    """Even members bought on two days in early 2023; odd ones each quarter until the end of 2025."""
    early, all_along = DAYS(["2023-01-01", "2023-04-01"]), pd.date_range("2023-01-01", LAST, freq="91D")
    rows = [(one, day) for one in range(1, N + 1) for day in (early if one % 2 == 0 else all_along)]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"]).astype({"customer_id": "Int64"})
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    return frame.assign(amount_cny=100.0, margin_cny=30.0)


def make_truth() -> pd.DataFrame:
    """Even members left on 11 April 2023; 2 came back for 50 days in 2025, and 4 for good."""
    ids = np.arange(1, N + 1)
    nobody = pd.Series(pd.NaT, index=range(N), dtype="datetime64[us]")
    truth = pd.DataFrame(
        {
            "customer_id": ids,
            "left_on": nobody.mask(ids % 2 == 0, pd.Timestamp("2023-04-11")),
            "second_started_on": nobody.mask((ids == 2) | (ids == 4), pd.Timestamp("2025-02-10")),
            "second_left_on": nobody.mask(ids == 2, pd.Timestamp("2025-04-01")),
        }
    )
    return truth.assign(relationship_quality=np.linspace(-1, 1, N), visits_per_month=np.linspace(0.2, 2, N))


def make_complaints() -> pd.DataFrame:
    """Complaints of the members 1 to 8, opened on one morning; offers after 1, 2, … 7 days, the last open."""
    opened = pd.Series(DAYS(["2025-03-01 10:00"] * 8))
    wait = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, None])
    return pd.DataFrame(
        {
            "complaint_id": range(1, 9),
            "customer_id": pd.array(range(1, 9), dtype="Int64"),
            "opened_at": opened,
            "acknowledged_at": opened + pd.Timedelta(hours=2),
            "offered_at": opened + pd.to_timedelta(wait, unit="D"),
            "closed_at": opened + pd.to_timedelta(wait + 1, unit="D"),
            "satisfaction_after": pd.array([5, 4, 5, 4, 2, 1, 5, None], dtype="Int64"),
        }
    )


def make_campaigns() -> pd.DataFrame:
    """A recovery trial and a win-back trial."""
    return pd.DataFrame(
        {
            "campaign_id": [3, 4],
            "kind": ["recovery_trial", "win_back_trial"],
            "randomised": True,
            "started_on": DAYS(["2025-02-01"] * 2),
            "outcome_days": [90, 60],
        }
    )


def make_contacts() -> pd.DataFrame:
    """Members 1 to 8 in the recovery trial, fast and normal; 1 to 40 in the win-back trial, eight an arm."""
    fast = pd.DataFrame({"campaign_id": 3, "customer_id": range(1, 9), "arm": ["fast"] * 4 + ["normal"] * 4})
    back = pd.DataFrame({"campaign_id": 4, "customer_id": range(1, N + 1), "arm": np.repeat(ARMS, 8)})
    back["cost_cny"] = np.where(back["arm"] == "control", 0.0, 2.5)
    days = DAYS(["2025-03-01"] * 8 + ["2025-02-02"] * N)
    return pd.concat([fast.assign(cost_cny=6.0), back], ignore_index=True).assign(contacted_on=days)


def make_problems() -> pd.DataFrame:
    """A problem at every fifth receipt; every second of them was reported."""
    places = make_receipts()["receipt_id"].iloc[::5].to_numpy()
    told = pd.Series(np.arange(len(places)) + 1, dtype="Int64").where(np.arange(len(places)) % 2 == 0)
    return pd.DataFrame(
        {
            "problem_id": np.arange(len(places)) + 1,
            "receipt_id": places,
            "severity": np.where(places % 3 == 0, "severe", "minor"),
            "topic": "service",
            "complaint_id": told,
        }
    )


def make_outcomes() -> pd.DataFrame:
    """Every member under every arm: whose number is divisible by five buys for 100 if both are offered."""
    rows = [(4, one, arm, arm == "both" and one % 5 == 0) for one in range(1, N + 1) for arm in ARMS]
    frame = pd.DataFrame(rows, columns=["campaign_id", "customer_id", "arm", "bought"])
    return frame.assign(amount_cny=np.where(frame["bought"], 100.0, 0.0))


def make_frames() -> dict[str, Any]:
    """The firm's tables, and what the functions of the chapter make of them."""
    receipts, contacts, campaigns = make_receipts(), make_contacts(), make_campaigns()
    complaints, problems, outcomes = make_complaints(), make_problems(), make_outcomes()
    exits = pd.DataFrame(
        {
            "customer_id": [2, 4, 6, 8, 10],
            "asked_on": DAYS(["2023-06-01"] * 5),
            "stated_reason": ["moved", "moved", "price", "service", "other"],
        }
    )
    visits = join_visits_with_problems(receipts, problems, make_truth(), as_of="2026-01-01")
    profits = price_arms(outcomes, contacts, receipts, campaigns)
    everybody = {"everybody": pd.Series("both", index=profits.index)}
    return {
        "receipts": receipts, "truth.members": make_truth(), "complaints": complaints, "exits": exits,
        "campaigns": campaigns, "contacts": contacts, "truth.problems": problems, "truth.outcomes": outcomes,
        "reporting": measure_reporting(problems),
        "speed": measure_speed_trial(contacts, complaints, campaigns),
        "visits": visits, "paradox": compare_paradox(visits, draws=20),
        "win_back": measure_win_back(contacts, receipts, campaigns),
        "profits": profits, "rules": compare_win_back_rules(profits, everybody, draws=20),
    }  # fmt: skip


FRAMES: dict[str, Any] = make_frames()
DESCRIBED: dict[str, Table] = {
    "reporting": REPORTING,
    "speed": SPEED,
    "visits": VISITS,
    "paradox": PARADOX,
    "win_back": COUNTED,
    "profits": PROFITS,
    "rules": RULES,
}

BOUGHT = ["customer_id", "purchased_at"]
TRIAL = {
    "contacts": ["campaign_id", "customer_id", "arm", "cost_cny"],
    "campaigns": ["campaign_id", "kind", "randomised", "started_on", "outcome_days"],
}
SPED = {**TRIAL, "contacts": ["campaign_id", "customer_id", "arm", "contacted_on"]}
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "find_detectable_effect": (lambda _: find_detectable_effect(100, share=0.5), {}),
    "measure_step_times": (
        lambda t: measure_step_times(t["complaints"]),
        {"complaints": ["complaint_id", "opened_at", "acknowledged_at", "offered_at", "closed_at"]},
    ),
    "measure_reporting": (
        lambda t: measure_reporting(t["truth.problems"]),
        {"truth.problems": ["severity", "topic", "complaint_id"]},
    ),
    "plot_reporting": (
        lambda t: plot_reporting(t["reporting"]).get_xlabel(),
        {"reporting": list(REPORTING.columns)},
    ),
    "measure_speed_trial": (
        lambda t: measure_speed_trial(t["contacts"], t["complaints"], t["campaigns"]),
        {**SPED, "complaints": ["customer_id", "opened_at", "offered_at", "satisfaction_after"]},
    ),
    "estimate_speed_on_staying": (
        lambda t: estimate_speed_on_staying(t["contacts"], t["receipts"], t["campaigns"]),
        {**SPED, "receipts": BOUGHT},
    ),
    "plot_speed_trial": (
        lambda t: plot_speed_trial(t["speed"]).get_xlabel(),
        {"speed": list(SPEED.columns)},
    ),
    "join_visits_with_problems": (
        lambda t: join_visits_with_problems(
            t["receipts"], t["truth.problems"], t["truth.members"], as_of=LAST
        ),
        {
            "receipts": ["receipt_id", *BOUGHT],
            "truth.problems": ["receipt_id", "complaint_id"],
            "truth.members": ["customer_id", "left_on", "relationship_quality", "visits_per_month"],
        },
    ),
    "compare_paradox": (
        lambda t: compare_paradox(t["visits"], draws=20),
        {"visits": list(VISITS.columns)},
    ),
    "plot_paradox": (lambda t: plot_paradox(t["paradox"]).get_xlabel(), {"paradox": list(PARADOX.columns)}),
    "find_win_back": (lambda t: find_win_back(t["contacts"], t["campaigns"]), TRIAL),
    "measure_win_back": (
        lambda t: measure_win_back(t["contacts"], t["receipts"], t["campaigns"]),
        {**TRIAL, "receipts": BOUGHT},
    ),
    "compare_offers": (lambda t: compare_offers(t["win_back"]), {"win_back": ["arm", "share", "n"]}),
    "plot_win_back": (
        lambda t: plot_win_back(t["win_back"]).get_xlabel(),
        {"win_back": list(COUNTED.columns)},
    ),
    "explore_win_back": (lambda t: explore_win_back(t["win_back"]), {"win_back": list(COUNTED.columns)}),
    "count_truly_lost": (
        lambda t: count_truly_lost(t["contacts"], t["campaigns"], t["truth.members"]),
        {**TRIAL, "truth.members": ["customer_id", "left_on"]},
    ),
    "follow_second_lives": (
        lambda t: follow_second_lives(t["contacts"], t["campaigns"], t["truth.members"], as_of=LAST),
        {**TRIAL, "truth.members": ["customer_id", "second_started_on", "second_left_on"]},
    ),
    "measure_second_margin": (
        lambda t: measure_second_margin(t["contacts"], t["receipts"], t["campaigns"]),
        {**TRIAL, "receipts": [*BOUGHT, "margin_cny"]},
    ),
    "assign_triage": (
        lambda t: assign_triage(t["receipts"], t["exits"], as_of=LAST),
        {
            "receipts": [*BOUGHT, "margin_cny"],
            "exits": ["customer_id", "asked_on", "stated_reason"],
        },
    ),
    "price_arms": (
        lambda t: price_arms(t["truth.outcomes"], t["contacts"], t["receipts"], t["campaigns"]),
        {
            **TRIAL,
            "truth.outcomes": ["campaign_id", "customer_id", "arm", "bought", "amount_cny"],
            "receipts": ["amount_cny", "margin_cny"],
        },
    ),
    "compare_win_back_rules": (
        lambda t: compare_win_back_rules(
            t["profits"], {"everybody": pd.Series("both", index=FRAMES["profits"].index)}, draws=20
        ),
        {"profits": ["control", "both"]},
    ),
    "plot_win_back_rules": (
        lambda t: plot_win_back_rules(t["rules"]).get_xlabel(),
        {"rules": list(RULES.columns)},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("measure_step_times", "complaints", "complaint_id"),
    ("measure_reporting", "truth.problems", "problem_id"),
    ("measure_speed_trial", "complaints", "complaint_id"),
    ("measure_speed_trial", "contacts", "campaign_id and customer_id"),
    ("estimate_speed_on_staying", "contacts", "campaign_id and customer_id"),
    ("join_visits_with_problems", "receipts", "receipt_id"),
    ("join_visits_with_problems", "truth.problems", "problem_id"),
    ("join_visits_with_problems", "truth.members", "customer_id"),
    ("measure_win_back", "contacts", "campaign_id and customer_id"),
    ("compare_offers", "win_back", "arm"),
    ("count_truly_lost", "truth.members", "customer_id"),
    ("follow_second_lives", "truth.members", "customer_id"),
    ("measure_second_margin", "receipts", "receipt_id"),
    ("assign_triage", "receipts", "receipt_id"),
    ("assign_triage", "exits", "customer_id"),
    ("price_arms", "truth.outcomes", "campaign_id and customer_id and arm"),
    ("price_arms", "receipts", "receipt_id"),
    ("compare_win_back_rules", "profits", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_reporting": lambda ax: plot_reporting(FRAMES["reporting"], ax=ax),
    "plot_speed_trial": lambda ax: plot_speed_trial(FRAMES["speed"], ax=ax),
    "plot_paradox": lambda ax: plot_paradox(FRAMES["paradox"], ax=ax),
    "plot_win_back": lambda ax: plot_win_back(FRAMES["win_back"], ax=ax),
    "plot_win_back_rules": lambda ax: plot_win_back_rules(FRAMES["rules"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_detectable_effect": (speed, lambda: explore_detectable_effect(n_each=150, share=0.9)),
    "explore_win_back": (win_back, lambda: explore_win_back(FRAMES["win_back"])),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, 0, np.nan, np.inf, "ten", True]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *(
        (name, call, NO_DAYS, "as_of: expected a date written year-month-day")
        for name, call in {
            "join_visits_with_problems.as_of": lambda value: join_visits_with_problems(
                FRAMES["receipts"], FRAMES["truth.problems"], FRAMES["truth.members"], as_of=value
            ),
            "follow_second_lives.as_of": lambda value: follow_second_lives(
                FRAMES["contacts"], FRAMES["campaigns"], FRAMES["truth.members"], as_of=value
            ),
            "assign_triage.as_of": lambda value: assign_triage(
                FRAMES["receipts"], FRAMES["exits"], as_of=value
            ),
        }.items()
    ),
    (
        "measure_reporting.by",
        lambda value: measure_reporting(FRAMES["truth.problems"], by=value),
        ["store", None],
        "expected one of severity, topic",
    ),
    *(
        (
            f"{function.__name__}.{name}",
            lambda value, find=function, name=name: find(**{"n_each": 100, "share": 0.5, name: value}),
            [*NO_NUMBERS, 1],
            f"find_detectable_effect: {name} is ",
        )
        for function in (find_detectable_effect, explore_detectable_effect)
        for name in ("n_each", "share")
    ),
    (
        "plot_speed_trial.claim",
        lambda value: plot_speed_trial(FRAMES["speed"], claim=value),
        [-0.1, 1.1, np.nan, "half", None],
        "plot_speed_trial: claim is ",
    ),
    (
        "join_visits_with_problems.within_days",
        lambda value: join_visits_with_problems(
            FRAMES["receipts"], FRAMES["truth.problems"], FRAMES["truth.members"],
            as_of=LAST, within_days=value,
        ),
        [*NO_NUMBERS, 2.5, None],
        "within_days is ",
    ),
    *(
        (
            f"{name}.draws",
            lambda value, call=call: call(draws=value),
            [-1, 0, 1, 2.5, np.nan, "ten"],
            "draws is ",
        )
        for name, call in {
            "compare_paradox": lambda draws: compare_paradox(FRAMES["visits"], draws=draws),
            "compare_win_back_rules": lambda draws: compare_win_back_rules(
                FRAMES["profits"], {}, draws=draws
            ),
        }.items()
    ),
    *(
        (
            f"assign_triage.{name}",
            lambda value, name=name: assign_triage(
                FRAMES["receipts"], FRAMES["exits"], as_of=LAST, **{name: value}
            ),
            [*NO_NUMBERS, 0.9],
            f"assign_triage: {name} " if name == "important_share" else f"{name} ",
        )
        for name in ("important_share", "ordinary_share")
    ),
    (
        "assign_triage.silence_days",
        lambda value: assign_triage(FRAMES["receipts"], FRAMES["exits"], as_of=LAST, silence_days=value),
        [-1, np.nan, np.inf, "ten", True, None],
        "assign_triage: silence_days is ",
    ),
]  # fmt: skip
# the whole message, once for each option
SAID: dict[str, tuple[Any, str]] = {
    "measure_reporting.by": ("store", "by is 'store', expected one of severity, topic."),
    "find_detectable_effect.n_each": (
        -1,
        "find_detectable_effect: n_each is -1, expected 2 customers or more in each group.",
    ),
    "find_detectable_effect.share": (
        -1,
        "find_detectable_effect: share is -1, expected a share between 0 and 1.",
    ),
    "plot_speed_trial.claim": (-0.1, "plot_speed_trial: claim is -0.1, expected a share from 0 to 1."),
    "join_visits_with_problems.within_days": (-1, "within_days is -1, expected at least 1 day."),
    "compare_paradox.draws": (-1, "draw_weights: draws is -1, expected at least 2."),
    "compare_win_back_rules.draws": (-1, "draw_weights: draws is -1, expected at least 2."),
    "assign_triage.important_share": (-1, "assign_triage: important_share is -1, expected a positive share."),
    "assign_triage.ordinary_share": (-1, "assign_triage: ordinary_share is -1, expected a positive share."),
    "assign_triage.silence_days": (-1, "assign_triage: silence_days is -1, expected 0 days or more."),
}
OPTIONS += [(name, call, [SAID[name][0]], SAID[name][1]) for name, call, *_ in OPTIONS if name in SAID]
