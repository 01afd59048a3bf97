"""Ctrl-C is meant for who grades: a submission that runs at that moment keeps its answers, in every tier."""

import os
import sys

import pytest

from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.tiers import BUBBLEWRAP, UNCONTAINED
from tests.grading.containment.terminal import ANSWER, press_ctrl_c

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no sessions: a group does the same")


@pytest.mark.parametrize("tier", [BUBBLEWRAP, UNCONTAINED], ids=lambda tier: tier.name)
def test_ctrl_c_does_not_reach_a_submission(tier):
    if not tier.is_available():
        pytest.skip("bubblewrap is not installed: nothing can be contained")
    assert press_ctrl_c(tier.name) == {"q1": ANSWER}


def test_a_program_gets_the_job_its_folder_its_environment_and_its_open_files(tmp_path):
    read, write = os.pipe()
    os.write(write, b"rules")
    os.close(write)
    say = f"import os, sys; print(os.getcwd(), os.environ['A'], os.read({read}, 9), sys.stdin.read())"
    child = start_apart(
        [sys.executable, "-I", "-c", say], folder=str(tmp_path), environment={"A": "b"}, handles=(read,)
    )
    os.close(read)
    assert child.communicate(b"job", timeout=120)[0].decode().split() == [
        str(tmp_path),
        "b",
        "b'rules'",
        "job",
    ]
