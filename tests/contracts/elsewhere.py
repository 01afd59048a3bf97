"""Bad weather where no table is handed over: readers' answers, the words after `crm`, authors' YAML, files.

answers     every question of a small exercise × odd answers; and right ones, kept in another way
commands    every option of every command × odd words; what would take minutes does nothing
content     every value of the documented YAML files × odd values; spoilt files
files       a firm's tables and a reader's progress × damage
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import yaml

from crmlib import cli
from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.course.audit import find_problems
from crmlib.classroom.progress import Progress
from crmlib.datasets import storage
from crmlib.publishing.course import Course
from crmlib.simulation.writing.export import write_firm
from crmlib.tables.errors import TableError
from tests.classroom.calls import SMALL_CHECKS, STEM, documented_examples, ten_customers, write_examples
from tests.contracts import weather
from tests.contracts.case import Came, Case, Unsuitable
from tests.datasets.conftest import make_small_firm
from tests.publishing.small_course import write_course

LONGEST = 1000  # characters of a message that a reader still reads


@cache
def _keep_folder() -> tempfile.TemporaryDirectory[str]:
    """One folder for all cases of this run; it goes when Python ends."""
    return tempfile.TemporaryDirectory(prefix="storm-")


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=_keep_folder().name))


def _case(package: str, call: str, place: str, kind: str, run: Callable[[], Any]) -> Case:
    return Case(package, call, place, kind, run, "any", ("",))


# Answers ------------------------------------------------------------------------------------------

# Beside a series, a table with numbers and words.
CHECKS = f"""{SMALL_CHECKS}
- id: frame
  topics: [H-03]
  question: {{en: "Share that left, in numbers and in a word", zh: "流失率"}}
  kind: table
  tolerance: 0.001
  answer: 'pd.DataFrame({{"share": by_satisfied.mean(), "word": ["a", "b"]}})'
  mistakes:
  - {{name: counts, answer: 'pd.DataFrame({{"share": by_satisfied.sum(), "word": ["a", "b"]}})', hint: "?"}}
  - {{name: sizes, answer: 'pd.DataFrame({{"share": by_satisfied.size(), "word": ["a", "b"]}})', hint: "?"}}
  - {{name: words, answer: 'pd.DataFrame({{"share": by_satisfied.mean(), "word": ["b", "a"]}})', hint: "?"}}
"""


@cache
def _open_workbook() -> Workbook:
    root = _new_folder()
    (write_examples(root) / "checks.yaml").write_text(CHECKS, encoding="utf-8")
    with patch.dict(os.environ, {"CRM_CONTENT": str(root)}):
        return Workbook(load_exercise(STEM), ten_customers())


RIGHT: dict[str, dict[str, Callable[[Any], Any]]] = {
    "number": {
        "int": int,
        "Decimal": Decimal,
        "Fraction": Fraction,
        "float32": np.float32,
        "int16": np.int16,
        "text": str,
        "text of full width": lambda v: f"{v:.0f}".translate(
            str.maketrans("0123456789", "０１２３４５６７８９")
        ),
    },
    "share": {
        "Decimal": Decimal,
        "Fraction": Fraction,
        "float16": np.float16,
        "text": lambda v: f"{100 * v} %",
    },
    "table": {
        "turned round": lambda v: v.iloc[::-1],
        "another name": lambda v: v.rename("x"),
        **{kind: lambda v, change=change: _keep(change, v) for kind, change in weather.STORED.items()},
    },
    "frame": {"its columns in reverse": lambda v: v.iloc[:, ::-1], "turned round": lambda v: v.iloc[::-1]},
    "list": {
        "tuple": lambda v: tuple(v),
        "set": lambda v: set(v),
        "series": pd.Series,
        "index": pd.Index,
        "array": np.array,
        "categories": lambda v: pd.Series(v, dtype="category"),
        "one text": "、".join,
    },
}


def _keep(change: Callable[[pd.Series], pd.Series], values: pd.Series) -> pd.Series:
    """The same column kept in another way; Unsuitable if it cannot be, or would hold other values."""
    try:
        kept = change(values)
    except Exception as error:
        raise Unsuitable from error
    if any(not isinstance(one, float | Decimal) or abs(float(one) - two) > 1e-6
           for one, two in zip(kept.tolist(), values.tolist(), strict=True)):  # fmt: skip
        raise Unsuitable
    return kept


def _list_answers() -> Iterator[Case]:
    book = _open_workbook()
    for question in book.exercise.questions:
        odd = {**weather.CELLS, **weather.ODD, **weather.MAYBE}
        expected = book.expected(question)
        right = expected if question.kind != "list" else [one.split("|")[0] for one in expected]
        wrong: dict[str, Callable[[], Any]] = {kind: lambda value=value: value for kind, value in odd.items()}
        if isinstance(right, pd.Series):
            wrong |= dict(_spoil_column(right))
        elif isinstance(right, pd.DataFrame):
            wrong |= dict(_spoil_frame(right))
        if question.kind in ("number", "share"):
            wrong |= {
                "bytes of it": str(right).encode,
                "half of a complex number": lambda v=right: np.complex128(v, 1),
            }
        wrong |= {f"list of {kind}": lambda value=value: [value] for kind, value in odd.items()}
        for kind, make in wrong.items():
            yield _case("answers", question.id, "odd", kind, _judge(question, make, passes=False))
        kinds = (
            {"its columns in reverse": lambda v: v.iloc[:, ::-1]} if isinstance(right, pd.DataFrame) else None
        )
        for kind, change in (kinds or RIGHT.get(question.kind, {})).items():
            run = _judge(question, lambda c=change, v=right: c(v), passes=True)
            yield _case("answers", question.id, "right", kind, run)


def _spoil_column(right: pd.Series) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The right column with one odd cell, one odd label, other labels, or more around it."""
    for kind, value in weather.CELLS.items():
        yield f"cell {kind}", lambda value=value: weather.put(right, value)
        if kind != "-0.0":  # False, 0 and -0.0 are one label to Python
            yield f"label {kind}", lambda value=value: right.set_axis(_label([value, *right.index[1:]]))
    for kind, change in weather.RUINED.items():
        yield f"all {kind}", lambda change=change: change(right)
    for kind, spoil in weather.NO_FRAME.items():
        if kind != "one column":
            yield f"table {kind}", lambda spoil=spoil: spoil(right.to_frame("left"))
    two = pd.MultiIndex.from_arrays([right.index, right.index])
    yield "labels of two levels", lambda: right.set_axis(two)
    yield "labels twice", lambda: right.set_axis([True, True])
    yield "nothing", lambda: right.head(0)


def _spoil_frame(right: pd.DataFrame) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The right table with one odd cell, one odd name of a column, or another table in its place."""
    for kind, value in weather.CELLS.items():
        for name in right.columns:
            yield f"{name} {kind}", lambda n=name, v=value: right.assign(**{n: weather.put(right[n], v)})
        yield f"name {kind}", lambda v=value: right.set_axis(_label([v, *right.columns[1:]]), axis=1)
    for kind, spoil in weather.NO_FRAME.items():
        yield f"table {kind}", lambda spoil=spoil: spoil(right)


def _label(labels: list[Any]) -> pd.Index:
    index = np.empty(len(labels), dtype=object)
    index[:] = labels
    return pd.Index(index, dtype=object)


def _judge(question: Any, make: Callable[[], Any], *, passes: bool) -> Callable[[], Came]:
    def run() -> Came:
        try:
            answer = make()
        except Exception as error:
            raise Unsuitable from error
        feedback = _open_workbook().judge(question, answer)
        if feedback.passed == passes:
            return Came("answered" if passes else "refused")
        return Came.as_told("another answer" if passes else "wrongly answered", feedback)

    return run


# Commands -----------------------------------------------------------------------------------------

WORDS = {
    "empty": "",
    "blank": " ",
    "minus one": "-1",
    "zero": "0",
    "10**30": "1" + "0" * 30,
    "nan": "nan",
    "1e300": "1e300",
    "half": "1.5",
    "text": "ten",
    "full width": "１０",
    "long": "x" * 10_000,
    "parent": "../..",
    "a file": "file.txt",
    "below a file": "file.txt/below",
    "missing folder": "no/such/folder",
    "two lines": "a\nb",
    "brackets": "[/red]",
    "braces": "%s{0}",
    "null device": os.devnull,
}
WHOLE = ("minus one", "zero", "10**30", "full width")
ANY = tuple(WORDS)
# The words of a command, "?" for the odd one, and the kinds of words that it may answer.
COMMANDS: list[tuple[str, list[str], tuple[str, ...]]] = [
    ("exam", ["?"], ()),
    ("exam", ["04", "--seed", "?"], WHOLE),
    ("exam", ["04", "--minutes", "?"], WHOLE),
    ("exam", ["04", "--language", "?"], ()),
    ("exam", ["04", "--folder", "?"], ANY),
    ("cards", ["?"], ()),
    ("cards", ["04", "--folder", "?"], ANY),
    ("content", ["?"], ()),
    ("content", ["04", "--seed", "?"], WHOLE),
    ("content", ["--schema", "?"], ANY),
    ("claims", ["--notebooks", "?"], ()),
    ("claims", ["--notebooks", "course/notebooks", "--path", "?"], ANY),
    ("syllabus", ["--root", "?"], ()),
    ("syllabus", ["--root", "course", "--path", "?"], ANY),
    ("notebooks", ["--check", "?"], ()),
    ("notebooks", ["--take", "?"], ()),
    ("slides", ["?"], ()),
    ("lab", ["?"], ()),
    ("lab", ["--port", "?"], ()),
    ("lab", ["--host", "?"], ANY),
    ("data", ["--folder", "firm", "--seed", "?"], WHOLE[1:]),
    ("data", ["--folder", "firm", "--members", "?"], ("full width",)),
    ("data", ["--folder", "firm", "--world", "?"], ()),
    ("data", ["--folder", "?"], ANY),
    ("data", ["--folder", "?", "--check"], ()),
    ("data", ["--folder", "firm", "--copies", "?"], ()),
    ("data", ["--folder", "firm", "--language", "?"], ()),
    *((name, ["--no-such-option", "?"], ()) for name in cli.SUBCOMMANDS),
]


def _list_commands() -> Iterator[Case]:
    for name, words, allowed in COMMANDS:
        for kind, word in WORDS.items():
            arguments = [word if one == "?" else one for one in words]
            place = " ".join(words)
            yield _case("commands", name, place, kind, _run(name, arguments, may_answer=kind in allowed))


def _run(name: str, arguments: list[str], *, may_answer: bool) -> Callable[[], Came]:
    def run() -> Came:
        folder, printed = _new_folder() / "two" / "deep", io.StringIO()  # "../.." stays inside
        folder.mkdir(parents=True)
        (folder / "file.txt").write_text("mine", encoding="utf-8")
        write_course(folder / "course")
        (folder / "course" / "notebooks").mkdir()
        (folder / "course" / "notebooks" / "01_small.ipynb").write_text(
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8"
        )
        write_examples(folder / "content")
        with contextlib.chdir(folder), contextlib.redirect_stderr(printed), _tame(folder):
            try:
                cli.run_subcommand(name, arguments)
                code: Any = 0
            except SystemExit as stopped:
                code = stopped.code
        rewritten = "--path" in arguments  # pages that are made anew after each change
        if not rewritten and (folder / "file.txt").read_text(encoding="utf-8") != "mine":
            return Came.as_told("wrongly answered", "it overwrote a file")
        if code in (0, 1, None):
            return Came("answered") if may_answer else Came.as_told("wrongly answered", printed.getvalue())
        said = printed.getvalue() if code == 2 else str(code)
        told = "Error" in said if code == 2 else said.startswith(f"crm {name}: ")
        told = told and (code == 2 or len(said) <= LONGEST)  # the parser repeats a word at any length
        return Came("refused") if told else Came.as_told("unclear", said[:LONGEST])

    return run


@contextlib.contextmanager
def _replace_module(name: str, other: Any) -> Iterator[None]:
    """Another module under a name; what is imported meanwhile stays, so that nothing is imported twice."""
    before = sys.modules.get(name)
    sys.modules[name] = other
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


@contextlib.contextmanager
def _tame(folder: Path) -> Iterator[None]:
    """Commands read a small course and the documented content, start no server and simulate nothing."""
    from crmlib.publishing import command as publishing
    from crmlib.simulation import command as simulation

    def simulate(world: Any, *, progress: Any) -> Any:
        return make_small_firm(world.seed)

    server = SimpleNamespace(main=lambda options: None)
    with (
        patch.dict(os.environ, {"CRM_CONTENT": str(folder / "content"), "COLUMNS": "200"}),
        _replace_module("jupyterlab.labapp", server),
        patch.object(publishing, "COURSE", Course(folder / "course").root),
        patch.object(simulation, "simulate", simulate),
    ):
        yield


# Content ------------------------------------------------------------------------------------------

VALUES: dict[str, Any] = {
    "nothing": None,
    "empty text": "",
    "blank": " ",
    "zero": 0,
    "minus one": -1,
    "nan": float("nan"),
    "inf": float("inf"),
    "10**400": 10**400,
    "True": True,
    "text": "some words",
    "brackets": "{{ 1 / 0 }} [x](y",
    "code": "__import__('os')",
    "empty list": [],
    "list": ["some words"],
    "list of lists": [[1]],
    "list of nothing": [None],
    "empty mapping": {},
    "mapping": {"some": "words"},
    "mapping of numbers": {1: 2},
}
FILES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda text: b"",
    "half": lambda text: text[: len(text) // 2],
    "another encoding": lambda text: text.decode().encode("utf-16"),
    "broken characters": lambda text: text + b"\xff\xfe",
    "a zero byte": lambda text: text + b"\x00",
    "tabs": lambda text: text.replace(b"  ", b"\t"),
    "twice": lambda text: text + text,
    "a list around it": lambda text: b"- " + text.replace(b"\n", b"\n  "),
    "only words": lambda text: b"words",
    "another tag": lambda text: b"!!python/object/apply:os.getcwd []\n",
    "an unknown anchor": lambda text: b"claims: *nowhere\n",
    "a loop": lambda text: b"claims: &a [*a]\n",
    "very deep": lambda text: b"claims: " + b"[" * 5_000,
    "an odd date": lambda text: b"claims: 2025-99-99\n",
    "an odd key": lambda text: b"? [1, 2]\n: 3\n",
    "merged": lambda text: b"<<: [1]\n",
    "line ends of Windows": lambda text: text.replace(b"\n", b"\r\n"),
}


def _list_content() -> Iterator[Case]:
    for name, text in documented_examples().items():
        for place in _list_places(yaml.safe_load(text)):
            for kind, value in VALUES.items():
                spoil = _replace(text, place, value)
                yield _case("content", name, ".".join(map(str, place)), kind, _check(name, spoil))
        for kind, change in FILES.items():
            yield _case("content", name, "file", kind, _check(name, lambda c=change, t=text: c(t.encode())))


def _list_places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every value of a file, the whole of it first."""
    yield place
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _list_places(value, (*place, key))


def _replace(text: str, place: tuple[Any, ...], value: Any) -> Callable[[], bytes]:
    def spoil() -> bytes:
        data = {"": yaml.safe_load(text)}
        spot: Any = data
        path = ("", *place)
        for key in path[:-1]:
            spot = spot[key]
        spot[path[-1]] = value
        return yaml.safe_dump(data[""], allow_unicode=True).encode()

    return spoil


def _check(name: str, spoil: Callable[[], bytes]) -> Callable[[], Came]:
    def run() -> Came:
        root = _new_folder()
        (write_examples(root) / f"{name}.yaml").write_bytes(spoil())
        with patch.dict(os.environ, {"CRM_CONTENT": str(root)}):
            found = find_problems(STEM)
        problems = [line for line in found if "a chapter has at least" not in line]
        unclear = [line for line in problems if not line.startswith(STEM) or len(line) > LONGEST]
        if unclear:
            return Came.as_told("unclear", unclear[0][:LONGEST])
        return Came("refused" if problems else "answered")

    return run


# Files --------------------------------------------------------------------------------------------


@cache
def _write_firm() -> Path:
    folder = _new_folder() / "datasets"
    write_firm(make_small_firm(2026), folder)
    return folder


def _damage(content: bytes, seed: int) -> bytes:
    """One of five kinds of damage: a bit, a run of zeros, a lost end, a lost middle, something at the end."""
    chance, changed = random.Random(seed), bytearray(content)
    place = chance.randrange(len(changed))
    if seed % 5 == 0:
        changed[place] ^= 1 << chance.randrange(8)
    elif seed % 5 == 1:
        changed[place : place + 64] = bytes(len(changed[place : place + 64]))
    elif seed % 5 == 2:
        del changed[place:]
    elif seed % 5 == 3:
        del changed[place : place + 16]
    else:
        changed += chance.randbytes(8)
    return bytes(changed)


def _list_files(damages: int = 150) -> Iterator[Case]:
    for seed in range(damages):
        for table in ("receipts", "surveys", "truth.members"):
            for known in (True, False):
                place = f"{table} {'with' if known else 'without'} checksum"
                yield _case("files", "load", place, f"damage {seed}", _load(table, seed, known=known))
        yield _case("files", "progress", "bytes", f"damage {seed}", _record(seed))


def _load(table: str, seed: int, *, known: bool) -> Callable[[], Came]:
    def run() -> Came:
        firm, folder = _write_firm(), _new_folder()
        name = f"{table.replace('.', '/')}.parquet"
        content = (firm / name).read_bytes()
        spoilt = _damage(content, seed)
        if spoilt == content:
            raise Unsuitable
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(spoilt)
        if known:
            (folder / "checksums.txt").write_bytes((firm / "checksums.txt").read_bytes())
        with patch.object(storage, "DATASETS", folder):
            try:
                storage.read_table(table, seed=None)
            except TableError as error:
                clear = "is damaged or does not fit" in str(error) and "Repair: " in str(error)
                return Came("refused") if clear else Came.as_told("unclear", error)
        return Came("wrongly answered" if known else "answered")

    return run


def _record(seed: int) -> Callable[[], Came]:
    def run() -> Came:
        progress = Progress(STEM, _new_folder())
        progress.note_answer("q1", passed=True)
        progress.update("predictions", "left", lambda entry: {"value": 0.4, "unit": "%"})
        path = progress.path
        assert path is not None
        path.write_bytes(_damage(path.read_bytes(), seed))
        with contextlib.redirect_stderr(io.StringIO()):
            progress.note_answer("q2", passed=False)
            if "q2" not in progress.read("answers"):
                return Came.as_told("wrongly answered", "the new answer is lost")
        return Came("answered")

    return run


ELSEWHERE: dict[str, Callable[[], Iterator[Case]]] = {
    "answers": _list_answers,
    "commands": _list_commands,
    "content": _list_content,
    "files": _list_files,
}
