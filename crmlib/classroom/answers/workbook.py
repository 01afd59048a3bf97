"""Computing the answers of an exercise on a firm: the right ones, and those that likely mistakes lead to."""

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.questions import COMPUTED, Exercise, Question
from crmlib.classroom.answers.slips import Feedback
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
        self._values: dict[str, Any] = {}
        for package in exercise.packages:
            try:
                self._names[package] = open_package(package)
            except ContentError as error:
                raise ContentError(f"key 'packages': {error}") from None

    def compute(self, expression: str) -> Any:
        """Return the value of an expression, after the results under `given` that it names."""
        if expression not in self._values:
            try:
                self._prepare(expression)
                names = {"__builtins__": FUNCTIONS, **self._names}
                self._values[expression] = eval(expression.strip(), names)
            except ContentError as error:
                raise ContentError(f"{expression!r}: {error}") from None
            except NameError as error:
                known = dict.fromkeys([*self._names, *self.exercise.given, *FUNCTIONS])
                nearest = list_valid(str(error.name), known)
                raise ContentError(f"{expression!r}: no name {error.name!r} is defined. {nearest}") from None
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
                raise ContentError(f"{expression!r} cannot be computed: {problem}") from error
        return self._values[expression]

    def _prepare(self, expression: str) -> None:
        """Compute the given results that an expression names; refuse names that a package does not offer."""
        given, packages = self.exercise.given, self.exercise.packages
        for node in ast.walk(ast.parse(expression.strip(), mode="eval")):
            match node:
                case ast.Attribute(value=ast.Name(id=package), attr=name) if package in packages:
                    find_name(package, name)
                case ast.Name(id=name) if name in given and name not in self._names:
                    self._names[name] = self.compute(given[name])

    def expected(self, question: Question) -> Any:
        """Return the right answer to a question on this firm."""
        return self._value(question, question.answer)

    def compute_mistakes(self, question: Question) -> list[Any]:
        """Return the answers that the question's mistakes lead to, in their order."""
        return [self._value(question, mistake.answer) for mistake in question.mistakes]

    def judge(self, question: Question, answer: Any) -> Feedback:
        """Say what a reader's answer deserves on this firm."""
        expected, mistaken = self.expected(question), self.compute_mistakes(question)
        return judge_answer(question, answer, expected=expected, mistaken=mistaken)

    def _value(self, question: Question, answer: str | tuple[str, ...]) -> Any:
        return self.compute(answer) if question.kind in COMPUTED and isinstance(answer, str) else answer


def find_question_problems(question: Question, workbook: Workbook) -> list[str]:
    """Return what is wrong with a question on a firm; an empty list if nothing is.

    The right answer must pass; every mistake must be recognised as itself and lie off the right answer.
    """
    place = f"question {question.id!r}"
    try:
        expected, mistaken = workbook.expected(question), workbook.compute_mistakes(question)
    except ContentError as error:
        return [f"{place}: {error}"]
    problems = []
    verdict = workbook.judge(question, _firsts(expected) if question.kind == "list" else expected)
    if not verdict.passed:
        problems.append(f"{place}: its own answer does not pass ({verdict.message})")
    for mistake, value in zip(question.mistakes, mistaken, strict=True):
        found = _find_confusions(question, mistake.name, value, workbook)
        if not found and question.kind in ("number", "share"):
            found = _find_closeness(float(value), float(expected), question.tolerance or 0.0)
        problems += [f"{place}, mistake {mistake.name!r}: {words}" for words in found]
    return problems


def _find_confusions(question: Question, name: str, value: Any, workbook: Workbook) -> list[str]:
    """Say what else a mistake is taken for; of a list, each of its words is one answer."""
    answers = [[word] for word in _firsts(value)] if question.kind == "list" else [value]
    problems = []
    for verdict in (workbook.judge(question, answer) for answer in answers):
        if verdict.passed:
            problems.append("leads to the right answer on this firm. Choose another mistake or period.")
        elif verdict.name != name:
            problems.append(f"is taken for {verdict.name or verdict.kind!r}. Two mistakes give one answer.")
    return problems


def _find_closeness(value: float, expected: float, tolerance: float) -> list[str]:
    gap = abs(value - expected)
    if gap > 2 * tolerance:
        return []
    return [f"is only {gap:.3g} off the right answer, tolerance {tolerance:g}. Narrow it."]


def _firsts(words: Any) -> list[str]:
    return [word.split("|")[0] for word in words]
