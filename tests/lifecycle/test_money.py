"""Money and referrals by stage, tenure and endings: small firms whose sums can be checked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.ending import count_endings, list_open_matters
from crmlib.lifecycle.money import (
    count_referrals_by_stage,
    estimate_first_year_margin,
    measure_money_by_stage,
    plot_money_by_stage,
)
from crmlib.lifecycle.stages import STAGE_TYPE
from crmlib.lifecycle.tenure import (
    compare_tenure,
    follow_members,
    measure_by_tenure,
    measure_cost_to_serve,
    measure_snapshot,
    plot_tenure,
)
from crmlib.tables.errors import TableError

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
    assert joining[["margin_cny", "fee_cny", "acquisition_cny", "care_cny", "net_cny"]].tolist() == [
        40,
        20,
        50,
        2,
        8,
    ]
    assert growth[["margin_cny", "fee_cny", "acquisition_cny", "care_cny", "points_cny"]].tolist() == [
        40,
        0,
        0,
        2,
        2.5,
    ]
    assert growth["net_cny"] == 35.5 and growth["low"] < 35.5 < growth["high"]
    ax = plot_money_by_stage(money.reset_index())
    assert ax.get_xlabel() == "yuan per customer and quarter"


def test_a_stage_with_one_customer_is_not_reported():
    money = measure_money_by_stage(LABELS.head(3), RECEIPTS, MEMBERS, COSTS)
    assert money["stage"].tolist() == ["incubation, joining quarter"]
    with pytest.raises(ValueError, match="no stage holds two customers"):
        measure_money_by_stage(LABELS.iloc[[0, 2]], RECEIPTS, MEMBERS, COSTS)


@pytest.mark.parametrize(
    ("number", "column", "table"),
    [
        (0, "stage", "labels"),
        (1, "margin_cny", "receipts"),
        (2, "fee_cny", "members"),
        (3, "purpose", "marketing_costs"),
    ],
)
def test_money_needs_its_columns(number, column, table):
    frames = [LABELS, RECEIPTS, MEMBERS, COSTS]
    frames[number] = frames[number].drop(columns=column)
    with pytest.raises(TableError, match=f"{table}: missing columns: {column}"):
        measure_money_by_stage(*frames)


def test_referrals_belong_to_the_stage_of_the_one_who_recommends():
    referrals = count_referrals_by_stage(LABELS, MEMBERS).set_index(["year", "stage"])
    assert referrals.loc[("2025", "growth"), "referrals"] == 2
    assert referrals.loc[("2025", "growth"), "per_hundred"] == 100
    assert referrals.loc[("all", "incubation"), "referrals"] == 0


def test_without_a_referral_there_is_nothing_to_count():
    nobody = MEMBERS.assign(referred_by=pd.array([None] * 4, dtype="Int64"))
    with pytest.raises(ValueError, match="nobody was referred"):
        count_referrals_by_stage(LABELS, nobody)


def test_a_difference_in_the_sum_can_vanish_within_the_years():
    kinds = {2023: {"growth": (8, 4), "maturity": (2, 1)}, 2024: {"growth": (2, 0), "maturity": (8, 0)}}
    labels, referred, number = [], [], 0
    for year, stages in kinds.items():
        for stage, (customers, bring) in stages.items():
            for place in range(customers):
                number += 1
                labels.append((number, pd.Timestamp(f"{year}-01-01"), stage))
                if place < bring:
                    referred.append((1000 + number, pd.Timestamp(f"{year}-02-01"), number))
    frame = pd.DataFrame(labels, columns=["customer_id", "quarter", "stage"]).astype({"stage": STAGE_TYPE})
    told = pd.DataFrame(referred, columns=["customer_id", "joined_on", "referred_by"])
    table = count_referrals_by_stage(frame, told).set_index(["year", "stage"])["per_hundred"]
    for year in ("2023", "2024"):
        assert table[(year, "growth")] == table[(year, "maturity")]
    assert table[("all", "growth")] > 3 * table[("all", "maturity")]


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
    with pytest.raises(ValueError, match="expected at least 2"):
        estimate_first_year_margin(receipts, members, until="2025-06-05", referred=True)
    with pytest.raises(TableError, match="receipts end on 2025-06-01, but the period ends on 2025-12-31"):
        estimate_first_year_margin(receipts, members, until="2025-12-31", referred=False)


def make_histories(yearly: dict[int, list[float]]) -> pd.DataFrame:
    """A first purchase on 2023-01-01, then one in each half-year with the given margin (0: none)."""
    rows = []
    for customer, margins in yearly.items():
        rows.append((customer, pd.Timestamp("2023-01-01"), 999.0))
        rows += [
            (customer, pd.Timestamp("2023-01-01") + pd.Timedelta(days=182 * half + 90), margin)
            for half, margin in enumerate(margins)
            if margin
        ]
    return pd.DataFrame(rows, columns=["customer_id", "purchased_at", "margin_cny"])


# the six members of the chapter, by half-year: two heavy ones stay, four light ones leave; nobody changes
SIX = make_histories({1: [50] * 5, 2: [50] * 5, 3: [20] * 4, 4: [20] * 4, 5: [20] * 2, 6: [20] * 2})


def test_the_curve_of_those_still_buying_rises_although_nobody_changes():
    followed = follow_members(SIX, as_of="2025-12-31")
    shares = measure_by_tenure(followed).set_index(["group", "period"])["margin_cny"]
    assert shares.loc["still buying in the period"].tolist() == [30, 30, 35, 35]
    assert shares.loc["the same members"].tolist() == [50, 50, 50, 50]
    assert shares.loc["everybody who joined"].round(1).tolist() == [30, 30, 23.3, 23.3]


def test_the_change_of_the_same_members_is_zero_by_hand():
    change = compare_tenure(follow_members(SIX, as_of="2025-12-31"), seed=1).set_index("group")["change"]
    assert change["the same members"] == pytest.approx(0)
    assert change["still buying in the period"] == pytest.approx(35 / 30 - 1)
    assert change["everybody who joined"] == pytest.approx(140 / 180 - 1)


@settings(max_examples=20, deadline=None)
@given(level=st.floats(1, 500), growth=st.floats(0.5, 2))
def test_true_growth_is_found_in_the_same_members(level, growth):
    path = [level, level, level * growth, level * growth, level * growth]
    followed = follow_members(make_histories({1: path, 2: path}), as_of="2025-12-31")
    change = compare_tenure(followed, seed=1).set_index("group").loc["the same members", "change"]
    assert change == pytest.approx(growth - 1)


def test_the_truth_adds_those_who_were_customers_all_along():
    followed = follow_members(SIX, as_of="2025-12-31")
    truth = pd.DataFrame(
        {"customer_id": range(1, 7), "left_on": pd.to_datetime([None, None] + ["2024-06-01"] * 4)}
    )
    shares = measure_by_tenure(followed, truth_members=truth).set_index(["group", "period"])
    assert (shares.loc["truth: customers all along", "n"] == 2).all()


def test_members_who_are_too_young_are_not_followed():
    with pytest.raises(ValueError, match="0 members began 819 days before 2023-12-31"):
        follow_members(SIX, as_of="2023-12-31")
    with pytest.raises(ValueError, match="follow_members: periods is 2, expected at least 4"):
        follow_members(SIX, as_of="2025-12-31", periods=2)
    with pytest.raises(TableError, match="receipts: missing columns: margin_cny"):
        follow_members(SIX.drop(columns="margin_cny"), as_of="2025-12-31")
    with pytest.raises(ValueError, match="expected the table of follow_members"):
        measure_by_tenure(pd.DataFrame({"a": [1]}))


def test_a_snapshot_sorts_buyers_of_one_period_by_tenure():
    old = [(n, pd.Timestamp("2024-01-01"), 1.0) for n in range(30)]
    new = [(n, pd.Timestamp("2025-06-01"), 1.0) for n in range(100, 130)]
    inside = [(n, pd.Timestamp("2025-08-01"), 40.0 if n < 30 else 10.0) for n, *_ in old + new]
    fresh = [(n, pd.Timestamp("2025-09-01"), 99.0) for n in range(200, 240)]
    receipts = pd.DataFrame(old + new + inside + fresh, columns=["customer_id", "purchased_at", "margin_cny"])
    snapshot = measure_snapshot(receipts, first="2025-07-01", last="2025-12-31")
    assert snapshot[["band", "margin_cny", "n"]].to_numpy().tolist() == [[1, 10, 30], [4, 40, 30]]
    followed = measure_by_tenure(follow_members(SIX, as_of="2025-12-31"))
    ax = plot_tenure(followed, snapshot)
    assert ax.lines[0].get_label() == "snapshot: buyers of one period, by tenure"
    with pytest.raises(ValueError, match="no band of tenure holds 30 buyers"):
        measure_snapshot(SIX, first="2024-07-01", last="2024-12-31")


def test_the_cost_to_serve_is_points_coupons_and_compensation():
    days = pd.to_datetime(["2023-02-01", "2023-02-01", "2024-02-01", "2024-02-01"])
    receipts = pd.DataFrame(
        {
            "customer_id": [1, 2, 1, 2],
            "purchased_at": days,
            "amount_cny": 100.0,
            "points_redeemed": [0, 0, 40, 0],
            "discount_cny": [1.0, 0.0, 0.0, 0.0],
        }
    )
    complaints = pd.DataFrame(
        {"customer_id": [2], "opened_at": pd.to_datetime(["2024-03-01"]), "compensation_cny": [8.0]}
    )
    members = pd.DataFrame({"customer_id": [1, 2], "joined_on": pd.to_datetime(["2023-02-01"] * 2)})
    cost = measure_cost_to_serve(receipts, complaints, members)
    assert cost["year 1"].value == pytest.approx(0.5) and cost["year 2"].value == pytest.approx(5.0)


STAGES = pd.DataFrame({"stage": ["termination"] * 3 + ["growth"]}, index=[1, 2, 3, 4])
POINTS = pd.DataFrame(
    {
        "customer_id": [1, 2, 2, 4],
        "points": [40, 40, -40, 40],
        "booked_on": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-12-31", "2024-01-01"]),
    }
)
COMPLAINTS = pd.DataFrame(
    {
        "customer_id": pd.array([3, 2], dtype="Int64"),
        "opened_at": pd.to_datetime(["2024-02-01", "2024-02-01"]),
        "closed_at": pd.to_datetime([None, "2024-02-05"]),
    }
)


def test_the_two_wordings_of_the_end_count_differently():
    matters = list_open_matters(STAGES, POINTS, COMPLAINTS, as_of="2025-06-30")
    assert matters["settled"].tolist() == [False, True, False]
    endings = count_endings(matters).set_index("wording")
    assert endings["customers"].tolist() == [3, 1] and endings["owed_cny"].tolist() == [2.0, 0.0]


def test_bookings_after_the_day_do_not_count():
    matters = list_open_matters(STAGES, POINTS, COMPLAINTS, as_of="2024-06-30")
    assert matters.loc[2, "points"] == 40


def test_an_ending_needs_somebody_who_ended():
    with pytest.raises(ValueError, match="no customer is in the stage termination"):
        list_open_matters(STAGES.tail(1), POINTS, COMPLAINTS, as_of="2025-06-30")
    with pytest.raises(ValueError, match="open_matters: missing columns: open_complaints, settled"):
        count_endings(pd.DataFrame({"points": [1]}))


def test_no_function_changes_what_it_was_given():
    frames = [LABELS, RECEIPTS, MEMBERS, COSTS, POINTS, COMPLAINTS, STAGES]
    before = [frame.copy() for frame in frames]
    measure_money_by_stage(LABELS, RECEIPTS, MEMBERS, COSTS)
    count_referrals_by_stage(LABELS, MEMBERS)
    list_open_matters(STAGES, POINTS, COMPLAINTS, as_of="2025-06-30")
    for frame, untouched in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, untouched)
    assert np.isfinite(before[1]["margin_cny"]).all()
