"""Questions that are clicked or typed into fields, live and as text."""

from types import SimpleNamespace

import pytest

from crmlib.classroom.answers import fields as module
from crmlib.classroom.answers.fields import (
    HOW,
    LOOK,
    check_clicked,
    live_fields,
    make_fields,
    render_fields,
    render_record,
    show_fields,
    tell,
)
from crmlib.classroom.answers.slips import RIGHT, Feedback
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
    assert fields.widget.layout.width == "100%"


def test_words_are_read_as_they_stand_and_empty_fields_are_left_out(find):
    fields = make_fields(find("works"))
    assert len(fields.widget.children) == 3 and fields.read() == []
    fields.widget.children[0].value, fields.widget.children[2].value = "repair", "包退"
    assert fields.read() == ["repair", "包退"]
    fields.widget.children[1].value = "  "
    assert fields.read() == ["repair", "包退"]
    assert [field.placeholder for field in fields.widget.children] == ["1.", "2.", "3."]
    assert {field.layout.width for field in fields.widget.children} == {"22em"}


@pytest.mark.parametrize(
    ("given", "words"),
    [(("repair", 7), ["repair", "7", ""]), (["a", "b", "c", "d"], ["a", "b", "c"]), ("repair", ["", "", ""])],
)
def test_words_given_before_fill_the_fields_from_the_first_on(find, given, words):
    assert [field.value for field in make_fields(find("works"), given).widget.children] == words


def test_a_match_reads_a_letter_for_each_item(find):
    fields = make_fields(find("pairs"))
    assert fields.read() == ["", ""]
    first, second = (row.children for row in fields.widget.children)
    assert first[0].value == "<p><strong>1</strong> I come back. (我还来。)</p>"
    assert second[0].value == "<p><strong>2</strong> It was good. (不错。)</p>"
    for menu in (first[1], second[1]):
        assert menu.options == (
            ("…", ""),
            ("a)  satisfaction (满意)", "a"),
            ("b)  trust (信任)", "b"),
            ("c)  loyalty (忠诚)", "c"),
        )
        assert menu.layout.width == "30em"
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
    focused.clear()
    lines[2][0].click()
    assert focused == ["Move line 2 up"]


def test_a_line_stands_beside_its_two_buttons(find):
    rows = make_fields(find("road")).widget.children
    assert [[button.description for button in row.children[:2]] for row in rows] == [["▲", "▼"]] * 3
    assert {button.layout.width for row in rows for button in row.children[:2]} == {"3em"}
    assert {row.layout.align_items for row in rows} == {"center"}
    assert rows[0].children[2].value == "<p><strong>a)</strong> loyalty (忠诚)</p>"


def test_letters_given_before_fill_the_menus_only_as_far_as_they_are_choices(find):
    assert make_fields(find("pairs"), ["z", "b"]).read() == ["", "b"]
    assert make_fields(find("pairs"), ["a", "b", "c"]).read() == ["", ""]


@pytest.mark.parametrize("given", ["cba", ["c", "b"], ["c", "b", "b"]])
def test_an_order_that_is_not_of_these_lines_leaves_them_as_they_stand(find, given):
    assert make_fields(find("road"), given).read() == ["a", "b", "c"]


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
    how, field, row = box.children
    button, note = row.children
    assert how.value == f"{LOOK}Choose one. 请选择一项。" and box._dom_classes == ("crm-fields",)
    assert (button.description, button.button_style) == ("Check · 检查", "primary")
    assert row.layout.align_items == "center"
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


@pytest.fixture
def shown(monkeypatch):
    """What stands in the notebook: pages, what makes them live, and records."""
    found = SimpleNamespace(pages=[], records=[])

    def show_changing(page):
        found.records.append(page)
        return found.records.append

    monkeypatch.setattr(module, "show", lambda *page: found.pages.append(page))
    monkeypatch.setattr(module, "show_changing", show_changing)
    return found


def press(box, value: str) -> str:
    """Click an answer to a choice, and return what is said to it."""
    _, field, row = box.children
    field.value = value
    row.children[0].click()
    return row.children[1].value


def test_an_answer_in_the_cell_is_judged_as_text_and_live_and_is_not_recorded(find, shown):
    asked = []

    def judge(question, answer, clicked):
        asked.append((question.id, answer, clicked))
        return RIGHT if answer == "a" else Feedback("wrong", "No.")

    show_fields(find("first"), judge, answer="b", given="c")
    ((page, make),) = shown.pages
    assert page.markdown == f"{render_fields(find('first'), 'b')}\n\n✘ **first** No."
    box = make()
    assert box.children[1].value == "b"
    assert box.children[2].children[1].value == "<p>✘ <strong>first</strong> No.</p>"
    assert press(box, "a") == "<p>✔ <strong>first</strong> Right.</p>"
    assert asked == [("first", "b", False), ("first", "a", False)] and shown.records == []


@pytest.mark.parametrize("answer", [None, ...])
def test_an_answer_that_is_clicked_is_judged_and_recorded_once_there_is_one(find, shown, answer):
    asked = []

    def judge(question, answer, clicked):
        asked.append((question.id, answer, clicked))
        return Feedback("unanswered", "Nothing.") if answer == "d" else Feedback("wrong", "No.")

    show_fields(find("first"), judge, answer=answer, given="c")
    ((page, make),) = shown.pages
    assert page.markdown == render_fields(find("first")) and shown.records == [render_record("first", "c")]
    box = make()
    assert box.children[1].value == "c" and box.children[2].children[1].value == ""
    assert press(box, "d") == "<p>✘ <strong>first</strong> Nothing.</p>" and len(shown.records) == 1
    assert press(box, "b") == "<p>✘ <strong>first</strong> No.</p>"
    assert shown.records[1:] == [render_record("first", "b")]
    assert asked == [("first", "d", True), ("first", "b", True)]


def test_a_computed_question_is_not_shown_as_fields(find, shown):
    with pytest.raises(ValueError, match="share asks for a share"):
        show_fields(find("share"), lambda *_: RIGHT)
    assert shown.pages == []


def test_each_kind_of_field_says_how_it_is_filled_in(find):
    for key in ("first", "works", "pairs", "road"):
        how = live_fields(find(key), lambda answer: "").children[0]
        assert how.value == f"{LOOK}{HOW[find(key).kind]}"


def test_what_is_told_names_its_question(find):
    assert tell(find("road"), RIGHT) == "✔ **road** Right."


def test_a_record_is_read_by_people_and_by_what_collects_the_notebook():
    page = render_record("works", ["repair", "包退"])
    assert page.markdown == "*Recorded for works:* repair, 包退"
    assert page.data == {CLICKED_ANSWER: {"question": "works", "answer": ["repair", "包退"]}}
    none = render_record("works", None)
    assert none.markdown == "*No answer to works is recorded yet.*" and none.data == {}
    assert render_record("first", "b").markdown == "*Recorded for first:* b"


def test_a_computed_question_has_no_fields(find):
    with pytest.raises(ValueError, match=r'asks for a share: compute it and write chapter.check\("share"'):
        check_clicked(find("share"))
