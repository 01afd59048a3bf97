"""The comparison of graders asks what the exercise asks, and believes no grader that is wrong."""

import json
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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can adopt a program")
def test_what_a_command_leaves_behind_is_measured_too(tmp_path):
    work = "import time\nwhile time.process_time() < 0.5: pass"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}])"
    assert grading.measure([sys.executable, "-c", code], tmp_path, {}).cpu > 0.5


def test_what_grading_adds_is_the_median_of_the_rounds(monkeypatch):
    graded = iter([grading.Measured(wall, cpu, 1, "") for wall, cpu in ((30, 14), (90, 13), (32, 99))])
    options = []
    monkeypatch.setattr(grading, "run_plainly", lambda count, folder: grading.Measured(20, 10, 1, ""))
    monkeypatch.setattr(grading, "grade_here", lambda *words: options.append(words[2:]) or next(graded))
    found = grading.measure_overhead(count=10, rounds=3)
    assert found == {"count": 10, "rounds": 3, "clock": 1.2, "processor": 0.4}
    assert options == [("--workers", "1")] * 3
    assert "adds 1.20 s by the clock and 0.40 s of the processor" in grading.say_overhead(found)


def test_the_cells_alone_are_run_as_often_as_asked(tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(
        grading, "measure", lambda command, *rest: commands.append(command) or grading.Measured(2, 1, 30, "")
    )
    assert grading.run_plainly(3, tmp_path) == grading.Measured(6, 3, 30, "")
    source = (tmp_path / "cells.py").read_text(encoding="utf-8")
    assert len(commands) == 3 and all(cell in source for cell, _ in grading.CELLS.values())
    assert "check(" not in source


def test_the_page_holds_the_figures_that_were_kept_and_keeps_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "FIGURES", tmp_path / "grading.json")
    monkeypatch.setattr(grading, "PAGE", tmp_path / "grading.md")
    row = {"program": "abacus", "seconds": 2.346, "processor": 1.5, "memory_mb": 1250, "load": 3.2}
    overhead = {"count": 10, "rounds": 3, "clock": 0.25, "processor": 0.1}
    grading.keep({"count": 7, "cores": 4, "rows": [row], "overhead": overhead})
    hostile = {"submissions": 77, "more": 1, "fewer": 2, "outside": 3, "lost": 4}
    grading.keep({"hostile": {"sandbox": hostile}})
    kept = json.loads((tmp_path / "grading.json").read_text(encoding="utf-8"))
    assert kept["rows"] == [row] and kept["hostile"] == {"sandbox": hostile}
    page = (tmp_path / "grading.md").read_text(encoding="utf-8")
    assert "7 submissions" in page and "on 4 cores" in page
    assert "| abacus | 2.35 | 1.50 | 1,250 | 3.2 |" in page
    assert "| sandbox | 77 | 1 | 2 | 3 | 4 |" in page and grading.say_overhead(overhead) in page


def test_the_page_is_what_its_figures_say():
    kept = json.loads(grading.FIGURES.read_text(encoding="utf-8"))
    assert grading.PAGE.read_text(encoding="utf-8") == grading.write_page(kept)
    assert kept["overhead"]["clock"] <= grading.MOST_OVERHEAD
