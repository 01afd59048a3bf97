"""Scores: two customary readings of the same answers, and how the answers are spread (H-01, H-06).

The top-two share counts everybody who gave 4 or 5; the recommendation score sets those who would recommend
against those who would warn. Both come with an interval: ask how many answered before what they answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.surveys import SATISFIED_FROM, estimate_satisfied
from crmlib.estimates.estimate import Estimate, estimate_mean
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def score_top_two(surveys: pd.DataFrame, *, column: str = "satisfaction") -> Estimate:
    """What share of the customers who answered gave one of the two best scores, 4 or 5 of 5 (H-01).

    surveys: one row per invitation; invitations without an answer are left out, not counted as
    dissatisfied. column: satisfaction, trust or intention. Returns a share with its Wilson interval. Raises
    TableError for a missing column or scores outside 1 to 5, ValueError for another column or if nobody
    answered.

    >>> answers = pd.DataFrame({"satisfaction": [5, 4, 4, 2, None]})
    >>> score_top_two(answers)
    75 % (30 to 95, n = 4)
    """
    if column not in ("satisfaction", "trust", "intention"):
        raise ValueError(
            f"column is {column!r}, expected satisfaction, trust or intention (scores from 1 to 5)."
        )
    return estimate_satisfied(_answered(surveys, column))


def score_recommendation(surveys: pd.DataFrame) -> Estimate:
    """How many more customers promote the firm than warn against it: the recommendation score (H-06).

    Promoters give 9 or 10, detractors 0 to 6 of 10. Score = 100 · (share of promoters − share of
    detractors), from −100 to 100. Interval: normal, s² = promoters + detractors − (promoters −
    detractors)², as shares. Invitations without an answer are left out. Textbook knowledge that the course
    sources lack (net promoter score). Raises TableError for a missing column or scores outside 0 to 10,
    ValueError for fewer than two answers.

    >>> answers = pd.DataFrame({"recommend": [10, 9, 9, 8, 3, None]})
    >>> score_recommendation(answers)      # three promoters, one detractor, five answers
    40 points (-38 to 100, n = 5)
    """
    scores = _answered(surveys, "recommend")
    if len(scores) < 2:
        raise ValueError("surveys.recommend: one answer alone has no interval. Expected at least two.")
    votes = np.where(scores >= 9, 100, np.where(scores <= 6, -100, 0))
    score = estimate_mean(votes, unit="points")
    return Estimate(score.value, max(-100.0, score.low), min(100.0, score.high), n=score.n, unit="points")


def plot_score_distribution(
    surveys: pd.DataFrame, *, column: str = "satisfaction", ax: Axes | None = None
) -> Axes:
    """How the scores of those who answered are spread: the mean hides the few who are unhappy (H-01).

    Bars from 1 to 5, the two best coloured as satisfied; the share is written above each. Errors as
    `score_top_two`.
    """
    top_two = score_top_two(surveys, column=column)
    scores = _answered(surveys, column)
    shares = scores.value_counts(normalize=True).reindex(range(1, 6), fill_value=0.0) * 100
    ax = new_axes(ax)
    colours = [COLOURS["satisfied" if score >= SATISFIED_FROM else "dissatisfied"] for score in shares.index]
    bars = ax.bar(shares.index, shares, color=colours, edgecolor="black", linewidth=0.6)
    ax.bar_label(bars, fmt="%.0f %%")
    ax.set(xlabel=f"{column} (score from 1 to 5)", ylabel="share of answers (%)", title=f"4 or 5: {top_two}")
    ax.set_ylim(0, float(shares.max()) * 1.18)
    return ax


def _answered(surveys: pd.DataFrame, column: str) -> pd.Series:
    scores = take_columns(surveys, "surveys", [column])[column].dropna()
    if scores.empty:
        raise ValueError(
            f"surveys.{column}: nobody answered ({len(surveys)} invitations). There is no score to report."
        )
    return scores.astype(int)
