"""How well a score ranks: pair by pair, by its laws, and with published figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.churn.ranking import find_ranking_error, score_ranking

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
    assert find_ranking_error(found.value, n=51, m=58) == pytest.approx(0.032, abs=1e-3)
    assert found.low == pytest.approx(0.810, abs=1e-3) and found.high == pytest.approx(0.941, abs=1e-3)


def test_the_error_of_two_pairs_by_hand():
    # A = 3/4, Q1 = A / (2 - A) = 0.6, Q2 = 2A² / (1 + A) = 0.642857; two of each kind:
    # (A (1 - A) + (Q1 - A²) + (Q2 - A²)) / 4 = 0.076339, so the error is 0.276296
    assert find_ranking_error(0.75, n=2, m=2) == pytest.approx(0.276296, abs=1e-6)


@pytest.mark.parametrize(("n", "m", "error"), [(3, 1, 0.295804), (1, 3, 0.340692)])
def test_leavers_and_stayers_have_their_own_term(n, m, error):
    # A = 3/4: three leavers √((0.1875 + 2 · (0.6 - 0.5625)) / 3),
    # three stayers √((0.1875 + 2 · (0.642857 - 0.5625)) / 3)
    assert find_ranking_error(0.75, n=n, m=m) == pytest.approx(error, abs=1e-6)


def test_a_perfect_score_of_one_pair_proves_little():
    # with one pair the error is that of one draw, √(A (1 - A)): 1 - A = z² A gives A = 1 / (1 + z²)
    found = score_ranking([2, 1], [True, False])
    assert found.low == pytest.approx(1 / (1 + 1.959964**2), abs=1e-6) and found.high == 1
    wrong = score_ranking([1, 2], [True, False])
    assert wrong.low == 0 and wrong.high == pytest.approx(1 - found.low, abs=1e-6)


def test_one_wrong_pair_moves_the_whole_interval_down():
    gone = [True] * 5 + [False] * 5
    perfect = score_ranking([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], gone)
    almost = score_ranking([10, 9, 8, 7, 5, 6, 4, 3, 2, 1], gone)
    assert almost.value == 0.96 and almost.low < perfect.low < almost.high <= perfect.high == 1


def test_more_confidence_makes_a_wider_interval():
    score, gone = [0.9, 0.4, 0.6, 0.1, 0.3], [True, True, False, False, False]
    wide, narrow = (score_ranking(score, gone, confidence=level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.value == wide.value


def test_nothing_is_ranked_if_all_share_one_fate():
    with pytest.raises(ValueError, match="score_ranking: the facts of all 2 customers are True"):
        score_ranking([1, 2], [True, True])
