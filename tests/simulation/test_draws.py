"""Shares and log odds undo each other; levels are drawn with their shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.simulation.draws import draw_levels, log_odds, to_share


@given(share=st.floats(0.001, 0.999))
def test_log_odds_and_share_undo_each_other(share):
    assert to_share(log_odds(np.array([share])))[0] == pytest.approx(share)


def test_log_odds_of_never_and_always_are_finite_and_opposite():
    never, always = log_odds(np.array([0.0, 1.0]))
    assert never == pytest.approx(-always) == pytest.approx(-13.8, abs=0.1)


@given(level=st.integers(0, 3), seed=st.integers(0, 100))
def test_a_level_with_the_whole_share_is_always_drawn(level, seed):
    shares = np.tile(np.eye(4)[level], (20, 1))
    assert (draw_levels(shares, np.random.default_rng(seed)) == level).all()


def test_levels_are_drawn_with_their_shares_though_these_do_not_sum_to_one():
    drawn = draw_levels(np.tile([1.0, 0.0, 3.0], (40_000, 1)), np.random.default_rng(1))
    assert np.bincount(drawn) / len(drawn) == pytest.approx([0.25, 0.0, 0.75], abs=0.01)
