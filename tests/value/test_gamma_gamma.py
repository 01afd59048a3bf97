"""Gamma-gamma against published values, the printed formula, and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from crmlib.tables.errors import TableError
from crmlib.value.gamma_gamma import GammaGamma, _make_likelihood, fit_gamma_gamma
from tests.value.calls import SPENDING
from tests.value.test_bg_nbd import load_cdnow


@pytest.fixture(scope="module")
def buyers():
    again = load_cdnow().query("repeat_purchases > 0")
    return again.rename(columns={"repeat_purchases": "purchases"})


def test_the_fit_has_the_published_parameters(buyers):
    model = fit_gamma_gamma(buyers)
    assert model.converged and model.customers == 946
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert all(
        low < one < high
        for low, one, high in zip(model.low, (model.p, model.q, model.v), model.high, strict=True)
    )


def test_likelihood_and_slope_are_those_of_the_printed_formula(buyers):
    x, z = buyers["purchases"].to_numpy(float), buyers["mean_amount_cny"].to_numpy(float)

    def printed(p, q, v):
        start = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(z)
        return float((start + p * x * np.log(x) - (p * x + q) * np.log(x * z + v)).sum())

    parameters = np.array([4.0, 3.0, 20.0])
    height, slope = _make_likelihood(x, z)(parameters)
    assert height == pytest.approx(printed(*parameters), rel=1e-12)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        fall = (printed(*(parameters + step)) - printed(*(parameters - step))) / 2e-5
        assert slope[place] == pytest.approx(fall, rel=1e-4)


def test_the_next_amount_lies_between_her_own_mean_and_that_of_all():
    # p 3, q 5, v 150: all spend 450 / 4 = 112.5; one purchase of 400 → 3 · (150 + 400) / (3 + 4) = 235.71…
    table = pd.DataFrame({"purchases": [1, 20], "mean_amount_cny": [400.0, 400.0]}, index=[7, 8])
    assert SPENDING.mean_amount_cny == 112.5
    assert SPENDING.predict_amount(table).tolist() == pytest.approx([1650 / 7, 3 * 8150 / 64])


def test_without_a_mean_of_all_nothing_is_forecast():
    endless = GammaGamma(3.0, 1.0, 150.0, 0.0, True, 9, (), (), "")
    with pytest.raises(ValueError, match="the mean of all customers has no limit"):
        endless.predict_amount(pd.DataFrame({"purchases": [1], "mean_amount_cny": [5.0]}))


def test_a_fit_that_did_not_converge_forecasts_nothing():
    lost = GammaGamma(3.0, 4.0, 150.0, 0.0, False, 9, (), (), "Did not converge: x.")
    with pytest.raises(ValueError, match=r"No forecast by this model\. Did not converge: x"):
        lost.predict_amount(pd.DataFrame({"purchases": [1], "mean_amount_cny": [5.0]}))


def test_free_purchases_and_equal_amounts_are_refused():
    table = pd.DataFrame({"purchases": [1, 2], "mean_amount_cny": [0.0, 5.0]}, index=[7, 8])
    with pytest.raises(TableError, match=r"1 of 2 rows are wrong \(customer_id 7\)"):
        fit_gamma_gamma(table)
    with pytest.raises(ValueError, match="all mean amounts are alike"):
        fit_gamma_gamma(table.assign(mean_amount_cny=5.0))


def test_the_forecast_is_named_and_keeps_the_customers_of_the_summary():
    table = pd.DataFrame({"purchases": [1, 20], "mean_amount_cny": [400.0, 400.0]}, index=[8, 7])
    found = SPENDING.predict_amount(table)
    assert found.name == "expected_amount_cny" and found.index.tolist() == [8, 7]
