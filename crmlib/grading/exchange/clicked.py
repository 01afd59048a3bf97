"""Answers that were clicked: they are written into the notebook's code, as if they had been typed there."""

import ast
from collections.abc import Mapping
from typing import Any

from crmlib.classroom.display import CLICKED_ANSWER

Answer = str | list[str]


def find_on_page(cell: Mapping[str, Any]) -> dict[str, Answer]:
    """Return the answers that were clicked below a cell and stored with it, by question."""
    found: dict[str, Answer] = {}
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        match output:
            case {"data": {**data}} if CLICKED_ANSWER in data:
                match data[CLICKED_ANSWER]:
                    case {"question": str(key), "answer": answer} if is_answer(answer):
                        found[key] = answer
    return found


def is_answer(answer: Any) -> bool:
    """Say whether this may be what somebody clicked or typed: a text, or a list of texts."""
    parts = answer if isinstance(answer, list) else [answer]
    return len(parts) <= 100 and all(isinstance(part, str) and len(part) <= 1000 for part in parts)


def fill_in(source: str, answers: Mapping[str, Answer]) -> str:
    """Return a cell's code with answers written into its empty fields; a typed answer stays.

    >>> fill_in('chapter.answer("w1")', {"w1": "b"})
    'chapter.answer("w1", \\'b\\')'
    """
    if not answers or ".answer(" not in source:
        return source
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    places = sorted(_find_empty_fields(tree), key=lambda one: (one[0], one[1]), reverse=True)
    for row, column, key in places:
        if key in answers:
            line = lines[row - 1]
            lines[row - 1] = line[:column] + f", {answers[key]!r}".encode() + line[column:]
    return b"".join(lines).decode()


def _find_empty_fields(tree: ast.AST) -> list[tuple[int, int, str]]:
    """Return where the key of each question ends that is shown without an answer: line, byte, key."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="answer"), args=[ast.Constant(value=str(key)) as first], keywords=[]
            ):
                found.append((first.end_lineno or first.lineno, first.end_col_offset or 0, key))
    return found
