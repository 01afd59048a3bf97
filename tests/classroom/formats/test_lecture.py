"""Lecture notes: behind the right heading, seen by the speaker only, with minutes that add up."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from crmlib.classroom.formats.lecture import Section, Slide, insert_notes, load_lecture, render_notes
from crmlib.classroom.formats.schema import ContentError
from tests.classroom.calls import STEM, write_examples


@pytest.fixture
def sections(tmp_path, monkeypatch) -> tuple[Section, ...]:
    """Return the documented lecture notes."""
    write_examples(tmp_path)
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    return load_lecture(STEM)


@pytest.fixture
def notebook():
    """Return a notebook with both lectured headings, one of them twice if its code counted."""
    cells = [
        new_markdown_cell("# 4 Satisfaction\n\nText."),
        new_markdown_cell("## Who answers?\n\n```\n# who answers\n```"),
        new_code_cell("# Who answers?\nanswers = 1"),
        new_markdown_cell("## Do satisfied customers leave?"),
    ]
    return new_notebook(cells=cells)


def test_notes_stand_behind_their_heading_and_are_for_the_speaker(notebook, sections):
    result = insert_notes(notebook, sections)
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in result.cells]
    assert kinds == [None, None, "notes", None, None, "notes"]
    assert result.cells[2].source == "**8 minutes.** Show the response rate beside the score."
    assert "**Ask:** Of whom is the share in this sentence?" in result.cells[5].source
    nbformat.validate(result)


def test_the_notebook_itself_is_left_as_it_was(notebook, sections):
    before = nbformat.writes(notebook)
    insert_notes(notebook, sections)
    assert nbformat.writes(notebook) == before


def test_the_same_notebook_gets_the_same_cells(notebook, sections):
    assert insert_notes(notebook, sections) == insert_notes(notebook, sections)


def test_a_heading_that_does_not_exist_gets_the_nearest_one(notebook):
    with pytest.raises(ContentError, match=r"no such heading\. Did you mean 'who-answers'"):
        insert_notes(notebook, [Section("who-answer", 5, "text")])


def test_a_heading_that_occurs_twice_is_refused(notebook):
    notebook.cells.append(new_markdown_cell("### Who answers"))
    with pytest.raises(ContentError, match="2 headings of the notebook have this anchor"):
        insert_notes(notebook, [Section("who-answers", 5, "text")])


def test_notes_name_what_to_skip():
    text = render_notes(Section("a", 2.5, "Notes.\n", skip="the proof"))
    assert text == "**2.5 minutes.** Notes.\n\n**Short of time:** skip the proof"


def test_a_slide_shows_one_thing_under_a_sentence():
    assert Slide(headline="Most are a 4.", picture="plot_scores").kind == "picture"
    assert Slide(headline='Nobody says "we fail."', table="x").kind == "table"
    assert Slide(question="r1").kind == "question"
    assert Slide(headline="{H-03} left, " + "and so on " * 7 + "still.", claim="H-03").kind == "claim"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"headline": "Most are a 4."}, "found none of them"),
        ({"headline": "Most are a 4.", "picture": "a", "table": "b"}, "found picture and table"),
        ({"picture": "a"}, "the headline is missing"),
        ({"headline": "Most are a 4.", "question": "r1"}, "the question is the headline"),
        ({"headline": "Satisfaction and loyalty", "picture": "a"}, "is no sentence"),
        ({"headline": "most are a 4.", "picture": "a"}, "is no sentence"),
        ({"headline": "Stay long.", "picture": "a"}, "is no sentence"),
        (
            {"headline": "Stay " + "very " * 18 + "long.", "picture": "a"},
            "100 signs are more than 96, two lines",
        ),
        ({"ask": "Who answers here?"}, "a question needs an answer"),
        ({"question": "r1", "answer": "Yes."}, "only ask and predict have an answer"),
        ({"headline": "Most are a 4.", "picture": "a", "rows": 3}, "belong to a table"),
        ({"headline": "Most are a 4.", "table": "a", "rows": 7}, "a slide takes 1 to 6 rows, found 7"),
        ({"headline": "Most are a 4.", "table": "a", "rows": tuple("abcdefg")}, "found 7"),
        ({"headline": "Four terms are many.", "terms": ("a", "b", "c", "d")}, "takes 3 terms, found 4"),
    ],
)
def test_what_no_slide_can_be_is_refused(keys, message):
    with pytest.raises(ValueError, match=message):
        Slide(**keys)


@pytest.mark.parametrize(
    ("more", "words"), [(-1, "6 slides for 20 minutes; expected 7 to 8"), (2, "Leave some")]
)
def test_slides_fill_the_minutes(tmp_path, monkeypatch, more, words):
    write_examples(tmp_path)
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    path = tmp_path / STEM / "lecture.yaml"
    text = path.read_text(encoding="utf-8")
    slide = "  - question: r1\n    skip: 1\n"
    assert slide in text
    path.write_text(text.replace(slide, slide * (1 + more)), encoding="utf-8")
    with pytest.raises(ContentError, match=words):
        load_lecture(STEM)
