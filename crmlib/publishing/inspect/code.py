"""Finds what is wrong with the code of a notebook: length, magics, imports, hidden state."""

from __future__ import annotations

import re

from crmlib.ground.files import COURSE
from crmlib.publishing.course import Notebook
from crmlib.publishing.dependencies import Import, find_home, find_imports
from crmlib.publishing.inspect.hidden_state import find_hidden_state
from crmlib.publishing.inspect.problem import Problem, code_cells
from crmlib.publishing.parsing import parse_code

LINES_PER_CELL = 15
MAGIC = re.compile(r"^\s*(?:%%?\w+|!|\?\w)|^[\w.]+\?{1,2}$|get_ipython\(\)", re.MULTILINE)


def check_length(notebook: Notebook) -> list[Problem]:
    """Find code cells that are empty or longer than a reader takes in at once."""
    problems = []
    for number, cell in code_cells(notebook):
        lines = len(cell.source.splitlines())
        if lines > LINES_PER_CELL:
            problems.append(
                Problem(
                    number,
                    f"has {lines} lines of code, at most {LINES_PER_CELL}. Move a function into crmlib.",
                )
            )
        if not cell.source.strip():
            problems.append(Problem(number, "is an empty code cell. Delete it."))
    return problems


def check_plain_python(notebook: Notebook) -> list[Problem]:
    """Find magics, shell commands and code that is no Python."""
    problems = []
    for number, cell in code_cells(notebook):
        found = MAGIC.search(cell.source)
        if found:
            problems.append(
                Problem(number, f"uses {found[0].strip()!r}. Write plain Python; it runs everywhere.")
            )
            continue
        try:
            parse_code(cell.source)
        except SyntaxError as error:
            problems.append(Problem(number, f"is no Python: {error.msg}, line {error.lineno}."))
    return problems


def check_imports(notebook: Notebook) -> list[Problem]:
    """Find imports from inside a package of the library: readers take every name from the package itself."""
    problems = []
    for number, cell in code_cells(notebook):
        for one in find_imports(cell.source):
            inner = _find_inner(one)
            if inner is None:
                continue
            name = one.name if one.name not in (None, "*") and inner == one.module else "…"
            package = ".".join(inner.split(".")[:2])
            problems.append(Problem(number, f"reaches into {inner}. Write 'from {package} import {name}'."))
    return problems


def _find_inner(one: Import) -> str | None:
    """Return the module inside a package that an import reaches for; None if it stops at the package."""
    if one.module.count(".") > 1:
        return one.module
    inner = f"{one.module}.{one.name}"
    return inner if inner.count(".") > 1 and find_home(COURSE, one.module, one.name) == inner else None


def check_hidden_state(notebook: Notebook) -> list[Problem]:
    """Find cells that depend on more than the cells above them."""
    codes = [(number, cell.source) for number, cell in code_cells(notebook)]
    return [Problem(number, sentence) for number, sentence in find_hidden_state(codes)]
