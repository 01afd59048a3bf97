"""Visits: their effect is misread between accounts and in time, and right at an equal oil price."""

import numpy as np
import pytest
import statsmodels.api as sm

from tests.simulation.calls import SEEDS, get_accounts, make_panel, simulate_northport


def slope_of_visits(panel, columns, *, within):
    """Coefficient of log(1 + visits) on log tonnes, between all rows or within accounts."""
    data = panel[["log_tonnes", *columns]]
    if within:
        data = data - panel.groupby("customer_id")[["log_tonnes", *columns]].transform("mean")
    return sm.OLS(data["log_tonnes"], sm.add_constant(data[columns])).fit().params["log_visits"]


def test_salespeople_keep_the_visit_plan_in_the_mean_only(each_northport):
    mean = make_panel(each_northport).groupby("segment", observed=True)["visits"].mean()
    assert 1.6 < mean["middle"] < 2.4
    assert 2.4 < mean["key"] < 3.8


def test_without_selection_segment_and_oil_price_say_nothing_about_visits():
    correlations = []
    for seed in SEEDS:
        panel = make_panel(simulate_northport(seed, "no_selection"))
        visits = panel.groupby("segment", observed=True)["visits"].mean()
        assert visits["key"] == pytest.approx(visits["middle"], rel=0.1), seed
        correlations.append(panel["visits"].corr(panel["log_price"]))
    assert np.mean(correlations) == pytest.approx(0, abs=0.03)


def test_visit_effect_is_overstated_between_accounts_understated_in_time_and_right_at_equal_price(
    each_northport,
):
    panel = make_panel(each_northport)
    truth = panel["visit_effect"].mean()
    assert slope_of_visits(panel, ["log_visits"], within=False) > truth + 0.04
    assert slope_of_visits(panel, ["log_visits"], within=True) < truth - 0.05
    at_equal_price = slope_of_visits(panel, ["log_visits", "log_price"], within=True)
    assert at_equal_price == pytest.approx(truth, abs=0.05)


def test_true_visit_elasticity_lies_where_studies_put_it_and_falls_with_the_age_of_the_relationship(
    each_northport,
):
    accounts = get_accounts(each_northport)
    assert 0.25 < accounts["visit_elasticity"].mean() < 0.40
    old = accounts["since_on"] < "2015-01-01"
    assert accounts[old]["visit_effect"].mean() < accounts[~old]["visit_effect"].mean()


def test_weaker_effect_in_older_relationships_shows_in_the_orders(northports):
    slopes = {"old": [], "new": []}
    for firm in northports.values():
        panel = make_panel(firm)
        for name, part in panel.groupby(np.where(panel["since_on"] < "2016-01-01", "old", "new")):
            slopes[name].append(slope_of_visits(part, ["log_visits", "log_price"], within=True))
    assert np.mean(slopes["old"]) < np.mean(slopes["new"])
