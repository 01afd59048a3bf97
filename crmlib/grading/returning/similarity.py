"""Pairs of submissions that are worth a look: unusual wrong answers on different data, or code in common.

A list to look at and never a verdict: two who learn together may write alike. Names and numbers of the code
do not count, nor does the order of cells, nor what was handed out, nor what many have written.
"""

import csv
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from crmlib.grading.exchange.collect import copy_of, counted
from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.hand_out import read_edition
from crmlib.grading.exchange.notebook import code_cells, read_notebook
from crmlib.grading.marking.grade import Result, read_results
from crmlib.grading.marking.values import show_plain
from crmlib.ground.files import write_file

WINDOW = 12  # tokens in a row that must be the same
FEWEST_TOKENS = 40  # a shorter passage says nothing
COMMON = 0.1  # what this share of the class writes is how one writes it
LEAST_SHARE = 0.5
SKIPPED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
Windows = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Pair:
    """Two students, the questions with the same unusual wrong answer, and the share of code in common."""

    first: str
    second: str
    answers: tuple[str, ...]
    code_share: float


def find_pairs(
    results: Sequence[Result], codes: Mapping[str, Iterable[str]], blank: Iterable[str]
) -> list[Pair]:
    """Return the pairs to look at, those with most in common first.

    `codes` holds the code cells of each student, `blank` those of the exercise as it was handed out.
    """
    unusual = {one.number: find_unusual(one, results) for one in results}
    seeds = {one.number: one.seed for one in results}
    windows = keep_rare({number: windows_of(cells) for number, cells in codes.items()}, windows_of(blank))
    pairs = []
    for first, second in combinations(sorted(seeds), 2):
        same = unusual[first] & unusual[second] if seeds[first] != seeds[second] else frozenset()
        share = share_in_common(windows.get(first, frozenset()), windows.get(second, frozenset()))
        if same or share >= LEAST_SHARE:
            pairs.append(Pair(first, second, tuple(sorted(key for key, _ in same)), share))
    return sorted(pairs, key=lambda one: (-len(one.answers), -one.code_share, one.first, one.second))


def find_unusual(result: Result, results: Sequence[Result]) -> frozenset[tuple[str, str]]:
    """Return the wrong numbers of a student that no known mistake explains and few others gave.

    On firms that differ, numbers that were computed differ; the same ones were copied or are given.
    """
    limit = max(3, COMMON * len(results))
    found = set()
    for key, verdict in result.verdicts.items():
        answer = result.answers.get(key, ["blank"])
        if verdict.kind not in ("wrong", "near") or answer[0] != "number":
            continue
        shown = show_plain(answer)
        digits = re.sub(r"[^0-9]", "", shown.split("e")[0]).strip("0")
        givers = sum(show_plain(one.answers.get(key, ["blank"])) == shown for one in results)
        if len(digits) >= 3 and givers <= limit:
            found.add((key, shown))
    return frozenset(found)


def windows_of(cells: Iterable[str]) -> Windows:
    """Return every run of tokens of some cells, with names, numbers and texts made alike."""
    found = set()
    for cell in cells:
        tokens = simplify(cell)
        found |= {tuple(tokens[n : n + WINDOW]) for n in range(len(tokens) - WINDOW + 1)}
    return frozenset(found)


def simplify(cell: str) -> list[str]:
    """Return the tokens of a cell: what a method is called counts, what a name is called does not.

    >>> simplify("left = rows['x'].mean()  # share") == simplify("a = b['c'].mean()")
    True
    >>> simplify("left = rows.mean()") == simplify("left = rows.sum()")
    False
    """
    words: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(cell).readline):
            if token.type not in SKIPPED:
                words.append(_simplify_token(token, after=words[-1] if words else ""))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return words


def _simplify_token(token: tokenize.TokenInfo, *, after: str) -> str:
    if token.type == tokenize.NAME and after != "." and not keyword.iskeyword(token.string):
        return "name"
    kinds = {tokenize.NUMBER: "number", tokenize.STRING: "text"}
    return kinds.get(token.type, token.string)


def keep_rare(windows: Mapping[str, Windows], blank: Windows) -> dict[str, Windows]:
    """Return each student's runs without what was handed out and what many have written."""
    counts = Counter(window for own in windows.values() for window in own)
    limit = max(2, COMMON * len(windows))
    return {
        number: frozenset(one for one in own if one not in blank and counts[one] <= limit)
        for number, own in windows.items()
    }


def share_in_common(first: Windows, second: Windows) -> float:
    """Return how much of the shorter code stands in the other one too; 0 if it is too short to tell."""
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter >= FEWEST_TOKENS - WINDOW else 0.0


def write_similar(coursework: Coursework, stem: str) -> tuple[Path, list[Pair]]:
    """Write the list of pairs of an exercise; return where it is, and the pairs."""
    codes = {
        entry.number: code_cells(read_notebook(copy_of(coursework, stem, entry).read_bytes()))
        for entry in counted(coursework, stem)
    }
    pairs = find_pairs(read_results(coursework, stem), codes, code_cells(read_edition(stem)))
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["first", "second", "same unusual wrong answers", "code in common"])
    for one in pairs:
        table.writerow([one.first, one.second, " ".join(one.answers), f"{one.code_share:.0%}"])
    path = coursework.folder / f"{stem}-similar.csv"
    write_file(path, "\ufeff" + file.getvalue())
    return path, pairs
