"""What a notebook's outputs depend on besides its own words: the library, its content files and the data."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from crmlib.publishing.course import Course, Notebook, Pair
from crmlib.publishing.pairing import hash_text, read_file
from crmlib.publishing.parsing import parse_code

# The tables on disk stand for the simulation that made them: reading them does not pull it in.
SIMULATION = "crmlib.simulation"
DATA_FILES = ("checksums.txt", "dictionary.csv", "tables.csv")
# Raised when the build itself stores something differently, so that every notebook is executed once more.
BUILD_FORMAT = 1


def hash_dependencies(pair: Pair, notebook: Notebook) -> dict[str, str]:
    """Return short hashes of what the notebook depends on: ``library`` and ``data``."""
    course = Course(pair.root)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules = follow_imports(course.root, code)
    files = sorted(
        {path for module in modules for path in [find_module(course.root, module)] if path is not None}
    )
    files += (
        find_content(course.root, pair.stem) if any(m.startswith("crmlib.classroom") for m in modules) else []
    )
    data = [course.root / "datasets" / name for name in DATA_FILES] if "crmlib.datasets" in modules else []
    return {"library": hash_files(course.root, files), "data": hash_files(course.root, data)}


def hash_files(root: Path, files: Iterable[Path]) -> str:
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


def follow_imports(root: Path, code: Iterable[str]) -> set[str]:
    """Return the modules of crmlib that pieces of code import, and those that these import in turn.

    The simulation is followed only from code that imports it itself.
    """
    reached: set[str] = set()
    waiting = [module for text in code for module in find_imports(text, package="")]
    while waiting:
        module = waiting.pop()
        path = find_module(root, module)
        if module in reached or path is None:
            continue
        reached.add(module)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        imported = find_imports(read_file(path), package=package)
        parents = [module.rpartition(".")[0]] if "." in module else []
        waiting += [
            name
            for name in [*imported, *parents]
            if module.startswith(SIMULATION) or not name.startswith(SIMULATION)
        ]
    return reached


@cache
def find_imports(code: str, *, package: str) -> tuple[str, ...]:
    """Return the names in crmlib that code imports anywhere; some may be functions rather than modules.

    package: the package that relative imports start from. Code that does not parse imports nothing.

    >>> find_imports("from crmlib.customers.rfm import score_rfm\\nimport pandas", package="")
    ('crmlib.customers.rfm', 'crmlib.customers.rfm.score_rfm')
    """
    try:
        tree = parse_code(code)
    except SyntaxError:
        return ()
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _resolve(node, package)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.split(".")[0] == "crmlib")


def _resolve(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def find_module(root: Path, module: str) -> Path | None:
    """Return the file of a module below the course folder; None if there is none."""
    base = root.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None
