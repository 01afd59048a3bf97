"""The benchmark of the purchase models compares the right things."""

import numpy as np
import pytest

from bench.models import SPENT, TRUE, evaluate_plainly, make_customers
from crmlib.value.bg_nbd import _make_likelihood, _take, fit_bg_nbd
from crmlib.value.gamma_gamma import fit_gamma_gamma


@pytest.fixture(scope="module")
def customers():
    return make_customers(20_000)


def test_the_plain_likelihood_is_the_fitted_one(customers):
    grouped, _ = _make_likelihood(_take(customers, 7)[0])(np.array(list(TRUE.values())))
    assert evaluate_plainly(customers, **TRUE) == pytest.approx(grouped, rel=1e-12)


def test_the_customers_follow_the_numbers_that_they_are_drawn_from(customers):
    for model, true in ((fit_bg_nbd(customers), TRUE), (fit_gamma_gamma(customers), SPENT)):
        assert model.converged
        assert [getattr(model, name) for name in true] == pytest.approx(list(true.values()), rel=0.12)
