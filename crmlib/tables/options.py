"""What a caller chooses, no table: single numbers and dates, or one number or fate a customer.

Each `read_…` returns the value in its type or refuses it in words; `refuse_short` refuses a period for which
the receipts do not reach.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import numbers
import re
from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.ground.spelling import suggest
from crmlib.tables.amounts import LARGEST, to_float
from crmlib.tables.columns import find_outside, read_range, unpack
from crmlib.tables.dates import FIRST_YEAR, LAST_YEAR
from crmlib.tables.errors import TableError, TableTypeError, cut, is_any, show

Kind = TypeVar("Kind")
# The last word of an option's name → the most that makes sense.
MOST = {"days": 36_525, "months": 1_200, "quarters": 400, "years": 100, "draws": 100_000}


def read_number(value: Any, name: str, expected: str, *, limits: str, whole: bool = False) -> float:
    """A number that the caller chose: finite, inside its limits, and whole where parts make no sense.

    limits: as in the dictionary, such as "0.." or ">0". expected: the same in words, for the message. An
    option that is named after its unit ends where no firm goes: days after a century, draws where no memory
    holds them.

    >>> read_number(float("nan"), "within_days", "at least 1 day", limits="1..", whole=True)
    Traceback (most recent call last):
    ...
    ValueError: within_days is nan, expected at least 1 day.
    """
    usual = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    number = to_float(value) if usual else np.nan
    low, high, is_open = read_range(limits)
    inside = (number > low if is_open else number >= low) and number <= high
    if not math.isfinite(number) or not inside or (whole and number != int(number)):
        raise ValueError(f"{name} is {show(value)}, expected {expected}.")
    most = MOST.get(re.split(r"\W|_", name)[-1], LARGEST)
    if abs(number) > most:
        raise ValueError(f"{name} is {show(value)}, expected {expected}, and at most {most:,.0f}.")
    return int(value) if whole else number


def read_numbers(
    values: ArrayLike | list[Any], name: str, expected: str, *, limits: str = ""
) -> NDArray[np.float64]:
    """One finite number a customer, in one row; text, gaps and numbers outside the limits are refused.

    >>> read_numbers([0.2, 1.2], "probability", "probabilities from 0 to 1", limits="0..1")
    Traceback (most recent call last):
    ...
    ValueError: probability: 1 of 2 values are wrong (position 1: 1.2). Expected probabilities from 0 to 1.
    """
    column = _read_row(values, name, expected)
    if column.dtype.kind in "iufb":
        floats = pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        floats = pd.Series([_read_cell(cell) for cell in column], dtype=np.float64)
    wrong = ~(floats.abs() <= LARGEST)
    if limits:
        wrong |= find_outside(floats, limits)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"{name}: {int(wrong.sum())} of {len(column)} values are wrong (position {place}: "
            f"{cut(column.iloc[place])}). Expected {expected}."
        )
    return np.asarray(floats, dtype=np.float64)


def _read_row(values: Any, name: str, expected: str) -> pd.Series[Any]:
    """The values as one column, at least one; TableTypeError if they do not stand in one row."""
    cells: Any = values
    if not isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray | np.ndarray):
        with contextlib.suppress(ValueError):  # parts of different shape
            cells = np.asarray(values, dtype=object)
    if len(getattr(cells, "shape", ())) != 1 or not len(cells):
        found = "0 values" if np.size(cells) == 0 else type(values).__name__
        raise TableTypeError(f"{name}: expected {expected}, one a customer, found {found}.")
    return unpack(pd.Series(cells).reset_index(drop=True))


def _read_cell(cell: Any) -> float:
    """A cell as a float; missing if it is no number."""
    if not isinstance(cell, numbers.Real | Decimal) or pd.isna(cast(Any, cell)):
        return np.nan
    return to_float(cell)


def read_fates(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    """True or False a customer; words and missing values are refused, because Python takes both for True.

    >>> read_fates([True, None], "gone")
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableTypeError: gone: 1 of 2 values are neither True nor False (position 1: ...
    """
    column = _read_row(values, name, "True or False").astype(object)
    fits = is_any(column, (bool, np.bool_))
    if not fits.all():
        place = int(np.flatnonzero(~fits)[0])
        raise TableTypeError(
            f"{name}: {int((~fits).sum())} of {len(column)} values are neither True nor False (position "
            f"{place}: {cut(column.iloc[place])}). Leave out whose fate is not known."
        )
    return column.to_numpy(dtype=bool)


def refuse_short(times: pd.Series, needed: pd.Timestamp, *, spare_days: int = 7) -> None:
    """Refuse receipts that end before the period that is counted: silence would be the table's, not theirs.

    >>> refuse_short(pd.Series(pd.to_datetime(["2025-03-01"])), pd.Timestamp("2025-06-30"))
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: receipts end on 2025-03-01, but the period ends on 2025-06-30. ...
    """
    last = times.max()
    if pd.isna(last) or last < needed - pd.Timedelta(days=spare_days):
        found = "have no date" if pd.isna(last) else f"end on {last.date()}"
        raise TableError(
            f"receipts {found}, but the period ends on {needed.date()}. Choose an earlier day or a shorter "
            "period, or take the receipts up to its end."
        )


def read_date(value: str | datetime.date, name: str) -> pd.Timestamp:
    """A reference date, given as year-month-day text, as a date or as a Timestamp; nothing is guessed.

    The time of day is dropped; the year lies between 1900 and 2099.

    >>> read_date("2025-01-01", "as_of")
    Timestamp('2025-01-01 00:00:00')
    >>> read_date("1/4/2025", "as_of")
    Traceback (most recent call last):
    ...
    ValueError: as_of: expected a date written year-month-day, such as '2025-01-01', found '1/4/2025'.
    """
    found = None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        found = pd.to_datetime(value, format="%Y-%m-%d", errors="coerce")
    elif isinstance(value, datetime.date) and not pd.isna(value) and getattr(value, "tzinfo", None) is None:
        found = pd.Timestamp(value).normalize()
    if found is None or pd.isna(found) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(
            f"{name}: expected a date written year-month-day, such as '2025-01-01', found {show(value)}."
        )
    return found


def read_choice(value: Any, name: str, choices: Collection[str]) -> str:
    """One of a few words; another one is refused with all of them and the nearest.

    >>> read_choice("suvery", "source", ["survey", "panel"])
    Traceback (most recent call last):
    ...
    ValueError: source is 'suvery', expected one of survey, panel. Did you mean 'survey'?
    """
    if not isinstance(value, str) or value not in choices:
        near = suggest(value, choices) if isinstance(value, str) else ""
        raise ValueError(f"{name} is {show(value)}, expected one of {', '.join(choices)}.{near}")
    return value


def read_names(value: Any, name: str) -> list[str]:
    """A list of words, such as the names of columns or arms; one word alone is no list.

    >>> read_names("silence_days", "features")
    Traceback (most recent call last):
    ...
    TypeError: features is 'silence_days', expected a list of names, such as ['control'].
    """
    if not isinstance(value, list | tuple) or not value or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{name} is {show(value)}, expected a list of names, such as ['control'].")
    return list(value)


def read_text(value: Any, name: str) -> str:
    """Words that the caller chose, such as a label or the name of a column.

    >>> read_text(7, "label")
    Traceback (most recent call last):
    ...
    TypeError: label is 7, expected a text in quotes.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} is {show(value)}, expected a text in quotes.")
    return value


def read_flag(value: Any, name: str) -> bool:
    """Yes or no; other things are refused, because Python takes most of them for yes.

    >>> read_flag("no", "share")
    Traceback (most recent call last):
    ...
    TypeError: share is 'no', expected True or False.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is {show(value)}, expected True or False.")
    return bool(value)


def read_instance(value: Any, name: str, kind: type[Kind]) -> Kind:
    """A thing of one of the course's own types, such as a rule or a fitted model.

    >>> read_instance("M+A+N", "rule", dict)
    Traceback (most recent call last):
    ...
    TypeError: rule is 'M+A+N', expected a dict.
    """
    if not isinstance(value, kind):
        an = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} is {show(value)}, expected {an} {kind.__name__}.")
    return value


def read_instances(values: Any, name: str, kind: type[Kind]) -> list[Kind]:
    """Several things of one of the course's own types; one alone is no list.

    >>> read_instances(7, "trials", dict)
    Traceback (most recent call last):
    ...
    TypeError: trials is 7, expected a list whose entries are each of the type dict.
    """
    if not isinstance(values, list | tuple):
        raise TypeError(
            f"{name} is {show(values)}, expected a list whose entries are each of the type {kind.__name__}."
        )
    return [read_instance(one, name, kind) for one in values]


def read_seed(seed: int | np.random.Generator, name: str = "seed") -> np.random.Generator:
    """Where chance begins: a whole number of 0 or more, or a generator that is handed on.

    >>> read_seed(1).integers(10) == read_seed(1).integers(10)
    np.True_
    >>> read_seed(None)
    Traceback (most recent call last):
    ...
    ValueError: seed is None, expected a whole number of 0 or more, so that everybody draws the same.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed <= LARGEST:
        raise ValueError(
            f"{name} is {show(seed)}, expected a whole number of 0 or more, so that everybody draws the same."
        )
    return np.random.default_rng(int(seed))
