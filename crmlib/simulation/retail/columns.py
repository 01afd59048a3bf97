"""Between frames and arrays: labels, whole numbers that may be missing, columns under their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def label(codes: np.ndarray, levels: Sequence[str], known: np.ndarray | None = None) -> Any:
    """Numbers as the labels that they stand for; missing where not known.

    >>> list(label(np.array([1, 0]), ("low", "high")))
    ['high', 'low']
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


def arrays_of(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """The columns of a frame as plain arrays under their names.

    >>> arrays_of(pd.DataFrame({"person": [3, 4]}))
    {'person': array([3, 4])}
    """
    return {str(name): frame[name].to_numpy() for name in frame}
