"""Five ratios and the worth of an account, by hand and by exact moments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import triang

from crmlib.charts.style import new_axes
from crmlib.prospects import key_account
from crmlib.prospects.key_account import (
    find_break_even,
    forecast_account,
    measure_five_ratios,
    plot_account,
)
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders
from tests.prospects.calls import FRAMES

PLAN = FRAMES["plan"]  # profit 60/90/150, stock interest 6/10/20 if won, travel 10/20/30 in any case


def test_the_five_ratios_of_two_accounts():
    mill, yard = measure_five_ratios(FRAMES["books"]).iloc[:, 1:].to_numpy(float)
    assert mill == pytest.approx([0.4, 5 / 73, 0.05, 100, 100])
    assert yard == pytest.approx([0.75, -2 / 146, -2 / 120, 0, 150])


def test_liquid_assets_hold_bills_and_stock_and_are_a_part_of_the_whole():
    books = FRAMES["books"]  # mill: 20 + 10 of 40 of 100; yard: 0 + 30 of 90 of 120
    for column, at_limit in (("liquid_assets_cny", [100.0, 120.0]), ("receivables_cny", [30.0, 60.0])):
        measure_five_ratios(books.assign(**{column: at_limit}))
        with pytest.raises(ValueError, match="wrong for 1 of 2 accounts, such as yard"):
            measure_five_ratios(books.assign(**{column: [at_limit[0], at_limit[1] + 0.5]}))


def test_the_expected_value_weighs_what_a_win_brings_and_pays_the_rest_anyway():
    """Means: profit 100, stock interest 12, travel 20: 0.5 × 88 − 20."""
    assert forecast_account(PLAN, win_probability=0.5).value == pytest.approx(24)
    assert forecast_account(PLAN, win_probability=0).value == pytest.approx(-20)
    assert find_break_even(PLAN) == pytest.approx(20 / 88)


def test_the_interval_is_that_of_the_sum_of_triangles():
    found = forecast_account(PLAN, win_probability=1.0, draws=50_000)
    rng = np.random.default_rng(9)
    parts = [
        sign * triang((likely - low) / (high - low), low, high - low).rvs(50_000, random_state=rng)
        for sign, low, likely, high in [(1, 60, 90, 150), (-1, 6, 10, 20), (-1, 10, 20, 30)]
    ]
    assert [found.low, found.high] == pytest.approx(np.quantile(sum(parts), [0.025, 0.975]), abs=1)


def test_a_plan_without_doubt_has_no_width():
    sure = PLAN.assign(low=PLAN["likely"], high=PLAN["likely"])
    found = forecast_account(sure, win_probability=0.5)
    assert found.low == found.value == found.high == pytest.approx(0.5 * 80 - 20)


def test_nothing_to_gain_means_no_chance_is_enough():
    costs = PLAN.iloc[[1, 2]]
    assert find_break_even(costs) == float("inf")


def test_corners_in_another_order_are_named():
    mixed = PLAN.assign(low=[95.0, 6.0, 10.0])
    with pytest.raises(
        ValueError, match="1 of 3 items have low, likely and high in another order, such as profit"
    ):
        find_break_even(mixed)
    assert find_break_even(pd.concat([PLAN, PLAN.iloc[[2]]])) == pytest.approx(40 / 88)


def test_the_line_crosses_zero_at_break_even_and_the_dot_marks_the_chance():
    sure = PLAN.assign(low=PLAN["likely"], high=PLAN["likely"])  # 80 if won, 20 in any case
    ax = plot_account(sure, win_probability=0.5)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: probability of winning the account
        y: net value (yuan)
        legend: 95 % of the draws | expected net value | break-even: 25 %
        line 'expected net value' blue -: (0, -20) … (0.5, 20) … (1, 60)
        line blue o: (0.5, 20)
        level black - thin: y = 0
        upright 'break-even: 25 %' orange --: x = 0.25
        area '95 % of the draws' blue: (0, -20) … (0.5, 20) … (1, 60)
    """)
    assert (ax.xaxis.get_major_formatter()(1), ax.yaxis.get_major_formatter()(1000)) == ("100 %", "1,000")
    even = sure.assign(low=[30, 10, 20], likely=[30, 10, 20], high=[30, 10, 20])  # 20 if won: only if certain
    assert "break-even: 100 %" in plot_account(even, win_probability=1).get_legend_handles_labels()[1]
    never = sure.assign(low=[29, 10, 20], likely=[29, 10, 20], high=[29, 10, 20])
    assert len(plot_account(never, win_probability=1).get_legend_handles_labels()[1]) == 2


def test_the_band_holds_95_per_cent_of_the_draws():
    ax = plot_account(PLAN, win_probability=1.0, draws=2_000, seed=5)
    found = forecast_account(PLAN, win_probability=1.0, draws=2_000, seed=5)
    corners = ax.collections[0].get_paths()[0].vertices
    ends = corners[corners[:, 0] == 1.0, 1]
    assert (ends.min(), ends.max()) == pytest.approx((found.low, found.high), abs=0.7)  # between two draws


def test_smaller_gains_move_the_crossing_and_the_title_tells_what_is_expected(monkeypatch):
    live = catch_live(monkeypatch, key_account, lambda: key_account.explore_account(PLAN))
    ax = new_axes()
    live["draw"](ax, percent=50, profit=50)  # gains 50, stock interest 12, travel 20: 0.5 × 38 − 20
    halved = PLAN.assign(**{name: PLAN[name] * [0.5, 1, 1] for name in ("low", "likely", "high")})
    found = forecast_account(halved, win_probability=0.5, draws=1_000)
    assert ax.get_title() == f"expected: −1 yuan (−{-found.low:.0f} to {found.high:.0f})"
    assert "upright 'break-even: 53 %' orange --: x = 0.5263" in describe_figure(ax)
    assert read_sliders(live) == {
        "percent": (0, 100, 30, 1),
        "profit": (50, 150, 100, 5),
    }
    large = PLAN.assign(**{name: 1e6 * PLAN[name] for name in ("low", "likely", "high")})
    live = catch_live(
        monkeypatch, key_account, lambda: key_account.explore_account(large, win_probability=0.6)
    )
    ax = new_axes()
    live["draw"](ax, percent=50, profit=100)
    found = forecast_account(large, win_probability=0.5, draws=1_000)
    assert f"({found.low:,.0f} to {found.high:,.0f})".replace("-", "−") in ax.get_title()
    assert live["controls"]["percent"].start == 60


def test_the_picture_draws_the_same_futures_each_time():
    one, other = (plot_account(PLAN, win_probability=0.5, **seed) for seed in ({}, {"seed": 1}))
    assert describe_figure(one) == describe_figure(other)
    assert describe_figure(one) != describe_figure(plot_account(PLAN, win_probability=0.5, seed=2))
