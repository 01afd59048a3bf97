"""The list of generated files with their hashes: whether a file is still as it was generated."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

CHECKSUMS = "checksums.txt"


def measure_file(path: Path) -> str:
    """The sha256 hash of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(folder: Path) -> dict[str, set[str]]:
    """Name → hashes of the generated files in a folder; empty if there is no list.

    Two hashes stand behind a name while a replacement is under way, or after one was interrupted.
    Raises ValueError, naming the line, if the list is damaged.
    """
    path, sums = folder / CHECKSUMS, dict[str, set[str]]()
    if not path.exists():
        return sums
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        parts = PurePosixPath(name).parts
        if len(digest) != 64 or not parts or ".." in parts or name.startswith("/"):
            raise ValueError(
                f"{path}: line {number} is damaged: expected a hash of 64 digits, two blanks and a name, "
                f"found {line[:80]!r}. Delete the file; with --overwrite everything is then written anew."
            )
        sums.setdefault(name, set()).add(digest)
    return sums
