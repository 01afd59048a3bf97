"""Answers as plain data that can be stored and told, and back to what the checks of the course judge.

The plain form is a list: a kind, then the content. `crmlib.grading.containment.child.plain` makes it.
"""

import re
from typing import Any

import pandas as pd

MOST_ITEMS = 20_000


class Refused(ValueError):
    """What was told is no answer in its plain form."""


def from_plain(plain: Any) -> Any:
    """Return an answer as the checks expect it; raise Refused if it is not in the plain form.

    >>> from_plain(["number", 0.25]), from_plain(["text", "b"]), from_plain(["blank"]) is None
    (0.25, 'b', True)
    """
    match plain:
        case ["blank"]:
            return None
        case ["number", float() | int() | "inf" | "-inf" | "nan"]:
            return _to_float(plain[1])
        case ["huge"]:
            return 10**400
        case ["text", str(text)]:
            return text
        case ["bool", bool(value)]:
            return value
        case ["list", list(entries)] if len(entries) <= MOST_ITEMS:
            return [_to_label(one) for one in entries]
        case ["series", list(index), list(values)] if len(index) == len(values) <= MOST_ITEMS:
            return _to_series(index, values)
        case ["frame", list(index), list(columns)] if len(columns) <= MOST_ITEMS:
            return _to_frame(index, columns)
        case ["large", int()]:
            return _stand_in("table with too many values")
        case ["other", str(kind), *_]:
            return _stand_in(kind)
    raise Refused("told something that is no answer")


def _to_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _to_label(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_to_label(one) for one in value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise Refused("told a table whose cells are no plain values")


def _to_series(index: list[Any], values: list[Any]) -> pd.Series:
    labels = pd.Index([_to_label(one) for one in index], tupleize_cols=False, dtype=object)
    return pd.Series([_to_label(one) for one in values], index=labels, dtype=None if values else object)


def _to_frame(index: list[Any], columns: list[Any]) -> pd.DataFrame:
    named = {}
    for column in columns:
        match column:
            case [name, list(values)] if len(values) == len(index):
                named[_to_label(name)] = _to_series(index, values)
            case _:
                raise Refused("told a table whose columns differ in length")
    return pd.DataFrame(named)


def _stand_in(kind: str) -> object:
    """Return an object of a type with this name, so that the feedback can say what was found."""
    return type(re.sub(r"[^\w ]", "", kind)[:40] or "thing", (), {})()


def show_plain(plain: Any) -> str:
    """Return an answer for people, on one line and short.

    >>> show_plain(["number", 0.25]), show_plain(["list", ["listen", "record"]])
    ('0.25', 'listen, record')
    """
    match plain:
        case ["number", float() | int()]:
            return f"{_to_float(plain[1]):.10g}"
        case ["number" | "bool", value]:
            return str(value)
        case ["text", str(text)]:
            return text[:200]
        case ["list", list(entries)]:
            return ", ".join(str(one)[:60] for one in entries[:20])[:400]
        case ["series" | "frame", list(index), _]:
            return f"(a table of {len(index)} rows)"
        case ["other", str(kind), *_]:
            return f"({kind[:40]})"
        case ["huge"]:
            return "(a number too large to compare)"
    return ""
