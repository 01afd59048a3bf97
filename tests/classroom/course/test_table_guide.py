"""The guide to the tables: all at a glance, one column by column, a word looked up in all of them."""

import pytest

from crmlib.classroom.course.table_guide import (
    explore_tables,
    make_chooser,
    measure_table,
    render_search,
    render_table,
    render_tables,
    show_tables,
)
from crmlib.tables.dictionary import TABLES


@pytest.mark.parametrize("firm", ["Osmanthus", "Northport"])
@pytest.mark.parametrize("truth", [False, True])
def test_every_table_of_a_firm_has_its_line(firm, truth, capsys):
    text = render_tables(firm, truth=truth)
    wanted = [t.name for t in TABLES.values() if t.firm == firm and t.name.startswith("truth.") == truth]
    assert [line.split("`")[1] for line in text.split("\n")[2:]] == wanted
    show_tables(firm, truth=truth)
    assert capsys.readouterr().out.strip() == text


def test_rows_and_months_are_those_of_the_files(firm):
    assert measure_table("receipts") == (len(firm.receipts), "2023-01", "2025-12")
    assert measure_table("products") == (len(firm.products), "–", "–")


def test_another_firm_lists_the_two():
    with pytest.raises(ValueError, match="expected one of: Osmanthus, Northport"):
        render_tables("Osmantus")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_every_table_is_explained_in_both_languages(name):
    lines = render_table(name).split("\n")
    assert len(lines) == 4 + len(TABLES[name].columns)
    for line, column in zip(lines[4:], TABLES[name].columns.values(), strict=True):
        assert line.count(" | ") == 5 and column.label_zh in line and column.meaning_en.split("|")[0] in line
    assert "nan" not in render_table(name).lower().split()


def test_an_unknown_table_suggests_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'receipts'"):
        render_table("recipts")


def test_a_search_shows_the_first_and_says_how_many_are_left():
    text = render_search("number")
    assert text.count("\n| `") == 12 and "more: write a longer word." in text
    assert render_search("no such thing").startswith("No column has to do with 'no such thing'")


def test_the_chooser_follows_the_menu_and_the_word():
    box = make_chooser("members")
    (menu, word), page = box.children[0].children, box.children[1]
    assert len(menu.options) == len(TABLES) and "joined_on" in page.value
    menu.value = "truth.bids"
    assert "竞争" in page.value and "joined_on" not in page.value
    word.value = "tills"
    assert "Number of tills" in page.value
    word.value = ""
    assert "竞争" in page.value


def test_outside_a_notebook_the_first_table_is_printed(capsys):
    explore_tables("stores")
    assert "| `tills` |" in capsys.readouterr().out
