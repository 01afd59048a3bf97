"""Computing the answers of an exercise on a firm: the right ones, and those that likely mistakes lead to."""

import ast
import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.questions import COMPUTED, Exercise, Question
from crmlib.classroom.formats.schema import ContentError


class Workbook:
    """The questions of a chapter on one firm; results are computed when needed and kept.

    `firm` has the tables as attributes (`firm.members`, `firm.receipts`, …). Expressions are Python and
    belong to the course; readers' answers are never evaluated.
    """

    def __init__(self, exercise: Exercise, firm: Any) -> None:
        self.exercise = exercise
        self._names: dict[str, Any] = {"firm": firm, "pd": pd, "np": np}
        for module in exercise.modules:
            self._names[module] = _import(module)

    def compute(self, expression: str) -> Any:
        """Return the value of an expression, after the results under `given` that it names."""
        try:
            for node in ast.walk(ast.parse(expression.strip(), mode="eval")):
                if (
                    isinstance(node, ast.Name)
                    and node.id in self.exercise.given
                    and node.id not in self._names
                ):
                    self._names[node.id] = self.compute(self.exercise.given[node.id])
            return eval(expression.strip(), self._names)
        except ContentError:
            raise
        except Exception as error:
            raise ContentError(
                f"{expression!r} cannot be computed: {type(error).__name__}: {error}"
            ) from error

    def expected(self, question: Question) -> Any:
        """Return the right answer to a question on this firm."""
        return self._value(question, question.answer)

    def slips(self, question: Question) -> list[Any]:
        """Return the answers that the question's mistakes lead to, in their order."""
        return [self._value(question, slip.answer) for slip in question.mistakes]

    def _value(self, question: Question, answer: str | tuple[str, ...]) -> Any:
        return self.compute(answer) if question.kind in COMPUTED and isinstance(answer, str) else answer


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(f"crmlib.{module}")
    except ModuleNotFoundError as error:
        if error.name != f"crmlib.{module}":
            raise
        raise ContentError(
            f"key 'modules': the library has no module {module!r}. Correct the name."
        ) from None


def find_question_problems(question: Question, workbook: Workbook) -> list[str]:
    """Return what is wrong with a question on a firm; an empty list if nothing is.

    The right answer must pass; every mistake must be recognised as itself and lie off the right answer.
    """
    try:
        expected, slips = workbook.expected(question), workbook.slips(question)
    except ContentError as error:
        return [f"question {question.id!r}: {error}"]
    problems = []
    verdict = judge_answer(question, _as_answered(question, expected), expected=expected, slips=slips)
    if not verdict.passed:
        problems.append(f"question {question.id!r}: its own answer does not pass ({verdict.message})")
    for slip, value in zip(question.mistakes, slips, strict=True):
        problems += _find_slip_problems(question, slip.name, value, expected, slips)
    return problems


def _find_slip_problems(
    question: Question, name: str, value: Any, expected: Any, slips: list[Any]
) -> list[str]:
    place = f"question {question.id!r}, mistake {name!r}"
    if question.kind == "list":
        verdicts = [judge_answer(question, [word], expected=expected, slips=slips) for word in _firsts(value)]
    else:
        verdicts = [judge_answer(question, value, expected=expected, slips=slips)]
    problems = []
    for verdict in verdicts:
        if verdict.passed:
            problems.append(
                f"{place}: leads to the right answer on this firm. Choose another mistake or period."
            )
        elif verdict.name != name:
            problems.append(
                f"{place}: is taken for {verdict.name or verdict.kind!r}. Two mistakes give one answer."
            )
    if not problems and question.kind in ("number", "share"):
        gap, tolerance = abs(float(value) - float(expected)), question.tolerance or 0.0
        if gap <= 2 * tolerance:
            problems.append(
                f"{place}: is only {gap:.3g} off the right answer, tolerance {tolerance:g}. Narrow it."
            )
    return problems


def _as_answered(question: Question, expected: Any) -> Any:
    return _firsts(expected) if question.kind == "list" else expected


def _firsts(words: Any) -> list[str]:
    return [word.split("|")[0] for word in words]
