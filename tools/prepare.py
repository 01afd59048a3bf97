"""Prepare the course's own Python environment in the folder .venv. Needs nothing but Python.

    python tools/prepare.py          what the course needs
    python tools/prepare.py anki     and what decks for Anki need
    python tools/prepare.py word     or what papers as Word documents need
    python tools/prepare.py book     and what the web book is built with
    python tools/prepare.py live     what the course, the web book and chapters in a web page need
    python tools/prepare.py test     and what its tests need
    python tools/prepare.py bench    and what its benchmarks need
    python tools/prepare.py spark    and Spark, which is large and needs Java
    python tools/prepare.py hub      what the course and a server for a class need
    python tools/prepare.py grading  what the course and grading without Linux, or on many machines, need

The packages come from the locks in requirements/, every file checked against its hash. A second call finds
that nothing changed and ends at once. Where uv is installed it does the same work faster than pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (this file runs before anything is installed)
    version = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit(
        f"The course needs Python 3.11 or newer; {sys.executable} is Python {version}.\n"
        "Name a newer one, for example: make lab PYTHON=python3.12"
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Each lock holds all that the one before it holds, in the same versions.
LOCKS = ["course", "anki", "book", "test", "bench", "spark"]
# These hold the course's packages and their own.
SIDE = ["hub", "grading", "live", "word"]


def main(arguments: list[str]) -> None:
    """Bring the environment to the state that the lock named in ``arguments`` describes."""
    lock = arguments[0] if arguments else "course"
    if lock not in LOCKS + SIDE or len(arguments) > 1:
        sys.exit(f"Say one of {', '.join(LOCKS + SIDE)}, for example: python tools/prepare.py test")
    if not is_ready(lock):
        try:
            create_environment()
            install_lock(lock)
            install_crmlib()
            if lock == "hub":
                compile_all()
        except subprocess.CalledProcessError as error:
            sys.exit(f"Preparing the environment stopped: {' '.join(map(str, error.cmd))} failed; see above.")
        for covered in ["course", lock] if lock in SIDE else LOCKS[: LOCKS.index(lock) + 1]:
            find_stamp(covered).write_text(compute_state(covered), encoding="utf-8")
        print("The environment is ready.", flush=True)


def find_stamp(lock: str) -> Path:
    """Return the file that remembers the state in which ``lock`` was last installed."""
    return VENV / f"installed-{lock}.txt"


def compute_state(lock: str) -> str:
    """Return a digest of all that the environment depends on: lock, metadata of crmlib, folder."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (ROOT / "requirements" / f"{lock}.txt", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_ready(lock: str) -> bool:
    """Tell whether ``lock`` is installed as it stands now."""
    stamp = find_stamp(lock)
    return PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == compute_state(lock)


def create_environment() -> None:
    """Create .venv, or replace it if its Python is gone, too old, or was made in another folder."""
    made_in = VENV / "made-in.txt"
    moved = made_in.exists() and made_in.read_text(encoding="utf-8") != str(ROOT)
    if is_usable() and not moved:
        return
    print(f"Creating .venv with Python {sys.version.split()[0]} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True, stdout=subprocess.PIPE)
    except subprocess.CalledProcessError as error:
        print(error.stdout.decode(errors="replace"), file=sys.stderr)
        sys.exit(
            f"{sys.executable} cannot create environments.\n"
            "On Debian and Ubuntu this helps: sudo apt install python3-venv"
        )
    made_in.write_text(str(ROOT), encoding="utf-8")


def is_usable() -> bool:
    """Tell whether the environment's Python starts and is new enough."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([str(PYTHON), "-c", test], capture_output=True).returncode == 0
    except OSError:
        return False


def install_lock(lock: str) -> None:
    """Install the packages of ``lock``, with uv where it is installed and works, else with pip."""
    print(f"Installing the packages of requirements/{lock}.txt; this takes a minute or two ...", flush=True)
    wanted = ["--require-hashes", "--requirement", str(ROOT / "requirements" / f"{lock}.txt")]
    if not run_uv([*wanted, "--quiet"]):
        run_pip([*wanted, "--quiet"])


def install_crmlib() -> None:
    """Install the library so that it is read from the folder crmlib; nothing is fetched for that."""
    here = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if not run_uv([*here, "--offline", "--quiet"]):
        run_pip([*here, "--no-index", "--quiet"])


def compile_all() -> None:
    """Compile packages and library once: who may only read them could not keep what Python compiles."""
    folders = [str(VENV / "lib"), str(ROOT / "crmlib")]
    # Packages hold a few files on purpose that are no Python: that is no failure.
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "0", *folders], capture_output=True)


def run_uv(arguments: list[str]) -> bool:
    """Run ``uv pip install`` for the environment; return whether uv is there and succeeded."""
    uv = shutil.which("uv")
    if uv is None or os.environ.get("CRM_UV") == "off":
        return False
    command = [uv, "pip", "install", "--python", str(PYTHON), *arguments]
    if subprocess.run(command, cwd=ROOT).returncode == 0:
        return True
    print("uv did not manage; going on with pip.", flush=True)
    return False


def run_pip(arguments: list[str]) -> None:
    """Run ``pip install`` for the environment, which gets pip first if whoever made it left pip out."""
    subprocess.run([str(PYTHON), "-m", "ensurepip"], check=True, capture_output=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    subprocess.run([*pip, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
