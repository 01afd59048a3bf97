"""Finds what makes a chapter of lessons too long for its hour, and answers that stand there too early.

These checks hold for a chapter whose `chapter.yaml` lists lessons.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from crmlib.classroom.formats.chapters import Lesson
from crmlib.classroom.formats.reading import Load, count_words
from crmlib.publishing.course import Notebook
from crmlib.publishing.folding import hides_input, predictions_answered
from crmlib.publishing.inspect.problem import Problem, code_cells, prose_cells
from crmlib.publishing.numbers.ties import find_ties
from crmlib.publishing.parsing import parse_code, parse_expression

WORDS_A_CHAPTER = 5_500
MINUTES_A_CHAPTER = 90
MINUTES_A_LESSON = (25, 45)
MINUTES_OF_A_CASE = (15, 45)
VISIBLE_LINES = 110
SECTION = re.compile(r"^#{1,2} ", re.MULTILINE)


def check_visible_code(notebook: Notebook) -> list[Problem]:
    """Find a chapter that shows more code than a reader reads; folded cells and blank lines do not count."""
    lines = count_visible_lines(notebook)
    if lines <= VISIBLE_LINES:
        return []
    return [
        Problem(
            0,
            f"shows {lines} lines of code, at most {VISIBLE_LINES}. Fold what only draws or prints with the "
            "tag hide-input, or move it into crmlib.",
        )
    ]


def count_visible_lines(notebook: Notebook) -> int:
    """Return the lines of code that a reader sees without a click, blank lines left out."""
    shown = (cell.source for _, cell in code_cells(notebook) if not hides_input(cell))
    return sum(1 for source in shown for line in source.splitlines() if line.strip())


def check_length_of_chapter(
    notebook: Notebook, *, loads: list[Load], sitting: tuple[int, int] = MINUTES_A_LESSON
) -> list[Problem]:
    """Find a chapter, or a lesson of it, that takes longer or less long than one sits."""
    words = sum(count_words(cell.source) for _, cell in prose_cells(notebook))
    minutes = sum(load.minutes for load in loads)
    problems = []
    if words > WORDS_A_CHAPTER:
        problems.append(Problem(0, f"has {words} words, at most {WORDS_A_CHAPTER}. Shorten it."))
    if minutes > MINUTES_A_CHAPTER:
        problems.append(Problem(0, f"takes {minutes} minutes, at most {MINUTES_A_CHAPTER}. Shorten it."))
    least, most = sitting
    for number, load in enumerate(loads, start=1):
        if not least <= load.minutes <= most:
            problems.append(
                Problem(0, f"lesson {number} takes {load.minutes} minutes, expected {least} to {most}.")
            )
    return problems


def check_lessons(notebook: Notebook, *, lessons: tuple[Lesson, ...]) -> list[Problem]:
    """Find lessons without their heading, their opening or their questions."""
    prose = "\n".join(cell.source for _, cell in prose_cells(notebook))
    code = "\n".join(cell.source for _, cell in code_cells(notebook))
    problems = []
    for number, lesson in enumerate(lessons, start=1):
        heading = f"# Lesson {number}. {lesson.title.show('both')}"
        if heading not in prose.splitlines():
            problems.append(Problem(0, f"has no heading {heading!r}, which chapter.yaml names."))
        for call in (f"chapter.lesson({number})", f"chapter.check_yourself({number})"):
            if call not in code:
                problems.append(Problem(0, f"has no cell with {call}."))
    found = len(re.findall(r"^# Lesson \d", prose, re.MULTILINE))
    if found != len(lessons):
        problems.append(Problem(0, f"has {found} lessons, chapter.yaml lists {len(lessons)}."))
    return problems


def check_predictions(notebook: Notebook) -> list[Problem]:
    """Find what answers a prediction in its own section and is not hidden until the reader has recorded one.

    What answers it is the cell that compares, and each later cell of the section that uses a name from which
    the compared value was taken.
    """
    return list(_find_early_answers(notebook))


def _find_early_answers(notebook: Notebook) -> Iterator[Problem]:
    open_keys: set[str] = set()
    telling: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown" and SECTION.search(cell.source):
            telling = {}
        hidden = set(predictions_answered(cell))
        for key in sorted(hidden - open_keys):
            yield Problem(number, f"has the tag answers-{key}, but no prediction {key!r} stands above it.")
        if cell.cell_type == "code":
            open_keys |= {key for key, _ in _find_calls(cell.source, "predict")}
            for key, names in _find_calls(cell.source, "compare_prediction"):
                telling |= dict.fromkeys(names, key)
                if key not in hidden:
                    yield _too_early(number, key)
                    hidden.add(key)
        for key in sorted({telling[name] for name in _names_shown(cell) & set(telling)} - hidden):
            yield _too_early(number, key)


def _too_early(number: int, key: str) -> Problem:
    return Problem(
        number, f"answers the prediction {key!r} before it is recorded. Give the cell the tag answers-{key}."
    )


def _find_calls(code: str, method: str) -> list[tuple[str, set[str]]]:
    """Return key and names of the other arguments for each call of a chapter's method."""
    calls = []
    for node in ast.walk(parse_code(code)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        key = node.args[0]
        if node.func.attr == method and isinstance(key, ast.Constant):
            calls.append((str(key.value), {name for part in node.args[1:] for name in _names_in(part)}))
    return calls


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _names_shown(cell: Notebook) -> set[str]:
    """Return the names whose values a cell may show: those in its ties, or those of its code."""
    if cell.cell_type == "code":
        return _names_in(parse_code(cell.source))
    ties = [tie for tie in find_ties(cell.source) if tie.kind == "computed"]
    expressions = [expression for tie in ties for expression in tie.sources]
    return {name for expression in expressions for name in _names_in(parse_expression(expression))}
