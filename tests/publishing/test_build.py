"""A course is built: executed once, stored clean, left alone while nothing changes, unharmed by failures."""

from base64 import b64decode

import pytest

from crmlib.publishing.build import build_course, build_pair, explain_stale, store_pair
from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import read_file, read_notebook
from tests.publishing.small_course import QUIET, chapter_of, edit, edit_cell, exercise_of, read_bytes


def test_numbers_are_filled_in_on_both_sides(built):
    pair = chapter_of(built)
    for words in (
        read_file(pair.text),
        "\n".join(cell.source for cell in read_notebook(pair.notebook).cells),
    ):
        assert "and 8<!-- = 4 + 4 --> of them" in words
        assert "Of the satisfied, 25 %<!-- = share_left[True] --> left" in words
        assert "| satisfied | 25.0 %<!-- = share_left[True] --> |" in words
        assert "| not satisfied | 100 %<!-- = share_left[False] \\| percent --> |" in words
        assert "> ### Between ? and 100 %<!-- = share_left[False] -->" in words


def test_the_notebook_was_executed_in_order_and_shows_its_outputs(built):
    cells = [cell for cell in read_notebook(chapter_of(built).notebook).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [1, 2]
    assert "0.25" in cells[0].outputs[0].data["text/plain"]
    assert b"Software" not in b64decode(cells[1].outputs[0].data["image/png"])


def test_a_built_course_is_up_to_date_and_left_alone(built):
    before = read_bytes(built.root)
    said = []
    assert all(outcome.failure is None for outcome in build_course(built, say=said.append))
    assert said == ["2 notebooks are up to date."]
    assert read_bytes(built.root) == before


def test_building_from_nothing_gives_the_same_bytes(course):
    before = read_bytes(course.root)
    for name in before:
        if name.endswith(".ipynb"):
            (course.root / name).unlink()
    build_course(course, **QUIET)
    assert read_bytes(course.root) == before


def test_what_must_be_executed_is_told_with_the_reason(course):
    pair = chapter_of(course)
    assert explain_stale(pair) is None
    edit(pair.text, "Ten customers", "Twelve customers")
    assert explain_stale(pair) == "the text was edited"
    edit(pair.text, "Twelve customers", "Ten customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    assert explain_stale(pair) == "the notebook was edited"
    edit_cell(pair.notebook, "Twelve customers", "Ten customers")
    edit(pair.notebook, '"execution_count": 2', '"execution_count": 7')
    assert explain_stale(pair) == "cells were run since the last build"
    pair.notebook.unlink()
    assert explain_stale(pair) == "there is no notebook yet"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "share_left\n```",
            "share_left\nshare_left[2]\n```",
            r"notebooks/01_small\.ipynb: cell 2 in section 'A small chapter' \(sources/chapters/01_small.md, "
            r"line \d+\): KeyError: 2. At 'share_left\[2\]'. The stored notebook is unchanged.",
        ),
        (
            "share_left[True] --> left.",
            "missing_name --> left.",
            r"cell 3 in section 'A small chapter' .* the number tied to 'missing_name' cannot be computed "
            r"here \(NameError: name 'missing_name' is not",
        ),
        (
            "share_left[True] --> left.",
            "share_left --> left.",
            r"the number tied to 'share_left' .*TypeError: expected one number, found dict",
        ),
        (
            "share_left[True] -->",
            "100 * share_left[True] -->",
            r"gives \d+, which would be written as \d,\d{3} %\. Before a per cent sign write the share alone",
        ),
    ],
)
def test_a_failure_names_its_place_and_leaves_everything(course, old, new, message):
    pair = chapter_of(course)
    edit(pair.text, old, new)
    before = read_bytes(course.root)
    with pytest.raises(PublishingError, match=message):
        build_pair(pair, **QUIET)
    assert read_bytes(course.root) == before


def test_one_failure_does_not_stop_the_others(course):
    edit(chapter_of(course).text, "share_left\n```", "1 / 0\n```")
    edit(exercise_of(course).text, "eight customers of ten", "eight of them")
    said = []
    outcomes = build_course(course, say=said.append)
    failures = {outcome.pair.notebook.parent.name: outcome.failure for outcome in outcomes}
    assert "ZeroDivisionError" in failures["notebooks"]
    assert failures["solutions"] is None
    assert any(line.startswith("FAILED  notebooks/01_small.ipynb") for line in said)


def test_a_damaged_notebook_is_reported_and_kept(course):
    pair = chapter_of(course)
    pair.notebook.write_text("{half a file", encoding="utf-8")
    outcomes = build_course(course, **QUIET)
    (failure,) = [outcome.failure for outcome in outcomes if outcome.failure]
    assert "not a readable notebook" in failure
    assert pair.notebook.read_text(encoding="utf-8") == "{half a file"


def test_a_text_edited_while_its_notebook_runs_is_not_overwritten(course):
    pair = chapter_of(course)
    text = read_file(pair.text)
    executed = read_notebook(pair.notebook)
    edit(pair.text, "Ten customers", "Twelve customers")
    before = read_bytes(course.root)
    with pytest.raises(PublishingError, match=r"was edited while its notebook ran\. Nothing was written"):
        store_pair(pair, executed, text_before=text)
    assert read_bytes(course.root) == before


def test_an_exercise_in_use_gets_its_new_edition_beside_it(course):
    pair = exercise_of(course)
    edit_cell(pair.student, "share = ...", "share = 8 / 10")
    mine = pair.student.read_bytes()
    edit(pair.text, "eight customers of ten", "eight of them")
    said = []
    build_course(course, say=said.append)
    assert pair.student.read_bytes() == mine
    assert any("left alone; the new edition is exercises/01_small.new.ipynb" in line for line in said)


def test_an_edition_that_does_not_run_blank_is_refused(course):
    pair = exercise_of(course)
    edit(pair.text, "  # blank", "  # blank\nround(share, 2)")
    with pytest.raises(PublishingError, match=r"exercises/01_small.ipynb: cell 2 .*TypeError"):
        build_pair(pair, **QUIET)
