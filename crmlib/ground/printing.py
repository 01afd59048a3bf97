"""The browser that is on the machine already: printing a page to PDF, and whether its window can open."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def print_page(path: Path, *, browser: str | None = None) -> Path:
    """Print a page to PDF beside it and return the PDF's path; nothing is asked of the network.

    browser: a Chromium or Chrome; left out, one is looked for. Raises ValueError if there is none, or if it
    printed nothing.
    """
    program = browser or next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise ValueError(
            f"No Chromium or Chrome was found to print {path.name}. Open the file in any browser and print "
            "from there."
        )
    target = path.with_suffix(".pdf").resolve()
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        "--virtual-time-budget=5000",
    ]
    command = [program, *flags, f"--print-to-pdf={target}", path.resolve().as_uri()]
    result = subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", timeout=180, check=False
    )
    if result.returncode != 0 or not target.exists():
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ValueError(f"{Path(program).name} could not print {path.name}: {reason}")
    return path.with_suffix(".pdf")


def has_display(environment: os._Environ[str] | dict[str, str], platform: str) -> bool:
    """Tell whether a browser window can open: always on Windows and macOS, elsewhere if a display is named.

    >>> has_display({"DISPLAY": ":0"}, "linux"), has_display({}, "linux"), has_display({}, "darwin")
    (True, False, True)
    """
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
