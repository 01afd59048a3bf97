"""Exam items filled with the numbers of a seed, and the check that they make sense for every seed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from crmlib.classroom.exam.items import ExamItem, Point, Result, draw_numbers
from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import format_value

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@dataclass(frozen=True)
class ExamQuestion:
    """An item ready for print: calculations have their numbers, everything has an answer and marks.

    `value` is the result of a calculation, `wrong` its likely wrong ways: name, what they give, note.
    """

    item: ExamItem
    question: Text
    answer: Text
    scheme: tuple[Point, ...]
    value: float | None = None
    wrong: tuple[tuple[str, str, str], ...] = ()


@cache
def _templates() -> "Environment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    templates = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=_finalize)
    templates.filters["number"] = _format_number
    templates.filters["percent"] = _format_percent
    return templates


@cache
def _compile(template: str) -> "Template":
    return _templates().from_string(template)


def _finalize(value: object) -> object:
    """Write a plain {{ number }} as a reader expects it: 20, not 20.0."""
    return _format_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _format_number(value: float, digits: int | None = None) -> str:
    """Return a number with thousands separators and no needless zeros.

    >>> _format_number(1234.5), _format_number(20.0), _format_number(3.14159, 2)
    ('1,234.5', '20', '3.14')
    """
    if digits is not None:
        return format_value(value, digits=digits)
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _format_percent(value: float, digits: int | None = None) -> str:
    """Return a share in per cent.

    >>> _format_percent(0.05), _format_percent(0.125)
    ('5 %', '12.5 %')
    """
    return f"{_format_number(value * 100, digits)} %"


def instantiate(item: ExamItem, *, seed: int) -> ExamQuestion:
    """Return an item ready for print; a calculation gets the numbers that belong to the seed."""
    if item.result is None or item.steps is None:
        answer = item.answer or Text(en="-", zh="-")
        return ExamQuestion(item, item.question, answer, item.scheme)
    values = draw_numbers(item, seed=seed)
    value = evaluate(item.result.expression, values)
    results = {language: _show_result(item.result, value, language) for language in ("en", "zh")}
    english, chinese = {**values, "result": results["en"]}, {**values, "result": results["zh"]}
    steps = tuple(
        Point(step.marks, _fill(item, step.en, english), _fill_zh(item, step.zh, chinese))
        for step in item.steps
    )
    question = Text(en=_fill(item, item.question.en, english), zh=_fill_zh(item, item.question.zh, chinese))
    wrong = tuple(
        (slip.name, _show_result(item.result, evaluate(slip.expression, values), "en"), slip.note)
        for slip in item.mistakes or ()
    )
    question = _with_rounding(question, item.result, value)
    return ExamQuestion(item, question, Text(**results), steps, value, wrong)


def fill_text(item: ExamItem, text: Text, *, seed: int) -> Text:
    """Return a text about an item, such as a student's answer, with the numbers of a seed."""
    values, result = draw_numbers(item, seed=seed), instantiate(item, seed=seed).answer
    return Text(
        en=_fill(item, text.en, {**values, "result": result.en}),
        zh=_fill_zh(item, text.zh, {**values, "result": result.zh}),
    )


def _show_result(result: Result, value: float, language: str) -> str:
    return format_value(value, result.unit, digits=result.digits, language=language)


def _fill(item: ExamItem, template: str, values: Mapping[str, object]) -> str:
    from jinja2 import TemplateError

    try:
        return _compile(template).render(values)
    except TemplateError as error:
        message = (
            f"Item {item.id}: {template[:50]!r} cannot be filled in: {error}. Define the name under numbers."
        )
        raise ValueError(message) from None


def _fill_zh(item: ExamItem, template: str, values: Mapping[str, object]) -> str:
    """Fill in a Chinese text, where no space stands before the sign for per cent."""
    return _fill(item, template, values).replace(" %", "%")


def _with_rounding(question: Text, result: Result, value: float) -> Text:
    """State how to round; a result that is a whole number anyway needs no such sentence."""
    shown = value * 100 if result.unit == "%" else value
    if result.digits == 0:
        if abs(shown - round(shown)) < 1e-9:
            return question
        return Text(en=f"{question.en} Round to a whole number.", zh=f"{question.zh}（结果取整数。）")
    decimals = "1 decimal" if result.digits == 1 else f"{result.digits} decimals"
    return Text(
        en=f"{question.en} Round to {decimals}.", zh=f"{question.zh}（结果保留{result.digits}位小数。）"
    )


def find_item_problems(item: ExamItem, *, seeds: Sequence[int] = range(50)) -> list[str]:
    """Return what is wrong with an item over many seeds; an empty list if nothing is.

    A calculation must give a finite value in its plausible range, show it in the last step of both languages,
    and differ from each wrong way of calculating in at least half of the draws.
    """
    if item.result is None:
        return []
    problems: dict[str, None] = {}
    same = {slip.name: 0 for slip in item.mistakes or ()}
    for seed in seeds:
        try:
            found, coinciding = _check_draw(item, seed)
        except ValueError as error:
            found, coinciding = [str(error)], []
        problems.update(dict.fromkeys(found))
        for name in coinciding:
            same[name] += 1
    for name, count in same.items():
        if count * 2 > len(seeds):
            problems[f"mistake {name!r} gives the right answer for {count} of {len(seeds)} seeds"] = None
    return [f"item {item.id!r}: {problem}" for problem in list(problems)[:5]]


def _check_draw(item: ExamItem, seed: int) -> tuple[list[str], list[str]]:
    """Return the problems of one draw, and the mistakes that happen to give the right answer."""
    ready = instantiate(item, seed=seed)
    values = draw_numbers(item, seed=seed)
    result, value = item.result, ready.value
    if result is None or value is None:
        return [], []
    found = []
    if not math.isfinite(value) or not result.low <= value <= result.high:
        found.append(f"seed {seed}: the answer {value:g} is outside {result.low:g} to {result.high:g}")
    last = ready.scheme[-1]
    for language, step in (("en", last.en), ("zh", last.zh)):
        if getattr(ready.answer, language) not in step:
            found.append(f"seed {seed}: the last step in {language} does not show {{{{ result }}}}")
    places = result.digits + (2 if result.unit == "%" else 0)
    return found, [
        slip.name
        for slip in item.mistakes or ()
        if round(evaluate(slip.expression, values), places) == round(value, places)
    ]
