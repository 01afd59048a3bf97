"""The pipeline by stage, and what a better stage brings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.prospects import pipeline
from crmlib.prospects.pipeline import compare_improvements, measure_stages, plot_stages
from tests.pictures import catch_live, describe_figure, lines_of
from tests.prospects.calls import FIRM


def test_every_lead_that_enters_a_stage_passes_stops_or_is_open():
    stages = measure_stages(FIRM["leads"], FIRM["accounts"])
    assert (stages["entered"] == stages["passed"] + stages["lost"] + stages["open"]).all()
    assert (stages["entered"].iloc[1:].to_numpy() == stages["passed"].iloc[:-1].to_numpy()).all()
    assert stages["passed"].iloc[-1] == (FIRM["leads"]["outcome"] == "won").sum()


def test_reasons_and_waits_are_those_of_the_stage():
    leads = FIRM["leads"].iloc[[0, 1, 2]].assign(stage=[5, 1, 1], outcome=["won", "lost", "lost"])
    leads["drop_reason"] = [None, "price", "no_need"]
    leads["stage_2_on"] = [leads["stage_2_on"].iloc[0], pd.NaT, pd.NaT]
    stages = measure_stages(leads, FIRM["accounts"]).set_index("stage")
    assert stages.loc[1, ["entered", "passed", "lost"]].tolist() == [3, 1, 2]
    assert stages.loc[1, "reason"] == "no_need"  # as often as price, and first by name
    assert pd.isna(stages.loc[2, "reason"])
    assert stages.loc[1, "median_days"] == 4
    assert stages.loc[5, "median_days"] == 31 - 16  # won 31 days after the first stage, stage 5 on day 16


def test_a_stage_without_a_decided_lead_has_no_share():
    leads = FIRM["leads"].iloc[[1]].assign(stage=1, outcome="lost")
    with pytest.raises(ValueError, match="no lead has passed stage 2 or was lost in it"):
        measure_stages(leads, FIRM["accounts"])


def make_stages(passed: list[int], lost: list[int]) -> pd.DataFrame:
    both = np.array(passed) + np.array(lost)
    return pd.DataFrame({"stage": range(1, len(passed) + 1), "name": "a", "entered": both, "passed": passed,
                         "lost": lost, "open": 0, "pass_share": np.array(passed) / both})  # fmt: skip


def test_saving_losses_is_worth_what_the_later_stages_let_through():
    """Two stages, ½ and ⅕. A tenth of the losses: .55 · .2 − .5 · .2 = .01, and .5 · .28 − .5 · .2 = .04."""
    found = compare_improvements(make_stages([50, 10], [50, 40]), value_cny=1_000)
    assert found["treated"].tolist() == [100, 50]
    assert found["extra_wins"].tolist() == pytest.approx([1.0, 4.0])
    assert found["worth_cny"].tolist() == pytest.approx([10.0, 80.0])  # 1 % and 4 % × 1,000 / treated share
    assert (found["low"] < found["extra_wins"]).all() and (found["extra_wins"] < found["high"]).all()


def test_stages_in_another_order_are_the_same():
    stages = make_stages([50, 10], [50, 40])
    found = compare_improvements(stages.iloc[::-1].reset_index(drop=True), value_cny=1_000)
    pd.testing.assert_frame_equal(found, compare_improvements(stages, value_cny=1_000))


def test_a_perfect_stage_has_nothing_to_save():
    found = compare_improvements(make_stages([50, 10], [0, 40]), value_cny=1_000, saved_share=1.0)
    assert found["extra_wins"].tolist() == pytest.approx([0.0, 80.0])


def test_a_stage_that_nobody_reaches_still_has_a_worth_for_each_lead_treated():
    # stage 1: .1 · (1 − 0) · .2 = .02 of each lead; stage 2: nobody is there; one who were would add .1 · .8
    found = compare_improvements(make_stages([0, 10], [50, 40]), value_cny=1_000)
    assert found["treated"].tolist() == [100, 0]
    assert found["extra_wins"].tolist() == pytest.approx([2.0, 0.0])
    assert found["worth_cny"].tolist() == pytest.approx([20.0, 80.0])


def test_intervals_narrow_with_the_leads():
    few = compare_improvements(make_stages([5, 1], [5, 4]), value_cny=1_000)
    many = compare_improvements(make_stages([5_000, 1_000], [5_000, 4_000]), value_cny=1_000)
    assert ((many["high"] - many["low"]) < (few["high"] - few["low"]) / 10).all()


def test_the_middle_wait_is_named_and_one_slow_lead_does_not_move_it():
    leads = FIRM["leads"].iloc[[0, 6, 12]]
    leads = leads.assign(stage_2_on=leads["stage_1_on"] + pd.to_timedelta([1, 2, 30], unit="D"))
    assert measure_stages(leads, FIRM["accounts"])["median_days"].iloc[0] == 2


TWO = make_stages([50, 10], [40, 40]).assign(
    name=["a", "b"], entered=[100, 50], open=[10, 0], pass_share=[0.5, 0.2]
)


def test_each_stage_has_a_bar_of_who_passed_who_is_open_and_who_was_lost():
    ax = plot_stages(TWO.iloc[::-1])
    assert describe_figure(ax) == lines_of("""
        picture: 7 × 3.6
        x: leads (number)
        y: stage of the pipeline
        y ticks at 1, 2: 1 a | 2 b
        y runs backwards
        legend: passed on | open | lost
        bars 'passed on' blue: 1: 0 to 50, 2: 0 to 10
        bars 'open' grey ..: 1: 50 to 60, 2: 10 to 10
        bars 'lost' orange //: 1: 60 to 100, 2: 10 to 50
        texts black (left, center): (100, 1) 50 % pass, (50, 2) 20 % pass
    """)
    assert ax.get_xlim() == (0, 120)


def test_half_of_the_last_losses_saved_win_twenty_more_of_a_hundred(monkeypatch):
    live = catch_live(monkeypatch, pipeline, lambda: pipeline.explore_pipeline(TWO, value_cny=1_000))
    ax = new_axes()
    live["draw"](ax, stage="2", saved=50)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: 20.0 more wins of 100 leads; worth up to 400 yuan for each lead treated
        x: reached
        x ticks at 0, 1, 2: stage 1 | stage 2 | won
        y: leads of 100 (number)
        legend: as it is | stage 2 improved
        bars 'as it is' grey: -0.2: 0 to 100, 0.8: 0 to 50, 1.8: 0 to 10
        bars 'stage 2 improved' blue: 0.2: 0 to 100, 1.2: 0 to 50, 2.2: 0 to 30
    """)
    assert {round(bar.get_width(), 6) for bar in ax.patches} == {0.38}, (
        "bars side by side would cover each other"
    )
    choice, saved = live["controls"]["stage"], live["controls"]["saved"]
    assert (choice.options, choice.start) == (("1", "2"), "2")
    assert (saved.low, saved.high, saved.start, saved.step) == (0, 50, 10, 5)


def test_a_stage_that_nobody_reaches_is_worth_nothing(monkeypatch):
    none = TWO.assign(pass_share=[0.0, 0.2])
    live = catch_live(monkeypatch, pipeline, lambda: pipeline.explore_pipeline(none, value_cny=1_000))
    ax = new_axes()
    live["draw"](ax, stage="2", saved=50)
    assert ax.get_title() == "0.0 more wins of 100 leads; worth up to 0 yuan for each lead treated"


def test_the_limits_are_quantiles_of_drawn_shares_and_stages_go_by_number():
    found = compare_improvements(TWO.iloc[::-1], value_cny=1_000, saved_share=0.2, draws=300, seed=7)
    drawn = np.random.default_rng(7).beta([50.5, 10.5], [40.5, 40.5], (300, 2))
    first, second = 0.2 * (1 - drawn[:, 0]) * drawn[:, 1], 0.2 * drawn[:, 0] * (1 - drawn[:, 1])
    for place, extra, treated in ((0, first, 1.0), (1, second, drawn[:, 0])):
        limits = [
            100 * np.quantile(extra, [0.025, 0.975]),
            np.quantile(1_000 * extra / treated, [0.025, 0.975]),
        ]
        assert found.loc[place, ["low", "high"]].tolist() == pytest.approx(limits[0])
        assert found.loc[place, ["worth_low", "worth_high"]].tolist() == pytest.approx(limits[1])
    assert found[["stage", "name"]].to_numpy().tolist() == [[1, "a"], [2, "b"]]
    default = compare_improvements(TWO, value_cny=1_000)
    assert default["extra_wins"].tolist() == pytest.approx([100 * 0.05 * 0.2, 100 * 0.5 * 0.08])
    assert default.equals(compare_improvements(TWO, value_cny=1_000, saved_share=0.1, draws=1_000, seed=1))


def test_the_whole_row_of_a_stage():
    leads = FIRM["leads"].iloc[[0, 1, 2]].assign(stage=[5, 1, 1], outcome=["won", "lost", "open"])
    leads["drop_reason"] = [None, "price", None]
    share = estimate_share(1, 2)
    found = measure_stages(leads, FIRM["accounts"])
    assert found.iloc[0].tolist() == [
        1, "targets", 3, 1, 1, 1, share.value, share.low, share.high, found["median_days"].iloc[0], "price",
    ]  # fmt: skip
    assert found["name"].tolist() == [
        "targets", "samples and information", "value assessment", "relationship", "cooperation",
    ]  # fmt: skip
