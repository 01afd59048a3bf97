"""When will the customer come again? Recency and frequency together, as the course reads them (F-06 a).

R + F, says the course, shows how long until the customer's next deal: whoever comes every forty days and
came thirty days ago is due in ten. This module computes the due day, looks up when the same customers
really came, and compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.summary import take_summary
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

WAITED = (-1.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, np.inf)  # time since the last purchase, in own gaps
WAITED_NAMES = ("to ¼", "to ½", "to ¾", "to 1", "to 1½", "to 2", "to 3", "to 5", "over 5")

DUE = describe_result(
    "due",
    {
        "customer_id": "key",
        "gap_days": "number >0",
        "recency_days": "integer 0..",
        "due_in_days": "number",
        "waited_gaps": "number >=0",
    },
)
COMPARED = describe_result(
    "compared",
    {
        "waited_gaps": f"one of {'|'.join(WAITED_NAMES)}",
        "n": "integer 1..",
        "due_in_days": "number",
        "days_until_next": "number >0 ?",
        "next_low": "number >0 ?",
        "next_high": "number >0 ?",
    },
)


def expect_next_purchase(summary: pd.DataFrame, *, least_repeats: int = 1) -> pd.DataFrame:
    """When each returning customer is due again, if customers kept their rhythm (F-06 a).

    gap = days from first to last purchase / repeat purchases; due in = gap − days since the last purchase
    (negative: overdue). summary: as from `summarise_purchases`. least_repeats: customers with fewer
    repeat purchases are left out, since a rhythm cannot be read from one purchase. Columns: gap_days,
    recency_days, due_in_days, waited_gaps (days since the last purchase in own gaps). Raises TableError
    for wrong columns, ValueError if nobody is left.

    >>> summary = pd.DataFrame({"repeat_purchases": [3, 0], "lifetime_days": [120, 0],
    ...                         "recency_days": [30, 5]}, index=[11, 12])
    >>> expect_next_purchase(summary)
                 gap_days  recency_days  due_in_days  waited_gaps
    customer_id
    11               40.0            30         10.0         0.75
    """
    name = "expect_next_purchase: least_repeats"
    read_number(least_repeats, name, "at least 1", limits="1..", whole=True)
    taken = take_summary(summary, ["repeat_purchases", "lifetime_days", "recency_days"])
    again = taken[(taken["repeat_purchases"] >= least_repeats) & (taken["lifetime_days"] > 0)]
    if again.empty:
        raise ValueError(
            f"expect_next_purchase: no customer has {least_repeats} repeat purchases on different days. "
            "There is no rhythm to read."
        )
    gap = again["lifetime_days"] / again["repeat_purchases"]
    recency = again["recency_days"]
    return pd.DataFrame(
        {"gap_days": gap, "recency_days": recency, "due_in_days": gap - recency, "waited_gaps": recency / gap}
    )


def compare_due_with_actual(
    due: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, until: str | pd.Timestamp
) -> pd.DataFrame:
    """Whether customers come when they are due: the true wait, by how long they already waited (F-06 a).

    due: as from `expect_next_purchase`, on the day as_of. receipts: customer_id, purchased_at. until: last
    day on which a customer may come; who did not come by then has no next purchase.

    One row a band of waited time (in own gaps) with at least one customer: waited_gaps (band), n, gap_days,
    due_in_days and days_until_next (medians; the last one of those who came), next_low and next_high (limits
    of that median, missing where fewer than six came), came_share (came within one own gap), low, high
    (Wilson). Raises TableError for missing columns, a customer twice, or numbers that
    cannot be; ValueError if until is not after as_of, or if the receipts end before as_of: nobody can have
    come on days that the table does not hold.

    >>> due = pd.DataFrame({"gap_days": [40.0], "due_in_days": [10.0], "waited_gaps": [0.75]}, index=[11])
    >>> bought = pd.DataFrame({"customer_id": [11, 11, 12],
    ...                        "purchased_at": pd.to_datetime(["2025-01-05", "2025-01-09", "2024-12-30"])})
    >>> table = compare_due_with_actual(due, bought, as_of="2025-01-01", until="2025-03-31")
    >>> table[["waited_gaps", "n", "due_in_days", "days_until_next", "came_share"]]
      waited_gaps  n  due_in_days  days_until_next  came_share
    0        to ¾  1         10.0              4.0         1.0
    """
    due = take_by_customer(due, DUE, ["gap_days", "due_in_days", "waited_gaps"])
    actual = _find_next_purchase(receipts, read_date(as_of, "as_of"), read_date(until, "until"))
    joined = due.assign(days_until_next=actual.reindex(due.index))
    joined["came"] = joined["days_until_next"] <= joined["gap_days"]
    joined["band"] = pd.cut(joined["waited_gaps"], WAITED, labels=WAITED_NAMES)
    groups = joined.groupby("band", observed=True)
    table = groups[["gap_days", "due_in_days", "days_until_next"]].median()
    shares = [estimate_share(int(rows["came"].sum()), len(rows)) for _, rows in groups]
    table.insert(0, "n", groups.size())
    limits = [_limit_median(rows["days_until_next"].dropna().to_numpy()) for _, rows in groups]
    table["next_low"], table["next_high"] = zip(*limits, strict=True)
    table["came_share"] = [one.value for one in shares]
    table["low"], table["high"] = [one.low for one in shares], [one.high for one in shares]
    return table.rename_axis("waited_gaps").reset_index()


def _limit_median(days: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % interval of a median: two of the values, counted in from both ends of the sorted line.

    Of n customers k lie below the true median with the chance of k heads in n tosses of a coin. Five or fewer
    lie on one side of it too often for an interval.
    """
    from scipy.stats import binom

    outside = int(binom.ppf(0.025, len(days), 0.5))
    if outside == 0:
        return float("nan"), float("nan")
    line = np.sort(days)
    return float(line[outside - 1]), float(line[-outside])


def _find_next_purchase(receipts: pd.DataFrame, day: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """After how many whole days each customer came again; only those who came by the last day."""
    if last <= day:
        raise ValueError(f"compare_due_with_actual: until, {last.date()}, is not after as_of, {day.date()}.")
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
    days = bought["purchased_at"].dt.normalize()
    if bought.empty or not (days > day).any():
        raise ValueError(
            f"compare_due_with_actual: no receipt of a customer after {day.date()}, so the table cannot tell "
            "who came again. Choose an earlier as_of, or take more receipts."
        )
    inside = (days > day) & (days <= last)
    return (days[inside] - day).dt.days.groupby(bought.loc[inside, "customer_id"].astype("int64")).min()


def plot_due_against_actual(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """When customers were due, and when they came: two lines that should be one if the rule were right.

    table: as from `compare_due_with_actual`. The whiskers are the 95 % interval of the median wait. Bands
    with fewer than 20 customers are left out, and so are customers who have waited more than three gaps, of
    whom many have gone.
    """
    table = take_result(table, COMPARED)
    ax = new_axes(ax)
    rows = table[(table["n"] >= 20) & table["days_until_next"].notna()]
    rows = rows[~rows["waited_gaps"].isin(WAITED_NAMES[7:])]
    places = range(len(rows))
    ax.plot(places, rows["due_in_days"], "s--", color=COLOURS["claim"], label="due, by rhythm (R + F)")
    came = rows["days_until_next"]
    whiskers = reach(came, rows["next_low"], rows["next_high"])
    label = "came (of those who came)"
    ax.errorbar(places, came, yerr=whiskers, fmt="o-", color=COLOURS["truth"], capsize=3, label=label)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(list(places), list(rows["waited_gaps"].astype(str)))
    ax.set(xlabel="already waited, in own gaps between purchases", ylabel="days from today (median)")
    ax.legend(frameon=False, loc="lower left")
    return ax
