"""What every export needs: each item once, calculations in copies with other numbers, and accepted words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crmlib.classroom.exam.items import ExamItem, Point
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.schema import Text

COPIES = 5
BRACKETS = re.compile(r"\s*[(（]([^)）]*)[)）]")


def list_ready(items: Iterable[ExamItem], *, copies: int, seed: int) -> Iterator[tuple[str, ExamQuestion]]:
    """Name and question; a calculation comes `copies` times, with the numbers of seed, seed + 1, …

    Raises ValueError for fewer than one copy.
    """
    if copies < 1:
        raise ValueError(f"copies is {copies}, expected 1 or more.")
    for item in items:
        if item.kind == "calculation":
            for number in range(copies):
                yield f"{item.id}-{number + 1}", instantiate(item, seed=seed + number)
        else:
            yield item.id, instantiate(item, seed=seed)


def show_result(ready: ExamQuestion) -> tuple[str, str]:
    """The result of a calculation as it is typed, in per cent where its unit says so, and what may be off."""
    result = ready.item.result
    if result is None or ready.value is None:
        raise ValueError(f"Item {ready.item.id}: a calculation has no result.")
    factor = 100 if result.unit == "%" else 1
    return f"{factor * ready.value:.{result.digits}f}", f"{10**-result.digits:g}"


def list_points(ready: ExamQuestion, language: str) -> list[str]:
    """The marking points, each with its marks behind."""
    return [f"{Text(en=one.en, zh=one.zh).show(language)} ({one.marks:g})" for one in ready.scheme]


def list_accepted(point: Point) -> list[str]:
    """The words that count for a blank, in both languages: each alternative, with and without its brackets.

    >>> list_accepted(Point(1, "used or bought", "使用（或购买）"))
    ['used', 'bought', '使用', '购买']
    >>> list_accepted(Point(1, "frequency (marketing)", "频繁"))
    ['frequency', 'frequency marketing', '频繁']
    """
    english = [BRACKETS.sub("", point.en), BRACKETS.sub(r" \1", point.en)]
    chinese = [BRACKETS.sub("", point.zh), *(found[1] for found in BRACKETS.finditer(point.zh))]
    words = [part for text in english for part in re.split(r"\s+or\s+|/", text)]
    words += [part.removeprefix("或") for text in chinese for part in re.split(r"(?<=.)或|/", text)]
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))
