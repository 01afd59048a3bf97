"""Cost to serve a member: an independent sum from the tables."""

import pandas as pd
import pytest

from tests.simulation.calls import get_member_receipts

MINUTE = 28 / 60


def test_cost_to_serve_is_what_till_parcels_returns_complaints_points_and_news_add_up_to(osmanthus):
    tables = osmanthus.tables
    receipts = get_member_receipts(osmanthus).set_index("receipt_id")
    lines = tables["receipt_lines"].groupby("receipt_id").size().reindex(receipts.index)
    cost = MINUTE * (1.4 + 0.3 * lines) + receipts["points_redeemed"] * 0.05
    cost += (receipts["channel"] == "online") * (7.5 + 6 * MINUTE) - receipts["freight_cny"]
    total = cost.groupby(receipts["customer_id"]).sum()
    returns = tables["returns"].dropna(subset=["customer_id"])
    total = total.add(
        (0.4 * returns["amount_cny"] + 9 * MINUTE).groupby(returns["customer_id"]).sum(), fill_value=0
    )
    complaints = tables["complaints"].dropna(subset=["customer_id"])
    handling = complaints["compensation_cny"] + 0.7 * 28
    total = total.add(handling.groupby(complaints["customer_id"]).sum(), fill_value=0)
    members = tables["members"].set_index("customer_id")
    months = (pd.Timestamp("2026-01-01") - members["joined_on"]).dt.days / (365.25 / 12)
    total = total.add(months * (0.35 + 0.004 * 28), fill_value=0)
    truth = osmanthus.truth["members"].set_index("customer_id")["serving_cost_cny"]
    pd.testing.assert_series_equal(
        truth, total.reindex(truth.index), check_names=False, check_index_type=False, atol=0.006, rtol=0
    )


def test_serving_costs_less_than_the_margin_of_most_members_and_more_than_that_of_some(osmanthus):
    margin = get_member_receipts(osmanthus).groupby("customer_id")["margin_cny"].sum()
    truth = osmanthus.truth["members"].set_index("customer_id")["serving_cost_cny"]
    losing = (truth > margin.reindex(truth.index)).mean()
    assert 0.02 < losing < 0.15
    assert truth.sum() == pytest.approx(0.14 * margin.sum(), rel=0.2)
