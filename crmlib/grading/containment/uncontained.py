"""No tier at all: the program runs as you, with limits of time and memory only. For submissions you trust."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.job import Limits

NAME = "uncontained"
CHILD = Path(__file__).with_name("child.py")
SETTINGS = {"MPLBACKEND": "agg", "CRM_PROGRESS": "off", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def start(firm: Path, limits: Limits) -> subprocess.Popen[bytes]:
    """Start the child as any other program."""
    return start_apart(
        [sys.executable, "-I", "-B", str(CHILD)],
        folder=tempfile.gettempdir(),
        environment={**os.environ, **SETTINGS},
    )
