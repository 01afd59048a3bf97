"""Stages by rule: the course's words, line by line, and the way of customers through the stages."""

import numpy as np
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
    plan_actions,
)
from crmlib.lifecycle.transitions import (
    count_transitions,
    label_quarters,
    plot_transitions,
    share_transitions,
)
from crmlib.tables.errors import TableError

AS_OF = "2025-06-30"


def buy(**days_ago: list[int]) -> pd.DataFrame:
    """Receipts of customers c1, c2, …, each bought so many days before 30 June 2025."""
    rows = [(int(name[1:]), days) for name, several in days_ago.items() for days in several]
    when = pd.Timestamp("2025-06-30 12:00") - pd.to_timedelta([days for _, days in rows], unit="D")
    return pd.DataFrame({"customer_id": [c for c, _ in rows], "purchased_at": when, "amount_cny": 10.0})


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


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ({"growth_from": 0}, "growth_from is 0, expected a whole number of at least 1"),
        ({"growth_from": 2.5}, "growth_from is 2.5, expected a whole number"),
        ({"window_days": True}, "window_days is True, expected a whole number"),
        ({"falling_share": 1.5}, "falling_share is 1.5, expected a number from 0 to 1"),
        ({"silent_gaps": float("nan")}, "silent_gaps is nan, expected a number from 0"),
        ({"silent_gaps": "3"}, "silent_gaps is '3', expected a number"),
        ({"ended_after_days": 30}, "cannot be over before it declines"),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(thresholds, message):
    with pytest.raises(ValueError, match=message):
        StageRule(**thresholds)


def test_a_misspelt_threshold_fails():
    with pytest.raises(TypeError, match="silent_gap"):
        StageRule(silent_gap=3)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (buy(c1=[1]).drop(columns="purchased_at"), "receipts: missing columns: purchased_at"),
        (buy(c1=[1]).head(0), "receipts: the table has 0 rows"),
        (buy(c1=[-5]), "receipts.purchased_at: 1 of 1 rows is wrong(.|\n)*later ones"),
        (buy(c1=[1]).assign(amount_cny=-1.0), "receipts.amount_cny: 1 of 1"),
    ],
)
def test_bad_receipts_are_refused(frame, message):
    with pytest.raises(TableError, match=message):
        assign_stages(frame, as_of=AS_OF)


def test_the_three_models_name_the_same_customer():
    models = compare_models()
    assert models.loc["before the first purchase"].tolist() == [
        "incubation 培育期", "potential acquisition 潜在获取期", "exploration 考察期",
    ]  # fmt: skip
    assert models.loc["termination"].tolist() == ["–", "termination 客户终止期", "–"]
    assert models.index[1:].tolist() == list(STAGES)


def test_every_stage_has_something_to_do_and_the_customers_add_up():
    stages = assign_stages(buy(c1=[10], c2=[10, 40, 70], c3=[400]), as_of=AS_OF)
    plan = plan_actions(stages)
    assert plan["customers"].sum() == 3 and (plan["act"].str.len() > 0).all()
    assert plan["stage"].tolist() == list(STAGES)


@pytest.mark.parametrize("frame", [pd.DataFrame({"stages": ["growth"]}), pd.DataFrame({"stage": ["young"]})])
def test_a_plan_needs_stages(frame):
    with pytest.raises(TableError, match=r"stages(: misspelt columns|\.stage: 1 of 1)"):
        plan_actions(frame)


def test_a_quarter_is_labelled_by_what_came_before_it():
    receipts = buy(c1=[400, 380, 360], c2=[30])  # c1 first bought in May 2024, c2 on 31 May 2025
    labels = label_quarters(receipts, first="2024-04-01", last="2025-04-01").set_index(
        ["customer_id", "quarter"]
    )
    stage = labels["stage"]
    assert stage.loc[(1, "2024-04-01")] == "incubation" and labels.loc[(1, "2024-04-01"), "is_new"]
    assert stage.loc[(1, "2024-10-01")] == "decline"
    assert stage.loc[(2, "2025-04-01")] == "incubation" and labels.loc[(2, "2025-04-01"), "is_new"]
    assert (2, "2025-01-01") not in labels.index


def test_what_happens_in_a_quarter_does_not_change_its_label():
    before = buy(c1=[200, 190, 180])
    after = pd.concat([before, buy(c1=[5, 10, 15, 20])])
    one = label_quarters(before, first="2025-04-01", last="2025-04-01")
    other = label_quarters(after, first="2025-04-01", last="2025-04-01")
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2025-02-01", "2025-04-01", "first is 2025-02-01, expected the first day of a quarter"),
        ("2025-04-01", "2025-01-01", "first, 2025-04-01, is after last"),
        ("2020-01-01", "2020-01-01", "no customer bought before the end of the quarter"),
        ("1/4/2025", "2025-04-01", "first: expected a date written year-month-day"),
    ],
)
def test_quarters_that_make_no_sense_are_refused(first, last, message):
    with pytest.raises(ValueError, match=message):
        label_quarters(buy(c1=[10]), first=first, last=last)


def make_labels(*stages: tuple[int, str, str]) -> pd.DataFrame:
    """Labels from (customer, first day of the quarter, stage)."""
    ids, quarters, names = zip(*stages, strict=True)
    kind = pd.Categorical(names, dtype=STAGE_TYPE)
    return pd.DataFrame({"customer_id": ids, "quarter": pd.to_datetime(list(quarters)), "stage": kind})


def test_moves_are_counted_between_quarters_that_follow_each_other():
    labels = make_labels(
        (1, "2024-10-01", "growth"), (1, "2025-01-01", "decline"), (1, "2025-04-01", "growth"),
        (2, "2024-10-01", "growth"), (2, "2025-04-01", "growth"),
    )  # fmt: skip
    counts = count_transitions(labels)
    assert counts.loc["growth", "decline"] == 1 and counts.loc["decline", "growth"] == 1
    assert counts.to_numpy().sum() == 2


@settings(max_examples=30, deadline=None)
@given(paths=st.lists(st.lists(st.sampled_from(STAGES), min_size=2, max_size=4), min_size=1, max_size=6))
def test_shares_of_moves_sum_to_one(paths):
    quarters = ["2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01"]
    rows = [(c, quarters[k], stage) for c, path in enumerate(paths) for k, stage in enumerate(path)]
    counts = count_transitions(make_labels(*rows))
    assert counts.to_numpy().sum() == sum(len(path) - 1 for path in paths)
    np.testing.assert_allclose(share_transitions(counts).sum(axis=1), 1)


def test_one_quarter_has_no_moves():
    with pytest.raises(ValueError, match="no customer is in two quarters that follow each other"):
        count_transitions(make_labels((1, "2025-01-01", "growth")))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            make_labels((1, "2025-01-01", "growth"), (1, "2025-01-01", "decline")),
            "labels.customer_id and quarter",
        ),
        (make_labels((1, "2025-01-01", "growth")).drop(columns="stage"), "labels: missing columns: stage"),
        (make_labels((1, "2025-01-01", "growth")).assign(stage="young"), "labels.stage: 1 of 1"),
    ],
)
def test_bad_labels_are_refused(frame, message):
    with pytest.raises(TableError, match=message):
        count_transitions(frame)


def test_moves_are_drawn_with_shares_and_numbers():
    labels = make_labels((1, "2025-01-01", "growth"), (1, "2025-04-01", "maturity"))
    ax = plot_transitions(count_transitions(labels))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["growth (n = 1)"]
    assert "100 %" in [text.get_text() for text in ax.texts]
