"""Progress: nothing is lost, whoever writes and whatever the file held; switched off, nothing is written."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from crmlib.classroom.progress import Progress, list_progress, progress_folder, read_all_answers

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


def store(section: str, entry: object) -> str:
    """The text of a file with one entry."""
    return json.dumps({"version": 1, "records": {section: {"one": entry}}})


@pytest.mark.parametrize("content", [
    "", "{", "[]", '{"version": 1}', '{"version": 1, "records": 3}', "客户", "[" * 100_000,
    store("answers", [1]), store("answers", "tried"), store("answers", {"tries": "2"}),
    store("answers", {"passed": 1}), store("answers", {"of": 4}), store("predictions", {"unit": "%"}),
    store("predictions", {"value": math.nan}), store("predictions", {"value": 10**400}),
    store("cards", {"box": 0}), store("cards", {"box": 6}), store("cards", {"box": True}),
    store("cards", {"stability": 0}), store("cards", {"difficulty": 11}),
])  # fmt: skip
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


def test_a_question_solved_on_any_firm_is_solved(tmp_path):
    common, own, other = (Progress(STEM, tmp_path, seed=seed) for seed in (None, 7, 11))
    common.note_answer("q1", passed=False)
    common.note_answer("q2", passed=True)
    own.note_answer("q1", passed=True)
    own.note_answer("q2", passed=False)
    other.note_answer("q3", passed=False)
    (tmp_path / f"{STEM}-notes.json").write_text("{}", encoding="utf-8")
    for progress in (common, own):
        found = read_all_answers(progress)
        assert {key: entry["passed"] for key, entry in found.items()} == {"q1": True, "q2": True, "q3": False}
    assert [one.seed for one in list_progress(STEM, tmp_path)] == [None, 11, 7]
    assert common.read("answers")["q1"] == {"tries": 1, "passed": False, "at_once": False}
    assert read_all_answers(Progress(STEM, None)) == {}


def test_work_on_a_firm_of_one_s_own_is_timed_until_the_first_right_answer(tmp_path):
    moments = iter([100.0, 130.0, 160.0, 2000.0, 2001.0])
    own = Progress("03_lifecycle", tmp_path, seed=7, clock=lambda: next(moments))
    own.note_answer("q1", passed=False)
    own.note_answer("q1", passed=True)
    own.note_answer("q2", passed=False)
    own.note_answer("q1", passed=True)
    kept = own.read("answers")
    assert kept["q1"]["seconds"] == 60.0, "what comes after the first right answer does not count"
    assert kept["q2"]["seconds"] == 600.0, "a pause counts ten minutes at most"
    common = Progress("03_lifecycle", tmp_path)
    common.note_answer("q1", passed=True)
    assert "seconds" not in common.read("answers")["q1"]
