"""From a file to a firm: four exports unlike each other, and the traps that each kind of export lays."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from crmlib.customers.summary import summarise_purchases
from crmlib.imports import books, receipts, text
from crmlib.imports.choices import Choices
from crmlib.imports.reading import propose, show_proposal
from crmlib.tables.errors import TableError
from tests.imports.exports import EXPORTS, write_export

HEAD = "会员卡号,下单时间,实付金额,订单编号\n"


def summarise(customers, times, amounts) -> pd.DataFrame:
    """Days and sums of each customer in no particular order, computed by plain grouping."""
    frame = pd.DataFrame({"customer": customers, "day": times.dt.normalize(), "amount": amounts})
    groups = frame[frame["customer"].notna()].groupby("customer")
    table = pd.DataFrame({"days": groups["day"].nunique(), "amount": groups["amount"].sum().round(2)})
    return table.sort_values(["days", "amount"]).reset_index(drop=True)


@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_gives_the_purchases_that_were_written_into_it(tmp_path, read_export, name):
    path, purchases = write_export(tmp_path, name)
    before = hashlib.sha256(path.read_bytes()).digest()
    firm, _ = read_export(path)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    extra = 1.0 if name == "english.txt" else 0.0
    assert firm.receipts["purchased_at"].tolist() == purchases["time"].tolist()
    np.testing.assert_allclose(
        np.sort(firm.receipts["amount_cny"]), np.sort(purchases["amount"] + extra), atol=1e-9
    )
    known = purchases["customer"].where(purchases["customer"] >= 0)
    wanted = summarise(known, purchases["time"], purchases["amount"] + extra)
    found = summarise(
        firm.receipts["customer_id"], firm.receipts["purchased_at"], firm.receipts["amount_cny"]
    )
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    assert int(firm.receipts["customer_id"].isna().sum()) == int((purchases["customer"] < 0).sum())
    assert summarise_purchases(firm.receipts, as_of="2026-01-01")["purchases"].sum() == wanted["days"].sum()


def read_folder(firm):
    """What an import has written beside its tables: name → bytes."""
    return {
        path.name: path.read_bytes()
        for path in firm.folder.rglob("*")
        if path.suffix in (".csv", ".md", ".yaml")
    }


def cut(monkeypatch, part, lot):
    """Have so many rows read, and so many summed up, at one time."""
    for module in (text, books):
        monkeypatch.setattr(module, "PART", part)
    monkeypatch.setattr(receipts, "LOT", lot)


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize(("part", "lot"), [(101, 50), (997, 200)])  # odd numbers, which cut receipts in two
def test_an_export_that_is_read_in_parts_gives_the_same_tables_and_the_same_account(
    tmp_path, read_export, monkeypatch, name, part, lot
):
    path, _ = write_export(tmp_path, name)
    whole, told = read_export(path)
    tables, files = whole.tables(), read_folder(whole)
    cut(monkeypatch, part, lot)
    parts, told_of_parts = read_export(path)
    for table, frame in tables.items():
        pd.testing.assert_frame_equal(getattr(parts, table), frame)
    assert read_folder(parts) == files
    assert (told_of_parts.counts, told_of_parts.details) == (told.counts, told.details)


@pytest.mark.parametrize("kind", ["parquet", "sqlite", "duckdb"])
def test_tables_of_other_programs_are_read_in_parts(tmp_path, read_export, monkeypatch, kind):
    path, _ = write_export(tmp_path, "english.txt")
    frame = pd.read_csv(path, sep="\t", dtype=str)
    whole, told = read_export(path)
    wanted, file = whole.receipts, tmp_path / f"export.{kind}"
    if kind == "parquet":
        frame.to_parquet(file, row_group_size=300)
    elif kind == "sqlite":
        with closing(sqlite3.connect(file)) as database:
            frame.to_sql("sales", database, index=False)
    else:
        duckdb = pytest.importorskip("duckdb", reason="duckdb is an extra")
        with closing(duckdb.connect(str(file))) as database:
            database.execute("CREATE TABLE sales AS SELECT * FROM frame")
    cut(monkeypatch, 101, 200)
    parts, told_of_parts = read_export(file)
    pd.testing.assert_frame_equal(parts.receipts, wanted)
    assert told_of_parts.counts == told.counts


def test_the_rows_of_a_receipt_may_stand_anywhere_in_the_file(tmp_path, read_export, monkeypatch):
    path, _ = write_export(tmp_path, "english.txt")
    wanted = read_export(path)[0].receipts.drop(columns="receipt_id")
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    np.random.default_rng(3).shuffle(rows)
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    cut(monkeypatch, 101, 200)
    found = read_export(path)[0].receipts.drop(columns="receipt_id")
    order = ["purchased_at", "amount_cny"]
    found, wanted = (frame.sort_values(order, ignore_index=True) for frame in (found, wanted))
    pd.testing.assert_frame_equal(found[order], wanted[order])
    assert found["customer_id"].value_counts().to_dict() == wanted["customer_id"].value_counts().to_dict()


@pytest.mark.parametrize("part", [1, 100_000])
def test_the_order_of_day_and_month_is_told_by_the_whole_file(read_export, monkeypatch, part):
    cut(monkeypatch, part, 1)
    rows = "A,02/03/2025,10,r1\nB,04/03/2025,5,r2\n"
    firm, _ = read_export(HEAD + rows + "C,31/03/2025,1,r3\n")
    assert firm.receipts["purchased_at"].dt.day.tolist() == [2, 4, 31]
    with pytest.raises(TableError, match="some rows have the day first, others the month"):
        read_export(HEAD + rows + "C,31/03/2025,1,r3\nD,03/31/2025,1,r4\n")


@pytest.mark.parametrize("part", [1, 100_000])
def test_rows_that_are_alike_are_counted_wherever_they_stand(read_export, monkeypatch, part):
    cut(monkeypatch, part, 1)
    rows = "A,2025-01-01,10,r1\nB,2025-01-02,5,r2\nA,2025-01-01,10,r1\nA,2025-01-01,10,r2\n"
    assert read_export(HEAD + rows)[1].counts["same"] == 1


def test_returns_stand_in_a_table_of_their_own_and_know_their_receipt(tmp_path, read_export):
    path, purchases = write_export(tmp_path, "returns.xlsx")
    firm, account = read_export(path)
    assert len(firm.returns) == account.counts["linked"] == len(purchases[::10])
    assert firm.returns["amount_cny"].min() > 0
    bought = firm.receipts.set_index("receipt_id").loc[firm.returns["receipt_id"].astype(int)]
    days = firm.returns["requested_on"].to_numpy() - bought["purchased_at"].dt.normalize().to_numpy()
    assert set(days / np.timedelta64(1, "D")) == {7.0}


def test_a_personal_number_is_hashed_and_no_file_of_the_firm_holds_it(tmp_path, read_export):
    path, _ = write_export(tmp_path, "web_shop.csv")
    firm, account = read_export(path)
    content = b"".join(file.read_bytes() for file in firm.folder.rglob("*") if file.is_file())
    assert b"138000000" not in content and "某地".encode() not in content
    assert account.counts["hidden"] == firm.receipts["customer_id"].nunique()
    assert account.counts["cancelled"] == 60 and account.counts["personal"] == 1
    shown = show_proposal(propose(path, Choices()))
    assert "138000000" not in shown and "•••" in shown


@pytest.mark.parametrize("part", [2, 100_000])
def test_lines_are_summed_to_receipts_and_never_dropped_as_copies(read_export, monkeypatch, part):
    cut(monkeypatch, part, part)
    rows = "A,2025-01-01,10,r1\nA,2025-01-01,10,r1\n,2025-01-01,3,r1\nB,2025-01-02,5,r2\n"
    firm, account = read_export(HEAD + rows)
    assert firm.receipts["amount_cny"].tolist() == [23.0, 5.0]
    assert (account.counts["joined"], account.counts["filled"]) == (2, 1)


def test_receipt_numbers_that_begin_anew_every_day_are_different_receipts(read_export):
    firm, account = read_export(HEAD + "A,2025-01-01,10,1\nB,2025-01-02,7,1\nC,2025-01-02,8,1\n")
    assert firm.receipts["amount_cny"].tolist() == [10.0, 7.0, 8.0]
    assert account.counts["shared"] == 1


def test_a_coupon_is_set_off_a_void_is_nothing_and_a_larger_refund_is_a_return(read_export):
    pairs = (
        ("01", 50, "c"),
        ("01", -5, "c"),
        ("02", 9, "v"),
        ("02", -9, "v"),
        ("03", 2, "r"),
        ("03", -6, "r"),
    )
    rows = "".join(f"A,2025-01-{day},{amount},{receipt}\n" for day, amount, receipt in pairs)
    firm, account = read_export(HEAD + rows)
    assert firm.receipts["amount_cny"].tolist() == [45.0]
    assert firm.returns["amount_cny"].tolist() == [4.0]
    assert (account.counts["netted"], account.counts["voided"]) == (1, 1)


def test_a_return_is_not_joined_to_a_later_receipt_nor_to_that_of_somebody_else(read_export):
    rows = "A,2025-01-05,50,1\nA,2025-01-02,-5,1\nB,2025-01-06,-7,1\n,2025-01-07,-9,1\n"
    firm, account = read_export(HEAD + rows)
    assert firm.returns["receipt_id"].fillna(0).tolist() == [0, 0, 1]
    assert firm.returns["customer_id"].tolist()[2] == firm.receipts["customer_id"].tolist()[0]
    assert account.counts["linked"] == 1


def test_a_return_whose_number_stands_on_several_earlier_days_names_none_of_them(read_export):
    days = "A,2025-01-05,50,1\nA,2025-01-08,30,1\nB,2025-01-08,20,2\n"
    back = "A,2025-01-09,-5,1\n,2025-01-10,-7,1\n,2025-01-10,-3,2\n"
    firm, account = read_export(HEAD + days + back)
    assert firm.returns["receipt_id"].fillna(0).tolist() == [0, 0, 3]
    known = firm.returns["customer_id"].isna().tolist()
    assert known == [False, True, False]  # whose the second one is, its number does not tell
    assert (account.counts["linked"], account.counts["unlinked"]) == (1, 2)


def test_a_gift_is_a_purchase_of_nothing(read_export):
    firm, account = read_export(HEAD + "A,2025-01-05,50,1\nA,2025-01-05,0,2\n")
    assert firm.receipts["amount_cny"].tolist() == [50.0, 0.0]
    assert (account.counts["unpriced"], account.counts["voided"]) == (0, 0)


def test_a_sum_that_each_line_repeats_is_asked_for_and_then_taken_once(read_export):
    rows = "".join(f"A,2025-01-0{day},{10 * day},r{day}\n" * 2 for day in (1, 2, 3))
    with pytest.raises(TableError, match="3 receipts of several rows have the same amount in each row"):
        read_export(HEAD + rows)
    assert read_export(HEAD + rows, Choices(amount_per="receipt"))[0].receipts["amount_cny"].sum() == 60
    assert read_export(HEAD + rows, Choices(amount_per="line"))[0].receipts["amount_cny"].sum() == 120
    with pytest.raises(TableError, match="1 receipts have different amounts"):
        read_export(HEAD + rows + "A,2025-01-01,7,r1\n", Choices(amount_per="receipt"))


def test_rows_without_a_receipt_number_are_receipts_of_their_own(read_export):
    firm, account = read_export("卡号,日期,金额\nA,2025-01-01,10\nA,2025-01-01,10\n")
    assert len(firm.receipts) == 2 and account.counts["rowwise"] == 2 and account.counts["same"] == 1
    assert account.counts["dates_only"] == 2


def test_the_till_s_own_card_is_pointed_out(read_export):
    rows = "".join(f"K,2025-01-01,10,k{n}\n" for n in range(5)) + "".join(
        f"C{n},2025-01-02,10,c{n}\n" for n in range(20)
    )
    assert read_export(HEAD + rows)[1].details["cashier"] == "20 %"
    assert not read_export(HEAD + rows + "C99,2025-01-02,10,x\n")[1].counts["cashier"]
    for others, told in ((9, False), (10, True)):  # of ten customers one may well hold a half
        few = "".join(f"K,2025-01-01,10,k{n}\n" for n in range(15))
        few += "".join(f"C{n},2025-01-02,10,c{n}\n" for n in range(others))
        assert bool(read_export(HEAD + few)[1].counts["cashier"]) == told


def test_the_day_of_joining_becomes_the_table_of_members(read_export):
    firm, _ = read_export(
        "卡号,日期,金额,入会日期\nB,2025-01-02,5,2024-06-01\nA,2025-01-01,10,2024-05-01\nB,2025-01-03,5,\n"
    )
    assert dict(zip(firm.members["customer_id"], firm.members["joined_on"].dt.month, strict=True)) == {
        100001: 5,
        100002: 6,
    }


def test_the_proposal_can_be_written_and_read_again(tmp_path, read_export):
    from crmlib.imports.choices import read_choices

    path, _ = write_export(tmp_path, "english.txt")
    firm, _ = read_export(path)
    again, _ = read_export(path, read_choices(firm.folder / "columns.yaml"))
    pd.testing.assert_frame_equal(again.receipts, firm.receipts)
