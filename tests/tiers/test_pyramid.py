"""Two per cent up: by hand, and against drawing the movers again and again (F-18, N-04, N-05)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.tables.errors import TableError
from crmlib.tiers import pyramid
from crmlib.tiers.abc import assign_curry_levels
from crmlib.tiers.pyramid import simulate_upgrade
from tests.pictures import catch_live, describe_figure, lines_of

SALES = pd.Series(np.random.default_rng(4).lognormal(5, 1.3, 500), index=range(1, 501))


def test_the_change_and_its_interval_are_those_of_many_lots():
    levels = assign_curry_levels(SALES)
    found = simulate_upgrade(levels, SALES, moved_share=0.4).set_index("of")
    means = SALES.groupby(levels, observed=True).mean()
    next_up = levels.astype(str).map(means.shift(1).set_axis(means.index.astype(str)).to_dict())
    below = (next_up - SALES).dropna().to_numpy()
    rng = np.random.default_rng(5)
    totals = [rng.choice(below, size=200, replace=False).sum() / SALES.sum() for _ in range(4000)]
    assert found.loc["sales", "change"] == pytest.approx(np.mean(totals), rel=0.02)
    half = 1.96 * np.std(totals)
    assert found.loc["sales", "high"] - found.loc["sales", "change"] == pytest.approx(half, rel=0.05)


def test_fixed_cost_of_four_fifths_makes_five_times_the_change():
    found = simulate_upgrade(assign_curry_levels(SALES), SALES).set_index("of")["change"]
    assert found["profit"] == pytest.approx(5 * found["sales"])
    without = simulate_upgrade(assign_curry_levels(SALES), SALES, fixed_share=0.0).set_index("of")["change"]
    assert without["profit"] == pytest.approx(without["sales"])


def test_what_moving_costs_is_taken_from_profit_and_not_from_sales():
    free = simulate_upgrade(assign_curry_levels(SALES), SALES).set_index("of")
    paid = simulate_upgrade(assign_curry_levels(SALES), SALES, cost_each_cny=100).set_index("of")
    assert paid.loc["sales", "after_cny"] == free.loc["sales", "after_cny"]
    assert free.loc["profit", "after_cny"] - paid.loc["profit", "after_cny"] == pytest.approx(10 * 100)


def test_one_level_alone_and_more_movers_than_there_are_customers_are_refused():
    one = pd.Series(["large", "large"], index=[1, 2])
    with pytest.raises(TableError, match="levels: 1 level with sales"):
        simulate_upgrade(one, pd.Series([1.0, 2.0], index=[1, 2]))
    levels = pd.Series(pd.Categorical(["top", "low"], ["top", "low"], ordered=True), index=[1, 2])
    with pytest.raises(TableError, match="levels: 2 level with sales"):
        simulate_upgrade(levels, pd.Series([2.0, -2.0], index=[1, 2]))
    assert (
        simulate_upgrade(levels, pd.Series([0.5, 0.1], index=[1, 2]), moved_share=0.5)["change"].iloc[0] > 0
    )
    with pytest.raises(ValueError, match="2 customers, but only 1 stand below"):
        simulate_upgrade(levels, pd.Series([5.0, 2.0], index=[1, 2]), moved_share=1.0)
    with pytest.raises(ValueError, match="without a profit there is no change"):
        simulate_upgrade(levels, pd.Series([5.0, 2.0], index=[1, 2]), fixed_share=1.0)


def test_the_bars_their_intervals_and_the_claim_are_those_of_a_hand(monkeypatch):
    levels = pd.Series(pd.Categorical(["top", "low", "low"], ["top", "low"], ordered=True), index=[1, 2, 3])
    sales = pd.Series([60.0, 30.0, 10.0], index=[1, 2, 3])
    live = catch_live(monkeypatch, pyramid, lambda: pyramid.explore_upgrade(levels, sales))
    ax = new_axes()
    live["draw"](ax, moved=300, fixed=50, cost=10)
    # one of two moves and gains 30 or 50, on average 40 ± 1.96 × 14.14 × √½; 30 % of it less 10 is left
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: 30 % of the customers move up one level
        x: yearly total of the firm
        x ticks at 0, 1, 2: sales | contribution | profit
        y: change (share)
        bars sky/blue/navy: 0: 0 to 0.4, 1: 0 to 0.06667, 2: 0 to 0.1333
        line orange x: (0, 0.1) (2, 0.5)
        level black - thin: y = 0
        spans black: (0, 0.204) to (0, 0.596), (1, -0.1293) to (1, 0.2627), (2, -0.2587) to (2, 0.5253)
        texts black (left, center): (0.33, 0.4) +40 %, (1.33, 0.06667) +7 %, (2.33, 0.1333) +13 %
    """)
    assert [bar.get_width() for bar in ax.patches] == [0.6] * 3, "the numbers stand beside the bars"
    assert ax.get_ylim() == pytest.approx((-0.2587 * 1.1, 0.596 * 1.1), abs=1e-3)
    assert (ax.get_xlim(), ax.yaxis.get_major_formatter()(1)) == ((-0.5, 2.8), "100 %")
    sliders = live["controls"].values()
    assert [(one.low, one.high, one.start, one.step) for one in sliders] == [
        (5, 100, 20, 5),
        (0, 95, 80, 5),
        (0, 1000, 0, 50),
    ]
    ax = new_axes()
    live["draw"](ax, moved=300, fixed=0, cost=100)  # contribution falls by 88 of 30
    assert [text.get_text() for text in ax.texts] == ["+40 %", "−293 %", "−293 %"]


def test_plain_words_are_ordered_by_the_alphabet_and_customers_without_sales_do_not_count():
    levels = pd.Series(["a", "b", "b", "c", "a"], index=[1, 2, 3, 4, 5])
    sales = pd.Series([60.0, 30.0, 10.0], index=[1, 2, 3])
    found = simulate_upgrade(levels, sales, moved_share=0.67, contribution_share=0.4, fixed_share=0.5)
    assert found["before_cny"].tolist() == pytest.approx([100, 40, 20])
    assert found["after_cny"].tolist() == pytest.approx([180, 72, 52])  # both move: no lot, no interval
    assert found["low"].tolist() == found["high"].tolist() == pytest.approx([0.8, 0.8, 1.6])


def test_of_one_customer_below_the_top_no_lot_is_drawn_and_the_sum_afterwards_is_that_of_the_change():
    levels = pd.Series(pd.Categorical(["large", "small"], ["large", "small"], ordered=True), index=[1, 2])
    found = simulate_upgrade(levels, pd.Series([60.0, 20.0], index=[1, 2]), moved_share=0.5)
    assert found["change"].tolist() == found["low"].tolist() == found["high"].tolist()
    three = pd.Series(pd.Categorical([*"abb"], [*"ab"], ordered=True), index=[1, 2, 3])
    found = simulate_upgrade(three, pd.Series([60.0, 10.0, 30.0], index=[1, 2, 3]), moved_share=0.34)
    assert found["low"].lt(found["change"]).all()
    assert found["after_cny"].iloc[0] == pytest.approx(100 + 40)  # 50 or 30 more, by lot
