"""Small valid tables, made from the descriptions: what a table must look like."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmlib.tables.check import conform
from crmlib.tables.dictionary import TABLES, Column
from crmlib.tables.errors import get_table

# Where the first level or a missing value would contradict a law of the table.
CHOSEN: dict[tuple[str, str], Any] = {("leads", "outcome"): "open", ("visits", "customer_id"): 501}
FIRST_DAY = pd.Timestamp("2024-01-01")  # a Monday that begins a week, a month, a quarter and a year


def example_rows(name: str, *, rows: int = 2) -> pd.DataFrame:
    """Return a few valid rows of a table, to see its columns and types, or to try a check on.

    The values are the plainest that the description allows: the first level, the lowest number, the same day.
    They fit together: `example_rows("receipts")` belong to customers in `example_rows("members")`.

    Args:
        name: a name in TABLES, such as "surveys" or "truth.members".
        rows: how many rows, 1 to 5.

    Returns:
        The table in its described types.

    Raises:
        ValueError: fewer than 1 or more than 5 rows.
        TableError: there is no such table.

    >>> example_rows("exits")
       customer_id   asked_on stated_reason
    0       100001 2024-01-01         moved
    1       100002 2024-01-01         moved
    """
    table = get_table(name)
    if not 1 <= rows <= 5:
        raise ValueError(f"rows: expected 1 to 5, found {rows}.")
    columns = {}
    for column in table.columns.values():
        values = [_make_value(column, row) for row in range(rows)]
        chosen = CHOSEN.get((name, column.name))
        columns[column.name] = values if chosen is None else [chosen] * rows
    return conform(pd.DataFrame(columns), name)


def _make_value(column: Column, row: int) -> Any:
    """Return a plain valid value; it differs from row to row in keys only."""
    if column.nullable:
        return None
    step = row if column.is_primary or column.refers_to else 0
    if column.type in ("category", "ordered"):
        return column.levels[step]
    if column.type in ("date", "datetime"):
        return FIRST_DAY
    if column.type == "boolean":
        return False
    if column.type == "string":
        return "example"
    return _find_lowest(column) + step


def _find_lowest(column: Column) -> float:
    """Return the lowest allowed number; for a reference the first id of the other table."""
    if column.refers_to is not None:
        target, name = column.refers_to
        return _find_lowest(TABLES[target].columns[name])
    if column.range.startswith(">"):
        return float(column.range.removeprefix(">=").removeprefix(">")) + (0 if "=" in column.range else 1)
    return float(column.range.split("..")[0] or 1)
