"""How an error names the rows."""

import numbers

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.check import conform
from crmlib.tables.errors import LONGEST, cut, is_any, list_types
from crmlib.tables.examples import example_rows
from tests.tables.calls import message_of, refuse


def test_only_the_first_five_of_many_wrong_rows_are_named():
    lines = example_rows("receipts", rows=5)
    many = pd.concat([lines.assign(receipt_id=lines["receipt_id"] + 5 * k) for k in range(4)])
    message = refuse("receipts", many.assign(amount_cny=-1.0))
    assert "20 of 20 rows are wrong.\n  First rows: receipt_id 1, 2, 3, 4, 5\n" in message


def test_rows_of_a_table_with_two_keys_are_named_by_both():
    lines = example_rows("receipt_lines").assign(quantity=0)
    assert "First rows: receipt_id 1, product_id 1001; receipt_id 2, product_id 1002" in refuse(
        "receipt_lines", lines
    )


def test_missing_key_is_named_by_the_index_of_the_row(receipts):
    receipts["receipt_id"] = [1, 2, np.nan, 4, 5]
    assert "First rows: index 2" in refuse("receipts", receipts)


def test_unknown_table_suggests_the_nearest():
    message = message_of(conform, pd.DataFrame(), "recepts")
    assert "There is no table 'recepts'. Did you mean 'receipts'?" in message


@pytest.mark.parametrize("values", [[1, 2], ["a", 1], ["a", "b"], [True, 1], [None, "a"], [np.int64(3), 1.5]])
@pytest.mark.parametrize("types", [str, int, (bool, np.bool_), numbers.Real])
def test_a_quick_look_at_the_types_marks_what_a_look_at_each_value_marks(values, types):
    column = pd.Series(values, dtype=object, index=range(3, 3 + len(values)))
    marked = is_any(column, types)
    assert marked.tolist() == [isinstance(value, types) for value in values]
    assert marked.index.equals(column.index) and marked.dtype == bool


@pytest.mark.parametrize("storage", ["str", "string", object])
@pytest.mark.parametrize("words", [["a", "b"], ["a", None], [None, None], []])
def test_the_types_of_a_column_of_text_are_those_of_its_values(words, storage):
    values = pd.Series(words, dtype=storage)
    assert list_types(values) == {type(value) for value in values}


def test_a_value_of_the_greatest_length_is_told_whole_and_a_longer_one_is_cut():
    assert cut("x" * LONGEST) == "x" * LONGEST
    assert cut("x" * (LONGEST + 1)) == "x" * LONGEST + "…"
