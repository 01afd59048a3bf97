"""Parsing Python, one thread at a time."""

import ast
from threading import Lock

# Before 3.11.5 Python now and then stopped with a SystemError when two threads parsed at once (gh-106905).
_ONE_AT_A_TIME = Lock()


def parse_code(code: str) -> ast.Module:
    """Return the syntax tree of a piece of code; raises SyntaxError.

    >>> len(parse_code("a = 1").body)
    1
    """
    with _ONE_AT_A_TIME:
        return ast.parse(code)


def parse_expression(code: str) -> ast.expr:
    """Return the syntax tree of one expression; raises SyntaxError.

    >>> ast.unparse(parse_expression("a+1"))
    'a + 1'
    """
    with _ONE_AT_A_TIME:
        return ast.parse(code, mode="eval").body
