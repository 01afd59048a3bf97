"""The commands, one after another, as an instructor calls them."""

import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from crmlib.grading.command import course
from crmlib.grading.containment import tiers

STEM = "03_lifecycle"


@pytest.fixture
def call():
    """Return a function that calls a command and returns what it says."""

    def run(*words: object, code: int = 0) -> str:
        done = CliRunner().invoke(course, [str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_a_class_is_handed_out_and_what_differs_is_left_alone(tmp_path, call):
    (tmp_path / "list.csv").write_text("学号,姓名\n7,李华\n8,Mara\n", encoding="utf-8-sig")
    words = [
        "hand-out",
        "03",
        "04",
        "--students",
        tmp_path / "list.csv",
        "--out",
        tmp_path / "class",
        "--firms",
        1,
    ]
    assert "2 students, 2 exercises each" in call(*words)
    notebook = tmp_path / "class/handed_out/7" / f"{STEM}.ipynb"
    said = call("hand-in", notebook)
    assert "Receipt · 回执" in said and "**" not in said
    notebook.write_text("{}", encoding="utf-8")
    assert "left alone" in call(*words)


def test_a_class_stays_on_its_firms(tmp_path, call):
    (tmp_path / "list.csv").write_text("number\n7\n8\n", encoding="utf-8")
    words = ["hand-out", "03", "--students", tmp_path / "list.csv", "--out", tmp_path / "class"]
    assert "2 students, 1 exercise each" in call(*words, "--firms", 1)
    with pytest.raises(ValueError, match=r"2 students were handed out on other firms \(7, 8\).*--firms"):
        call(*words)


def test_what_came_back_is_listed_file_by_file(tmp_path, coursework, people, write_notebook, call):
    export = tmp_path / "export"
    export.mkdir()
    (export / "2026001.ipynb").write_bytes(write_notebook(people[0], "chapter.check('q5', 3)"))
    (export / "2026002.ipynb").write_bytes(b"")
    words = ["collect", export, "--exercise", "03", "--out", coursework.folder, "--deadline", "2026-01-01"]
    said = call(*words)
    assert (
        "2026002" not in said.split("nobody")[0]
        and "nobody: not counted, 2026002.ipynb; the file is empty" in said
    )
    assert "1 students handed in, 1 of them late; 3 did not." in said


def test_grading_says_which_containment_is_in_force(graded, monkeypatch, call):
    place, _ = graded
    monkeypatch.setattr(tiers, "CONTAINED", [replace(tiers.BUBBLEWRAP, is_available=lambda: False)])
    with pytest.raises(ValueError, match="add --uncontained"):
        call("grade", "03", "--out", place.folder)
    said = call("grade", "03", "--out", place.folder, "--uncontained")
    assert "Contained by uncontained: nothing: submissions run with your rights" in said
    assert "3 submissions are graded" in said


def test_the_way_from_results_to_the_platform(graded, call):
    place, _ = graded
    assert "3 pages" in call("feedback", "03", "--out", place.folder)
    assert call("marks", "03", "--out", place.folder).count("wrote") == 3
    assert "0 pairs to look at, no verdict on any" in call("similar", "03", "--out", place.folder)
    assert "0 of 3 students are affected. Nothing was written" in call("regrade", "03", "--out", place.folder)
    assert "The new decisions are kept." in call("regrade", "03", "--out", place.folder, "--write")


def test_the_steps_for_instructors_name_commands_that_exist(root):
    text = (root / "docs" / "instructors.md").read_text(encoding="utf-8")
    named = set(re.findall(r"crm course ([a-z-]+)", text))
    offered = {command.name for command in course.registered_commands}
    assert named == offered
