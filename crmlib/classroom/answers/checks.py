"""Checking an answer: right, or which mistake it looks like, with a hint that never gives the answer away."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.comparison import compare_tables
from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import RIGHT, Feedback, KnownMistake, judge_number
from crmlib.estimates.estimate import Estimate

UNANSWERED = Feedback("unanswered", "Not answered yet: replace the three dots by your answer.")


def judge_answer(question: Question, answer: Any, *, expected: Any, mistaken: Sequence[Any]) -> Feedback:
    """Say what an answer to a question deserves.

    `expected` is the computed right answer, `mistaken` those of the question's mistakes, in order.
    """
    if answer is None or answer is Ellipsis:
        return UNANSWERED
    if question.kind in ("number", "share"):
        return _judge_number(question, answer, float(expected), [float(wrong) for wrong in mistaken])
    if question.kind == "table":
        return _judge_table(question, answer, expected, mistaken)
    if question.kind == "choice":
        return _judge_choice(question, answer)
    return _judge_list(question, answer)


def _judge_number(question: Question, answer: Any, expected: float, mistaken: list[float]) -> Feedback:
    value = to_number(answer)
    if isinstance(value, Feedback):
        return value
    return judge_number(
        value,
        expected,
        tolerance=question.tolerance or 0.0,
        mistakes=[
            KnownMistake(one.name, wrong, one.hint)
            for one, wrong in zip(question.mistakes, mistaken, strict=True)
        ],
        is_share=question.kind == "share",
        nudge=question.hint or "Read the question once more: which customers, which period, divided by what?",
    )


def to_number(answer: Any) -> float | Feedback:
    """Return the number that an answer holds, or the feedback that it is none."""
    if isinstance(answer, Estimate):
        return answer.value
    if isinstance(answer, bool | np.bool_):
        return Feedback("wrong_type", "This is True or False; the question asks for a number.")
    if isinstance(answer, str):
        return Feedback(
            "wrong_type", "This is text. Give a number: no quotes, no unit, a point for decimals."
        )
    if isinstance(answer, pd.Series | pd.DataFrame | np.ndarray | list | tuple):
        return Feedback(
            "wrong_type", f"This holds {np.size(answer)} values; the question asks for one number."
        )
    try:
        value = float(answer)
    except (TypeError, ValueError):
        return Feedback("wrong_type", f"This is a {type(answer).__name__}; the question asks for a number.")
    if not math.isfinite(value):
        return Feedback(
            "wrong_type", "The result is missing or infinite. Look for a division by zero or an empty table."
        )
    return value


def _judge_table(question: Question, answer: Any, expected: Any, mistaken: Sequence[Any]) -> Feedback:
    tolerance = question.tolerance or 0.0
    difference = compare_tables(answer, expected, tolerance=tolerance)
    if difference is None:
        return RIGHT
    for one, wrong in zip(question.mistakes, mistaken, strict=True):
        if compare_tables(answer, wrong, tolerance=tolerance) is None:
            return Feedback("mistake", one.hint, one.name)
    return difference


def _judge_choice(question: Question, answer: Any) -> Feedback:
    letters = list(question.choices or {})
    letter = answer.strip().lower() if isinstance(answer, str) else ""
    if letter not in letters:
        return Feedback("wrong_type", f"Answer with one letter in quotes: {', '.join(letters)}.")
    if letter == question.answer:
        return RIGHT
    mistake = next(mistake for mistake in question.mistakes if mistake.answer == letter)
    return Feedback("mistake", mistake.hint, mistake.name)


def _judge_list(question: Question, answer: Any) -> Feedback:
    words = _split_words(answer)
    if words is None:
        return Feedback("wrong_type", 'Answer with a list of words in quotes: ["first", "second"].')
    if not words:
        return Feedback("unanswered", "The list is empty: write the words into it.")
    hits = [accepted for accepted in question.answer if words & _spellings(accepted)]
    extra = words - set().union(*(_spellings(accepted) for accepted in question.answer))
    if len(hits) == len(question.answer) and not extra:
        return RIGHT
    for mistake in question.mistakes:
        if extra & set().union(*(_spellings(word) for word in mistake.answer)):
            return Feedback("mistake", _count(hits, question) + mistake.hint, mistake.name)
    return Feedback("wrong", _count(hits, question) + (question.hint or "Spell terms as in the glossary."))


def _count(hits: list[str], question: Question) -> str:
    if len(question.answer) == 1:
        return ""
    return f"{len(hits)} of {len(question.answer)} are right. "


def _split_words(answer: Any) -> set[str] | None:
    """Return the words of a list answer, in lower case; one text may hold several, parted by commas.

    >>> sorted(_split_words("Packing, delivery、三包"))
    ['delivery', 'packing', '三包']
    """
    if isinstance(answer, str):
        answer = re.split(r"[,;\n、，；]", answer)
    if isinstance(answer, pd.Series | pd.Index | np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple | set | frozenset) or not all(
        isinstance(word, str) for word in answer
    ):
        return None
    return {plain for plain in map(_plain, answer) if plain}


def _spellings(accepted: str) -> set[str]:
    return {_plain(spelling) for spelling in accepted.split("|")}


def _plain(word: str) -> str:
    return re.sub(r"[\s\-_.。]+", " ", word.lower()).strip()
