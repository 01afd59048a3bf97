"""What it costs to serve a member, by year of membership: points, coupons and compensation by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.lifecycle.cost_to_serve import measure_cost_to_serve

RECEIPTS = pd.DataFrame(
    {
        "customer_id": [1, 2, 1, 2],
        "purchased_at": pd.to_datetime(["2023-02-01", "2023-02-01", "2024-02-01", "2024-02-01"]),
        "amount_cny": 100.0,
        "points_redeemed": [0, 0, 40, 0],
        "discount_cny": [1.0, 0.0, 0.0, 0.0],
    }
)
COMPLAINTS = pd.DataFrame(
    {"customer_id": [2], "opened_at": pd.to_datetime(["2024-03-01"]), "compensation_cny": [8.0]}
)
MEMBERS = pd.DataFrame({"customer_id": [1, 2], "joined_on": pd.to_datetime(["2023-02-01"] * 2)})


def test_points_coupons_and_compensation_are_counted_by_year_of_membership():
    cost = measure_cost_to_serve(RECEIPTS, COMPLAINTS, MEMBERS)
    # year 1: a coupon of 1 yuan on 200; year 2: 40 points are 2 yuan, 8 yuan of compensation
    assert {year: one.value for year, one in cost.items()} == pytest.approx({"year 1": 0.5, "year 2": 5.0})


@pytest.mark.parametrize(("day", "cost"), [("2024-01-31", 8.5), ("2024-02-01", 0.5)])
def test_the_second_year_begins_after_365_days(day, cost):
    # 1 February 2023 + 365 days = 1 February 2024
    moved = COMPLAINTS.assign(opened_at=pd.Timestamp(day), compensation_cny=16.0)
    assert measure_cost_to_serve(RECEIPTS, moved, MEMBERS)["year 1"].value == pytest.approx(cost)


def test_a_year_in_which_nothing_was_bought_has_no_cost_for_a_hundred_yuan():
    late = pd.concat([COMPLAINTS, COMPLAINTS.assign(customer_id=1)]).assign(
        opened_at=pd.Timestamp("2026-03-01")
    )
    assert list(measure_cost_to_serve(RECEIPTS, late, MEMBERS)) == ["year 1", "year 2"]
    with pytest.raises(ValueError, match="receipts: in no year of membership did two members buy"):
        measure_cost_to_serve(RECEIPTS.head(1), late, MEMBERS)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (MEMBERS.head(1), r"members: 3 purchases or complaints are by strangers or .* \(customer_id 2\)"),
        (MEMBERS.assign(joined_on=pd.Timestamp("2023-02-02")), r"members: 2 purchases .* before joining"),
    ],
)
def test_purchases_of_strangers_and_before_joining_are_refused(members, message):
    with pytest.raises(ValueError, match=message):
        measure_cost_to_serve(RECEIPTS, COMPLAINTS, members)


def test_a_year_in_which_one_member_alone_bought_has_no_interval_and_is_left_out():
    early = COMPLAINTS.assign(opened_at=pd.Timestamp("2023-03-01"))
    small = RECEIPTS.assign(amount_cny=0.25)  # half a yuan a year is something
    assert list(measure_cost_to_serve(small, early, MEMBERS)) == ["year 1", "year 2"]
    assert list(measure_cost_to_serve(RECEIPTS.head(3), early, MEMBERS)) == ["year 1"]
