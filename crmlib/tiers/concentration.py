"""How much do few customers bring, in which window, and do they stay (F-07, F-26)?

The rule of 80 and 20 has two numbers and leaves out a third one: the time over which sales are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.customers.spending import SPENDING, sum_spending
from crmlib.estimates.estimate import Estimate, estimate_ratio, estimate_share, quantile
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SPARE_DAYS = 31  # that a table may begin after the window
DAY = pd.Timedelta(days=1)
CLASSED = describe_result("classes", {"customer_id": "key", "class": "string"})


def measure_top_share(spending: pd.Series, *, top_share: float = 0.2) -> Estimate:
    """Which share of all sales the largest customers bring, with its interval (F-07).

    spending: index customer_id, yuan of a period, two customers or more; single numbers may be negative, as
    margins are, but not their total. top_share: how many customers count as the largest, rounded, at least
    one. The interval asks what another draw of customers would have given: with S the share, p the share of
    customers, q the spending of the last one inside, each customer adds (x − q)⁺ + q p − S x to the error of
    S times the mean (linearisation, as for any Lorenz curve). It needs one sort and no repetitions.

    >>> measure_top_share(pd.Series([80.0, 5.0, 5.0, 5.0, 5.0], index=[1, 2, 3, 4, 5])).value
    0.8
    """
    values = _take(spending)
    share = read_part(top_share, "top_share")
    top = max(1, round(share * len(values)))
    ordered = np.sort(values)[::-1]
    found, total = ordered[:top].sum() / ordered.sum(), ordered.sum()
    edge, inside = ordered[top - 1], top / len(values)
    errors = np.maximum(ordered - edge, 0) + edge * inside - found * ordered
    spread = np.sqrt((errors**2).sum() * len(values) / (len(values) - 1)) / total
    half = quantile(0.95, freedom=len(values) - 1) * spread
    most = 1.0 if ordered[-1] >= 0 else np.inf
    return Estimate(float(found), float(found - half), float(min(most, found + half)), n=len(values))


def _take(spending: pd.Series) -> NDArray[np.float64]:
    values = take_values(spending, SPENDING).to_numpy(dtype=np.float64)
    if len(values) < 2:
        raise TableError(
            f"spending: {len(values)} customer, expected at least 2. Repair: take more customers."
        )
    if values.sum() <= 0:
        raise TableError(
            f"spending: the customers bring {values.sum():,.2f} yuan together, expected more than 0, for "
            "there is no share of nothing. Repair: take a longer period."
        )
    return values


def read_part(value: float, name: str) -> float:
    """A share of the customers or of sales that is a part: more than nothing and less than all.

    >>> read_part(1, "top_share")
    Traceback (most recent call last):
    ...
    ValueError: top_share is 1, expected a share above 0 and below 1, such as 0.2.
    """
    part = read_number(value, name, "a share above 0 and below 1, such as 0.2", limits="0..1")
    if not 0 < part < 1:
        raise ValueError(f"{name} is {value}, expected a share above 0 and below 1, such as 0.2.")
    return part


def measure_concentration(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    windows: Sequence[int] = (30, 91, 365, 1095),
    top_share: float = 0.2,
    resource: str = "amount_cny",
) -> pd.DataFrame:
    """How the share of the largest customers depends on the days over which it is counted (F-07).

    purchases: customer_id, purchased_at and the resource, as for `sum_spending`. windows: lengths in days
    that all end with as_of. Columns: days, customers (who bought in them), top_share, low, high. Raises
    TableError like `sum_spending` and if purchases begin more than a month after a window does.

    >>> days = pd.to_datetime(["2025-01-03", "2025-12-30", "2025-12-30"])
    >>> amounts = [60.0, 20.0, 20.0]
    >>> bought = pd.DataFrame({"customer_id": [1, 1, 2], "purchased_at": days, "amount_cny": amounts})
    >>> measure_concentration(bought, as_of="2025-12-31", windows=[30, 365])[["days", "top_share"]]
       days  top_share
    0    30        0.5
    1   365        0.8
    """
    day = read_date(as_of, "as_of")
    if not isinstance(windows, list | tuple) or not windows:
        raise TypeError("windows: expected a list of days, such as [30, 365].")
    begin = take_columns(purchases, "receipts", ["purchased_at"])["purchased_at"].min()
    rows = []
    for window in windows:
        days = int(
            read_number(window, "windows", "whole numbers of at least 1 day", limits="1..", whole=True)
        )
        spending = sum_spending(purchases, as_of=day, days=days, resource=resource)
        start = day - pd.Timedelta(days=days - 1)
        if begin > start + pd.Timedelta(days=SPARE_DAYS):
            raise TableError(
                f"receipts begin on {begin.date()}, the window of {days} days on {start.date()}. Repair: "
                "take a shorter window, or the purchases from its beginning."
            )
        found = measure_top_share(spending, top_share=top_share)
        rows.append((days, len(spending), found.value, found.low, found.high))
    return pd.DataFrame(rows, columns=["days", "customers", "top_share", "low", "high"])


def follow_top(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    top_share: float = 0.2,
    resource: str = "amount_cny",
) -> pd.DataFrame:
    """What becomes of the largest customers of one year in the next: the rule held against time (F-07).

    The two periods of days follow each other; the second ends with as_of. Columns: measure, value, low,
    high, n. Measures: share of sales that year; share of the next year's sales of the same customers, of all
    customers (newcomers included); share of the largest who are among the largest again (of all buyers of
    the next year); share who buy nothing. The first falls to the second because customers change, and to the
    third because the firm grows, too. Errors as `sum_spending`.

    >>> bought = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5] * 2, "amount_cny": [60.0] + [10.0] * 9,
    ...     "purchased_at": pd.to_datetime(["2024-06-01"] * 5 + ["2025-06-01"] * 5)})
    >>> follow_top(bought, as_of="2025-12-31")["value"].round(2).tolist()
    [0.6, 0.2, 0.2, 1.0, 0.0]
    """
    day, share = read_date(as_of, "as_of"), read_part(top_share, "top_share")
    read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    earlier = day - pd.Timedelta(days=int(days))
    before = sum_spending(purchases, as_of=earlier, days=days, resource=resource)
    after = sum_spending(purchases, as_of=day, days=days, resource=resource)
    largest, again = _name_top(before, share), _name_top(after, share)
    everybody = before.index.union(after.index)
    same, all_after = after.reindex(before.index, fill_value=0.0), after.reindex(everybody, fill_value=0.0)
    found = {
        "of sales, that year": measure_top_share(before, top_share=share),
        "of the same customers' sales, next year": _share_of(same, largest),
        "of all sales, next year": _share_of(all_after, largest),
        "among the largest again": estimate_share(int(largest.isin(again).sum()), len(largest)),
        "bought nothing": estimate_share(int((~largest.isin(after.index)).sum()), len(largest)),
    }
    rows = [(name, one.value, one.low, one.high, one.n) for name, one in found.items()]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "n"])


def _name_top(spending: pd.Series, share: float) -> pd.Index:
    """The numbers of the largest customers; of equal ones the lower number."""
    top = max(1, round(share * len(spending)))
    return spending.sort_index().sort_values(ascending=False, kind="stable").index[:top]


def _share_of(spending: pd.Series, largest: pd.Index) -> Estimate:
    _take(spending)
    inside = spending.where(spending.index.isin(largest), 0.0)
    return estimate_ratio(inside, spending, unit="%")


def plot_pareto(spending: pd.Series, *, classes: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """The course's chart of core customers: a bar a customer, largest first, the tops joined (F-26).

    spending: index customer_id. Each bar is the cumulated share of sales up to its customer. classes (index
    customer_id) mark where each class ends. Bars are drawn up to 60 customers, beyond that an area.
    """
    ordered = take_values(spending, SPENDING).sort_index().sort_values(ascending=False, kind="stable")
    _take(spending)
    ax = new_axes(ax)
    heights = ordered.cumsum().to_numpy() / ordered.sum()
    places = np.arange(1, len(ordered) + 1)
    if len(ordered) <= 60:
        ax.bar(places, heights, width=0.8, color=COLOURS["low"])
    else:
        ax.fill_between(places, heights, color=COLOURS["low"], linewidth=0)
    ax.plot(places, heights, color=COLOURS["high"], linewidth=2)
    if classes is not None:
        words = take_values(classes.astype(object), CLASSED).reindex(ordered.index)
        _mark_classes(ax, words.astype(object).where(words.notna(), ""), heights)
    ax.set(xlabel="customers, the largest first (number)", ylabel="cumulated share of sales", ylim=(0, 1.12))
    format_percent(ax.yaxis)
    ax.set_yticks(np.linspace(0, 1, 6))
    return ax


def _mark_classes(ax: Axes, classes: pd.Series, heights: NDArray[np.float64]) -> None:
    """A dashed line behind the last customer of each class, with its name and share of sales."""
    begun = 0.0
    for name in filter(None, classes.unique()):
        last = int(np.flatnonzero((classes == name).to_numpy())[-1])
        ax.axvline(last + 1, color="0.35", linewidth=0.9, linestyle="--")
        first = int(np.flatnonzero((classes == name).to_numpy())[0])
        text = f"{name}\n{100 * (heights[last] - begun):.0f} %"
        ax.text((first + last + 2) / 2, 1.02, text, ha="center", va="bottom", fontsize=8, linespacing=0.9)
        begun = heights[last]


def explore_concentration(purchases: pd.DataFrame, *, as_of: str | pd.Timestamp) -> None:
    """Move the window and the size of the top group, and see which rule of "80 and 20" comes out (F-07)."""
    day = read_date(as_of, "as_of")
    sum_spending(purchases, as_of=day)  # refuses what is not fit before the first drawing
    bought = take_columns(purchases, "receipts", ["customer_id", "purchased_at", "amount_cny"])
    bought = bought[bought["customer_id"].notna() & (bought["purchased_at"] < day + DAY)]
    codes = pd.factorize(bought["customer_id"])[0]
    times, amounts = bought["purchased_at"].to_numpy(), bought["amount_cny"].to_numpy(dtype=np.float64)

    def draw(ax: Axes, months: int, top: int) -> None:
        """Draw the cumulated share and the corner that belongs to the chosen top group."""
        inside = times >= np.datetime64(day + DAY - pd.Timedelta(days=round(months * 30.44)))
        if not inside.any():
            ax.set(xlabel="share of customers", ylabel="share of sales", title="Nobody bought.")
            return
        spending = np.bincount(codes[inside], weights=amounts[inside])[np.bincount(codes[inside]) > 0]
        ordered = np.sort(spending)[::-1]
        customers = np.linspace(0, 1, len(ordered) + 1)
        heights = np.append(0, ordered.cumsum() / ordered.sum())
        share = float(np.interp(top / 100, customers, heights))
        ax.plot(customers, heights, color=COLOURS["estimate"], linewidth=2)
        ax.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle=":")
        ax.plot([top / 100] * 2 + [0], [0, share, share], color=COLOURS["claim"], linewidth=1.5)
        ax.plot(0.2, 0.8, "x", color=COLOURS["truth"], markersize=9, markeredgewidth=2, label="80/20")
        ax.set(xlabel="share of customers, the largest first", ylabel="share of sales", ylim=(0, 1.02))
        for axis in (ax.xaxis, ax.yaxis):
            format_percent(axis)
        ax.legend(frameon=False, loc="lower right")
        ax.set_title(f"{months} months: the top {top} % bring {100 * share:.0f} % of sales", fontsize=10)

    explore(
        draw,
        controls={
            "months": Slider("window (months)", 1, 36, 12, 1),
            "top": Slider("top group (% of customers)", 1, 60, 20, 1),
        },
        alt="Cumulated share of sales over the share of customers, largest first. With a window of twelve "
        "months the curve passes below the cross of the rule of 80 and 20.",
    )
