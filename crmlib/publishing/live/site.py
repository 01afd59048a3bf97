"""A JupyterLab that runs in a web page, with the course, its data and its Python: no other host is asked."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.files import read_notebook
from crmlib.publishing.live.lock import write_python
from crmlib.publishing.live.pyodide import open_pyodide

TOOLS = ("jupyterlite_core", "jupyterlite_pyodide_kernel")
HOW_TO_GET = "python tools/prepare.py live brings them."
NAME = "live"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
KERNELSPEC = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
WIDGETS = "@jupyter-widgets/jupyterlab-manager"
# Extensions of the course that need no server.
OWN = ("crm-answers", "crm-fields", "crm-look")
# Where the lab keeps what a reader writes; the browser stores it.
DRIVE = "/drive"
OPTIONS = [
    "--ignore-sys-prefix", "--no-sourcemaps", "--no-unused-shared-packages", "--no-libarchive",
    "--apps", "lab", "--apps", "notebooks",
]  # fmt: skip


@dataclass(frozen=True)
class Live:
    """The lab of a web page. python: how many bytes a browser fetches once, before a chapter runs."""

    folder: Path
    python: int


def address_of_page(page: str) -> str:
    """Return where a notebook opens in the lab, below the folder of the book.

    >>> address_of_page("notebooks/03_lifecycle.ipynb")
    'live/lab/index.html?path=notebooks/03_lifecycle.ipynb'
    """
    return f"{NAME}/lab/index.html?path={page}"


def invite(page: str, live: Live) -> str:
    """Return the lines that open a notebook of the book in the lab, and say what that takes and lacks."""
    megabytes = f"{live.python / 1e6:.0f} MB"
    return (
        f'<div class="live"><p><a href="../{address_of_page(page)}">Run this page in your browser '
        "在浏览器中运行</a>. Nothing is installed. Before the first cell runs, the browser fetches "
        f"{megabytes}: Python, its packages and the data. Your answers stay in this browser. Commands "
        "(<code>%crm</code>), files of Excel, and packages that the course does not need, such as "
        "statsmodels, work only on a computer.</p></div>"
    )


def check_tools() -> None:
    """Raise PublishingError if a package that makes the lab is not installed; it says how to get it."""
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise PublishingError(
            f"Chapters in a web page are made with {', '.join(missing)}, not installed here. {HOW_TO_GET}"
        )


def build_live(
    course: Course,
    pages: Sequence[str],
    pyodide: Path,
    draft: Path,
    *,
    requirements: Sequence[Requirement] = (),
    say: Callable[[str], object] = lambda line: None,
) -> Live:
    """Build the lab in a folder `live` of `draft`, with the notebooks among `pages`.

    pyodide: an archive or folder of a release. requirements: the bounds that it must hold; left out, those of
    the core. Raises PublishingError if a tool is missing or the release does not fit.
    """
    check_tools()
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    home, made = draft / "lite", draft / NAME
    say("unpacking Pyodide")
    release = open_pyodide(pyodide, draft / "release")
    say("packing the course and its packages")
    python = home / "static" / "pyodide"
    loaded = write_python(
        course.root, release, python, extension=extensions / KERNEL, requirements=requirements
    )
    for page in (page for page in pages if page.endswith(".ipynb")):
        _lay_out(course.root / page, home / "files" / page)
    (home / "jupyter-lite.json").write_text(json.dumps(write_settings(loaded)), encoding="utf-8")
    own = course.root / "tools" / "jupyter" / "labextensions"
    say("making the lab")
    _run_jupyterlite(home, made, [extensions / KERNEL, extensions / WIDGETS, *(own / name for name in OWN)])
    return Live(made, sum(file.stat().st_size for file in (made / "static" / "pyodide").iterdir()))


def _lay_out(source: Path, target: Path) -> None:
    """Write a notebook as the lab of a web page reads it: each text as one, with the kernel of the page."""
    notebook = read_notebook(source)
    notebook.metadata["kernelspec"] = KERNELSPEC
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8", newline="\n")


def write_settings(loaded: Sequence[str]) -> dict[str, object]:
    """Return the settings of the lab: its Python loads the course by itself, and asks no other host."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": list(loaded),
            "env": {"HOME": "/home/pyodide", "CRM_HOME": DRIVE},
        },
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Customer relationship management, checked",
            "enableMemoryStorage": False,
            "litePluginSettings": {f"{KERNEL}:kernel": kernel},
        },
    }


def _run_jupyterlite(home: Path, made: Path, extensions: Sequence[Path]) -> None:
    settings = {"LiteBuildConfig": {"federated_extensions": list(map(str, extensions))}}
    (home / "jupyter_lite_config.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build", *OPTIONS]
    places = ["--lite-dir", str(home), "--output-dir", str(made), "--contents", str(home / "files")]
    done = subprocess.run(
        [*command, *places], cwd=home, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise PublishingError("\n".join(["JupyterLite could not make the lab:", *words[-12:]]))
    if not (made / "lab" / "index.html").is_file():
        raise PublishingError("JupyterLite made no lab: its page lab/index.html is missing.")
