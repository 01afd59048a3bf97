"""Answers joined with what the same customers did: clocks, windows, competition, and silence as a sign."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.datasets.loaders import load_truth
from crmlib.satisfaction.answers import (
    _take_answers_given,
    add_competition,
    compare_leaving_with_truth,
    follow_answers,
    join_scores_with_retention,
)
from tests.satisfaction.calls import FRAMES


def ask(customer, day, score):
    """One answer of a survey."""
    return {"customer_id": customer, "answered_on": pd.Timestamp(day), "satisfaction": score, "trust": score,
            "recommend": 2 * score, "intention": score}  # fmt: skip


def buy(*days, customer=1):
    """Receipts of one customer."""
    ids = [1000 * customer + number for number in range(len(days))]
    return pd.DataFrame(
        {"receipt_id": ids, "customer_id": customer, "purchased_at": [pd.Timestamp(day) for day in days]}
    )


def test_left_means_no_receipt_from_as_of_on():
    surveys = pd.DataFrame([ask(1, "2024-12-01", 5), ask(2, "2024-12-02", 2)])
    receipts = pd.concat([buy("2024-12-31 23:59"), buy("2025-01-01 00:00", "2025-12-31", customer=2)])
    joined = join_scores_with_retention(surveys, receipts, as_of="2025-01-01")
    assert joined["left"].tolist() == [True, False]
    assert joined["purchases_next"].tolist() == [0, 2]
    assert joined["purchases_before"].tolist() == [1, 0]


def test_whoever_gives_four_is_satisfied_and_whoever_gives_three_is_not():
    surveys = pd.DataFrame([ask(score, "2024-12-01", score) for score in (3, 4, 5)])
    joined = join_scores_with_retention(surveys, buy("2025-12-31"), as_of="2025-01-01")
    assert joined["satisfied"].tolist() == [False, True, True]


def test_a_purchase_on_the_day_after_the_period_comes_too_late():
    surveys = pd.DataFrame([ask(1, "2024-12-01", 5), ask(2, "2024-12-01", 5)])
    receipts = pd.concat([buy("2025-01-30 23:59"), buy("2025-01-31 00:00", customer=2)])
    joined = join_scores_with_retention(surveys, receipts, as_of="2025-01-01", within_days=30)
    assert joined["left"].tolist() == [False, True]
    assert joined["followed_until"].tolist() == [pd.Timestamp("2025-01-31")] * 2


def test_the_latest_answer_before_as_of_counts():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5), ask(1, "2024-11-01", 2), ask(1, "2025-01-01", 5)])
    joined = join_scores_with_retention(surveys, buy("2025-12-31"), as_of="2025-01-01")
    assert joined[["satisfaction", "answered_on"]].values.tolist() == [[2, pd.Timestamp("2024-11-01")]]


def test_answers_of_more_than_a_year_before_are_left_out():
    surveys = pd.DataFrame([ask(1, "2024-01-01", 5), ask(2, "2024-01-02", 4)])
    receipts = buy("2025-12-31")
    joined = join_scores_with_retention(surveys, receipts, as_of="2025-01-01")
    assert joined["customer_id"].tolist() == [2]
    with pytest.raises(ValueError, match="nobody answered in the 365 days before 2025-01-01"):
        join_scores_with_retention(surveys.head(1), receipts, as_of="2025-01-01")


def test_a_period_that_outlasts_the_receipts_is_refused_with_the_latest_possible_start():
    surveys = pd.DataFrame([ask(1, "2025-03-01", 5)])
    with pytest.raises(ValueError) as caught:
        join_scores_with_retention(surveys, buy("2025-12-31 18:00"), as_of="2025-04-01")
    assert "receipts end on 2025-12-31, before the 365 days are over (2026-04-01)" in str(caught.value)
    assert "Repair: start on 2025-01-01 or earlier" in str(caught.value)


def test_every_answer_can_have_its_own_clock():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5), ask(2, "2025-01-02", 4), ask(3, "2025-01-01", 3)])
    receipts = pd.concat([buy("2024-05-01"), buy("2025-12-31", customer=3)])
    followed = follow_answers(surveys, receipts)
    # customer 2 can only be watched for 364 days
    assert followed["customer_id"].tolist() == [1, 3]
    assert followed["left"].tolist() == [True, False]


def test_a_period_in_which_no_answer_can_be_followed_is_refused():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5)])
    message = "no answer can be followed for 900 days: the receipts end on 2025-12-31"
    with pytest.raises(ValueError, match=message):
        follow_answers(surveys, buy("2025-12-31"), within_days=900)


def test_rebought_looks_at_the_products_of_the_last_receipt_before():
    surveys = pd.DataFrame([ask(customer, "2024-12-01", 5) for customer in (1, 2, 3)])
    receipts = pd.concat(
        [
            buy("2024-11-01", "2025-02-01"),
            buy("2024-11-01", "2025-02-01", customer=2),
            buy("2025-12-31", customer=3),
        ]
    )
    lines = pd.DataFrame(
        {"receipt_id": [1000, 1001, 2000, 2001, 3000], "product_id": [1001, 1001, 1001, 1002, 1003]}
    )
    joined = join_scores_with_retention(surveys, receipts, as_of="2025-01-01", lines=lines)
    assert joined["rebought_same"].tolist() == [True, False, pd.NA]


def test_receipts_after_the_period_change_nothing():
    late = buy("2027-05-05", "2027-05-06", customer=2).assign(receipt_id=[91, 92])
    longer = pd.concat([FRAMES["receipts"], late], ignore_index=True)
    ours, theirs = (
        join_scores_with_retention(FRAMES["surveys"], receipts, as_of="2025-01-01")
        for receipts in (FRAMES["receipts"], longer)
    )
    pd.testing.assert_frame_equal(ours, theirs)


def test_competition_of_an_unknown_customer_is_refused(firm):
    with pytest.raises(ValueError, match=r"answers: 1 of 1 customers have no home store .*\(customer_id 7\)"):
        add_competition(pd.DataFrame({"customer_id": [7]}), firm.members, firm.stores)


def test_competition_is_replaced_where_it_was_known_before():
    once = add_competition(FRAMES["customers"], FRAMES["members"], FRAMES["stores"])
    again = add_competition(once.assign(rivals=9), FRAMES["members"], FRAMES["stores"])
    pd.testing.assert_frame_equal(once, again)
    assert once["rivals"].tolist() == [0, 0, 3, 3]


def test_silence_is_a_sign_of_leaving_but_not_the_same(firm):
    answers = join_scores_with_retention(firm.surveys, firm.receipts, as_of="2025-01-01")
    table = compare_leaving_with_truth(answers, load_truth("members")).set_index("measured")
    assert table.loc["left", "low"] > table.loc["stayed", "high"]
    assert table.loc["stayed", "truly_left_share"] > 0
    assert table.loc["left", "truly_left_share"] < 1


def test_the_truth_of_a_missing_customer_is_refused():
    with pytest.raises(ValueError, match=r"truth\.members: 49 of 54 customers of the answers are missing"):
        compare_leaving_with_truth(FRAMES["answers"], FRAMES["truth.members"].head(5))


def test_an_answer_to_the_first_question_alone_is_an_answer():
    given = FRAMES["surveys"].dropna(subset=["answered_on", "satisfaction"])
    alone = given.assign(trust=pd.NA, recommend=pd.NA).astype({"trust": "Int64", "recommend": "Int64"})
    assert len(_take_answers_given(alone)) == len(given) > 0
