"""Comparing a reader's table with the right one, whatever the order of its rows and columns."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Difference:
    """How a table differs from the right one, in words that do not give the answer away."""

    kind: Literal["wrong_type", "near", "wrong"]
    message: str


def compare_tables(answer: Any, expected: pd.Series | pd.DataFrame, *, tolerance: float) -> Difference | None:
    """Return the first difference between a table and the right one, or None if they agree.

    The order of rows and columns does not matter, numbers may differ by `tolerance`.
    """
    wanted = "data frame" if isinstance(expected, pd.DataFrame) else "series"
    if not isinstance(answer, pd.Series | pd.DataFrame):
        return Difference(
            "wrong_type", f"This is a {type(answer).__name__}; the question asks for a {wanted}."
        )
    if isinstance(answer, pd.DataFrame) != isinstance(expected, pd.DataFrame):
        return Difference(
            "wrong_type", f"The question asks for a {wanted}. Take one column, or keep them all."
        )
    if isinstance(answer, pd.DataFrame) and isinstance(expected, pd.DataFrame):
        return _compare_frames(answer, expected, tolerance)
    return _compare_columns(answer, expected, tolerance)  # type: ignore[arg-type]


def _compare_frames(answer: pd.DataFrame, expected: pd.DataFrame, tolerance: float) -> Difference | None:
    if not answer.columns.is_unique:
        return Difference("wrong", "Some column names occur twice. Rename or drop one of each pair.")
    missing = [str(column) for column in expected.columns if column not in answer.columns]
    if missing:
        return Difference(
            "wrong", f"The table lacks columns that the question names: {len(missing)} of them."
        )
    extra = [str(column) for column in answer.columns if column not in expected.columns]
    if extra:
        return Difference("wrong", f"Columns that the question does not ask for: {', '.join(extra)}.")
    for column in expected.columns:
        difference = _compare_columns(answer[column], expected[column], tolerance)
        if difference is not None:
            return Difference(difference.kind, f"Column {column}: {difference.message}")
    return None


def _compare_columns(answer: pd.Series, expected: pd.Series, tolerance: float) -> Difference | None:
    if len(answer) != len(expected):
        more = "more" if len(answer) > len(expected) else "fewer"
        return Difference(
            "wrong", f"{len(answer)} rows are {more} than expected. Which rows belong into the table?"
        )
    if not answer.index.is_unique:
        return Difference("wrong", "Some row labels occur twice. One row per what?")
    if set(answer.index) != set(expected.index):
        return Difference("wrong", "The row labels differ. What is one row of the table, and what labels it?")
    by_label = dict(zip(answer.index.tolist(), answer.tolist(), strict=True))
    aligned = [by_label[label] for label in expected.index.tolist()]
    if not pd.api.types.is_numeric_dtype(expected) or pd.api.types.is_bool_dtype(expected):
        pairs = zip(aligned, expected.tolist(), strict=True)
        different = sum(not (left == right or (pd.isna(left) and pd.isna(right))) for left, right in pairs)
        return _count_different(different, len(expected))
    return _compare_numbers(aligned, expected, tolerance)


def _compare_numbers(answer: list[Any], expected: pd.Series, tolerance: float) -> Difference | None:
    try:
        left = np.array([math.nan if pd.isna(value) else float(value) for value in answer])
    except (TypeError, ValueError):
        return Difference("wrong_type", "The values are not numbers.")
    right = expected.astype("float64").to_numpy()
    gap = np.abs(left - right)
    agree = (gap <= tolerance) | (np.isnan(left) & np.isnan(right))
    if agree.all():
        return None
    if np.allclose(left, right * 100, atol=100 * tolerance, rtol=0, equal_nan=True):
        return Difference("wrong", "Every value is a hundred times too large. Per cent, or a share?")
    if (agree | (gap <= np.maximum(10 * tolerance, 0.005 * np.abs(right)))).all():
        return Difference("near", "Very close. Did you round on the way? Round at the end, or not at all.")
    return _count_different(int((~agree).sum()), len(right))


def _count_different(count: int, rows: int) -> Difference | None:
    if count == 0:
        return None
    return Difference("wrong", f"{count} of {rows} values differ. Check one row by hand.")
