"""The week in the notebook: the exam is asked, the day stays as it was begun, one language for all."""

import re
from datetime import date, timedelta

import pytest

from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import find_item
from crmlib.classroom.review.day import find_due_cards, find_returning
from crmlib.classroom.review.records import Desk, note_marks
from crmlib.classroom.review.week import keep_exam, read_exam

TODAY = date(2026, 3, 1)


@pytest.fixture
def desk(tmp_path):
    return Desk(Progress("exam_review", tmp_path / "progress"), "en", TODAY)


def test_the_day_of_the_exam_is_asked_and_kept(review, desk):
    plan = review._week.make_plan(desk)
    day, slider = plan.children[0].children
    assert "Choose it above" in plan.children[1].value and "day 7" in plan.children[1].value
    day.value, slider.value = TODAY + timedelta(days=3), 40
    assert read_exam(desk) == (date(2026, 3, 4), 40)
    assert "2026-03-03" in plan.children[1].value and "2026-03-04" not in plan.children[1].value
    assert "The last day:" in plan.children[1].value
    day.value = TODAY - timedelta(days=1)
    assert "This day is over" in plan.children[1].value
    day.value = TODAY
    assert "The exam is today" in plan.children[1].value
    assert list(review._week.find_day(desk).parts) == ["cards", "sheet"]


def test_a_day_stays_as_it_was_begun_until_the_exam_is_moved(review, bank):
    desk = Desk(Progress("exam_review", None), "en", TODAY)
    keep_exam(desk, TODAY + timedelta(days=9), 60)
    first = review._week.find_day(desk)
    weak = [item for items in bank.values() for item in items if item.topics[0][0] in first.sections]
    for item in weak:
        note_marks(desk, item, item.marks)
    assert review._week.find_day(desk) == first
    keep_exam(desk, TODAY + timedelta(days=9), 90)
    other = review._week.find_day(desk)
    assert other.sections != first.sections and sum(other.parts.values()) == 90


def test_the_parts_of_a_day_open_one_by_one_and_are_ticked(review, desk):
    keep_exam(desk, TODAY + timedelta(days=9), 60)
    _, parts, frame, done = review._week.make_day(desk).children[1].children
    assert [part for _, part in parts.options] == ["lists", "steps", "cards", "mock"]
    opened = {}
    for part in ("steps", "cards", "mock", "lists"):
        parts.value = part
        opened[part] = frame.children[0]
        done.value = True
    assert "Worked" in opened["steps"].children[0].children[0].value
    assert "cards left" in opened["cards"].children[0].value
    assert "minutes." in opened["mock"].children[0].value
    assert "What tells them apart" in opened["lists"].children[0].value
    assert "of today's plan" not in review._week.describe_next(desk)
    parts.value = "steps"
    done.value = False
    assert "of today's plan: Worked, faded, fresh" in review._week.describe_next(desk)


def test_fresh_questions_end_a_step_and_their_marks_come_back(review, desk):
    keep_exam(desk, TODAY + timedelta(days=9), 60)
    parts = review._week.make_day(desk).children[1].children[1]
    parts.value = "steps"
    page = review._week.make_day(desk).children[1]
    page.children[1].value = "steps"
    frame, buttons = page.children[2].children[0].children
    for _ in range(2):
        buttons.children[1].click()
    marks = frame.children[-1].children[1]
    marks.value = 0
    assert "2026-03-02" in frame.children[-1].children[2].value
    assert "Reread" in frame.children[-1].children[2].value
    assert len(desk.progress.read("items")) == 1
    tomorrow = Desk(desk.progress, "en", TODAY + timedelta(days=1))
    assert "questions that come back today: 1" in review._week.describe_next(tomorrow)


def test_a_week_brings_every_section_and_list_although_each_day_is_planned_anew(review, desk, bank):
    keep_exam(desk, TODAY + timedelta(days=7), 60)
    sections, groups = set(), set()
    for place in range(7):
        now = Desk(desk.progress, "en", TODAY + timedelta(days=place))
        day = review._week.find_day(now)
        sections, groups = sections | set(day.sections), groups | set(day.groups)
        for item in [one for items in bank.values() for one in items if one.topics[0][0] in day.sections][:2]:
            note_marks(now, item, 0)
        now.progress.update("days", day.on.isoformat(), lambda entry: {**entry, "done": ["steps"]})
    assert sections == set("ABCDEFGHIJK")
    assert groups == set(review._lists)


def test_what_is_due_comes_back_before_new_work(review, desk, bank):
    keep_exam(desk, TODAY + timedelta(days=7), 60)
    note_marks(desk, find_item(bank, "05-08"), 0)
    tomorrow = Desk(desk.progress, "en", TODAY + timedelta(days=1))
    page = review._week.make_day(tomorrow).children[1]
    page.children[1].value = "steps"
    title, question, *_ = page.children[2].children[0].children[0].children
    assert "Comes back today" in title.value and "05-08" in question.value


def test_what_comes_back_may_take_just_its_share_of_the_day(desk, bank):
    item = find_item(bank, "05-08")
    note_marks(desk, item, 0)
    tomorrow = Desk(desk.progress, "en", TODAY + timedelta(days=1))
    assert find_returning(bank, tomorrow, minutes=item.minutes) == [item]
    assert find_returning(bank, tomorrow, minutes=item.minutes - 1) == []
    assert find_returning(bank, desk, minutes=item.minutes) == [], "on the same day it is not due"


def test_cards_of_all_chapters_are_dealt_in_turn_the_due_ones_first(desk):
    new = find_due_cards(desk, limit=12)
    assert len({progress.stem for _, progress in new}) >= 8
    card, home = new[5]
    home.update("cards", card.key, lambda _: {"stability": 1.0, "difficulty": 5.0, "due_on": "2026-02-27"})
    assert find_due_cards(desk, limit=12)[0][0] == card


def test_the_day_before_the_exam_brings_what_lost_marks_and_nothing_new(review, desk, bank):
    keep_exam(desk, TODAY + timedelta(days=2), 60)
    review._week.find_day(desk)
    note_marks(desk, find_item(bank, "05-08"), 1)
    last = Desk(desk.progress, "en", TODAY + timedelta(days=1))
    page = review._week.make_day(last).children[1]
    assert [part for _, part in page.children[1].options] == ["lists", "cards", "lost", "sheet"]
    page.children[1].value = "lost"
    assert "05-08" in page.children[2].children[0].children[0].children[1].value
    page.children[1].value = "sheet"
    assert "How many, and in an order?" in page.children[2].children[0].value


def test_one_switch_turns_every_part_into_chinese(review, shown):
    calls = [
        lambda: review.side_by_side("crm"),
        lambda: review.marking("list"),
        lambda: review.sorting("crm"),
        lambda: review.ask("f-choice"),
        lambda: review.fresh("list"),
        lambda: review.plan(),
        lambda: review.decision_sheet(),
        lambda: review.formulas(),
    ]
    for call in calls:
        call()
    review.speak()
    switch = shown[-1][1]
    switch.value = "zh"
    frames = [frame for _, frame in shown[:-1]]
    texts = ["".join(_read_values(frame)) for frame in frames]
    for text in texts:
        words = re.findall(r"[a-z]{4,}", re.sub(r"<[^>]*>|&[a-z]+;|f-choice", "", text))
        assert words == [], text[:200]
        assert re.search("[\u4e00-\u9fff]", text)
    assert review.spoken == "zh"
    with pytest.raises(ValueError, match=r"language is 'cn'"):
        review.speak("cn")


def _read_values(widget):
    """Yield the texts that a widget and its parts show."""
    if hasattr(widget, "children"):
        for child in widget.children:
            yield from _read_values(child)
    elif type(widget).__name__ == "HTML":
        yield widget.value


def test_marks_renew_what_tells_them_and_a_new_exam_also_the_day(review, shown, bank):
    for call in (review.coverage, review.day, review.next_steps, review.plan):
        call()
    coverage, day, following, plan = (frame for _, frame in shown)
    before = day.children[0]
    item = find_item(bank, "05-08")
    note_marks(review._desk, item, 0)
    review._desk.tell("marks")
    assert f"{len(item.topics)} / 10" in coverage.children[0].value and "05, " in following.children[0].value
    assert day.children[0] is before, "a day is not begun anew while one works on it"
    plan.children[0].children[0].children[0].value = date.today() + timedelta(days=3)
    assert day.children[0] is not before and day.children[0].children[0].value == ""
