"""The survey without a size, against exact sums."""

from __future__ import annotations

from math import comb

import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.prospects import survey_share
from crmlib.prospects.survey_share import judge_survey_share, plot_survey_share
from tests.pictures import catch_live, describe_figure, lines_of


def test_thirty_five_per_cent_is_beyond_chance_for_200_and_not_for_50():
    found = judge_survey_share(0.35).set_index("n")  # D-35, N-63
    assert found["beyond_chance"].to_dict() == {50: False, 200: True, 1_000: True}
    assert found.loc[50, "chosen"] == 18  # 17.5, to the even whole number
    assert found.loc[200, "low"] == pytest.approx(0.2873, abs=1e-4)  # Wilson by hand


def test_the_probability_is_the_exact_binomial_one():
    """Seven of twenty at one quarter: all results that are no likelier than seven."""
    chance = [comb(20, k) * 0.25**k * 0.75 ** (20 - k) for k in range(21)]
    exact = sum(one for one in chance if one <= chance[7] * (1 + 1e-7))
    assert judge_survey_share(0.35, sizes=[20])["p_value"].iloc[0] == pytest.approx(exact)


def test_with_two_options_chance_is_one_half():
    found = judge_survey_share(0.35, sizes=[200], options=2)
    assert found["by_chance"].iloc[0] == 0.5
    assert not found["beyond_chance"].iloc[0]  # below chance is not beyond it


def test_a_single_number_is_no_list_of_sizes():
    with pytest.raises(TypeError, match="expected a list of numbers of people"):
        judge_survey_share(0.35, sizes=200)


def test_an_interval_above_chance_looks_other_than_one_that_holds_it():
    judged = judge_survey_share(0.35, sizes=[50, 2_000])
    ax = plot_survey_share(judged)
    limits = [round(one, 4) for one in judged[["low", "high"]].to_numpy().ravel()]
    assert describe_figure(ax) == lines_of(f"""
        picture: 6.4 × 2.6
        x: chose the answer (share of those asked)
        y: people asked (number)
        y ticks at 0, 1: 50 | 2,000
        y runs backwards
        legend: all options alike
        upright 'all options alike' black :: x = 0.25
        line orange - thick: ({limits[0]}, 0) ({limits[1]}, 0)
        line orange s: (0.36, 0)
        line blue - thick: ({limits[2]}, 1) ({limits[3]}, 1)
        line blue o: (0.35, 1)
        texts black (center, baseline): (0.36, 0) 24 to 50 %, (0.35, 1) 33 to 37 %
    """)
    assert ax.get_xlim() == (0, 0.6) and ax.xaxis.get_major_formatter()(1) == "100 %"
    high = plot_survey_share(judge_survey_share(0.9, sizes=[20]))
    assert high.get_xlim()[1] == pytest.approx(1.08 * estimate_share(18, 20).high)


def test_a_slider_moves_how_many_were_asked_and_the_title_tells_the_chance(monkeypatch):
    live = catch_live(monkeypatch, survey_share, lambda: survey_share.explore_survey_share(0.35))
    few, many = new_axes(), new_axes()
    live["draw"](few, asked=20)
    live["draw"](many, asked=1_000)
    start = "so far from chance, if all options are alike: probability "
    p_value = judge_survey_share(0.35, sizes=[20])["p_value"].iloc[0]
    assert [few.get_title(), many.get_title()] == [f"{start}{p_value:.3f}", f"{start}below 0.001"]
    assert "y ticks at 0: 20" in describe_figure(few)
    asked = live["controls"]["asked"]
    assert (asked.low, asked.high, asked.start, asked.step, live["height"]) == (20, 1_000, 50, 10, 2.4)


def test_the_options_reach_the_picture_and_the_whole_table_is_told(monkeypatch):
    live = catch_live(monkeypatch, survey_share, lambda: survey_share.explore_survey_share(0.35, options=2))
    ax = new_axes()
    live["draw"](ax, asked=20)
    assert "upright 'all options alike' black :: x = 0.5" in describe_figure(ax)
    found, share = judge_survey_share(0.35, sizes=(20,)), estimate_share(7, 20)
    assert found.columns.tolist() == [
        "n", "chosen", "share", "low", "high", "by_chance", "p_value", "beyond_chance",
    ]  # fmt: skip
    assert found.iloc[0, :6].tolist() == [20, 7, share.value, share.low, share.high, 0.25]
    for odd in ("50", [], 50):
        with pytest.raises(TypeError, match="expected a list of numbers of people"):
            judge_survey_share(0.35, sizes=odd)
