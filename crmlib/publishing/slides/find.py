"""Finds the cell that a slide names by words that stand in it.

A picture is named by words of the code that draws it (``plot_score_distribution``), a table by words of the
code or text that shows it (``describe_response``, ``Six customers by hand``). The words must stand in one
cell with such an output only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from crmlib.classroom.formats.headings import list_headings
from crmlib.ground.spelling import suggest
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.parsing import parse_code
from crmlib.publishing.slides.tables import find_table

Has = Callable[[Notebook], bool]
DRAWN_BY = re.compile(r"\b(?:plot|explore)_\w+")


def has_picture(cell: Notebook) -> bool:
    """Tell whether a cell stores a picture."""
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def has_table(cell: Notebook) -> bool:
    """Tell whether a cell stores or is a table, a list, or lines of the form "name: value"."""
    return find_table(cell) is not None


def find_picture(notebook: Notebook, words: str) -> int:
    """Return the position of the one cell with a picture in which the words stand."""
    return _find_cell(notebook, words, has_picture, "picture")


def find_table_cell(notebook: Notebook, words: str) -> int:
    """Return the position of the one cell with a table in which the words stand."""
    return _find_cell(notebook, words, has_table, "table")


def find_call(notebook: Notebook, method: str, key: str) -> tuple[int, ast.Call]:
    """Return the position of the cell that calls ``chapter.<method>("<key>", …)``, and the call."""
    known = []
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or f".{method}(" not in cell.source:
            continue
        for call in _list_calls(cell.source, method):
            name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if name == key:
                return position, call
            known.append(str(name))
    listed = f" The chapter has: {', '.join(known)}." if known else ""
    raise PublishingError(f"no cell calls chapter.{method}({key!r}, …).{suggest(key, known)}{listed}")


def _list_calls(source: str, method: str) -> list[ast.Call]:
    """Return the calls of a method in code; none in code that only a notebook understands."""
    try:
        tree = parse_code(source)
    except SyntaxError:
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
    ]


def _find_cell(notebook: Notebook, words: str, has: Has, what: str) -> int:
    wanted = _squeeze(words)
    holding = [place for place, cell in enumerate(notebook.cells) if wanted in _squeeze(cell.source)]
    found = [place for place in holding if has(notebook.cells[place])]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(place + 1) for place in found)
        raise PublishingError(
            f"{words!r} stands in {len(found)} cells with a {what} (cells {places}). "
            "Add words that only one has."
        )
    known = [name for cell in notebook.cells if has(cell) for name in _list_names(cell, what)]
    reason = f"the cell with {words!r} stores no {what}" if holding else f"no cell has the words {words!r}"
    raise PublishingError(f"{reason}.{suggest(words, known)} Cells with a {what}: {'; '.join(known)}.")


def _list_names(cell: Notebook, what: str) -> list[str]:
    """Return words by which a cell can be named."""
    if cell.cell_type == "markdown":
        return list_headings(cell.source)[:1] or [" ".join(cell.source.split()[:5])]
    if what == "picture":
        return DRAWN_BY.findall(cell.source)[-1:]
    return [cell.source.strip().splitlines()[-1]]


def _squeeze(text: str) -> str:
    """Return a text with every run of white space as one space.

    >>> _squeeze("a  b\\n c")
    'a b c'
    """
    return " ".join(text.split())
