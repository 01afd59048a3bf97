"""The stage rule against a truth that is known: both of its errors, and rules beside it."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.customers.truth import find_true_state
from crmlib.lifecycle import stages_and_truth
from crmlib.lifecycle.stages import STAGES
from crmlib.lifecycle.stages_and_truth import (
    compare_stage_rules,
    compare_with_truth,
    explore_stage_rule,
    plot_stages_against_truth,
    score_rule,
)
from tests.lifecycle.calls import FRAMES, place_in_stages, tell_truth
from tests.pictures import describe_figure, lines_of

DAY = "2024-12-31"
TRUTH = tell_truth((1, "2024-01-01"), (2, None), (3, "2024-01-01"), (4, None))
STATES = find_true_state(TRUTH, as_of=DAY)


def test_both_errors_of_a_rule_are_counted_by_hand():
    stages = place_in_stages(c1="decline", c2="termination", c3="growth", c4="growth")
    errors = score_rule(stages, STATES)
    assert (errors["wrong"].value, errors["missed"].value, errors["false_alarm"].value) == (0.5, 0.5, 0.5)
    assert (errors["wrong"].n, errors["missed"].n, errors["false_alarm"].n) == (4, 2, 2)


def test_an_error_that_nobody_can_make_is_left_out():
    errors = score_rule(place_in_stages(c2="growth", c4="growth"), STATES)
    assert set(errors) == {"wrong"}


def test_the_confusion_matrix_holds_everybody():
    confusion = compare_with_truth(place_in_stages(c1="decline", c2="decline", c4="growth"), STATES)
    rows = [[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 1], [0, 0, 0]]
    stages = pd.Index(STAGES, name="stage by the rule")
    columns = pd.Index(["customer", "leaving soon", "gone"], name="true state")
    pd.testing.assert_frame_equal(confusion, pd.DataFrame(rows, index=stages, columns=columns))


def test_bars_show_who_is_behind_each_stage():
    confusion = pd.DataFrame(0, index=list(STAGES), columns=["customer", "leaving soon", "gone"])
    confusion.loc["growth"], confusion.loc["decline"] = [60, 15, 5], [1, 1, 6]
    ax = plot_stages_against_truth(confusion)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: members
        y: stage by the rule
        y ticks at 0, 1, 2, 3, 4: incubation | growth | maturity | decline | termination
        y runs backwards
        legend (in truth): customer | leaving soon | gone
        bars 'customer' blue: 0: 0 to 0, 1: 0 to 60, 2: 0 to 0, 3: 0 to 1, 4: 0 to 0
        bars 'leaving soon' white: 0: 0 to 0, 1: 60 to 75, 2: 0 to 0, 3: 1 to 2, 4: 0 to 0
        bars 'gone' orange: 0: 0 to 0, 1: 75 to 80, 2: 0 to 0, 3: 2 to 8, 4: 0 to 0
        texts black (left, center): (0, 0) nobody, (80, 1) 6 % gone, (0, 2) nobody, (8, 3) 75 % gone, (0, 4)
            nobody
    """)


def test_a_customer_whom_the_truth_does_not_know_is_named():
    with pytest.raises(ValueError, match=r"1 of 2 customers have no true state \(customer_id 9\)"):
        score_rule(place_in_stages(c1="growth", c9="growth"), STATES)


def test_rules_are_compared_on_the_same_members():
    stages = place_in_stages(c1="decline", c2="growth", c3="growth", c4="decline")
    stages = stages.assign(recency_days=[400, 20, 200, 90])  # 1 and 3 have gone
    rules = compare_stage_rules(stages, TRUTH, as_of=DAY, leaving_share_per_month=0.02).set_index("rule")
    errors = rules[["wrong", "missed", "false_alarm"]].to_numpy().tolist()
    assert errors[0][:2] == [0.5, 1] and math.isnan(errors[0][2])  # nobody has gone
    assert errors[1] == errors[2] == [0, 0, 0]  # silent for more than 91, 182 days
    assert errors[3] == [0.25, 0.5, 0]  # 365 days
    assert errors[4] == [0.5, 0.5, 0.5]  # the rule
    # patient: limit of 120 days, beyond that 4.5 gaps of 20 days; whoever buys once a month is gone by then
    assert errors[5] == errors[6] == [0, 0, 0]
    assert rules["called_lost"].tolist() == [0, 2, 2, 1, 2, 2, 2] and (rules["n"] == 4).all()


@pytest.mark.parametrize("limit", [91, 182, 365])
@pytest.mark.parametrize(("more", "lost"), [(0, 0), (1, 1)])
def test_a_limit_of_silence_calls_lost_who_is_silent_for_longer(limit, more, lost):
    stages = place_in_stages(c1="growth").assign(recency_days=limit + more)
    rules = compare_stage_rules(stages, TRUTH, as_of=DAY, leaving_share_per_month=0.02).set_index("rule")
    assert rules.loc[f"silent for more than {limit} days", "called_lost"] == lost


@pytest.mark.parametrize(("days", "before", "lost"), [(120, 3, 0), (121, 3, 1), (20, 9, 0)])
def test_the_patient_rule_waits_for_120_days_and_does_not_look_at_falling_purchases(days, before, lost):
    stages = place_in_stages(c1="decline").assign(recency_days=days, before=before)
    rules = compare_stage_rules(stages, TRUTH, as_of=DAY, leaving_share_per_month=0.02).set_index("rule")
    assert rules.loc["patient rule: 4.5 of the own gaps", "called_lost"] == lost


@pytest.mark.parametrize(("visits", "lost"), [(1.0, 1), (0.05, 0)])
def test_the_best_rule_reads_the_same_silence_by_each_members_own_rate(visits, lost):
    stages = place_in_stages(c1="growth").assign(recency_days=150)
    truth = tell_truth((1, None, None, None, visits))
    rules = compare_stage_rules(stages, truth, as_of=DAY, leaving_share_per_month=0.02).set_index("rule")
    assert rules.loc["true buying rate known", "called_lost"] == lost


@pytest.fixture
def drawn(monkeypatch):
    """Draw the live figure for some thresholds; return its axes."""
    caught = {}
    monkeypatch.setattr(stages_and_truth, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_stage_rule(FRAMES["stages"], FRAMES["states"])

    def draw(**thresholds: float):
        ax = new_axes()
        caught["draw"](ax, **{"silent_gaps": 3, "least_silence_days": 60, "falling_share": 0.5} | thresholds)
        return ax

    return draw


def test_the_live_figure_starts_with_the_errors_of_the_rule(drawn):
    errors = score_rule(FRAMES["stages"], FRAMES["states"])
    wrong, missed, alarm = (round(100 * errors[name].value) for name in ("wrong", "missed", "false_alarm"))
    expected = f"wrong: {wrong} % of all; missed: {missed} % of the gone;\nfalse alarm: {alarm} % of those"
    assert drawn().get_title().startswith(expected) and alarm > 0
    bars = plot_stages_against_truth(compare_with_truth(FRAMES["stages"], FRAMES["states"])).patches
    assert [bar.get_width() for bar in drawn().patches] == [bar.get_width() for bar in bars] != []


def test_more_patience_has_no_more_false_alarms(drawn):
    # eight members are silent for 72 days, eight others buy half as often as before; none has gone
    assert "false alarm: 0 %" in drawn(least_silence_days=90, falling_share=0.0).get_title()
    assert "false alarm: 0 %" not in drawn(falling_share=0.0).get_title()
    assert "false alarm: 0 %" not in drawn(least_silence_days=90).get_title()
