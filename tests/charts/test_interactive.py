"""A chart with sliders shows what it would show had it never shown anything else."""

import numpy as np
import pytest

from crmlib.charts import interactive
from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS


def draw_everything(ax, *, slope, zone="low"):
    """Draw one of each: lines, bars, areas, errors, points, words, legend, second and inverted axis."""
    x = np.linspace(0, 5, 50)
    for shift in range(4):
        ax.plot(x, slope * x + shift, color=COLOURS[zone], label=f"line {shift}")
    ax.bar(np.arange(6), np.arange(6) * slope, color=COLOURS["left"], label="bars")
    ax.errorbar([1, 2], [3, 4], yerr=1, label="errors")
    ax.scatter([1, 2], [3, slope])
    ax.fill_between(x, x, x + slope, alpha=0.3)
    ax.axvspan(1, 2)
    ax.annotate("here", (1, 2), xytext=(2, 3), arrowprops={"arrowstyle": "->"})
    ax.legend(loc="upper left")
    ax.set(xlabel="score", ylabel="share (%)", title=f"slope {slope}")
    if slope > 5:
        ax.invert_xaxis()
        ax.set_ylim(0, 100)
        ax.twinx().plot([0, 1], [0, 1])


CONTROLS = {"slope": Slider("slope", 0, 10, 2, 1), "zone": Choice("zone", ("low", "high"), "low")}


def test_redrawn_chart_is_the_same_as_if_it_had_never_shown_anything_else():
    travelled, straight = (
        interactive._LiveChart(draw_everything, CONTROLS, width=6.4, height=3.6) for _ in range(2)
    )
    for chart in (travelled, straight):
        chart.render({"slope": 2})
    for slope in (9, 0, 7):
        travelled.render({"slope": slope, "zone": "high"})
    assert travelled.render({"slope": 3}) == straight.render({"slope": 3})


def test_label_stays_in_the_picture_when_the_numbers_get_wider():
    def draw(ax, *, slope):
        ax.plot([0, 1], [0, slope])
        ax.set(xlabel="customers", ylabel="profit (yuan)")

    chart = interactive._LiveChart(draw, {"slope": Slider("slope", 1, 9, 1, 1)}, width=6.4, height=3.6)
    chart.render({"slope": 1})
    frame = chart.ax.get_position().bounds
    seen = []
    chart.figure.canvas.mpl_connect(
        "draw_event", lambda _: seen.append(chart.ax.yaxis.label.get_window_extent())
    )
    chart.render({"slope": -80_000})
    assert seen[0].x0 < 0 <= seen[-1].x0
    assert chart.ax.get_position().bounds == frame


def test_explore_shows_widget_picture_and_words_as_one_output(notebook):
    explore(draw_everything, controls=CONTROLS, alt="Many things.")
    (bundle, metadata), (spoken, _) = notebook
    assert set(bundle) == {"image/png", "text/plain", "application/vnd.jupyter.widget-view+json"}
    assert metadata["image/png"]["alt"] == "Many things."
    assert "Many things." in spoken["text/html"]


def make_box(draw, controls):
    """Return the widgets that explore shows: one for each control, the picture and the message below it."""
    import ipywidgets

    made = []
    original = ipywidgets.VBox

    class Recorder(original):
        def __init__(self, children):
            super().__init__(children)
            made.append(self)

    ipywidgets.VBox = Recorder
    try:
        interactive._make_widget(interactive._LiveChart(draw, controls, width=6.4, height=3.6), controls)
    finally:
        ipywidgets.VBox = original
    return made[0].children


def test_moving_a_slider_changes_the_picture_at_once():
    slope, zone, picture, _ = make_box(draw_everything, CONTROLS)
    before = picture.value
    slope.value = 3
    changed = picture.value
    zone.value = "high"
    assert len({before, changed, picture.value}) == 3
    assert slope.continuous_update


def test_whole_numbers_give_a_whole_slider_and_others_do_not():
    one, other, *_ = make_box(
        lambda ax, one, other: ax.plot([one, other]),
        {"one": Slider("one", 0, 4, 1, 1), "other": Slider("other", 0, 1, 0.5, 0.25)},
    )
    assert (type(one).__name__, type(other).__name__) == ("IntSlider", "FloatSlider")


def test_chart_that_cannot_be_drawn_for_a_value_says_so_below_it():
    def draw(ax, *, customers):
        ax.plot([1 / customers])

    customers, _, message = make_box(draw, {"customers": Slider("customers", 0, 5, 1, 1)})
    customers.value = 0
    assert "This chart cannot be drawn for these values:</b> division by zero" in message.value
    customers.value = 2
    assert message.value == ""


def test_what_goes_wrong_is_shown_as_text_and_never_run():
    def draw(ax, *, name):
        if name == "b":
            raise ValueError("no <script>alert(1)</script> here")

    name, _, message = make_box(draw, {"name": Choice("name", ("a", "b"), "a")})
    name.value = "b"
    assert "no &lt;script&gt;alert(1)&lt;/script&gt; here" in message.value


def test_control_that_the_drawing_does_not_know_is_refused():
    with pytest.raises(TypeError, match="controls: slop do not fit the arguments of draw_everything"):
        explore(draw_everything, controls={"slop": Slider("slope", 0, 1, 0, 1)}, alt="A chart.")


def test_explore_without_controls_is_refused():
    with pytest.raises(ValueError, match="expected at least one Slider or Choice, found none"):
        explore(draw_everything, controls={}, alt="A chart.")


@pytest.mark.parametrize("numbers", [(0, 0, 0, 1), (0, 4, 5, 1), (0, 4, 1, 0), (4, 0, 1, 1)])
def test_slider_that_cannot_be_moved_is_refused(numbers):
    with pytest.raises(ValueError, match="Slider 'rivals': expected low < high"):
        Slider("rivals", *numbers)
