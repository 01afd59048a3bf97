"""What marks say: when a question comes back, which topics stand, what a paper brought."""

from datetime import date

import pytest

from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import find_item
from crmlib.classroom.review.records import (
    Desk,
    find_standing,
    find_weak,
    mix_items,
    note_marks,
    order_items,
    render_coverage,
    render_result,
    sign_of,
    weigh_sections,
)

TODAY = date(2026, 3, 1)


@pytest.fixture
def desk():
    return Desk(Progress("exam_review", None), "en", TODAY)


def test_an_item_that_lost_marks_comes_back_before_one_that_earned_them(bank, desk):
    lost, half, full = (find_item(bank, key) for key in ("03-01", "03-02", "04-02"))
    assert note_marks(desk, lost, 0) == date(2026, 3, 2)
    assert note_marks(desk, half, half.marks / 2) == date(2026, 3, 2)
    assert note_marks(desk, full, full.marks) == date(2026, 3, 3)
    assert desk.progress.read("items")["03-01"]["marks"] == 0


def test_due_items_come_first_then_new_ones_then_those_of_later_days(bank):
    keys = ["03-01", "03-02", "04-02", "04-06", "05-08"]
    items = [find_item(bank, key) for key in keys]
    records = {
        "03-02": {"due_on": "2026-03-09", "marks": 1, "of": 2},
        "04-06": {"due_on": "2026-03-01", "marks": 2, "of": 2},
        "05-08": {"due_on": "2026-03-01", "marks": 1, "of": 4},
    }
    order = [item.id for item in order_items(items, records, today=TODAY)]
    assert order == ["05-08", "04-06", "03-01", "04-02", "03-02"]


def test_due_and_new_items_take_turns(bank):
    items = [find_item(bank, key) for key in ("03-01", "03-02", "04-02", "04-06", "05-08")]
    due = {key: {"due_on": "2026-02-27", "marks": 0, "of": 2} for key in ("04-02", "04-06", "05-08")}
    assert [item.id for item in mix_items(items, due, today=TODAY)] == [
        "04-02",
        "03-01",
        "04-06",
        "03-02",
        "05-08",
    ]


def test_a_topic_stands_by_the_marks_of_all_its_items(bank):
    item = find_item(bank, "03-01")
    records = {item.id: {"marks": 1, "of": 2}}
    standing = find_standing(bank, records)
    assert standing == dict.fromkeys(item.topics, (1, 2))
    assert find_weak(standing) == sorted(item.topics) and find_weak({"A-01": (2, 2)}) == []
    assert sign_of((0.9, 2)) == "✘"


def test_a_section_needs_less_the_more_of_it_is_known(bank):
    before = weigh_sections(bank, {})
    of_e = [item for items in bank.values() for item in items if item.topics[0].startswith("E")]
    known = weigh_sections(bank, {item.id: {"marks": item.marks, "of": item.marks} for item in of_e})
    assert before["E"] > 0 and known["E"] < 0.2 * before["E"]
    assert known["A"] == pytest.approx(before["A"], rel=0.3)
    marks = sum(item.marks for items in bank.values() for item in items)
    assert sum(before.values()) <= marks


def test_the_topics_stand_at_a_glance(bank):
    records = {"03-01": {"marks": 0, "of": 2}}
    text = render_coverage(bank, records, "zh")
    assert "| E 客户生命周期 |" in text and "失分的知识点" in text and "English" not in text
    assert text.count("✘") - 1 == len(find_item(bank, "03-01").topics)


def test_only_lost_marks_send_the_reader_back_to_a_chapter(bank):
    item = find_item(bank, "03-01")
    assert "Reread" not in render_result([(item, item.marks)], "en")
    lost = render_result([(item, 0), (find_item(bank, "04-02"), 2)], "en")
    assert "Reread: " in lost and "(03, " in lost
    assert "**2 of 4 marks.**" in lost and "| *Fill in the blanks* | 2 / 4 |" in lost
