"""Which items must not stand on one paper, because the text of the one holds the answer of the other."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crmlib.classroom.exam.items import BLANK, ExamItem

LANGUAGES = ("en", "zh")
# Letters from which an answer is telling by itself; a shorter one counts with its neighbours in the sentence.
TELLING = {"en": 12, "zh": 4}
NEIGHBOURS = {"en": 10, "zh": 3}
BRACKETS = re.compile(r"\s*[(（][^)）]*[)）]")


@dataclass(frozen=True)
class Clue:
    """Words that tell an item's answer, and how many of its clues together give it away."""

    words: str
    needed: int


def find_clashes(items: Sequence[ExamItem]) -> dict[str, frozenset[str]]:
    """Item → the items that may not stand on the same paper, both ways.

    A blank is given away by its word (a short one by the word with its neighbours), a choice by its right
    choice, a list, definition or any other answer by half of its marking points, and two at least.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        texts = [_visible(item, language) for item in items]
        whole, starts, at = "\n".join(texts), [], 0
        for text in texts:
            starts.append(at)
            at += len(text) + 1
        for item in items:
            held: Counter[int] = Counter()
            needed = 1
            for clue in list_clues(item, language):
                needed = clue.needed
                held.update({bisect_right(starts, place) - 1 for place in _places(whole, clue.words)})
            for place, count in held.items():
                other = items[place].id
                if count >= needed and other != item.id:
                    found[item.id].add(other)
                    found[other].add(item.id)
    return {item.id: frozenset(found[item.id]) for item in items}


def list_clues(item: ExamItem, language: str) -> list[Clue]:
    """The words of an item's answer, in lower case; none for what has no fixed answer."""
    shortest = TELLING[language]
    if item.kind == "fill_in":
        return [Clue(words, 1) for words in _fill_blanks(item, language)]
    if item.kind == "choice" and item.choices:
        words = _plain(getattr(item.choices[str(item.correct)], language))
        return [Clue(words, 1)] if len(words) > shortest else []
    if item.kind in ("true_false", "calculation", "case", "essay"):
        return []
    texts = [getattr(point, language) for point in item.scheme]
    if item.kind == "multiple" and item.choices:
        texts = [getattr(item.choices[letter], language) for letter in str(item.correct)]
    points = [_plain(text) for text in texts]
    telling = [words for words in points if len(words) >= shortest]
    needed = max(2, (len(points) + 1) // 2)
    return [Clue(words, needed) for words in telling] if len(telling) >= needed else []


def _fill_blanks(item: ExamItem, language: str) -> Iterator[str]:
    """Each answer of a fill-in, a short one once with what stands before it and once with what follows."""
    parts = getattr(item.question, language).lower().split(BLANK)
    reach = NEIGHBOURS[language]
    for number, point in enumerate(item.scheme):
        word = _plain(getattr(point, language))
        if len(word) >= TELLING[language]:
            yield word
            continue
        before, after = parts[number][-reach:], parts[number + 1][:reach]
        if len(before) == reach:
            yield before + word
        if len(after) == reach:
            yield word + after


def _visible(item: ExamItem, language: str) -> str:
    texts = [item.question, *(item.choices or {}).values()]
    return " ".join(getattr(text, language) for text in texts).lower().replace("\n", " ")


def _plain(text: str) -> str:
    return BRACKETS.sub("", text).strip(" .。；;").lower()


def _places(whole: str, words: str) -> Iterator[int]:
    at = whole.find(words)
    while at >= 0:
        yield at
        at = whole.find(words, at + 1)
