"""Conversion: what share of the leads do we win, when some are still open (D-16)?

A lead that is still open has an unfinished history: it may be won tomorrow. Counting it as lost makes
conversion too small. A lost lead is different: it will not be won however long one waits. Winning and
losing are competing ends, and only the open lead is unfinished. Complement to the course sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, estimate_share, quantile
from crmlib.prospects.leads import take_followed
from crmlib.tables.options import read_flag, read_number
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND = dict.fromkeys(("won_share", "low", "high"), "number 0..1")
CONVERSION = describe_result(
    "conversion", {"group": "string", "days": "integer 0..", **_BAND, "n": "integer 1.."}
)


def estimate_conversion(
    followed: pd.DataFrame, *, by_code: bool = False, step_days: int = 30
) -> pd.DataFrame:
    """What share of leads is won within so many days, open ones counted as far as they were watched.

    Cumulative incidence of winning with losing as a competing end: 1 − Π over days of wins of (1 − won /
    still watched and not won). A lost lead stays among those not won until the end of the table, which is
    known for every lead. followed: code, outcome, days (of `follow_leads`). by_code: one curve a MAN code.
    Columns: group ("all" or the code), days (0, step_days, … and the longest), won_share, low, high
    (log-log interval, 95 %), watched (for at least so long), n. Raises TableError for wrong columns,
    ValueError for step_days below 1.

    >>> four = pd.DataFrame({"code": "M+A+N", "outcome": ["won", "open", "lost", "won"],
    ...                      "days": [30, 60, 100, 90]})
    >>> estimate_conversion(four)[["days", "won_share", "watched"]].round(3)
       days  won_share  watched
    0     0      0.000        4
    1    30      0.250        4
    2    60      0.250        3
    3    90      0.625        2
    4   100      0.625        1
    """
    step = int(read_number(step_days, "step_days", "at least 1 day", limits="1..", whole=True))
    split = read_flag(by_code, "by_code")
    rows = take_followed(followed, "code", "outcome", "days")
    parts: list[tuple[Any, pd.DataFrame]] = list(rows.groupby("code")) if split else [("all", rows)]
    return pd.concat([_list_curve(part, str(name), step) for name, part in parts], ignore_index=True)


def _list_curve(rows: pd.DataFrame, name: str, step: int) -> pd.DataFrame:
    """Won share on a grid of days, with its interval."""
    days, won = rows["days"].to_numpy(float), (rows["outcome"] == "won").to_numpy()
    grid = np.append(np.arange(0, int(days.max()), step), int(days.max()))
    share, low, high = _find_incidence(days, won, grid)
    watched = len(days) - np.searchsorted(np.sort(days), grid)
    band = {"won_share": share, "low": low, "high": high, "watched": watched, "n": len(days)}
    return pd.DataFrame({"group": name, "days": grid, **band})


def _find_incidence(days: np.ndarray, ended: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Share ended by each day of the grid, low and high: Kaplan and Meier's product, Greenwood's variance."""
    times = np.unique(days[ended])
    at_risk = (len(days) - np.searchsorted(np.sort(days), times)).astype(float)
    events = np.bincount(np.searchsorted(times, days[ended]), minlength=len(times)).astype(float)
    left = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events)))) / -np.log(left)
        ends = [left ** np.exp(sign * quantile(0.95) * spread) for sign in (-1, 1)]
    place = np.searchsorted(times, grid, side="right")
    curves = (np.where(np.isfinite(values), values, left) for values in (left, *ends))
    return np.array([1 - np.append(1.0, curve)[place] for curve in curves])


def compare_readings(followed: pd.DataFrame, *, within_days: int = 270) -> pd.DataFrame:
    """One list of leads, five answers to "what share do we win?" (D-16).

    followed: code, outcome, days, watched_days, worked_days (of `follow_leads`). within_days: the horizon of
    the last three. Columns: reading, share, low, high, n. "won of all" counts open leads as lost; "won of
    decided" leaves them out; "lost taken for open" treats a lost lead as if it might still be won, which
    answers what would be if nobody were ever lost; "watched long enough" takes only leads created within_days
    ago or more; "time to winning" uses all leads as far as they were watched. Raises TableError for wrong
    columns, ValueError if no lead is decided or none was watched so long.

    >>> four = pd.DataFrame({"code": "M+A+N", "outcome": ["won", "open", "lost", "won"],
    ...                      "days": [30, 60, 100, 90], "watched_days": [200, 60, 100, 95],
    ...                      "worked_days": [30, 60, 20, 90]})
    >>> compare_readings(four, within_days=90)[["reading", "share", "n"]].round(3)
                   reading  share  n
    0           won of all  0.500  4
    1       won of decided  0.667  3
    2  lost taken for open  1.000  4
    3  watched long enough  0.667  3
    4      time to winning  0.625  4
    """
    limit = int(read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True))
    rows = take_followed(followed, "code", "outcome", "days", "watched_days", "worked_days")
    won, decided, long = rows["outcome"] == "won", rows["outcome"] != "open", rows["watched_days"] >= limit
    if not decided.any() or not long.any():
        raise ValueError(
            f"followed: no lead is decided, or none was watched for {limit} days. Take a shorter horizon."
        )
    inside = won & (rows["days"] <= limit)
    found = {
        "won of all": estimate_share(int(won.sum()), len(rows)),
        "won of decided": estimate_share(int(won.sum()), int(decided.sum())),
        "lost taken for open": _estimate_at(rows["worked_days"], won, limit),
        "watched long enough": estimate_share(int((inside & long).sum()), int(long.sum())),
        "time to winning": _estimate_at(rows["days"], won, limit),
    }
    table = [(name, one.value, one.low, one.high, one.n) for name, one in found.items()]
    return pd.DataFrame(table, columns=["reading", "share", "low", "high", "n"])


def _estimate_at(days: pd.Series, won: pd.Series, limit: int) -> Estimate:
    """Share won by the limit."""
    share, low, high = _find_incidence(days.to_numpy(float), won.to_numpy(), np.array([limit]))[:, 0]
    return Estimate(float(share), float(low), float(high), n=len(days), unit="%")


def plot_conversion(conversion: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of leads won against days since they were recorded, one rising curve a group with its band.

    conversion: as from `estimate_conversion`. Groups with the highest curves come first in the legend.
    """
    rows = take_result(conversion, CONVERSION)
    ax = new_axes(ax)
    top = rows.groupby("group")["won_share"].max().sort_values(ascending=False, kind="stable")
    styles = ("-", "--", "-.", ":")
    colours = ("high", "medium", "low", "left")
    for place, name in enumerate(top.index):
        part = rows[rows["group"] == name].sort_values("days")
        colour = COLOURS[colours[place % 4]]
        ax.step(part["days"], part["won_share"], where="post", color=colour, linestyle=styles[place // 4 % 4],
                label=f"{name} (n = {int(part['n'].iloc[0]):,})")  # fmt: skip
        ax.fill_between(part["days"], part["low"], part["high"], step="post", color=colour, alpha=0.12)
    format_percent(ax.yaxis)
    ax.set(xlabel="days since the lead was recorded", ylabel="leads won (share)", ylim=(0, None))
    ax.legend(frameon=False, loc="upper left", fontsize=9)
    return ax
