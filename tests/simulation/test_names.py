"""Names in the simulation: one name for one thing, and what is named in words exists."""

import ast
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

from crmlib.ground.files import COURSE

SIMULATION = COURSE / "crmlib" / "simulation"
MODULES = sorted(SIMULATION.rglob("*.py"))
PACKAGES = [path for path in MODULES if path.name == "__init__.py"]
PAGES = [COURSE / "docs" / "causal_diagram.md", COURSE / "docs" / "realism.md"]
IN_WORDS = re.compile(r"\bcrmlib(?:\.[A-Za-z_]\w*)+")
MOST_PARAMETERS = 7


def show(path: Path) -> str:
    """A path as seen from the course's folder."""
    return path.relative_to(COURSE).as_posix()


def definitions(kind: type) -> list[tuple[str, ast.AST]]:
    """Every class or function of the simulation, with the file that it stands in."""
    return [
        (show(path), node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kind)
    ]


def test_every_class_has_a_name_of_its_own():
    counts = Counter(node.name for _, node in definitions(ast.ClassDef))
    twice = {name for name, count in counts.items() if count > 1}
    assert [f"{place}: {node.name}" for place, node in definitions(ast.ClassDef) if node.name in twice] == []


def test_no_function_needs_more_than_seven_things():
    """The command `data` is left out: its parameters are the options of the terminal."""
    long = []
    for place, node in definitions(ast.FunctionDef):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if len(given) > MOST_PARAMETERS and place != "crmlib/simulation/command.py":
            long.append(f"{place}: {node.name} takes {len(given)}")
    assert long == []


@pytest.mark.parametrize("path", [*MODULES, *PAGES], ids=show)
def test_code_that_is_named_in_words_exists(path):
    named = set(IN_WORDS.findall(path.read_text(encoding="utf-8")))
    missing = [name for name in sorted(named) if not exists(name)]
    assert missing == []


def exists(name: str) -> bool:
    """True if a dotted name is a module, or something in one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def test_a_module_that_was_moved_is_noticed():
    assert exists("crmlib.simulation.realism.report") and exists("crmlib.simulation.world.worlds.World.named")
    assert not exists("crmlib.simulation.report") and not exists("crmlib.simulation.world.worlds.Word")


@pytest.mark.parametrize("path", PACKAGES, ids=show)
def test_the_contents_of_a_package_name_its_modules_and_nothing_else(path):
    lines = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[2:]
    listed = [line.split()[0] for line in lines if line]
    there = [part.stem for part in path.parent.iterdir() if part.suffix == ".py" and part != path]
    there += [part.name for part in path.parent.iterdir() if (part / "__init__.py").exists()]
    assert sorted(listed) == sorted(there)


@pytest.mark.parametrize("path", MODULES, ids=show)
def test_the_first_line_of_a_module_says_what_it_holds(path):
    first, *rest = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()
    assert len(first) > 20 and first[-1] in ".?"
    assert not rest or rest[0] == "", "The first sentence does not fit on one line."
