"""Checking an answer: right, or which mistake it looks like, with a hint that never gives the answer away."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from crmlib.classroom.answers.comparison import compare_tables
from crmlib.classroom.answers.questions import Question
from crmlib.estimates.estimate import Estimate

Kind = Literal["right", "unanswered", "wrong_type", "mistake", "slip", "near", "wrong"]

# Factors that betray a slip of units: factor → what to look at.
FACTORS = {
    100.0: "a hundred times too large. Per cent, or a share?",
    0.01: "a hundred times too small. Per cent, or a share?",
    1000.0: "a thousand times too large. Which unit does the column have?",
    0.001: "a thousand times too small. Which unit does the column have?",
    12.0: "twelve times too large. Months and years?",
    1 / 12: "twelve times too small. Months and years?",
    10.0: "ten times too large. Points and yuan?",
    0.1: "ten times too small. Points and yuan?",
}

PERCENT = [100.0, 0.01]


@dataclass(frozen=True)
class Feedback:
    """What the reader is told about an answer; `name` is that of the recognised mistake."""

    kind: Kind
    message: str
    name: str | None = None

    @property
    def passed(self) -> bool:
        """Say whether the answer was right."""
        return self.kind == "right"


def judge_answer(question: Question, answer: Any, *, expected: Any, slips: Sequence[Any]) -> Feedback:
    """Say what an answer to a question deserves.

    `expected` is the computed right answer, `slips` are those of the question's mistakes, in order.
    """
    if answer is None or answer is Ellipsis:
        return Feedback("unanswered", "Not answered yet: replace the three dots by your answer.")
    if question.kind in ("number", "share"):
        return _judge_number(question, answer, float(expected), [float(slip) for slip in slips])
    if question.kind == "table":
        return _judge_table(question, answer, expected, slips)
    if question.kind == "choice":
        return _judge_choice(question, answer)
    return _judge_list(question, answer)


def _right() -> Feedback:
    return Feedback("right", "Right.")


def _named(question: Question, position: int, *, before: str = "") -> Feedback:
    slip = question.mistakes[position]
    return Feedback("mistake", before + slip.hint, slip.name)


def _wrong(question: Question) -> Feedback:
    nudge = question.hint or "Read the question once more: which customers, which period, divided by what?"
    return Feedback("wrong", f"Not yet. {nudge}")


def _judge_number(question: Question, answer: Any, expected: float, slips: list[float]) -> Feedback:
    value = to_number(answer)
    if isinstance(value, Feedback):
        return value
    tolerance = question.tolerance or 0.0
    if _close(value, expected, tolerance):
        return _right()
    for position, slip in enumerate(slips):
        if _close(value, slip, tolerance):
            return _named(question, position)
    found = _find_slip(question, value, expected, tolerance)
    if found is not None:
        return found
    for position, slip in enumerate(slips):
        if question.kind == "share" and _close(value, slip * 100, tolerance * 100):
            return _named(question, position, before="Give a share between 0 and 1. And: ")
    if abs(value - expected) <= max(10 * tolerance, 0.005 * abs(expected)):
        return Feedback("near", "Very close. Did you round on the way? Round at the end, or not at all.")
    if question.kind == "share" and not 0 <= value <= 1:
        return Feedback("slip", "A share lies between 0 and 1. What do you divide by?")
    return _wrong(question)


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


def _close(value: float, other: float, tolerance: float) -> bool:
    return abs(value - other) <= tolerance + 1e-12 * max(abs(value), abs(other))


def _find_slip(question: Question, value: float, expected: float, tolerance: float) -> Feedback | None:
    """Recognise what happens to any number: sign, complement, factor."""
    if _close(value, -expected, tolerance):
        return Feedback("slip", "The size is right. Check the sign: what is subtracted from what?", "sign")
    if question.kind == "share" and _close(value, 1 - expected, tolerance):
        return Feedback("slip", "This is the share of all the others.", "complement")
    factors = PERCENT if question.kind == "share" else list(FACTORS)
    for factor in factors:
        if abs(expected) > tolerance and _close(value, expected * factor, tolerance * factor):
            return Feedback(
                "slip", f"The digits are right, but this is {FACTORS[factor]}", f"factor {factor:g}"
            )
    return None


def _judge_table(question: Question, answer: Any, expected: Any, slips: Sequence[Any]) -> Feedback:
    tolerance = question.tolerance or 0.0
    difference = compare_tables(answer, expected, tolerance=tolerance)
    if difference is None:
        return _right()
    for position, slip in enumerate(slips):
        if compare_tables(answer, slip, tolerance=tolerance) is None:
            return _named(question, position)
    return Feedback(difference.kind, difference.message)


def _judge_choice(question: Question, answer: Any) -> Feedback:
    letters = list(question.choices or {})
    letter = answer.strip().lower() if isinstance(answer, str) else ""
    if letter not in letters:
        return Feedback("wrong_type", f"Answer with one letter in quotes: {', '.join(letters)}.")
    if letter == question.answer:
        return _right()
    position = next(i for i, slip in enumerate(question.mistakes) if slip.answer == letter)
    return _named(question, position)


def _judge_list(question: Question, answer: Any) -> Feedback:
    words = split_words(answer)
    if words is None:
        return Feedback("wrong_type", 'Answer with a list of words in quotes: ["first", "second"].')
    if not words:
        return Feedback("unanswered", "The list is empty: write the words into it.")
    hits = [accepted for accepted in question.answer if words & _spellings(accepted)]
    extra = words - set().union(*(_spellings(accepted) for accepted in question.answer))
    if len(hits) == len(question.answer) and not extra:
        return _right()
    for position, slip in enumerate(question.mistakes):
        if extra & set().union(*(_spellings(word) for word in slip.answer)):
            return _named(question, position, before=_count(hits, question))
    return Feedback("wrong", _count(hits, question) + (question.hint or "Spell terms as in the glossary."))


def _count(hits: list[str], question: Question) -> str:
    if len(question.answer) == 1:
        return ""
    return f"{len(hits)} of {len(question.answer)} are right. "


def split_words(answer: Any) -> set[str] | None:
    """Return the words of a list answer, in lower case; one text may hold several, parted by commas.

    >>> sorted(split_words("Packing, delivery、三包"))
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
