"""A firm of one's own: fewer tables; what is missing or damaged is said."""

import pytest

from crmlib.datasets.loaders import load_firm
from crmlib.imports.folder import write_folder
from crmlib.tables.errors import TableError
from crmlib.tables.examples import example_rows


@pytest.fixture
def folder(tmp_path):
    tables = {"receipts": [example_rows("receipts")[["receipt_id", "customer_id", "amount_cny"]]]}
    write_folder(tmp_path / "firm", tables, kept={}, texts={"import.md": ""})
    return tmp_path / "firm"


def test_only_the_tables_and_columns_that_are_there_are_loaded(folder):
    firm = load_firm(folder)
    assert firm.receipts.columns.tolist() == ["receipt_id", "customer_id", "amount_cny"]
    assert list(firm.tables()) == ["receipts"] and "members" not in dir(firm) and not hasattr(firm, "members")
    assert repr(firm) == f"Firm({folder.as_posix()!r})"


def test_a_missing_table_is_named_with_what_it_would_hold(folder):
    with pytest.raises(
        TableError, match=r"no table 'members' \(Members: one row is a holder .* It has: receipts\."
    ):
        load_firm(folder).members  # noqa: B018
    with pytest.raises(AttributeError, match="Did you mean 'members'"):
        load_firm(folder).membrs  # noqa: B018


def test_a_changed_file_is_found(folder):
    path = folder / "receipts.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(TableError, match="it is not the file that was written"):
        load_firm(folder).receipts  # noqa: B018
    path.unlink()
    with pytest.raises(FileNotFoundError, match="is missing"):
        load_firm(folder).receipts  # noqa: B018


def test_another_folder_is_no_firm(tmp_path, folder):
    with pytest.raises(FileNotFoundError, match="holds no imported firm"):
        load_firm(tmp_path)
    (folder / "tables.csv").write_text("table\nother\n", encoding="utf-8")
    with pytest.raises(TableError, match="damaged"):
        load_firm(folder)


def test_a_folder_and_a_seed_are_not_both_taken(folder):
    with pytest.raises(ValueError, match="Give one of them"):
        load_firm(folder, seed=7)
