"""Why customers leave: what they say in an exit interview, and what it truly was (I-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, estimate_share
from crmlib.tables.dictionary import TABLES
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REASONS = TABLES["exits"].columns["stated_reason"].levels
# stated reason → true cause of truth.members; novelty and "other" have no counterpart there
_CAUSE_OF_REASON = {"moved": "access", "service": "satisfaction", "price": "price", "rival": "rival"}
# stated reason → letter and words of the course's list of causes (I-02)
_COURSE_CAUSES = {
    "moved": "not on the list",
    "service": "a, b, e: complaint, cheated, poor attitude",
    "price": "c: price",
    "rival": "c: price, where the rival is cheaper",
    "variety": "d: boredom",
    "other": "not on the list",
}

STATED = describe_result(
    "reasons",
    {"reason": "string", **dict.fromkeys(["stated_share", "low", "high", "true_share"], "number 0..1")},
)


def tag_causes(exits: pd.DataFrame) -> pd.DataFrame:
    """One tag for each lost customer, and where the course's list of causes has a place for it (I-02).

    exits: customer_id (each once), stated_reason. Columns: customer_id, stated_reason, course_cause. Raises
    TableError for wrong columns.

    >>> tag_causes(pd.DataFrame({"customer_id": [1, 2], "stated_reason": ["price", "moved"]}))
       customer_id stated_reason     course_cause
    0            1         price         c: price
    1            2         moved  not on the list
    """
    rows = take_columns(exits, "exits", ["customer_id", "stated_reason"], unique=["customer_id"])
    words = rows["stated_reason"].astype(str).map(_COURSE_CAUSES)
    return rows.astype({"stated_reason": str}).assign(course_cause=words)


def compare_reasons(exits: pd.DataFrame, truth_members: pd.DataFrame) -> pd.DataFrame:
    """How often a reason is given in exit interviews, and how often it was the true cause (I-02).

    exits: customer_id (each once), stated_reason. truth_members: customer_id, leaving_cause. Of the
    causes only those with a counterpart among the reasons are compared: leavers who left right after joining
    have no cause that a reason could name. Columns: reason, stated_share with low, high (Wilson; of the
    interviewed whose cause is comparable), true_share (of the same people), n. Raises TableError for wrong
    columns, ValueError if nobody interviewed has a comparable cause.
    """
    both = _join_comparable(exits, truth_members)
    rows = []
    for reason in REASONS:
        share = estimate_share(int((both["stated_reason"] == reason).sum()), len(both))
        true = float((both["cause"] == _CAUSE_OF_REASON.get(reason, "")).mean())
        rows.append((reason, share.value, share.low, share.high, true, len(both)))
    return pd.DataFrame(rows, columns=["reason", "stated_share", "low", "high", "true_share", "n"])


def estimate_honest_share(exits: pd.DataFrame, truth_members: pd.DataFrame) -> Estimate:
    """Of the interviewed leavers, what share named the true cause?

    Arguments, whom it compares and errors as `compare_reasons`. Wilson interval.

    >>> exits = pd.DataFrame({"customer_id": [1, 2, 3], "stated_reason": ["price", "price", "moved"]})
    >>> truth = pd.DataFrame({"customer_id": [1, 2, 3], "leaving_cause": ["price", "rival", "at_once"]})
    >>> estimate_honest_share(exits, truth).value       # customer 3 was never one in any useful sense
    0.5
    """
    both = _join_comparable(exits, truth_members)
    named = both["stated_reason"].astype(str).map(_CAUSE_OF_REASON) == both["cause"]
    return estimate_share(int(named.sum()), len(named))


def cross_reasons(exits: pd.DataFrame, truth_members: pd.DataFrame) -> pd.DataFrame:
    """What people said (columns) for each true cause of leaving (rows): shares that sum to 1 in each row.

    Arguments and errors as `compare_reasons`; who left at once after joining is a row of its own.
    """
    both = _join_reasons(exits, truth_members)
    table = pd.crosstab(both["cause"], both["stated_reason"].astype(str), normalize="index")
    kept = [reason for reason in REASONS if reason in table.columns]
    return table[kept].rename_axis(index="true cause", columns="stated reason")


def _join_reasons(exits: pd.DataFrame, truth_members: pd.DataFrame) -> pd.DataFrame:
    said = take_columns(exits, "exits", ["customer_id", "stated_reason"], unique=["customer_id"])
    columns = ["customer_id", "leaving_cause"]
    true = take_columns(truth_members, "truth.members", columns, unique=["customer_id"])
    both = said.merge(true.dropna(), on="customer_id")
    if len(both) < len(said):
        raise ValueError(
            f"truth.members: {len(said) - len(both)} of {len(said)} interviewed customers have no cause of "
            "leaving. Take both tables from one firm and seed."
        )
    return both.assign(cause=both["leaving_cause"].astype(str))


def _join_comparable(exits: pd.DataFrame, truth_members: pd.DataFrame) -> pd.DataFrame:
    """Those whose true cause a reason could name."""
    both = _join_reasons(exits, truth_members)
    both = both[both["cause"].isin(_CAUSE_OF_REASON.values())]
    if both.empty:
        raise ValueError("exits: nobody interviewed has a true cause that a reason could name.")
    return both


def plot_reasons(reasons: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Two marks a reason: how often it was given, with its interval, and how often it was true.

    reasons: the table of `compare_reasons`.
    """
    reasons = take_result(reasons, STATED)
    ax = new_axes(ax, height=3.4)
    places = np.arange(len(reasons))
    said = reasons["stated_share"]
    ax.errorbar(said, places, xerr=reach(said, reasons["low"], reasons["high"]), fmt="o", capsize=3,
                color=COLOURS["claim"], markeredgecolor="black", label="stated in the interview")  # fmt: skip
    ax.plot(reasons["true_share"], places, "D", color=COLOURS["truth"], label="true cause")
    ax.hlines(places, said, reasons["true_share"], color="#888888", linewidth=0.8)
    ax.set_yticks(places, list(reasons["reason"]))
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlabel="share of interviewed leavers", ylabel="reason", xlim=(-0.01, None))
    ax.legend(frameon=False, loc="lower right")
    return ax
