"""Copies for Excel: the same content, Chinese intact, nothing of the reader's overwritten."""

import datetime

import openpyxl
import pandas as pd
import pytest

from crmlib.simulation.parameters import Simulated
from crmlib.simulation.writing import copies
from crmlib.simulation.writing.copies import write_copies
from crmlib.simulation.writing.export import write_firm
from crmlib.simulation.writing.files import ForeignFileError, check_folder
from crmlib.tables.dictionary import TABLES
from crmlib.tables.repairs import read_table_csv
from tests.simulation.writing.small_firm import NAMES, make_firm, read_bytes


def as_text(value, table, column):
    """A value as the CSV copy writes it."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    described = TABLES[table].columns[column]
    if described.type == "date":
        return value.strftime("%Y-%m-%d")
    if described.type == "datetime":
        return value.strftime("%Y-%m-%d %H:%M")
    return str(float(value)) if described.type == "number" else str(value)


def test_a_csv_copy_opens_in_excel_with_chinese_intact(folder):
    place = write_copies(folder, kind="csv", language="zh")
    raw = (place / "products.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, first = raw.decode("utf-8-sig").splitlines()[:2]
    assert header.startswith("商品编号,品类,英文名称,中文名称")
    assert "桂子面膜，旅行装" in first


@pytest.mark.parametrize("name", NAMES)
def test_csv_xlsx_and_parquet_hold_the_same(folder, name):
    table = make_firm().tables[name]
    written = {column: [as_text(value, name, column) for value in table[column]] for column in table}
    csv = write_copies(folder, kind="csv") / f"{name}.csv"
    from_csv = pd.read_csv(csv, encoding="utf-8-sig", keep_default_na=False, dtype=str)
    assert from_csv.to_dict("list") == written
    sheet = openpyxl.load_workbook(write_copies(folder, kind="xlsx") / f"{name}.xlsx", read_only=True)[name]
    header, *rows = sheet.iter_rows(values_only=True, max_col=len(table.columns))
    from_excel = {
        column: [as_text(row[place], name, column) for row in rows] for place, column in enumerate(header)
    }
    assert from_excel == written


@pytest.mark.parametrize("text", ["=1+1", "+86 10 1234", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_text_that_excel_would_run_is_marked_and_the_reader_is_told(tmp_path, kind, text):
    firm, told = make_firm(), []
    firm.tables["products"].loc[0, "name_en"] = text
    write_firm(firm, tmp_path)
    place = write_copies(tmp_path, kind=kind, progress=lambda share, words: told.append(words))
    assert told[-1] == "copied; 1 texts that begin like a formula are marked"
    path, text = place / f"products.{kind}", text.replace("\r", " ")
    if kind == "csv":
        assert pd.read_csv(path, dtype=str)["name_en"][0] == f"'{text}"
        assert read_table_csv(path, "products")["name_en"][0].lstrip("'") == text
    else:
        cell = openpyxl.load_workbook(path)["products"]["C2"]
        assert (cell.data_type, cell.value.replace("_x0009_", "\t")) == ("s", f"'{text}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_csv_copy_can_be_read_back_by_the_course(folder, language):
    place = write_copies(folder, kind="csv", language=language)
    table = read_table_csv(place / "receipts.csv", "receipts")
    pd.testing.assert_frame_equal(table, make_firm().tables["receipts"])


def test_dates_are_dates_for_excel_and_the_header_stays_in_sight(folder):
    place = write_copies(folder, kind="xlsx", language="zh")
    sheet = openpyxl.load_workbook(place / "members.xlsx")["members"]
    joined = sheet.cell(row=2, column=list(TABLES["members"].columns).index("joined_on") + 1)
    assert isinstance(joined.value, datetime.datetime)
    assert joined.number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].value == "客户编号"


def test_a_changed_copy_is_not_overwritten(folder):
    place = write_copies(folder, kind="csv")
    (place / "members.csv").write_text("my own analysis", encoding="utf-8")
    with pytest.raises(ForeignFileError, match=r"members\.csv"):
        write_copies(folder, kind="csv", language="zh")
    assert (place / "members.csv").read_text(encoding="utf-8") == "my own analysis"
    write_copies(folder, kind="csv", overwrite=True)
    assert check_folder(place) == []


def test_a_table_too_long_for_a_sheet_is_refused_before_anything_is_written(folder, monkeypatch):
    monkeypatch.setattr(copies, "SHEET_ROWS", 5)
    with pytest.raises(ValueError, match=r"holds 5 rows.*members \(5 rows\).*--copies csv"):
        write_copies(folder, kind="xlsx")
    assert not (folder / "copies" / "xlsx").exists()


def test_copies_of_an_empty_folder_say_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no table of a firm"):
        write_copies(tmp_path)


@pytest.mark.parametrize("wrong", [{"kind": "xls"}, {"language": "de"}])
def test_unknown_kind_or_language_is_refused(folder, wrong):
    with pytest.raises(ValueError, match="kind is csv or xlsx, language en or zh"):
        write_copies(folder, **wrong)


def test_the_truth_is_not_copied(folder):
    assert not [name for name in read_bytes(write_copies(folder)) if "truth" in name]


def test_progress_runs_from_nothing_to_all(folder):
    shares = []
    write_copies(folder, progress=lambda share, words: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_long_table_is_copied_in_slices_without_losing_a_row(folder, monkeypatch):
    whole = (write_copies(folder) / "members.csv").read_bytes()
    monkeypatch.setattr(copies, "ROWS_AT_ONCE", 2)
    shares = []
    place = write_copies(folder, progress=lambda share, words: shares.append(share))
    assert (place / "members.csv").read_bytes() == whole
    assert len(shares) == 1 + sum(-(-len(table) // 2) for table in make_firm().tables.values())


def test_an_empty_table_is_copied_with_its_header(tmp_path):
    empty = {"members": make_firm().tables["members"].head(0)}
    write_firm(Simulated(empty, {}), tmp_path)
    header = ",".join(TABLES["members"].columns)
    assert (write_copies(tmp_path) / "members.csv").read_text(encoding="utf-8-sig") == f"{header}\n"
