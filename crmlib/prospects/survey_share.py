"""A survey with one figure and no size: what does 35 % of purchasing heads say (D-35)?

With four options and one answer, one in four would choose each by chance alone. How far 35 % lies from
there, and where the true share may be, depends on how many were asked, which the source does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

JUDGED = describe_result(
    "judged", {"n": "integer 1..", **dict.fromkeys(("share", "low", "high", "by_chance"), "number 0..1")}
)


def judge_survey_share(
    share: float, *, sizes: Sequence[int] = (50, 200, 1_000), options: int = 4
) -> pd.DataFrame:
    """Where the true share may lie if so many had been asked, and whether chance could say the same (D-35).

    share: the reported one, 0 to 1. sizes: numbers of people asked that are tried; in each the nearest whole
    number of them is taken to have chosen the answer. options: answers offered, one of which was to be
    chosen. Columns: n, chosen, share (of this n), low, high (Wilson, 95 %), by_chance (1 / options), p_value
    (exact two-sided binomial test against chance), beyond_chance (the whole interval lies above by_chance).
    Raises ValueError for numbers outside their limits.

    >>> judge_survey_share(0.35, sizes=[20])[["n", "chosen", "share", "by_chance", "beyond_chance"]]
        n  chosen  share  by_chance  beyond_chance
    0  20       7   0.35       0.25          False
    """
    from scipy.stats import binomtest

    reported = read_number(share, "share", "a share between 0 and 1", limits="0..1")
    number = int(read_number(options, "options", "a whole number of at least 2", limits="2..", whole=True))
    if isinstance(sizes, str) or not isinstance(sizes, Sequence) or not len(sizes):
        raise TypeError(f"sizes is {sizes!r}, expected a list of numbers of people, such as [50, 200].")
    table = []
    for size in sizes:
        n = int(read_number(size, "sizes", "whole numbers of at least 1 person", limits="1..", whole=True))
        found = estimate_share(round(reported * n), n)
        p_value = float(binomtest(round(reported * n), n, 1 / number).pvalue)
        row = (n, round(reported * n), found.value, found.low, found.high, 1 / number, p_value)
        table.append((*row, found.low > 1 / number))
    columns = ["n", "chosen", "share", "low", "high", "by_chance", "p_value", "beyond_chance"]
    return pd.DataFrame(table, columns=columns)


def plot_survey_share(judged: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The same share with the interval that each number of people asked would give, beside chance.

    judged: as from `judge_survey_share`.
    """
    rows = take_result(judged, JUDGED)
    ax = new_axes(ax, height=1.2 + 0.7 * len(rows))
    chance = float(rows["by_chance"].iloc[0])
    ax.axvline(chance, color=COLOURS["truth"], linestyle=":", label="all options alike")
    for place, row in enumerate(rows.to_dict("records")):
        beyond = row["low"] > chance
        text = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
        colour, marker = (COLOURS["gain"], "o") if beyond else (COLOURS["loss"], "s")
        limits = (row["share"], row["low"], row["high"])
        draw_interval(ax, place, *limits, colour=colour, text=text, marker=marker)
    label_rows(ax, [f"{n:,}" for n in rows["n"]])
    ax.set_xlim(0, max(0.6, 1.08 * float(rows["high"].max())))
    format_percent(ax.xaxis)
    ax.set(xlabel="chose the answer (share of those asked)", ylabel="people asked (number)")
    ax.legend(frameon=False, loc="lower right", fontsize=9)
    return ax


def explore_survey_share(share: float, *, options: int = 4) -> None:
    """Drag how many were asked: from where on is the share more than chance (D-35)?

    share, options: as for `judge_survey_share`.
    """
    judge_survey_share(share, options=options)

    def draw(ax: Axes, asked: int) -> None:
        """One interval, with the chance of so large a distance if all options were alike."""
        judged = judge_survey_share(share, sizes=[asked], options=options)
        plot_survey_share(judged, ax=ax)
        p_value = float(judged["p_value"].iloc[0])
        shown = f"{p_value:.3f}" if p_value >= 0.001 else "below 0.001"
        ax.set_title(f"so far from chance, if all options are alike: probability {shown}", fontsize=10)

    explore(
        draw,
        controls={"asked": Slider("people asked", 20, 1_000, 50, 10)},
        alt="The reported share with its interval beside the share that chance alone gives. With few people "
        "the interval covers chance, with many it lies above it.",
        height=2.4,
    )
