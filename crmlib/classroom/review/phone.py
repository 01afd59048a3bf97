"""The record of the page for a phone: taken into the progress, or written for the phone."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.progress import Progress
from crmlib.classroom.schedule import find_stability
from crmlib.ground.files import write_file

FORMAT = "crm-revise"
# What both sides keep of a card or a question.
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
    return taken


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
    content = {"format": FORMAT, "version": 1, **sound, "lists": {}, "settings": {}}
    write_file(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return sum(map(len, sound.values()))


def _stamp(records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the records that FSRS wrote, each with the moment by which the page compares."""
    stamped = {}
    for key, record in records.items():
        if "reviewed_on" in record:
            noon = datetime.fromisoformat(record["reviewed_on"]).replace(hour=12, tzinfo=UTC)
            stamped[key] = {**_keep(record), "at": int(1000 * noon.timestamp())}
    return stamped
