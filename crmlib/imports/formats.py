"""Which kind of file an export is, by its content and not by its name, and where its table begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlib.imports.choices import Choices
from crmlib.imports.meanings import list_words, plain
from crmlib.tables.errors import TableError

PART = 100_000  # rows that are in memory at one time
LOOKED_AT = 30  # rows at the top, among which the headers are searched
GB = 1_000_000_000
ROW_BYTES = 700  # of memory for a row of a workbook
Progress = Callable[[float], None]  # is told which share of the file has been read


@dataclass(frozen=True)
class Source:
    """An export that has been opened: its headers, and its rows as text, part by part.

    first_row: number in the file of the first row below the headers. read: the parts as tables of text, with
    the number of the row in the file as index; missing cells are missing. in_parts: whether the file itself
    may be larger than the memory; a workbook may not.
    """

    name: str
    kind: str
    headers: tuple[str, ...]
    first_row: int
    read: Callable[[Progress], Iterator[pd.DataFrame]]
    in_parts: bool = True


def find_kind(path: Path) -> str:
    """text, xlsx, parquet, sqlite or duckdb; TableError for what is none of these, with a way out."""
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}. Look at its name and folder.")
    if path.is_dir():
        raise TableError(f"{path} is a folder, expected one file: xlsx, csv, parquet, sqlite or duckdb.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise TableError(
            f"{path.name} cannot be read ({error.strerror}). Close it elsewhere, or copy it."
        ) from error
    if not head.strip():
        raise TableError(f"{path.name} is empty. Export it once more.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name} is an Excel file of the old kind (.xls), or one with a password. Repair: open "
            f"it in Excel "
            "or LibreOffice and save it as .xlsx without a password."
        )
    if head.lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table")):
        raise TableError(
            f"{path.name} is a web page, whatever its name says. Repair: open it in Excel or LibreOffice and "
            "save it as .xlsx or .csv."
        )
    marks = ((b"PK\x03\x04", "xlsx"), (b"PAR1", "parquet"), (b"SQLite format 3\x00", "sqlite"))
    kinds = [kind for mark, kind in marks if head.startswith(mark)]
    return kinds[0] if kinds else "duckdb" if head[8:12] == b"DUCK" else "text"


def open_source(path: Path, choices: Choices) -> Source:
    """Open an export, whatever it is, and find its headers. The file itself is only read.

    Raises FileNotFoundError, or TableError for an unreadable, empty or unknown file.
    """
    kind = find_kind(path)
    if kind == "text":
        from crmlib.imports.text import open_text

        return open_text(path, choices)
    from crmlib.imports import books

    openers = {
        "xlsx": books.open_workbook,
        "parquet": books.open_parquet,
        "sqlite": books.open_sqlite,
        "duckdb": books.open_duckdb,
    }
    return openers[kind](path, choices)


def count_known(cells: Sequence[object]) -> int:
    """How many meanings the words of a row name, were it the row of headers.

    >>> count_known(["会员卡号", "金额", None, "x"])
    2
    """
    words = {plain(cell) for cell in cells if isinstance(cell, str)}
    return sum(any(words & line for line in lines) for lines in list_words().values())


def find_headers(rows: Sequence[Sequence[object]], stated: Sequence[str] = ()) -> int:
    """The place of the row of headers: tills print titles and dates above it.

    rows: the first rows of the file. stated: headers that the reader names. The row with most known words is
    taken, and the first one with words if no row has two.

    >>> find_headers([["8月销售明细"], ["会员卡号", "日期", "金额"], ["A1", "2025-08-01", "35"]])
    1
    """
    wanted = {plain(header) for header in stated}
    scores = [
        count_known(row) + 10 * len(wanted & {plain(cell) for cell in row if isinstance(cell, str)})
        for row in rows
    ]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    return next((place for place, row in enumerate(rows) if any(cell not in (None, "") for cell in row)), 0)


def name_headers(cells: Sequence[object], file: str) -> tuple[str, ...]:
    """The headers as text; empty ones are called after their place, doubled ones are refused.

    >>> name_headers(["卡号", None, "金额", None], "export.csv")
    ('卡号', 'column 2', '金额', 'column 4')
    """
    names = [
        str(cell).removeprefix("\ufeff").strip() if cell not in (None, "") else f"column {place}"
        for place, cell in enumerate(cells, start=1)
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        places = [str(place) for place, name in enumerate(names, start=1) if name == twice[0]]
        raise TableError(
            f"{file}: the header {twice[0]!r} stands above columns {', '.join(places)}. Repair: give each "
            f"column "
            "a header of its own, in a copy of the export."
        )
    return tuple(names)


def list_stated(choices: Choices) -> list[str]:
    """The headers that the reader names in columns.yaml."""
    return [
        str(one)
        for value in choices.columns.values()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]


def refuse_empty(file: str) -> TableError:
    """The error for a table without rows."""
    return TableError(f"{file}: no row stands below the headers. Export it once more, or name another sheet.")


def refuse_large(file: str, rows: int, share: float) -> None:
    """Refuse a workbook that will not fit, before more than its first part is read.

    rows: of the first part. share: of the file that they are. Raises TableError with rows, memory and repair.

    >>> refuse_large("export.xlsx", 1_000, 1.0)
    """
    total = rows / share if share > 0 else rows
    needed, free = total * ROW_BYTES, find_free()
    if needed > free:
        raise TableError(
            f"{file} has about {total / 1e6:,.1f} million rows; a workbook needs about {needed / GB:,.1f} "
            f"GB of memory for them, and {free / GB:,.1f} GB are free. Repair: export it as CSV, which is "
            "read in parts."
        )


def find_free() -> int:
    """The bytes of memory that programs can still have."""
    import psutil

    return int(psutil.virtual_memory().available)
