"""What the course must teach: its topics, its figures, and the points at which its sources disagree.

The three registries are files in `content/`. Every id that a content file uses is checked against them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crmlib import CHAPTERS
from crmlib.classroom.formats.schema import build_all, read_yaml
from crmlib.ground.spelling import list_valid

CONTENT = Path(__file__).parents[1] / "content"

SOURCES = {
    "000": "slides on building customer relationships",
    "001": "exam-points sheet",
    "002": "case report on a drugstore chain",
    "003": "collection of short texts",
    "004": "texts on oil and chemical firms, with a sales deck",
}


@dataclass(frozen=True)
class Topic:
    """One topic of the syllabus and the chapter that teaches it.

    `gap` says what is cut or lost in the sources, `note` what to know about their wording.
    """

    id: str
    term_en: str
    term_zh: str
    chapter: str
    computable: bool
    critical: bool
    other_zh: tuple[str, ...] = ()
    gap: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_stem(self.chapter, key="chapter")
        if self.critical and not self.note.startswith("Critical: "):
            raise ValueError("key 'note': say what to be critical of. Begin it with 'Critical: '.")


@dataclass(frozen=True)
class Number:
    """One figure of the course: as quoted, as numbers (percentages as shares) and where it comes from."""

    id: str
    figure: str
    values: tuple[float, ...]
    unit: str
    topics: tuple[str, ...]
    source: str
    computable: bool
    claim: str

    def __post_init__(self) -> None:
        check_topics(self.topics)
        check_sources((self.source,))


@dataclass(frozen=True)
class Position:
    """What one or several sources say on a disputed point."""

    position: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        check_sources(self.sources)


@dataclass(frozen=True)
class Disagreement:
    """A point at which the sources contradict each other, and what the course does about it."""

    id: str
    subject: str
    topics: tuple[str, ...]
    positions: tuple[Position, ...]
    advice: str

    def __post_init__(self) -> None:
        check_topics(self.topics)


@cache
def load_syllabus() -> dict[str, Topic]:
    """Return the topics of the course by id.

    >>> load_syllabus()["H-03"].term_zh
    '满意不等于忠诚'
    """
    path = CONTENT / "syllabus.yaml"
    topics = build_all(Topic, read_yaml(path).get("topics"), path=path, key="topics", label="topic")
    return {topic.id: topic for topic in topics}


@cache
def load_numbers() -> dict[str, Number]:
    """Return the figures of the course by id.

    >>> load_numbers()["N-48"].figure, load_numbers()["N-48"].values
    ('65 to 85 %', (0.65, 0.85))
    """
    path = CONTENT / "numbers.yaml"
    numbers = build_all(Number, read_yaml(path).get("numbers"), path=path, key="numbers", label="number")
    return {number.id: number for number in numbers}


@cache
def load_disagreements() -> dict[str, Disagreement]:
    """Return the disagreements between the sources by id.

    >>> load_disagreements()["X-12"].subject
    'when the card pays for itself'
    """
    path = CONTENT / "disagreements.yaml"
    entries = read_yaml(path).get("disagreements")
    built = build_all(Disagreement, entries, path=path, key="disagreements", label="disagreement")
    return {entry.id: entry for entry in built}


def topics_of(stem: str) -> tuple[Topic, ...]:
    """Return the topics that a chapter must teach, in syllabus order.

    >>> [topic.id for topic in topics_of("03_lifecycle")][:3]
    ['B-15', 'E-01', 'E-02']
    """
    check_stem(stem)
    return tuple(topic for topic in load_syllabus().values() if topic.chapter == stem)


def check_topics(ids: Iterable[str], *, key: str = "topics") -> None:
    """Raise if an id is not in the syllabus; say which ids its section has."""
    for found in ids:
        if found not in load_syllabus():
            section = [known for known in load_syllabus() if known[:1] == found[:1]]
            span = (
                f"Section {found[:1]} runs from {section[0]} to {section[-1]}."
                if section
                else "Sections run A to L."
            )
            raise ValueError(f"key {key!r}: {found!r} is not in the syllabus. {span} Correct the id.")


def check_numbers(ids: Iterable[str], *, key: str = "numbers") -> None:
    """Raise if an id is not in the table of figures."""
    for found in ids:
        if found not in load_numbers():
            last = list(load_numbers())[-1]
            raise ValueError(
                f"key {key!r}: {found!r} is no figure of the course. Ids run from N-01 to {last}."
            )


def check_sources(keys: Iterable[str], *, key: str = "sources") -> None:
    """Raise if a three-digit source key does not exist; other texts are references to the literature."""
    for found in keys:
        if found.isdigit() and found not in SOURCES:
            raise ValueError(f"key {key!r}: there is no source {found!r}. {list_valid(found, list(SOURCES))}")


def check_stem(stem: str, *, key: str | None = None) -> None:
    """Raise if a chapter does not exist, and name the nearest. `key` is the content key that names it."""
    if stem not in CHAPTERS:
        place = f"key {key!r}: there" if key else "There"
        raise ValueError(f"{place} is no chapter {stem!r}. {list_valid(stem, CHAPTERS)}")


def chapters_back(*, here: str, there: str) -> int:
    """Return how many chapters before `here` the chapter `there` is read (negative: later).

    >>> chapters_back(here="04_satisfaction_and_loyalty", there="01_relationship_marketing")
    3
    """
    stems = list(CHAPTERS)
    return stems.index(here) - stems.index(there)
