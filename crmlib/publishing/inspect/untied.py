"""Finds numbers in sentences that look like results and are tied to nothing.

A result is a share in per cent, an amount of money, a number with decimals, a count of three digits or more,
a relation such as `3 of 10`, or a multiple such as `5 times`. Years, dates, ids (H-03, N-48), numbers of
chapters, code and addresses are no results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from crmlib.publishing.numbers.ties import (
    COMMENT,
    PERCENT,
    WHOLE_CELL,
    Tie,
    blank_match,
    find_ties,
    mask_code,
)

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
COUNTED = "chapter|section|part|figure|table|step|question|exercise|example|claim|item|notebook|version"
NO_RESULTS = [
    re.compile(r"(?<=\]\()[^)\s]*"),  # the target of a link
    re.compile(r"https?://\S+|\bdoi:\S+"),
    re.compile(r"</?[a-zA-Z][^>]*>"),  # a tag and its attributes
    re.compile(r"\b[A-Z]-\d{2,3}\b"),
    re.compile(r"\b\d\d_[a-z]\w*"),
    re.compile(r"\b(?:ISO|RFC|EN|GB) ?\d+\b|\b(?:Python|pandas|numpy|JupyterLab) \d+(?:\.\d+)*"),
    re.compile(rf"\b(?:{COUNTED})s? \d+(?:\.\d+)*(?:(?:,| and| to|–| or) ?\d+(?:\.\d+)*)*", re.IGNORECASE),
    re.compile(r"^#+ \d+(?:\.\d+)*", re.MULTILINE),
    re.compile(r"^\s*\d+[.)] ", re.MULTILINE),
    re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}:\d\d\b"),
    re.compile(rf"\b(?:\d{{1,2}} )?(?:{MONTHS})(?: \d{{1,2}},)? \d{{4}}\b"),
]
YEAR = re.compile(
    r"(?<![\d,.¥€$])(?:1[89]|20)\d\d(?:s|–\d\d(?:\d\d)?)?"
    r"(?![\d,]*\d|\.\d|\s?(?:%|per cent|percent|yuan|CNY|元))"
)
PLAIN = r"[+\-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
RESULTS = {
    "an open number": re.compile(r"(?<=\s)[+−]?\?(?:\.\?+)?(?=\s)"),
    "a share": re.compile(rf"{PLAIN}{PERCENT}|{PLAIN}[ \u00a0]?‰"),
    "money": re.compile(rf"[¥€] ?{PLAIN}|{PLAIN}[ \u00a0-]?(?:yuan|CNY|RMB|元|fen\b|million|billion)"),
    "a relation": re.compile(rf"{PLAIN} (?:of|out of|in)(?: the| every)? {PLAIN}"),
    "a multiple": re.compile(rf"{PLAIN}(?: to {PLAIN})?(?: times\b|[ -]?fold\b| ?×|x\b)"),
    "a decimal": re.compile(r"[+\-−]?(?<![\d,])\d+(?:,\d{3})*\.\d+"),
    "a count": re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d{3,})(?![\w]|\.\d)"),
}


class Figure(Protocol):
    """What is needed of an entry of the table of figures: its numbers, percentages as shares."""

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers of the figure."""
        ...

    @property
    def figure(self) -> str:
        """The figure as the course quotes it."""
        ...


@dataclass(frozen=True)
class Loose:
    """A number that looks like a result and is tied to nothing; line counts from 1 in the cell's source."""

    text: str
    kind: str
    line: int


def find_untied(source: str) -> list[Loose]:
    """Return the result-like numbers of a Markdown cell that no comment ties, from top to bottom.

    >>> find_untied("In 2024 (see H-03) 24 % of 8 members left; of the others 37 %<!-- = rest --> did.")
    [Loose(text='24 %', kind='a share', line=1)]
    """
    if WHOLE_CELL.search(source):
        return []
    words = mask_code(source)
    for tie in find_ties(source):
        for shown in tie.numbers:
            words = words[: shown.start] + " " * (shown.end - shown.start) + words[shown.end :]
    for pattern in [COMMENT, *NO_RESULTS, YEAR]:
        words = pattern.sub(blank_match, words)
    found: dict[int, Loose] = {}
    for kind, pattern in RESULTS.items():
        for match in pattern.finditer(words):
            found[match.start()] = Loose(match[0].strip(), kind, words.count("\n", 0, match.start()) + 1)
            words = words[: match.start()] + blank_match(match) + words[match.end() :]
    return [found[start] for start in sorted(found)]


def check_quotes(source: str, figures: Mapping[str, Figure]) -> list[str]:
    """Return one sentence for each quoted number that is not in the figure whose id follows it."""
    return [
        sentence
        for tie in find_ties(source)
        if tie.kind == "quoted"
        for sentence in _check_quote(tie, figures)
    ]


def _check_quote(tie: Tie, figures: Mapping[str, Figure]) -> list[str]:
    unknown = [
        f"line {tie.line}: {name} is no figure of the course." for name in tie.sources if name not in figures
    ]
    if unknown:
        return unknown
    allowed = {value for name in tie.sources for value in figures[name].values}
    quoted = "; ".join(f"{name} says {figures[name].figure!r}" for name in tie.sources)
    return [
        f"line {tie.line}: {shown.text} is wrong or has the wrong id: {quoted}."
        for shown in tie.numbers
        if not _is_among(shown.value, allowed, tie.in_percent)
    ]


def _is_among(value: float, allowed: set[float], in_percent: bool) -> bool:
    options = [value / 100] if in_percent else [value, value / 100]
    return any(abs(option - known) < 1e-9 for option in options for known in allowed)
