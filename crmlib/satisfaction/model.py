"""Holding other things equal: what goes with one more point where customers can choose (H-03).

A curve through shares can mislead: satisfied customers may also buy more often or have fewer rivals near
by. A logistic regression compares customers who are alike in these respects. Textbook knowledge that the
course sources lack.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS
from crmlib.estimates.estimate import quantile
from crmlib.estimates.logistic import LogisticFit, UndeterminedError, fit_logistic, to_share
from crmlib.satisfaction.answers import ANSWERS
from crmlib.satisfaction.curve import FEW, measure_repurchase_by_score
from crmlib.tables.options import read_flag
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CENTRE = 4  # odds are compared at this score, the most common one
LEVELS = ("low", "medium", "high")


def fit_repurchase(answers: pd.DataFrame, *, with_activity: bool = False) -> pd.DataFrame:
    """How the odds of leaving change with one more point of satisfaction, by competition (H-03).

    Logistic regression log(P(left) / P(stayed)) = αₖ + βₖ · (satisfaction − 4) [+ γ · log₂(1 +
    purchases_before)] with its own α and β for each level k of competition; exp(β) is the odds ratio, 1
    means no change. answers: satisfaction, left, competition, purchases_before; one row per customer.
    with_activity: compare customers who bought equally often in the period before. Columns: term,
    odds_ratio, low, high (95 %), p_value, n. Raises TableError for wrong columns, ValueError if a level of
    competition has too few answers to be fitted.

    >>> answers = pd.DataFrame({"satisfaction": [1, 2, 3, 4, 5, 5] * 9, "purchases_before": [1, 2, 3] * 18,
    ...                         "competition": ["low"] * 18 + ["medium"] * 18 + ["high"] * 18,
    ...                         "left": [True, False, False, True, False, False] * 9})
    >>> fit_repurchase(answers)["term"].tolist()       # doctest: +NORMALIZE_WHITESPACE
    ['one more point of satisfaction, competition low', 'one more point of satisfaction, competition medium',
     'one more point of satisfaction, competition high', 'the same, high against low',
     'competition medium against low, at score 4', 'competition high against low, at score 4']
    """
    rows = take_columns(
        answers, ANSWERS, ["satisfaction", "left", "competition", "purchases_before"], rows=20
    )
    design, contrasts = _design(rows, read_flag(with_activity, "with_activity"))
    fit = _fit(rows["left"], design)
    table = []
    for term, contrast in contrasts.items():
        value, error = float(contrast @ fit.weights), float(np.sqrt(contrast @ fit.covariance @ contrast))
        half, p_value = quantile(0.95) * error, 2 * NormalDist().cdf(-abs(value) / error)
        table.append((term, np.exp(value), np.exp(value - half), np.exp(value + half), p_value, len(rows)))
    return pd.DataFrame(table, columns=["term", "odds_ratio", "low", "high", "p_value", "n"])


def _design(
    rows: pd.DataFrame, with_activity: bool
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Columns: α and β of each level (and γ); and which sum of coefficients answers which question."""
    inside = np.column_stack([(rows["competition"] == level).to_numpy(dtype=float) for level in LEVELS])
    score = rows["satisfaction"].to_numpy(dtype=float) - CENTRE
    columns = [inside, inside * score[:, None]]
    if with_activity:
        columns.append(np.log2(1 + rows["purchases_before"].to_numpy(dtype=float))[:, None])
    design = np.hstack(columns)
    unit = np.eye(design.shape[1])
    contrasts = {
        f"one more point of satisfaction, competition {k}": unit[3 + i] for i, k in enumerate(LEVELS)
    }
    contrasts["the same, high against low"] = unit[5] - unit[3]
    contrasts["competition medium against low, at score 4"] = unit[1] - unit[0]
    contrasts["competition high against low, at score 4"] = unit[2] - unit[0]
    if with_activity:
        contrasts["twice as many purchases before"] = unit[6]
    return design, contrasts


def _fit(left: pd.Series, design: NDArray[np.float64]) -> LogisticFit:
    repair = "Join more answers, or compare shares with plot_repurchase_by_score instead."
    if np.linalg.matrix_rank(design) < design.shape[1] or left.nunique() < 2:
        raise ValueError(
            f"answers: a group has only one score, or all of {len(left)} left or stayed. {repair}"
        )
    try:
        return fit_logistic(design, left.to_numpy(dtype=float))
    except UndeterminedError as error:
        raise ValueError(
            f"answers: the scores tell leaving apart perfectly in some group. {repair}"
        ) from error


def explore_repurchase_curve(answers: pd.DataFrame) -> None:
    """Drag the number of rivals and watch the curve turn: the more of them, the steeper it is (H-03).

    Logistic regression of left on satisfaction, rivals (0 to 4) and their product; it is fitted once, an
    update only draws. The form of the curve is an assumption, so dots may lie outside its band. answers:
    satisfaction, left, rivals (see `add_competition`). Raises TableError for wrong columns, ValueError if
    the answers do not suffice.
    """
    rows = take_columns(answers, ANSWERS, ["satisfaction", "left", "rivals"], rows=20)
    fit = _fit(rows["left"], _cross(rows["satisfaction"], rows["rivals"]))
    observed = measure_repurchase_by_score(rows, by="rivals")

    def draw(ax: Axes, *, rivals: int, score: int) -> None:
        _draw_curve(ax, fit, observed[observed["n"] >= FEW], rivals=rivals, score=score)

    explore(
        draw,
        controls={
            "rivals": Slider("rivals within walking distance", 0, 4, 0, 1),
            "score": Slider("one more point, from score", 1, 4, 3, 1),
        },
        alt="Share of customers who came back by satisfaction score with 0 rivals: fitted curve with its "
        "band, observed shares with their intervals; thin grey lines, numbered, for other numbers of rivals.",
    )


def _cross(scores: ArrayLike, rivals: ArrayLike) -> NDArray[np.float64]:
    """The columns 1, satisfaction − 4, rivals, and (satisfaction − 4) · rivals."""
    score, number = np.broadcast_arrays(
        np.asarray(scores, dtype=float) - CENTRE, np.asarray(rivals, dtype=float)
    )
    return np.column_stack([np.ones_like(score), score, number, score * number])


def _predict_stayed(fit: LogisticFit, scores: ArrayLike, rivals: int) -> NDArray[np.float64]:
    """Per cent that come back, with its 95 % limits: one row a score; columns share, low, high."""
    design = _cross(scores, rivals)
    odds = design @ fit.weights
    half = quantile(0.95) * np.sqrt(np.einsum("ij,jk,ik->i", design, fit.covariance, design))
    return 100 * (1 - to_share(np.column_stack([odds, odds + half, odds - half])))


def _compare_scores(fit: LogisticFit, score: int, rivals: int) -> tuple[float, float, float]:
    """How many more of 100 come back at score + 1 than at score, with the 95 % limits (delta method).

    With p = P(left | x), the gradient of p is p(1 − p) x.
    """
    design = _cross([score, score + 1], rivals)
    left = to_share(design @ fit.weights)
    gradient = (left * (1 - left))[:, None] * design
    change = gradient[0] - gradient[1]
    gain, half = left[0] - left[1], quantile(0.95) * float(np.sqrt(change @ fit.covariance @ change))
    return 100 * gain, 100 * (gain - half), 100 * (gain + half)


def _draw_curve(ax: Axes, fit: LogisticFit, observed: pd.DataFrame, *, rivals: int, score: int) -> None:
    """The fitted curve for one number of rivals, and how far two scores lie apart there.

    Thick line and band: fitted share that comes back, with 95 % limits; dots: observed, with theirs; thin
    lines with a number: the other numbers of rivals. The title compares score and score + 1.
    """
    grid = np.linspace(1, 5, 41)
    for other in range(5):
        if other != rivals:
            line = _predict_stayed(fit, grid, other)[:, 0]
            ax.plot(grid, line, color="0.7", linewidth=0.8)
            ax.text(0.95, line[0], str(other), ha="right", va="center", color="0.4", fontsize=8)
    fitted = _predict_stayed(fit, grid, rivals)
    ax.fill_between(grid, fitted[:, 1], fitted[:, 2], color=COLOURS["estimate"], alpha=0.2)
    ax.plot(grid, fitted[:, 0], color=COLOURS["estimate"], linewidth=2.5, label=f"fitted, rivals: {rivals}")
    seen = observed[observed["group"] == rivals]
    share, low, high = (100 * seen[name] for name in ("stayed_share", "low", "high"))
    bars = reach(share, low, high)
    ax.errorbar(seen["satisfaction"], share, yerr=bars, fmt="o", color="black", capsize=2, label="observed")
    below, above = _predict_stayed(fit, [score, score + 1], rivals)[:, 0]
    ax.plot([score, score + 1, score + 1], [below, below, above], color="black", linewidth=1, linestyle="--")
    gain, least, most = _compare_scores(fit, score, rivals)
    limits = f"{round(least)} to {round(most)}"
    title = f"Score {score + 1} against {score}: {round(gain):+d} of 100 come back ({limits})"
    ax.set_title(title.replace("-", "−"), fontsize=10)
    ax.set(xlabel="satisfaction (score from 1 to 5)", ylabel="came back within the period (%)", ylim=(0, 102))
    ax.set_xlim(0.7, 5.2)
    ax.set_xticks(range(1, 6))
    ax.legend(frameon=False, loc="lower right")
