"""Where the tables of a firm lie on disk, and how a student's own firm gets there.

The committed firm lies in `datasets/`. Every other seed has its own firm: it is simulated once, in less
than half a minute, and kept in `datasets/variants/<seed>/`, or in the user's cache folder where the course's
folder cannot be written to.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from crmlib.ground.checksums import read_checksums
from crmlib.ground.files import COURSE
from crmlib.tables.check import conform
from crmlib.tables.dictionary import DATASETS
from crmlib.tables.errors import TableError

DEFAULT_SEED = 2026
PARAMETERS = "parameters"  # the numbers of the simulated world, beside the tables of the truth
FINGERPRINT = "made_by.txt"


def read_table(name: str, *, seed: int | None) -> pd.DataFrame:
    """Read a table of a firm in its described types.

    Args:
        name: a name in TABLES.
        seed: None for the committed firm; a whole number for the firm of that seed.

    Raises:
        FileNotFoundError: the file is missing; the message says how to make it.
        TableError: the file is damaged, was changed, or does not fit its description.
        TypeError, ValueError: the seed is no whole number, or negative.
    """

    def read(content: bytes) -> pd.DataFrame:
        return conform(pd.read_parquet(io.BytesIO(content)), name)

    return _read_file(find_firm(seed), f"{name.replace('.', '/')}.parquet", read)


def read_parameters(*, seed: int | None) -> pd.DataFrame:
    """Read the numbers of the simulated world: name, value, unit, meaning, source.

    Raises:
        FileNotFoundError: the file is missing.
        TableError: the file is damaged or was changed.
    """
    return _read_file(
        find_firm(seed), f"truth/{PARAMETERS}.json", lambda content: pd.DataFrame(json.loads(content))
    )


def _read_file(folder: Path, name: str, read: Callable[[bytes], pd.DataFrame]) -> pd.DataFrame:
    """Read a file of a firm after a look at its checksum: a single flipped bit would be another number."""
    path = folder / name
    _require_file(path)
    try:
        content = path.read_bytes()
        sums = read_checksums(folder).get(name)
        if sums and hashlib.sha256(content).hexdigest() not in sums:
            raise ValueError("it is not the file that was generated")
        return read(content)
    except Exception as error:  # whatever a reader stumbles over, the file is not as it should be
        raise TableError(
            f"The file {_shorten(path)} is damaged or does not fit its description ({error}). "
            f"Repair: {_tell_repair(path)}"
        ) from error


def find_firm(seed: int | None) -> Path:
    """Return the folder of a firm; the firm of a new seed is simulated first.

    Args:
        seed: None or 2026 for the committed firm; another whole number for a firm of its own.

    Raises:
        TypeError, ValueError: the seed is no whole number, or negative.
    """
    if seed is None:
        return DATASETS
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed: expected a whole number such as 7, found {seed!r}.")
    if seed < 0:
        raise ValueError(f"seed: expected 0 or more, found {seed}.")
    if seed == DEFAULT_SEED:
        return DATASETS
    for parent in _list_variant_folders():
        if _is_current(parent / str(seed)):
            return parent / str(seed)
    return _make_variant(seed)


def _make_variant(seed: int) -> Path:
    """Simulate the firm of a seed and keep it; a half-written firm is never left behind."""
    from crmlib.simulation import simulate
    from crmlib.simulation.world.worlds import World
    from crmlib.simulation.writing.export import write_firm

    print(f"Your own firm (seed {seed}) is being simulated. This happens once and takes about half a minute.")
    parent = _choose_variant_folder()
    folder = parent / str(seed)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".unfinished-") as unfinished:
        made = Path(unfinished) / str(seed)
        write_firm(simulate(World(seed=seed), progress=_show_progress), made)
        (made / FINGERPRINT).write_text(_describe_simulator(), encoding="utf-8", newline="\n")
        if folder.exists():
            shutil.rmtree(folder)
        made.replace(folder)
    print(f"\nDone. It is kept in {_shorten(folder)}.")
    return folder


def _show_progress(share: float, words: str) -> None:
    """Overwrite one line with how far the work is."""
    print(f"\r{share:4.0%} {words:<50}", end="", file=sys.stdout, flush=True)


def _is_current(folder: Path) -> bool:
    """True if a firm lies in the folder and was made by the simulator as it is now."""
    made_by = folder / FINGERPRINT
    return made_by.exists() and made_by.read_text(encoding="utf-8") == _describe_simulator()


@cache
def _describe_simulator() -> str:
    """Return a short text that changes whenever the simulator, what it imports, or the dictionary does."""
    parts = [COURSE / "crmlib" / part for part in ("ground", "tables", "simulation")]
    files = [*(path for part in parts for path in sorted(part.rglob("*.py"))), DATASETS / "dictionary.csv"]
    content = b"".join(_shorten(path).encode() + path.read_bytes().replace(b"\r\n", b"\n") for path in files)
    return hashlib.sha256(content).hexdigest()[:16]


def _list_variant_folders() -> tuple[Path, Path]:
    """Return the folders that may hold students' firms, the preferred one first."""
    from platformdirs import user_cache_path

    user = user_cache_path("crmlib", appauthor=False, opinion=False)
    return DATASETS / "variants", user / "variants"


def _choose_variant_folder() -> Path:
    """Return the first folder for students' firms that can be written to.

    Raises:
        OSError: none can.
    """
    for folder in _list_variant_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    places = " and ".join(map(str, _list_variant_folders()))
    raise OSError(f"A firm of your own needs a folder: neither {places} can be written to. Free one.")


def _require_file(path: Path) -> None:
    """Raise a FileNotFoundError that says how to make a missing file."""
    if not path.exists():
        raise FileNotFoundError(f"The file {_shorten(path)} is missing. Repair: {_tell_repair(path)}")


def _tell_repair(path: Path) -> str:
    """Say how to get a missing or damaged file back."""
    if path.is_relative_to(DATASETS) and "variants" not in path.relative_to(DATASETS).parts:
        return (
            "if you changed it, keep your copy elsewhere and read it with pd.read_parquet. Delete the file "
            "if it is there, then run `crm data` in a terminal in the course's folder "
            f"(or `git checkout -- {_shorten(path)}`)."
        )
    return f"delete the folder {_shorten(path.parent)}; the firm is then simulated again."


def _shorten(path: Path) -> str:
    """Return a path as seen from the course's folder, with forward slashes on every system."""
    root = DATASETS.parent
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
