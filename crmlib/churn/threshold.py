"""From a probability to a decision: whom to contact, given what a contact costs and can save (I-04, I-05).

A model says how likely a customer is to leave. Whether to write to her depends on two further numbers that
no model of leaving contains: what she is worth, and what share of leavers a letter keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent
from crmlib.tables.options import read_fates, read_number, read_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def find_threshold(*, contact_cost_cny: float, value_cny: float, saved_share: float) -> float:
    """From which probability of leaving on a contact pays for itself.

    A contact to a customer who leaves with probability p earns p · saved_share · value_cny on average, so it
    pays from p* = contact_cost_cny / (saved_share · value_cny) on. Above 1 no contact pays. Raises ValueError
    for numbers that are not above 0, or saved_share above 1.

    >>> find_threshold(contact_cost_cny=2, value_cny=100, saved_share=0.1)
    0.2
    """
    words = "numbers above 0, and a share of at most 1"
    for name, value in (("contact_cost_cny", contact_cost_cny), ("value_cny", value_cny)):
        read_number(value, f"find_threshold: {name}", words, limits=">0")
    read_number(saved_share, "find_threshold: saved_share", words, limits=">0")
    read_number(saved_share, "find_threshold: saved_share", words, limits="0..1")
    return contact_cost_cny / (saved_share * value_cny)


def count_profit_by_threshold(
    probability: ArrayLike,
    gone: ArrayLike,
    value_cny: ArrayLike,
    *,
    contact_cost_cny: float,
    saved_share: float,
    thresholds: Sequence[float] = tuple(np.arange(0, 1.01, 0.05).round(2)),
) -> pd.DataFrame:
    """What contacting everybody above a threshold would have earned, on customers whose fate is known.

    Profit = Σ over the contacted of gone · saved_share · value_cny − contact_cost_cny. probability, gone,
    value_cny: one entry a customer (value_cny may be one number). saved_share is an assumption until a trial
    has measured it. Columns: threshold, contacted, leavers_contacted, profit_cny. Raises ValueError for
    lengths that differ, numbers that are not finite and probabilities outside 0 to 1.

    >>> count_profit_by_threshold([0.9, 0.1], [True, False], 100.0, contact_cost_cny=2, saved_share=0.1,
    ...                           thresholds=[0.0, 0.5])
       threshold  contacted  leavers_contacted  profit_cny
    0        0.0          2                  1         6.0
    1        0.5          1                  1         8.0
    """
    chance, left, value = _read(probability, gone, value_cny, "count_profit_by_threshold: ")
    read_numbers(thresholds, "count_profit_by_threshold: thresholds", "shares from 0 to 1", limits="0..1")
    find_threshold(contact_cost_cny=contact_cost_cny, value_cny=1.0, saved_share=saved_share)
    return _count(chance, left * saved_share * value - contact_cost_cny, left, thresholds)


def _read(
    probability: ArrayLike, gone: ArrayLike, value_cny: ArrayLike, where: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Probability, fate and value of each customer; a single value holds for everybody."""
    chance = read_numbers(probability, f"{where}probability", "probabilities from 0 to 1", limits="0..1")
    left = read_fates(gone, f"{where}gone")
    values: Any = value_cny if np.iterable(value_cny) else [value_cny] * len(chance)
    value = read_numbers(values, f"{where}value_cny", "finite values in yuan")
    if not len(chance) == len(left) == len(value):
        raise ValueError(
            f"{where}{len(chance)} probabilities, {len(left)} fates, {len(value)} values; expected one "
            "finite probability, fate and value a customer."
        )
    return chance, left, value


def _count(
    chance: NDArray[np.float64],
    gain: NDArray[np.float64],
    left: NDArray[np.bool_],
    thresholds: Sequence[float],
) -> pd.DataFrame:
    rows = []
    for threshold in thresholds:
        chosen = chance >= threshold
        rows.append((threshold, int(chosen.sum()), int(left[chosen].sum()), float(gain[chosen].sum())))
    return pd.DataFrame(rows, columns=["threshold", "contacted", "leavers_contacted", "profit_cny"])


def explore_threshold(probability: ArrayLike, gone: ArrayLike, value_cny: ArrayLike) -> None:
    """Drag cost, value saved and threshold: where the profit peaks, and what the formula earns.

    One threshold for all, by the formula with the mean value, is an upright line. The level line is the
    profit of the formula with each customer's own value, which no threshold of risk alone can follow.
    Arguments as for `count_profit_by_threshold`.
    """
    chance, left, value = _read(probability, gone, value_cny, "explore_threshold: ")
    grid = np.linspace(0, 1, 51)

    def draw(ax: Axes, cost: float, saved_percent: int, threshold_percent: int) -> None:
        gain = left * (saved_percent / 100) * value - cost
        profit = _count(chance, gain, left, grid.tolist())["profit_cny"]
        ax.plot(grid, profit, color=COLOURS["estimate"], linewidth=2)
        ax.axhline(0, color="black", linewidth=0.8)
        ax.axvline(threshold_percent / 100, color=COLOURS["truth"], linestyle=":", label="your threshold")
        formula = find_threshold(
            contact_cost_cny=cost, value_cny=float(value.mean()), saved_share=saved_percent / 100
        )
        if formula <= 1:
            ax.axvline(formula, color=COLOURS["claim"], linewidth=2, label="formula with the mean value")
        own = chance * (saved_percent / 100) * value > cost
        label = "formula with each own value"
        ax.axhline(gain[own].sum(), color=COLOURS["treated"], linestyle="--", label=label)
        chosen = chance >= threshold_percent / 100
        ax.set_title(f"{chosen.sum():,} contacted: {gain[chosen].sum():+,.0f} yuan", fontsize=10)
        format_money(ax.yaxis)
        format_percent(ax.xaxis)
        ax.set(xlabel="contact from this forecast on", ylabel="profit (yuan)")
        ax.legend(frameon=False, loc="best", fontsize="small")

    explore(
        draw,
        controls={
            "cost": Slider("a contact costs (yuan)", 0.5, 20.0, 3.0, 0.5),
            "saved_percent": Slider("leavers kept by it (%)", 1, 50, 10, 1),
            "threshold_percent": Slider("contact from (%)", 0, 100, 30, 2),
        },
        alt="Profit of contacting everybody above a threshold, against the threshold, with an upright line "
        "where the formula with the mean value puts it and a level line at what each own value earns.",
    )
