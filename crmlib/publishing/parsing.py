"""Parsing Python while other threads may parse as well."""

import ast
from contextlib import suppress
from threading import Lock
from typing import Any

# Python 3.11 now and then stops with a SystemError when two threads parse at once (gh-106905). The lock keeps
# our own threads apart; a library that parses in a thread of its own is why we try again.
_ONE_AT_A_TIME = Lock()
TRIES = 5


def parse_code(code: str) -> ast.Module:
    """Return the syntax tree of a piece of code; raises SyntaxError.

    >>> len(parse_code("a = 1").body)
    1
    """
    tree: ast.Module = _parse(code, mode="exec")
    return tree


def parse_expression(code: str) -> ast.expr:
    """Return the syntax tree of one expression; raises SyntaxError.

    >>> ast.unparse(parse_expression("a+1"))
    'a + 1'
    """
    tree: ast.Expression = _parse(code, mode="eval")
    return tree.body


def _parse(code: str, *, mode: str) -> Any:
    for _ in range(TRIES - 1):
        with _ONE_AT_A_TIME, suppress(SystemError):
            return ast.parse(code, mode=mode)
    with _ONE_AT_A_TIME:
        return ast.parse(code, mode=mode)
