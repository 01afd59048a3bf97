"""What a function hands to the next: result tables, columns by customer.

The firm's own tables stand in the dictionary (`take` holds them against it). The tables that functions make
themselves are described here in a few words each, so that a misspelt column or a missing value is named, and
no number comes out of it silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from crmlib.tables.dictionary import Column, Table
from crmlib.tables.engines import bring_columns, is_engine
from crmlib.tables.errors import TableError
from crmlib.tables.take import take_columns


def describe_result(name: str, columns: Mapping[str, str | Column]) -> Table:
    """Describe a table that a function returns: column → type, then limits, then "?" where it may be missing.

    Types are those of the dictionary, and "key" for a customer_id; "one of a|b" lists the only words,
    "ordered a|b" lists them from the lowest to the highest. A column of another table is taken over as it is
    described there: `TABLES["surveys"].columns["trust"]`.

    >>> table = describe_result("shares", {"arm": "one of new|old", "share": "number 0..1 ?"})
    >>> table.columns["share"].range, table.columns["share"].nullable, table.columns["arm"].levels
    ('0..1', True, ('new', 'old'))
    """
    described = {
        column: replace(words, name=column) if isinstance(words, Column) else _read_words(column, words)
        for column, words in columns.items()
    }
    return Table(name, described, firm="", title_en=name, title_zh=name, row_en="a row", row_zh="一行")


def _read_words(name: str, words: str) -> Column:
    """The description of one column from words such as "integer 0.. ?"."""
    described = words.removesuffix(" ?")
    kind, _, rest = described.partition(" ")
    if described.startswith("one of "):
        kind, rest = "category", described.removeprefix("one of ")
    levels = tuple(rest.split("|")) if kind in ("category", "ordered") else ()
    return Column(
        name,
        type="integer" if kind == "key" else kind,
        unit="",
        key=("primary",) if kind == "key" else (),
        nullable=described != words,
        levels=levels,
        range="" if levels else rest,
        label_en=name,
        label_zh=name,
        meaning_en="",
        meaning_zh="",
    )


def take_result(
    frame: pd.DataFrame, table: Table, columns: Sequence[str] = (), *, rows: int = 1
) -> pd.DataFrame:
    """The named columns of a result (all described ones without names), checked, with the index of the frame.

    >>> take_result(pd.DataFrame({"share": [0.2, 1.2]}), describe_result("shares", {"share": "number 0..1"}))
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: shares.share: 1 of 2 rows is wrong. ...
    """
    taken = take_columns(frame, table, list(columns) or list(table.columns), rows=rows)
    names = [None if name in taken.columns else name for name in frame.index.names]
    return taken.set_axis(frame.index.set_names(names), axis=0)


def take_by_customer(frame: pd.DataFrame, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a table with one row a customer: customer_id is its index, or one of its columns.

    >>> stages = describe_result("stages", {"customer_id": "key", "purchases": "integer 1.."})
    >>> take_by_customer(pd.DataFrame({"purchases": [3, 1]}, index=[8, 8]), stages, ["purchases"])
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: stages.customer_id: 2 of 2 rows are wrong. ...
    """
    if is_engine(frame):
        frame = bring_columns(frame, table, ["customer_id", *columns])
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{table.name}: expected a pandas DataFrame, found {type(frame).__name__}.")
    if "customer_id" not in frame.columns and frame.index.nlevels > 1:
        raise TableError(
            f"{table.name}: the index has {frame.index.nlevels} levels, expected customer_id alone. "
            "Repair: frame.reset_index() makes columns of them."
        )
    flat = frame if "customer_id" in frame.columns else frame.rename_axis("customer_id").reset_index()
    taken = take_columns(flat, table, ["customer_id", *columns], unique=["customer_id"])
    return taken.set_index("customer_id")


def take_values(values: pd.Series | Any, table: Table) -> pd.Series:
    """One value a customer, as a column with the index customer_id, checked; the name comes from the table.

    table: describes customer_id and the one column that the values are.

    >>> states = describe_result("states", {"customer_id": "key", "state": "one of here|gone"})
    >>> take_values(pd.Series(["here", "away"], index=[7, 8]), states)
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: states.state: 1 of 2 rows is wrong. ...
    """
    if is_engine(values):
        name = next(column for column in table.columns if column != "customer_id")
        held: Any = values
        return take_by_customer(held, table, [name])[name]
    if not isinstance(values, pd.Series):
        raise TypeError(f"{table.name}: expected a column (pandas Series), found {type(values).__name__}.")
    name = next(column for column in table.columns if column != "customer_id")
    return take_by_customer(pd.DataFrame({name: values}), table, [name])[name]
