"""Every function that takes a table: what it says to a spoilt one, and that it leaves a good one as it was.

The tables of each call are spoilt one column at a time; the message must name table, column, number of rows
and the repair, and no number may come out instead. A test is one function; its failure lists every case.
"""

from __future__ import annotations

import importlib
import re
from itertools import groupby

import pytest

from tests.contracts.packages import CALLED, CALLS, list_options
from tests.contracts.results import assert_equal, list_infinite, list_untold
from tests.contracts.spoiling import find_fault, make_cases, make_double

ALL_CALLS = [
    pytest.param(package, name, id=f"{package}-{name}") for package in CALLED for name in CALLS[package].CALLS
]
ALL_OPTIONS = [
    pytest.param(list(options), id=f"{package}-{name}")
    for package in CALLED
    for name, options in groupby(CALLS[package].OPTIONS, key=lambda option: option[0])
]
FOUND = [
    pytest.param(name, call, id=f"{package}-{name}")
    for package in CALLED
    for name, call in list_options(package)
]


@pytest.mark.parametrize(("package", "name"), ALL_CALLS)
def test_a_spoilt_table_is_refused_with_a_message_that_names_the_place(package, name):
    calls = CALLS[package]
    cases = make_cases(name, calls.CALLS, calls.FRAMES, calls.DESCRIBED)
    cases += [
        make_double(name, key, column, calls.CALLS, calls.FRAMES)
        for call, key, column in calls.DOUBLES
        if call == name
    ]
    assert [fault for case in cases if (fault := find_fault(case, calls.FRAMES))] == []


@pytest.mark.parametrize(("package", "name"), ALL_CALLS)
def test_the_tables_are_left_as_they_were_and_the_docstring_names_the_columns(package, name):
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    frames = {key: calls.FRAMES[key].copy() for key in tables}
    found = call({**calls.FRAMES, **frames})
    function = getattr(importlib.import_module(f"crmlib.{package}"), name.split(",")[0], None)
    assert function is None or list_untold(function, frames.values(), found) == []
    for key, frame in frames.items():
        assert_equal(frame, calls.FRAMES[key])


@pytest.mark.parametrize(("package", "name"), ALL_CALLS)
def test_one_row_gives_finite_numbers_or_a_message_that_names_a_table(package, name):
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    for key in tables:
        try:
            found = call({**calls.FRAMES, key: calls.FRAMES[key].head(1)})
        except ValueError as error:
            named = {one for k in tables for one in (k, getattr(calls.DESCRIBED.get(k), "name", k))}
            assert any(word in str(error) for word in [*named, name.split(",")[0]]), f"{key}: {error}"
        else:
            assert list_infinite(found) == [], key


def find_word(name):
    """The option's own word: "as_of" of "follow_cards.as_of" and of "follow_cards.as_of, too early"."""
    return name.partition(",")[0].rpartition(".")[2]


def names(piece, message):
    """Whether a message holds a piece of text, or a word as a whole."""
    return re.search(rf"\b{piece}\b" if piece.isidentifier() else re.escape(piece), message) is not None


@pytest.mark.parametrize("options", ALL_OPTIONS)
def test_an_odd_option_is_refused(options):
    faults = []
    for name, call, values, piece in options:
        for value in values:
            try:
                call(value)
            except (ValueError, TypeError) as error:
                told = names(piece, str(error))
                if piece.startswith("expected"):  # which says nothing of the option
                    told = told and names(find_word(name), str(error))
                told = told and "expected None" not in str(error)
                faults += [] if told else [f"{name}={value!r}: no {piece!r}, or nothing expected: {error}"]
            else:
                faults.append(f"{name}={value!r}: was taken")
    assert faults == []


@pytest.mark.parametrize(("name", "call"), FOUND)
def test_what_can_be_no_option_is_refused_in_words_that_name_it(name, call):
    with pytest.raises((ValueError, TypeError)) as caught:
        call(object())
    message = str(caught.value)
    assert (
        names(find_word(name), message) and "expected" in message.lower() and "expected None" not in message
    )
