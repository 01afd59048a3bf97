"""Conversion with open leads: by hand, and against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from crmlib.prospects.conversion import compare_readings, estimate_conversion


def make_followed(days: list[int], outcomes: list[str], **more: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"code": "M+A+N", "outcome": outcomes, "days": days, **more})


def test_an_open_lead_counts_as_long_as_it_was_watched():
    """Four leads: one won on day 30 of four, one on day 90 of the two still watched: 1 − ¾ · ½."""
    curve = estimate_conversion(
        make_followed([30, 60, 100, 90], ["won", "open", "lost", "won"]), step_days=10
    )
    at = curve.set_index("days")["won_share"]
    assert at[20] == 0 and at[30] == 0.25 and at[80] == 0.25 and at[90] == 0.625 and at[100] == 0.625


def test_a_lost_lead_and_an_open_one_count_alike_only_while_both_are_watched():
    lost = estimate_conversion(make_followed([500, 90], ["lost", "won"]), step_days=90)
    left_early = estimate_conversion(make_followed([50, 90], ["open", "won"]), step_days=90)
    assert lost.set_index("days").loc[90, "won_share"] == 0.5
    assert left_early.set_index("days").loc[90, "won_share"] == 1.0


def test_shares_and_intervals_agree_with_scipy():
    rng = np.random.default_rng(3)
    won_after, watched = rng.integers(20, 300, 80), rng.integers(30, 400, 80)
    won = (rng.random(80) < 0.4) & (won_after <= watched)
    days = np.where(won, won_after, watched)
    curve = estimate_conversion(make_followed(list(days), list(np.where(won, "won", "lost"))), step_days=15)
    other = ecdf(CensoredData(uncensored=days[won], right=days[~won])).sf
    band = other.confidence_interval(method="log-log")
    inside = curve["days"].between(days[won].min(), days[won].max() - 1)
    grid = curve.loc[inside, "days"]
    assert np.allclose(curve.loc[inside, "won_share"], 1 - other.evaluate(grid), atol=1e-9)
    assert np.allclose(curve.loc[inside, "low"], 1 - band.high.evaluate(grid), atol=1e-6)
    assert np.allclose(curve.loc[inside, "high"], 1 - band.low.evaluate(grid), atol=1e-6)


def test_without_open_leads_it_is_the_plain_share():
    curve = estimate_conversion(make_followed([10, 700, 700, 20], ["won", "lost", "lost", "won"]))
    assert curve["won_share"].iloc[-1] == 0.5
    assert curve["watched"].iloc[0] == curve["n"].iloc[0] == 4


def test_codes_have_a_curve_each():
    rows = make_followed([10, 20], ["won", "lost"]).assign(code=["M+A+N", "m+a+n"])
    curve = estimate_conversion(rows, by_code=True).groupby("group")["won_share"].max()
    assert curve.to_dict() == {"M+A+N": 1.0, "m+a+n": 0.0}


def test_the_readings_differ_in_who_stands_below_the_line():
    more = {"watched_days": [200, 60, 100, 90], "worked_days": [30, 60, 20, 90]}
    rows = make_followed([30, 60, 100, 90], ["won", "open", "lost", "won"], **more)
    found = compare_readings(rows, within_days=90).set_index("reading")
    assert found["n"].tolist() == [4, 3, 4, 3, 4]
    assert found.loc["won of all", "share"] == 2 / 4
    assert found.loc["won of decided", "share"] == found.loc["watched long enough", "share"] == 2 / 3
    assert found.loc["time to winning", "share"] == 1 - 3 / 4 * 1 / 2
    assert found.loc["lost taken for open", "share"] == 1.0  # 1 − ⅔ · 0: the lost one left on day 20


def test_a_horizon_that_nobody_has_reached_is_refused():
    rows = make_followed([30], ["won"], watched_days=[40], worked_days=[30])
    assert compare_readings(rows, within_days=40)["share"].iloc[3] == 1.0
    with pytest.raises(ValueError, match="none was watched for 41 days"):
        compare_readings(rows, within_days=41)
