"""Every function that takes a table, draws or moves has a call ready: nothing escapes the contracts."""

from __future__ import annotations

import importlib
import inspect

import pytest

from tests.contracts.packages import CALLED, CALLS, NO_OPTION, list_functions, list_options

TABLES = ("pd.DataFrame", "pd.Series")


def takes_tables(function) -> bool:
    """True if a parameter is a table or a column of one."""
    return any(
        word in str(one.annotation)
        for one in inspect.signature(function).parameters.values()
        for word in TABLES
    )


@pytest.mark.parametrize("package", CALLED)
def test_every_package_keeps_its_calls_ready(package):
    assert not CALLS[package].missing, (
        f"Write {', '.join(CALLS[package].missing)}. tests/contracts/packages.py says what stands there; "
        "a name without entries is {} or []."
    )


@pytest.mark.parametrize("package", CALLED)
def test_every_function_that_takes_a_table_has_a_call(package):
    called = {name.split(",")[0] for name in CALLS[package].CALLS}
    wanted = {name for name, function in list_functions(package) if takes_tables(function)}
    wanted = {name for name in wanted if not name.startswith(("plot_", "explore_", "draw_"))}
    assert wanted - called == set(), f"Add a call to CALLS in tests/{package}/calls.py."


@pytest.mark.parametrize("package", CALLED)
def test_every_call_is_of_a_function_of_the_package(package):
    names = {name for name, _ in list_functions(package)}
    calls = CALLS[package]
    called = {name.split(",")[0] for name in [*calls.CALLS, *calls.PLOTS, *calls.LIVE]}
    methods = {name for name in called if "." in name}
    assert called - methods - names == set()


@pytest.mark.parametrize("package", CALLED)
@pytest.mark.parametrize(("verb", "shelf"), [("plot_", "PLOTS"), ("explore_", "LIVE")])
def test_every_figure_is_drawn(package, verb, shelf):
    wanted = {name for name, _ in list_functions(package) if name.startswith(verb)}
    assert wanted - {name.split(",")[0] for name in getattr(CALLS[package], shelf)} == set()


@pytest.mark.parametrize("package", CALLED)
def test_every_option_of_a_public_function_is_tried(package):
    public = importlib.import_module(f"crmlib.{package}").__all__
    tried = {name.split(",")[0] for name, *_ in CALLS[package].OPTIONS}
    tried |= {name for name, _ in list_options(package)}
    wanted = {
        f"{name}.{option}"
        for name, function in list_functions(package)
        if name in public
        for option, one in inspect.signature(function).parameters.items()
        if not NO_OPTION.search(str(one.annotation))
    }
    assert wanted - tried == set(), (
        f"Add a call, with {{}} if it takes no table, to tests/{package}/calls.py."
    )
