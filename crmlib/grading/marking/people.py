"""What people mark: the reasons for a decision, five points by a grid, and how far two markers agree."""

import hashlib
from dataclasses import dataclass
from typing import Any

from crmlib.classroom.answers.questions import load_exercise
from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.exchange.students import tidy_number
from crmlib.grading.marking.grade import Result, read_results
from crmlib.grading.marking.values import show_plain

# The five points that exercises ask for, one mark each.
GRID = (
    ("the choice is stated", "明确说出选择"),
    ("a figure of the own firm speaks for it", "用本企业的数据支持"),
    ("the strongest reason against it", "最有力的反对理由"),
    ("what was assumed", "所作的假设"),
    ("what to measure afterwards", "事后要测量什么"),
)
# One exercise asks for something else in its fourth sentence.
FOURTH = {
    "01_relationship_marketing": (
        "what every member is owed whatever the grade",
        "无论等级，每位会员应得什么",
    )
}
Points = list[bool]


def grid_of(stem: str) -> tuple[tuple[str, str], ...]:
    """Return the grid of an exercise, each point in both languages."""
    return (*GRID[:3], FOURTH.get(stem, GRID[3]), *GRID[4:])


@dataclass(frozen=True)
class Text:
    """One open answer as a marker sees it: without a name, with the student's own figures beside it."""

    number: str
    text: str
    figures: tuple[tuple[str, str, bool], ...]


def list_texts(coursework: Coursework, stem: str) -> list[Text]:
    """Return the open answers to mark, in an order that says nothing about the students.

    Raises ValueError if nobody has written one.
    """
    results = [one for one in read_results(coursework, stem) if one.text.strip()]
    if not results:
        raise ValueError(f"No open answer to {stem} is there to mark. Run `crm course grade` first.")
    texts = [Text(one.number, one.text, _figures(one)) for one in results]
    return sorted(texts, key=lambda one: hashlib.sha256(f"{stem}:{one.number}".encode()).digest())


def _figures(result: Result) -> tuple[tuple[str, str, bool], ...]:
    """Return what the student answered to each question, and whether it was right."""
    keys = [one.id for one in load_exercise(result.stem).questions]
    return tuple(
        (key, show_plain(result.answers.get(key, ["blank"])), result.verdicts[key].passed)
        for key in keys
        if key in result.verdicts
    )


def read_points(coursework: Coursework, stem: str, marker: str) -> dict[str, Points]:
    """Return what a marker has given so far: student number → a yes or no for each point of the grid."""
    path = coursework.place("marked", stem, f"{_check_marker(marker)}.json")
    return read_json(path) if path.exists() else {}


def keep_points(coursework: Coursework, stem: str, marker: str, number: str, points: Any) -> None:
    """Keep what a marker gives to one text, at once.

    Raises ValueError if the points do not fit the grid, or the student has written nothing.
    """
    if not isinstance(points, list) or [type(one) for one in points] != [bool] * len(GRID):
        raise ValueError(f"points: expected {len(GRID)} times yes or no, found {points!r}.")
    if number not in [one.number for one in read_results(coursework, stem)]:
        raise ValueError(f"number: no graded submission of {stem} is from {number!r}.")
    given = {**read_points(coursework, stem, marker), number: points}
    write_json(coursework.place("marked", stem, f"{_check_marker(marker)}.json"), dict(sorted(given.items())))


def _check_marker(marker: str) -> str:
    """Return a marker's short name; raise if it could not name a file."""
    if not marker.isidentifier():
        raise ValueError(f"marker: expected a short name of letters and digits such as A, found {marker!r}.")
    return marker


def list_markers(coursework: Coursework, stem: str) -> list[str]:
    """Return who has marked an exercise."""
    return sorted(path.stem for path in coursework.place("marked", stem).glob("*.json"))


def mean_points(coursework: Coursework, stem: str) -> dict[str, float]:
    """Return the points of each student whose text was marked; of several markers their mean."""
    given = [read_points(coursework, stem, marker) for marker in list_markers(coursework, stem)]
    numbers = {tidy_number(number) for one in given for number in one}
    sums = {number: [sum(one[number]) for one in given if number in one] for number in numbers}
    return {number: sum(points) / len(points) for number, points in sorted(sums.items())}


@dataclass(frozen=True)
class Agreement:
    """Two markers on one point of the grid: texts that both marked, share alike, Cohen's kappa.

    `kappa` is None if both always said the same single word: chance then explains everything.
    """

    point: str
    texts: int
    alike: float
    kappa: float | None


def compare_markers(first: dict[str, Points], second: dict[str, Points]) -> list[Agreement]:
    """Return the agreement of two markers on each point; empty if they marked no text in common."""
    both = sorted(first.keys() & second.keys())
    if not both:
        return []
    found = []
    for place, (point, _) in enumerate(GRID):
        pairs = [(first[number][place], second[number][place]) for number in both]
        alike = sum(a == b for a, b in pairs) / len(pairs)
        found.append(Agreement(point, len(both), alike, cohen_kappa(pairs)))
    return found


def cohen_kappa(pairs: list[tuple[bool, bool]]) -> float | None:
    """Return how far two markers agree beyond chance: (alike - by chance) / (1 - by chance).

    >>> cohen_kappa([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15)
    0.4
    """
    count = len(pairs)
    alike = sum(a == b for a, b in pairs) / count
    yes = [sum(pair[place] for pair in pairs) / count for place in (0, 1)]
    by_chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return None if by_chance == 1 else round((alike - by_chance) / (1 - by_chance), 12) + 0.0
