"""What cannot be read is refused with one message: which file, which place, what to do."""

from __future__ import annotations

import sqlite3

import pytest

from crmlib.imports.choices import Choices, read_choices
from crmlib.imports.folder import write_folder
from crmlib.imports.reading import propose
from crmlib.tables.errors import TableError

HEAD = "会员卡号,下单时间,实付金额,订单编号\n"
GOOD = "A,2025-01-01,10,r1\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "export.csv is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"old kind \(.xls\), or one with a password"),
        (b"<html><table><tr><td>1", "is a web page"),
        (b"PK\x03\x04 damaged", "no readable Excel file"),
        (b"PAR1 damaged", "no readable Parquet file"),
        (b"SQLite format 3\x00 damaged", "no readable SQLite file"),
        (
            HEAD.encode() + b"A,2025-01-01,10,caf\xe9 \xff\xff\n",
            "neither UTF-8 nor UTF-16 nor GB 18030 .line 2",
        ),
        (HEAD.encode(), "no row stands below the headers"),
        ((HEAD + "A,2025-01-01,1,250,r1\n").encode(), "row 2 has more cells than the 4 headers"),
        ("卡号,日期,日期\nA,2025-01-01,3\n".encode(), "header '日期' stands above columns 2, 3"),
        (
            "日期,金额\n2025-01-01,3\n".encode(),
            "No column for customer_id. Headers of the export: 日期, 金额",
        ),
        (
            "会员卡号,会员编号,日期,金额\nA,B,2025-01-01,3\n".encode(),
            r"'会员卡号' \(column 1\), '会员编号' \(column 2\)",
        ),
        (
            (HEAD + "A,2025-01-01,10,r1\nB,03/02/2025,5,r2\nC,2025-01-03,1,r3").encode(),
            "day and month can be told",
        ),
        (
            (HEAD + "A,2025-01-01,10,r1\nB,31/01/2025,5,r2\nC,2025-01-03,1,r3").encode(),
            "First rows: 3\n.*one format",
        ),
        ((HEAD + "A,31/01/2025,10,r1\nB,01/31/2025,5,r2\n").encode(), "some rows have the day first"),
        ((HEAD + "A,2025-01-01T10:00:00Z,10,r1\n").encode(), "zone: Asia/Shanghai"),
        ((HEAD + "A,45690.4,10,r1\n").encode(), "date_order: excel"),
        ((HEAD + "A,2025-02-30,10,r1\n").encode(), "column '下单时间': 1 row is wrong.\n  First rows: 2"),
        ((HEAD + GOOD + 'A,2025-01-01,"12,5",r1\n').encode(), "'实付金额': 1 row is wrong.\n  First rows: 3"),
        ((HEAD + GOOD + 'A,2025-01-01,"12,5",r1\n').encode(), "decimal: comma"),
        ((HEAD + "A,2025-01-01,$10,r1\nA,2025-01-01,€10,r2\n").encode(), "several currencies: EUR, USD"),
        ((HEAD + "6.22848E+18,2025-01-01,10,r1\n").encode(), "the last digits of 1 long numbers are lost"),
        ((HEAD + "A,2025-01-01,-10,r1\n").encode(), "no purchase is left; all 1 amounts are negative"),
        ((HEAD + "合计,,10,\n").encode(), "no row is left"),
    ],
)
def test_bad_input_is_refused_in_words(tmp_path, read_export, content, words):
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=f"(?s){words}"):
        read_export(path)
    assert path.read_bytes() == content and not (tmp_path / "firm").exists()


def test_an_empty_sheet_and_two_sheets_that_could_be_meant_are_named(tmp_path, read_export):
    import openpyxl

    path, book = tmp_path / "export.xlsx", openpyxl.Workbook()
    book.save(path)
    with pytest.raises(TableError, match="no row stands below the headers"):
        read_export(path)
    for name, amount in (("一月", 10), ("二月", 20)):
        sheet = book.create_sheet(name)
        sheet.append(["会员卡号", "日期", "金额"])
        sheet.append(["A", "2025-01-01", amount])
    book.save(path)
    with pytest.raises(TableError, match="2 sheets could be meant: 一月, 二月"):
        read_export(path)
    with pytest.raises(TableError, match="no sheet '三月'"):
        read_export(path, Choices(sheet="三月"))
    assert read_export(path, Choices(sheet="二月"))[0].receipts["amount_cny"].tolist() == [20.0]


def test_long_numbers_that_excel_has_rounded_are_refused(tmp_path, read_export):
    import openpyxl

    path, book = tmp_path / "export.xlsx", openpyxl.Workbook()
    for row in (["会员卡号", "日期", "金额"], [6.2284800123456e18, "2025-01-01", 3]):
        book.active.append(row)
    book.save(path)
    with pytest.raises(TableError, match=r"last digits of 1 long numbers are lost .first row 2"):
        read_export(path)


@pytest.mark.parametrize("kind", ["parquet", "sqlite", "duckdb"])
def test_tables_of_other_programs_are_read(tmp_path, read_export, kind):
    import pandas as pd

    times = pd.to_datetime(["2025-01-01 09:30", "2025-01-02 00:00"])
    frame = pd.DataFrame({"Card no": [4 * 10**18 + 1, None], "Order date": times, "Amount": [2.5, 3]})
    frame["Card no"] = pd.array([4 * 10**18 + 1, None], dtype="Int64")
    path = tmp_path / f"export.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "sqlite":
        database = sqlite3.connect(path)
        frame.astype(object).astype({"Order date": str}).to_sql("sales", database, index=False)
        database.close()
    else:
        duckdb = pytest.importorskip("duckdb", reason="duckdb is an extra")
        database = duckdb.connect(str(path))
        database.execute("CREATE TABLE sales AS SELECT * FROM frame")
        database.close()
    receipts = read_export(path)[0].receipts
    assert receipts["customer_id"].tolist() == [4 * 10**18 + 1, pd.NA]
    assert receipts["purchased_at"].tolist() == times.tolist() and receipts["amount_cny"].tolist() == [
        2.5,
        3.0,
    ]


def test_a_reader_may_leave_out_what_is_unreadable_and_is_told_how_much(read_export):
    rows = GOOD + "B,soon,5,r2\nC,2025-01-02,much,r3\n"
    firm, account = read_export(HEAD + rows, Choices(unreadable="leave out"))
    assert len(firm.receipts) == 1 and account.counts["unreadable"] == 2


@pytest.mark.parametrize(
    ("choices", "rows", "amount", "time"),
    [
        (Choices(decimal="comma"), 'A,2025-01-01,"1.234,50",r', 1234.5, "2025-01-01"),
        (Choices(date_order="month"), "A,02/03/2025,1,r", 1.0, "2025-02-03"),
        (Choices(date_order="day"), "A,02/03/2025,1,r", 1.0, "2025-03-02"),
        (Choices(date_order="excel"), "A,45690.4,1,r", 1.0, "2025-02-02 09:36"),
        (Choices(zone="Asia/Shanghai"), "A,2025-01-01T20:00:00Z,1,r", 1.0, "2025-01-02 04:00"),
        (Choices(separator=";"), "A;2025-01-01;1;r", 1.0, "2025-01-01"),
        (Choices(), "A,2025-01-01T20:00:00+08:00,1,r", 1.0, "2025-01-01 20:00"),
    ],
)
def test_what_the_reader_states_is_done(read_export, choices, rows, amount, time):
    head = HEAD.replace(",", choices.separator or ",")
    receipts = read_export(head + rows + "\n", choices)[0].receipts
    assert receipts["amount_cny"].tolist() == [amount] and str(receipts["purchased_at"][0]).startswith(time)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns:\n  amount: x", "no meaning 'amount'. Did you mean"),
        ("columns:\n  amount_cny: Preis", "'Preis', which is no header"),
        ("columns:\n  amount_cny: [a, b]", "expected one header"),
        ("columns:\n  amount_cny: 订单编号\n  receipt_id: 订单编号", "订单编号 stands for two meanings"),
        ("column: {}", "unknown line 'column'. Did you mean 'columns'"),
        ("decimal: dot", "decimal is 'dot', expected one of point, comma"),
        ("zone: Nowhere/Town", "zone is 'Nowhere/Town'"),
        ("separator: abc", "separator is 'abc'"),
        ("- a", "expected lines such as"),
        ("a: [", "no readable YAML"),
        ("columns: 3", "columns is 3"),
    ],
)
def test_what_the_reader_says_wrongly_is_refused(tmp_path, text, words):
    (tmp_path / "columns.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "export.csv").write_text(HEAD + GOOD, encoding="utf-8")
    with pytest.raises(TableError, match=words):
        propose(tmp_path / "export.csv", read_choices(tmp_path / "columns.yaml"))


def test_an_unknown_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*none\.csv"):
        propose(tmp_path / "none.csv", Choices())
    with pytest.raises(TableError, match="is a folder"):
        propose(tmp_path, Choices())


def test_nothing_else_in_a_folder_is_overwritten(tmp_path, read_export):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TableError, match="holds other files"):
        write_folder(tmp_path, {}, kept={}, texts={}, overwrite=True)
    firm, _ = read_export(HEAD + GOOD)
    with pytest.raises(TableError, match="holds an earlier import"):
        write_folder(firm.folder, {}, kept={}, texts={})
    with pytest.raises(TableError, match="is a file"):
        write_folder(tmp_path / "thesis.txt", {}, kept={}, texts={})
