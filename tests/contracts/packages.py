"""The packages that students read, and the calls that their tests keep ready.

Each has `tests/<package>/calls.py`: small tables, a call of every function that takes tables, of every
plot and of every live figure. What is true of all functions is tested here, once.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import crmlib

CHAPTERS = [package for packages in crmlib.CHAPTERS.values() for package in packages]
FLOOR = ["tables", "datasets", "charts", "estimates", "customers", "trials"]
READ = [*FLOOR, *CHAPTERS]
CALLED = ["customers", "trials", *CHAPTERS]
CALLS = {package: importlib.import_module(f"tests.{package}.calls") for package in CALLED}


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
