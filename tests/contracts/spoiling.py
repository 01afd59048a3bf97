"""Spoil the tables that a function needs, one thing at a time, and say what its message must hold.

A call is written as name → (the call, table → columns that it needs). `make_cases` turns the calls into cases
that `assert_refused` runs: a column missing or misspelt, no rows, something that is no table; words, gaps,
infinite and impossible numbers; dates as text; unknown words; rows that occur twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

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


def make_cases(calls: Calls, frames: Frames, described: Mapping[str, Table]) -> list[Any]:
    """Every way to spoil every needed column of every table, as parameters with readable names."""
    cases = []
    for name, (call, tables) in calls.items():
        for key, columns in tables.items():
            table = described.get(key) or TABLES[key]
            spoilt = list(_spoil_table(frames[key], table))
            for column in columns:
                spoilt += _spoil_column(frames[key], table, table.columns[column])
            for what, frame, pieces, kind in spoilt:
                cases.append(
                    pytest.param(
                        Case(f"{name}: {key}, {what}", call, key, frame, pieces, kind),
                        id=f"{name}-{key}-{what}",
                    )
                )
    return cases


def make_doubles(calls: Calls, frames: Frames, keys: list[tuple[str, str, str]]) -> list[Any]:
    """A row twice: for each (call, table, key) a case whose message must name the key."""
    cases = []
    for name, key, column in keys:
        frame = frames[key]
        spoilt = pd.concat(
            [frame, frame.head(1)], ignore_index="customer_id" in frame.columns or column != "customer_id"
        )
        pieces = (f".{column}: 2 of ", "drop_duplicates")
        cases.append(
            pytest.param(Case(name, calls[name][0], key, spoilt, pieces), id=f"{name}-{key}-{column}")
        )
    return cases


def make_tests(
    calls: Calls, frames: Frames, described: Mapping[str, Table], doubles: list[tuple[str, str, str]]
) -> tuple[Callable[..., None], Callable[..., None], Callable[..., None]]:
    """The three tests of a chapter's calls: spoilt tables, repeated rows, and the input left as it was."""

    @pytest.mark.parametrize("case", make_cases(calls, frames, described))
    def refuse_spoilt(case: Case) -> None:
        assert_refused(case, frames)

    @pytest.mark.parametrize("case", make_doubles(calls, frames, doubles))
    def refuse_repeated(case: Case) -> None:
        assert_refused(case, frames)

    @pytest.mark.parametrize("name", calls)
    def leave_the_input(name: str) -> None:
        call, tables = calls[name]
        before = {key: frames[key].copy() for key in tables}
        call(frames)
        for key in tables:
            assert frames[key].equals(before[key]), key
            assert_one_row_is_answered(call, key, frames)

    return refuse_spoilt, refuse_repeated, leave_the_input


def assert_refused(case: Case, frames: Frames) -> None:
    """The call must fail with the message, not with a number and not with an error of pandas."""
    with pytest.raises(case.kind) as caught:
        case.call({**frames, case.table: case.spoilt})
    message = str(caught.value)
    for piece in case.pieces:
        assert piece in message, f"{case.name}: no {piece!r} in: {message}"


def assert_one_row_is_answered(call: Callable[[Frames], Any], key: str, frames: Frames) -> None:
    """With one row there is an answer without gaps in its numbers, or a message that says what is missing."""
    try:
        found = call({**frames, key: frames[key].head(1)})
    except ValueError as error:
        assert len(str(error)) > 30 and not str(error).startswith("cannot"), str(error)
        return
    for part in found if isinstance(found, list) else [found]:
        if isinstance(part, pd.DataFrame):
            shares = part.filter(regex="share$").select_dtypes("number")
            assert not np.isinf(shares.to_numpy(dtype=float)).any()


def _spoil_table(frame: Any, table: Table) -> Iterator[tuple[str, Any, tuple[str, ...], type[Exception]]]:
    yield "no rows", frame.head(0), (f"{table.name}: the table has 0 rows, expected at least ",), TableError
    yield "no table", [], (f"{table.name}: expected a ", "found list"), TypeError


def _spoil_column(
    frame: Any, table: Table, column: Column
) -> list[tuple[str, Any, tuple[str, ...], type[Exception]]]:
    name, place = column.name, f"{table.name}.{column.name}: 1 of "
    if isinstance(frame, pd.Series):
        return [
            (f"{name}: {what}", _put(frame, value), (place,), TableError)
            for what, value in _wrong_values(column, frame)
        ]
    found: list[tuple[str, Any, tuple[str, ...], type[Exception]]] = []
    if name in frame.columns:
        wrong = f"{name}s"
        near = (
            (f"{wrong!r} looks like {name!r}",)
            if len(name) > 2
            else (f"{table.name}: missing columns: {name}",)
        )
        found += [
            (f"{name} missing", frame.drop(columns=name), (f"{table.name}: ", name), TableError),
            (f"{name} misspelt", frame.rename(columns={name: wrong}), near, TableError),
        ]
        for what, value in _wrong_values(column, frame[name]):
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


def _wrong_values(column: Column, values: pd.Series) -> list[tuple[str, Any]]:
    wrong: list[tuple[str, Any]] = []
    if column.type in ("integer", "number"):
        wrong += [("words", "12 yuan"), ("infinite", np.inf)]
        if column.range.startswith((">", "0", "1")) and not column.key:
            wrong.append(("negative", -5))
    elif column.type in ("category", "ordered"):
        wrong.append(("unknown word", "unheard-of"))
    elif column.type == "boolean":
        wrong.append(("word", "perhaps"))
    if not column.nullable and column.type != "string":
        wrong.append(("gap", None if column.type in ("boolean", "category", "ordered") else np.nan))
    return wrong
