"""The base rate: why most leavers were satisfied although few of the satisfied leave (H-03, X-14).

The course reports that of satisfied customers 65 to 85 % go elsewhere. Two sentences sound alike: "of the
satisfied, 65 % left" and "of those who left, 65 % had been satisfied". This module measures both, shows how
one follows from the other, and says in which firm the claim could be true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.answers import ANSWERS
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIMED_LEAVING = (0.65, 0.85)  # N-48: satisfied customers who switch
QUESTIONS = {  # name → (condition, event)
    "P(left | satisfied)": ("satisfied", "left"),
    "P(left | not satisfied)": ("not satisfied", "left"),
    "P(satisfied | left)": ("left", "satisfied"),
    "P(satisfied | stayed)": ("stayed", "satisfied"),
    "P(satisfied)": ("all", "satisfied"),
    "P(left)": ("all", "left"),
}


def ten_customers() -> pd.DataFrame:
    """Ten customers by hand: eight satisfied, three gone, and two questions with different answers (H-03).

    Columns: customer_id, satisfaction, satisfied (4 or 5), left (a year later).

    >>> pd.crosstab(ten_customers()["satisfied"], ten_customers()["left"])
    left       False  True
    satisfied
    False          1      1
    True           6      2
    """
    scores = np.array([5, 4, 5, 4, 4, 5, 4, 5, 2, 3])
    left = np.array([False] * 6 + [True] * 3 + [False])
    return pd.DataFrame(
        {"customer_id": np.arange(1, 11), "satisfaction": scores, "satisfied": scores >= 4, "left": left}
    )


def conditional_shares(answers: pd.DataFrame) -> pd.DataFrame:
    """Both directions of the question: of the satisfied, who left; of the leavers, who was satisfied (H-03).

    answers: satisfied, left (True or False), as made by `join_scores_with_retention`. One row per question:
    the four conditional shares and the two base rates. Index: question; columns: share, low, high (Wilson),
    count, n (customers that fulfil the condition). Bayes: P(satisfied | left) = P(left | satisfied) ·
    P(satisfied) / P(left). Raises TableError for wrong columns, ValueError if a condition is fulfilled by
    nobody.

    >>> conditional_shares(ten_customers())[["share", "count", "n"]].round(2).head(3)
                             share  count  n
    question
    P(left | satisfied)       0.25      2  8
    P(left | not satisfied)   0.50      1  2
    P(satisfied | left)       0.67      2  3
    """
    rows = take_columns(answers, ANSWERS, ["satisfied", "left"])
    groups = {
        "all": pd.Series(True, index=rows.index),
        "satisfied": rows["satisfied"],
        "not satisfied": ~rows["satisfied"],
        "left": rows["left"],
        "stayed": ~rows["left"],
    }
    empty = [name for name, members in groups.items() if not members.any()]
    if empty:
        raise ValueError(
            f"answers: nobody is {' or '.join(empty)}, so there is no share of them ({len(rows)} rows)."
        )
    table = []
    for question, (condition, event) in QUESTIONS.items():
        share = estimate_share(int((groups[condition] & groups[event]).sum()), int(groups[condition].sum()))
        table.append((question, share.value, share.low, share.high, round(share.value * share.n), share.n))
    columns = ["question", "share", "low", "high", "count", "n"]
    return pd.DataFrame(table, columns=columns).set_index("question")


def turn_question_round(*, left_if_satisfied: float, left_if_not: float, satisfied: float) -> float:
    """How many of the leavers had been satisfied, given how many of each group leave (Bayes' rule, H-03).

    P(S | L) = P(L | S) · P(S) / (P(L | S) · P(S) + P(L | not S) · (1 − P(S))), all as shares from 0 to 1.
    Raises ValueError for other numbers, or if nobody leaves.

    Eighty of 100 are satisfied, a quarter of them leave (20), half of the other 20 leave (10): 20 of 30
    leavers.

    >>> round(turn_question_round(left_if_satisfied=0.25, left_if_not=0.5, satisfied=0.8), 3)
    0.667
    """
    _require_shares(
        {"left_if_satisfied": left_if_satisfied, "left_if_not": left_if_not, "satisfied": satisfied}
    )
    from_satisfied, from_others = left_if_satisfied * satisfied, left_if_not * (1 - satisfied)
    if from_satisfied + from_others == 0:
        raise ValueError("turn_question_round: nobody leaves, so there is no share of satisfied leavers.")
    return from_satisfied / (from_satisfied + from_others)


def limit_leaving_if_satisfied(*, left: float, satisfied: float) -> float:
    """The most that can be true of satisfied customers: P(left | satisfied) ≤ P(left) / P(satisfied) (H-03).

    Satisfied leavers are a part of all leavers. Shares from 0 to 1, satisfied above 0 (ValueError otherwise).

    >>> limit_leaving_if_satisfied(left=0.3, satisfied=0.75)  # if every leaver had been satisfied
    0.4
    """
    _require_shares({"left": left, "satisfied": satisfied})
    if satisfied == 0:
        raise ValueError("limit_leaving_if_satisfied: nobody is satisfied, so there is no share of them.")
    return min(1.0, round(left / satisfied, 12))


def need_leaving(*, claimed: float = CLAIMED_LEAVING[0], satisfied: float) -> float:
    """How many of all customers must leave before the claim about the satisfied can hold (H-03, N-48).

    P(left) ≥ claimed · P(satisfied), and that only if no dissatisfied customer left at all. If the
    dissatisfied leave at least as often as the satisfied, P(left) ≥ claimed. Shares from 0 to 1 (ValueError
    otherwise).

    >>> need_leaving(claimed=0.65, satisfied=0.8)
    0.52
    """
    _require_shares({"claimed": claimed, "satisfied": satisfied})
    return round(claimed * satisfied, 12)


def plot_conditional_shares(
    answers: pd.DataFrame, *, claimed: tuple[float, float] = CLAIMED_LEAVING, ax: Axes | None = None
) -> Axes:
    """How far apart the two questions lie, and on which of them the claim of 65 to 85 % falls (H-03, N-48).

    Dots: the four conditional shares with 95 % interval; shaded band: the claim. Errors as
    `conditional_shares`.
    """
    shares = conditional_shares(answers).iloc[:4]
    ax = new_axes(ax)
    low, high = (100 * share for share in claimed)
    ax.axvspan(low, high, color=COLOURS["claim"], alpha=0.25, label=f"claimed: {low:.0f} to {high:.0f} %")
    for place, (question, share, start, end) in enumerate(
        zip(shares.index, *(100 * shares[["share", "low", "high"]].to_numpy().T), strict=True)
    ):
        colour, marker = ("left", "o") if question.startswith("P(left") else ("satisfied", "s")
        draw_interval(
            ax, place, share, start, end, colour=COLOURS[colour], marker=marker, text=f"{share:.0f} %"
        )
    names = ["of the satisfied: left", "of the dissatisfied: left"]
    label_rows(ax, [*names, "of those who left: satisfied", "of those who stayed: satisfied"])
    ax.set(xlim=(0, 100), xlabel="share of customers (%)", ylabel="question")
    ax.legend(frameon=False, loc="lower left")
    return ax


def draw_base_rate(ax: Axes, *, satisfied: float, left_if_satisfied: float, left_if_not: float) -> None:
    """100 customers in four boxes, and the same question asked in both directions (shares in per cent).

    Width of a column: share of satisfied and dissatisfied; height of the lower box: share of these who left.
    """
    happy, loss, other = satisfied / 100, left_if_satisfied / 100, left_if_not / 100
    for start, width, gone, name in (
        (0.0, happy, loss, "satisfied"),
        (happy, 1 - happy, other, "dissatisfied"),
    ):
        ax.bar(
            100 * start,
            100 * gone,
            100 * width,
            align="edge",
            color=COLOURS["left"],
            edgecolor="white",
            hatch="//",
        )
        ax.bar(
            100 * start,
            100 * (1 - gone),
            100 * width,
            100 * gone,
            align="edge",
            color=COLOURS["stayed"],
            edgecolor="white",
        )
        if width > 0.08:
            ax.text(100 * (start + width / 2), 103, name, ha="center")
    everyone = loss * happy + other * (1 - happy)
    back = f"{100 * loss * happy / everyone:.0f} % had been satisfied" if everyone else "there are none"
    ax.set_title(
        f"Of the satisfied, {100 * loss:.0f} % left.   Of those who left, {back}.\n"
        f"Of all customers, {100 * everyone:.0f} % left.",
        fontsize=10,
        pad=18,
    )
    ax.set(
        xlim=(0, 100),
        ylim=(0, 100),
        xlabel="share of all customers (%)",
        ylabel="left (hatched) or stayed (%)",
    )


def explore_base_rate(*, satisfied: int = 75, left_if_satisfied: int = 24, left_if_not: int = 37) -> None:
    """Drag three shares, watch both questions change: leavers are satisfied where most customers are (H-03).

    satisfied, left_if_satisfied, left_if_not: start values in per cent.
    """
    explore(
        draw_base_rate,
        controls={
            "satisfied": Slider("satisfied customers (%)", 5, 95, satisfied, 1),
            "left_if_satisfied": Slider("of these, left (%)", 0, 100, left_if_satisfied, 1),
            "left_if_not": Slider("of the dissatisfied, left (%)", 0, 100, left_if_not, 1),
        },
        alt="Two columns for satisfied and dissatisfied customers, split into those who left and those who "
        "stayed. The satisfied column is much wider, so that most of the hatched area of leavers lies in it.",
    )


def _require_shares(shares: dict[str, float]) -> None:
    for name, value in shares.items():
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ValueError(f"{name} is {value!r}, expected a share from 0 to 1 (0.65 for 65 %).")
