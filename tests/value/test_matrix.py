"""The value matrix at its cuts, and the ways of telling customers apart, by hand."""

import pandas as pd
import pytest

from crmlib.value.matrix import CELLS, compare_ways, place_in_matrix, summarise_matrix

VALUES = pd.DataFrame(
    {"current_cny": [100, 99, 100, 99, 5], "future_cny": [50, 50, 49, 49, 5]}, index=range(5)
)
CUTS = {"current_cut_cny": 100, "future_cut_cny": 50}


def test_a_value_at_the_cut_is_high():
    vip, maintained, improve, given_up = CELLS.values()
    assert place_in_matrix(VALUES, **CUTS).tolist() == [vip, improve, maintained, given_up, given_up]


def test_each_cell_is_held_against_what_came():
    actual = pd.Series([80.0, 60.0, 40.0, 10.0, 20.0], index=range(5), name="actual_cny")
    found = summarise_matrix(VALUES, actual, **CUTS)
    assert found.index.tolist() == ["given up 放弃型"]  # the only cell with two customers
    assert found.loc[
        "given up 放弃型", ["customers", "current_cny", "future_cny", "actual_cny"]
    ].tolist() == [2, 52, 27, 15]
    assert found["low"].iloc[0] < 15 < found["high"].iloc[0]


def test_ways_are_compared_on_the_same_customers():
    table = pd.DataFrame(
        {"old": [9, 8, 1, 1], "new": [1, 9, 8, 1], "margin": [10.0, 50.0, 30.0, 10.0]}, index=range(4)
    )
    found = compare_ways(table, ["old", "new"], outcome="margin", top_share=0.5)
    assert found["share_of_outcome"].tolist() == pytest.approx([0.6, 0.8, 0.8])
    assert found["last_ahead"].tolist() == pytest.approx([0.2, 0, 0])
    assert found["shared"].tolist() == [0.5, 1, 1]
    assert (found.loc["new", ["ahead_low", "ahead_high"]] == 0).all()


def test_equal_scores_are_taken_by_customer_number():
    table = pd.DataFrame({"score": [5, 5, 5, 1], "margin": [4.0, 3.0, 2.0, 1.0]}, index=[9, 7, 8, 6])
    found = compare_ways(table, ["score"], outcome="margin", top_share=0.25)
    assert found.loc["score", "share_of_outcome"] == pytest.approx(0.3)


@pytest.mark.parametrize(("share", "margin"), [(0.1, 5.0), (1.0, 5.0), (0.5, 0.0)])
def test_a_share_of_nothing_or_of_everybody_is_refused(share, margin):
    table = pd.DataFrame({"score": [1, 2], "margin": [margin, 0.0]})
    with pytest.raises(ValueError, match=r"table: \d of 2 customers are taken"):
        compare_ways(table, ["score"], outcome="margin", top_share=share)
