"""Scales of customers: by value and by loyalty (C-06, C-07)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.relationship_types.scales import assign_loyalty_classes, assign_value_classes
from crmlib.relationship_types.states import assign_states
from tests.relationship_types.calls import LAST, make_receipts


def test_value_classes_hold_the_highest_margins(firm):
    classes = assign_value_classes(firm.receipts, as_of=LAST)
    assert classes["value_class"].cat.categories.tolist() == ["VIP", "important", "ordinary"]
    assert classes["value_class"].cat.ordered
    counts = classes["value_class"].value_counts()
    assert counts["VIP"] == round(0.05 * len(classes))
    assert counts["important"] == round(0.2 * len(classes)) - counts["VIP"]
    limits = classes.groupby("value_class", observed=True)["margin_cny"].agg(["min", "max"])
    assert limits.loc["VIP", "min"] >= limits.loc["important", "max"]
    assert limits.loc["important", "min"] >= limits.loc["ordinary", "max"]


def test_equal_margins_are_ordered_by_customer_number():
    twins = pd.DataFrame({"customer_id": [9, 8, 7, 6], "margin_cny": 5.0, "purchased_at": pd.Timestamp(LAST)})
    classes = assign_value_classes(twins, as_of=LAST, vip_share=0.25, important_share=0.25)
    assert classes["value_class"].to_dict() == {6: "VIP", 7: "important", 8: "ordinary", 9: "ordinary"}


@pytest.mark.parametrize("shares", [(0.0, 0.2), (0.5, 0.5), (0.2, 0.0)])
def test_shares_that_leave_a_class_empty_are_refused(shares):
    with pytest.raises(ValueError, match="expected shares above 0 that sum to less than 1"):
        assign_value_classes(make_receipts(), as_of=LAST, vip_share=shares[0], important_share=shares[1])


def test_a_period_without_buyers_is_refused():
    with pytest.raises(ValueError, match="no customer bought in the 30 days from 2022-12-02 on"):
        assign_value_classes(make_receipts(), as_of="2022-12-31", days=30)


def test_an_old_customer_need_not_be_loyal_and_the_lost_have_no_class():
    classes = assign_loyalty_classes(make_receipts(), as_of=LAST)
    states = assign_states(make_receipts(), as_of=LAST)["state"]
    assert set(classes.index) == set(states.index[states != "lost"])
    assert classes[1] == "old" and classes[3] == "loyal" and classes.name == "loyalty_class"


@pytest.mark.parametrize(("day", "word"), [("2025-07-02", "new"), ("2025-07-01", "old")])
def test_a_customer_is_new_for_182_days(day, word):
    bought = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp(day)], "amount_cny": [9.0]})
    assert assign_loyalty_classes(bought, as_of=LAST).tolist() == [word]
