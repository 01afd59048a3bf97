"""Do customers fade before they leave? The decline stage where the day of leaving is known (E-03 d).

The course says that in decline the volume falls before the relation ends. Whoever has gone bought nothing
afterwards; the question is what happened *before*. So the histories of leavers are laid on top of each
other with the day of leaving at zero, and compared with the same customers a year earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BASE = 3  # the first periods, against which the later ones are measured
LEFT_ON = describe_result("left_on", {"customer_id": "key", "left_on": "date ?"})
FADED = describe_result(
    "faded",
    {
        "period": "integer",
        "amount_share": "number >=0",
        "low": "number",
        "high": "number",
        "n": "integer 2..",
    },
)


def measure_before_leaving(
    receipts: pd.DataFrame, left_on: pd.Series, *, period_days: int = 61, periods: int = 6
) -> pd.DataFrame:
    """What leavers bought in the periods before they left, as a share of what they bought before (E-03 d).

    receipts: customer_id, purchased_at, amount_cny (orders of business customers too). left_on: day of
    leaving, index customer_id; missing days (still customers) are left out, and so are customers whose
    history before leaving, from their first purchase in the table, is shorter than the periods.
    period_days, periods: length and number of periods; the first three of them are the base.

    Returns one row a period: period (−periods … −1 before leaving, 1 after), amount_share (amount of the
    period divided by the mean amount of the base periods, all leavers together), low, high (interval by
    customer), n (customers). Raises TableError for wrong columns, a receipt or a leaver twice and dates as
    text, ValueError for fewer than 4 periods or if fewer than two leavers have the history.
    """
    where = "measure_before_leaving: "
    read_number(periods, f"{where}periods", f"at least {BASE + 1}", limits=f"{BASE + 1}..", whole=True)
    read_number(period_days, f"{where}period_days", "at least 1 day", limits="1..", whole=True)
    names = ["customer_id", "purchased_at", "amount_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    days = take_values(left_on, LEFT_ON).dropna()
    first = bought.groupby("customer_id")["purchased_at"].min().reindex(days.index)
    days = days[(days - first).dt.days >= period_days * periods]
    if len(days) < 2:
        raise ValueError(
            f"measure_before_leaving: {len(days)} leavers have a history of {period_days * periods} days "
            "before they left, expected at least 2. Shorten the periods."
        )
    rows = bought[bought["customer_id"].isin(days.index)]
    distance = (rows["purchased_at"].dt.normalize() - rows["customer_id"].map(days)).dt.days
    period = np.where(distance < 0, distance // period_days, 1 + distance // period_days)
    amounts = rows["amount_cny"].groupby([rows["customer_id"], period]).sum().unstack()
    wanted = [*range(-periods, 0), 1]
    amounts = amounts.reindex(index=days.index, columns=wanted).fillna(0.0)
    base = amounts[wanted[:BASE]].mean(axis=1)
    found = [estimate_ratio(amounts[number], base, unit="%") for number in wanted]
    return pd.DataFrame(
        {
            "period": wanted,
            "amount_share": [one.value for one in found],
            "low": [one.low for one in found],
            "high": [one.high for one in found],
            "n": len(days),
        }
    )


def plot_before_leaving(
    firms: dict[str, pd.DataFrame], *, period_days: int = 61, ax: Axes | None = None
) -> Axes:
    """How customers of different firms leave: by a cliff or down a slope.

    firms: name → table of `measure_before_leaving`, one to three of them. Bars are 95 % intervals. The
    lines end with the day of leaving: what comes after it is no slope.
    """
    colours = (COLOURS["osmanthus"], COLOURS["high"], COLOURS["low"])
    if not 1 <= len(firms) <= len(colours):
        raise ValueError(f"plot_before_leaving: {len(firms)} firms, expected 1 to {len(colours)}.")
    read_number(period_days, "period_days", "at least 1 day", limits="1..", whole=True)
    firms = {name: take_result(table, FADED) for name, table in firms.items()}
    ax = new_axes(ax)
    for (name, table), colour, marker in zip(firms.items(), colours, "osD", strict=False):
        label: str | None = f"{name} (n = {int(table['n'].iloc[0]):,})"
        for rows in (table[table["period"] < 0], table[table["period"] > 0]):
            errors = reach(rows["amount_share"], rows["low"], rows["high"])
            ax.errorbar(
                rows["period"],
                rows["amount_share"],
                errors,
                color=colour,
                marker=marker,
                label=label,
                capsize=3,
            )
            label = None
    ax.axvline(0, color="black", linewidth=0.8, linestyle=":")
    periods = sorted({number for table in firms.values() for number in table["period"]})
    ax.set_xticks(periods, [f"{number:+d}".replace("-", "−") for number in periods])
    format_percent(ax.yaxis)
    ax.set_ylim(bottom=0)
    ax.set(
        xlabel=f"periods of {period_days} days before (−) and after (+) leaving",
        ylabel="bought, share of before",
    )
    ax.legend(frameon=False, loc="lower left")
    return ax
