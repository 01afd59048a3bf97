"""The plan: every section and list before the last day, minutes that add up, papers that fit their time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from crmlib.classroom.review.content import load_lists
from crmlib.classroom.review.plan import (
    DIAGNOSIS,
    draw_diagnosis,
    draw_mock,
    draw_steps,
    plan_days,
    read_weights,
    render_plan,
)
from crmlib.classroom.review.records import weigh_sections

TODAY = date(2026, 3, 1)
GROUPS = list(load_lists())


@pytest.fixture(scope="module")
def needs(bank):
    return weigh_sections(bank, {})


@pytest.mark.parametrize("left", [1, 2, 4, 7, 14, 40])
def test_the_days_hold_every_section_and_list_that_there_is_room_for(needs, left):
    days = plan_days(needs, GROUPS, today=TODAY, exam_on=TODAY + timedelta(days=left), minutes=60)
    assert [day.on for day in days] == [TODAY + timedelta(days=n) for n in range(min(left, 21))]
    assert all(sum(day.parts.values()) == 60 for day in days)
    if left >= 4:
        assert {letter for day in days for letter in day.sections} == set(needs)
        assert {group for day in days for group in day.groups} == set(GROUPS)
    most = max(needs, key=lambda letter: needs[letter])
    assert most in days[0].sections
    assert left == 1 or (days[-1].sections == () and "mock" not in days[-1].parts) or left > 21


def test_no_day_is_left_on_the_day_of_the_exam_and_a_past_one_is_refused(needs):
    assert plan_days(needs, GROUPS, today=TODAY, exam_on=TODAY, minutes=60) == []
    with pytest.raises(ValueError, match=r"exam_on is 2026-02-28, which is over"):
        plan_days(needs, GROUPS, today=TODAY, exam_on=date(2026, 2, 28), minutes=60)
    with pytest.raises(ValueError, match="Below 20 minutes a day"):
        plan_days(needs, GROUPS, today=TODAY, exam_on=date(2026, 3, 8), minutes=19)
    shortest = plan_days(needs, GROUPS, today=TODAY, exam_on=date(2026, 3, 8), minutes=20)
    assert [sum(day.parts.values()) for day in shortest] == 7 * [20]


def test_the_plan_is_a_row_a_day(needs):
    days = plan_days(needs, GROUPS, today=TODAY, exam_on=date(2026, 3, 4), minutes=45)
    titles = {key: group.title for key, group in load_lists().items()}
    rows = render_plan(days, titles, "zh", dated=True).splitlines()[2:5]
    assert [row.split(" | ")[0] for row in rows] == ["| 2026-03-01", "| 2026-03-02", "| 2026-03-03"]
    assert "day 2" in render_plan(days, titles, "en", dated=False)


def test_the_diagnosis_asks_every_section_within_its_minutes(bank):
    for seed in range(5):
        items = draw_diagnosis(bank, seed=seed)
        assert sum(item.minutes for item in items) <= DIAGNOSIS
        assert len({item.topics[0][0] for item in items}) >= 10
        assert max(Counter(topic for item in items for topic in item.topics).values()) == 1
    assert draw_diagnosis(bank, seed=1) != draw_diagnosis(bank, seed=2)


def test_a_mock_has_the_kinds_of_the_blueprint_and_asks_no_topic_twice(bank):
    items = draw_mock(bank, {}, minutes=60, today=TODAY, seed=1)
    assert 50 <= sum(item.minutes for item in items) <= 60
    assert {item.kind for item in items} == set(read_weights())
    assert max(Counter(topic for item in items for topic in item.topics).values()) == 1
    due = {item.id: {"due_on": "2026-03-01", "marks": 0, "of": item.marks} for item in items[:5]}
    again = draw_mock(bank, due, minutes=60, today=TODAY, seed=2)
    back = set(due) & {item.id for item in again}
    assert len(back) >= 2 and len(again) > 2 * len(back), "what lost marks comes back beside what is new"
    only = draw_mock(bank, {}, minutes=20, today=TODAY, seed=1, sections=["E"])
    assert only and all(any(topic.startswith("E") for topic in item.topics) for item in only)


def test_each_kind_goes_from_worked_to_fresh_and_every_day_begins_with_another(bank):
    steps = draw_steps(bank, {}, sections=["H"], today=TODAY, minutes=30)
    stages = [stage for stage, _ in steps]
    assert stages == ["worked", "faded", "fresh", "fresh"] * (len(steps) // 4)
    for start in range(0, len(steps), 4):
        kinds = {item.kind for _, item in steps[start : start + 4]}
        assert len(kinds) == 1, "one kind at a time"
        assert len({item.id for _, item in steps[start : start + 4]}) >= 3
    other = draw_steps(bank, {}, sections=["H"], today=TODAY + timedelta(days=1), minutes=30)
    assert other[0][1].kind != steps[0][1].kind


def test_a_question_that_takes_just_the_minutes_that_are_left_fits(bank):
    item = next(
        item for items in bank.values() for item in items if item.kind == "choice" and item.minutes > 1
    )
    assert draw_diagnosis({"one": [item]}, seed=1, minutes=item.minutes) == [item]
    assert draw_diagnosis({"one": [item]}, seed=1, minutes=item.minutes - 1) == []


def test_a_kind_takes_three_questions_from_worked_to_fresh_but_a_calculation_one(bank):
    lists = [item for items in bank.values() for item in items if item.kind == "list"][:3]
    sections = [item.topics[0][0] for item in lists]
    asked = {"sections": sections, "today": TODAY, "minutes": 60}
    assert draw_steps({"one": lists[:2]}, {}, **asked) == []
    assert len(draw_steps({"one": lists}, {}, **asked)) == 4
    sums = next(item for items in bank.values() for item in items if item.kind == "calculation")
    steps = draw_steps({"one": [sums]}, {}, **{**asked, "sections": [sums.topics[0][0]]})
    assert [stage for stage, _ in steps] == ["worked", "faded", "fresh"]
