"""The tier for Linux: bubblewrap shows a program a course without keys, and nothing else of the machine."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.filter import make_filter
from crmlib.grading.containment.job import Limits
from crmlib.ground.files import COURSE
from crmlib.tables.dictionary import DATASETS

NAME = "bubblewrap"
CHILD = Path(__file__).with_name("child.py")
INSIDE = "/crm/child.py"
SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
# Cut off: network, processes and users of the machine, rights, and a life after ours.
WALLS = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv")
HIDDEN = ("classroom", "publishing", "grading")
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "CRM_PROGRESS": "off",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLCONFIGDIR": "/tmp/matplotlib",
}


def is_available() -> bool:
    """Say whether bubblewrap is installed and may do here what it is there for."""
    return _try_out()


@cache
def _try_out() -> bool:
    program = shutil.which("bwrap")
    if program is None or not sys.platform.startswith("linux"):
        return False
    probe = [program, *WALLS, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def start(firm: Path, limits: Limits) -> subprocess.Popen[bytes]:
    """Start the child contained; `firm` is the folder with the tables of its seed."""
    seen = [*_own_space(limits), *_system(), *_course(), "--ro-bind", str(CHILD), INSIDE]
    settings = [word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)]
    command = [
        shutil.which("bwrap") or "bwrap",
        *WALLS,
        *settings,
        *seen,
        *_own_firm(firm),
        "--remount-ro",
        "/",
    ]
    program = [sys.executable, "-I", "-B", INSIDE]
    rules = make_filter()
    if rules is None:
        return start_apart([*command, *program], folder="/", environment={})
    read, write = os.pipe()
    try:
        os.write(write, rules)
        os.close(write)
        return start_apart(
            [*command, "--seccomp", str(read), *program], folder="/", environment={}, handles=(read,)
        )
    finally:
        os.close(read)


def _own_space(limits: Limits) -> list[str]:
    """Return the only place that can be written to: in memory, bounded, and gone afterwards."""
    size = str(limits.disk_mb * 1_000_000)
    return ["--proc", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", "/tmp", "--chdir", "/tmp"]


def _own_firm(firm: Path) -> list[str]:
    """Return the student's firm without its truth, where the course looks for it, and the list of fonts."""
    words = []
    fonts = matplotlib_cache()
    if fonts is not None:
        words += ["--ro-bind-try", str(fonts), "/tmp/matplotlib"]
    if firm != DATASETS:
        there = f"/tmp/.cache/crmlib/variants/{firm.name}"
        words += [
            "--ro-bind",
            str(firm),
            there,
            "--tmpfs",
            f"{there}/truth",
            "--remount-ro",
            f"{there}/truth",
        ]
    return words


def _system() -> list[str]:
    """Return the parts of the system that Python needs, to be read only."""
    words: list[str] = []
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), name]
        elif path.exists():
            words += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"):
        words += ["--ro-bind-try", name, name]
    for folder in dict.fromkeys([sys.base_prefix, sys.prefix]):
        if not any(Path(folder).is_relative_to(name) for name in SYSTEM):
            words += ["--ro-bind", folder, folder]
    return words


def _course() -> list[str]:
    """Return the course to be read, without questions, keys, solutions, truth, and the firms of others."""
    library, data = COURSE / "crmlib", DATASETS
    words = ["--ro-bind", str(library), str(library)]
    for name in HIDDEN:
        words += ["--tmpfs", str(library / name), "--remount-ro", str(library / name)]
    words += ["--ro-bind", str(data), str(data)]
    for name in ("truth", "variants"):
        if (data / name).exists():
            words += ["--tmpfs", str(data / name), "--remount-ro", str(data / name)]
    return words


@cache
def matplotlib_cache() -> Path | None:
    """Return where the list of fonts is kept, so that not every submission makes it anew."""
    try:
        import matplotlib

        folder = Path(matplotlib.get_cachedir())
    except Exception:  # a chart then takes longer; nothing else depends on it
        return None
    return folder if folder.exists() else None
