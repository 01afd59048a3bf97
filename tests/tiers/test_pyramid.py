"""Two per cent up: by hand, and against drawing the movers again and again (F-18, N-04, N-05)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.errors import TableError
from crmlib.tiers.abc import assign_curry_levels
from crmlib.tiers.pyramid import simulate_upgrade

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
    with pytest.raises(ValueError, match="2 customers, but only 1 stand below"):
        simulate_upgrade(levels, pd.Series([5.0, 2.0], index=[1, 2]), moved_share=1.0)
    with pytest.raises(ValueError, match="without a profit there is no change"):
        simulate_upgrade(levels, pd.Series([5.0, 2.0], index=[1, 2]), fixed_share=1.0)
