"""How good is a forecast, whatever it forecasts: does it mean what it says, and whom does it reach first?

Chapter 1 asks it of buyers, chapter 5 of leavers, both times of customers whom the model has not seen. A
score can put the right customers first and still be wrong as a probability, so there are two questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_fates, read_instance, read_number, read_numbers, read_text
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CALIBRATION = describe_result(
    "calibration", dict.fromkeys(("forecast", "observed_share", "low", "high"), "number 0..1")
)
LINES = (("estimate", "-"), ("claim", "--"), ("treated", ":"), ("low", "-."))


def read_scores(
    score: ArrayLike, facts: ArrayLike, where: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A finite score and a fact (true or false) for each customer, with both kinds of facts among them."""
    values = read_numbers(score, f"{where}: score", "a finite score for each customer")
    happened = read_fates(facts, f"{where}: facts")
    if len(values) != len(happened):
        raise ValueError(f"{where}: {len(values)} scores, {len(happened)} facts, expected as many of each.")
    if happened.all() or not happened.any():
        raise ValueError(
            f"{where}: the facts of all {len(happened)} customers are {bool(happened[0])}; there is nothing "
            "to rank."
        )
    return values, happened


def measure_calibration(probability: ArrayLike, facts: ArrayLike, *, groups: int = 8) -> pd.DataFrame:
    """Does "30 % likely" mean that it happens to 30 of 100? Forecast and fact in groups of equal size.

    probability: from 0 to 1, one a customer. facts: as many true or false. Customers with the same forecast
    stay together, in the group that holds the middle of them; so groups may differ in size, there may be
    fewer of them, and the order of the rows decides nothing. Columns: forecast (mean of the group),
    observed_share (for whom it came true), low, high (Wilson), n; the lowest forecast first. Raises
    ValueError if the two do not fit together, or if all facts are alike.

    >>> calibration = measure_calibration([0.1, 0.3, 0.6, 0.8], [False, False, True, True], groups=2)
    >>> calibration[["forecast", "observed_share", "n"]]
       forecast  observed_share  n
    0       0.2             0.0  2
    1       0.7             1.0  2
    """
    read_numbers(probability, "measure_calibration: probability", "probabilities from 0 to 1", limits="0..1")
    forecasts, happened = read_scores(probability, facts, "measure_calibration")
    read_number(groups, "measure_calibration: groups", "at least 1", limits="1..", whole=True)
    group = _split_ties(forecasts, min(groups, len(forecasts)))
    rows = []
    for part in (group == number for number in np.unique(group)):
        found = estimate_share(int(happened[part].sum()), int(part.sum()))
        rows.append((float(forecasts[part].mean()), found.value, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["forecast", "observed_share", "low", "high", "n"])


def _split_ties(values: NDArray[np.float64], groups: int) -> NDArray[np.int64]:
    """The group of each value, from the lowest on: groups of equal size, but equal values share one.

    >>> _split_ties(np.array([0.1, 0.2, 0.3, 0.4, 0.9]), 2).tolist()
    [0, 0, 0, 1, 1]
    >>> _split_ties(np.array([0.2, 0.2, 0.2, 0.2, 0.9]), 2).tolist()  # their middle is in the first
    [0, 0, 0, 0, 1]
    """
    _, kinds, sizes = np.unique(values, return_inverse=True, return_counts=True)
    places = [len(part) for part in np.array_split(np.arange(len(values)), groups)]
    middle = np.cumsum(sizes) - sizes + (sizes - 1) // 2
    return np.repeat(np.arange(groups), places)[middle][kinds]


def measure_lift(score: ArrayLike, facts: ArrayLike, *, steps: int = 20) -> pd.DataFrame:
    """If the customers with the highest scores are taken first, how many of those looked for are reached?

    score: any finite number, one a customer; facts: true for those looked for. Customers with the same score
    are taken at random, so that each of them counts as their mean, and the order of the rows decides nothing.
    Columns: taken_share (of all customers), reached_share (of those looked for), lift (reached_share /
    taken_share: how much more often they are met than at random). Errors as `measure_calibration`.

    >>> measure_lift([4, 3, 2, 1], [True, True, False, False], steps=2)
       taken_share  reached_share  lift
    0          0.5            1.0   2.0
    1          1.0            1.0   1.0
    >>> measure_lift([1, 1, 1, 1], [True, True, False, False], steps=2)["lift"].tolist()
    [1.0, 1.0]
    """
    values, happened = read_scores(score, facts, "measure_lift")
    read_number(steps, "measure_lift: steps", "at least 1", limits="1..", whole=True)
    steps = min(steps, len(values))
    counts = np.unique(-(-np.arange(1, steps + 1) * len(values) // steps))  # rounded up, in whole numbers
    _, kinds, sizes = np.unique(-values, return_inverse=True, return_counts=True)
    met = np.cumsum([0, *np.bincount(kinds, weights=happened)])  # up to the end of each score
    reached = np.interp(counts, np.cumsum([0, *sizes]), met) / happened.sum()
    share = counts / len(values)
    return pd.DataFrame({"taken_share": share, "reached_share": reached, "lift": reached / share})


def plot_calibration(
    calibration: pd.DataFrame,
    *,
    xlabel: str = "forecast probability",
    ylabel: str = "share for whom it came true",
    ax: Axes | None = None,
) -> Axes:
    """Forecast against fact with intervals: on the diagonal a probability means what it says.

    calibration: the table of `measure_calibration`. xlabel, ylabel: what was forecast, and what happened.
    """
    table = take_result(calibration, CALIBRATION)
    ax = new_axes(ax, width=4.8, height=3.8)
    observed = table["observed_share"]
    error = reach(observed, table["low"], table["high"])
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["truth"], label="forecast = fact")
    ax.errorbar(table["forecast"], observed, error, fmt="o", capsize=3, color=COLOURS["estimate"])
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.set(xlabel=read_text(xlabel, "xlabel"), ylabel=read_text(ylabel, "ylabel"))
    ax.legend(frameon=False, loc="upper left")
    return ax


def plot_lift(
    scores: dict[str, ArrayLike],
    facts: ArrayLike,
    *,
    xlabel: str = "customers taken, highest score first",
    ylabel: str = "of those looked for, share reached",
    ax: Axes | None = None,
) -> Axes:
    """Share reached against share taken: one line a score; the diagonal is taking customers at random.

    scores: name of the score → one number a customer; one to four of them. facts: as in `measure_lift`.
    xlabel, ylabel: who is taken, and who is looked for.
    """
    read_instance(scores, "scores", dict)
    if not 1 <= len(scores) <= len(LINES):
        raise ValueError(f"plot_lift: {len(scores)} scores, expected 1 to {len(LINES)}.")
    tables = {name: measure_lift(score, facts) for name, score in scores.items()}
    ax = new_axes(ax, width=5.4, height=3.8)
    for (name, table), (colour, line) in zip(tables.items(), LINES, strict=False):
        x, y = [0.0, *table["taken_share"]], [0.0, *table["reached_share"]]
        ax.plot(x, y, line, color=COLOURS[colour], linewidth=2, label=name)
    ax.plot([0, 1], [0, 1], color=COLOURS["control"], linewidth=1, label="at random")
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.set(xlabel=read_text(xlabel, "xlabel"), ylabel=read_text(ylabel, "ylabel"))
    ax.legend(frameon=False, loc="lower right")
    return ax
