"""Folding follows from tags alone: what an author writes is what every program folds."""

import nbformat
import pytest

from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.files import format_notebook, format_text, parse_text
from crmlib.publishing.folding import fold_cell, hides_input, predictions_answered
from crmlib.publishing.slides.cut import cut_page


def make_cell(kind, *tags, **metadata):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make("x", metadata={"tags": list(tags), **metadata})


@pytest.mark.parametrize(
    ("kind", "tags", "folded"),
    [
        ("code", ["hide-input"], {"source_hidden": True}),
        ("code", ["answers-left"], {"outputs_hidden": True}),
        ("code", ["answers-left", "hide-input"], {"source_hidden": True, "outputs_hidden": True}),
        ("markdown", ["answers-left"], {"source_hidden": True}),
        ("markdown", ["hide-input"], None),
        ("code", ["predict"], None),
    ],
)
def test_tags_say_what_is_folded(kind, tags, folded):
    cell = make_cell(kind, *tags)
    fold_cell(cell)
    assert cell.metadata.get("jupyter") == folded


def test_what_a_reader_opened_or_folded_is_not_stored():
    opened = make_cell("code", "answers-left", jupyter={"outputs_hidden": False})
    closed = make_cell("code", "predict", jupyter={"source_hidden": True})
    for cell in (opened, closed):
        fold_cell(cell)
    assert opened.metadata["jupyter"] == {"outputs_hidden": True}
    assert "jupyter" not in closed.metadata


def test_a_cell_may_answer_several_predictions():
    assert predictions_answered(make_cell("code", "answers-a", "answers-b", "hide-input")) == ["a", "b"]
    assert not hides_input(make_cell("markdown", "hide-input"))


def test_text_and_notebook_agree_whatever_the_order_of_the_marks():
    text = '+++ {"tags": ["answers-left"], "slideshow": {"slide_type": "subslide"}}\n\nOf them 24 % left.\n'
    notebook = clean_notebook(parse_text(text, name="text"))
    stored = nbformat.reads(format_notebook(notebook), as_version=4)
    assert format_text(stored) == format_text(notebook)
    assert '"jupyter": {"source_hidden": true}' in format_text(notebook)


def test_on_a_slide_the_answer_waits_for_a_key():
    cells = [nbformat.v4.new_markdown_cell("# How many?"), make_cell("markdown", "answers-left")]
    (slide,) = cut_page(nbformat.v4.new_notebook(cells=cells))
    assert [waits for _, waits in slide.pieces] == [False, True]
