"""Files of text: encoding and separator are found, and the rows are read in parts."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from crmlib.imports.choices import Choices
from crmlib.imports.formats import (
    LOOKED_AT,
    PART,
    Progress,
    Source,
    find_headers,
    list_stated,
    name_headers,
    refuse_empty,
)
from crmlib.tables.errors import TableError

HEAD = 1_000_000  # bytes at the top, from which encoding and separator are told
SEPARATORS = (",", "\t", ";", "|")


def open_text(path: Path, choices: Choices) -> Source:
    """Open a file of text (CSV and its like) and find encoding, separator and headers."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    whole = len(head) < HEAD
    encoding = choices.encoding or find_encoding(head, path.name, whole=whole)
    text = _decode(head, encoding, path.name, whole=whole)
    lines = text.splitlines()[: LOOKED_AT * 4]
    separator = choices.separator or find_separator(lines)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))[:LOOKED_AT]
    place = find_headers(rows, list_stated(choices)) if rows else 0
    headers = name_headers(rows[place], path.name) if rows else ()
    if not headers:
        raise refuse_empty(path.name)

    def read(progress: Progress) -> Iterator[pd.DataFrame]:
        return _read_parts(path, headers, place, encoding, separator, progress)

    return Source(path.name, f"text, {encoding}", headers, place + 2, read)


def find_encoding(head: bytes, file: str, *, whole: bool) -> str:
    """utf-8-sig, utf-16 or gb18030 (what Excel writes in China); TableError if it is none of them.

    >>> find_encoding("会员".encode("gb18030"), "export.csv", whole=True)
    'gb18030'
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
        except UnicodeDecodeError as error:
            place = head[: error.start].count(b"\n") + 1
            continue
        if b"\x00" not in head:
            return encoding
    where = "it holds zero bytes" if b"\x00" in head else f"line {place} holds other bytes"
    raise TableError(
        f"{file}: the encoding is neither UTF-8 nor UTF-16 nor GB 18030 ({where}). Repair: save it as "
        '"CSV UTF-8", or name the encoding in columns.yaml, such as encoding: cp1252.'
    )


def _decode(head: bytes, encoding: str, file: str, *, whole: bool) -> str:
    """The first part of the file as text, without a half character at its end."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
    except LookupError as error:
        raise TableError(
            f"encoding is {encoding!r}, which does not exist. Try utf-8, gb18030 or cp1252."
        ) from error
    except UnicodeDecodeError as error:
        raise _refuse_bytes(file, encoding, error) from error
    return text.removeprefix("\ufeff")


def _refuse_bytes(file: str, encoding: str, error: UnicodeDecodeError) -> TableError:
    return TableError(
        f"{file}: bytes that are no {encoding} ({error.reason}). Repair: name the encoding in "
        f"columns.yaml, such as "
        'encoding: cp1252, or save the file as "CSV UTF-8".'
    )


def find_separator(lines: list[str]) -> str:
    """What stands between two columns: the sign that splits most lines into equally many parts.

    >>> find_separator(["卡号;日期;金额", "A1;2025-01-01;1,5", "A2;2025-01-02;2,5"])
    ';'
    """

    def rate(separator: str) -> tuple[int, int]:
        rows = [len(row) for row in csv.reader(lines[:LOOKED_AT], delimiter=separator) if row]
        width = max(set(rows), key=lambda n: (rows.count(n), n)) if rows else 1
        return (rows.count(width) if width > 1 else 0, width)

    return max(SEPARATORS, key=rate)


def _read_parts(
    path: Path, headers: tuple[str, ...], place: int, encoding: str, separator: str, progress: Progress
) -> Iterator[pd.DataFrame]:
    """The rows below the headers as text, part by part."""
    size, seen, width = max(path.stat().st_size, 1), 0, len(headers)
    with path.open("rb") as file:
        try:
            # a row that is too long would otherwise shift its cells: one column more finds it
            parts = pd.read_csv(
                file,
                sep=separator,
                encoding=encoding,
                header=None,
                names=[*headers, "\0spare"],
                skiprows=place + 1,
                chunksize=PART,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                index_col=False,
            )
            for part in parts:
                part.index = pd.RangeIndex(place + 2 + seen, place + 2 + seen + len(part))
                seen += len(part)
                _refuse_wide(part, path.name, width)
                progress(min(file.tell() / size, 1.0))
                yield part.drop(columns="\0spare")
        except UnicodeDecodeError as error:
            raise _refuse_bytes(path.name, encoding, error) from error
        except pd.errors.EmptyDataError as error:
            raise refuse_empty(path.name) from error
        except pd.errors.ParserError as error:
            words = " ".join(str(error).split())
            raise TableError(
                f"{path.name}: a row cannot be split ({words[:120]}). Repair: look for a quotation mark or a "
                "separator inside a cell; name another one in columns.yaml, such as separator: ';'."
            ) from error


def _refuse_wide(part: pd.DataFrame, file: str, width: int) -> None:
    """Refuse rows with more cells than there are headers."""
    wide = part["\0spare"].notna()
    if wide.any():
        raise TableError(
            f"{file}: row {part.index[wide][0]} has more cells than the {width} headers. Repair: put text "
            f"that holds "
            "the separator in quotation marks, or name another separator in columns.yaml."
        )
