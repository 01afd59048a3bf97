"""The record of the page for a phone: taken into the progress, or written for the phone."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import load_lists
from crmlib.classroom.review.plan import EXAM_DAY, LAST, SHARES
from crmlib.classroom.review.words import SECTIONS
from crmlib.classroom.schedule import find_stability
from crmlib.ground.files import write_file

FORMAT = "crm-revise"
# What both sides keep of the exam, of a card or a question; the parts of a day.
EXAM = ("on", "minutes", "at")
PARTS = {**SHARES, **LAST, **EXAM_DAY}
KEPT = ("stability", "difficulty", "reviewed_on", "due_on", "marks", "of")


def take_records(path: Path, progress: Progress) -> int:
    """Take the cards and questions of a phone into the progress; where both know one, the later day counts.

    Returns how many were taken. Raises ValueError for a file that the page did not export.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = list(_list_records(data))
    except (ValueError, KeyError, AttributeError, TypeError):
        raise ValueError(
            f"{path} is no record of the page. On the phone, open Keep and press Export; take that file."
        ) from None
    taken = 0
    for stem, section, key, record in found:
        home = progress if section == "items" else Progress(stem, progress.folder)
        if str(home.read(section).get(key, {}).get("reviewed_on", "")) <= record["reviewed_on"]:
            home.update(section, key, _put(record))
            taken += 1
    _take_plan(data, progress)
    return taken


def _take_plan(data: Mapping[str, Any], progress: Progress) -> None:
    """Take what was planned and done on each day, lists that were sorted, and the exam chosen last.

    With another exam, today is planned anew unless it has begun.
    """
    for on, record in _read(data, "days"):
        if _is_day(on) and _is_planned(record):
            progress.update("days", on, _join_day(record))
    for group, record in _read(data, "lists"):
        asked = record.get("asked")
        if group in load_lists() and isinstance(asked, int) and 0 < asked == record.get("right"):
            progress.note_answer(f"sort {group}", passed=True)
    exam = dict(_read(data, "settings")).get("exam", {})
    known = progress.read("settings").get("exam", {})
    if _is_exam(exam) and exam["at"] >= known.get("at", 0):
        progress.update("settings", "exam", lambda _: {name: exam[name] for name in EXAM})
        if any(exam[name] != known.get(name) for name in ("on", "minutes")):
            progress.update("days", date.today().isoformat(), lambda day: day if day.get("done") else {})


def _is_planned(record: Mapping[str, Any]) -> bool:
    """Tell whether a day names only sections, lists and parts that there are."""
    known: dict[str, Container[str]] = {"sections": SECTIONS, "groups": load_lists(), "done": PARTS}
    lists = {name: record.get(name, []) for name in known}
    parts = record.get("parts", {})
    return (
        all(isinstance(one, list) for one in lists.values())
        and all(isinstance(one, str) and one in known[name] for name in known for one in lists[name])
        and isinstance(parts, dict)
        and all(part in PARTS and isinstance(minutes, int) for part, minutes in parts.items())
        and (not lists["sections"] or bool(parts))
    )


def _is_exam(exam: Mapping[str, Any]) -> bool:
    at = exam.get("at")
    return (exam.get("on") == "" or _is_day(exam.get("on"))) and all(
        isinstance(one, int) and one >= 0 for one in (at, exam.get("minutes"))
    )


def _read(data: Mapping[str, Any], part: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the mappings of a part that an export may lack."""
    entries = data.get(part)
    if not isinstance(entries, dict):
        return []
    return [(key, record) for key, record in entries.items() if isinstance(record, dict)]


def _is_day(text: Any) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def _join_day(record: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Join what was done; the plan of the day is that of the side that has begun it, else the one here."""

    def join(entry: dict[str, Any]) -> dict[str, Any]:
        done = list(dict.fromkeys([*entry.get("done", []), *record.get("done", [])]))
        both = {**record, **entry} if entry.get("done") or not record.get("done") else {**entry, **record}
        return {**both, "done": done}

    return join


def _put(record: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, **record}


def _list_records(data: Any) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield stem, section, key and record of what an export holds; what is no sound record is left out."""
    if data["format"] != FORMAT:
        raise ValueError("another format")
    for key, record in data["cards"].items():
        stem, _, card = key.partition("/")
        if stem in chapter_stems(having="glossary") and _is_sound(record):
            yield stem, "cards", card, _keep(record)
    for key, record in data["items"].items():
        if _is_sound(record) and 0 <= record["marks"] <= record["of"]:
            yield "", "items", key, _keep(record)


def _is_sound(record: Mapping[str, Any]) -> bool:
    days = [date.fromisoformat(record[name]) for name in ("reviewed_on", "due_on") if name in record]
    return len(days) == 2 and find_stability(record) > 0 and 1 <= record.get("difficulty", 0) <= 10


def _keep(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in KEPT if name in record}


def give_records(path: Path, progress: Progress) -> int:
    """Write the cards and questions of the progress as a file that the page imports; return how many.

    Raises FileExistsError rather than overwrite a file.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already. Give another name.")
    cards = {
        f"{stem}/{key}": record
        for stem in chapter_stems(having="glossary")
        for key, record in Progress(stem, progress.folder).read("cards").items()
    }
    parts = {"cards": cards, "items": progress.read("items")}
    sound = {part: _stamp(records) for part, records in parts.items()}
    exam = progress.read("settings").get("exam")
    plan = {"days": progress.read("days"), "settings": {"exam": exam} if exam else {}}
    content = {"format": FORMAT, "version": 1, **sound, "lists": _list_sorted(progress), **plan}
    write_file(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return sum(map(len, sound.values()))


def _list_sorted(progress: Progress) -> dict[str, dict[str, Any]]:
    """Return the groups of lists that were sorted without a mistake, as the page keeps them."""
    answers, groups = progress.read("answers"), load_lists()
    passed = [key for key in groups if answers.get(f"sort {key}", {}).get("passed")]
    return {key: {"right": (n := len(groups[key].cards())), "asked": n, "at": 0} for key in passed}


def _stamp(records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the records that FSRS wrote, each with the moment by which the page compares."""
    stamped = {}
    for key, record in records.items():
        if "reviewed_on" in record:
            noon = datetime.fromisoformat(record["reviewed_on"]).replace(hour=12, tzinfo=UTC)
            stamped[key] = {**_keep(record), "at": int(1000 * noon.timestamp())}
    return stamped
