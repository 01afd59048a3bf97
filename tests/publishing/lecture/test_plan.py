"""A lecture is fitted into the minutes that there are."""

import pytest

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.lecture import Section, Slide, load_lecture
from crmlib.publishing.lecture.plan import plan_lecture, render_plan


def slide(name, skip=None):
    """A slide that asks a recall question."""
    return Slide(question=name, skip=skip)


SECTIONS = (
    Section(
        "first-part", 10, "Notes.", ask="Who pays?", exercise="q1", slides=(slide("a", 1), slide("b", 2))
    ),
    Section(
        "second-part",
        20,
        "Notes.",
        exercise="q2",
        slides=(slide("c"), slide("d", 1), slide("e"), slide("f", 3)),
    ),
)


def left_out(minutes):
    """Return which questions are left out, and how much is still too long."""
    plan = plan_lecture(SECTIONS, minutes=minutes, exercise_minutes=4)
    return {one.question for step in plan.steps for one in step.left_out}, plan.over


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (30, (set(), 0)),
        (29, ({"d"}, 0)),
        (25, ({"d"}, 0)),
        (24.9, ({"d", "a"}, 0)),
        (20, ({"d", "a"}, 0)),
        (15, ({"d", "a", "b"}, 0)),
        (10, ({"d", "a", "b", "f"}, 0)),
        (7, ({"d", "a", "b", "f"}, 3)),
    ],
)
def test_slides_are_left_out_by_their_number_and_from_the_end(minutes, expected):
    assert left_out(minutes) == expected


def test_minutes_that_are_left_go_to_exercises_in_class():
    plan = plan_lecture(SECTIONS, minutes=35, exercise_minutes=4)
    assert [(step.exercise, step.at_home) for step in plan.steps] == [("q1", None), (None, "q2")]
    assert [(step.begins, step.minutes) for step in plan.steps] == [(0, 14), (14, 20)]
    assert plan.spare == 1
    assert plan_lecture(SECTIONS, minutes=38, exercise_minutes=4).spare == 0


def test_the_table_says_where_to_ask_and_where_to_stop():
    shown = render_plan(plan_lecture(SECTIONS, minutes=25, exercise_minutes=4), title="Loyalty")
    assert "| 0 | 10 | first part | 2 | Who pays?; question a; question b |  | q1 at home |" in shown
    assert (
        "| 10 | 15 | second part | 3 | question c; question e; question f | question d | q2 at home |"
        in shown
    )
    assert shown.endswith("0 minutes are left for questions.")
    shown = render_plan(plan_lecture(SECTIONS, minutes=7, exercise_minutes=4), title="Loyalty")
    assert "3 minutes too many" in shown and "Stop before *second part*" in shown


@pytest.mark.parametrize("stem", chapter_stems(having="lecture"))
def test_every_lecture_can_be_given_in_75_minutes(stem):
    assert plan_lecture(load_lecture(stem), minutes=75, exercise_minutes=4).over == 0


def test_no_minutes_are_refused():
    with pytest.raises(ValueError, match="expected minutes above 0, found 0"):
        plan_lecture(SECTIONS, minutes=0, exercise_minutes=4)
