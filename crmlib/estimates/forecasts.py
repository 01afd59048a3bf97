"""How good a forecast is, whatever it forecasts: the arithmetic and the drawing behind two chapters.

`purchase_likelihood` asks it of buyers, `churn_ranking` of leavers; each checks its input and names its
columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.style import COLOURS, format_percent
from crmlib.estimates.estimate import estimate_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = (("estimate", "-"), ("claim", "--"), ("treated", ":"), ("low", "-."))


def group_forecasts(
    forecasts: NDArray[np.float64], facts: NDArray[np.bool_], *, groups: int, share: str
) -> pd.DataFrame:
    """Mean forecast and share of true facts in groups of equal size, from the lowest forecast on.

    share: name of the column with the share. Columns: forecast, that name, low, high (Wilson), n.

    >>> forecasts, facts = np.array([0.1, 0.3, 0.8]), np.array([False, True, True])
    >>> table = group_forecasts(forecasts, facts, groups=3, share="came")
    >>> table[["forecast", "came"]].to_numpy().tolist()
    [[0.1, 0.0], [0.3, 1.0], [0.8, 1.0]]
    """
    order = np.argsort(forecasts, kind="stable")
    rows = []
    for part in np.array_split(order, min(groups, len(forecasts))):
        found = estimate_share(int(facts[part].sum()), len(part))
        rows.append((float(forecasts[part].mean()), found.value, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["forecast", share, "low", "high", "n"])


def follow_ranking(
    scores: NDArray[np.float64], facts: NDArray[np.bool_], *, steps: int, taken: str
) -> pd.DataFrame:
    """Share of the true facts reached if the highest scores are taken first.

    taken: name of the column with the share of customers taken. Columns: that name, reached_share, lift.
    """
    ranked = facts[np.argsort(-scores, kind="stable")]
    counts = np.unique(np.ceil(np.arange(1, steps + 1) / steps * len(ranked)).astype(int))
    reached = np.cumsum(ranked)[counts - 1] / ranked.sum()
    share = counts / len(ranked)
    return pd.DataFrame({taken: share, "reached_share": reached, "lift": reached / share})


def draw_forecasts(ax: Axes, table: pd.DataFrame, *, share: str, fact: str) -> Axes:
    """Forecast against fact with intervals; on the diagonal a probability means what it says."""
    error = [table[share] - table["low"], table["high"] - table[share]]
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["truth"], label=f"forecast = {fact}")
    ax.errorbar(table["forecast"], table[share], error, fmt="o", capsize=3, color=COLOURS["estimate"])
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.legend(frameon=False, loc="upper left")
    return ax


def draw_rankings(ax: Axes, tables: Iterable[tuple[str, pd.DataFrame]]) -> Axes:
    """One line for each (name, table of `follow_ranking`), up to four; the diagonal is taking at random."""
    for (name, table), (colour, line) in zip(tables, LINES, strict=False):
        x, y = [0.0, *table.iloc[:, 0]], [0.0, *table["reached_share"]]
        ax.plot(x, y, line, color=COLOURS[colour], linewidth=2, label=name)
    ax.plot([0, 1], [0, 1], color=COLOURS["control"], linewidth=1, label="at random")
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.legend(frameon=False, loc="lower right")
    return ax
