"""Scores: two customary readings of the same answers, and how the answers are spread (H-01, H-06).

The top-two share counts everybody who gave 4 or 5; the recommendation score sets those who would recommend
against those who would warn. Both come with an interval: ask how many answered before what they answered.
Who answered several times counts as one customer in it, since her answers resemble each other.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.surveys import SATISFIED_FROM
from crmlib.estimates.estimate import Estimate, estimate_ratio, estimate_share
from crmlib.tables.options import read_choice
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def score_top_two(surveys: pd.DataFrame, *, column: str = "satisfaction") -> Estimate:
    """What share of the answers is one of the two best scores, 4 or 5 of 5 (H-01).

    surveys: customer_id and the column, one row per invitation; invitations without an answer are left out,
    not counted as dissatisfied. column: satisfaction, trust or intention. Returns a share with the interval
    of `estimate_share_by_customer`; n: customers who answered. Raises TableError for a missing column or
    scores outside 1 to 5, ValueError for another column or if nobody answered.

    >>> answers = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5], "satisfaction": [5, 4, 4, 2, None]})
    >>> score_top_two(answers)
    75 % (30 to 95, n = 4)
    """
    read_choice(column, "column", ("satisfaction", "trust", "intention"))
    answers = _answered(surveys, column)
    return estimate_share_by_customer(answers[column] >= SATISFIED_FROM, answers["customer_id"])


def score_recommendation(surveys: pd.DataFrame) -> Estimate:
    """How many more answers promote the firm than warn against it: the recommendation score (H-06).

    Promoters give 9 or 10, detractors 0 to 6 of 10. Score = 100 · (share of promoters − share of
    detractors), from −100 to 100, with the interval of a ratio of totals by customer. surveys: customer_id,
    recommend; invitations without an answer are left out. Net Promoter Score (Reichheld 2003): textbook
    knowledge that the course sources lack. Raises TableError for a missing column or scores outside 0 to
    10, ValueError if fewer than two customers answered.

    >>> answers = pd.DataFrame({"customer_id": range(6), "recommend": [10, 9, 9, 8, 3, None]})
    >>> score_recommendation(answers).value      # three promoters, one detractor, five answers
    40.0
    """
    answers = _answered(surveys, "recommend")
    if answers["customer_id"].nunique() < 2:
        raise ValueError("surveys.recommend: one customer alone has no interval. Expected at least two.")
    scores = answers["recommend"]
    votes = pd.Series(np.where(scores >= 9, 100, np.where(scores <= 6, -100, 0)), index=answers.index)
    sums = votes.groupby(answers["customer_id"]).agg(["sum", "size"])
    score = estimate_ratio(sums["sum"], sums["size"], unit="points")
    return Estimate(score.value, max(-100.0, score.low), min(100.0, score.high), n=score.n, unit="points")


def estimate_share_by_customer(hits: pd.Series, customers: pd.Series) -> Estimate:
    """How common something is among answers of which several can come from one customer.

    hits: True or False, one an answer; customers: whose answer it is, same rows. p = hits / answers. Its
    variance over customers is v = Σ(hits − p · answers)² · m / (m − 1) / n² (n answers of m customers); if
    every answer were another customer's, it would be p(1 − p) / (n − 1). Each limit of Wilson's interval is
    moved √(v / that) times as far from p, and never nearer. Where all answers are alike, each customer
    counts as one answer. n: customers. Raises ValueError without an answer.

    Two answers each of two customers say no more than one of each:

    >>> estimate_share_by_customer(pd.Series([True, False, True, False]), pd.Series([1, 2, 1, 2]))
    50 % (0 to 100, n = 2)
    >>> estimate_share_by_customer(pd.Series([True, False, True, False]), pd.Series([1, 2, 3, 4]))
    50 % (15 to 85, n = 4)
    """
    share = estimate_share(int(hits.sum()), len(hits))
    sums = hits.astype(float).groupby(customers).agg(["sum", "size"])
    p, n, m = share.value, len(hits), len(sums)
    if m == n or p in (0, 1):
        return estimate_share(round(p * m), m)
    variance = ((sums["sum"] - p * sums["size"]) ** 2).sum() * m / max(1, m - 1) / n**2
    wider = math.sqrt(max(1.0, variance / (p * (1 - p) / (n - 1)))) if m > 1 else math.sqrt(n)
    low, high = p - wider * (p - share.low), p + wider * (share.high - p)
    return Estimate(p, max(0.0, low), min(1.0, high), n=m)


def plot_score_distribution(
    surveys: pd.DataFrame, *, column: str = "satisfaction", ax: Axes | None = None
) -> Axes:
    """How the scores of those who answered are spread: the mean hides the few who are unhappy (H-01).

    Bars from 1 to 5 with 95 % intervals, the two best coloured as satisfied; the share is written above
    each. Errors as `score_top_two`.
    """
    top_two = score_top_two(surveys, column=column)
    answers = _answered(surveys, column)
    shares = [estimate_share_by_customer(answers[column] == k, answers["customer_id"]) for k in range(1, 6)]
    value, low, high = 100 * np.array([[one.value, one.low, one.high] for one in shares]).T
    ax = new_axes(ax)
    colours = [COLOURS["satisfied" if score >= SATISFIED_FROM else "dissatisfied"] for score in range(1, 6)]
    ax.bar(range(1, 6), value, color=colours, edgecolor="black", linewidth=0.6)
    ax.errorbar(range(1, 6), value, reach(value, low, high), fmt="none", ecolor="black", capsize=3)
    for score in range(1, 6):
        ax.annotate(
            f"{value[score - 1]:.0f} %",
            (score, high[score - 1]),
            (0, 3),
            textcoords="offset points",
            ha="center",
        )
    ax.set(xlabel=f"{column} (score from 1 to 5)", ylabel="share of answers (%)")
    ax.set_title(f"4 or 5 was given by {top_two}")
    ax.set_ylim(0, float(high.max()) * 1.12)
    return ax


def _answered(surveys: pd.DataFrame, column: str) -> pd.DataFrame:
    answers = take_columns(surveys, "surveys", ["customer_id", column]).dropna(subset=column)
    if answers.empty:
        raise ValueError(
            f"surveys.{column}: nobody answered ({len(surveys)} invitations). There is no score to report."
        )
    return answers.astype({column: "int64"})
