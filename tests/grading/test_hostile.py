"""No submission gets more than its honest marks, none reaches outside, none is lost."""

import ast
import json
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crmlib.grading.containment.bubblewrap import is_available
from crmlib.grading.containment.job import Limits
from crmlib.grading.containment.tiers import BUBBLEWRAP
from crmlib.grading.exchange.collect import collect
from crmlib.grading.exchange.coursework import Coursework, write_json
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.grade import Result, grade, read_results
from crmlib.grading.marking.keys import describe_keys
from crmlib.ground.files import COURSE
from tests.grading.conftest import made_up_key
from tests.grading.hostile import Hostile, make_suite

STEM = "03_lifecycle"
SECRET = "osmanthus-in-the-drawer"
LIMITS = Limits(cell_seconds=0.4, seconds=2, wall_seconds=20, memory_mb=1_500, disk_mb=40, told_mb=1)
NAMES = [one.name for one in make_suite("", "", 0)]

pytestmark = pytest.mark.skipif(
    not is_available(), reason="bubblewrap is not installed: nothing can be contained"
)


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder that no submission may see, with a secret in it."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server():
    """A server on this machine that nobody may reach, by connection or datagram."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.bind(("127.0.0.1", 0))
        datagrams.bind(stream.getsockname())
        stream.listen()
        for one in (stream, datagrams):
            one.setblocking(False)
        yield stream, datagrams


@pytest.fixture(scope="module")
def suite(outside, server) -> list[Hostile]:
    return make_suite(str(COURSE), str(outside), server[0].getsockname()[1])


@pytest.fixture(scope="module")
def results(suite, tmp_path_factory) -> dict[str, Result]:
    """All submissions, collected and graded in one run."""
    return grade_suite(suite, BUBBLEWRAP, LIMITS, tmp_path_factory)


def grade_suite(suite, tier, limits, folders) -> dict[str, Result]:
    """Collect and grade submissions in one run; return the result of each by its name."""
    place = Coursework(folders.mktemp("coursework"))
    place.write_class([Student(str(100 + n), one.name, seed=2026) for n, one in enumerate(suite)])
    write_json(
        place.place("keys", STEM, "2026.json"), {"made_by": describe_keys(STEM), "questions": made_up_key()}
    )
    export = folders.mktemp("export")
    for n, one in enumerate(suite):
        cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in one.notebook]
        own = {"crm_course": {"student": str(100 + n), "exercise": STEM}}
        text = json.dumps({"cells": cells, "metadata": own, "nbformat": 4, "nbformat_minor": 5})
        (export / f"{100 + n}.ipynb").write_text(text, encoding="utf-8")
    collect(place, export, STEM)
    before = os.environ.get("CRM_SECRET")
    os.environ["CRM_SECRET"] = SECRET
    try:
        graded = grade(place, STEM, tier, limits=limits, workers=4, say=lambda _: None)
    finally:
        os.environ.pop("CRM_SECRET") if before is None else os.environ.update(CRM_SECRET=before)
    assert {one.number for one in read_results(place, STEM)} == {one.number for one in graded}
    return {suite[int(one.number) - 100].name: one for one in graded}


def test_none_is_lost(suite, results):
    assert len(results) == len(suite) >= 60
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_earns_what_it_honestly_answered(suite, results, name):
    (hostile,) = (one for one in suite if one.name == name)
    result = results[name]
    earned = {key for key, verdict in result.verdicts.items() if verdict.passed}
    assert earned == set(hostile.earns), (result.remarks, result.failed)
    assert hostile.remark in " ".join(result.remarks)


def test_none_reads_what_lies_outside(results):
    for name, result in results.items():
        told = json.dumps([result.answers, result.text, result.remarks, result.failed])
        assert SECRET not in told and "root:" not in told and "mistakes:" not in told, name


def test_what_is_read_is_not_there_at_all(results):
    """Truth and questions hold no word that would betray them, so nothing at all may come out."""
    readers = [
        one for name, one in results.items() if name.startswith("reads ") and name != "reads where nothing is"
    ]
    assert len(readers) >= 7
    assert {one.text for one in readers} == {""}
    assert all(one.answers.get("q2", ["text", ""]) == ["text", ""] for one in readers)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("forks", "PermissionError"),
        ("starts a program", "PermissionError"),
        ("asks for all memory", "MemoryError"),
        ("fills the disk", "OSError: [Errno 28]"),
        ("writes one large file", "OSError: [Errno 27]"),
        ("fills the root", "OSError: [Errno 30]"),
        ("computes the key", "ModuleNotFoundError"),
    ],
)
def test_what_is_taken_without_end_is_refused(results, name, error):
    assert results[name].failed["3"].startswith(error)
    assert max(one.memory_mb for one in results.values()) <= LIMITS.memory_mb


def test_none_writes_outside(results, outside):
    assert sorted(path.name for path in outside.iterdir()) == ["secret.txt"]
    assert not (COURSE / "crmlib" / "written.py").exists()


def test_none_reaches_the_network(results, server):
    stream, datagrams = server
    for call in (stream.accept, lambda: datagrams.recv(10)):
        with pytest.raises(BlockingIOError):
            call()


def test_a_contained_program_sees_the_course_and_nothing_of_the_machine(results):
    """Of the way to the course and to Python nothing but the way itself is there."""
    listed = set(ast.literal_eval(results["lists the home folder"].text))
    ways = {Path(one).parts[1] for one in (COURSE, sys.prefix, sys.base_prefix)}
    assert (
        listed <= {"crm", "etc", "tmp", "dev", "proc", "usr", "bin", "sbin", "lib", "lib32", "lib64"} | ways
    )


def test_the_pool_is_still_alive(results):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: len(results)).result() >= 60
