"""Cards: each limit by hand, what they cost, what their holders would do anyway (F-16)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_mean, estimate_share
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
    # of 4,000 yuan of sales 400 are discount, and 3,600 yuan paid bring 7,200 further points: 36 yuan
    cards = cards.assign(margin_cny=436.0)
    left = cost_cards(cards).iloc[0]
    assert left["margin_cny"] - left["discount_cny"] - left["points_cny"] == 0
    assert pd.isna(left["lift_needed"])


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


def test_the_whole_table_of_costs_and_the_card_without_gifts():
    cards = pd.DataFrame(
        {"amount_cny": [1000.0, 2000.0, 100.0], "margin_cny": [300.0, 600.0, -5.0], "purchases": 9,
         "card": ["Charming Woman", "Goddess", "Charming Woman"]}, index=[1, 2, 3],
    )  # fmt: skip
    found = cost_cards(cards, goddess_gifts_cny=50)
    # 100 + 9.5 + 50 of 600; the Charming Woman costs nothing, whatever her margin
    wanted = {
        "card": ["Goddess", "Charming Woman"], "customers": [1, 2], "amount_cny": [2000.0, 1100],
        "margin_cny": [600.0, 295], "discount_cny": [100.0, 0], "points_cny": [9.5, 0],
        "gifts_cny": [50.0, 0], "cost_cny": [159.5, 0], "cost_share": [159.5 / 600, 0],
        "lift_needed": [650 / 490.5 - 1, 0],
    }  # fmt: skip
    pd.testing.assert_frame_equal(found, pd.DataFrame(wanted), check_dtype=False)
    alone = cost_cards(cards.tail(1))
    assert alone[["cost_share", "lift_needed"]].isna().all(axis=None)  # there is no margin to take a share of


def test_the_days_of_cards_and_of_points_end_with_the_day():
    days = ["2024-12-31 23:59", "2025-01-01 00:00", "2025-12-31 23:59", "2026-01-01 00:00"]
    bought = pd.concat([buy(10, day=day, customer=4 - one) for one, day in enumerate(days)])
    assert assign_cards(bought, as_of=LAST).index.tolist() == [2, 3]
    points = pd.DataFrame(
        {"customer_id": [1, 2, 3], "booked_on": pd.to_datetime(["2025-12-31", "2026-01-01", "2025-01-01"]),
         "kind": "purchase", "points": [10, 20, 30]}
    )  # fmt: skip
    found = measure_points_liability(points, as_of=LAST)
    assert found[["group", "members", "points"]].to_numpy().tolist() == [["active", 2, 40], ["silent", 0, 0]]
    one_less = measure_points_liability(points, as_of=LAST, silent_days=364)
    assert one_less["points"].tolist() == [10, 30]
    assert one_less["share"].tolist() == [0.25, 0.75] and one_less["value_cny"].tolist() == [0.5, 1.5]


def test_holders_are_followed_with_the_intervals_of_their_card():
    before = [
        buy(amount, customer=one, day="2024-06-01") for one, amount in ((1, 4000), (2, 5000), (3, 2000))
    ]
    after = [buy(4000, customer=1), buy(1000, customer=2), buy(9000, customer=3)]
    found = follow_cards(pd.concat(before + after), as_of=LAST)
    spent, kept = estimate_mean(pd.Series([4000.0, 1000.0]), unit="yuan"), estimate_share(1, 2)
    assert found.columns.tolist() == [
        "card", "customers", "this_cny", "next_cny", "low", "high", "kept", "kept_low", "kept_high",
    ]  # fmt: skip
    assert found.iloc[0].tolist() == [
        "Queen", 2, 4500, spent.value, spent.low, spent.high, kept.value, kept.low, kept.high,
    ]  # fmt: skip
    assert len(found) == 1  # the only Goddess is one customer


def test_cards_with_one_holder_each_are_not_followed():
    bought = [buy(4000, customer=1, day="2024-06-01"), buy(2000, customer=2, day="2024-06-01"), buy(50)]
    with pytest.raises(TableError, match="receipts: no card has two customers in the first period"):
        follow_cards(pd.concat(bought), as_of=LAST)


def test_who_rises_has_kept_the_card():
    before = [buy(2000, customer=one, day="2024-06-01") for one in (1, 2)]
    found = follow_cards(pd.concat([*before, buy(4000, customer=1), buy(2000, customer=2)]), as_of=LAST)
    assert found[["card", "kept"]].to_numpy().tolist() == [["Goddess", 1.0]]


def test_two_cards_may_ask_for_as_many_purchases_and_differ_in_yuan():
    cards = assign_cards(buy(10), as_of=LAST, queen_purchases=5, goddess_purchases=5)
    assert len(cards) == 1


def test_holders_are_followed_for_as_many_days_as_were_counted():
    first = [buy(4000, customer=one, day="2025-06-01") for one in (1, 2)]
    early = [buy(4000, customer=one, day="2024-10-01") for one in (3, 4)]  # before the 200 days
    after = [buy(10, customer=1, day="2025-12-01"), buy(10, customer=3, day="2025-12-01")]
    found = follow_cards(pd.concat([*first, *early, *after]), as_of=LAST, days=200)
    assert found[["card", "customers", "this_cny"]].to_numpy().tolist() == [["Queen", 2, 4000]]
