"""Fresh questions for the exam review: one after the other, and what can be judged of an answer."""

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crmlib.classroom.answers.slips import Feedback, KnownMistake, judge_number
from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import ExamItem, draw_numbers
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.units import parse_number
from crmlib.classroom.review.records import Records, order_items

ANY = "any"
PUNCTUATION = re.compile(r"[\s\-_.。,，“”\"'’]+")


@dataclass(frozen=True)
class Wish:
    """What the reader wants to be asked: a kind, a chapter, a difficulty, or any."""

    kind: str = ANY
    chapter: str = ANY
    difficulty: str = ANY


def choose_items(
    bank: Mapping[str, Sequence[ExamItem]], wish: Wish, *, without: Sequence[str] = ()
) -> list[ExamItem]:
    """Return the items that fit a wish, those named in `without` left out."""
    return [
        item
        for stem, items in bank.items()
        for item in items
        if wish.kind in (ANY, item.kind)
        and item.id not in without
        and wish.chapter in (ANY, stem)
        and wish.difficulty in (ANY, str(item.difficulty))
    ]


def draw_question(items: Sequence[ExamItem], *, draw: int) -> ExamQuestion:
    """Return the question of a draw, counted from 1; every item comes once before one comes again.

    Raises ValueError if there are no items.
    """
    if not items:
        raise ValueError("No question of the bank fits. Choose another chapter or difficulty.")
    order = sorted(items, key=lambda item: item.id)
    random.Random(f"review:{order[0].kind}:{len(order)}").shuffle(order)
    return instantiate(order[(draw - 1) % len(order)], seed=draw)


def choose_next(
    items: Sequence[ExamItem], records: Records, *, today: date, shown: Sequence[str], draw: int
) -> ExamQuestion:
    """Return the next fresh question: one that is due, then new ones; what was just shown comes last.

    Raises ValueError if there are no items.
    """
    if not items:
        return draw_question(items, draw=draw)
    mixed = sorted(items, key=lambda item: item.id)
    random.Random(f"review:{mixed[0].kind}:{len(mixed)}").shuffle(mixed)
    order = order_items(mixed, records, today=today)
    unseen = [item for item in order if item.id not in shown]
    chosen = unseen or sorted(order, key=lambda item: _last_place(shown, item.id))
    return instantiate(chosen[0], seed=draw)


def _last_place(shown: Sequence[str], key: str) -> int:
    return len(shown) - list(reversed(shown)).index(key)


def judge_points(item: ExamItem, answers: Sequence[str], *, seed: int) -> list[bool]:
    """Return for each marking point whether an answer surely earns it; the rest is for the reader to judge.

    answers: what stands in the fields, one a blank. Sure are letters (a wrong one of several takes
    all marks), the verdict of a true or false, words that a blank accepts, and the result of a calculation,
    which earns all its steps.
    """
    if item.kind == "fill_in":
        return [
            bool(typed.strip()) and _plain(typed) in map(_plain, list_accepted(point))
            for typed, point in zip(answers, item.scheme, strict=True)
        ]
    first = answers[0] if answers else ""
    if item.kind in ("choice", "true_false"):
        hit = first == item.right_option
        return [hit and (place == 0 or item.kind == "choice") for place in range(len(item.scheme))]
    if item.kind == "multiple":
        letters = {letter for letter in first.lower() if letter in item.options}
        sound = letters <= set(item.right_option)
        return [sound and letter in letters for letter in item.right_option]
    hit = bool(item.result and first.strip()) and judge_result(item, first, seed=seed).passed
    return [hit] * len(item.scheme)


def _plain(text: str) -> str:
    """Return a word without case, width, punctuation and article."""
    words = PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()
    return re.sub(r"^(the|an?) (?=.)", "", words)


def judge_result(item: ExamItem, typed: str, *, seed: int) -> Feedback:
    """Say what a typed result of a calculation deserves: right, or which listed mistake it looks like.

    The result counts as right if it is right when rounded as the question asks.
    """
    result = item.result
    if result is None:
        raise ValueError(
            f"Item {item.id} is of kind {item.kind}: only the result of a calculation is checked."
        )
    try:
        value = parse_number(typed, unit=result.unit)
    except ValueError as error:
        return Feedback("wrong_type", str(error))
    values = draw_numbers(item, seed=seed)
    places = result.digits + (2 if result.unit == "%" else 0)
    return judge_number(
        value,
        evaluate(result.expression, values),
        tolerance=0.5 * 10**-places,
        mistakes=[
            KnownMistake(one.name, evaluate(one.expression, values), one.note) for one in item.mistakes or ()
        ],
        is_share=result.is_share,
        nudge="Write down the first step with its unit, then the next.",
        nudge_zh="先写出第一步及其单位，再写下一步。",
    )
