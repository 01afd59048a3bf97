"""Every function that takes a table: what it says to a spoilt one, and that it leaves a good one as it was.

The tables of each call are spoilt one column at a time; the message must name table, column, number of rows
and the repair, and no number may come out instead.
"""

from __future__ import annotations

import pytest

from tests.contracts.packages import CALLED, CALLS
from tests.contracts.results import assert_equal, list_infinite
from tests.contracts.spoiling import assert_refused, make_cases, make_doubles

ALL_CALLS = [
    pytest.param(package, name, id=f"{package}-{name}") for package in CALLED for name in CALLS[package].CALLS
]


@pytest.mark.parametrize(("package", "case"), [
    pytest.param(package, *one.values, id=f"{package}-{one.id}")
    for package in CALLED
    for one in make_cases(CALLS[package].CALLS, CALLS[package].FRAMES, CALLS[package].DESCRIBED)
])  # fmt: skip
def test_a_spoilt_table_is_refused_with_a_message_that_names_the_place(package, case):
    assert_refused(case, CALLS[package].FRAMES)


@pytest.mark.parametrize(("package", "case"), [
    pytest.param(package, *one.values, id=f"{package}-{one.id}")
    for package in CALLED
    for one in make_doubles(CALLS[package].CALLS, CALLS[package].FRAMES, CALLS[package].DOUBLES)
])  # fmt: skip
def test_a_row_that_stands_twice_is_refused(package, case):
    assert_refused(case, CALLS[package].FRAMES)


@pytest.mark.parametrize(("package", "name"), ALL_CALLS)
def test_the_tables_are_left_as_they_were(package, name):
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    frames = {key: calls.FRAMES[key].copy() for key in tables}
    call({**calls.FRAMES, **frames})
    for key, frame in frames.items():
        assert_equal(frame, calls.FRAMES[key])


@pytest.mark.parametrize(("package", "name", "key"), [
    pytest.param(package, name, key, id=f"{package}-{name}-{key}")
    for package in CALLED
    for name, (_, tables) in CALLS[package].CALLS.items()
    for key in tables
])  # fmt: skip
def test_one_row_gives_finite_numbers_or_a_message_that_names_a_table(package, name, key):
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    try:
        found = call({**calls.FRAMES, key: calls.FRAMES[key].head(1)})
    except ValueError as error:
        named = {one for k in tables for one in (k, getattr(calls.DESCRIBED.get(k), "name", k))}
        assert any(word in str(error) for word in [*named, name.split(",")[0]]), str(error)
        return
    assert list_infinite(found) == []


@pytest.mark.parametrize(("package", "call", "value", "piece"), [
    pytest.param(package, call, value, piece, id=f"{package}-{name}-{value!r}")
    for package in CALLED
    for name, call, values, piece in CALLS[package].OPTIONS
    for value in values
])  # fmt: skip
def test_an_odd_option_is_refused(package, call, value, piece):
    with pytest.raises((ValueError, TypeError)) as caught:
        call(value)
    assert piece in str(caught.value)
