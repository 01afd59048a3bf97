"""Every notebook of the course as it is stored: agrees with its text, executed in order, nothing loose.

That outputs and the numbers in sentences are what a fresh kernel computes is tested by nbval, together with
`crmlib.publishing.numbers.pytest_numbers`.
"""

import re
from pathlib import Path

import nbformat
import pytest

from crmlib.classroom.answers.questions import load_exercise
from crmlib.publishing.course import Course
from crmlib.publishing.inspect.agreement import check_agreement, find_strays
from crmlib.publishing.inspect.problem import Problem, read_for_inspection
from crmlib.publishing.inspect.report import list_checks

COURSE = Course()
PAIRS = COURSE.find_pairs()
EXERCISES = [pair for pair in PAIRS if pair.student is not None]
FILES = [(pair, path) for pair in PAIRS for path in (pair.notebook, pair.student) if path is not None]
CASES = [
    pytest.param(pair, path, name, id=f"{pair.name(path)}-{name.removeprefix('check_')}")
    for pair, path in FILES
    for name in list_checks(pair, path)
]


def tell(path: Path, problems: list[Problem]) -> str:
    """Return problems as lines that name the notebook."""
    return "\n".join(f"{path.name}: {problem}" for problem in problems)


def test_the_course_has_an_opening_page_and_its_texts():
    assert "00_start_here" in {pair.stem for pair in PAIRS}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name(pair.text))
def test_text_notebook_and_students_edition_agree(pair):
    assert not (problems := check_agreement(pair)), tell(pair.text, problems)


@pytest.mark.parametrize(("pair", "path", "check"), CASES)
def test_a_notebook_passes(pair, path, check):
    assert path.exists(), f"{pair.name(path)} does not exist. Run 'make notebooks'."
    assert not (problems := list_checks(pair, path)[check](read_for_inspection(path))), tell(path, problems)


@pytest.mark.parametrize("pair", EXERCISES, ids=lambda pair: pair.stem)
def test_the_solution_of_an_exercise_solves_every_question_of_its_chapter(pair):
    cells = nbformat.read(pair.notebook, as_version=4).cells
    shown = [
        output.get("data", {}).get("text/plain", "") for cell in cells for output in cell.get("outputs", [])
    ]
    solved = [re.search(r"^✔ \*\*(\w+)\*\* Right", text, re.MULTILINE) for text in shown]
    assert not [text for text in shown if re.search("^✘", text, re.MULTILINE)]
    assert [match[1] for match in solved if match] == [one.id for one in load_exercise(pair.stem).questions]


def test_no_notebook_is_untitled_or_left_over():
    assert not (problems := find_strays(COURSE)), tell(COURSE.root, problems)


@pytest.mark.parametrize("pair", EXERCISES, ids=lambda pair: pair.stem)
def test_an_exercise_ends_with_the_readers_progress(pair):
    last = [cell for cell in nbformat.read(pair.student, as_version=4).cells if cell.cell_type == "code"][-1]
    assert last.source == "chapter.progress()"
