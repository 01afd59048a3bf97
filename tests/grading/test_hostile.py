"""No submission gets more than its honest marks, none reaches outside, none is lost."""

import ast
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crmlib.grading.containment.bubblewrap import is_available
from crmlib.grading.containment.tiers import BUBBLEWRAP
from crmlib.grading.marking.grade import Result
from crmlib.ground.files import COURSE
from tests.grading.hostile import (
    LIMITS,
    SECRET,
    Hostile,
    earned,
    find_reached,
    grade_suite,
    make_suite,
    open_server,
)

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
    """A server on this machine that nobody may reach."""
    with open_server() as sockets:
        yield sockets


@pytest.fixture(scope="module")
def suite(outside, server) -> list[Hostile]:
    return make_suite(str(COURSE), str(outside), server[0].getsockname()[1])


@pytest.fixture(scope="module")
def results(suite, tmp_path_factory) -> dict[str, Result]:
    """All submissions, collected and graded in one run."""
    return grade_suite(suite, BUBBLEWRAP, tmp_path_factory.mktemp("hostile"))


def test_none_is_lost(suite, results):
    assert len(results) == len(suite) >= 60
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_earns_what_it_honestly_answered(suite, results, name):
    (hostile,) = (one for one in suite if one.name == name)
    result = results[name]
    assert earned(result) == set(hostile.earns), (result.remarks, result.failed)
    assert hostile.remark in " ".join(result.remarks)


def test_none_reads_writes_or_reaches_what_lies_outside(results, outside, server):
    assert find_reached(results, outside, server) == []


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
    assert max(one.memory_mb for one in results.values()) <= LIMITS[BUBBLEWRAP.name].memory_mb


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


def test_what_comes_out_is_noticed(results, tmp_path):
    """Each way of reaching out, made by hand, is named: a count of none says something."""
    (tmp_path / "ran").write_text("")
    result = results["honest"]
    leaky = {"leaky": type(result)(**{**vars(result), "text": f"the word is {SECRET}"}), "honest": result}
    with open_server() as server, socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as sender:
        stream.connect(server[0].getsockname())
        sender.sendto(b"x", server[0].getsockname())
        found = find_reached(leaky, tmp_path, server)
    assert found == ["leaky", "ran", "a connection", "a datagram"]
