"""Every law of the chain's tables can be broken, and the break is named with its place."""

import pandas as pd
import pytest

from crmlib.tables.check import check_firm
from crmlib.tables.examples import example_rows
from crmlib.tables.laws_retail import RETAIL
from tests.tables.calls import DAY, check, message_of, refuse

BEFORE, AFTER = DAY - pd.Timedelta(days=1), DAY + pd.Timedelta(days=1)
SCORES = {"satisfaction": 1, "trust": 1, "recommend": 0, "intention": 1}
# table, what is changed in its example rows, the tables to compare with, the place, a part of the law
BROKEN = [
    ("stores", {"rivals": 3}, (), "stores.competition: 2 of 2", "high with 3 or 4"),
    ("members", {"activated_on": BEFORE}, (), "activated_on: 2 of 2", "on the day of joined_on or after"),
    ("members", {"referred_by": [100001, 100001]}, (), "referred_by: 1 of 2", "another member"),
    ("receipts", {"points_redeemed": 20}, (), "points_redeemed: 2 of 2", "without a card"),
    ("receipts", {"dispatched_on": BEFORE}, (), "dispatched_on: 2 of 2", "on the day of purchased_at"),
    ("returns", {}, ("receipts",), "returns.amount_cny: 2 of 2", "at most the amount of the receipt"),
    ("returns", {"requested_on": BEFORE}, ("receipts",), "requested_on: 2 of 2", "had been bought, or later"),
    ("points", {"kind": "expiry", "points": 5}, (), "points.points: 2 of 2", "negative points"),
    ("points", {"kind": "purchase", "points": -5}, (), "points.points: 2 of 2", "positive points"),
    ("points", {"booked_on": BEFORE}, ("members",), "points.booked_on: 2 of 2", "customer's joined_on"),
    ("surveys", {"answered_on": DAY}, (), "surveys.satisfaction: 2 of 2", "a score if answered_on"),
    ("surveys", {"recommend": 5}, (), "surveys.recommend: 2 of 2", "none if it is empty"),
    ("surveys", {"answered_on": BEFORE, **SCORES}, (), "answered_on: 2 of 2", "on the day of invited_on"),
    ("surveys", {"invited_on": BEFORE}, ("members",), "surveys.invited_on: 2 of 2", "customer's joined_on"),
    ("complaints", {"closed_at": DAY}, (), "complaints.outcome: 2 of 2", "an outcome for every"),
    ("complaints", {"offered_at": BEFORE}, (), "complaints.offered_at: 2 of 2", "on the day of opened_at"),
    ("complaints", {"acknowledged_at": AFTER, "closed_at": DAY, "outcome": "refund"}, (),
     "complaints.closed_at: 2 of 2", "on the day of acknowledged_at"),
    ("complaints", {"customer_id": 100001, "opened_at": BEFORE}, ("members",), "opened_at: 2", "joined_on"),
    ("campaigns", {"ended_on": BEFORE}, (), "campaigns.ended_on: 2 of 2", "on the day of started_on"),
    ("contacts", {"contacted_on": DAY}, (), "contacts.contacted_on: 2 of 2", "no contact"),
    ("contacts", {"arm": "coupon", "contacted_on": BEFORE}, ("members",), "contacted_on: 2", "joined_on"),
    ("store_trials", {"ended_on": BEFORE}, (), "store_trials.ended_on: 2 of 2", "on the day of started_on"),
    ("marketing_costs", {"month": BEFORE}, (), "marketing_costs.month: 2 of 2", "the first day of a month"),
    ("exits", {"asked_on": BEFORE}, ("members",), "exits.asked_on: 2 of 2", "customer's joined_on"),
    ("queues", {"tills_open": 2}, ("stores",), "queues.tills_open: 2 of 2", "at most the tills"),
    ("panel", {"quarter": BEFORE}, (), "panel.quarter: 2 of 2", "the first day of a quarter"),
    ("panel", {"amount_cny": 3.0}, (), "panel.amount_cny: 2 of 2", "0 without"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "others", "place", "law"), BROKEN)
def test_broken_law_is_named_with_its_place(name, change, others, place, law):
    keywords = {other: example_rows(other) for other in others}
    message = refuse(name, example_rows(name).assign(**change), **keywords)
    assert place in message
    assert law in message
    assert "Repair: " in message and message.endswith(".")


def test_every_table_with_laws_is_broken_above():
    assert {name for name, *_ in BROKEN} == set(RETAIL)


def test_purchase_before_joining_is_refused(receipts, members):
    members["joined_on"] = [DAY, DAY, pd.Timestamp("2024-06-01"), DAY, DAY]
    message = refuse("receipts", receipts, members=members)
    assert "receipts.purchased_at: 1 of 5 rows is wrong.\n  First rows: receipt_id 3" in message
    assert "no date before the customer's joined_on" in message


def test_purchase_in_the_morning_of_the_day_of_joining_is_fine(receipts, members):
    receipts["purchased_at"] = DAY + pd.Timedelta(hours=9)
    check("receipts", receipts, members=members)


def test_wrong_sum_of_a_receipt_is_found_with_the_right_one():
    receipts = example_rows("receipts").assign(amount_cny=20.0, discount_cny=[0.0, 4.0])
    lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=[10.0, 12.5])
    message = message_of(check_firm, {"receipts": receipts, "receipt_lines": lines})
    assert "receipts.amount_cny: 1 of 2 rows is wrong.\n  First rows: receipt_id 2" in message
    assert "less discount_cny (21.00 for the first)" in message


def test_wrong_margin_of_a_receipt_is_found():
    products = example_rows("products").assign(unit_cost_cny=[6.0, 7.0])
    lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=10.0)
    firm = {
        "receipts": example_rows("receipts").assign(amount_cny=20.0, margin_cny=[8.0, 8.0]),
        "receipt_lines": lines,
        "products": products,
    }
    message = message_of(check_firm, firm)
    assert "receipts.margin_cny: 1 of 2 rows is wrong.\n  First rows: receipt_id 2" in message
    firm["receipts"]["margin_cny"] = [8.0, 6.0]
    check_firm(firm)


def test_member_without_a_receipt_on_the_day_of_joining_is_found(members, receipts):
    late = receipts.assign(purchased_at=DAY + pd.Timedelta(days=1), dispatched_on=DAY + pd.Timedelta(days=1))
    message = message_of(check_firm, {"members": members, "receipts": late})
    assert "members.joined_on: 5 of 5 rows are wrong" in message
    assert "the day of the member's first receipt" in message


def test_referral_by_an_unknown_or_later_member_is_found(members):
    members["referred_by"] = pd.array([None, 100001, 999999, None, None], dtype="Int64")
    message = message_of(check_firm, {"members": members})
    assert "members.referred_by: 1 of 5 rows is wrong.\n  First rows: customer_id 100003" in message
    members["referred_by"] = pd.array([None, 100001, 100005, None, None], dtype="Int64")
    check_firm({"members": members})
    members.loc[4, "joined_on"] = AFTER
    message = message_of(check_firm, {"members": members})
    assert "members.referred_by: 1 of 5 rows is wrong.\n  First rows: customer_id 100003" in message
    assert "joined on the same day or earlier" in message
    assert message.endswith("Repair: correct referred_by or leave it empty.")


def test_the_level_of_competition_changes_at_one_and_at_three_rivals():
    stores = pd.concat([example_rows("stores").head(1)] * 5, ignore_index=True)
    stores = stores.assign(store_id=range(1, 6), rivals=range(5))
    levels = pd.Categorical(["low", "medium", "medium", "high", "high"], dtype=stores["competition"].dtype)
    check("stores", stores.assign(competition=levels))
    assert "stores.competition: 2 of 5 rows are wrong.\n  First rows: store_id 2, 4" in refuse(
        "stores", stores.assign(competition=levels[[0, 0, 2, 2, 4]])
    )


@pytest.mark.parametrize(("amounts", "fits"), [([12.0, 18.0], True), ([12.0, 18.01], False)])
def test_all_returns_of_a_receipt_together_are_at_most_its_amount(amounts, fits):
    returns = example_rows("returns").assign(receipt_id=1, amount_cny=amounts)
    receipts = example_rows("receipts").assign(amount_cny=30.0)
    if fits:
        check("returns", returns, receipts=receipts)
    else:
        assert "returns.amount_cny: 2 of 2" in refuse("returns", returns, receipts=receipts)


@pytest.mark.parametrize(
    ("amount", "fits"), [(20.004, True), (19.996, True), (20.006, False), (19.994, False)]
)
def test_a_receipt_equals_its_lines_to_half_a_cent(amount, fits):
    receipts = example_rows("receipts").assign(amount_cny=[amount, 20.0], discount_cny=0.0)
    lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=10.0)
    firm = {"receipts": receipts, "receipt_lines": lines}
    if fits:
        check_firm(firm)
    else:
        assert "receipts.amount_cny: 1 of 2 rows is wrong" in message_of(check_firm, firm)


def test_no_store_opens_more_tills_than_it_has_but_all_of_them():
    stores = example_rows("stores").assign(tills=[2, 3])
    queues = example_rows("queues").assign(store_id=[1, 2], tills_open=[2, 4])
    assert "queues.tills_open: 1 of 2 rows is wrong.\n  First rows: store_id 2" in refuse(
        "queues", queues, stores=stores
    )


def test_a_receipt_without_a_line_has_no_amount():
    lines = example_rows("receipt_lines").head(1).assign(quantity=2, unit_price_cny=10.0)
    receipts = example_rows("receipts").assign(amount_cny=[20.0, 0.0], discount_cny=0.0)
    check_firm({"receipts": receipts, "receipt_lines": lines})
    message = message_of(check_firm, {"receipts": receipts.assign(amount_cny=20.0), "receipt_lines": lines})
    assert "First rows: receipt_id 2" in message and "(0.00 for the first)" in message


@pytest.mark.parametrize(("more", "fits"), [(0.1, True), (-0.1, True), (0.11, False), (-0.11, False)])
def test_a_large_receipt_may_miss_a_billionth_of_its_lines_besides(more, fits):
    receipts = example_rows("receipts", rows=1).assign(amount_cny=1e8 + more, discount_cny=0.0)
    lines = example_rows("receipt_lines", rows=1).assign(quantity=2, unit_price_cny=5e7)
    firm = {"receipts": receipts, "receipt_lines": lines}
    if fits:  # half a cent, and a billionth of 100,000,000 is 0.1
        check_firm(firm)
    else:
        assert "(100000000.00 for the first)" in message_of(check_firm, firm)


def test_goods_come_back_on_the_evening_of_the_purchase_and_no_earlier():
    receipts = example_rows("receipts").assign(amount_cny=30.0, purchased_at=DAY + pd.Timedelta(hours=18))
    check("returns", example_rows("returns").assign(requested_on=DAY), receipts=receipts)
    early = example_rows("returns").assign(requested_on=[DAY, BEFORE])
    assert "requested_on: 1 of 2 rows is wrong" in refuse("returns", early, receipts=receipts)


@pytest.mark.parametrize("kind", ["purchase", "redemption", "return", "expiry"])
def test_points_of_any_kind_may_be_none(kind):
    check("points", example_rows("points").assign(kind=kind, points=0))


@pytest.mark.parametrize(("kind", "points"), [("redemption", 1), ("purchase", -1)])
def test_one_point_of_the_wrong_sign_is_refused(kind, points):
    assert "points.points: 2 of 2" in refuse(
        "points", example_rows("points").assign(kind=kind, points=points)
    )


def test_the_smallest_purchase_of_the_panel_is_one_with_an_amount():
    panel = example_rows("panel")
    check("panel", panel.assign(purchases=[1, 0], amount_cny=[0.5, 0.0]))
    assert "panel.amount_cny: 2 of 2" in refuse(
        "panel", panel.assign(purchases=[1, 0], amount_cny=[0.0, 0.5])
    )


def test_membership_begins_with_the_first_of_several_receipts(members, receipts):
    again = receipts.assign(receipt_id=range(6, 11), purchased_at=AFTER, dispatched_on=AFTER)
    check_firm({"members": members, "receipts": pd.concat([again, receipts], ignore_index=True)})
