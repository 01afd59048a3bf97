"""How one column is held against its description: missing values, type, levels and range."""

from __future__ import annotations

import datetime
import difflib
import numbers
import re
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import Column, Table
from crmlib.tables.errors import TableError, TableTypeError, list_values, problem

# A time zone at the end of a time written as text, as in 10:30+08:00; not the year in 03-04-2025.
OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)$")


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
    values = frame[column.name]
    missing = values.isna()
    if not column.nullable and missing.any():
        raise problem(
            frame,
            table,
            column.name,
            missing,
            expected="a value in every row",
            found="missing values (NaN)",
            repair=f'fill them, or leave the rows out: frame.dropna(subset="{column.name}").',
        )
    if column.type in ("integer", "number", "number32"):
        _check_numbers(frame, table, column)
    elif column.type in ("date", "datetime"):
        values = _convert_dates(frame, table, column)
    elif values.dtype != column.dtype:
        _check_words(frame, table, column)
    return values if values.dtype == column.dtype else values.astype(column.dtype)


def _check_numbers(frame: pd.DataFrame, table: Table, column: Column) -> None:
    """Refuse text and truth values in a number, infinite numbers, and fractions in a whole number."""
    values = frame[column.name]
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        _refuse_words_as_numbers(frame, table, column)
        values = pd.to_numeric(values)
    if not pd.api.types.is_float_dtype(values.dtype):
        return
    floats = values.to_numpy(dtype="float64", na_value=np.nan)
    infinite = pd.Series(np.isinf(floats), index=values.index)
    if infinite.any():
        raise problem(
            frame,
            table,
            column.name,
            infinite,
            expected=f"{_expect_numbers(column)}, finite",
            found=f"infinite values: {list_values(values[infinite])}",
            repair="look for a division by zero before this step; correct or leave out these rows.",
        )
    broken = pd.Series(floats != np.floor(floats), index=values.index) & values.notna()
    if column.type == "integer" and broken.any():
        raise problem(
            frame,
            table,
            column.name,
            broken,
            expected=_expect_numbers(column),
            found=f"fractions: {list_values(values[broken])}",
            repair="correct these values; rounding would turn one id or score into another.",
        )


def _refuse_words_as_numbers(frame: pd.DataFrame, table: Table, column: Column) -> None:
    """Refuse text such as "¥1,250" and truth values in a number."""
    values = frame[column.name]
    true_or_false = _is_any(values, (bool, np.bool_))
    if true_or_false.any():
        raise problem(
            frame,
            table,
            column.name,
            true_or_false,
            kind=TableTypeError,
            expected=_expect_numbers(column),
            found=f"truth values: {list_values(values[true_or_false])}",
            repair="look for a comparison where a calculation was meant.",
        )
    wrong = values.notna() & ~_is_any(values, numbers.Number)
    if wrong.any():
        raise problem(
            frame,
            table,
            column.name,
            wrong,
            kind=TableTypeError,
            expected=_expect_numbers(column),
            found=f"text: {list_values(values[wrong])}",
            repair=f'frame = parse_numbers(frame, "{column.name}") reads currency signs and commas.',
        )


def _convert_dates(frame: pd.DataFrame, table: Table, column: Column) -> pd.Series[Any]:
    """Refuse text, numbers and time zones in a date; return dates and times without a zone."""
    values = frame[column.name]
    if not pd.api.types.is_datetime64_any_dtype(values.dtype) and values.notna().any():
        text = _is_any(values, str)
        if text.any():
            _refuse_dates_as_text(frame, table, column, text)
        _refuse_numbers_as_dates(frame, table, column)
    zones = _list_zones(values)
    if zones != {"no time zone"} and zones:
        many = len(zones) > 1
        raise problem(
            frame,
            table,
            column.name,
            values.notna(),
            kind=TableTypeError,
            expected="local time without a time zone",
            found=f"{'mixed time zones' if many else 'a time zone'}: {', '.join(sorted(zones))}",
            repair=f'frame = drop_time_zone(frame, "{column.name}", zone="Asia/Shanghai").',
        )
    dates = pd.to_datetime(values).astype("datetime64[us]")
    late = dates.notna() & (dates != dates.dt.normalize())
    if column.type == "date" and late.any():
        raise problem(
            frame,
            table,
            column.name,
            late,
            expected="dates, without a time of day",
            found=list_values(dates[late]),
            repair=f'frame["{column.name}"].dt.normalize() sets the time to midnight.',
        )
    return dates


def _refuse_dates_as_text(frame: pd.DataFrame, table: Table, column: Column, text: pd.Series[bool]) -> None:
    """Refuse dates written as text: 03/04/2025 is 3 April to one reader and 4 March to another."""
    words = frame.loc[text, column.name].astype(str)
    offsets = {match.group(1) if (match := OFFSET.search(word)) else "no time zone" for word in words}
    zoned = offsets != {"no time zone"} and column.type == "datetime"
    if zoned:
        found = f"text with {'mixed time zones' if len(offsets) > 1 else 'a time zone'}: {list_values(words)}"
        repair = f'parse_dates(frame, "{column.name}", format="ISO8601", zone="Asia/Shanghai").'
    else:
        found = f"text without a stated format: {list_values(words)}"
        repair = (
            f'parse_dates(frame, "{column.name}", format="%Y-%m-%d") if year-month-day; '
            '"%d/%m/%Y" if the day comes first, "%m/%d/%Y" if the month does. Nothing is guessed.'
        )
    raise problem(
        frame,
        table,
        column.name,
        text,
        kind=TableTypeError,
        expected="dates (datetime64)" if column.type == "date" else "dates with times (datetime64)",
        found=found,
        repair=f"frame = {repair}",
    )


def _refuse_numbers_as_dates(frame: pd.DataFrame, table: Table, column: Column) -> None:
    """Refuse numbers in a date column: Excel counts days from 1899-12-30, others seconds from 1970."""
    values = frame[column.name]
    wrong = values.notna() & ~_is_any(values, (datetime.date, np.datetime64))
    if wrong.any():
        raise problem(
            frame,
            table,
            column.name,
            wrong,
            kind=TableTypeError,
            expected="dates (datetime64)",
            found=f"numbers: {list_values(values[wrong])}",
            repair="if Excel counted the days: "
            f'pd.to_datetime(frame["{column.name}"], unit="D", origin="1899-12-30").',
        )


def _list_zones(values: pd.Series[Any]) -> set[str]:
    """Name the time zones that occur in a column of times."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return {str(values.dtype.tz)}
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return {"no time zone"}
    zones = (getattr(value, "tzinfo", None) for value in values.dropna())
    return {"no time zone" if zone is None else str(zone) for zone in zones}


def _check_words(frame: pd.DataFrame, table: Table, column: Column) -> None:
    """Refuse values that are not truth values, not text, or not among the levels of a category."""
    values = frame[column.name]
    if column.type == "boolean":
        wrong = values.notna() & ~_is_any(values, (bool, np.bool_))
        expected = "True or False"
        repair = f'frame["{column.name}"].map({{"TRUE": True, "FALSE": False}}), with the words of your file.'
    elif column.type == "string":
        wrong = values.notna() & ~_is_any(values, str)
        expected = "text"
        repair = f'frame["{column.name}"].astype("string").'
    else:
        wrong = values.notna() & ~values.isin(column.levels)
        expected = f"one of: {', '.join(column.levels)}"
        unknown = [str(value) for value in values[wrong].unique()[:5]]
        hints = {word: near[0] for word in unknown if (near := _find_similar_level(word, column))}
        repair = f'frame["{column.name}"].replace({hints}).' if hints else "correct these values."
    if wrong.any():
        raise problem(
            frame,
            table,
            column.name,
            wrong,
            kind=TableTypeError if column.type in ("boolean", "string") else TableError,
            expected=expected,
            found=list_values(values[wrong]),
            repair=repair,
        )


def _find_similar_level(word: str, column: Column) -> list[str]:
    """Return the level that is most like the word, ignoring case, blanks and hyphens; at most one."""
    plain = re.sub(r"[\s\-]+", "_", word.strip().casefold())
    return difflib.get_close_matches(plain, column.levels, n=1)


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
    if column.range == ">=0" and table.name in ("receipts", "orders") and column.name == "amount_cny":
        repair = "returned goods belong in the table returns, with a positive amount; leave these rows out."
    raise problem(
        frame,
        table,
        column.name,
        wrong,
        expected=_expect_numbers(column),
        found=list_values(values[wrong]),
        repair=repair,
    )


def find_outside(values: pd.Series[Any], rule: str) -> pd.Series[bool]:
    """Mark the values outside a range, written as "1..5", "1..", ">=0" or ">0"; missing ones are not marked.

    >>> find_outside(pd.Series([0, 3, 6]), "1..5").tolist()
    [True, False, True]
    """
    if rule.startswith(">="):
        wrong = values < float(rule[2:])
    elif rule.startswith(">"):
        wrong = values <= float(rule[1:])
    else:
        low, high = rule.split("..")
        wrong = (values < float(low)) | (values > float(high or "inf"))
    return wrong.fillna(False).astype(bool)


def _expect_numbers(column: Column) -> str:
    """Say which numbers a column holds, such as "numbers in yuan, >=0"."""
    what = "whole numbers" if column.type == "integer" else "numbers"
    link = "of" if column.type == "integer" else "in"
    unit = f" {link} {column.unit}" if column.unit else ""
    return f"{what}{unit}{', ' + column.range if column.range else ''}"


def _is_any(values: pd.Series[Any], types: type | tuple[type, ...]) -> pd.Series[bool]:
    """Mark the values that are of one of the types."""
    return pd.Series([isinstance(value, types) for value in values], index=values.index, dtype=bool)
