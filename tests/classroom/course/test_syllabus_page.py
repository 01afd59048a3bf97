"""The page of the syllabus has a row for every topic, and its links lead somewhere."""

import re
from pathlib import Path

from crmlib.classroom.course.coverage import read_coverage
from crmlib.classroom.course.syllabus_page import SECTIONS, describe_uncovered, render_syllabus
from crmlib.classroom.formats.registry import load_disagreements, load_syllabus
from crmlib.publishing.inspect.prose import explain_dead
from tests.classroom.calls import STEM

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "syllabus.md"


def test_the_page_of_the_syllabus_is_up_to_date(rows):
    assert PAGE.read_text(encoding="utf-8") == render_syllabus(rows), "Run: crm syllabus"


def test_every_link_of_the_page_leads_to_a_heading():
    targets = set(re.findall(r"\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8")))
    dead = {target: explain_dead(target, path=PAGE, root=ROOT) for target in targets}
    assert targets and {target: why for target, why in dead.items() if why} == {}


def test_the_page_has_a_row_for_each_topic_of_each_section(rows):
    text = render_syllabus(rows)
    assert re.findall(r"^\| ([A-L]-\d\d) \|", text, re.MULTILINE) == list(load_syllabus())
    assert re.findall(r"^## (\w) ", text, re.MULTILINE) == list(SECTIONS)


def test_a_page_with_holes_says_so(course):
    text = render_syllabus(read_coverage(course))
    assert "- H-04 Damage by one dissatisfied customer (04_satisfaction_and_loyalty): not taught" in text
    assert "| D-01 | Prospect 准客户 / 准顾客 | not covered yet | - | - |" in text
    assert f"[exercise 04 q1](../exercises/{STEM}.ipynb#One)" in text


def test_the_page_tells_gaps_notes_and_every_disagreement_with_its_sources(rows):
    text = render_syllabus(rows)
    assert "- **B-27** Gap: The article breaks off here.\n" in text
    assert "- **D-18** Gap: The numbering jumps from (4) to (7)" in text
    assert "- **J-08** Critical: the source speaks of effective control of customers" in text
    assert "| trust and value [001]; length, depth and breadth [003] |" in text
    assert re.findall(r"^\| (X-\d\d) \|", text, re.MULTILINE) == list(load_disagreements())


def test_the_sections_that_no_chapter_covers_yet_are_counted(course, tmp_path, monkeypatch):
    """Chapter 4 alone teaches one topic of section F, fifteen of G and all sixteen of H."""
    words = describe_uncovered()
    assert (
        "Not covered yet are 218 of the 250 topics of the syllabus: A Relationship marketing (all 11); "
        in words
    )
    assert (
        "F Customer value and tiering (30 of 31); G Interaction, service and complaints (9 of 24); I "
        in words
    )
    for topic in load_syllabus().values():
        (tmp_path / "full" / topic.chapter).mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "full"))
    assert describe_uncovered() == "All 250 topics of the syllabus are covered."


def test_the_front_page_of_the_project_says_what_is_not_covered():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert describe_uncovered() in readme, f"Write into README.md: {describe_uncovered()}"
