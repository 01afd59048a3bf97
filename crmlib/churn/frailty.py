"""Why retention rises with tenure although no customer becomes more loyal: the mixture changes (I-01).

Some customers are always more likely to leave than others. They leave first; whoever is left is, on average,
of the staying kind. Complement to the course sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.churn.survival import FEWEST, HALF_YEAR, read_step, take_lifetimes
from crmlib.estimates.estimate import estimate_mean
from crmlib.tables.options import read_number, read_numbers
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FRAILTY = describe_result(
    "frailty", {"from_days": "integer 0..", "frailty": "number", "low": "number", "high": "number"}
)


def mix_retention(shares: Sequence[float], stay: Sequence[float], *, periods: int = 5) -> pd.DataFrame:
    """Retention of a firm whose kinds of customers never change: it rises all the same.

    shares: part of each kind at the start, summing to 1. stay: its constant chance to stay a period.
    Columns: period, still_here (of the start), retention, and one share of those still here for each kind
    (share_1, …) at the start of the period. Raises ValueError for shares that do not sum to 1, chances that
    are none, or periods below 1.

    >>> mix_retention([0.5, 0.5], [0.9, 0.5], periods=2).round(3)
       period  still_here  retention  share_1  share_2
    0       1         1.0      0.700    0.500    0.500
    1       2         0.7      0.757    0.643    0.357
    """
    part = read_numbers(shares, "mix_retention: shares", "shares that sum to 1", limits="0..1")
    chance = read_numbers(stay, "mix_retention: stay", "chances from 0 to 1", limits="0..1")
    read_number(periods, "mix_retention: periods", "at least 1", limits="1..", whole=True)
    if len(part) != len(chance) or abs(part.sum() - 1) > 1e-9:
        raise ValueError(
            f"mix_retention: shares {list(shares)} and stay {list(stay)}; expected equally many, shares that "
            "sum to 1 and chances from 0 to 1."
        )
    rows = []
    for period in range(1, periods + 1):
        here = float(part.sum())
        rows.append((period, here, float((part * chance).sum() / here), *(part / here)))
        part = part * chance
    names = [f"share_{kind + 1}" for kind in range(len(chance))]
    return pd.DataFrame(rows, columns=["period", "still_here", "retention", *names])


def explore_mixture() -> None:
    """Drag the two kinds of customers and see the firm's retention rise although nobody changes."""

    def draw(ax: Axes, loyal_percent: int, loyal_stay: int, other_stay: int) -> None:
        part = loyal_percent / 100
        table = mix_retention([part, 1 - part], [loyal_stay / 100, other_stay / 100], periods=8)
        ax.plot(table["period"], table["retention"], "o-", color=COLOURS["estimate"], label="the firm")
        ax.axhline(loyal_stay / 100, color=COLOURS["stayed"], linestyle="--", label="stayers, always")
        ax.axhline(other_stay / 100, color=COLOURS["left"], linestyle=":", label="movers, always")
        rise = table["retention"].iloc[-1] - table["retention"].iloc[0]
        ax.set_title(f"from the first to the eighth period: {100 * rise:+.0f} points", fontsize=10)
        format_percent(ax.yaxis)
        ax.set(xlabel="period", ylabel="share of those still here who stay", ylim=(0, 1.02))
        ax.legend(frameon=False, loc="lower right")

    explore(
        draw,
        controls={
            "loyal_percent": Slider("stayers at the start (%)", 0, 100, 50, 5),
            "loyal_stay": Slider("stayers who stay (%)", 50, 100, 90, 1),
            "other_stay": Slider("movers who stay (%)", 0, 90, 50, 5),
        },
        alt="The firm's retention rises from period to period between two flat lines, the constant chances "
        "of the two kinds of customers.",
    )


def measure_frailty_by_tenure(lifetimes: pd.DataFrame, *, step_days: int = HALF_YEAR) -> pd.DataFrame:
    """Who is left after so much time: mean true tendency to leave of those still here, by tenure.

    lifetimes: as from `follow_to_truth` (days, left, frailty). A member's frailty never changes; only the
    mixture does. Customers who left, and those watched long enough, count up to their end. Columns:
    from_days, frailty (mean log odds), low, high, n. Raises TableError or ValueError as `estimate_survival`,
    ValueError for fewer than 30 customers.
    """
    read_step(step_days)
    rows = take_lifetimes(lifetimes, "frailty")
    table: list[tuple[float, ...]] = []
    for start in range(0, int(rows["days"].max()) + 1, step_days):
        here: NDArray[np.float64] = rows.loc[rows["days"] >= start, "frailty"].to_numpy()
        if len(here) >= FEWEST:
            mean = estimate_mean(here, unit="points")
            table.append((start, mean.value, mean.low, mean.high, mean.n))
    if not table:
        raise ValueError(f"lifetimes: {len(rows)} customers, expected at least {FEWEST} to average.")
    return pd.DataFrame(table, columns=["from_days", "frailty", "low", "high", "n"])


def plot_frailty_by_tenure(frailty: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Mean true tendency to leave of those still here, by tenure, with intervals.

    frailty: the table of `measure_frailty_by_tenure`.
    """
    frailty = take_result(frailty, FRAILTY)
    ax = new_axes(ax)
    mean = frailty["frailty"]
    error = reach(mean, frailty["low"], frailty["high"])
    ax.errorbar(frailty["from_days"], mean, error, fmt="s-", capsize=3, color=COLOURS["truth"])
    ax.set(xlabel="days since joining", ylabel="mean tendency to leave\n(log odds, truth)")
    return ax
