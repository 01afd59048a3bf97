"""Handing in: one file, a receipt, a word on what is blank, and nothing of the student's is changed."""

import json

import pytest

from crmlib.classroom.progress import Progress, progress_folder
from crmlib.grading.exchange.hand_in import find_blanks, hand_in, hand_in_button, tell
from crmlib.grading.exchange.hand_out import hand_out
from crmlib.grading.exchange.notebook import code_cells, read_notebook
from crmlib.grading.exchange.pack import read_pack

STEM = "03_lifecycle"


@pytest.fixture
def notebook(coursework, people):
    """The notebook of the first student, as handed out."""
    return hand_out(coursework, people[:1], [STEM])[0].path


def test_the_file_holds_the_notebook_byte_for_byte(notebook):
    before = notebook.read_bytes()
    receipt = hand_in(notebook)
    pack = read_pack(receipt.path.read_bytes())
    assert pack.notebook == notebook.read_bytes() == before
    assert pack.is_whole and pack.note["student"] == "2026001" and pack.note["exercise"] == STEM
    assert receipt.code in receipt.path.name


def test_what_is_blank_is_named_and_what_is_worked_in_the_exercise_is_not(notebook):
    receipt = hand_in(notebook)
    assert receipt.blank == ("q2", "q3", "q4", "q5", "q6", "q7", "q8", "reasons")
    assert "q2, q3" in tell(receipt) and receipt.code in tell(receipt)


@pytest.mark.parametrize(
    ("cells", "blank"),
    [
        (["x = 3\nchapter.check('q2', x)"], False),
        (["x = ...", "x = 3", "chapter.check('q2', x)"], False),
        (["x = 3", "x = ...", "chapter.check('q2', x)"], True),
        (["chapter.check('q2', ...)"], True),
        (["chapter.check('q2', 1 / 3)"], False),
        (["x = rows[...].mean()", "chapter.check('q2', x)"], True),
        (["chapter.check('q2', 1)", "chapter.check('q2', ...)"], False),
        (["x = (", "chapter.check('q2', 1)"], False),
        (["chapter.answer('q2')"], True),
        (["chapter.answer('q2', 'b')"], False),
        (["print(1)"], True),
    ],
)
def test_a_question_is_blank_if_its_answer_was_last_set_to_dots(cells, blank):
    assert ("q2" in find_blanks(cells, STEM)) is blank


def test_handing_in_twice_writes_one_file_and_a_changed_notebook_another(notebook):
    first, second = hand_in(notebook), hand_in(notebook)
    assert first == second
    data = json.loads(notebook.read_text(encoding="utf-8"))
    data["cells"][0]["source"] = "changed"
    notebook.write_text(json.dumps(data), encoding="utf-8")
    assert hand_in(notebook).code != first.code
    assert len(list(notebook.parent.glob("*.zip"))) == 2


def test_another_file_of_that_name_is_not_replaced(notebook):
    receipt = hand_in(notebook)
    receipt.path.write_bytes(b"somebody's")
    with pytest.raises(ValueError, match="is there already and holds something else"):
        hand_in(notebook)
    assert receipt.path.read_bytes() == b"somebody's"


def test_a_notebook_that_cannot_be_handed_in_is_refused_with_the_repair(tmp_path, notebook, write_notebook):
    with pytest.raises(ValueError, match="handed out to student 2026001, not to 8"):
        hand_in(notebook, number="8")
    with pytest.raises(FileNotFoundError, match="no notebook"):
        hand_in(tmp_path / "none.ipynb")
    for name, content, match in [
        ("03_lifecycle.ipynb", write_notebook(None, "1"), "says no student number. Add --number"),
        ("holiday.ipynb", write_notebook(None, "1"), "is no exercise of this course"),
        ("05_churn_and_recovery.ipynb", b"{", "is no notebook"),
        ("04_satisfaction_and_loyalty.ipynb", b"", "the file is empty"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=match):
            hand_in(tmp_path / name)


def test_a_number_is_taken_where_the_notebook_has_none(tmp_path, write_notebook):
    (tmp_path / "03_lifecycle.ipynb").write_bytes(write_notebook(None, "chapter.check('q2', 1)"))
    receipt = hand_in(tmp_path / "03_lifecycle.ipynb", number=" 2026 009 ")
    assert read_pack(receipt.path.read_bytes()).note["student"] == "2026009"
    assert "q2" not in receipt.blank


def test_outside_a_notebook_the_button_hands_in_at_once(notebook, capsys):
    hand_in_button(str(notebook))
    assert "Receipt · 回执" in capsys.readouterr().out
    hand_in_button("nowhere.ipynb")
    assert "There is no notebook nowhere.ipynb" in capsys.readouterr().out


def test_in_a_notebook_nothing_is_written_before_the_button_is_pressed(notebook, monkeypatch):
    shown = []
    monkeypatch.setattr("crmlib.grading.exchange.hand_in.in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", shown.append)
    hand_in_button(str(notebook))
    button, said = shown[0].children
    assert not list(notebook.parent.glob("*.zip")) and said.value == ""
    button.click()
    (written,) = notebook.parent.glob("*.zip")
    assert written.name in said.value and "q2" in said.value


def test_a_clicked_answer_reaches_the_file_that_is_handed_in(tmp_path, monkeypatch, people, write_notebook):
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    Progress(STEM, progress_folder(), seed=2026).note_answer("q8", passed=True, given="c")
    Progress(STEM, progress_folder()).note_answer("q8", passed=False, given="a")
    path = tmp_path / f"{STEM}.ipynb"
    path.write_bytes(write_notebook(people[0], 'chapter.answer("q8")'))
    before = path.read_bytes()
    receipt = hand_in(path)
    pack = read_pack(receipt.path.read_bytes())
    assert code_cells(read_notebook(pack.notebook)) == ["chapter.answer(\"q8\", 'c')"]
    assert pack.is_whole and "q8" not in receipt.blank
    assert path.read_bytes() == before and hand_in(path) == receipt
