"""Computing the answers of an exercise on a firm: the right ones, and those that likely mistakes lead to."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.questions import COMPUTED, Exercise, Question
from crmlib.classroom.formats.library import find_name, open_package
from crmlib.classroom.formats.schema import ContentError
from crmlib.ground.spelling import list_valid

# The functions of Python that an expression may call, beside the methods of the tables.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (abs, float, int, len, max, min, range, round, sum)
}


class Workbook:
    """The questions of a chapter on one firm; results are computed when needed and kept.

    `firm` has the tables as attributes (`firm.members`, `firm.receipts`, …). Expressions are Python and
    belong to the course; readers' answers are never evaluated.
    """

    def __init__(self, exercise: Exercise, firm: Any) -> None:
        self.exercise = exercise
        self._names: dict[str, Any] = {"firm": firm, "pd": pd, "np": np}
        for package in exercise.packages:
            try:
                self._names[package] = open_package(package)
            except ContentError as error:
                raise ContentError(f"key 'packages': {error}") from None

    def compute(self, expression: str) -> Any:
        """Return the value of an expression, after the results under `given` that it names."""
        given, packages = self.exercise.given, self.exercise.packages
        try:
            for node in ast.walk(ast.parse(expression.strip(), mode="eval")):
                match node:
                    case ast.Attribute(value=ast.Name(id=package), attr=name) if package in packages:
                        find_name(package, name)
                    case ast.Name(id=name) if name in given and name not in self._names:
                        self._names[name] = self.compute(given[name])
            return eval(expression.strip(), {"__builtins__": FUNCTIONS, **self._names})
        except ContentError as error:
            raise ContentError(f"{expression!r}: {error}") from None
        except NameError as error:
            known = [*self._names, *given, *FUNCTIONS]
            raise ContentError(
                f"{expression!r}: the name {error.name!r} is not defined. "
                f"{list_valid(str(error.name), dict.fromkeys(known))}"
            ) from None
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
