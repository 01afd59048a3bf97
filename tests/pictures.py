"""What a reader sees on a picture, so that tests can hold it against what was worked out by hand.

`describe_figure` tells all of it in lines of text: the size, titles, fixed ticks, the legend, and every line,
bar, interval, area, dot and text with its numbers, colour and emphasis. Left out is what changes no meaning:
sizes of letters, ends of intervals, margins, the place of the legend. The functions that read give one kind
of thing as plain values.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.patches import Rectangle

WORDS = {
    "#000000": "black",
    "#ffffff": "white",
    "#0072b2": "blue",
    "#e69f00": "orange",
    "#006b4e": "green",
    "#d98cbb": "pink",
    "#a6a6a6": "grey",
    "#c04a00": "rust",
    "#56b4e9": "sky",
    "#0b2545": "navy",
}


def describe_figure(ax: Axes) -> list[str]:
    """Everything on the axes that carries meaning, one line a thing; compare it with `lines_of`."""
    parts = [_describe_frame(ax), _describe_legend(ax), _describe_bars(ax), _describe_intervals(ax)]
    parts += [_describe_lines(ax), _describe_areas(ax), _describe_texts(ax)]
    return [line.rstrip().replace("\n", " / ") for part in parts for line in part]


def lines_of(text: str) -> list[str]:
    """The lines of a description written by hand; a line that is indented continues the one before."""
    joined = re.sub(r"\n +", " ", textwrap.dedent(text).strip())
    return joined.splitlines()


def _describe_frame(ax: Axes) -> list[str]:
    figure = ax.get_figure()
    width, height = figure.get_size_inches()
    lines = [
        f"picture: {_tell(width)} × {_tell(height)}",
        f"title: {ax.get_title() or ax.get_title(loc='right')}",
    ]
    for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        lines.append(f"{name}: {axis.get_label_text()}")
        names = [tick.get_text() for tick in axis.get_ticklabels()]
        if type(axis.get_major_locator()).__name__ in ("FixedLocator", "StrCategoryLocator"):
            places = ", ".join(map(_tell, axis.get_ticklocs()))
            lines.append(f"{name} ticks at {places}: {' | '.join(names)}")
        if axis.get_inverted():
            lines.append(f"{name} runs backwards")
    return [line for line in lines if not line.endswith(": ")]


def _describe_legend(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    if legend is None:
        return []
    title = legend.get_title().get_text()
    names = [text.get_text() for text in legend.get_texts()]
    frame = " in a frame" if legend.get_frame_on() else ""
    return [f"legend{frame}{f' ({title})' if title else ''}: {' | '.join(names)}"]


def _describe_bars(ax: Axes) -> list[str]:
    lines = []
    for group in ax.containers:
        if isinstance(group, BarContainer):
            horizontal = group.orientation == "horizontal"
            colours = [_name(bar.get_facecolor()) + f" {bar.get_hatch() or ''}".rstrip() for bar in group]
            ends = [
                (_tell(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_x() + bar.get_width())
                if horizontal
                else (_tell(bar.get_x() + bar.get_width() / 2), bar.get_y(), bar.get_y() + bar.get_height())
                for bar in group
            ]
            told = ", ".join(f"{place}: {_tell(start)} to {_tell(end)}" for place, start, end in ends)
            lines.append(f"bars{_label(group)} {'/'.join(dict.fromkeys(colours))}: {told}")
    return lines


def _describe_intervals(ax: Axes) -> list[str]:
    lines = []
    for group in ax.containers:
        if isinstance(group, ErrorbarContainer):
            for bars in group.lines[2]:
                ends = [f"{_point(one[0])} to {_point(one[-1])}" for one in bars.get_segments()]
                lines.append(f"intervals{_label(group)} {_name(bars.get_color()[0])}: {', '.join(ends)}")
    return lines


def _describe_lines(ax: Axes) -> list[str]:
    caps = {
        id(cap) for group in ax.containers if len(getattr(group, "lines", ())) > 1 for cap in group.lines[1]
    }
    lines = []
    for line in ax.get_lines():
        if id(line) in caps:
            continue
        label = _label(line)
        marker = line.get_marker() if line.get_marker() not in ("None", None) else ""
        style = line.get_linestyle() if line.get_linestyle() != "None" else ""
        width = line.get_linewidth()
        weight = (" thin" if width < 1 else " thick" if width > 1.6 else "") if style else ""
        hollow = "hollow " if marker and str(line.get_markerfacecolor()) == "none" else ""
        look = f"{_name(line.get_color())} {hollow}{marker}{style}{weight}"
        x, y = np.atleast_1d(line.get_xdata(), line.get_ydata())
        if line.get_transform() == ax.get_xaxis_transform():
            lines.append(f"upright{label} {look}: x = {_tell(x[0])}")
        elif line.get_transform() == ax.get_yaxis_transform():
            lines.append(f"level{label} {look}: y = {_tell(y[0])}")
        else:
            lines.append(f"line{label} {look}: {_points(list(zip(x, y, strict=True)))}")
    return lines


def _describe_areas(ax: Axes) -> list[str]:
    lines = []
    whiskers = {id(bars) for group in ax.containers for bars in getattr(group, "lines", [[], [], []])[2]}
    for area in ax.collections:
        if id(area) in whiskers:
            continue
        kind, label = type(area).__name__, _label(area)
        if kind == "PathCollection":
            lines.append(f"dots{label} {_name(area.get_facecolor()[0])}: {_points(area.get_offsets())}")
        elif kind == "LineCollection":
            ends = [f"{_point(one[0])} to {_point(one[-1])}" for one in area.get_segments()]
            lines.append(f"spans{label} {_name(area.get_color()[0])}: {', '.join(ends)}")
        elif kind in ("PolyCollection", "FillBetweenPolyCollection"):
            corners = np.unique(area.get_paths()[0].vertices.round(6), axis=0)
            lines.append(f"area{label} {_name(area.get_facecolor()[0])}: {_points(corners)}")
    for image in ax.images:
        low, high = image.get_clim()
        rows = [" ".join(map(_tell, row)) for row in np.asarray(image.get_array())]
        lines.append(f"tiles {image.get_cmap().name} {_tell(low)} to {_tell(high)}: {' | '.join(rows)}")
    return lines


def _describe_texts(ax: Axes) -> list[str]:
    groups: dict[str, list[str]] = {}
    for text in ax.texts:
        place = getattr(text, "xy", text.get_position())
        look = f"texts {_name(text.get_color())} ({text.get_ha()}, {text.get_va()})"
        groups.setdefault(look, []).append(f"{_point(place)} {text.get_text()}")
    return [f"{look}: {', '.join(texts)}" for look, texts in groups.items()]


def _label(drawn: Any) -> str:
    """The name by which the legend knows it; names that begin with an underscore stay out of the legend."""
    return "" if drawn.get_label().startswith("_") else f" {drawn.get_label()!r}"


def _name(colour: Any) -> str:
    found = to_hex(colour)
    return WORDS.get(found, found)


def _tell(number: Any) -> str:
    if isinstance(number, np.datetime64 | datetime.date):  # a timestamp is a date, too
        return str(np.datetime64(number, "m" if str(number)[11:16] not in ("", "00:00") else "D"))
    return f"{float(number) + 0.0:.4g}".replace("-0", "0") if abs(number) < 1e-9 else f"{number:.4g}"


def _point(place: Any) -> str:
    return f"({', '.join(one if isinstance(one, str) else _tell(one) for one in place)})"


def _points(places: Any) -> str:
    """All points, or of many the first, the middle and the last."""
    if len(places) > 12:
        places = [places[0], places[len(places) // 2], places[-1]]
        return f"{' … '.join(map(_point, places))}"
    return " ".join(map(_point, places))


def catch_live(monkeypatch: Any, module: ModuleType, call: Callable[[], Any]) -> dict[str, Any]:
    """What an explore function hands on: the drawing function, its controls and the text for the blind."""
    caught: dict[str, Any] = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    return caught


def read_sliders(live: dict[str, Any]) -> dict[str, tuple[float, float, float, float]]:
    """Low, high, start and step of each slider of a live figure that `catch_live` has caught."""
    controls = live["controls"].items()
    return {name: (one.low, one.high, one.start, one.step) for name, one in controls}


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
