"""Spoil the tables that a function needs, one thing at a time, and say what its message must hold.

A call is written as name → (the call, table → columns that it needs). `make_cases` turns a call into cases
whose answer `find_fault` judges: a column missing or misspelt, no rows, something that is no table; words,
gaps, infinite and impossible numbers; dates as text; unknown words; rows that occur twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import TABLES, Column, Table
from crmlib.tables.errors import TableError

Frames = Mapping[str, Any]
Calls = Mapping[str, tuple[Callable[[Frames], Any], Mapping[str, list[str]]]]


@dataclass(frozen=True)
class Case:
    """One spoilt table, the call that is given it, and pieces of the message that must follow."""

    name: str
    call: Callable[[Frames], Any]
    table: str
    spoilt: Any
    pieces: tuple[str, ...]
    kind: type[Exception] = TableError


def make_cases(name: str, calls: Calls, frames: Frames, described: Mapping[str, Table]) -> list[Case]:
    """Every column that the function needs, spoilt: gone or misspelt, without a value, and with a wrong one.

    The kinds of wrong value take turns: what is said to each kind is tested in `tests/tables`, and here that
    the function looks at the column at all.
    """
    call, tables = calls[name]
    cases = []
    for key, columns in tables.items():
        table = described.get(key) or TABLES[key]
        spoilt = list(_spoil_table(frames[key], table))
        for turn, column in enumerate(columns, start=len(name)):
            spoilt += _spoil_column(frames[key], table, table.columns[column], turn)
        cases += [Case(f"{key}, {what}", call, key, *rest) for what, *rest in spoilt]
    return cases


def make_double(name: str, key: str, column: str, calls: Calls, frames: Frames) -> Case:
    """A row of the table stands twice; the message must name its key."""
    frame = frames[key]
    spoilt = pd.concat(
        [frame, frame.head(1)], ignore_index="customer_id" in frame.columns or column != "customer_id"
    )
    pieces = (f".{column}: 2 of ", "drop_duplicates")
    return Case(f"{key}, a row stands twice", calls[name][0], key, spoilt, pieces)


def find_fault(case: Case, frames: Frames) -> str | None:
    """What is wrong with the answer to a spoilt table; None: it was refused with the message it deserves."""
    try:
        found = case.call({**frames, case.table: case.spoilt})
    except case.kind as error:
        lacking = [piece for piece in case.pieces if piece not in str(error)]
        return f"{case.name}: no {lacking} in: {error}" if lacking else None
    except Exception as error:
        return f"{case.name}: {type(error).__name__} in place of {case.kind.__name__}: {error}"
    return f"{case.name}: answered with {type(found).__name__}"


def _spoil_table(frame: Any, table: Table) -> Iterator[tuple[str, Any, tuple[str, ...], type[Exception]]]:
    yield "no rows", frame.head(0), (f"{table.name}: the table has 0 rows, expected at least ",), TableError
    yield "no table", [], (f"{table.name}: expected a ", "found list"), TypeError


def _spoil_column(
    frame: Any, table: Table, column: Column, turn: int
) -> list[tuple[str, Any, tuple[str, ...], type[Exception]]]:
    name, place = column.name, f"{table.name}.{column.name}: 1 of "
    if isinstance(frame, pd.Series):
        return [
            (f"{name}: {what}", _put(frame, value), (place,), TableError)
            for what, value in _wrong_values(column, turn)
        ]
    found: list[tuple[str, Any, tuple[str, ...], type[Exception]]] = []
    if name in frame.columns:
        found.append(_lose_column(frame, table, name, misspelt=turn % 2 == 0))
        for what, value in _wrong_values(column, turn):
            spoilt = frame.astype({name: object})
            spoilt[name] = _put(frame[name], value)
            found.append((f"{name}: {what}", spoilt, (place,), TableError))
    if column.type in ("date", "datetime") and name in frame.columns:
        text = frame.assign(**{name: frame[name].dt.strftime("%d/%m/%Y")})
        found.append((f"{name}: text", text, (f"{table.name}.{name}: ", "parse_dates"), TableError))
    return found


def _put(values: pd.Series, value: Any) -> pd.Series:
    """The column with another first value, whatever its type was."""
    return pd.Series([value, *values.tolist()[1:]], index=values.index, dtype=object, name=values.name)


def _lose_column(
    frame: pd.DataFrame, table: Table, name: str, misspelt: bool
) -> tuple[str, pd.DataFrame, tuple[str, ...], type[Exception]]:
    if not misspelt:
        return f"{name} missing", frame.drop(columns=name), (f"{table.name}: ", name), TableError
    wrong = f"{name}s"
    near = f"{wrong!r} looks like {name!r}" if len(name) > 2 else f"{table.name}: missing columns: {name}"
    return f"{name} misspelt", frame.rename(columns={name: wrong}), (near,), TableError


def _wrong_values(column: Column, turn: int) -> list[tuple[str, Any]]:
    wrong: list[tuple[str, Any]] = []
    if column.type in ("integer", "number"):
        kinds = [("words", "12 yuan"), ("infinite", np.inf)]
        if column.range.startswith((">", "0", "1")) and not column.key:
            kinds.append(("negative", -5))
        wrong.append(kinds[turn % len(kinds)])
    elif column.type in ("category", "ordered"):
        wrong.append(("unknown word", "unheard-of"))
    elif column.type == "boolean":
        wrong.append(("word", "perhaps"))
    if not column.nullable and column.type != "string":
        wrong.append(("gap", None if column.type in ("boolean", "category", "ordered") else np.nan))
    return wrong
