"""The record travels between phone and notebook: the later day counts, nothing strange is taken."""

import json

import pytest

from crmlib.classroom.progress import Progress
from crmlib.classroom.review.phone import give_records, take_records

CARD = {"stability": 2.3, "difficulty": 2.1, "reviewed_on": "2026-03-01", "due_on": "2026-03-03"}
ITEM = {**CARD, "marks": 1, "of": 2}
STEM = "03_lifecycle"


@pytest.fixture
def progress(tmp_path):
    return Progress("exam_review", tmp_path / "progress")


def write_export(path, **parts):
    content = {"format": "crm-revise", "version": 1, "cards": {}, "items": {}, "lists": {}, **parts}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_what_was_done_on_the_phone_counts_in_the_notebook_unless_that_is_later(progress, tmp_path):
    cards = Progress(STEM, progress.folder)
    later = {**CARD, "reviewed_on": "2026-03-02", "stability": 9.0}
    cards.update("cards", "trust en-zh", lambda _: later)
    path = write_export(
        tmp_path / "a.json",
        cards={f"{STEM}/trust en-zh": {**CARD, "at": 1}, f"{STEM}/trust zh-en": {**CARD, "at": 1}},
        items={"03-01": {**ITEM, "at": 1}},
    )
    assert take_records(path, progress) == 2
    assert cards.read("cards") == {"trust en-zh": later, "trust zh-en": CARD}
    assert progress.read("items") == {"03-01": ITEM}


def test_what_is_no_sound_record_is_left_out_and_another_file_refused(progress, tmp_path):
    strange = {
        "no_chapter/x": CARD,
        f"{STEM}/no days": {"stability": 1.0, "difficulty": 5},
        f"{STEM}/too hard": {**CARD, "difficulty": 11},
    }
    path = write_export(tmp_path / "a.json", cards=strange, items={"03-01": {**ITEM, "marks": 3}})
    assert take_records(path, progress) == 0
    for text in ('{"format": "else"}', "{", '{"format": "crm-revise"}', "[]"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="is no record of the page"):
            take_records(path, progress)


def test_the_notebook_writes_what_it_would_take_again(progress, tmp_path):
    Progress(STEM, progress.folder).update("cards", "trust en-zh", lambda _: CARD)
    Progress(STEM, progress.folder).update("cards", "trust zh-en", lambda _: {"box": 2})
    progress.update("items", "03-01", lambda _: ITEM)
    path = tmp_path / "out.json"
    assert give_records(path, progress) == 2, "an old box has no day"
    other = Progress("exam_review", tmp_path / "other")
    assert take_records(path, other) == 2
    assert other.read("items") == progress.read("items")
    with pytest.raises(FileExistsError, match="is there already"):
        give_records(path, progress)
