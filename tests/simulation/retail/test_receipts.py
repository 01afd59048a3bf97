"""Receipts: money adds up to the fen, prices are those of the shelf, and nobody buys before joining."""

import numpy as np
import pandas as pd
import pytest

from tests.simulation.calls import get_lives


@pytest.fixture(scope="module")
def lines(osmanthus):
    """Receipt lines with list price and cost of their products."""
    products = osmanthus.tables["products"][["product_id", "list_price_cny", "unit_cost_cny"]]
    return osmanthus.tables["receipt_lines"].merge(products, on="product_id", validate="many_to_one")


def test_amount_and_margin_add_up_to_the_fen(osmanthus, lines):
    receipts = osmanthus.tables["receipts"].set_index("receipt_id")
    goods = (lines["quantity"] * lines["unit_price_cny"]).groupby(lines["receipt_id"]).sum()
    spent = (lines["quantity"] * lines["unit_cost_cny"]).groupby(lines["receipt_id"]).sum()
    np.testing.assert_allclose(receipts["amount_cny"], goods - receipts["discount_cny"], atol=1e-6)
    np.testing.assert_allclose(receipts["margin_cny"], receipts["amount_cny"] - spent, atol=1e-6)


def test_a_promotion_is_always_below_the_list_price_and_nothing_else_is(lines):
    cheaper = lines["unit_price_cny"] < lines["list_price_cny"]
    pd.testing.assert_series_equal(cheaper, lines["on_promotion"], check_names=False)
    assert (lines.loc[~cheaper, "unit_price_cny"] == lines.loc[~cheaper, "list_price_cny"]).all()


def test_nobody_buys_with_the_card_before_joining_and_everybody_joins_with_a_purchase(osmanthus):
    first = get_lives(osmanthus).groupby("customer_id")["purchased_at"].min().dt.normalize()
    joined = osmanthus.tables["members"].set_index("customer_id")["joined_on"]
    assert first.reindex(joined.index).equals(joined.rename("purchased_at"))


def test_receipts_are_numbered_in_order_of_time(osmanthus):
    assert osmanthus.tables["receipts"]["purchased_at"].is_monotonic_increasing


def test_points_are_redeemed_in_stores_only_in_steps_of_two_yuan_and_never_above_the_amount(osmanthus):
    receipts = osmanthus.tables["receipts"]
    paid = receipts[receipts["points_redeemed"] > 0]
    assert len(paid) and (paid["channel"] == "store").all()
    assert (paid["points_redeemed"] % 40 == 0).all()
    assert (paid["points_redeemed"] * 0.05 <= paid["amount_cny"] + 1e-9).all()
