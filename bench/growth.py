"""How the time and memory of the functions grow with the firm: each call of the tests, on ever larger tables.

    python -m bench --only growth              1, 4 and 16 times the members of the course's firm
    python -m bench --only growth --hundred    and a hundred times (an hour)
    python -m bench --only growth --calls churn tiers.assign_cards     these packages and calls alone

The tables of `tests/<package>/calls.py` are repeated with new ids until they hold as many customers. What
grows like rows · log(rows) is fine; what grows faster is measured once more, and marked if it still does. One
more run tells the memory. A function
that takes longer than the limit is ended, and not tried on more.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import itertools
import json
import math
import multiprocessing
import os
import sys
import time
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pandas as pd
import psutil

from crmlib.ground.files import COURSE

FIGURES, PAGE = COURSE / "bench" / "growth.json", COURSE / "docs" / "growth.md"
LONGEST = 12  # calls that the page lists
SIZES = (1, 4, 16)
HUNDRED = 100
MEMBERS = 8_000  # of the course's firm
LIMIT = 60.0  # seconds a call
WAIT = 2  # limits after which a process is ended: it also makes the tables, and runs the call on small ones
STEEP = 1.15  # exponent above which a line is marked
NOISE = 0.2  # seconds below which an exponent says nothing
LITTLE = 10_000_000  # bytes below which an exponent says nothing
TRACED = 3.0  # seconds above which the memory is not traced
IDS = (
    "customer_id", "receipt_id", "order_id", "lead_id", "panel_id", "complaint_id", "return_id", "visit_id",
    "survey_id", "bid_id", "problem_id", "booking_id", "referred_by",
)  # fmt: skip
SAME = {"referred_by": "customer_id"}


class Measured(NamedTuple):
    """One run: rows of the tables that were read, whether they grew, seconds of processor, bytes at most."""

    rows: int
    grew: bool
    seconds: float
    memory: float


@dataclass
class Line:
    """The runs of a call, by size, and why there are no more."""

    name: str
    runs: dict[int, Measured] = field(default_factory=dict)
    ended: str = ""


class Tables(dict[str, Any]):
    """Tables that remember which of them were asked for."""

    def __init__(self, frames: Mapping[str, Any]) -> None:
        super().__init__(frames)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)


def find_ids(frame: Any) -> list[str]:
    """The columns, or name of the index, that hold ids of customers or of what they did."""
    if not isinstance(frame, (pd.DataFrame, pd.Series)):
        return []
    names = {frame.index.name, *(frame.columns if isinstance(frame, pd.DataFrame) else ())}
    return [name for name in IDS if name in names]


def measure_steps(frames: Mapping[str, Any]) -> dict[str, int]:
    """How far ids move from copy to copy: beyond the largest one that any table has."""
    steps: dict[str, int] = {}
    for frame in frames.values():
        for name in find_ids(frame):
            values = frame.index.to_series() if name == frame.index.name else frame[name]
            largest = values.max()
            key = SAME.get(name, name)
            steps[key] = max(steps.get(key, 0), 0 if pd.isna(largest) else int(largest))
    return steps


def repeat_table(frame: Any, times: int, steps: Mapping[str, int]) -> Any:
    """A table that many times over, each copy with ids of its own; what has no ids stays as it is.

    >>> repeat_table(pd.DataFrame({"customer_id": [1, 2], "points": [5, 6]}), 2, {"customer_id": 2})
       customer_id  points
    0            1       5
    1            2       6
    2            3       5
    3            4       6
    """
    ids = find_ids(frame)
    if not ids:
        return frame
    indexed = frame.index.name in ids
    copies = pd.concat([frame] * times, ignore_index=not indexed)
    copies.attrs = dict(frame.attrs)
    moved = pd.Series(range(times)).repeat(len(frame)).to_numpy()
    for name in ids:
        far = moved * steps[SAME.get(name, name)]
        if name == copies.index.name:
            copies.index = pd.Index(copies.index.to_numpy() + far, name=name).astype(frame.index.dtype)
        else:
            copies[name] = (copies[name] + far).astype(frame[name].dtype)
    return copies


def grow_tables(frames: Mapping[str, Any], members: int) -> dict[str, Any]:
    """The tables of a package with at least so many customers."""
    most = max((_count_customers(frame) for frame in frames.values()), default=0)
    times = max(1, math.ceil(members / max(most, 1)))
    steps = measure_steps(frames)
    return {name: repeat_table(frame, times, steps) for name, frame in frames.items()}


def measure_exponent(line: Line, what: str) -> float:
    """The slope between the two largest sizes, both axes as logarithms; nan where there is nothing to say."""
    values = [(run.rows, getattr(run, what)) for run in line.runs.values()]
    least = NOISE if what == "seconds" else LITTLE
    if len(values) < 2 or not values[-1][1] >= least or values[-1][0] == values[-2][0]:
        return math.nan
    (few, before), (many, after) = values[-2:]
    return math.log(after / max(before, 1e-9)) / math.log(many / few)


def expect_exponent(line: Line) -> float:
    """The slope of rows · log(rows) between the same two sizes."""
    rows = [run.rows for run in line.runs.values()][-2:]
    if len(rows) < 2 or rows[0] < 2 or rows[0] == rows[1]:
        return math.nan
    return 1 + math.log(math.log(rows[1]) / math.log(rows[0])) / math.log(rows[1] / rows[0])


def list_packages() -> list[str]:
    """The packages whose tests keep calls ready."""
    paths = sorted(Path("tests").glob("*/calls.py"))
    return [path.parent.name for path in paths if "\nCALLS" in path.read_text("utf-8")]


def run_call(module: ModuleType, name: str, tables: Tables, small: Mapping[str, Any]) -> Measured:
    """Time a call on the large tables after one on the small ones, which imports and compiles."""
    call = module.CALLS[name][0]
    vars(module)["FRAMES"] = Tables(small)
    call(module.FRAMES)
    vars(module)["FRAMES"] = tables
    tables.asked.clear()
    began = time.process_time()
    call(tables)
    seconds = time.process_time() - began
    read = [frame for key in tables.asked if hasattr(frame := dict.__getitem__(tables, key), "index")]
    rows, grew = sum(map(len, read)), any(find_ids(frame) for frame in read)
    return Measured(rows, grew, seconds, _trace(call, tables) if seconds < TRACED else math.nan)


def report(line: Line) -> str:
    """One line of the table that is printed."""
    last = next(reversed(line.runs.values()), None)
    seconds = " ".join(f"{run.seconds:8.2f}" for run in line.runs.values())
    slope, memory = measure_exponent(line, "seconds"), measure_exponent(line, "memory")
    words = f"  {line.name:<58} {last.rows if last else 0:>11,} {seconds:<36}"
    words += f" {_show(slope)} {_show(memory)} {_show(expect_exponent(line))}"
    return f"{words}{'  grows faster' if is_steep(line) else ''}{'  ' + line.ended if line.ended else ''}"


def is_steep(line: Line) -> bool:
    """Whether seconds or memory grow faster than rows to the power of STEEP."""
    return measure_exponent(line, "seconds") > STEEP or measure_exponent(line, "memory") > STEEP


def main(*, hundred: bool = False, calls: Sequence[str] = (), store: bool = False) -> list[Line]:
    """Print the seconds of each call and how they grow; keep the figures if asked to; return the lines.

    calls: names of packages, or of single calls such as tiers.assign_cards; without any, all. What is kept of
    other calls stays.
    """
    sizes = (*SIZES, HUNDRED) if hundred else SIZES
    print(
        f"\nGrowth: processor seconds at {', '.join(map(str, sizes))} times {MEMBERS:,} members; exponents of"
    )
    print("  seconds, memory and rows · log(rows) between the two largest")
    lines = []
    for package in list_packages():
        for line in _measure_package(package, sizes, calls):
            print(report(line), flush=True)
            lines.append(line)
    print("  measured once more:")
    for line in filter(is_steep, lines):
        measure_again(line)
        print(report(line), flush=True)
    steep = [line.name for line in lines if is_steep(line) or line.ended.startswith("over")]
    print(f"  {len(lines)} calls; faster than rows to the power of {STEEP}, or over the limit: {len(steep)}")
    print("".join(f"    {name}\n" for name in steep), flush=True)
    if store:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
        kept = {"cores": os.cpu_count(), "load": round(load, 1), "lines": [keep_line(one) for one in lines]}
        if calls and FIGURES.exists():
            kept = merge_figures(json.loads(FIGURES.read_text(encoding="utf-8")), kept)
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(write_page(kept), encoding="utf-8")
    return lines


def measure_again(line: Line) -> None:
    """Run the two largest sizes once more, in a process of their own, and keep the lower figures."""
    package, name = line.name.split(".")
    worker = _Worker(package)
    for size in list(line.runs)[-2:]:
        answer = worker.ask(name, size)
        if isinstance(answer, Measured):
            before = line.runs[size]
            memory = min(before.memory, answer.memory)
            line.runs[size] = answer._replace(seconds=min(before.seconds, answer.seconds), memory=memory)
    worker.end()


def keep_line(line: Line) -> dict[str, Any]:
    """What is kept of a line: rows and seconds at each size, the exponents, why it ended."""
    exponents = [measure_exponent(line, what) for what in ("seconds", "memory")]
    return {
        "name": line.name,
        "rows": {str(size): run.rows for size, run in line.runs.items()},
        "seconds": {str(size): round(run.seconds, 2) for size, run in line.runs.items()},
        "exponents": [None if math.isnan(one) else round(one, 2) for one in exponents],
        "expected": None if math.isnan(one := expect_exponent(line)) else round(one, 2),
        "steep": is_steep(line),
        "ended": line.ended,
    }


def merge_figures(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was kept, with the lines that were measured now; the load is the higher of both.

    >>> old = {"cores": 2, "load": 0.4, "lines": [{"name": "a", "steep": True}, {"name": "b"}]}
    >>> merge_figures(old, {"cores": 2, "load": 0.2, "lines": [{"name": "a", "steep": False}]})
    {'cores': 2, 'load': 0.4, 'lines': [{'name': 'a', 'steep': False}, {'name': 'b'}]}
    """
    lines = {line["name"]: line for line in (*before["lines"], *now["lines"])}
    return {**now, "load": max(before["load"], now["load"]), "lines": list(lines.values())}


def write_page(kept: dict[str, Any]) -> str:
    """The page on what takes long with many customers, from the figures that were kept."""
    lines = kept["lines"]
    largest = max(int(size) for line in lines for size in line["seconds"])
    there = [line for line in lines if str(largest) in line["seconds"]]
    longest = sorted(there, key=lambda line: -line["seconds"][str(largest)])[:LONGEST]
    steep = [line for line in lines if line["steep"]]
    ended = [line for line in lines if line["ended"]]
    head = ["| call | rows | seconds | exponent of seconds | of memory | of rows · log(rows) |"]
    head += ["|---|---:|---:|---:|---:|---:|"]
    more = " --hundred" if largest >= HUNDRED else ""
    quick = sum(line["seconds"][str(largest)] < 1 for line in there)
    return "\n".join(
        [
            "# What takes long with many customers",
            "",
            f"Each call of the tests that reads customers or what they did: {len(lines)} calls, on tables of "
            f"up to {largest} times {MEMBERS:,} members, measured on {kept['cores']} cores at a load of "
            f"{kept['load']:.1f} (`make bench ARGS='--only growth{more} --store'`). Seconds are those of "
            f"the processor. An exponent of 1 means that twice the rows take twice as long; exponents are "
            "taken between the two largest sizes, and mean nothing for what takes no time.",
            "",
            f"At {largest} times, {quick} of {len(there)} calls take less than a second. The longest are:",
            "",
            *head,
            *(_write_row(line) for line in longest),
            "",
            f"## Faster than rows to the power of {STEEP}",
            "",
            *([*head, *(_write_row(line) for line in steep)] if steep else ["None."]),
            "",
            "An exponent of 2 would mean that customers are compared with one another, each with all. Up to "
            "some 1.3 it is mostly keys that are looked up in tables too large for the processor's cache.",
            "",
            "## Not measured to the end",
            "",
            *([f"- `{line['name']}`: {line['ended']}" for line in ended] or ["None."]),
            "",
        ]
    )


def _write_row(line: Mapping[str, Any]) -> str:
    size = list(line["seconds"])[-1]
    slopes = ["–" if one is None else f"{one:.2f}" for one in (*line["exponents"], line["expected"])]
    figures = [f"{line['rows'][size]:,}", f"{line['seconds'][size]:,.1f}", *slopes]
    return f"| `{line['name']}` | {' | '.join(figures)} |"


def _measure_package(package: str, sizes: Iterable[int], wanted: Sequence[str] = ()) -> list[Line]:
    """Its calls one after the other, in a process that is ended when one takes too long."""
    calls = importlib.import_module(f"tests.{package}.calls").CALLS
    lines = {
        name: Line(f"{package}.{name}")
        for name in calls
        if not wanted or package in wanted or f"{package}.{name}" in wanted
    }
    worker = None
    for size, (name, line) in itertools.product(sizes, lines.items()):
        if line.ended or (line.runs and not next(reversed(line.runs.values())).grew):
            continue
        worker = worker or _Worker(package)
        answer = worker.ask(name, size)
        if isinstance(answer, Measured):
            line.runs[size] = answer
            continue
        line.ended = answer
        if answer.startswith("over"):
            worker.end()
            worker = None
    if worker:
        worker.end()
    return [line for line in lines.values() if line.ended or any(run.grew for run in line.runs.values())]


class _Worker:
    """A process that runs the calls of a package, on tables of the size that is asked for."""

    def __init__(self, package: str) -> None:
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_work, args=(other, package), daemon=True)
        self.process.start()
        other.close()

    def ask(self, name: str, size: int) -> Measured | str:
        """What a call took, or in words why there is no figure."""
        self.pipe.send((name, size))
        began = self._read_clock()
        while not self.pipe.poll(1.0):
            if self._read_clock() - began > WAIT * LIMIT:
                return f"over {LIMIT:.0f} s"
        try:
            answer: Measured | str = self.pipe.recv()
        except EOFError:
            return "over the memory"
        slow = isinstance(answer, Measured) and answer.seconds > LIMIT
        return f"over {LIMIT:.0f} s" if slow else answer

    def _read_clock(self) -> float:
        """Seconds that its processor has worked."""
        try:
            return sum(psutil.Process(self.process.pid).cpu_times()[:2])
        except psutil.Error:  # it has ended; what it left is read next
            return 0.0

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def _work(pipe: Connection, package: str) -> None:
    """Answer with Measured, or with the first words of an error, until the process is ended."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    module = importlib.import_module(f"tests.{package}.calls")
    small, made = dict(module.FRAMES), 0
    tables = Tables({})
    while True:
        name, size = pipe.recv()
        answer: Measured | str
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                if size != made:
                    tables, made = Tables(grow_tables(small, size * MEMBERS)), size
                answer = run_call(module, name, tables, small)
        except Exception as error:  # whatever it is, it is told
            answer = f"not run: {type(error).__name__}: {' '.join(str(error).split())[:70]}"
        plt.close("all")
        pipe.send(answer)


def _trace(call: Any, tables: Tables) -> float:
    """The most bytes that a call holds at one time, above what was there."""
    tracemalloc.start()
    try:
        call(tables)
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _count_customers(frame: Any) -> int:
    if "customer_id" not in find_ids(frame):
        return 0
    return (frame.index if frame.index.name == "customer_id" else frame["customer_id"]).nunique()


def _show(value: float) -> str:
    return "   –" if math.isnan(value) else f"{value:4.2f}"
