"""What a score says: from 4 of 5 on a customer counts as satisfied ("top two", H-01)."""

from __future__ import annotations

import pandas as pd

from crmlib.estimates.estimate import Estimate, estimate_share
from crmlib.tables.options import read_numbers

SATISFIED_FROM = 4


def estimate_satisfied(scores: pd.Series) -> Estimate:
    """The share of 4 and 5 among given scores from 1 to 5, with its interval.

    Raises ValueError for missing scores, which would count as dissatisfied, and for scores outside 1 to 5.

    >>> estimate_satisfied(pd.Series([5, 4, 3, 2])).value
    0.5
    """
    given = read_numbers(scores, "scores", "given scores from 1 to 5", limits="1..5")
    return estimate_share(int((given >= SATISFIED_FROM).sum()), len(given))
