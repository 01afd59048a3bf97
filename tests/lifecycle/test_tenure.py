"""Tenure and composition: six members who never change, and a curve that climbs all the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.tenure import (
    compare_tenure,
    follow_members,
    measure_by_tenure,
    measure_snapshot,
    plot_tenure,
)
from tests.lifecycle.calls import FRAMES
from tests.pictures import describe_figure, lines_of


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


def test_of_six_periods_the_first_two_and_the_last_two_are_compared():
    histories = make_histories({1: [50, 50, 9, 9, 80, 80, 80], 2: [50, 50, 9, 9, 80, 80, 80]})
    followed = follow_members(histories, as_of="2026-12-31", periods=6)
    change = compare_tenure(followed, seed=1).set_index("group").loc["the same members", "change"]
    assert change == pytest.approx(80 / 50 - 1)


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


def test_members_without_a_truth_are_counted():
    with pytest.raises(ValueError, match=r"truth\.members: 70 of 80 members are missing"):
        measure_by_tenure(FRAMES["followed"], truth_members=FRAMES["truth.members"].head(10))


@pytest.mark.parametrize(("as_of", "followed"), [("2025-03-29", 0), ("2025-03-30", 6)])
def test_members_are_followed_whose_periods_and_spare_time_are_over(as_of, followed):
    # first purchase on 1 January 2023, then four periods of 182 days and 91 days to spare
    if followed:
        assert len(follow_members(SIX, as_of=as_of)) == followed
    else:
        with pytest.raises(
            ValueError, match="0 members began 819 days before 2025-03-29, expected at least 2"
        ):
            follow_members(SIX, as_of=as_of)


@pytest.mark.parametrize(("days", "period"), [(0, None), (1, 1), (182, 1), (183, 2), (728, 4), (729, None)])
def test_the_first_day_is_left_out_and_each_period_has_182_days(days, period):
    steady = make_histories({1: [10] * 5, 2: [10] * 5})
    day = pd.Timestamp("2023-01-01") + pd.Timedelta(days=days)
    extra = pd.DataFrame({"customer_id": [1], "purchased_at": [day], "margin_cny": [500.0]})
    margins = follow_members(pd.concat([steady, extra]), as_of="2025-12-31")[[1, 2, 3, 4]]
    assert margins.columns[margins.loc[1] > 100].tolist() == ([period] if period else [])


@pytest.mark.parametrize(("day", "after"), [("2025-12-31 23:59", True), ("2026-01-01", False)])
def test_a_purchase_on_the_day_itself_is_one_after_the_last_period(day, after):
    late = SIX.tail(1).assign(purchased_at=pd.Timestamp(day))
    followed = follow_members(pd.concat([SIX, late], ignore_index=True), as_of="2025-12-31")
    assert followed.loc[6, "bought_after"] == after


def test_a_single_member_who_stayed_is_no_group():
    followed = follow_members(make_histories({1: [50] * 5, 2: [20] * 4, 3: [20] * 4}), as_of="2025-12-31")
    assert "the same members" not in set(measure_by_tenure(followed)["group"])


@pytest.mark.parametrize(("days", "stayed"), [(0, 0), (1, 2)])
def test_who_truly_left_on_the_last_day_did_not_stay(days, stayed):
    followed = follow_members(make_histories({1: [50] * 5, 2: [20] * 5}), as_of="2025-12-31")
    left_on = followed["ends_on"] + pd.Timedelta(days=days)
    truth = pd.DataFrame({"customer_id": followed.index, "left_on": left_on.to_numpy()})
    groups = measure_by_tenure(followed, truth_members=truth)["group"]
    assert ("truth: customers all along" in set(groups)) == bool(stayed)


@pytest.mark.parametrize("call", [measure_by_tenure, compare_tenure])
@pytest.mark.parametrize(
    ("followed", "message"),
    [
        (pd.DataFrame({"a": [1]}), "followed: expected the table of follow_members, .* found 0"),
        (FRAMES["followed"].drop(columns=4), "at least 4 periods; found 3"),
        (
            FRAMES["followed"].assign(new=np.inf).drop(columns=1).rename(columns={"new": 1}),
            r"followed\.period_1: 80 of 80",
        ),
        (FRAMES["followed"].head(1), "followed: 1 member, expected at least 2"),
    ],
)
def test_only_followed_members_are_compared_by_tenure(call, followed, message):
    with pytest.raises(ValueError, match=message):
        call(followed)


def test_without_a_purchase_in_the_first_year_nothing_can_change():
    followed = follow_members(make_histories({1: [0, 0, 5, 5], 2: [0, 0, 5, 5]}), as_of="2025-12-31")
    with pytest.raises(ValueError, match="compare_tenure: nobody bought in the first two periods"):
        compare_tenure(followed)


def make_crowd() -> pd.DataFrame:
    """Thirty who began in 2024, thirty in June 2025, forty in the half-year in which all of them buy."""
    old = [(n, pd.Timestamp("2024-01-01"), 1.0) for n in range(30)]
    new = [(n, pd.Timestamp("2025-06-01"), 1.0) for n in range(100, 130)]
    inside = [(n, pd.Timestamp("2025-08-01"), 40.0 if n < 30 else 10.0) for n, *_ in old + new]
    fresh = [(n, pd.Timestamp("2025-09-01"), 99.0) for n in range(200, 240)]
    return pd.DataFrame(old + new + inside + fresh, columns=["customer_id", "purchased_at", "margin_cny"])


def test_a_snapshot_sorts_buyers_of_one_period_by_tenure():
    snapshot = measure_snapshot(make_crowd(), first="2025-07-01", last="2025-12-31")
    assert snapshot[["band", "margin_cny", "n"]].to_numpy().tolist() == [[1, 10, 30], [4, 40, 30]]
    assert snapshot["from_days"].tolist() == [1, 547]


@pytest.mark.parametrize(("first", "band"), [("2025-06-02", 1), ("2025-11-30", 1), ("2025-12-01", 2)])
def test_a_band_of_tenure_ends_after_182_days(first, band):
    # thirty began on 1 June 2025: 182 days later it is 30 November
    late = make_crowd().query("customer_id >= 100 and customer_id < 130")
    late = late.assign(purchased_at=late["purchased_at"].where(late["margin_cny"] == 1, "2025-12-24"))
    assert measure_snapshot(late, first=first, last="2025-12-31")["band"].tolist() == [band]


def test_who_begins_on_the_first_day_of_the_period_is_left_out():
    crowd = make_crowd().query("customer_id < 130")  # the later half of them began on 1 June 2025
    snapshot = measure_snapshot(crowd, first="2025-06-01", last="2025-12-31")
    assert snapshot["from_days"].tolist() == [365] and snapshot["n"].tolist() == [30]


@pytest.mark.parametrize(
    ("day", "margin"),
    [("2025-06-30", 40), ("2025-07-01", 70), ("2025-12-31 23:59", 70), ("2026-01-01", 40)],
)
def test_the_first_and_the_last_day_of_the_period_belong_to_it(day, margin):
    # the thirty old members bring 40 yuan each; one of them brings 900 more
    crowd = make_crowd()
    extra = crowd.head(1).assign(purchased_at=pd.Timestamp(day), margin_cny=900.0)
    longer = pd.concat([crowd, extra], ignore_index=True)
    snapshot = measure_snapshot(longer, first="2025-07-01", last="2025-12-31").set_index("band")
    assert snapshot.loc[4, "margin_cny"] == margin


def test_bands_with_few_buyers_are_not_shown():
    with pytest.raises(ValueError, match="no band of tenure holds 30 buyers from 2024-07-01 to 2024-12-31"):
        measure_snapshot(SIX, first="2024-07-01", last="2024-12-31")


def test_the_snapshot_and_the_followed_members_are_drawn_by_name():
    snapshot = measure_snapshot(make_crowd(), first="2025-07-01", last="2025-12-31")
    rows = [
        ("everybody who joined", 1, 30.0, 25.0, 36.0), ("everybody who joined", 2, 28.0, 24.0, 31.0),
        ("still buying in the period", 1, 99.0, 98.0, 100.0), ("the same members", 1, 50.0, 45.0, 56.0),
        ("truth: customers all along", 1, 47.0, 40.0, 50.0),
        ("truth: customers all along", 3, 46.0, 42.0, 51.0),
    ]  # fmt: skip
    followed = pd.DataFrame(rows, columns=["group", "period", "margin_cny", "low", "high"])
    ax = plot_tenure(followed, snapshot.assign(low=[8.0, 35.0], high=[12.0, 44.0]))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 4
        x: time since the first purchase (steps of 182 days)
        x ticks at 1, 2, 3, 4: 1 | 2 | 3 | 4
        y: margin (yuan)
        legend: snapshot: buyers of one period, by tenure | everybody who joined | the same members | truth:
            customers all along
        line 'snapshot: buyers of one period, by tenure' rust ^-: (1, 10) (4, 40)
        line 'everybody who joined' orange v-: (1, 30) (2, 28)
        line 'the same members' blue o-: (1, 50)
        line 'truth: customers all along' black :: (1, 47) (3, 46)
        area rust: (1, 8) (1, 12) (4, 35) (4, 44)
        area orange: (1, 25) (1, 36) (2, 24) (2, 31)
        area blue: (1, 45) (1, 56)
        area black: (1, 40) (1, 50) (3, 42) (3, 51)
    """)
    assert ax.get_ylim()[0] == 0
    assert "steps of 91 days" in plot_tenure(followed, snapshot, period_days=91).get_xlabel()
    assert "steps of 1 days" in plot_tenure(followed, snapshot, period_days=1).get_xlabel()
    for days in (0, 1.5):
        with pytest.raises(ValueError, match=f"period_days is {days}, expected at least 1 day"):
            plot_tenure(followed, snapshot, period_days=days)
