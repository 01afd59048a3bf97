"""Finds texts, notebooks and students' editions that do not belong together."""

from __future__ import annotations

from crmlib.publishing.course import Course, Pair, PublishingError
from crmlib.publishing.editions import make_student_edition
from crmlib.publishing.files import format_notebook, format_text, read_file, read_notebook
from crmlib.publishing.inspect.problem import Problem
from crmlib.publishing.pairing import read_cells


def check_agreement(pair: Pair) -> list[Problem]:
    """Find a difference between a text, its notebook and its students' edition."""
    for path in (pair.text, pair.notebook, pair.student):
        if path is not None and not path.exists():
            return [Problem(0, f"{pair.name(path)} does not exist. Run 'make notebooks'.")]
    if format_text(read_notebook(pair.notebook)) != read_file(pair.text):
        return [Problem(0, f"{pair.name(pair.text)} and its notebook differ. Run 'make notebooks'.")]
    if pair.student is None:
        return []
    try:
        expected = make_student_edition(read_cells(pair))
    except PublishingError as error:
        return [Problem(0, str(error))]
    if format_notebook(expected) != read_file(pair.student):
        return [Problem(0, f"{pair.name(pair.student)} is not the edition that its solution gives.")]
    return []


def find_strays(course: Course) -> list[Problem]:
    """Find notebooks that belong to no text: untitled ones and leftovers."""
    expected = {
        path for pair in course.find_pairs() for path in (pair.notebook, pair.student) if path is not None
    }
    texts = {pair.text for pair in course.find_pairs() if pair.text.exists()}
    strays = [
        path for path in course.find_notebooks() if path not in expected or "untitled" in path.stem.lower()
    ]
    strays += [path for path in texts if "untitled" in path.stem.lower()]
    return [
        Problem(0, f"{path.name} belongs to no text of the course. Name it properly or delete it.")
        for path in strays
    ]
