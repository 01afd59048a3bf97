"""Checking an answer: right, or which mistake it looks like, with a hint that never gives the answer away."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.comparison import compare_tables, to_float
from crmlib.classroom.answers.questions import LETTERED, Question
from crmlib.classroom.answers.slips import RIGHT, Feedback, KnownMistake, judge_number
from crmlib.classroom.answers.words import COMMAS, judge_words
from crmlib.classroom.formats.units import narrow, parse_number
from crmlib.estimates.estimate import Estimate

TEXT = "This is text. Give a number: no quotes, no unit, a point for decimals."
UNANSWERED = Feedback(
    "unanswered",
    "Not answered yet: replace the three dots by your answer.",
    zh="尚未作答：请用您的答案替换三个点。",
)
READ_AGAIN = "Read the question once more, one word after the other."
READ_AGAIN_ZH = "请逐词再读一遍题目。"
POINTS = ("个百分点", "percentage points", "percentage point", "per cent", "percent", "points")


def judge_answer(question: Question, answer: Any, *, expected: Any, mistaken: Sequence[Any]) -> Feedback:
    """Say what an answer to a question deserves.

    `expected` is the computed right answer, `mistaken` those of the question's mistakes, in order.
    """
    if answer is None or answer is Ellipsis:
        return UNANSWERED
    if isinstance(answer, str) and not answer.strip() and question.kind != "list":
        return Feedback("unanswered", "Not answered yet.", zh="尚未作答。")
    if question.kind in ("number", "share"):
        return _judge_number(question, answer, float(expected), [float(wrong) for wrong in mistaken])
    if question.kind == "table":
        return _judge_table(question, answer, expected, mistaken)
    if question.kind == "choice":
        return _judge_choice(question, answer)
    if question.kind in LETTERED:
        return _judge_letters(question, answer)
    return judge_words(question, answer)


def _judge_number(question: Question, answer: Any, expected: float, mistaken: list[float]) -> Feedback:
    value = _read_number(answer, question) if isinstance(answer, str) else to_number(answer)
    if isinstance(value, Feedback):
        return value
    return judge_number(
        value,
        expected,
        tolerance=question.tolerance or 0.0,
        mistakes=[
            KnownMistake(one.name, wrong, one.hint, one.hint_zh)
            for one, wrong in zip(question.mistakes, mistaken, strict=True)
        ],
        is_share=question.kind == "share",
        nudge=question.hint or "Read the question once more: which customers, which period, divided by what?",
        nudge_zh=question.hint_zh or "请再读一遍题目：哪些客户，哪段时期，除以什么？",
    )


def to_number(answer: Any) -> float | Feedback:
    """Return the number that an answer holds, or the feedback that it is none."""
    if isinstance(answer, Estimate):
        return answer.value
    if isinstance(answer, bool | np.bool_):
        return Feedback(
            "wrong_type",
            "This is True or False; the question asks for a number.",
            zh="这是真假值；题目要求一个数字。",
        )
    if isinstance(answer, str):
        return Feedback("wrong_type", TEXT)
    if isinstance(answer, pd.Series | pd.DataFrame | np.ndarray | list | tuple):
        count = len(answer) if isinstance(answer, list | tuple) else answer.size
        return Feedback("wrong_type", f"This holds {count} values; the question asks for one number.")
    try:
        value = to_float(answer)
    except OverflowError:
        return Feedback(
            "wrong_type", "This number is too large to be compared. Look for a power or a product."
        )
    except Exception:  # whatever a reader's own object raises, it is no number
        return Feedback("wrong_type", f"This is a {type(answer).__name__}; the question asks for a number.")
    if not math.isfinite(value):
        return Feedback(
            "wrong_type", "The result is missing or infinite. Look for a division by zero or an empty table."
        )
    return value


def _read_number(text: str, question: Question) -> float | Feedback:
    """Return the number in a text, its unit in either language; with a sign for per cent it is a share."""
    plain = narrow(text).lower()
    unit = question.unit
    for word in POINTS:
        if plain.endswith(word):
            plain = plain.removesuffix(word).strip()
            unit = "%" if question.kind == "share" else unit
            break
    try:
        return parse_number(plain, unit="%" if plain.endswith("%") else unit)
    except ValueError:
        return Feedback("wrong_type", TEXT)


def _judge_table(question: Question, answer: Any, expected: Any, mistaken: Sequence[Any]) -> Feedback:
    tolerance = question.tolerance or 0.0
    difference = compare_tables(answer, expected, tolerance=tolerance)
    if difference is None:
        return RIGHT
    for one, wrong in zip(question.mistakes, mistaken, strict=True):
        if compare_tables(answer, wrong, tolerance=tolerance) is None:
            return Feedback("mistake", one.hint, one.name, one.hint_zh)
    return difference


def _judge_choice(question: Question, answer: Any) -> Feedback:
    letters = list(question.choices or {})
    letter = narrow(answer).lower() if isinstance(answer, str) else ""
    if letter not in letters:
        listed = ", ".join(letters)
        return Feedback(
            "wrong_type",
            f"Answer with one letter in quotes: {listed}.",
            zh=f"请用引号中的一个字母作答：{listed}。",
        )
    if letter == question.answer:
        return RIGHT
    mistake = next(mistake for mistake in question.mistakes if mistake.answer == letter)
    return Feedback("mistake", mistake.hint, mistake.name, mistake.hint_zh)


def _judge_letters(question: Question, answer: Any) -> Feedback:
    """Judge letters in their places: an order, or a letter for each item."""
    letters, wanted = _split_letters(answer), list(question.answer)
    if letters is None or len(letters) != len(wanted) or set(letters) - {*(question.choices or {}), ""}:
        example = ", ".join(repr(letter) for letter in list(question.choices or {})[:2])
        return Feedback("wrong_type", f"Answer with {len(wanted)} letters in a list: [{example}, …].")
    places = list(question.items or range(1, len(wanted) + 1))
    empty = [str(place) for place, letter in zip(places, letters, strict=True) if not letter]
    if empty:
        listed = ", ".join(empty)
        return Feedback("unanswered", f"Still open: {listed}.", zh=f"尚未选择：{listed}。")
    if letters == wanted:
        return RIGHT
    right = [mine == other for mine, other in zip(letters, wanted, strict=True)]
    told, told_zh = _tell_places(question, places, right)
    for mistake in question.mistakes:
        if letters == list(mistake.answer):
            zh = told_zh + mistake.hint_zh if mistake.hint_zh else ""
            return Feedback("mistake", told + mistake.hint, mistake.name, zh)
    zh = told_zh + (question.hint_zh or READ_AGAIN_ZH)
    return Feedback("wrong", told + (question.hint or READ_AGAIN), zh=zh)


def _tell_places(question: Question, places: list[Any], right: list[bool]) -> tuple[str, str]:
    """Say which places count, in both languages; of an order, how many from the first on."""
    if question.kind == "order":
        count = right.index(False)
        if count:
            return f"The first {count} stand where they belong. ", f"前{count}项位置正确。"
        return "Another one comes first. ", "第一项应是另一项。"
    good, bad = (
        ", ".join(str(place) for place, is_right in zip(places, right, strict=True) if is_right == wanted)
        for wanted in (True, False)
    )
    if not good:
        return "None is right yet. ", "还没有一项正确。"
    return f"Right: {good}. Not yet: {bad}. ", f"正确：{good}。尚不正确：{bad}。"


def _split_letters(answer: Any) -> list[str] | None:
    """Return the letters of an answer, small; one text may hold them all.

    >>> _split_letters("b, A"), _split_letters("ba"), _split_letters(["b", " a"])
    (['b', 'a'], ['b', 'a'], ['b', 'a'])
    """
    if isinstance(answer, str):
        plain = narrow(answer)
        answer = COMMAS.split(plain) if COMMAS.search(plain) else list(plain.replace(" ", ""))
    if not isinstance(answer, list | tuple) or not all(isinstance(one, str | None) for one in answer):
        return None
    return [narrow(one or "").lower() for one in answer]
