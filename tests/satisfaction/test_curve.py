"""The repurchase curve and what customers say (H-03): by hand, as laws, and at the firm."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.answers import follow_answers
from crmlib.satisfaction.curve import (
    compare_intention_with_behaviour,
    measure_repurchase_by_score,
    plot_intention_against_behaviour,
    plot_repurchase_by_score,
)
from tests.pictures import read_frame, read_lines, read_whiskers


@pytest.fixture(scope="module")
def answers(firm):
    """All answers that can be followed for a year."""
    return follow_answers(firm.surveys, firm.receipts)


def test_shares_by_score_add_up_to_the_overall_share(answers):
    table = measure_repurchase_by_score(answers, by="trust")
    known = answers.dropna(subset="trust")
    assert table["n"].sum() == len(known)
    assert (table["n"] * table["stayed_share"]).sum() == pytest.approx((~known["left"]).sum())


def test_scores_given_by_fewer_than_five_are_measured_but_not_drawn():
    rows = pd.DataFrame({"satisfaction": [4] * 4 + [5] * 5, "left": False, "rivals": 1})
    assert measure_repurchase_by_score(rows, by="rivals")["n"].tolist() == [4, 5]
    assert plot_repurchase_by_score(rows, by="rivals").lines[0].get_xdata().tolist() == [5]
    with pytest.raises(ValueError, match="answers: no score was given by 5 customers of a group"):
        plot_repurchase_by_score(rows.head(4), by="rivals")


def test_intention_rises_with_satisfaction_more_steeply_than_behaviour(answers):
    table = compare_intention_with_behaviour(answers)
    intends, stayed = (
        table[name].iloc[-1] - table[name].iloc[0] for name in ("intends_share", "stayed_share")
    )
    assert intends > stayed + 0.1


def test_who_stated_no_intention_is_left_out_of_both_curves():
    rows = pd.DataFrame({"satisfaction": [5, 5, 5], "left": [False, True, True]})
    rows["intention"] = pd.array([5, 3, None], dtype="Int64")
    table = compare_intention_with_behaviour(rows)
    assert table[["n", "intends_share", "stayed_share"]].to_numpy().tolist() == [[2, 0.5, 0.5]]
    nobody = rows.assign(intention=pd.array([None] * 3, dtype="Int64"))
    with pytest.raises(ValueError, match=r"answers\.intention: nobody stated an intention"):
        compare_intention_with_behaviour(nobody)


# without a rival 4 of 5 come back at score 1 and 3 of 5 at 5; with four rivals 0 and 5 of 5
DRAWN = pd.DataFrame(
    {
        "satisfaction": ([1] * 5 + [5] * 5) * 2,
        "left": [True] + [False] * 4 + [True] * 2 + [False] * 3 + [True] * 5 + [False] * 5,
        "rivals": [0] * 10 + [4] * 10,
        "intention": pd.array([1] * 5 + [5] * 4 + [3] + [1] * 5 + [4] * 5, dtype="Int64"),
    }
)


def list_limits(x, *counts):
    """The intervals of shares in per cent, as a picture holds them."""
    shares = [estimate_share(*pair) for pair in counts]
    return [
        [[at, round(100 * one.low, 4)], [at, round(100 * one.high, 4)]]
        for at, one in zip(x, shares, strict=True)
    ]


def test_the_curve_of_each_group_has_its_own_marker_and_the_title_says_how_far_it_climbs():
    ax = plot_repurchase_by_score(DRAWN, by="rivals")
    assert ax.get_title() == "Lowest to highest score: 0 −20, 4 +100 points"
    curves = [line for line in read_lines(ax) if line[2] != "_"]
    colour = COLOURS["stayed"]
    assert curves == [
        (colour, "-", "o", [0.97, 4.97], [80, 60]),  # beside each other, so that no interval hides another
        (colour, "--", "s", [1.03, 5.03], [0, 100]),
    ]
    assert read_whiskers(ax) == [
        *list_limits([0.97, 4.97], (4, 5), (3, 5)),
        *list_limits([1.03, 5.03], (0, 5), (5, 5)),
    ]
    frame = read_frame(ax)
    assert frame["legend"] == ["rivals: 0 (n = 10)", "rivals: 4 (n = 10)"]
    assert (frame["x"], frame["y"]) == (
        "satisfaction (score from 1 to 5)", "came back within the period (%)"
    )  # fmt: skip
    assert ax.get_ylim() == (0, 102) and ax.get_xticks().tolist() == [1, 2, 3, 4, 5]


def test_the_picture_sets_what_customers_say_beside_what_they_do():
    ax = plot_intention_against_behaviour(DRAWN)
    assert ax.get_title() == "From the lowest to the highest score: say so 0 to 90 %, came back 40 to 80 %"
    curves = [line for line in read_lines(ax) if line[2] != "_"]
    assert curves == [
        (COLOURS["claim"], "--", "s", [0.97, 4.97], [0, 90]),
        (COLOURS["stayed"], "-", "o", [1.03, 5.03], [40, 80]),
    ]
    assert read_whiskers(ax) == [
        *list_limits([0.97, 4.97], (0, 10), (9, 10)),
        *list_limits([1.03, 5.03], (4, 10), (8, 10)),
    ]
    frame = read_frame(ax)
    assert frame["legend"] == ["say they will (intention 4 or 5)", "came back"]
    assert (frame["x"], frame["y"]) == ("satisfaction (score from 1 to 5)", "share of customers (%)")
    assert ax.get_ylim() == (0, 102) and ax.get_xticks().tolist() == [1, 2, 3, 4, 5]
