"""Word of mouth (H-04): simulation against the closed form, and which assumptions would give 12 to 25."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import COLOURS
from crmlib.satisfaction.word_of_mouth import (
    CLAIMED_LOSS,
    WordOfMouth,
    list_word_of_mouth_combinations,
    plot_word_of_mouth,
    simulate_word_of_mouth,
)
from tests.pictures import read_bars, read_frame, read_lines

SHARE = st.floats(0, 1)


def test_the_expectation_is_that_of_a_branching_process():
    # 1 + 10 · (0.5 · 0.4 · 0.5) · (1 + 0.6 + 0.36), by hand: 1 + 1 · 1.96
    told = WordOfMouth(
        share_customers=0.5, share_believing=0.4, share_lost=0.5, share_passing_on=0.2, listeners_next=3
    )
    assert told.expected_lost == pytest.approx(2.96)


@pytest.mark.parametrize("rounds", [0, 1, 3, 6])
def test_the_simulation_agrees_with_the_closed_form(rounds):
    told = WordOfMouth(rounds=rounds, share_leaving=0.7, share_passing_on=0.3, share_lost=0.6)
    stories = simulate_word_of_mouth(told, stories=40_000, seed=3)["lost"]
    error = stories.std() / math.sqrt(len(stories))
    assert abs(stories.mean() - told.expected_lost) < 4 * error


def test_our_assumptions_stay_far_below_the_claim():
    # the hand example of chapter 4 gives 1.3 in the first round; N-50: 12 to 25 customers
    assert WordOfMouth(rounds=1).expected_lost == 1.3
    assert WordOfMouth().expected_lost < 2 < CLAIMED_LOSS[0]


def test_the_claim_needs_every_listener_to_be_a_customer_who_believes_and_leaves_or_a_story_that_spreads():
    table = list_word_of_mouth_combinations()
    true = table[table["within"]]
    assert 0 < len(true) < 0.1 * len(table)
    assert (true["share_customers"] * true["share_believing"] * true["share_lost"] >= 0.3).all()
    assert table["expected_lost"].is_monotonic_increasing
    assert true["expected_lost"].between(12, 25).all()


@pytest.mark.parametrize(("listeners", "within"), [(10.9, False), (11, True), (24, True), (24.1, False)])
def test_both_ends_of_the_claim_belong_to_it(listeners, within):
    # every listener is a customer who believes and leaves, and nobody tells it on: 1 + listeners
    everybody = dict.fromkeys(("share_customers", "share_believing", "share_lost"), (1.0,))
    table = list_word_of_mouth_combinations(listeners=(listeners,), reproduction=(0.0,), **everybody)
    assert table["within"].tolist() == [within]


def test_every_assumption_is_listed_with_its_value_meaning_and_source():
    table = WordOfMouth(listeners=7).describe().set_index("assumption")
    assert table.index.tolist() == [one.name for one in fields(WordOfMouth)]
    assert (table["source"].str.len() > 0).all() and (table["meaning"].str.len() > 0).all()
    assert table.loc["listeners", "value"] == 7


def test_the_same_seed_tells_the_same_stories():
    one, other = (simulate_word_of_mouth(stories=50, seed=4) for _ in range(2))
    assert one.equals(other)
    assert not one.equals(simulate_word_of_mouth(stories=50, seed=5))


def test_the_chart_sets_the_stories_and_their_mean_beside_the_claim():
    stories = pd.DataFrame({"story": [1, 2, 3, 4], "told": 9, "lost": [1, 1, 2, 30]})
    ax = plot_word_of_mouth(stories)
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": "On average 8.5 customers are lost; claimed are 12 to 25",
        "x": "customers lost through one dissatisfied customer",
        "y": "share of stories (%)",
        "legend": ["claimed: 12 to 25", "their mean: 8.5", "simulated stories"],
    }
    claim, *bars = read_bars(ax)
    assert (claim[0], claim[1], claim[3]) == (COLOURS["claim"], 12, 13)
    assert bars == [(COLOURS["estimate"], place - 0.4, 0, 0.8, share) for place, share in
                    ((1, 50), (2, 25), (30, 25))]  # fmt: skip
    assert read_lines(ax) == [("#000000", "-", "", [8.5, 8.5], [0, 1])]
    assert ax.get_xlim() == (-0.6, 31)
    assert plot_word_of_mouth(stories.head(3)).get_xlim() == (-0.6, 26)  # the claim is always in sight


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share_lost": 1.2}, "WordOfMouth: share_lost is 1.2, expected a share from 0 to 1"),
        ({"listeners": -1}, "WordOfMouth: listeners is -1, expected 0 or more"),
        ({"listeners": math.nan}, "WordOfMouth: listeners is nan, expected a number"),
        ({"listeners": math.inf}, "WordOfMouth: listeners is inf, expected a number"),
        ({"share_customers": "many"}, "WordOfMouth: share_customers is 'many', expected a number"),
        ({"share_customers": True}, "WordOfMouth: share_customers is True, expected a number"),
        ({"rounds": 2.5}, "WordOfMouth: rounds is 2.5, expected a whole number"),
    ],
)
def test_impossible_assumptions_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(WordOfMouth(), **change)


@given(SHARE, SHARE, SHARE, st.floats(0, 20))
def test_nobody_is_lost_twice(customers, believing, lost, listeners):
    told = WordOfMouth(1.0, listeners, customers, believing, lost, share_passing_on=0.0)
    assert 1 <= told.expected_lost <= 1 + listeners + 1e-9


@settings(max_examples=25)
@given(SHARE, SHARE, st.integers(0, 4), st.integers(0, 10_000))
def test_more_people_hear_the_story_than_are_lost_by_it(lost, passing_on, rounds, seed):
    told = WordOfMouth(share_lost=lost, share_passing_on=passing_on, rounds=rounds)
    stories = simulate_word_of_mouth(told, stories=20, seed=seed)
    assert (stories["lost"] <= stories["told"] + 1).all()
    assert np.array_equal(stories["story"], np.arange(1, 21))


def test_every_assumption_tells_its_unit_its_meaning_and_where_it_comes_from():
    table = WordOfMouth(listeners=7).describe()
    assert table.columns.tolist() == ["assumption", "value", "unit", "meaning", "source"]
    assert table["assumption"].tolist() == [one.name for one in fields(WordOfMouth)]
    assert table.set_index("assumption").loc["listeners", ["value", "unit"]].tolist() == [7, "people"]
    assert table[["unit", "meaning", "source"]].map(len).to_numpy().min() > 0
