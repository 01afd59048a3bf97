"""The live parts of a chapter record what a reader types and presses."""

from datetime import date

import pytest

from crmlib.classroom import live
from crmlib.classroom.cards import make_cards
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.progress import Progress
from tests.classroom.calls import STEM


@pytest.fixture
def progress(tmp_path) -> Progress:
    """Return progress in an empty folder."""
    return Progress(STEM, tmp_path / "progress")


def test_the_field_records_what_was_typed_and_says_so(progress):
    field = live.prediction_field(progress, "left", "What share?", unit="%", low=0, high=1)
    text, _, button, _ = field.children[1].children
    note = field.children[2]
    text.value = "forty"
    assert note.value == "'forty' is not a number. Type digits, such as 40."
    text.value = "<script>"
    assert note.value == "'&lt;script&gt;' is not a number. Type digits, such as 40."
    text.value = "140"
    assert note.value == "Type a number from 0 % to 100 %."
    assert progress.read("predictions") == {}
    text.value = "40 %"
    button.click()
    assert note.value.startswith("Recorded: 40 %.")
    assert progress.read("predictions") == {"left": {"value": 0.4, "unit": "%"}}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0.4", "Recorded: 0.40 %. If you meant 40 %, type 40."),
        ("０．４", "Recorded: 0.40 %. If you meant 40 %, type 40."),
        ("0.4 ％", "Recorded: 0.40 %. Read on"),
        ("1", "Recorded: 1 %. Read on"),
        ("0", "Recorded: 0 %. Read on"),
    ],
)
def test_a_share_in_a_field_for_per_cent_is_asked_about(progress, typed, said):
    field = live.prediction_field(progress, "left", "What share?", unit="%", low=0, high=1)
    field.children[1].children[0].value = typed
    assert field.children[2].value.startswith(said)
    assert 'data-crm-opens="left"' in field.children[2].value


def test_the_field_remembers_what_was_recorded_before(progress):
    progress.update("predictions", "left", lambda entry: {"value": 0.4, "unit": "%"})
    field = live.prediction_field(progress, "left", "What share?", unit="%", low=0, high=1)
    assert field.children[2].value == 'Recorded: 40 %.<span data-crm-opens="left"></span>'


def test_the_answer_is_opened_by_a_recorded_number_or_on_demand_and_by_nothing_else(progress):
    field = live.prediction_field(progress, "left", "What share?", unit="%", low=0, high=1)
    text, _, record, show_me = field.children[1].children
    note, mark = field.children[2], 'data-crm-opens="left"'
    assert mark not in note.value
    text.value = "140"
    assert mark not in note.value
    show_me.click()
    assert mark in note.value
    assert progress.read("predictions") == {}
    text.value = "30"
    record.click()
    assert mark in note.value


def test_recall_notes_whether_the_reader_knew(content, progress):
    box = live.recall_cards(progress, load_recall(STEM))
    assert "<details>" in box.children[0].children[0].value
    box.children[0].children[1].value = True
    box.children[1].children[1].value = False
    assert progress.read("recall") == {"r1": {"knew": True}, "r2": {"knew": False}}


def test_the_drill_asks_again_what_was_not_known(content, progress):
    cards = make_cards(load_glossary(STEM))[:2]
    box = live.drill(progress, cards, today=date(2026, 3, 1))
    face, buttons, _ = box.children
    turn, not_yet, _, knew, _ = buttons.children
    assert cards[0].front in face.value and cards[0].back not in face.value
    turn.click()
    for shown in (cards[0].back, cards[0].definition.en, cards[0].definition.zh):
        assert shown in face.value
    not_yet.click()
    turn.click()
    knew.click()
    assert cards[0].front in face.value
    turn.click()
    knew.click()
    assert "Done for today" in face.value
    assert [entry["stability"] > 1 for entry in progress.read("cards").values()] == [False, True]


def test_the_drill_goes_by_keyboard(content, progress):
    cards = make_cards(load_glossary(STEM))[:2]
    face, _, field = live.drill(progress, cards, today=date(2026, 3, 1)).children
    for typed in (" ", "x", "2", " ", "4"):
        field.value = typed
        assert field.value == ""
    assert "Done for today" in face.value
    due = [entry["due_on"] for entry in progress.read("cards").values()]
    assert due == ["2026-03-02", "2026-03-09"]
