"""Every kind of bad weather for a table: odd values in a cell, odd columns, odd tables, odd options.

Of each kind it is said what may still be answered. A value that no column can mean (a complex number, a list,
10**30) must be refused in words; the same values kept in another way (a category, an Arrow column) must give
the same answer or be refused, never another answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crmlib.tables.dictionary import Column


class RaisingFloat:
    """Looks like a number until it is used as one."""

    def __float__(self) -> float:
        raise RuntimeError("this object cannot be a number")


class PolarsLike:
    """A table of another library: columns, rows and a way to pandas, but no DataFrame of pandas."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.columns = list(frame.columns)
        self.shape = frame.shape

    def __getitem__(self, name: str) -> list[Any]:
        return list(self._frame[name])

    def __len__(self) -> int:
        return len(self._frame)

    def to_pandas(self) -> pd.DataFrame:
        """The same table for pandas."""
        return self._frame


# What one cell may hold: name → value.
CELLS: dict[str, Any] = {
    "complex": 1 + 2j,
    "complex without imaginary part": complex(3, 0),
    "10**30": 10**30,
    "10**400": 10**400,
    "1e300": 1e300,
    "-1e300": -1e300,
    "1e16": 1e16,
    "-0.0": -0.0,
    "nan": np.nan,
    "inf": np.inf,
    "-inf": -np.inf,
    "None": None,
    "NA": pd.NA,
    "NaT": pd.NaT,
    "text": "12 yuan",
    "empty text": "",
    "full-width digits": "１２",
    "bytes": b"12",
    "list": [1, 2],
    "empty list": [],
    "dict": {"a": 1},
    "set": {1},
    "tuple": (1, 2),
    "array": np.array([1, 2]),
    "object": object(),
    "raising float": RaisingFloat(),
    "bool": True,
    "Decimal": Decimal("2"),
    "Decimal nan": Decimal("NaN"),
    "Decimal infinity": Decimal("Infinity"),
    "Decimal 1e30": Decimal("1e30"),
    "Fraction": Fraction(1, 3),
    "date": datetime.date(2025, 1, 1),
    "time": datetime.time(9, 30),
    "datetime with zone": pd.Timestamp("2025-01-01 10:00", tz="Asia/Shanghai"),
    "year 1": datetime.datetime(1, 1, 1),
    "year 9999": datetime.datetime(9999, 12, 31),
    "date of year 9999": datetime.date(9999, 12, 31),
    "period of time": pd.Timedelta(days=3),
    "month": pd.Period("2025-01", "M"),
    "2**53 + 1": 2**53 + 1,
    "2**63": 2**63,
    "-(2**63) - 1": -(2**63) - 1,
}
MISSING = ("nan", "None", "NA", "NaT", "Decimal nan")
# Kind of column → the cells that it may answer, beside missing ones where they are allowed.
ANSWERED: dict[str, tuple[str, ...]] = {
    "key": ("-0.0", "Decimal", "2**53 + 1"),
    "integer": ("-0.0", "Decimal"),
    "number": ("-0.0", "Decimal", "Fraction"),
    "date": ("date",),
    "datetime": ("date",),
    "string": ("text", "empty text", "full-width digits"),
    "boolean": ("bool",),
}


def may_answer(cell: str, column: Column) -> bool:
    """Whether a column may hold this cell: everything else must be refused."""
    if cell in MISSING and column.nullable:
        return True
    kind = "key" if column.key and column.type == "integer" else column.type.replace("number32", "number")
    return cell in ANSWERED.get(kind, ())


def put(values: pd.Series, value: Any) -> pd.Series:
    """The column with another first value, whatever its type was."""
    cells = np.empty(len(values), dtype=object)
    cells[:] = values.tolist()
    cells[0] = value
    return pd.Series(cells, index=values.index, dtype=object, name=values.name)


def _decimals(values: pd.Series) -> pd.Series:
    return values.map(lambda one: Decimal(str(one)), na_action="ignore").astype(object)


def _arrow(values: pd.Series) -> pd.Series:
    return (
        values.astype(object)
        .where(values.notna(), None)
        .pipe(
            lambda cells: pd.Series(
                pd.arrays.ArrowExtensionArray(pa.array(cells.tolist())), index=values.index
            )
        )
    )


# The same values kept in another way: the same answer, or refused. What a column cannot take is left out.
STORED: dict[str, Callable[[pd.Series], pd.Series]] = {
    "as objects": lambda v: v.astype(object),
    "as text": lambda v: v.astype("string"),
    "as category": lambda v: v.astype("category"),
    "as category with a spare word": lambda v: v.astype("category").cat.add_categories(["spare"]),
    "as nullable": lambda v: v.convert_dtypes(),
    "as Arrow": _arrow,
    "as Arrow decimals": lambda v: v.astype(pd.ArrowDtype(pa.decimal128(30, 3))),
    "as Arrow dictionary": lambda v: v.astype(pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
    "as decimals": _decimals,
    "as sparse": lambda v: v.astype(pd.SparseDtype(v.dtype)),
    "as float64": lambda v: v.astype("float64"),
    "as float32": lambda v: v.astype("float32"),
    "as float16": lambda v: v.astype("float16"),
    "as int8": lambda v: v.astype("int8"),
    "as uint64": lambda v: v.astype("uint64"),
    "as seconds": lambda v: v.astype("datetime64[s]"),
    "as nanoseconds": lambda v: v.astype("datetime64[ns]"),
    "as dates": lambda v: v.map(lambda one: one.date(), na_action="ignore").astype(object),
}
# Columns that must be refused where no value may be missing, or whatever they are.
RUINED: dict[str, Callable[[pd.Series], pd.Series]] = {
    "complex": lambda v: pd.Series(np.arange(len(v)) + 1j, index=v.index),
    "uint64 beyond int64": lambda v: pd.Series(np.arange(len(v), dtype="uint64") + 2**63, index=v.index),
    "times with zone": lambda v: pd.Series(pd.date_range("2025", periods=len(v), tz="UTC"), index=v.index),
    "months": lambda v: pd.Series(pd.period_range("2025-01", periods=len(v), freq="M"), index=v.index),
    "periods of time": lambda v: pd.Series(pd.to_timedelta(range(len(v)), unit="D"), index=v.index),
    "bytes": lambda v: pd.Series([b"1"] * len(v), index=v.index, dtype=object),
    "lists": lambda v: pd.Series([[1]] * len(v), index=v.index, dtype=object),
    "Arrow lists": lambda v: pd.Series(
        [[1]] * len(v), index=v.index, dtype=pd.ArrowDtype(pa.list_(pa.int64()))
    ),
    "years beyond the calendar": lambda v: pd.Series(
        np.full(len(v), 300_000 - 1970, dtype="datetime64[Y]").astype("datetime64[s]"), index=v.index
    ),
    "intervals": lambda v: pd.Series(pd.interval_range(0, len(v)), index=v.index),
}

# Another table in its place: must be refused …
NO_TABLE: dict[str, Callable[[Any], Any]] = {
    "None": lambda t: None,
    "dict": lambda t: {"customer_id": [1]},
    "list": lambda t: [1, 2],
    "number": lambda t: 7,
    "text": lambda t: "receipts.csv",
    "array": lambda t: np.zeros((2, 2)),
    "type": lambda t: pd.DataFrame,
}
NO_FRAME: dict[str, Callable[[pd.DataFrame], Any]] = {
    **NO_TABLE,
    "one column": lambda t: t.iloc[:, 0],
    "polars": PolarsLike,
    "columns of two levels": lambda t: t.set_axis(pd.MultiIndex.from_product([["a"], t.columns]), axis=1),
    "every column twice": lambda t: pd.concat([t, t], axis=1),
    "numbered columns": lambda t: t.set_axis(range(t.shape[1]), axis=1),
    "missing names": lambda t: t.set_axis([None] * t.shape[1], axis=1),
    "no columns": lambda t: t[[]],
}
# … or hold the same rows: the same answer, or refused. Only for tables that hold their keys as columns.
SAME_ROWS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "an index with duplicates": lambda t: t.set_axis([0] * len(t)),
    "an index of words": lambda t: t.set_axis([f"row {place}" for place in range(len(t))]),
    "an index of two levels": lambda t: t.set_axis(
        pd.MultiIndex.from_arrays([range(len(t)), range(len(t))], names=["a", "a"])
    ),
    "an index of dates": lambda t: t.set_axis(pd.date_range("2025", periods=len(t))),
    "an index named like a column": lambda t: t.rename_axis(t.columns[0]),
    "a spare column": lambda t: t.assign(spare=[[]] * len(t)),
    "a spare column that is no text": lambda t: t.assign(x=1).rename(columns={"x": 5}),
    "its columns in reverse": lambda t: t.iloc[:, ::-1],
}

# What a caller may choose by mistake: name → value; of these no option can mean …
ODD: dict[str, Any] = {
    "complex": 1 + 2j,
    "10**400": 10**400,
    "raising float": RaisingFloat(),
    "object": object(),
    "function": len,
    "bytes": b"12",
    "nan": np.nan,
    "NA": pd.NA,
    "NaT": pd.NaT,
    "empty dict": {},
    "set": {1},
    "array of nan": np.array([np.nan]),
    "year 1": pd.Timestamp(1, 1, 1),
    "year 9999": pd.Timestamp(9999, 12, 31),
    "time with zone": pd.Timestamp("2025-01-01", tz="Asia/Shanghai"),
}
# … and these some can.
MAYBE: dict[str, Any] = {
    "None": None,
    "inf": np.inf,
    "-inf": -np.inf,
    "-1": -1,
    "0": 0,
    "-0.0": -0.0,
    "1.5": 1.5,
    "1e-300": 1e-300,
    "1e16": 1e16,
    "1e300": 1e300,
    "10**30": 10**30,
    "-(10**30)": -(10**30),
    "text": "ten",
    "empty text": "",
    "number as text": "10",
    "full-width digits": "１０",
    "long text": "x" * 10_000,
    "day": "2025-01-31",
    "day of year 9999": "9999-12-31",
    "day in full width": "２０２５-０１-３１",
    "date": datetime.date(2025, 1, 1),
    "True": True,
    "empty list": [],
    "list": [1],
    "list of nan": [np.nan],
    "list of text": ["ten"],
    "nested list": [[1], [2, 3]],
    "tuple": (1, 2),
    "int64": np.int64(3),
    "float32": np.float32(2.5),
    "bool_": np.bool_(True),
    "Decimal": Decimal("2.5"),
    "Fraction": Fraction(1, 3),
    "period of time": pd.Timedelta(days=3),
}
