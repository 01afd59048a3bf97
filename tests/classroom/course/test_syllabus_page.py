"""The page of the syllabus has a row for every topic, and its links lead somewhere."""

import re
from pathlib import Path

from crmlib.classroom.course.coverage import read_coverage
from crmlib.classroom.course.syllabus_page import SECTIONS, render_syllabus
from crmlib.classroom.formats.registry import load_syllabus
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
    assert re.findall(r"^## (\w)", text, re.MULTILINE) == list(SECTIONS)


def test_a_page_with_holes_says_so(course):
    text = render_syllabus(read_coverage(course))
    assert "- H-04 Damage by one dissatisfied customer (04_satisfaction_and_loyalty): not taught" in text
    assert "| D-01 | Prospect 准客户 / 准顾客 | later: 06 | - | - |" in text
    assert f"[exercise 04 q1](../exercises/{STEM}.ipynb#One)" in text
