"""How the headers of a frame are held against the described column names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import pandas as pd

from crmlib.tables.dictionary import Table
from crmlib.tables.errors import TableError

BYTE_ORDER_MARKS = ("\ufeff", "ï»¿")  # the mark itself, and how it looks when read in the wrong encoding


def check_headers(frame: pd.DataFrame, table: Table) -> None:
    """Refuse a frame whose headers are not the described column names; further columns are allowed.

    Raises:
        TypeError: the argument is no DataFrame.
        TableError: byte order mark, Chinese or English labels, doubled, misspelt or missing columns.

    >>> from crmlib.tables.dictionary import TABLES
    >>> check_headers(pd.DataFrame(columns=["customer_id", "askedon", "stated_reason"]), TABLES["exits"])
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: exits: misspelt columns: 'askedon' looks like 'asked_on'. ...
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{table.name}: expected a pandas DataFrame, found {type(frame).__name__}.")
    if frame.columns.nlevels > 1:
        raise TableError(
            f"{table.name}: the columns have {frame.columns.nlevels} levels, expected one name a column. "
            "Repair: frame.columns = frame.columns.get_level_values(-1), or the level that holds the names."
        )
    headers = [str(header) for header in frame.columns]
    _refuse_export_headers(headers, table)
    doubled = sorted({header for header in headers if headers.count(header) > 1})
    if doubled:
        raise TableError(
            f"{table.name}: columns {doubled} occur more than once. Expected: every column once. "
            "Repair: frame.loc[:, ~frame.columns.duplicated()] keeps the first of each."
        )
    missing = [name for name in table.columns if name not in headers]
    spare = [header for header in headers if header not in table.columns]
    misspelt = {near[0]: name for name in missing if (near := _find_similar(name, spare))}
    if misspelt:
        pairs = ", ".join(f"{wrong!r} looks like {right!r}" for wrong, right in misspelt.items())
        raise TableError(
            f"{table.name}: misspelt columns: {pairs}. Repair: frame.rename(columns={misspelt})."
        )
    if missing:
        raise TableError(
            f"{table.name}: missing columns: {', '.join(missing)}. Expected: {', '.join(table.columns)}. "
            f"Found: {', '.join(headers)}. Repair: add the missing columns, or load them from the file again."
        )


def _refuse_export_headers(headers: Sequence[str], table: Table) -> None:
    """Refuse what a spreadsheet export does to headers: a byte order mark, or labels instead of names."""
    marked = [header for header in headers if header.startswith(BYTE_ORDER_MARKS)]
    if marked:
        raise TableError(
            f"{table.name}: the header {marked[0]!r} begins with a byte order mark, as in CSV files saved "
            f'by Excel. Repair: read the file with read_table_csv(path, "{table.name}"), or with '
            'pd.read_csv(path, encoding="utf-8-sig").'
        )
    names = {label: c.name for c in table.columns.values() for label in (c.label_zh, c.label_en)}
    labels = [header for header in headers if header.strip() in names and header not in table.columns]
    if labels:
        pairs = ", ".join(f"{label} is {names[label.strip()]}" for label in labels[:5])
        raise TableError(
            f"{table.name}: {len(labels)} headers are labels, not column names: {pairs}. "
            f'Repair: translate_headers(frame, "{table.name}").'
        )


def _find_similar(name: str, candidates: Sequence[str]) -> list[str]:
    """Return the candidate that is most like the name, ignoring case, blanks and hyphens; at most one."""
    plain = {re.sub(r"[\s\-]+", "_", c.strip().casefold()): c for c in candidates}
    return [plain[match] for match in difflib.get_close_matches(name, list(plain), n=1, cutoff=0.75)]
