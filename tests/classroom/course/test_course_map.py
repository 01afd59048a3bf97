"""The first page shows a reader how far the course has been worked through."""

import json
import re

import crmlib
from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.course import course_map, syllabus_page
from crmlib.classroom.course.course_map import (
    render_chapter,
    render_chapters,
    render_course,
    render_syllabus_map,
)
from crmlib.classroom.course.syllabus_page import SECTIONS
from crmlib.classroom.formats.reading import count_minutes
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.progress import Progress

STEM = "04_satisfaction_and_loyalty"


def test_a_new_reader_has_solved_nothing(tmp_path):
    count = len(load_exercise(STEM).questions)
    assert f": 0 predictions, 0 of {count} exercise questions solved" in render_course(tmp_path / "none")
    assert render_course(None) == render_course(tmp_path / "none")
    assert not (tmp_path / "none").exists(), "looking at the progress created a folder"


def test_what_was_recorded_and_solved_is_counted(tmp_path):
    progress = Progress(STEM, tmp_path)
    first, second, *_ = load_exercise(STEM).questions
    progress.update("predictions", "share", lambda entry: {"value": 0.2})
    progress.update("answers", first.id, lambda entry: {"tries": 2, "passed": True})
    progress.update("answers", second.id, lambda entry: {"tries": 1, "passed": False})
    assert ": 1 prediction, 1 of " in render_chapter(STEM, progress)
    assert json.loads((tmp_path / f"{STEM}.json").read_text(encoding="utf-8"))["version"] == 1


def test_a_chapter_that_is_not_complete_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    (tmp_path / STEM).mkdir()
    assert render_course(None) == "No chapter can be read yet."


def test_the_map_of_the_first_page_names_every_topic_and_links_what_can_be_read(tmp_path, monkeypatch):
    written = [stem for stem in crmlib.CHAPTERS if stem != "case_drugstore_chain"]
    for module in (course_map, syllabus_page):
        monkeypatch.setattr(module, "chapter_stems", lambda **_: written)
    (tmp_path / f"{STEM}.ipynb").write_text("{}", encoding="utf-8")
    text = render_syllabus_map(tmp_path)
    assert re.findall(r"^\| ([A-L]-\d\d) \|", text, re.MULTILINE) == list(load_syllabus())
    assert f"| H-03 | Satisfied yet gone 满意不等于忠诚 | [chapter 04]({STEM}.ipynb) |" in text
    assert "| I-01 | What churn means 客户流失 | chapter 05 |" in text
    assert "| K-01 | Key to the names of organisations 名称对照 | not covered yet |" in text
    assert text.startswith("Not covered yet are ")
    assert text.count("<details>") == text.count("</details>") == len(SECTIONS)


def test_the_first_page_lists_the_chapters_that_can_be_read_and_names_the_others(tmp_path):
    notebooks, exercises = tmp_path / "notebooks", tmp_path / "exercises"
    for folder, stems in ((notebooks, [STEM, "exam_review"]), (exercises, [STEM])):
        folder.mkdir()
        for stem in stems:
            (folder / f"{stem}.ipynb").write_text("{}", encoding="utf-8")
    head, _, chapter, review, _, planned = render_chapters(notebooks).splitlines()
    assert head == "| chapter | asks | minutes | exercise |"
    assert chapter.startswith(
        f"| [4 Satisfaction and loyalty]({STEM}.ipynb) 客户满意与客户忠诚 | If three of four"
    )
    assert chapter.endswith(
        f"| {count_minutes(STEM)} in 3 lessons | [60 minutes](../exercises/{STEM}.ipynb) |"
    )
    assert review.endswith(f"| {count_minutes('exam_review')} |  |"), (
        "a link to an exercise that is not there"
    )
    assert planned.startswith(
        "Not written yet: 1 relationship marketing; 2 relationship types; 3 lifecycle; 5 "
    )
    assert planned.endswith("case drugstore chain; case fuel wholesaler.")


def test_when_all_chapters_can_be_read_nothing_is_said_to_be_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(course_map, "CHAPTERS", {"00_start_here": (), STEM: ()})
    (tmp_path / f"{STEM}.ipynb").write_text("{}", encoding="utf-8")
    assert "Not written" not in render_chapters(tmp_path)


def test_a_notebook_whose_content_is_not_complete_counts_as_not_written(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    (tmp_path / STEM).mkdir()
    (tmp_path / f"{STEM}.ipynb").write_text("{}", encoding="utf-8")
    assert "4 satisfaction and loyalty" in render_chapters(tmp_path).splitlines()[-1]
