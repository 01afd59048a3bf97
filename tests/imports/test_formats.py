"""A workbook that does not fit into memory is refused before it is read; other files are read in parts."""

from __future__ import annotations

import re
import sqlite3

import openpyxl
import pytest

from crmlib.imports import books, formats, text
from crmlib.imports.choices import Choices
from crmlib.imports.reading import propose
from crmlib.tables.errors import TableError

ROWS = 1_500


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """A workbook of which two thirds are looked at."""
    monkeypatch.setattr(books, "PART", 1_000)
    path, book = tmp_path / "export.xlsx", openpyxl.Workbook()
    book.active.append(["会员卡号", "下单时间", "实付金额"])
    for row in range(ROWS):
        book.active.append([f"A{row % 70:05d}", "2025-01-01 10:00:00", 10.0])
    book.save(path)
    return path


def test_a_workbook_that_needs_more_than_what_is_free_is_refused_in_words(workbook, monkeypatch):
    monkeypatch.setattr(formats, "ROW_BYTES", 10_000_000)
    monkeypatch.setattr(formats, "find_free", lambda: 2_000_000_000)
    with pytest.raises(TableError, match=r"^export\.xlsx has about .* and 2\.0 GB are free") as caught:
        propose(workbook, Choices())
    assert float(re.search(r"about ([0-9.]+) GB", str(caught.value))[1]) == 15.0
    assert "Repair: export it as CSV, which is read in parts." in str(caught.value)


def test_a_workbook_that_fits_is_proposed(workbook, monkeypatch):
    monkeypatch.setattr(formats, "find_free", lambda: 2 * ROWS * formats.ROW_BYTES)
    assert propose(workbook, Choices()).columns["customer_id"] == ("会员卡号",)


def test_a_text_and_a_database_may_be_larger_than_the_memory(tmp_path, monkeypatch):
    for module in (books, text):
        monkeypatch.setattr(module, "PART", 10)
    monkeypatch.setattr(formats, "find_free", lambda: 1)
    table, path = tmp_path / "till.db", tmp_path / "export.csv"
    with sqlite3.connect(table) as base:
        base.execute('create table sales ("会员卡号" text, "下单时间" text, "实付金额" real)')
        base.executemany("insert into sales values (?, '2025-01-01', 3)", [(f"A{row}",) for row in range(40)])
    base.close()
    path.write_text("会员卡号,下单时间,实付金额\n" + "A1,2025-01-01,3\n" * 40, encoding="utf-8")
    for file in (table, path):
        assert len(propose(file, Choices()).columns) == 3


@pytest.mark.parametrize(("free", "fits"), [(1_000, True), (999, False)])
def test_the_first_part_stands_for_the_whole(monkeypatch, free, fits):
    monkeypatch.setattr(formats, "ROW_BYTES", 10)
    monkeypatch.setattr(formats, "find_free", lambda: free)
    if fits:
        formats.refuse_large("x", 25, 0.25)
    else:
        with pytest.raises(TableError):
            formats.refuse_large("x", 25, 0.25)


def test_what_is_free_is_told_in_bytes():
    assert 10_000_000 < formats.find_free() < 10**15
