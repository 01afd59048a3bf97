"""Payback month by month and the split of a budget, by hand and by brute force."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import Estimate
from crmlib.value import acquisition
from crmlib.value.acquisition import Base, measure_equity, measure_payback, plot_payback
from tests.pictures import catch_live, describe_figure, lines_of, read_lines, read_sliders
from tests.value.calls import BASE, FRAMES


def test_months_end_after_their_last_day():
    members = pd.DataFrame(
        {"customer_id": [1, 2], "joined_on": pd.Timestamp("2024-01-01"), "fee_cny": [20.0, 0.0]}
    )
    # the first month holds days 0 to 30, the second 31 to 60
    days = ["2024-01-01", "2024-01-31", "2024-02-01", "2024-03-01", "2024-03-02"]
    receipts = pd.DataFrame(
        {"customer_id": [1] * 5, "purchased_at": pd.to_datetime(days), "margin_cny": [2.0, 4, 8, 16, 32]}
    )
    found = measure_payback(members, receipts, months=2)
    assert found["margin_cny"].tolist() == [(20 + 2 + 4) / 2, (20 + 2 + 4 + 8 + 16) / 2]
    assert found["n"].tolist() == [2, 2] and (found["low"] < found["margin_cny"]).all()


def test_the_interval_is_student_s_over_members():
    found = measure_payback(FRAMES["members"], FRAMES["receipts"], months=6).iloc[-1]
    bought = FRAMES["receipts"].astype({"customer_id": "int64"}).merge(FRAMES["members"], on="customer_id")
    after = (bought["purchased_at"].dt.normalize() - bought["joined_on"]).dt.days
    last = FRAMES["receipts"]["purchased_at"].max().normalize() - pd.Timedelta(days=182)
    early = FRAMES["members"].loc[FRAMES["members"]["joined_on"] <= last, "customer_id"]
    sums = (
        bought[after < 182.625].groupby("customer_id")["margin_cny"].sum().reindex(early, fill_value=0) + 20
    )
    assert found["margin_cny"] == pytest.approx(sums.mean()) and found["n"] == len(early)
    half = stdtrit(len(sums) - 1, 0.975) * sums.std() / np.sqrt(len(sums))
    assert found["high"] - found["margin_cny"] == pytest.approx(half)


def test_too_short_a_time_is_refused():
    with pytest.raises(ValueError, match="members: 0 joined 30 months before"):
        measure_payback(FRAMES["members"], FRAMES["receipts"], months=30)


def test_receipts_of_nobody_are_refused():
    receipts = FRAMES["receipts"].assign(customer_id=pd.array([pd.NA] * len(FRAMES["receipts"]), "Int64"))
    with pytest.raises(ValueError, match="receipts: none with a customer_id"):
        measure_payback(FRAMES["members"], receipts, months=6)


def test_a_budget_begins_at_one_yuan(monkeypatch):
    live = catch_live(monkeypatch, acquisition, lambda: acquisition.explore_budget(BASE, budget_cny=1))
    assert live["controls"]["budget"].start == 1
    with pytest.raises(ValueError, match=r"budget_cny is 0.99, expected 1 yuan or more"):
        acquisition.explore_budget(BASE, budget_cny=0.99)


def test_the_first_yuan_buys_at_the_first_price_and_the_last_buys_nothing():
    little = measure_equity(BASE, winning_cny=0.15, keeping_cny=0.12)
    assert (little["new"], little["kept"]) == pytest.approx((0.001, 0.001), rel=1e-3)
    much = measure_equity(BASE, winning_cny=1e9, keeping_cny=1e9)
    assert (much["new"], much["kept"]) == pytest.approx((300, 200))


def test_equity_is_customers_times_value_less_the_budget():
    found = measure_equity(BASE, winning_cny=45_000, keeping_cny=0)
    new = 300 * (1 - np.exp(-1))
    assert found["equity_cny"] == pytest.approx((700 + new) * 100 * (1 + 0.7 / 0.4) - 45_000)


def test_the_best_split_has_equal_last_yuan_on_both_sides():
    def fall(part):
        return -measure_equity(BASE, winning_cny=50_000 * part, keeping_cny=50_000 * (1 - part))["equity_cny"]

    best = minimize_scalar(fall, bounds=(0, 1), method="bounded").x
    step = 1.0
    ends = [
        measure_equity(BASE, winning_cny=50_000 * best + one, keeping_cny=50_000 * (1 - best) + other)[
            "equity_cny"
        ]
        for one, other in ((step, 0.0), (0.0, step))
    ]
    assert ends[0] == pytest.approx(ends[1], abs=0.01)


def test_more_cannot_be_kept_than_leave():
    with pytest.raises(ValueError, match=r"most_kept is 301, but only 300 customers leave"):
        Base(1000, 100.0, 0.7, 0.1, 150.0, 120.0, 300, 301)
    for name in ("retention_share", "discount_share"):
        with pytest.raises(ValueError, match=f"Base: {name} is 1.01, expected a share from 0 to 1"):
            replace(BASE, **{name: 1.01})
    with pytest.raises(ValueError, match="Base: new_cost_cny is 0"):
        Base(1000, 100.0, 0.7, 0.1, 0, 120.0, 300, 200)


PAYBACK = pd.DataFrame(
    {"month": [1, 2, 3], "margin_cny": [20.0, 40, 60], "low": [10.0, 25, 40], "high": [30.0, 55, 80], "n": 9}
)


def test_she_has_paid_back_in_the_month_that_reaches_the_cost():
    ax = plot_payback(PAYBACK, cost=Estimate(40.0, 30.0, 50.0, n=5))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: Paid back after 2 months
        x: months since joining
        y: yuan for a new member
        legend: cost of an incremental member | fee and margin so far
        level 'cost of an incremental member' orange --: y = 40
        line 'fee and margin so far' blue - thick: (1, 20) (2, 40) (3, 60)
        area blue: (1, 10) (1, 30) (2, 25) (2, 55) (3, 40) (3, 80)
    """)
    assert ax.get_ylim()[0] == 0 and ax.yaxis.get_major_formatter()(1000) == "1,000"
    assert [read_band(ax)] == [(30, 50)]


@pytest.mark.parametrize(("cost", "top"), [(70.0, 160), (90.0, 180)])  # twice the highest of line and cost
def test_a_cost_without_an_upper_limit_is_a_band_beyond_everything(cost, top):
    ax = plot_payback(PAYBACK, cost=Estimate(cost, 30.0, np.inf, n=5))
    assert (ax.get_title(), read_band(ax)) == ("Not paid back in this time", (30, top))


def read_band(ax):
    """The lower and the upper end of the band of the cost."""
    ends = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    return tuple(np.round([ends.y0, ends.y1], 6).tolist())


def test_the_best_split_of_a_budget_is_marked_and_doing_nothing_gains_nothing(monkeypatch):
    live = catch_live(monkeypatch, acquisition, lambda: acquisition.explore_budget(BASE, budget_cny=50_000))
    ax = new_axes()
    live["draw"](ax, 50_000.0, 150.0, 120.0)
    each = 100 * (1 + 0.7 / 0.4)
    parts = np.linspace(0, 1, 101)
    new = 300 * (1 - np.exp(-50_000 * parts / 45_000))
    kept = 200 * (1 - np.exp(-50_000 * (1 - parts) / 24_000))
    gains = (new + kept) * each - 50_000
    curve, best, zero = read_lines(ax)
    assert curve[3] == pytest.approx(parts) and curve[4] == pytest.approx(gains, abs=1e-3)
    assert (best[2], best[3], best[4]) == (
        "o",
        [parts[gains.argmax()]],
        [pytest.approx(gains.max(), abs=1e-3)],
    )
    assert zero[4] == [0, 0]
    assert ax.get_title() == f"Best: {100 * parts[gains.argmax()]:.0f} % of the budget for winning"
    assert ax.get_xlabel() == "part of the budget that wins new customers"
    assert ax.get_ylabel() == "customer equity gained (yuan)"
    assert ax.xaxis.get_major_formatter()(1) == "100 %" and ax.yaxis.get_major_formatter()(1000) == "1,000"
    assert read_sliders(live) == {
        "budget": (5_000, 150_000, 50_000, 5_000),
        "new_cost_cny": (1, 750, 150, 1),
        "kept_cost_cny": (1, 600, 120, 1),
    }


def test_the_whole_table_and_who_is_left_out_of_it():
    joined = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"])
    members = pd.DataFrame(
        {"customer_id": [1, 2, 3, 4], "joined_on": joined, "fee_cny": [20.0, 0.0, 4.0, 99.0]}
    )
    # the last day is the 31st; one month has 30 days, so who joined on the 2nd was seen for all of it
    receipts = pd.DataFrame(
        {"customer_id": pd.array([1, 3, 4, None], dtype="Int64"), "margin_cny": [6.0, -1.0, 50.0, 70.0],
         "purchased_at": pd.to_datetime(["2024-01-09 10:00"] * 2 + ["2024-01-31 23:00"] * 2)}
    )  # fmt: skip
    half = 4.303 * np.std([26, 0, 3], ddof=1) / np.sqrt(3)
    found = measure_payback(members, receipts, months=1)
    assert found.columns.tolist() == ["month", "margin_cny", "low", "high", "n"]
    assert found.iloc[0].tolist() == pytest.approx([1, 29 / 3, 29 / 3 - half, 29 / 3 + half, 3], abs=1e-2)
