"""The program inside: runs the cells of one submission and tells the answers as plain JSON, a line each.

It reads its job from standard input, knows no right answer, and trusts nothing to last: what it needs is kept
before the first cell runs. It imports nothing of the course by itself, so it also runs where the classroom
is hidden. What it tells is never believed beyond "this is the answer": the parent decides.

This file runs by itself, as a script. Cells run in order; those that fail on a missing name run again at
the end (a cell may have been moved), and the exercise's own opening cells run when a name is missing.
"""

import ast
import builtins
import json
import os
import signal
import sys
import types
from json.encoder import encode_basestring as quote
from typing import Any

MOST_ITEMS = 20_000
MOST_TEXT = 20_000
WAIT = 5  # how many times its seconds at the processor a cell may take by the clock
KEPT = dict(vars(builtins))
restore = vars(builtins).update
write, stop, set_timer = os.write, os._exit, getattr(signal, "setitimer", None)


# Takes whatever it is called with, and does nothing.
SILENT: Any = {"silent": lambda *args, **options: None}["silent"]


class TooSlow(BaseException):
    """A cell has used up its time."""


class Telling:
    """The way out: one line of JSON for each thing that happens, with the word that the parent gave."""

    def __init__(self, handle: int, word: str) -> None:
        self.handle, self.word, self.cell = handle, word, -1

    def tell(self, kind: str, value: Any = None, key: str = "") -> None:
        line = to_json([self.word, kind, self.cell, key, value]) + "\n"
        data = line.encode("utf-8", "replace")
        while data:
            data = data[write(self.handle, data) :]


def to_json(value: Any) -> str:
    """Plain data as JSON, written out here so that nothing a cell replaces can change it."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is int:
        return int.__repr__(value)
    if type(value) is float:
        return float.__repr__(value) if value - value == 0 else quote(float.__repr__(value))
    if type(value) is list:
        return "[" + ", ".join([to_json(one) for one in value]) + "]"
    return quote(str.__str__(value))


def plain(value: Any) -> list[Any]:
    """An answer as plain data: its kind, then its content. Its own methods are run here and nowhere else."""
    if value is None or value is Ellipsis:
        return ["blank"]
    kind, module = type(value).__name__, type(value).__module__ or ""
    if isinstance(value, bool) or (module == "numpy" and kind.startswith("bool")):
        return ["bool", bool(value)]
    if isinstance(value, str):
        return ["text", str.__str__(value)[:MOST_TEXT]]
    if module.startswith("pandas") and kind in ("Series", "DataFrame"):
        return plain_table(value, kind)
    if kind == "Estimate" and module.startswith("crmlib"):
        return ["number", float(value.value)]
    if isinstance(value, (list, tuple)):
        return ["list", [label(one) for one in list(value)[:MOST_ITEMS]]]
    if kind in ("ndarray", "Index", "set", "frozenset", "dict_keys"):
        return ["list" if module != "builtins" else "other", [label(one) for one in list(value)[:MOST_ITEMS]]]
    try:
        number = float(value)
    except OverflowError:
        return ["huge"]
    except Exception:
        return ["other", str(kind)[:80]]
    return ["number", number]


def plain_table(value: Any, kind: str) -> list[Any]:
    if value.size > MOST_ITEMS:
        return ["large", int(value.size)]
    index = [label(one) for one in value.index.tolist()]
    if kind == "Series":
        return ["series", index, [label(one) for one in value.tolist()]]
    columns = [
        [label(one), [label(cell) for cell in value.iloc[:, n].tolist()]]
        for n, one in enumerate(value.columns)
    ]
    return ["frame", index, columns]


def label(value: Any) -> Any:
    """A cell or label of a table; a tuple becomes a list."""
    if value is None or isinstance(value, bool) or type(value) in (int, float):
        return value
    if isinstance(value, tuple):
        return [label(one) for one in value]
    if isinstance(value, str):
        return str.__str__(value)[:MOST_TEXT]
    try:
        return float(value)
    except Exception:
        return str(value)[:MOST_TEXT]


class Recorder:
    """Takes down the answers. A blank never replaces an answer; of several answers the last one counts."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.seen: set[str] = set()

    def check(self, key: Any = "", answer: Any = None) -> None:
        restore(KEPT)
        told = plain(answer)
        if told[0] != "blank" and isinstance(key, str):
            self.seen.add(key[:40])
            self.telling.tell("answer", told, key[:40])


class Chapter:
    """Stands in for the open chapter: knows the student's own firm, takes answers, shows nothing."""

    def __init__(self, recorder: Recorder, stem: str, seed: Any) -> None:
        self.stem, self.seed, self._recorder = stem, seed, recorder
        self._firm: Any = None

    @property
    def firm(self) -> Any:
        if self._firm is None:
            from crmlib.datasets.loaders import load_firm

            self._firm = load_firm(seed=self.seed)
        return self._firm

    def check(self, key: Any = "", answer: Any = None) -> None:
        self._recorder.check(key, answer)

    answer = check

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return SILENT


class Catch(ast.NodeTransformer):
    """Takes down what a cell checks even if the cell before has replaced `check`."""

    def __init__(self, keys: set[str], name: str) -> None:
        self.keys, self.name = keys, name

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(attr="check" | "answer"), args=[ast.Constant(value=str(key)), *_]
            ) if key in self.keys:
                node.func = ast.copy_location(ast.Name(self.name, ast.Load()), node.func)
        return node


class Room:
    """The names that cells see, and the running of cells in it."""

    def __init__(self, job: dict[str, Any], telling: Telling) -> None:
        self.job, self.telling = job, telling
        self.recorder = Recorder(telling)
        self.chapter = Chapter(self.recorder, job["stem"], job["seed"])
        self.names: dict[str, Any] = {}
        self.catch = Catch(set(job["names"]), f"_crm_{job['word']}")

    def prepare(self) -> None:
        """Put the stand-ins where cells import them from."""
        chapter, job = self.chapter, self.job

        def open_chapter(stem: str = "", *, seed: Any = None, firm: Any = None, language: Any = "") -> Any:
            if stem == job["stem"] and seed not in (None, job["seed"]):
                self.telling.tell("seed", str(seed)[:40])
            return chapter

        stand_ins: dict[str, dict[str, Any]] = {
            "crmlib.classroom": {"open_chapter": open_chapter, "open_review": open_chapter},
            "crmlib.classroom.chapter": {"open_chapter": open_chapter, "Chapter": Chapter},
            "crmlib.grading": {"hand_in_button": SILENT},
        }
        for name, offered in stand_ins.items():
            module = types.ModuleType(name)
            vars(module).update(offered)
            module.__path__ = []
            sys.modules[name] = module
        KEPT.update(display=SILENT, get_ipython=lambda: Shell(self))
        main = types.ModuleType("__main__")
        self.names = vars(main)
        sys.modules["__main__"] = main

    def run(self, source: str) -> str:
        """Run a cell; return "" or what went wrong, beginning with the kind of error."""
        try:
            tree = ast.fix_missing_locations(self.catch.visit(ast.parse(strip_magics(source))))
            code = compile(tree, "<cell>", "exec")
            restore(KEPT)
            self.names.update({"__builtins__": builtins, self.catch.name: self.recorder.check})
            with_limit(self.job["cell_seconds"], lambda: exec(code, self.names))
        except BaseException as error:
            restore(KEPT)
            return describe(error)
        finally:
            restore(KEPT)
        return ""

    def tell_the_rest(self) -> None:
        """Tell answers whose check was deleted: the names that the exercise gives to them are still there."""
        for key, name in self.job["names"].items():
            if key not in self.recorder.seen and name and dict.__contains__(self.names, name):
                self.telling.tell("left", plain(self.names[name]), key)


class Shell:
    """Stands in for IPython's shell: magics are read over."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return SILENT


def strip_magics(source: str) -> str:
    """Leave out what is no Python: lines with a magic or a shell command; a timed cell is run as it is."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%") and not lines[0].startswith(("%%time", "%%capture", "%%prun")):
        return ""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)


def with_limit(seconds: float, call: Any) -> None:
    """Run a call; interrupt it when its time at the processor is over, or it waits too long, if possible."""
    if set_timer is None:
        call()
        return

    def interrupt(*_: Any) -> None:
        raise TooSlow(f"stopped after {seconds:g} seconds")

    for one in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(one, interrupt)
    set_timer(signal.ITIMER_PROF, seconds, 0.2)
    set_timer(signal.ITIMER_REAL, WAIT * seconds, 0.2)
    try:
        call()
    finally:
        set_timer(signal.ITIMER_PROF, 0)
        set_timer(signal.ITIMER_REAL, 0)


def describe(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except BaseException:
        return "an error that cannot be shown"


def set_limits(limits: dict[str, int]) -> None:
    """Bound memory, files and processor time, where the system knows such bounds."""
    try:
        import resource
    except ImportError:
        return
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (ValueError, OSError, AttributeError):
            continue


def run_all(room: Room, telling: Telling) -> None:
    """Run the cells: once in order, then those again that missed a name, until nothing changes."""
    job = room.job
    opened = False
    waiting = [(n, cell) for n, cell in enumerate(job["cells"]) if n not in job["skip"]]
    while waiting:
        failed = []
        for n, cell in waiting:
            telling.cell = n
            telling.tell("begin")
            problem = room.run(cell)
            if problem.startswith("NameError") and not opened:
                opened = True
                for one in job["opening"]:
                    room.run(one)
                problem = room.run(cell)
            if problem:
                failed.append((n, cell, problem))
            telling.tell("done", problem)
        again = [(n, cell) for n, cell, problem in failed if problem.startswith("NameError")]
        waiting = again if len(again) < len(waiting) else []


def keep_the_way_out() -> int:
    """Return a handle to tell with, and let what cells print go nowhere."""
    try:
        handle = os.dup(1)
    except (OSError, AttributeError):  # WebAssembly has one way out; lines without the word are left out
        sys.stdin = sys.stdout = sys.stderr = None
        return 1
    nothing = os.open(os.devnull, os.O_RDWR)
    for one in (0, 1, 2):
        os.dup2(nothing, one)
    return handle


def main() -> None:
    """Read the job, close the way in, run, tell."""
    job = json.loads(sys.stdin.buffer.read())
    handle = keep_the_way_out()
    sys.path[:0] = job["path"]
    set_limits(job["limits"])
    telling = Telling(handle, job["word"])
    room = Room(job, telling)
    room.prepare()
    run_all(room, telling)
    telling.cell = -1
    room.tell_the_rest()
    try:
        import resource

        telling.tell("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    except ImportError:
        pass
    telling.tell("end")
    stop(0)


if __name__ == "__main__":
    main()
