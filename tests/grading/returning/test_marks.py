"""Marks: everybody of the class is in the lists, and platforms read them without a question."""

import csv
import io

import openpyxl
import pytest

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.returning.marks import list_marks, to_canvas, to_moodle, write_marks

STEM = "03_lifecycle"


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_moodle_gets_a_line_a_student_and_nothing_for_who_handed_in_nothing(graded):
    place, _ = graded
    found = {row["ID number"]: row[STEM] for row in rows(to_moodle(list_marks(place, STEM), STEM))}
    assert found == {"2026001": "3", "2026002": "0", "2026003": "0", "2026004": ""}


def test_canvas_gets_the_points_in_its_second_line(graded):
    place, _ = graded
    first, *others = rows(to_canvas(list_marks(place, STEM), STEM))
    assert first["Student"].strip() == "Points Possible" and first[STEM] == "8"
    assert [(row["SIS User ID"], row[STEM]) for row in others][:2] == [("2026001", "3"), ("2026002", "0")]


def test_the_workbook_holds_every_question(graded):
    place, _ = graded
    sheet = openpyxl.load_workbook(write_marks(place, STEM)[2]).active
    header, first, *_, last = sheet.iter_rows(values_only=True)
    assert header[:5] == ("number", "name", "marks", "of", "late") and header[5:13] == tuple(
        f"q{n}" for n in range(1, 9)
    )
    assert first[:4] == ("2026001", "Student 1", 3, 8) and first[5] == "right"
    assert last[:4] == ("2026004", "Student 4", None, None)


def test_nothing_is_listed_before_something_is_graded(tmp_path):
    with pytest.raises(ValueError, match="crm course grade"):
        list_marks(Coursework(tmp_path), STEM)
