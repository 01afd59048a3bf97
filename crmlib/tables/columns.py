"""How one column is held against its description: missing values, type, levels and range."""

from __future__ import annotations

import difflib
import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.amounts import convert_numbers
from crmlib.tables.dates import convert_dates
from crmlib.tables.dictionary import Column, Table
from crmlib.tables.errors import Refusal, TableError, TableTypeError, is_any, list_values, problem

STORED = {"i": "Int64", "u": "UInt64", "b": "boolean"}  # kind of an Arrow type → the same for pandas


def convert_column(frame: pd.DataFrame, table: Table, column: Column) -> pd.Series[Any]:
    """Return one column in its described type, or raise a TableError that names the rows which do not fit.

    Args:
        frame: the table with its key columns.
        table: its description.
        column: the column's description.

    >>> from crmlib.tables.dictionary import TABLES
    >>> surveys = pd.DataFrame({"survey_id": [1, 2], "trust": [4.0, None]})
    >>> convert_column(surveys, TABLES["surveys"], TABLES["surveys"].columns["trust"]).dtype
    Int64Dtype()
    """
    values = unpack(frame[column.name])
    refuse = partial(problem, frame, table, column.name)
    missing = values.isna()
    if not column.nullable and missing.any():
        raise refuse(
            missing,
            expected="a value in every row",
            found="missing values (NaN)",
            repair=f'fill them, or leave the rows out: frame.dropna(subset="{column.name}").',
        )
    if column.type in ("integer", "number", "number32"):
        values = convert_numbers(values, column, refuse)
    elif column.type in ("date", "datetime"):
        values = convert_dates(values, column, refuse)
    elif values.dtype != column.dtype:
        _check_words(values, column, refuse)
    if values.dtype == column.dtype:
        return values
    if values.dtype == object:  # the many words for "missing" become one
        values = values.where(values.notna(), None)
    return values.astype(column.dtype)


def unpack(values: pd.Series[Any]) -> pd.Series[Any]:
    """The same values as pandas keeps them by itself: files of other programs bring Arrow and sparse columns.

    >>> ids = pd.Series([9007199254740993, None], dtype="int64[pyarrow]")
    >>> unpack(ids).tolist()
    [9007199254740993, <NA>]
    """
    loose: Any = values  # the types of these columns are not known to the checker
    if isinstance(loose.dtype, pd.SparseDtype):
        return loose.sparse.to_dense()
    if not isinstance(loose.dtype, pd.ArrowDtype):
        return loose
    stored: Any = loose.dtype
    kind = stored.kind
    if kind == "f":
        return loose.astype(f"Float{8 * stored.itemsize}" if stored.itemsize > 2 else "Float32")
    if kind == "M" and str(loose.dtype).startswith("timestamp") and "tz" not in str(loose.dtype):
        return loose.astype("datetime64[us]")
    return loose.astype(STORED.get(kind, object))


def _check_words(values: pd.Series[Any], column: Column, refuse: Refusal) -> None:
    """Refuse values that are not truth values, not text, or not among the levels of a category."""
    if column.type == "boolean":
        wrong = values.notna() & ~is_any(values, (bool, np.bool_))
        expected = "True or False"
        repair = f'frame["{column.name}"].map({{"TRUE": True, "FALSE": False}}), with the words of your file.'
    elif column.type == "string":
        wrong = values.notna() & ~is_any(values, str)
        expected = "text"
        repair = f'frame["{column.name}"].astype("string").'
    else:
        wrong = values.notna() & ~_are_levels(values, column)
        expected = f"one of: {', '.join(column.levels)}"
        hints = _find_similar_levels(values[wrong], column)
        repair = f'frame["{column.name}"].replace({hints}).' if hints else "correct these values."
    if wrong.any():
        kind = TableTypeError if column.type in ("boolean", "string") else TableError
        raise refuse(wrong, kind=kind, expected=expected, found=list_values(values[wrong]), repair=repair)


def _are_levels(values: pd.Series[Any], column: Column) -> pd.Series[bool]:
    """Mark the levels of a category; lists and other things that cannot be looked up are none."""
    try:
        return values.isin(column.levels)
    except TypeError:
        return is_any(values, str) & values.map(lambda value: str(value) in column.levels)


def _find_similar_levels(wrong: pd.Series[Any], column: Column) -> dict[str, str]:
    """Word → the level that is most like it, ignoring case, blanks and hyphens, for the first five words."""
    words = dict.fromkeys(value for value in wrong.head(1000) if isinstance(value, str))
    plain = {word: re.sub(r"[\s\-]+", "_", word.strip().casefold()) for word in list(words)[:5]}
    near = {word: difflib.get_close_matches(text, column.levels, n=1) for word, text in plain.items()}
    return {word: found[0] for word, found in near.items() if found}


def check_range(frame: pd.DataFrame, table: Table, column: Column) -> None:
    """Refuse numbers outside the described range, such as a negative amount.

    >>> from crmlib.tables.dictionary import TABLES
    >>> stores = pd.DataFrame({"store_id": [1, 2], "rivals": [0, 4]})
    >>> check_range(stores, TABLES["stores"], TABLES["stores"].columns["rivals"])
    """
    if not column.range:
        return
    values = frame[column.name]
    wrong = find_outside(values, column.range)
    if not wrong.any():
        return
    repair = "correct these values or leave the rows out."
    if (table.name, column.name) == ("receipts", "amount_cny"):
        repair = "returned goods belong in the table returns, with a positive amount; leave these rows out."
    raise problem(
        frame,
        table,
        column.name,
        wrong,
        expected=column.expected,
        found=list_values(values[wrong]),
        repair=repair,
    )


def find_outside(values: pd.Series[Any], rule: str) -> pd.Series[bool]:
    """Mark the values outside a range, written as "1..5", "1..", ">=0" or ">0"; missing ones are not marked.

    >>> find_outside(pd.Series([0, 3, 6]), "1..5").tolist()
    [True, False, True]
    """
    low, high, is_open = read_range(rule)
    wrong = ((values <= low) if is_open else (values < low)) | (values > high)
    return wrong.fillna(False).astype(bool)


def read_range(rule: str) -> tuple[float, float, bool]:
    """Lower and upper limit of a range, and whether the lower limit itself lies outside.

    >>> read_range("1..5"), read_range(">0")
    ((1.0, 5.0, False), (0.0, inf, True))
    """
    if rule.startswith(">"):
        return float(rule.lstrip(">=")), float("inf"), not rule.startswith(">=")
    low, high = rule.split("..")
    return float(low), float(high or "inf"), False
