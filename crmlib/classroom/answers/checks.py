"""Checking an answer: right, or which mistake it looks like, with a hint that never gives the answer away."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.comparison import compare_tables, to_float
from crmlib.classroom.answers.questions import LETTERED, Question
from crmlib.classroom.answers.slips import RIGHT, Feedback, KnownMistake, judge_number
from crmlib.classroom.formats.units import narrow, parse_number
from crmlib.estimates.estimate import Estimate

TEXT = "This is text. Give a number: no quotes, no unit, a point for decimals."
UNANSWERED = Feedback("unanswered", "Not answered yet: replace the three dots by your answer.")
READ_AGAIN = "Read the question once more, one word after the other."
# Characters that part the words of a list, or letters, in one text.
COMMAS = re.compile(r"[,;\n、，；]")


def judge_answer(question: Question, answer: Any, *, expected: Any, mistaken: Sequence[Any]) -> Feedback:
    """Say what an answer to a question deserves.

    `expected` is the computed right answer, `mistaken` those of the question's mistakes, in order.
    """
    if answer is None or answer is Ellipsis:
        return UNANSWERED
    if isinstance(answer, str) and not answer.strip() and question.kind != "list":
        return Feedback("unanswered", "Not answered yet.")
    if question.kind in ("number", "share"):
        return _judge_number(question, answer, float(expected), [float(wrong) for wrong in mistaken])
    if question.kind == "table":
        return _judge_table(question, answer, expected, mistaken)
    if question.kind == "choice":
        return _judge_choice(question, answer)
    if question.kind in LETTERED:
        return _judge_letters(question, answer)
    return _judge_list(question, answer)


def _judge_number(question: Question, answer: Any, expected: float, mistaken: list[float]) -> Feedback:
    value = _read_number(answer, question.unit) if isinstance(answer, str) else to_number(answer)
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


def _read_number(text: str, unit: str) -> float | Feedback:
    """Return the number in a text, its unit in either language; with a sign for per cent it is a share."""
    try:
        return parse_number(text, unit="%" if narrow(text).endswith("%") else unit)
    except ValueError:
        return Feedback("wrong_type", TEXT)


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
    letter = narrow(answer).lower() if isinstance(answer, str) else ""
    if letter not in letters:
        return Feedback("wrong_type", f"Answer with one letter in quotes: {', '.join(letters)}.")
    if letter == question.answer:
        return RIGHT
    mistake = next(mistake for mistake in question.mistakes if mistake.answer == letter)
    return Feedback("mistake", mistake.hint, mistake.name)


def _judge_letters(question: Question, answer: Any) -> Feedback:
    """Judge letters in their places: an order, or a letter for each item."""
    letters, wanted = _split_letters(answer), list(question.answer)
    if letters is None or len(letters) != len(wanted) or set(letters) - {*(question.choices or {}), ""}:
        example = ", ".join(repr(letter) for letter in list(question.choices or {})[:2])
        return Feedback("wrong_type", f"Answer with {len(wanted)} letters in a list: [{example}, …].")
    places = list(question.items or range(1, len(wanted) + 1))
    empty = [str(place) for place, letter in zip(places, letters, strict=True) if not letter]
    if empty:
        return Feedback("unanswered", f"Still open: {', '.join(empty)}.")
    if letters == wanted:
        return RIGHT
    told = _tell_places(
        question, places, [mine == right for mine, right in zip(letters, wanted, strict=True)]
    )
    for mistake in question.mistakes:
        if letters == list(mistake.answer):
            return Feedback("mistake", told + mistake.hint, mistake.name)
    return Feedback(
        "wrong", told + (question.hint or "Read the question once more, one word after the other.")
    )


def _tell_places(question: Question, places: list[Any], right: list[bool]) -> str:
    """Say which places count; of an order, how many from the first on."""
    if question.kind == "order":
        count = right.index(False)
        return f"The first {count} stand where they belong. " if count else "Another one comes first. "
    good, bad = (
        ", ".join(str(place) for place, is_right in zip(places, right, strict=True) if is_right == wanted)
        for wanted in (True, False)
    )
    return f"Right: {good}. Not yet: {bad}. " if good else "None is right yet. "


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


def _judge_list(question: Question, answer: Any) -> Feedback:
    words = _split_words(answer)
    if words is None:
        return Feedback("wrong_type", 'Answer with a list of words in quotes: ["first", "second"].')
    if not words:
        return Feedback("unanswered", "The list is empty: write the words into it.")
    entries = [_spellings(accepted) for accepted in question.answer]
    places = {word: n for word in words for n, entry in enumerate(entries) if word in entry}
    extra = [word for word in words if word not in places]
    found = list(dict.fromkeys(places.values()))
    told = _tell_words(words, places, extra, len(entries))
    for mistake in question.mistakes:
        if set(extra) & set().union(*(_spellings(word) for word in mistake.answer)):
            return Feedback("mistake", told + mistake.hint, mistake.name)
    if len(found) < len(entries):
        return Feedback("wrong", told + (question.hint or "Spell terms as in the glossary."))
    if extra:
        return Feedback("wrong", told + "Take out what does not belong.")
    if question.ordered and (found != sorted(found) or isinstance(answer, set | frozenset)):
        return Feedback("wrong", f"All {len(entries)} are right, but not in order. What comes first?")
    return RIGHT


def _tell_words(words: dict[str, str], places: dict[str, int], extra: list[str], total: int) -> str:
    """Say which of the reader's words count, and which do not; of a single word that fails, nothing."""
    if total == 1 and not places:
        return ""
    right, wrong = (", ".join(words[word] for word in chosen) for chosen in (places, extra))
    told = f"{len(set(places.values()))} of {total} are right{': ' if right else ''}{right}. "
    return f"{told}Not counted: {wrong}. " if wrong else told


def _split_words(answer: Any) -> dict[str, str] | None:
    """Return the words of a list answer, each plain and as written; one text may hold several, with commas.

    >>> _split_words("Packing, delivery、三包")
    {'packing': 'Packing', 'delivery': 'delivery', '三包': '三包'}
    """
    if isinstance(answer, str):
        answer = COMMAS.split(answer)
    if isinstance(answer, pd.Series | pd.Index | np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple | set | frozenset) or not all(
        isinstance(word, str) for word in answer
    ):
        return None
    return {_plain(word): word.strip() for word in answer if _plain(word)}


def _spellings(accepted: str) -> set[str]:
    return {_plain(spelling) for spelling in accepted.split("|")}


def _plain(word: str) -> str:
    return re.sub(r"[\s\-_.。]+", " ", narrow(word).lower()).strip()
