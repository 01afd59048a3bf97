"""Check everything, or the style alone. Run it with the Python of the prepared environment.

    .venv/bin/python tools/check.py           style, types, unit tests, docstrings, notebooks, browser
    .venv/bin/python tools/check.py style     style and types only

Further words are handed on to pytest: tools/check.py -k points
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STYLE = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
# A worker for each of two cores; the tests of one file, and the cells of one notebook, stay together.
# conftest.py puts the files that take longest first.
TESTS = [
    "pytest",
    "--numprocesses=2",
    "--dist=loadfile",
    "--no-loadscope-reorder",
    "--nbval",
    "--nbval-cell-timeout=120",
    "-p",
    "crmlib.publishing.numbers.pytest_numbers",
]
PLACES = ["notebooks", "exercises", "tests", "crmlib"]


def main(words: list[str]) -> None:
    """Run the checks one after the other; stop at the first that fails, with its exit code."""
    for command in STYLE:
        run(command)
    if words != ["style"]:
        run([*TESTS, *(place for place in PLACES if (ROOT / place).exists()), *words])


def run(command: list[str]) -> None:
    """Run a module of this Python in the course's folder."""
    print("$", " ".join(command), flush=True)
    code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
