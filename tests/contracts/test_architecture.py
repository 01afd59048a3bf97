"""Arrows, weight and size: who may import whom, what an import costs, how long code may be."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import crmlib
from tools import draw_architecture

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "crmlib"

HEAVY = ("matplotlib", "scipy.stats", "sklearn", "statsmodels", "ipywidgets", "IPython", "jupyterlab")
MOST_ENTRIES = 15  # beside the packages of the chapters
MOST_LINES_PER_MODULE = 350
MOST_LINES_PER_FUNCTION = 40


def modules() -> list[Path]:
    """Return every module of the library."""
    return sorted(LIBRARY.rglob("*.py"))


def dotted(path: Path) -> str:
    """Return the name under which a module is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_package_of_a_chapter_stands_in_the_contracts():
    """A package that a list of sources leaves out may import what the contract forbids."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {f"crmlib.{package}" for packages in crmlib.CHAPTERS.values() for package in packages}
    missing = {
        contract["name"]: sorted(left_out)
        for contract in project["tool"]["importlinter"]["contracts"]
        if (left_out := wanted - set(contract.get("source_modules", wanted)))
    }
    assert not missing, f"Name in source_modules of pyproject.toml: {missing}"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the contracts of pyproject.toml over the library that lies in a folder."""
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        str(folder / "pyproject.toml"),
    ]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )


def test_imports_point_one_way():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


WRONG_ARROWS = [
    ("lifecycle/silence", "from crmlib.churn.survival import CURVES"),
    ("customers/summary", "from crmlib.trials.trial import Trial"),
    ("satisfaction/scores", "from crmlib.classroom.chapter import open_chapter"),
    ("simulation/parameters", "from crmlib.datasets.loaders import load_firm"),
    ("classroom/chapter", "from crmlib.cli import main"),
    ("classroom/course/coverage", "from crmlib.grading.exchange.hand_in import hand_in"),
    ("churn/survival", "from crmlib.simulation.parameters import Parameter"),
    ("value/bg_nbd", "import psutil"),
]


def test_every_arrow_that_points_the_wrong_way_is_caught(tmp_path):
    for path in [ROOT / "pyproject.toml", *modules()]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for module, line in WRONG_ARROWS:
        with (tmp_path / "crmlib" / f"{module}.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    missed = [
        arrow
        for module, line in WRONG_ARROWS
        if (arrow := f"crmlib.{module.replace('/', '.')} -> {line.split()[1]}") not in done.stdout
    ]
    assert missed == []


def test_the_library_stays_easy_to_find_one_s_way_in():
    chapters = {package for packages in crmlib.CHAPTERS.values() for package in packages}
    entries = {path.name for path in LIBRARY.iterdir()} - chapters - {"__pycache__"}
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


def test_the_picture_of_the_floors_is_drawn_from_the_imports():
    drawn = ROOT / "docs" / "images" / "architecture.svg"
    assert drawn.read_text(encoding="utf-8") == draw_architecture.draw(), (
        "Run `.venv/bin/python tools/draw_architecture.py`."
    )


def test_imports_are_written_with_their_full_name():
    relative = [
        f"{dotted(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


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


def test_modules_stay_short():
    lines = {dotted(path): path.read_text(encoding="utf-8").count("\n") for path in modules()}
    long = {name: count for name, count in lines.items() if count > MOST_LINES_PER_MODULE}
    assert not long, f"Split them by concept: {long}"


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
        if path.parts[-2] != "numbers"  # pytest dictates the signatures of its hooks
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.args.kwarg is not None
    ]
    assert swallowing == []
