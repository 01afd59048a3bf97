"""The base rate: why most leavers were satisfied although few of the satisfied leave (H-03, X-14).

The course reports that of satisfied customers 65 to 85 % go elsewhere. Two sentences sound alike: "of the
satisfied, 65 % left" and "of those who left, 65 % had been satisfied". This module measures both, shows how
one follows from the other, and asks of those who stayed whether they bought the same again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.answers import ANSWERS
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIMED_PERCENT = (65, 85)  # N-48: satisfied customers who switch
QUESTIONS = {  # name → (condition, event)
    "P(left | satisfied)": ("satisfied", "left"),
    "P(left | not satisfied)": ("not satisfied", "left"),
    "P(satisfied | left)": ("left", "satisfied"),
    "P(satisfied | stayed)": ("stayed", "satisfied"),
    "P(satisfied)": ("all", "satisfied"),
    "P(left)": ("all", "left"),
}


def conditional_shares(answers: pd.DataFrame) -> pd.DataFrame:
    """Both directions of the question: of the satisfied, who left; of the leavers, who was satisfied (H-03).

    answers: satisfied, left (True or False), as made by `join_scores_with_retention`. One row per question:
    the four conditional shares and the two base rates. Index: question; columns: share, low, high (Wilson),
    count, n (customers that fulfil the condition). Bayes: P(satisfied | left) = P(left | satisfied) ·
    P(satisfied) / P(left). Satisfied leavers are a part of all leavers, so P(left | satisfied) ≤ P(left) /
    P(satisfied). Raises TableError for wrong columns, ValueError if a condition is fulfilled by nobody.

    Of ten customers eight are satisfied and three left, two of the eight among them:

    >>> ten = pd.DataFrame({"satisfied": [True] * 8 + [False] * 2, "left": [True] * 2 + [False] * 7 + [True]})
    >>> conditional_shares(ten)[["share", "count", "n"]].round(2).head(3)
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


def plot_conditional_shares(answers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How far apart the two questions lie, and on which of them the claim of 65 to 85 % falls (H-03, N-48).

    Dots: the four conditional shares with 95 % interval; shaded band: the claim. Errors as
    `conditional_shares`.
    """
    shares = conditional_shares(answers).iloc[:4]
    ax = new_axes(ax)
    low, high = CLAIMED_PERCENT
    ax.axvspan(low, high, color=COLOURS["claim"], alpha=0.25, label=f"claimed: {low} to {high} %")
    for place, (question, share, start, end) in enumerate(
        zip(shares.index, *(100 * shares[["share", "low", "high"]].to_numpy().T), strict=True)
    ):
        colour, marker = ("left", "o") if question.startswith("P(left") else ("satisfied", "s")
        draw_interval(
            ax, place, share, start, end, colour=COLOURS[colour], marker=marker, text=f"{share:.0f} %"
        )
    names = ["of the satisfied: left", "of the others: left"]
    label_rows(ax, [*names, "of those who left: satisfied", "of those who stayed: satisfied"])
    ax.set(xlim=(0, 100), xlabel="share of customers (%)", ylabel="question")
    left, _, satisfied, _ = 100 * shares["share"].to_numpy()
    title = f"Of the satisfied, {left:.0f} % left.\nOf those who left, {satisfied:.0f} % had been satisfied"
    ax.set_title(title, fontsize=10)
    ax.legend(frameon=False, loc="lower left")
    return ax


def explore_base_rate(answers: pd.DataFrame) -> None:
    """Drag three shares, watch both questions change: where most are satisfied, leavers are too (H-03).

    answers: satisfied, left; their shares, in whole per cent, are the start values. Errors as
    `conditional_shares`.
    """
    shares = (100 * conditional_shares(answers)["share"]).round().astype(int)
    satisfied = min(95, max(5, int(shares["P(satisfied)"])))
    explore(
        _draw_base_rate,
        controls={
            "satisfied": Slider("satisfied customers (%)", 5, 95, satisfied, 1),
            "left_if_satisfied": Slider("of these, left (%)", 0, 100, int(shares["P(left | satisfied)"]), 1),
            "left_if_not": Slider(
                "of the others, left (%)", 0, 100, int(shares["P(left | not satisfied)"]), 1
            ),
        },
        alt="Two columns, for satisfied customers and for the others, split into those who left and those "
        "who stayed. The width of a column is its share of all customers; hatched are those who left.",
    )


def _draw_base_rate(ax: Axes, *, satisfied: float, left_if_satisfied: float, left_if_not: float) -> None:
    """100 customers in four boxes, and the same question asked in both directions (shares in per cent).

    Width of a column: share of the satisfied and of the others; height of the lower box: share of these who
    left.
    """
    columns = (
        (0, satisfied, left_if_satisfied, "satisfied"),
        (satisfied, 100 - satisfied, left_if_not, "others"),
    )
    for start, width, gone, name in columns:
        ax.bar(start, gone, width, align="edge", color=COLOURS["left"], edgecolor="white", hatch="//")
        ax.bar(start, 100 - gone, width, gone, align="edge", color=COLOURS["stayed"], edgecolor="white")
        if width > 8:
            ax.text(start + width / 2, 103, name, ha="center")
    gone_happy = satisfied * left_if_satisfied / 100
    everyone = gone_happy + (100 - satisfied) * left_if_not / 100
    back = f"{100 * gone_happy / everyone:.0f} % had been satisfied" if everyone else "there are none"
    ax.set_title(
        f"Of the satisfied, {left_if_satisfied:.0f} % left.   Of those who left, {back}.\n"
        f"Of all customers, {everyone:.0f} % left.",
        fontsize=10,
        pad=18,
    )
    ax.set(xlim=(0, 100), ylim=(0, 100))
    ax.set(xlabel="share of all customers (%)", ylabel="left (hatched) or stayed (%)")


def measure_rebuying(answers: pd.DataFrame) -> pd.DataFrame:
    """Three ways to go on: left, stayed with other products, bought the same again (H-03, N-49, X-14).

    "Turn to other products" can mean another firm or another shelf; the three outcomes keep the two apart.
    answers: satisfied, left, rebought_same; rows without rebought_same (no earlier receipt) are left out.
    Columns: group (satisfied, not satisfied), outcome, count, n, share, low, high (Wilson); the shares of a
    group sum to 1. Raises TableError for wrong columns, ValueError if rebought_same is missing everywhere.

    >>> answers = pd.DataFrame({"satisfied": [True] * 4, "left": [True, False, False, False],
    ...                         "rebought_same": pd.array([False, False, True, False], dtype="boolean")})
    >>> measure_rebuying(answers)[["group", "outcome", "count", "share"]]
           group                 outcome  count  share
    0  satisfied                    left      1   0.25
    1  satisfied  stayed, other products      2   0.50
    2  satisfied         bought the same      1   0.25
    """
    rows = take_columns(answers, ANSWERS, ["satisfied", "left", "rebought_same"]).dropna()
    if rows.empty:
        raise ValueError(
            "answers.rebought_same is empty. Repair: give lines=receipt_lines when joining the answers."
        )
    same = rows["rebought_same"].astype(bool)
    outcomes = {
        "left": rows["left"],
        "stayed, other products": ~rows["left"] & ~same,
        "bought the same": ~rows["left"] & same,
    }
    table = []
    for group, inside in (("satisfied", rows["satisfied"]), ("not satisfied", ~rows["satisfied"])):
        for outcome, happened in outcomes.items() if inside.any() else ():
            share = estimate_share(int((inside & happened).sum()), int(inside.sum()))
            table.append(
                (group, outcome, int((inside & happened).sum()), share.n, share.value, share.low, share.high)
            )
    return pd.DataFrame(table, columns=["group", "outcome", "count", "n", "share", "low", "high"])
