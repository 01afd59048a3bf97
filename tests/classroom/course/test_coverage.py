"""Every topic of the written chapters is taught, practised and examined, and the page says where."""

import json
import re
from pathlib import Path

import pytest

from crmlib.classroom.course.course_map import render_syllabus_map
from crmlib.classroom.course.coverage import (
    Coverage,
    Place,
    find_examined,
    find_holes,
    find_practised,
    find_taught,
    name_of,
    read_coverage,
    read_sections,
)
from crmlib.classroom.course.syllabus_page import SECTIONS, render_syllabus
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.headings import find_topics
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.publishing.inspect.prose import explain_dead
from tests.classroom.calls import STEM, write_examples

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "syllabus.md"
# What the written chapters must cover between them; a new chapter adds its own topics by itself.
WRITTEN = find_topics(
    "A-01 to A-11, B-01 to B-30, C-01 to C-22, E-01 to E-07, F-05, F-06, F-17, G-01 to G-24, H-01 to H-16, "
    "I-01 to I-10, J-03 to J-09, L-01 to L-08"
)


@pytest.fixture(scope="module")
def rows() -> list[Coverage]:
    """Return the coverage of the course as it stands."""
    return read_coverage(ROOT)


def test_every_topic_of_the_written_chapters_is_taught_practised_and_examined(rows):
    holes = find_holes(rows)
    assert not holes, "\n".join(["Topics with a hole:", *holes])


def test_the_written_chapters_are_those_of_the_plan(rows):
    assert {row.topic.id for row in rows if row.is_due} >= WRITTEN


def test_the_page_of_the_syllabus_is_up_to_date(rows):
    assert PAGE.read_text(encoding="utf-8") == render_syllabus(rows), "Run: crm syllabus"


def test_every_link_of_the_page_leads_to_a_heading():
    targets = set(re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")))
    dead = {target: explain_dead(target, path=PAGE, root=ROOT) for target in targets}
    assert targets and {target: why for target, why in dead.items() if why} == {}


def test_the_page_has_a_row_for_each_topic_of_each_section(rows):
    text = render_syllabus(rows)
    assert re.findall(r"^\| ([A-L]-\d\d) \|", text, re.MULTILINE) == list(load_syllabus())
    assert re.findall(r"^## (\w)", text, re.MULTILINE) == list(SECTIONS)


def test_the_map_of_the_first_page_names_every_topic_and_links_what_can_be_read(tmp_path):
    (tmp_path / f"{STEM}.ipynb").write_text("{}", encoding="utf-8")
    text = render_syllabus_map(tmp_path)
    assert re.findall(r"^\| ([A-L]-\d\d) \|", text, re.MULTILINE) == list(load_syllabus())
    assert f"| H-03 | Satisfied yet gone 满意不等于忠诚 | [chapter 04]({STEM}.ipynb) |" in text
    assert "| K-01 | " in text and "| case drugstore chain |" in text
    assert text.count("<details>") == text.count("</details>") == len(SECTIONS)


def write_notebook(path, cells):
    """Write a notebook of (kind, source) pairs; code cells may bring the Markdown that they show."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [
        {
            "cell_type": kind,
            "source": source.splitlines(keepends=True),
            "outputs": [{"data": {"text/markdown": text}} for text in shown],
        }
        for kind, source, *shown in cells
    ]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course of one chapter: the documented examples, a notebook and an exercise."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    write_examples(tmp_path / "content")
    write_notebook(
        tmp_path / "notebooks" / f"{STEM}.ipynb",
        [
            ("markdown", "# 4 Satisfaction\n\nOn H-01 and G-01 to G-03."),
            ("code", "chapter.recall()"),
            ("markdown", "## Who answers?\n\nH-01 again (H-01).\n\n### By hand\n\nG-02"),
            ("markdown", "## Three words (满意)\n\n### By hand\n\nH-02 <!-- H-05 -->, and F-05 of another"),
            ("markdown", "## What you can do now\n\nH-04, H-02, H-02"),
        ],
    )
    write_notebook(
        tmp_path / "exercises" / f"{STEM}.ipynb",
        [("markdown", "# Exercise"), ("markdown", "## One"), ("code", 'chapter.check("q1", share)')],
    )
    return tmp_path


def test_a_topic_is_taught_in_the_section_that_names_it_most(course):
    taught = find_taught(course)
    assert taught["H-01"] == Place("04, Who answers?", f"notebooks/{STEM}.ipynb#Who-answers?")
    assert taught["G-03"].label == "04, 4 Satisfaction"


def test_closing_pages_comments_and_other_chapters_teach_nothing(course):
    assert set(find_taught(course)) == {"H-01", "H-02", "G-01", "G-02", "G-03"}


def test_a_heading_that_stands_twice_gives_way_to_the_one_above_it(course):
    taught = find_taught(course)
    assert taught["H-02"].target == f"notebooks/{STEM}.ipynb#Three-words-%28满意%29"
    headings = [section.heading for section in read_sections(course / "notebooks" / f"{STEM}.ipynb")]
    assert headings.count("Who answers?") == headings.count("Three words (满意)") == 2


def test_only_a_question_that_a_notebook_shows_is_practice(course):
    practised = find_practised(course)
    assert practised["H-03"] == [Place("exercise 04 q1", f"exercises/{STEM}.ipynb#One")]
    assert "H-02" not in practised and "G-10" not in practised, "q2 and q3 are shown nowhere"


def test_recall_questions_are_practice_of_their_topic(course):
    assert find_practised(course)["E-02"] == [Place("recall 04 r1", f"notebooks/{STEM}.ipynb#4-Satisfaction")]


def test_the_output_of_a_cell_shows_questions_as_well(course):
    path = course / "exercises" / f"{STEM}.ipynb"
    write_notebook(path, [("markdown", "# Exercise"), ("code", "practice()", "1. **q3** Name five works")])
    assert set(find_practised(course)) >= {"G-10"}
    assert "H-03" not in find_practised(course)


def test_exam_items_examine_their_topics_and_their_kinds(course):
    examined = find_examined()
    assert examined["H-02"] == ["04-01"]
    assert examined["L-01"] == ["1 of kind fill in"]
    assert examined["L-07"] == []


def test_topics_without_a_chapter_are_no_holes(course):
    rows = {row.topic.id: row for row in read_coverage(course)}
    assert chapter_stems() == (STEM,)
    assert rows["D-01"].holes == () and not rows["D-01"].is_due
    assert rows["H-01"].holes == ("practised", "examined")
    assert rows["H-16"].holes == ("taught", "practised", "examined")
    assert (
        "H-01 Customer satisfaction (04_satisfaction_and_loyalty): not practised, not examined"
        in find_holes(list(rows.values()))
    )


def test_a_page_with_holes_says_so(course):
    text = render_syllabus(read_coverage(course))
    assert "- H-04 Damage by one dissatisfied customer (04_satisfaction_and_loyalty): not taught" in text
    assert "| D-01 | Prospect 准客户 / 准顾客 | later: 06 | - | - |" in text
    assert f"[exercise 04 q1](../exercises/{STEM}.ipynb#One)" in text


def test_a_chapter_is_called_by_its_number_a_case_by_its_name():
    assert name_of("case_fuel_wholesaler") == "case fuel wholesaler"
