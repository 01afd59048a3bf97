"""A letter to the best customers: windows and cells by hand, and a world whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_difference
from crmlib.improving.confounded import (
    TRUTH,
    compare_alike,
    compare_mailed,
    find_true_letter,
    join_letter,
    list_comparisons,
    plot_comparisons,
)
from tests.improving.calls import FRAMES
from tests.pictures import describe_figure, lines_of

CAMPAIGNS = FRAMES["campaigns"]


def make_letter(mailed, before, bought, silence=10.0):
    """Rows as join_letter gives them."""
    number = range(len(mailed))
    columns = {"mailed": mailed, "purchases_before": before, "silence_days": silence, "bought": bought}
    return pd.DataFrame({"customer_id": number, **columns})


def test_before_and_after_meet_on_the_day_of_the_letter():
    days = [
        "2023-03-04 00:00",
        "2024-03-02 23:00",
        "2024-03-03 00:00",
        "2024-05-01 23:00",
        "2024-05-02 00:00",
    ]
    receipts = pd.DataFrame({"customer_id": [1, 1, 2, 3, 4], "purchased_at": pd.to_datetime(days)})
    receipts = pd.concat([receipts, receipts.iloc[4:].assign(purchased_at=pd.Timestamp("2022-12-31 10:00"))])
    late = pd.DataFrame({"customer_id": [99], "purchased_at": [pd.Timestamp("2025-12-31")]})
    receipts = pd.concat([receipts, late])
    letter = join_letter(FRAMES["contacts"], receipts, CAMPAIGNS, FRAMES["members"]).set_index("customer_id")
    assert letter.loc[[1, 2, 3, 4], "purchases_before"].tolist() == [2, 0, 0, 0]
    assert letter.loc[[1, 2, 3, 4], "bought"].tolist() == [False, True, True, False]
    assert letter.loc[[1, 2, 4], "silence_days"].tolist() == [0, 365, 365], "never, or longer ago"
    assert letter["mailed"].sum() == 10


def test_receipts_of_nobody_leave_everybody_silent():
    receipts = FRAMES["receipts"].assign(customer_id=pd.NA)
    letter = join_letter(FRAMES["contacts"], receipts, CAMPAIGNS, FRAMES["members"], before_days=90)
    assert letter["silence_days"].eq(90).all() and not letter["bought"].any()


def test_who_joins_on_the_day_of_the_letter_is_not_compared():
    members = FRAMES["members"].assign(joined_on=pd.Timestamp("2024-03-02"))
    members.loc[members["customer_id"] == 40, "joined_on"] = pd.Timestamp("2024-03-03")
    letter = join_letter(FRAMES["contacts"], FRAMES["receipts"], CAMPAIGNS, members)
    assert len(letter) == 39 and 40 not in set(letter["customer_id"])


def test_without_anybody_to_compare_with_the_letter_is_refused():
    with pytest.raises(ValueError, match="10 of 10 members got the letter 1"):
        join_letter(FRAMES["contacts"], FRAMES["receipts"], CAMPAIGNS, FRAMES["members"].head(10))


def test_the_naive_comparison_is_a_plain_difference_of_shares():
    letter = make_letter([True] * 4 + [False] * 6, 1, [True, True, True, False] + [True, False] * 3)
    assert compare_mailed(letter) == estimate_difference(3, 4, 3, 6)


def test_like_with_like_weighs_the_cells_by_their_mailed_members():
    # cell "3 to 5": mailed 3 of 4, others 1 of 2 (+1/4); cell "0": mailed 1 of 2, others 0 of 2 (+1/2)
    mailed = [True] * 4 + [False] * 2 + [True] * 2 + [False] * 2 + [True]
    before = [3, 4, 5, 5, 3, 5, 0, 0, 0, 0, 9]  # the last one has nobody like her and is left out
    bought = [True, True, True, False, True, False, True, False, False, False, True]
    found = compare_alike(make_letter(mailed, before, bought))
    assert found.value == pytest.approx((4 * 0.25 + 2 * 0.5) / 6) and found.n == 10
    # variances from shares with half a customer more on either side: 3.5/5 and 1.5/3, 1.5/3 and 0.5/3
    first, second = 0.7 * 0.3 / 4 + 0.5 * 0.5 / 2, 0.5 * 0.5 / 2 + 5 / 36 / 2
    half = 1.959964 * np.sqrt((4 / 6) ** 2 * first + (2 / 6) ** 2 * second)
    assert (found.low, found.high) == pytest.approx((1 / 3 - half, 1 / 3 + half))


def test_the_limits_of_the_silence_cells_belong_to_the_shorter_silence():
    silence = np.array([30.0, 30, 31, 31, 30, 30, 31, 31])
    letter = make_letter([True] * 4 + [False] * 4, 1, [True, True, False, False] * 2, silence)
    assert compare_alike(letter).value == 0


def test_like_with_like_finds_the_effect_where_nothing_else_decides():
    draw = np.random.default_rng(2)
    before = draw.choice([0, 1, 2, 4, 8], 40_000)
    mailed = draw.random(40_000) < 0.1 + 0.1 * np.minimum(before, 7)
    bought = draw.random(40_000) < 0.1 + 0.08 * np.minimum(before, 8) + 0.05 * mailed
    letter = make_letter(mailed, before, bought)
    assert compare_alike(letter).covers(0.05) and compare_mailed(letter).low > 0.2


def test_the_truth_compares_each_mailed_member_with_herself():
    letter = FRAMES["letter"]
    # by hand: number % 7 below 3 with the letter and below 2 without, members 1 to 10: only 2 and 9 differ
    assert find_true_letter(FRAMES["truth.outcomes"], letter) == pytest.approx(2 / 10)


def test_a_mailed_member_without_outcome_is_counted_in_the_message():
    truth = FRAMES["truth.outcomes"]
    with pytest.raises(ValueError, match="1 mailed members have no outcome"):
        find_true_letter(truth[truth["customer_id"] != 3], FRAMES["letter"])


def test_the_list_holds_both_comparisons_and_the_truth_and_the_picture_marks_it():
    table = list_comparisons(FRAMES["letter"], FRAMES["truth.outcomes"])
    assert table["comparison"].iloc[-1] == TRUTH and table["value"].iloc[-1] == pytest.approx(0.2)
    assert table["value"].iloc[0] == compare_mailed(FRAMES["letter"]).value
    ax = plot_comparisons(table, truth=0.06)
    assert [line.get_marker() for line in ax.lines if line.get_marker() in ("o", "D")] == ["o", "o", "D"]
    assert ax.get_title().startswith(f"From {100 * table['value'].max():.1f} to ")
    assert ax.get_legend() is not None and plot_comparisons(table).get_legend() is None


def test_each_comparison_is_drawn_in_points_with_the_truth_as_a_diamond_or_a_line():
    rows = {"comparison": ["mailed less the others", TRUTH], "value": [0.1, -0.02], "low": [0.05, -0.02],
            "high": [0.2, -0.02]}  # fmt: skip
    ax = plot_comparisons(pd.DataFrame(rows), label="change (%)", truth=0.03)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.2
        title: From 10.0 to −2.0: the answer depends on the comparison
        x: change (%)
        y: comparison
        y ticks at 0, 1: mailed less the others | truth
        y runs backwards
        legend: truth
        line blue - thick: (5, 0) (20, 0)
        line blue o: (10, 0)
        line black - thick: (-2, 1) (-2, 1)
        line black D: (-2, 1)
        upright black :: x = 0
        upright 'truth' black --: x = 3
        texts black (center, baseline): (10, 0) 10.0, (-2, 1) −2.0
    """)


def test_the_truth_that_is_drawn_is_a_share():
    rows = pd.DataFrame({"comparison": ["naive"], "value": [0.1], "low": [0.0], "high": [0.2]})
    for share in (-1, 1):
        assert plot_comparisons(rows, truth=share).get_legend() is not None
    for share in (-1.01, 1.01):
        with pytest.raises(ValueError, match=f"truth is {share}, expected a share, or None"):
            plot_comparisons(rows, truth=share)
