"""The margin multiple and five points of retention, against published values and sums written out."""

import numpy as np
import pytest

from crmlib.charts.style import new_axes
from crmlib.value import retention
from crmlib.value.retention import find_margin_multiple, list_retention_gains
from tests.pictures import catch_live, describe_figure, lines_of, read_lines, read_sliders


def test_the_multiple_has_the_published_values():
    found = [find_margin_multiple(stay, 0.10) for stay in (0.6, 0.7, 0.8, 0.9)]
    assert found == pytest.approx([1.20, 1.75, 2.67, 4.50], abs=0.005)


def test_the_multiple_is_the_sum_over_the_years():
    years = np.arange(1, 2_000)
    assert find_margin_multiple(0.85, 0.04) == pytest.approx(((0.85 / 1.04) ** years).sum())
    assert find_margin_multiple(0, 0.1) == 0 and find_margin_multiple(1, 0.1) == pytest.approx(10)


def test_a_sum_without_end_is_refused():
    with pytest.raises(ValueError, match="the sum has no end"):
        find_margin_multiple(1, 0)


def test_five_points_gain_what_the_literature_computes():
    gains = list_retention_gains([0.60, 0.75, 0.90])
    assert gains["gain_share"].tolist() == pytest.approx([0.111, 0.167, 0.333], abs=0.001)
    assert gains["fewer_leave_share"].tolist() == pytest.approx([0.125, 0.2, 0.5])
    assert gains["loyal_years"].tolist() == pytest.approx([2.5, 4, 10])
    assert list_retention_gains([0.9], discount_share=0)["gain_share"][0] == pytest.approx(1)
    assert list_retention_gains([0.75], acquisition_years=2)["gain_share"][0] == pytest.approx(
        0.46, abs=0.005
    )


def test_a_value_that_is_not_positive_has_no_gain():
    gains = list_retention_gains([0.2, 0.75], acquisition_years=1.5)
    assert np.isnan(gains["gain_share"][0]) and gains["gain_share"][1] > 0


def test_nobody_can_stay_more_than_always():
    with pytest.raises(ValueError, match="nobody would ever leave"):
        list_retention_gains([0.5, 0.95])


def test_the_line_enters_the_band_of_the_sentence_where_the_title_says(monkeypatch):
    live = catch_live(monkeypatch, retention, retention.explore_retention_gain)
    ax = new_axes()
    live["draw"](ax, discount=10, acquisition_years=0.0)
    # 1 + r / (1.1 − r) is 1.1 / (1.1 − r), so five points gain 0.05 / (1.05 − r): a quarter from 0.85 on
    (line,) = read_lines(ax)
    starts = np.arange(40, 95) / 100
    assert line[3] == pytest.approx(starts) and line[4] == pytest.approx(0.05 / (1.05 - starts), abs=1e-4)
    assert describe_figure(ax)[1:5] == lines_of("""
        title: 25 % and more from a retention of 85 % on
        x: retention a year, before
        y: more lifetime value by 5 points
        legend: the sentence: 25 to 85 % | computed
    """)
    ends = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (ends.y0, ends.y1) == pytest.approx((0.25, 0.85))
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.4, 0.94), (0, 1.5))
    assert [axis.get_major_formatter()(1) for axis in (ax.xaxis, ax.yaxis)] == ["100 %"] * 2
    ax = new_axes()
    live["draw"](ax, discount=25, acquisition_years=0.0)  # 0.05 / (1.2 − r) is 0.19 at 0.94
    assert ax.get_title() == "Never 25 %"
    assert read_sliders(live) == {
        "discount": (0, 25, 10, 1),
        "acquisition_years": (0, 3, 0, 0.25),
    }


def test_the_whole_table_of_gains_is_that_of_a_hand():
    found = list_retention_gains([0.5], discount_share=0, points=0.25, acquisition_years=1).iloc[0]
    # 1 / (1 − r) years: 2 and 4, less the year that winning costs
    assert found.to_dict() == pytest.approx(
        {"retention": 0.5, "loyal_years": 2, "value_years": 1, "value_after_years": 3, "gain_share": 2,
         "fewer_leave_share": 0.5}
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"0\.75 and points of 0\.25 are 1 or above"):
        list_retention_gains([0.5, 0.75], points=0.25)
