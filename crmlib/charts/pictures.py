"""From a figure to a picture in a notebook: what `show_chart` and `explore` are made of."""

from __future__ import annotations

import base64
import html
import io
from typing import TYPE_CHECKING, Any, cast

from crmlib.ground.notebook import in_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

SCREEN_DPI = 100  # a chart of 6.4 inches is shown 640 pixels wide
STORED_DPI = 150  # and stored sharper, for screens with small pixels
TITLE_POINTS = 10  # of the titles of all figures

# Spoken by screen readers, not shown on the screen.
UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"


def make_figure(*, width: float, height: float, pyplot: bool = False) -> Figure:
    """Make an empty figure that is drawn without a display.

    Args:
        width: in inches.
        height: in inches.
        pyplot: True to let pyplot know the figure, which shows it at the end of a notebook cell.

    >>> make_figure(width=6.4, height=3.6).get_size_inches().tolist()
    [6.4, 3.6]
    """
    if pyplot:
        from matplotlib import pyplot as plt

        return plt.figure(figsize=(width, height), dpi=SCREEN_DPI, layout="constrained")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=SCREEN_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def style_axes(ax: Axes) -> Axes:
    """Give axes a light grid behind the data and no upper and right border; return them.

    >>> style_axes(make_figure(width=3, height=2).add_subplot()).spines["top"].get_visible()
    False
    """
    ax.grid(visible=True, color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def finish_titles(figure: Figure) -> None:
    """Let each title of a figure begin with a capital letter, and give all figures titles of one size.

    >>> ax = make_figure(width=3, height=2).add_subplot()
    >>> _ = ax.set_title("best: 40 % for winning")
    >>> finish_titles(ax.figure)
    >>> ax.get_title(), ax.title.get_fontsize()
    ('Best: 40 % for winning', 10.0)
    """
    from matplotlib.text import Text

    for ax in figure.axes:
        titles = {ax.get_title(loc="left"), ax.get_title(loc="center"), ax.get_title(loc="right")} - {""}
        for artist in (text for text in ax.get_children() if isinstance(text, Text)):
            words = artist.get_text()
            if words in titles:
                artist.set_text(words[:1].upper() + words[1:])
                artist.set_fontsize(TITLE_POINTS)


def render_png(figure: Figure, *, dpi: int) -> bytes:
    """Draw a figure as a PNG picture to be stored; one version of matplotlib always gives the same bytes.

    Args:
        figure: the figure.
        dpi: pixels an inch.

    >>> render_png(make_figure(width=3, height=2), dpi=100)[:4]
    b'\x89PNG'
    """
    finish_titles(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"optimize": True})
    return buffer.getvalue()


def render_png_fast(figure: Figure) -> bytes:
    """Draw a figure of `make_figure` as a PNG picture to be shown once, in half the time of `render_png`.

    >>> render_png_fast(make_figure(width=3, height=2))[:4]
    b'\x89PNG'
    """
    from PIL import Image

    finish_titles(figure)
    canvas = cast("FigureCanvasAgg", figure.canvas)
    canvas.draw()
    buffer = io.BytesIO()
    Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).save(
        buffer, format="png", compress_level=1
    )
    return buffer.getvalue()


def clear_axes(ax: Axes) -> None:
    """Take everything drawn off the axes but keep their ticks, which take longest to make.

    Lines, bars, areas, texts, legend, labels and further axes are removed; limits follow the data again and
    no axis is inverted. Scales and tick formats stay: the next drawing is taken to set the same ones.

    >>> ax = make_figure(width=3, height=2).add_subplot()
    >>> _ = ax.bar([1, 2], [3, 4])
    >>> clear_axes(ax)
    >>> len(ax.patches), len(ax.containers), len(ax.get_xticks()) > 0
    (0, 0, True)
    """
    for other in [other for other in ax.figure.axes if other is not ax] + list(ax.child_axes):
        other.remove()
    ax.containers.clear()
    for artist in [*ax.lines, *ax.patches, *ax.collections, *ax.texts, *ax.images, *ax.artists, *ax.tables]:
        artist.remove()
    legend = ax.get_legend()
    if legend is not None:
        legend.remove()
    ax.set_prop_cycle(None)
    ax.set(xlabel="", ylabel="", title="")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_inverted(False)
    ax.relim()
    ax.autoscale(True)
    ax.set(xlim=(0, 1), ylim=(0, 1), autoscale_on=True)


def publish_picture(png: bytes, *, width: float, alt: str, more: dict[str, Any] | None = None) -> None:
    """Show a picture in a notebook together with the text that stands for it; elsewhere print the text.

    Args:
        png: the picture.
        width: its width in inches.
        alt: what it shows.
        more: further representations of the same output, by MIME type, such as a widget.

    Raises:
        ValueError: the text is empty.

    >>> publish_picture(b"", width=6.4, alt="Two lines that cross at 4,000 yuan.")
    Two lines that cross at 4,000 yuan.
    """
    if not alt.strip():
        raise ValueError("alt: expected a sentence that says what the chart shows, found an empty text.")
    if not in_notebook():
        print(alt)
        return
    from IPython.display import display

    bundle = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": alt, **(more or {})}
    display(bundle, metadata={"image/png": {"alt": alt, "width": round(width * SCREEN_DPI)}}, raw=True)
    display({"text/html": hide_text(alt), "text/plain": alt}, raw=True)


def publish_hint(text: str) -> None:
    """Show the line above a picture that says where to look first; outside a notebook print it.

    Args:
        text: one sentence.

    >>> publish_hint("The line on the left.")
    Read this first: The line on the left.
    """
    said = f"Read this first: {text}"
    if not in_notebook():
        print(said)
        return
    from IPython.display import display

    lead, _, sentence = said.partition(": ")
    display({"text/html": f"<b>{lead}:</b> {html.escape(sentence)}", "text/plain": said}, raw=True)


def hide_text(text: str) -> str:
    """Return HTML that screen readers speak and screens do not show.

    >>> hide_text("low < high").endswith(">low &lt; high</span>")
    True
    """
    return f'<span style="{UNSEEN}">{html.escape(text)}</span>'
