"""Every rule for a stored notebook finds what breaks it, says what to do, and lets good notebooks pass."""

import nbformat
import pytest

from crmlib.ground.files import write_file
from crmlib.publishing.clean import WIDGET_VIEW, clean_notebook
from crmlib.publishing.files import format_notebook
from crmlib.publishing.inspect.notebook import (
    check_errors,
    check_ids,
    check_live_figures,
    check_not_executed,
    check_order,
    check_pictures,
    check_size,
    check_slides,
    check_traces,
)
from crmlib.publishing.inspect.problem import read_for_inspection
from crmlib.publishing.inspect.prose import (
    check_balance,
    check_links,
    check_numbers,
)
from crmlib.publishing.inspect.report import STORED_CHECKS
from tests.publishing.small_course import html, make_notebook, picture, stream, words

GOOD = clean_notebook(
    make_notebook(
        "# A good chapter\n\nIt says what to look for before it shows anything at all.",
        ("x = 1\nx", [stream("1")]),
        "It then says what that means. See [above](#A-good-chapter).\n\n![A line](data:image/png;base64,x)",
        ("y = x + 1", [picture(alt="A rising line.", text="A rising line.")]),
    )
)


def test_a_good_notebook_passes_every_check(tmp_path):
    assert [words(check(GOOD)) for check in STORED_CHECKS] == [""] * len(STORED_CHECKS)
    assert check_balance(GOOD) == []
    path = tmp_path / "a.ipynb"
    write_file(path, format_notebook(GOOD))
    assert check_links(GOOD, path=path, root=tmp_path) == []
    assert check_numbers(GOOD, figures={}) == []
    assert read_for_inspection(path) == GOOD


@pytest.mark.parametrize(("kind", "found"), [("slide", []), ("subslide", []), ("fragment", [1]), (None, [1])])
def test_a_section_that_opens_no_slide_is_found(kind, found):
    notebook = make_notebook("## Who answers?\n\nFew.", "### By hand\n\nA part of the section.", "Prose.")
    notebook.cells[0].metadata["slideshow"] = {"slide_type": kind}
    problems = check_slides(notebook)
    assert [one.cell for one in problems] == found
    assert all("no slide: '## Who answers?'. Write +++ {" in one.message for one in problems)


@pytest.mark.parametrize("counts", [[1, 3], [2, 1], [None, 1], [2, 3]])
def test_cells_run_out_of_order_or_not_at_all_are_found(counts):
    notebook = make_notebook(("x = 1", []), ("y = 1", []))
    for cell, count in zip(notebook.cells, counts, strict=True):
        cell["execution_count"] = count
    assert "was executed as number" in words(check_order(notebook))


def test_a_blank_exercise_must_not_be_executed():
    assert "has outputs" in words(check_not_executed(make_notebook(("x = 1", [stream("1")]))))


def test_stored_errors_and_warnings_are_found():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    notebook = make_notebook(("x", [error]), ("y", [stream("FutureWarning: soon\nmore", "stderr")]))
    assert words(check_errors(notebook)).splitlines() == [
        "cell 1: stores an error: KeyError: 'x'.",
        "cell 2: stores a warning: 'FutureWarning: soon'. Repair what it warns of.",
    ]


def test_a_number_by_numpys_name_is_found_and_one_by_its_digits_is_not():
    notebook = make_notebook(("x", [stream("np.float64(0.59)")]), ("y", [stream("0.59")]))
    assert words(check_traces(notebook)) == (
        "cell 1: shows a number by numpy's name for it. Round it: float(…)."
    )


def test_a_picture_without_alternative_text_is_found():
    notebook = make_notebook(
        ("plot()", [picture(alt=None, text="A line.")]),
        ("plot()", [picture(alt="A line.", text="<Figure size 640x480 with 1 Axes>")]),
        ("show()", [html('<img src="data:image/png;base64,x">')]),
        "![](a.png)",
        '<img src="a.png">',
        "`![](a.png)` and ![A line](a.png)",
    )
    assert words(check_pictures(notebook)).splitlines() == [
        "cell 1: stores a picture without alternative text. Use show_chart(ax, alt=…).",
        "cell 2: shows '<Figure …>' to readers without pictures. Use show_chart.",
        'cell 3: shows an <img> without alt="…". Say what the picture shows.',
        "cell 4: has a picture without alternative text. Say what the picture shows.",
        "cell 5: has a picture without alternative text. Say what the picture shows.",
    ]


def test_a_figure_with_sliders_is_followed_by_what_to_look_at_first():
    shown = [picture(alt="A line.", text="A line.")]
    try_it = "**Try it.** Read this first: the end of the line."
    good = make_notebook(("x = 1\nexplore_rates(x)", shown), try_it, ("explore_tables()", [stream("menu")]))
    assert check_live_figures(good) == []
    bad = make_notebook(
        ("explore(draw)", shown),
        "The line rises.",
        ("explore_rates()", shown),
        ("x = 1", []),
        try_it,
        ("explore_rates()", shown),
    )
    assert [problem.cell for problem in check_live_figures(bad)] == [1, 3, 6]


def test_traces_of_one_computer_or_one_run_are_found():
    view = nbformat.v4.new_output("display_data", data={WIDGET_VIEW: {"model_id": "x"}})
    notebook = make_notebook(
        ("f", [stream("/home/ana/course/a.py")]),
        ("f", [html("<function f at 0x7f3a2b1c4d5e>")]),
        ("f", [view]),
        ("open('/tmp/x.csv')", []),
    )
    notebook.cells[3].metadata["execution"] = {"start": "now"}
    notebook.metadata["widgets"] = {}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    found = words(check_traces(notebook))
    for part in (
        "cell 1: shows the path /home/ana/course/a.py",
        "cell 2: shows an address in memory",
        "cell 3: stores a widget",
        "cell 4: shows the path /tmp/x.csv",
        "cell 4: stores execution",
        "stores the state of widgets",
        "stores the version of Python",
    ):
        assert part in found


def test_an_output_that_nobody_can_review_is_found():
    assert "bytes of output, at most 400,000" in words(
        check_size(make_notebook(("x", [stream("y" * 500_000)])))
    )


def test_an_id_that_a_browser_made_is_found():
    assert "has the id" in words(check_ids(make_notebook("# A")))
