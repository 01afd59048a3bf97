"""A dot with its interval on a horizontal line: the shape in which this library shows an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_interval(
    ax: Axes,
    place: float,
    value: float,
    low: float,
    high: float,
    *,
    colour: str,
    text: str,
    marker: str = "o",
) -> None:
    """Dot at value, a thick line from low to high, both on the height place; the text above the dot."""
    ax.plot([low, high], [place, place], color=colour, linewidth=3, solid_capstyle="butt")
    ax.plot(value, place, marker, color=colour, markeredgecolor="black", markeredgewidth=0.6, markersize=9)
    ax.annotate(text, (value, place), (0, 9), textcoords="offset points", ha="center")


def label_rows(ax: Axes, names: list[str]) -> None:
    """Names of the rows on the vertical axis, first row on top, with room for the text above the dots."""
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.margins(y=0.25)


def reach(value: Any, low: Any, high: Any) -> NDArray[np.float64]:
    """How far intervals reach below and above their values, as `errorbar` takes it: an array of two rows.

    A value may lie outside its interval, where that comes from repetitions; on that side nothing is drawn.

    >>> reach([5.0, 5.0], [4.0, 6.0], [7.0, 8.0]).tolist()
    [[1.0, 0.0], [2.0, 3.0]]
    """
    middle, ends = np.asarray(value, dtype=float), np.asarray([low, high], dtype=float)
    return np.maximum([middle - ends[0], ends[1] - middle], 0)
