"""The question in both directions (H-03), who buys the same again (X-14): by hand, as laws, at the firm."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction import base_rate
from crmlib.satisfaction.answers import join_scores_with_retention
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    explore_base_rate,
    measure_rebuying,
    plot_conditional_shares,
)
from tests.pictures import catch_live, read_bars, read_frame, read_lines, read_texts

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


def test_three_ways_to_go_on_are_counted_in_each_group():
    same = pd.array([False, True, False, None, True, False], dtype="boolean")
    answers = pd.DataFrame(
        {"satisfied": [True] * 4 + [False] * 2, "left": [True, False, False, False, False, True],
         "rebought_same": same}
    )  # fmt: skip
    ways = ["left", "stayed, other products", "bought the same"]
    counts = {"satisfied": (3, [1, 1, 1]), "not satisfied": (2, [1, 0, 1])}
    expected = []
    for group, (n, each) in counts.items():
        for way, count in zip(ways, each, strict=True):
            one = estimate_share(count, n)
            expected.append((group, way, count, n, one.value, one.low, one.high))
    columns = ["group", "outcome", "count", "n", "share", "low", "high"]
    pd.testing.assert_frame_equal(measure_rebuying(answers), pd.DataFrame(expected, columns=columns))


def test_the_picture_asks_both_questions_with_their_intervals():
    # two of the eight satisfied left, one of the two others; so two of three leavers were satisfied
    ten = pd.DataFrame({"satisfied": [True] * 8 + [False] * 2, "left": [True] * 2 + [False] * 7 + [True]})
    ax = plot_conditional_shares(ten)
    assert read_frame(ax) == {
        "title": "Of the satisfied, 25 % left.\nOf those who left, 67 % had been satisfied",
        "x": "share of customers (%)",
        "y": "question",
        "rows": ["of the satisfied: left", "of the others: left", "of those who left: satisfied",
                 "of those who stayed: satisfied"],
        "legend": ["claimed: 65 to 85 %"],
    }  # fmt: skip
    looks = [(COLOURS["left"], "o")] * 2 + [(COLOURS["satisfied"], "s")] * 2
    expected = []
    for place, (counts, (colour, marker)) in enumerate(
        zip([(2, 8), (1, 2), (2, 3), (6, 7)], looks, strict=True)
    ):
        one = estimate_share(*counts)
        low, high, share = (round(100 * value, 4) for value in (one.low, one.high, one.value))
        expected += [(colour, "-", "", [low, high], [place] * 2), (colour, "None", marker, [share], [place])]
    assert read_lines(ax) == expected
    assert [text for text, *_ in read_texts(ax)] == ["25 %", "50 %", "67 %", "86 %"]
    (claim,) = read_bars(ax)
    assert (claim[0], claim[1], claim[3]) == (COLOURS["claim"], 65, 20) and ax.get_xlim() == (0, 100)


def test_the_four_boxes_of_the_live_figure_have_the_size_of_their_groups(monkeypatch):
    everybody = pd.DataFrame(BOTH, columns=["satisfied", "left"])
    live = catch_live(monkeypatch, base_rate, lambda: explore_base_rate(everybody))
    assert live["controls"] == {
        "satisfied": Slider("satisfied customers (%)", 5, 95, 50, 1),
        "left_if_satisfied": Slider("of these, left (%)", 0, 100, 50, 1),
        "left_if_not": Slider("of the others, left (%)", 0, 100, 50, 1),
    }
    ax = new_axes()
    live["draw"](ax, satisfied=80, left_if_satisfied=25, left_if_not=50)
    left, stayed = COLOURS["left"], COLOURS["stayed"]
    assert read_bars(ax) == [
        (left, 0, 0, 80, 25), (stayed, 0, 25, 80, 75), (left, 80, 0, 20, 50), (stayed, 80, 50, 20, 50)
    ]  # fmt: skip
    assert [bar.get_hatch() for bar in ax.patches] == ["//", None, "//", None]
    assert [text[:2] for text in read_texts(ax)] == [("satisfied", 40), ("others", 90)]
    frame = read_frame(ax)
    assert (frame["x"], frame["y"]) == ("share of all customers (%)", "left (hatched) or stayed (%)")
    assert ax.get_xlim() == ax.get_ylim() == (0, 100)


@pytest.mark.parametrize(("satisfied", "names"), [(91, 2), (92, 1), (8, 1), (9, 2)])
def test_a_column_too_narrow_for_its_name_goes_without(monkeypatch, satisfied, names):
    everybody = pd.DataFrame(BOTH, columns=["satisfied", "left"])
    live = catch_live(monkeypatch, base_rate, lambda: explore_base_rate(everybody))
    ax = new_axes()
    live["draw"](ax, satisfied=satisfied, left_if_satisfied=25, left_if_not=50)
    assert len(ax.texts) == names


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
