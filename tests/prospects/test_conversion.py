"""Conversion with open leads: by hand, and against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from crmlib.estimates.estimate import estimate_share
from crmlib.prospects.conversion import compare_readings, estimate_conversion, plot_conversion
from tests.pictures import describe_figure, lines_of


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


def test_the_highest_curve_comes_first_and_each_has_its_band():
    rows = {"group": ["a", "a", "b", "b"], "days": [0, 30] * 2, "won_share": [0, 0.25, 0, 0.5],
            "low": [0, 0.1, 0, 0.2], "high": [0, 0.5, 0, 0.9], "n": [1200, 1200, 4, 4]}  # fmt: skip
    ax = plot_conversion(pd.DataFrame(rows))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: days since the lead was recorded
        y: leads won (share)
        legend: b (n = 4) | a (n = 1,200)
        line 'b (n = 4)' navy -: (0, 0) (30, 0.5)
        line 'a (n = 1,200)' blue -: (0, 0) (30, 0.25)
        area navy: (0, 0) (30, 0) (30, 0.2) (30, 0.9)
        area blue: (0, 0) (30, 0) (30, 0.1) (30, 0.5)
    """)
    assert [line.get_drawstyle() for line in ax.lines] == ["steps-post"] * 2
    assert ax.get_ylim()[0] == 0 and ax.yaxis.get_major_formatter()(1) == "100 %"


def test_after_four_colours_the_dashes_change():
    groups = pd.DataFrame({"group": list("abcdefgh"), "won_share": np.arange(8, 0, -1) / 10})
    ax = plot_conversion(groups.assign(days=0, low=0.0, high=1.0, n=1))
    looks = [(line.get_color(), line.get_linestyle()) for line in ax.lines]
    assert len(set(looks)) == 8 and len({colour for colour, _ in looks}) == 4
    assert [dash for _, dash in looks] == ["-"] * 4 + ["--"] * 4


def test_the_grid_begins_at_0_and_ends_on_the_longest_day():
    curve = estimate_conversion(make_followed([10, 60, 30], ["won", "lost", "open"]))
    assert curve[["group", "days", "watched", "n"]].to_numpy().tolist() == [
        ["all", 0, 3, 3], ["all", 30, 2, 3], ["all", 60, 1, 3],
    ]  # fmt: skip
    assert curve.columns.tolist() == ["group", "days", "won_share", "low", "high", "watched", "n"]


def test_each_reading_has_the_interval_of_its_leads():
    more = {"watched_days": [200, 60, 100, 90], "worked_days": [30, 60, 20, 90]}
    rows = make_followed([30, 60, 100, 95], ["won", "open", "lost", "won"], **more)
    found = compare_readings(rows, within_days=90).set_index("reading")
    plain = [
        estimate_share(2, 4),
        estimate_share(2, 3),
        estimate_share(1, 3),
    ]  # the second win came on day 95
    for name, one in zip(["won of all", "won of decided", "watched long enough"], plain, strict=True):
        assert found.loc[name].tolist() == pytest.approx([one.value, one.low, one.high, one.n])
    curve = estimate_conversion(rows, step_days=90).set_index("days").loc[90]
    assert found.loc["time to winning", ["low", "high"]].tolist() == curve[["low", "high"]].tolist()
    assert found.loc["time to winning", "share"] == pytest.approx(1 / 4)
    with pytest.raises(ValueError, match="no lead is decided"):
        compare_readings(rows.iloc[[1]], within_days=10)


def test_curves_of_one_height_keep_the_order_of_their_names():
    names = [f"{letter}{number}" for letter in "abc" for number in range(10)]
    groups = pd.DataFrame({"group": names, "won_share": [0.5, 0.4, 0.5] * 10})
    ax = plot_conversion(groups.assign(days=0, low=0.0, high=1.0, n=1))
    shown = [line.get_label().split(" ")[0] for line in ax.lines]
    assert shown == [*(one for n, one in enumerate(names) if n % 3 != 1), *names[1::3]]
