"""What points cost the firm (F-17): from promise to payment, and what is never used."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.customers.ledger import EARNED
from crmlib.loyalty.points import cost_of_points, measure_breakage


def test_the_steps_from_promise_to_payment_add_up_at_the_firm(firm):
    table = cost_of_points(firm.points, firm.receipts).set_index("step")["points"]
    steps = table.drop(["issued", "expired", "not yet used", "redeemed"]).sum()
    assert table["issued"] == pytest.approx(steps)
    assert table["issued"] == firm.points.loc[firm.points["kind"].isin([*EARNED, "return"]), "points"].sum()
    assert table["redeemed"] == pytest.approx(table["issued"] + table["expired"] + table["not yet used"])
    assert table["lost to rounding"] < 0 < table["redeemed"]


def test_breakage_lies_between_a_quarter_and_a_third(firm):
    table = measure_breakage(firm.points, as_of="2026-01-01").set_index("earned_in")
    assert list(table.index) == ["2023", "2024", "all"]
    assert 0.25 < table.loc["all", "breakage_share"] < 0.36


def test_points_that_may_still_be_used_are_no_breakage(firm):
    table = measure_breakage(firm.points, as_of="2025-01-01")
    assert table["earned_in"].tolist() == ["2023", "all"]
    with pytest.raises(ValueError, match="points: no year of earning has expired by 2024-12-31"):
        measure_breakage(firm.points, as_of="2024-12-31")


def test_a_firm_without_member_sales_has_no_cost_of_points():
    points = pd.DataFrame({"customer_id": [7], "kind": ["opening"], "points": [40]})
    receipts = pd.DataFrame({"customer_id": pd.array([pd.NA], dtype="Int64"), "amount_cny": [20.0]})
    with pytest.raises(ValueError, match="receipts: no goods value on receipts with a card"):
        cost_of_points(points, receipts)
