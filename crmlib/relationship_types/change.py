"""Breadth and its change: who was attracted, kept, won back and lost, and what that did to margin (C-13 c,
C-14).

The course builds relationships in three moves: attract, retain, upgrade. Counted over two periods they become
an identity: closing = opening + attracted + won back − lost. The counts depend on how long a silence is taken
for a loss; `movers` asks how long an upgrade lasts.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money
from crmlib.relationship_types.dimensions import find_first_days
from crmlib.tables.options import read_date, read_number, refuse_short
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = ("attracted", "first full period", "won back", "upgraded", "downgraded", "lost")


def decompose_change(
    purchases: pd.DataFrame,
    *,
    first: str | pd.Timestamp,
    last: str | pd.Timestamp,
    months: int = 12,
    first_on: pd.Series | None = None,
) -> pd.DataFrame:
    """How the number of customers came about: attracted, kept, won back, lost (C-13 c, C-14).

    A customer of a period is who bought in it. Attracted: bought here for the first time ever; kept:
    bought in the period before too; won back: had bought earlier, but not in the period before; lost:
    bought in the period before and not in this one. Then closing = opening + attracted + won_back − lost =
    breadth. Nobody needs to have done anything to win a customer back: a slow buyer who skips a period is
    lost and won back.

    purchases: customer_id, purchased_at, which reach back at least one period before first. first: first day
    of the first period. last: last day that may be covered. months: length of a period. first_on: as in
    `measure_length`; a customer whose relation is older than the period is not attracted in it. Columns:
    period (its first day), opening, attracted, won_back, lost, kept, closing. Raises TableError for wrong
    columns, ValueError if no whole period fits or nothing lies before the first one.

    >>> days = ["2023-05-01", "2023-06-01", "2024-02-01", "2024-03-01", "2025-01-01", "2025-12-31"]
    >>> bought = pd.DataFrame({"customer_id": [1, 2, 1, 3, 2, 3], "purchased_at": pd.to_datetime(days)})
    >>> decompose_change(bought, first="2024-01-01", last="2025-12-31").iloc[:, 1:]
       opening  attracted  won_back  lost  kept  closing
    0        2          1         0     1     1        2
    1        2          0         1     1     1        2
    """
    _require_months(months)
    start, end = read_date(first, "first"), read_date(last, "last") + pd.Timedelta(days=1)
    edges = _list_edges(start, end, int(months))
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at"]).dropna()
    if len(edges) < 3 or not (rows["purchased_at"] < start).any():
        raise ValueError(
            f"receipts: no purchase before {start.date()}, or no whole period of {months} months from there "
            f"to {read_date(last, 'last').date()}. Start later, or take shorter periods."
        )
    refuse_short(rows["purchased_at"], edges[-1])
    begun = find_first_days(rows, first_on=first_on)
    buyers = [_buyers(rows, *edge) for edge in pairwise(edges)]
    table = []
    for number, period in enumerate(edges[1:-1], start=1):
        now, before = buyers[number], buyers[number - 1]
        came = now.difference(before)
        attracted = int((begun.reindex(came) >= period).sum())
        kept, lost = len(now.intersection(before)), len(before.difference(now))
        table.append((period, len(before), attracted, len(came) - attracted, lost, kept, len(now)))
    columns = ["period", "opening", "attracted", "won_back", "lost", "kept", "closing"]
    return pd.DataFrame(table, columns=columns)


def _list_edges(start: pd.Timestamp, end: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    """First days of the periods up to end, from the one before start; each is counted from start itself.

    Month by month from 31 January the days are 29 February, 31 March and 30 April: no shorter month shifts
    the later ones.
    """
    edges = [start + pd.DateOffset(months=-months), start]
    while (edge := start + pd.DateOffset(months=months * (len(edges) - 1))) <= end:
        edges.append(edge)
    return edges


def _buyers(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Index:
    inside = rows["purchased_at"].between(start, end, inclusive="left")
    return pd.Index(rows.loc[inside, "customer_id"].astype("int64").unique())


def list_changes(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    months: int = 12,
    first_on: pd.Series | None = None,
) -> pd.DataFrame:
    """What each customer did to the margin from one period to the next, and under which word it goes (C-14).

    Compares the months up to as_of with as many before. Attracted: began in the last period; won back:
    began earlier, bought in the last period and not in the one before; lost: the other way round. Of those
    who bought in both, who began in the first of them had a part of it only: first full period. The others
    are upgraded if their margin rose, else downgraded.

    purchases: customer_id, purchased_at, margin_cny. first_on: as in `measure_length`. Index customer_id;
    columns part (words in the order of `PARTS`), before_cny, now_cny, change_cny. The parts add up to the
    change of the whole firm. Raises TableError for wrong columns, ValueError if nobody bought in one of the
    periods.

    >>> bought = pd.DataFrame({"customer_id": [1, 1, 2, 3], "margin_cny": [10.0, 25.0, 8.0, 4.0],
    ...     "purchased_at": pd.to_datetime(["2024-05-01", "2025-05-01", "2024-06-01", "2025-12-31"])})
    >>> list_changes(bought, as_of="2025-12-31")[["part", "change_cny"]]
                              part  change_cny
    customer_id
    1            first full period        15.0
    2                         lost        -8.0
    3                    attracted         4.0
    """
    both, starts = sum_periods(purchases, as_of=as_of, months=months, periods=2)
    begun = find_first_days(purchases, first_on=first_on).reindex(both.index)
    before, now = both[0], both[1]
    lines = [
        (now.isna(), "lost"),
        (begun >= starts[1], "attracted"),
        (before.isna(), "won back"),
        (begun >= starts[0], "first full period"),
        (now > before, "upgraded"),
    ]
    words = np.select([line.to_numpy(bool) for line, _ in lines], [word for _, word in lines], "downgraded")
    part = pd.Categorical(words, categories=list(PARTS))
    found = pd.DataFrame({"part": part, "before_cny": before.fillna(0.0), "now_cny": now.fillna(0.0)})
    return found.assign(change_cny=found["now_cny"] - found["before_cny"])


def sum_periods(
    purchases: pd.DataFrame, *, as_of: str | pd.Timestamp, months: int, periods: int
) -> tuple[pd.DataFrame, list[pd.Timestamp]]:
    """Margin of each customer in the last periods, oldest first (missing: none), and their first days.

    purchases: customer_id, purchased_at, margin_cny. Raises TableError for wrong columns, ValueError if
    nobody bought in one of the periods. With millions of rows it takes more than in proportion
    (docs/growth.md).

    >>> bought = pd.DataFrame({"customer_id": [1, 1], "margin_cny": [10.0, 25.0],
    ...                        "purchased_at": pd.to_datetime(["2025-11-30", "2025-12-31"])})
    >>> sum_periods(bought, as_of="2025-12-31", months=1, periods=2)[0].loc[1].tolist()
    [10.0, 25.0]
    """
    day = read_date(as_of, "as_of")
    end = day + pd.Timedelta(days=1)
    _require_months(months)
    edges = [end - pd.DateOffset(months=int(months) * back) for back in range(periods, -1, -1)]
    columns = ["customer_id", "purchased_at", "margin_cny"]
    rows = take_columns(purchases, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    refuse_short(rows["purchased_at"], end)
    rows = rows[rows["purchased_at"].between(edges[0], end, inclusive="left")]
    number = np.searchsorted(pd.DatetimeIndex(edges), rows["purchased_at"], side="right") - 1
    sums = rows.groupby([rows["customer_id"].astype("int64"), number])["margin_cny"].sum()
    table = sums.unstack().reindex(columns=range(periods))
    empty = [place for place in range(periods) if table[place].notna().sum() == 0]
    if empty:
        raise ValueError(
            f"receipts: nobody bought in {len(empty)} of {periods} periods of {months} months up to "
            f"{day.date()}. Take an earlier day or shorter periods."
        )
    return table.rename_axis("customer_id"), edges[:-1]


def _require_months(months: int) -> None:
    read_number(months, "months", "a whole number of at least 1", limits="1..", whole=True)


def _draw_change(change: pd.DataFrame, ax: Axes) -> None:
    """The customers of each period above the line, as kept, attracted and won back; the lost below it."""
    places = np.arange(len(change))
    came = change["kept"] + change["attracted"]
    ax.bar(places, change["kept"], color=COLOURS["no_card"], label="kept")
    ax.bar(places, change["attracted"], bottom=change["kept"], color=COLOURS["gain"], label="attracted")
    ax.bar(places, change["won_back"], bottom=came, color=COLOURS["low"], edgecolor="white", hatch="..",
           label="won back")  # fmt: skip
    ax.bar(places, -change["lost"], color=COLOURS["loss"], edgecolor="white", hatch="//", label="lost")
    ax.axhline(0, color="black", linewidth=0.8)
    for place, closing in enumerate(change["closing"] if len(change) <= 8 else []):
        ax.annotate(
            f"{closing:,}", (place, closing), (0, 4), textcoords="offset points", ha="center", fontsize=9
        )
    ticks = places[:: -(-len(change) // 6)]
    ax.set_xticks(ticks, [f"{change['period'].iloc[place]:%Y-%m}" for place in ticks])
    format_money(ax.yaxis)
    ax.margins(y=0.25)
    ax.set(xlabel="first month of the period (date)", ylabel="customers, and customers lost\n(number)")
    ax.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9)


def explore_change(
    purchases: pd.DataFrame, *, first: str | pd.Timestamp, last: str | pd.Timestamp, months: int = 12
) -> None:
    """Drag the length of a period: shorter periods lose and win back more, with the same customers (C-13 c).

    purchases, first, last: as for `decompose_change`. months: start value, 1 to 12.
    """
    start = read_number(months, "months", "a whole number from 1 to 12", limits="1..12", whole=True)
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at"]).dropna()
    month = rows["purchased_at"].dt.to_period("M").dt.end_time.dt.normalize()
    rows = pd.DataFrame({"customer_id": rows["customer_id"], "purchased_at": month}).drop_duplicates()

    def draw(ax: Axes, months: int) -> None:
        """Draw the change for periods of this length, with the sums of all periods in the title."""
        change = decompose_change(rows, first=first, last=last, months=months)
        _draw_change(change, ax)
        attracted, back, lost = (change[name].sum() for name in ("attracted", "won_back", "lost"))
        title = f"all periods together: {attracted:,} attracted, {back:,} won back, {lost:,} lost"
        ax.set_title(title, fontsize=10, pad=24)

    explore(
        draw,
        controls={"months": Slider("length of a period (months)", 1, 12, start, 1)},
        alt="Bars of the customers of each period above the line, as kept, attracted and won back; the lost "
        "below it. With shorter periods more customers are lost and won back.",
    )
