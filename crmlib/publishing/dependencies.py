"""What a notebook's outputs depend on besides its own words: the library, its content files and the data.

A notebook takes names from packages. Each name is followed through the package's table of contents to the
module that defines it, and from there to what that module imports. A change anywhere else in the package
leaves the notebook up to date.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crmlib.publishing.course import Notebook, Pair
from crmlib.publishing.files import hash_text, read_file
from crmlib.publishing.parsing import parse_code

CLASSROOM = "crmlib.classroom"
# The tables on disk stand for the simulation that made them: reading them does not pull it in.
SIMULATION = "crmlib.simulation"
DATA_READERS = ("crmlib.datasets", "crmlib.tables")
DATA_FILES = ("checksums.txt", "dictionary.csv", "tables.csv")
# How content names a function of the library: `lifecycle.assign_stages` or `crmlib.lifecycle.plot_tenure`.
NAMED_IN_CONTENT = re.compile(r"\b(?:crmlib\.)?([a-z_]+)\.([a-z_]\w*)")
# Raised when the build itself stores something differently, so that every notebook is executed once more.
BUILD_FORMAT = 1


class Import(NamedTuple):
    """A module that code imports, or one name from it (None: all of it), and what the code calls it."""

    module: str
    name: str | None
    alias: str


def hash_dependencies(pair: Pair, notebook: Notebook) -> dict[str, str]:
    """Return short hashes of what the notebook depends on: ``library`` and ``data``."""
    imports = [
        one for cell in notebook.cells if cell.cell_type == "code" for one in find_imports(cell.source)
    ]
    modules, content = follow_imports(pair.root, imports), []
    if _reaches(modules, CLASSROOM):
        content = find_content(pair.root, pair.stem)
        modules |= follow_imports(pair.root, _find_named(content))
    files = sorted(path for module in modules if (path := _find_module(pair.root, module)) is not None)
    data = [pair.root / "datasets" / name for name in DATA_FILES] if _reaches(modules, *DATA_READERS) else []
    return {"library": _hash_files(pair.root, [*files, *content]), "data": _hash_files(pair.root, data)}


def _reaches(modules: set[str], *packages: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for module in modules for package in packages)


def _hash_files(root: Path, files: Iterable[Path]) -> str:
    """Return a short hash of names and contents; a file that does not exist counts as empty."""
    parts = [
        f"{path.relative_to(root).as_posix()}\n{read_file(path) if path.exists() else ''}" for path in files
    ]
    return hash_text(f"{BUILD_FORMAT}\n" + "\n".join(parts))


def find_content(root: Path, stem: str) -> list[Path]:
    """Return the content files that a chapter shows; lecture notes are not among them.

    The exam review draws on the exam items of every chapter.
    """
    content = root / "crmlib" / "classroom" / "content"
    found = [*content.glob("*.yaml"), *(content / stem).glob("*.yaml")]
    if stem == "exam_review":
        found += content.glob("*/exam.yaml")
    return sorted(path for path in found if path.name != "lecture.yaml")


def _find_named(content: Iterable[Path]) -> list[Import]:
    """Return the functions that content files name, in answers of exercises and charts of claims.

    Words that only look like one lead nowhere, since no package has such a name.
    """
    named = {pair for path in content for pair in NAMED_IN_CONTENT.findall(read_file(path))}
    return [Import(f"crmlib.{package}", name, name) for package, name in sorted(named)]


def follow_imports(root: Path, imports: Iterable[Import]) -> set[str]:
    """Return the modules of crmlib that imports lead to, and those that these import in turn.

    The simulation is followed only from code that imports it itself.
    """
    reached: set[str] = set()
    waiting = list(imports)
    while waiting:
        one = waiting.pop()
        module = find_home(root, one.module, one.name)
        path = None if module is None else _find_module(root, module)
        if module is None or path is None or module in reached:
            continue
        reached.add(module)
        waiting += [
            found
            for found in find_imports(read_file(path))
            if module.startswith(SIMULATION) or not found.module.startswith(SIMULATION)
        ]
    return reached


def find_home(root: Path, module: str, name: str | None) -> str | None:
    """Return the module that defines a name, where `module` may be a package that only hands the name on.

    A package that defines the name itself, or is imported as a whole, is its own home. None: no module of
    the library below root.
    """
    path = _find_module(root, module)
    if path is None or name is None or path.name != "__init__.py":
        return None if path is None else module
    for one in find_imports(read_file(path)):
        if one.alias == name:
            return find_home(root, one.module, one.name)
    inner = f"{module}.{name}"
    return module if _find_module(root, inner) is None else inner


@cache
def find_imports(code: str) -> tuple[Import, ...]:
    """Return what code imports from crmlib, anywhere in it. Code that does not parse imports nothing.

    >>> find_imports("from crmlib.customers import score_rfm as score\\nimport pandas")
    (Import(module='crmlib.customers', name='score_rfm', alias='score'),)
    """
    try:
        tree = parse_code(code)
    except SyntaxError:
        return ()
    found: list[Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(each.name, None, each.asname or each.name) for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [Import(node.module, each.name, each.asname or each.name) for each in node.names]
    return tuple(one for one in found if one.module.split(".")[0] == "crmlib")


def _find_module(root: Path, module: str) -> Path | None:
    """Return the file of a module below the course folder; None if there is none."""
    base = root.joinpath(*module.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None
