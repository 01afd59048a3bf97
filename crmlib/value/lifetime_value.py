"""From the receipt to the relationship: what a new customer brings, in five steps (F-01 to F-03).

It is a big mistake, says the course, to take the sum of one purchase for the value of a customer. The steps:
the first purchase; all purchases; the margin in them; what serving her costs taken off; and later money
counted for less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.customers.ledger import COURSE_RULES
from crmlib.estimates.estimate import estimate_mean
from crmlib.tables.options import read_number, read_numbers
from crmlib.tables.results import describe_result, take_by_customer
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR = 365.25
STEPS = {
    "first_cny": "first purchase",
    "sales_cny": "all purchases",
    "margin_cny": "margin in them",
    "served_cny": "with fee, less\ncost to serve",
    "value_cny": "discounted",
}
FOLLOWED = describe_result("followed", {"customer_id": "key", **dict.fromkeys(STEPS, "number")})


def discount_flows(flows: ArrayLike, discount_share: float) -> float:
    """What a row of yearly sums is worth today: Σ flow in year t / (1 + i)^t, the first one now (t = 0).

    flows: yuan a year, income less cost. discount_share: i, what money is expected to earn elsewhere.

    >>> round(discount_flows([-50, 40, 40, 40], 0.10), 2)  # winning her costs 50, then three years at 40
    49.47
    """
    money = read_numbers(flows, "flows", "a sum in yuan for each year")
    later = read_number(discount_share, "discount_share", "a share from 0 on, such as 0.10", limits="0..10")
    return float(money @ (1 + later) ** -np.arange(len(money)))


def follow_value(
    members: pd.DataFrame,
    receipts: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    within_days: int,
    discount_share: float = 0.10,
) -> pd.DataFrame:
    """What each new member brought in her first days, counted in five ways: index customer_id.

    members: customer_id, joined_on, fee_cny; who joined less than within_days before the last receipt is
    left out, so that everybody is followed equally long. receipts: customer_id, purchased_at, amount_cny,
    margin_cny, points_redeemed. complaints: customer_id, opened_at, compensation_cny.

    Columns, in yuan: first_cny (goods value of the first day), sales_cny (of all days), margin_cny (in them),
    served_cny (margin + fee − points used at 0.05 yuan − compensation), value_cny (the same, money after t
    years divided by (1 + discount_share)^t). Contacts by campaigns are left out: what they granted is already
    missing in the amounts. Raises TableError for wrong columns or a row twice, ValueError if nobody is left.

    >>> days = pd.to_datetime(["2024-01-01", "2024-12-30"])
    >>> members = pd.DataFrame({"customer_id": [1], "joined_on": days[:1], "fee_cny": [20.0]})
    >>> receipts = pd.DataFrame({"customer_id": [1, 1], "purchased_at": days, "amount_cny": [100.0, 60.0],
    ...                          "margin_cny": [30.0, 20.0], "points_redeemed": [0, 100]})
    >>> none = pd.DataFrame({"customer_id": [1], "opened_at": days[:1], "compensation_cny": [0.0]})
    >>> follow_value(members, receipts, none, within_days=365).round(2)
                 first_cny  sales_cny  margin_cny  served_cny  value_cny
    customer_id
    1                100.0      160.0        50.0        65.0      63.64
    """
    days = int(read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True))
    later = read_number(discount_share, "discount_share", "a share from 0 on, such as 0.10", limits="0..10")
    people = take_columns(members, "members", ["customer_id", "joined_on", "fee_cny"], unique=["customer_id"])
    columns = ["customer_id", "purchased_at", "amount_cny", "margin_cny", "points_redeemed"]
    bought = take_columns(receipts, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    columns = ["customer_id", "opened_at", "compensation_cny"]
    opened = take_columns(complaints, "complaints", columns, once="complaint_id").dropna(
        subset=["customer_id"]
    )
    last = bought["purchased_at"].max()
    people = people[people["joined_on"] <= last - pd.Timedelta(days=days - 1)].set_index("customer_id")
    if people.empty:
        raise ValueError(
            f"members: nobody joined {days} days or more before the last receipt ({last}). Take fewer days."
        )
    return _sum_steps(people, bought, opened, days, later)


def _sum_steps(
    people: pd.DataFrame, bought: pd.DataFrame, opened: pd.DataFrame, days: int, later: float
) -> pd.DataFrame:
    """The five columns of the members who are followed."""
    points = bought["points_redeemed"] / COURSE_RULES.points_per_yuan
    kept = ["customer_id", "amount_cny", "margin_cny"]
    sales = bought[kept].assign(day=bought["purchased_at"], served_cny=bought["margin_cny"] - points)
    paid = pd.DataFrame({"customer_id": opened["customer_id"], "day": opened["opened_at"]})
    paid["served_cny"] = -opened["compensation_cny"]
    rows = pd.concat([sales, paid]).astype({"customer_id": "int64"})
    rows = rows[rows["customer_id"].isin(people.index)]
    after = (rows["day"].dt.normalize() - rows["customer_id"].map(people["joined_on"])).dt.days
    rows = rows.assign(after=after)[after.between(0, days - 1)].fillna(0.0)
    rows["value_cny"] = rows["served_cny"] * (1 + later) ** -(rows["after"] / YEAR)
    sums = rows.groupby("customer_id")[["amount_cny", "margin_cny", "served_cny", "value_cny"]].sum()
    first = rows[rows["after"] == 0].groupby("customer_id")["amount_cny"].sum()
    table = sums.rename(columns={"amount_cny": "sales_cny"}).reindex(people.index).fillna(0.0)
    for column in ("served_cny", "value_cny"):
        table[column] += people["fee_cny"]
    table.insert(0, "first_cny", first.reindex(people.index).fillna(0.0))
    return table.round(6)


def plot_value_steps(followed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What an average new member is worth, counted in five ways, each with its interval.

    followed: as from `follow_value`, at least two members.
    """
    table = take_by_customer(followed, FOLLOWED, list(STEPS))
    if len(table) < 2:
        raise ValueError("followed: one member has no interval, expected at least two.")
    means = [estimate_mean(table[column], unit="yuan") for column in STEPS]
    ax = new_axes(ax)
    value, low, high = zip(*((one.value, one.low, one.high) for one in means), strict=True)
    colours = [COLOURS["claim"], *[COLOURS["low"]] * 3, COLOURS["estimate"]]
    ax.bar(range(len(means)), value, color=colours, width=0.7)
    ax.errorbar(range(len(means)), value, reach(value, low, high), fmt="none", color="black", capsize=4)
    for place, (one, top) in enumerate(zip(value, high, strict=True)):
        ax.annotate(f"{one:,.0f}", (place, top), (0, 4), textcoords="offset points", ha="center")
    ax.set_xticks(range(len(means)), list(STEPS.values()))
    ax.set_title(f"The value is {value[-1] / value[0]:.1f} times the first purchase" if value[0] > 0 else "")
    format_money(ax.yaxis)
    ax.margins(y=0.12)
    ax.set(xlabel="what is counted", ylabel="yuan for a new member")
    return ax
