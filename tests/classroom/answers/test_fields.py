"""Questions that are clicked or typed into fields, live and as text."""

import pytest

from crmlib.classroom.answers.fields import (
    check_clicked,
    live_fields,
    make_fields,
    render_fields,
    render_record,
)
from crmlib.classroom.display import CLICKED_ANSWER


@pytest.fixture
def find(workbook):
    """Return a question of the small exercise by its id."""
    return workbook.exercise.find


def test_a_choice_shows_each_option_in_both_languages_and_reads_the_one_that_is_clicked(find):
    fields = make_fields(find("first"))
    assert fields.read() == ""
    assert [label for label, _ in fields.widget.options][:2] == [
        "a)  satisfaction (满意)",
        "b)  trust (信任)",
    ]
    fields.widget.value = "b"
    assert fields.read() == "b"


def test_words_are_read_as_they_stand_and_empty_fields_are_left_out(find):
    fields = make_fields(find("works"))
    assert len(fields.widget.children) == 3 and fields.read() == []
    fields.widget.children[0].value, fields.widget.children[2].value = "repair", "包退"
    assert fields.read() == ["repair", "包退"]


def test_a_match_reads_a_letter_for_each_item(find):
    fields = make_fields(find("pairs"))
    assert fields.read() == ["", ""]
    first, second = (row.children for row in fields.widget.children)
    assert "I come back." in first[0].value and "我还来。" in first[0].value
    first[1].value, second[1].value = "c", "a"
    assert fields.read() == ["c", "a"]


def test_lines_are_moved_up_and_down_by_their_buttons(find):
    fields = make_fields(find("road"))
    lines = [row.children for row in fields.widget.children]
    assert fields.read() == ["a", "b", "c"]
    assert [(up.disabled, down.disabled) for up, down, _ in lines] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    lines[0][1].click()
    assert fields.read() == ["b", "a", "c"]
    lines[2][0].click()
    assert fields.read() == ["b", "c", "a"]
    assert [text.value.split("</strong> ")[1].split(" ")[0] for _, _, text in lines] == [
        "satisfaction",
        "trust",
        "loyalty",
    ]


def test_a_moved_line_keeps_the_keyboard_or_hands_it_to_its_other_button_at_the_edge(find, monkeypatch):
    lines = [row.children for row in make_fields(find("road")).widget.children]
    focused = []
    monkeypatch.setattr(type(lines[0][0]), "focus", lambda button: focused.append(button.tooltip))
    lines[0][1].click()
    lines[1][1].click()
    lines[1][0].click()
    assert focused == ["Move line 2 down", "Move line 3 up", "Move line 1 down"]


@pytest.mark.parametrize(
    ("key", "given"),
    [("first", "c"), ("works", ["repair", "x"]), ("pairs", ["c", "a"]), ("road", ["c", "b", "a"])],
)
def test_an_answer_that_was_given_before_is_filled_in(find, key, given):
    assert make_fields(find(key), given).read() == given


@pytest.mark.parametrize("key", ["first", "works", "pairs", "road"])
@pytest.mark.parametrize("given", [None, "z", 3, ["z"], []])
def test_an_answer_that_does_not_fit_leaves_fields_that_work(find, key, given):
    assert isinstance(make_fields(find(key), given).read(), list if key != "first" else str)


def test_the_button_shows_what_the_answer_deserves(find):
    asked = []
    box = live_fields(find("first"), lambda answer: asked.append(answer) or "**No**", said="*Before*")
    _, field, row = box.children
    button, note = row.children
    assert note.value == "<p><em>Before</em></p>"
    field.value = "d"
    button.click()
    assert asked == ["d"] and note.value == "<p><strong>No</strong></p>"


def test_the_button_keeps_its_words_beside_a_long_note(find):
    button, _ = live_fields(find("first"), lambda answer: "No. " * 60).children[-1].children
    assert button.layout.min_width == "9em" and button.layout.width is None


def test_the_text_of_the_fields_shows_the_question_and_never_the_answer(find):
    assert render_fields(find("first")).splitlines()[:2] == [
        "- **a** satisfaction (满意)",
        "- **b** trust (信任)",
    ]
    assert render_fields(find("works")) == "3 answers, in English or Chinese."
    assert render_fields(find("pairs")).splitlines() == [
        "1. I come back. (我还来。)",
        "2. It was good. (不错。)",
        "",
        "- **a** satisfaction (满意)",
        "- **b** trust (信任)",
        "- **c** loyalty (忠诚)",
    ]
    assert render_fields(find("road"), ["b", "c", "a"]).endswith("\n\nAnswer: b, c, a")


def test_a_record_is_read_by_people_and_by_what_collects_the_notebook():
    page = render_record("works", ["repair", "包退"])
    assert page.markdown == "*Recorded for works:* repair, 包退"
    assert page.data == {CLICKED_ANSWER: {"question": "works", "answer": ["repair", "包退"]}}
    assert render_record("works", None).data == {}


def test_a_computed_question_has_no_fields(find):
    with pytest.raises(ValueError, match=r'asks for a share: compute it and write chapter.check\("share"'):
        check_clicked(find("share"))
