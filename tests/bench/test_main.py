"""The command of the benchmarks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_lists_its_groups():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    for word in (
        "--million",
        "firm",
        "others",
        "course",
        "purchases",
        "models",
        "grading",
        "engines",
        "imports",
        "growth",
        "--hundred",
    ):
        assert word in done.stdout
