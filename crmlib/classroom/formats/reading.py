"""How long a text takes: words and cells counted by one rule, for every page that announces minutes.

The rule: 100 words a minute (many readers read a second language), half a minute for each code cell that is
run and looked at, one minute for each question at the end of a lesson, rounded to 5 minutes. The lines above
the first lesson belong to it, the pages that close a chapter to its last lesson. What goes beyond the course
stands folded, as <details>, and does not count.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from crmlib.classroom.formats.headings import COMMENT
from crmlib.ground.files import COURSE

WORDS_A_MINUTE = 100
MINUTES_A_CELL = 0.5
QUESTIONS = 3
ROUNDED_TO = 5
WORD = re.compile(r"\w+(?:[-’'.,]\w+)*")
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
BREAK = re.compile(r"^\+\+\+.*$", re.MULTILINE)
FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
LESSON = re.compile(r"^# Lesson (\d+)\b", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """What a part of a chapter holds: words of prose, code cells, and questions at its end."""

    words: int
    cells: int
    questions: int = 0

    @property
    def minutes(self) -> int:
        """Return the minutes that the part takes, rounded to 5.

        >>> Load(words=2_000, cells=18, questions=3).minutes
        30
        """
        exact = self.words / WORDS_A_MINUTE + self.cells * MINUTES_A_CELL + self.questions
        return max(ROUNDED_TO, ROUNDED_TO * int(exact / ROUNDED_TO + 0.5))


def count_words(text: str) -> int:
    """Return how many words a text has; Chinese text counts by runs, comments and folds do not count.

    >>> count_words("Two *of three* stay (留存).<!-- given -->")
    5
    """
    return len(WORD.findall(FOLD.sub(" ", COMMENT.sub(" ", text))))


def measure_text(text: str) -> list[Load]:
    """Return the load of each lesson of a chapter's MyST text; of a text without lessons, that of the whole.

    >>> measure_text("# Lesson 1. Two\\n```{code-cell}\\nchapter.check_yourself(1)\\n```\\n# Lesson 2\\nfive")
    [Load(words=3, cells=1, questions=3), Load(words=3, cells=0, questions=0)]
    """
    body = FRONT.sub("", text)
    starts = [found.start() for found in LESSON.finditer(CELL.sub(lambda cell: " " * len(cell[0]), body))]
    bounds = [0, *starts[1:], len(body)] if starts else [0, len(body)]
    pieces = [body[low:high] for low, high in pairwise(bounds)]
    return [_measure(piece) for piece in pieces]


def _measure(piece: str) -> Load:
    prose, cells = BREAK.sub("", CELL.sub("", piece)), CELL.findall(piece)
    asked = any("chapter.check_yourself(" in cell for cell in cells)
    return Load(count_words(prose), len(cells), QUESTIONS if asked else 0)


def measure_chapter(stem: str) -> list[Load]:
    """Return the load of each lesson of a chapter; none if the course's texts are not at hand."""
    path = COURSE / "sources" / "chapters" / f"{stem}.md"
    return measure_text(path.read_text(encoding="utf-8")) if path.exists() else []


def count_minutes(stem: str) -> int:
    """Return the minutes that a chapter takes to read and run: those of its lessons together."""
    return sum(load.minutes for load in measure_chapter(stem))
