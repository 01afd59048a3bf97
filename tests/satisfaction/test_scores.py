"""Satisfaction scores: the hand examples of chapter 4, and laws that hold for all answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from crmlib.charts.style import COLOURS
from crmlib.satisfaction.scores import plot_score_distribution, score_recommendation, score_top_two


def test_top_two_counts_fours_and_fives_and_leaves_out_who_did_not_answer():
    scores = pd.DataFrame({"satisfaction": [5, 5, 4, 4, 3, 2, None]})
    share = score_top_two(scores)
    assert (share.value, share.n) == (4 / 6, 6)


def test_trust_and_intention_are_scored_like_satisfaction():
    answers = pd.DataFrame({"satisfaction": [1, 1], "trust": [4, 1], "intention": [5, 4]})
    assert score_top_two(answers, column="trust").value == 0.5
    assert score_top_two(answers, column="intention").value == 1


def test_six_answers_can_be_mostly_satisfied_and_a_draw_at_once():
    # the hand example of chapter 4: two promoters, two passive, two detractors
    assert score_recommendation(pd.DataFrame({"recommend": [10, 9, 8, 7, 6, 3]})).value == 0


@pytest.mark.parametrize(("score", "value"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_the_recommendation_score_draws_its_lines_at_nine_and_six(score, value):
    assert score_recommendation(pd.DataFrame({"recommend": [score, score]})).value == value


def test_scores_of_nobody_are_refused():
    with pytest.raises(ValueError, match=r"surveys\.satisfaction: nobody answered \(2 invitations\)"):
        score_top_two(pd.DataFrame({"satisfaction": [np.nan, np.nan]}))


def test_one_recommendation_alone_is_refused():
    with pytest.raises(ValueError, match=r"surveys\.recommend: one answer alone has no interval"):
        score_recommendation(pd.DataFrame({"recommend": [9, None]}))


def test_the_bars_show_the_share_of_each_score_also_of_those_that_nobody_gave():
    ax = plot_score_distribution(pd.DataFrame({"satisfaction": [5, 5, 4, 2, None]}))
    assert [bar.get_height() for bar in ax.patches] == [0, 25, 0, 25, 50]
    colours = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours == [COLOURS["dissatisfied"].lower()] * 3 + [COLOURS["satisfied"].lower()] * 2
    assert ax.get_title().startswith("4 or 5: 75 %")


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_top_two_and_the_rest_share_all_answers(scores):
    frame = pd.DataFrame({"satisfaction": scores})
    rest = sum(score < 4 for score in scores) / len(scores)
    assert score_top_two(frame).value + rest == pytest.approx(1)


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_the_recommendation_score_stays_between_minus_100_and_100(scores):
    score = score_recommendation(pd.DataFrame({"recommend": scores}))
    assert -100 <= score.low <= score.value <= score.high <= 100
