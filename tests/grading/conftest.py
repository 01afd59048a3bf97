"""A small class, and notebooks as its students might hand them in."""

import json
import shutil

import pytest

from crmlib.classroom.answers.questions import COMPUTED, load_exercise
from crmlib.classroom.display import CLICKED_ANSWER
from crmlib.grading.containment.tiers import UNCONTAINED
from crmlib.grading.exchange.collect import collect
from crmlib.grading.exchange.coursework import Coursework, write_json
from crmlib.grading.exchange.hand_out import personal_edition, read_edition
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.grade import grade, read_results
from crmlib.grading.marking.keys import describe_keys

STEM = "03_lifecycle"


@pytest.fixture
def people() -> list[Student]:
    """Four students on the course's own firm, so that no test has to simulate one."""
    return [
        Student("2026001", "李 华", "zh", "", "501", 2026),
        Student("2026002", "Mara Quist", "en", "", "502", 2026),
        Student("2026003", "王芳", "zh", "", "503", 2026),
        Student("2026004", "Tomas Brand", "en", "", "504", 2026),
    ]


@pytest.fixture
def coursework(tmp_path, people) -> Coursework:
    """The instructor's folder of that class."""
    place = Coursework(tmp_path / "coursework")
    place.write_class(people)
    return place


@pytest.fixture
def write_notebook():
    """Return a function that makes the bytes of a student's notebook from the code of some cells."""

    def write(student: Student | None, *cells: str, stem: str = STEM) -> bytes:
        if student is None:
            data = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        else:
            data = personal_edition(read_edition(stem), stem, student)
            if cells:
                data["cells"] = []
        data["cells"] += [
            {"cell_type": "code", "source": one, "metadata": {}, "outputs": [], "execution_count": None}
            for one in cells
        ]
        return json.dumps(data).encode()

    return write


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory) -> Coursework:
    """Three submissions, collected and graded once a file of tests, on a made-up key."""
    place = Coursework(tmp_path_factory.mktemp("graded"))
    students = [Student(f"202600{n}", f"Student {n}", ("zh", "en")[n % 2], seed=2026) for n in range(1, 5)]
    place.write_class(students)
    write_json(
        place.place("keys", STEM, "2026.json"), {"made_by": describe_keys(STEM), "questions": made_up_key()}
    )
    export = tmp_path_factory.mktemp("export")
    first = "from crmlib.classroom import open_chapter\nchapter = open_chapter('03_lifecycle')"
    for number, cells in {
        "2026001": [
            "chapter.check('q1', 1001)\nchapter.check('q2', 1002)",
            "chapter.answer('q8')",
            "reasons = 'Because of q1.'",
        ],
        "2026002": ["chapter.check('q1', 5000)", "chapter.answer('q8', 'b')"],
        "2026003": [
            "chapter.check('q1', 5000)",
            "chapter.check('q3', 0.5)",
            "reasons = 'A guess, <b>bold</b>.'",
        ],
    }.items():
        own = {"crm_course": {"student": number, "exercise": STEM}}
        data = {"cells": [write_cell(one) for one in [first, *cells]], "metadata": own}
        (export / f"{number}.ipynb").write_text(json.dumps(data), encoding="utf-8")
    collect(place, export, STEM)
    grade(place, STEM, UNCONTAINED, say=lambda _: None)
    return place


def write_cell(source: str) -> dict:
    """A cell as it is handed in: below empty fields of question 8 stands that "a" was clicked."""
    clicked = {CLICKED_ANSWER: {"question": "q8", "answer": "a"}}
    outputs = [{"output_type": "display_data", "data": clicked}] if source == "chapter.answer('q8')" else []
    return {"cell_type": "code", "source": source, "outputs": outputs}


@pytest.fixture
def graded(graded_class, tmp_path):
    """A copy of the graded class, and its results; the second student has a mistake that the course knows."""
    shutil.copytree(graded_class.folder, tmp_path / "graded")
    place = Coursework(tmp_path / "graded")
    return place, read_results(place, STEM)


def made_up_key() -> dict:
    """A key whose right answers are 1001, 1002 and so on, so that none can be guessed from the data."""
    return {
        one.id: {
            "expected": ["number", 1001 + n],
            "mistaken": [["number", 5000 + 10 * n + m] for m in range(len(one.mistakes))],
        }
        for n, one in enumerate(load_exercise(STEM).questions)
        if one.kind in COMPUTED
    }
