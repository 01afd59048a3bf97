"""A table is compared by its labels: the order of rows and columns does not matter, every value does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.classroom.answers.comparison import compare_tables
from crmlib.classroom.answers.slips import Feedback

tables = st.dictionaries(st.text(max_size=3), st.floats(-1e6, 1e6), min_size=1, max_size=8)


@settings(max_examples=30)
@given(values=tables, order=st.randoms())
def test_a_table_equals_itself_in_any_order_and_no_table_with_one_value_changed(values, order):
    expected = pd.Series(values)
    labels = list(values)
    order.shuffle(labels)
    assert compare_tables(expected.loc[labels], expected, tolerance=0.5) is None
    changed = expected.copy()
    changed.iloc[0] += 10 + abs(changed.iloc[0])
    assert compare_tables(changed, expected, tolerance=0.5) is not None


FRAME = pd.DataFrame({"n": [1, 2], "who": ["a", None]}, index=pd.CategoricalIndex(["low", "high"]))


def test_frames_are_compared_by_column_and_by_label_whatever_the_index_is_made_of():
    other = pd.DataFrame({"who": [None, "a"], "n": [2.0, 1.0]}, index=["high", "low"])
    assert compare_tables(other, FRAME, tolerance=0) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (FRAME[["n"]], "lacks columns that the question names: 1"),
        (FRAME.assign(extra=1), "does not ask for: extra"),
        (FRAME.assign(who="a"), "Column who: 1 of 2 values differ"),
        (FRAME.assign(n=[10, 20]), "Column n: The digits are right, but this is ten times too large"),
        (FRAME.assign(n=[np.inf, 2]), "Column n: 1 of 2 values differ"),
        (FRAME.assign(n=[np.nan, 2]), "Column n: 1 of 2 values differ"),
        (pd.concat([FRAME, FRAME[["n"]]], axis=1), "column names occur twice"),
        (pd.concat([FRAME, FRAME]), "4 rows are more than expected"),
        (FRAME.set_axis(["low", "low"]), "row labels occur twice"),
        (FRAME.set_axis(pd.Index([["low"], "high"])), "row labels are lists"),
        (FRAME.set_axis(pd.Index(["n", ["who"]]), axis=1), "column names are lists"),
        (pd.concat({"n": FRAME, "who": FRAME}, axis=1), "names on several levels"),
        (FRAME.assign(who=[np.array(["a", "b"]), None]), "Column who: 1 of 2 values differ"),
        (FRAME.assign(n=[b"1", b"2"]), "Column n: The values are not numbers"),
    ],
)
def test_a_frame_that_differs_is_told_where(wrong, words):
    difference = compare_tables(wrong, FRAME, tolerance=0)
    assert difference is not None and words in difference.message


@pytest.mark.parametrize(
    ("answer", "expected", "feedback"),
    [
        (
            pd.concat({"n": FRAME, "who": FRAME}, axis=1),
            FRAME,
            Feedback("wrong", "The columns have names on several levels. Give each column one name."),
        ),
        (
            FRAME.set_axis(pd.Index(["n", ["who"]]), axis=1),
            FRAME,
            Feedback("wrong", "Some column names are lists or the like. Give each column a plain name."),
        ),
        (
            FRAME["n"].set_axis(pd.Index([["low"], "high"])),
            FRAME["n"],
            Feedback("wrong", "Some row labels are lists or the like. What labels one row of the table?"),
        ),
        (
            FRAME[["n", "n", "who"]],
            FRAME,
            Feedback("wrong", "Some column names occur twice. Rename or drop one of each pair."),
        ),
        (
            FRAME[[]],
            FRAME,
            Feedback("wrong", "The table lacks columns that the question names: 2 of them."),
        ),
        (
            FRAME.assign(x=1, y=2),
            FRAME,
            Feedback("wrong", "Columns that the question does not ask for: x, y."),
        ),
        (
            FRAME.assign(n=["1", "2"]),
            FRAME,
            Feedback("wrong_type", "Column n: The values are not numbers."),
        ),
        (
            FRAME["n"].set_axis(["low", "low"]),
            FRAME["n"],
            Feedback("wrong", "Some row labels occur twice. One row per what?"),
        ),
        (
            FRAME["n"].set_axis(["low", "top"]),
            FRAME["n"],
            Feedback("wrong", "The row labels differ. What is one row of the table, and what labels it?"),
        ),
        (3, FRAME, Feedback("wrong_type", "This is a int; the question asks for a data frame.")),
        (3, FRAME["n"], Feedback("wrong_type", "This is a int; the question asks for a series.")),
    ],
)
def test_a_difference_is_told_with_its_kind_and_what_to_do(answer, expected, feedback):
    assert compare_tables(answer, expected, tolerance=0) == feedback


def test_truth_values_are_compared_as_such():
    column = pd.Series([True, False])
    assert compare_tables(pd.Series([1, 0]), column, tolerance=0.5) is None
    assert compare_tables(~column, column, tolerance=2) == Feedback(
        "wrong", "2 of 2 values differ. Check one row by hand."
    )


def test_a_value_that_is_missing_in_both_tables_is_no_difference():
    column = pd.Series([1.0, np.nan])
    assert compare_tables(column + 0.01, column, tolerance=0.1) is None
