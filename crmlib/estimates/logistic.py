"""Logistic regression: what goes with a yes or a no, other things equal, and how sure we are of it.

One regression serves the whole course: who buys (chapter 1), which bond protects (1), who comes back (4), who
leaves (5). Textbook knowledge that the course sources lack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.estimates.estimate import quantile
from crmlib.tables.dictionary import Table
from crmlib.tables.take import take_columns

MOST_STEPS, LONGEST_STEP = 50, 10.0
LARGEST_LOG_ODDS = 30.0  # beyond, a probability is 0 or 1 to thirteen digits


class UndeterminedError(ValueError):
    """No finite weights fit best (a column tells all, two say the same), or the steps ended before them."""


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """Fitted weights, one a column of the design, and their covariance."""

    weights: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def predict(self, design: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of a yes in each row of a design."""
        return to_share(design @ self.weights)


def to_share(log_odds: ArrayLike) -> NDArray[np.float64]:
    """Log odds as a probability: 1 / (1 + exp(−log odds)).

    >>> to_share([0.0, np.log(3)]).tolist()
    [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS))))


def fit_logistic(
    design: NDArray[np.float64],
    facts: NDArray[np.float64],
    *,
    counts: NDArray[np.float64] | None = None,
    pull: float = 0.0,
) -> LogisticFit:
    """The weights β under which the facts were most likely: log(P / (1 − P)) = design · β (Newton's method).

    design: one row a case, the first column constant. facts: 1 for yes, 0 for no. counts: how often each row
    counts (once each without). pull: draws all weights but the constant towards zero (ridge: −pull · β² / 2
    is added to the log likelihood), so that a group without any yes stays finite. covariance: inverse of the
    curvature at β. Raises UndeterminedError if nothing finite fits best, or the steps never arrive there.

    Of four customers without a bond three were lost, of four with it one: odds 3 against 1/3.

    >>> design = np.array([[1.0, 0]] * 4 + [[1, 1]] * 4)
    >>> lost = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])
    >>> np.exp(fit_logistic(design, lost).weights).round(3).tolist()
    [3.0, 0.111]
    """
    weight = np.ones(len(facts)) if counts is None else counts
    beta = np.zeros(design.shape[1])
    pulls = np.r_[0.0, np.full(len(beta) - 1, pull)]
    if pull == 0 and np.linalg.matrix_rank(design) < len(beta):
        raise UndeterminedError("two columns of the design say the same")
    for _ in range(MOST_STEPS):
        share = to_share(design @ beta)
        slope = design.T @ (weight * (facts - share)) - pulls * beta
        curve = (design * (weight * share * (1 - share))[:, None]).T @ design + np.diag(pulls + 1e-9)
        step = np.linalg.solve(curve, slope)
        beta = beta + step / max(1.0, np.abs(step).max() / LONGEST_STEP)  # shorter, in the same direction
        if np.abs(step).max() < 1e-8:
            return LogisticFit(beta, np.asarray(np.linalg.inv(curve)))
    if pull == 0:
        raise UndeterminedError("a column tells the outcome perfectly, so its weight grows without end")
    if np.ptp(facts[weight > 0]) == 0:
        raise UndeterminedError(
            "all facts are alike, so the constant, which no pull holds, grows without end"
        )
    raise UndeterminedError(
        f"no weights that fit best were found in {MOST_STEPS} steps. Repair: raise pull, now {pull:g}, or "
        "bring the columns of the design to a like size"
    )


@dataclass(frozen=True, eq=False)
class TraitModel:
    """A fitted score: which traits, how strongly each moves the odds, on how many customers it rests.

    features: names of the columns. weights: constant and one a feature, on log₂(1 + value). table: feature,
    odds_ratio (for a doubling of 1 + value), low, high (95 %). n: customers learned from. described: the
    table that the features come from.
    """

    features: tuple[str, ...]
    weights: NDArray[np.float64]
    table: pd.DataFrame
    n: int
    described: Table

    def predict(self, customers: pd.DataFrame) -> NDArray[np.float64]:
        """The probability of each customer, in the order of the rows; TableError for wrong columns."""
        rows = take_columns(customers, self.described, list(self.features))
        return to_share(_double(rows, self.features) @ self.weights)


def fit_traits(
    rows: pd.DataFrame, facts: NDArray[np.bool_], *, features: Sequence[str], described: Table
) -> TraitModel:
    """Learn how the odds of a yes change when a trait doubles: weights on log₂(1 + value).

    rows: the features, checked, one row a customer; negative values (a loss) count as 0. facts: one yes or no
    a row. Raises UndeterminedError if the traits tell the outcome perfectly or one repeats another.
    """
    fit = fit_logistic(_double(rows, features), facts.astype(float))
    weights, half = fit.weights[1:], quantile(0.95) * np.sqrt(np.diag(fit.covariance))[1:]
    table = pd.DataFrame({"feature": list(features), "odds_ratio": np.exp(weights)})
    table["low"], table["high"] = np.exp(weights - half), np.exp(np.minimum(weights + half, 700))
    return TraitModel(tuple(features), fit.weights, table, len(rows), described)


def _double(rows: pd.DataFrame, features: Sequence[str]) -> NDArray[np.float64]:
    values = rows[list(features)].to_numpy(dtype=float)
    return np.column_stack([np.ones(len(values)), np.log2(1 + np.maximum(values, 0))])
