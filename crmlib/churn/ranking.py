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

    Area under the curve by ranks (Mann and Whitney), ties count half; interval by Hanley and McNeil (1982).
    score: finite numbers, higher for more at risk. gone: as many true or false. Raises ValueError if the
    lengths differ, a score is missing, or only one of the two groups is there.

    >>> round(score_ranking([0.9, 0.4, 0.6, 0.1], [True, True, False, False]).value, 2)   # 3 of 4 pairs
    0.75
    """
    values, left = read_scores(score, gone, "score_ranking")
    ranks = pd.Series(values).rank().to_numpy()
    n, m = int(left.sum()), int((~left).sum())
    area = float((ranks[left].sum() - n * (n + 1) / 2) / (n * m))
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
    half = quantile(confidence) * float(np.sqrt(max(0.0, spread) / (n * m)))
    return Estimate(area, max(0.0, area - half), min(1.0, area + half), n=n + m)
