"""Which faults change nothing that anybody could see: `equal_faults.yaml` names them, each with the reason.

An entry is a function, what stands in it (`was`, exactly once), what may stand there instead (`now`) and why
that is the same (`why`). So an entry is found again however the faults are numbered, and a function that
changes makes its old entries fail in the tests. `mutants.py` tries these faults like the others: one that a
test finds is not equal, and is reported as a wrong entry.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import yaml
from fault_kinds import plain_function, read_functions, source_of

PATH = Path(__file__).resolve().parent / "equal_faults.yaml"


@dataclass(frozen=True)
class Equal:
    """One place in one function, and what may stand there without any difference."""

    package: str
    function: str  # module and function below the package, such as trial.Trial.estimate_cost
    was: str
    now: tuple[str, ...]
    why: str

    def describe(self) -> str:
        """The entry as a point of the list in docs/mutants.md."""
        others = ", ".join(f"`{_in_one_line(now)}`" if now else "nothing" for now in self.now)
        return f"- `{self.function}`: `{_in_one_line(self.was)}` → {others}. {self.why}"


def read_equal(path: Path = PATH) -> list[Equal]:
    """All entries, in the order of the file; without a file, none."""
    if not path.exists():
        return []
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return [
        Equal(package, one["function"], one["was"], tuple(one["now"]), one["why"])
        for package, members in entries.items()
        for one in members
    ]


def find_equal(text: str, module: str, entries: list[Equal]) -> set[str]:
    """Names of the faults in a spoilt module that the entries name.

    >>> spoilt = '''
    ... def x_f__mutmut_orig(a): return sorted(a)[0:]
    ... def x_f__mutmut_1(a): return sorted(a)[1:]
    ... def x_f__mutmut_2(a): return sorted(None)[0:]
    ... '''
    >>> find_equal(spoilt, "ages", [Equal("trials", "ages.f", "[0:]", ("[:]", "[1:]"), "Once only.")])
    {'x_f__mutmut_1'}
    """
    functions = read_functions(text)
    bodies = {name: ast.dump(plain_function(text, name)) for name in functions if not name.endswith("_orig")}
    found = set()
    for entry in entries:
        mangled = _mangle(entry.function.removeprefix(f"{module}."))
        whole = source_of(text, f"{mangled}__mutmut_orig")
        if not entry.function.startswith(f"{module}.") or whole is None or whole.count(entry.was) != 1:
            continue
        texts = [whole.replace(entry.was, now) for now in entry.now]
        wanted = {ast.dump(plain_function(changed, f"{mangled}__mutmut_orig")) for changed in texts}
        own = {name: body for name, body in bodies.items() if name.startswith(f"{mangled}__mutmut_")}
        found |= {name for name, body in own.items() if body in wanted}
    return found


def list_equal(entries: list[Equal]) -> str:
    """The entries as a part of docs/mutants.md, a heading a package."""
    packages = list(dict.fromkeys(entry.package for entry in entries))
    parts = [
        "\n".join([f"### {package}", "", *(one.describe() for one in entries if one.package == package)])
        for package in packages
    ]
    return "\n\n".join(parts)


def _mangle(function: str) -> str:
    """The name that mutmut gives a function or a method."""
    owner, dot, method = function.rpartition(".")
    return f"xǁ{owner}ǁ{method}" if dot else f"x_{function}"


def _in_one_line(code: str) -> str:
    return " ".join(code.split())
