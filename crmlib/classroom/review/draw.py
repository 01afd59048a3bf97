"""Fresh questions for the exam review: one draw after the other, and the check of a calculation's result."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmlib.classroom.answers.slips import Feedback, KnownMistake, judge_number
from crmlib.classroom.exam.items import ExamItem, draw_numbers
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.units import parse_number

ANY = "any"


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
    )
