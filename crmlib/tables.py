"""Names, types, units, keys and checks of every table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.dictionary import DATASETS, TABLES, Column, Table

__all__ = ["DATASETS", "TABLES", "Column", "Table", "TableError", "conform"]


class TableError(ValueError):
    """A table does not hold what its description says; the message names the place and the repair."""


def conform(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table with the columns in the described order and in the described types.

    Args:
        frame: all columns of the table, in any order.
        name: a name in TABLES, such as "receipts" or "truth.members".

    Returns:
        A new frame with a fresh index. No value is changed: a conversion that would lose one fails.

    Raises:
        TableError: a column is missing or unknown, or a value does not fit its type.

    >>> visits = pd.DataFrame({"month": ["2025-01-01"], "customer_id": [100001.0],
    ...                        "is_customer": [True], "latent_satisfaction": [0.5]})
    >>> visits["month"] = pd.to_datetime(visits["month"], format="%Y-%m-%d")
    >>> conform(visits, "truth.satisfaction").dtypes.astype(str).to_list()
    ['int64', 'datetime64[us]', 'float32', 'bool']
    """
    table = TABLES[name]
    missing = [column for column in table.columns if column not in frame.columns]
    unknown = [column for column in frame.columns if column not in table.columns]
    if missing or unknown:
        raise TableError(
            f"{name}: missing columns {missing}, unknown columns {unknown}. "
            f"Expected exactly: {', '.join(table.columns)}."
        )
    columns = {column.name: _convert(frame[column.name], column, name) for column in table.columns.values()}
    return pd.DataFrame(columns).reset_index(drop=True)


def _convert(values: pd.Series, column: Column, table: str) -> pd.Series:
    """Convert one column to its described type; fail where that would change or lose a value."""
    if not column.nullable and values.isna().any():
        raise TableError(f"{table}.{column.name}: {int(values.isna().sum())} values are missing, none may be.")
    if values.dtype == column.dtype:
        converted = values
    else:
        try:
            converted = values.astype(column.dtype)
        except (TypeError, ValueError) as error:
            raise TableError(
                f"{table}.{column.name}: cannot be turned from {values.dtype} into {column.dtype} ({error})."
            ) from error
    lost = converted.isna() & values.notna()
    if lost.any():
        found = ", ".join(map(repr, values[lost].unique()[:5]))
        raise TableError(f"{table}.{column.name}: {int(lost.sum())} values are not among {column.levels}: {found}.")
    if column.type == "integer" and pd.api.types.is_float_dtype(values.dtype):
        present = values.dropna().to_numpy(dtype="float64")
        if not np.array_equal(present, np.floor(present)):
            raise TableError(f"{table}.{column.name}: holds numbers that are not whole.")
    if column.type == "date" and not (converted.dropna() == converted.dropna().dt.normalize()).all():
        raise TableError(f"{table}.{column.name}: holds times of day, but it is a date (midnight).")
    return converted
