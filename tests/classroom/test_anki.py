"""The deck for Anki: two cards a term, texts as text, an identity that lasts."""

import sqlite3
import zipfile

import pytest

from crmlib.classroom import anki
from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.formats.schema import Text
from tests.classroom.calls import STEM

TERMS = (
    Term("loyalty", "客户忠诚", Text("Will to <buy>.", "继续购买的意愿。"), "H-05", "kèhù zhōngchéng"),
    Term("trust", "顾客信任", Text("Belief in the firm.", "对企业的信任。"), "H-02"),
)


def read_deck(path, query):
    with zipfile.ZipFile(path) as package:
        package.extract("collection.anki2", path.parent)
    with sqlite3.connect(path.parent / "collection.anki2") as base:
        found = base.execute(query).fetchall()
    base.close()
    return found


def test_a_term_becomes_a_note_with_two_cards_and_keeps_its_identity(tmp_path):
    first, second = tmp_path / "a.apkg", tmp_path / "b.apkg"
    assert anki.write_deck(first, {STEM: TERMS}) == 4
    anki.write_deck(second, {STEM: TERMS[:1]})
    notes = dict(read_deck(first, "select guid, flds from notes"))
    assert len(read_deck(first, "select id from cards")) == 4
    (kept,) = dict(read_deck(second, "select guid, flds from notes"))
    assert notes[kept].split("\x1f")[:3] == ["loyalty", "客户忠诚", "kèhù zhōngchéng"]
    assert "&lt;buy&gt;" in notes[kept], "a text is no HTML"


def test_no_file_is_overwritten_and_a_missing_package_is_named(tmp_path, monkeypatch):
    path = tmp_path / "a.apkg"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="is there already"):
        anki.write_deck(path, {STEM: TERMS})
    monkeypatch.setitem(__import__("sys").modules, "genanki", None)
    with pytest.raises(ModuleNotFoundError, match=r"python tools/prepare\.py anki"):
        anki.write_deck(tmp_path / "b.apkg", {STEM: TERMS})
