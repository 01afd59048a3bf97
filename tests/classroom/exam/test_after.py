"""After the exam: known difficulty is found again, a wrong key is named, odd marks are refused."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from crmlib.classroom.exam.after.analysis import analyse_marks, estimate_alpha
from crmlib.classroom.exam.after.marks import read_papers
from crmlib.classroom.exam.after.page import render_analysis
from crmlib.classroom.exam.command import app

STUDENTS = 400


def make_paper(kinds, **more):
    questions = {
        str(number): {
            "number": number,
            "id": f"00-{number:02d}",
            "numbers": {},
            "kind": kind,
            "marks": 2.0 if kind == "choice" else 4.0,
            "right": "b" if kind == "choice" else None,
            "letters": {letter: letter for letter in "abcd"} if kind == "choice" else {},
            "topics": "H-01",
        }
        for number, kind in enumerate(kinds, start=1)
    }
    return {"A1": questions, **more}


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
    (paper,) = read_papers(folder / "paper-A2.json").values()
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
        read_papers(tmp_path / "odd.json")


def test_versions_with_other_numbers_order_and_letters_are_read_together(tmp_path):
    """Version B asks question 2 first, with b and c exchanged; its template is harder on purpose."""
    first = make_paper(["choice", "list", "choice", "choice"])["A1"]
    first["2"]["numbers"] = {"rate": 0.05}
    moved = {"a": "a", "b": "c", "c": "b", "d": "d"}
    second = {
        "1": first["2"] | {"number": 1, "numbers": {"rate": 0.15}},
        "2": first["1"] | {"number": 2, "right": "c", "letters": moved},
        "3": first["3"],
        "4": first["4"],
    }
    students = 60
    early = draw_class([0.6, 0.5, 0.6, 0.6], students=students, seed=3).assign(paper="A1")
    late = early.assign(paper="B1", student=[f"t{number}" for number in range(students)])
    late["2"] = early["1"].map({"a": "a", "b": "c", "c": "b", "d": "d"})
    early["2"], late["1"] = ["4", "3"] * 30, ["2", "1"] * 30
    path = write(tmp_path, pd.concat([early, late]))
    found = analyse_marks(path, {"A1": first, "B1": second})
    assert found.questions["difficulty"].tolist() == pytest.approx([0.6, 0.625, 0.6, 0.6], abs=0.01)
    row = found.choices.iloc[0]
    assert (row["b"], row["c"]) == (2 * (early["1"] == "b").sum(), 2 * (early["1"] == "c").sum())
    numbers = found.numbers.set_index("paper")
    assert numbers["numbers"].to_dict() == {"A1": "rate = 0.05", "B1": "rate = 0.15"}
    assert numbers["difficulty"].to_dict() == {"A1": 0.875, "B1": 0.375}
    assert "Question 2: its versions differ in difficulty by more than chance" in " ".join(found.notes)
    assert (numbers["low"] < numbers["difficulty"]).all() and (numbers["high"] > numbers["difficulty"]).all()


def test_versions_of_equal_difficulty_raise_no_alarm(tmp_path):
    first = make_paper(["list", "choice"])["A1"]
    first["1"]["numbers"] = {"n": 1}
    second = first | {"1": first["1"] | {"numbers": {"n": 2}}}
    table = draw_class([0.5, 0.5], students=40).assign(
        **{"1": ["4", "2"] * 20, "paper": ["A1"] * 20 + ["B1"] * 20}
    )
    found = analyse_marks(write(tmp_path, table), {"A1": first, "B1": second})
    assert found.numbers["p"].tolist() == [1.0, 1.0] and not any("versions" in note for note in found.notes)


def test_it_is_told_whom_each_choice_drew(tmp_path):
    table = draw_class([0.5] * 5, students=100, seed=4)
    good = (table[["2", "3", "4", "5"]] == "b").sum(axis="columns")
    table["1"] = np.where(good >= 3, "a", "b")  # the trap draws the good students
    found = analyse_marks(write(tmp_path, table), make_paper(["choice"] * 5))
    rows = found.drawn[found.drawn["question"] == "1"].set_index("letter")
    assert rows.loc["a", "elsewhere"] == pytest.approx(good[good >= 3].mean() / 4)
    assert rows.loc["b", "elsewhere"] == pytest.approx(good[good < 3].mean() / 4)
    assert "Question 1: those who chose a did better elsewhere" in " ".join(found.notes)


def test_letters_of_several_right_choices_are_marked(tmp_path):
    paper = make_paper(["choice", "choice"])
    paper["A1"]["1"] |= {"kind": "multiple", "right": "abd", "marks": 3.0}
    table = draw_class([0.5, 0.5], students=10)
    table["1"] = ["abd", "ad", "ABC", "a, b", "", "b", "abcd", "d", "ab", "bd"]
    found = analyse_marks(write(tmp_path, table), paper)
    assert found.questions.loc[0, "difficulty"] == pytest.approx((3 + 2 + 0 + 2 + 0 + 1 + 0 + 1 + 2 + 2) / 30)
    assert found.choices.iloc[0][["a", "b", "c", "d", "none"]].tolist() == [6, 7, 2, 5, 1]


def test_papers_of_two_seeds_and_an_unknown_code_are_refused(tmp_path):
    first, second = (make_paper(["choice"] * 2)["A1"] for _ in range(2))
    second["2"]["id"] = "00-77"
    table = draw_class([0.5, 0.5], students=20).assign(paper=["A1", "B1"] * 10)
    with pytest.raises(ValueError, match="the papers ask different items"):
        analyse_marks(write(tmp_path, table), {"A1": first, "B1": second})
    with pytest.raises(ValueError, match=r"column 'paper'.*'C1'"):
        analyse_marks(write(tmp_path, table.assign(paper="C1")), {"A1": first})
    with pytest.raises(ValueError, match="missing paper"):
        analyse_marks(write(tmp_path, table.drop(columns="paper")), {"A1": first, "B1": first})


def test_pictures_say_what_they_show(tmp_path):
    page = render_analysis(analyse_marks(write(tmp_path, draw_class([0.5] * 4)), make_paper(["choice"] * 4)))
    assert page.count('role="img"') == 2
    assert f'aria-label="Marks of {STUDENTS} students, mean 4.0 of 8."' in page
