"""Copies of a firm's tables for people who work in Excel: CSV that it reads rightly, or workbooks."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import pandas as pd

from crmlib.simulation.parameters import Progress
from crmlib.simulation.writing.files import stage
from crmlib.tables.check import conform
from crmlib.tables.dictionary import TABLES, Column

Kind = Literal["csv", "xlsx"]
Language = Literal["en", "zh"]
ROWS_AT_ONCE = 20_000
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what begins with one of these, Excel runs
SHEET_ROWS = 1_048_576  # of a sheet in Excel, the header included


def write_copies(
    folder: Path | str,
    *,
    kind: Kind = "csv",
    to: Path | str | None = None,
    language: Language = "en",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write a copy of each table of a firm that Excel opens with a double click, and return their folder.

    folder: the firm, as written by `write_firm` or `write_firm_in_chunks`; its truth is not copied. kind:
    csv (UTF-8 with byte order mark, so that Excel shows Chinese) or xlsx (one workbook a table). to: where
    the copies go, by default the folder `copies/csv` or `copies/xlsx` in the firm's own. language: en heads
    the columns with the names used in the course, zh with the Chinese labels of the dictionary. Excel runs a
    text that begins with = + - @, a tab or a line end as a formula; such texts are marked with an apostrophe
    before them, and the last message to progress says how many. Raises
    FileNotFoundError if the folder holds no table, ValueError for an unknown kind or language and for
    tables that do not fit into a sheet, ForeignFileError for copies that were changed since.
    """
    if kind not in ("csv", "xlsx") or language not in ("en", "zh"):
        raise ValueError(
            f"write_copies: kind is csv or xlsx, language en or zh; found {kind!r} and {language!r}."
        )
    folder = Path(folder)
    sources = _find_tables(folder)
    rows = {name: _count_rows(path) for name, path in sources.items()}
    if kind == "xlsx":
        _refuse_long(rows)
    target = folder / "copies" / kind if to is None else Path(to)
    with stage(target, overwrite=overwrite) as staging:
        done, marked, write = 0, 0, _write_csv if kind == "csv" else _write_xlsx
        for name, path in sources.items():
            report = _make_reporter(progress, f"copying {name}", done, sum(rows.values()))
            marked += write(name, _read_slices(path, report), staging / f"{name}.{kind}", language)
            done += rows[name]
    if progress is not None:
        progress(1.0, f"copied; {marked} texts that begin like a formula are marked" if marked else "copied")
    return target


def _find_tables(folder: Path) -> dict[str, Path]:
    """Table → its file, or the folder of its parts."""
    places = {name: (folder / f"{name}.parquet", folder / name) for name in TABLES if "." not in name}
    found = {name: next((path for path in paths if path.exists()), None) for name, paths in places.items()}
    sources = {name: path for name, path in found.items() if path is not None}
    if not sources:
        raise FileNotFoundError(
            f"{folder} holds no table of a firm. Write one there first: crm data --folder ..."
        )
    return sources


def _list_parts(path: Path) -> list[Path]:
    return sorted(path.glob("part-*.parquet")) if path.is_dir() else [path]


def _count_rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(part).num_rows for part in _list_parts(path))


def _make_reporter(progress: Progress | None, words: str, before: int, total: int) -> Callable[[int], None]:
    """A function that tells, for the rows done of this table, the share of all rows."""
    return lambda rows: None if progress is None else progress((before + rows) / max(total, 1), words)


def _read_slices(path: Path, report: Callable[[int], None]) -> Iterator[pd.DataFrame]:
    """The rows of a table, some thousands at a time; at least one slice, even of an empty table."""
    done = 0
    for part in _list_parts(path):
        table = pd.read_parquet(part)
        for first in range(0, max(len(table), 1), ROWS_AT_ONCE):
            report(done)
            yield table.iloc[first : first + ROWS_AT_ONCE]
            done += min(ROWS_AT_ONCE, len(table) - first)


def _refuse_long(rows: dict[str, int]) -> None:
    """Stop before hours of writing if a table is longer than a sheet."""
    long = [f"{name} ({count:,} rows)" for name, count in rows.items() if count >= SHEET_ROWS]
    if long:
        raise ValueError(
            f"A sheet of Excel holds {SHEET_ROWS:,} rows with the header; too long: {', '.join(long)}. "
            "Nothing was written. Write CSV instead (--copies csv), or make a smaller firm (--members)."
        )


def _headers(name: str, language: Language) -> list[str]:
    columns = TABLES[name].columns.values()
    return [column.name if language == "en" else column.label_zh for column in columns]


def _mark_formulas(table: pd.DataFrame, name: str) -> int:
    """Put an apostrophe before texts that Excel would run as a formula; return how many there were.

    Line ends inside a text become blanks: they would break a row of a CSV file in two.
    """
    marked = 0
    for column in TABLES[name].columns.values():
        if column.type == "string":
            runs = table[column.name].str.startswith(FORMULAS).fillna(False).astype(bool)
            texts = table[column.name].mask(runs, "'" + table[column.name])
            table[column.name] = texts.str.replace(r"[\r\n]+", " ", regex=True)
            marked += int(runs.sum())
    return marked


def _write_csv(name: str, parts: Iterable[pd.DataFrame], path: Path, language: Language) -> int:
    """Dates as 2025-03-01, times as 2025-03-01 14:05, missing values empty, yes and no as True and False."""
    marked = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        header: list[str] | bool = _headers(name, language)
        for part in parts:
            table = conform(part, name)
            marked += _mark_formulas(table, name)
            for column in TABLES[name].columns.values():
                if column.type in _TIME_FORMATS:
                    table[column.name] = table[column.name].dt.strftime(_TIME_FORMATS[column.type])
            table.to_csv(file, index=False, header=header, lineterminator="\n")
            header = False
    return marked


_TIME_FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M"}


def _write_xlsx(name: str, parts: Iterable[pd.DataFrame], path: Path, language: Language) -> int:
    """One sheet with a frozen header; dates are dates for Excel."""
    import openpyxl

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append(_headers(name, language))
    marked = 0
    for part in parts:
        table = conform(part, name)
        marked += _mark_formulas(table, name)
        columns = [_to_cells(table[column.name], column) for column in TABLES[name].columns.values()]
        for row in zip(*columns, strict=True):
            sheet.append(row)
    workbook.save(path)
    return marked


def _to_cells(values: pd.Series, column: Column) -> list[str | float | bool | datetime.date | None]:
    """Values as Excel takes them: dates without a time of day, missing values as empty cells."""
    cells = values.astype(object).where(values.notna(), None).tolist()
    if column.type == "date":
        return [cell.date() if cell is not None else None for cell in cells]
    if column.type == "datetime":
        return [cell.to_pydatetime() if cell is not None else None for cell in cells]
    return cells
