"""Winning or keeping: what a customer costs, counted and per incremental customer (H-16, X-03).

"A new customer costs five times as much as keeping an old one" divides money spent by customers counted.
But most of the customers counted would have come, or stayed, without the money. What a decision needs is
the cost of a customer who is there *because* of it, and that takes a control group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.windows import count_purchases
from crmlib.tables.options import read_date, read_instance, read_instances
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns
from crmlib.trials.trial import Trial, compare_costs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIMED_COST_RATIO = (5.0, 8.0)  # N-59
DRAWN_RATIOS = (0.1, 100.0)  # of cost; what lies beyond is drawn at the edge
COUNTED = describe_result(
    "counted", {"purpose": "string", "cost_each_cny": "number >=0", "hours_each": "number >=0"}
)


def cost_per_customer(
    marketing_costs: pd.DataFrame, members: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """What a new and a kept customer cost in money and time, counted as most firms count (H-16).

    The year before as_of: spending for acquisition by members who joined in it; spending for retention by
    members who had joined before it and bought in it. marketing_costs: month, purpose, cost_cny,
    staff_hours. members: customer_id, joined_on. receipts: customer_id, purchased_at. Columns: purpose,
    cost_cny, staff_hours, customers, cost_each_cny, hours_each; two rows. Nothing in this count says who
    would have come or stayed anyway. Raises TableError for wrong columns, ValueError if there are no
    customers or costs of either kind in the year.

    >>> costs = pd.DataFrame({"month": [pd.Timestamp("2025-03-01")] * 2, "cost_cny": [120.0, 10.0],
    ...                       "purpose": ["acquisition", "retention"], "staff_hours": [2.0, 0.5]})
    >>> members = pd.DataFrame({"customer_id": [1, 2, 3],
    ...                         "joined_on": pd.to_datetime(["2024-05-01", "2025-05-01", "2025-06-01"])})
    >>> receipts = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp("2025-02-01")]})
    >>> cost_per_customer(costs, members, receipts, as_of="2026-01-01").iloc[:, [0, 3, 4, 5]]
           purpose  customers  cost_each_cny  hours_each
    0  acquisition          2           60.0         1.0
    1    retention          1           10.0         0.5
    """
    end = read_date(as_of, "as_of")
    start = end - pd.DateOffset(years=1)
    costs = take_columns(marketing_costs, "marketing_costs", ["month", "purpose", "cost_cny", "staff_hours"])
    costs = costs[costs["month"].between(start, end, inclusive="left")]
    people = take_columns(members, "members", ["customer_id", "joined_on"], unique=["customer_id"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    old = people.loc[people["joined_on"] < start, "customer_id"].reset_index(drop=True)
    spans = pd.Series(start, index=old.index), pd.Series(end, index=old.index)
    joined = int(people["joined_on"].between(start, end, inclusive="left").sum())
    kept = int((count_purchases(bought, old, *spans) > 0).sum())
    year = f"from {start:%Y-%m-%d} until {end:%Y-%m-%d}"
    if not joined or not kept:
        raise ValueError(
            f"members and receipts: {joined} members joined {year}, {kept} of the older ones bought. "
            "Expected some of both. Choose another as_of, or take all tables from one firm and seed."
        )
    table = []
    for purpose, number in (("acquisition", joined), ("retention", kept)):
        mine = costs[costs["purpose"] == purpose]
        if mine.empty:
            raise ValueError(f"marketing_costs: no costs of {purpose} {year}. Choose another as_of.")
        money, hours = float(mine["cost_cny"].sum()), float(mine["staff_hours"].sum())
        table.append((purpose, money, hours, number, money / number, hours / number))
    names = ["purpose", "cost_cny", "staff_hours", "customers", "cost_each_cny", "hours_each"]
    return pd.DataFrame(table, columns=names)


def plot_cost_ratios(
    counted: pd.DataFrame, winning: Trial, keeping: Sequence[Trial], *, ax: Axes | None = None
) -> Axes:
    """How much more winning costs than keeping, counted and incremental, beside the claims (X-03).

    counted: the table of `cost_per_customer`. winning, keeping: trials as measured by `measure_store_trial`
    and `measure_offer_trial`. Dots on a logarithmic axis with 95 % intervals, from 0.1 to 100 times: an arrow
    says that an interval goes on; counted costs are complete and have none. Shaded band: 5 to 8 times
    (N-59); line: equal. Raises TableError for another table, ValueError if a purpose is missing or a kept
    customer costs nothing.
    """
    money, hours = _divide_counted(counted)
    read_instance(winning, "winning", Trial)
    rows = [("counted: money", money, money, money), ("counted: time", hours, hours, hours)]
    for trial in read_instances(keeping, "keeping", Trial):
        one = compare_costs(winning, trial)
        rows.append((f"incremental: {trial.name}".replace("_", " "), one.value, one.low, one.high))
    ax = new_axes(ax)
    ax.axvspan(*CLAIMED_COST_RATIO, color=COLOURS["claim"], alpha=0.25, label="claimed cost: 5 to 8 times")
    ax.axvline(1, color="black", linewidth=1, linestyle=":", label="equal cost")
    for place, (_, value, low, high) in enumerate(rows):
        dot, start, end = np.clip([value, low, high], *DRAWN_RATIOS)
        style = ("no_card", "s") if place < 2 else ("estimate", "o")
        for goes_on, edge, arrow in ((low < start, start, "<"), (high > end, end, ">")):
            if goes_on:
                ax.plot(edge, place, arrow, color=COLOURS[style[0]], markersize=9)
        draw_interval(
            ax, place, dot, start, end, colour=COLOURS[style[0]], marker=style[1], text=f"{value:.1f}"
        )
    ax.set_xscale("log")
    ax.set_xlim(DRAWN_RATIOS[0] * 0.8, DRAWN_RATIOS[1] * 1.25)
    ax.set_xticks([0.1, 0.3, 1, 3, 10, 30, 100], ["0.1", "0.3", "1", "3", "10", "30", "100"])
    label_rows(ax, [name for name, *_ in rows])
    ax.set(xlabel="cost of a new customer / cost of a kept one (times)", ylabel="how it is counted")
    title = f"Counted, a new customer costs {money:.1f} times as much."
    if len(rows) > 2:
        ratios = [value for _, value, *_ in rows[2:]]
        title += f"\nBecause of the money: {min(ratios):.1f} to {max(ratios):.1f} times"
    ax.set_title(title, fontsize=10, pad=24)
    ax.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return ax


def _divide_counted(counted: pd.DataFrame) -> tuple[float, float]:
    """How many times as much money and time a new customer costs as a kept one, as counted."""
    names = ["purpose", "cost_each_cny", "hours_each"]
    rows = take_columns(counted, COUNTED, names, unique=names[:1]).set_index("purpose")
    missing = sorted({"acquisition", "retention"} - set(rows.index))
    if missing:
        raise ValueError(f"counted.purpose: {missing[0]} is missing. Count both purposes.")
    won, kept = rows.loc[["acquisition", "retention"]].to_numpy(dtype=float)
    if kept.min() <= 0:
        raise ValueError("counted: a kept customer costs nothing, so there is no ratio.")
    money, hours = (won / kept).tolist()
    return money, hours


def explore_winning_or_keeping(winning: Trial, keeping: Trial) -> None:
    """Drag the share of customers who are there because of the money, and watch the ranking turn (H-16).

    winning, keeping: trials as measured by `measure_store_trial` and `measure_offer_trial`; they give the
    start values. Raises ValueError if a trial won nobody.
    """
    start = {}
    for name, option, trial in (("won_because", "winning", winning), ("kept_because", "keeping", keeping)):
        if read_instance(trial, option, Trial).extra <= 0:
            raise ValueError(
                f"{trial.name}: the trial won nobody, so there is no start value. Take another arm."
            )
        start[name] = min(100, max(1, round(100 * trial.extra / trial.counted)))
    kept_each = min(50.0, max(0.5, round(2 * keeping.cost_cny / keeping.counted) / 2))

    def draw(ax: Axes, *, won_because: int, kept_because: int, kept_counted_cny: float) -> None:
        _draw_costs(
            ax,
            won_because=won_because,
            kept_because=kept_because,
            won_counted_cny=winning.cost_cny / winning.counted,
            kept_counted_cny=kept_counted_cny,
        )

    explore(
        draw,
        controls={
            "won_because": Slider("new: here because of it (%)", 1, 100, start["won_because"], 1),
            "kept_because": Slider("kept: here because of it (%)", 1, 100, start["kept_because"], 1),
            "kept_counted_cny": Slider("kept: counted cost (yuan)", 0.5, 50.0, kept_each, 0.5),
        },
        alt="Four dots on a logarithmic axis: counted and incremental cost of a new and of a kept customer. "
        "Each incremental dot lies to the right of the counted one; how far depends on the shares.",
    )


def _draw_costs(
    ax: Axes, *, won_because: float, kept_because: float, won_counted_cny: float, kept_counted_cny: float
) -> None:
    """Counted and incremental cost of a new and of a kept customer, for given incremental shares (per cent).

    won_because, kept_because: of 100 customers counted, how many came or stayed because of the money. Cost
    per incremental customer = counted cost / that share.
    """
    winning, keeping = won_counted_cny / (won_because / 100), kept_counted_cny / (kept_because / 100)
    costs = [won_counted_cny, winning, kept_counted_cny, keeping]
    names = ["new, counted", "new, incremental", "kept, counted", "kept, incremental"]
    for place, cost in enumerate(costs):
        colour, marker = (COLOURS["claim"], "s") if place % 2 == 0 else (COLOURS["estimate"], "o")
        where = np.log10(max(cost, 0.5))
        ax.plot(where, place, marker, color=colour, markeredgecolor="black", markersize=10)
        text = f"{cost:,.0f}" if cost >= 10 else f"{cost:.1f}"
        ax.annotate(text, (where, place), (10, 0), textcoords="offset points", va="center")
    ratio = winning / keeping
    dearer, times = ("winning", ratio) if ratio >= 1 else ("keeping", 1 / ratio)
    ax.set_title(f"per incremental customer, {dearer} costs {times:.1f} times as much", fontsize=10)
    ax.set_yticks(range(4), names)
    ax.set(xlim=np.log10([0.4, 30_000]), ylim=(3.5, -0.5))
    ax.set(xlabel="cost per customer (yuan, each step ten times)", ylabel="customer")
    ax.set_xticks(range(5), ["1", "10", "100", "1,000", "10,000"])
