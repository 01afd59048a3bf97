"""What a function takes from a table of the firm: the columns that it needs, held against the dictionary.

A function that counts purchases needs two columns of the receipts, not all eleven. `take_columns` checks
exactly these, with the messages of `check_table`, and returns a copy; the caller's table stays as it was.

Beside it: `results` describes and checks the tables that functions hand to one another, `options` the numbers
and dates that a caller chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from crmlib.tables.columns import check_range, convert_column
from crmlib.tables.dictionary import Column, Table
from crmlib.tables.errors import TableError, cut, get_table
from crmlib.tables.headers import check_headers
from crmlib.tables.keys import are_distinct, check_unique


def take_columns(
    frame: pd.DataFrame,
    table: str | Table,
    columns: Sequence[str],
    *,
    unique: Sequence[str] = (),
    once: str = "",
    rows: int = 1,
) -> pd.DataFrame:
    """A copy of the named columns in their described types, with a fresh index; TableError says what to
    repair.

    table: a name in the dictionary ("receipts") or a description made with `describe_result`. unique:
    columns that together may not repeat. once: a column that may be absent, but may not repeat if it is
    there, such as receipt_id where amounts are added up. rows: least number of rows. Missing values are
    allowed where the description allows them. The numbers of customers, receipts and other keys may be any
    whole numbers.

    >>> take_columns(pd.DataFrame({"satisfacton": [4]}), "surveys", ["satisfaction"])
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: surveys: misspelt columns: 'satisfacton' looks like 'satisfaction'. ...
    """
    full = get_table(table) if isinstance(table, str) else table
    narrow = narrow_to(full, columns)
    check_headers(frame, narrow)
    if len(frame) < rows:
        raise TableError(
            f"{full.name}: the table has {len(frame)} rows, expected at least {rows}. "
            "Repair: look at the last filter or join before this step."
        )
    taken = frame[list(columns)].reset_index(drop=True)
    for column in (full.columns[name] for name in columns):
        taken[column.name] = convert_column(taken, narrow, column)
        if not column.key:
            check_range(taken, narrow, column)
    if unique:
        check_unique(taken, narrow, unique)
    if once and once in frame.columns:
        _check_once(frame[[once]].reset_index(drop=True), narrow_to(full, [once]))
    return taken


def _check_once(frame: pd.DataFrame, table: Table) -> None:
    """Refuse a number that repeats in a column that is not taken, whatever the numbers look like."""
    name = frame.columns[0]
    try:
        unique = are_distinct(frame, [name]) or frame[name].is_unique
    except TypeError:  # lists cannot be compared; their words can
        frame = frame.astype(str)
        unique = frame[name].is_unique
    if not unique:
        check_unique(frame, table, [name])


def describe_column(
    name: str,
    kind: str,
    *,
    key: bool = False,
    nullable: bool = False,
    levels: tuple[str, ...] = (),
    limits: str = "",
) -> Column:
    """Describe a column of a table that a concept function returns and another one takes.

    kind: a type of the dictionary (integer, number, boolean, date, ordered …). limits: such as "1..5" or
    ">=0".

    >>> describe_column("satisfaction", "integer", limits="1..5").dtype
    'int64'
    """
    keys = ("primary",) if key else ()
    return Column(name, kind, "", keys, nullable, levels, limits, name, name, "", "")


def narrow_to(table: Table, columns: Sequence[str]) -> Table:
    """The description of the wanted columns alone; without a key among them, the first one names the rows."""
    unknown = [cut(name) for name in columns if not isinstance(name, str) or name not in table.columns]
    if unknown:
        raise TableError(
            f"{table.name}: no column {', '.join(unknown)}. Columns: {', '.join(map(cut, table.columns))}."
        )
    wanted = {name: table.columns[name] for name in columns}
    if not any(column.is_primary for column in wanted.values()):
        wanted[columns[0]] = replace(wanted[columns[0]], key=("primary", *wanted[columns[0]].key))
    return replace(table, columns=wanted)
