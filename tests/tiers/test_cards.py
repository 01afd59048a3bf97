"""Cards: each limit by hand, what they cost, what their holders would do anyway (F-16)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.tables.errors import TableError
from crmlib.tiers.cards import assign_cards, cost_cards, follow_cards, measure_points_liability
from tests.tiers.calls import FRAMES, LAST


def buy(amount: float, purchases: int = 1, *, day: str = "2025-06-01", customer: int = 1) -> pd.DataFrame:
    """One member's purchases, whose amounts sum to amount."""
    share = amount / purchases
    rows = {"customer_id": customer, "purchased_at": pd.Timestamp(day), "amount_cny": share}
    return pd.DataFrame([rows | {"margin_cny": 0.3 * share}] * purchases)


@pytest.mark.parametrize(
    ("amount", "purchases", "card"),
    [
        (3990, 1, "Queen"),
        (3989.99, 199, "Goddess"),
        (100, 200, "Queen"),
        (1990, 1, "Goddess"),
        (1989.99, 99, "Charming Woman"),
        (100, 100, "Goddess"),
        (3990, 18, "Queen"),  # eighteen eighteenths in floating point lie a little below
    ],
)
def test_either_limit_is_enough_and_both_are_reached_from_their_value_on(amount, purchases, card):
    assert assign_cards(buy(amount, purchases), as_of=LAST)["card"].tolist() == [card]


def test_limits_of_the_queen_below_those_of_the_goddess_are_refused():
    with pytest.raises(ValueError, match="expected limits of at least those of the Goddess"):
        assign_cards(buy(10), as_of=LAST, queen_cny=100)


def test_the_lift_brings_the_margin_back_to_where_it_was():
    cards = pd.DataFrame(
        {
            "amount_cny": [4000.0, 2000.0],
            "margin_cny": [1200.0, 600.0],
            "purchases": 9,
            "card": ["Queen", "Goddess"],
        },
        index=[1, 2],
    )
    for row in cost_cards(cards).to_dict("records"):
        rate = (row["margin_cny"] - row["discount_cny"] - row["points_cny"]) / row["amount_cny"]
        after = (1 + row["lift_needed"]) * row["amount_cny"] * rate - row["gifts_cny"]
        assert after == pytest.approx(row["margin_cny"])
    # 5 % of 2,000; one extra point for 10 yuan on 1,900 paid; 80 yuan of gifts
    goddess = cost_cards(cards).iloc[1]
    assert goddess[["discount_cny", "points_cny", "gifts_cny"]].tolist() == pytest.approx([100, 9.5, 80])


def test_no_lift_helps_where_the_discount_takes_the_margin():
    cards = pd.DataFrame(
        {"amount_cny": [4000.0], "margin_cny": [300.0], "purchases": 9, "card": "Queen"}, index=[1]
    )
    assert cost_cards(cards)["lift_needed"].isna().all()


def test_without_any_card_the_holders_are_followed_into_the_next_year():
    before = [buy(5000, customer=1, day="2024-06-01"), buy(4000, customer=2, day="2024-06-01")]
    after = [buy(4000, customer=1), buy(9000, customer=3)]  # member 2 does not come back
    found = follow_cards(pd.concat(before + after), as_of=LAST).iloc[0]
    assert found[["card", "customers", "this_cny", "next_cny", "kept"]].tolist() == [
        "Queen",
        2,
        4500,
        2000,
        0.5,
    ]


def test_points_are_owed_to_active_and_to_silent_members():
    found = measure_points_liability(FRAMES["points"], as_of=LAST).set_index("group")
    # 1: 40 + 30, bought in November; 2: 50 − 20, last purchase 2023; 3: 15 − 20 counts as nothing
    assert found["points"].to_dict() == {"active": 70, "silent": 30}
    assert found["members"].to_dict() == {"active": 1, "silent": 1}
    assert found["value_cny"].sum() == pytest.approx(5)
    with pytest.raises(TableError, match="nothing was booked up to as_of"):
        measure_points_liability(FRAMES["points"], as_of="2022-01-01")
