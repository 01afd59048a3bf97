"""Customer states: who has not bought yet, who buys, who has gone (C-04, X-15).

The course names states: potential, target, actual (first-time, repeat, loyal) and lost, with the non-customer
as an optional fifth. Two of them are in the list of leads, the others are read from dates of purchase. A
state read from dates is a guess; in the simulated firms it can be held against the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.customers.summary import summarise_purchases
from crmlib.customers.truth import find_true_state
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATES = ("non-customer", "potential", "target", "first-time", "repeat", "loyal", "lost")
STATED = describe_result("states", {"customer_id": "key", "state": f"ordered {'|'.join(STATES)}"})
COMPARED = describe_result(
    "compared",
    {
        "state": STATED.columns["state"],
        "customers": "integer 1..",
        "truly_gone": "number 0..1",
        "low": "number",
        "high": "number",
    },
)


def assign_states(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    loyal_from: int = 6,
    lost_after_days: int = 365,
) -> pd.DataFrame:
    """In which state each buyer is on a day: first-time, repeat, loyal or lost (C-04 d, e).

    purchases: receipts or orders up to as_of: customer_id, purchased_at, amount_cny; purchases of one day
    count once. The first line that fits decides: lost (no purchase for more than lost_after_days); first-time
    (one purchase); loyal (at least loyal_from purchases); repeat (the others). The course gives no numbers;
    both thresholds are ours. "Loyal" counts purchases and knows nothing of attitude (chapter 4).

    Index customer_id; columns state (ordered), purchases, recency_days. Errors as `summarise_purchases`;
    ValueError for loyal_from below 2 or lost_after_days below 1. With millions of rows it takes more than in
    proportion (docs/growth.md).

    >>> days = ["2025-11-01", "2025-06-01", "2025-12-01", "2024-01-01"]
    >>> bought = pd.DataFrame({"customer_id": [1, 2, 2, 3], "amount_cny": [30.0] * 4,
    ...                        "purchased_at": pd.to_datetime(days)})
    >>> assign_states(bought, as_of="2025-12-31")["state"].tolist()
    ['first-time', 'repeat', 'lost']
    """
    summary = summarise_purchases(purchases, as_of=as_of)
    found = summary[["purchases", "recency_days"]].copy()
    found.attrs = {}
    found.insert(0, "state", _label_states(found, loyal_from=loyal_from, lost_after_days=lost_after_days))
    return found


def _label_states(counts: pd.DataFrame, *, loyal_from: int, lost_after_days: int) -> pd.Series:
    """The lines of `assign_states` applied to counts that exist already: to try out other thresholds."""
    read_number(loyal_from, "loyal_from", "a whole number of at least 2", limits="2..", whole=True)
    read_number(lost_after_days, "lost_after_days", "at least 1 day", limits="1..", whole=True)
    lines = [
        (counts["recency_days"] > lost_after_days, "lost"),
        (counts["purchases"] == 1, "first-time"),
        (counts["purchases"] >= loyal_from, "loyal"),
    ]
    names = np.select([line.to_numpy(bool) for line, _ in lines], [name for _, name in lines], "repeat")
    return _make_states(names, counts.index)


def _make_states(names: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(pd.Categorical(names, dtype=STATED.columns["state"].dtype), index=index, name="state")


def assign_lead_states(leads: pd.DataFrame, *, target_from_stage: int = 2) -> pd.Series:
    """Which prospects are potential, which are target customers, and which are none of ours (C-04 a to c).

    leads: lead_id, need, stage, outcome. Non-customer: without need. Target: with need, open, and taken by
    the firm to target_from_stage or further. Potential: the others with need, those whom the firm has given
    up included, for they may still buy. Won leads are left out: they are accounts, and their state follows
    from their orders. Index lead_id. Raises TableError for wrong columns, ValueError for a stage outside 1
    to 5.

    >>> leads = pd.DataFrame({"lead_id": [1, 2, 3, 4], "need": [True, True, True, False],
    ...     "stage": [1, 3, 5, 2], "outcome": ["open", "open", "won", "lost"]})
    >>> assign_lead_states(leads).tolist()
    ['potential', 'target', 'non-customer']
    """
    read_number(target_from_stage, "target_from_stage", "a stage from 1 to 5", limits="1..5", whole=True)
    taken = take_columns(leads, "leads", ["lead_id", "need", "stage", "outcome"], unique=["lead_id"])
    rows = taken[taken["outcome"] != "won"]
    picked = (rows["outcome"] == "open") & (rows["stage"] >= target_from_stage)
    names = np.select([~rows["need"], picked], ["non-customer", "target"], "potential")
    return _make_states(names, pd.Index(rows["lead_id"], name="lead_id"))


def compare_states_with_truth(
    states: pd.Series, truth_members: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """Who is really behind each state: how many of its customers have truly gone by the day (C-04 e).

    states: index customer_id, as the column of `assign_states` for the same day. truth_members: customer_id,
    left_on, second_started_on, second_left_on; who was won back is a customer again. One row a state that
    occurs: state, customers, truly_gone (share), low, high (Wilson). Raises TableError for other words,
    ValueError if a customer has no truth.

    >>> states = pd.Series(["lost", "lost", "loyal"], index=[1, 2, 3])
    >>> truth = pd.DataFrame({"customer_id": [1, 2, 3], "second_started_on": pd.to_datetime([None] * 3),
    ...     "second_left_on": pd.to_datetime([None] * 3),
    ...     "left_on": pd.to_datetime(["2025-03-01", None, None])})
    >>> compare_states_with_truth(states, truth, as_of="2025-12-31")[["state", "customers", "truly_gone"]]
       state  customers  truly_gone
    0  loyal          1         0.0
    1   lost          2         0.5
    """
    states = take_values(states, STATED)
    return _count_gone(states, _find_gone(truth_members, states.index, as_of))


def _find_gone(truth_members: pd.DataFrame, ids: pd.Index, as_of: str | pd.Timestamp) -> pd.Series:
    """Who of these customers has truly gone; who has no truth is named."""
    truth = find_true_state(truth_members, as_of=as_of)
    unknown = ids.difference(truth.index)
    if len(unknown):
        first = ", ".join(map(str, unknown[:5]))
        raise ValueError(
            f"truth.members: {len(unknown)} of {len(ids)} customers are missing (customer_id {first}). "
            "Take purchases and truth from the same firm and seed."
        )
    return truth.reindex(ids) == "gone"


def _count_gone(states: pd.Series, gone: pd.Series) -> pd.DataFrame:
    table = []
    for state in STATES:
        inside = gone[states == state]
        if len(inside):
            share = estimate_share(int(inside.sum()), len(inside))
            table.append((state, share.n, share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["state", "customers", "truly_gone", "low", "high"])


def plot_states_against_truth(compared: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How large each state is, and which part of it has truly gone (hatched).

    compared: as from `compare_states_with_truth`.
    """
    ax = new_axes(ax)
    compared = take_result(compared, COMPARED)
    gone = compared["truly_gone"] * compared["customers"]
    here = compared["customers"] - gone
    places = np.arange(len(compared))
    ax.barh(places, here, color=COLOURS["stayed"], edgecolor="white", label="still customers")
    ax.barh(places, gone, left=here, color=COLOURS["left"], edgecolor="white", hatch="//", label="truly gone")
    for place, total, share in zip(places, compared["customers"], compared["truly_gone"], strict=True):
        ax.annotate(
            f"{100 * share:.0f} % gone", (total, place), (5, 0), textcoords="offset points", va="center"
        )
    lost = compared.loc[compared["state"] == "lost", "truly_gone"]
    if len(lost):
        ax.set_title(f"of those called lost, {100 * lost.iloc[0]:.0f} % have truly gone", fontsize=10, pad=26)
    ax.set_yticks(places, list(compared["state"]))
    ax.invert_yaxis()
    format_money(ax.xaxis)
    ax.set(xlabel="customers (number)", ylabel="state (read from dates)")
    ax.set_xlim(0, 1.2 * max(1, compared["customers"].max()))
    ax.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def explore_states(
    purchases: pd.DataFrame,
    truth_members: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    lost_after_days: int = 180,
) -> None:
    """Drag two thresholds and watch the states, with the truth inside each bar (C-04).

    purchases: as for `assign_states`. truth_members: as for `compare_states_with_truth`.
    lost_after_days: start value, from 30 to 720. With millions of rows it takes more than in proportion
    (docs/growth.md).
    """
    days = "a whole number of days from 30 to 720"
    start = read_number(lost_after_days, "lost_after_days", days, limits="30..720", whole=True)
    counts = assign_states(purchases, as_of=as_of)
    gone = _find_gone(truth_members, counts.index, as_of)

    def draw(ax: Axes, loyal_from: int, lost_after_days: int) -> None:
        """Draw the states for these thresholds, with both errors of "lost" in the title."""
        states = _label_states(counts, loyal_from=loyal_from, lost_after_days=lost_after_days)
        plot_states_against_truth(_count_gone(states, gone), ax=ax)
        called = states == "lost"
        alarms, misses = int((called & ~gone).sum()), int((gone & ~called).sum())
        title = f"wrongly called lost: {alarms:,}; gone, but not called lost: {misses:,}"
        ax.set_title(title, fontsize=10, pad=26)

    explore(
        draw,
        controls={
            "loyal_from": Slider("loyal from (purchases)", 2, 20, 6, 1),
            "lost_after_days": Slider("lost after (days of silence)", 30, 720, start, 15),
        },
        alt="Bars of the members who are first-time, repeat, loyal and lost customers by the rule; a hatched "
        "part of each bar has truly gone. Loyal customers are mostly here, lost ones mostly gone, never all.",
    )
