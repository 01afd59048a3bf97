"""Margin less cost to serve: each cost by hand, and the curve (X-20)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.tables.errors import TableError
from crmlib.tiers.whale import cost_accounts, plot_whale
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
