"""Satisfaction scores: the hand examples of chapter 4, and laws that hold for all answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from crmlib.charts.style import COLOURS
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.scores import (
    estimate_share_by_customer,
    plot_score_distribution,
    score_recommendation,
    score_top_two,
)
from tests.pictures import read_texts


def answer(**scores):
    """Answers of customers 1, 2, …, one of each."""
    frame = pd.DataFrame(scores)
    return frame.assign(customer_id=range(1, len(frame) + 1))


def test_top_two_counts_fours_and_fives_and_leaves_out_who_did_not_answer():
    share = score_top_two(answer(satisfaction=[5, 5, 4, 4, 3, 2, None]))
    assert (share.value, share.n) == (4 / 6, 6)


def test_trust_and_intention_are_scored_like_satisfaction():
    answers = answer(satisfaction=[1, 1], trust=[4, 1], intention=[5, 4])
    assert score_top_two(answers, column="trust").value == 0.5
    assert score_top_two(answers, column="intention").value == 1


def test_six_answers_can_be_mostly_satisfied_and_a_draw_at_once():
    # the hand example of chapter 4: two promoters, two passive, two detractors
    assert score_recommendation(answer(recommend=[10, 9, 8, 7, 6, 3])).value == 0


@pytest.mark.parametrize(("score", "value"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_the_recommendation_score_draws_its_lines_at_nine_and_six(score, value):
    assert score_recommendation(answer(recommend=[score, score])).value == value


def test_scores_of_nobody_are_refused():
    with pytest.raises(ValueError, match=r"surveys\.satisfaction: nobody answered \(2 invitations\)"):
        score_top_two(answer(satisfaction=[np.nan, np.nan]))


def test_recommendations_of_one_customer_alone_are_refused():
    answers = answer(recommend=[9, 2, None]).assign(customer_id=[7, 7, 8])
    with pytest.raises(ValueError, match=r"surveys\.recommend: one customer alone has no interval"):
        score_recommendation(answers)


def test_who_answers_once_has_the_interval_of_wilson():
    hits = pd.Series([True] * 8 + [False] * 2)
    assert estimate_share_by_customer(hits, pd.Series(range(10))) == estimate_share(8, 10)


def test_answers_that_repeat_each_customers_own_say_no_more_than_one_each():
    # 40 customers answer four times, always alike: the interval of 40 answers, up to the small sample
    customers = pd.Series(np.repeat(np.arange(40), 4))
    hits = customers % 4 == 0
    once, repeated = estimate_share(10, 40), estimate_share_by_customer(hits, customers)
    assert (repeated.value, repeated.n) == (0.25, 40)
    assert repeated.high - repeated.low == pytest.approx(once.high - once.low, rel=0.05)


def test_the_spread_over_customers_is_that_of_the_ratio_of_totals():
    # two answers of customer 1 (both hits), one of 2 (none), one of 3 (a hit): p = 3/4, by hand
    # v = ((2 − 1.5)² + (0 − 0.75)² + (1 − 0.75)²) · 3/2 / 4² = 0.08203; alone 0.75 · 0.25 / 3 = 0.0625
    share = estimate_share_by_customer(pd.Series([True, True, False, True]), pd.Series([1, 1, 2, 3]))
    wilson, wider = estimate_share(3, 4), (0.08203125 / 0.0625) ** 0.5
    assert share.low == pytest.approx(0.75 - wider * (0.75 - wilson.low))
    assert share.high == min(1.0, 0.75 + wider * (wilson.high - 0.75))


@pytest.mark.parametrize(("hit", "count"), [(True, 3), (False, 0)])
def test_where_all_answers_are_alike_each_customer_counts_once(hit, count):
    share = estimate_share_by_customer(pd.Series([hit] * 6), pd.Series([1, 1, 2, 2, 3, 3]))
    assert share == estimate_share(count, 3)


def test_two_answers_of_one_customer_leave_the_share_open():
    share = estimate_share_by_customer(pd.Series([True, False]), pd.Series([7, 7]))
    assert (share.value, share.low, share.high, share.n) == (0.5, 0.0, 1.0, 1)


def test_members_who_answer_often_make_the_interval_of_the_firm_wider(firm):
    share, scores = score_top_two(firm.surveys), firm.surveys["satisfaction"].dropna()
    naive = estimate_share(int((scores >= 4).sum()), len(scores))
    assert share.value == naive.value and share.n < naive.n
    assert 1.1 < (share.high - share.low) / (naive.high - naive.low) < 1.4


def test_the_bars_show_the_share_of_each_score_with_its_interval_also_of_those_that_nobody_gave():
    ax = plot_score_distribution(answer(satisfaction=[5, 5, 4, 2, None]))
    assert [bar.get_height() for bar in ax.patches] == [0, 25, 0, 25, 50]
    colours = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours == [COLOURS["dissatisfied"].lower()] * 3 + [COLOURS["satisfied"].lower()] * 2
    assert ax.get_title() == f"4 or 5 was given by {estimate_share(3, 4)}"
    (bars,) = (part for part in ax.collections if len(part.get_segments()) == 5)
    limits = [100 * getattr(estimate_share(2, 4), end) for end in ("low", "high")]
    assert bars.get_segments()[4][:, 1] == pytest.approx(limits)
    assert [(text, round(height)) for text, _, height in read_texts(ax)] == [
        (f"{share} %", round(100 * estimate_share(share // 25, 4).high)) for share in (0, 25, 0, 25, 50)
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("satisfaction (score from 1 to 5)", "share of answers (%)")
    assert ax.get_ylim() == (0, pytest.approx(1.12 * limits[1]))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_top_two_and_the_rest_share_all_answers(scores):
    rest = sum(score < 4 for score in scores) / len(scores)
    assert score_top_two(answer(satisfaction=scores)).value + rest == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(3, 9)), min_size=1, max_size=60))
def test_the_recommendation_score_stays_between_minus_100_and_100(answers):
    frame = pd.DataFrame([(10, 1), (0, 2), *answers], columns=["recommend", "customer_id"])
    score = score_recommendation(frame)
    assert -100 <= score.low <= score.value <= score.high <= 100


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1, max_size=60))
def test_an_interval_by_customer_holds_its_share_and_stays_between_nothing_and_all(answers):
    hits, customers = (pd.Series(column) for column in zip(*answers, strict=True))
    share = estimate_share_by_customer(hits, customers)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high


def test_two_customers_suffice_for_the_spread_over_customers():
    # one with two hits, one with two misses: v = ((2 − 1)² + (0 − 1)²) · 2 / 4² = 1/4; alone 1/4 / 3
    share = estimate_share_by_customer(pd.Series([True, True, False, False]), pd.Series([1, 1, 2, 2]))
    wilson = estimate_share(2, 4)
    assert share.low == pytest.approx(max(0.0, 0.5 - 3**0.5 * (0.5 - wilson.low)))
