"""How good is a forecast of who leaves: does it rank, does it mean what it says, whom does it reach? (I-04)

A score can put leavers first and still be wrong as a probability; both questions are asked here, of customers
whose fate is known and whom the model has not seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.estimates.forecasts import LINES, draw_forecasts, draw_rankings, follow_ranking, group_forecasts
from crmlib.tables.options import read_fates, read_number, read_numbers
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CALIBRATION = describe_result(
    "calibration", dict.fromkeys(["forecast", "gone_share", "low", "high"], "number 0..1")
)


def score_ranking(score: ArrayLike, gone: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """How well a score ranks: chance that one who left scores higher than one who stayed (0.5: a coin).

    Area under the curve by ranks (Mann and Whitney), ties count half; interval by Hanley and McNeil (1982).
    score: finite numbers, higher for more at risk. gone: as many true or false. Raises ValueError if the
    lengths differ, a score is missing, or only one of the two groups is there.

    >>> round(score_ranking([0.9, 0.4, 0.6, 0.1], [True, True, False, False]).value, 2)   # 3 of 4 pairs
    0.75
    """
    values, left = _read_scores(score, gone, "score_ranking")
    ranks = pd.Series(values).rank().to_numpy()
    n, m = int(left.sum()), int((~left).sum())
    area = float((ranks[left].sum() - n * (n + 1) / 2) / (n * m))
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
    half = quantile(confidence) * float(np.sqrt(max(0.0, spread) / (n * m)))
    return Estimate(area, max(0.0, area - half), min(1.0, area + half), n=n + m)


def _read_scores(
    score: ArrayLike, gone: ArrayLike, where: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values = read_numbers(score, f"{where}: score", "a finite score for each customer")
    left = read_fates(gone, f"{where}: gone")
    if values.shape != left.shape:
        raise ValueError(
            f"{where}: {len(values)} scores, {len(left)} fates, expected a finite score for each customer."
        )
    if left.all() or not left.any():
        raise ValueError(f"{where}: all {len(left)} customers left or all stayed; there is nothing to rank.")
    return values, left


def measure_calibration(probability: ArrayLike, gone: ArrayLike, *, groups: int = 8) -> pd.DataFrame:
    """Does "30 % at risk" mean that 30 of 100 leave? Forecast and fate in groups of equal size.

    Columns: forecast (mean probability of the group), gone_share, low, high (Wilson), n. Errors as
    `score_ranking`, and ValueError for probabilities outside 0 to 1.
    """
    values, left = _read_scores(probability, gone, "measure_calibration")
    read_numbers(values, "measure_calibration: probability", "probabilities from 0 to 1", limits="0..1")
    read_number(groups, "measure_calibration: groups", "at least 1", limits="1..", whole=True)
    return group_forecasts(values, left, groups=groups, share="gone_share")


def measure_lift(score: ArrayLike, gone: ArrayLike, *, steps: int = 20) -> pd.DataFrame:
    """If we contact those with the highest scores first, how many of the leavers do we reach?

    Columns: contacted_share, reached_share (of all leavers), lift (share of leavers among the contacted
    over the share among all). Errors as `score_ranking`.

    >>> measure_lift([4, 3, 2, 1], [True, False, True, False], steps=2)
       contacted_share  reached_share  lift
    0              0.5            0.5   1.0
    1              1.0            1.0   1.0
    """
    values, left = _read_scores(score, gone, "measure_lift")
    read_number(steps, "measure_lift: steps", "at least 1", limits="1..", whole=True)
    return follow_ranking(values, left, steps=steps, taken="contacted_share")


def plot_calibration(calibration: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Forecast against fate: on the diagonal a probability means what it says.

    calibration: the table of `measure_calibration`.
    """
    take_result(calibration, CALIBRATION)
    ax = new_axes(ax, width=4.8, height=3.8)
    draw_forecasts(ax, calibration, share="gone_share", fact="fate")
    ax.set(xlabel="forecast: probability to be gone", ylabel="share truly silent afterwards")
    return ax


def plot_lift(scores: dict[str, ArrayLike], gone: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Leavers reached against customers contacted: one line a score, the diagonal is contacting at random.

    scores: name of the score → one number a customer; one to four of them.
    """
    if not 1 <= len(scores) <= len(LINES):
        raise ValueError(f"plot_lift: {len(scores)} scores, expected 1 to {len(LINES)}.")
    tables = [(name, measure_lift(score, gone)) for name, score in scores.items()]
    ax = draw_rankings(new_axes(ax, width=5.4, height=3.8), tables)
    ax.set(xlabel="customers contacted, highest score first", ylabel="leavers reached")
    return ax
