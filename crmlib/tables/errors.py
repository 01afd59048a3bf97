"""What an error about a table says: place, rows, expectation, finding, repair."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.tables.dictionary import TABLES, Table


class TableError(ValueError):
    """A table does not hold what its description says; the message names the place and the repair."""


class TableTypeError(TableError, TypeError):
    """A column holds values of the wrong type, such as text in an amount."""


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
        return f"index {', '.join(map(str, rows.index))}"
    if len(rows.columns) == 1:
        return f"{rows.columns[0]} {', '.join(str(value) for value in rows.iloc[:, 0])}"
    keys = (", ".join(f"{name} {value}" for name, value in row.items()) for row in rows.to_dict("records"))
    return "; ".join(keys)


def list_values(values: pd.Series[Any]) -> str:
    """List the first five different values; text in quotes.

    >>> list_values(pd.Series(["a", "b", "a"]))
    "'a', 'b'"
    """
    shown = dict.fromkeys(
        repr(value) if isinstance(value, str) else str(value) for value in values.iloc[:1000]
    )
    return ", ".join(list(shown)[:5])
