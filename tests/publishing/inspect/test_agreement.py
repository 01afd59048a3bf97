"""Text, notebook and students' edition belong together, and no notebook is left over."""

import re

import pytest

from crmlib.ground.files import write_file
from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.course import Course
from crmlib.publishing.editions import make_student_edition
from crmlib.publishing.files import format_notebook, format_text
from crmlib.publishing.inspect.agreement import check_agreement, find_strays
from tests.publishing.small_course import (
    EXERCISE,
    edit,
    exercise_of,
    make_notebook,
    read_cells,
    words,
    write_course,
)


@pytest.fixture
def pair(tmp_path):
    """An exercise whose text, notebook and students' edition agree."""
    pair = exercise_of(write_course(tmp_path, exercise=EXERCISE))
    cells = read_cells(EXERCISE)
    write_file(pair.text, format_text(cells))
    write_file(pair.notebook, format_notebook(clean_notebook(cells)))
    write_file(pair.student, format_notebook(make_student_edition(cells)))
    assert check_agreement(pair) == []
    return pair


@pytest.mark.parametrize(
    ("side", "name"),
    [("text", "sources/exercises/01_small.md"), ("notebook", "solutions/01"), ("student", "exercises/01")],
)
def test_a_missing_side_is_found(pair, side, name):
    getattr(pair, side).unlink()
    assert re.search(rf"{name}.* does not exist\. Run 'make notebooks'", words(check_agreement(pair)))


def test_text_and_notebook_that_differ_are_found(pair):
    edit(pair.text, "ten customers", "twelve customers")
    assert "sources/exercises/01_small.md and its notebook differ" in words(check_agreement(pair))


def test_a_students_edition_that_is_not_generated_is_found(pair):
    edit(pair.student, "...  # fill in", "satisfied / asked")
    assert "is not the edition that its solution gives" in words(check_agreement(pair))


def test_untitled_and_orphaned_notebooks_are_found(tmp_path):
    course = write_course(tmp_path)
    assert find_strays(course) == []
    for name in ("notebooks/Untitled.ipynb", "exercises/old.ipynb", "exercises/mine.new.ipynb"):
        write_file(tmp_path / name, format_notebook(make_notebook()))
    assert sorted(str(problem).split()[0] for problem in find_strays(Course(tmp_path))) == [
        "Untitled.ipynb",
        "old.ipynb",
    ]
