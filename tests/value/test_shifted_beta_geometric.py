"""The shifted beta geometric model against published values, and against sums written out."""

import numpy as np
import pytest

from crmlib.value.shifted_beta_geometric import (
    ShiftedBetaGeometric,
    _make_likelihood,
    fit_shifted_beta_geometric,
)
from tests.value.calls import HIGH_END


@pytest.fixture(scope="module")
def published():
    return fit_shifted_beta_geometric(HIGH_END)


def test_the_fit_has_the_published_parameters_and_forecast(published):
    assert published.converged
    assert (published.alpha, published.beta) == pytest.approx((0.668, 3.806), abs=0.001)
    later = 100 * published.predict_survival(periods=12)[8:]
    assert later == pytest.approx([46.0, 43.6, 41.4, 39.5, 37.8], abs=0.05)


def test_counts_give_the_parameters_of_per_cent(published):
    counted = fit_shifted_beta_geometric([round(20 * share) for share in HIGH_END])
    assert (counted.alpha, counted.beta) == pytest.approx((published.alpha, published.beta), rel=1e-3)


def test_survival_is_the_product_of_retention(published):
    retention = published.predict_retention(periods=5)
    assert (np.diff(retention) > 0).all()
    assert np.cumprod(retention) == pytest.approx(published.predict_survival(periods=5)[1:])
    # by hand: of alpha 1 and beta 2 one third leaves at first, then a quarter, then a fifth
    model = ShiftedBetaGeometric(1.0, 2.0, 0.0, True, 9, "")
    assert model.predict_retention(periods=3).tolist() == pytest.approx([2 / 3, 3 / 4, 4 / 5])


def test_the_multiple_is_the_discounted_sum(published):
    years = np.arange(5_001)
    total = (published.predict_survival(periods=5_000) / 1.1**years).sum()
    assert published.predict_multiple(discount_share=0.10) == pytest.approx(total)
    # where all customers are alike it is 1 + r / (1 + i − r): r 0.75 gives 1.1 / 0.35
    alike = ShiftedBetaGeometric(2_500.0, 7_500.0, 0.0, True, 9, "")
    assert alike.predict_multiple(discount_share=0.10) == pytest.approx(1.1 / 0.35, rel=1e-3)


def test_likelihood_and_slope_are_those_of_the_recursion():
    there = np.array([50.0, 30.0, 24.0, 20.0])

    def recursion(alpha, beta):
        leave = [alpha / (alpha + beta)]
        for t in (2, 3):
            leave.append(leave[-1] * (beta + t - 2) / (alpha + beta + t - 1))
        return -np.diff(there) @ np.log(leave) + there[-1] * np.log(1 - sum(leave))

    height, slope = _make_likelihood(there)(np.array([0.8, 1.7]))
    assert height == pytest.approx(recursion(0.8, 1.7))
    numeric = [
        (recursion(0.8 + 1e-6, 1.7) - recursion(0.8 - 1e-6, 1.7)) / 2e-6,
        (recursion(0.8, 1.7 + 1e-6) - recursion(0.8, 1.7 - 1e-6)) / 2e-6,
    ]
    assert slope == pytest.approx(numeric, rel=1e-6)


def test_a_loss_that_never_slows_down_does_not_converge_and_forecasts_nothing():
    model = fit_shifted_beta_geometric([1000, 900, 700, 400])
    assert not model.converged and "ran away" in model.said
    for forecast in (model.predict_survival, model.predict_retention):
        with pytest.raises(ValueError, match="No forecast by this model"):
            forecast(periods=3)
