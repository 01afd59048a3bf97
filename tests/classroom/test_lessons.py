"""A lesson ends with three questions that answer a click; a mistake is named before the answer is told."""

import pytest

from crmlib.classroom.exam.items import ExamItem, load_exam
from crmlib.classroom.formats.schema import ContentError
from crmlib.classroom.lessons import (
    MARK,
    answer_question,
    clickable_questions,
    find_lesson,
    find_lesson_items,
    render_lesson,
    render_questions,
    render_stop,
)
from crmlib.classroom.progress import Progress
from tests.classroom.calls import STEM

ITEM = """
- id: 04-{number}
  topics: [H-01]
  kind: {kind}
  minutes: 1
  difficulty: 1
  marks: 1
  question: {{en: "Which is first?", zh: "哪个在先？"}}
  {options}
  answer: {{en: Because it is so., zh: 因为如此。}}
  points: [{{marks: 1, en: it, zh: 此项}}]
"""
CHOICE = """choices: {a: {en: trust, zh: 信任}, b: {en: satisfaction, zh: 满意}}
  correct: b
  hints: {a: {en: Trust needs experience., zh: 信任需要经历。}}"""
TRUE_FALSE = """correct: false
  hints: {"true": {en: Look at the group., zh: 看看分母。}}"""
LESSONS = """
lessons:
- title: {en: "First steps", zh: "第一步"}
  question: Who is satisfied?
  outcome: count the satisfied.
  items: [04-91, 04-92, 04-93]
- title: {en: "Second steps", zh: "第二步"}
  question: Who leaves?
  outcome: count the leavers.
  items: [04-91, 04-92, 04-01]
"""


@pytest.fixture
def lessons(content):
    """Return the documented chapter with two lessons and three items to click; lesson 2 names a wrong one."""
    items = [
        ITEM.format(number=number, kind=kind, options=options)
        for number, kind, options in [
            (91, "choice", CHOICE),
            (92, "true_false", TRUE_FALSE),
            (93, "choice", CHOICE),
        ]
    ]
    for name, text in [("exam", "".join(items)), ("chapter", LESSONS)]:
        with (content / f"{name}.yaml").open("a", encoding="utf-8") as file:
            file.write(text)


def find_item(key) -> ExamItem:
    return next(item for item in load_exam(STEM) if item.id == key)


def test_a_lesson_says_what_it_asks_and_how_long_it_takes(lessons):
    shown = render_lesson(STEM, 1)
    assert "> **Who is satisfied?**" in shown
    assert "**Afterwards you can** count the satisfied." in shown
    assert "minutes, with three questions" in shown


def test_a_lesson_that_is_not_there_is_refused(lessons):
    for number in (0, 3):
        with pytest.raises(ValueError, match=rf"has no lesson {number}; it has 2, counted from 1"):
            find_lesson(STEM, number)


def test_an_item_without_options_to_click_is_named(lessons):
    with pytest.raises(ContentError, match=r"lesson 2, key 'items': 04-01 must be items"):
        find_lesson_items(STEM, 2)


def test_the_stop_names_the_next_lesson_and_after_the_last_one_none(lessons):
    assert "Next is lesson 2, *Second steps (第二步)*" in render_stop(STEM, 1)
    assert "Next" not in render_stop(STEM, 2)


def test_without_a_kernel_the_answers_are_folded_below_their_questions(lessons):
    shown = render_questions(find_lesson_items(STEM, 1))
    assert shown.count("<details>") == 3
    assert "- **a** trust 信任" in shown
    before, after = shown.split("<details>")[:2]
    assert "Because" not in before
    assert "**b.** Because it is so. 因为如此。" in after
    assert "**false (错).**" in shown


def test_a_wrong_click_names_its_mistake_and_only_the_second_one_tells_the_answer(lessons):
    item = find_item("04-91")
    first, second = (answer_question(item, "a", tries=tries) for tries in (1, 2))
    assert "Trust needs experience. 信任需要经历。" in first
    assert "Because" not in first
    assert "Because it is so." in second
    assert "H-01" in second
    assert answer_question(item, "b", tries=1).startswith("✔ **Right.**")


def test_clicks_are_answered_and_noted(lessons, tmp_path):
    progress = Progress(STEM, tmp_path / "progress")
    box = clickable_questions(STEM, 1, progress)
    _, buttons, note = box.children[1].children
    true, false = buttons.children
    assert (true.description, false.description) == ("true 对", "false 错")
    true.click()
    assert "Look at the group." in note.value
    false.click()
    assert "Right." in note.value
    assert progress.read("answers") == {f"{MARK}04-92": {"tries": 2, "passed": True, "at_once": False}}
    again = clickable_questions(STEM, 1, progress)
    assert [row.children[2].value for row in again.children[:3]] == ["", "✔ Solved before.", ""]


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ("{}", "expected one hint for each wrong option, a; found "),
        ("{a: {en: x, zh: 甲}, b: {en: y, zh: 乙}}", "wrong option, a; found a, b"),
    ],
)
def test_every_wrong_option_and_no_right_one_has_a_hint(content, hints, message):
    options = CHOICE.rpartition("hints:")[0] + f"hints: {hints}"
    with (content / "exam.yaml").open("a", encoding="utf-8") as file:
        file.write(ITEM.format(number=91, kind="choice", options=options))
    with pytest.raises(ContentError, match=message):
        load_exam(STEM)
