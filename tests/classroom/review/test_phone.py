"""The record travels between phone and notebook: the later day counts, nothing strange is taken."""

import json
from datetime import date

import pytest

from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import load_lists
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


def test_the_plan_travels_with_what_was_done_and_the_exam_chosen_last(progress, tmp_path):
    here = {"sections": ["A"], "groups": [], "parts": {"lists": 60}, "done": ["lists"]}
    there = {"sections": ["B"], "groups": [], "parts": {"lists": 60}, "done": ["cards"]}
    fresh = {**here, "done": []}
    for on, record in {"2026-06-01": here, "2026-06-02": fresh}.items():
        progress.update("days", on, lambda _, record=record: record)
    progress.update("settings", "exam", lambda _: {"on": "2026-06-10", "minutes": 60, "at": 5})
    days = {"2026-06-01": there, "2026-06-02": there, "2026-06-03": there}
    days |= dict.fromkeys(("soon", "20260604", "2026-W23-5"), there)
    strange = (
        {"done": 1},
        {"done": [["lists"]]},
        {"sections": ["Z"]},
        {"parts": {}},
        {"parts": {"lists": "x"}},
    )
    days |= {f"2026-07-0{place}": {**there, **one} for place, one in enumerate(strange, 1)}
    exam = {"on": "2026-06-20", "minutes": 90, "at": 4}
    path = write_export(tmp_path / "a.json", days=days, settings={"exam": exam})
    take_records(path, progress)
    assert progress.read("days") == {
        "2026-06-01": {**here, "done": ["lists", "cards"]},  # begun here: the plan stays
        "2026-06-02": there,  # begun there only
        "2026-06-03": there,
    }
    assert progress.read("settings")["exam"]["on"] == "2026-06-10", "chosen later"
    for strange in ({**exam, "at": "9"}, {**exam, "on": 5, "at": 9}, {**exam, "minutes": None, "at": 9}):
        take_records(write_export(tmp_path / "c.json", settings={"exam": strange}), progress)
        (tmp_path / "c.json").unlink()
    assert progress.read("settings")["exam"]["on"] == "2026-06-10", "no sound choice"
    take_records(write_export(tmp_path / "b.json", settings={"exam": {**exam, "at": 5}}), progress)
    assert progress.read("settings")["exam"] == {**exam, "at": 5}


def test_with_another_exam_today_is_planned_anew_unless_it_has_begun(progress, tmp_path):
    today = date.today().isoformat()
    plan = {"sections": ["A"], "groups": [], "parts": {"lists": 60}, "done": []}
    progress.update("days", today, lambda _: plan)
    path = write_export(tmp_path / "a.json", settings={"exam": {"on": "2099-06-20", "minutes": 60, "at": 9}})
    take_records(path, progress)
    assert "sections" not in progress.read("days").get(today, {})
    progress.update("days", today, lambda _: {**plan, "done": ["lists"]})
    path = write_export(tmp_path / "b.json", settings={"exam": {"on": "2099-06-21", "minutes": 60, "at": 9}})
    take_records(path, progress)
    assert progress.read("days")[today]["sections"] == ["A"]


def test_lists_that_were_sorted_without_a_mistake_travel_both_ways(progress, tmp_path):
    first, second, third, *_ = load_lists()
    lists = {
        first: {"right": 9, "asked": 9, "at": 1},
        second: {"right": 8, "asked": 9, "at": 1},
        "else": {},
        third: {"asked": "9", "right": "9"},
    }
    take_records(write_export(tmp_path / "a.json", lists=lists), progress)
    assert list(progress.read("answers")) == [f"sort {first}"]
    give_records(tmp_path / "out.json", progress)
    given = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["lists"]
    assert list(given) == [first] and given[first]["right"] == given[first]["asked"] > 0
