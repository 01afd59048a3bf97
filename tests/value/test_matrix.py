"""The value matrix at its cuts, and the ways of telling customers apart, by hand."""

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import draw_weights
from crmlib.value import matrix
from crmlib.value.matrix import CELLS, compare_ways, place_in_matrix, summarise_matrix
from tests.pictures import catch_live, read_lines, read_sliders, read_texts

VALUES = pd.DataFrame(
    {"current_cny": [100, 99, 100, 99, 5], "future_cny": [50, 50, 49, 49, 5]}, index=range(5)
)
CUTS = {"current_cut_cny": 100, "future_cut_cny": 50}


def test_a_value_at_the_cut_is_high():
    vip, maintained, improve, given_up = CELLS.values()
    assert place_in_matrix(VALUES, **CUTS).tolist() == [vip, improve, maintained, given_up, given_up]


def test_each_cell_is_held_against_what_came():
    actual = pd.Series([80.0, 60.0, 40.0, 10.0, 20.0], index=range(5), name="actual_cny")
    found = summarise_matrix(VALUES, actual, **CUTS)
    assert found.index.name == "cell"
    assert found.index.tolist() == ["given up 放弃型"]  # the only cell with two customers
    assert found.loc[
        "given up 放弃型", ["customers", "current_cny", "future_cny", "actual_cny"]
    ].tolist() == [2, 52, 27, 15]
    assert found["low"].iloc[0] < 15 < found["high"].iloc[0]


def test_ways_are_compared_on_the_same_customers():
    table = pd.DataFrame(
        {"old": [9, 8, 1, 1], "new": [1, 9, 8, 1], "margin": [10.0, 50.0, 30.0, 10.0]}, index=range(4)
    )
    found = compare_ways(table, ["old", "new"], outcome="margin", top_share=0.5)
    assert found["share_of_outcome"].tolist() == pytest.approx([0.6, 0.8, 0.8])
    assert found["last_ahead"].tolist() == pytest.approx([0.2, 0, 0])
    assert found["shared"].tolist() == [0.5, 1, 1]
    assert (found.loc["new", ["ahead_low", "ahead_high"]] == 0).all()


def test_equal_scores_are_taken_by_customer_number():
    table = pd.DataFrame({"score": [5, 5, 5, 1], "margin": [4.0, 3.0, 2.0, 1.0]}, index=[9, 7, 8, 6])
    found = compare_ways(table, ["score"], outcome="margin", top_share=0.25)
    assert found.loc["score", "share_of_outcome"] == pytest.approx(0.3)


def test_half_a_yuan_is_enough_to_compare_with():
    table = pd.DataFrame({"score": [1, 2], "margin": [0.25, 0.25]})
    found = compare_ways(table, ["score"], outcome="margin", top_share=0.5)
    assert found.loc["score", "share_of_outcome"] == 0.5


@pytest.mark.parametrize(("share", "margin"), [(0.1, 5.0), (1.0, 5.0), (0.5, 0.0)])
def test_a_share_of_nothing_or_of_everybody_is_refused(share, margin):
    table = pd.DataFrame({"score": [1, 2], "margin": [margin, 0.0]})
    with pytest.raises(ValueError, match=r"table: \d of 2 customers are taken"):
        compare_ways(table, ["score"], outcome="margin", top_share=share)


def test_the_picture_cuts_where_the_sliders_say_and_tells_each_cell(monkeypatch):
    values = pd.DataFrame(
        {"current_cny": [100.0, 20, 160, 40, 30], "future_cny": [90.0, 80, 10, 20, -5]}, index=range(5)
    )
    live = catch_live(monkeypatch, matrix, lambda: matrix.explore_value_matrix(values))
    ax = new_axes()
    live["draw"](ax, current_cut_cny=50.0, future_cut_cny=50.0)
    dots, upright, level = read_lines(ax)
    # 97 % of the customers have at most 152.8 yuan now, so the picture ends at 200
    assert (dots[3], dots[4], dots[2]) == ([90, 80, 10, 20, 0], [100, 20, 160, 40, 30], ".")
    assert (upright[3], level[4]) == ([50, 50], [50, 50])
    assert read_texts(ax) == [
        ("VIP: 20 %", 0.98, 0.97), ("maintained: 20 %", 0.02, 0.97), ("to improve: 20 %", 0.98, 0.04),
        ("given up: 40 %", 0.02, 0.04),
    ]  # fmt: skip
    places = [(text.get_ha(), text.get_va()) for text in ax.texts]
    assert places == [("right", "top"), ("left", "top"), ("right", "bottom"), ("left", "bottom")]
    assert ax.get_title() == "Now and later disagree for 40 % of the customers"
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 200), (0, 200))
    assert ax.get_xlabel() == "future value: margin expected next year (yuan)"
    assert ax.get_ylabel() == "current value: margin last year (yuan)"
    assert [axis.get_major_formatter()(1000) for axis in (ax.xaxis, ax.yaxis)] == ["1,000"] * 2
    assert [text.get_transform() == ax.transAxes for text in ax.texts] == [True] * 4
    assert read_sliders(live) == {
        "current_cut_cny": (0, 200, 70, 10),
        "future_cut_cny": (0, 200, 70, 10),
    }
    assert live["height"] == 4.2
    ax = new_axes()
    live["draw"](ax, current_cut_cny=35.0, future_cut_cny=50.0)  # one VIP, two to maintain, one to improve
    assert ax.get_title() == "Now and later disagree for 60 % of the customers"


def test_of_many_customers_1500_are_drawn_the_first_and_the_last_among_them(monkeypatch):
    values = pd.DataFrame({"current_cny": range(3000), "future_cny": range(3000)}, index=range(3000))
    live = catch_live(monkeypatch, matrix, lambda: matrix.explore_value_matrix(values))
    ax = new_axes()
    live["draw"](ax, current_cut_cny=0.0, future_cut_cny=0.0)
    drawn = ax.lines[0].get_xdata()
    assert (len(drawn), drawn[0], drawn[-1]) == (1500, 0, 2950)  # 0.97 × 2,999 rounded up to 50


def test_the_compared_ways_have_the_intervals_of_the_bootstrap():
    table = pd.DataFrame(
        {"old": [9, 8, 1, 1], "new": [1, 9, 8, 1], "margin": [10.0, 50.0, 30.0, 10.0]}, index=range(4)
    )
    found = compare_ways(table, ["old", "new"], outcome="margin", top_share=0.5, draws=200, seed=4)
    weights = draw_weights(4, draws=200, seed=4)
    totals = weights @ [10, 50, 30, 10]
    old, new = (weights @ one / totals for one in ([10, 50, 0, 0], [0, 50, 30, 0]))
    limits = [np.quantile(drawn, [0.025, 0.975]) for drawn in (old, new - old)]
    assert found.loc["old", ["low", "high"]].tolist() == pytest.approx(limits[0])
    assert found.loc["old", ["ahead_low", "ahead_high"]].tolist() == pytest.approx(limits[1])
    assert found.index.tolist() == ["old", "new", "knowing the future"] and found.index.name == "way"


def test_where_all_are_worth_much_the_other_cells_are_empty(monkeypatch):
    values = pd.DataFrame({"current_cny": [100.0, 100], "future_cny": [90.0, 90]}, index=range(2))
    live = catch_live(monkeypatch, matrix, lambda: matrix.explore_value_matrix(values))
    ax = new_axes()
    live["draw"](ax, current_cut_cny=0.0, future_cut_cny=0.0)
    words = [text.get_text() for text in ax.texts]
    assert words == ["VIP: 100 %", "maintained: 0 %", "to improve: 0 %", "given up: 0 %"]
    cells = place_in_matrix(values, **CUTS)
    assert (cells.name, cells.index.tolist(), cells.cat.ordered) == ("cell", [0, 1], False)
