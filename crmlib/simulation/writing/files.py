"""Files that the simulation may replace, and files that it must not touch.

A folder of generated files holds `checksums.txt`, in the format of the command sha256sum: hash, two blanks,
name with forward slashes. A file whose hash is in the list is ours and may be replaced. Any other file was
made or changed by somebody and is left alone, unless it is said to be overwritten.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crmlib.ground.checksums import CHECKSUMS, measure_file, read_checksums
from crmlib.ground.files import write_file


class ForeignFileError(ValueError):
    """A file that we did not generate, or that was changed since, stands where a generated file should go."""


def write_checksums(folder: Path, sums: Mapping[str, Iterable[str]]) -> None:
    """Write the list of generated files, in the order of their names, in one step."""
    lines = [f"{digest}  {name}\n" for name in sorted(sums) for digest in sorted(sums[name])]
    write_file(folder / CHECKSUMS, "".join(lines))


def check_folder(folder: Path) -> list[str]:
    """What is wrong with the generated files of a folder, one sentence each; empty if all are as generated.

    Raises ValueError if the folder has no list of checksums.
    """
    sums = read_checksums(folder)
    if not sums:
        raise ValueError(
            f"{folder} holds no {CHECKSUMS}: nothing was generated there, or the list was deleted."
        )
    found = []
    for name, digests in sorted(sums.items()):
        if not (folder / name).exists():
            found.append(f"{name} is missing.")
        elif measure_file(folder / name) not in digests:
            found.append(f"{name} was changed since it was generated.")
        elif len(digests) > 1:
            found.append(f"{name} belongs to a rebuild that was interrupted: run it again.")
    return found


def refuse_foreign(folder: Path, names: Iterable[str], *, overwrite: bool = False) -> None:
    """Stop before a file is replaced that is not ours.

    names: files that are about to be written, with forward slashes. Raises ForeignFileError, naming the
    files and the repair.
    """
    sums = read_checksums(folder)
    foreign = [
        name
        for name in sorted(names)
        if (folder / name).exists() and measure_file(folder / name) not in sums.get(name, set())
    ]
    if foreign and not overwrite:
        more = f" and {len(foreign) - 5} more" if len(foreign) > 5 else ""
        raise ForeignFileError(
            f"In {folder} these files differ from what was generated and would be lost: "
            f"{', '.join(foreign[:5])}{more}. Nothing was written. Move them away, choose another folder "
            "(--folder), or replace them with --overwrite."
        )


@contextmanager
def stage(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A temporary folder whose files replace the generated files in ``folder`` when all are complete.

    If anything fails inside, the folder stays as it was. Files of ours that are not generated any more are
    removed. Raises ForeignFileError as `refuse_foreign`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder, prefix=".unfinished-"))
    try:
        yield staging
        _publish(staging, folder, overwrite=overwrite)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _publish(staging: Path, folder: Path, *, overwrite: bool) -> None:
    """Move finished files to their place.

    Meanwhile the list names old and new hashes: whatever stops us, both are known as ours.
    """
    files = {path.relative_to(staging).as_posix(): path for path in staging.rglob("*") if path.is_file()}
    new = {name: {measure_file(path)} for name, path in files.items()}
    old = read_checksums(folder)
    changed = [
        name for name in new if (folder / name).exists() and measure_file(folder / name) not in new[name]
    ]
    refuse_foreign(folder, changed, overwrite=overwrite)
    write_checksums(folder, {name: old.get(name, set()) | new.get(name, set()) for name in {*old, *new}})
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for name in sorted(set(old) - set(new)):
        if (folder / name).exists() and measure_file(folder / name) in old[name]:
            (folder / name).unlink()
            _remove_if_empty((folder / name).parent)
    write_checksums(folder, new)


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
