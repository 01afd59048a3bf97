"""A chapter of lessons fits its hour, and no answer stands on the page before its prediction."""

import nbformat
import pytest

from crmlib.classroom.formats.chapters import Lesson
from crmlib.classroom.formats.reading import Load
from crmlib.classroom.formats.schema import Text
from crmlib.publishing.inspect.load import (
    MINUTES_OF_A_CASE,
    VISIBLE_LINES,
    WORDS_A_CHAPTER,
    check_length_of_chapter,
    check_lessons,
    check_predictions,
    check_visible_code,
    count_visible_lines,
)

PREDICT = 'chapter.predict("left", "How many?", unit="%")'
COMPARE = 'share = measure(members)\nchapter.compare_prediction("left", share, whose="the firm")'
TOLD = "Of them 24 %<!-- = share --> left."


def make_notebook(*cells):
    """Return a notebook; a cell is (kind, source, tags…)."""
    make = {"code": nbformat.v4.new_code_cell, "prose": nbformat.v4.new_markdown_cell}
    made = [make[kind](source, metadata={"tags": tags}) for kind, source, *tags in cells]
    return nbformat.v4.new_notebook(cells=made)


def words(problems):
    return "\n".join(map(str, problems))


def test_answers_that_are_hidden_pass():
    notebook = make_notebook(
        ("code", PREDICT),
        ("code", COMPARE, "answers-left"),
        ("prose", TOLD, "answers-left"),
        ("prose", "What share stays?"),
        ("code", "members.head()"),
        ("prose", "## Another section\n\n" + TOLD),
    )
    assert check_predictions(notebook) == []


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ([("code", PREDICT), ("code", COMPARE)], 2),
        ([("code", PREDICT), ("code", COMPARE, "answers-left"), ("prose", TOLD)], 3),
        ([("code", PREDICT), ("code", COMPARE, "answers-left"), ("prose", f"### A part\n\n{TOLD}")], 3),
        ([("code", PREDICT), ("code", COMPARE, "answers-left"), ("code", "show(share)")], 3),
    ],
)
def test_an_answer_in_the_open_is_named(cells, cell):
    (problem,) = check_predictions(make_notebook(*cells))
    assert problem.cell == cell
    assert "Give the cell the tag answers-left" in problem.message


def test_a_tag_that_answers_nothing_is_named():
    notebook = make_notebook(("prose", TOLD, "answers-lost"), ("code", PREDICT))
    assert "no prediction 'lost' stands above it" in words(check_predictions(notebook))


def test_folded_and_blank_lines_are_not_seen():
    shown = "x = 1\n\ny = 2"
    notebook = make_notebook(("code", shown), ("code", shown, "hide-input"), ("prose", shown))
    assert count_visible_lines(notebook) == 2


def test_more_code_than_a_reader_reads_is_named():
    full = ("code", "\n".join(["x = 1"] * VISIBLE_LINES))
    assert check_visible_code(make_notebook(full)) == []
    assert f"shows {VISIBLE_LINES + 1} lines of code" in words(
        check_visible_code(make_notebook(full, ("code", "y")))
    )


def test_a_chapter_and_its_lessons_have_a_length():
    notebook = make_notebook(("prose", "word " * WORDS_A_CHAPTER))
    assert check_length_of_chapter(notebook, loads=[Load(4_500, 0), Load(4_500, 0)]) == []
    found = words(check_length_of_chapter(notebook, loads=[Load(5_000, 0), Load(2_000, 0), Load(3_000, 0)]))
    assert "takes 100 minutes, at most 90" in found
    assert "lesson 1 takes 50 minutes, expected 25 to 45" in found
    assert "lesson 2 takes 20 minutes, expected 25 to 45" in found
    assert "lesson 3" not in found
    short = [Load(1_300, 0), Load(1_200, 0)]
    assert words(check_length_of_chapter(notebook, loads=short, sitting=MINUTES_OF_A_CASE)) == (
        "lesson 2 takes 10 minutes, expected 15 to 45."
    )
    longer = make_notebook(("prose", "word " * (WORDS_A_CHAPTER + 1)))
    assert f"has {WORDS_A_CHAPTER + 1} words" in words(check_length_of_chapter(longer, loads=[]))


def test_a_lesson_has_a_heading_an_opening_and_its_questions():
    lesson = Lesson(Text(en="First", zh="第一"), "Who?", "count.", ("a", "b", "c"))
    cells = [
        ("prose", "# Lesson 1. First (第一)"),
        ("code", "chapter.lesson(1)"),
        ("code", "chapter.check_yourself(1)"),
    ]
    assert check_lessons(make_notebook(*cells), lessons=(lesson,)) == []
    found = words(check_lessons(make_notebook(("prose", "# Lesson 2. Other (其他)")), lessons=(lesson,)))
    assert "has no heading '# Lesson 1. First (第一)'" in found
    assert "no cell with chapter.lesson(1)" in found
    assert "no cell with chapter.check_yourself(1)" in found
    assert "has 2 lessons, chapter.yaml lists 1" in words(
        check_lessons(make_notebook(*cells, ("prose", "# Lesson 2. Other (其他)")), lessons=(lesson,))
    )
