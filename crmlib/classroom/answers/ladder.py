"""The steps from a hint to the worked way: what a reader who is stuck may see, and when."""

import ast
from typing import Any

from crmlib.classroom.answers.checks import READ_AGAIN
from crmlib.classroom.answers.questions import COMPUTED, LETTERED, Exercise, Question

# So many tries come before the worked way.
TRIES = 2


def render_hint(question: Question, language: str = "en") -> str:
    """Return the more concrete step of a question; where the course wrote none, its first hint."""
    if language == "zh" and question.next_step_zh:
        return f"**{question.id}**，下一步：{question.next_step_zh}"
    step = question.next_step or question.hint or READ_AGAIN
    return f"**{question.id}**, the next step: {step}"


def find_wait(key: str, record: dict[str, Any]) -> str:
    """Return what is to be done before the worked way is shown; nothing if it may be shown now.

    >>> find_wait("q3", {"tries": 1})
    '**q3**: the worked way opens after 2 tries; you have made 1. `chapter.hint("q3")` gives the next step.'
    >>> find_wait("q3", {"tries": 1, "passed": True})
    ''
    """
    tries = record.get("tries", 0)
    if record.get("passed") or tries >= TRIES:
        return ""
    return (
        f"**{key}**: the worked way opens after {TRIES} tries; you have made {tries or 'none'}. "
        f'`chapter.hint("{key}")` gives the next step.'
    )


def render_solution(exercise: Exercise, question: Question) -> str:
    """Return the worked way of a question, taken from what its check computes."""
    if question.kind in COMPUTED:
        way = f"```python\n{_write_code(exercise, str(question.answer))}\n```"
    elif question.kind == "choice":
        letter = str(question.answer)
        way = f"**{letter}** {(question.choices or {})[letter].show('both')}"
    elif question.kind in LETTERED:
        way = _name_letters(question)
    else:
        way = "\n".join(f"{n}. {_name_word(word)}" for n, word in enumerate(question.answer, 1))
    step = f"\n\n{question.next_step}" if question.next_step else ""
    return f"**{question.id}**, the worked way. {question.question.show('both')}{step}\n\n{way}"


def _write_code(exercise: Exercise, expression: str) -> str:
    """Return the lines that lead to an expression: packages, the given results that it needs, itself."""
    needed = _find_names(expression)
    for name in reversed(exercise.given):
        if name in needed:
            needed |= _find_names(exercise.given[name])
    lines = [f"from crmlib import {package}" for package in exercise.packages if package in needed]
    lines += [
        f"import {name} as {short}" for name, short in (("numpy", "np"), ("pandas", "pd")) if short in needed
    ]
    lines += [f"{name} = {way.strip()}" for name, way in exercise.given.items() if name in needed]
    return "\n".join([*lines, f"answer = {expression.strip()}"])


def _find_names(expression: str) -> set[str]:
    """Return the names that an expression reads.

    >>> sorted(_find_names("came[lost].mean()"))
    ['came', 'lost']
    """
    tree = ast.parse(expression.strip(), mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _name_letters(question: Question) -> str:
    """Return the lines of an order as they belong, or each item with its choice."""
    chosen = [(letter, (question.choices or {})[letter].show("both")) for letter in question.answer]
    items = [f"{item.show('both')}: " for item in (question.items or {}).values()] or [""] * len(chosen)
    return "\n".join(
        f"{n}. {item}**{letter}** {text}"
        for n, (item, (letter, text)) in enumerate(zip(items, chosen, strict=True), start=1)
    )


def _name_word(accepted: str) -> str:
    """Return an entry of a list in English, with its first Chinese spelling if there is one.

    >>> _name_word("value|价值性|worth")
    'value (价值性)'
    """
    first, *others = accepted.split("|")
    chinese = next((word for word in others if not word.isascii()), "")
    return f"{first} ({chinese})" if chinese else first
