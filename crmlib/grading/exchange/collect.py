"""Which version of each student counts, and what became of every file. Nothing handed in is changed."""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.exchange.hand_out import read_edition
from crmlib.grading.exchange.identify import identify
from crmlib.grading.exchange.notebook import code_cells
from crmlib.grading.exchange.receive import Handed, read_export
from crmlib.grading.exchange.students import Student
from crmlib.ground.files import write_file

COUNTS, OLDER, TWICE, NOT_COUNTED = "counts", "older version", "handed in twice", "not counted"


@dataclass(frozen=True)
class Entry:
    """One file and what became of it. `digest`, the beginning of its SHA-256, names the copy."""

    place: str
    number: str
    name: str
    when: str
    late: bool
    state: str
    why: str = ""
    remarks: tuple[str, ...] = ()
    digest: str = ""
    version: int = 0
    tries: dict[str, dict[str, object]] | None = None


def collect(
    coursework: Coursework, export: Path, stem: str, *, deadline: datetime | None = None
) -> list[Entry]:
    """Read an export for one exercise; return every file that was ever collected for it, and keep the list.

    Collecting again adds to what was there. The latest version of a student counts; where the platform
    numbers versions, the highest number.
    """
    students = coursework.read_class()
    blank = code_cells(read_edition(stem))
    known = {(entry.place, entry.digest): entry for entry in read_register(coursework, stem)}
    for handed in read_export(export):
        entry = _examine(handed, students, stem, blank, deadline)
        if entry.state != NOT_COUNTED:
            _keep(coursework, stem, entry, handed.content or b"")
        known[entry.place, entry.digest] = entry
    entries = choose(known.values())
    write_json(coursework.place("collected", stem, "register.json"), [asdict(one) for one in entries])
    write_file(coursework.place("collected", stem, "collected.csv"), _to_csv(entries, students))
    return entries


def read_register(coursework: Coursework, stem: str) -> list[Entry]:
    """Return what was collected for an exercise so far."""
    path = coursework.place("collected", stem, "register.json")
    if not path.exists():
        return []
    return [Entry(**{**entry, "remarks": tuple(entry["remarks"])}) for entry in read_json(path)]


def copy_of(coursework: Coursework, stem: str, entry: Entry) -> Path:
    """Return where the copy of a counted or older version lies."""
    return coursework.place("collected", stem, entry.number, f"{entry.digest}.ipynb")


def _examine(
    handed: Handed, students: dict[str, Student], stem: str, blank: list[str], deadline: datetime | None
) -> Entry:
    found = identify(handed, students, stem, blank)
    late = handed.late or (deadline is not None and handed.when > f"{deadline:%Y-%m-%dT%H:%M:%S}")
    digest = hashlib.sha256(handed.content or b"").hexdigest()[:16] if handed.content is not None else ""
    state = NOT_COUNTED if found.problem else COUNTS
    tries = handed.pack.note.get("tries") if handed.pack is not None else None
    return Entry(
        place=handed.place,
        number=found.number,
        name=students[found.number].name if found.number in students else "",
        when=handed.when,
        late=late,
        state=state,
        why=found.problem,
        remarks=found.remarks,
        digest=digest,
        version=handed.version,
        tries=tries if _are_tries(tries) else None,
    )


def _are_tries(tries: object) -> bool:
    return isinstance(tries, dict) and all(isinstance(one, dict) for one in tries.values())


def _keep(coursework: Coursework, stem: str, entry: Entry, content: bytes) -> None:
    """Copy a notebook under the name of its content, so that no version ever replaces another."""
    path = copy_of(coursework, stem, entry)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(content)
        draft.replace(path)


def choose(entries: Iterable[Entry]) -> list[Entry]:
    """Return the files with their states: of each student the latest version counts, once."""
    result: list[Entry] = []
    seen: set[str] = set()
    order = sorted(entries, key=lambda one: (one.version, one.when, one.place), reverse=True)
    for entry in order:
        if entry.state == NOT_COUNTED:
            result.append(entry)
            continue
        same = any(one.digest == entry.digest and one.number == entry.number for one in result)
        state = TWICE if same else OLDER if entry.number in seen else COUNTS
        seen.add(entry.number)
        result.append(replace(entry, state=state))
    return sorted(result, key=lambda one: (one.number, one.place))


def counted(coursework: Coursework, stem: str) -> list[Entry]:
    """Return the version of each student that counts.

    Raises ValueError if nothing was collected for the exercise yet.
    """
    entries = [entry for entry in read_register(coursework, stem) if entry.state == COUNTS]
    if not entries:
        raise ValueError(f"Nothing that counts was collected for {stem} yet. Run `crm course collect` first.")
    return entries


def _to_csv(entries: list[Entry], students: dict[str, Student]) -> str:
    """Return the list for people, with those who handed in nothing at the end; Excel reads it as UTF-8."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["number", "name", "when", "late", "state", "why", "remarks", "file"])
    for one in entries:
        late = "late" if one.late else ""
        row = [one.number, one.name, one.when, late, one.state, one.why, "; ".join(one.remarks), one.place]
        table.writerow(map(harmless, row))
    present = {one.number for one in entries if one.state == COUNTS}
    for student in students.values():
        if student.number not in present:
            table.writerow(map(harmless, [student.number, student.name, "", "", "missing", "", "", ""]))
    return "\ufeff" + file.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows as text, even if a student named a file like a formula.

    >>> harmless("=1+1"), harmless("2026001")
    ("'=1+1", '2026001')
    """
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
