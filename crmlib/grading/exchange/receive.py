"""Reading what a learning platform exported: folders, archives and single files, whatever they hold.

Moodle names a folder `Name_12345_assignsubmission_file_`, or writes it before the name of the file; Canvas
names a file `surnamename_12345_67890_file.ipynb`, with `_LATE_` in the middle of a late one and `-1`, `-2` at
the end of later versions. What is read is never changed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from crmlib.grading.exchange.pack import (
    MOST_BYTES,
    MOST_OF_ALL,
    MOST_OF_ONE,
    NOTE,
    Damaged,
    Pack,
    read_archive,
    read_pack,
)

MOODLE = re.compile(r"(?P<who>[^/]+?)_(?P<id>\d+)_assign(?:submission|ment)_file_?")
CANVAS = re.compile(
    r"(?P<who>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<attempt>\d+)_"
    r"(?P<file>.+?)(?:-(?P<version>\d+))?(?P<end>\.[^.]+)"
)
LEFT_ALONE = {".ds_store", "thumbs.db", "desktop.ini", "manifest.json"}


@dataclass(frozen=True)
class Handed:
    """One file as it was found. `who` and `platform_id` are what the platform's names say, if they say it.

    `content` is None, and `problem` says why, if it cannot be read.
    """

    place: str
    name: str
    content: bytes | None
    when: str
    who: str = ""
    platform_id: str = ""
    late: bool = False
    version: int = 0
    pack: Pack | None = None
    problem: str = ""


def read_export(export: Path) -> Iterator[Handed]:
    """Yield every file of an export, in the order of their names; raise ValueError if there is none."""
    if not export.exists():
        raise FileNotFoundError(f"There is no {export}. Name the folder or archive that the platform wrote.")
    paths = [export] if export.is_file() else sorted(path for path in export.rglob("*") if path.is_file())
    if not paths:
        raise ValueError(f"{export} holds no file. Name the folder or archive that the platform wrote.")
    root = export.parent if export.is_file() else export
    for path in paths:
        place = path.relative_to(root).as_posix()
        when = datetime.fromtimestamp(path.stat().st_mtime)
        yield from _read_file(place, path, when, is_export=path == export)


def _read_file(place: str, path: Path, when: datetime, *, is_export: bool) -> Iterator[Handed]:
    size = path.stat().st_size
    if path.is_symlink() or size > (MOST_OF_ALL if is_export else MOST_OF_ALL // 4):
        why = "it is a link to somewhere else" if path.is_symlink() else f"it has {size // 1_000_000} MB"
        yield _describe(place, None, when, problem=f"not read: {why}")
        return
    yield from _open(place, path.read_bytes(), when, depth=0 if is_export else 1)


def _open(place: str, content: bytes, when: datetime, *, depth: int) -> Iterator[Handed]:
    """Yield a file, or the files of an archive; a student's archive may lie in that of the class."""
    name = PurePosixPath(place).name
    if name.lower() in LEFT_ALONE or "__MACOSX" in place or name.startswith("._"):
        return
    if content[:4] not in (b"PK\3\4", b"PK\5\6"):
        known = name.lower().endswith(".ipynb") or not content or name.lower().endswith(".zip")
        problem = "" if known else "this is no notebook and no file of `hand-in`"
        if len(content) > MOST_BYTES:
            problem = f"it has {len(content) // 1_000_000} MB, more than a notebook of this course can have"
        elif name.lower().endswith(".zip"):
            problem = "the archive is damaged" if content else "the file is empty"
        yield _describe(place, content, when, problem=problem)
        return
    try:
        entries = read_archive(content, most=MOST_OF_ALL if depth == 0 else MOST_OF_ONE)
        if NOTE in [entry[0] for entry in entries]:
            pack = read_pack(content)
            yield _describe(place, pack.notebook, when, pack=pack)
            return
    except Damaged as error:
        yield _describe(place, None, when, problem=str(error))
        return
    if depth == 2 or not entries:
        yield _describe(place, None, when, problem="an archive without a notebook")
        return
    for inner, data, moment in entries:
        yield from _open(f"{place}/{_tidy(inner)}", data, _to_time(moment, when), depth=depth + 1)


def _tidy(name: str) -> str:
    """Return an entry's name as a place below the archive: no drive, no way up."""
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _to_time(moment: tuple[int, ...], otherwise: datetime) -> datetime:
    try:
        found = datetime(*moment)  # type: ignore[arg-type]
    except ValueError:
        return otherwise
    return found if found.year > 1980 else otherwise


def _describe(
    place: str, content: bytes | None, when: datetime, *, pack: Pack | None = None, problem: str = ""
) -> Handed:
    """Say what the platform's names tell about a file."""
    place = unicodedata.normalize("NFC", place)
    name = PurePosixPath(place).name
    who, platform_id, late, version = "", "", False, 0
    moodle = MOODLE.search(place)
    canvas = next((found for part in place.split("/") if (found := CANVAS.fullmatch(part))), None)
    if moodle:
        who, platform_id = moodle["who"].strip(), moodle["id"]
    elif canvas:
        who, platform_id, late = canvas["who"], canvas["id"], bool(canvas["late"])
        version = int(canvas["version"] or 0)
        name = canvas["file"] + canvas["end"]
    return Handed(
        place, name, content, f"{when:%Y-%m-%dT%H:%M:%S}", who, platform_id, late, version, pack, problem
    )
