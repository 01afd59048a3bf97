"""All chapters over the weeks of a term: a table, and a calendar that other programs read (.ics)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

REVIEW = "exercise and questions"
LONGEST_LINE = 74  # a calendar's lines have at most 75 bytes


@dataclass(frozen=True)
class Week:
    """One week of a term: which chapters are lectured, and how many minutes they were planned for."""

    number: int
    stems: tuple[str, ...]
    minutes: float
    topic: str


def plan_term(lectures: Sequence[tuple[str, str, float]], *, weeks: int) -> list[Week]:
    """Spread chapters over weeks without changing their order.

    With fewer weeks than chapters, neighbours share a week so that the fullest week is as short as it can be.
    With more, the weeks that are left follow the longest chapters, for exercises and questions.

    lectures: stem, title and minutes of each chapter.

    >>> [week.stems for week in plan_term([("a", "A", 60), ("b", "B", 30), ("c", "C", 90)], weeks=2)]
    [('a', 'b'), ('c',)]
    """
    if not 1 <= weeks <= 52:
        raise ValueError(f"weeks: expected 1 to 52, found {weeks}.")
    groups = _share_weeks(lectures, min(weeks, len(lectures)))
    spare = weeks - len(groups)
    longest = sorted(range(len(groups)), key=lambda place: -_length(groups[place]))
    extra = [longest[number % len(longest)] for number in range(spare)] if longest else []
    planned: list[Week] = []
    for place, group in enumerate(groups):
        stems = tuple(stem for stem, _, _ in group)
        topic = "; ".join(title for _, title, _ in group)
        planned.append(Week(len(planned) + 1, stems, _length(group), topic))
        for _ in range(extra.count(place)):
            planned.append(Week(len(planned) + 1, stems, 0.0, f"{topic}: {REVIEW}"))
    return planned


def _length(group: Sequence[tuple[str, str, float]]) -> float:
    return sum(minutes for _, _, minutes in group)


def _share_weeks(
    lectures: Sequence[tuple[str, str, float]], weeks: int
) -> list[list[tuple[str, str, float]]]:
    """Cut the chapters into groups of neighbours; the longest group is as short as it can be."""

    @cache
    def cut(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        """Return the length of the longest group from `start` on, and where the groups end."""
        if left == 1:
            return _length(lectures[start:]), (len(lectures),)
        found = []
        for end in range(start + 1, len(lectures) - left + 2):
            rest, ends = cut(end, left - 1)
            found.append((max(_length(lectures[start:end]), rest), (end, *ends)))
        return min(found)

    ends = cut(0, weeks)[1]
    return [list(lectures[begin:end]) for begin, end in zip((0, *ends), ends, strict=False)]


def render_term(planned: Sequence[Week], *, minutes: float, start: date | None) -> str:
    """Return a term as a table in Markdown; with a first day, each week has its date."""
    lines = ["| week | date | chapters | minutes planned |", "|---|---|---|---|"]
    for week in planned:
        day = "" if start is None else (start + timedelta(weeks=week.number - 1)).isoformat()
        note = f"{week.minutes:g}" if week.minutes else ""
        if week.minutes > minutes:
            note += f", {week.minutes - minutes:g} more than there are: see `crm lecture plan`"
        lines.append(f"| {week.number} | {day} | {week.topic} | {note} |")
    return "\n".join(lines)


def render_calendar(planned: Sequence[Week], *, start: datetime, minutes: int, name: str) -> str:
    """Return a term as a calendar: one event a week, at the local time of whoever opens it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//crmlib//lectures//EN"]
    for week in planned:
        begins = start + timedelta(weeks=week.number - 1)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{name}-{start:%Y%m%d}-week-{week.number:02d}@crmlib.invalid",
            f"DTSTAMP:{start:%Y%m%dT%H%M%S}Z",
            f"DTSTART:{begins:%Y%m%dT%H%M%S}",
            f"DURATION:PT{minutes}M",
            f"SUMMARY:{_escape(week.topic)}",
            "END:VEVENT",
        ]
    return "\r\n".join(_fold(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"


def _escape(text: str) -> str:
    r"""Return a text as calendars write it.

    >>> _escape("a, b; c")
    'a\\, b\\; c'
    """
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Return a line cut into parts of at most 75 bytes, each further part after a space; no sign is cut."""
    parts, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > LONGEST_LINE:
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])
