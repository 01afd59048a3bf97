"""A notebook as a page of the book: what is shown, what waits behind a click, and what a picture says."""

import base64
from copy import deepcopy

from nbformat import v4

from crmlib.charts.pictures import hide_text
from crmlib.publishing.book.notebook import CLOSE, OPEN, make_page

PNG = b"\x89PNG a picture"


def picture(alt="Two bars; the left one is higher."):
    data = {"image/png": base64.b64encode(PNG).decode(), "text/plain": alt}
    shown = v4.new_output("display_data", data=data, metadata={"image/png": {"alt": alt, "width": 640}})
    return [shown, v4.new_output("display_data", data={"text/html": hide_text(alt), "text/plain": alt})]


def code(source="x", *outputs, tags=()):
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def page(text):
    return v4.new_output("display_data", data={"text/markdown": text, "text/plain": text})


def table(html="<table></table>"):
    return v4.new_output("execute_result", data={"text/html": html, "text/plain": "a table"})


def sources(*cells):
    return [cell.source for cell in make_page(v4.new_notebook(cells=list(cells))).notebook.cells]


def test_picture_keeps_its_words_once_and_lies_beside_the_page():
    made = make_page(v4.new_notebook(cells=[code("show()", *picture())]))
    (name,) = made.pictures
    assert made.pictures[name] == PNG
    assert [cell.cell_type for cell in made.notebook.cells] == ["code", "markdown"]
    assert made.notebook.cells[0].outputs == []
    expected = f"```{{image}} {name}\n:alt: Two bars; the left one is higher.\n:width: 640px\n```"
    assert made.notebook.cells[1].source == f'<div class="shown">\n\n{expected}\n\n</div>'


def test_words_behind_a_picture_that_say_something_else_stay():
    made = make_page(v4.new_notebook(cells=[code("show()", picture()[0], table("<b>other</b>"))]))
    assert [cell.get("outputs", [{}])[:1] for cell in made.notebook.cells][2][0].data[
        "text/html"
    ] == "<b>other</b>"
    assert made.notebook.cells[2].metadata.tags == ["remove-input"]


def test_page_that_a_cell_shows_becomes_text_and_its_code_is_folded():
    cells = make_page(v4.new_notebook(cells=[code("chapter.recall()", page("[a](b.ipynb) 3<!-- given -->"))]))
    first, second = cells.notebook.cells
    assert first.metadata.tags == ["hide-input"]
    assert second.source == '<div class="shown">\n\n[a](b.ipynb) 3\n\n</div>'


def test_code_that_makes_a_table_is_shown_with_the_table():
    (cell,) = make_page(v4.new_notebook(cells=[code("frame.head()", table())])).notebook.cells
    assert cell.metadata.tags == []
    assert cell.outputs[0].data == {"text/html": "<table></table>"}


def test_answers_to_a_prediction_wait_behind_one_click():
    cells = [
        v4.new_markdown_cell("Guess."),
        code("share", table(), tags=["answers-left"]),
        v4.new_markdown_cell("It is 24 %.", metadata={"tags": ["answers-left"]}),
        v4.new_markdown_cell("Go on."),
    ]
    assert sources(*cells) == ["Guess.", OPEN, "share", "It is 24 %.", CLOSE, "Go on."]


def test_heading_among_answers_stays_outside_the_fold():
    answer = v4.new_markdown_cell("### Who left\n\nIt is 24 %.", metadata={"tags": ["answers-left"]})
    assert sources(code("a", tags=["answers-left"]), answer) == [
        OPEN, "a", CLOSE, "### Who left", OPEN, "It is 24 %.", CLOSE,
    ]  # fmt: skip


def test_lessons_stand_below_the_title_of_the_page():
    texts = ["# Chapter", "## Before\n\n```\n# code\n```", "# Lesson 1", "## Scores", "# Lesson 2"]
    assert sources(*map(v4.new_markdown_cell, texts)) == [
        *texts[:2],
        "## Lesson 1",
        "### Scores",
        "## Lesson 2",
    ]


def test_notebook_that_is_passed_is_not_changed():
    answer = v4.new_markdown_cell("### Who\n\nIt is 24 %<!-- = x -->.", metadata={"tags": ["answers-left"]})
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# A"), answer, code("b", *picture())])
    before = deepcopy(notebook)
    make_page(notebook)
    assert notebook == before
