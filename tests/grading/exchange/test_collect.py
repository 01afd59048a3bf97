"""Collecting: whose each file is, which version counts, and that nothing stops the rest or is changed."""

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from datetime import datetime, timedelta

import pytest
import typer

from crmlib.grading.command import read_deadline
from crmlib.grading.exchange.collect import collect, copy_of, counted, harmless
from crmlib.grading.exchange.hand_in import hand_in

STEM = "03_lifecycle"


def snapshot(folder):
    """Every file of a folder with its content and time."""
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def export(tmp_path):
    """Return a function that puts a file into an export, with a time."""
    folder = tmp_path / "export"
    folder.mkdir()

    def put(name: str, content: bytes, day: int = 1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = datetime(2026, 11, day, 12).timestamp()
        os.utime(path, (moment, moment))
        return folder

    return put


def states(entries):
    return {entry.place: (entry.state, entry.number, entry.why) for entry in entries}


def test_files_are_found_under_the_names_of_moodle_and_of_canvas(coursework, people, export, write_notebook):
    answered = "chapter.check('q5', 3)"
    export("李 华_101_assignsubmission_file_/03 生命周期 (1).ipynb", write_notebook(people[0], answered))
    export("Mara Quist_102_assignsubmission_file_03_lifecycle.ipynb", write_notebook(people[1], answered))
    export(
        "wangfang_503_9001_homework.ipynb", write_notebook(None, "open_chapter('03_lifecycle')\n" + answered)
    )
    folder = export("brandtomas_LATE_77_9002_03_lifecycle-2.ipynb", write_notebook(people[3], answered))
    entries = collect(coursework, folder, STEM)
    assert {(one.number, one.state, one.late) for one in entries} == {
        ("2026001", "counts", False),
        ("2026002", "counts", False),
        ("2026003", "counts", False),
        ("2026004", "counts", True),
    }


def test_the_archive_of_a_platform_and_the_pack_in_it_are_read_in_memory(
    coursework, people, tmp_path, write_notebook
):
    (tmp_path / f"{STEM}.ipynb").write_bytes(write_notebook(people[1], "chapter.check('q5', 3)"))
    pack = hand_in(tmp_path / f"{STEM}.ipynb").path
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        info = zipfile.ZipInfo("Mara Quist_102_assignsubmission_file_/" + pack.name, (2026, 11, 3, 9, 30, 0))
        archive.writestr(info, pack.read_bytes())
        archive.writestr("../../escape_1_assignsubmission_file_/x.ipynb", b"{}")
        archive.writestr("__MACOSX/._x", b"")
    entries = {one.number: one for one in collect(coursework, tmp_path / "class.zip", STEM)}
    assert entries["2026002"].state == "counts" and entries["2026002"].when == "2026-11-03T09:30:00"
    assert entries["2026002"].remarks == () and len(entries) == 2
    assert not (tmp_path.parent / "escape_1_assignsubmission_file_").exists()


def test_everything_that_cannot_count_is_listed_and_stops_nothing(coursework, people, export, write_notebook):
    good = write_notebook(people[0], "chapter.check('q5', 3)")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.ipynb", b" " * 20_000_000)
    export("a/2026001.ipynb", good)
    export("b/2026002 empty.ipynb", b"")
    export("c/2026002 broken.ipynb", good[:100])
    export("d/2026002 word.docx", b"my answers")
    export("e/2026003.ipynb", write_notebook(people[2]))
    export("f/Tomas Brand_1_assignsubmission_file_/x.ipynb", good)
    export("g/2026004.ipynb", write_notebook(people[3], "1", stem="04_satisfaction_and_loyalty"))
    export("h/nobody.ipynb", write_notebook(None, "x = 1"))
    export("i/2026004.zip", bomb.getvalue())
    export("j/2026004 cut.zip", b"PK\3\4 cut")
    export("k/2026004 list.ipynb", b"[1, 2]")
    folder = export("l/2026004 deep.ipynb", b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    before = snapshot(folder)
    found = {
        place[0]: why for place, (state, _, why) in states(collect(coursework, folder, STEM)).items() if why
    }
    assert snapshot(folder) == before
    for place, words in {
        "b": "the file is empty",
        "c": "damaged",
        "d": "no notebook and no file of `hand-in`",
        "e": "exactly as it was handed out",
        "f": "from somebody else: the notebook was handed out to 2026001",
        "g": "not from this exercise: 04_satisfaction_and_loyalty",
        "h": "from nobody on the class list",
        "i": "larger than 60 MB",
        "j": "the archive cannot be read",
        "k": "it has no cells",
        "l": "damaged",
    }.items():
        assert words in found[place], place
    assert [entry.number for entry in counted(coursework, STEM)] == ["2026001"]


def test_the_latest_version_counts_and_the_same_one_only_once(coursework, people, export, write_notebook):
    first, second = (write_notebook(people[0], f"chapter.check('q5', {n})") for n in (1, 2))
    export("x/2026001 new.ipynb", second, day=9)
    export("a/2026001 old.ipynb", first, day=3)
    folder = export("b/2026001 copy.ipynb", second, day=7)
    entries = collect(coursework, folder, STEM, deadline=datetime(2026, 11, 8))
    assert states(entries) == {
        "x/2026001 new.ipynb": ("counts", "2026001", ""),
        "a/2026001 old.ipynb": ("older version", "2026001", ""),
        "b/2026001 copy.ipynb": ("handed in twice", "2026001", ""),
    }
    assert [entry.late for entry in counted(coursework, STEM)] == [True]


def test_what_comes_at_the_deadline_is_in_time_and_a_second_later_is_late(
    coursework, people, export, write_notebook
):
    folder = export("2026001 a.ipynb", write_notebook(people[0], "chapter.check('q5', 1)"), day=9)
    (entry,) = collect(coursework, folder, STEM)
    when = datetime.fromisoformat(entry.when)
    for deadline, late in ((when, False), (when - timedelta(seconds=1), True)):
        assert [one.late for one in collect(coursework, folder, STEM, deadline=deadline)] == [late]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-12-01", "2026-12-01T23:59:59"), ("2026-12-01T00:00", "2026-12-01T00:00:00")],
)
def test_a_day_alone_counts_to_its_end(text, moment):
    assert read_deadline(text).isoformat() == moment


def test_a_deadline_that_is_none_is_refused():
    with pytest.raises(typer.BadParameter, match="'1/12/2026', expected such as 2026-12-01"):
        read_deadline("1/12/2026")


def test_a_platform_s_number_of_the_version_outweighs_the_time(coursework, people, export, write_notebook):
    export("quistmara_5_1_03-1.ipynb", write_notebook(people[1], "chapter.check('q5', 1)"), day=9)
    folder = export("quistmara_5_2_03-2.ipynb", write_notebook(people[1], "chapter.check('q5', 2)"), day=2)
    collect(coursework, folder, STEM)
    assert counted(coursework, STEM)[0].place == "quistmara_5_2_03-2.ipynb"


def test_collecting_again_adds_and_keeps_every_version(coursework, people, export, write_notebook):
    folder = export("2026001.ipynb", write_notebook(people[0], "chapter.check('q5', 1)"), day=1)
    collect(coursework, folder, STEM)
    kept = {path: path.read_bytes() for path in (coursework.folder / "collected").rglob("*.ipynb")}
    shutil.rmtree(folder)
    export("2026001.ipynb", write_notebook(people[0], "chapter.check('q5', 2)"), day=2)
    entries = collect(coursework, folder, STEM)
    assert sorted(entry.state for entry in entries) == ["counts", "older version"]
    assert {path: path.read_bytes() for path in kept} == kept
    chosen = counted(coursework, STEM)[0]
    content = copy_of(coursework, STEM, chosen).read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith(chosen.digest)


def test_a_notebook_changed_after_packing_is_remarked(coursework, people, tmp_path, export, write_notebook):
    (tmp_path / f"{STEM}.ipynb").write_bytes(write_notebook(people[1], "chapter.check('q5', 3)"))
    pack = hand_in(tmp_path / f"{STEM}.ipynb").path
    changed = io.BytesIO()
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"'q5', 3", b"'q5', 4"))
    folder = export("2026003_note/" + pack.name.replace("2026002", "2026003"), changed.getvalue())
    (entry,) = collect(coursework, folder, STEM)
    assert (entry.state, entry.number) == ("counts", "2026002")
    assert [words.split(":")[0] for words in entry.remarks] == ["the receipt does not fit", "renamed"]


def test_the_list_names_who_is_missing_and_no_cell_is_a_formula(coursework, people, export, write_notebook):
    export("=cmd()/2026001.ipynb", write_notebook(people[0], "x = 1"))
    folder = export("=2+3.ipynb", b"")
    collect(coursework, folder, STEM)
    text = coursework.place("collected", STEM, "collected.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows if row["state"] == "missing"] == ["2026002", "2026003", "2026004"]
    assert {row["file"][:2] for row in rows} == {"'=", ""}
    assert harmless("-1") == "'-1"


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [(False, FileNotFoundError, "There is no"), (True, ValueError, "holds no file")],
)
def test_an_export_that_is_not_there_is_named(coursework, tmp_path, make, error, match):
    if make:
        (tmp_path / "none").mkdir()
    with pytest.raises(error, match=match):
        collect(coursework, tmp_path / "none", STEM)


def test_nothing_is_counted_before_something_was_collected(coursework):
    with pytest.raises(ValueError, match="crm course collect"):
        counted(coursework, STEM)


def test_a_damaged_register_says_how_to_go_on(coursework):
    path = coursework.place("collected", STEM, "register.json")
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"is damaged.*Delete it"):
        counted(coursework, STEM)
    assert json.loads((coursework.folder / "class.json").read_text(encoding="utf-8"))
