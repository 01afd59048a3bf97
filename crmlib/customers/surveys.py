"""What a score says: from 4 of 5 on a customer counts as satisfied ("top two", H-01)."""

from __future__ import annotations

import pandas as pd

from crmlib.estimates.estimate import Estimate, estimate_share

SATISFIED_FROM = 4


def estimate_satisfied(scores: pd.Series) -> Estimate:
    """The share of 4 and 5 among given scores from 1 to 5, with its interval; missing ones must be left out.

    >>> estimate_satisfied(pd.Series([5, 4, 3, 2])).value
    0.5
    """
    return estimate_share(int((scores >= SATISFIED_FROM).sum()), len(scores))
