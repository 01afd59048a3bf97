"""Between numbers and columns: labels of levels, whole numbers that may be missing, arrays under names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import TABLES

Arrays = dict[str, np.ndarray]


def levels(table: str, column: str) -> tuple[str, ...]:
    """The levels of a category in the dictionary, in their order.

    >>> levels("receipts", "channel")
    ('store', 'online')
    """
    return TABLES[table].columns[column].levels


def label(codes: np.ndarray, levels: Sequence[str], known: np.ndarray | None = None) -> Any:
    """Numbers as the labels that they stand for; missing where not known.

    >>> list(label(np.array([1, 0, 7]), ("low", "high"), known=np.array([True, True, False])))
    ['high', 'low', nan]
    """
    codes = np.asarray(codes if known is None else np.where(known, codes, -1), dtype=np.int64)
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(levels)))


def optional_ids(values: np.ndarray, known: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Whole numbers that are missing where not known.

    >>> optional_ids(np.array([7, 8]), np.array([True, False])).tolist()
    [7, <NA>]
    """
    known = np.asarray(known, dtype=bool)
    return pd.arrays.IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)


def arrays_of(frame: pd.DataFrame) -> Arrays:
    """The columns of a frame as plain arrays under their names.

    >>> arrays_of(pd.DataFrame({"person": [3, 4]}))
    {'person': array([3, 4])}
    """
    return {str(name): frame[name].to_numpy() for name in frame}
