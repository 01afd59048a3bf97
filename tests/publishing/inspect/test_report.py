"""All checks of a chapter and of an exercise, one line for each problem."""

from crmlib.publishing.files import read_notebook
from crmlib.publishing.inspect.notebook import check_slides
from crmlib.publishing.inspect.report import inspect_pair
from tests.publishing.small_course import chapter_of, exercise_of


def test_the_small_course_passes_every_check_but_those_that_it_breaks(built):
    assert [line.partition(": ")[2] for line in inspect_pair(chapter_of(built))] == [
        "cell 3: line 8: '?' looks like an open number and is tied to nothing. Add <!-- = expression -->, "
        "<!-- N-48 --> or <!-- given --> behind it.",
    ]
    assert inspect_pair(exercise_of(built)) == []


def test_a_section_that_opens_no_slide_is_named_with_the_line_to_write(built):
    pair = chapter_of(built)
    notebook = read_notebook(pair.notebook)
    del notebook.cells[0].metadata["slideshow"]
    assert [str(one) for one in check_slides(notebook)] == [
        "cell 1: opens a section and no slide: '# A small chapter'. Write "
        '+++ {"slideshow": {"slide_type": "slide"}} above it.'
    ]
