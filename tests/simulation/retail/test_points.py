"""The points ledger follows the rules of the card (F-17)."""

import numpy as np
import pandas as pd

from tests.simulation.calls import get_lives


def test_no_account_pays_with_points_that_it_does_not_have(osmanthus):
    points = osmanthus.tables["points"]
    balance = points.groupby("customer_id")["points"].cumsum()
    paid = points["kind"] == "redemption"
    assert paid.any() and points[(balance < 0) & paid].empty


def test_purchase_points_follow_the_rule_of_one_for_ten_yuan(osmanthus):
    receipts, points = get_lives(osmanthus), osmanthus.tables["points"]
    booked = points[points["kind"] == "purchase"].set_index("receipt_id")["points"]
    expected = (np.rint(receipts["amount_cny"] * 100) // 1000).astype(int)
    due = (receipts["dispatched_on"] + pd.Timedelta(days=3) <= pd.Timestamp("2025-12-31")) & (expected > 0)
    assert booked.reindex(receipts.loc[due, "receipt_id"]).to_numpy().tolist() == expected[due].tolist()
    assert len(booked) == due.sum()


def test_birth_month_doubles_for_activated_members_only(osmanthus):
    receipts, points = get_lives(osmanthus), osmanthus.tables["points"]
    doubled = points.loc[points["kind"] == "birth_month", "receipt_id"]
    bought = receipts[receipts["receipt_id"].isin(doubled)]
    assert len(bought)
    assert (bought["purchased_at"].dt.month == bought["birth_month"]).all()
    assert (bought["activated_on"] <= bought["purchased_at"].dt.normalize()).all()


def test_points_expire_at_the_end_of_the_year_after_they_were_earned(osmanthus):
    points = osmanthus.tables["points"]
    expiry = points[points["kind"] == "expiry"]
    assert set(expiry["booked_on"].astype(str)) == {"2024-12-31", "2025-12-31"}
    new = points[(points["points"] > 0) & (points["booked_on"] >= "2025-01-01")]
    left = points.groupby("customer_id")["points"].sum()
    earned = new.groupby("customer_id")["points"].sum().reindex(left.index, fill_value=0)
    assert (left <= earned).all()
