"""Estimates: how sure we are of a number, and how good a forecast is. Every chapter uses them.

estimate    How sure are we of a share, a mean, a difference? Each comes with its interval.
forecasts   How good is a forecast: does it mean what it says, and whom does it reach first?
logistic    What goes with a yes or a no, other things equal? The one logistic regression of the course.
"""

from crmlib.estimates.estimate import (
    Estimate,
    estimate_difference,
    estimate_mean,
    estimate_ratio,
    estimate_share,
)
from crmlib.estimates.forecasts import measure_calibration, measure_lift, plot_calibration, plot_lift

__all__ = [
    "Estimate",
    "estimate_difference",
    "estimate_mean",
    "estimate_ratio",
    "estimate_share",
    "measure_calibration",
    "measure_lift",
    "plot_calibration",
    "plot_lift",
]
