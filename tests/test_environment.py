"""environment.yml, pyproject.toml and the locks say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["course", "test", "bench"]
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def read_bounds(lines: list[str]) -> dict[str, SpecifierSet]:
    """Return the bounds of each package, by its canonical name."""
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one.specifier for one in requirements}


def read_lock(name: str) -> list[tuple[str, str]]:
    """Return the name and version of every package in a lock."""
    return PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))


def read_extra(name: str) -> dict[str, SpecifierSet]:
    """Return the bounds of what tests or benchmarks need beside the course."""
    return read_bounds(PROJECT["project"]["optional-dependencies"][name])


@pytest.fixture
def conda() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def test_conda_environment_has_the_packages_and_bounds_of_the_project(conda):
    expected = read_bounds(PROJECT["project"]["dependencies"]) | read_bounds(
        PROJECT["build-system"]["requires"]
    )
    expected |= {"python": SpecifierSet(PROJECT["project"]["requires-python"]), "pip": SpecifierSet()}
    assert read_bounds([line for line in conda if isinstance(line, str)]) == expected


def test_conda_environment_installs_the_library_from_the_folder(conda):
    assert [part for part in conda if not isinstance(part, str)] == [{"pip": ["--editable ."]}]


def test_lock_builds_the_library_with_the_bound_of_the_project():
    lines = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    bounds = read_bounds([line for line in lines if not line.startswith("#")])
    assert bounds == read_bounds(PROJECT["build-system"]["requires"])


@pytest.mark.parametrize("lock", LOCKS)
def test_locked_versions_are_within_the_bounds(lock):
    bounds = read_bounds(PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"])
    for extra in LOCKS[1 : LOCKS.index(lock) + 1]:
        bounds |= read_extra(extra)
    locked = dict(read_lock(lock))
    outside = {name: locked.get(name) for name in bounds if not bounds[name].contains(locked.get(name, "0"))}
    assert outside == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_one_release_of_each_package_for_every_python(lock):
    names = [name for name, _ in read_lock(lock)]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_checked_against_a_hash(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert re.findall(r"^.*(?:://|--index|--extra-index|--find-links| @ ).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize(("smaller", "larger"), [("course", "test"), ("test", "bench")])
def test_larger_lock_holds_the_smaller_one_in_the_same_versions(smaller, larger):
    assert set(read_lock(smaller)) - set(read_lock(larger)) == set()
    assert len(read_lock(larger)) > len(read_lock(smaller))


@pytest.mark.parametrize("extra", LOCKS[1:])
def test_students_install_neither_test_tools_nor_benchmarks(extra):
    assert set(dict(read_lock("course"))) & set(read_extra(extra)) == set()
