"""Every function of chapter 03 that takes a table: what it says to bad input; and it changes no table."""

from __future__ import annotations

from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crmlib.customers import rfm
from crmlib.customers import summary as summary_module
from crmlib.customers import truth as truth_module
from crmlib.lifecycle import (
    ending,
    fading,
    next_purchase,
    silence,
    tenure,
)
from crmlib.lifecycle import (
    money as stage_money,
)
from crmlib.lifecycle import (
    stages as lifecycle,
)
from crmlib.lifecycle import (
    stages_and_truth as stage_truth,
)
from crmlib.lifecycle import transitions as moves
from crmlib.relationship_types import states as states_module
from crmlib.tables import dictionary
from crmlib.tables.errors import TableError
from tests.churn.calls import make_complaints, make_members, make_receipts, make_truth
from tests.contracts.spoiling import make_tests

mpl.use("agg")

DAY, LAST = "2024-12-31", "2025-12-31"
COSTS = pd.DataFrame(
    {
        "month": pd.to_datetime(["2024-01-01", "2024-02-01"]),
        "purpose": pd.Categorical(["acquisition", "retention"]),
        "cost_cny": [60.0, 40.0],
    }
)
DESCRIBED = {
    "summary": summary_module.SUMMARY,
    "scores": summary_module.SUMMARY,
    "stages": lifecycle.STAGED,
    "once": lifecycle.STAGED,
    "labels": moves.LABELS,
    "counts": moves.MOVES,
    "states": states_module.STATED,
    "confusion": stage_truth.CONFUSION,
    "silent": silence.SILENT,
    "gone_shares": silence.GONE_SHARES,
    "due": next_purchase.DUE,
    "actual": next_purchase.ACTUAL,
    "compared": next_purchase.COMPARED,
    "left_on": fading.LEFT_ON,
    "faded": fading.FADED,
    "money": stage_money.MONEY,
    "by_tenure": tenure.BY_TENURE,
    "snapshot": tenure.SNAPSHOT_TABLE,
    "open_matters": ending.OPEN_MATTERS,
}


@cache
def make_frames() -> dict[str, object]:
    """Eighty members: even ones bought twice and left in spring 2023, odd ones buy every quarter."""
    receipts = make_receipts(80).assign(points_redeemed=20, discount_cny=0.0)
    until = receipts[receipts["purchased_at"] <= DAY]
    truth = make_truth(80)
    truth.loc[1, ["second_started_on", "second_left_on"]] = pd.to_datetime(["2025-06-01", "2025-07-01"])
    summary, stages = (
        summary_module.summarise_purchases(until, as_of=DAY),
        lifecycle.assign_stages(until, as_of=DAY),
    )
    states = truth_module.find_true_state(truth, as_of=DAY)
    labels = moves.label_quarters(receipts, first="2024-01-01", last="2024-07-01")
    members = make_members(80).assign(fee_cny=20.0, referred_by=pd.array([3, 3, *[None] * 78], dtype="Int64"))
    points = pd.DataFrame(
        {"customer_id": [2, 4], "booked_on": pd.to_datetime(["2023-01-01"] * 2), "points": 40}
    )
    left_on = truth.set_index("customer_id")["left_on"]
    silent = silence.join_silence_with_truth(stages, states, truth)
    due, actual = (
        next_purchase.expect_next_purchase(summary),
        next_purchase.find_next_purchase(receipts, as_of=DAY, until=LAST),
    )
    followed = tenure.follow_members(receipts, as_of=LAST)
    tables = {
        "receipts": receipts, "receipts until": until, "truth": truth, "members": members, "costs": COSTS,
        "points": points, "complaints": make_complaints().assign(compensation_cny=5.0), "summary": summary,
        "scores": rfm.score_rfm(summary), "stages": stages, "states": states, "labels": labels,
        "once": stages.assign(purchases=1),
        "counts": moves.count_transitions(labels),
        "confusion": stage_truth.compare_with_truth(stages, states),
        "silent": silent, "gone_shares": silence.measure_gone_by_silence(silent),
        "due": due, "actual": actual,
        "compared": next_purchase.compare_due_with_actual(due, actual), "left_on": left_on,
        "faded": fading.measure_before_leaving(receipts, left_on, period_days=25, periods=4),
        "money": stage_money.measure_money_by_stage(labels, receipts, members, COSTS), "followed": followed,
        "by_tenure": tenure.measure_by_tenure(followed),
        "snapshot": tenure.measure_snapshot(receipts, first="2024-01-01", last="2024-06-30"),
        "open_matters": ending.list_open_matters(stages, points, make_complaints(), as_of=DAY),
    }  # fmt: skip
    return tables


FRAMES = make_frames()
DESCRIBED |= {
    "receipts until": dictionary.TABLES["receipts"],
    "truth": dictionary.TABLES["truth.members"],
    "costs": dictionary.TABLES["marketing_costs"],
}
MONEY = ["customer_id", "purchased_at", "margin_cny"]
PURCHASES = ["customer_id", "purchased_at", "amount_cny"]
TRUTH = ["customer_id", "left_on", "second_started_on", "second_left_on"]
RFM = ["recency_days", "purchases", "amount_cny"]
SILENT = list(silence.SILENT.columns)

# name → (the call, table → columns that the function needs)
CALLS = {
    "summarise_purchases": (
        lambda t: summary_module.summarise_purchases(t["receipts until"], as_of=DAY), {"receipts until": PURCHASES}),
    "describe_summary": (lambda t: summary_module.describe_summary(t["summary"]), {"summary": ["purchases"]}),
    "score_rfm": (lambda t: rfm.score_rfm(t["summary"]), {"summary": RFM}),
    "tabulate_pair": (
        lambda t: rfm.tabulate_pair(t["scores"], t["summary"]["amount_cny"].astype(float), pair="RF"),
        {"scores": ["recency_score", "frequency_score"]}),
    "assign_stages": (
        lambda t: lifecycle.assign_stages(t["receipts until"], as_of=DAY), {"receipts until": PURCHASES}),
    "label_stages": (lambda t: lifecycle.label_stages(t["stages"]), {"stages": list(lifecycle.COUNTS)}),
    "take_occasions": (lambda t: lifecycle.take_occasions(t["receipts"]), {"receipts": PURCHASES[:2]}),
    "plan_actions": (lambda t: lifecycle.plan_actions(t["stages"]), {"stages": ["stage"]}),
    "label_quarters": (
        lambda t: moves.label_quarters(t["receipts"], first="2024-01-01", last="2024-04-01"),
        {"receipts": PURCHASES}),
    "count_transitions": (
        lambda t: moves.count_transitions(t["labels"]), {"labels": ["customer_id", "quarter", "stage"]}),
    "share_transitions": (lambda t: moves.share_transitions(t["counts"]), {"counts": list(lifecycle.STAGES)}),
    "plot_transitions": (lambda t: moves.plot_transitions(t["counts"]), {"counts": ["growth"]}),
    "find_true_state": (lambda t: truth_module.find_true_state(t["truth"], as_of=DAY), {"truth": TRUTH}),
    "compare_with_truth": (
        lambda t: stage_truth.compare_with_truth(t["stages"], t["states"]),
        {"stages": ["stage"], "states": ["state"]}),
    "score_rule": (
        lambda t: stage_truth.score_rule(t["stages"], t["states"]),
        {"stages": ["stage"], "states": ["state"]}),
    "compare_rules": (
        lambda t: stage_truth.compare_rules(t["stages"], t["truth"], as_of=DAY, leaving_share_per_month=0.02),
        {"stages": ["stage", *lifecycle.COUNTS], "truth": [*TRUTH, "visits_per_month"]}),
    "measure_one_time_buyers": (
        lambda t: stage_truth.measure_one_time_buyers(t["once"], t["states"]),
        {"once": ["purchases", "recency_days"], "states": ["state"]}),
    "plot_stages_against_truth": (
        lambda t: stage_truth.plot_stages_against_truth(t["confusion"]), {"confusion": list(states_module.STATES)}),
    "explore_stage_rule": (
        lambda t: stage_truth.explore_stage_rule(t["stages"], t["states"]),
        {"stages": list(lifecycle.COUNTS), "states": ["state"]}),
    "join_silence_with_truth": (
        lambda t: silence.join_silence_with_truth(t["stages"], t["states"], t["truth"]),
        {"stages": ["purchases", "recency_days"], "states": ["state"],
         "truth": ["customer_id", "visits_per_month"]}),
    "measure_gone_by_silence": (lambda t: silence.measure_gone_by_silence(t["silent"]), {"silent": SILENT}),
    "plot_gone_by_silence": (
        lambda t: silence.plot_gone_by_silence(t["gone_shares"]),
        {"gone_shares": ["gone_share", "low", "high", "n"]}),
    "explore_silence": (
        lambda t: silence.explore_silence(t["silent"], leaving_share_per_month=0.02), {"silent": SILENT}),
    "expect_next_purchase": (
        lambda t: next_purchase.expect_next_purchase(t["summary"]),
        {"summary": ["repeat_purchases", "lifetime_days", "recency_days"]}),
    "find_next_purchase": (
        lambda t: next_purchase.find_next_purchase(t["receipts"], as_of=DAY, until=LAST),
        {"receipts": PURCHASES[:2]}),
    "compare_due_with_actual": (
        lambda t: next_purchase.compare_due_with_actual(t["due"], t["actual"]),
        {"due": ["gap_days", "due_in_days", "waited_gaps"], "actual": ["days_until_next"]}),
    "plot_due_against_actual": (
        lambda t: next_purchase.plot_due_against_actual(t["compared"]), {"compared": ["n", "due_in_days"]}),
    "measure_before_leaving": (
        lambda t: fading.measure_before_leaving(t["receipts"], t["left_on"], period_days=25, periods=4),
        {"receipts": PURCHASES}),
    "plot_before_leaving": (
        lambda t: fading.plot_before_leaving({"firm": t["faded"]}), {"faded": list(fading.FADED.columns)}),
    "measure_money_by_stage": (
        lambda t: stage_money.measure_money_by_stage(t["labels"], t["receipts"], t["members"], t["costs"]),
        {"labels": ["customer_id", "quarter", "stage"], "receipts": [*MONEY, "points_redeemed"],
         "members": ["customer_id", "joined_on", "fee_cny"], "costs": ["month", "purpose", "cost_cny"]}),
    "count_referrals_by_stage": (
        lambda t: stage_money.count_referrals_by_stage(t["labels"], t["members"]),
        {"labels": ["customer_id", "quarter", "stage"],
         "members": ["customer_id", "joined_on", "referred_by"]}),
    "estimate_first_year_margin": (
        lambda t: stage_money.estimate_first_year_margin(
            t["receipts"], t["members"], until=LAST, referred=True),
        {"receipts": MONEY, "members": ["customer_id", "joined_on", "referred_by"]}),
    "plot_money_by_stage": (
        lambda t: stage_money.plot_money_by_stage(t["money"]), {"money": list(stage_money.PARTS)}),
    "measure_snapshot": (
        lambda t: tenure.measure_snapshot(t["receipts"], first="2024-01-01", last="2024-06-30"),
        {"receipts": MONEY}),
    "follow_members": (lambda t: tenure.follow_members(t["receipts"], as_of=LAST), {"receipts": MONEY}),
    "measure_by_tenure": (
        lambda t: tenure.measure_by_tenure(t["followed"], truth_members=t["truth"]),
        {"truth": ["customer_id", "left_on"]}),
    "measure_cost_to_serve": (
        lambda t: tenure.measure_cost_to_serve(t["receipts"], t["complaints"], t["members"]),
        {"receipts": [*PURCHASES, "points_redeemed", "discount_cny"], "members": ["customer_id", "joined_on"],
         "complaints": ["customer_id", "opened_at", "compensation_cny"]}),
    "plot_tenure": (
        lambda t: tenure.plot_tenure(t["by_tenure"], t["snapshot"]),
        {"by_tenure": ["period", "margin_cny", "low", "high"],
         "snapshot": ["band", "margin_cny", "low", "high"]}),
    "list_open_matters": (
        lambda t: ending.list_open_matters(t["stages"], t["points"], t["complaints"], as_of=DAY),
        {"stages": ["stage"], "points": ["customer_id", "booked_on", "points"],
         "complaints": ["customer_id", "opened_at", "closed_at"]}),
    "count_endings": (
        lambda t: ending.count_endings(t["open_matters"]),
        {"open_matters": list(ending.OPEN_MATTERS.columns)}),
}  # fmt: skip
DOUBLES = [
    ("summarise_purchases", "receipts until", "receipt_id"),
    ("assign_stages", "receipts until", "receipt_id"),
    ("score_rfm", "summary", "customer_id"),
    ("tabulate_pair", "scores", "customer_id"),
    ("count_transitions", "labels", "customer_id and quarter"),
    ("find_true_state", "truth", "customer_id"),
    ("compare_with_truth", "stages", "customer_id"),
    ("join_silence_with_truth", "stages", "customer_id"),
    ("expect_next_purchase", "summary", "customer_id"),
    ("compare_due_with_actual", "due", "customer_id"),
    ("measure_before_leaving", "receipts", "receipt_id"),
    ("measure_money_by_stage", "receipts", "receipt_id"),
    ("measure_money_by_stage", "members", "customer_id"),
    ("count_referrals_by_stage", "members", "customer_id"),
    ("estimate_first_year_margin", "receipts", "receipt_id"),
    ("measure_snapshot", "receipts", "receipt_id"),
    ("follow_members", "receipts", "receipt_id"),
    ("measure_cost_to_serve", "receipts", "receipt_id"),
    ("measure_cost_to_serve", "complaints", "complaint_id"),
    ("list_open_matters", "complaints", "complaint_id"),
]


(
    test_a_spoilt_table_is_refused_by_name,
    test_a_repeated_row_is_refused,
    test_the_input_is_left_as_it_was_and_one_row_is_answered,
) = make_tests(CALLS, FRAMES, DESCRIBED, DOUBLES)


@pytest.mark.parametrize(
    "day", ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
)
def test_a_day_that_is_not_year_month_day_is_not_guessed(day):
    receipts = FRAMES["receipts until"]
    for call in (
        lambda: summary_module.summarise_purchases(receipts, as_of=day),
        lambda: lifecycle.assign_stages(receipts, as_of=day),
        lambda: truth_module.find_true_state(FRAMES["truth"], as_of=day),
        lambda: next_purchase.find_next_purchase(receipts, as_of=day, until=LAST),
        lambda: tenure.follow_members(receipts, as_of=day),
        lambda: tenure.measure_snapshot(receipts, first=day, last=LAST),
        lambda: stage_money.estimate_first_year_margin(receipts, FRAMES["members"], until=day, referred=True),
        lambda: moves.label_quarters(receipts, first=day, last="2024-04-01"),
        lambda: ending.list_open_matters(FRAMES["stages"], FRAMES["points"], FRAMES["complaints"], as_of=day),
    ):
        with pytest.raises(ValueError, match="expected a date written year-month-day"):
            call()


@pytest.mark.parametrize("name", ["summarise_purchases", "assign_stages"])
def test_receipts_after_the_day_are_refused(name):
    with pytest.raises(TableError, match="purchases up to as_of, 2024-12-31"):
        CALLS[name][0]({**FRAMES, "receipts until": FRAMES["receipts"]})


@pytest.mark.parametrize(
    "call",
    [
        lambda t: moves.label_quarters(t, first="2024-01-01", last="2024-04-01"),
        lambda t: tenure.follow_members(t, as_of=LAST),
        lambda t: tenure.measure_snapshot(t, first="2024-01-01", last="2024-06-30"),
        lambda t: next_purchase.find_next_purchase(t, as_of=DAY, until="2025-06-30"),
    ],
)
def test_receipts_after_the_period_change_nothing(call):
    receipts = FRAMES["receipts"]
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"), margin_cny=9e6)
    one, other = call(receipts), call(pd.concat([receipts, late], ignore_index=True))
    assert one.equals(other)


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "ten", None])
def test_an_option_that_is_no_sensible_number_is_refused(value):
    receipts, stages, states = FRAMES["receipts"], FRAMES["stages"], FRAMES["states"]
    for call in (
        lambda: rfm.score_rfm(FRAMES["summary"], bins=value),
        lambda: lifecycle.StageRule(window_days=value),
        lambda: lifecycle.StageRule(silent_gaps=value),
        lambda: truth_module.find_true_state(FRAMES["truth"], as_of=DAY, soon_days=value),
        lambda: stage_truth.measure_one_time_buyers(stages, states, at_least_days=value),
        lambda: silence.expect_still_customer(value, purchases_per_month=1, leaving_share_per_month=0.1),
        lambda: silence.expect_still_customer(30, purchases_per_month=value, leaving_share_per_month=0.1),
        lambda: silence.expect_still_customer(30, purchases_per_month=1, leaving_share_per_month=value),
        lambda: silence.find_even_odds(purchases_per_month=value, leaving_share_per_month=0.1),
        lambda: silence.explore_silence(FRAMES["silent"], leaving_share_per_month=value),
        lambda: next_purchase.expect_next_purchase(FRAMES["summary"], least_repeats=value),
        lambda: fading.measure_before_leaving(receipts, FRAMES["left_on"], period_days=value),
        lambda: fading.measure_before_leaving(receipts, FRAMES["left_on"], periods=value),
        lambda: tenure.follow_members(receipts, as_of=LAST, period_days=value),
        lambda: tenure.measure_snapshot(receipts, first=DAY, last=LAST, step_days=value),
        lambda: tenure.measure_cost_to_serve(
            receipts, FRAMES["complaints"], FRAMES["members"], days_a_year=value
        ),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (["a", "b"], "expected a column of numbers"),
        (pd.Series(["a"], index=[1]), "expected a column of numbers"),
        (pd.Series([np.inf], index=[1]), "1 values are infinite"),
        (pd.Series([1.0, 2.0], index=[1, 1]), "customers occur twice"),
        (pd.Series([1.0], index=[999]), "no customer has both"),
        (pd.Series([np.nan], index=[1]), "no customer has both"),
    ],
)
def test_an_outcome_that_fits_nobody_is_refused(outcome, message):
    with pytest.raises((TypeError, ValueError), match=message):
        rfm.tabulate_pair(FRAMES["scores"], outcome, pair="RF")


def test_days_of_leaving_are_not_guessed_and_belong_to_one_customer():
    receipts, left_on = FRAMES["receipts"], FRAMES["left_on"]
    text = left_on.dt.strftime("%d/%m/%Y")
    with pytest.raises(TableError, match=r"left_on\.left_on: \d+ of 80"):
        fading.measure_before_leaving(receipts, text, period_days=25, periods=4)
    with pytest.raises(TableError, match=r"left_on\.customer_id: 2 of 81"):
        fading.measure_before_leaving(
            receipts, pd.concat([left_on, left_on.head(1)]), period_days=25, periods=4
        )
    with pytest.raises(TypeError, match="left_on: expected a column"):
        fading.measure_before_leaving(receipts, list(left_on), period_days=25, periods=4)


def test_strangers_are_counted_and_named():
    members, truth = FRAMES["members"], FRAMES["truth"]
    with pytest.raises(ValueError, match=r"labels: 70 customers are not in members \(first: 11, "):
        stage_money.measure_money_by_stage(FRAMES["labels"], FRAMES["receipts"], members.head(10), COSTS)
    with pytest.raises(ValueError, match=r"truth\.members: 70 of 80 members are missing"):
        tenure.measure_by_tenure(FRAMES["followed"], truth_members=truth.head(10))
    with pytest.raises(ValueError, match="are by strangers or before joining"):
        tenure.measure_cost_to_serve(FRAMES["receipts"], FRAMES["complaints"], members.head(10))
    with pytest.raises(ValueError, match="of them are unknown to the truth"):
        silence.join_silence_with_truth(FRAMES["stages"], FRAMES["states"].head(10), truth)
    with pytest.raises(ValueError, match="70 of 80 customers have no true state"):
        stage_truth.compare_with_truth(FRAMES["stages"], FRAMES["states"].head(10))


@pytest.mark.parametrize(
    ("followed", "message"),
    [
        ([], "found 0"),
        (pd.DataFrame({"a": [1]}), "found 0"),
        (FRAMES["followed"].drop(columns="ends_on"), "followed: missing columns: ends_on"),
        (FRAMES["followed"].assign(bought_after="yes"), r"followed\.bought_after: 80 of 80"),
        (pd.concat([FRAMES["followed"]] * 2), r"followed\.customer_id: 160 of 160"),
        (FRAMES["followed"].head(0), "the table has 0 rows"),
        (
            FRAMES["followed"].rename(columns={1: 9}).assign(one=np.inf).rename(columns={"one": 1}),
            r"followed\.period_1: 80 of 80",
        ),
    ],
)
@pytest.mark.parametrize("call", [tenure.measure_by_tenure, tenure.compare_tenure])
def test_only_followed_members_are_compared_by_tenure(call, followed, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(followed)


def test_a_two_way_table_without_a_full_cell_is_not_drawn():
    table = rfm.tabulate_pair(FRAMES["scores"], FRAMES["summary"]["amount_cny"], pair="RM")
    with pytest.raises(TypeError, match="found list"):
        rfm.plot_pair([], label="yuan")
    with pytest.raises(TypeError, match="found words in it"):
        rfm.plot_pair(table.astype(str), label="yuan")
    with pytest.raises(ValueError, match="holds 10 customers and a finite number"):
        rfm.plot_pair(table * np.nan, label="yuan")


def test_a_table_that_ends_too_early_does_not_make_customers_silent():
    receipts = FRAMES["receipts until"]
    with pytest.raises(ValueError, match="no receipt of a customer after 2024-12-31"):
        next_purchase.find_next_purchase(receipts, as_of=DAY, until=LAST)
    with pytest.raises(TableError, match="but the period ends on 2025-12-31"):
        stage_money.estimate_first_year_margin(receipts, FRAMES["members"], until=LAST, referred=True)
