"""What the reader's marks say: when a question comes back, which topics stand and which do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from crmlib.classroom.course.coverage import find_taught
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.words import SECTIONS, head_of, name_sections, put, say
from crmlib.classroom.schedule import HARD, KNEW, NOT_YET, find_due, rate_card
from crmlib.ground.files import COURSE

Bank = Mapping[str, Sequence[ExamItem]]
Records = Mapping[str, Mapping[str, Any]]
FULL, SOME, FEW, NEW = "✔", "◐", "✘", "·"


@dataclass
class Desk:
    """What each live part of the review needs: the reader's records, the language, the day.

    `tell` lets the other parts know of a change: of "marks" or of the day of the "exam".
    """

    progress: Progress
    language: str
    today: date
    tell: Callable[[str], None] = lambda change: None


def rate_marks(marks: float, of: float) -> int:
    """Return the rating that marks stand for: known with all of them, with effort from half of them on.

    >>> rate_marks(4, 4), rate_marks(2, 4), rate_marks(1, 4)
    (3, 2, 1)
    """
    return KNEW if marks >= of else HARD if 2 * marks >= of else NOT_YET


def note_marks(desk: Desk, item: ExamItem, marks: float) -> date:
    """Record the marks for an item; return the day on which it comes back."""

    def note(entry: Mapping[str, Any]) -> dict[str, Any]:
        rating = rate_marks(marks, item.marks)
        return {**rate_card(entry, rating=rating, today=desk.today), "marks": marks, "of": item.marks}

    desk.progress.update("items", item.id, note)
    return find_due(desk.progress.read("items")[item.id], today=desk.today)


def lost_marks(record: Mapping[str, Any]) -> bool:
    """Tell whether an item did not earn all its marks when it was last asked."""
    return float(record.get("marks", 0)) < float(record.get("of", 0))


def order_items(items: Sequence[ExamItem], records: Records, *, today: date) -> list[ExamItem]:
    """Return items in the order to ask: due ones, the longest overdue first, then new ones, then the rest.

    Among those due on one day, what lost marks comes first; new ones keep their order.
    """
    known = [item for item in items if item.id in records]
    due = {item.id: find_due(records[item.id], today=today) for item in known}
    known.sort(key=lambda item: (due[item.id], not lost_marks(records[item.id])))
    first = [item for item in known if due[item.id] <= today]
    later = [item for item in known if due[item.id] > today]
    return [*first, *(item for item in items if item.id not in records), *later]


def mix_items(items: Sequence[ExamItem], records: Records, *, today: date) -> list[ExamItem]:
    """Return items with those that are due and new ones in turn, so that neither crowds out the other."""
    order = order_items(items, records, today=today)
    new = [item for item in order if item.id not in records]
    due = [item for item in order if item.id in records and find_due(records[item.id], today=today) <= today]
    later = [item for item in order if item not in new and item not in due]
    turns = [one for pair in zip_longest(due, new) for one in pair if one is not None]
    return [*turns, *later]


def find_standing(bank: Bank, records: Records) -> dict[str, tuple[float, float]]:
    """Return marks earned and possible for each topic that was asked, as last marked."""
    found: dict[str, tuple[float, float]] = {}
    for item in (item for items in bank.values() for item in items if item.id in records):
        record = records[item.id]
        for topic in item.topics:
            got, of = found.get(topic, (0.0, 0.0))
            found[topic] = (got + float(record.get("marks", 0)), of + float(record.get("of", item.marks)))
    return found


def sign_of(standing: tuple[float, float] | None) -> str:
    """Return the sign of a topic: all marks, some, fewer than half, or not asked yet.

    >>> [sign_of(one) for one in ((4, 4), (3, 4), (1, 4), None)]
    ['✔', '◐', '✘', '·']
    """
    if standing is None:
        return NEW
    got, of = standing
    return FULL if got >= of else SOME if 2 * got >= of else FEW


def weigh_sections(bank: Bank, records: Records) -> dict[str, float]:
    """Return the marks that each section may still bring: those of the bank, less the share that is known."""
    standing = find_standing(bank, records)
    need = dict.fromkeys(SECTIONS, 0.0)
    for item in (item for items in bank.values() for item in items):
        letters = {topic[0] for topic in item.topics} & need.keys()
        known = [standing[topic] for topic in item.topics if topic in standing]
        share = sum(got for got, _ in known) / sum(of for _, of in known) if known else 0.0
        for letter in letters:
            need[letter] += item.marks * (1 - share) / len(letters)
    return need


def render_coverage(bank: Bank, records: Records, language: str) -> str:
    """Return each section with one sign a topic, how many were asked, the share of marks; the weak."""
    standing = find_standing(bank, records)
    head = (say(key, language) for key in ("section", "coverage", "asked", "share"))
    lines = [f"| {' | '.join(head)} |", "|---|---|---|---|"]
    for letter, name in SECTIONS.items():
        topics = [topic for topic in load_syllabus() if topic.startswith(letter)]
        asked = [standing[topic] for topic in topics if topic in standing]
        got, of = sum(one for one, _ in asked), sum(one for _, one in asked)
        signs = "".join(sign_of(standing.get(topic)) for topic in topics)
        share = f"{100 * got / of:.0f} %" if of else ""
        lines.append(f"| {letter} {put(name, language)} | {signs} | {len(asked)} / {len(topics)} | {share} |")
    weak = find_weak(standing)
    lines += ["", say("legend", language)]
    if weak:
        lines += ["", f"**{say('weakest', language)}:** {name_topics(weak[:10], language)}."]
    return "\n".join(lines)


def find_weak(standing: Mapping[str, tuple[float, float]]) -> list[str]:
    """Return the topics that lost marks, those with the smallest share first."""
    lost = {topic: got / of for topic, (got, of) in standing.items() if got < of}
    return sorted(lost, key=lambda topic: (lost[topic], topic))


def name_topics(topics: Iterable[str], language: str) -> str:
    """Return topics with their terms."""
    known = load_syllabus()
    words = {"en": "{0.term_en}", "zh": "{0.term_zh}", "both": "{0.term_en} {0.term_zh}"}[language]
    return "; ".join(f"{topic} {words.format(known[topic])}" for topic in topics)


def where_taught(topics: Sequence[str]) -> str:
    """Return topics with the chapter and the section that teach each of them."""
    places = find_taught(COURSE)
    return "; ".join(f"{topic} ({places[topic].label})" if topic in places else topic for topic in topics)


def render_result(done: Sequence[tuple[ExamItem, float]], language: str) -> str:
    """Return what a paper brought: marks in all, by section and kind, and what to reread."""
    got, of = sum(marks for _, marks in done), sum(item.marks for item, _ in done)
    lines = [f"**{say('total', language, f'{got:g}', f'{of:g}')}**", ""]
    rows: dict[str, list[tuple[float, float]]] = {}
    for item, marks in done:
        for letter in sorted({topic[0] for topic in item.topics} & SECTIONS.keys()):
            rows.setdefault(name_sections([letter], language), []).append((marks, item.marks))
        rows.setdefault(f"*{put(head_of(item.kind), language)}*", []).append((marks, item.marks))
    head = f"{say('section', language)} / {say('kind', language)} | {say('marks sum', language)}"
    lines += [f"| {head} |", "|---|---|"]
    for name in sorted(rows, key=lambda name: (name.startswith("*"), name)):
        pairs = rows[name]
        lines.append(f"| {name} | {sum(one for one, _ in pairs):g} / {sum(one for _, one in pairs):g} |")
    lost = list(dict.fromkeys(topic for item, marks in done if marks < item.marks for topic in item.topics))
    reread = f"{say('reread', language)}: {where_taught(lost)}." if lost else say("nothing lost", language)
    return "\n".join([*lines, "", reread])
