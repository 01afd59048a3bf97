"""Who counts as satisfied (H-01): four and five of five, among those who gave a score."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.customers.surveys import estimate_satisfied


@pytest.mark.parametrize(("score", "share"), [(1, 0), (3, 0), (4, 1), (5, 1)])
def test_from_four_of_five_on_a_customer_is_satisfied(score, share):
    assert estimate_satisfied(pd.Series([score])).value == share


def test_the_share_rests_on_the_given_scores():
    top = estimate_satisfied(pd.Series([5, 4, 3, 1], dtype="Int64"))
    assert (top.value, top.n, top.unit) == (0.5, 4, "%")


def test_a_missing_score_is_not_counted_as_dissatisfied():
    with pytest.raises(ValueError, match="scores: 1 of 3 values are wrong"):
        estimate_satisfied(pd.Series([5, 4, None], dtype="Int64"))
    with pytest.raises(ValueError, match="expected given scores from 1 to 5, one a customer, found 0"):
        estimate_satisfied(pd.Series([], dtype="Int64"))
