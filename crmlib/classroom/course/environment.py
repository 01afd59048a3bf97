"""Says in plain words whether a reader's computer has all that the course needs, and how to repair it."""

import os
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from crmlib.classroom.display import Page, show
from crmlib.classroom.progress import progress_folder
from crmlib.tables.dictionary import DATASETS, TABLES

OLDEST_PYTHON = (3, 11)
PREPARE = (
    "Close JupyterLab and run `make lab` in the course's folder (without make: `python tools/prepare.py`)."
)


def check_environment() -> None:
    """Show what is missing on this computer and how to repair it, or that all is in place."""
    findings = [
        *check_python(sys.version_info[:2]),
        *check_packages(list_requirements()),
        *check_tables(DATASETS, TABLES),
        *check_folder(progress_folder()),
    ]
    show(Page(render_findings(findings)))


def render_findings(findings: list[str]) -> str:
    """Return the findings as Markdown.

    >>> render_findings([])
    '✔ Everything is in place: Python and its packages, the tables of both firms, a folder for your answers.'
    """
    if not findings:
        return (
            "✔ Everything is in place: Python and its packages, the tables of both firms, a folder for your "
            "answers."
        )
    return "\n".join(["✘ Something is missing:", "", *(f"- {finding}" for finding in findings)])


def check_python(version: tuple[int, int]) -> list[str]:
    """Return a sentence if this Python is too old.

    >>> check_python((3, 11))
    []
    """
    if version >= OLDEST_PYTHON:
        return []
    found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
    return [f"This is Python {found}; the course needs {needed} or newer. Install it, then: {PREPARE}"]


def list_requirements() -> list[str]:
    """Return what the course requires, as its package states it; nothing if crmlib is not installed."""
    try:
        return metadata.requires("crmlib") or []
    except metadata.PackageNotFoundError:
        return []


def check_packages(requirements: Iterable[str]) -> list[str]:
    """Return a sentence for each required package that is missing or has the wrong version.

    requirements: lines such as "pandas>=2.2,<4"; those for tests and benchmarks are not looked at, and those
    of the lab not in a web page, which has none.

    >>> check_packages(["pandas>=2.2,<4", "no-such-package>=1"])[0].split(".")[0]
    'The package no-such-package is not installed'
    """
    from packaging.requirements import Requirement

    findings = []
    extra = "" if sys.platform == "emscripten" else "lab"
    needed = [Requirement(line) for line in requirements]
    for requirement in needed:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            findings.append(f"The package {requirement.name} is not installed. {PREPARE}")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            expected = f"{requirement.name}{requirement.specifier}"
            findings.append(f"The package {requirement.name} is {version}, expected {expected}. {PREPARE}")
    if not needed:
        findings.append(f"The course's library is not installed in this Python. {PREPARE}")
    return findings


def check_tables(folder: Path, names: Iterable[str]) -> list[str]:
    """Return a sentence if tables of the firms are missing from a folder; it names the first five."""
    missing = [name for name in names if not (folder / f"{name.replace('.', '/')}.parquet").is_file()]
    if not missing:
        return []
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return [
        f"Tables are missing in the folder {folder.name}: {', '.join(missing[:5])}{more}. Run `make data` in "
        "the course's folder (without make: `crm data`)."
    ]


def check_folder(folder: Path | None) -> list[str]:
    """Return a sentence if answers cannot be kept in a folder; None stands for not keeping any on purpose."""
    if folder is None:
        return []
    existing = next(path for path in [folder, *folder.parents] if path.exists())
    if os.access(existing, os.W_OK) and existing.is_dir():
        return []
    return [
        f"Your answers cannot be kept: nothing can be written in the folder {folder.name}. Copy the course "
        "into a folder of your own, or set CRM_PROGRESS to one."
    ]
