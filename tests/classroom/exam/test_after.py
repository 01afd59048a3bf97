"""After the exam: known difficulty is found again, a wrong key is named, odd marks are refused."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from crmlib.classroom.exam.after import analyse_marks, estimate_alpha, read_paper
from crmlib.classroom.exam.command import app

STUDENTS = 400


def make_paper(kinds):
    return {
        str(number): {
            "number": number,
            "kind": kind,
            "marks": 2.0 if kind == "choice" else 4.0,
            "right": "b" if kind == "choice" else None,
            "letters": list("abcd") if kind == "choice" else [],
            "topics": "H-01",
        }
        for number, kind in enumerate(kinds, start=1)
    }


def draw_class(difficulty, *, discriminates=None, seed=1, students=STUDENTS):
    """Letters of choice questions: how able a student is decides, at the difficulty that is asked for."""
    generator = np.random.default_rng(seed)
    able = generator.normal(size=students)
    table = {"student": [f"s{number}" for number in range(students)]}
    for number, share in enumerate(difficulty, start=1):
        sign = (discriminates or {}).get(number, 1)
        luck = sign * able + generator.normal(size=students)
        right = luck >= np.quantile(luck, 1 - share)
        table[str(number)] = np.where(right, "b", generator.choice(list("acd"), size=students))
    return pd.DataFrame(table)


def write(tmp_path, table):
    path = tmp_path / "marks.csv"
    table.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_known_difficulty_and_discrimination_are_found_again(tmp_path):
    difficulty = [0.9, 0.7, 0.5, 0.3, 0.6, 0.8, 0.4, 0.65]
    found = analyse_marks(write(tmp_path, draw_class(difficulty)), make_paper(["choice"] * 8))
    assert np.allclose(found.questions["difficulty"], difficulty, atol=0.01)
    assert (found.questions["discrimination"] > 0.2).all()
    assert found.alpha_low < found.alpha < found.alpha_high
    assert found.students == STUDENTS and found.notes == ()


def test_discrimination_leaves_the_question_itself_out(tmp_path):
    table = draw_class([0.5, 0.5, 0.5])
    found = analyse_marks(write(tmp_path, table), make_paper(["choice"] * 3)).questions
    right = table.drop(columns="student") == "b"
    expected = np.corrcoef(right["1"], right["2"].astype(int) + right["3"])[0, 1]
    assert found.loc[0, "discrimination"] == pytest.approx(expected)


def test_a_wrong_key_is_named(tmp_path):
    table = draw_class([0.5] * 6, discriminates={3: -1})
    table["4"] = np.where(table["4"] == "b", "a", table["4"])
    found = analyse_marks(write(tmp_path, table), make_paper(["choice"] * 6))
    assert "Question 3: weak students did better than good ones" in found.notes[0]
    assert any(note.startswith("Question 4: a wrong choice drew more students") for note in found.notes)


def test_what_tells_nothing_and_a_tie_of_choices_are_no_wrong_key(tmp_path):
    table = draw_class([0.5] * 3, students=20).assign(**{"1": "b", "2": ["b"] * 10 + ["a"] * 10})
    notes = analyse_marks(write(tmp_path, table), make_paper(["choice"] * 3)).notes
    assert not any(note.startswith("Question 1:") or "2: a wrong choice" in note for note in notes)


def test_alpha_is_that_of_the_formula_and_covers_the_truth():
    marks = pd.DataFrame({"1": [1, 2, 3, 4, 5], "2": [2, 1, 4, 3, 5], "3": [1, 3, 2, 5, 4]}, dtype=float)
    sums = np.cov(marks.to_numpy().T)
    expected = 3 / 2 * (1 - np.trace(sums) / sums.sum())
    assert estimate_alpha(marks)[0] == pytest.approx(expected)
    generator, hits = np.random.default_rng(2), 0
    for _ in range(400):  # true scores of variance 1, noise of variance 1: alpha of 5 questions is 5 / 6
        scores = generator.normal(size=(30, 1)) + generator.normal(size=(30, 5))
        _, low, high = estimate_alpha(pd.DataFrame(scores))
        hits += low <= 5 / 6 <= high
    assert 0.92 <= hits / 400 <= 0.98
    with pytest.raises(ValueError, match="all students have the same marks"):
        estimate_alpha(pd.DataFrame({"1": [1.0, 1.0], "2": [2.0, 2.0]}))


def test_choices_are_counted_and_an_empty_cell_is_no_answer(tmp_path):
    table = draw_class([0.5, 0.5], students=10)
    table.loc[[0, 1], "1"] = ""
    table["2"] = ["4", "0", "2"] + ["1.5"] * 7
    found = analyse_marks(write(tmp_path, table), make_paper(["choice", "list"]))
    row = found.choices.iloc[0]
    assert row["none"] == 2 and row[[*"abcd"]].sum() == 8
    assert found.notes[0] == "2 empty cells count as no answer, 0 marks."
    assert found.questions.loc[1, "difficulty"] == pytest.approx((4 + 2 + 7 * 1.5) / 40)


@pytest.mark.parametrize(("encoding", "separator"), [("gb18030", ","), ("utf-8", ";"), ("utf-16", "\t")])
def test_marks_come_as_a_spreadsheet_writes_them(tmp_path, encoding, separator):
    table = draw_class([0.5, 0.5], students=12)
    table["student"] = [f"学生{number}" for number in range(12)]
    path = tmp_path / "marks.csv"
    table.to_csv(path, index=False, encoding=encoding, sep=separator)
    assert analyse_marks(path, make_paper(["choice"] * 2)).students == 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.rename(columns={"student": "name"}), "there is no column 'student'"),
        (lambda table: table.assign(student="s1"), r"1 students stand twice \(s1\)"),
        (lambda table: table.assign(**{"9": 1}), "unknown columns 9; missing none"),
        (lambda table: table.drop(columns="2"), "unknown columns none; missing 2"),
        (
            lambda table: table.assign(**{"2": ["4.1", *["1"] * 9]}),
            r"question 2: 1 cells are wrong \(students s0; such as '4.1'\). Expected marks from 0 to 4",
        ),
        (lambda table: table.assign(**{"1": "e"}), "marks from 0 to 2 or a letter, a, b, c, d"),
        (lambda table: table.iloc[:9], "9 students and 2 questions; expected at least 10 and 2"),
    ],
)
def test_marks_that_do_not_fit_the_paper_are_named(tmp_path, change, message):
    table = draw_class([0.5, 0.5], students=10).assign(**{"2": "4"})
    with pytest.raises(ValueError, match=message):
        analyse_marks(write(tmp_path, change(table)), make_paper(["choice", "list"]))


def test_a_paper_is_written_and_analysed_by_command(tmp_path):
    run, folder = CliRunner().invoke, tmp_path / "papers"
    assert run(app, ["paper", "--seed", "2", "--folder", str(folder)]).exit_code == 0
    paper = read_paper(folder / "paper-A2.json")
    assert sum(one["marks"] for one in paper.values()) == 100
    generator = np.random.default_rng(1)
    table = {"student": [f"s{number}" for number in range(12)]}
    for name, one in paper.items():
        table[name] = generator.integers(0, int(one["marks"]) + 1, size=12)
    wish = ["analyse", str(write(tmp_path, pd.DataFrame(table))), "--paper", str(folder / "paper-A2.json")]
    done = run(app, [*wish, "--out", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Cronbach" in page and "http" not in page
    assert run(app, [*wish, "--out", str(tmp_path / "page.html")]).exit_code == 1
    (tmp_path / "odd.json").write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.json is no paper of crm exam"):
        read_paper(tmp_path / "odd.json")
