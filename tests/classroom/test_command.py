"""The commands: papers, cards, content check and ledger write what they say and overwrite nothing."""

import pytest
import typer

from crmlib.classroom import command
from crmlib.classroom.course import audit
from tests.classroom.calls import SMALL_CHECKS, STEM, ten_customers, write_examples


@pytest.fixture
def content(tmp_path, monkeypatch):
    """Return the folder of chapter 04 with the documented examples."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    return write_examples(tmp_path / "content")


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


def test_two_chapters_may_not_share_an_exam_id_or_translate_a_term_differently(
    content, tmp_path, monkeypatch
):
    monkeypatch.setattr(audit, "FEWEST", {})
    other = tmp_path / "content" / "05_churn_and_recovery"
    content.rename(tmp_path / "kept")
    write_examples(tmp_path / "content").rename(other)
    (tmp_path / "kept").rename(content)
    path = other / "glossary.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("customer satisfaction,", "client joy,"), encoding="utf-8"
    )
    (other / "recall.yaml").write_text(
        (other / "recall.yaml")
        .read_text(encoding="utf-8")
        .replace("03_lifecycle", "02_relationship_types")
        .replace("01_relationship_marketing", "04_satisfaction_and_loyalty"),
        encoding="utf-8",
    )
    found = "\n".join(audit.find_problems("05_churn_and_recovery"))
    assert "item '04-01': 04_satisfaction_and_loyalty has this id too" in found
    assert "04_satisfaction_and_loyalty calls 客户满意 'customer satisfaction'. Use one term." in found


def test_computed_problems_name_questions_items_and_charts(content):
    (content / "checks.yaml").write_text(
        SMALL_CHECKS.replace('answer: "1600"', 'answer: "4000"'), encoding="utf-8"
    )
    exam = (content / "exam.yaml").read_text(encoding="utf-8")
    (content / "exam.yaml").write_text(exam.replace("high: 20000", "high: 501"), encoding="utf-8")
    claims = (content / "claims.yaml").read_text(encoding="utf-8")
    wrong = claims.replace(
        "chart: crmlib.satisfaction.scores.plot_conditional_shares",
        "chart: crmlib.estimates.estimate.plot_nothing",
    )
    (content / "claims.yaml").write_text(wrong, encoding="utf-8")
    found = "\n".join(audit.find_computed_problems(STEM, ten_customers()))
    assert "question 'fee', mistake 'claimed': leads to the right answer" in found
    assert "item '04-02': seed" in found and "outside 500 to 501" in found
    assert "claim 'H-03', key 'chart': there is no crmlib.estimates.estimate.plot_nothing." in found


def test_the_ledger_is_written_from_a_folder_of_notebooks(content, tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    command.claims(notebooks=tmp_path / "notebooks", path=tmp_path / "docs" / "claims.md")
    assert "2 claims, 0 judged" in capsys.readouterr().out
    assert "not judged" in (tmp_path / "docs" / "claims.md").read_text(encoding="utf-8")
