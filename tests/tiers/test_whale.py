"""Margin less cost to serve: each cost by hand, and the curve (X-20)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.tables.errors import TableError
from crmlib.tiers import whale
from crmlib.tiers.whale import cost_accounts, plot_whale
from tests.pictures import catch_live, describe_figure, lines_of
from tests.tiers.calls import FRAMES, LAST

DAY = pd.Timestamp("2025-12-01")


def make_orders(**changes) -> pd.DataFrame:
    """One order of 36,500 yuan, delivered on the first of December, not paid yet."""
    order = {
        "customer_id": 501, "purchased_at": DAY, "amount_cny": 36_500.0, "margin_cny": 900.0,
        "delivered_on": DAY, "paid_on": pd.NaT,
    }  # fmt: skip
    return pd.DataFrame([order | changes]).astype({"paid_on": "datetime64[us]"})


def cost(orders: pd.DataFrame, visits: pd.DataFrame | None = None, **options) -> pd.DataFrame:
    """The costs with no visits, or with those given."""
    none = FRAMES["visits"].assign(customer_id=pd.array([None] * len(FRAMES["visits"]), dtype="Int64"))
    return cost_accounts(
        orders, none if visits is None else visits, FRAMES["accounts"], as_of=LAST, **options
    )


def test_credit_runs_to_payment_or_to_the_end_of_what_is_known():
    # 36,500 × 6 % is 6 yuan a day; from December 1 to the end of December 31 are 31 days
    assert cost(make_orders()).loc[501, "credit_cny"] == pytest.approx(31 * 6)
    paid = make_orders(paid_on=DAY + pd.Timedelta(days=10))
    assert cost(paid).loc[501, "credit_cny"] == pytest.approx(60)
    later = make_orders(paid_on=pd.Timestamp("2026-03-01"))
    assert cost(later).loc[501, "credit_cny"] == pytest.approx(31 * 6)
    before = make_orders(paid_on=DAY - pd.Timedelta(days=5))
    assert cost(before).loc[501, "credit_cny"] == 0


def test_a_visit_costs_its_hours_and_the_way_there_and_back():
    visits = pd.DataFrame({"customer_id": [502], "visited_on": [DAY], "minutes": [90.0]})
    way = FRAMES["accounts"].set_index("customer_id").loc[502, "distance_km"]
    found = cost(make_orders(), visits)
    assert found.loc[502].tolist() == pytest.approx(
        [0, 1.5 * 150 + 2 * way * 1.2, 0, 0, 225 + 2.4 * way, -225 - 2.4 * way]
    )


def test_what_lies_outside_the_period_does_not_count():
    visits = pd.DataFrame(
        {"customer_id": [502], "visited_on": [pd.Timestamp("2024-12-31")], "minutes": [90.0]}
    )
    assert cost(make_orders(), visits).index.tolist() == [501]


def test_visits_to_strangers_are_refused():
    visits = pd.DataFrame({"customer_id": [7], "visited_on": [DAY], "minutes": [90.0]})
    with pytest.raises(TableError, match=r"visits.customer_id: 1 visits are to accounts .* \(7\)"):
        cost(make_orders(), visits)


def test_the_curve_is_highest_before_the_first_loss_and_ends_at_all_profit():
    ax = plot_whale(pd.DataFrame({"profit_cny": [-50.0, 100.0, 50.0]}, index=[1, 2, 3]), ax=new_axes())
    heights = [*ax.lines[0].get_ydata(), *ax.lines[1].get_ydata()]
    assert heights == pytest.approx([0, 1, 1.5, 1.5, 1])
    assert ax.get_title() == "Highest point 150 % of profit; 1 of 3 behind it"


def test_a_firm_without_profit_has_no_curve():
    with pytest.raises(TableError, match="bring -1 yuan together"):
        plot_whale(pd.DataFrame({"profit_cny": [-3.0, 2.0]}, index=[1, 2]))
    with pytest.raises(TableError, match="bring 0 yuan together"):
        plot_whale(pd.DataFrame({"profit_cny": [-3.0, 3.0]}, index=[1, 2]))


def test_the_days_are_counted_from_the_first_to_the_end_of_the_last_and_rows_go_by_number():
    days = pd.to_datetime(["2025-12-21 23:00", "2025-12-22 00:00", "2025-12-31 23:00", "2026-01-01 00:00"])
    orders = pd.concat([make_orders(customer_id=4 - one, purchased_at=day) for one, day in enumerate(days)])
    assert cost(orders, days=10).index.tolist() == [2, 3]
    visits = pd.DataFrame(
        {"customer_id": [501, 502, 503, 504], "visited_on": days.normalize(), "minutes": 60.0}
    )
    assert cost(make_orders(customer_id=2, purchased_at=days[2]), visits, days=10).index.tolist() == [
        2,
        502,
        503,
    ]


def test_several_orders_and_visits_of_an_account_are_added():
    orders = pd.concat([make_orders(), make_orders(margin_cny=-100.0, paid_on=DAY + pd.Timedelta(days=1))])
    visits = pd.DataFrame({"customer_id": 501, "visited_on": [DAY, DAY], "minutes": [60.0, 30.0]})
    accounts = pd.DataFrame({"customer_id": [501], "distance_km": [10.0]})
    found = cost_accounts(
        orders,
        visits,
        accounts,
        as_of=LAST,
        cny_per_hour=100,
        cny_per_km=2,
        cny_per_order=7.0,
        yearly_interest=0.1,
    )
    # 1.5 hours of 100 and 4 × 10 km of 2; 2 × 7; 36,500 × 10 % is 10 a day: 31 days and 1 day
    wanted = {
        "margin_cny": 800.0, "visits_cny": 230.0, "orders_cny": 14.0, "credit_cny": 320.0, "cost_cny": 564.0,
        "profit_cny": 236.0,
    }  # fmt: skip
    pd.testing.assert_frame_equal(found, pd.DataFrame(wanted, index=pd.Index([501], name="customer_id")))


def test_a_period_in_which_nobody_ordered_is_named():
    with pytest.raises(TableError, match="nobody ordered from 2025-11-01 to before 2025-11-11"):
        cost_accounts(make_orders(), FRAMES["visits"], FRAMES["accounts"], as_of="2025-11-10", days=10)


def test_dearer_service_bends_the_curve_and_may_leave_nothing(monkeypatch):
    costs = pd.DataFrame(
        {"margin_cny": [100.0, 60, 20], "visits_cny": [20.0, 10, 40], "orders_cny": [10.0, 5, 5],
         "credit_cny": [0.0, 5, 10]}, index=[1, 2, 3],
    )  # fmt: skip
    live = catch_live(monkeypatch, whale, lambda: whale.explore_whale(costs))
    ax = new_axes()
    live["draw"](ax, visits=100, orders=200, credit=300)  # left: 60, 25 and −60, together 25
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: Highest point 340 % of profit; 1 of 3 behind it
        x: share of customers, the most profitable first
        y: cumulated share of profit
        line blue - thick: (0, 0) (0.3333, 2.4) (0.6667, 3.4)
        line orange -- thick: (0.6667, 3.4) (1, 1)
        level black : thin: y = 1
    """)
    assert [ax.xaxis.get_major_formatter()(1), ax.yaxis.get_major_formatter()(1)] == ["100 %"] * 2
    ax = new_axes()
    live["draw"](ax, visits=300, orders=300, credit=300)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: At these costs the firm earns nothing at all.
        x: share of customers
        y: cumulated share of profit
    """)
    sliders = live["controls"].values()
    assert [(one.low, one.high, one.start, one.step) for one in sliders] == [(0, 300, 100, 10)] * 3


def test_a_firm_that_earns_less_than_a_yuan_has_a_curve(monkeypatch):
    costs = pd.DataFrame(
        {"margin_cny": [1.0, 0.5], "visits_cny": 0.5, "orders_cny": 0.0, "credit_cny": 0.0}, index=[1, 2]
    )
    live = catch_live(monkeypatch, whale, lambda: whale.explore_whale(costs))
    ax = new_axes()
    live["draw"](ax, visits=100, orders=100, credit=100)
    assert ax.get_title() == "Highest point 100 % of profit; 1 of 2 behind it"
