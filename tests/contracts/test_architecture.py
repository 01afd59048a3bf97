"""Arrows, weight and size: who may import whom, what an import costs, how long code may be."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "crmlib"

# The ground floor; modules that stand nowhere here are concept modules.
GROUND = {
    "checking",
    "dictionary",
    "descriptions",
    "tables",
    "storage",
    "datasets",
    "charts",
    "interactive",
    "pictures",
    "estimates",
}
# Part of the library → the parts that it may import, beside itself.
MAY_IMPORT = {
    "ground": set(),
    "simulation": {"ground"},
    "concept": {"ground"},
    "classroom": {"ground", "concept"},
    "publishing": {"ground", "concept", "classroom"},
    "command": {"ground", "concept", "classroom", "publishing", "simulation"},
}
# The simulation knows the tables and their checks, but neither the stored data nor the charts.
HIDDEN_FROM_SIMULATION = {"datasets", "charts", "interactive", "pictures"}
# Reading a reader's own variant generates it: these may import the simulation inside a function.
MAY_SIMULATE = {"datasets", "storage"}
HEAVY = ("matplotlib", "scipy.stats", "sklearn", "statsmodels", "ipywidgets", "IPython", "jupyterlab")

MOST_LINES_PER_MODULE = 350
MOST_LINES_PER_FUNCTION = 40
# One small function for each table, all alike: long, but nothing in them has to be understood twice.
ONE_FUNCTION_PER_TABLE = {"crmlib.datasets.loaders", "crmlib.tables.describe"}


def modules() -> list[Path]:
    """Return every module of the library."""
    return sorted(LIBRARY.rglob("*.py"))


def dotted(path: Path) -> str:
    """Return the name under which a module is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(name: str) -> str:
    """Return the part of the library that a dotted module name belongs to."""
    pieces = name.split(".")
    if len(pieces) == 1 or pieces[1] in ("cli", "lab") or pieces[-1] == "command":
        return "command"
    if pieces[1] in ("simulation", "classroom", "publishing"):
        return pieces[1]
    return "ground" if pieces[1] in GROUND else "concept"


def imports_of(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield name, line and depth (True inside a function) of what a module imports from the library."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deep = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "crmlib":
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                name = (
                    longer
                    if LIBRARY.joinpath(*longer.split(".")[1:]).with_suffix(".py").exists()
                    else node.module
                )
                yield name, node.lineno, id(node) in deep
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield f"{dotted(path)} (relative)", node.lineno, False
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "crmlib":
                    yield alias.name, node.lineno, id(node) in deep


def wrong_arrows(path: Path) -> Iterator[str]:
    """Yield a sentence for every import that points the wrong way."""
    here = dotted(path)
    own_part = part_of(here)
    for name, line, deep in imports_of(path):
        target = part_of(name)
        place = f"{path.relative_to(ROOT)}:{line} ({own_part}) imports {name} ({target})"
        if name.endswith("(relative)"):
            yield f"{place}: write the import with its full name"
        elif own_part == "ground" and target == "simulation" and deep and here.split(".")[1] in MAY_SIMULATE:
            continue
        elif (target != own_part and target not in MAY_IMPORT[own_part]) or (
            own_part == "simulation" and name.split(".")[1:2] and name.split(".")[1] in HIDDEN_FROM_SIMULATION
        ):
            yield place


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_imports_point_one_way(path):
    assert list(wrong_arrows(path)) == []


def test_a_concept_module_that_imports_the_classroom_is_caught(tmp_path, monkeypatch):
    bad = LIBRARY / "some_concept.py"
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, encoding: "from crmlib.classroom.claims.claims import Claim\nimport crmlib.cli\n",
    )
    assert [sentence.split(" (")[0] for sentence in wrong_arrows(bad)] == [
        "crmlib/some_concept.py:1",
        "crmlib/some_concept.py:2",
    ]


def run_python(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_library_loads_nothing_beyond_the_standard_library():
    loaded = run_python("import sys; import crmlib; print(*sys.modules)").split()
    assert not {"pandas", "numpy", *HEAVY} & set(loaded)


def test_no_module_loads_charts_statistics_or_widgets_when_it_is_imported():
    code = f"""
import importlib, json, sys
heavy, seen, found = {HEAVY!r}, set(), []
for name in {[dotted(path) for path in modules()]!r}:
    importlib.import_module(name)
    new = {{m for m in heavy if m in sys.modules}} - seen
    seen |= new
    found += [f"{{name}} loads {{m}}" for m in sorted(new)]
print(json.dumps(found))
"""
    assert json.loads(run_python(code)) == []


@pytest.mark.parametrize(
    "path", [p for p in modules() if dotted(p) not in ONE_FUNCTION_PER_TABLE], ids=dotted
)
def test_modules_stay_short(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES_PER_MODULE, f"{path.name} has {lines} lines. Split it by concept."


def code_lines(function: ast.FunctionDef, source: list[str]) -> int:
    """Count the lines of a function's body without docstring and blank lines."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    span = range(body[0].lineno, (function.end_lineno or function.lineno) + 1)
    return sum(1 for line in span if source[line - 1].strip())


def test_functions_stay_short():
    long = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.FunctionDef)
                and code_lines(node, text.split("\n")) > MOST_LINES_PER_FUNCTION
            ):
                long.append(f"{dotted(path)}.{node.name}: {code_lines(node, text.split(chr(10)))} lines")
    assert not long, "\n".join(["Functions to split:", *long])


def test_no_function_swallows_misspelt_options():
    swallowing = [
        f"{dotted(path)}.{node.name}"
        for path in modules()
        if part_of(dotted(path)) != "publishing"  # pytest and nbconvert dictate signatures
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.args.kwarg is not None
    ]
    assert swallowing == []
