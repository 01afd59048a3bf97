"""How an imported firm is written: Parquet tables, their dictionary, kept numbers, the account, checksums."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pandas as pd

from crmlib.ground.checksums import CHECKSUMS, measure_file
from crmlib.ground.files import write_file
from crmlib.tables.dictionary import TABLES, Column, Table
from crmlib.tables.errors import TableError
from crmlib.tables.take import take_columns

MARK = "import.md"  # the account; a folder that has one was written by an import
COLUMNS = "columns.yaml"
KEPT = "kept"
MAY_BE_MISSING = {"receipts": {"store_id"}, "returns": {"receipt_id"}}
OTHER_FIRM = "own"


def describe_table(name: str, columns: list[str]) -> Table:
    """The description of a table of which only some columns are there.

    >>> described = describe_table("receipts", ["receipt_id", "store_id"])
    >>> list(described.columns), described.columns["store_id"].nullable
    (['receipt_id', 'store_id'], True)
    """
    full, optional = TABLES[name], MAY_BE_MISSING.get(name, ())
    narrow = {
        column: replace(full.columns[column], nullable=full.columns[column].nullable or column in optional)
        for column in columns
    }
    return replace(full, columns=narrow, firm=OTHER_FIRM)


def write_folder(
    folder: Path,
    tables: Mapping[str, Iterable[pd.DataFrame]],
    *,
    kept: Mapping[str, Iterable[pd.DataFrame]],
    texts: Mapping[str, str],
    overwrite: bool = False,
) -> None:
    """Write a firm in one step: a crash leaves the old folder, or none.

    tables: name → its parts, of which each is held against the description before it is written. kept: name →
    parts of the table that says which number stands for which word of the export. texts: name of a file → its
    content. Raises TableError if a table does not fit, if something else lies in the folder, or if it may not
    be overwritten.
    """
    refuse_folder(folder, overwrite=overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as unfinished:
        draft = Path(unfinished) / "firm"
        draft.mkdir()
        descriptions = [
            _write_parts(draft / f"{name}.parquet", name, parts) for name, parts in tables.items()
        ]
        write_file(draft / "tables.csv", _write_tables(descriptions))
        write_file(draft / "dictionary.csv", _write_dictionary(descriptions))
        for name, parts in kept.items():
            (draft / KEPT).mkdir(exist_ok=True)
            with (draft / KEPT / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                for place, part in enumerate(parts):
                    part.to_csv(file, index=False, header=not place)
        for name, text in texts.items():
            write_file(draft / name, text)
        sums = [f"{measure_file(draft / f'{name}.parquet')}  {name}.parquet\n" for name in tables]
        write_file(draft / CHECKSUMS, "".join(sums))
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)


def _write_parts(path: Path, name: str, parts: Iterable[pd.DataFrame]) -> Table:
    """Write a table part by part, each checked with the usual messages; return its description."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with ExitStack() as opened:
        writer = None
        for part in parts:
            described = describe_table(name, list(part.columns))
            taken = take_columns(part, described, list(part.columns), unique=described.primary_key)
            rows = pa.Table.from_pandas(taken, preserve_index=False)
            if writer is None:
                writer = opened.enter_context(pq.ParquetWriter(path, rows.schema))
            writer.write_table(rows)
    return described


def refuse_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse to write where something else lies, or an import that the reader did not give up."""
    if folder.is_file():
        raise TableError(f"{folder} is a file. Give the name of a folder, such as --out myshop.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).exists():
        raise TableError(f"{folder} holds other files. Give the name of a new folder, such as --out myshop.")
    if not overwrite:
        raise TableError(f"{folder} holds an earlier import. Add --overwrite, or give another folder.")


def _write_tables(tables: list[Table]) -> str:
    """The content of tables.csv."""
    names = ["table", "firm", "title_en", "title_zh", "row_en", "row_zh"]
    rows = [[one.name, one.firm, one.title_en, one.title_zh, one.row_en, one.row_zh] for one in tables]
    return _write_csv(names, rows)


def _write_dictionary(tables: list[Table]) -> str:
    """The content of dictionary.csv."""
    names = ["table", "column", "type", "unit", "key", "nullable", "levels", "range"]
    names += ["label_en", "label_zh", "meaning_en", "meaning_zh"]
    rows = [_describe_row(table, one) for table in tables for one in table.columns.values()]
    return _write_csv(names, rows)


def _describe_row(table: Table, one: Column) -> list[str]:
    """A row of dictionary.csv."""
    what = [table.name, one.name, one.type, one.unit, "|".join(one.key), "yes" if one.nullable else "no"]
    words = [one.label_en, one.label_zh, one.meaning_en, one.meaning_zh]
    return [*what, "|".join(one.levels), one.range, *words]


def _write_csv(names: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([names, *rows])
    return text.getvalue()
