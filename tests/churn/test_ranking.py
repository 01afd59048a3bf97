"""How well a score ranks: pair by pair, by its laws, and with published figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.churn.ranking import score_ranking

FATES = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=3, max_size=40).filter(
    lambda people: 0 < sum(gone for _, gone in people) < len(people)
)


@settings(max_examples=40, deadline=None)
@given(FATES)
def test_the_ranking_is_the_share_of_pairs_put_right_with_ties_as_half(people):
    score, gone = np.array([s for s, _ in people]), np.array([g for _, g in people])
    pairs = np.sign(score[gone][:, None] - score[~gone][None, :])
    found = score_ranking(score, gone)
    assert found.value == pytest.approx(((pairs + 1) / 2).mean())
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert score_ranking(-score, gone).value == pytest.approx(1 - found.value)


@pytest.mark.parametrize(("score", "area"), [([3, 2, 1], 1), ([1, 1, 1], 0.5), ([1, 2, 2], 0)])
def test_a_perfect_an_empty_and_a_reversed_score(score, area):
    assert score_ranking(score, [True, False, False]).value == area


def test_area_and_error_of_hanley_and_mcneil():
    # 1982, table I: ratings of 58 normal and 51 abnormal pictures; area 0.893, standard error 0.032
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    ratings = np.r_[np.repeat(range(5), normal), np.repeat(range(5), abnormal)]
    found = score_ranking(ratings, [False] * 58 + [True] * 51)
    assert found.value == pytest.approx(0.893, abs=5e-4) and found.n == 109
    assert (found.value - found.low) / 1.96 == pytest.approx(0.032, abs=1e-3)


def test_the_error_of_two_pairs_by_hand():
    # A = 3/4, Q1 = A / (2 - A) = 0.6, Q2 = 2A² / (1 + A) = 0.642857; two of each kind:
    # (A (1 - A) + (Q1 - A²) + (Q2 - A²)) / 4 = 0.076339, so the error is 0.276296
    found = score_ranking([0.9, 0.4, 0.6, 0.1], [True, True, False, False])
    assert found.low == pytest.approx(0.75 - 1.959964 * 0.276296, abs=1e-5) and found.high == 1


def test_more_confidence_makes_a_wider_interval():
    score, gone = [0.9, 0.4, 0.6, 0.1, 0.3], [True, True, False, False, False]
    wide, narrow = (score_ranking(score, gone, confidence=level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.value == wide.value


def test_nothing_is_ranked_if_all_share_one_fate():
    with pytest.raises(ValueError, match="score_ranking: the facts of all 2 customers are True"):
        score_ranking([1, 2], [True, True])
