"""Stages by rule: the course's words, line by line, and thresholds that make no sense."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.stages import (
    STAGE_TYPE,
    STAGES,
    StageRule,
    assign_stages,
    compare_models,
    label_stages,
)
from tests.lifecycle.calls import buy

AS_OF = "2025-06-30"


def stage_of(days_ago: list[int], **thresholds) -> str:
    """The stage of one customer with purchases so many days ago."""
    return assign_stages(buy(c1=days_ago), as_of=AS_OF, rule=StageRule(**thresholds))["stage"].iloc[0]


def test_the_six_members_of_the_chapter():
    counts = pd.DataFrame(
        {
            "purchases": [1, 5, 20, 20, 20, 2],
            "gap_days": pd.array([None, 30, 30, 10, 10, 150], dtype="Float64"),
            "recency_days": [20, 12, 25, 45, 70, 400],
            "age_days": [20, 132, 595, 235, 260, 550],
            "recent": [1, 5, 6, 14, 11, 0],
            "before": [0, 0, 6, 6, 9, 1],
        },
        index=list("ABCDEF"),
    )
    expected = ["incubation", "growth", "maturity", "growth", "decline", "termination"]
    assert label_stages(counts).tolist() == expected


def test_who_just_tries_is_in_incubation():
    assert stage_of([10]) == "incubation"
    assert stage_of([10, 40]) == "incubation"


def test_the_third_purchase_ends_incubation_and_the_first_year_ends_growth():
    assert stage_of([10, 40, 70]) == "growth"
    assert stage_of([*range(10, 400, 30)]) == "maturity"


def test_silence_is_measured_in_the_customers_own_gaps():
    assert stage_of([80, 90, 100, 110]) == "decline"
    assert stage_of([80, 130, 180, 230]) == "growth"


def test_a_single_purchase_declines_after_the_window():
    assert stage_of([182]) == "incubation"
    assert stage_of([183]) == "decline"


def test_a_year_of_silence_ends_the_relationship_even_of_a_rare_buyer():
    assert stage_of([366, 700]) == "termination"
    assert stage_of([365, 700]) == "incubation"


def test_falling_purchases_are_decline_only_if_there_was_something_to_fall_from():
    busy_before = [10, 100, *range(190, 360, 20)]
    assert stage_of(busy_before) == "decline"
    assert stage_of(busy_before, falling_share=0.0) == "growth"
    assert stage_of(busy_before, falling_from=30) == "growth"


def test_two_receipts_of_one_day_do_not_end_incubation():
    receipts = pd.concat([buy(c1=[10, 40]), buy(c1=[10, 40])])
    assert assign_stages(receipts, as_of=AS_OF)["stage"].tolist() == ["incubation"]


def test_a_gap_that_does_not_exist_is_missing_and_not_zero():
    stages = assign_stages(buy(c1=[10], c2=[10, 50]), as_of=AS_OF)
    assert pd.isna(stages.loc[1, "gap_days"]) and stages.loc[2, "gap_days"] == 40


@settings(max_examples=40, deadline=None)
@given(
    histories=st.lists(st.lists(st.integers(0, 900), min_size=1, max_size=12), min_size=1, max_size=5),
    seed=st.integers(0, 3),
)
def test_everybody_gets_one_stage_whatever_the_order_of_rows(histories, seed):
    receipts = buy(**{f"c{number}": days for number, days in enumerate(histories, 1)})
    untouched = receipts.copy()
    stages = assign_stages(receipts, as_of=AS_OF)
    assert stages["stage"].dtype == STAGE_TYPE and stages["stage"].notna().all()
    assert stages.index.tolist() == list(range(1, len(histories) + 1))
    shuffled = assign_stages(receipts.sample(frac=1, random_state=seed), as_of=AS_OF)
    pd.testing.assert_frame_equal(shuffled, stages)
    pd.testing.assert_frame_equal(receipts, untouched)


@settings(max_examples=40, deadline=None)
@given(history=st.lists(st.integers(0, 900), min_size=1, max_size=12), more=st.floats(1.0, 5.0))
def test_more_patience_never_sends_a_customer_into_decline(history, more):
    usual = stage_of(history, falling_share=0.0)
    patient = stage_of(history, falling_share=0.0, silent_gaps=3.0 * more)
    assert patient == usual or usual == "decline"


def test_what_is_over_cannot_be_declining_for_longer():
    message = "ended_after_days is 30, least_silence_days is 60. A relationship cannot be over before it decl"
    with pytest.raises(ValueError, match=message):
        StageRule(ended_after_days=30)
    assert StageRule(ended_after_days=60).ended_after_days == 60


def test_a_misspelt_threshold_fails():
    with pytest.raises(TypeError, match="silent_gap"):
        StageRule(silent_gap=3)


def test_the_three_models_name_the_same_customer():
    models = compare_models()
    assert models.loc["before the first purchase"].tolist() == [
        "incubation 培育期", "potential acquisition 潜在获取期", "exploration 考察期",
    ]  # fmt: skip
    assert models.loc["termination"].tolist() == ["–", "termination 客户终止期", "–"]
    assert models.index[1:].tolist() == list(STAGES)
