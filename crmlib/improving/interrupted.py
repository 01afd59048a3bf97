"""A change that everybody got on one day: the interrupted time series (J-10, check).

Where no lot was drawn, time is the other group. Before and after differ by the measure, and by all else that
happened: season, trend, the price of oil. A series of months takes what it can of these out; customers who
were spared the measure take out the rest, if the same things happened to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import quantile
from crmlib.improving.confounded import plot_comparisons
from crmlib.tables.options import read_date
from crmlib.tables.results import describe_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BEFORE_AFTER, TREND, PRICE, SPARED = (
    "after less before",
    "trend and season",
    "and the oil price",
    "against the spared",
)
LEAST_MONTHS = 6  # on either side of the change
LAGS = 2  # months over which what is left of a month still tells of the next
PROMISED = describe_result("promised", {"customer_id": "key", "promised_on": "date ?"})
MONTHS = describe_result(
    "months",
    {
        "month": "date",
        "treated_tonnes": "number >0",
        "spared_tonnes": "number >0",
        "price_cny_per_tonne": "number >0",
    },
)


def sum_months(orders: pd.DataFrame, promised: pd.Series, market_prices: pd.DataFrame) -> pd.DataFrame:
    """Tonnes a day in each month, of the accounts that got the change and of those spared; and the oil price.

    orders: customer_id, purchased_at, tonnes; all products. promised: when each account got the change
    (missing: never), index customer_id. market_prices: week, product, price_cny_per_tonne; that of diesel
    counts. Only accounts with an order in the first and in the last 92 days count, so that no month
    changes because somebody came or went. Columns: month (first day), treated_tonnes, spared_tonnes (a day),
    price_cny_per_tonne (mean of the weeks that begin in the month). Raises TableError for wrong columns,
    ValueError for an account that is missing, or a month without an order of either group or without a price.
    With millions of rows it takes more than in proportion (docs/growth.md).
    """
    sold = _take_lasting(orders, promised)
    month = sold["purchased_at"].dt.to_period("M").dt.to_timestamp()
    groups = sold.groupby([month, "treated"])["tonnes"].sum().unstack().reindex(columns=[True, False])
    found = pd.DataFrame({"treated_tonnes": groups[True], "spared_tonnes": groups[False]})
    found = found.div(pd.DatetimeIndex(found.index).days_in_month, axis=0)
    names = ["week", "product", "price_cny_per_tonne"]
    prices = take_columns(market_prices, "market_prices", names, unique=names[:2])
    prices = prices[prices["product"] == "diesel"]
    weekly = prices.groupby(prices["week"].dt.to_period("M").dt.to_timestamp())["price_cny_per_tonne"].mean()
    found["price_cny_per_tonne"] = weekly.reindex(found.index)
    if found.empty or found.isna().any(axis=None):
        raise ValueError(
            f"orders: {int(found.isna().any(axis=1).sum())} of {len(found)} months lack an order of one "
            "group or a price of diesel; expected at least one month, all complete."
        )
    return found.rename_axis("month").reset_index()


def _take_lasting(orders: pd.DataFrame, promised: pd.Series) -> pd.DataFrame:
    """Orders of the accounts that ordered in the first and in the last quarter, and whether they got it."""
    sold = take_columns(orders, "orders", ["customer_id", "purchased_at", "tonnes"], once="order_id")
    since = take_values(promised, PROMISED)
    missing = ~sold["customer_id"].isin(since.index)
    if missing.any():
        raise ValueError(
            f"promised: {int(missing.sum())} of {len(sold)} orders belong to accounts that are missing. Take "
            "both tables from one firm."
        )
    moment, quarter = sold["purchased_at"], pd.Timedelta(days=92)
    early = sold.loc[moment < moment.min() + quarter, "customer_id"]
    late = sold.loc[moment > moment.max() - quarter, "customer_id"]
    sold = sold[sold["customer_id"].isin(early) & sold["customer_id"].isin(late)]
    return sold.assign(treated=sold["customer_id"].map(since.notna()).astype(bool))


def compare_designs(months: pd.DataFrame, *, changed_on: str | pd.Timestamp) -> pd.DataFrame:
    """What four comparisons say a change brought: each takes more of the rest of the world out (J-10, check).

    After less before: mean log tonnes of the treated after changed_on less before. Trend and season: log
    tonnes = a + b·month + yearly wave + step, least squares. And the oil price: log price added. Against the
    spared: the same line for log treated − log spared. Intervals: least squares with errors that allow for
    months that resemble the next two (Newey and West 1987). months: the table of `sum_months`. changed_on:
    first day of a month, with at least six months on either side. Columns: comparison, value (change as a
    share: 0.06 is 6 % more), low, high. Raises TableError for wrong columns, ValueError for another date.
    """
    rows = take_columns(months, MONTHS, list(MONTHS.columns), unique=["month"]).sort_values("month")
    step = _find_step(rows["month"], read_date(changed_on, "changed_on"))
    treated, spared, price = (np.log(rows[name].to_numpy(dtype=float)) for name in list(MONTHS.columns)[1:])
    number = np.arange(len(rows)) / 12
    wave = 2 * np.pi * (rows["month"].dt.month.to_numpy() - 1) / 12
    one = np.ones(len(rows))
    line = [one, number, np.sin(wave), np.cos(wave)]
    plans = {
        BEFORE_AFTER: (treated, [one]),
        TREND: (treated, line),
        PRICE: (treated, [*line, price - price.mean()]),
        SPARED: (treated - spared, line),
    }
    table = []
    for name, (series, columns) in plans.items():
        weight, error = _fit_step(np.column_stack([step, *columns]), series)
        half = quantile(0.95, freedom=len(rows) - len(columns) - 1) * error
        table.append((name, *np.expm1([weight, weight - half, weight + half])))
    return pd.DataFrame(table, columns=["comparison", "value", "low", "high"])


def _find_step(months: pd.Series, day: pd.Timestamp) -> NDArray[np.float64]:
    """0 before the change, 1 from it on."""
    step = (months >= day).to_numpy().astype(np.float64)
    after = int(step.sum())
    if day.day != 1 or min(after, len(step) - after) < LEAST_MONTHS:
        raise ValueError(
            f"changed_on is {day.date()}, expected the first day of a month with at least {LEAST_MONTHS} "
            f"months before and after it; months has {len(step) - after} before and {after} from then on."
        )
    return step


def _fit_step(design: NDArray[np.float64], series: NDArray[np.float64]) -> tuple[float, float]:
    """Weight of the first column by least squares, and its standard error (Newey–West, LAGS months)."""
    inverse = np.linalg.pinv(design.T @ design)
    weights = inverse @ design.T @ series
    moved = design * (series - design @ weights)[:, None]
    middle = moved.T @ moved
    for lag in range(1, LAGS + 1):
        cross = moved[lag:].T @ moved[:-lag]
        middle += (1 - lag / (LAGS + 1)) * (cross + cross.T)
    spare = len(series) / max(len(series) - design.shape[1], 1)  # weights were fitted to the same months
    variance = (inverse @ middle @ inverse)[0, 0] * spare
    return float(weights[0]), float(np.sqrt(max(variance, 0.0)))


def plot_months(months: pd.DataFrame, *, changed_on: str | pd.Timestamp, ax: Axes | None = None) -> Axes:
    """Tonnes of the treated, of the spared, and the oil price, each as an index: first year = 100.

    months: the table of `sum_months`. changed_on: marked by a dotted line.
    """
    rows = take_columns(months, MONTHS, list(MONTHS.columns), unique=["month"]).sort_values("month")
    day = read_date(changed_on, "changed_on")
    ax = new_axes(ax, height=3.8)
    looks = {
        "treated_tonnes": ("treated", "-", "tonnes, with the change", 2.2),
        "spared_tonnes": ("member", "--", "tonnes, spared", 1.6),
        "price_cny_per_tonne": ("no_card", "-", "oil price", 1.2),
    }
    for name, (colour, dash, label, width) in looks.items():
        index = 100 * rows[name] / rows[name].head(12).mean()
        ax.plot(rows["month"], index, dash, color=COLOURS[colour], label=label, linewidth=width)
    ax.axvline(cast("float", day), color="black", linestyle=":", linewidth=1.2)
    price, later = rows["price_cny_per_tonne"], rows["month"] >= day
    change = price[later].head(LEAST_MONTHS).mean() / price[~later].tail(LEAST_MONTHS).mean() - 1
    word = "dearer" if change > 0 else "cheaper"
    if np.isfinite(change):
        ax.set_title(
            f"Oil is {100 * abs(change):.0f} % {word} in the half-year after the change", fontsize=10
        )
    ax.set(xlabel="month", ylabel="index (first year = 100)")
    ax.tick_params(axis="x", labelsize=8)
    ax.legend(frameon=False, fontsize=8)
    return ax


def explore_date(months: pd.DataFrame) -> None:
    """Move the date of the change to a month in which nothing happened: which comparison still finds one?

    months: the table of `sum_months`, at least 2 · LEAST_MONTHS + 1 of them.
    """
    rows = take_columns(months, MONTHS, list(MONTHS.columns), unique=["month"])
    rows = rows.sort_values("month", ignore_index=True)
    last = len(rows) - LEAST_MONTHS
    if last <= LEAST_MONTHS:
        raise ValueError(f"months: {len(rows)} months, expected at least {2 * LEAST_MONTHS + 1}.")

    def draw(ax: Axes, *, month: int) -> None:
        day = rows["month"].iloc[month]
        changes = compare_designs(rows, changed_on=day)
        plot_comparisons(changes, label="change of the tonnes (%)", ax=ax)
        sure = int(((changes["low"] > 0) | (changes["high"] < 0)).sum())
        ax.set_title(f"As if changed in {day:%Y-%m}: {sure} of 4 intervals leave out zero", fontsize=10)

    explore(
        draw,
        controls={"month": Slider("change after month", LEAST_MONTHS, last, (LEAST_MONTHS + last) // 2, 1)},
        alt="Four dots with intervals for a change of the chosen date, from the plain comparison of after "
        "and before at the top to the comparison with the spared accounts at the bottom.",
        height=3.2,
    )
