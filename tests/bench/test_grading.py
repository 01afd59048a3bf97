"""The comparison of graders asks what the exercise asks, and believes no grader that is wrong."""

import sys

import pytest

from bench import grading
from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.answers.workbook import Workbook


def test_the_four_cells_give_the_right_answers_of_the_exercise(firm):
    exercise = load_exercise(grading.STEM)
    book = Workbook(exercise, firm)
    right = {one.id: float(book.expected(one)) for one in exercise.questions if one.id in grading.CELLS}
    assert grading.expect() == pytest.approx(right)


def test_a_command_is_measured_with_what_it_starts(tmp_path):
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(200_000_000)'])"
    done = grading.measure([sys.executable, "-c", code], tmp_path, {})
    assert done.wall > 0 and done.cpu > 0 and done.memory_mb > 190


def test_a_grader_that_fails_or_marks_wrongly_stops_the_comparison(tmp_path):
    with pytest.raises(ValueError, match=r"(?s)failed:.*no such marks"):
        grading.measure([sys.executable, "-c", "raise SystemExit('no such marks')"], tmp_path, {})
    with pytest.raises(ValueError, match="Otter: 2 of 3 are marked as they should be"):
        grading.check(2, 3, "Otter", grading.Measured(1, 1, 1, ""))
