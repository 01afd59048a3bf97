"""Put every fault into one package and see whether a test fails: `mutants.py` calls it in a copy.

mutmut writes the faults, all of them beside the unspoilt functions, and switches one on by its name. The
tests are collected once, and each fault is tried in a child process that forks from there (so not on
Windows), until one test fails of those that ever call the function: first the tests that found its other
faults, then the fast ones, last the contracts.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fault_kinds import choose, tell_kinds

FOUND, MISSED, UNTESTED = 1, 0, 33  # as mutmut counts them
Key = tuple[Path, str]


class Trials:
    """A plugin of pytest: in place of running the tests once, run those of each fault."""

    def __init__(self, workers: int, again: bool, chosen: set[str]) -> None:
        self.workers, self.again, self.chosen = workers, again, chosen
        self.running: dict[int, tuple[Path, str, int]] = {}
        self.found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.metas = {
            path: json.loads(path.read_text(encoding="utf-8")) for path in Path("crmlib").rglob("*.meta")
        }

    def pytest_sessionstart(self) -> None:
        """Let random inputs be the same for every fault, and lose no time on looking for the smallest."""
        from hypothesis import Phase, settings

        phases = [Phase.explicit, Phase.generate]
        course = settings.get_profile("course")
        settings.register_profile("faults", course, derandomize=True, database=None, phases=phases)
        settings.load_profile("faults")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which tests call which function, then try the faults that have no verdict yet."""
        calls = learn(session)
        tests = {item.nodeid: item for item in session.items}
        seconds = calls["seconds"]
        gc.freeze()  # what a child does not touch, it need not copy
        for path, name in self.open_faults():
            function = name.rpartition("__mutmut_")[0]
            found = self.found[function]
            wanted = sorted(
                calls["tests"].get(function, []),
                key=lambda test: (-found[test] / (0.01 + seconds[test]), "contracts" in test, seconds[test]),
            )
            if not wanted:
                self.note((path, name), UNTESTED)
                continue
            while len(self.running) >= self.workers:
                self.wait()
            limit = 10 + round(10 * sum(seconds[test] for test in wanted))
            child, answer = fork(session, name, [tests[test] for test in wanted], limit)
            self.running[child] = (path, name, answer)
        while self.running:
            self.wait()
        return True

    def open_faults(self) -> Iterator[Key]:
        """Those chosen without a verdict; if asked to, those that were missed as well."""
        old = (None, MISSED, UNTESTED) if self.again else (None,)
        for path, meta in self.metas.items():
            codes = {name: code for name, code in meta["exit_code_by_key"].items() if name in self.chosen}
            yield from ((path, name) for name, code in codes.items() if code in old)

    def wait(self) -> None:
        """Wait for one child: it says which test failed. A crash and an endless loop are found as well."""
        child, status = os.wait()
        if child in self.running:
            path, name, answer = self.running.pop(child)
            with os.fdopen(answer, encoding="utf-8") as pipe:
                failed = pipe.read()
            if failed:
                self.found[name.rpartition("__mutmut_")[0]][failed] += 1
            self.note((path, name), MISSED if status == 0 else FOUND)

    def note(self, key: Key, code: int) -> None:
        """Keep a verdict, so that an interrupted run goes on where it stopped."""
        path, name = key
        self.metas[path]["exit_code_by_key"][name] = code
        path.write_text(json.dumps(self.metas[path], indent=4), encoding="utf-8")


def learn(session: pytest.Session) -> dict[str, Any]:
    """Run all tests without a fault, in a child: seconds of each, functions called, modules loaded."""
    file = Path("calls.json")
    file.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        from mutmut.mutation.trampoline import set_mutant_under_test
        from mutmut.state import state

        set_mutant_under_test("stats")
        callers, seconds = defaultdict(list), {}
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            state()._stats.clear()
            began = time.perf_counter()
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.perf_counter() - began
            for function in state()._stats:
                callers[function].append(item.nodeid)
        modules = [name for name in sys.modules if name.partition(".")[0] not in ("crmlib", "tests")]
        if not session.testsfailed:
            file.write_text(
                json.dumps({"tests": callers, "seconds": seconds, "modules": modules}), encoding="utf-8"
            )
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
    if not file.exists():
        pytest.exit("a test fails without any fault", 1)
    calls = json.loads(file.read_text(encoding="utf-8"))
    for module in calls["modules"]:  # what every child would load anew
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    return calls


def fork(session: pytest.Session, name: str, items: list[pytest.Item], limit: int) -> tuple[int, int]:
    """Start a child that tries one fault for so many seconds of computing: its number and its pipe."""
    sys.stdout.flush()
    answer, pipe = os.pipe()
    child = os.fork()
    if child:
        os.close(pipe)
        return child, answer
    from mutmut.mutation.trampoline import set_mutant_under_test

    set_mutant_under_test(name)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                os.write(pipe, item.nodeid.encode())
                os._exit(FOUND)
    except BaseException:
        os._exit(FOUND)
    os._exit(MISSED)


def skip_copies() -> None:
    """Take no examples from the copies of a function: each has those of the function that stands for all."""
    import doctest

    take: Any = doctest.DocTestFinder._get_test  # type: ignore[attr-defined]

    def take_once(self: Any, obj: Any, name: str, *others: Any) -> Any:
        return None if "__mutmut_" in name else take(self, obj, name, *others)

    doctest.DocTestFinder._get_test = take_once  # type: ignore[attr-defined]


def write_faults() -> None:
    """Let mutmut write the spoilt library into the folder mutants."""
    from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants
    from mutmut.utils.file_utils import setup_source_paths

    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(1)


def find_kinds() -> dict[str, str]:
    """The kind of every fault; `mutants.py` reads them for its table."""
    kinds: dict[str, str] = {}
    for path in sorted(Path("mutants/crmlib").rglob("*.py.meta")):
        module = path.with_suffix("")
        name = ".".join(module.relative_to("mutants").with_suffix("").parts)
        found = tell_kinds(module.read_text(encoding="utf-8"))
        kinds |= {f"{name}.{function}": kind for function, kind in found.items()}
    Path("kinds.json").write_text(json.dumps(kinds, indent=1), encoding="utf-8")
    return kinds


def main() -> int:
    """Called as `try_mutants.py <workers> <again: 0 or 1> <every> <first> <arguments of pytest>`."""
    workers, again, every, first = map(int, sys.argv[1:5])
    write_faults()
    chosen = set(choose(find_kinds(), every, first))
    os.chdir("mutants")
    skip_copies()
    plain = ["--rootdir=.", "-q", "-s", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
    return int(pytest.main([*plain, *sys.argv[5:]], plugins=[Trials(workers, again == 1, chosen)]))


if __name__ == "__main__":
    sys.exit(main())
