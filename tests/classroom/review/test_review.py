"""The review in a notebook: each part as text, no answer stored, nothing lost."""

import pytest

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import (
    load_guides,
    load_lists,
)
from crmlib.classroom.review.draw import Wish, choose_items, draw_question
from crmlib.classroom.review.review import open_review, shuffle_cards

STEM = "exam_review"
QUESTIONS = {question.id: question for question in load_exercise(STEM).questions}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: r.opening(), ["The exam is in a week"]),
        (
            lambda r: r.bank(),
            ["| Fill in the blanks (填空题) |", "| **all 合计** |", "No question of the bank"],
        ),
        (lambda r: r.plan(minutes=90), ["| day 1 第1天 |", "Lists side by side 对照清单 18′", "| day 7"]),
        (lambda r: r.diagnostic(), ["15 minutes"]),
        (lambda r: r.day(), ["Worked, faded, fresh"]),
        (lambda r: r.mock(minutes=30), ["30 minutes"]),
        (lambda r: r.coverage(), ["| E Customer lifecycle 客户生命周期 | ······· | 0 / 7 |"]),
        (lambda r: r.next_steps(), ["Run this cell"]),
        (lambda r: r.speak("zh"), ["中文"]),
        (lambda r: r.marking("list"), ["| earns marks 得分 | loses marks 失分 |"]),
        (
            lambda r: r.worked("choice"),
            ["| a student writes 学生作答 | earns 得分 | why 理由 |", "**2\u00a0/\u00a02**"],
        ),
        (lambda r: r.ask("f-choice"), ["**f-choice** Which of these", "- **d** the way the store looks"]),
        (lambda r: r.practise("03"), ["1. **p03-1** ", "3. **p03-3** "]),
        (lambda r: r.fresh("case"), ["<details><summary>Answer and marking points 答案与评分点</summary>"]),
        (lambda r: r.calculation("03-13", seed=1), ["Wrong ways, and what they give:", "3. Due in"]),
        (lambda r: r.calculation("03-13", seed=1, blanks=2), ["2. …\n3. …", "Missing steps"]),
        (
            lambda r: r.side_by_side("crm"),
            ["purpose of CRM (客户关系管理的目的) B-09", "What tells them apart."],
        ),
        (lambda r: r.sorting("crm"), ["purpose of CRM (B-09)", "or more than one?", "Solution"]),
        (lambda r: r.progress(), ["Run this cell to see"]),
    ],
)
def test_each_part_of_the_review_is_shown_as_text(review, capsys, call, words):
    call(review)
    shown = capsys.readouterr().out
    for word in words:
        assert word in shown


def test_the_items_of_the_bank_stand_in_the_order_in_which_the_chapters_are_read(bank):
    review = open_review()
    assert [item.id for item in review.items] == [item.id for items in bank.values() for item in items]
    assert review.items[0].id.startswith("01-")


@pytest.mark.parametrize("key", QUESTIONS)
def test_what_is_stored_of_a_question_holds_no_answer(review, capsys, key):
    review.ask(key)
    shown = capsys.readouterr().out
    assert "answer:" not in shown.lower()
    assert [mistake.hint for mistake in QUESTIONS[key].mistakes if mistake.hint in shown] == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.marking("lists"), "no kind 'lists' of question. Did you mean 'list'"),
        (lambda r: r.fresh("poem"), "no kind 'poem'"),
        (lambda r: r.ask("f-fil"), "Did you mean 'f-fill'"),
        (lambda r: r.practise("12"), r"no practice for '12'. Valid: 02, 03, 04, 05|Did you mean '02'"),
        (lambda r: r.side_by_side("abcd"), "Did you mean 'abc'"),
        (lambda r: r.calculation("03-01", seed=1), "Item 03-01 is of kind fill_in. Name a calculation"),
        (lambda r: r.calculation("03-13", seed=1, blanks=4), "blanks is 4; item 03-13 has 3 steps"),
        (lambda r: r.plan(minutes=10), "Below 20 minutes a day"),
        (lambda r: r.mock(minutes=2), "A mock takes at least 5 minutes"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(review, call, message):
    with pytest.raises(ValueError, match=message):
        call(review)


def list_typed(question, answer) -> list[str]:
    """Return what a reader may type for an answer; of a list of words, each word by itself."""
    if question.kind == "list":
        return list(answer)
    return [answer if isinstance(answer, str) else f"{answer:g}"]


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_of_the_review_accepts_its_answer_and_names_each_mistake(review, key):
    question, workbook = QUESTIONS[key], review._workbook
    right = workbook.expected(question)
    typed = list_typed(question, right)
    if question.kind == "list":
        spellings = [entry.split("|") for entry in right]
        typed = [", ".join(words[0] for words in spellings), "，".join(words[-1] for words in spellings)]
    assert [review._judge(question, text).kind for text in typed] == ["right"] * len(typed)
    wrong = [text for answer in workbook.compute_mistakes(question) for text in list_typed(question, answer)]
    assert {text: review._judge(question, text).kind for text in wrong} == dict.fromkeys(wrong, "mistake")


def test_the_cards_of_a_group_are_mixed_and_the_same_for_everybody():
    group = load_lists()["complaints"]
    assert shuffle_cards(group) == shuffle_cards(group)
    assert [item for item, _ in shuffle_cards(group)] != [item for item, _ in group.cards()]


def test_progress_of_the_review_is_told_and_kept(review, shown, tmp_path):
    assert "no fresh question marked yet" in review.describe_progress()
    review._progress.note_answer("f-fill", passed=True)
    review.progress()
    total = len(review._exercise.questions)
    assert f"questions solved: 1 of {total}; next: f-choice, " in shown[-1][1].value
    again = Progress(STEM, tmp_path / "progress")
    assert again.read("answers")["f-fill"]["passed"]


def test_what_was_worked_or_faded_is_not_drawn_again(review, bank, capsys):
    guide = load_guides()["fill_in"]
    items = choose_items(bank, Wish("fill_in"), without=[guide.item, *guide.faded])
    assert guide.faded and {"03-01", "04-02"}.isdisjoint(item.id for item in items)
    review.fresh("fill_in")
    assert f"**{draw_question(items, draw=1).item.id}**" in capsys.readouterr().out
