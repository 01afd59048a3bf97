"""From which probability on a contact pays, by the formula and by counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlib.churn.threshold as module
from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.churn.threshold import count_profit_by_threshold, explore_threshold, find_threshold
from tests.pictures import catch_live, read_frame, read_lines

COSTS = {"contact_cost_cny": 3, "saved_share": 0.1}


@given(st.floats(0.1, 50), st.floats(1, 1000), st.floats(0.01, 1))
def test_at_the_threshold_a_contact_earns_what_it_costs(cost, value, saved):
    threshold = find_threshold(contact_cost_cny=cost, value_cny=value, saved_share=saved)
    assert threshold * saved * value == pytest.approx(cost)


def test_a_share_of_more_than_all_cannot_be_saved():
    with pytest.raises(ValueError, match=r"saved_share is 1\.5, expected numbers above 0, and a share of at"):
        find_threshold(contact_cost_cny=3, value_cny=60, saved_share=1.5)


def test_the_profit_is_counted_customer_by_customer():
    # at 0.5 the first two are contacted: 0.1 · 200 is saved from the first, and two letters cost 6
    table = count_profit_by_threshold(
        [0.9, 0.5, 0.1], [True, False, True], [200.0, 50.0, 100.0], **COSTS, thresholds=[0, 0.5, 0.95]
    )
    assert table["contacted"].tolist() == [3, 2, 0]
    assert table["leavers_contacted"].tolist() == [2, 1, 0]
    assert table["profit_cny"].tolist() == pytest.approx([20 + 10 - 9, 20 - 6, 0])


def test_one_value_holds_for_everybody():
    each, all_alike = (
        count_profit_by_threshold([0.9, 0.2], [True, True], value, **COSTS) for value in ([80.0, 80.0], 80.0)
    )
    assert each.equals(all_alike)


def test_the_profit_peaks_at_the_threshold_of_the_formula():
    rng = np.random.default_rng(8)
    chance = rng.uniform(0, 1, 40_000)
    table = count_profit_by_threshold(chance, rng.random(40_000) < chance, 100.0, **COSTS)
    assert table.loc[table["profit_cny"].idxmax(), "threshold"] == pytest.approx(0.3, abs=0.051)


@pytest.mark.parametrize(
    ("chance", "gone", "value", "counts"),
    [
        ([0.1, 0.2], [True], 1.0, "2 probabilities, 1 fates, 2 values"),
        ([0.1, 0.2], [True, False], [1.0], "2 probabilities, 2 fates, 1 values"),
    ],
)
def test_lengths_must_agree_before_profit_is_counted(chance, gone, value, counts):
    with pytest.raises(ValueError, match=f"count_profit_by_threshold: {counts}"):
        count_profit_by_threshold(chance, gone, value, **COSTS)


@pytest.fixture
def live(monkeypatch):
    """The live figure of three customers."""
    return catch_live(
        monkeypatch,
        module,
        lambda: explore_threshold([0.1, 0.8, 0.5], [False, True, True], [10.0, 50.0, 20.0]),
    )


@pytest.mark.parametrize(("cost", "profit"), [(3.0, 2.0), (0.5, 6.0)])
def test_the_level_line_is_what_the_formula_earns_with_each_own_value(live, cost, profit):
    # a tenth of the chance times the value: 0.1, 4 and 1 yuan. At 3 yuan only the second is written to, who
    # left: 5 − 3; at half a yuan the third as well: 4.5 + 1.5
    ax = new_axes(None)
    live["draw"](ax, cost, 10, 30)
    level = next(line for line in ax.lines if line.get_label() == "formula with each own value")
    assert list(level.get_ydata()) == pytest.approx([profit, profit])


def test_the_live_profit_falls_and_rises_at_each_customers_chance(live):
    assert live["controls"] == {
        "cost": Slider("a contact costs (yuan)", 0.5, 20.0, 3.0, 0.5),
        "saved_percent": Slider("leavers kept by it (%)", 1, 50, 10, 1),
        "threshold_percent": Slider("contact from (%)", 0, 100, 30, 2),
    }
    ax = new_axes(None)
    live["draw"](ax, cost=2.0, saved_percent=10, threshold_percent=50)  # saved: 5 and 2 yuan
    grid = [round(0.02 * place, 2) for place in range(51)]
    profit = [1.0 if x <= 0.1 else 3.0 if x <= 0.8 else 0.0 for x in grid]
    assert read_lines(ax) == [
        (COLOURS["estimate"], "-", "", grid, profit),
        ("#000000", "-", "", [0, 1], [0, 0]),
        (COLOURS["truth"], ":", "", [0.5, 0.5], [0, 1]),
        (COLOURS["claim"], "-", "", [0.75, 0.75], [0, 1]),  # 2 / (10 % of the mean value, 26.67)
        (COLOURS["treated"], "--", "", [0, 1], [3, 3]),
    ]
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": "2 contacted: +3 yuan",
        "x": "contact from this forecast on",
        "y": "profit (yuan)",
        "legend": ["your threshold", "formula with the mean value", "formula with each own value"],
    }
    assert ax.xaxis.get_major_formatter()(0.25) == "25 %"
    assert ax.yaxis.get_major_formatter()(4000) == "4,000"


def test_a_threshold_above_all_chances_is_not_drawn(live):
    for cost, lines in ((2.6, 5), (2.7, 4)):  # of a mean of 2.67 yuan saved
        ax = new_axes(None)
        live["draw"](ax, cost, 10, 30)
        assert len(ax.lines) == lines
