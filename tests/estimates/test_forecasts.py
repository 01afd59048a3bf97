"""Calibration and lift of a forecast: by hand, as laws, and against the area under the curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.estimates.forecasts import measure_calibration, measure_lift, plot_calibration, plot_lift

FACTS = st.lists(st.booleans(), min_size=4, max_size=60).filter(lambda facts: 0 < sum(facts) < len(facts))
FORECASTS = [0.1, 0.2, 0.3, 0.4, 0.9]
BOUGHT = [False, True, False, True, True]


def test_groups_hold_the_mean_forecast_and_the_share_of_facts():
    # two groups of five: three with 0.1, 0.2, 0.3, of whom one bought; two with 0.4, 0.9, both bought
    table = measure_calibration(FORECASTS[::-1], BOUGHT[::-1], groups=2)
    assert table["forecast"].tolist() == pytest.approx([0.2, 0.65])
    assert table["observed_share"].tolist() == pytest.approx([1 / 3, 1])
    assert table["n"].tolist() == [3, 2]
    low, high = estimate_share(1, 3).low, estimate_share(1, 3).high
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high])


def test_more_groups_than_customers_give_one_each():
    assert measure_calibration(FORECASTS, BOUGHT, groups=9)["n"].tolist() == [1] * 5


@given(FACTS, st.integers(1, 12), st.integers(0, 1000))
def test_groups_are_of_equal_size_and_hold_everybody(facts, groups, seed):
    forecasts = np.random.default_rng(seed).random(len(facts))
    table = measure_calibration(forecasts, facts, groups=groups)
    assert table["n"].sum() == len(facts) and table["n"].max() - table["n"].min() <= 1
    assert table["forecast"].is_monotonic_increasing
    assert (table["observed_share"] * table["n"]).sum() == pytest.approx(sum(facts))
    assert (table["forecast"] * table["n"]).sum() == pytest.approx(forecasts.sum())


def test_customers_with_one_forecast_stay_together_where_the_middle_of_them_lies():
    # two groups of three; the four with 0.5 are the places 2 to 5, their middle (3) is in the first group
    table = measure_calibration(
        [0.1, 0.5, 0.5, 0.5, 0.5, 0.9], [True, False, True, False, False, True], groups=2
    )
    assert table["n"].tolist() == [5, 1]
    assert table["forecast"].tolist() == pytest.approx([0.42, 0.9])
    assert table["observed_share"].tolist() == [2 / 5, 1]


def test_one_forecast_for_all_is_one_group():
    table = measure_calibration([0.5] * 8, [True, False] * 4, groups=4)
    assert table[["forecast", "observed_share", "n"]].to_numpy().tolist() == [[0.5, 0.5, 8]]


def test_scores_that_are_all_alike_reach_no_more_than_chance():
    table = measure_lift([0.5] * 100, [True] * 10 + [False] * 90)
    assert table["lift"].tolist() == pytest.approx([1] * 20)


def test_of_customers_with_one_score_some_are_taken_at_random():
    # order: 3 (yes), then 2, 2, 2, 2 with one yes among four, then 1 (no); three of six: 1 + 2 · 1/4 of two
    table = measure_lift([3, 2, 2, 2, 2, 1], [True, False, False, False, True, False], steps=2)
    assert table["reached_share"].tolist() == pytest.approx([1.5 / 2, 1])


@settings(max_examples=50)
@given(FACTS, st.integers(0, 1000), st.integers(1, 4))
def test_the_order_of_customers_decides_nothing_where_scores_tie(facts, seed, kinds):
    generator = np.random.default_rng(seed)
    facts, scores = np.asarray(facts), generator.integers(0, kinds, len(facts)) / 4
    mixed = generator.permutation(len(facts))
    for measure in (measure_calibration, measure_lift):
        pd.testing.assert_frame_equal(measure(scores, facts), measure(scores[mixed], facts[mixed]))


def test_half_of_five_customers_are_three():
    # scores put them in the order yes, yes, no, yes, no: after three of five, two of three are reached
    table = measure_lift(FORECASTS, BOUGHT, steps=2)
    assert table["taken_share"].tolist() == [0.6, 1]
    assert table["reached_share"].tolist() == pytest.approx([2 / 3, 1])
    assert table["lift"].tolist() == pytest.approx([(2 / 3) / 0.6, 1])


@given(FACTS)
def test_perfect_scores_reach_first_and_all_are_reached_in_the_end(facts):
    table = measure_lift(np.asarray(facts, dtype=float), facts)
    assert table["reached_share"].is_monotonic_increasing
    assert table.iloc[-1].tolist() == [1, 1, 1]
    best = np.minimum(1, table["taken_share"] * len(facts) / sum(facts))
    np.testing.assert_allclose(table["reached_share"], best)


@given(FACTS, st.integers(0, 1000))
def test_the_area_under_the_line_follows_from_the_pairs_ranked_right(facts, seed):
    # a second way: of all pairs of a yes and a no the share A is ranked right; the area is A (1 − p) + p / 2
    facts, scores = np.asarray(facts), np.random.default_rng(seed).random(len(facts))
    right = (scores[facts][:, None] > scores[~facts][None, :]).mean()
    table = measure_lift(scores, facts, steps=len(facts))
    line = np.r_[0, table["reached_share"]]
    area = (line[1:] + line[:-1]).sum() / 2 / len(facts)
    assert area == pytest.approx(right * (1 - facts.mean()) + facts.mean() / 2)


@pytest.mark.parametrize(
    ("scores", "facts", "message"),
    [
        ([0.1, float("nan")], [True, False], r"score: 1 of 2 values are wrong \(position 1: nan\)"),
        (["high", 0.2], [True, False], r"score: 1 of 2 values are wrong \(position 0: high\)"),
        ([[0.1, 0.2]], [True, False], "score: expected a finite score for each customer"),
        ([0.1], [True, False], "1 scores, 2 facts, expected as many of each"),
        ([0.1, 0.2], [True, None], r"facts: 1 of 2 values are neither True nor False \(position 1: None\)"),
        ([0.1, 0.2], ["no", "yes"], "facts: 2 of 2 values are neither True nor False"),
        ([0.1, 0.2], [True, True], "the facts of all 2 customers are True; there is nothing to rank"),
        ([0.1, 0.2], [False, False], "the facts of all 2 customers are False; there is nothing to rank"),
    ],
)
def test_scores_and_facts_that_do_not_fit_are_refused(scores, facts, message):
    with pytest.raises((ValueError, TypeError), match=f"measure_lift: {message}"):
        measure_lift(scores, facts)


@pytest.mark.parametrize("odd", [-0.01, 1.01, float("inf")])
def test_a_probability_beyond_0_and_1_is_refused(odd):
    with pytest.raises(ValueError, match=r"measure_calibration: probability: 1 of 2 values are wrong"):
        measure_calibration([odd, 0.5], [True, False])
    if np.isfinite(odd):
        assert measure_lift([odd, 0.5], [True, False])["reached_share"].iloc[-1] == 1


@pytest.mark.parametrize("odd", [0, -1, 2.5, float("nan"), "two", True])
@pytest.mark.parametrize(
    ("measure", "option"), [(measure_calibration, "groups"), (measure_lift, "steps")], ids=["groups", "steps"]
)
def test_a_number_of_groups_or_steps_is_whole_and_at_least_one(measure, option, odd):
    with pytest.raises(ValueError, match=f"{measure.__name__}: {option} is .*, expected at least 1"):
        measure(FORECASTS, BOUGHT, **{option: odd})


@pytest.mark.parametrize("count", [0, 5])
def test_one_to_four_lines_can_be_told_apart(count):
    with pytest.raises(ValueError, match=f"plot_lift: {count} scores, expected 1 to 4"):
        plot_lift(dict.fromkeys(map(str, range(count)), FORECASTS), BOUGHT)


def test_the_plots_draw_on_the_given_axes_and_take_the_labels_of_their_chapter():
    ax = new_axes()
    assert (
        plot_calibration(measure_calibration(FORECASTS, BOUGHT), xlabel="likely", ylabel="bought", ax=ax)
        is ax
    )
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("likely", "bought")
    ax = new_axes()
    scores = {"model": FORECASTS, "coin": [3, 1, 4, 1, 5]}
    assert plot_lift(scores, BOUGHT, xlabel="written to", ylabel="reached", ax=ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("written to", "reached")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["model", "coin", "at random"]
    assert np.asarray(ax.get_lines()[0].get_xydata())[[0, -1]].tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.drop(columns="forecast"), "calibration: missing columns: forecast"),
        (lambda t: t.assign(observed_share=1.2), r"calibration.observed_share: 5 of 5 rows are wrong"),
        (lambda t: t.head(0), "calibration: the table has 0 rows"),
    ],
)
def test_another_table_is_no_calibration(spoil, message):
    with pytest.raises(ValueError, match=message):
        plot_calibration(spoil(measure_calibration(FORECASTS, BOUGHT)))


def test_a_calibration_may_have_any_index():
    table = pd.concat([measure_calibration(FORECASTS, BOUGHT)]).set_axis(list("abcde"))
    assert len(plot_calibration(table).get_lines()) > 0


def test_a_calibration_is_drawn_with_its_intervals_beside_the_diagonal():
    table = pd.DataFrame({"forecast": [0.2, 0.7], "observed_share": [0.3, 0.6],
                          "low": [0.1, 0.5], "high": [0.35, 0.9]})  # fmt: skip
    ax = plot_calibration(table)
    diagonal, points = ax.lines[0], ax.lines[1]
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]] and diagonal.get_label() == "forecast = fact"
    assert (diagonal.get_linestyle(), diagonal.get_color()) == (":", COLOURS["truth"])
    assert points.get_xydata().tolist() == [[0.2, 0.3], [0.7, 0.6]]
    assert (points.get_marker(), points.get_linestyle(), points.get_color()) == (
        "o", "None", COLOURS["estimate"])  # fmt: skip
    (bars,) = ax.collections
    ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
    assert ends == [pytest.approx([0.1, 0.35]), pytest.approx([0.5, 0.9])]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("forecast probability", "share for whom it came true")
    assert ax.get_figure().get_size_inches().tolist() == [4.8, 3.8]
    assert not ax.get_legend().get_frame_on()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["forecast = fact"]


def test_up_to_four_lifts_are_drawn_each_in_its_own_line():
    facts = [True, True, False, False]
    names = ["one", "two", "three", "four"]
    ax = plot_lift({name: [4, 3, 2, 1] for name in names}, facts)
    *lines, chance = ax.lines
    assert [line.get_label() for line in lines] == names
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":", "-."]
    assert len({line.get_color() for line in lines}) == 4 and lines[0].get_color() == COLOURS["estimate"]
    assert lines[0].get_xydata().tolist() == [[0, 0], [0.25, 0.5], [0.5, 1], [0.75, 1], [1, 1]]
    assert chance.get_xydata().tolist() == [[0, 0], [1, 1]] and chance.get_label() == "at random"
    assert (chance.get_color(), chance.get_linewidth()) == (COLOURS["control"], 1)
    assert {line.get_linewidth() for line in lines} == {2}
    assert ax.get_xlabel() == "customers taken, highest score first"
    assert ax.get_ylabel() == "of those looked for, share reached"
    assert ax.get_figure().get_size_inches().tolist() == [5.4, 3.8] and not ax.get_legend().get_frame_on()
    assert len(plot_lift({"one": [4, 3, 2, 1]}, facts).lines) == 2
    with pytest.raises(ValueError, match=r"^plot_lift: 5 scores, expected 1 to 4\.$"):
        plot_lift({name: [4, 3, 2, 1] for name in [*names, "five"]}, facts)


def test_left_alone_a_calibration_makes_eight_groups_and_says_what_it_expects():
    assert measure_calibration(np.linspace(0, 1, 16), [True, False] * 8)["n"].tolist() == [2] * 8
    with pytest.raises(ValueError, match=r"Expected probabilities from 0 to 1\.$"):
        measure_calibration([0.5, 1.5], [True, False])
    with pytest.raises(ValueError, match=r"^measure_calibration: 2 scores, 3 facts"):
        measure_calibration([0.5, 0.5], [True, False, True])
    with pytest.raises(ValueError, match=r"^measure_lift: the facts of all 1 customers are True; there is"):
        measure_lift([0.5], [True])


def test_two_of_one_forecast_stand_where_the_first_of_them_stands():
    # two groups of two; the two with 0.5 are the places 2 and 3, the first of them is in the first group
    table = measure_calibration([0.1, 0.5, 0.5, 0.9], [True, False, True, False], groups=2)
    assert table["n"].tolist() == [3, 1]
