"""The pipeline by stage, and what a better stage brings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.prospects.pipeline import compare_improvements, measure_stages
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


def test_a_perfect_stage_has_nothing_to_save():
    found = compare_improvements(make_stages([50, 10], [0, 40]), value_cny=1_000, saved_share=1.0)
    assert found["extra_wins"].tolist() == pytest.approx([0.0, 80.0])


def test_intervals_narrow_with_the_leads():
    few = compare_improvements(make_stages([5, 1], [5, 4]), value_cny=1_000)
    many = compare_improvements(make_stages([5_000, 1_000], [5_000, 4_000]), value_cny=1_000)
    assert ((many["high"] - many["low"]) < (few["high"] - few["low"]) / 10).all()


def test_the_middle_wait_is_named_and_one_slow_lead_does_not_move_it():
    leads = FIRM["leads"].iloc[[0, 6, 12]]
    leads = leads.assign(stage_2_on=leads["stage_1_on"] + pd.to_timedelta([1, 2, 30], unit="D"))
    assert measure_stages(leads, FIRM["accounts"])["median_days"].iloc[0] == 2
