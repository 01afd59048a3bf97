"""The one file that a student hands in: the notebook as it is, what it says of itself, and a receipt."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

NOTEBOOK, NOTE = "notebook.ipynb", "hand_in.json"
MOST_BYTES = 30_000_000
MOST_ENTRIES = 2_000
# What one archive may hold together: of a student, and of a platform's export for the whole class.
MOST_OF_ONE, MOST_OF_ALL = 60_000_000, 2_000_000_000


class Damaged(ValueError):
    """A file cannot be read; the message says why."""


@dataclass(frozen=True)
class Pack:
    """What a handed-in file holds. `note` is the student's word on it and is never believed alone."""

    notebook: bytes
    note: dict[str, Any]

    @property
    def is_whole(self) -> bool:
        """Say whether the notebook is the one that the receipt was written for."""
        return self.note.get("receipt") == receipt_code(self.notebook, str(self.note.get("student", "")))


def receipt_code(notebook: bytes, number: str) -> str:
    """Return the receipt: eight letters and digits that depend on every byte of the notebook.

    >>> receipt_code(b"{}", "7")
    'QFLU-XALA'
    """
    digest = hashlib.sha256(number.encode() + b"\0" + notebook).digest()
    code = base64.b32encode(digest).decode()[:8]
    return f"{code[:4]}-{code[4:]}"


def write_pack(notebook: bytes, note: dict[str, Any]) -> bytes:
    """Return the bytes of a handed-in file; the same content gives the same bytes."""
    file = io.BytesIO()
    text = json.dumps(note, ensure_ascii=False, indent=1, sort_keys=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((NOTEBOOK, notebook), (NOTE, text.encode())):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read_pack(content: bytes) -> Pack:
    """Return what a handed-in file holds; raise Damaged if it is none."""
    entries = {name: data for name, data, _ in read_archive(content) if name in (NOTEBOOK, NOTE)}
    if len(entries) < 2:
        raise Damaged("the archive is not one that `crm course hand-in` wrote")
    try:
        note = json.loads(entries[NOTE])
    except (ValueError, RecursionError):
        raise Damaged("its note cannot be read") from None
    return Pack(entries[NOTEBOOK], note if isinstance(note, dict) else {})


def read_archive(content: bytes, *, most: int = MOST_OF_ONE) -> list[tuple[str, bytes, tuple[int, ...]]]:
    """Return the files of an archive in memory: name, bytes, date and time. Nothing is unpacked to disk.

    Raises Damaged for an archive that is broken, locked, or larger than it should be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_ENTRIES:
                raise Damaged(f"the archive holds {len(infos)} files, more than {MOST_ENTRIES}")
            if sum(info.file_size for info in infos) > most:
                raise Damaged(f"what it holds is larger than {most // 1_000_000} MB")
            return [(_name(info), _read_entry(archive, info), info.date_time) for info in infos]
    except Damaged:
        raise
    except Exception as error:  # a broken archive may raise whatever its reader stumbles over
        raise Damaged(f"the archive cannot be read ({type(error).__name__})") from None


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; old archives from Chinese systems write it in GB 18030 without saying so."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:
        content = file.read(min(MOST_BYTES, info.file_size) + 1)
    if len(content) > min(MOST_BYTES, info.file_size):
        raise Damaged(f"{info.filename[:80]} in the archive is larger than {MOST_BYTES // 1_000_000} MB")
    return content
