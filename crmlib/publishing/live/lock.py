"""Which wheels the Python of a web page loads: those of Pyodide that are needed, and those made here."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from crmlib.publishing.course import PublishingError
from crmlib.publishing.live.pyodide import KERNEL, LOCK, copy_needed, find_unfit, list_needed, read_lock
from crmlib.publishing.live.wheels import (
    list_missing,
    list_modules,
    list_required,
    pack_course,
    pack_installed,
)

COURSE = "crmlib"
# The kernel asks for it; Pyodide does not have it.
ASKED = ("comm",)


def write_python(
    root: Path, release: Path, target: Path, *, extension: Path, requirements: Sequence[Requirement] = ()
) -> list[str]:
    """Write the Python of the site into a folder: Pyodide, the packages of the course, the course itself.

    root: the course folder. release: the folder of a release of Pyodide. extension: the folder with the
    wheels of the kernel. requirements: the bounds to hold; left out, those of the core. Returns the packages
    that are loaded when a kernel starts. Raises PublishingError if the release does not fit.
    """
    lock = read_lock(release)
    core = list(requirements) or list_required(COURSE)
    check_fit(lock, core)
    packages = lock["packages"]
    made = list_missing([*(one.name for one in core), *ASKED], packages)
    wanted = [*(one.name for one in core), *KERNEL, *(name for depends in made.values() for name in depends)]
    kept = list_needed(packages, wanted)
    copy_needed(release, packages, kept, target)
    entries = {name: packages[name] for name in kept}
    for name, depends in made.items():
        entries[name] = describe_wheel(pack_installed(name, target), depends)
    brought = {one["name"]: one for one in bring_kernel_wheels(extension, target)}
    entries.update(brought)
    course = pack_course(root, target)
    entries[COURSE] = describe_wheel(course, [one.name.lower() for one in core])
    lock["packages"] = dict(sorted(entries.items()))
    (target / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8", newline="\n")
    return [COURSE, *ASKED, *KERNEL, *brought]


def check_fit(lock: Mapping[str, Any], core: Iterable[Requirement]) -> None:
    """Raise PublishingError if a release of Pyodide has a package outside the bounds of the course."""
    unfit = find_unfit(lock["packages"], core)
    if unfit:
        raise PublishingError(
            "\n".join(
                [
                    f"This Pyodide (Python {lock['info']['python']}) does not fit the course:",
                    *unfit,
                    "Take another release of Pyodide.",
                ]
            )
        )


def find_kernel_wheels(extension: Path) -> list[Path]:
    """Return the wheels that the kernel of the lab brings and asks for when it starts."""
    wheels = sorted((extension / "static" / "pypi").glob("*.whl"))
    return [wheel for wheel in wheels if wheel.name.startswith(("ipykernel-", "piplite-", "pyodide_kernel-"))]


def bring_kernel_wheels(extension: Path, target: Path) -> list[dict[str, Any]]:
    """Copy the wheels of the kernel into a folder, and return their entries in the lock."""
    wheels = find_kernel_wheels(extension)
    for wheel in wheels:
        shutil.copy(wheel, target)
    return [describe_wheel(wheel, []) for wheel in wheels]


def describe_wheel(wheel: Path, depends: Sequence[str]) -> dict[str, Any]:
    """Return the entry of a wheel in the lock."""
    name, version, _, _ = parse_wheel_filename(wheel.name)
    return {
        "name": str(name),
        "version": str(version),
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "imports": list_modules(wheel),
        "depends": sorted(depends),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
