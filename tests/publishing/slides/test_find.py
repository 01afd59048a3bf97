"""A cell is found by words that only it has."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from crmlib.publishing.course import PublishingError
from crmlib.publishing.slides.find import find_call, find_picture, find_table_cell


@pytest.fixture
def notebook():
    """Two pictures drawn by one function, another picture, a table in text, a prediction."""
    picture = new_output("display_data", {"image/png": "AAAA"})
    return new_notebook(
        cells=[
            new_code_cell("plot_score(first)", outputs=[picture]),
            new_code_cell("plot_score(\n    second)", outputs=[picture]),
            new_code_cell("from x import plot_stages\nplot_stages(t)", outputs=[picture]),
            new_code_cell("plot_empty()"),
            new_markdown_cell("### By hand\n\n| a |\n|---|\n| 1 |"),
            new_code_cell('chapter.predict("left", "How many?", unit="%")'),
            new_code_cell("%%time\nchapter.predict(1)"),
        ]
    )


def test_words_that_one_cell_has_find_it_whatever_its_line_breaks(notebook):
    assert find_picture(notebook, "plot_stages") == 2
    assert find_picture(notebook, "plot_score( second") == 1
    assert find_table_cell(notebook, "By hand") == 4


def test_words_of_several_cells_are_refused(notebook):
    with pytest.raises(
        PublishingError, match=r"'plot_score' stands in 2 cells with a picture \(cells 1, 2\)"
    ):
        find_picture(notebook, "plot_score")


def test_unknown_words_get_the_nearest_and_all_that_exist(notebook):
    with pytest.raises(
        PublishingError, match=r"no cell has .*'plot_stage\('.*Did you mean 'plot_stages'.*Cells"
    ):
        find_picture(notebook, "plot_stage(")
    with pytest.raises(PublishingError, match="the cell with 'plot_empty' stores no picture"):
        find_picture(notebook, "plot_empty")
    with pytest.raises(PublishingError, match="Cells with a table: By hand"):
        find_table_cell(notebook, "By foot")


def test_a_call_is_found_by_its_key(notebook):
    place, call = find_call(notebook, "predict", "left")
    assert (place, call.args[1].value) == (5, "How many?")
    with pytest.raises(PublishingError, match=r"predict\('lift', …\).*Did you mean 'left'"):
        find_call(notebook, "predict", "lift")
