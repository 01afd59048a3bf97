"""The commands: papers, cards, content check and ledger write what they say and overwrite nothing."""

import pytest
import typer

from crmlib.classroom import command
from crmlib.classroom.course import audit
from tests.classroom.calls import STEM
from tests.classroom.course.calls import write_notebook


def test_a_paper_and_its_scheme_are_written_and_the_next_pair_gets_a_number(content, tmp_path, capsys):
    folder = tmp_path / "exams"
    for _ in range(2):
        command.exam(["04"], seed=3, minutes=30, language="both", folder=folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "exam-04-both-3-2-marking.md",
        "exam-04-both-3-2.md",
        "exam-04-both-3-marking.md",
        "exam-04-both-3.md",
    ]
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert texts["exam-04-both-3.md"] == texts["exam-04-both-3-2.md"]
    assert "Answer" in texts["exam-04-both-3-marking.md"] and "Answer" not in texts["exam-04-both-3.md"]
    assert "2 items, 5 of 30 minutes, 5 marks" in capsys.readouterr().out


def test_half_a_pair_is_enough_to_take_the_next_number(content, tmp_path):
    folder = tmp_path / "exams"
    folder.mkdir()
    (folder / "exam-04-en-1-marking.md").write_text("mine", encoding="utf-8")
    command.exam(None, seed=1, minutes=30, language="en", folder=folder)
    assert (folder / "exam-04-en-1-marking.md").read_text(encoding="utf-8") == "mine"
    assert (folder / "exam-04-en-1-2.md").exists()


def test_cards_are_written_once_and_then_under_a_number(content, tmp_path, capsys):
    for _ in range(2):
        command.cards([STEM], folder=tmp_path / "cards")
    assert sorted(path.name for path in (tmp_path / "cards").iterdir()) == ["cards-04-2.csv", "cards-04.csv"]
    assert "4 cards" in capsys.readouterr().out


def test_a_chapter_without_content_is_refused_with_the_nearest(content):
    assert command.find_stems(["4"]) == command.find_stems(["04"]) == command.find_stems(None) == [STEM]
    with pytest.raises(ValueError, match="no chapter '5' with content"):
        command.find_stems(["5"])
    with pytest.raises(ValueError, match="Make the folder crmlib/classroom/content/07_customer_value/"):
        command.find_stems(["07_customer_value"])


def test_the_content_check_lists_every_problem_and_fails(content, capsys):
    (content / "claims.yaml").write_text("claims: []", encoding="utf-8")
    (content / "lecture.yaml").unlink()
    (content / "notes.txt").write_text("stray", encoding="utf-8")
    with pytest.raises(typer.Exit):
        command.content(["04"])
    shown = capsys.readouterr().out
    assert "claims.yaml, key 'claims': expected a list of entries, found a list of 0" in shown
    assert "lecture.yaml is missing" in shown
    assert "notes.txt: no file of this name belongs here" in shown


def test_the_content_check_asks_for_enough_items(content, capsys):
    with pytest.raises(typer.Exit):
        command.content(None)
    shown = capsys.readouterr().out
    assert "2 exam items, a chapter has at least 15. Write 13 more." in shown
    assert "1 calculations, a chapter has at least 4" in shown


def test_a_sound_chapter_names_the_topics_that_still_wait(content, capsys, monkeypatch):
    monkeypatch.setattr(audit, "FEWEST", {})
    command.content(["04"])
    shown = capsys.readouterr().out
    assert f"{STEM}: no problem found; not yet named anywhere: F-17" not in shown
    assert f"{STEM}: no problem found; not yet named anywhere: G-01, G-02" in shown


def test_the_ledger_is_written_from_a_folder_of_notebooks(content, tmp_path, capsys):
    write_notebook(tmp_path / "notebooks" / f"{STEM}.ipynb", [("markdown", "# 4")])
    command.claims(notebooks=tmp_path / "notebooks", path=tmp_path / "docs" / "claims.md")
    assert "2 claims, 0 judged" in capsys.readouterr().out
    assert "not judged" in (tmp_path / "docs" / "claims.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_report_on_no_notebook_is_refused_and_nothing_is_written(content, tmp_path, name):
    (tmp_path / "empty" / "notebooks").mkdir(parents=True)
    folder, path = tmp_path / name, tmp_path / "page.md"
    with pytest.raises(
        ValueError, match=rf"no notebook in .*{name}\. Name the right folder with --notebooks"
    ):
        command.claims(notebooks=folder, path=path)
    with pytest.raises(ValueError, match=rf"no notebook in .*{name}/notebooks\. Name .* with --root"):
        command.syllabus(root=folder, path=path)
    assert not path.exists()


def test_a_place_that_is_no_folder_is_refused_before_anything_is_written(content, tmp_path):
    place = tmp_path / "file"
    place.write_text("mine", encoding="utf-8")
    for folder in (place, place / "below"):
        with pytest.raises(ValueError, match=r"is no folder that can be written to\. Name another one"):
            command.exam(["04"], seed=1, minutes=30, language="en", folder=folder)
        with pytest.raises(ValueError, match=r"is no folder that can be written to\. Name another one"):
            command.cards(["04"], folder=folder)
    assert place.read_text(encoding="utf-8") == "mine"
