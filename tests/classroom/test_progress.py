"""Progress: nothing is lost, whoever writes and whatever the file held; switched off, nothing is written."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.cards import DAYS, due_cards, make_cards, move_card, write_cards
from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.progress import Progress, progress_folder

STEM = "04_satisfaction_and_loyalty"


@pytest.fixture
def progress(tmp_path) -> Progress:
    """Return progress in an empty folder that does not exist yet."""
    return Progress(STEM, tmp_path / "progress")


def record(progress: Progress, key: str, value: float = 0.4) -> None:
    """Record one prediction."""
    progress.update("predictions", key, lambda entry: {"value": value})


def test_a_record_is_read_back_by_the_next_notebook(progress):
    record(progress, "left", 0.4)
    assert Progress(STEM, progress.folder).read("predictions") == {"left": {"value": 0.4}}


def test_a_change_sees_what_is_stored(progress):
    for _ in range(3):
        progress.update("answers", "q1", lambda entry: {"tries": entry.get("tries", 0) + 1})
    assert progress.read("answers") == {"q1": {"tries": 3}}


def test_nothing_is_read_before_anything_was_written(progress):
    assert progress.read("cards") == {}
    assert not progress.folder.exists()


def test_the_switch_keeps_everything_in_memory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRM_PROGRESS", "off")
    progress = Progress(STEM, progress_folder())
    record(progress, "left")
    assert progress.read("predictions") == {"left": {"value": 0.4}}
    assert list(tmp_path.iterdir()) == []


def test_another_folder_may_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "mine"))
    record(Progress(STEM, progress_folder()), "left")
    assert (tmp_path / "mine" / f"{STEM}.json").exists()


def test_without_a_setting_the_folder_lies_beside_the_library(monkeypatch):
    monkeypatch.delenv("CRM_PROGRESS", raising=False)
    assert progress_folder() == Path(__file__).parents[2] / "progress"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', '{"version": 1, "records": 3}', "客户"])
def test_a_damaged_file_is_kept_aside_and_reported(progress, capsys, content):
    progress.folder.mkdir()
    progress.path.write_text(content, encoding="utf-8")
    record(progress, "left")
    aside = progress.folder / f"{STEM}.json.damaged-1"
    assert aside.read_text(encoding="utf-8") == content
    assert f"It is kept as {aside.name}; a new file is started." in capsys.readouterr().err
    assert progress.read("predictions") == {"left": {"value": 0.4}}


def test_a_second_damaged_file_does_not_overwrite_the_first(progress):
    progress.folder.mkdir()
    for content in ("first", "second"):
        progress.path.write_text(content, encoding="utf-8")
        record(progress, "left")
    kept = sorted(path.read_text(encoding="utf-8") for path in progress.folder.glob("*.damaged-*"))
    assert kept == ["first", "second"]


def test_a_file_of_a_newer_version_is_left_as_it_is(progress, capsys):
    progress.folder.mkdir()
    content = json.dumps({"version": 2, "records": {"predictions": {"left": {"value": 0.9}}}})
    progress.path.write_text(content, encoding="utf-8")
    path = progress.path
    record(progress, "right")
    assert path.read_text(encoding="utf-8") == content
    assert set(progress.read("predictions")) == {"left", "right"}
    assert "written by another version of the course" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_reported_and_the_record_kept(tmp_path, capsys):
    blocked = tmp_path / "progress"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    progress = Progress(STEM, blocked)
    record(progress, "left")
    assert progress.read("predictions") == {"left": {"value": 0.4}}
    assert "Progress cannot be read or written" in capsys.readouterr().err
    assert blocked.read_text(encoding="utf-8") == "a file where the folder should be"


def test_a_folder_that_cannot_be_read_is_reported_and_reading_goes_on(tmp_path, capsys, monkeypatch):
    progress = Progress(STEM, tmp_path)
    record(progress, "left")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert progress.read("predictions") == {}
    assert "(Permission denied); it is kept until the kernel stops" in capsys.readouterr().err


def test_an_interrupted_write_leaves_the_old_file(progress, monkeypatch):
    record(progress, "left")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(KeyboardInterrupt):
        record(progress, "right")
    monkeypatch.undo()
    assert set(progress.read("predictions")) == {"left"}
    assert list(progress.folder.glob("*.part")) == []


WRITER = """
import sys
from pathlib import Path
from crmlib.classroom.progress import Progress
progress = Progress({stem!r}, Path(sys.argv[1]))
for number in range(40):
    progress.update("answers", f"{{sys.argv[2]}}-{{number}}", lambda entry: {{"tries": 1}})
    progress.update("answers", "shared", lambda entry: {{"tries": entry.get("tries", 0) + 1}})
"""


def test_two_notebooks_writing_at_once_lose_nothing(progress):
    code = WRITER.format(stem=STEM)
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(progress.folder), name]) for name in ("one", "two")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    answers = progress.read("answers")
    assert len(answers) == 81
    assert answers["shared"] == {"tries": 80}


def test_an_unknown_section_is_refused(progress):
    with pytest.raises(ValueError, match=r"no section 'answer' of progress\. Valid: predictions, answers"):
        progress.read("answer")


TERMS = (
    Term("loyalty", "客户忠诚", "Will to go on buying.", "H-05", "kèhù zhōngchéng"),
    Term("trust", "顾客信任", "Belief in the firm.", "H-02"),
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


@given(answers=st.lists(st.booleans(), max_size=12))
def test_a_card_climbs_by_one_box_and_falls_to_the_first(answers):
    entry: dict = {}
    box = 1
    for knew in answers:
        entry = move_card(entry, knew=knew, today=TODAY)
        box = min(box + 1, 5) if knew else 1
        assert entry["box"] == box
        assert (date.fromisoformat(entry["due_on"]) - TODAY).days == DAYS[box]


def test_cards_are_written_for_other_programs_and_never_over_a_file(tmp_path):
    path = tmp_path / "cards.csv"
    assert write_cards(path, {STEM: TERMS}) == 4
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "front,back,definition,topic,chapter"
    assert lines[1] == f"loyalty,客户忠诚 (kèhù zhōngchéng),Will to go on buying.,H-05,{STEM}"
    with pytest.raises(FileExistsError):
        write_cards(path, {STEM: TERMS})
