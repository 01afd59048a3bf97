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

Options that stand in no OPTIONS are found by their signatures (`list_options`).
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, ModuleType, SimpleNamespace
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


# What is no option: tables, columns, axes, and what is called back.
NO_OPTION = re.compile("DataFrame|Series|Axes|OnStep|Table")


def list_options(package: str) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """`function.option`, and a call that is handed a value, of each public option that OPTIONS leaves out."""
    calls, axes = CALLS[package], importlib.import_module("crmlib.charts.style").new_axes
    public = importlib.import_module(f"crmlib.{package}").__all__
    done = {name.split(",")[0] for name, *_ in calls.OPTIONS}
    ready: list[tuple[str, Callable[..., Any], Callable[[], tuple[Any, ...]]]] = [
        *((name, call, lambda: (calls.FRAMES,)) for name, (call, _) in calls.CALLS.items()),
        *((name, call, lambda: (axes(),)) for name, call in calls.PLOTS.items()),
        *((name, call, tuple) for name, (_, call) in calls.LIVE.items()),
    ]
    functions = {name: function for name, function in list_functions(package) if name in public}
    for name, call, hand in ready:
        function = functions.get(name.split(",")[0])
        for option, one in inspect.signature(function).parameters.items() if function else ():
            place = f"{name.split(',')[0]}.{option}"
            if place not in done and not NO_OPTION.search(str(one.annotation)):
                done.add(place)
                yield place, lambda value, c=call, f=function, o=option, h=hand: _vary(c, f, o, value)(*h())


def _vary(call: Callable[..., Any], function: Any, option: str, value: Any) -> Callable[..., Any]:
    """A call as it is written, in which one option of the function has another value."""
    signature = inspect.signature(function)
    if call is function:
        return partial(function, **{option: value})

    def other(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        given.arguments[option] = value
        return function(*given.args, **given.kwargs)

    known = {**call.__globals__, function.__name__: other}
    return FunctionType(call.__code__, known, call.__name__, call.__defaults__, call.__closure__)
