"""Colours by meaning, formats for money and shares, and how a chart is shown.

Every `plot_…` function of this library draws on axes and returns them; it never shows or saves. In a notebook
`show_chart(ax, alt=…)` shows the chart with a text that says what it shows, and `explore(draw, …)` shows one
whose numbers can be changed with sliders.

The colours build on the palette of Okabe and Ito (2008), made for colour-blind readers. Colours that stand
side by side in one chart also differ in lightness, so that they survive a grey print.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, cast

from crmlib.charts.pictures import (
    STORED_DPI,
    make_figure,
    publish_hint,
    publish_picture,
    render_png,
    style_axes,
)
from crmlib.ground.notebook import in_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure


COLOURS = {
    "stayed": "#0072B2",
    "left": "#E69F00",
    "satisfied": "#006B4E",
    "dissatisfied": "#D98CBB",
    "member": "#0072B2",
    "no_card": "#A6A6A6",
    "treated": "#C04A00",
    "control": "#A6A6A6",
    "truth": "#000000",
    "estimate": "#0072B2",
    "claim": "#E69F00",
    "low": "#56B4E9",
    "medium": "#0072B2",
    "high": "#0B2545",
    "osmanthus": "#C04A00",
    "rival": "#A6A6A6",
    "gain": "#0072B2",
    "loss": "#E69F00",
}

# Meanings that stand side by side in one chart; the tests hold their colours apart, in grey as well.
SEEN_TOGETHER = (
    ("stayed", "left"),
    ("satisfied", "dissatisfied"),
    ("satisfied", "left"),
    ("member", "no_card"),
    ("treated", "control"),
    ("truth", "estimate", "claim"),
    ("low", "medium", "high"),
    ("osmanthus", "rival"),
    ("gain", "loss"),
)


def new_axes(ax: Axes | None = None, *, width: float = 6.4, height: float = 3.6) -> Axes:
    """Return the axes to draw on: those that are given, or those of a new figure.

    In a notebook the figure belongs to pyplot, so that a chart which nobody shows appears below its cell.

    Args:
        ax: axes that exist, which are returned as they are; None makes new ones.
        width: width of a new figure in inches.
        height: height of a new figure in inches.

    Returns:
        Axes with a light grid and without the upper and right border.

    >>> ax = new_axes()
    >>> new_axes(ax) is ax
    True
    """
    if ax is not None:
        return ax
    return style_axes(make_figure(width=width, height=height, pyplot=in_notebook()).add_subplot())


def format_percent(axis: Axis, *, whole: float = 1.0) -> None:
    """Write the ticks of an axis as per cent, such as "25 %".

    Args:
        axis: `ax.xaxis` or `ax.yaxis`.
        whole: the value that is 100 %: 1 for shares, 100 for numbers that are per cent already.

    Raises:
        ValueError: whole is not above 0.

    >>> ax = new_axes()
    >>> format_percent(ax.yaxis)
    >>> ax.yaxis.get_major_formatter()(0.25)
    '25 %'
    """
    if not whole > 0:
        raise ValueError(f"whole: expected a number above 0, found {whole}.")
    axis.set_major_formatter(lambda value, _: f"{100 * value / whole:g} %".replace("-", "−"))


def format_money(axis: Axis) -> None:
    """Write the ticks of an axis as money, with commas for thousands; the unit belongs in the label.

    >>> ax = new_axes()
    >>> format_money(ax.xaxis)
    >>> ax.xaxis.get_major_formatter()(4000)
    '4,000'
    """
    axis.set_major_formatter(
        lambda value, _: f"{value:,.{0 if math.isclose(value, round(value)) else 2}f}".replace("-", "−")
    )


def show_chart(ax: Axes, *, alt: str, read_first: str = "") -> None:
    """Show a chart in a notebook, with a text for readers who cannot see it.

    The picture is stored with the text as its metadata, `{"image/png": {"alt": …}}`, which nbconvert's
    classic template turns into the picture's `alt`. JupyterLab 4.6 and nbconvert's lab template do not use it
    (seen in their pages). Therefore the same text follows the picture as a line that screen readers speak and
    screens do not show; it reaches the readers of both. Outside a notebook the text is printed.

    Args:
        ax: the axes of the chart; its figure is closed afterwards.
        alt: what the chart shows, in one or two sentences.
        read_first: one sentence above the picture that says where to look first; it must not tell the result.

    Raises:
        ValueError: the text is empty.

    >>> ax = new_axes()
    >>> show_chart(ax, alt="An empty chart.", read_first="The left end of the line.")
    Read this first: The left end of the line.
    An empty chart.
    """
    figure = cast("Figure", ax.figure)
    if read_first:
        publish_hint(read_first)
    publish_picture(render_png(figure, dpi=STORED_DPI), width=figure.get_figwidth(), alt=alt)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
