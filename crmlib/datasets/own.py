"""The tables of a firm that `crm import` has written: fewer tables, each with the columns that it has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from crmlib.ground.checksums import measure_file, read_checksums
from crmlib.tables.dictionary import TABLES, Table, read_dictionary
from crmlib.tables.errors import TableError
from crmlib.tables.take import take_columns

REPAIR = "import the export once more: crm import FILE --out FOLDER --overwrite"


class MissingTableError(TableError, AttributeError):
    """A firm of one's own does not have the table; the message says what it would hold and what there is."""

    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(
            f"This firm has no table {name!r} ({TABLES[name].title_en}: one row is {TABLES[name].row_en}). "
            f"It has: {', '.join(there)}. What needs {name} cannot be computed from its export."
        )


def list_own_tables(folder: Path) -> dict[str, Table]:
    """The tables that lie in the folder of an import: name → description.

    Raises FileNotFoundError if it is no such folder, TableError if its description is damaged.
    """
    if not (folder / "dictionary.csv").exists():
        raise FileNotFoundError(
            f"{folder} holds no imported firm. Write one with `crm import FILE --out {folder}` in a terminal."
        )
    try:
        described = read_dictionary(folder)
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise TableError(f"{folder}: dictionary.csv or tables.csv is damaged. Repair: {REPAIR}.") from error
    unknown = [name for name in described if name not in TABLES]
    if unknown:
        raise TableError(f"{folder}: unknown tables: {', '.join(unknown)}. Repair: {REPAIR}.")
    return described


def read_own_table(folder: Path, table: Table) -> pd.DataFrame:
    """Read a table of an imported firm in its described types.

    Raises FileNotFoundError if the file is missing, TableError if it is damaged or was changed.
    """
    name = f"{table.name}.parquet"
    path = folder / name
    if not path.exists():
        raise FileNotFoundError(f"The file {path} is missing. Repair: {REPAIR}.")
    try:
        sums = read_checksums(folder).get(name)
        if sums and measure_file(path) not in sums:
            raise ValueError("it is not the file that was written")
        return take_columns(pd.read_parquet(path), table, list(table.columns))
    except Exception as error:  # whatever a reader stumbles over, the file is not as it should be
        raise TableError(
            f"The file {path} is damaged or does not fit its description ({error}). Repair: {REPAIR}."
        ) from error
