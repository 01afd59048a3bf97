"""The tier for those who have Docker or Podman: a container without network that sees a copy of the course.

It needs an image with the course's packages, which `deploy/grading/Dockerfile` describes.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.bubblewrap import CHILD, ENVIRONMENT
from crmlib.grading.containment.job import Limits
from crmlib.grading.containment.view import INSIDE, list_parts

NAME = "container"
PROGRAMS = ("podman", "docker")
IMAGE = "crm-grading"
NOBODY = "65534:65534"
# Cut off: network, rights, new rights; nothing of the image can be changed; the container is gone afterwards.
WALLS = (
    *("run", "--rm", "--interactive", "--pull", "never", "--network", "none", "--read-only"),
    *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", NOBODY, "--workdir", "/tmp"),
)
PROCESSES = 64


def is_available() -> bool:
    """Say whether Podman or Docker is there, answers, and has the image."""
    return _find_program() is not None


@cache
def _find_program() -> str | None:
    for program in filter(None, map(shutil.which, PROGRAMS)):
        try:
            asked = subprocess.run(
                [program, "image", "inspect", IMAGE], capture_output=True, timeout=20, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if asked.returncode == 0:
            return program
    return None


def start(firm: Path, limits: Limits) -> "subprocess.Popen[bytes]":
    """Start the child contained; `firm` is the folder with the tables of its seed."""
    program = _find_program() or PROGRAMS[0]
    return start_apart(
        [program, *list_words(list_parts(firm, csv=False), limits)],
        folder=tempfile.gettempdir(),
        environment=dict(os.environ),
    )


def list_words(parts: Mapping[str, Path], limits: Limits) -> list[str]:
    """Return the command line behind `docker` or `podman`.

    A container outlives the command that started it, so what ends it after its time stands inside.
    """
    memory = f"{limits.memory_mb}m"
    settings = [word for name, value in ENVIRONMENT.items() for word in ("--env", f"{name}={value}")]
    seen = [
        word
        for there, here in parts.items()
        for word in ("--mount", f"type=bind,source={here},target={there},readonly")
    ]
    return [
        *WALLS,
        *("--memory", memory, "--memory-swap", memory, "--pids-limit", str(PROCESSES), "--cpus", "1"),
        *("--tmpfs", f"/tmp:rw,nosuid,nodev,size={limits.disk_mb}m,mode=1777"),
        *settings,
        *seen,
        IMAGE,
        *("timeout", "--signal=KILL", f"{limits.wall_seconds:g}"),
        *("python", "-I", "-B", f"{INSIDE}/{CHILD.name}"),
    ]
