"""Submissions that are broken or mean harm, each with what it honestly earns.

Every one answers two questions: the first before the cell that is tried, the second after it. `earns` names
what must be earned, no more and no less; `remark` is a piece of a remark that people must get to read.
`grade_suite` grades them all in one run, `find_reached` says what they got hold of.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmlib.grading.containment.job import Limits
from crmlib.grading.containment.tiers import BUBBLEWRAP, WASI, Tier
from crmlib.grading.exchange.collect import collect
from crmlib.grading.exchange.coursework import Coursework, write_json
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.grade import Result, grade, read_results
from crmlib.grading.marking.keys import describe_keys
from crmlib.ground.files import COURSE
from tests.grading.conftest import made_up_key

STEM = "03_lifecycle"
SECRET = "osmanthus-in-the-drawer"
# Seconds of the processor: a busy machine only makes it longer. What sleeps waits for the clock.
LIMITS = {
    BUBBLEWRAP.name: Limits(
        cell_seconds=0.4, seconds=2, wall_seconds=20, memory_mb=1_500, disk_mb=40, told_mb=1
    ),
    WASI.name: Limits(cell_seconds=1, seconds=8, wall_seconds=300, memory_mb=1_500, disk_mb=40, told_mb=1),
}
Server = tuple[socket.socket, socket.socket]
FIRST, LAST = "chapter.check('q1', 1001)", "chapter.check('q8', 'a')"
BOTH = ("q1", "q8")


@dataclass(frozen=True)
class Hostile:
    """One submission: the cells between its two honest answers, or all of its cells."""

    name: str
    cells: tuple[str, ...]
    earns: tuple[str, ...] = BOTH
    remark: str = ""
    whole: bool = False

    @property
    def notebook(self) -> tuple[str, ...]:
        """All cells as handed in."""
        return self.cells if self.whole else (OPEN, FIRST, *self.cells, LAST)


OPEN = "from crmlib.classroom import open_chapter\nchapter = open_chapter('03_lifecycle', seed=2026)"
LEFT_OUT = "it was left out"


def read(path: str) -> str:
    """A cell that reads a file and hands in what it read."""
    return f"text = open({path!r}).read()\nreasons = text\nchapter.check('q2', text)"


def make_suite(root: str, secret: str, port: int) -> list[Hostile]:
    """All submissions. `root` is the course, `secret` a folder outside, `port` a server on this machine."""
    stem = STEM
    return [
        *make_broken(),
        *make_endless(),
        *make_enders(),
        *make_forgers(),
        Hostile("reads the questions", (read(f"{root}/crmlib/classroom/content/{stem}/checks.yaml"),)),
        Hostile("computes the key", ("from crmlib.classroom.answers.workbook import Workbook",)),
        Hostile("reads the solution", (read(f"{root}/exercises/solutions/{stem}.ipynb"),)),
        Hostile("reads the text of the solution", (read(f"{root}/sources/exercises/{stem}.md"),)),
        Hostile("reads the truth", (read(f"{root}/datasets/truth/parameters.json"),)),
        Hostile("reads a file outside", (read(f"{secret}/secret.txt"),)),
        Hostile(
            "reads it through a link",
            (f"import os\nos.symlink('{secret}', '/tmp/l')", read("/tmp/l/secret.txt")),
        ),
        Hostile("reads the password file", (read("/etc/passwd"),)),
        Hostile("reads another process", (read("/proc/1/environ"), read("/proc/1/cwd/../etc/passwd"))),
        Hostile(
            "hands in the environment",
            ("import os\nreasons = str(dict(os.environ))\nchapter.check('q2', reasons)",),
        ),
        Hostile(
            "lists the home folder", ("import os\nreasons = str(os.listdir(os.path.expanduser('~/..')))",)
        ),
        Hostile("writes outside", (f"open('{secret}/written.txt', 'w').write('x')",)),
        Hostile("writes into the course", (f"open('{root}/crmlib/written.py', 'w').write('x')",)),
        Hostile(
            "makes the course writable",
            (
                f"import os\nos.chmod('{root}/crmlib', 0o777)\nopen('{root}/crmlib/written.py', "
                f"'w').write('x')",
            ),
        ),
        Hostile(
            "mounts over the course",
            (
                f"import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'{root}/crmlib', b'tmpfs', 0, "
                f"None) == 0",
            ),
        ),
        Hostile(
            "opens a connection",
            (f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 1).send(b'x')",),
        ),
        Hostile(
            "sends a datagram",
            (f"import socket\nsocket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port}))",),
        ),
        Hostile(
            "starts a program",
            (f"import subprocess\nsubprocess.run(['/bin/sh', '-c', 'echo > {secret}/ran'])",),
        ),
        Hostile("calls the shell", (f"import os\nassert os.system('echo > {secret}/ran') == 0",)),
        Hostile("has a line for the shell", (f"!echo > {secret}/ran", "%matplotlib inline\nx = 1")),
    ]


@contextmanager
def open_server() -> Iterator[Server]:
    """Run a server on this machine that nobody may reach, by connection or datagram."""
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        stream.bind(("127.0.0.1", 0))
        datagrams.bind(stream.getsockname())
        stream.listen()
        for one in (stream, datagrams):
            one.setblocking(False)
        yield stream, datagrams


def grade_suite(suite: list[Hostile], tier: Tier, folder: Path) -> dict[str, Result]:
    """Collect and grade submissions in one run; return the result of each by its name."""
    place, export = Coursework(folder / "coursework"), folder / "export"
    place.write_class([Student(str(100 + n), one.name, seed=2026) for n, one in enumerate(suite)])
    write_json(
        place.place("keys", STEM, "2026.json"), {"made_by": describe_keys(STEM), "questions": made_up_key()}
    )
    export.mkdir()
    for n, one in enumerate(suite):
        cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in one.notebook]
        own = {"crm_course": {"student": str(100 + n), "exercise": STEM}}
        text = json.dumps({"cells": cells, "metadata": own, "nbformat": 4, "nbformat_minor": 5})
        (export / f"{100 + n}.ipynb").write_text(text, encoding="utf-8")
    collect(place, export, STEM)
    before = os.environ.get("CRM_SECRET")
    os.environ["CRM_SECRET"] = SECRET
    try:
        graded = grade(place, STEM, tier, limits=LIMITS[tier.name], workers=4, say=lambda _: None)
    finally:
        os.environ.pop("CRM_SECRET") if before is None else os.environ.update(CRM_SECRET=before)
    assert {one.number for one in read_results(place, STEM)} == {one.number for one in graded}
    return {suite[int(one.number) - 100].name: one for one in graded}


def earned(result: Result) -> set[str]:
    """Return the questions that a submission got marks for."""
    return {key for key, verdict in result.verdicts.items() if verdict.passed}


def find_reached(results: dict[str, Result], outside: Path, server: Server) -> list[str]:
    """Name the submissions that told what they must not see, and what was written or called outside."""
    reached = []
    for name, result in results.items():
        told = json.dumps([result.answers, result.text, result.remarks, result.failed])
        if any(word in told for word in (SECRET, "root:", "mistakes:")):
            reached.append(name)
    reached += [path.name for path in sorted(outside.iterdir()) if path.name != "secret.txt"]
    reached += ["written.py"] if (COURSE / "crmlib" / "written.py").exists() else []
    stream, datagrams = server
    for what, call in (
        ("a connection", lambda: stream.accept()[0].close()),
        ("a datagram", lambda: datagrams.recv(10)),
    ):
        try:
            call()
        except BlockingIOError:
            continue
        reached.append(what)
    return reached


def make_broken() -> list[Hostile]:
    """What students do without meaning harm."""
    return [
        Hostile("honest", ()),
        Hostile("moved cells", (OPEN, "chapter.check('q1', total)", LAST, "total = 1000 + 1"), whole=True),
        Hostile("copied cells", (FIRST, "chapter.check('q1', ...)")),
        Hostile(
            "answers twice",
            ("chapter.check('q2', 5)", "chapter.check('q2', 1002)"),
            (*BOTH, "q2"),
            "more than once",
        ),
        Hostile("another name for the check", ("say = chapter.check\nsay('q2', 1002)",), (*BOTH, "q2")),
        Hostile("deleted check", ("share_once = 1002",), (*BOTH, "q2")),
        Hostile("deleted opening", (FIRST, LAST), whole=True),
        Hostile(
            "another firm", ("chapter = open_chapter('03_lifecycle', seed=7)",), remark="another number (7)"
        ),
        Hostile("text in quotes", ("chapter.check('q2', '1002')",), (*BOTH, "q2")),
        Hostile("error in the middle", ("1 / 0", "this is no Python", "x = (")),
        Hostile("a zero byte", ("x = '\0'",)),
        Hostile("half of a character", ("x = '\ud800'", "chapter.check('q2', '\\ud800')")),
        Hostile("brackets without end", ("(" * 20_000,)),
        Hostile("no number", ("chapter.check('q2', float('nan'))", "chapter.check('q3', [1, [2]])")),
        Hostile("a number too large", ("chapter.check('q2', 10 ** 5000)", "chapter.check('q3', 1e308 * 10)")),
        Hostile(
            "no question of ours", ("chapter.check('q99', 1)", "chapter.check({}, 1)", "chapter.check()")
        ),
    ]


def make_endless() -> list[Hostile]:
    """What does not stop, or takes all there is."""
    stubborn = "while True:\n    try:\n        {0}\n    except BaseException:\n        pass"
    ignore = "import signal\nfor s in (14, 27):\n    signal.signal(s, signal.SIG_IGN)\n"
    return [
        Hostile("loops", ("while True: pass",), remark="cell 3 was stopped"),
        Hostile("loops and lets nothing stop it", (stubborn.format("while True: pass"),), remark="cell 3"),
        Hostile("loops and ignores the alarm", (f"{ignore}while True: pass",), remark=LEFT_OUT),
        Hostile("sleeps", ("import time\ntime.sleep(1e6)",)),
        Hostile("sleeps and ignores the alarm", (f"{ignore}import time\ntime.sleep(1e6)",), remark=LEFT_OUT),
        Hostile("prints without end", ("while True: print('x' * 10_000)",)),
        Hostile(
            "floods every way out",
            (
                "import os\nwhile True:\n    for n in range(3, 9):\n        try: os.write(n, b'x' * "
                "65536 + b'\\n')\n"
                "        except OSError: pass",
            ),
            remark="told more than",
        ),
        Hostile("asks for all memory", ("x = bytearray(10 ** 12)",)),
        Hostile("eats memory bit by bit", ("x = []\nwhile True: x.append(bytearray(50_000_000))",)),
        Hostile(
            "fills the disk",
            ("n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'wb').write(b'x' * 9_000_000)",),
        ),
        Hostile(
            "writes one large file", ("f = open('/tmp/x', 'wb')\nwhile True: f.write(b'x' * 1_000_000)",)
        ),
        Hostile("fills the root", ("n = 0\nwhile True:\n    n += 1\n    open(f'/{n}', 'wb').write(b'x')",)),
        Hostile("forks", ("import os\nwhile True: os.fork()",)),
        Hostile(
            "starts threads without end",
            (
                "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(1e6,), "
                "daemon=True).start()",
            ),
        ),
        Hostile("calls itself", ("def f(): return f()\nf()",)),
        Hostile("has a slow end", ("import atexit\natexit.register(lambda: [0 for _ in iter(int, 1)])",)),
        Hostile(
            "hands in a number that never comes",
            ("class N:\n    def __float__(self):\n        while True: pass\nchapter.check('q2', N())",),
        ),
    ]


def make_enders() -> list[Hostile]:
    """What ends the program, its parent, or everything."""
    return [
        Hostile("leaves", ("import sys\nsys.exit(0)",)),
        Hostile("leaves at once", ("import os\nos._exit(0)",), remark=LEFT_OUT),
        Hostile("kills its parent", ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",)),
        Hostile("kills all it can reach", ("import os, signal\nos.kill(-1, signal.SIGKILL)",)),
        Hostile(
            "kills itself", ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",), remark=LEFT_OUT
        ),
        Hostile("reads where nothing is", ("import ctypes\nctypes.string_at(0)",), remark=LEFT_OUT),
        Hostile("closes every way out", ("import os\nos.closerange(0, 100)",), remark=LEFT_OUT),
        Hostile("ends it three times", ("import os\nos._exit(0)",) * 3, remark=LEFT_OUT),
        Hostile("clears its names", ("globals().clear()",)),
        Hostile("deletes the chapter", ("del chapter",)),
    ]


def make_forgers() -> list[Hostile]:
    """What wants more than it has answered."""
    forged = '["{0}", "answer", 0, "q2", ["right"]]'
    return [
        Hostile("replaces the check", ("chapter.check = lambda *a: True",)),
        Hostile("replaces the check of the class", ("type(chapter).check = lambda *a: True",)),
        Hostile(
            "replaces numbers",
            ("import builtins\nbuiltins.float = lambda x: 1002.0\nchapter.check('q2', 3)",),
        ),
        Hostile(
            "replaces all of Python",
            ("import builtins\nfor n in dir(builtins):\n    setattr(builtins, n, None)",),
        ),
        Hostile("replaces JSON", ("import json\njson.dumps = lambda *a, **k: 'null'\njson.loads = None",)),
        Hostile("replaces writing", ("import os\nos.write = lambda *a: 1000\nos._exit = print",)),
        Hostile("prints a result", (f"print({forged.format('')!r})\nprint('q2 right 100 %')",)),
        Hostile(
            "writes a result of its own",
            (
                f"import os\nfor n in range(3, 9):\n    try: os.write(n, b'{forged.format('x')}\\n')\n  "
                f"  except OSError: pass",
            ),
            remark="lines of its own",
        ),
        Hostile(
            "finds the word and writes with it",
            (
                "import gc, json, os\nfor one in gc.get_objects():\n    if type(one).__name__ == 'Telling':\n"
                "        for kind, value in [('answer', ['right', 1]), ('end', 1), ('answer', {}), "
                "('answer', [['x']]),"
                " ('begin', 7), ('answer', ['series', [1], [2, 3]]), ('answer', ['frame', [1], [[[], "
                "[1]]]])]:\n"
                "            os.write(one.handle, json.dumps([one.word, kind, 0, 'q2', value]).encode() + "
                "b'\\n')",
            ),
            remark="",
        ),
        Hostile(
            "hands in what is equal to everything",
            (
                "class A(float):\n    def __eq__(self, other): return True\n    def __sub__(self, "
                "other): return 0.0\n"
                "chapter.check('q2', A(5))\nclass B(str):\n    def lower(self): return 'b'\n    def "
                "__str__(self): return 'b'\n"
                "chapter.check('q3', B('a'))",
            ),
        ),
        Hostile(
            "hands in a list that knows all",
            ("chapter.check('q2', [1002])", "chapter.check('q3', {1: 1003})"),
        ),
        Hostile(
            "traces the program", ("import sys\nsys.settrace(lambda *a: None)\nsys.setrecursionlimit(5)",)
        ),
        Hostile(
            "replaces modules", ("import sys\nfor name in list(sys.modules):\n    sys.modules[name] = None",)
        ),
    ]
