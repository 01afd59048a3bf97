"""A small class, and notebooks as its students might hand them in."""

import json

import pytest

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.hand_out import personal_edition, read_edition
from crmlib.grading.exchange.students import Student

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
