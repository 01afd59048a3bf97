"""The English of the chapters is plain, and each figure says where to look first."""

import ast
import re

import pytest

from tools.reading_level import CHAPTERS, HARD, clean, count_syllables, grade, median_grade, split_cells

# The review is a list of questions; its pages have no figures of their own.
EDITED = [path for path in sorted(CHAPTERS.glob("*.md")) if path.stem != "exam_review"]
CODE_CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?:---\n.*?\n---\n|(?::[^\n]*\n)*)(.*?)^```$", re.DOTALL | re.MULTILINE
)
PLAIN_ENOUGH = 9


@pytest.mark.parametrize("path", EDITED, ids=lambda path: path.stem)
def test_half_of_the_cells_of_a_chapter_are_plain_and_none_is_hard(path):
    assert median_grade(path) <= PLAIN_ENOUGH
    hard = [cell[:60] for cell in split_cells(path.read_text("utf-8")) if (grade(cell) or 0) > HARD]
    assert not hard, f"Above grade {HARD}: {hard}. Split the sentences, or make a list of them."


@pytest.mark.parametrize("path", EDITED, ids=lambda path: path.stem)
def test_each_figure_says_what_to_read_first(path):
    cells = CODE_CELL.findall(path.read_text("utf-8"))
    calls = [node for cell in cells for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Call)]
    shown = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "show_chart"]
    assert shown, "no figure was found"
    silent = [ast.unparse(call) for call in shown if "read_first" not in {key.arg for key in call.keywords}]
    assert not silent, f"show_chart without read_first=…: {silent}"


def test_the_grade_is_that_of_flesch_and_kincaid():
    # ten words in two sentences; each has one syllable, customers has three
    words, sentences, syllables = 10, 2, 12
    by_hand = 0.39 * words / sentences + 11.8 * syllables / words - 15.59
    assert grade("The firm counts customers. It sells them a paid card.") == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("customer", 3), ("Osmanthus", 3), ("the", 1), ("customised", 3), ("northports", 2), ("hmm", 1)],
)
def test_syllables_are_counted_as_they_are_spoken(word, syllables):
    assert count_syllables(word) == syllables


def test_code_tables_comments_chinese_and_bracketed_numbers_are_left_out():
    cell = (
        "## A heading\n\nOf them 24 %<!-- = left --> left (20 to 28<!-- = low, high -->), see "
        "[chapter 3](03_lifecycle.ipynb) (客户流失) and `load_firm`.\n\n| a | table |\n|---|---|\n"
    )
    assert clean(cell).split() == ["Of", "them", "24", "%", "left", ",", "see", "chapter", "3", "and", "."]


def test_a_line_of_a_list_is_a_sentence_of_its_own():
    assert grade("- One short line of four words\n- another short line of words") == pytest.approx(
        grade("One short line of four words. Another short line of words.")
    )


def test_a_cell_of_few_words_has_no_grade():
    assert grade("Only seven words are in this cell.") is None
