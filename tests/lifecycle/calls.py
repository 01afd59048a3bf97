"""Small tables for the tests of chapter 3, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.summary import SUMMARY, summarise_purchases
from crmlib.customers.truth import STATED, STATES, find_true_state
from crmlib.lifecycle import silence, stages_and_truth
from crmlib.lifecycle.cost_to_serve import measure_cost_to_serve
from crmlib.lifecycle.ending import count_endings
from crmlib.lifecycle.fading import FADED, LEFT_ON, measure_before_leaving, plot_before_leaving
from crmlib.lifecycle.money import (
    MONEY,
    PARTS,
    count_referrals_by_stage,
    estimate_first_year_margin,
    measure_money_by_stage,
    plot_money_by_stage,
)
from crmlib.lifecycle.next_purchase import (
    COMPARED,
    DUE,
    compare_due_with_actual,
    expect_next_purchase,
    plot_due_against_actual,
)
from crmlib.lifecycle.silence import (
    explore_silence,
    join_silence_with_truth,
    measure_gone_by_silence,
    plot_gone_by_silence,
)
from crmlib.lifecycle.stages import (
    COUNTS,
    STAGED,
    STAGES,
    StageRule,
    assign_stages,
    label_stages,
    take_stages,
)
from crmlib.lifecycle.stages_and_truth import (
    compare_stage_rules,
    compare_with_truth,
    explore_stage_rule,
    plot_stages_against_truth,
    score_rule,
)
from crmlib.lifecycle.tenure import (
    BY_TENURE,
    SNAPSHOT_TABLE,
    compare_tenure,
    follow_members,
    measure_by_tenure,
    measure_snapshot,
    plot_tenure,
)
from crmlib.lifecycle.transitions import LABELS, MOVES, count_transitions, label_quarters, plot_transitions
from crmlib.tables.dictionary import TABLES, Table
from crmlib.tables.results import describe_result

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
AS_OF, LAST = "2024-12-31", "2025-12-31"
IDS = [*range(1, 80), 99]


def list_days(customer: int) -> list[pd.Timestamp]:
    """When a customer buys: even ones left early, most odd ones come each quarter, some are seldomer now."""
    if customer % 2 == 0:
        return [*DAYS(["2023-01-01", "2023-04-01"])]
    if customer % 10 == 3:  # silent for 72 days at the end of 2024, with gaps of a fortnight before
        often = pd.date_range("2023-01-01", "2024-10-20", freq="14D")
        return [*often, *pd.date_range("2025-03-01", LAST, freq="91D")]
    if customer % 10 == 5:  # half as often as before
        often = pd.date_range("2023-01-01", "2024-06-30", freq="14D")
        return [*often, *pd.date_range("2024-07-28", LAST, freq="28D")]
    return [*pd.date_range("2023-01-01", LAST, freq="91D")]


def make_receipts() -> pd.DataFrame:
    """Receipts of eighty members over three years."""
    rows = [(one, day) for one in IDS for day in list_days(one)]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"]).astype({"customer_id": "Int64"})
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    return frame.assign(amount_cny=100.0, margin_cny=30.0, points_redeemed=20, discount_cny=0.0)


def make_truth() -> pd.DataFrame:
    """Even members left on 11 April 2023, odd ones stay; the second one came back for a month in 2025."""
    nobody = pd.Series(pd.NaT, index=range(len(IDS)), dtype="datetime64[us]")
    left_on = nobody.mask(np.array(IDS) % 2 == 0, pd.Timestamp("2023-04-11"))
    truth = pd.DataFrame({"customer_id": IDS, "left_on": left_on, "second_started_on": nobody})
    truth = truth.assign(second_left_on=nobody, visits_per_month=np.linspace(0.05, 2, len(IDS)))
    truth.loc[1, ["second_started_on", "second_left_on"]] = DAYS(["2025-06-01", "2025-07-01"])
    return truth


def make_members() -> pd.DataFrame:
    """All joined on the first day of 2023; the first two were referred by the third."""
    referred = pd.array([3, 3, *[None] * (len(IDS) - 2)], dtype="Int64")
    table = {"customer_id": IDS, "joined_on": pd.Timestamp("2023-01-01"), "fee_cny": 20.0}
    return pd.DataFrame(table).assign(referred_by=referred)


def make_frames() -> dict[str, Any]:
    """The firm's tables, and what the functions of the chapter make of them."""
    receipts, truth, members = make_receipts(), make_truth(), make_members()
    until = receipts[receipts["purchased_at"] <= AS_OF]
    summary, stages = summarise_purchases(until, as_of=AS_OF), assign_stages(until, as_of=AS_OF)
    states = find_true_state(truth, as_of=AS_OF)
    left_on = truth.set_index("customer_id")["left_on"]
    costs = pd.DataFrame(
        {
            "month": DAYS(["2024-01-01", "2024-02-01"]),
            "purpose": ["acquisition", "retention"],
            "cost_cny": [60.0, 40.0],
        }
    )
    points = pd.DataFrame({"customer_id": [2, 4], "booked_on": DAYS(["2023-01-01"] * 2), "points": 40})
    complaints = pd.DataFrame(
        {
            "complaint_id": range(1, 5),
            "customer_id": pd.array([1, 2, 3, None], dtype="Int64"),
            "opened_at": DAYS(["2024-03-01 10:00"] * 4),
            "closed_at": DAYS(["2024-03-05", None, "2024-03-07", None]),
            "compensation_cny": 5.0,
        }
    )
    labels = label_quarters(receipts, first="2024-01-01", last="2024-07-01")
    silent, due = join_silence_with_truth(stages, states, truth), expect_next_purchase(summary)
    followed = follow_members(receipts, as_of=LAST)
    return {
        "receipts": receipts, "receipts until": until, "truth.members": truth, "members": members,
        "marketing_costs": costs, "points": points, "complaints": complaints,
        "summary": summary, "stages": stages, "states": states, "left_on": left_on, "labels": labels,
        "counts": count_transitions(labels), "confusion": compare_with_truth(stages, states),
        "silent": silent, "shares": measure_gone_by_silence(silent),
        "due": due, "compared": compare_due_with_actual(due, receipts, as_of=AS_OF, until=LAST),
        "faded": measure_before_leaving(receipts, left_on, period_days=25, periods=4),
        "money": measure_money_by_stage(labels, receipts, members, costs),
        "followed": followed, "by tenure": measure_by_tenure(followed, truth_members=truth),
        "snapshot": measure_snapshot(receipts, first="2024-01-01", last="2024-06-30"),
    }  # fmt: skip


def tell_truth(*rows: tuple) -> pd.DataFrame:
    """Truth from (customer, left, second start, second end, purchases a month), or its first parts."""
    names = ["customer_id", "left_on", "second_started_on", "second_left_on", "visits_per_month"]
    full = [(*row, *(None, None, 1.0)[len(row) - 2 :]) for row in rows]
    return pd.DataFrame(full, columns=names).astype(dict.fromkeys(names[1:4], "datetime64[us]"))


def place_in_stages(**stages: str) -> pd.DataFrame:
    """Stages of customers c1, c2, … with harmless counts."""
    index = pd.Index([int(name[1:]) for name in stages], name="customer_id")
    frame = pd.DataFrame({"stage": list(stages.values())}, index=index)
    counts = {"purchases": 5, "recency_days": 20, "age_days": 400, "recent": 3, "before": 3}
    return frame.assign(**counts, gap_days=pd.array([20.0] * len(frame), dtype="Float64"))


def buy(**days_ago: list[int]) -> pd.DataFrame:
    """Receipts of customers c1, c2, …, each bought so many days before 30 June 2025."""
    rows = [(int(name[1:]), days) for name, several in days_ago.items() for days in several]
    when = pd.Timestamp("2025-06-30 12:00") - pd.to_timedelta([days for _, days in rows], unit="D")
    return pd.DataFrame({"customer_id": [c for c, _ in rows], "purchased_at": when, "amount_cny": 10.0})


FRAMES: dict[str, Any] = make_frames()
DESCRIBED: dict[str, Table] = {
    "receipts until": TABLES["receipts"],
    "summary": SUMMARY,
    "stages": STAGED,
    "states": STATED,
    "left_on": LEFT_ON,
    "labels": LABELS,
    "counts": MOVES,
    "confusion": stages_and_truth.CONFUSION,
    "silent": silence.SILENT,
    "shares": silence.GONE_SHARES,
    "due": DUE,
    "compared": COMPARED,
    "faded": FADED,
    "money": MONEY,
    # its periods are described when the number of periods is known
    "followed": describe_result("followed", {"ends_on": "date", "bought_after": "boolean"}),
    "by tenure": BY_TENURE,
    "snapshot": SNAPSHOT_TABLE,
}

PURCHASES = ["customer_id", "purchased_at", "amount_cny"]
MARGINS = ["customer_id", "purchased_at", "margin_cny"]
TRUTH = ["customer_id", "left_on", "second_started_on", "second_left_on"]
SILENT = list(silence.SILENT.columns)
LABEL = list(LABELS.columns)
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "expect_next_purchase": (
        lambda t: expect_next_purchase(t["summary"]),
        {"summary": ["repeat_purchases", "lifetime_days", "recency_days"]},
    ),
    "compare_due_with_actual": (
        lambda t: compare_due_with_actual(t["due"], t["receipts"], as_of=AS_OF, until=LAST),
        {"due": ["gap_days", "due_in_days", "waited_gaps"], "receipts": PURCHASES[:2]},
    ),
    "plot_due_against_actual": (
        lambda t: plot_due_against_actual(t["compared"]).get_ylabel(),
        {"compared": list(COMPARED.columns)},
    ),
    "assign_stages": (
        lambda t: assign_stages(t["receipts until"], as_of=AS_OF),
        {"receipts until": PURCHASES},
    ),
    "label_stages": (lambda t: label_stages(t["stages"]), {"stages": list(COUNTS)}),
    "take_stages": (lambda t: take_stages(t["stages"], ["stage"]), {"stages": ["stage"]}),
    "count_endings": (
        lambda t: count_endings(t["stages"], t["points"], t["complaints"], as_of=AS_OF),
        {
            "stages": ["stage"],
            "points": ["customer_id", "booked_on", "points"],
            "complaints": ["customer_id", "opened_at", "closed_at"],
        },
    ),
    "compare_with_truth": (
        lambda t: compare_with_truth(t["stages"], t["states"]),
        {"stages": ["stage"], "states": ["state"]},
    ),
    "score_rule": (
        lambda t: score_rule(t["stages"], t["states"]),
        {"stages": ["stage"], "states": ["state"]},
    ),
    "compare_stage_rules": (
        lambda t: compare_stage_rules(
            t["stages"], t["truth.members"], as_of=AS_OF, leaving_share_per_month=0.02
        ),
        {"stages": ["stage", *COUNTS], "truth.members": [*TRUTH, "visits_per_month"]},
    ),
    "plot_stages_against_truth": (
        lambda t: plot_stages_against_truth(t["confusion"]).get_ylabel(),
        {"confusion": list(STATES)},
    ),
    "explore_stage_rule": (
        lambda t: explore_stage_rule(t["stages"], t["states"]),
        {"stages": list(COUNTS), "states": ["state"]},
    ),
    "join_silence_with_truth": (
        lambda t: join_silence_with_truth(t["stages"], t["states"], t["truth.members"]),
        {
            "stages": ["purchases", "recency_days"],
            "states": ["state"],
            "truth.members": ["customer_id", "visits_per_month"],
        },
    ),
    "measure_gone_by_silence": (lambda t: measure_gone_by_silence(t["silent"]), {"silent": SILENT}),
    "plot_gone_by_silence": (
        lambda t: plot_gone_by_silence(t["shares"]).get_ylabel(),
        {"shares": list(silence.GONE_SHARES.columns)},
    ),
    "explore_silence": (
        lambda t: explore_silence(t["silent"], leaving_share_per_month=0.02),
        {"silent": SILENT},
    ),
    "measure_before_leaving": (
        lambda t: measure_before_leaving(t["receipts"], t["left_on"], period_days=25, periods=4),
        {"receipts": PURCHASES, "left_on": ["left_on"]},
    ),
    "plot_before_leaving": (
        lambda t: plot_before_leaving({"firm": t["faded"]}).get_ylabel(),
        {"faded": list(FADED.columns)},
    ),
    "label_quarters": (
        lambda t: label_quarters(t["receipts"], first="2024-01-01", last="2024-04-01"),
        {"receipts": PURCHASES},
    ),
    "count_transitions": (lambda t: count_transitions(t["labels"]), {"labels": LABEL}),
    "plot_transitions": (
        lambda t: plot_transitions(t["counts"]).get_ylabel(),
        {"counts": list(STAGES)},
    ),
    "measure_money_by_stage": (
        lambda t: measure_money_by_stage(t["labels"], t["receipts"], t["members"], t["marketing_costs"]),
        {
            "labels": LABEL,
            "receipts": [*MARGINS, "points_redeemed"],
            "members": ["customer_id", "joined_on", "fee_cny"],
            "marketing_costs": ["month", "purpose", "cost_cny"],
        },
    ),
    "plot_money_by_stage": (
        lambda t: plot_money_by_stage(t["money"]).get_ylabel(),
        {"money": [*PARTS, "low", "high"]},
    ),
    "count_referrals_by_stage": (
        lambda t: count_referrals_by_stage(t["labels"], t["members"]),
        {"labels": LABEL, "members": ["customer_id", "joined_on", "referred_by"]},
    ),
    "estimate_first_year_margin": (
        lambda t: estimate_first_year_margin(t["receipts"], t["members"], until=LAST, referred=True),
        {"receipts": MARGINS, "members": ["customer_id", "joined_on", "referred_by"]},
    ),
    "measure_snapshot": (
        lambda t: measure_snapshot(t["receipts"], first="2024-01-01", last="2024-06-30"),
        {"receipts": MARGINS},
    ),
    "follow_members": (lambda t: follow_members(t["receipts"], as_of=LAST), {"receipts": MARGINS}),
    "measure_by_tenure": (
        lambda t: measure_by_tenure(t["followed"], truth_members=t["truth.members"]),
        {"followed": ["ends_on", "bought_after"], "truth.members": TRUTH[:2]},
    ),
    "compare_tenure": (
        lambda t: compare_tenure(t["followed"], seed=1, draws=50),
        {"followed": ["ends_on", "bought_after"]},
    ),
    "plot_tenure": (
        lambda t: plot_tenure(t["by tenure"], t["snapshot"]).get_ylabel(),
        {
            "by tenure": ["period", "margin_cny", "low", "high"],
            "snapshot": list(SNAPSHOT_TABLE.columns),
        },
    ),
    "measure_cost_to_serve": (
        lambda t: measure_cost_to_serve(t["receipts"], t["complaints"], t["members"]),
        {
            "receipts": [*PURCHASES, "points_redeemed", "discount_cny"],
            "complaints": ["customer_id", "opened_at", "compensation_cny"],
            "members": ["customer_id", "joined_on"],
        },
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("expect_next_purchase", "summary", "customer_id"),
    ("compare_due_with_actual", "due", "customer_id"),
    ("assign_stages", "receipts until", "receipt_id"),
    ("take_stages", "stages", "customer_id"),
    ("count_endings", "stages", "customer_id"),
    ("count_endings", "complaints", "complaint_id"),
    ("compare_with_truth", "stages", "customer_id"),
    ("score_rule", "stages", "customer_id"),
    ("compare_stage_rules", "truth.members", "customer_id"),
    ("explore_stage_rule", "stages", "customer_id"),
    ("join_silence_with_truth", "stages", "customer_id"),
    ("join_silence_with_truth", "truth.members", "customer_id"),
    ("measure_before_leaving", "receipts", "receipt_id"),
    ("count_transitions", "labels", "customer_id and quarter"),
    ("measure_money_by_stage", "labels", "customer_id and quarter"),
    ("measure_money_by_stage", "receipts", "receipt_id"),
    ("measure_money_by_stage", "members", "customer_id"),
    ("count_referrals_by_stage", "labels", "customer_id and quarter"),
    ("count_referrals_by_stage", "members", "customer_id"),
    ("estimate_first_year_margin", "receipts", "receipt_id"),
    ("estimate_first_year_margin", "members", "customer_id"),
    ("measure_snapshot", "receipts", "receipt_id"),
    ("follow_members", "receipts", "receipt_id"),
    ("measure_by_tenure", "followed", "customer_id"),
    ("measure_by_tenure", "truth.members", "customer_id"),
    ("compare_tenure", "followed", "customer_id"),
    ("measure_cost_to_serve", "receipts", "receipt_id"),
    ("measure_cost_to_serve", "complaints", "complaint_id"),
    ("measure_cost_to_serve", "members", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_due_against_actual": lambda ax: plot_due_against_actual(FRAMES["compared"], ax=ax),
    "plot_stages_against_truth": lambda ax: plot_stages_against_truth(FRAMES["confusion"], ax=ax),
    "plot_gone_by_silence": lambda ax: plot_gone_by_silence(FRAMES["shares"], ax=ax),
    "plot_before_leaving": lambda ax: plot_before_leaving({"firm": FRAMES["faded"]}, period_days=25, ax=ax),
    "plot_transitions": lambda ax: plot_transitions(FRAMES["counts"], ax=ax),
    "plot_money_by_stage": lambda ax: plot_money_by_stage(FRAMES["money"], ax=ax),
    "plot_tenure": lambda ax: plot_tenure(FRAMES["by tenure"], FRAMES["snapshot"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_stage_rule": (
        stages_and_truth,
        lambda: explore_stage_rule(FRAMES["stages"], FRAMES["states"]),
    ),
    "explore_silence": (silence, lambda: explore_silence(FRAMES["silent"], leaving_share_per_month=0.02)),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, np.nan, np.inf, "ten", None]
NO_WHOLES = [*NO_NUMBERS, 2.5, True]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *(
        (f"{name}", call, NO_DAYS, "expected a date written year-month-day")
        for name, call in {
            "compare_due_with_actual.as_of": lambda value: compare_due_with_actual(
                FRAMES["due"], FRAMES["receipts"], as_of=value, until=LAST
            ),
            "compare_due_with_actual.until": lambda value: compare_due_with_actual(
                FRAMES["due"], FRAMES["receipts"], as_of=AS_OF, until=value
            ),
            "assign_stages.as_of": lambda value: assign_stages(FRAMES["receipts until"], as_of=value),
            "count_endings.as_of": lambda value: count_endings(
                FRAMES["stages"], FRAMES["points"], FRAMES["complaints"], as_of=value
            ),
            "compare_stage_rules.as_of": lambda value: compare_stage_rules(
                FRAMES["stages"], FRAMES["truth.members"], as_of=value, leaving_share_per_month=0.02
            ),
            "label_quarters.first": lambda value: label_quarters(
                FRAMES["receipts"], first=value, last="2024-04-01"
            ),
            "label_quarters.last": lambda value: label_quarters(
                FRAMES["receipts"], first="2024-04-01", last=value
            ),
            "estimate_first_year_margin.until": lambda value: estimate_first_year_margin(
                FRAMES["receipts"], FRAMES["members"], until=value, referred=True
            ),
            "measure_snapshot.first": lambda value: measure_snapshot(
                FRAMES["receipts"], first=value, last=LAST
            ),
            "measure_snapshot.last": lambda value: measure_snapshot(
                FRAMES["receipts"], first=AS_OF, last=value
            ),
            "follow_members.as_of": lambda value: follow_members(FRAMES["receipts"], as_of=value),
        }.items()
    ),
    (
        "expect_next_purchase.least_repeats",
        lambda value: expect_next_purchase(FRAMES["summary"], least_repeats=value),
        NO_WHOLES,
        "expected at least 1",
    ),
    *(
        (
            f"StageRule.{name}",
            lambda value, name=name: StageRule(**{name: value}),
            NO_WHOLES,
            f"StageRule: {name} is ",
        )
        for name in StageRule.__dataclass_fields__
        if name not in ("falling_share", "silent_gaps")
    ),
    (
        "StageRule.falling_share",
        lambda value: StageRule(falling_share=value),
        [*NO_NUMBERS, 1.5, True],
        "expected a number from 0 to 1",
    ),
    (
        "StageRule.silent_gaps",
        lambda value: StageRule(silent_gaps=value),
        [*NO_NUMBERS, True],
        "expected a number from 0 to 1000",
    ),
    (
        "expect_still_customer.silence_days",
        lambda value: silence.expect_still_customer(
            value, purchases_per_month=1, leaving_share_per_month=0.1
        ),
        NO_NUMBERS,
        "silence_days",
    ),
    *(
        (f"{name}.purchases_per_month", call, [*NO_NUMBERS, 0], "purchases_per_month")
        for name, call in {
            "expect_still_customer": lambda value: silence.expect_still_customer(
                30, purchases_per_month=value, leaving_share_per_month=0.1
            ),
            "find_even_odds": lambda value: silence.find_even_odds(
                purchases_per_month=value, leaving_share_per_month=0.1
            ),
        }.items()
    ),
    *(
        (f"{name}.leaving_share_per_month", call, [*NO_NUMBERS, 0, 2], "leaving_share_per_month")
        for name, call in {
            "expect_still_customer": lambda value: silence.expect_still_customer(
                30, purchases_per_month=1, leaving_share_per_month=value
            ),
            "find_even_odds": lambda value: silence.find_even_odds(
                purchases_per_month=1, leaving_share_per_month=value
            ),
            "explore_silence": lambda value: explore_silence(FRAMES["silent"], leaving_share_per_month=value),
            "compare_stage_rules": lambda value: compare_stage_rules(
                FRAMES["stages"], FRAMES["truth.members"], as_of=AS_OF, leaving_share_per_month=value
            ),
        }.items()
    ),
    (
        "measure_before_leaving.period_days",
        lambda value: measure_before_leaving(FRAMES["receipts"], FRAMES["left_on"], period_days=value),
        NO_WHOLES,
        "expected at least 1 day",
    ),
    (
        "measure_before_leaving.periods",
        lambda value: measure_before_leaving(FRAMES["receipts"], FRAMES["left_on"], periods=value),
        [*NO_WHOLES, 3],
        "expected at least 4",
    ),
    (
        "measure_snapshot.step_days",
        lambda value: measure_snapshot(FRAMES["receipts"], first=AS_OF, last=LAST, step_days=value),
        NO_WHOLES,
        "expected at least 1 day",
    ),
    *(
        (
            f"follow_members.{name}",
            lambda value, name=name: follow_members(FRAMES["receipts"], as_of=LAST, **{name: value}),
            NO_WHOLES,
            f"follow_members: {name} is ",
        )
        for name in ("period_days", "periods", "spare_days")
    ),
    (
        "compare_tenure.draws",
        lambda value: compare_tenure(FRAMES["followed"], draws=value),
        NO_WHOLES,
        "expected at least 2",
    ),
]
