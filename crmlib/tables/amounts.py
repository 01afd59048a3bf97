"""How a column of numbers is held against its description: ids are kept digit by digit, amounts in reason.

A float keeps whole numbers exactly up to 2**53; of a longer id it keeps other digits, and two customers
become one. Such columns are refused, and whole numbers are never turned into floats on the way.
"""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import Column
from crmlib.tables.errors import Refusal, TableTypeError, is_any, list_types, list_values

LARGEST = 1e15  # yuan, days or points: more than any firm has, and what is computed with it stays finite
LARGEST_ID = 2**63 - 1


def convert_numbers(values: pd.Series[Any], column: Column, refuse: Refusal) -> pd.Series[Any]:
    """Return whole numbers or numbers; refuse words, infinite, impossible and, in whole numbers, broken ones.

    values: the column. column: its description. refuse: makes the error for some of its rows.
    """
    found = values if getattr(values.dtype, "kind", "O") in "iuf" else _read_cells(values, column, refuse)
    kind = found.dtype.kind
    if kind == "f":
        found = _check_floats(found, values, column, refuse)
    largest = LARGEST_ID if column.key and column.type == "integer" else LARGEST
    if kind in "uf" or largest == LARGEST:
        sizes = found.astype("Float64") if kind == "f" else found  # half floats end at 65,504
        large = (sizes > largest).fillna(False).astype(bool)
        if kind != "u":
            large |= (sizes < -largest).fillna(False).astype(bool)
        if large.any():
            raise refuse(
                large,
                expected=f"{column.expected}, not beyond {largest:,.0f}",
                found=list_values(values[large]),
                repair="look for a placeholder, a wrong unit or a slipped point; correct these values.",
            )
    return found


def _check_floats(
    floats: pd.Series[Any], values: pd.Series[Any], column: Column, refuse: Refusal
) -> pd.Series[Any]:
    """Refuse infinite numbers, and in whole numbers fractions and digits that a float does not keep."""
    cells = floats.to_numpy(dtype="float64", na_value=np.nan)
    infinite = pd.Series(np.isinf(cells), index=values.index)
    if infinite.any():
        raise refuse(
            infinite,
            expected=f"{column.expected}, finite",
            found=f"infinite values: {list_values(values[infinite])}",
            repair="look for a division by zero before this step; correct or leave out these rows.",
        )
    if column.type != "integer":
        return floats
    broken = pd.Series(cells != np.floor(cells), index=values.index) & floats.notna()
    if broken.any():
        raise refuse(
            broken,
            expected=column.expected,
            found=f"fractions: {list_values(values[broken])}",
            repair="correct these values; rounding would turn one id or score into another.",
        )
    kept = 2.0 ** {2: 11, 4: 24}.get(getattr(floats.dtype, "itemsize", 8), 53)
    lost = pd.Series(np.abs(cells) >= kept, index=values.index)
    if lost.any():
        raise refuse(
            lost,
            expected=f"{column.expected}, in a column of whole numbers (int64 or Int64)",
            found=f"floats of {kept:,.0f} or more, whose last digits are lost: {list_values(values[lost])}",
            repair=f'read the file again with dtype={{"{column.name}": "Int64"}}.',
        )
    return floats


def _read_cells(values: pd.Series[Any], column: Column, refuse: Refusal) -> pd.Series[Any]:
    """The numbers of a column of objects, exactly; text, truth values and lists are refused."""
    truth = is_any(values, (bool, np.bool_))
    if truth.any():
        raise refuse(
            truth,
            kind=TableTypeError,
            expected=column.expected,
            found=f"truth values: {list_values(values[truth])}",
            repair="look for a comparison where a calculation was meant.",
        )
    wrong = values.notna() & ~is_any(values, (numbers.Real, Decimal))
    if wrong.any():
        text = bool(is_any(values[wrong], str).all())
        raise refuse(
            wrong,
            kind=TableTypeError,
            expected=column.expected,
            found=f"{'text' if text else 'no numbers'}: {list_values(values[wrong])}",
            repair=_tell_repair(values[wrong], column)
            if text
            else "each cell holds one number: correct these.",
        )
    usual = _read_usual(values)
    if usual is not None:
        return usual
    cells = [
        None if missing else read_exactly(cell) for cell, missing in zip(values, values.isna(), strict=True)
    ]
    whole = all(cell is None or (isinstance(cell, int) and abs(cell) <= LARGEST_ID) for cell in cells)
    if whole:
        return pd.Series(pd.array(cells, dtype="Int64"), index=values.index, name=values.name)
    return pd.Series(
        [np.nan if cell is None else to_float(cell) for cell in cells],
        index=values.index,
        dtype="float64",
        name=values.name,
    )


def _read_usual(values: pd.Series[Any]) -> pd.Series[Any] | None:
    """Whole numbers or floats alone, in one step; None for all that needs a look at each cell."""
    kinds = list_types(values.dropna())
    if kinds <= {int}:
        try:
            return values.astype("Int64")
        except (OverflowError, TypeError):
            return None
    if not kinds <= {float, np.float64}:
        return None
    floats = pd.Series(values.where(values.notna(), np.nan).to_numpy(dtype="float64"), index=values.index)
    known = floats[floats.notna()]
    whole = bool(((known == np.floor(known)) & (known.abs() < 2**53)).all())
    found: pd.Series[Any] = floats.astype("Int64") if whole else floats
    found.name = values.name
    return found


def _tell_repair(words: pd.Series[Any], column: Column) -> str:
    """How text becomes numbers: card numbers such as VIP00060 are counted, amounts are read."""
    if column.key and words.str.contains("[A-Za-z]").any():
        cells = f'frame["{column.name}"]'
        return (
            f'{cells} = {cells}.rank(method="dense").astype("Int64") numbers them; missing ones stay missing.'
        )
    return f'frame = parse_numbers(frame, "{column.name}") reads currency signs and commas.'


def read_exactly(number: Any) -> int | float:
    """A whole number where the number is exactly one, otherwise a float; Decimals and fractions as well.

    >>> read_exactly(Decimal("9007199254740993")), read_exactly(Decimal("0.5")), read_exactly(2.0**60)
    (9007199254740993, 0.5, 1.152921504606847e+18)
    """
    if isinstance(number, float | np.floating) and not abs(float(number)) < 2**53:
        return float(number)
    try:
        whole = int(number)
    except (OverflowError, ValueError):  # an infinite Decimal
        return to_float(number)
    return whole if whole == number else to_float(number)


def to_float(number: Any) -> float:
    """The nearest float; for a number beyond all floats the largest one.

    >>> to_float(10**400) == to_float(10**500), to_float(Decimal("2.5"))
    (True, 2.5)
    """
    try:
        return float(number)
    except OverflowError:
        return float(np.finfo(float).max) * (1 if number > 0 else -1)
