"""How well a score puts those who leave before those who stay (I-04).

Asked of customers whose fate is known and whom the model has not seen. Whom a score reaches first, and
whether its probabilities mean what they say, is asked of every forecast in `estimates.forecasts`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.estimates.estimate import Estimate, quantile
from crmlib.estimates.forecasts import read_scores


def score_ranking(score: ArrayLike, gone: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """How well a score ranks: chance that one who left scores higher than one who stayed (0.5: a coin).

    Area under the curve by ranks (Mann and Whitney), ties count half. The interval holds every area A that is
    at most z · error(A) away, with the error by Hanley and McNeil (1982) at A itself; so it has a width where
    all pairs are right, too. score: finite numbers, higher for more at risk. gone: as many true or false.
    Raises ValueError if the lengths differ, a score is missing, or only one of the two groups is there.

    >>> score_ranking([0.9, 0.4, 0.6, 0.1], [True, True, False, False]).value   # 3 of 4 pairs
    0.75
    >>> round(score_ranking([0.9, 0.1], [True, False]).low, 2)     # one pair of one proves little
    0.21
    """
    values, left = read_scores(score, gone, "score_ranking")
    ranks = pd.Series(values).rank().to_numpy()
    n, m = int(left.sum()), int((~left).sum())
    area = float((ranks[left].sum() - n * (n + 1) / 2) / (n * m))
    z = quantile(confidence)
    low, high = (_find_limit(area, edge, z, n, m) for edge in (0.0, 1.0))
    return Estimate(area, low, high, n=n + m)


def find_ranking_error(area: float, n: int, m: int) -> float:
    """Standard error of an area that n leavers and m stayers show (Hanley and McNeil 1982).

    √((A(1−A) + (n−1)(Q₁−A²) + (m−1)(Q₂−A²)) / nm), with Q₁ = A / (2−A) for two leavers and one stayer and
    Q₂ = 2A² / (1+A) for one leaver and two stayers.
    """
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
    return float(np.sqrt(max(0.0, spread) / (n * m)))


def _find_limit(area: float, edge: float, z: float, n: int, m: int) -> float:
    """The area between this one and an edge that is just z errors away, by halving the distance."""
    inside, outside = area, edge
    for _ in range(60):
        middle = (inside + outside) / 2
        if abs(area - middle) <= z * find_ranking_error(middle, n, m):
            inside = middle
        else:
            outside = middle
    return inside
