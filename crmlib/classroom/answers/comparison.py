"""Comparing a reader's table with the right one, whatever the order of its rows and columns."""

import math
import numbers
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.slips import Feedback, find_nearness, find_slip, is_close


def compare_tables(answer: Any, expected: pd.Series | pd.DataFrame, *, tolerance: float) -> Feedback | None:
    """Return the first difference between a table and the right one, or None if they agree.

    The order of rows and columns does not matter, numbers may differ by `tolerance`.
    """
    wanted = "data frame" if isinstance(expected, pd.DataFrame) else "series"
    if not isinstance(answer, pd.Series | pd.DataFrame):
        return Feedback("wrong_type", f"This is a {type(answer).__name__}; the question asks for a {wanted}.")
    if isinstance(answer, pd.DataFrame) != isinstance(expected, pd.DataFrame):
        return Feedback("wrong_type", f"The question asks for a {wanted}. Take one column, or keep them all.")
    if isinstance(answer, pd.DataFrame) and isinstance(expected, pd.DataFrame):
        return _compare_frames(answer, expected, tolerance)
    return _compare_columns(answer, expected, tolerance)  # type: ignore[arg-type]


def _compare_frames(answer: pd.DataFrame, expected: pd.DataFrame, tolerance: float) -> Feedback | None:
    if answer.columns.nlevels > 1:
        return Feedback("wrong", "The columns have names on several levels. Give each column one name.")
    if not all(isinstance(column, Hashable) for column in answer.columns):
        return Feedback("wrong", "Some column names are lists or the like. Give each column a plain name.")
    if not answer.columns.is_unique:
        return Feedback("wrong", "Some column names occur twice. Rename or drop one of each pair.")
    missing = [str(column) for column in expected.columns if column not in answer.columns]
    if missing:
        return Feedback("wrong", f"The table lacks columns that the question names: {len(missing)} of them.")
    extra = [str(column) for column in answer.columns if column not in expected.columns]
    if extra:
        return Feedback("wrong", f"Columns that the question does not ask for: {', '.join(extra)}.")
    for column in expected.columns:
        difference = _compare_columns(answer[column], expected[column], tolerance)
        if difference is not None:
            return Feedback(difference.kind, f"Column {column}: {difference.message}")
    return None


def _compare_columns(answer: pd.Series, expected: pd.Series, tolerance: float) -> Feedback | None:
    if len(answer) != len(expected):
        more = "more" if len(answer) > len(expected) else "fewer"
        return Feedback(
            "wrong", f"{len(answer)} rows are {more} than expected. Which rows belong into the table?"
        )
    try:
        labels = set(answer.index)
    except TypeError:
        return Feedback("wrong", "Some row labels are lists or the like. What labels one row of the table?")
    if not answer.index.is_unique:
        return Feedback("wrong", "Some row labels occur twice. One row per what?")
    if labels != set(expected.index):
        return Feedback("wrong", "The row labels differ. What is one row of the table, and what labels it?")
    by_label = dict(zip(answer.index.tolist(), answer.tolist(), strict=True))
    aligned = [by_label[label] for label in expected.index.tolist()]
    if not pd.api.types.is_numeric_dtype(expected) or pd.api.types.is_bool_dtype(expected):
        pairs = zip(aligned, expected.tolist(), strict=True)
        different = sum(not _are_same(left, right) for left, right in pairs)
        return _count_different(different, len(expected))
    return _compare_numbers(aligned, expected, tolerance)


def _are_same(left: Any, right: Any) -> bool:
    """Say whether two words, truth values or dates agree; both may be missing."""
    try:
        return bool(left == right) or bool(pd.isna(left) and pd.isna(right))
    except Exception:  # lists have no single answer, and what a value of the reader raises makes it none
        return False


def _compare_numbers(answer: list[Any], expected: pd.Series, tolerance: float) -> Feedback | None:
    try:
        left = np.array([to_float(value) for value in answer])
    except Exception:  # whatever a value of the reader raises, it is no number
        return Feedback("wrong_type", "The values are not numbers.")
    right = expected.astype("float64").to_numpy()
    known = ~(np.isnan(left) & np.isnan(right))
    left, right = left[known], right[known]
    if is_close(left, right, tolerance):
        return None
    near = find_nearness(left, right, tolerance)
    if near is not None:
        return near
    different = sum(not is_close(*pair, tolerance) for pair in zip(left, right, strict=True))
    return find_slip(left, right, tolerance=tolerance) or _count_different(different, len(expected))


def to_float(value: Any) -> float:
    """Return a real number as a float, a missing one as NaN; raise TypeError for anything else.

    `float` itself takes digits in bytes and half of a complex number.
    """
    if pd.isna(value):
        return math.nan
    if not isinstance(value, numbers.Real | Decimal):
        raise TypeError(f"a {type(value).__name__} is no real number")
    return float(value)


def _count_different(count: int, rows: int) -> Feedback | None:
    if count == 0:
        return None
    return Feedback("wrong", f"{count} of {rows} values differ. Check one row by hand.")
