"""Kaplan-Meier's curve from counts: of those still watched on a day, how many left (I-01).

The counts are all that the curve needs, whether they come from eight customers or from eight hundred million.
"""

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


def estimate_band(at_risk: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
    """Kaplan-Meier's survival with its 95 % limits (log-log), before the first day and after each one.

    at_risk, left: how many were still watched on a day, and how many of them left on it. Returns survival,
    low and high, a row each. The limits do not exist before the first and after the last leaver; there they
    are the curve.

    >>> estimate_band(np.array([4, 2]), np.array([1, 0])).round(2)
    array([[1.  , 0.75, 0.75],
           [1.  , 0.13, 0.13],
           [1.  , 0.96, 0.96]])
    """
    survival = np.append(1.0, np.cumprod((at_risk - left) / at_risk))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.append(0.0, np.cumsum(left / (at_risk * (at_risk - left).astype(float))))
        error = Z95 * np.sqrt(spread) / np.abs(np.log(survival))
        limits = survival ** np.exp([error, -error])
    return np.vstack([survival, np.where(np.isnan(limits), survival, limits)])
