"""Excel files, Parquet files and databases: their rows as text, part by part."""

from __future__ import annotations

import datetime
import importlib
import sqlite3
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.imports.choices import Choices
from crmlib.imports.formats import (
    LOOKED_AT,
    PART,
    Progress,
    Source,
    count_known,
    find_headers,
    list_stated,
    name_headers,
    refuse_empty,
)
from crmlib.tables.errors import TableError


def write_cell(cell: Any) -> str | None:
    """A cell as text, digit by digit; numbers that a float cannot keep are written so that ids refuse them.

    >>> write_cell(60.0), write_cell(12.5), write_cell(datetime.datetime(2025, 2, 3, 9, 36))
    ('60', '12.5', '2025-02-03 09:36:00')
    >>> write_cell(6.2284e18)
    '6.228400e+18'
    """
    if cell is None or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell == int(cell) and abs(cell) < 2**53
            else f"{cell:e}"
            if abs(cell) >= 2**53
            else repr(cell)
        )
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def open_workbook(path: Path, choices: Choices) -> Source:
    """Open an Excel file (.xlsx): the stated sheet, or the only one whose headers are known."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles, which nobody needs here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            heads = {sheet.title: _read_head(sheet) for sheet in book.worksheets}
            book.close()
    except Exception as error:  # openpyxl meets broken files with many kinds of errors
        raise TableError(
            f"{path.name} is no readable Excel file ({type(error).__name__}). Repair: open it in Excel or "
            f"LibreOffice and "
            "save it once more as .xlsx without a password."
        ) from error
    name = _choose_table(path.name, heads, choices, "sheet")
    place = find_headers(heads[name], list_stated(choices))
    headers = name_headers(heads[name][place], path.name)

    def read(progress: Progress) -> Iterator[pd.DataFrame]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = openpyxl.load_workbook(path, read_only=True, data_only=True)
        with closing(opened):
            sheet = opened[name]
            total = max(sheet.max_row or 1, 1)
            sheet.reset_dimensions()  # some programs write them wrong
            rows = sheet.iter_rows(min_row=place + 2, values_only=True)
            yield from _collect(rows, headers, place + 2, total, progress, path.name)

    return Source(path.name, f"Excel, sheet {name}", headers, place + 2, read, in_parts=False)


def _read_head(sheet: Any) -> list[list[Any]]:
    """The first rows of a sheet, without empty cells at their ends."""
    sheet.reset_dimensions()
    rows = [list(row) for row in sheet.iter_rows(max_row=LOOKED_AT, values_only=True)]
    for row in rows:
        while row and row[-1] in (None, ""):
            row.pop()
    return rows if any(rows) else []


def _choose_table(file: str, heads: dict[str, list[list[Any]]], choices: Choices, what: str) -> str:
    """The sheet or table that is meant; TableError if none has rows, or several could be meant."""
    if choices.sheet is not None:
        if choices.sheet not in heads:
            raise TableError(
                f"{file}: there is no {what} {choices.sheet!r}.{suggest(choices.sheet, heads)} There: "
                f"{', '.join(heads)}."
            )
        if len(heads[choices.sheet]) < 2:
            raise refuse_empty(f"{file}, {what} {choices.sheet}")
        return choices.sheet
    filled = [name for name, rows in heads.items() if len(rows) >= 2]
    if not filled:
        raise refuse_empty(file)
    known = [name for name in filled if max(map(count_known, heads[name])) >= 2]
    if len(known) == 1 or len(filled) == 1:
        return (known or filled)[0]
    raise TableError(
        f"{file}: {len(known or filled)} {what}s could be meant: {', '.join(known or filled)}. Repair: "
        f"name one in "
        f"columns.yaml, such as sheet: {(known or filled)[0]}."
    )


def _collect(
    rows: Iterable[Sequence[Any]],
    headers: tuple[str, ...],
    first: int,
    total: int,
    progress: Progress,
    file: str,
) -> Iterator[pd.DataFrame]:
    """Rows of cells as tables of text, part by part."""
    width, seen = len(headers), first
    iterator = iter(rows)
    while part := list(islice(iterator, PART)):
        for place, row in enumerate(part):
            if any(cell is not None and cell != "" for cell in row[width:]):
                raise TableError(
                    f"{file}: row {seen + place} has more cells than the {width} headers. Repair: give "
                    f"each column a "
                    "header, or empty what stands beside the table, in a copy."
                )
        cells = [[write_cell(cell) for cell in [*row[:width], *[None] * (width - len(row))]] for row in part]
        index = pd.RangeIndex(seen, seen + len(part))
        seen += len(part)
        progress(min((seen - first) / max(total, 1), 1.0))
        yield pd.DataFrame(cells, columns=list(headers), index=index, dtype=object)


def open_parquet(path: Path, choices: Choices) -> Source:
    """Open a Parquet file."""
    import pyarrow.parquet as pq

    try:
        opened = pq.ParquetFile(path)
        names, total = list(opened.schema_arrow.names), opened.metadata.num_rows
        opened.close()
    except Exception as error:  # pyarrow has an error of its own for each kind of damage
        raise TableError(
            f"{path.name} is no readable Parquet file ({type(error).__name__}). Export it again."
        ) from error
    if not total:
        raise refuse_empty(path.name)
    headers = name_headers(names, path.name)

    def read(progress: Progress) -> Iterator[pd.DataFrame]:
        with pq.ParquetFile(path) as file:
            rows = (
                row
                for batch in file.iter_batches(PART)
                for row in zip(*batch.to_pydict().values(), strict=True)
            )
            yield from _collect(rows, headers, 1, total, progress, path.name)

    return Source(path.name, "Parquet", headers, 1, read)


def open_sqlite(path: Path, choices: Choices) -> Source:
    """Open a table of a SQLite database, read-only."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(path.resolve().as_posix())}?mode=ro", uri=True)

    listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    return _open_database(path, choices, connect, listed, "SQLite")


def open_duckdb(path: Path, choices: Choices) -> Source:
    """Open a table of a DuckDB database, read-only."""
    try:
        duckdb = importlib.import_module("duckdb")  # an extra: most exports need no database
    except ImportError as error:
        raise TableError(
            f"{path.name} is a DuckDB file, and the package duckdb is not installed. Repair: pip install "
            f"duckdb, "
            "or export the table as Parquet."
        ) from error

    def connect() -> Any:
        return duckdb.connect(str(path), read_only=True)

    listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
    return _open_database(path, choices, connect, listed, "DuckDB")


def _open_database(path: Path, choices: Choices, connect: Any, listed: str, kind: str) -> Source:
    """Open the stated table of a database, or the only one whose headers are known."""

    def run(connection: Any, query: str) -> Any:
        return connection.cursor().execute(query)

    try:
        with closing(connect()) as database:
            names = [row[0] for row in run(database, listed).fetchall()]
            heads = {}
            for name in names:
                found = run(database, f"SELECT * FROM {_name(name)} LIMIT 2")
                rows = found.fetchall()
                heads[name] = [[column[0] for column in found.description], *map(list, rows)]
            chosen = _choose_table(path.name, heads, choices, "table")
            total = run(database, f"SELECT count(*) FROM {_name(chosen)}").fetchone()[0]
    except TableError:
        raise
    except Exception as error:  # of the database
        raise TableError(
            f"{path.name} is no readable {kind} file ({type(error).__name__}: {error})."
        ) from error
    headers = name_headers(heads[chosen][0], path.name)

    def read(progress: Progress) -> Iterator[pd.DataFrame]:
        with closing(connect()) as database:
            found = run(database, f"SELECT * FROM {_name(chosen)}")
            rows = iter(lambda: found.fetchmany(10_000), [])
            flat = (row for some in rows for row in some)
            yield from _collect(flat, headers, 1, total, progress, path.name)

    return Source(path.name, f"{kind}, table {chosen}", headers, 1, read)


def _name(table: str) -> str:
    """The name of a table as SQL quotes it."""
    return '"' + table.replace('"', '""') + '"'
