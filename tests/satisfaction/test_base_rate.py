"""The question in both directions (H-03), who buys the same again (X-14): by hand, as laws, at the firm."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.charts.style import new_axes
from crmlib.satisfaction import base_rate
from crmlib.satisfaction.answers import join_scores_with_retention
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    explore_base_rate,
    measure_rebuying,
    plot_conditional_shares,
)

BOTH = [(True, True), (True, False), (False, True), (False, False)]  # nobody is missing in any group


@pytest.fixture(scope="module")
def answers(firm):
    """Answers of 2024, and what the same members did in 2025."""
    return join_scores_with_retention(
        firm.surveys, firm.receipts, as_of="2025-01-01", lines=firm.receipt_lines
    )


def test_ten_customers_give_a_quarter_one_way_and_two_thirds_the_other():
    # H-03 by hand: eight satisfied, two of them gone; three gone, two of them satisfied
    ten = pd.DataFrame({"satisfied": [True] * 8 + [False] * 2, "left": [True] * 2 + [False] * 7 + [True]})
    shares = conditional_shares(ten)["share"]
    assert shares.to_dict() == {
        "P(left | satisfied)": 2 / 8,
        "P(left | not satisfied)": 1 / 2,
        "P(satisfied | left)": 2 / 3,
        "P(satisfied | stayed)": 6 / 7,
        "P(satisfied)": 8 / 10,
        "P(left)": 3 / 10,
    }


@pytest.mark.parametrize(
    ("satisfied", "left", "nobody"),
    [
        ([True, False], [False, False], "left"),
        ([True, False], [True, True], "stayed"),
        ([True, True], [True, False], "not satisfied"),
        ([False, False], [True, False], "satisfied"),
    ],
)
def test_a_question_about_nobody_is_refused(satisfied, left, nobody):
    with pytest.raises(ValueError, match=f"answers: nobody is {nobody}, so there is no share of them"):
        conditional_shares(pd.DataFrame({"satisfied": satisfied, "left": left}))


def test_the_claim_fails_at_osmanthus_though_most_leavers_had_been_satisfied(answers):
    # N-48: 65 to 85 % of satisfied customers switch
    shares = conditional_shares(answers)
    assert shares.loc["P(left | satisfied)", "high"] < 0.65
    assert shares.loc["P(satisfied | left)", "low"] > 0.5


def test_three_outcomes_share_all_customers(answers):
    table = measure_rebuying(answers)
    assert table.groupby("group")["share"].sum().tolist() == pytest.approx([1, 1])


def test_rebuying_without_receipt_lines_says_what_is_missing(answers):
    unknown = answers.assign(rebought_same=pd.array([pd.NA] * len(answers), dtype="boolean"))
    with pytest.raises(ValueError, match=r"rebought_same is empty\. Repair: give lines=receipt_lines"):
        measure_rebuying(unknown)


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        # 80 satisfied, 20 of them gone; 20 others, 10 of them gone: 20 of 30 leavers
        ({"satisfied": 80, "left_if_satisfied": 25, "left_if_not": 50}, "67 % had been satisfied"),
        ({"satisfied": 80, "left_if_satisfied": 0, "left_if_not": 50}, "0 % had been satisfied"),
        ({"satisfied": 80, "left_if_satisfied": 0, "left_if_not": 0}, "there are none"),
    ],
)
def test_the_live_figure_says_how_many_leavers_were_satisfied(monkeypatch, shares, sentence):
    caught = {}
    monkeypatch.setattr(base_rate, "explore", lambda draw, **options: caught.update(draw=draw))
    explore_base_rate(pd.DataFrame(BOTH, columns=["satisfied", "left"]))
    ax = new_axes()
    caught["draw"](ax, **shares)
    asked, everybody = ax.get_title().splitlines()
    assert (
        asked == f"Of the satisfied, {shares['left_if_satisfied']} % left.   Of those who left, {sentence}."
    )
    leavers = 0.8 * shares["left_if_satisfied"] + 0.2 * shares["left_if_not"]
    assert everybody == f"Of all customers, {leavers:.0f} % left."


def test_the_live_figure_starts_with_the_shares_of_the_answers(monkeypatch):
    # 97 of 100 are satisfied, one of them left; of the three others two: 1 % and 67 %
    counts = {(True, True): 1, (True, False): 96, (False, True): 2, (False, False): 1}
    rows = [pair for pair, number in counts.items() for _ in range(number)]
    caught = {}
    monkeypatch.setattr(base_rate, "explore", lambda draw, **options: caught.update(options))
    explore_base_rate(pd.DataFrame(rows, columns=["satisfied", "left"]))
    starts = {name: slider.start for name, slider in caught["controls"].items()}
    assert starts == {"satisfied": 95, "left_if_satisfied": 1, "left_if_not": 67}  # the slider ends at 95


def test_the_title_of_the_four_shares_asks_both_questions():
    ten = pd.DataFrame({"satisfied": [True] * 8 + [False] * 2, "left": [True] * 2 + [False] * 7 + [True]})
    title = plot_conditional_shares(ten).get_title()
    assert title == "Of the satisfied, 25 % left.\nOf those who left, 67 % had been satisfied"


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_bayes_and_the_law_of_total_probability_hold_in_every_table(customers):
    share = conditional_shares(pd.DataFrame([*BOTH, *customers], columns=["satisfied", "left"]))["share"]
    satisfied, left = share["P(satisfied)"], share["P(left)"]
    total = share["P(left | satisfied)"] * satisfied + share["P(left | not satisfied)"] * (1 - satisfied)
    assert total == pytest.approx(left)
    assert share["P(satisfied | left)"] == pytest.approx(share["P(left | satisfied)"] * satisfied / left)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_satisfied_leavers_are_a_part_of_all_leavers(customers):
    # the ceiling of chapter 4; it is reached where no dissatisfied customer leaves
    frame = pd.DataFrame([*BOTH, *customers], columns=["satisfied", "left"])
    share = conditional_shares(frame)["share"]
    assert share["P(left | satisfied)"] <= share["P(left)"] / share["P(satisfied)"] + 1e-12
