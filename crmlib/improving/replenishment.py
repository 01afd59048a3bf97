"""When will the bottle be empty? One of the four uses of the customer database (J-16).

The course guesses the day on which a bottle of shower gel is empty and sends an offer then. The guess can be
tested: do more members buy around the guessed day than if the day did not matter?
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.tables.dictionary import TABLES
from crmlib.tables.options import read_choice, read_date, read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CATEGORIES = TABLES["products"].columns["category"].levels
BUYING = describe_result(
    "buying",
    {
        "customer_id": "key",
        "receipt_id": "integer",
        "purchased_at": "datetime",
        "category": f"one of {'|'.join(CATEGORIES)}",
        "amount_cny": "number >=0",
    },
)
GUESSED = describe_result(
    "guessed",
    {"customer_id": "key", "last_on": "date", "gap_days": "number >0", "empty_on": "date"},
)
TIMED = describe_result(
    "timed",
    {"elapsed": "string", **dict.fromkeys(["expected", "share", "low", "high"], "number 0..1")},
)
STEPS = (0.0, 0.5, 1.0, 1.5, 2.0)  # limits of time since the last purchase, in usual gaps


def join_buying(receipts: pd.DataFrame, receipt_lines: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """What each member spent in each product category at each purchase (J-16).

    receipts: receipt_id, customer_id, purchased_at; receipt_lines: receipt_id, product_id, quantity,
    unit_price_cny; products: product_id, category. Columns: customer_id, receipt_id, purchased_at, category,
    amount_cny, one row for a category on a receipt with a card. Raises TableError for wrong columns,
    ValueError if nothing joins.
    """
    names = ["receipt_id", "customer_id", "purchased_at"]
    bought = take_columns(receipts, "receipts", names, unique=["receipt_id"])
    keys = ["receipt_id", "product_id"]
    lines = take_columns(receipt_lines, "receipt_lines", [*keys, "quantity", "unit_price_cny"], unique=keys)
    kinds = take_columns(products, "products", ["product_id", "category"], unique=["product_id"])
    lines["amount_cny"] = lines["quantity"] * lines["unit_price_cny"]
    joined = lines.merge(bought[bought["customer_id"].notna()], on="receipt_id").merge(kinds, on="product_id")
    if joined.empty:
        raise ValueError(
            "receipt_lines: no line belongs to a receipt with a card. Take all tables from one firm."
        )
    joined = joined.astype({"customer_id": "int64"})
    groups = joined.groupby(["customer_id", "receipt_id", "purchased_at", "category"], observed=True)
    return groups["amount_cny"].sum().reset_index()


def guess_empty_dates(
    buying: pd.DataFrame, *, category: str = "body", as_of: str | pd.Timestamp, least: int = 4
) -> pd.DataFrame:
    """When each member's last purchase of a category will be used up: last day + her usual gap (J-16).

    gap_days: the mean number of days between her purchases of the category before as_of, for members with
    at least `least` of them. buying: the table of `join_buying`. Columns: customer_id, last_on, gap_days,
    empty_on. Raises TableError for wrong columns, ValueError for another category or if nobody
    bought so often. With millions of rows it takes more than in proportion (docs/growth.md).

    >>> buying = pd.DataFrame({
    ...     "customer_id": 7, "receipt_id": [1, 2, 3], "category": "body", "amount_cny": 9.0,
    ...     "purchased_at": pd.to_datetime(["2025-01-01", "2025-02-10", "2025-03-02"])})
    >>> guess_empty_dates(buying, as_of="2025-03-05", least=3).astype(str).values.tolist()
    [['7', '2025-03-02', '30.0', '2025-04-01']]
    """
    read_choice(category, "category", CATEGORIES)
    read_number(least, "least", "a whole number of at least 2 purchases", limits="2..", whole=True)
    rows = take_columns(
        buying, BUYING, list(BUYING.columns), unique=["customer_id", "receipt_id", "category"]
    )
    day = read_date(as_of, "as_of")
    rows = rows[(rows["category"] == category) & (rows["purchased_at"] < day)]
    days = (
        rows.assign(on=rows["purchased_at"].dt.normalize())
        .groupby("customer_id")["on"]
        .agg(["min", "max", "nunique"])
    )
    days = days[days["nunique"] >= least]
    if days.empty:
        raise ValueError(
            f"buying: no member bought {category} on {least} days before {day.date()}. Lower least, or "
            "choose a later as_of."
        )
    gap = (days["max"] - days["min"]).dt.days / (days["nunique"] - 1)
    empty = days["max"] + pd.to_timedelta(gap.round(), unit="D")
    found = {"last_on": days["max"], "gap_days": gap, "empty_on": empty.dt.as_unit(days["max"].dt.unit)}
    return pd.DataFrame(found).reset_index().astype({"customer_id": "int64"})


def follow_guesses(
    guessed: pd.DataFrame,
    buying: pd.DataFrame,
    *,
    category: str = "body",
    as_of: str | pd.Timestamp,
    within_days: int = 14,
) -> pd.DataFrame:
    """Who buys the category in the next days, by how much of her usual gap has passed (J-16).

    If bottles run out, few buy early in the gap and most around its end. guessed: the table of
    `guess_empty_dates`; buying: of `join_buying`. elapsed: (as_of − last_on) / gap_days, in classes. Columns:
    elapsed, members, expected (share that would buy if the day did not matter: 1 − exp(−within_days / gap)),
    share (who bought within_days from as_of on), low, high (Wilson), extra (mean of bought − expected, member
    by member), extra_low, extra_high (Student). Classes of fewer than two members are left out. Raises
    TableError for wrong columns or purchases that end before the days do, ValueError for guesses that are
    later than as_of.
    """
    read_choice(category, "category", CATEGORIES)
    read_number(within_days, "within_days", "a whole number of at least 1 day", limits="1..", whole=True)
    rows, day = _follow(guessed, buying, category, as_of, within_days)
    elapsed = (day - rows["last_on"]).dt.days / rows["gap_days"]
    names = [f"{low:g} to {high:g}" for low, high in pairwise(STEPS)] + [f"over {STEPS[-1]:g}"]
    rows["elapsed"] = pd.cut(elapsed, [*STEPS, np.inf], labels=names, right=False)
    rows["expected"] = 1 - np.exp(-within_days / rows["gap_days"])
    table = []
    for name, part in rows.groupby("elapsed", observed=True):
        if len(part) > 1:
            share = estimate_share(int(part["bought"].sum()), len(part))
            extra = estimate_mean(part["bought"].astype(float) - part["expected"], unit="purchases")
            numbers = (share.value, share.low, share.high, extra.value, extra.low, extra.high)
            table.append((str(name), len(part), float(part["expected"].mean()), *numbers))
    if not table:
        raise ValueError(f"guessed: {len(rows)} guesses, expected at least 2 members in one class.")
    names = ["elapsed", "members", "expected", "share", "low", "high", "extra", "extra_low", "extra_high"]
    return pd.DataFrame(table, columns=names)


def _follow(
    guessed: pd.DataFrame, buying: pd.DataFrame, category: str, as_of: str | pd.Timestamp, within_days: int
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """The guesses with whether each member bought the category in the days from as_of on."""
    day = read_date(as_of, "as_of")
    rows = take_columns(guessed, GUESSED, list(GUESSED.columns), unique=["customer_id"])
    late = rows["last_on"] >= day
    if late.any():
        raise ValueError(
            f"guessed.last_on: {int(late.sum())} of {len(rows)} last purchases lie on {day.date()} or later. "
            "Give both functions the same as_of."
        )
    bought = take_columns(
        buying, BUYING, list(BUYING.columns), unique=["customer_id", "receipt_id", "category"]
    )
    end = day + pd.Timedelta(days=within_days)
    last = bought["purchased_at"].max()
    if last < end - pd.Timedelta(days=7):
        raise ValueError(
            f"buying.purchased_at: the purchases end on {last.date()}, but the days end on {end.date()}. "
            "Choose an earlier as_of, or take the receipts up to its end."
        )
    inside = (
        (bought["purchased_at"] >= day) & (bought["purchased_at"] < end) & (bought["category"] == category)
    )
    return rows.assign(bought=rows["customer_id"].isin(bought.loc[inside, "customer_id"])), day


def plot_guesses(timed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Who buys in the next days by how much of the usual gap has passed; crosses: if the day did not matter.

    timed: the table of `follow_guesses`.
    """
    rows = take_result(timed, TIMED).reset_index(drop=True)
    ax = new_axes(ax)
    error = reach(rows["share"], rows["low"], rows["high"])
    ax.errorbar(
        rows.index, rows["share"], error, fmt="o", capsize=3, color=COLOURS["estimate"], label="bought"
    )
    ax.plot(
        rows.index,
        rows["expected"],
        "x",
        color=COLOURS["truth"],
        markersize=9,
        label="if the day did not matter",
    )
    ax.set_xticks(range(len(rows)), list(rows["elapsed"]))
    ax.set_ylim(bottom=0)
    format_percent(ax.yaxis)
    most = rows.iloc[int((rows["share"] - rows["expected"]).argmax())]
    ax.set_title(
        f"At {most['elapsed']} gaps {100 * most['share']:.0f} % buy; if the day did not matter, "
        f"{100 * most['expected']:.0f} %",
        fontsize=10,
    )
    ax.set(xlabel="time since the last purchase (in usual gaps)", ylabel="buy in the next days")
    ax.legend(frameon=False)
    return ax
