"""Repairs for what spreadsheets and exports do to a table: each returns a new frame and guesses nothing."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.amounts import LARGEST_ID, read_exactly
from crmlib.tables.check import check_description
from crmlib.tables.dates import OFFSET
from crmlib.tables.errors import TableError, get_table, list_values
from crmlib.tables.headers import BYTE_ORDER_MARKS, check_headers

# 1234, 1,234 and 1,234.50, with a currency sign before or after; a comma that is not followed by three digits
# may be a decimal comma and is refused. Full-width signs have been made plain before.
SIGN = "(?:¥|CNY|RMB|元|yuan)"
MONEY = re.compile(
    rf"^{SIGN}?\s*(-?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?)\s*{SIGN}?$", re.IGNORECASE
)
TRUTH_VALUES = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False}


def parse_dates(frame: pd.DataFrame, column: str, *, format: str, zone: str | None = None) -> pd.DataFrame:
    """Turn dates written as text into dates, by a stated format.

    Args:
        frame: any table.
        column: the column with the text; missing values stay missing.
        format: how the text is written, such as "%Y-%m-%d", "%d/%m/%Y %H:%M" or "ISO8601" for year-month-day
            with or without a time.
        zone: for text that ends in an offset from UTC, such as +08:00: the time zone in which the times shall
            be shown, such as "Asia/Shanghai".

    Returns:
        A new frame; the column holds local dates and times without a time zone.

    Raises:
        TableError: the column is missing, a row does not fit the format, or an offset stands without a stated
            zone or is missing with one.

    >>> frame = pd.DataFrame({"joined_on": ["03/04/2025", None]})
    >>> parse_dates(frame, "joined_on", format="%d/%m/%Y")["joined_on"].dt.month_name()[0]
    'April'
    """
    words = _get_text(frame, column).str.normalize("NFKC")
    found = [isinstance(word, str) and OFFSET.search(word) is not None for word in words]
    has_offset = pd.Series(found, index=words.index)
    if zone is None:
        _refuse_rows(
            words, has_offset, f"times without a time zone, or zone= stated (format {format!r})", column
        )
        dates = pd.to_datetime(words, format=format, errors="coerce")
    else:
        _refuse_rows(words, words.notna() & ~has_offset, "an offset such as +08:00 in every row", column)
        zoned = pd.to_datetime(words, format=format, errors="coerce", utc=True)
        dates = zoned.dt.tz_convert(zone).dt.tz_localize(None)
    _refuse_rows(words, words.notna() & dates.isna(), f"text in the format {format!r}", column)
    return frame.assign(**{column: dates.astype("datetime64[us]")})


def drop_time_zone(frame: pd.DataFrame, column: str, *, zone: str) -> pd.DataFrame:
    """Turn times with time zones, also with several, into local times of one zone.

    Args:
        frame: any table.
        column: the column with the times; times without a zone are taken as local times of `zone` already.
        zone: the zone in which the times shall be shown, such as "Asia/Shanghai".

    Returns:
        A new frame; the column holds local times without a time zone.

    Raises:
        TableError: the column is missing.

    >>> times = pd.DataFrame({"opened_at": pd.to_datetime(["2025-03-01 02:00+00:00"])})
    >>> drop_time_zone(times, "opened_at", zone="Asia/Shanghai")["opened_at"].dt.hour.tolist()
    [10]
    """
    times = (None if pd.isna(value) else pd.Timestamp(value) for value in _get_column(frame, column))
    local = [
        time if time is None or time.tzinfo is None else time.tz_convert(zone).tz_localize(None)
        for time in times
    ]
    return frame.assign(**{column: pd.Series(local, index=frame.index, dtype="datetime64[us]")})


def parse_numbers(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Turn numbers written as text into numbers; currency signs and thousands commas are dropped.

    Args:
        frame: any table.
        column: the column with the text, also with full-width digits; missing values stay missing.

    Returns:
        A new frame; the column holds floats, or whole numbers (Int64) where they are too long for floats:
        ids are kept digit by digit.

    Raises:
        TableError: the column is missing, or a row is no number. "12,5" is refused, because the comma could
            separate thousands or decimals; so is a number with more digits than can be kept.

    >>> frame = pd.DataFrame({"amount_cny": ["¥1,250.50", "30 元", None]})
    >>> parse_numbers(frame, "amount_cny")["amount_cny"].tolist()
    [1250.5, 30.0, nan]
    """
    words = _get_text(frame, column)
    plain = words.str.normalize("NFKC").str.strip().str.replace(rf"^-{SIGN}\s*", "-", case=False, regex=True)
    digits = plain.str.extract(MONEY)[0].str.replace(",", "")
    _refuse_rows(words, words.notna() & digits.isna(), "numbers such as 1234.5, ¥1,234.50, -30 元", column)
    numbers = digits.astype("float64")
    long = (numbers.abs() >= 2**53).fillna(False)
    if not long.any():
        return frame.assign(**{column: numbers.to_numpy(dtype="float64", na_value=np.nan)})
    whole = [None if pd.isna(word) else read_exactly(Decimal(word)) for word in digits]
    kept = [one is None or (isinstance(one, int) and abs(one) <= LARGEST_ID) for one in whole]
    _refuse_rows(words, ~pd.Series(kept, index=words.index), "whole numbers of at most 18 digits", column)
    return frame.assign(**{column: pd.array(whole, dtype="Int64")})


def translate_headers(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Replace the Chinese or English labels of a table's columns by the column names.

    A byte order mark and blanks around a header are dropped as well; unknown headers are kept.

    Args:
        frame: the table with labels as headers.
        name: a name in TABLES, such as "surveys".

    Returns:
        A new frame with the same rows.

    >>> translate_headers(pd.DataFrame({"门店编号": [1], "Tills": [3]}), "stores").columns.tolist()
    ['store_id', 'tills']
    """
    names = {
        label: column.name
        for column in get_table(name).columns.values()
        for label in (column.label_zh, column.label_en)
    }
    plain = [_strip_mark(str(header)) for header in frame.columns]
    return frame.set_axis([names.get(header, header) for header in plain], axis="columns")


def read_table_csv(
    path: str | Path,
    name: str,
    *,
    date_format: str = "ISO8601",
    time_format: str = "ISO8601",
    separator: str = ",",
) -> pd.DataFrame:
    """Read a table from a CSV file, also from one that Excel has saved, and check it.

    Handled without asking: a byte order mark; the encodings UTF-8, UTF-16 and GB 18030 (what Excel writes in
    China); Chinese or English labels as headers; currency signs and thousands commas; TRUE, FALSE, 是, 否.

    Args:
        path: the file.
        name: a name in TABLES, such as "receipts".
        date_format: how dates are written; "ISO8601" is year-month-day or year/month/day.
        time_format: how dates with times are written.
        separator: what stands between two columns; ";" or a tab in some exports.

    Returns:
        The table in its described types. Laws between columns and between tables are checked by
        `check_table` and `check_firm`.

    Raises:
        FileNotFoundError: there is no such file.
        TableError: the first problem found.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "exits.csv"
    ...     lines = ["客户编号,访谈日期,自述原因", "100001,2025-03-01,moved"]
    ...     _ = path.write_text(chr(10).join(lines), encoding="utf-8-sig")
    ...     read_table_csv(path, "exits")
       customer_id   asked_on stated_reason
    0       100001 2025-03-01         moved
    """
    table = get_table(name)
    text = io.StringIO(_decode(Path(path).read_bytes()))
    frame = pd.read_csv(text, sep=separator, dtype="object", keep_default_na=False, na_values=[""])
    frame = translate_headers(frame, name)
    check_headers(frame, table)
    for column in table.columns.values():
        if column.type in ("integer", "number", "number32"):
            frame = parse_numbers(frame, column.name)
        elif column.type == "string":  # copies for Excel mark with an apostrophe what it would run
            frame[column.name] = frame[column.name].str.replace(r"^'(?=[=+\-@\t\r\n])", "", regex=True)
        elif column.type == "boolean":
            words = frame[column.name].str.strip().str.casefold()
            frame[column.name] = words.map(TRUTH_VALUES).where(words.isin(TRUTH_VALUES), frame[column.name])
        elif column.type in ("date", "datetime"):
            pattern = date_format if column.type == "date" else time_format
            frame = parse_dates(frame, column.name, format=pattern)
    return check_description(frame, name)


def _decode(content: bytes) -> str:
    """Turn the bytes of a CSV file into text; UTF-8 with or without mark, UTF-16 with mark, else GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _strip_mark(header: str) -> str:
    """Drop a byte order mark and blanks around a header."""
    for mark in BYTE_ORDER_MARKS:
        header = header.removeprefix(mark)
    return header.strip()


def _get_column(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Return a column, or raise a TableError that lists the columns."""
    if column not in frame.columns:
        raise TableError(f"There is no column {column!r}. Columns: {', '.join(map(str, frame.columns))}.")
    return frame[column]


def _get_text(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Return a column of text; numbers and dates among it are a mistake."""
    values = _get_column(frame, column)
    other = values.notna() & ~values.map(lambda value: isinstance(value, str)).astype(bool)
    _refuse_rows(values, other, "text (this column needs no repair of this kind)", column)
    return values.astype("object").where(values.notna(), None).astype("string")


def _refuse_rows(values: pd.Series[Any], wrong: pd.Series[Any], expected: str, column: str) -> None:
    """Raise a TableError if a row is wrong; rows are named by their index, as no table is known here."""
    rows = values[wrong.to_numpy(dtype=bool)]
    if len(rows):
        raise TableError(
            f"{column}: {len(rows):,} of {len(values):,} rows {'is' if len(rows) == 1 else 'are'} wrong.\n"
            f"  First rows: index {', '.join(map(str, rows.index[:5]))}\n"
            f"  Expected: {expected}\n"
            f"  Found: {list_values(rows)}\n"
            f"  Repair: correct these rows, or state what they are."
        )
