"""Charts whose numbers can be changed: sliders and choices, and the chart that is drawn anew for each."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmlib.charts.pictures import (
    SCREEN_DPI,
    STORED_DPI,
    clear_axes,
    make_figure,
    publish_picture,
    render_png,
    render_png_fast,
    style_axes,
)
from crmlib.ground.notebook import in_notebook
from crmlib.ground.spelling import suggest


@dataclass(frozen=True)
class Slider:
    """A number to drag, from `low` to `high` in steps; whole if all four numbers are whole.

    >>> Slider("rivals nearby", 0, 4, 1, 1).start
    1
    >>> Slider("rivals nearby", 0, 4, 5, 1)
    Traceback (most recent call last):
    ...
    ValueError: Slider 'rivals nearby': expected low < high, low <= start <= high, step > 0; found 0, 4, 5, 1.
    """

    label: str
    low: float
    high: float
    start: float
    step: float

    def __post_init__(self) -> None:
        """Refuse a slider that cannot be moved."""
        if not (self.low < self.high and self.low <= self.start <= self.high and self.step > 0):
            raise ValueError(
                f"Slider {self.label!r}: expected low < high, low <= start <= high, step > 0; "
                f"found {self.low}, {self.high}, {self.start}, {self.step}."
            )

    @property
    def is_whole(self) -> bool:
        """True if the slider gives whole numbers."""
        return all(isinstance(number, int) for number in (self.low, self.high, self.start, self.step))


@dataclass(frozen=True)
class Choice:
    """One of several options to choose.

    >>> Choice("zone", ("low", "medium", "high"), "medium").start
    'medium'
    >>> Choice("zone", ("low", "medium", "high"), "hihg")
    Traceback (most recent call last):
    ...
    ValueError: Choice 'zone': start 'hihg' is not among the options low, medium, high. Did you mean 'high'?
    """

    label: str
    options: tuple[str, ...]
    start: str

    def __post_init__(self) -> None:
        """Refuse a start that is no option."""
        if self.start not in self.options:
            raise ValueError(
                f"Choice {self.label!r}: start {self.start!r} is not among the options "
                f"{', '.join(self.options)}.{suggest(self.start, self.options)}"
            )


def explore(
    draw: Callable[..., Any],
    *,
    controls: Mapping[str, Slider | Choice],
    alt: str,
    width: float = 6.4,
    height: float = 3.6,
) -> None:
    """Show a chart that changes while its sliders are dragged, or moved with the arrow keys.

    In a notebook with a running kernel the reader sees the sliders and the chart. The stored notebook holds
    the chart at the start values as a picture, drawn by the same code, for readers without a kernel. An
    update takes less than a tenth of a second. Outside a notebook the text is printed.

    Args:
        draw: `draw(ax, **values)` draws the chart; it is called again for every change, on empty axes.
        controls: name of an argument of `draw` → slider or choice, in the order in which they are shown.
        alt: what the chart shows at the start values, in one or two sentences.
        width: in inches.
        height: in inches.

    Raises:
        ValueError: the text is empty, or there are no controls.
        TypeError: the names of the controls and the arguments of `draw` do not go together.

    >>> def draw_line(ax, slope):
    ...     ax.plot([0, 1], [0, slope])
    >>> explore(draw_line, controls={"slope": Slider("slope", 0, 5, 1, 1)}, alt="A rising line.")
    A rising line.
    """
    chart = _LiveChart(draw, controls, width=width, height=height)
    values = {name: control.start for name, control in controls.items()}
    png = chart.render(values)
    widget = {}
    if in_notebook():
        widget = _make_widget(chart, controls)
    publish_picture(png, width=width, alt=alt, more=widget)


class _LiveChart:
    """A figure that is drawn again and again; the layout of the first drawing stays while it fits."""

    def __init__(
        self,
        draw: Callable[..., Any],
        controls: Mapping[str, Slider | Choice],
        *,
        width: float,
        height: float,
    ) -> None:
        """Make the figure; refuse controls that the drawing function does not know."""
        if not controls:
            raise ValueError("controls: expected at least one Slider or Choice, found none.")
        try:
            inspect.signature(draw).bind(None, **dict.fromkeys(controls))
        except TypeError as error:
            raise TypeError(
                f"controls: {', '.join(controls)} do not fit the arguments of {draw.__name__} ({error}). "
                "Repair: name each control like an argument, and give the other arguments default values."
            ) from error
        self.draw = draw
        self.figure = make_figure(width=width, height=height)
        self.ax = style_axes(self.figure.add_subplot())
        self.is_first = True

    def render(self, values: Mapping[str, float | str]) -> bytes:
        """Draw the chart for some values and return the picture; the first one is fit to be stored."""
        clear_axes(self.ax)
        self.draw(self.ax, **values)
        if self.is_first:
            png = render_png(self.figure, dpi=STORED_DPI)
            self.figure.set_layout_engine("none")  # from now on the frame stands still, and drawing is faster
            self.frame = self.ax.get_position(original=True)
            self.is_first = False
            return png
        png = render_png_fast(self.figure)
        if self.ax.yaxis.label.get_window_extent().x0 < 0:  # wider numbers have pushed the label out
            png = self._render_in_wider_margin()
        return png

    def _render_in_wider_margin(self) -> bytes:
        """Lay this one picture out anew, and leave the frame for the next ones where it was."""
        self.figure.set_layout_engine("constrained")
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")
        png = render_png_fast(self.figure)
        self.ax.set_position(self.frame)
        self.ax.set_in_layout(True)
        return png


def _make_widget(chart: _LiveChart, controls: Mapping[str, Slider | Choice]) -> dict[str, Any]:
    """Put controls and picture together; return what a notebook needs to show them."""
    import ipywidgets as widgets

    inputs = {name: _make_input(control, widgets) for name, control in controls.items()}
    picture = widgets.Image(format="png", width=str(round(chart.figure.get_figwidth() * SCREEN_DPI)))
    message = widgets.HTML()

    def update(_: object = None) -> None:
        values = {name: control.value for name, control in inputs.items()}
        try:
            picture.value = chart.render(values)
            message.value = ""
        except Exception as error:  # shown below the chart; ipywidgets would hide it in a log
            reason = html.escape(str(error))
            message.value = f"<b>This chart cannot be drawn for these values:</b> {reason}"

    for control in inputs.values():
        control.observe(update, names="value")
    update()
    box = widgets.VBox([*inputs.values(), picture, message])
    return {key: value for key, value in box._repr_mimebundle_().items() if key.endswith("widget-view+json")}


def _make_input(control: Slider | Choice, widgets: Any) -> Any:
    """Make the widget of a slider or a choice.

    A choice is a slider as well: JupyterLab keeps the arrow keys of menus and buttons for itself.
    """
    layout = {"width": f"{6.4 * SCREEN_DPI:.0f}px"}
    style = {"description_width": "40%"}
    if isinstance(control, Choice):
        return widgets.SelectionSlider(
            description=control.label,
            options=list(control.options),
            value=control.start,
            layout=layout,
            style=style,
        )
    kind = widgets.IntSlider if control.is_whole else widgets.FloatSlider
    return kind(
        description=control.label,
        min=control.low,
        max=control.high,
        value=control.start,
        step=control.step,
        continuous_update=True,
        layout=layout,
        style=style,
    )
