"""Satisfaction scores and who answers: the hand examples of chapter 4 and the committed firm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.satisfaction.response import compare_respondents_with_all, complete_surveys, describe_response
from crmlib.satisfaction.scores import score_recommendation, score_top_two


def test_top_two_counts_fours_and_fives_and_leaves_out_who_did_not_answer():
    scores = pd.DataFrame({"satisfaction": [5, 5, 4, 4, 3, 2, None]})
    share = score_top_two(scores)
    assert (round(share.value, 2), share.n) == (0.67, 6)


def test_six_answers_can_be_mostly_satisfied_and_a_draw_at_once():
    # the hand example of chapter 4: two promoters, two passive, two detractors
    assert score_recommendation(pd.DataFrame({"recommend": [10, 9, 8, 7, 6, 3]})).value == 0


@pytest.mark.parametrize(("score", "value"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_the_recommendation_score_draws_its_lines_at_nine_and_six(score, value):
    assert score_recommendation(pd.DataFrame({"recommend": [score, score]})).value == value


def test_scores_of_nobody_are_refused():
    with pytest.raises(ValueError, match=r"surveys\.satisfaction: nobody answered \(2 invitations\)"):
        score_top_two(pd.DataFrame({"satisfaction": [np.nan, np.nan]}))


def test_a_column_without_scores_from_one_to_five_is_refused():
    with pytest.raises(ValueError, match="column is 'recommend', expected satisfaction, trust or intention"):
        score_top_two(pd.DataFrame({"recommend": [9]}), column="recommend")


def test_the_response_is_counted_by_purchases_before_the_invitation_only():
    invited = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "invited_on": pd.to_datetime(["2025-07-01", "2025-07-01"]),
            "answered_on": pd.to_datetime(["2025-07-05", None]),
        }
    )
    # customer 1 bought twice before the invitation; customer 2 on the day itself and long ago
    bought = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, 2],
            "purchased_at": pd.to_datetime(
                ["2025-06-30 20:00", "2025-02-01 10:00", "2025-07-01 09:00", "2024-12-01 10:00"]
            ),
        }
    )
    table = describe_response(invited, bought).set_index("purchases_before")
    assert table["invited"].to_dict() == {"none": 1, "2 to 3": 1}
    assert table["answered"].to_dict() == {"none": 0, "2 to 3": 1}


def test_days_below_one_are_refused(firm):
    with pytest.raises(ValueError, match="days is 0, expected at least 1"):
        describe_response(firm.surveys, firm.receipts, days=0)


def test_truth_of_other_invitations_is_refused():
    invited = pd.DataFrame({"survey_id": [1], "answered_on": [pd.NaT]}).astype(
        {"answered_on": "datetime64[us]"}
    )
    truth = pd.DataFrame({"survey_id": [2], "satisfaction": [4], "recommend": [8], "still_customer": [True]})
    with pytest.raises(ValueError, match=r"surveys has 1 invitations, truth\.surveys 1, 0 are in both"):
        compare_respondents_with_all(invited, truth)


def test_the_firm_flatters_itself_because_happy_customers_answer(firm):
    groups = compare_respondents_with_all(firm.surveys, load_truth("surveys")).set_index("group")
    answered, everybody = groups.loc["answered"], groups.loc["all invited"]
    assert answered["low"] > everybody["top_two_share"]
    assert answered["recommendation"] > everybody["recommendation"]


def test_who_buys_more_answers_more(firm):
    table = describe_response(firm.surveys, firm.receipts)
    assert table["invited"].sum() == len(firm.surveys)
    assert table["answered"].sum() == firm.surveys["answered_on"].notna().sum()
    assert table["high"].iloc[0] < table["low"].iloc[-1]


def test_the_completed_survey_holds_the_answers_that_were_given(firm):
    complete = complete_surveys(firm.surveys, load_truth("surveys"))
    given_answers = firm.surveys.dropna(subset="satisfaction").set_index("survey_id")["satisfaction"]
    same = complete.set_index("survey_id")["satisfaction"].loc[given_answers.index]
    assert (same == given_answers.astype("int64")).all()
    assert len(complete) == len(firm.surveys)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_top_two_and_the_rest_share_all_answers(scores):
    frame = pd.DataFrame({"satisfaction": scores})
    rest = sum(score < 4 for score in scores) / len(scores)
    assert score_top_two(frame).value + rest == pytest.approx(1)


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_the_recommendation_score_stays_between_minus_100_and_100(scores):
    score = score_recommendation(pd.DataFrame({"recommend": scores}))
    assert -100 <= score.low <= score.value <= score.high <= 100
