"""The environment is made once, kept while nothing changes, and made anew when it must be."""

import importlib.util
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "tools" / "prepare.py"


@pytest.fixture
def prepare(tmp_path, monkeypatch):
    """The script, at work in an empty folder with three locks; ``prepare.done`` lists what it installed."""
    spec = importlib.util.spec_from_file_location("prepare", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path / "a course"
    (root / "requirements").mkdir(parents=True)
    for lock in module.LOCKS + module.SIDE:
        (root / "requirements" / f"{lock}.txt").write_text(f"{lock}==1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    settle(module, root, monkeypatch)
    module.done = []
    monkeypatch.setattr(module, "create_environment", lambda: create(module))
    monkeypatch.setattr(module, "install_lock", module.done.append)
    monkeypatch.setattr(module, "install_crmlib", lambda: module.done.append("crmlib"))
    module.really_compile = module.compile_all
    monkeypatch.setattr(module, "compile_all", lambda: module.done.append("compiled"))
    return module


def settle(module, root: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "VENV", root / ".venv")
    monkeypatch.setattr(module, "PYTHON", root / ".venv" / "bin" / "python")


def create(module) -> None:
    module.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    module.PYTHON.touch()


def test_first_call_installs_the_lock_and_the_library(prepare):
    prepare.main([])
    assert prepare.done == ["course", "crmlib"]


def test_second_call_installs_nothing(prepare):
    prepare.main(["course"])
    prepare.main(["course"])
    assert prepare.done == ["course", "crmlib"]


def test_tests_bring_what_the_course_needs(prepare):
    prepare.main(["test"])
    prepare.main(["course"])
    assert prepare.done == ["test", "crmlib"]


def test_a_server_brings_what_the_course_needs_and_no_test(prepare):
    prepare.main(["hub"])
    prepare.main(["course"])
    prepare.main(["test"])
    assert prepare.done == ["hub", "crmlib", "compiled", "test", "crmlib"]


def test_what_many_may_only_read_is_compiled_for_them(prepare, monkeypatch):
    monkeypatch.setattr(prepare, "PYTHON", Path(sys.executable))
    for name in (".venv/lib/site-packages/package.py", ".venv/lib/site-packages/bad.py", "crmlib/own.py"):
        path = prepare.ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no Python" if path.stem == "bad" else "x = 1", encoding="utf-8")
    prepare.really_compile()
    found = {path.name.split(".")[0] for path in prepare.ROOT.rglob("*.pyc")}
    assert found == {"package", "own"}


def test_course_is_not_enough_for_tests(prepare):
    prepare.main(["course"])
    prepare.main(["test"])
    assert prepare.done == ["course", "crmlib", "test", "crmlib"]


@pytest.mark.parametrize("changed", ["requirements/course.txt", "pyproject.toml"])
def test_changed_file_is_installed_again(prepare, changed):
    prepare.main(["course"])
    with (prepare.ROOT / changed).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    prepare.main(["course"])
    assert prepare.done == ["course", "crmlib"] * 2


def test_line_ends_of_another_system_change_nothing(prepare):
    prepare.main(["course"])
    for path in prepare.ROOT.glob("requirements/*.txt"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    prepare.main(["course"])
    assert prepare.done == ["course", "crmlib"]


def test_interrupted_call_is_taken_up_again(prepare, monkeypatch):
    def fail() -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install"])

    with monkeypatch.context() as broken:
        broken.setattr(prepare, "install_crmlib", fail)
        with pytest.raises(
            SystemExit, match="Preparing the environment stopped: pip install failed; see above"
        ):
            prepare.main([])
    prepare.main([])
    assert prepare.done == ["course", "course", "crmlib"]


def test_moved_folder_gets_a_new_environment(prepare, monkeypatch):
    prepare.main(["course"])
    moved = prepare.ROOT.rename(prepare.ROOT.with_name("another course"))
    settle(prepare, moved, monkeypatch)
    assert not prepare.is_ready("course")


def test_unknown_word_is_answered_with_the_known_ones(prepare):
    with pytest.raises(
        SystemExit,
        match=r"Say one of course, anki, book, test, bench, spark, hub, grading, live, word, for example: ",
    ):
        prepare.main(["tests"])


def test_old_python_is_told_plainly(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; .* is Python 3\.9"):
        runpy.run_path(str(SCRIPT), run_name="__main__")


def test_without_uv_pip_checks_the_same_hashes(tmp_path, monkeypatch):
    module = runpy.run_path(str(SCRIPT))
    called = []
    monkeypatch.setitem(module["run_uv"].__globals__, "run_pip", called.append)
    monkeypatch.setenv("CRM_UV", "off")
    module["install_lock"]("course")
    assert "--require-hashes" in called[0]
    assert str(ROOT / "requirements" / "course.txt") in called[0]
