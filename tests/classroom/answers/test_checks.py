"""Feedback on answers: right, named mistake, slip of units, near miss, wrong type; never the answer."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.classroom.answers.checks import TEXT, _tell_places, judge_answer, to_number
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.answers.workbook import Workbook
from crmlib.estimates.estimate import Estimate
from tests.classroom.calls import write_examples


class Sulky:
    """Something that refuses to be a number, with an error of its own."""

    def __float__(self) -> float:
        raise RuntimeError("no")


def judge(workbook: Workbook, key: str, answer):
    """Return the feedback on an answer to a question of the small exercise."""
    return workbook.judge(workbook.exercise.find(key), answer)


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("road", ["b", "c", "a"], "Right."),
        ("road", "BCA", "Right."),
        ("road", "b c a", "Right."),
        ("works", "  ", "Nothing is written yet: write the words first."),
        ("road", "ｂ，ｃ，ａ", "Right."),
        ("road", ["b", "a", "c"], "The first 1 stand where they belong. What makes one stay?"),
        ("road", ["a", "b", "c"], "Another one comes first. What comes from what?"),
        ("road", ["b", "c"], "Answer with 3 letters in a list: ['a', 'b', …]."),
        ("road", ["b", "c", "x"], "Answer with 3 letters in a list: ['a', 'b', …]."),
        ("road", 3, "Answer with 3 letters in a list: ['a', 'b', …]."),
        ("pairs", ["c", "a"], "Right."),
        ("pairs", ["a", "a"], "Right: 2. Not yet: 1. Who comes back?"),
        ("pairs", ["b", "b"], "None is right yet. Nobody trusts yet."),
        ("pairs", ["c", "b"], "Right: 1. Not yet: 2. Read the question once more, one word after the other."),
        ("pairs", ["", "a"], "Still open: 1."),
        ("pairs", ["", ""], "Still open: 1, 2."),
        ("first", "", "Not answered yet."),
    ],
)
def test_letters_in_their_places_are_told_apart(workbook, key, answer, said):
    feedback = judge(workbook, key, answer)
    assert feedback.message == said
    assert feedback.passed is (said == "Right.")
    assert (feedback.kind == "wrong_type") is said.startswith("Answer with")
    assert (feedback.kind == "unanswered") is said.startswith(("Still open", "Not answered", "Nothing"))


@pytest.mark.parametrize(
    ("key", "answer", "kind", "name"),
    [
        ("share", 0.25, "right", None),
        ("share", np.float64(0.2505), "right", None),
        ("share", Estimate(0.25, 0.1, 0.4, n=8), "right", None),
        ("share", 2 / 3, "mistake", "turned round"),
        ("share", 0.3, "mistake", "everybody"),
        ("share", 0.2, "mistake", "both at once"),
        ("share", 25, "slip", "factor 100"),
        ("share", 66.7, "mistake", "turned round"),
        ("share", 0.75, "slip", "complement"),
        ("share", -0.25, "slip", "sign"),
        ("share", 0.258, "near", None),
        ("share", 5, "slip", None),
        ("share", 0.61, "wrong", None),
        ("share", ..., "unanswered", None),
        ("share", None, "unanswered", None),
        ("share", "25 %", "right", None),
        ("share", "２５％", "right", None),
        ("share", "25个百分点", "right", None),
        ("share", "２５ 个百分点", "right", None),
        ("share", "25 percentage points", "right", None),
        ("share", "25 Per Cent", "right", None),
        ("first", "Ａ", "right", None),
        ("share", "0.25", "right", None),
        ("share", "25", "slip", "factor 100"),
        ("share", "a quarter", "wrong_type", None),
        ("share", 10**400, "wrong_type", None),
        ("share", Sulky(), "wrong_type", None),
        ("share", b"0.25", "wrong_type", None),
        ("share", np.complex128(0.25 + 2j), "wrong_type", None),
        ("share", [[0.25], [0.25, 1]], "wrong_type", None),
        ("share", True, "wrong_type", None),
        ("share", float("nan"), "wrong_type", None),
        ("share", pd.Series([0.25]), "wrong_type", None),
        ("share", {"left": 2}, "wrong_type", None),
        ("fee", 4000, "right", None),
        ("fee", 400, "mistake", "points for yuan"),
        ("fee", 3600, "mistake", "bonus forgotten"),
        ("fee", 1600, "mistake", "claimed"),
        ("fee", 40, "slip", "factor 0.01"),
        ("fee", 48000, "slip", "factor 12"),
        ("fee", 4_000_000, "slip", "factor 1000"),
        ("fee", 3990, "near", None),
        ("fee", "4,000元", "right", None),
        ("fee", "４０００ yuan", "right", None),
        ("first", "a", "right", None),
        ("first", " A ", "right", None),
        ("first", "Ａ", "right", None),
        ("first", "b", "mistake", "trust first"),
        ("first", "e", "wrong_type", None),
        ("first", 1, "wrong_type", None),
        ("first", pd.Series(["a"]), "wrong_type", None),
        ("works", np.array(["repair", "exchange", "return"]), "right", None),
        ("works", ["repair", "exchange", "return"], "right", None),
        ("works", "包换、包退、包修", "right", None),
        ("works", "ｒｅｐａｉｒ，exchange，return", "right", None),
        ("works", {"Return", "repair", "EXCHANGE"}, "right", None),
        ("works", ["repair", "exchange", "packing"], "mistake", "work"),
        ("works", ["repair"], "wrong", None),
        ("works", ["repair", "exchange", "return", "refund"], "wrong", None),
        ("works", [], "unanswered", None),
        ("works", 3, "wrong_type", None),
    ],
)
def test_an_answer_gets_the_feedback_that_it_deserves(workbook, key, answer, kind, name):
    feedback = judge(workbook, key, answer)
    assert (feedback.kind, feedback.name) == (kind, name)


@pytest.mark.parametrize(
    ("key", "answer", "feedback"),
    [
        ("share", True, Feedback("wrong_type", "This is True or False; the question asks for a number.")),
        ("share", [1, 2], Feedback("wrong_type", "This holds 2 values; the question asks for one number.")),
        ("share", Sulky(), Feedback("wrong_type", "This is a Sulky; the question asks for a number.")),
        (
            "fee",
            10**400,
            Feedback("wrong_type", "This number is too large to be compared. Look for a power or a product."),
        ),
        (
            "fee",
            math.nan,
            Feedback(
                "wrong_type",
                "The result is missing or infinite. Look for a division by zero or an empty table.",
            ),
        ),
        (
            "fee",
            777,
            Feedback(
                "wrong",
                "Not yet. Read the question once more: which customers, which period, divided by what?",
            ),
        ),
        ("first", "e", Feedback("wrong_type", "Answer with one letter in quotes: a, b, c, d.")),
        ("first", "b", Feedback("mistake", "Trust is the result. Of what?", "trust first")),
        (
            "works",
            3,
            Feedback("wrong_type", 'Answer with a list of words in quotes: ["first", "second"].'),
        ),
        ("works", [], Feedback("unanswered", "Nothing is written yet: write the words first.")),
        ("first", "", Feedback("unanswered", "Not answered yet.", zh="尚未作答。")),
        ("pairs", "bb", Feedback("mistake", "None is right yet. Nobody trusts yet.", "trust twice")),
        (
            "pairs",
            "cb",
            Feedback(
                "wrong",
                "Right: 1. Not yet: 2. Read the question once more, one word after the other.",
                zh="正确：1。尚不正确：2。请逐词再读一遍题目。",
            ),
        ),
    ],
)
def test_feedback_says_what_was_found_and_what_is_asked_for(workbook, key, answer, feedback):
    assert judge(workbook, key, answer) == feedback
    assert not feedback.zh or judge(workbook, key, answer).zh == feedback.zh


def test_a_question_without_slack_takes_the_number_itself_and_no_other(workbook):
    fee = replace(workbook.exercise.find("fee"), tolerance=0)
    assert [workbook.judge(fee, answer).kind for answer in (4000, 4000.4)] == ["right", "near"]
    table = replace(workbook.exercise.find("by_score"), tolerance=0)
    assert [workbook.judge(table, LEFT + more).kind for more in (0, 0.4)] == ["right", "wrong"]


def test_a_text_is_no_number_for_who_cannot_read_it():
    assert to_number("0.25") == Feedback("wrong_type", TEXT)


def test_a_word_may_be_written_with_hyphen_underscore_or_spaces(workbook):
    question = replace(workbook.exercise.find("works"), answer=("good will", "trust"))
    for spelling in ("good-will", "good_will", "Good  will."):
        answer = [spelling, "trust"]
        assert judge_answer(question, answer, expected=question.answer, mistaken=[]).passed


def test_of_one_word_that_fails_nothing_is_told_but_of_one_that_counts(workbook):
    question = replace(workbook.exercise.find("works"), answer=("trust",))
    none, one = (
        judge_answer(question, answer, expected=question.answer, mistaken=[])
        for answer in (["smile"], ["trust", "smile"])
    )
    assert none.message == "Spell terms as in the glossary."
    assert one.message.startswith("Counts: trust. Does not count: smile.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["Repair", "包换"], "Counts: Repair, 包换. Still missing: 1. Spell terms as in the glossary."),
        (["repair", "包修"], "Counts: repair. The same again: 包修. Still missing: 2. Spell"),
        (["Repair", "smile"], "Counts: Repair. Does not count: smile. Still missing: 2. Spell"),
        (
            ["repair", "Packing"],
            "Counts: repair. Does not count: Packing. Still missing: 2. That is one of the five works.",
        ),
        (
            ["repair", "exchange", "return", "refund"],
            "Counts: repair, exchange, return. Does not count: refund. Take out what does not belong.",
        ),
        (["smile"], "Does not count: smile. Still missing: 3. Spell"),
    ],
)
def test_a_list_is_told_which_words_count_and_which_do_not(workbook, answer, words):
    assert judge(workbook, "works", answer).message.startswith(words)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (["repair", "exchange", "return"], "right"),
        ("repair, 包换, return", "right"),
        (["exchange", "repair", "return"], "wrong"),
        ({"repair", "exchange", "return"}, "wrong"),
    ],
)
def test_a_list_may_ask_for_its_order(workbook, answer, kind):
    question = replace(workbook.exercise.find("works"), ordered=True)
    feedback = judge_answer(question, answer, expected=question.answer, mistaken=[])
    assert feedback.kind == kind
    assert (
        kind == "right"
        or feedback.message == "All of them count, but they are not in order. What comes first?"
    )


def test_only_a_list_has_an_order(workbook):
    with pytest.raises(ValueError, match="key 'ordered': only a list has an order; this is choice"):
        replace(workbook.exercise.find("first"), ordered=True)


LEFT = pd.Series({False: 0.5, True: 0.25}, name="left")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (LEFT, "right", "Right"),
        (LEFT[::-1], "right", "Right"),
        (1 - LEFT, "mistake", "those who stayed"),
        (LEFT * 100, "slip", "hundred times too large"),
        (LEFT.round(1), "wrong", "1 of 2 values differ"),
        (LEFT + 0.004, "near", "not the right number rounded"),
        (LEFT.astype(object).where(LEFT > 0.3, Sulky()), "wrong_type", "not numbers"),
        (LEFT[:1], "wrong", "1 rows are fewer"),
        (LEFT.rename({True: "yes", False: "no"}), "wrong", "row labels differ"),
        (LEFT.to_frame(), "wrong_type", "asks for a series"),
        (LEFT.astype(str) + " %", "wrong_type", "not numbers"),
        (0.25, "wrong_type", "asks for a series"),
    ],
)
def test_a_table_is_compared_whatever_its_order(workbook, answer, kind, words):
    feedback = judge(workbook, "by_score", answer)
    assert feedback.kind == kind
    assert words in feedback.message


@settings(max_examples=40)
@given(answer=st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.lists(st.text())))
def test_no_answer_breaks_the_check_and_no_hint_gives_the_number_away(workbook, answer):
    for key, secret in (("share", "0.25"), ("fee", "4000")):
        feedback = judge(workbook, key, answer)
        assert feedback.message
        assert feedback.passed or secret not in feedback.message.replace(",", "")


def test_the_readers_table_is_left_as_it_was(workbook):
    answer = LEFT[::-1].copy()
    judge(workbook, "by_score", answer)
    pd.testing.assert_series_equal(answer, LEFT[::-1])


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("customer satisfaction", "客户满意"),
        ("客户满意", "Customer  satisfaction"),
        ("two-way flow", "The two-way flow."),
    ],
)
def test_a_word_counts_by_its_counterpart_in_the_other_language(workbook, monkeypatch, accepted, typed):
    monkeypatch.delenv("CRM_CONTENT", raising=False)
    question = replace(workbook.exercise.find("works"), answer=(accepted, "trust"))
    feedback = judge_answer(question, [typed, "trust"], expected=question.answer, mistaken=[])
    assert feedback.passed


def test_the_counterparts_of_a_word_are_those_of_the_content_at_hand(workbook, tmp_path, monkeypatch):
    glossary = write_examples(tmp_path) / "glossary.yaml"
    text = glossary.read_text(encoding="utf-8").replace("虚假忠诚", "茶之忠诚")
    glossary.write_text(text, encoding="utf-8")
    question = replace(workbook.exercise.find("works"), answer=("spurious loyalty", "trust"))

    def passes() -> bool:
        return judge_answer(question, ["茶之忠诚", "trust"], expected=question.answer, mistaken=[]).passed

    monkeypatch.delenv("CRM_CONTENT", raising=False)
    assert not passes()
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    assert passes()


def test_a_number_of_points_may_bring_its_unit_in_either_language(workbook):
    question = replace(workbook.exercise.find("fee"), unit="percentage points")
    for typed in ("7.7个百分点", "７．７个百分点", "7.7 percentage points", "7.7 points", "7.7"):
        assert judge_answer(question, typed, expected=7.7, mistaken=[1.0, 2.0, 3.0]).passed, typed


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("share", 0.25, "正确。"),
        ("share", ..., "尚未作答：请用您的答案替换三个点。"),
        ("share", 2 / 3, "分母是谁？"),
        ("share", 66.7, "大了100倍。是百分数还是比例？分母是谁？"),
        ("share", 25, "数字是对的，但大了100倍。是百分数还是比例？"),
        ("share", 0.75, "这是其余所有人的比例。"),
        ("share", 0.61, "还不对。数的是谁？"),
        ("share", 0.3, "These are all members."),
        ("share", 30, "And it looks like *everybody*. These are all members."),
        ("share", 2.5, "数字是对的，但大了10倍。小数点应在哪里？"),
        ("share", 0.00025, "数字是对的，但小了1000倍。小数点应在哪里？"),
        ("fee", 48000, "数字是对的，但大了12倍。是月还是年？"),
        ("fee", 4, "数字是对的，但小了1000倍。该列的单位是什么？"),
        ("works", ["repair", "packing"], "That is one of the five works."),
        ("works", ["gratitude"], "不算：gratitude。还缺：3。那是原则。"),
        ("works", [], "还没有填写：请先写出词语。"),
        ("works", ["repair", "exchange", "return", "smile"], "不算：smile。请删去不属于这里的。"),
        ("in order", ["exchange", "repair", "return"], "各项都算对，但顺序不对。哪一项在最前？"),
        ("pairs", ["", "a"], "尚未选择：1。"),
        ("pairs", "bb", "还没有一项正确。没有信任。"),
        ("first", "x", "请用引号中的一个字母作答：a, b, c, d。"),
        ("works", ["repair", "smile"], "算对：repair。不算：smile。还缺：2。术语请按术语表书写。"),
        ("road", "bac", "What makes one stay?"),
        ("road", "abc", "第一项应是另一项。请逐词再读一遍题目。"),
        ("pairs", "cb", "正确：1。尚不正确：2。请逐词再读一遍题目。"),
    ],
)
def test_feedback_is_said_in_chinese_where_there_is_chinese(workbook, key, answer, said):
    question = workbook.exercise.find("works" if key == "in order" else key)
    question = replace(question, ordered=key == "in order")
    told = {"principle": "那是原则。", "trust twice": "没有信任。"}  # of these mistakes in Chinese as well
    question = replace(
        question,
        mistakes=tuple(replace(one, hint_zh=told.get(one.name, "")) for one in question.mistakes),
    )
    if key == "share":
        first, *others = question.mistakes
        mistakes = (replace(first, hint_zh="分母是谁？"), *others)
        question = replace(question, hint_zh="数的是谁？", mistakes=mistakes)
    feedback = workbook.judge(question, answer)
    assert feedback.translate("zh").message.endswith(said)
    assert feedback.translate("en") is feedback


def test_several_places_are_listed_with_commas(workbook):
    places = ["1", "2", "3", "4"]
    told = _tell_places(workbook.exercise.find("pairs"), places, [True, False, True, False])
    assert told == ("Right: 1, 3. Not yet: 2, 4. ", "正确：1, 3。尚不正确：2, 4。")
