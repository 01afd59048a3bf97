"""What a contained program may read of the course, as a copy: no question, key, solution, truth, other firm.

A copy is made once for a state of the course and kept in the user's cache folder. Where a Python has no
Arrow, the tables are handed over as CSV, under their own names.
"""

import hashlib
import json
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.grading.containment.bubblewrap import CHILD, HIDDEN
from crmlib.ground.files import COURSE
from crmlib.tables.dictionary import DATASETS

INSIDE = "/course"
KINDS = {"M": "date", "O": "text", "U": "text"}
ASIDE = ("__pycache__", "truth", "variants", "copies", ".unfinished-*")
MAKING = threading.RLock()


def list_parts(firm: Path, *, csv: bool) -> dict[str, Path]:
    """Return what is to be seen where: the course, and the student's firm if it is another."""
    with MAKING:
        parts = {INSIDE: show_course(csv=csv)}
        if firm != DATASETS:
            parts[f"{INSIDE}/datasets/variants/{firm.name}"] = show_firm(firm, csv=csv)
    return parts


@cache
def show_course(*, csv: bool) -> Path:
    """Return the copy of the course, with the child in it."""
    library = [path for path in sorted((COURSE / "crmlib").rglob("*.py")) if _is_shown(path)]
    state = _hash_files([Path(__file__), CHILD, DATASETS / "checksums.txt", *library])

    def make(folder: Path) -> None:
        hidden = shutil.ignore_patterns("__pycache__", *HIDDEN)
        shutil.copytree(COURSE / "crmlib", folder / "crmlib", ignore=hidden)
        shutil.copyfile(CHILD, folder / CHILD.name)
        _write_firm(DATASETS, folder / "datasets", csv=csv)
        (folder / "datasets" / "variants").mkdir()

    return _keep(f"course-{state}{'-csv' if csv else ''}", make)


@cache
def show_firm(firm: Path, *, csv: bool) -> Path:
    """Return the copy of a firm."""
    state = _hash_files([Path(__file__), *sorted(firm.glob("*.txt"))])
    return _keep(
        f"firm-{firm.name}-{state}{'-csv' if csv else ''}", lambda folder: _write_firm(firm, folder, csv=csv)
    )


def _keep(name: str, make: Any) -> Path:
    """Make a folder unless it is there, in one step, so that half of it is never taken for the whole."""
    from platformdirs import user_cache_path

    kept = user_cache_path("crmlib", appauthor=False, opinion=False) / "contained"
    kept.mkdir(parents=True, exist_ok=True)
    folder = kept / name
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=kept) as unfinished:
            made = Path(unfinished, name)
            make(made)
            made.replace(folder)
    return folder


def _write_firm(firm: Path, folder: Path, *, csv: bool) -> None:
    shutil.copytree(firm, folder, ignore=shutil.ignore_patterns(*ASIDE))
    if csv:
        (folder / "checksums.txt").unlink(missing_ok=True)
        for path in sorted(folder.glob("*.parquet")):
            path.write_bytes(to_csv(pd.read_parquet(path)))


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV below one line of JSON that says which columns are text, dates or truths.

    >>> to_csv(pd.DataFrame({"name": ["7"], "at": [pd.Timestamp("2025-01-31")]})).decode().splitlines()
    ['{"name": "text", "at": "date"}', 'name,at', '7,2025-01-31']
    """
    kinds = {str(name): _kind(frame[name]) for name in frame.columns}
    told = {name: kind for name, kind in kinds.items() if kind}
    return (json.dumps(told) + "\n" + frame.to_csv(index=False, lineterminator="\n")).encode()


def _kind(values: "pd.Series[Any]") -> str:
    dtype: Any = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    if dtype.kind == "O" and all(isinstance(one, bool) for one in values.dropna()):
        return "truth"
    return "text" if isinstance(dtype, pd.StringDtype) else KINDS.get(dtype.kind, "")


def _is_shown(path: Path) -> bool:
    return path.relative_to(COURSE / "crmlib").parts[0] not in HIDDEN


def _hash_files(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
