"""Estimates: how sure we are.

estimate           Estimates with the interval that belongs to them.
"""

from crmlib.estimates.estimate import (
    Estimate,
    estimate_difference,
    estimate_mean,
    estimate_ratio,
    estimate_share,
)

__all__ = [
    "Estimate",
    "estimate_difference",
    "estimate_mean",
    "estimate_ratio",
    "estimate_share",
]
