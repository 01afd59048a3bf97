"""Texts and notebooks come back from their files as they were written; a damaged one names its repair."""

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import (
    find_lines,
    format_notebook,
    format_text,
    hash_words,
    keep_backup,
    parse_text,
    read_file,
    read_notebook,
)
from tests.publishing.small_course import CHAPTER, make_notebook, read_cells


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{half a file", "Expecting property name"),
        ("[]", "it is not in format 4"),
        ('{"nbformat": 3, "worksheets": []}', "it is not in format 4"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "metadata"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}', "int"),
    ],
)
def test_a_damaged_notebook_says_how_to_repair_it(tmp_path, content, reason):
    path = tmp_path / "01_small.ipynb"
    path.write_text(content, encoding="utf-8")
    message = rf"01_small\.ipynb is not a readable notebook \(.*{reason}.*\)\. .* delete it"
    with pytest.raises(PublishingError, match=message):
        read_notebook(path)


def test_a_notebook_is_read_as_it_was_written(tmp_path):
    notebook = make_notebook("# A", ("x = 1", []))
    path = tmp_path / "a.ipynb"
    path.write_text(format_notebook(notebook), encoding="utf-8")
    assert read_notebook(path) == notebook


def test_windows_line_ends_make_no_difference(tmp_path):
    windows = CHAPTER.replace("\n", "\r\n")
    path = tmp_path / "a.md"
    path.write_bytes(windows.encode())
    assert read_file(path) == CHAPTER
    assert hash_words(read_cells(windows)) == hash_words(read_cells(CHAPTER))


def test_backups_of_two_contents_do_not_replace_each_other(tmp_path):
    path, kept = tmp_path / "a.md", tmp_path / "backups"
    for text in ("first", "second", "first"):
        path.write_text(text, encoding="utf-8")
        keep_backup(path, folder=kept)
    assert sorted(copy.read_text(encoding="utf-8") for copy in kept.glob("a.*.md")) == ["first", "second"]


def test_a_broken_header_or_option_names_the_text():
    with pytest.raises(PublishingError, match=r"a\.md: .*Invalid YAML"):
        parse_text("```{code-cell}\n---\na: [\n---\nx = 1\n```\n", name="a.md")


def test_tags_and_slide_marks_survive_the_way_through_the_text():
    text = (
        '+++ {"slideshow": {"slide_type": "slide"}}\n\n# A\n\n'
        "```{code-cell}\n---\nslideshow:\n  slide_type: fragment\ntags: [predict]\n---\nx = 1\n```\n"
    )
    prose, code = read_cells(format_text(read_cells(text))).cells
    assert prose.metadata == {"slideshow": {"slide_type": "slide"}}
    assert code.metadata == {"slideshow": {"slide_type": "fragment"}, "tags": ["predict"]}


sources = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\x85\u2028\u2029"), max_size=40
)
cells = st.lists(st.tuples(st.sampled_from(["markdown", "code"]), sources), max_size=6)


@settings(max_examples=60)
@given(cells)
def test_writing_what_was_read_changes_nothing(made):
    new = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook = nbformat.v4.new_notebook(cells=[new[kind](source) for kind, source in made])
    try:
        text = format_text(notebook)
    except PublishingError:
        return
    assert format_text(read_cells(text)) == text


def test_lines_of_cells_are_those_of_the_text():
    text = format_text(read_cells(CHAPTER))
    lines = text.splitlines()
    notebook = read_cells(text)
    for start, cell in zip(find_lines(text), notebook.cells, strict=True):
        assert lines[start - 1] == cell.source.splitlines()[0]
