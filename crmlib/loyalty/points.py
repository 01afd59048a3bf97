"""What the points cost the firm: promised, rounded away, given on top, expired, redeemed (F-17).

A promise of one point per 10 yuan, 20 points a yuan, sounds like half a per cent of sales. What is paid in
the end differs, because every receipt is rounded down, bonuses come on top, and many points are never used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.ledger import COURSE_RULES, EARNED, count_points
from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.options import read_date
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAIRCASE = describe_result("cost", {"step": "string", "sales_share": "number"})


def cost_of_points(points: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Step by step from the rebate that the card promises its owners to what they really receive (F-17).

    points: customer_id, kind, points, all bookings. receipts: customer_id, amount_cny of the same members
    and time; receipts without a card are left out. Columns: step, points, value_cny (20 points = 1 yuan),
    sales_share (of the members' goods value). "promised" counts every yuan; the steps below it add up to
    "issued", those below that to "redeemed", which is what the firm pays. Raises TableError for wrong
    columns, ValueError without member sales.

    Two receipts of 25 and 5 yuan promise 3 points and earn 2; forty come on opening; 20 are redeemed:

    >>> receipts = pd.DataFrame({"customer_id": [7, 7], "amount_cny": [25.0, 5.0]})
    >>> points = pd.DataFrame({"customer_id": [7, 7, 7], "kind": ["opening", "purchase", "redemption"],
    ...                        "points": [40, 2, -20]})
    >>> cost_of_points(points, receipts).query("points != 0")[["step", "points", "value_cny"]]
                    step  points  value_cny
    0           promised     3.0       0.15
    1  lost to rounding    -1.0      -0.05
    3            opening    40.0       2.00
    8             issued    42.0       2.10
    10      not yet used   -22.0      -1.10
    11          redeemed    20.0       1.00
    """
    bought = take_columns(receipts, "receipts", ["customer_id", "amount_cny"], once="receipt_id").dropna()
    sales = float(bought["amount_cny"].sum())
    if sales <= 0:
        raise ValueError(
            "receipts: no goods value on receipts with a card, so there is nothing to relate points to."
        )
    booked = take_columns(points, "points", ["customer_id", "kind", "points"])
    sums = booked.groupby("kind", observed=False)["points"].sum().astype(float)
    promised = sales / COURSE_RULES.yuan_per_point
    earned = float(count_points(bought["amount_cny"]).sum())
    steps = {
        "promised": promised,
        "lost to rounding": earned - promised,
        "not yet booked": sums["purchase"] - earned,
        **{name.replace("_", " "): sums[name] for name in EARNED if name != "purchase"},
        "taken back on return": sums["return"],
    }
    steps |= {
        "issued": sum(steps.values()),
        "expired": sums["expiry"],
        "not yet used": -sums.sum(),
        "redeemed": -sums["redemption"],
    }
    table = pd.DataFrame({"step": list(steps), "points": np.round(list(steps.values()), 6)})
    table["value_cny"] = table["points"] / COURSE_RULES.points_per_yuan
    return table.assign(sales_share=table["value_cny"] / sales)


def measure_breakage(points: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """How many of the points that members earned they never used: breakage, by year of earning (F-17).

    Points expire at the end of the calendar year after the one in which they were booked (our addition to
    the course's rules), the oldest are used first. So the expiry at the end of year y + 1 is what is left
    of year y. points: customer_id, booked_on, kind, points. as_of: bookings of earlier days count; years
    whose points have not expired by then are left out, since what is unused is not yet lost. Columns:
    earned_in, earned, expired, breakage_share, low, high (by member), n (members who earned); a last row
    "all". Raises TableError for wrong columns, ValueError if no year is complete or one member alone earned.

    >>> points = pd.DataFrame({"customer_id": [7, 8, 7, 8], "points": [40, 40, -40, -40],
    ...     "kind": ["opening", "opening", "redemption", "expiry"],
    ...     "booked_on": pd.to_datetime(["2023-02-01", "2023-03-01", "2023-09-01", "2024-12-31"])})
    >>> measure_breakage(points, as_of="2025-01-01")[["earned_in", "earned", "expired", "breakage_share"]]
      earned_in  earned  expired  breakage_share
    0      2023      80       40             0.5
    1       all      80       40             0.5
    """
    end = read_date(as_of, "as_of")
    rows = take_columns(points, "points", ["customer_id", "booked_on", "kind", "points"])
    rows = rows[rows["booked_on"] < end]
    year = rows["booked_on"].dt.year
    earned = rows["kind"].isin(EARNED)
    closed = sorted(y for y in year[earned].unique() if pd.Timestamp(y + 1, 12, 31) < end)
    if not closed:
        raise ValueError(f"points: no year of earning has expired by {end:%Y-%m-%d}. Choose a later as_of.")
    expired = rows["kind"] == "expiry"
    table = []
    for name, years in [*((str(y), [y]) for y in closed), ("all", closed)]:
        gained = rows[earned & year.isin(years)].groupby("customer_id")["points"].sum()
        if len(gained) < 2:
            raise ValueError(f"points: {len(gained)} members earned points in {name}, expected at least 2.")
        lost = -rows[expired & year.isin([y + 1 for y in years])].groupby("customer_id")["points"].sum()
        share = estimate_ratio(lost.reindex(gained.index, fill_value=0), gained, unit="%")
        table.append(
            (name, int(gained.sum()), int(lost.sum()), share.value, share.low, min(1.0, share.high), share.n)
        )
    return pd.DataFrame(
        table, columns=["earned_in", "earned", "expired", "breakage_share", "low", "high", "n"]
    )


def plot_cost_of_points(cost: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """From the promised rebate down to the paid one, as a staircase of shares of sales (F-17).

    cost: the table of `cost_of_points`. Full bars: promised, issued, redeemed; floating bars: what lies
    between; steps below 0.005 % of sales are left out. All bookings are counted, so there is no interval.
    """
    cost = take_result(cost, STAIRCASE)
    ax = new_axes(ax)
    sums = ("promised", "issued", "redeemed")
    rows = cost[cost["step"].isin(sums) | (cost["sales_share"].abs() >= 0.00005)]
    most = 0.0
    level = 0.0
    for place, (step, share) in enumerate(
        zip(rows["step"], 100 * rows["sales_share"].to_numpy(), strict=True)
    ):
        start = 0.0 if step in sums else level
        colour = COLOURS["no_card"] if step in sums else COLOURS["gain" if share > 0 else "loss"]
        ax.barh(place, share, left=start, color=colour, edgecolor="black", linewidth=0.5)
        ax.annotate(
            f"{share:+.2f}".replace("-", "−") if step not in sums else f"{share:.2f} %",
            (max(start, start + share), place),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
        level = start + share
        most = max(most, start, level)
    ends = cost.set_index("step")["sales_share"].reindex(sums) * 100
    promised, issued, redeemed = ends
    title = f"{promised:.2f} % promised, {issued:.2f} % issued, {redeemed:.2f} % paid so far"
    ax.set_title(title, fontsize=10)
    ax.set_yticks(range(len(rows)), rows["step"])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.18 * most if most > 0 else 1)
    ax.set(xlabel="share of the members' purchases (%)", ylabel="from promise to payment")
    return ax
