"""Checks of what one concept function hands to the next: result tables, columns by customer, single numbers.

`_inputs` holds the firm's own tables against the dictionary. The tables that functions make themselves are
described here in a few words each, so that a misspelt column or a missing value is named, and no number comes
out of it silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib._inputs import describe_column, take_columns
from crmlib.checking.columns import find_outside
from crmlib.checking.errors import TableError, TableTypeError
from crmlib.dictionary import TABLES, Table


def describe_result(name: str, columns: Mapping[str, str]) -> Table:
    """Describe a table that a function returns: column → type, then limits, then "?" where it may be missing.

    Types are those of the dictionary, and "key" for a customer_id; "one of a|b" lists the only words.

    >>> table = describe_result("shares", {"arm": "one of new|old", "share": "number 0..1 ?"})
    >>> table.columns["share"].range, table.columns["share"].nullable, table.columns["arm"].levels
    ('0..1', True, ('new', 'old'))
    """
    described = {}
    for column, words in columns.items():
        kind, *rest = words.removeprefix("one of ").split(" ")
        nullable, limits = "?" in rest, next((word for word in rest if word != "?"), "")
        if words.startswith("one of "):
            levels = tuple(words.removeprefix("one of ").removesuffix(" ?").split("|"))
            described[column] = describe_column(
                column, "category", levels=levels, nullable=words.endswith(" ?")
            )
        elif kind == "key":
            described[column] = describe_column(column, "integer", key=True)
        else:
            described[column] = describe_column(column, kind, nullable=nullable, limits=limits)
    return replace(TABLES["members"], name=name, columns=described)


def take_result(
    frame: pd.DataFrame, table: Table, columns: Sequence[str] = (), *, rows: int = 1
) -> pd.DataFrame:
    """The named columns of a result (all described ones without names), checked, with the index of the frame.

    >>> take_result(pd.DataFrame({"share": [0.2, 1.2]}), describe_result("shares", {"share": "number 0..1"}))
    Traceback (most recent call last):
    ...
    crmlib.checking.errors.TableError: shares.share: 1 of 2 rows is wrong. ...
    """
    taken = take_columns(frame, table, list(columns) or list(table.columns), rows=rows)
    return taken.set_axis(frame.index, axis=0)


def take_by_customer(frame: pd.DataFrame, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a table with one row a customer: customer_id is its index, or one of its columns.

    >>> stages = describe_result("stages", {"customer_id": "key", "purchases": "integer 1.."})
    >>> take_by_customer(pd.DataFrame({"purchases": [3, 1]}, index=[8, 8]), stages, ["purchases"])
    Traceback (most recent call last):
    ...
    crmlib.checking.errors.TableError: stages.customer_id: 2 of 2 rows are wrong. ...
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{table.name}: expected a pandas DataFrame, found {type(frame).__name__}.")
    flat = frame if "customer_id" in frame.columns else frame.rename_axis("customer_id").reset_index()
    taken = take_columns(flat, table, ["customer_id", *columns], unique=["customer_id"])
    return taken.set_index("customer_id")


def take_values(values: pd.Series, table: Table) -> pd.Series:
    """One value a customer, as a column with the index customer_id, checked; the name comes from the table.

    table: describes customer_id and the one column that the values are.

    >>> states = describe_result("states", {"customer_id": "key", "state": "one of here|gone"})
    >>> take_values(pd.Series(["here", "away"], index=[7, 8]), states)
    Traceback (most recent call last):
    ...
    crmlib.checking.errors.TableError: states.state: 1 of 2 rows is wrong. ...
    """
    if not isinstance(values, pd.Series):
        raise TypeError(f"{table.name}: expected a column (pandas Series), found {type(values).__name__}.")
    name = next(column for column in table.columns if column != "customer_id")
    return take_by_customer(values.rename(name).to_frame(), table, [name])[name]


def read_number(value: Any, name: str, expected: str, *, limits: str, whole: bool = False) -> float:
    """A number that the caller chose: finite, inside its limits, and whole where parts make no sense.

    limits: as in the dictionary, such as "0.." or ">0". expected: the same in words, for the message.

    >>> read_number(float("nan"), "within_days", "at least 1 day", limits="1..", whole=True)
    Traceback (most recent call last):
    ...
    ValueError: within_days is nan, expected at least 1 day.
    """
    usual = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if (
        not usual
        or not np.isfinite(value)
        or find_outside(pd.Series([float(value)]), limits).any()
        or (whole and value != int(value))
    ):
        raise ValueError(f"{name} is {value!r}, expected {expected}.")
    return int(value) if whole else float(value)


def read_numbers(values: ArrayLike, name: str, expected: str, *, limits: str = "") -> NDArray[np.float64]:
    """One finite number a customer, in one row; text, gaps and numbers outside the limits are refused.

    >>> read_numbers([0.2, 1.2], "probability", "probabilities from 0 to 1", limits="0..1")
    Traceback (most recent call last):
    ...
    ValueError: probability: 1 of 2 values are wrong (position 1: 1.2). Expected probabilities from 0 to 1.
    """
    column = pd.Series(np.ravel(np.asarray(values, dtype=object)), dtype=object)
    if np.ndim(np.asarray(values, dtype=object)) != 1 or column.empty:
        raise ValueError(f"{name}: expected {expected}, one a customer, found {len(column)} values.")
    if np.asarray(values).dtype.kind in "fiub":
        floats = pd.Series(np.asarray(values, dtype=np.float64))
    else:
        numbers = column.where(~column.map(lambda one: isinstance(one, str)))
        floats = pd.to_numeric(numbers, errors="coerce").astype(np.float64)
    wrong = ~np.isfinite(floats)
    if limits:
        wrong |= find_outside(floats, limits)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"{name}: {int(wrong.sum())} of {len(column)} values are wrong (position {place}: "
            f"{column.iloc[place]}). Expected {expected}."
        )
    return np.asarray(floats, dtype=np.float64)


def read_fates(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    """True or False a customer; words and missing values are refused, because Python takes both for True.

    >>> read_fates([True, None], "gone")
    Traceback (most recent call last):
    ...
    crmlib.checking.errors.TableTypeError: gone: 1 of 2 values are neither True nor False (position 1: ...
    """
    column = pd.Series(np.ravel(np.asarray(values, dtype=object)), dtype=object)
    fits = column.map(lambda one: isinstance(one, bool | np.bool_)).astype(bool)
    if not fits.all():
        place = int(np.flatnonzero(~fits)[0])
        raise TableTypeError(
            f"{name}: {int((~fits).sum())} of {len(column)} values are neither True nor False (position "
            f"{place}: {column.iloc[place]}). Leave out whose fate is not known."
        )
    return column.to_numpy(dtype=bool)


def refuse_short(times: pd.Series, needed: pd.Timestamp, *, spare_days: int = 7) -> None:
    """Refuse receipts that end before the period that is counted: silence would be the table's, not theirs.

    >>> refuse_short(pd.Series(pd.to_datetime(["2025-03-01"])), pd.Timestamp("2025-06-30"))
    Traceback (most recent call last):
    ...
    crmlib.checking.errors.TableError: receipts end on 2025-03-01, but the period ends on 2025-06-30. ...
    """
    last = times.max()
    if pd.isna(last) or last < needed - pd.Timedelta(days=spare_days):
        found = "have no date" if pd.isna(last) else f"end on {last.date()}"
        raise TableError(
            f"receipts {found}, but the period ends on {needed.date()}. Choose an earlier day or a shorter "
            "period, or take the receipts up to its end."
        )
