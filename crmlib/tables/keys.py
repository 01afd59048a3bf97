"""How the keys of a table are held together: every row once, and no reference to what another table lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.dictionary import Table
from crmlib.tables.errors import list_values, problem

CLOSE = 4  # as many numbers between the lowest and the highest, times their count, can be ticked off


def check_unique(frame: pd.DataFrame, table: Table, columns: Sequence[str]) -> None:
    """Refuse two rows with the same values in these columns together.

    >>> from crmlib.tables.dictionary import TABLES
    >>> check_unique(pd.DataFrame({"store_id": [1, 1]}), TABLES["stores"], ["store_id"])
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: stores.store_id: 2 of 2 rows are wrong. ...
    """
    keys = list(columns)
    if are_distinct(frame, keys):
        return
    doubled = frame.duplicated(keys, keep=False)
    if doubled.any():
        names = " and ".join(keys)
        raise problem(
            frame,
            table,
            names,
            doubled,
            expected=f"every {names} once",
            found=f"{len(frame[doubled].drop_duplicates(keys))} duplicate keys",
            repair=f"frame.drop_duplicates({keys}) if the rows are copies; otherwise find the right one.",
        )


def check_reference(frame: pd.DataFrame, table: Table, column: str, other: pd.DataFrame) -> None:
    """Refuse values that another table does not know, such as an unknown customer; missing ones are allowed.

    Args:
        frame: the table to check.
        table: its description.
        column: the column that refers to the other table, by its description.
        other: the other table, with the column that is referred to.

    >>> from crmlib.tables.dictionary import TABLES
    >>> exits = pd.DataFrame({"customer_id": [100001]})
    >>> check_reference(exits, TABLES["exits"], "customer_id", exits)
    """
    other_name, other_column = table.foreign_keys[column]
    target = f"{other_name}.{other_column}"
    unknown = frame[column].notna() & ~frame[column].isin(other[other_column])
    if unknown.any():
        raise problem(
            frame,
            table,
            column,
            unknown,
            expected=f"values that occur in {target}",
            found=f"unknown there: {list_values(frame.loc[unknown, column])}",
            repair=f"take both tables from the same firm and seed, or leave these rows out with "
            f'frame[frame["{column}"].isin({target})].',
        )


def are_distinct(frame: pd.DataFrame, keys: list[str]) -> bool:
    """Whether every row has a key of its own; False also where the keys do not fit into one whole number.

    The columns become one number a row, as digits do.
    """
    packed, room = np.zeros(len(frame), dtype=np.int64), 1
    for name in keys if len(frame) else []:
        codes = _number(frame[name])
        low = int(codes.min())
        span = int(codes.max()) - low + 1
        room *= span
        if room > np.iinfo(np.int64).max:
            return False
        packed = packed * span + (codes - low)
    return are_different(packed)


def are_different(numbers: NDArray[np.int64]) -> bool:
    """Whether no number repeats; the array is used up.

    Numbers that only rise, as in a table in order of time, need one look. Those that lie close together are
    ticked off in a list of all between them, others are sorted: both are much quicker than a hash table that
    is larger than the processor's cache.

    >>> are_different(np.array([3, 5, 4])), are_different(np.array([3, 10**9, 3]))
    (True, False)
    """
    if bool((numbers[1:] > numbers[:-1]).all()):
        return True
    low = int(numbers.min())
    span = int(numbers.max()) - low + 1
    if span <= CLOSE * len(numbers):
        seen = np.zeros(span, dtype=bool)
        seen[numbers - low] = True
        return int(np.count_nonzero(seen)) == len(numbers)
    numbers.sort()
    return not (numbers[1:] == numbers[:-1]).any()


def _number(values: pd.Series) -> NDArray[np.int64]:
    """Whole numbers as they are; a number for each other value, −1 for missing ones."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "i":
        return values.to_numpy(dtype=np.int64)
    return pd.factorize(values)[0].astype(np.int64)
