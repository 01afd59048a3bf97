"""Tables of other engines: Polars, DuckDB and Spark count, pandas gets one row a customer.

A table of a hundred million receipts is never brought here row by row. The engine looks through it once, with
the rules of the dictionary; only if a rule is broken are five of the rows brought, and `take_columns` finds
the words for them. Needs the extra `engines`: pip install "crmlib[engines]".
"""

from __future__ import annotations

import datetime
import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlib.tables.amounts import LARGEST
from crmlib.tables.columns import read_range
from crmlib.tables.dates import FIRST_YEAR, LAST_YEAR
from crmlib.tables.dictionary import Column, Table
from crmlib.tables.errors import TableError, TableTypeError, get_table
from crmlib.tables.headers import check_headers
from crmlib.tables.take import narrow_to, take_columns

ENGINES = ("polars", "duckdb", "_duckdb", "pyspark")
COUNT = re.compile(r"\d[\d,]* of \d[\d,]* rows (is|are) wrong")


@dataclass(frozen=True)
class Counted:
    """A checked table that an engine holds: its columns, still uncounted, and how many rows it has."""

    lazy: Any
    rows: int


def is_engine(frame: Any) -> bool:
    """Whether a table is one of Polars, DuckDB or Spark.

    >>> is_engine(pd.DataFrame())
    False
    """
    return type(frame).__module__.partition(".")[0] in ENGINES


def collect(lazy: Any) -> Any:
    """What the engine has counted, as an Arrow table."""
    return lazy.collect("pyarrow").to_native()


def bring_columns(frame: Any, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """The named columns of a table with one row a customer, in pandas and in order of customers."""
    taken = count_lazily(frame, table, columns)
    return pd.DataFrame(collect(taken.lazy.sort(columns[0])).to_pandas(types_mapper=pd.ArrowDtype))


def open_lazily(frame: Any) -> Any:
    """The table in the common language of the engines."""
    _refuse_shifted_days(frame)
    return load_narwhals().from_native(frame).lazy()


def load_narwhals() -> Any:
    """The common language of the engines, which students do not need; ImportError says what to install."""
    try:
        return importlib.import_module("narwhals")
    except ImportError as error:
        raise ImportError(
            "A table of Polars, DuckDB or Spark needs the package narwhals. Repair: pip install "
            '"crmlib[engines]", or hand over a pandas table.'
        ) from error


def _refuse_shifted_days(frame: Any) -> None:
    """Refuse moments that Spark shows in a zone other than UTC: a purchase at 7 in the morning would move."""
    if not type(frame).__module__.startswith("pyspark"):
        return
    moments = [name for name, kind in frame.dtypes if kind == "timestamp"]
    zone = frame.sparkSession.conf.get("spark.sql.session.timeZone")
    if moments and zone not in ("UTC", "Etc/UTC", "GMT", "Z", "+00:00"):
        raise TableTypeError(
            f"{', '.join(moments)}: the Spark session counts days in {zone}, so that purchases fall on other "
            'days. Repair: spark.conf.set("spark.sql.session.timeZone", "UTC") before the table is read, or '
            "store the column as timestamp_ntz, a local time without a zone."
        )


def count_lazily(
    frame: Any, table: str | Table, columns: Sequence[str], *, once: str = "", further: Sequence[str] = ()
) -> Counted:
    """The named columns in their described types, looked through by the engine; TableError as `take_columns`.

    once: a column that may be absent, but may not repeat if it is there. further: columns that are handed on
    as they are.
    """
    nw = load_narwhals()

    full = get_table(table) if isinstance(table, str) else table
    lazy = open_lazily(frame)
    schema = lazy.collect_schema()
    keys = [once] if once in schema.names() and once not in columns else []
    check_headers(pd.DataFrame(columns=schema.names()), narrow_to(full, [*keys, *columns]))
    described = [full.columns[name] for name in columns]
    casts = [_cast(column, schema[column.name], frame) for column in described]
    fitting = [cast for cast in casts if cast is not None]
    total = int(collect(lazy.select(rows=nw.len()))["rows"][0].as_py())
    if not total:
        take_columns(pd.DataFrame(columns=list(columns)), full, columns)
    for column, cast in zip(described, casts, strict=True):
        if cast is None:
            _refuse(lazy.filter(~nw.col(column.name).is_null()), full, [*keys, column.name], total)
    taken = lazy.select(*keys, *fitting, *further)
    rules = {column.name: rule for column in described if (rule := _write_rule(column)) is not None}
    broken = taken.select(**{name: nw.when(rule).then(1).otherwise(0).sum() for name, rule in rules.items()})
    for name, count in (collect(broken).to_pylist()[0] if rules else {}).items():
        if count:
            _refuse(taken.filter(rules[name]), full, [*keys, name], total)
    if once in taken.collect_schema().names():
        _refuse_repeated(taken, full, once, total)
    return Counted(taken, total)


def _cast(column: Column, kind: Any, frame: Any) -> Any:
    """How the engine brings a column into its described type; None if it is of another kind."""
    nw = load_narwhals()

    cell = nw.col(column.name)
    if column.type == "integer":
        return cell.cast(nw.Int64()) if kind.is_integer() else None
    if column.type == "number":
        return cell.cast(nw.Float64()) if kind.is_numeric() else None
    if column.type == "boolean":
        return cell if kind == nw.Boolean else None
    if column.type not in ("date", "datetime"):
        return cell.cast(nw.String()) if kind in (nw.String, nw.Categorical, nw.Enum) else None
    if kind == nw.Date:
        return cell.cast(nw.Datetime("us"))
    if kind != nw.Datetime:
        return None
    if getattr(kind, "time_zone", None) is not None:  # Spark shows moments in the zone of its session: UTC
        return cell.dt.replace_time_zone(None) if type(frame).__module__.startswith("pyspark") else None
    return cell.cast(nw.Datetime("us"))


def _write_rule(column: Column) -> Any:
    """What is wrong in a column, in the language of the engines; None where nothing can be."""
    nw = load_narwhals()

    cell = nw.col(column.name)
    wrong = None if column.nullable else cell.is_null()
    if column.type in ("date", "datetime"):
        first, after = (datetime.datetime(year, 1, 1) for year in (FIRST_YEAR, LAST_YEAR + 1))
        outside = (cell < first) | (cell >= after)
    elif column.type in ("number", "integer") and not column.key:
        low, high, is_open = read_range(column.range) if column.range else (-LARGEST, LARGEST, False)
        high = min(high, LARGEST)
        outside = ((cell <= low) if is_open else (cell < max(low, -LARGEST))) | (cell > high)
        if column.type == "number":
            outside = outside | cell.is_nan()
    elif column.levels:
        outside = ~cell.is_in(list(column.levels))
    else:
        return wrong
    return outside if wrong is None else wrong | outside


def _refuse(wrong: Any, table: Table, columns: list[str], total: int, *, last: str = "") -> None:
    """Bring five of the wrong rows, find the words for them, and say how many there are in all."""
    nw = load_narwhals()

    count = int(collect(wrong.select(rows=nw.len()))["rows"][0].as_py())
    if not count:
        return
    first = wrong.sort(last or columns[0], descending=bool(last)).head(5)
    rows = collect(first).to_pandas(types_mapper=pd.ArrowDtype)
    try:
        take_columns(rows, table, columns)
    except TableError as error:
        raise say_all(error, count, total) from None
    raise TableTypeError(
        f"{table.name}.{columns[-1]}: {wrong.collect_schema()[columns[-1]]}, expected "
        f"{table.columns[columns[-1]].expected}. Repair: cast the column in the engine first."
    )


def say_all(error: TableError, count: int, total: int) -> TableError:
    """The same message with the number of wrong rows in the whole table."""
    are = "is" if count == 1 else "are"
    return type(error)(COUNT.sub(f"{count:,} of {total:,} rows {are} wrong", str(error)))


def _refuse_repeated(taken: Any, table: Table, key: str, total: int) -> None:
    """Refuse a number that repeats: the engine counts how often each of them occurs."""
    nw = load_narwhals()

    often = taken.group_by(key).agg(times=nw.len()).filter(nw.col("times") > 1)
    found = collect(often.select(keys=nw.len(), rows=nw.col("times").sum().cast(nw.Int64()))).to_pylist()[0]
    if not found["keys"]:
        return
    keys = collect(often.sort(key).head(5))[key].to_pylist()
    named = taken.filter(nw.col(key).is_in(keys)).select(key).sort(key).head(5)
    first = collect(named).to_pandas(types_mapper=pd.ArrowDtype)
    try:
        take_columns(first, table, [key], unique=[key])
    except TableError as error:
        words = re.sub(r"\d+ duplicate keys", f"{found['keys']} duplicate keys", str(error))
        raise say_all(type(error)(words), found["rows"], total) from None
