"""Money and referrals by stage: small firms whose sums can be checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.lifecycle.money import (
    PARTS,
    count_referrals_by_stage,
    estimate_first_year_margin,
    measure_money_by_stage,
    plot_money_by_stage,
)
from crmlib.lifecycle.stages import STAGE_TYPE
from crmlib.tables.errors import TableError
from tests.lifecycle.calls import FRAMES
from tests.pictures import describe_figure, lines_of

QUARTER = pd.Timestamp("2025-01-01")
LABELS = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4],
        "quarter": QUARTER,
        "stage": pd.Categorical(["incubation", "incubation", "growth", "growth"], dtype=STAGE_TYPE),
    }
)
MEMBERS = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4],
        "joined_on": pd.to_datetime(["2025-01-10", "2025-02-10", "2024-05-01", "2024-05-01"]),
        "fee_cny": 20.0,
        "referred_by": pd.array([3, 3, None, None], dtype="Int64"),
    }
)
RECEIPTS = pd.DataFrame(
    {
        "customer_id": pd.array([1, 2, 3, 3, 4, None], dtype="Int64"),
        "purchased_at": pd.to_datetime(
            ["2025-01-10", "2025-02-10", "2025-01-05", "2024-12-31", "2025-03-31", "2025-01-01"]
        ),
        "margin_cny": [30.0, 50.0, 60.0, 999.0, 20.0, 999.0],
        "points_redeemed": [0, 0, 100, 0, 0, 0],
    }
)
COSTS = pd.DataFrame(
    {
        "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-01", "2024-12-01"]),
        "purpose": pd.Categorical(["acquisition", "acquisition", "retention", "retention"]),
        "cost_cny": [60.0, 40.0, 8.0, 999.0],
    }
)


def test_money_of_two_stages_by_hand():
    money = measure_money_by_stage(LABELS, RECEIPTS, MEMBERS, COSTS).set_index("stage")
    joining, growth = money.loc["incubation, joining quarter"], money.loc["growth"]
    parts = ["margin_cny", "fee_cny", "acquisition_cny", "care_cny", "points_cny"]
    assert joining[parts].tolist() == [40, 20, 50, 2, 0] and joining["net_cny"] == 8
    assert growth[parts].tolist() == [40, 0, 0, 2, 2.5] and growth["net_cny"] == 35.5
    assert growth["low"] < 35.5 < growth["high"] and growth["customer_quarters"] == 2


def test_who_joined_earlier_is_in_incubation_without_fee_and_cost_of_winning():
    earlier = MEMBERS.assign(joined_on=pd.Timestamp("2024-12-31"))
    money = measure_money_by_stage(LABELS, RECEIPTS, earlier, COSTS)
    assert money["stage"].tolist() == ["incubation, later", "growth"]
    assert money.loc[0, ["fee_cny", "acquisition_cny"]].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("day", "margin"), [("2024-12-31 23:59", 40), ("2025-01-01", 240), ("2025-04-01", 40)]
)
def test_a_margin_belongs_to_the_quarter_of_its_day(day, margin):
    extra = RECEIPTS.head(1).assign(customer_id=3, purchased_at=pd.Timestamp(day), margin_cny=400.0)
    money = measure_money_by_stage(LABELS, pd.concat([RECEIPTS, extra]), MEMBERS, COSTS).set_index("stage")
    assert money.loc["growth", "margin_cny"] == margin


def test_a_quarter_without_purchases_and_without_costs_is_a_quarter_of_nothing():
    later = LABELS.assign(quarter=pd.Timestamp("2025-07-01"))
    money = measure_money_by_stage(later, RECEIPTS, MEMBERS, COSTS).set_index("stage")
    assert (money[["margin_cny", "fee_cny", "acquisition_cny", "care_cny", "points_cny"]] == 0).all(axis=None)
    assert money["customer_quarters"].tolist() == [2, 2]


def test_members_who_are_not_in_the_table_are_named():
    with pytest.raises(ValueError, match=r"labels: 2 customers are not in members \(first: 3, 4\)"):
        measure_money_by_stage(LABELS, RECEIPTS, MEMBERS.head(2), COSTS)


def test_income_stands_to_the_right_and_cost_to_the_left():
    rows = [
        ("incubation, joining quarter", 40.0, 20.0, 25.0, 2.0, 0.5, 32.5, 30.0, 36.0),
        ("growth", 50.0, 0.0, 0.0, 3.0, 4.0, 43.0, 40.0, 47.0),
    ]
    ax = plot_money_by_stage(pd.DataFrame(rows, columns=["stage", *PARTS, "low", "high"]))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.4
        x: yuan per customer and quarter
        y: stage at the start of the quarter
        y ticks at 0, 1: incubation, joining quarter | growth
        y runs backwards
        legend: margin | fee | acquisition | care | points | net
        bars 'margin' blue: 0: 0 to 40, 1: 0 to 50
        bars 'fee' sky: 0: 40 to 60, 1: 50 to 50
        bars 'acquisition' orange: 0: 0 to -25, 1: 0 to 0
        bars 'care' grey: 0: -25 to -27, 1: 0 to -3
        bars 'points' black: 0: -27 to -27.5, 1: -3 to -7
        intervals 'net' white: (30, 0) to (36, 0), (40, 1) to (47, 1)
        line white D: (32.5, 0) (43, 1)
        upright black - thin: x = 0
    """)
    assert ax.get_xlim()[1] == 84  # room for the legend: 1.4 times the highest income


def test_a_stage_with_one_customer_is_not_reported():
    money = measure_money_by_stage(LABELS.head(3), RECEIPTS, MEMBERS, COSTS)
    assert money["stage"].tolist() == ["incubation, joining quarter"]
    with pytest.raises(ValueError, match="no stage holds two customers"):
        measure_money_by_stage(LABELS.iloc[[0, 2]], RECEIPTS, MEMBERS, COSTS)


def test_referrals_belong_to_the_stage_of_the_one_who_recommends():
    referrals = count_referrals_by_stage(LABELS, MEMBERS).set_index(["year", "stage"])
    assert referrals.loc[("2025", "growth"), "referrals"] == 2
    assert referrals.loc[("2025", "growth"), "per_hundred"] == 100
    assert referrals.loc[("all", "incubation"), "referrals"] == 0


def test_a_stage_with_one_customer_has_no_rate():
    stages = count_referrals_by_stage(LABELS.head(3), MEMBERS)["stage"]
    assert set(stages) == {"incubation"}


def test_without_a_referral_there_is_nothing_to_count():
    nobody = MEMBERS.assign(referred_by=pd.array([None] * 4, dtype="Int64"))
    with pytest.raises(ValueError, match="nobody was referred"):
        count_referrals_by_stage(LABELS, nobody)


def test_a_difference_in_the_sum_can_vanish_within_the_years():
    # (customers, referrals): half of everybody brings a friend in 2023 and nobody in 2024
    kinds = {
        ("2023", "growth"): (8, 4),
        ("2023", "maturity"): (2, 1),
        ("2024", "growth"): (2, 0),
        ("2024", "maturity"): (8, 0),
    }
    labels, referred = [], []
    for (year, stage), (customers, bring) in kinds.items():
        ids = range(len(labels), len(labels) + customers)
        labels += [(number, pd.Timestamp(f"{year}-01-01"), stage) for number in ids]
        referred += [(1000 + number, pd.Timestamp(f"{year}-02-01"), number) for number in ids[:bring]]
    frame = pd.DataFrame(labels, columns=["customer_id", "quarter", "stage"]).astype({"stage": STAGE_TYPE})
    told = pd.DataFrame(referred, columns=["customer_id", "joined_on", "referred_by"])
    table = count_referrals_by_stage(frame, told).set_index(["year", "stage"])["per_hundred"]
    assert table["2023"].to_dict() == {"growth": 50, "maturity": 50}
    assert table["2024"].to_dict() == {"growth": 0, "maturity": 0}
    assert table["all"].to_dict() == {"growth": 40, "maturity": 10}


def test_the_first_year_is_whole_or_left_out():
    receipts = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, 3],
            "purchased_at": pd.to_datetime(["2024-01-10", "2025-03-01", "2024-06-01", "2025-06-01"]),
            "margin_cny": [10.0, 999.0, 30.0, 999.0],
        }
    )
    members = pd.DataFrame(
        {
            "customer_id": [1, 2, 3],
            "joined_on": pd.to_datetime(["2024-01-10", "2024-01-10", "2025-06-01"]),
            "referred_by": pd.array([None, None, None], dtype="Int64"),
        }
    )
    margin = estimate_first_year_margin(receipts, members, until="2025-06-05", referred=False)
    assert margin.value == 20 and margin.n == 2
    message = "members: 0 of 3 count here and had their first year by 2025-06-05, expected at least 2"
    with pytest.raises(ValueError, match=message):
        estimate_first_year_margin(receipts, members, until="2025-06-05", referred=True)


@pytest.mark.parametrize(("until", "n"), [("2025-01-08", 2), ("2025-01-09", 3)])
def test_a_first_year_of_365_days_ends_on_the_day_before_the_next(until, n):
    # joined on 10 January of a leap year: the last of 365 days is 8 January 2025
    members = pd.DataFrame(
        {
            "customer_id": [1, 2, 3],
            "joined_on": pd.to_datetime(["2024-01-01", "2024-01-10", "2024-01-11"]),
            "referred_by": pd.array([None] * 3, dtype="Int64"),
        }
    )
    receipts = pd.DataFrame(
        {"customer_id": [1], "purchased_at": [pd.Timestamp("2025-01-08")], "margin_cny": [1.0]}
    )
    assert estimate_first_year_margin(receipts, members, until=until, referred=False).n == n


@pytest.mark.parametrize(("day", "mean"), [("2025-01-08 23:59", 5.0), ("2025-01-09 00:00", 0.0)])
def test_a_purchase_on_the_last_of_365_days_counts_and_on_the_next_does_not(day, mean):
    members = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "joined_on": pd.Timestamp("2024-01-10"),
            "referred_by": pd.array([None] * 2, dtype="Int64"),
        }
    )
    receipts = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp(day)], "margin_cny": [10.0]})
    margin = estimate_first_year_margin(receipts, members, until="2025-01-09", referred=False)
    assert (margin.value, margin.n) == (mean, 2)  # the other member bought nothing and counts


def test_receipts_that_end_too_early_do_not_make_members_poor():
    with pytest.raises(TableError, match=r"receipts end on 2024-12-\d\d, but the period ends on 2025-12-31"):
        estimate_first_year_margin(
            FRAMES["receipts until"], FRAMES["members"], until="2025-12-31", referred=True
        )
