"""The benchmark of imports, figures and chapters does what a reader does."""

import importlib
import subprocess

import nbformat
import pytest

from bench import course
from crmlib.charts.interactive import Choice, Slider

FIGURE = """
from crmlib.charts import Choice, Slider, explore

def draw(ax, rivals, zone):
    ax.plot([0, rivals], label=zone)

controls = {"rivals": Slider("rivals", 0, 4, 1, 1), "zone": Choice("zone", ("low", "high"), "low")}
explore(draw, controls=controls, alt="A line.")
"""


def test_a_slider_is_dragged_from_end_to_end_on_its_steps():
    assert course.list_positions(Slider("rivals", 0, 4, 1, 1))[::11] == [0, 4]
    assert set(course.list_positions(Slider("rivals", 0, 4, 1, 1))) == {0, 1, 2, 3, 4}
    assert course.list_positions(Choice("zone", ("low", "high"), "low")) == ["low", "high"]


def test_the_figures_of_a_notebook_are_found_and_every_control_is_dragged(tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell(FIGURE)]
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    ((chart, controls),) = course.record_figures(path)
    assert [control.label for control in controls.values()] == ["rivals", "zone"]
    assert len(course.time_figure(chart, controls)) == course.STEPS + 2


def test_an_import_is_timed_in_a_fresh_python():
    assert len(course.time_import("json", rounds=1)) == 2
    with pytest.raises(subprocess.CalledProcessError):
        course.time_import("no_such_module", rounds=1)


@pytest.mark.parametrize("module", course.IMPORTS)
def test_what_is_timed_can_be_imported(module):
    assert importlib.import_module(module)
