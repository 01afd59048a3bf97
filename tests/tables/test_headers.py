"""Headers as spreadsheets and hands write them are refused with the way to repair them."""

import re

import pandas as pd

from crmlib.tables.dictionary import TABLES
from crmlib.tables.headers import _find_similar
from crmlib.tables.repairs import translate_headers
from tests.tables.calls import check, refuse


def test_missing_column_is_named_with_what_was_expected(receipts):
    message = refuse("receipts", receipts.drop(columns=["store_id", "margin_cny"]))
    assert "receipts: missing columns: store_id, margin_cny." in message
    assert "Expected: receipt_id, customer_id" in message
    assert "Repair: add the missing columns" in message


def test_another_word_for_a_column_is_no_misspelt_one(receipts):
    # alike are three quarters of the letters: of "amount" 0.75, of "price_cny" and "margin_cny" 0.63
    short = receipts.rename(columns={"amount_cny": "amount"})
    assert "'amount' looks like 'amount_cny'" in refuse("receipts", short)
    message = refuse("receipts", receipts.rename(columns={"margin_cny": "price_cny"}))
    assert "receipts: missing columns: margin_cny." in message


def test_misspelt_column_is_recognised_and_the_repair_works(receipts):
    wrong = receipts.rename(columns={"amount_cny": "amuont_cny", "store_id": "Store ID"})
    message = refuse("receipts", wrong)
    assert "'amuont_cny' looks like 'amount_cny'" in message
    repair = re.search(r"rename\(columns=(\{.*?\})\)", message).group(1)
    assert eval(repair) == {"Store ID": "store_id", "amuont_cny": "amount_cny"}
    check("receipts", wrong.rename(columns=eval(repair)))


def test_blanks_and_hyphens_of_a_header_are_underscores():
    assert _find_similar("a_b_c", ["A - b\tC", "xyz"]) == ["A - b\tC"]


def test_doubled_column_is_refused(receipts):
    message = refuse("receipts", pd.concat([receipts, receipts[["store_id"]]], axis=1))
    assert "columns ['store_id'] occur more than once" in message


def test_byte_order_mark_is_explained_with_the_way_to_read_the_file(members):
    message = refuse("members", members.rename(columns={"customer_id": "\ufeffcustomer_id"}))
    assert "begins with a byte order mark, as in CSV files saved by Excel" in message
    assert 'read_table_csv(path, "members")' in message


def test_byte_order_mark_read_in_the_wrong_encoding_is_recognised_too(members):
    message = refuse("members", members.rename(columns={"customer_id": "ï»¿customer_id"}))
    assert "byte order mark" in message


def test_chinese_headers_are_explained_and_can_be_translated(members):
    chinese = members.rename(columns={c.name: c.label_zh for c in TABLES["members"].columns.values()})
    message = refuse("members", chinese)
    assert "10 headers are labels, not column names: 客户编号 is customer_id" in message
    assert 'translate_headers(frame, "members")' in message
    pd.testing.assert_frame_equal(check("members", translate_headers(chinese, "members")), members)


def test_headers_in_two_rows_are_refused(receipts):
    double = receipts.set_axis(pd.MultiIndex.from_product([["till"], receipts.columns]), axis=1)
    assert "receipts: the columns have 2 levels, expected one name a column." in refuse("receipts", double)
