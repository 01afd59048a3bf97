"""What a picture shows, as plain values, so that tests can hold it against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle


def catch_live(monkeypatch: Any, module: ModuleType, call: Callable[[], Any]) -> dict[str, Any]:
    """What an explore function hands on: the drawing function, its controls and the text for the blind."""
    caught: dict[str, Any] = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    return caught


def read_frame(ax: Axes) -> dict[str, Any]:
    """Title, labels, and what is written at the ticks and in the legend."""
    legend = ax.get_legend()
    found = {
        "title": ax.get_title(),
        "x": ax.get_xlabel(),
        "y": ax.get_ylabel(),
        "rows": [label.get_text() for label in ax.get_yticklabels()],
        "legend": [text.get_text() for text in legend.get_texts()] if legend else [],
    }
    return {key: value for key, value in found.items() if value}


def read_lines(ax: Axes) -> list[tuple[str, str, str, list[float], list[float]]]:
    """Colour, dash, marker and points of each line, in the order of drawing."""
    return [
        (
            to_hex(line.get_color()).upper(),
            line.get_linestyle(),
            "" if line.get_marker() == "None" else line.get_marker(),
            _plain(line.get_xdata()),
            _plain(line.get_ydata()),
        )
        for line in ax.lines
    ]


def read_bars(ax: Axes) -> list[tuple[str, float, float, float, float]]:
    """Colour, left and lower end, width and height of each bar."""
    return [
        (to_hex(bar.get_facecolor()).upper(), *_plain([*bar.get_xy(), bar.get_width(), bar.get_height()]))
        for bar in ax.patches
        if isinstance(bar, Rectangle)
    ]


def read_whiskers(ax: Axes) -> list[list[list[float]]]:
    """Ends of the intervals that `errorbar` draws: from and to, each x and y."""
    drawn = [one for one in ax.collections if isinstance(one, LineCollection)]
    return [[_plain(point) for point in segment] for one in drawn for segment in one.get_segments()]


def read_texts(ax: Axes) -> list[tuple[str, float, float]]:
    """What is written inside a picture, and where."""
    return [(text.get_text(), *_plain(getattr(text, "xy", text.get_position()))) for text in ax.texts]


def _plain(values: Any) -> list[float]:
    return [float(value) for value in np.round(np.asarray(values, dtype=float), 4)]
