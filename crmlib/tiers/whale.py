"""Who is left when serving has been paid for: margin less cost to serve, and the whale curve (X-20).

Margin hides what a customer takes: visits, deliveries in small lots, credit. The unit costs are arguments; a
firm finds them in its books once, not in its table of orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = ("visits_cny", "orders_cny", "credit_cny")
COSTS = describe_result(
    "costs",
    {
        "customer_id": "key",
        "margin_cny": "number",
        **dict.fromkeys([*PARTS, "cost_cny"], "number 0.."),
        "profit_cny": "number",
    },
)


def cost_accounts(
    orders: pd.DataFrame,
    visits: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    cny_per_hour: float = 150.0,
    cny_per_km: float = 1.2,
    cny_per_order: float = 15.0,
    yearly_interest: float = 0.06,
) -> pd.DataFrame:
    """What each account brings in margin and takes in service, in the days that end with as_of (X-20).

    orders: customer_id, purchased_at, amount_cny, margin_cny, delivered_on, paid_on (missing: not paid by
    as_of). visits: customer_id (missing: a lead), visited_on, minutes. accounts: customer_id, distance_km.
    Visits cost the hours at the account, and both ways by car; orders a sum each for papers (handling and
    trucks are in the margin already); credit the interest on the amount
    from delivery to payment. All four unit costs are assumptions.

    One row for each account with an order or a visit, index customer_id: margin_cny, visits_cny, orders_cny,
    credit_cny, cost_cny (their sum), profit_cny (margin less cost). Raises TableError for wrong columns,
    visits to accounts that are not in the table, or if nobody ordered.

    >>> day = pd.Timestamp("2025-05-01")
    >>> orders = pd.DataFrame({"customer_id": [501], "purchased_at": [day], "amount_cny": [36_500.0],
    ...     "margin_cny": [900.0], "delivered_on": [day], "paid_on": [day + pd.Timedelta(days=30)]})
    >>> visits = pd.DataFrame({"customer_id": [501], "visited_on": [day], "minutes": [60.0]})
    >>> accounts = pd.DataFrame({"customer_id": [501], "distance_km": [20.0]})
    >>> cost_accounts(orders, visits, accounts, as_of="2025-12-31").loc[501].tolist()
    [900.0, 198.0, 15.0, 180.0, 393.0, 507.0]
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    length = int(read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True))
    units = {"cny_per_hour": cny_per_hour, "cny_per_km": cny_per_km, "cny_per_order": cny_per_order}
    for name, value in units.items():
        read_number(value, name, "an amount in yuan of 0 or more", limits="0..")
    read_number(yearly_interest, "yearly_interest", "a share from 0 to 1", limits="0..1")
    start = end - pd.Timedelta(days=length)
    ordered = _sum_orders(orders, start, end, cny_per_order=cny_per_order, interest=yearly_interest)
    visited = _sum_visits(visits, accounts, start, end, cny_per_hour=cny_per_hour, cny_per_km=cny_per_km)
    costs = ordered.join(visited, how="outer").fillna(0.0).sort_index()
    costs["cost_cny"] = costs[list(PARTS)].sum(axis=1)
    costs["profit_cny"] = costs["margin_cny"] - costs["cost_cny"]
    return costs[["margin_cny", *PARTS, "cost_cny", "profit_cny"]].rename_axis("customer_id")


def _sum_orders(
    orders: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, *, cny_per_order: float, interest: float
) -> pd.DataFrame:
    """Margin, cost of handling and of credit of each account that ordered."""
    names = ["customer_id", "purchased_at", "amount_cny", "margin_cny", "delivered_on", "paid_on"]
    rows = take_columns(orders, "orders", names, once="order_id")
    rows = rows[rows["purchased_at"].between(start, end, inclusive="left")]
    if rows.empty:
        raise TableError(
            f"orders: nobody ordered from {start.date()} to before {end.date()}. Repair: choose a day that "
            "the table holds."
        )
    paid = rows["paid_on"].where(rows["paid_on"] < end, end)
    waited = (paid - rows["delivered_on"]).dt.days.clip(lower=0)
    rows = rows.assign(credit_cny=rows["amount_cny"] * waited / 365 * interest, orders_cny=cny_per_order)
    rows = rows.astype({"customer_id": "int64"})
    return rows.groupby("customer_id")[["margin_cny", "orders_cny", "credit_cny"]].sum()


def _sum_visits(
    visits: pd.DataFrame,
    accounts: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    cny_per_hour: float,
    cny_per_km: float,
) -> pd.Series:
    """Cost of the visits to each account: hours there, and the way there and back."""
    rows = take_columns(visits, "visits", ["customer_id", "visited_on", "minutes"], once="visit_id")
    places = take_columns(accounts, "accounts", ["customer_id", "distance_km"], unique=["customer_id"])
    inside = rows["visited_on"].between(start, end, inclusive="left") & rows["customer_id"].notna()
    rows = rows[inside].astype({"customer_id": "int64"})
    way = rows["customer_id"].map(places.set_index("customer_id")["distance_km"])
    if way.isna().any():
        ids = ", ".join(map(str, rows.loc[way.isna(), "customer_id"].unique()[:5]))
        raise TableError(
            f"visits.customer_id: {int(way.isna().sum())} visits are to accounts that are not in accounts "
            f"({ids}). Repair: take both tables from one firm."
        )
    cost = rows["minutes"] / 60 * cny_per_hour + 2 * way * cny_per_km
    return cost.groupby(rows["customer_id"]).sum().rename("visits_cny")


def plot_whale(costs: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The whale curve: profit cumulated from the most profitable customer down, in per cent of the total.

    costs: profit_cny, index customer_id, as from `cost_accounts`. Where the curve is above 100 %, the
    customers to its right cost more than they bring. Raises TableError if the total is not above 0.
    """
    taken = take_by_customer(costs, COSTS, ["profit_cny"])
    ax = new_axes(ax)
    _draw_whale(ax, taken["profit_cny"].to_numpy(dtype=np.float64))
    return ax


def _draw_whale(ax: Axes, profits: np.ndarray) -> None:
    ordered = np.sort(profits)[::-1]
    if ordered.sum() <= 0:
        raise TableError(
            f"costs.profit_cny: the customers bring {ordered.sum():,.0f} yuan together, so no share of it "
            "can be drawn. Repair: look at the unit costs."
        )
    customers = np.linspace(0, 1, len(ordered) + 1)
    heights = np.append(0, ordered.cumsum()) / ordered.sum()
    top = int(heights.argmax())
    ax.plot(customers[: top + 1], heights[: top + 1], color=COLOURS["gain"], linewidth=2.5)
    ax.plot(customers[top:], heights[top:], color=COLOURS["loss"], linewidth=2.5, linestyle="--")
    ax.axhline(1, color="black", linewidth=0.8, linestyle=":")
    losing = len(ordered) - top
    words = f"Highest point {100 * heights[top]:.0f} % of profit; {losing} of {len(ordered)} behind it"
    ax.set_title(words, fontsize=10)
    ax.set(xlabel="share of customers, the most profitable first", ylabel="cumulated share of profit")
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)


def explore_whale(costs: pd.DataFrame) -> None:
    """Make serving dearer or cheaper and see how many customers cost more than they bring (X-20)."""
    taken = take_by_customer(costs, COSTS, ["margin_cny", *PARTS])
    parts = {name: taken[name].to_numpy(dtype=np.float64) for name in PARTS}
    margin = taken["margin_cny"].to_numpy(dtype=np.float64)

    def draw(ax: Axes, visits: int, orders: int, credit: int) -> None:
        """Draw the curve with the three kinds of cost multiplied."""
        factors = zip(PARTS, (visits, orders, credit), strict=True)
        profits = margin - np.sum([parts[name] * factor / 100 for name, factor in factors], axis=0)
        if profits.sum() <= 0:
            ax.set(xlabel="share of customers", ylabel="cumulated share of profit")
            ax.set_title("At these costs the firm earns nothing at all.", fontsize=10)
            return
        _draw_whale(ax, profits)

    explore(
        draw,
        controls={
            "visits": Slider("cost of visits (% of assumed)", 0, 300, 100, 10),
            "orders": Slider("cost of orders (% of assumed)", 0, 300, 100, 10),
            "credit": Slider("cost of credit (% of assumed)", 0, 300, 100, 10),
        },
        alt="The whale curve: profit cumulated from the most profitable account down. It rises steeply, "
        "passes 100 per cent and falls back to it, since the accounts at its end cost more than they bring.",
    )
