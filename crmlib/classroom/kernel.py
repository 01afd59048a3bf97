"""What an open chapter adds to its kernel: blanks are named before a cell runs, and `%crm` runs commands."""

import shlex
import subprocess
import sys
from typing import Any

from crmlib.classroom.blanks import watch_blanks
from crmlib.classroom.display import Page, show
from crmlib.ground.files import COURSE
from crmlib.ground.notebook import in_notebook


def prepare_kernel() -> None:
    """Prepare the kernel that runs this, if a notebook's kernel does; once is enough."""
    if in_notebook():
        from IPython.core.getipython import get_ipython

        load_ipython_extension(get_ipython())


def load_ipython_extension(shell: Any) -> None:
    """Add to a shell what chapters use; `%load_ext crmlib.classroom.kernel` calls this, too."""
    watch_blanks(shell, lambda words: show(Page(words)))
    shell.register_magic_function(_run_magic, "line", "crm")


def _run_magic(line: Any) -> None:
    run_command(line)


def run_command(line: str) -> None:
    """Run a command of the course in a cell, from the course's folder: `%crm exam 04 --minutes 45`."""
    if sys.platform == "emscripten":
        print("A web page cannot run commands. Open the course on a computer: make lab.")
        return
    words = shlex.split(line)
    if words[:1] == ["lab"]:
        print("JupyterLab is open already: this cell runs in it.")
        return
    command = [sys.executable, "-m", "crmlib.cli", *(words or ["--help"])]
    ran = subprocess.run(
        command, cwd=COURSE, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    print((ran.stdout + ran.stderr).strip())
