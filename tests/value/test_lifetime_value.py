"""The five ways to count a new member, by hand at the edges."""

import pandas as pd
import pytest

from crmlib.value.lifetime_value import STEPS, discount_flows, follow_value, plot_value_steps
from tests.pictures import describe_figure, lines_of
from tests.value.calls import FRAMES

DAYS = pd.to_datetime


def follow(bought, paid=((2, "2024-01-01", 9.0),), *, within_days=365, joined="2024-01-01"):
    members = pd.DataFrame({"customer_id": [1], "joined_on": DAYS([joined]), "fee_cny": [20.0]})
    receipts = pd.DataFrame(
        bought, columns=["customer_id", "purchased_at", "amount_cny", "margin_cny", "points_redeemed"]
    )
    complaints = pd.DataFrame(paid, columns=["customer_id", "opened_at", "compensation_cny"])
    types = {"customer_id": "int64", "compensation_cny": "float64"}
    return follow_value(
        members,
        receipts.assign(purchased_at=DAYS(receipts["purchased_at"], format="ISO8601")),
        complaints.assign(opened_at=DAYS(complaints["opened_at"])).astype(types),
        within_days=within_days,
    ).loc[1]


def test_each_step_takes_off_or_adds_what_it_says():
    one = follow(
        [
            (1, "2024-01-01 09:00", 100.0, 30.0, 0),
            (1, "2024-01-01 18:00", 10.0, 3.0, 0),
            (1, "2024-12-30", 60.0, 20.0, 100),
        ],
        [(1, "2024-01-01", 4.0)],
    )
    assert one["first_cny"] == 110 and one["sales_cny"] == 170 and one["margin_cny"] == 53
    assert one["served_cny"] == 53 + 20 - 100 * 0.05 - 4
    assert one["value_cny"] == pytest.approx(30 + 3 - 4 + 20 + 15 / 1.1 ** (364 / 365.25))


def test_the_last_day_counts_and_the_day_after_does_not():
    bought = [
        (1, "2024-01-01", 10.0, 3.0, 0),
        (1, "2024-01-30 23:59", 10.0, 3.0, 0),
        (1, "2024-01-31", 10.0, 3.0, 0),
    ]
    assert follow(bought, within_days=30)["sales_cny"] == 20


def test_who_joined_too_late_is_left_out_to_the_day():
    bought = [(1, "2024-01-01", 10.0, 3.0, 0), (1, "2024-01-30", 10.0, 3.0, 0)]
    assert follow(bought, within_days=30)["sales_cny"] == 20
    with pytest.raises(ValueError, match="nobody joined 31 days or more before the last receipt"):
        follow(bought, within_days=31)


def test_a_member_without_a_receipt_brings_the_fee():
    members = FRAMES["members"].assign(customer_id=FRAMES["members"]["customer_id"] + 500)
    members = pd.concat([FRAMES["members"], members])
    table = follow_value(members, FRAMES["receipts"], FRAMES["complaints"], within_days=180)
    assert table.loc[501].tolist() == [0, 0, 0, 20, 20] and list(table) == list(STEPS)


def test_later_money_is_worth_less_and_today_s_money_is_not():
    assert discount_flows([-50, 40, 40, 40], 0.10) == pytest.approx(
        -50 + 40 + 40 / 1.1 + 40 / 1.21 - 40 + 40 / 1.331
    )
    assert discount_flows([7], 0.5) == 7 and discount_flows([1, 1, 1], 0) == 3


def test_each_way_to_count_has_a_bar_with_student_s_interval():
    steps = {"first_cny": [10.0, 20], "sales_cny": [1000.0, 2000], "margin_cny": [30.0, 50],
             "served_cny": [25.0, 45], "value_cny": [20.0, 40]}  # fmt: skip
    ax = plot_value_steps(pd.DataFrame(steps, index=pd.Index([1, 2], name="customer_id")))
    # of two numbers the interval is the mean ± 12.706 × half their distance
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: The value is 2.0 times the first purchase
        x: what is counted
        x ticks at 0, 1, 2, 3, 4: first purchase | all purchases | margin in them |
         with fee, less / cost to serve | discounted
        y: yuan for a new member
        bars orange/sky/blue: 0: 0 to 15, 1: 0 to 1500, 2: 0 to 40, 3: 0 to 35, 4: 0 to 30
        intervals black: (0, -48.53) to (0, 78.53), (1, -4853) to (1, 7853), (2, -87.06) to (2, 167.1),
         (3, -92.06) to (3, 162.1), (4, -97.06) to (4, 157.1)
        texts black (center, baseline): (0, 78.53) 15, (1, 7853) 1,500, (2, 167.1) 40, (3, 162.1) 35,
         (4, 157.1) 30
    """)
    assert ax.yaxis.get_major_formatter()(1000) == "1,000"
    free = pd.DataFrame(steps | {"first_cny": [0.0, 0.0]}, index=pd.Index([1, 2], name="customer_id"))
    assert plot_value_steps(free).get_title() == ""
    with pytest.raises(ValueError, match="one member has no interval"):
        plot_value_steps(free.head(1))
