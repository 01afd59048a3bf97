"""Submissions on two workers of a Dask scheduler, one of which is killed in the middle."""

import json
import subprocess
import sys
import time

import pytest

from crmlib.grading.containment.tiers import choose_tier
from crmlib.grading.exchange.collect import collect
from crmlib.grading.exchange.coursework import Coursework, write_json
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.grade import grade, read_results
from crmlib.grading.marking.keys import describe_keys
from tests.grading.conftest import STEM, made_up_key

COUNT = 8
CELLS = (
    "from crmlib.classroom import open_chapter\nchapter = open_chapter('03_lifecycle')",
    "import time\ntime.sleep(1)",
    "chapter.check('q1', 1001)",
)


@pytest.fixture
def machines(tmp_path):
    """A scheduler and two workers on this machine; each is a program of its own."""
    file = tmp_path / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    started = [run_dask("scheduler", "--host", "127.0.0.1", "--port", "0", *common)]
    for _ in range(2):
        started.append(run_dask("worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", *common))
    ends = time.monotonic() + 120
    while not file.exists() and time.monotonic() < ends:
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], started
    for one in started[::-1]:
        one.kill()
        one.wait()


def run_dask(what: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def coursework(tmp_path) -> Coursework:
    """A class that has handed in, on a made-up key."""
    place, export = Coursework(tmp_path / "coursework"), tmp_path / "export"
    numbers = [str(100 + n) for n in range(COUNT)]
    place.write_class([Student(number, "A", seed=2026) for number in numbers])
    write_json(
        place.place("keys", STEM, "2026.json"), {"made_by": describe_keys(STEM), "questions": made_up_key()}
    )
    export.mkdir()
    for number in numbers:
        cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in CELLS]
        own = {"crm_course": {"student": number, "exercise": STEM}}
        text = json.dumps({"cells": cells, "metadata": own, "nbformat": 4, "nbformat_minor": 5})
        (export / f"{number}.ipynb").write_text(text, encoding="utf-8")
    collect(place, export, STEM)
    return place


def test_a_killed_worker_loses_no_submission(coursework, machines):
    address, (_, first, _) = machines
    said = []

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            first.kill()

    results = grade(coursework, STEM, choose_tier(), scheduler=address, say=say)
    assert first.wait(timeout=10) != 0
    assert [one.marks for one in results] == [1] * COUNT
    assert [line.split(":")[0] for line in said] == [f"{n} of {COUNT}" for n in range(1, COUNT + 1)]
    assert {one.tier for one in read_results(coursework, STEM)} == {choose_tier().name}


def test_what_was_graded_is_not_sent_again(coursework):
    grade(coursework, STEM, choose_tier(), say=lambda _: None)
    assert len(grade(coursework, STEM, choose_tier(), scheduler="tcp://127.0.0.1:1", say=print)) == COUNT
