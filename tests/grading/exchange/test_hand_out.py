"""What students get: the exercise on their own firm, and nothing of anybody else."""

import json

import pytest

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.hand_out import hand_out, read_edition
from crmlib.grading.exchange.students import Student

STEM = "03_lifecycle"


def code_of(path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_each_notebook_opens_its_own_firm_and_says_whose_it_is(tmp_path):
    people = [Student("7", seed=11), Student("8", seed=12)]
    hand_out(Coursework(tmp_path), people, [STEM, "04_satisfaction_and_loyalty"])
    for one in people:
        folder = tmp_path / "handed_out" / one.number
        code = code_of(folder / f"{STEM}.ipynb")
        assert f'open_chapter("{STEM}", seed={one.seed})' in code
        assert f'hand_in_button("{STEM}.ipynb")' in code
        own = json.loads((folder / f"{STEM}.ipynb").read_text(encoding="utf-8"))["metadata"]["crm_course"]
        assert own == {"format": 1, "exercise": STEM, "student": one.number, "seed": one.seed}
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["exercises"] == [STEM, "04_satisfaction_and_loyalty"]


def test_the_same_class_gets_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        hand_out(Coursework(tmp_path / name), [Student("7", seed=11)], [STEM])
    first, second = (tmp_path / name / "handed_out/7" / f"{STEM}.ipynb" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_that_is_in_use_is_left_alone(tmp_path):
    place, student = Coursework(tmp_path), Student("7", seed=11)
    (written,) = hand_out(place, [student], [STEM])
    written.path.write_text("mine", encoding="utf-8")
    (again,) = hand_out(place, [student], [STEM])
    assert again.kept and written.path.read_text(encoding="utf-8") == "mine"


def test_the_tables_come_without_their_truth(tmp_path):
    hand_out(Coursework(tmp_path), [Student("7", seed=2026)], [STEM], with_data=True)
    tables = tmp_path / "handed_out/7/datasets/variants/2026"
    assert (tables / "receipts.parquet").exists() and not (tables / "truth").exists()


def test_an_exercise_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no exercise '03'.*03_lifecycle"):
        read_edition("03")
