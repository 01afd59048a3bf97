"""Every figure: it draws where it is told to, says what its axes are, and nothing falls off the picture."""

from __future__ import annotations

import re

import pytest

from crmlib.charts.interactive import Choice, Slider, _LiveChart
from crmlib.charts.style import new_axes
from tests.contracts.packages import CALLED, CALLS

# A quantity has its unit in brackets or is a share in per cent; an axis that counts names what it counts.
PLOTS = [
    pytest.param(CALLS[package].PLOTS[name], id=f"{package}-{name}")
    for package in CALLED
    for name in CALLS[package].PLOTS
]
LIVE = [
    pytest.param(*CALLS[package].LIVE[name], id=f"{package}-{name}")
    for package in CALLED
    for name in CALLS[package].LIVE
]


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_draws_on_the_given_axes_alone_and_labels_both(plot):
    ax = new_axes()
    before = len(ax.get_children())
    assert plot(ax) is ax
    assert ax.get_figure().axes[0] is ax
    assert len(ax.get_children()) > before
    assert ax.get_xlabel().strip() and ax.get_ylabel().strip()


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_without_axes_makes_its_own(plot):
    first, second = plot(None), plot(None)
    assert first.get_figure() is not None
    assert first is not second


@pytest.mark.parametrize("plot", PLOTS)
def test_everything_on_a_plot_lies_inside_the_picture(plot):
    figure = plot(None).get_figure()
    figure.canvas.draw()
    box, picture = figure.get_tightbbox(), figure.bbox_inches
    assert box.x0 > -0.05 and box.y0 > -0.05
    assert box.x1 < picture.x1 + 0.05 and box.y1 < picture.y1 + 0.05


@pytest.fixture
def live(request, monkeypatch):
    """What an explore function hands on: the drawing function, its controls and options."""
    module, call = request.param
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    monkeypatch.setattr("crmlib.charts.interactive.STORED_DPI", 30)  # small, so fast
    return caught


def ends_of(control: Slider | Choice) -> list:
    """The settings at which a control is tried."""
    return [control.low, control.high] if isinstance(control, Slider) else list(control.options)


@pytest.mark.parametrize("live", [pytest.param(one.values, id=one.id) for one in LIVE], indirect=True)
def test_a_live_figure_can_be_drawn_at_both_ends_of_every_control(live):
    size = {name: live.get(name, default) for name, default in (("width", 6.4), ("height", 3.6))}
    chart = _LiveChart(live["draw"], live["controls"], **size)
    start = {name: control.start for name, control in live["controls"].items()}
    for name, control in live["controls"].items():
        pictures = {chart.render({**start, name: value}) for value in ends_of(control)}
        assert len(pictures) > 1, f"moving {name} changes nothing"


@pytest.mark.parametrize("live", [pytest.param(one.values, id=one.id) for one in LIVE], indirect=True)
def test_a_live_figure_says_in_a_sentence_what_it_shows(live):
    assert re.fullmatch(r"[A-Z].{30,}\.", live["alt"], flags=re.S)
    assert all(isinstance(one.label, str) and one.label for one in live["controls"].values())
