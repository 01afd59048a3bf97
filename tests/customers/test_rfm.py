"""RFM scores and pairs of letters: the course's rule by hand, ties, laws, and outcomes that fit nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from tests.customers.calls import PAIR


def make_summary(recency, purchases, amount) -> pd.DataFrame:
    """A summary of customers 1, 2, …."""
    columns = {"recency_days": recency, "purchases": purchases, "amount_cny": np.array(amount, dtype=float)}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(recency) + 1, name="customer_id"))


def test_rfm_gives_five_to_the_latest_buyer():
    scores = score_rfm(make_summary([30, 3, 300, 90, 10], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    assert scores["recency_score"].tolist() == [3, 5, 1, 2, 4]


def test_rfm_without_ties_makes_equal_groups():
    n = np.arange(1, 101)
    scores = score_rfm(make_summary(n, n, n))
    assert scores["frequency_score"].value_counts().tolist() == [20] * 5
    assert scores.loc[1, "rfm"] == "511" and scores.loc[100, "rfm"] == "155"


def test_customers_on_a_level_share_a_score_and_one_may_stay_empty():
    # the five customers of chapter 3: 12 and 13 bought four times, 14 and 15 once
    scores = score_rfm(make_summary([3, 40, 90, 200, 400], [9, 4, 4, 1, 1], [500, 900, 80, 60, 20]))
    assert scores["frequency_score"].tolist() == [5, 4, 4, 2, 2]


def test_a_single_customer_gets_the_best_scores():
    assert score_rfm(make_summary([5], [1], [9]))["rfm"].tolist() == ["555"]


def test_ten_bins_are_written_apart():
    scores = score_rfm(make_summary([5, 1], [1, 2], [9, 10]), bins=10)
    assert scores["rfm"].tolist() == ["5-5-5", "10-10-10"]


summaries = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(0, 8)), min_size=1, max_size=30
).map(lambda rows: make_summary(*zip(*rows, strict=True)))


@settings(max_examples=30, deadline=None)
@given(summary=summaries, bins=st.integers(2, 9), seed=st.integers(0, 3))
def test_scores_follow_the_values_and_not_the_order_of_rows(summary, bins, seed):
    scores = score_rfm(summary, bins=bins)
    for column, score, sign in (
        ("recency_days", "recency_score", -1),
        ("purchases", "frequency_score", 1),
        ("amount_cny", "monetary_score", 1),
    ):
        assert scores[score].between(1, bins).all()
        ordered = pd.DataFrame({"value": sign * summary[column], "score": scores[score]}).sort_values("value")
        assert ordered["score"].is_monotonic_increasing
        assert (ordered.groupby("value")["score"].nunique() == 1).all()
    shuffled = score_rfm(summary.sample(frac=1, random_state=seed), bins=bins)
    pd.testing.assert_frame_equal(shuffled.sort_index(), scores)


SCORES = pd.DataFrame({"recency_score": [2, 2, 1], "frequency_score": [2, 1, 1]}, index=[11, 12, 13])


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(0, 9), min_size=1, max_size=40), bins=st.integers(2, 100))
def test_scores_are_those_of_the_mean_ranks(values, bins):
    summary = make_summary(values, [value + 1 for value in values], [value / 100 for value in values])
    twice = 2 * summary["purchases"].rank(method="average")
    wanted = np.ceil(bins * twice / (2 * len(values))).astype(int)
    scores = score_rfm(summary, bins=bins)
    assert scores["frequency_score"].tolist() == scores["monetary_score"].tolist() == wanted.tolist()
    rows = scores.iloc[:, :3].astype(str).agg(("" if bins < 10 else "-").join, axis=1)
    assert scores["rfm"].tolist() == rows.tolist()


def test_a_pair_shows_the_mean_of_each_cell_and_how_many_stand_behind_it():
    table = tabulate_pair(SCORES, pd.Series([10.0, 20.0, 40.0], index=[11, 12, 13]), pair="RF")
    assert table.loc[2, 2] == 10 and table.loc[1, 1] == 40 and pd.isna(table.loc[1, 2])
    assert repr(table.attrs["customers"]) == "[[1, 1], [0, 1]]"  # whole numbers


def test_a_pair_turned_round_is_the_table_turned_round():
    outcome = pd.Series([10.0, 20.0, 40.0], index=[11, 12, 13])
    turned = tabulate_pair(SCORES, outcome, pair="FR")
    pd.testing.assert_frame_equal(turned.T, tabulate_pair(SCORES, outcome, pair="RF"))


@pytest.mark.parametrize(
    ("outcome", "error", "message"),
    [
        (pd.Series(["a"], index=[11]), ValueError, r"outcome: 1 of 1 values are wrong \(position 0: a\)"),
        ([1, 2], TypeError, "outcome: expected a column of numbers .* found list"),
        (pd.Series([np.inf], index=[11]), ValueError, "outcome: 1 of 1 values are wrong"),
        (pd.Series([1.0, 2.0], index=[11, 11]), ValueError, r"customers occur twice \(first: 11\)"),
        (pd.Series([1.0], index=[99]), ValueError, "no customer has both scores and an outcome"),
        (pd.Series([np.nan], index=[11]), ValueError, "no customer has both scores and an outcome"),
    ],
)
def test_a_bad_outcome_is_refused(outcome, error, message):
    with pytest.raises(error, match=message):
        tabulate_pair(SCORES, outcome, pair="RF")


def test_a_pair_leaves_thin_cells_empty():
    scores = pd.DataFrame({"recency_score": [1, 2] * 12, "frequency_score": [1] * 23 + [2]})
    table = tabulate_pair(scores, pd.Series(np.ones(24)), pair="RF")
    ax = plot_pair(table, label="came back", share=True)
    assert [text.get_text() for text in ax.texts] == ["100 %", "100 %"]
    assert ax.get_xlabel() == "frequency score (best first)" and ax.get_title() == "came back"


def test_a_pair_is_drawn_darker_for_more_and_white_on_dark():
    table = pd.DataFrame([[10.0, 6.0], [7.0, 99.0]], index=pd.Index([2, 1], name="recency_score"),
                         columns=pd.Index([5, 4], name="frequency_score"))  # fmt: skip
    table.attrs["customers"] = [[10, 10], [10, 9]]  # behind the 99 stand nine, too few
    ax = plot_pair(table, label="days")
    cells = {text.get_text(): (text.get_position(), text.get_color()) for text in ax.texts}
    # 6 is three fifths of the largest, and no more
    assert cells == {"10": ((0, 0), "white"), "6": ((1, 0), "black"), "7": ((0, 1), "white")}
    assert {(text.get_ha(), text.get_va()) for text in ax.texts} == {("center", "center")}
    (image,) = ax.images
    assert image.get_array().tolist() == [[10, 6], [7, None]] and image.get_cmap().name == "Blues"
    assert image.get_clim() == pytest.approx((0, 11.5)) and ax.get_aspect() == "auto"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["5", "4"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["2", "1"]
    assert not any(line.get_visible() for line in [*ax.get_xgridlines(), *ax.get_ygridlines()])
    assert (ax.get_ylabel(), ax.get_figure().get_figheight()) == ("recency score (best on top)", 3.8)
    shares = plot_pair(table / 100, label="share", share=True)
    assert [text.get_text() for text in shares.texts] == ["10 %", "6 %", "7 %"]


def test_a_two_way_table_of_ones_own_is_drawn_whole():
    ax = plot_pair(pd.DataFrame([[1.0, 2.0], [3.0, 4.0]]), label="days")
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3", "4"]


def test_of_many_customers_with_two_outcomes_the_first_five_are_named():
    numbers = [*range(1, 8), *range(1, 8)]
    with pytest.raises(ValueError, match=r"\(first: 1, 2, 3, 4, 5\)"):
        tabulate_pair(SCORES, pd.Series(1.0, index=numbers), pair="RF")


def test_what_is_no_outcome_and_no_number_of_groups_is_refused_in_words():
    with pytest.raises(ValueError, match=r"Expected a finite number for each customer who has an outcome.$"):
        tabulate_pair(SCORES, pd.Series(["a"], index=[11]), pair="RF")
    words = r"^score_rfm: bins is 1, expected a whole number from 2 to 100, usually 5.$"
    with pytest.raises(ValueError, match=words):
        score_rfm(make_summary([1], [1], [1]), bins=1)


def test_amounts_that_are_the_same_to_the_cent_share_a_score():
    assert score_rfm(make_summary([1, 1], [1, 1], [1.001, 1.004]))["monetary_score"].tolist() == [4, 4]


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda table: [], TypeError, "plot_pair: expected the numbers of tabulate_pair, found list"),
        (lambda table: table.astype(str), TypeError, "found words in it"),
        (
            lambda table: table * np.nan,
            ValueError,
            "no cell in 2 rows holds 10 customers",
        ),
        (lambda table: table.head(1), ValueError, "give the direct result of tabulate_pair"),
    ],
)
def test_a_two_way_table_without_a_full_cell_is_not_drawn(spoil, error, message):
    with pytest.raises(error, match=message):
        plot_pair(spoil(PAIR), label="yuan")
