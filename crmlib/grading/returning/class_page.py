"""Where the class is stuck: difficulty, discrimination and named wrong answers of each question, on one page.

Groups of fewer than five students are not shown: in a class, a small group is a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crmlib.classroom.answers.questions import load_exercise
from crmlib.grading.exchange.collect import COUNTS, Entry, read_register
from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.marking.grade import Result, read_results
from crmlib.grading.marking.keys import read_key
from crmlib.grading.returning.feedback import KINDS
from crmlib.grading.returning.pages import render
from crmlib.ground.files import write_file

FEWEST = 5


PARTS = 3


@dataclass(frozen=True)
class Level:
    """Students whose right answer lies between two sizes, and the share of them who found it."""

    smallest: float
    largest: float
    students: int
    right: float


@dataclass(frozen=True)
class Item:
    """What a class has made of one question.

    `right` is the share of the submissions, `first` that of the recorded ones that were right at once (None
    for fewer than five), `discrimination` the correlation with the marks on all other questions (None if all
    or none were right, or fewer than five answered). `wrong` counts mistakes and other verdicts that at least
    five share, `rare` all others together. `minutes` is the median work until the first right answer, of
    those for whom it was recorded (None for fewer than five). `levels` are thirds of the class by the size of
    the right answer on the student's own firm.
    """

    key: str
    right: float
    first: float | None
    discrimination: float | None
    wrong: tuple[tuple[str, int], ...]
    rare: int
    minutes: float | None = None
    levels: tuple[Level, ...] = ()


def describe_items(
    results: Sequence[Result],
    tries: Sequence[dict[str, dict[str, Any]]] = (),
    expected: Mapping[int, Mapping[str, float]] | None = None,
) -> list[Item]:
    """Return what a class has made of each question.

    `tries` holds, for each student who handed in by the course's own file, what was recorded a question;
    `expected` for each firm the right answers that are numbers.
    """
    known = expected or {}
    keys = list(results[0].verdicts)
    passed = np.array([[one.verdicts[key].passed for key in keys] for one in results], dtype=float)
    items = []
    for place, key in enumerate(keys):
        own, others = passed[:, place], np.delete(passed, place, axis=1).sum(axis=1)
        wrong = _count_wrong([one for one in results if not one.verdicts[key].passed], key)
        shown = tuple((name, count) for name, count in wrong.most_common() if count >= FEWEST)
        rare = sum(wrong.values()) - sum(count for _, count in shown)
        first = share_at_first([one.get(key, {}) for one in tries])
        minutes = find_minutes([one.get(key, {}) for one in tries])
        sizes = [known.get(one.seed, {}).get(key) for one in results]
        levels = describe_levels(sizes, own)
        items.append(
            Item(key, float(own.mean()), first, correlate(own, others), shown, rare, minutes, levels)
        )
    return items


def _count_wrong(results: Sequence[Result], key: str) -> Counter[str]:
    """Count the wrong answers by the name of the mistake, or by the kind of feedback."""
    verdicts = [one.verdicts[key] for one in results]
    return Counter(one.name or KINDS[one.kind]["en"] for one in verdicts)


def share_at_first(tries: Sequence[dict[str, Any]]) -> float | None:
    """Return the share of recorded students who were right at the first try; None for fewer than five.

    >>> share_at_first([{"tries": 1, "passed": True}] * 3 + [{"tries": 4, "passed": True}] * 2)
    0.6
    """
    known = [one for one in tries if isinstance(one.get("tries"), int) and one["tries"] > 0]
    if len(known) < FEWEST:
        return None
    return sum(one["tries"] == 1 and one.get("passed") is True for one in known) / len(known)


def find_minutes(tries: Sequence[dict[str, Any]]) -> float | None:
    """Return the median minutes until the first right answer; None for fewer than five.

    >>> find_minutes([{"passed": True, "seconds": 60.0 * n} for n in (1, 2, 3, 5, 60)])
    3.0
    """
    known = [
        float(one["seconds"])
        for one in tries
        if one.get("passed") is True and isinstance(one.get("seconds"), (int, float))
    ]
    return float(np.median(known)) / 60 if len(known) >= FEWEST else None


def describe_levels(sizes: Sequence[float | None], right: np.ndarray) -> tuple[Level, ...]:
    """Return thirds of the class by the size of the right answer, whole firms together; none if one is small.

    Whether small or large numbers make an item harder shows here. Students on one firm share an answer, so a
    third is cut only between firms.
    """
    pairs = [(size, bool(own)) for size, own in zip(sizes, right, strict=True) if size is not None]
    ordered = sorted({size for size, _ in pairs})
    if len(ordered) < PARTS:
        return ()
    levels = []
    for part in np.array_split(np.array(ordered), PARTS):
        own = [passed for size, passed in pairs if part[0] <= size <= part[-1]]
        levels.append(Level(float(part[0]), float(part[-1]), len(own), sum(own) / len(own)))
    return tuple(levels) if min(one.students for one in levels) >= FEWEST else ()


def correlate(own: np.ndarray, others: np.ndarray) -> float | None:
    """Return the correlation of a question with the rest; None if one of them does not vary, or for few."""
    if len(own) < FEWEST or np.ptp(own) == 0 or np.ptp(others) == 0:
        return None
    return float(np.corrcoef(own, others)[0, 1])


def write_class_page(coursework: Coursework, stem: str) -> Path:
    """Write the page of an exercise; raise ValueError for fewer than five graded submissions."""
    results = read_results(coursework, stem)
    if len(results) < FEWEST:
        raise ValueError(
            f"{len(results)} submissions of {stem} are graded; a class page needs {FEWEST}, so that it shows "
            "no single person."
        )
    counted = [one for one in read_register(coursework, stem) if one.state == COUNTS]
    path = coursework.folder / f"{stem}-class.html"
    seeds = {one.seed for one in results}
    expected = {seed: read_numbers(read_key(coursework, stem, seed) or {}) for seed in seeds}
    write_file(path, render_class_page(stem, results, counted, expected))
    return path


def read_numbers(key: Mapping[str, Any]) -> dict[str, float]:
    """Return the right answers of a firm that are numbers.

    >>> read_numbers({"q1": {"expected": ["number", 3.0]}, "q2": {"expected": ["text", "b"]}})
    {'q1': 3.0}
    """
    plain = {name: one["expected"] for name, one in key.items()}
    return {name: float(one[1]) for name, one in plain.items() if one[0] == "number"}


def render_class_page(
    stem: str,
    results: Sequence[Result],
    entries: Sequence[Entry],
    expected: Mapping[int, Mapping[str, float]] | None = None,
) -> str:
    """Return the page as HTML."""
    questions = {one.id: one.question.en for one in load_exercise(stem).questions}
    items = describe_items(results, [one.tries for one in entries if one.tries], expected)
    values = {
        "title": f"Exercise {stem.split('_')[0]}: the class",
        "students": len(results),
        "fewest": FEWEST,
        "items": [_to_line(item, questions.get(item.key, ""), len(results)) for item in items],
    }
    return render("class_page.html", values)


def _tell_level(level: Level) -> str:
    """Return a third of the class in words; a share that a small group makes is not shown."""
    right = round(level.right * level.students)
    hidden = 0 < right < FEWEST or 0 < level.students - right < FEWEST
    share = f"{'few' if right < FEWEST else 'nearly all'}" if hidden else f"{level.right:.0%}"
    ends = dict.fromkeys(f"{one:.3g}" for one in (level.smallest, level.largest))
    return f"{' to '.join(ends)}: {share} of {level.students}"


def _to_line(item: Item, question: str, students: int) -> dict[str, Any]:
    """Return a line of the table. How many were right is not shown if it, or the rest, is a small group."""
    right = round(item.right * students)
    hidden = 0 < right < FEWEST or 0 < students - right < FEWEST
    return {
        "key": item.key,
        "question": question,
        "right": f"{'few' if right < FEWEST else 'nearly all'}" if hidden else f"{item.right:.0%}",
        "width": 0 if hidden else round(120 * item.right),
        "minutes": "" if item.minutes is None else f"{item.minutes:.0f}" if item.minutes >= 1 else "<1",
        "levels": [_tell_level(one) for one in item.levels],
        "first": "" if item.first is None else f"{item.first:.0%}",
        "discrimination": "" if item.discrimination is None or hidden else f"{item.discrimination:.2f}",
        "wrong": item.wrong,
        "rare": f"fewer than {FEWEST}" if 0 < item.rare < FEWEST else (item.rare or ""),
    }
