"""Movers: what became of customers who were upgraded or downgraded (C-14).

A customer who happened to buy much this half-year looks upgraded, and will look downgraded next time.
Following the same customers for one more period shows how much of the move was left; their periods in every
other order show how much would be left if nobody's habits had changed.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.estimates.estimate import estimate_mean, estimate_ratio, quantile
from crmlib.relationship_types.change import sum_periods
from crmlib.relationship_types.dimensions import find_first_days
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PERIODS = ("first", "second", "third")
_MEANS = [f"{name}_{end}" for name in _PERIODS for end in ("cny", "low", "high")]
_SHARES = ["kept", "low", "high", "unchanged", "more", "more_low", "more_high"]
_SIGNS = {"upgraded": 1, "downgraded": -1}
MOVERS = describe_result(
    "movers",
    {
        "group": f"one of {'|'.join(_SIGNS)}",
        "customers": "integer 1..",
        **dict.fromkeys([*_MEANS, "kept", "unchanged"], "number"),
    },
)


def follow_movers(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    months: int = 6,
    first_on: pd.Series | None = None,
) -> pd.DataFrame:
    """What became of customers who were upgraded or downgraded, and what chance alone would leave (C-14).

    Of the three periods of months up to as_of, the first two decide who was upgraded (margin rose) or
    downgraded; the third one is what they did afterwards. Counted are customers who had begun before all
    three and bought in the first two; a third period without a purchase counts as zero.

    Columns: group, customers; first_cny, first_low, first_high (mean margin a customer, 95 %), the same of
    second and third; kept (share of the change that was still there in the third period: (third − first) /
    (second − first)), low, high (by customer); unchanged (the same share if nobody's habits had changed: each
    order of a customer's three periods is then as likely, so it is taken over all six); more (kept −
    unchanged), more_low, more_high. Errors as `list_changes`; ValueError if a group has fewer than two
    customers.

    >>> days = pd.to_datetime(["2022-01-01", "2024-07-31", "2025-01-31", "2025-12-31"])
    >>> bought = pd.DataFrame({"customer_id": [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4,
    ...                        "purchased_at": [*days] * 4,
    ...                        "margin_cny": [1.0, 10.0, 30.0, 20.0] * 2 + [1.0, 30.0, 10.0, 15.0] * 2})
    >>> moved = follow_movers(bought, as_of="2025-12-31")
    >>> moved[["group", "customers", "third_cny", "kept", "unchanged"]]
            group  customers  third_cny  kept  unchanged
    0    upgraded          2       20.0  0.50        0.5
    1  downgraded          2       15.0  0.75        0.5
    """
    sums, starts = sum_periods(purchases, as_of=as_of, months=months, periods=3)
    old = find_first_days(purchases, first_on=first_on).reindex(sums.index) < starts[0]
    margins = sums[old].to_numpy(float)
    table = []
    for name, sign in _SIGNS.items():
        group = np.nan_to_num(margins[_pick(margins, sign)])
        if len(group) < 2:
            raise ValueError(f"receipts: {len(group)} customers were {name}, expected at least 2 to follow.")
        means = [estimate_mean(group[:, number], unit="yuan") for number in range(3)]
        limits = [limit for mean in means for limit in (mean.value, mean.low, mean.high)]
        table.append((name, len(group), *limits, *_hold_against_chance(margins, sign)))
    return pd.DataFrame(table, columns=["group", "customers", *_MEANS, *_SHARES])


def _pick(margins: np.ndarray, sign: int) -> np.ndarray:
    """Who bought in the first two of three periods, and rose (1) or did not (−1)."""
    first, second = margins[:, 0], margins[:, 1]
    return np.asarray(second > first if sign > 0 else second <= first)  # both are false of a missing period


def _measure_moves(margins: np.ndarray, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """Change of each customer from the first to the third period, and to the second; 0 for the others."""
    first, second, third = np.nan_to_num(margins).T
    picked = _pick(margins, sign)
    return picked * (third - first), picked * (second - first)


def _hold_against_chance(margins: np.ndarray, sign: int) -> tuple[float, ...]:
    """The values of `_SHARES`: kept with its interval, unchanged, and their difference with its interval."""
    left, change = _measure_moves(margins, sign)
    picked = _pick(margins, sign)
    kept = estimate_ratio(sign * left[picked], sign * change[picked], unit="%")
    orders = [_measure_moves(margins[:, list(order)], sign) for order in permutations(range(3))]
    left_by_chance, change_by_chance = np.mean(orders, axis=0)
    unchanged = float(left_by_chance.sum() / change_by_chance.sum())
    # what each customer adds to the error of both shares, which rest on the same customers
    errors = (left - kept.value * change) / change.sum()
    errors = errors - (left_by_chance - unchanged * change_by_chance) / change_by_chance.sum()
    n = len(margins)
    half = quantile(0.95, freedom=n - 1) * math.sqrt(float((errors**2).sum()) * n / (n - 1))
    more = kept.value - unchanged
    return kept.value, kept.low, kept.high, unchanged, more, more - half, more + half


def plot_movers(movers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Margin a customer of the upgraded and the downgraded, and where both went in the next period.

    movers: as from `follow_movers`. Hollow: where the third period would lie if no habit had changed.
    """
    ax = new_axes(ax)
    movers = take_result(movers, MOVERS)
    styles = {"upgraded": (COLOURS["gain"], "o", "-", -1), "downgraded": (COLOURS["loss"], "s", "--", 1)}
    words = []
    for row in movers.to_dict("records"):
        colour, marker, line, side = styles[str(row["group"])]
        first, second, _ = values = np.array([row[f"{name}_cny"] for name in _PERIODS])
        lows, highs = (np.array([row[f"{name}_{end}"] for name in _PERIODS]) for end in ("low", "high"))
        label = f"{row['group']} (n = {row['customers']:,})"
        ax.errorbar(np.arange(3) + 0.02 * side, values, reach(values, lows, highs), color=colour,
                    marker=marker, linestyle=line, linewidth=2, capsize=3, label=label)  # fmt: skip
        hollow = first + row["unchanged"] * (second - first)
        ax.plot(2 + 0.14 * side, hollow, marker, color=colour, markerfacecolor="none", markersize=9)
        words.append(f"{100 * row['kept']:.0f} % of the {'rise' if side < 0 else 'fall'}")
    ax.plot([], [], "o", color="0.3", markerfacecolor="none", markersize=9, label="if no habit had changed")
    ax.set_title(f"left in the third period: {', '.join(words)}", fontsize=10)
    ax.set_xticks(range(3), _PERIODS)
    format_money(ax.yaxis)
    ax.set_ylim(bottom=0)
    ax.set(xlabel="period (in order of time)", ylabel="mean margin a customer (yuan)")
    ax.legend(frameon=False, loc="lower left", fontsize=9)
    return ax
