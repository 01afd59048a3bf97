"""The page of the bank is in step with the bank, and names every hole."""

from dataclasses import replace
from pathlib import Path

import pytest

from crmlib.classroom.course.bank_page import find_bank_holes, render_bank_page
from crmlib.classroom.exam.items import load_exam
from crmlib.classroom.formats.chapters import chapter_stems

PAGE = Path(__file__).parents[3] / "docs" / "bank.md"


@pytest.fixture(scope="module")
def items():
    return [item for stem in chapter_stems(having="exam") for item in load_exam(stem)]


def test_the_page_of_the_bank_is_up_to_date_and_without_a_hole(items):
    assert PAGE.read_text(encoding="utf-8") == render_bank_page(items), "Run: crm exam bank"
    assert find_bank_holes(items) == []


def test_a_topic_has_a_row_with_its_items_by_kind_and_language(items):
    (row,) = [line for line in render_bank_page(items).splitlines() if line.startswith("| B-15 |")]
    counts = [cell.strip() for cell in row.split("|")[3:-1]]
    own = [item for item in items if "B-15" in item.topics]
    assert sum(int(count or 0) for count in counts[:12]) == len(own)
    assert counts[12:] == [str(len(own))] * 2


def test_holes_are_named(items):
    assert "H-03: no item" in find_bank_holes([item for item in items if "H-03" not in item.topics])
    one_kind = [item for item in items if "B-15" not in item.topics or item.kind == "question"]
    assert "B-15: 1 kinds, expected 3 or more" in find_bank_holes(one_kind)
    english = replace(items[0], question=replace(items[0].question, zh="____ ____ 4P", en="____ ____ 4P"))
    assert find_bank_holes([english, *items[1:]]) == [f"{english.id}: not in both languages"]
