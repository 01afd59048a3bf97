"""Comparing and searching whatever a function returns: tables, columns, arrays, estimates, lists of them."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd


def flatten(found: Any) -> list[Any]:
    """The parts of a result, down to tables, arrays, numbers and words."""
    if isinstance(found, list | tuple):
        return [part for one in found for part in flatten(one)]
    if isinstance(found, dict):
        return [part for key, one in found.items() for part in [key, *flatten(one)]]
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return [part for field in dataclasses.fields(found) for part in flatten(getattr(found, field.name))]
    return [found]


def assert_equal(one: Any, other: Any, *, sort: bool = False) -> None:
    """Equal in every part; sort: rows of tables and columns may come in another order."""
    for left, right in zip(flatten(one), flatten(other), strict=True):
        assert type(left) is type(right)
        if isinstance(left, pd.DataFrame):
            frames = [_in_order(part, sort) for part in (left, right)]
            pd.testing.assert_frame_equal(*frames, check_column_type=False)
        elif isinstance(left, pd.Series):
            pd.testing.assert_series_equal(*(part.sort_index() if sort else part for part in (left, right)))
        elif isinstance(left, np.ndarray | float | np.floating):
            np.testing.assert_allclose(left, right, rtol=1e-9)
        else:
            assert left == right or left is right


def _in_order(frame: pd.DataFrame, sort: bool) -> pd.DataFrame:
    if not sort:
        return frame
    if frame.index.name or not isinstance(frame.index, pd.RangeIndex):
        return frame.sort_index()
    words = (
        frame.astype(str).fillna("").agg("|".join, axis=1) if len(frame.columns) else frame.index.to_series()
    )
    return frame.iloc[np.argsort(words.to_numpy(), kind="stable")].reset_index(drop=True)


def list_infinite(found: Any) -> list[str]:
    """The places in a result that hold an infinite number."""
    places = []
    for part in flatten(found):
        frame = part.to_frame() if isinstance(part, pd.Series) else part
        if isinstance(frame, pd.DataFrame):
            numbers = frame.select_dtypes("number")
            places += [str(name) for name in numbers if np.isinf(numbers[name].to_numpy(dtype=float)).any()]
        elif isinstance(frame, np.ndarray) and frame.dtype.kind == "f":
            places += ["array"] * bool(np.isinf(frame).any())
        elif isinstance(frame, float | np.floating):
            places += ["number"] * bool(np.isinf(frame))
    return places


LIMITS = {"low", "high", "year", "end"}  # may be left out beside a column that is named


def list_untold(function: Callable[..., Any], given: Iterable[Any], found: Any) -> list[str]:
    """The columns of a table with a word that stands neither in the docstring nor in a given table.

    A docstring may name another function ("columns as `summarise_offers`").
    """
    if inspect.signature(function).return_annotation != "pd.DataFrame":
        return []
    doc = inspect.getdoc(function) or ""
    others = (getattr(inspect.getmodule(function), one, None) for one in re.findall(r"`(\w+)`", doc))
    told = [doc, *(inspect.getdoc(one) or "" for one in others if one)]
    for table in given:
        frame = table.to_frame() if isinstance(table, pd.Series) else table
        told += map(str, [*frame, *(word for name in frame for word in pd.unique(frame[name])[:100])])
    words = set(re.findall(r"[^\W_]+", " ".join(told))) | LIMITS
    return [name for name in map(str, found) if not words.issuperset(re.findall(r"[^\W_]+", name))]
