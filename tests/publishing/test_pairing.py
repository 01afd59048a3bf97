"""A text and its notebook stay in step: the edits of each side are found, and none is lost."""

import nbformat
import pytest

from crmlib.ground.files import write_file
from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import (
    format_notebook,
    format_text,
    hash_words,
    read_notebook,
)
from crmlib.publishing.pairing import Side, compare_sides, take_edits
from tests.publishing.small_course import (
    CHAPTER,
    chapter_of,
    edit,
    edit_cell,
    read_bytes,
    read_cells,
    write_course,
)


@pytest.fixture
def pair(tmp_path):
    """A chapter whose text and notebook agree, as a build leaves them, without executing it."""
    pair = chapter_of(write_course(tmp_path))
    notebook = clean_notebook(read_cells(CHAPTER))
    notebook.metadata["crm"] = {"text": hash_words(notebook)}
    write_file(pair.text, format_text(notebook))
    write_file(pair.notebook, format_notebook(notebook))
    return pair


def test_two_sides_that_agree_are_left_alone(pair):
    before = read_bytes(pair.root)
    assert compare_sides(pair) is Side.SAME
    take_edits(pair)
    assert read_bytes(pair.root) == before


def test_an_edited_text_is_taken(pair):
    edit(pair.text, "Ten customers", "Twelve customers")
    words, side = take_edits(pair)
    assert side is Side.TEXT
    assert "Twelve customers" in words.cells[0].source


def test_an_edited_notebook_rewrites_the_text_and_keeps_the_old_one(pair):
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    _, side = take_edits(pair)
    assert side is Side.NOTEBOOK
    assert "Twelve customers" in pair.text.read_text(encoding="utf-8")
    (kept,) = (pair.root / "backups").iterdir()
    assert "Ten customers" in kept.read_text(encoding="utf-8")


def test_edits_on_both_sides_are_refused_and_nothing_changes(pair):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    before = read_bytes(pair.root)
    with pytest.raises(PublishingError, match=r"both edited .* Nothing was changed.* --take text.* 01_small"):
        take_edits(pair)
    assert read_bytes(pair.root) == before


@pytest.mark.parametrize(
    ("prefer", "wins", "loses"), [(Side.TEXT, "Eleven", "Twelve"), (Side.NOTEBOOK, "Twelve", "Eleven")]
)
def test_the_side_that_loses_is_kept_as_a_copy(pair, prefer, wins, loses):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    words, _ = take_edits(pair, prefer=prefer)
    assert wins in words.cells[0].source
    assert wins in pair.text.read_text(encoding="utf-8")
    kept = [path.read_text(encoding="utf-8") for path in (pair.root / "backups").iterdir()]
    assert any(loses in text for text in kept)


def test_the_same_edit_on_both_sides_is_no_conflict(pair):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Eleven customers")
    assert compare_sides(pair) is Side.SAME


def test_a_missing_text_is_made_from_its_notebook_and_the_other_way_round(pair):
    before = pair.text.read_text(encoding="utf-8")
    pair.text.unlink()
    assert take_edits(pair)[1] is Side.NOTEBOOK
    assert pair.text.read_text(encoding="utf-8") == before
    pair.notebook.unlink()
    assert compare_sides(pair) is Side.TEXT


def test_a_notebook_without_record_that_differs_is_refused(pair):
    notebook = read_notebook(pair.notebook)
    del notebook.metadata["crm"]
    write_file(pair.notebook, format_notebook(notebook))
    assert compare_sides(pair) is Side.SAME
    edit(pair.text, "Ten customers", "Eleven customers")
    assert compare_sides(pair) is Side.BOTH


def test_outputs_and_ids_are_no_edits(pair):
    notebook = read_notebook(pair.notebook)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    notebook.cells[0]["id"] = "from-a-browser"
    write_file(pair.notebook, format_notebook(notebook))
    assert compare_sides(pair) is Side.SAME


def test_the_text_is_what_jupyterlab_saves(pair):
    import jupytext

    notebook = read_notebook(pair.notebook)
    assert jupytext.writes(notebook, fmt="md:myst").strip() == pair.text.read_text(encoding="utf-8").strip()
    assert "jupytext_version:" not in pair.text.read_text(encoding="utf-8")
