"""The tier of Docker and Podman, with a stand-in: what the program is told, and that answers come back."""

import json
import os
import stat
import sys

import pytest

from crmlib.grading.containment import container, view
from crmlib.grading.containment.job import Job, Limits
from crmlib.grading.containment.tiers import CONTAINER
from crmlib.grading.containment.watch import run_job
from crmlib.tables.dictionary import DATASETS
from tests.grading.containment.terminal import ANSWER, press_ctrl_c

# Says that the image is there; "runs" a container by running the child here, on the folder that was mounted.
STAND_IN = """#!{python}
import json, subprocess, sys
words = sys.argv[1:]
if words[:2] == ["image", "inspect"]:
    sys.exit(0 if words[2] == "crm-grading" else 1)
open({log!r}, "w").write(json.dumps(words))
(mount,) = (word for word in words if word.endswith("target=/course,readonly"))
here = mount.split("source=")[1].split(",")[0]
job = json.loads(sys.stdin.read()) | {{"path": [here]}}
done = subprocess.run([{python!r}, "-I", "-B", here + "/child.py"], input=json.dumps(job).encode(), stdout=1)
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """The file to which the stand-in writes its words."""
    program, log = tmp_path / "docker", tmp_path / "words.json"
    program.write_text(STAND_IN.format(python=sys.executable, log=str(log)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    caches = (container._find_program, view.show_course, view.show_firm)
    for one in caches:
        one.cache_clear()
    yield log
    for one in caches:
        one.cache_clear()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script that Windows does not start")
def test_answers_come_back_from_a_container_behind_its_walls(stand_in):
    assert CONTAINER.is_available()
    cells = ("from crmlib.classroom import open_chapter\nchapter = open_chapter()", "chapter.check('q1', 7)")
    ran = run_job(Job("03_lifecycle", 2026, cells, {"q1": ""}), CONTAINER, DATASETS, Limits(wall_seconds=50))
    assert ran.answers == {"q1": ["number", 7.0]}
    words = json.loads(stand_in.read_text())
    before, after = words[: words.index("crm-grading")], words[words.index("crm-grading") + 1 :]
    for wall in (
        "--network none",
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--user 65534:65534",
        "--pull never",
        "--memory 3000m --memory-swap 3000m",
        "--pids-limit 64",
    ):
        assert f" {wall} " in f" {' '.join(before)} ", wall
    mounts = [word for word in before if word.startswith("type=bind")]
    assert len(mounts) == 1 and mounts[0].endswith(",target=/course,readonly")
    assert after == ["timeout", "--signal=KILL", "50", "python", "-I", "-B", "/course/child.py"]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script that Windows does not start")
def test_ctrl_c_does_not_reach_a_container(stand_in):
    assert press_ctrl_c(CONTAINER.name) == {"q1": ANSWER}


def test_the_copy_of_the_course_holds_no_key_no_truth_and_no_firm_of_others(stand_in):
    (seen,) = view.list_parts(DATASETS, csv=False).values()
    names = {path.relative_to(seen).as_posix() for path in seen.rglob("*")}
    assert {"child.py", "crmlib/lifecycle/stages.py", "datasets/receipts.parquet"} <= names
    assert not any(part in name.split("/") for name in names for part in ("classroom", "grading", "truth"))
    assert list((seen / "datasets" / "variants").iterdir()) == []


def test_a_firm_of_ones_own_is_seen_where_the_course_looks_for_it(stand_in, tmp_path):
    firm = tmp_path / "7"
    (firm / "truth").mkdir(parents=True)
    (firm / "made_by.txt").write_text("x")
    parts = view.list_parts(firm, csv=False)
    there = "/course/datasets/variants/7"
    assert list(parts) == ["/course", there]
    assert [path.name for path in parts[there].iterdir()] == ["made_by.txt"]


def test_without_the_program_or_the_image_there_is_no_such_tier(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    container._find_program.cache_clear()
    assert not CONTAINER.is_available()
    container._find_program.cache_clear()
