"""An export that does not fit into memory is refused before it is read."""

from __future__ import annotations

import re
import sqlite3

import pytest

from crmlib.imports import formats
from crmlib.imports.choices import Choices
from crmlib.imports.reading import propose
from crmlib.tables.errors import TableError


@pytest.fixture
def long_export(tmp_path, monkeypatch):
    """A text of 40,000 rows, read 10,000 at a time."""
    from crmlib.imports import text

    monkeypatch.setattr(text, "PART", 10_000)
    path = tmp_path / "export.csv"
    lines = (f"A{row % 700:05d},2025-01-01 10:00:00,10.00,r{row:012d}\n" for row in range(40_000))
    path.write_text("会员卡号,下单时间,实付金额,订单编号\n" + "".join(lines), encoding="utf-8")
    return path


def test_a_text_that_needs_more_than_what_is_free_is_refused_in_words(long_export, monkeypatch):
    monkeypatch.setattr(formats, "ROW_BYTES", 1_000_000)
    monkeypatch.setattr(formats, "find_free", lambda: 2_000_000_000)
    with pytest.raises(TableError, match=r"^export\.csv has about .* and 2\.0 GB are free") as caught:
        propose(long_export, Choices())
    words = str(caught.value)
    needed = float(re.search(r"about ([0-9.]+) GB", words)[1])
    assert 25 < needed <= 42  # blocks are read ahead: the share is a little coarse
    assert "Repair: close other programs, or export fewer years at a time." in words


def test_a_text_that_fits_is_proposed(long_export, monkeypatch):
    monkeypatch.setattr(formats, "find_free", lambda: 40_000 * formats.ROW_BYTES * 2)
    assert propose(long_export, Choices()).columns["customer_id"] == ("会员卡号",)


def test_rows_of_a_database_are_counted(tmp_path, monkeypatch):
    from crmlib.imports import books

    monkeypatch.setattr(books, "PART", 10)
    path = tmp_path / "till.db"
    with sqlite3.connect(path) as base:
        base.execute('create table sales ("会员卡号" text, "下单时间" text, "实付金额" real)')
        base.executemany("insert into sales values (?, '2025-01-01', 3)", [(f"A{row}",) for row in range(40)])
    base.close()
    monkeypatch.setattr(formats, "find_free", lambda: 40 * formats.ROW_BYTES)
    propose(path, Choices())
    monkeypatch.setattr(formats, "find_free", lambda: 40 * formats.ROW_BYTES - 1)
    with pytest.raises(TableError, match=r"till\.db has about 0\.0 million rows"):
        propose(path, Choices())


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
