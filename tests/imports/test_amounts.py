"""Amounts in every spelling that a till has, by hand."""

import pandas as pd
import pytest

from crmlib.imports.amounts import parse_amounts, read_amount


@pytest.mark.parametrize(
    ("word", "amount"),
    [
        ("35", 35),
        ("￥１，２５０．５０", 1250.5),
        ("¥ -35", -35),
        ("−35元", -35),
        ("35-", -35),
        ("(35)", -35),
        ("1.25万", 12500),
        ("RMB35", 35),
        ("人民币 35 元", 35),
        ("'35.00", 35),
        (".5", 0.5),
        ("1,234,567.89", 1234567.89),
    ],
)
def test_an_amount_is_read_however_it_is_written(word, amount):
    found = read_amount(word)
    assert found is not None and found[0] == amount


@pytest.mark.parametrize(
    "word",
    [
        "12,5",
        "1.234,5",
        "1,23,456",
        "35 36",
        "-(35)",
        "--35",
        "(35",
        "1e5",
        "nan",
        "inf",
        "$35元",
        "万",
        "3.2.1",
    ],
)
def test_what_is_no_amount_or_could_be_two_is_not_read(word):
    assert read_amount(word) is None


def test_a_column_is_read_as_its_cells_are():
    words = pd.Series(["35", "-35.5", "¥1,250", "?", None, "", "12,5"])
    values, wrong, named = parse_amounts(words)
    assert values[:3].tolist() == [35.0, -35.5, 1250.0] and named == {"CNY"}
    assert wrong.tolist() == [False, False, False, True, False, False, True]


def test_with_decimal_commas_a_point_separates_thousands():
    values, wrong, _ = parse_amounts(pd.Series(["1.234", "1.234,5", "7", "1.2"]), comma=True)
    assert values[:3].tolist() == [1234.0, 1234.5, 7.0] and wrong.tolist() == [False, False, False, True]
