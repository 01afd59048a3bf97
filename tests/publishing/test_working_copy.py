"""Readers work in a copy: an update never meets an edit, and a page can be had anew."""

import json
from pathlib import Path

import pytest

from crmlib.classroom.display import CLICKED_ANSWER
from crmlib.classroom.progress import Progress
from crmlib.publishing.working_copy import find_pages, prepare_work, reset_page

PAGE, EXERCISE = "notebooks/03_lifecycle.ipynb", "exercises/03_lifecycle.ipynb"


def write(path: Path, *cells: str, outputs: tuple = (), **metadata) -> None:
    """Write a notebook with these code cells; the outputs stand below the last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [{"cell_type": "code", "source": [cell], "outputs": []} for cell in cells]
    written[-1]["outputs"] = list(outputs)
    path.write_text(json.dumps({"cells": written, "metadata": metadata}), encoding="utf-8")


def read(path: Path) -> list[str]:
    """Return the cells of a notebook."""
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A course with a chapter, its exercise, its solution, a spare edition and a page of text."""
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    root = tmp_path / "course"
    write(root / PAGE, "page 1")
    write(root / EXERCISE, "exercise 1")
    write(root / "exercises" / "solutions" / "03_lifecycle.ipynb", "solution")
    write(root / "exercises" / "03_lifecycle.new.ipynb", "spare")
    (root / "docs").mkdir()
    (root / "docs" / "syllabus.md").write_text("topics", encoding="utf-8")
    prepare_work(root)
    return root


def test_the_copy_has_chapters_exercises_and_the_pages_that_they_name_and_no_solution(course):
    found = {path.relative_to(course / "work").as_posix() for path in (course / "work").rglob("*.*")}
    assert found == {PAGE, EXERCISE, "docs/syllabus.md", ".copied.json", ".jupytext.toml"}
    assert find_pages(course) == [PAGE, EXERCISE]


def test_a_page_that_nobody_edited_follows_the_course_even_if_it_was_run(course):
    write(course / "work" / PAGE, "page 1", outputs=({"data": {"text/plain": "3"}},))
    write(course / PAGE, "page 2")
    assert prepare_work(course) == []
    assert read(course / "work" / PAGE) == ["page 2"]


@pytest.mark.parametrize(
    ("cell", "outputs"),
    [("mine", ()), ("page 1", ({"data": {CLICKED_ANSWER: {"question": "q8", "answer": "a"}}},))],
)
def test_an_edited_page_is_kept_and_named_as_long_as_the_course_has_a_newer_one(course, cell, outputs):
    write(course / "work" / PAGE, cell, outputs=outputs)
    assert prepare_work(course) == []
    write(course / PAGE, "page 2")
    assert prepare_work(course) == [PAGE] == prepare_work(course)
    assert read(course / "work" / PAGE) == [cell]


def test_a_damaged_page_or_a_lost_record_costs_nobody_an_edit(course):
    (course / "work" / PAGE).write_text("{", encoding="utf-8")
    write(course / "work" / EXERCISE, "mine")
    (course / "work" / ".copied.json").write_text("{", encoding="utf-8")
    assert prepare_work(course) == [PAGE, EXERCISE]
    assert read(course / "work" / EXERCISE) == ["mine"]
    assert (course / "work" / PAGE).read_text(encoding="utf-8") == "{"


def test_a_page_that_was_deleted_comes_again(course):
    (course / "work" / PAGE).unlink()
    assert prepare_work(course) == []
    assert read(course / "work" / PAGE) == ["page 1"]


def test_a_reset_brings_the_page_of_the_course_and_keeps_each_older_one_beside_it(course):
    for n in (1, 2):
        write(course / "work" / PAGE, f"mine {n}")
        reset_page(course, PAGE)
    assert read(course / "work" / PAGE) == ["page 1"]
    assert read(course / "work" / "notebooks" / "03_lifecycle.mine.ipynb") == ["mine 1"]
    assert read(course / "work" / "notebooks" / "03_lifecycle.mine2.ipynb") == ["mine 2"]
    write(course / PAGE, "page 2")
    assert prepare_work(course) == []
    assert read(course / "work" / PAGE) == ["page 2"]


def test_a_reset_exercise_has_empty_fields_and_keeps_the_tries(course, tmp_path):
    for seed in (None, 7):
        progress = Progress("03_lifecycle", tmp_path / "progress", seed=seed)
        progress.note_answer("q8", passed=True, given="a")
    reset_page(course, PAGE)
    assert progress.read("answers")["q8"]["given"] == "a"
    reset_page(course, EXERCISE)
    for seed in (None, 7):
        entry = Progress("03_lifecycle", tmp_path / "progress", seed=seed).read("answers")["q8"]
        assert {**entry, "seconds": 0} == {"tries": 1, "passed": True, "at_once": True, "seconds": 0}


def test_what_was_handed_out_is_not_replaced_by_the_common_exercise(course):
    write(course / "work" / EXERCISE, "mine", crm_course={"student": "7"})
    with pytest.raises(ValueError, match="was handed out to you"):
        reset_page(course, EXERCISE)
    assert read(course / "work" / EXERCISE) == ["mine"]


def test_an_unknown_page_is_answered_with_the_nearest(course):
    with pytest.raises(ValueError, match=r"no page .*Did you mean 'notebooks/03_lifecycle"):
        reset_page(course, "notebooks/03_lifecycl")
    with pytest.raises(ValueError, match="no page"):
        reset_page(course, "../secret.ipynb")
