"""The description of every table, read from `datasets/dictionary.csv`.

The dictionary is the one place where a table is listed and a column's type, unit, key, levels and range are
written down. Checks, loaders, descriptions, the data package and the cards are all made from it. Students
meet it through `describe_tables` and `describe_table`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.ground.files import COURSE

DATASETS = COURSE / "datasets"

# What the word in the dictionary's column `type` means for pandas. The first name is used where no value may
# be missing, the second where one may.
DTYPES = {
    "integer": ("int64", "Int64"),
    "number": ("float64", "float64"),
    "number32": ("float32", "float32"),
    "boolean": ("bool", "boolean"),
    "string": (pd.StringDtype(), pd.StringDtype()),
    "date": ("datetime64[us]", "datetime64[us]"),
    "datetime": ("datetime64[us]", "datetime64[us]"),
}


@dataclass(frozen=True)
class Column:
    """One column: what it means, in which unit, and which values it may hold."""

    name: str
    type: str
    unit: str
    key: tuple[str, ...]
    nullable: bool
    levels: tuple[str, ...]
    range: str
    label_en: str
    label_zh: str
    meaning_en: str
    meaning_zh: str

    @property
    def is_primary(self) -> bool:
        """True if the column identifies a row, alone or together with other such columns."""
        return "primary" in self.key

    @property
    def refers_to(self) -> tuple[str, str] | None:
        """Table and column that the values point to, such as ("members", "customer_id"), or None."""
        targets = [key for key in self.key if key != "primary"]
        if not targets:
            return None
        table, column = targets[0].rsplit(".", 1)
        return table, column

    @property
    def dtype(self) -> Any:
        """The pandas type in which the column is kept."""
        if self.type in ("category", "ordered"):
            return pd.CategoricalDtype(list(self.levels), ordered=self.type == "ordered")
        return DTYPES[self.type][int(self.nullable)]

    @property
    def expected(self) -> str:
        """Which numbers the column holds, such as "numbers in yuan, >=0"."""
        what, link = ("whole numbers", "of") if self.type == "integer" else ("numbers", "in")
        unit = f" {link} {self.unit}" if self.unit else ""
        return f"{what}{unit}{', ' + self.range if self.range else ''}"


@dataclass(frozen=True)
class Table:
    """One table: whose it is, what a row is, its columns in their order, and its keys."""

    name: str
    columns: dict[str, Column]
    firm: str
    title_en: str
    title_zh: str
    row_en: str
    row_zh: str

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the columns that identify a row."""
        return tuple(column.name for column in self.columns.values() if column.is_primary)

    @property
    def foreign_keys(self) -> dict[str, tuple[str, str]]:
        """Column → (table, column) for every column that points to another table."""
        return {
            column.name: column.refers_to for column in self.columns.values() if column.refers_to is not None
        }


def read_dictionary(folder: Path = DATASETS) -> dict[str, Table]:
    """Read the description of all tables; tables of the truth are called "truth.<name>".

    Args:
        folder: where tables.csv (one row a table) and dictionary.csv (one row a column) are.

    Raises:
        FileNotFoundError: a file is missing; the message says how to get it back.
        ValueError: the two files do not describe the same tables.

    >>> read_dictionary()["stores"].columns["competition"].levels
    ('low', 'medium', 'high')
    """
    tables = {row.pop("table"): row for row in _read_rows(folder / "tables.csv")}
    columns = [(row.pop("table"), _make_column(row)) for row in _read_rows(folder / "dictionary.csv")]
    different = set(tables) ^ {table for table, _ in columns}
    if different:
        raise ValueError(
            f"tables.csv and dictionary.csv do not describe the same tables: {', '.join(sorted(different))}. "
            "Describe each table in both, in the folder datasets."
        )
    return {
        name: Table(name, {column.name: column for table, column in columns if table == name}, **row)
        for name, row in tables.items()
    }


def _read_rows(path: Path) -> list[dict[str, str]]:
    """Read a description file, one dictionary a row."""
    if not path.exists():
        raise FileNotFoundError(
            f"The description of the tables, {path.name}, is not in {path.parent}. "
            "The course runs from its own folder: open it there, or restore the file with "
            f"`git checkout -- datasets/{path.name}`."
        )
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _make_column(row: dict[str, str]) -> Column:
    """Turn one row of the dictionary into a column; several keys or levels are separated by "|"."""
    return Column(
        name=row["column"],
        type=row["type"],
        unit=row["unit"],
        key=tuple(filter(None, row["key"].split("|"))),
        nullable=row["nullable"] == "yes",
        levels=tuple(filter(None, row["levels"].split("|"))),
        range=row["range"],
        label_en=row["label_en"],
        label_zh=row["label_zh"],
        meaning_en=row["meaning_en"],
        meaning_zh=row["meaning_zh"],
    )


TABLES: dict[str, Table] = read_dictionary()
FIRM_TABLES = tuple(name for name in TABLES if not name.startswith("truth."))
TRUTH_TABLES = tuple(name for name in TABLES if name.startswith("truth."))
