"""A table is compared by its labels: the order of rows and columns does not matter, every value does."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.answers.comparison import compare_tables

tables = st.dictionaries(st.text(max_size=3), st.floats(-1e6, 1e6), min_size=1, max_size=8)


@given(values=tables, order=st.randoms())
def test_a_table_equals_itself_in_any_order_and_no_table_with_one_value_changed(values, order):
    expected = pd.Series(values)
    labels = list(values)
    order.shuffle(labels)
    assert compare_tables(expected.loc[labels], expected, tolerance=0.5) is None
    changed = expected.copy()
    changed.iloc[0] += 10 + abs(changed.iloc[0])
    assert compare_tables(changed, expected, tolerance=0.5) is not None


def test_frames_are_compared_by_column_and_by_label_whatever_the_index_is_made_of():
    frame = pd.DataFrame({"n": [1, 2], "who": ["a", None]}, index=pd.CategoricalIndex(["low", "high"]))
    other = pd.DataFrame({"who": [None, "a"], "n": [2.0, 1.0]}, index=["high", "low"])
    assert compare_tables(other, frame, tolerance=0) is None
    for wrong, words in [
        (frame[["n"]], "lacks columns that the question names: 1"),
        (frame.assign(extra=1), "does not ask for: extra"),
        (frame.assign(who="a"), "Column who: 1 of 2 values differ"),
        (pd.concat([frame, frame[["n"]]], axis=1), "column names occur twice"),
        (pd.concat([frame, frame]), "4 rows are more than expected"),
        (frame.set_axis(["low", "low"]), "row labels occur twice"),
    ]:
        difference = compare_tables(wrong, frame, tolerance=0)
        assert difference is not None and words in difference.message
