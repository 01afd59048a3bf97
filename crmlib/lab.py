"""Open JupyterLab on the course, with the course's own settings and without touching yours."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from crmlib.ground.files import COURSE, own_folder
from crmlib.ground.printing import has_display
from crmlib.ground.spelling import suggest
from crmlib.publishing.working_copy import WORK, prepare_work

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"


def lab(
    notebook: Annotated[
        str | None, typer.Argument(help="The notebook to open in front; left out, where you were last time.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 in a container.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="Port to listen on; the next free one if it is taken.", min=1, max=65535)
    ] = 8888,
    browser: Annotated[
        bool | None,
        typer.Option(help="Open a browser; left out, one is opened where there is a display."),
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Open the course's own files, to change the course itself.")
    ] = False,
    show_all: Annotated[
        bool,
        typer.Option("--show-all", help="Show at once what answers the predictions, as lecturers need it."),
    ] = False,
) -> None:
    """Open JupyterLab on your own copy of the course, in the folder work; Ctrl-C in this window stops it."""
    for page in [] if edit else prepare_work(COURSE):
        print(f"{page} has changed in the course; yours is edited and stays. `crm reset` brings the new one.")
    own = own_folder()
    root = COURSE if edit else own / WORK
    address = find_last(own) if notebook is None else find_notebook(root, notebook)
    os.environ.update(isolate_settings(COURSE, own, show_all=show_all))
    opens = has_display(os.environ, sys.platform) if browser is None else browser
    if not opens:
        print("No browser is opened. Copy the address below, token included, into one.", flush=True)
    import zmq
    from jupyterlab.labapp import main

    options = list_options(COURSE, root, address, host=host, port=port, browser=opens)
    if zmq.has("curve"):
        options.append("--KernelManager.transport_encryption=auto")
    main(options)


def find_notebook(root: Path, notebook: str) -> str:
    """Return the notebook's path below the course folder, with forward slashes.

    ``notebook`` is taken from the course folder or, failing that, from the folder ``notebooks``; the ending
    may be left out. Raises ``ValueError`` naming the nearest existing notebooks if there is no such file.

    >>> find_notebook(COURSE, "chapter_of_nothing")
    Traceback (most recent call last):
    ...
    ValueError: There is no notebook 'chapter_of_nothing'. ...
    """
    stem = notebook.removesuffix(".ipynb")
    for path in (f"{stem}.ipynb", f"notebooks/{stem}.ipynb"):
        if (root / path).is_file():
            return Path(path).as_posix()
    known = sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))
    near = suggest(Path(stem).name, known)
    raise ValueError(f"There is no notebook {notebook!r}.{near} In notebooks: {', '.join(known)}.")


def find_last(root: Path) -> str:
    """Return the first notebook on the first start, and later nothing: JupyterLab opens what was open."""
    layouts = root / ".jupyter" / "config" / "lab" / "workspaces"
    return "" if any(layouts.glob("*.jupyterlab-workspace")) else FIRST_NOTEBOOK


def isolate_settings(course: Path, own: Path, *, show_all: bool = False) -> dict[str, str]:
    """Return the environment variables that keep the course's Jupyter apart from the reader's own.

    Settings come from ``tools/jupyter``; what a reader changes while working (theme, open tabs, command
    history) is kept in the folder ``.jupyter`` of the reader's ``own`` folder. Delete it to start afresh.
    ``show_all`` adds the settings of ``tools/jupyter/lecturer``, by which predictions show their answers at
    once.

    >>> sorted(isolate_settings(COURSE, COURSE))
    ['IPYTHONDIR', 'JUPYTER_CONFIG_DIR', 'JUPYTER_CONFIG_PATH', 'JUPYTER_DATA_DIR', 'JUPYTER_PREFER_ENV_PATH',
     'JUPYTER_RUNTIME_DIR']
    """
    settings, kept = course / "tools" / "jupyter", own / ".jupyter"
    folders = [settings / "lecturer", settings] if show_all else [settings]
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, folders)),
        "JUPYTER_CONFIG_DIR": str(kept / "config"),
        "JUPYTER_DATA_DIR": str(kept / "data"),
        "JUPYTER_RUNTIME_DIR": str(kept / "runtime"),
        "IPYTHONDIR": str(kept / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def find_address(notebook: str) -> str:
    """Return where JupyterLab shows a notebook; "" is what was open last time.

    >>> find_address("notebooks/a b.ipynb"), find_address("")
    ('/lab/tree/notebooks/a%20b.ipynb', '/lab')
    """
    return f"/lab{'/tree/' if notebook else ''}{quote(notebook)}"


def list_extensions(course: Path) -> list[str]:
    """Return the options that bring the course's buttons, fields and slide keys into JupyterLab."""
    folder = course / "tools" / "jupyter" / "labextensions"
    return [f"--LabApp.extra_labextensions_path={folder}", f"--RiseApp.extra_labextensions_path={folder}"]


def list_options(
    course: Path, root: Path, notebook: str, *, host: str, port: int, browser: bool
) -> list[str]:
    """Return JupyterLab's command line for the course; `root` is the folder that readers see.

    >>> own = Path("work")
    >>> list_options(Path("."), own, "notebooks/a b.ipynb", host="127.0.0.1", port=8888, browser=True)[:2]
    ['--ServerApp.root_dir=work', '--LabApp.default_url=/lab/tree/notebooks/a%20b.ipynb']
    """
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={find_address(notebook)}",
        *list_extensions(course),
        f"--ServerApp.ip={host}",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        "--Application.log_level=ERROR",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--ServerApp.allow_root=True")
    return options
