"""What a reader sees on a chart, told in lines of text that a test compares with those written by hand.

Told are the size of the picture, titles, fixed ticks, the legend, and every line, bar, interval, area, dot
and text with its numbers, colour and emphasis. Left out is what changes no meaning: sizes of letters, ends of
intervals, margins, the place of the legend.
"""

from __future__ import annotations

import datetime
import re
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    from matplotlib.container import BarContainer

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
    from matplotlib.container import ErrorbarContainer

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
    from matplotlib.colors import to_hex

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
