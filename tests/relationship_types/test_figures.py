"""The figures of chapter 2: axes with quantity and unit, nothing cut off, live ones that redraw quickly."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest

from crmlib.charts import interactive
from crmlib.charts import style as charts
from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types import (
    change as customer_change,
)
from crmlib.relationship_types import (
    dimensions,
    expected_value,
    movers,
)
from crmlib.relationship_types import (
    fit as type_fit,
)
from crmlib.relationship_types import (
    matrix as relationship_types,
)
from crmlib.relationship_types import (
    scales as customer_scales,
)
from crmlib.relationship_types import (
    states as customer_states,
)
from crmlib.relationship_types import (
    trust as trust_matrix,
)
from tests.relationship_types.calls import LAST, make_frames

UNIT = re.compile(r"\(.+\)|comparison")
FRAMES = make_frames()
FIT = {"one": type_fit.compare_fit(FRAMES["true fit"], FRAMES["wallet_shares"])}
PLOTS = {
    "states": lambda ax: customer_states.plot_states_against_truth(FRAMES["compared"], ax=ax),
    "length": lambda ax: dimensions.plot_length({"a": FRAMES["lengths"], "b": FRAMES["lengths"]}, ax=ax),
    "change": lambda ax: customer_change.plot_change(FRAMES["change"], ax=ax),
    "movers": lambda ax: movers.plot_movers(FRAMES["movers"], ax=ax),
    "matrix": lambda ax: relationship_types.plot_matrix(FRAMES["segments"].assign(firm="Northport"), ax=ax),
    "fit": lambda ax: type_fit.plot_fit_estimates(FIT, true_effect=0.04, ax=ax),
    "positions": lambda ax: trust_matrix.plot_positions(FRAMES["measured"], ax=ax),
    "rankings": lambda ax: expected_value.plot_rankings(FRAMES["followed"], ax=ax),
}


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_draws_on_the_given_axes_alone_and_labels_both(name):
    ax = charts.new_axes()
    before = len(ax.get_children())
    assert PLOTS[name](ax) is ax
    assert ax.get_figure().axes == [ax]
    assert len(ax.get_children()) > before
    for label in (ax.get_xlabel(), ax.get_ylabel()):
        assert UNIT.search(label), label
    assert PLOTS[name](None).get_figure() is not None


@pytest.mark.parametrize("name", PLOTS)
def test_everything_on_a_plot_lies_inside_the_picture(name):
    ax = PLOTS[name](charts.new_axes())
    figure = ax.get_figure()
    figure.canvas.draw()
    box, picture = figure.get_tightbbox(), figure.bbox_inches
    assert box.x0 > -0.05 and box.y0 > -0.05
    assert box.x1 < picture.x1 + 0.05 and box.y1 < picture.y1 + 0.05


@pytest.fixture(scope="module")
def segments(firm):
    """The six segments of both firms."""
    classes = customer_scales.assign_value_classes(firm.receipts, as_of=LAST)["value_class"]
    sizes = firm.accounts.set_index("customer_id")["segment"]
    both = {
        "Osmanthus": relationship_types.summarise_segments(firm.receipts, classes, as_of=LAST),
        "Northport": relationship_types.summarise_segments(firm.orders, sizes, as_of=LAST),
    }
    return pd.concat(both, names=["firm", "row"]).reset_index("firm").reset_index(drop=True)


@pytest.fixture(params=["states", "change", "matrix", "fit"])
def live(request, monkeypatch, firm, segments):
    """One of the four interactive figures: what it hands to `explore`."""
    gone = customer_states.find_gone_members(load_truth("members"), as_of=LAST)
    calls = {
        "states": (customer_states, lambda: customer_states.explore_states(firm.receipts, gone, as_of=LAST)),
        "change": (
            customer_change,
            lambda: customer_change.explore_change(firm.receipts, first="2024-01-01", last=LAST),
        ),
        "matrix": (relationship_types, lambda: relationship_types.explore_matrix(segments)),
        "fit": (type_fit, type_fit.explore_fit_test),
    }
    module, call = calls[request.param]
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    return caught


def make_chart(live):
    """The figure of an interactive chart and its start values."""
    chart = interactive._LiveChart(live["draw"], live["controls"], width=6.4, height=live.get("height", 3.6))
    return chart, {name: control.start for name, control in live["controls"].items()}


def test_a_live_figure_can_be_drawn_at_both_ends_of_every_slider(live):
    chart, start = make_chart(live)
    pictures = {chart.render(start)}
    for name, control in live["controls"].items():
        low, high = (chart.render({**start, name: value}) for value in (control.low, control.high))
        assert low != high, name
        pictures |= {low, high}
    assert len(pictures) > len(live["controls"])
    assert live["alt"].endswith(".")


def test_redrawing_a_live_figure_takes_less_than_a_tenth_of_a_second(live):
    chart, start = make_chart(live)
    chart.render(start)
    name, control = next(iter(live["controls"].items()))
    times = []
    for value in (control.low, control.high) * 8:
        began = time.process_time()
        chart.render({**start, name: value})
        times.append(time.process_time() - began)
    assert min(times) < 0.1


def test_the_fit_figure_says_how_many_firms_would_see_the_effect():
    ax = charts.new_axes()
    type_fit.draw_fit_test(ax, accounts=2000, effect=15, misjudged=0)
    assert ax.get_title() == "2,000 accounts: 100 of 100 firms would see it"
    type_fit.draw_fit_test(ax, accounts=240, effect=0, misjudged=0)
    assert ax.get_title().endswith(": 3 of 100 firms would see it")  # 2.5 % by chance alone, on this side


def test_a_table_of_four_firms_is_refused():
    with pytest.raises(ValueError, match="plot_length: 4 firms, expected 1 to 3"):
        dimensions.plot_length(dict.fromkeys("abcd", FRAMES["lengths"]))
