"""The repurchase curve: who comes back at which score, where customers can choose or not (H-03).

Satisfaction is said to keep customers. The curve shows how steeply, for each level of competition; the
second pair of functions sets what customers say that they will do beside what they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.surveys import estimate_satisfied
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.answers import ANSWERS
from crmlib.tables.options import read_choice
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 5  # scores given by fewer customers of a group are not drawn
GROUPS = ("competition", "rivals", "trust", "intention")
MARKERS = "osD^v"


def measure_repurchase_by_score(answers: pd.DataFrame, *, by: str = "competition") -> pd.DataFrame:
    """How many customers come back at each satisfaction score, in each group (H-03).

    answers: satisfaction, left and the column that by names: competition, rivals, trust or intention.
    Columns: group, satisfaction, n, stayed_share, low, high (Wilson). Scores that nobody gave are left out;
    rows are ordered by group and score. Raises TableError for wrong columns, ValueError for another by.

    >>> answers = pd.DataFrame({"satisfaction": [5, 5, 2], "left": [False, True, True], "rivals": [4, 4, 4]})
    >>> measure_repurchase_by_score(answers, by="rivals")[["group", "satisfaction", "n", "stayed_share"]]
       group  satisfaction  n  stayed_share
    0      4             2  1           0.0
    1      4             5  2           0.5
    """
    read_choice(by, "by", GROUPS)
    rows = take_columns(answers, ANSWERS, ["satisfaction", "left", by]).dropna()
    table = []
    for (group, score), part in rows.groupby([by, "satisfaction"], observed=True):
        share = estimate_share(int((~part["left"]).sum()), len(part))
        table.append((group, score, share.n, share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["group", "satisfaction", "n", "stayed_share", "low", "high"])


def plot_repurchase_by_score(
    answers: pd.DataFrame, *, by: str = "competition", ax: Axes | None = None
) -> Axes:
    """The repurchase curve: the share of customers who came back, by satisfaction score and group (H-03).

    Lines with 95 % intervals; the title says how far the two ends of each line lie apart. Arguments and
    errors as `measure_repurchase_by_score`. Scores given by fewer than five customers of a group are left
    out; ValueError if none is left.
    """
    table = measure_repurchase_by_score(answers, by=by)
    table = table[table["n"] >= FEW]
    if table.empty:
        raise ValueError(f"answers: no score was given by {FEW} customers of a group. Join more answers.")
    ax = new_axes(ax)
    groups = list(dict.fromkeys(table["group"]))
    climbs = []
    for place, group in enumerate(groups):
        part = table[table["group"] == group]
        shift = 0.06 * (place - (len(groups) - 1) / 2)
        share = 100 * part["stayed_share"]
        climbs.append(f"{group} {round(share.iloc[-1] - share.iloc[0]):+d}".replace("-", "−"))
        ax.errorbar(
            part["satisfaction"] + shift,
            share,
            yerr=reach(share, 100 * part["low"], 100 * part["high"]),
            color=COLOURS.get(str(group), COLOURS["stayed"]),
            marker=MARKERS[place % len(MARKERS)],
            linestyle=("-", "--", ":", "-.")[place % 4],
            capsize=2,
            label=f"{by}: {group} (n = {part['n'].sum():,})",
        )
    ax.set(xlabel="satisfaction (score from 1 to 5)", ylabel="came back within the period (%)", ylim=(0, 102))
    ax.set_title(f"Lowest to highest score: {', '.join(climbs)} points", fontsize=10)
    ax.set_xticks(range(1, 6))
    ax.legend(frameon=False, loc="lower right")
    return ax


def compare_intention_with_behaviour(answers: pd.DataFrame) -> pd.DataFrame:
    """What customers say they will do beside what they do, at each satisfaction score (H-03).

    answers: satisfaction, intention (1 to 5, missing allowed: these rows are left out), left. Columns:
    satisfaction, n, intends_share (intention 4 or 5) with intends_low, intends_high, stayed_share with
    stayed_low, stayed_high (Wilson). Raises TableError for wrong columns, ValueError if nobody stated an
    intention.

    >>> answers = pd.DataFrame({"satisfaction": [5, 5, 2], "intention": [5, 4, 2],
    ...                         "left": [False, True, True]})
    >>> compare_intention_with_behaviour(answers)[["satisfaction", "n", "intends_share", "stayed_share"]]
       satisfaction  n  intends_share  stayed_share
    0             2  1            0.0           0.0
    1             5  2            1.0           0.5
    """
    rows = take_columns(answers, ANSWERS, ["satisfaction", "intention", "left"]).dropna()
    if rows.empty:
        raise ValueError("answers.intention: nobody stated an intention, so there is nothing to compare.")
    table = []
    for score, part in rows.groupby("satisfaction"):
        says = estimate_satisfied(part["intention"])
        does = estimate_share(int((~part["left"]).sum()), len(part))
        table.append((score, len(part), says.value, says.low, says.high, does.value, does.low, does.high))
    names = ["satisfaction", "n", "intends_share", "intends_low", "intends_high"]
    return pd.DataFrame(table, columns=[*names, "stayed_share", "stayed_low", "stayed_high"])


def plot_intention_against_behaviour(answers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Two curves over the satisfaction score: who says "I will buy again" and who does (H-03).

    Lines with 95 % intervals. Arguments and errors as `compare_intention_with_behaviour`.
    """
    table = compare_intention_with_behaviour(answers)
    ax = new_axes(ax)
    curves = {
        "intends": ("say they will (intention 4 or 5)", "claim", "s", "--"),
        "stayed": ("came back", "stayed", "o", "-"),
    }
    for name, (label, colour, marker, line) in curves.items():
        share, low, high = (100 * table[f"{name}_{part}"] for part in ("share", "low", "high"))
        ax.errorbar(
            table["satisfaction"] + (0.03 if name == "stayed" else -0.03),
            share,
            yerr=reach(share, low, high),
            color=COLOURS[colour],
            marker=marker,
            linestyle=line,
            capsize=2,
            label=label,
        )
    ax.set(xlabel="satisfaction (score from 1 to 5)", ylabel="share of customers (%)", ylim=(0, 102))
    says, does = (
        " to ".join(f"{100 * table[name].iloc[end]:.0f}" for end in (0, -1))
        for name in ("intends_share", "stayed_share")
    )
    ax.set_title(f"From the lowest to the highest score: say so {says} %, came back {does} %", fontsize=10)
    ax.set_xticks(range(1, 6))
    ax.legend(frameon=False, loc="lower right")
    return ax
