"""Scores joined with what customers did: H-03, its inverted conditional, and the curve by competition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.satisfaction.answers import (
    add_competition,
    compare_leaving_with_truth,
    follow_answers,
    join_scores_with_retention,
)
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    limit_leaving_if_satisfied,
    need_leaving,
    ten_customers,
    turn_question_round,
)
from crmlib.satisfaction.curve import (
    compare_intention_with_behaviour,
    measure_rebuying,
    measure_repurchase_by_score,
)
from crmlib.satisfaction.model import fit_repurchase, fit_repurchase_curve, plot_repurchase_curve
from crmlib.satisfaction.response import complete_surveys

CHANCE = st.floats(0.01, 0.99)


@pytest.fixture(scope="module")
def answers(firm):
    """Answers of 2024, and what the same members did in 2025."""
    joined = join_scores_with_retention(
        firm.surveys, firm.receipts, as_of="2025-01-01", lines=firm.receipt_lines
    )
    return add_competition(joined, firm.members, firm.stores)


@pytest.fixture(scope="module")
def everybody(firm):
    """The same for all invited members, as only the truth knows them."""
    surveys = complete_surveys(firm.surveys, load_truth("surveys"))
    return add_competition(follow_answers(surveys, firm.receipts), firm.members, firm.stores)


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


def test_the_latest_answer_before_as_of_counts():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5), ask(1, "2024-11-01", 2), ask(1, "2025-01-01", 5)])
    joined = join_scores_with_retention(surveys, buy("2025-12-31"), as_of="2025-01-01")
    assert joined[["satisfaction", "answered_on"]].values.tolist() == [[2, pd.Timestamp("2024-11-01")]]


def test_answers_older_than_asked_for_are_left_out():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5), ask(2, "2024-12-20", 4)])
    receipts = buy("2025-12-31")
    joined = join_scores_with_retention(surveys, receipts, as_of="2025-01-01", answered_within_days=30)
    assert joined["customer_id"].tolist() == [2]
    with pytest.raises(ValueError, match="nobody answered in the 5 days before 2025-01-01"):
        join_scores_with_retention(surveys, receipts, as_of="2025-01-01", answered_within_days=5)


def test_a_period_that_outlasts_the_receipts_is_refused_with_the_latest_possible_start():
    surveys = pd.DataFrame([ask(1, "2025-03-01", 5)])
    with pytest.raises(ValueError) as caught:
        join_scores_with_retention(surveys, buy("2025-12-31 18:00"), as_of="2025-04-01")
    assert "receipts end on 2025-12-31, before the 365 days are over (2026-04-01)" in str(caught.value)
    assert "Repair: start on 2025-01-01 or earlier" in str(caught.value)


def test_the_reader_can_say_until_when_the_receipts_are_complete():
    surveys = pd.DataFrame([ask(1, "2025-03-01", 5)])
    joined = join_scores_with_retention(
        surveys, buy("2024-05-01"), as_of="2025-04-01", observed_until="2026-03-31"
    )
    assert joined["left"].tolist() == [True]


def test_a_date_that_could_mean_two_days_is_refused():
    with pytest.raises(ValueError, match=r"as_of: expected a date written year-month-day.*found '1/4/2025'"):
        join_scores_with_retention(
            pd.DataFrame([ask(1, "2025-03-01", 5)]), buy("2025-12-31"), as_of="1/4/2025"
        )


def test_every_answer_can_have_its_own_clock():
    surveys = pd.DataFrame([ask(1, "2024-06-01", 5), ask(2, "2025-01-02", 4), ask(3, "2025-01-01", 3)])
    receipts = pd.concat([buy("2024-05-01"), buy("2025-12-31", customer=3)])
    followed = follow_answers(surveys, receipts)
    # customer 2 can only be watched for 364 days
    assert followed["customer_id"].tolist() == [1, 3]
    assert followed["left"].tolist() == [True, False]
    with pytest.raises(
        ValueError, match="no answer can be followed for 900 days: the receipts end on 2025-12-31"
    ):
        follow_answers(surveys, receipts, within_days=900)


def test_rebought_looks_at_the_products_of_the_last_receipt_before():
    surveys = pd.DataFrame([ask(1, "2024-12-01", 5), ask(2, "2024-12-01", 5), ask(3, "2024-12-01", 5)])
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


def test_ten_customers_give_a_quarter_one_way_and_two_thirds_the_other():
    # H-03 by hand: eight satisfied, two of them gone; three gone, two of them satisfied
    shares = conditional_shares(ten_customers())["share"]
    assert shares["P(left | satisfied)"] == 2 / 8
    assert shares["P(satisfied | left)"] == 2 / 3


def test_a_question_about_nobody_is_refused():
    with pytest.raises(ValueError, match="answers: nobody is left, so there is no share of them"):
        conditional_shares(pd.DataFrame({"satisfied": [True, False], "left": [False, False]}))


def test_the_claim_fails_at_osmanthus_though_most_leavers_had_been_satisfied(answers):
    # N-48: 65 to 85 % of satisfied customers switch
    shares = conditional_shares(answers)
    assert shares.loc["P(left | satisfied)", "high"] < 0.65
    assert shares.loc["P(satisfied | left)", "low"] > 0.5


def test_no_dissatisfied_leaver_at_all_gives_the_ceiling():
    customers = pd.DataFrame({"satisfied": [True] * 8 + [False] * 2, "left": [True] * 3 + [False] * 7})
    shares = conditional_shares(customers)["share"]
    ceiling = limit_leaving_if_satisfied(left=shares["P(left)"], satisfied=shares["P(satisfied)"])
    assert shares["P(left | satisfied)"] == pytest.approx(ceiling)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: limit_leaving_if_satisfied(left=24, satisfied=0.8),
            "left is 24, expected a share from 0 to 1",
        ),
        (lambda: limit_leaving_if_satisfied(left=0.1, satisfied=0), "nobody is satisfied"),
        (lambda: need_leaving(claimed=-0.1, satisfied=0.8), "claimed is -0.1, expected a share from 0 to 1"),
        (lambda: turn_question_round(left_if_satisfied=0, left_if_not=0, satisfied=0.5), "nobody leaves"),
        (
            lambda: turn_question_round(left_if_satisfied="a", left_if_not=0, satisfied=0.5),
            "left_if_satisfied is 'a'",
        ),
    ],
)
def test_shares_outside_0_to_1_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_competition_of_an_unknown_customer_is_refused(firm):
    with pytest.raises(ValueError, match=r"answers: 1 of 1 customers have no home store .*\(customer_id 7\)"):
        add_competition(pd.DataFrame({"customer_id": [7]}), firm.members, firm.stores)


def test_silence_is_a_sign_of_leaving_but_not_the_same(answers):
    table = compare_leaving_with_truth(answers, load_truth("members")).set_index("measured")
    assert table.loc["left", "low"] > table.loc["stayed", "high"]
    assert table.loc["stayed", "truly_left_share"] > 0
    assert table.loc["left", "truly_left_share"] < 1


def test_the_truth_of_a_missing_customer_is_refused(answers):
    with pytest.raises(ValueError, match=r"truth\.members: \d+ of \d+ customers of the answers are missing"):
        compare_leaving_with_truth(answers, load_truth("members").head(5))


def test_intention_rises_with_satisfaction_more_steeply_than_behaviour(answers):
    table = compare_intention_with_behaviour(answers)
    intends, stayed = (
        table[name].iloc[-1] - table[name].iloc[0] for name in ("intends_share", "stayed_share")
    )
    assert intends > stayed + 0.1


def test_intention_without_an_answer_is_refused(answers):
    with pytest.raises(ValueError, match=r"answers\.intention: nobody stated an intention"):
        compare_intention_with_behaviour(
            answers.assign(intention=pd.array([pd.NA] * len(answers), dtype="Int64"))
        )


def test_three_outcomes_share_all_customers(answers):
    table = measure_rebuying(answers)
    assert table.groupby("group")["share"].sum().tolist() == pytest.approx([1, 1])


def test_rebuying_without_receipt_lines_says_what_is_missing(firm):
    joined = join_scores_with_retention(firm.surveys, firm.receipts, as_of="2025-01-01")
    with pytest.raises(ValueError, match=r"rebought_same is empty\. Repair: give lines=receipt_lines"):
        measure_rebuying(joined)


def test_shares_by_score_add_up_to_the_overall_share(answers):
    table = measure_repurchase_by_score(answers)
    assert (table["n"] * table["stayed_share"]).sum() / len(answers) == pytest.approx(
        1 - answers["left"].mean()
    )
    assert list(table.columns) == list(measure_repurchase_by_score(answers, by="competition").columns)


def test_grouping_by_an_unsuitable_column_is_refused(answers):
    with pytest.raises(ValueError, match="by is 'gender', expected one of competition, rivals, trust"):
        measure_repurchase_by_score(answers, by="gender")


def test_satisfaction_keeps_customers_only_where_they_can_choose(everybody):
    # without activity: earlier purchases are partly a consequence of satisfaction and would hide its effect
    odds = fit_repurchase(everybody).set_index("term")
    assert odds.loc["one more point of satisfaction, competition high", "high"] < 1
    assert odds.loc["the same, high against low", "high"] < 1
    change = np.log(odds["odds_ratio"]).abs()
    high, low = (change[f"one more point of satisfaction, competition {level}"] for level in ("high", "low"))
    assert low < high / 2


def test_the_estimate_from_the_answers_is_near_the_truth_of_all_invited(firm, everybody):
    followed = follow_answers(firm.surveys, firm.receipts)
    answered = add_competition(followed, firm.members, firm.stores)
    term = "one more point of satisfaction, competition high"
    estimate, truth = (fit_repurchase(rows).set_index("term").loc[term] for rows in (answered, everybody))
    error = np.log(estimate["high"] / estimate["low"]) / (2 * 1.96)
    assert abs(np.log(estimate["odds_ratio"] / truth["odds_ratio"])) < 3.3 * error


def test_the_odds_ratio_of_a_two_by_two_table_is_the_cross_product():
    # scores 4 and 5 only: 10 of 40 left at 4, 5 of 60 at 5, the same in every zone: (5/55) / (10/30) = 0.2727
    part = pd.DataFrame(
        {"satisfaction": [4] * 40 + [5] * 60, "left": [True] * 10 + [False] * 30 + [True] * 5 + [False] * 55}
    )
    rows = pd.concat(
        [part.assign(competition=level) for level in ("low", "medium", "high")], ignore_index=True
    )
    odds = fit_repurchase(rows.assign(purchases_before=1)).set_index("term")["odds_ratio"]
    assert odds["one more point of satisfaction, competition low"] == pytest.approx(3 / 11, abs=1e-6)
    assert odds["the same, high against low"] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("left", "message"),
    [([False] * 24, "all of 24 left or stayed"), ([True, False] * 12, "tell leaving apart perfectly")],
)
def test_a_model_that_cannot_be_fitted_says_why(left, message):
    rows = pd.DataFrame({"satisfaction": [1, 5] * 12, "left": left, "rivals": [0, 0, 1, 1] * 6})
    with pytest.raises(ValueError, match=f"{message}.*measure_repurchase_by_score"):
        fit_repurchase_curve(rows)


def test_a_level_without_answers_is_refused():
    rows = pd.DataFrame({"satisfaction": [1, 5] * 12, "left": [True, False, False, True] * 6,
                         "competition": "low", "purchases_before": 1})  # fmt: skip
    with pytest.raises(ValueError, match="a group has only one score"):
        fit_repurchase(rows)


def test_the_curve_predicts_shares_inside_their_limits(everybody):
    curve = fit_repurchase_curve(everybody)
    for rivals in range(5):
        share, low, high = curve.predict_stayed(np.linspace(1, 5, 9), rivals=rivals).T
        assert ((low > 0) & (low < share) & (share < high) & (high < 1)).all()
    steep, flat = (np.diff(curve.predict_stayed([1, 5], rivals=r)[:, 0])[0] for r in (4, 0))
    assert steep > flat
    with pytest.raises(ValueError, match="score is 5 and rivals is 0, expected 1 to 4 and 0 to 4"):
        plot_repurchase_curve(curve, rivals=0, score=5)


@given(CHANCE, CHANCE, CHANCE)
def test_turning_the_question_round_twice_gives_it_back(left_if_satisfied, left_if_not, satisfied):
    left = left_if_satisfied * satisfied + left_if_not * (1 - satisfied)
    inverted = turn_question_round(
        left_if_satisfied=left_if_satisfied, left_if_not=left_if_not, satisfied=satisfied
    )
    assert inverted * left / satisfied == pytest.approx(left_if_satisfied)
    assert left_if_satisfied <= limit_leaving_if_satisfied(left=left, satisfied=satisfied) + 1e-9
    assert left >= need_leaving(claimed=left_if_satisfied, satisfied=satisfied) - 1e-9


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_the_law_of_total_probability_holds_in_every_table(customers):
    both = [(True, True), (True, False), (False, True), (False, False)]
    frame = pd.DataFrame([*both, *customers], columns=["satisfied", "left"])
    share = conditional_shares(frame)["share"]
    satisfied, left = share["P(satisfied)"], share["P(left)"]
    total = share["P(left | satisfied)"] * satisfied + share["P(left | not satisfied)"] * (1 - satisfied)
    assert total == pytest.approx(left)
    assert share["P(satisfied | left)"] == pytest.approx(share["P(left | satisfied)"] * satisfied / left)
