"""Churn: who has left, when nobody cancels (I-01).

A member of a shop never gives notice. She only stops coming, and the firm must decide from when on silence
counts as leaving. Each definition trades leavers that it misses against customers that it buries alive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.customers.summary import summarise_purchases
from crmlib.customers.truth import find_true_state
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEFINITIONS = describe_result(
    "definitions",
    {
        "definition": "string",
        "churned_share": "number 0..1",
        **dict.fromkeys(["right_share", "low", "high"], "number 0..1 ?"),
    },
)


def mark_churned(
    receipts: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    silence_days: float | None = None,
    own_gaps: float | None = None,
) -> pd.DataFrame:
    """Who counts as lost on a day, by one of two rules: silent too long, or too long for her own habits.

    receipts: customer_id, purchased_at, amount_cny, none later than as_of. Give one of silence_days (lost if
    silent for more days than this) or own_gaps (lost if silent for more than this many times her own mean
    gap between purchases; who bought once has no gap and is measured by the middle of all others' gaps).
    Columns: customer_id, silence_days, mean_gap_days (missing after one purchase), churned. Raises
    TableError for wrong columns or later receipts, ValueError unless exactly one rule is given, above 0, and
    for own_gaps if nobody bought on two days. With millions of rows it takes more than in proportion
    (docs/growth.md).

    >>> bought = pd.DataFrame({"customer_id": [7, 7, 8, 8], "amount_cny": 20.0, "purchased_at":
    ...     pd.to_datetime(["2025-01-01", "2025-01-11", "2025-01-01", "2025-03-12"])})
    >>> mark_churned(bought, as_of="2025-06-10", silence_days=90)["churned"].tolist()  # silent 150, 90 days
    [True, False]
    >>> mark_churned(bought, as_of="2025-06-10", own_gaps=3)["churned"].tolist()       # gaps of 10, 70 days
    [True, False]
    """
    if (silence_days is None) == (own_gaps is None):
        raise ValueError(
            f"mark_churned: silence_days is {silence_days!r}, own_gaps is {own_gaps!r}, expected exactly one "
            "of them, above 0."
        )
    name, given = ("own_gaps", own_gaps) if silence_days is None else ("silence_days", silence_days)
    limit = read_number(given, f"mark_churned: {name}", "a number above 0", limits=">0")
    found = summarise_purchases(receipts, as_of=as_of).reset_index()
    again, silence = found["repeat_purchases"], found["recency_days"]
    gap = found["lifetime_days"] / again.where(again > 0)
    if own_gaps is not None and gap.isna().all():
        raise ValueError("receipts: nobody bought on two days: there is no gap. Give silence_days instead.")
    longest = limit if own_gaps is None else limit * gap.fillna(gap.median())
    columns = {"customer_id": found["customer_id"], "silence_days": silence, "mean_gap_days": gap}
    return pd.DataFrame({**columns, "churned": silence > longest})


def compare_churn_definitions(
    receipts: pd.DataFrame,
    truth_members: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    limits: Sequence[float] = (60, 90, 180, 365),
    own_gaps: float = 3.0,
) -> pd.DataFrame:
    """One firm, one day, several churn rates: what each definition calls lost, and how often it is right.

    receipts as for `mark_churned`. truth_members: customer_id, left_on, second_started_on, second_left_on.
    limits: days of silence; own_gaps: in multiples of a customer's own mean gap. Columns: definition,
    churned_share (of all who ever bought), found_share (of those truly gone, called lost), right_share (of
    those called lost, truly gone) with low, high (Wilson), n. The last row is the truth. A right_share is
    missing where a definition calls nobody lost. Raises TableError for wrong columns, ValueError if a
    customer is unknown to the truth or nobody has gone.
    """
    read_number(own_gaps, "compare_churn_definitions: own_gaps", "a number above 0", limits=">0")
    rules: dict[str, dict[str, float]] = {f"silent over {k} days": {"silence_days": k} for k in limits}
    rules[f"silent over {own_gaps:g} own gaps"] = {"own_gaps": own_gaps}
    marked = {name: mark_churned(receipts, as_of=as_of, **rule) for name, rule in rules.items()}
    people = next(iter(marked.values()))["customer_id"]
    gone = _find_gone(truth_members, people, as_of)
    rows = [
        (name, *_hold_against(frame["churned"].to_numpy(dtype=bool), gone)) for name, frame in marked.items()
    ]
    rows.append(("truth", *_hold_against(gone, gone)))
    names = ["definition", "churned_share", "found_share", "right_share", "low", "high", "n"]
    return pd.DataFrame(rows, columns=names)


def _find_gone(truth_members: pd.DataFrame, people: pd.Series, as_of: str | pd.Timestamp) -> np.ndarray:
    """Whether each of the people had truly gone on the day."""
    state = find_true_state(truth_members, as_of=as_of).reindex(people)
    if state.isna().any() or not (state == "gone").any():
        raise ValueError(
            f"truth.members: {int(state.isna().sum())} of {len(people)} customers are unknown, "
            f"{int((state == 'gone').sum())} have gone. Take all tables from one firm, and a later day."
        )
    return (state == "gone").to_numpy()


def _hold_against(called: np.ndarray, gone: np.ndarray) -> tuple[float, float, float, float, float, int]:
    """Share called lost, share of the gone found, share of the called that is right with its interval."""
    found = float(called[gone].mean())
    if not called.any():
        return 0.0, found, np.nan, np.nan, np.nan, len(called)
    right = estimate_share(int(gone[called].sum()), int(called.sum()))
    return float(called.mean()), found, right.value, right.low, right.high, len(called)


def plot_churn_definitions(definitions: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One bar a definition: how much of the firm it calls lost, and how much of that is true.

    definitions: the table of `compare_churn_definitions`; the row "truth" draws the line.
    """
    definitions = take_result(definitions, DEFINITIONS)
    ax = new_axes(ax, height=3.4)
    called, right = definitions["churned_share"], definitions["right_share"].fillna(0)
    places = np.arange(len(definitions))
    ax.barh(places, called * right, color=COLOURS["left"], edgecolor="black", label="truly gone")
    ax.barh(places, called * (1 - right), left=called * right, color="white", edgecolor="black",
            hatch="//", label="still customers")  # fmt: skip
    low, high = definitions["low"].fillna(0), definitions["high"].fillna(0)
    error = reach(called * right, called * low, called * high)
    shown = definitions["definition"] != "truth"
    ax.errorbar((called * right)[shown], places[shown], xerr=error[:, shown], fmt="none", capsize=3,
                color="#666666")  # fmt: skip
    for true_share in called[definitions["definition"] == "truth"]:
        ax.axvline(true_share, color=COLOURS["truth"], linestyle=":", label="truth")
    ax.set_yticks(places, list(definitions["definition"]))
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlabel="share of all members called lost", ylabel="definition of churn")
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.4, 1.16), ncols=3, fontsize="small")
    return ax


def explore_silence_limit(
    receipts: pd.DataFrame, truth_members: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> None:
    """Drag the days of silence and watch the two errors: gone but not noticed, called lost but still here.

    Arguments as for `compare_churn_definitions`.
    """
    silence = mark_churned(receipts, as_of=as_of, silence_days=1)
    gone = _find_gone(truth_members, silence["customer_id"], as_of)
    days = silence["silence_days"].to_numpy()
    grid = np.arange(10, 541, 10)
    missed = [float((days[gone] <= k).mean()) for k in grid]
    false = [float((~gone)[days > k].mean()) if (days > k).any() else 0.0 for k in grid]

    def draw(ax: Axes, limit: int) -> None:
        ax.plot(grid, missed, color=COLOURS["left"], label="gone, but not noticed (of the gone)")
        ax.plot(grid, false, "--", color=COLOURS["stayed"], label="called lost, still here (of the called)")
        ax.axvline(limit, color=COLOURS["truth"], linestyle=":")
        called = days > limit
        format_percent(ax.yaxis)
        ax.set(xlabel="limit of silence (days)", ylabel="share of members", ylim=(0, 1.02), xlim=(0, 540))
        ax.set_title(f"over {limit} days: {100 * called.mean():.0f} % of members called lost", fontsize=10)
        ax.legend(frameon=False, loc="upper center")

    explore(
        draw,
        controls={"limit": Slider("days of silence", 10, 540, 90, 10)},
        alt="Two curves against the limit of silence: the longer the limit, the more leavers stay unnoticed "
        "and the fewer customers are called lost by mistake.",
    )
