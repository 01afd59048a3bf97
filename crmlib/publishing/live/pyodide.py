"""Pyodide, the Python for web pages, as whoever deploys downloaded it: whether it fits, and what is needed.

A release of Pyodide is one archive, pyodide-VERSION.tar.bz2. Its file pyodide-lock.json names every package
with version, file, checksum and what it depends on.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from crmlib.publishing.course import PublishingError

LOCK = "pyodide-lock.json"
# What a browser loads before any package.
RUNTIME = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
# Named in the lock, and loaded by the kernel itself.
KERNEL = ("ipython", "jedi", "micropip")
GET_FULL = "Give the whole release: the file pyodide-VERSION.tar.bz2 of a release of Pyodide, or its folder."

Lock = dict[str, Any]


def open_pyodide(path: Path, draft: Path) -> Path:
    """Return the folder of a release: the one that was given, or the archive unpacked into `draft`.

    Raises PublishingError if the path holds no release of Pyodide.
    """
    if not path.exists():
        raise PublishingError(f"{path} is not there. {GET_FULL}")
    folder = path
    if path.is_file():
        try:
            with tarfile.open(path) as archive:
                _unpack(archive, draft)
        except (tarfile.TarError, EOFError, OSError) as error:
            raise PublishingError(f"{path.name} cannot be unpacked ({error}). {GET_FULL}") from error
        folder = draft
    for place in (folder, folder / "pyodide"):
        if (place / LOCK).is_file() and (place / "pyodide.mjs").is_file():
            return place
    raise PublishingError(f"{path} holds no {LOCK} beside a pyodide.mjs: it is no Pyodide. {GET_FULL}")


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack files and folders; what would lie outside the folder, or is neither, raises TarError."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    for member in archive.getmembers():  # Python before 3.11.4
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name} is no file inside the archive")
    archive.extractall(folder)


def read_lock(folder: Path) -> Lock:
    """Return what a release says of its packages, by their canonical names."""
    lock: Lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    lock["packages"] = {canonicalize_name(name): entry for name, entry in lock["packages"].items()}
    return lock


def find_unfit(packages: Mapping[str, Any], requirements: Iterable[Requirement]) -> list[str]:
    """Return a line for each package that a release has in a version which the course cannot use.

    packages: name → entry of a lock. A package that the release lacks is not looked at.

    >>> find_unfit({"numpy": {"version": "1.26.4"}}, [Requirement("numpy>=2.0,<3")])
    ['numpy is 1.26.4; the course needs numpy<3,>=2.0']
    """
    return [
        f"{one.name} is {version}; the course needs {one.name}{one.specifier}"
        for one in requirements
        if (version := packages.get(canonicalize_name(one.name), {}).get("version"))
        and not one.specifier.contains(version, prereleases=True)
    ]


def list_needed(packages: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return the names that a release has, with all that they depend on, sorted.

    >>> lock = {"pandas": {"depends": ["numpy"]}, "numpy": {"depends": []}}
    >>> list_needed(lock, ["pandas", "fsrs"])
    ['numpy', 'pandas']
    """
    needed: set[str] = set()
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in packages and name not in needed:
            needed.add(name)
            waiting += map(canonicalize_name, packages[name]["depends"])
    return sorted(needed)


def copy_needed(release: Path, packages: Mapping[str, Any], names: Iterable[str], target: Path) -> None:
    """Copy what a browser loads, and the files of packages, each held against its checksum.

    Raises PublishingError if a file is missing or damaged.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        if (release / name).is_file():
            shutil.copy(release / name, target)
    entries = {packages[name]["file_name"]: packages[name] for name in names}
    missing = sorted(name for name in entries if not (release / name).is_file())
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise PublishingError(
            f"This Pyodide lacks files that it names: {', '.join(missing[:3])}{more}. {GET_FULL}"
        )
    for name, entry in entries.items():
        content = (release / name).read_bytes()
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise PublishingError(
                f"{name} of this Pyodide is damaged: its checksum is another. Download again."
            )
        (target / name).write_bytes(content)
