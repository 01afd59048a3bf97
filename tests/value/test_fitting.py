"""The climb to the top of a likelihood: found, watched, or honestly missed."""

import numpy as np
import pytest

from crmlib.value.fitting import climb, find_errors, find_limits


def hill(parameters):
    """Highest at 3 and 5, as sharp as 200 and 50 in logarithms."""
    away = np.log(parameters) - np.log([3.0, 5.0])
    return -float(np.array([100, 25]) @ away**2), -np.array([200, 50]) * away / parameters


def test_the_top_and_its_errors_are_found():
    top = climb(hill, (1.0, 1.0), customers=10)
    assert top.converged and top.parameters == pytest.approx((3, 5), rel=1e-4) and top.said == "Converged."
    assert top.errors == pytest.approx((1 / np.sqrt(200), 1 / np.sqrt(50)), rel=1e-3)
    assert top.log_likelihood == pytest.approx(0, abs=1e-5)


def test_a_slope_without_end_is_no_top():
    top = climb(lambda p: (float(np.log(p[0])), 1 / p), (1.0,), customers=1)
    assert not top.converged and "ran away" in top.said


def test_a_ridge_has_no_errors_and_is_no_top():
    def ridge(p):
        away = np.log(p[0]) - np.log(p[1])
        return -(away**2), np.array([-2 * away / p[0], 2 * away / p[1]])

    assert not climb(ridge, (1.0, 2.0), customers=1).converged
    assert not np.isfinite(find_errors(ridge, (1.0, 1.0))).all() or find_errors(ridge, (1.0, 1.0)).max() > 100


def test_limits_lie_1_96_errors_of_the_logarithm_away_and_are_missing_without_a_top():
    low, high = find_limits(climb(hill, (1.0, 1.0), customers=10))
    away = np.exp(1.96 / np.sqrt([200, 50]))
    assert low == pytest.approx(np.array([3, 5]) / away, rel=2e-4)
    assert high == pytest.approx(np.array([3, 5]) * away, rel=2e-4)
    lost = climb(lambda p: (float(np.log(p[0])), 1 / p), (1.0,), customers=1)
    assert np.isnan(find_limits(lost)).all()


def test_where_a_saddle_lies_flat_along_the_axes_there_are_no_errors():
    saddle = lambda p: (0.0, np.array([-np.log(p[1]) / p[0], -np.log(p[0]) / p[1]]))  # noqa: E731
    assert np.isnan(find_errors(saddle, (1.0, 1.0))).all()
