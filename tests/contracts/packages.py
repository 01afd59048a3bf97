"""The packages that students read, and the calls that their tests keep ready.

What is true of all functions is tested here, once. Each package has `tests/<package>/calls.py` with these
names (tests/recovery/calls.py is an example):

FRAMES      small tables: name → table
DESCRIBED   the descriptions of tables that functions return, made with `describe_result`: name → description;
            tables of the firm are looked up in the dictionary
CALLS       function → (a call that is handed FRAMES, the columns that it needs of each table)
DOUBLES     (function, table, key): a row that stands twice must be refused
IN_ORDER    functions for which the order of rows matters: function → why
PLOTS       function → a call that is handed the axes
LIVE        function → (its module, a call)
OPTIONS     (function.option, a call that is handed a value, values to refuse, a piece of the message)
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import crmlib

CHAPTERS = [package for packages in crmlib.CHAPTERS.values() for package in packages]
FLOOR = ["tables", "datasets", "charts", "estimates", "customers", "trials"]
READ = [*FLOOR, *CHAPTERS]
CALLED = ["estimates", "customers", "trials", *CHAPTERS]
SHELVES = {
    **dict.fromkeys(("FRAMES", "DESCRIBED", "CALLS", "IN_ORDER", "PLOTS", "LIVE"), dict),
    **dict.fromkeys(("DOUBLES", "OPTIONS"), list),
}


def load_calls(package: str) -> SimpleNamespace:
    """The calls of a package; what is not written yet is empty, and named under `missing`."""
    path = f"tests/{package}/calls.py"
    module: object = None
    if importlib.util.find_spec(f"tests.{package}") and importlib.util.find_spec(f"tests.{package}.calls"):
        module = importlib.import_module(f"tests.{package}.calls")
    missing = [f"{path}: {shelf}" for shelf in SHELVES if not hasattr(module, shelf)] if module else [path]
    return SimpleNamespace(
        missing=missing, **{shelf: getattr(module, shelf, kind()) for shelf, kind in SHELVES.items()}
    )


CALLS = {package: load_calls(package) for package in CALLED}


def list_modules(package: str) -> list[ModuleType]:
    """The modules of a package, each by itself."""
    path = importlib.import_module(f"crmlib.{package}").__path__
    return [importlib.import_module(f"crmlib.{package}.{one.name}") for one in pkgutil.iter_modules(path)]


def list_functions(package: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name and function of all that a package defines without an underscore."""
    for module in list_modules(package):
        for name, thing in vars(module).items():
            if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_"):
                yield name, thing
