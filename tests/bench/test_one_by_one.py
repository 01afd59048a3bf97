"""Receipts drawn one by one, to compare with: they have the shape and the laws of the firm's."""

import pandas as pd
import pytest

from bench import one_by_one


@pytest.fixture(scope="module")
def drawn():
    return one_by_one.draw_receipts(400)


def test_plain_python_draws_as_many_receipts_as_asked_with_lines_and_points(drawn):
    assert len(drawn["receipts"]) == len(drawn["points"]) == 400
    assert set(drawn["receipt_lines"]["receipt_id"]) == set(drawn["receipts"]["receipt_id"])
    assert drawn["receipts"]["purchased_at"].is_monotonic_increasing
    assert drawn["receipts"]["customer_id"].nunique() > 20


def test_plain_python_obeys_the_law_of_amounts(drawn):
    lines = (
        drawn["receipt_lines"]
        .eval("quantity * unit_price_cny")
        .groupby(drawn["receipt_lines"]["receipt_id"])
        .sum()
    )
    receipts = drawn["receipts"].set_index("receipt_id")
    difference = receipts["amount_cny"] + receipts["discount_cny"] - lines
    assert difference.abs().max() < 0.011


def test_plain_python_gives_the_same_receipts_for_the_same_seed(drawn):
    pd.testing.assert_frame_equal(drawn["receipts"], one_by_one.draw_receipts(400)["receipts"])


def test_append_is_given_back_and_taken_away_again():
    assert not hasattr(pd.DataFrame, "append")
    with one_by_one.frames_with_append():
        assert len(pd.DataFrame({"a": [1]}).append(pd.DataFrame({"a": [2]}))) == 2
    assert not hasattr(pd.DataFrame, "append")
