"""What a caller chooses, no table: single numbers and dates, or one number or fate a customer.

Each `read_…` returns the value in its type or refuses it in words; `refuse_short` refuses a period for which
the receipts do not reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.tables.columns import find_outside
from crmlib.tables.errors import TableError, TableTypeError


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
    crmlib.tables.errors.TableTypeError: gone: 1 of 2 values are neither True nor False (position 1: ...
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
    crmlib.tables.errors.TableError: receipts end on 2025-03-01, but the period ends on 2025-06-30. ...
    """
    last = times.max()
    if pd.isna(last) or last < needed - pd.Timedelta(days=spare_days):
        found = "have no date" if pd.isna(last) else f"end on {last.date()}"
        raise TableError(
            f"receipts {found}, but the period ends on {needed.date()}. Choose an earlier day or a shorter "
            "period, or take the receipts up to its end."
        )


def read_date(value: str | pd.Timestamp, name: str) -> pd.Timestamp:
    """A reference date, given as year-month-day text or as a Timestamp; anything else is refused, not
    guessed.

    >>> read_date("2025-01-01", "as_of")
    Timestamp('2025-01-01 00:00:00')
    >>> read_date("1/4/2025", "as_of")
    Traceback (most recent call last):
    ...
    ValueError: as_of: expected a date written year-month-day, such as '2025-01-01', found '1/4/2025'.
    """
    if isinstance(value, pd.Timestamp) and not pd.isna(value) and value.tzinfo is None:
        return value.normalize()
    if isinstance(value, str):
        try:
            found = pd.to_datetime(value, format="%Y-%m-%d")
        except ValueError:
            pass
        else:
            if not pd.isna(found):  # an empty text is no date either
                return found
    raise ValueError(
        f"{name}: expected a date written year-month-day, such as '2025-01-01', found {value!r}."
    )
