"""Every function under every kind of bad weather: `make storm` runs all of it, `make test` a small part.

Each call of `tests/<package>/calls.py` gets tables in which one cell, one column or the whole table is odd,
and options with odd values (`weather.py` lists them). What may follow:

refused      ValueError or TypeError, raised by the library itself, that names table, column or option
answered     where the odd value means something (-0.0, a Decimal)
same         where the same rows are kept in another way

What may not: a raw error of pandas, numpy or Python; an answer where there is none; another answer for the
same rows; infinite or missing numbers that the plain answer does not have, unless the docstring speaks of
them.

    python -m tests.contracts.storm                 everything: a line a package, then each fault and its call
    python -m tests.contracts.storm lifecycle       one package
    python -m tests.contracts.storm answers files   what is no package: answers, commands, content, files
"""

from __future__ import annotations

import contextlib
import inspect
import io
import numbers
import re
import signal
import sys
import traceback
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import TABLES, Column, Table
from tests.contracts import weather
from tests.contracts.case import Came, Case, Unsuitable
from tests.contracts.elsewhere import ELSEWHERE
from tests.contracts.packages import CALLED, CALLS, list_functions, list_modules, list_options
from tests.contracts.results import assert_equal, flatten, list_infinite

SECONDS = 20  # a call that takes longer hangs
GOOD = ("refused", "answered", "same", "left out")
FAULTS = ("raw", "unclear", "wrongly answered", "another answer", "not finite", "hangs")


class HangError(Exception):
    """A call that does not come back."""


def list_cases(package: str) -> Iterator[Case]:
    """Every call of a package in every kind of weather; what is no package is listed in `elsewhere.py`."""
    if package in ELSEWHERE:
        yield from ELSEWHERE[package]()
        return
    calls = CALLS[package]
    described = [calls.DESCRIBED[key].name for key in calls.FRAMES if key in calls.DESCRIBED]
    places = (*TABLES, *calls.FRAMES, *described)  # a message may name the other table of two that do not fit
    for name, (_, tables) in calls.CALLS.items():
        for key, columns in tables.items():
            frame, table = calls.FRAMES[key], calls.DESCRIBED.get(key) or TABLES[key]
            words = (name.split(",")[0], *places)
            yield from _list_tables(package, name, key, frame, words, free=not columns)
            for column in columns:
                if isinstance(frame, pd.Series) or column in frame.columns:
                    yield from _list_columns(package, name, key, table, table.columns[column], words)
    found = [(name, call, name) for name, call in list_options(package)]
    for name, call, piece in [*((name, call, piece) for name, call, _, piece in calls.OPTIONS), *found]:
        for kind, value in {**weather.ODD, **weather.MAYBE}.items():
            allowed = "refuse" if kind in weather.ODD else "any"
            words = (*re.split(r"[.,]", name), piece, *places)
            yield Case(package, name, "option", kind, lambda c=call, v=value: c(v), allowed, words)


def _list_tables(
    package: str, name: str, key: str, frame: Any, words: tuple[str, ...], *, free: bool
) -> Iterator[Case]:
    """Cases of the table as a whole; `free`: its columns may have any names, so numbers will do."""

    def make(kind: str, spoil: Callable[[Any], Any], allowed: str) -> Case:
        return Case(package, name, key, kind, _call_with(package, name, key, spoil), allowed, words)

    is_frame = isinstance(frame, pd.DataFrame)
    wrong = weather.NO_FRAME if is_frame else weather.NO_TABLE
    optional = _is_optional(package, name, key)
    for kind, spoil in wrong.items():
        may = (kind == "None" and optional) or (kind == "numbered columns" and free)
        yield make(kind, spoil, "any" if may else "refuse")
    if is_frame and isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        yield from (make(kind, spoil, "same") for kind, spoil in weather.SAME_ROWS.items())
    yield make("one row", lambda t: t.head(1), "any")
    yield make("no rows", lambda t: t.head(0), "any")


def _is_optional(package: str, name: str, key: str) -> bool:
    """Whether a function can do without this table."""
    function = dict(list_functions(package)).get(name.split(",")[0])
    parameters = inspect.signature(function).parameters if function else {}
    return any(
        str(one.annotation) in ("pd.DataFrame | None", "pd.Series | None") for one in parameters.values()
    )


def _list_columns(
    package: str, name: str, key: str, table: Table, column: Column, words: tuple[str, ...]
) -> Iterator[Case]:
    def make(kind: str, change: Callable[[pd.Series], pd.Series], allowed: str) -> Case:
        spoil = _change_column(column.name, change)
        place = f"{key}.{column.name}"
        run = _call_with(package, name, key, spoil)
        return Case(package, name, place, kind, run, allowed, (*words, column.name))

    for kind, value in weather.CELLS.items():
        allowed = "any" if weather.may_answer(kind, column) else "refuse"
        yield make(kind, lambda v, value=value: weather.put(v, value), allowed)
    for kind, change in weather.STORED.items():
        yield make(kind, _store(change), "same")
    for kind, change in weather.RUINED.items():
        yield make(f"all {kind}", change, "refuse")
    yield make("all missing", lambda v: pd.Series([None] * len(v), index=v.index), "any")


def _change_column(name: str, change: Callable[[pd.Series], pd.Series]) -> Callable[[Any], Any]:
    def spoil(frame: Any) -> Any:
        if isinstance(frame, pd.Series):
            return _try(change, frame).rename(frame.name)
        return frame.drop(columns=name).assign(**{name: _try(change, frame[name])})[list(frame.columns)]

    return spoil


def _try(change: Callable[[pd.Series], pd.Series], values: pd.Series) -> pd.Series:
    """The changed column; Unsuitable where these values cannot be kept so, or would be other values."""
    try:
        changed = change(values)
    except Exception as error:
        raise Unsuitable from error
    return changed


def _store(change: Callable[[pd.Series], pd.Series]) -> Callable[[pd.Series], pd.Series]:
    """A way to keep values; Unsuitable where they would be other values, as times kept as dates."""

    def store(values: pd.Series) -> pd.Series:
        changed = change(values)
        pairs = zip(values[values.notna()].tolist(), changed[changed.notna()].tolist(), strict=True)
        if not all(one == other for one, other in pairs):
            raise Unsuitable
        return changed

    return store


def _call_with(package: str, name: str, key: str, spoil: Callable[[Any], Any]) -> Callable[[], Any]:
    calls = CALLS[package]
    return lambda: calls.CALLS[name][0]({**calls.FRAMES, key: spoil(calls.FRAMES[key])})


@cache
def _plain(package: str, name: str) -> Any:
    calls = CALLS[package]
    return calls.CALLS[name][0](calls.FRAMES)


@cache
def _may_be_missing(package: str) -> set[str]:
    """Functions whose docstring speaks of infinite or missing numbers in the answer."""
    said = re.compile(r"infinit|no limit|missing|NaN|<NA>")
    things = {name: thing for module in list_modules(package) for name, thing in vars(module).items()}
    return {name for name, thing in things.items() if said.search(getattr(thing, "__doc__", "") or "")}


def judge(case: Case) -> tuple[str, str]:
    """What came of a case: a word of GOOD or FAULTS, and what was said."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), _time_limit():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "Glyph")  # a font that lacks a sign is no fault of the function
            found = case.run()
    except Unsuitable:
        return "left out", ""
    except HangError:
        return "hangs", f"no answer after {SECONDS} seconds"
    except (ValueError, TypeError) as error:
        return _judge_message(case, error)
    except Exception as error:
        return "raw", _say(error)
    if isinstance(found, Came):
        return str(found), found.said
    if case.allowed == "refuse":
        return "wrongly answered", repr(found)[:200]
    return _judge_answer(case, found)


def _judge_message(case: Case, error: Exception) -> tuple[str, str]:
    """Refused in our own words, which name the place; raw if pandas, numpy or Python itself speaks."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = "crmlib" in last.filename and (last.line or "").startswith(("raise", ")", "kind(", 'f"'))
    if not ours:
        return "raw", _say(error)
    return ("refused" if any(word in str(error) for word in case.words) else "unclear"), _say(error)


def _say(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    try:
        words = str(error)[:160].replace("\n", " ")
    except Exception:
        words = "(no message)"
    return f"{type(error).__name__}: {words} ({place})"


def _judge_answer(case: Case, found: Any) -> tuple[str, str]:
    if case.place != "option":
        plain, name = _plain(case.package, case.call), case.call.split(",")[0]
        if case.allowed == "same":
            try:
                assert_equal(*(_strip(answer, plain) for answer in (plain, found)))
            except Exception as error:
                return "another answer", _say(error)
            return "same", ""
        has_gaps = list_infinite if case.kind in (*weather.MISSING, "all missing") else _has_gaps
        if name not in _may_be_missing(case.package) and has_gaps(found) and not has_gaps(plain):
            return "not finite", repr(found)[:200]
    elif list_infinite(found) and case.call.split(".")[0] not in _may_be_missing(case.package):
        return "not finite", repr(found)[:200]
    return "answered", ""


def _strip(found: Any, plain: Any) -> list[Any]:
    """An answer without what it only echoes: the index, spare columns and the types of the table given."""
    parts = []
    for part, like in zip(flatten(found), flatten(plain), strict=True):
        if isinstance(part, pd.DataFrame | pd.Series):
            frame = part.to_frame() if isinstance(part, pd.Series) else part[list(like.columns)]
            echoed = like.index.name is None  # the index of the table given
            frame = frame.reset_index(drop=echoed or frame.index.nlevels > 1)
            parts += [
                list(map(str, frame.columns)),
                [_plain_cell(cell) for cell in frame.to_numpy(object).flat],
            ]
        else:
            parts.append(part)
    return parts


def _plain_cell(cell: Any) -> Any:
    """A cell whatever type it is kept in."""
    if isinstance(cell, numbers.Real | Decimal) and not isinstance(cell, bool):
        return float(cell)
    return None if cell is pd.NA or cell is pd.NaT else cell


def _has_gaps(found: Any) -> bool:
    """Whether an answer holds infinite or missing numbers."""
    if list_infinite(found):
        return True
    for part in flatten(found):
        frame = part.to_frame() if isinstance(part, pd.Series) else part
        if isinstance(frame, pd.DataFrame) and frame.select_dtypes("number").isna().any(axis=None):
            return True
        if isinstance(frame, float | np.floating) and np.isnan(frame):
            return True
    return False


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Stop a call that does not come back; where there are no signals (Windows) nothing is stopped."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def list_sample(package: str, *, one_of: int) -> list[Case]:
    """About one case of so many, always the same ones."""
    return [case for case in list_cases(package) if zlib.crc32(case.id.encode()) % one_of == 0]


def main(packages: list[str]) -> int:
    """Run the whole storm over some packages (all without names); print counts and faults."""
    names = [*CALLED, *ELSEWHERE]
    if unknown := sorted(set(packages) - set(names)):
        print(f"There is no {', '.join(unknown)}. Say nothing, or some of: {', '.join(names)}.")
        return 2
    faults = []
    print(f"{'':24}" + "".join(f"{word:>18}" for word in (*GOOD, *FAULTS)))
    for package in packages or names:
        counts: Counter[str] = Counter()
        for case in list_cases(package):
            verdict, words = judge(case)
            counts[verdict] += 1
            if verdict in FAULTS:
                faults.append((verdict, case.id, words))
        print(f"{package:24}" + "".join(f"{counts[word]:>18,}" for word in (*GOOD, *FAULTS)), flush=True)
    for verdict, name, words in sorted(faults):
        print(f"{verdict}: {name}\n    {words}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
