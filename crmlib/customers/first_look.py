"""A first look at a firm: what it sold in each month, as a chart to read and as one to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MILLION = 1_000_000
MONTHS = describe_result("months", {"month": "date", "purchases": "integer 0..", "amount_cny": "number >=0"})


def sum_sales_by_month(purchases: pd.DataFrame) -> pd.DataFrame:
    """What all customers together bought in each month: how often, and for how much.

    purchases: purchased_at, amount_cny (yuan); receipts or orders; a receipt_id may not repeat. Columns:
    month (its first day), purchases, amount_cny; months without a purchase count 0. Raises TableError for
    wrong columns, values or rows that occur twice.

    >>> bought = pd.DataFrame({"purchased_at": pd.to_datetime(["2025-01-05", "2025-01-20", "2025-03-01"]),
    ...                        "amount_cny": [10.0, 5.0, 8.0]})
    >>> sum_sales_by_month(bought)["amount_cny"].tolist()
    [15.0, 0.0, 8.0]
    """
    bought = take_columns(purchases, "receipts", ["purchased_at", "amount_cny"], once="receipt_id")
    groups = bought.groupby(bought["purchased_at"].dt.to_period("M"))["amount_cny"]
    table = pd.DataFrame({"purchases": groups.size(), "amount_cny": groups.sum().round(2)})
    months = pd.period_range(table.index.min(), table.index.max(), freq="M")
    table = table.reindex(months, fill_value=0).rename_axis("month").reset_index()
    return table.assign(month=table["month"].dt.to_timestamp())


def _average_months(amounts: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Each month as the mean of itself and the months before it; missing where there are too few.

    >>> _average_months(np.array([2.0, 4.0, 9.0]), 2).tolist()
    [nan, 3.0, 6.5]
    """
    means = np.convolve(amounts, np.ones(months) / months, mode="full")[: len(amounts)]
    means[: months - 1] = np.nan
    return means


def plot_sales_by_month(months: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """A firm's sales, month after month: read it from left to right, the height is money.

    months: the table of `sum_sales_by_month`.
    """
    table = take_result(months, MONTHS)
    return _draw(new_axes(ax, height=3.0), table, table["amount_cny"].to_numpy())


def explore_sales_by_month(months: pd.DataFrame) -> None:
    """Drag the number of months over which sales are averaged: season goes away, trend stays.

    months: the table of `sum_sales_by_month`, at least two years of it; ValueError otherwise.
    """
    table = take_result(months, MONTHS)
    amounts = table["amount_cny"].to_numpy()
    if len(amounts) < 24:
        raise ValueError(f"explore_sales_by_month: {len(amounts)} months, expected at least 24.")

    def draw(ax: Axes, averaged: int) -> None:
        _draw(ax, table, _average_months(amounts, averaged), faint=amounts if averaged > 1 else None)
        words = "each month by itself" if averaged == 1 else f"mean of {averaged} months"
        ax.set_title(words, fontsize=10)

    explore(
        draw,
        controls={"averaged": Slider("months averaged", 1, 12, 1, 1)},
        alt="Sales of each month as a line from left to right, in millions of yuan.",
        height=3.2,
    )


def _draw(
    ax: Axes,
    months: pd.DataFrame,
    amounts: NDArray[np.float64],
    *,
    faint: NDArray[np.float64] | None = None,
) -> Axes:
    days = months["month"].to_numpy()
    if faint is not None:
        ax.plot(days, faint / MILLION, "-", color=COLOURS["control"], linewidth=1)
    ax.plot(days, amounts / MILLION, "o-", color=COLOURS["estimate"], markersize=4)
    ax.set_xticks(days[::6], [f"{day:%Y-%m}" for day in months["month"][::6]])
    format_money(ax.yaxis)
    ax.set_ylim(0, 1.1 * float(months["amount_cny"].max()) / MILLION)
    ax.set(xlabel="month", ylabel="sales (million yuan)")
    return ax
