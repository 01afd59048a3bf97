"""What a reader has done: predictions, answers, cards. One JSON file a chapter and firm in `progress/`.

Several notebooks may write at once: every change reads, merges and replaces the file under a lock. A damaged
file is kept aside under a new name and reported, never overwritten. `CRM_PROGRESS=off` keeps all in memory.
"""

import contextlib
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmlib.ground.files import own_folder, write_file

VERSION = 1
SECTIONS = ("predictions", "answers", "recall", "cards", "items", "days", "settings")
# What a record may hold: name → types, least, most.
NUMBER = (int, float)
KINDS: dict[str, tuple[tuple[type, ...], Any, Any]] = {
    "tries": ((int,), 0, math.inf),
    "passed": ((bool,), None, None),
    "shown": ((bool,), None, None),
    "given": ((str, list), None, None),
    "seconds": (NUMBER, 0, sys.float_info.max),
    "value": (NUMBER, -sys.float_info.max, sys.float_info.max),
    "unit": ((str,), None, None),
    "knew": ((bool,), None, None),
    "box": ((int,), 1, 5),
    "stability": (NUMBER, 0.001, 100_000),
    "difficulty": (NUMBER, 1, 10),
    "marks": (NUMBER, 0, 1000),
    "of": (NUMBER, 0, 1000),
}
# A pause longer than this is no work on a question.
LONGEST_PAUSE = 600.0
Entry = dict[str, Any]
Records = dict[str, dict[str, Entry]]


def progress_folder() -> Path | None:
    """Return the folder for progress files: `progress/` in the reader's folder, or where CRM_PROGRESS points.

    None if CRM_PROGRESS is "off".
    """
    setting = os.environ.get("CRM_PROGRESS", "")
    if setting.lower() == "off":
        return None
    return Path(setting) if setting else own_folder() / "progress"


@dataclass
class Progress:
    """The reader's records for one chapter.

    `folder` None keeps them in memory; with a `seed` they are those on that firm. A record is a small mapping
    under a section ("predictions", "answers", "recall", "cards"; of the review also
    "items", "days", "settings") and a key.
    """

    stem: str
    folder: Path | None
    seed: int | None = None
    clock: Callable[[], float] = time.monotonic
    _memory: Records = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._last = self.clock()

    @property
    def path(self) -> Path | None:
        """Return the file of this chapter and firm, or None if records stay in memory."""
        name = self.stem if self.seed is None else f"{self.stem}-{self.seed}"
        return None if self.folder is None else self.folder / f"{name}.json"

    def read(self, section: str) -> dict[str, Entry]:
        """Return the records of one section by key."""
        _check_section(section)
        if self.path is not None:
            try:
                with _locked(self.path):
                    return dict(self._load(self.path).get(section, {}))
            except OSError as error:
                self._stay_in_memory(error)
        return dict(self._memory.get(section, {}))

    def update(self, section: str, key: str, change: Callable[[Entry], Entry]) -> None:
        """Replace one record by what `change` makes of the present one (empty if there is none)."""
        _check_section(section)
        try:
            self._update(section, key, change)
        except OSError as error:
            self._stay_in_memory(error)
            self._update(section, key, change)

    def note_answer(self, key: str, *, passed: bool, given: str | list[str] | None = None) -> None:
        """Record one more try at a question; once passed, it stays passed, at once or later.

        given: the answer itself, if it was clicked or typed into fields.
        """
        spent = self._take_time()

        def note(entry: Entry) -> Entry:
            tries, before = entry.get("tries", 0), entry.get("passed", False)
            at_once = entry.get("at_once", before and tries == 1)
            kept: Entry = {} if given is None else {"given": given}
            if spent is not None and not before:
                kept["seconds"] = round(entry.get("seconds", 0.0) + spent, 1)
            return {
                **entry,
                **kept,
                "tries": tries + 1,
                "passed": before or passed,
                "at_once": at_once or (passed and not tries),
            }

        self.update("answers", key, note)

    def _take_time(self) -> float | None:
        """Return the seconds since the last try at any question, or since the chapter was opened.

        Only work on a firm of one's own, as coursework is, is timed: None elsewhere.
        """
        now = self.clock()
        spent, self._last = min(max(now - self._last, 0.0), LONGEST_PAUSE), now
        return None if self.seed is None else spent

    def _stay_in_memory(self, error: OSError) -> None:
        _report(f"Progress cannot be read or written ({error.strerror}); it is kept until the kernel stops.")
        self.folder = None

    def _update(self, section: str, key: str, change: Callable[[Entry], Entry]) -> None:
        if self.path is None:
            records = self._memory.setdefault(section, {})
            records[key] = change(dict(records.get(key, {})))
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self.path):
            stored = self._load(self.path)
            records = stored.setdefault(section, {})
            records[key] = change(dict(records.get(key, {})))
            if self.path is None:
                self._memory = stored
            else:
                _write(self.path, stored)

    def _load(self, path: Path) -> Records:
        """Return what the file holds; keep a damaged file aside, leave a newer version's file alone."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            version = data["version"]
            records = {section: _read_entries(data["records"].get(section, {})) for section in SECTIONS}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            _keep_aside(path)
            return {}
        if version != VERSION:
            _report(f"{path.name} was written by another version of the course; it is left as it is.")
            self.folder, self._memory = None, records
        return records


def list_progress(stem: str, folder: Path | None) -> list[Progress]:
    """Return the progress of a chapter on the course's firm, then on each firm of the reader's own."""
    paths = sorted(folder.glob(f"{stem}-*.json")) if folder is not None else []
    seeds = [path.stem.removeprefix(f"{stem}-") for path in paths]
    own = [Progress(stem, folder, seed=int(seed)) for seed in seeds if seed.isdigit()]
    return [Progress(stem, folder), *own]


def read_all_answers(progress: Progress) -> dict[str, Entry]:
    """Return the answers of a chapter whatever the firm: solved on any of them is solved."""
    found = progress.read("answers")
    others = list_progress(progress.stem, progress.folder) if progress.folder is not None else []
    for other in others:
        for key, entry in other.read("answers").items():
            known = found.get(key, {})
            if (entry.get("passed", False), entry.get("tries", 0)) > (
                known.get("passed", False),
                known.get("tries", 0),
            ):
                found[key] = entry
    return found


def _read_entries(records: Any) -> dict[str, Entry]:
    """Return the records of a section; raise if one is no mapping, or holds what the course never writes."""
    entries = {key: dict(entry) for key, entry in records.items()}
    for entry in entries.values():
        for name in entry.keys() & KINDS.keys():
            kinds, low, high = KINDS[name]
            value = entry[name]
            if type(value) not in kinds or (low is not None and not low <= value <= high):
                raise ValueError(f"{name} is {value!r}")
        if ("of" in entry) != ("marks" in entry) or ("unit" in entry and "value" not in entry):
            raise ValueError("half of a record is missing")
    return entries


def _check_section(section: str) -> None:
    if section not in SECTIONS:
        raise ValueError(f"There is no section {section!r} of progress. Valid: {', '.join(SECTIONS)}.")


def _write(path: Path, records: Records) -> None:
    """Write all records to a new file, then put it in the place of the old one in a single step."""
    text = json.dumps({"version": VERSION, "records": records}, ensure_ascii=False, indent=1, sort_keys=True)
    write_file(path, text + "\n")


def _keep_aside(path: Path) -> None:
    """Rename a damaged file to the first free name `<file>.damaged-<n>`."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    _report(f"{path.name} could not be read. It is kept as {aside.name}; a new file is started.")


def _report(message: str) -> None:
    print(message, file=sys.stderr)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the chapter's lock, which the operating system frees even if the kernel dies."""
    if not path.parent.is_dir():
        yield
        return
    with open(path.with_suffix(".lock"), "a+b") as lock:
        _acquire(lock.fileno())
        try:
            yield
        finally:
            _release(lock.fileno())


if sys.platform == "win32":
    import msvcrt

    def _acquire(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

elif sys.platform == "emscripten":  # Python in a web page, which has its files to itself

    def _acquire(handle: int) -> None:
        return

    def _release(handle: int) -> None:
        return

else:
    import fcntl

    def _acquire(handle: int) -> None:
        with contextlib.suppress(OSError):  # some network folders know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)

    def _release(handle: int) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)
