"""Cards of the terms: both directions, those that are due first; written for other programs."""

from datetime import date

import pytest

from crmlib.classroom.cards import due_cards, make_cards, write_cards
from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.formats.schema import Text
from tests.classroom.calls import STEM

TERMS = (
    Term("loyalty", "客户忠诚", Text("Will to go on buying.", "继续购买的意愿。"), "H-05", "kèhù zhōngchéng"),
    Term("trust", "顾客信任", Text("Belief in the firm.", "对企业的信任。"), "H-02"),
)
TODAY = date(2026, 3, 1)


def test_a_term_is_asked_in_both_directions():
    assert [(card.front, card.back) for card in make_cards(TERMS)] == [
        ("loyalty", "客户忠诚 (kèhù zhōngchéng)"),
        ("客户忠诚", "loyalty"),
        ("trust", "顾客信任"),
        ("顾客信任", "trust"),
    ]


def test_due_cards_come_before_new_ones_and_cards_of_later_days_wait():
    records = {
        "trust en-zh": {"box": 2, "due_on": "2026-02-27"},
        "loyalty en-zh": {"box": 3, "due_on": "2026-02-20"},
        "trust zh-en": {"box": 4, "due_on": "2026-03-02"},
    }
    assert [card.key for card in due_cards(make_cards(TERMS), records, today=TODAY)] == [
        "loyalty en-zh",
        "trust en-zh",
        "loyalty zh-en",
    ]


def test_the_way_back_is_not_asked_right_behind_the_way_there():
    new = due_cards(make_cards(TERMS), {}, today=TODAY)
    assert [card.front for card in new] == ["loyalty", "trust", "客户忠诚", "顾客信任"]
    records = {card.key: {"box": 2, "due_on": "2026-02-27"} for card in make_cards(TERMS)}
    assert due_cards(make_cards(TERMS), records, today=TODAY) == new
    assert [card.front for card in due_cards(make_cards(TERMS), {}, today=TODAY, limit=2)] == [
        "loyalty",
        "客户忠诚",
    ]


def test_a_card_with_an_unreadable_day_is_due_today():
    records = {"trust en-zh": {"box": 2, "due_on": "soon"}, "trust zh-en": {}}
    assert len(due_cards(make_cards(TERMS[1:]), records, today=TODAY)) == 2


def test_cards_are_written_for_other_programs_and_never_over_a_file(tmp_path):
    path = tmp_path / "cards.csv"
    assert write_cards(path, {STEM: TERMS}) == 4
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "front,back,definition,definition_zh,topic,chapter"
    meaning = "Will to go on buying.,继续购买的意愿。"
    assert lines[1] == f"loyalty,客户忠诚 (kèhù zhōngchéng),{meaning},H-05,{STEM}"
    with pytest.raises(FileExistsError):
        write_cards(path, {STEM: TERMS})
