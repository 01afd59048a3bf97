"""What an error about a table says: place, rows, expectation, finding, repair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.tables.dictionary import TABLES, Table


class TableError(ValueError):
    """A table does not hold what its description says; the message names the place and the repair."""


class TableTypeError(TableError, TypeError):
    """A column holds values of the wrong type, such as text in an amount."""


Refusal = Callable[..., TableError]  # `problem` with the table and the column already filled in
LONGEST = 40  # of a value in a message


def get_table(name: str) -> Table:
    """Look up the description of a table.

    Raises:
        TableError: there is no such table; the message lists the valid names and the nearest one.

    >>> get_table("stores").primary_key
    ('store_id',)
    """
    if name not in TABLES:
        raise TableError(f"There is no table {name!r}.{suggest(name, TABLES)} Tables: {', '.join(TABLES)}.")
    return TABLES[name]


def problem(
    frame: pd.DataFrame,
    table: Table,
    column: str,
    wrong: pd.Series[bool],
    *,
    expected: str,
    found: str,
    repair: str,
    kind: type[TableError] = TableError,
) -> TableError:
    """Build the error for some rows of a column: place, number, first five ids, expectation, repair.

    Args:
        frame: the table with its key columns.
        table: its description.
        column: the column, or words for several.
        wrong: True for the wrong rows.
        expected: what should be there.
        found: what is there.
        repair: what to do.
        kind: the class of the error.

    >>> stores = pd.DataFrame({"store_id": [1, 2], "tills": [3, 0]})
    >>> print(problem(stores, TABLES["stores"], "tills", stores["tills"] < 1, expected="1 or more",
    ...               found="0", repair="count again."))
    stores.tills: 1 of 2 rows is wrong.
      First rows: store_id 2
      Expected: 1 or more
      Found: 0
      Repair: count again.
    """
    count = int(wrong.sum())
    return kind(
        f"{table.name}.{column}: {count:,} of {len(frame):,} rows {'is' if count == 1 else 'are'} wrong.\n"
        f"  First rows: {_name_rows(frame, table, wrong)}\n"
        f"  Expected: {expected}\n"
        f"  Found: {found}\n"
        f"  Repair: {repair}"
    )


def _name_rows(frame: pd.DataFrame, table: Table, wrong: pd.Series[bool]) -> str:
    """Name the first five wrong rows by their key; where a part of the key is missing, by their index."""
    rows = frame.loc[wrong.to_numpy(), list(table.primary_key)].head(5)
    if rows.isna().any(axis=None):
        return f"index {', '.join(cut(value) for value in rows.index)}"
    if len(rows.columns) == 1:
        return f"{rows.columns[0]} {', '.join(cut(value) for value in rows.iloc[:, 0])}"
    keys = (
        ", ".join(f"{name} {cut(value)}" for name, value in zip(rows.columns, row, strict=True))
        for row in rows.itertuples(index=False)
    )
    return "; ".join(keys)


def list_values(values: pd.Series[Any]) -> str:
    """List the first five different values; text in quotes, long ones cut.

    >>> list_values(pd.Series(["a", "b", "a"]))
    "'a', 'b'"
    """
    shown = dict.fromkeys(show(value) for value in values.iloc[:1000])
    return ", ".join(list(shown)[:5])


def show(value: Any) -> str:
    """A value as a message shows it: text in quotes, long values cut, whatever the value is.

    >>> show("12 yuan"), show(2.5), show(10**60)
    ("'12 yuan'", '2.5', '1000000000000000000000000000000000000000…')
    """
    return cut(repr(value) if isinstance(value, str) else value)


def cut(value: Any) -> str:
    """A value in words, of which a message can hold only so many.

    >>> cut(pd.Timestamp("2025-01-01"))
    '2025-01-01 00:00:00'
    """
    try:
        words = str(value)
    except Exception:  # a number with thousands of digits, or an object that cannot say what it is
        return f"a value of type {type(value).__name__}"
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def is_any(values: pd.Series[Any], types: type | tuple[type, ...]) -> pd.Series[bool]:
    """Mark the values that are of one of the types.

    >>> is_any(pd.Series(["a", 1]), str).tolist()
    [True, False]
    """
    kinds = {kind: issubclass(kind, types) for kind in list_types(values)}
    if len(set(kinds.values())) < 2:  # the same answer for all: nothing needs to be asked of each value
        return pd.Series(any(kinds.values()), index=values.index, dtype=bool)
    return pd.Series([kinds[type(value)] for value in values], index=values.index, dtype=bool)


def list_types(values: pd.Series[Any]) -> set[type]:
    """The types of a column's values, missing ones included.

    >>> sorted(kind.__name__ for kind in list_types(pd.Series(["a", 1, 2], dtype=object)))
    ['int', 'str']
    """
    if isinstance(values.dtype, pd.StringDtype):  # text and missing values only: no look at each
        missing = values.isna()
        kinds = {str: not missing.all(), type(values.dtype.na_value): missing.any()}
        return {kind for kind, there in kinds.items() if there}
    return set(map(type, values))
