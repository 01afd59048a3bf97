"""The course and the pure Python packages that it needs as wheels, packed from what is installed here."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import read_notebook

COMPILED = (".so", ".pyd", ".dylib", ".dll")
# What the lab of a web page brings itself.
LEFT_OUT = ("widgetsnbextension", "jupyterlab-widgets")
# Files of the course folder that the library is built from, and that it reads while a chapter runs.
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "crmlib")
DATA = ("datasets/*.parquet", "datasets/*.csv", "datasets/*.txt", "datasets/truth/*", "sources/chapters/*.md")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
IN_A_PAGE = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "extra": ""}


def list_required(name: str) -> list[Requirement]:
    """Return what an installed package requires in a web page, extras left out."""
    wanted = map(Requirement, metadata.requires(name) or [])
    return [
        one
        for one in wanted
        if (one.marker is None or one.marker.evaluate(IN_A_PAGE))
        and canonicalize_name(one.name) not in LEFT_OUT
    ]


def list_missing(names: Iterable[str], known: Iterable[str]) -> dict[str, list[str]]:
    """Return the packages that are not known yet, each with what it depends on: these become wheels.

    names: what is wanted. known: what Pyodide has.
    """
    have: set[str] = {canonicalize_name(name) for name in known}
    missing: dict[str, list[str]] = {}
    waiting: list[str] = [canonicalize_name(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in have or name in missing:
            continue
        missing[name] = [canonicalize_name(one.name) for one in list_required(name)]
        waiting += missing[name]
    return dict(sorted(missing.items()))


def pack_installed(name: str, folder: Path) -> Path:
    """Write an installed package of pure Python as a wheel, and return its path.

    Raises PublishingError if the package has compiled files, which no web page can load.
    """
    found = metadata.distribution(name)
    files = [file for file in found.files or [] if ".." not in file.parts and "__pycache__" not in file.parts]
    compiled = [file.name for file in files if file.suffix in COMPILED]
    if compiled:
        raise PublishingError(
            f"{name} is not in this Pyodide, and the one installed here is compiled for this computer "
            f"({compiled[0]}). Take a release of Pyodide that has {name}."
        )
    kept = [
        file for file in files if file.name not in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
    ]
    entries = {file.as_posix(): Path(str(file.locate())).read_bytes() for file in kept}
    return write_wheel(f"{name.replace('-', '_')}-{found.version}-py3-none-any.whl", entries, folder)


def pack_course(root: Path, folder: Path) -> Path:
    """Write the library as a wheel, with the tables and texts that it reads beside it, and return its path.

    Raises PublishingError if the library cannot be built.
    """
    with tempfile.TemporaryDirectory() as draft:
        copy, built = Path(draft) / "copy", Path(draft) / "built"
        built.mkdir()
        for name in BUILT_FROM:
            source, target = root / name, copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(built)], cwd=copy, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PublishingError(f"The library could not be packed: {done.stderr.strip()[-400:]}")
        wheel = next(built.glob("*.whl"))
        with zipfile.ZipFile(wheel) as packed:
            entries = {name: packed.read(name) for name in packed.namelist() if not name.endswith("/RECORD")}
    return write_wheel(wheel.name, entries | _read_data(root), folder)


def _read_data(root: Path) -> dict[str, bytes]:
    """Return the tables, the texts, and the chapters without what they show, whose headings are looked up."""
    import nbformat

    paths = [path for pattern in DATA for path in sorted(root.glob(pattern)) if path.is_file()]
    data = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = read_notebook(path)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        data[f"notebooks/{path.name}"] = nbformat.writes(notebook).encode()
    return data


def write_wheel(name: str, entries: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a wheel with the list of their checksums; the same files give the same bytes."""
    info = next(str(PurePosixPath(path).parent) for path in entries if path.endswith(".dist-info/METADATA"))
    lines = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in sorted(entries.items())]
    record = "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in [*sorted(entries.items()), (f"{info}/RECORD", record)]:
            wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    (folder / name).write_bytes(made.getvalue())
    return folder / name


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def list_modules(wheel: Path) -> list[str]:
    """Return the names under which the packages of a wheel are imported."""
    with zipfile.ZipFile(wheel) as packed:
        tops = {name.partition("/")[0] for name in packed.namelist() if name.endswith(".py")}
    return sorted(top.removesuffix(".py") for top in tops)
