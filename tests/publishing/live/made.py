"""A release of Pyodide as small as it can be: every package of the core that the real one has, each empty."""

import json
import tarfile
from importlib import metadata
from pathlib import Path

from crmlib.publishing.live.lock import describe_wheel
from crmlib.publishing.live.pyodide import KERNEL, LOCK, RUNTIME
from crmlib.publishing.live.wheels import list_required, write_wheel

# What the real release lacks, too.
LACKS = ("fsrs", "ipywidgets", "mistune")


def make_release(folder: Path, **versions: str) -> Path:
    """Write a release into a folder; versions: those that differ from the ones installed here."""
    folder.mkdir(parents=True)
    for name in RUNTIME:
        (folder / name).write_text(name, encoding="utf-8")
    names = {one.name for one in list_required("crmlib")} - set(LACKS) | {*KERNEL, "traitlets", "spare"}
    packages = {name: make_package(name, versions.get(name), folder) for name in sorted(names)}
    lock = {"info": {"python": "3.14.2"}, "packages": packages}
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return folder


def make_package(name: str, version: str | None, folder: Path) -> dict[str, object]:
    """Write a package that holds one line, and return its entry in the lock."""
    try:
        version = version or metadata.version(name)
    except metadata.PackageNotFoundError:
        version = "1.0"
    stem = name.replace("-", "_")
    entries = {
        f"{stem}/__init__.py": b"made = True\n",
        f"{stem}-{version}.dist-info/METADATA": f"Name: {name}\nVersion: {version}\n".encode(),
    }
    return describe_wheel(write_wheel(f"{stem}-{version}-py3-none-any.whl", entries, folder), [])


def pack_release(folder: Path, archive: Path) -> Path:
    """Write a release as the archive that one downloads."""
    with tarfile.open(archive, "w:bz2") as packed:
        packed.add(folder, arcname="pyodide")
    return archive
