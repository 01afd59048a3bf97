"""How an imported firm is written: Parquet tables, their dictionary, kept numbers, the account, checksums."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping
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


def check_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[pd.DataFrame, Table]]:
    """Each table held against its description, with the usual messages; name → (table, description)."""
    checked = {}
    for name, frame in tables.items():
        described = describe_table(name, list(frame.columns))
        taken = take_columns(frame, described, list(frame.columns), unique=described.primary_key)
        checked[name] = (taken, described)
    return checked


def write_folder(
    folder: Path,
    tables: Mapping[str, tuple[pd.DataFrame, Table]],
    *,
    kept: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    overwrite: bool = False,
) -> None:
    """Write a firm in one step: a crash leaves the old folder, or none.

    kept: name → which number stands for which word of the export. texts: name of a file → its content.
    Raises TableError if something else lies in the folder, or if it may not be overwritten.
    """
    refuse_folder(folder, overwrite=overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as unfinished:
        draft = Path(unfinished) / "firm"
        draft.mkdir()
        for name, (frame, _) in tables.items():
            frame.to_parquet(draft / f"{name}.parquet", index=False)
        descriptions = [described for _, described in tables.values()]
        write_file(draft / "tables.csv", _write_tables(descriptions))
        write_file(draft / "dictionary.csv", _write_dictionary(descriptions))
        for name, frame in kept.items():
            (draft / KEPT).mkdir(exist_ok=True)
            frame.to_csv(draft / KEPT / f"{name}.csv", index=False, encoding="utf-8-sig")
        for name, text in texts.items():
            write_file(draft / name, text)
        sums = [f"{measure_file(draft / f'{name}.parquet')}  {name}.parquet\n" for name in tables]
        write_file(draft / CHECKSUMS, "".join(sums))
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)


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
