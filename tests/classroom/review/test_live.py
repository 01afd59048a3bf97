"""The live parts of the review: questions check themselves, draws follow the wish, lists are sorted."""

import re

import pytest

from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.review import live as review_live
from crmlib.classroom.review.content import (
    find_item,
    load_bank,
    load_lists,
)
from crmlib.classroom.review.draw import Wish, choose_items
from tests.classroom.review.calls import first_of


@pytest.fixture(autouse=True)
def english(review):
    """Let the review speak English."""
    review._switch("en")


def live_of(shown):
    """Return the live part that was shown last; it lies in a frame that follows the language."""
    return shown[-1][1].children[0]


def type_answer(widget, answer):
    """Type an answer into the field of a question, or press its letter; press Check; return the note."""
    field, _, button = widget.children[1].children
    field.value = answer
    button.click()
    return widget.children[2].value


def test_a_question_checks_names_the_mistake_and_remembers(review, shown):
    review.ask("f-fill")
    widget = live_of(shown)
    button = widget.children[1].children[2]
    button.click()
    assert widget.children[2].value == "Nothing is answered yet."
    assert review._progress.read("answers") == {}, "nothing typed, nothing judged"
    assert "That is what a deal exchanges" in type_answer(widget, "goods")
    assert "✔ Right." in type_answer(widget, "建议")
    widget.children[1].children[0].value = " "
    assert widget.children[2].value == "", "the ✔ belonged to another answer"
    button.click()
    assert widget.children[2].value == "Nothing is answered yet."
    assert review._progress.read("answers")["f-fill"] == {"tries": 2, "passed": True, "at_once": False}
    review.ask("f-fill")
    assert live_of(shown).children[2].value == "✔ Solved before."


def test_a_letter_is_pressed_and_a_number_is_typed(review, shown):
    review.ask("f-choice")
    assert "Can the customer answer on this one" in type_answer(live_of(shown), "c")
    assert "✔" in type_answer(live_of(shown), "d")
    review.ask("l-abc")
    assert "Count money" in type_answer(live_of(shown), "1")
    assert "is not a number" in type_answer(live_of(shown), "two")
    assert "✔" in type_answer(live_of(shown), "2")


def test_the_walk_begins_at_the_first_open_question_and_counts(review, shown):
    questions = review.list_practice("03")
    review._progress.note_answer(questions[0].id, passed=True)
    review.practise("03")
    walk = live_of(shown)
    frame, buttons = walk.children
    back, forward, count = buttons.children
    assert count.value == f"Question 2 of {len(questions)}; 1 solved."
    type_answer(frame.children[0], f"{review._workbook.expected(questions[1])}")
    assert count.value == f"Question 2 of {len(questions)}; 2 solved."
    forward.click()
    assert f"<strong>{questions[2].id}</strong>" in frame.children[0].children[0].value
    assert forward.disabled
    back.click()
    back.click()
    assert back.disabled and "1 of" in count.value


def test_fresh_questions_follow_the_wish_and_keep_the_marks(review, shown, tmp_path):
    review.fresh("list")
    page, widget = shown[-1][0], live_of(shown)
    assert "<details><summary>Answer and marking points" in page.markdown
    (chapter, level, button), frame = widget.children[0].children, widget.children[1]
    chapter.value, level.value = "05_churn_and_recovery", "1"
    seen = set()
    for _ in range(20):
        seen.add(re.search(r"<strong>(05-\d\d)</strong>", frame.children[0].value)[1])
        button.click()
    items = choose_items(load_bank(), Wish("list", "05_churn_and_recovery", "1"))
    assert seen == {item.id for item in items} - {"05-08"}, "the worked example does not come again"
    marks = frame.children[-1].children[1]
    marks.value = 2
    assert re.search(
        r"Recorded\. It comes back on [-\d]+\. Reread: [A-L]-\d\d \(05, ",
        frame.children[-1].children[2].value,
    )
    assert "1 fresh question marked: 2 of" in review.describe_progress()
    level.value = "3"
    assert "No question of the bank fits" in frame.children[0].value


def test_kinds_can_be_mixed_or_chosen(review, shown):
    review.fresh()
    widget = live_of(shown)
    (kind, chapter, _, button), frame = widget.children[0].children, widget.children[1]
    seen = set()
    for _ in range(12):
        seen.add(re.search(r"<strong>([\dk]\d-\d+)</strong>", frame.children[0].value)[1])
        button.click()
    kinds = {item.id: item.kind for items in load_bank().values() for item in items}
    assert len({kinds[key] for key in seen}) >= 4
    kind.value, chapter.value = "true_false", "04_satisfaction_and_loyalty"
    assert kinds[re.search(r"<strong>(04-\d\d)</strong>", frame.children[0].value)[1]] == "true_false"


def test_a_fresh_calculation_checks_its_result(review, shown, bank):
    review.fresh("calculation")
    widget = live_of(shown)
    chapter = widget.children[0].children[0]
    chapter.value = "05_churn_and_recovery"
    frame = widget.children[1]
    key = re.search(r"<strong>(05-\d\d)</strong>", frame.children[0].value)[1]
    field, _, button = frame.children[1].children[0].children
    button.click()
    field.value = instantiate(find_item(bank, key), seed=1).answer.en
    button.click()
    assert "✔" in frame.children[1].children[1].value
    assert review._progress.read("answers")[f"{key} draw 1"]["passed"]


def test_a_faded_calculation_checks_its_result(review, shown, bank):
    review.calculation("03-13", seed=2, blanks=1)
    field, _, button = live_of(shown).children[1].children[0].children
    field.value = first_of(bank, "03-13", 2)[2]
    button.click()
    assert "divided by purchases" in live_of(shown).children[1].children[1].value
    review.calculation("03-13", seed=2)
    assert not hasattr(live_of(shown), "children"), "what is worked needs no field"


def sort_all(widget, group, *, wrong_first=False):
    """Sort every card into its list; on request press a wrong button for the first card."""
    face, buttons, note = widget.children
    cards = {item.en: positions for item, positions in group.cards()}
    while "All sorted" not in face.value:
        shown = re.search(r"<h3>(.*?)</h3>", face.value)[1]
        positions = cards[shown]
        right = len(group.lists) if len(positions) > 1 else positions[0]
        pressed = (right + 1) % len(buttons.children) if wrong_first else right
        wrong_first = False
        buttons.children[pressed].click()
    return note.value


@pytest.mark.parametrize("key", ["crm", "elements", "idic"])
def test_lists_are_sorted_and_a_wrong_card_comes_again(review, shown, key):
    group = load_lists()[key]
    review.sorting(key)
    sort_all(live_of(shown), group, wrong_first=True)
    assert review._progress.read("answers")[f"sort {key}"] == {"tries": 1, "passed": False, "at_once": False}
    review.sorting(key)
    assert "✔" in sort_all(live_of(shown), group)
    assert review._progress.read("answers")[f"sort {key}"] == {"tries": 2, "passed": True, "at_once": False}
    assert "sorted without a mistake: 1 of 12" in review.describe_progress()


def test_a_single_question_needs_no_walk(review):
    question = review._exercise.find("f-fill")
    widget = review_live.walk([question], review._judge, review._desk)
    assert len(widget.children) == 1


def test_feedback_follows_the_switch(review, shown):
    review.ask("l-abc")
    frame = shown[-1][1]
    review._switch("zh")
    assert "✔ 正确。" in type_answer(frame.children[0], "2")
    review._switch("both")
    assert "✔ Right. 正确。" in type_answer(frame.children[0], "2")
