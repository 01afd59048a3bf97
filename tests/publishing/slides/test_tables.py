"""Tables are read from whatever a cell stores, and cut to what a slide takes."""

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from crmlib.publishing.course import PublishingError
from crmlib.publishing.slides.tables import Table, cut_table, find_table, read_html_table, render_table

SEVEN = Table(("", "n"), tuple((f"row {number}", str(number)) for number in range(7)), labels=1)


def stored(table):
    """A code cell that stores a table of pandas behind a hint."""
    hint, html = ({"text/html": part} for part in ("<p>hint</p>", table._repr_html_()))
    return new_code_cell("table", outputs=[new_output("display_data", data) for data in (hint, html)])


def test_the_index_of_pandas_names_rows_and_row_numbers_are_left_out():
    frame = pd.DataFrame({"stage": ["new", "old"], "n": [1, 2]})
    assert find_table(stored(frame)) == Table(("stage", "n"), (("new", "1"), ("old", "2")))
    assert find_table(stored(frame.set_index("stage"))) == Table(
        ("stage", "n"), (("new", "1"), ("old", "2")), labels=1
    )


def test_an_index_of_two_levels_leaves_repeated_labels_empty():
    frame = pd.DataFrame(
        {"n": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "x")])
    )
    frame.index.names = ["group", "kind"]
    found = find_table(stored(frame))
    assert found == Table(
        ("group", "kind", "n"), (("a", "x", "1"), ("", "y", "2"), ("b", "x", "3")), labels=2
    )


def test_the_name_of_the_columns_does_not_stand_above_the_labels():
    crossed = pd.crosstab(pd.Series([1, 2], name="score"), pd.Series([True, False], name="trust"))
    assert find_table(stored(crossed)).header == ("score", "False", "True")


def test_tables_lists_and_printed_lines_are_tables():
    text = "Look:\n\n| a | b |\n|---|---|\n| 24 %<!-- = x --> | *c* \\| d |\n\nEnd."
    assert find_table(new_markdown_cell(text)) == Table(("a", "b"), (("24 %", "<em>c</em> | d"),))
    assert find_table(new_markdown_cell("Two:\n\n- one\n- more\n  words")).rows == (("one",), ("more words",))
    printed = new_code_cell("print()", outputs=[new_output("stream", text="a: 1 < 2\nb:   3\n")])
    assert find_table(printed).rows == (("a", "1 &lt; 2"), ("b", "3"))
    assert find_table(new_code_cell("print()", outputs=[new_output("stream", text="no pair\n")])) is None
    assert find_table(new_markdown_cell("Prose.")) is None


def test_a_claim_is_no_table():
    data = {"application/vnd.crm.claim+json": {}, "text/markdown": "| a |\n|---|\n| 1 |"}
    assert find_table(new_code_cell("claim", outputs=[new_output("display_data", data)])) is None


def test_seven_rows_are_refused_until_six_are_chosen():
    with pytest.raises(PublishingError, match=r"7 rows, a slide takes 6\. Choose with rows: 6.*row 6"):
        cut_table(SEVEN, rows=None, columns=())
    assert len(cut_table(SEVEN, rows=6, columns=()).rows) == 6


def test_rows_and_columns_are_chosen_by_name_and_renamed():
    table = Table(("", "a", "b"), (("x", "1", "2"), ("y", "3", "4")), labels=1)
    cut = cut_table(table, rows={"y": "why"}, columns={"b": "B & C"})
    assert cut == Table(("", "B &amp; C"), (("why", "4"),), labels=1)
    assert cut_table(table, rows=["y", "x"], columns=["b", "a"]).rows == (("y", "4", "3"), ("x", "2", "1"))
    with pytest.raises(PublishingError, match="no column 'c'"):
        cut_table(table, rows=None, columns=["c"])
    with pytest.raises(PublishingError, match=r"no row 'why'.*Valid: x, y"):
        cut_table(table, rows=["why"], columns=())


def test_numbers_stand_on_the_right_and_labels_on_the_left():
    shown = render_table(Table(("first_day", "n"), (("1", "-3.5"), ("2", "1,000")), labels=1))
    assert '<th scope="col">first day</th><th scope="col" class="number">n</th>' in shown
    assert '<td>1</td><td class="number">−3.5</td>' in shown


def test_what_is_missing_is_a_dash_in_numbers_and_words_and_leaves_numbers_on_the_right():
    frame = pd.DataFrame(
        {"stage": ["new", None], "n": [12500.4, float("nan")], "day": [pd.Timestamp("2026-01-01"), pd.NaT]},
        index=pd.Index(["a", "b"], name="who"),
    )
    shown = render_table(find_table(stored(frame)))
    assert '<td class="number">12,500</td>' in shown and '<td class="number">–</td>' in shown
    assert "<td>b</td><td>–</td>" in shown
    assert "NaN" not in shown and "NaT" not in shown and "None" not in shown


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (("999.9", "-2"), ("999.9", "−2")),
        (("1000.0", "-2"), ("1,000", "−2")),
        (("9999", "1"), ("9999", "1")),
        (("10000", "1"), ("10,000", "1")),
        (("-10000", ""), ("−10,000", "")),
        (("10000", "2 %"), ("10000", "2 %")),
    ],
)
def test_commas_begin_at_a_thousand_with_decimals_and_at_ten_thousand_without(column, written):
    table = Table(("", "n"), tuple(zip("ab", column, strict=True)), labels=1)
    cells = "".join(
        f'<tr><td>{name}</td><td class="number">{cell}</td></tr>\n'
        for name, cell in zip("ab", written, strict=True)
    )
    assert cells in render_table(table) + "\n"


def test_type_is_large_up_to_four_rows():
    def size(rows):
        return render_table(Table(("a",), (("x",),) * rows)).partition('"')[2].partition('"')[0]

    assert [size(4), size(5)] == ["few", "many"]


def test_type_is_large_as_long_as_the_columns_lie_side_by_side():
    def size(*row, header=()):
        return render_table(Table(header, (row,))).partition('"')[2].partition('"')[0]

    assert [size("x" * 65), size("x" * 66)] == ["few", "many"]
    assert [size("x" * 30, "y" * 32), size("x" * 30, "y" * 33)] == ["few", "many"]
    assert [size("中" * 32), size("中" * 33)] == ["few", "many"]
    assert [size("x", header=("y" * 65,)), size("x", header=("y" * 66,))] == ["few", "many"]
    assert size("x", header=("y " * 60,)) == "few", "the words of a header may stand one below the other"


def test_six_rows_are_kept_whole_and_a_seventh_is_refused():
    six = Table(SEVEN.header, SEVEN.rows[:6], labels=1)
    assert cut_table(six, rows=None, columns=()) == six
    with pytest.raises(PublishingError, match="7 rows"):
        cut_table(SEVEN, rows=None, columns=())
    with pytest.raises(PublishingError, match="7 rows"):
        cut_table(SEVEN, rows=[row[0] for row in SEVEN.rows], columns=())


def test_rows_that_nothing_names_are_refused():
    table = Table(("band", "asked", "share"), (("none", "9", "0.1"), ("some", "8", "NaN")))
    with pytest.raises(PublishingError, match=r"no shown column names the rows.*band, asked, share"):
        cut_table(table, rows=None, columns=["asked", "share"])
    assert cut_table(table, rows=1, columns=["asked"]).rows == (("9",),)
    days = Table(("days", "n", "share"), (("30", "9", "0.1"), ("90", "8", "0.2")))
    assert cut_table(days, rows=None, columns=["days", "share"]).header == ("days", "share")
    assert cut_table(table, rows=None, columns=["band", "share"]).header == ("band", "share")


def test_a_date_is_not_broken():
    shown = render_table(Table(("firm", "from"), (("a", "2024-01-01"), ("b", "2025-01-01"))))
    assert '<td class="date">2025-01-01</td>' in shown
    assert 'class="date"' not in render_table(Table(("firm", "from"), (("a", "2024-01-01"), ("b", "never"))))


def test_only_the_first_table_is_read():
    assert read_html_table("<table><tr><td>1</td></tr></table><table><tr><td>2</td></tr></table>").header == (
        "1",
    )
