"""Where a chapter's texts lie, and the file that describes the chapter itself (`chapter.yaml`)."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from crmlib import CHAPTERS
from crmlib.classroom.formats.reading import QUESTIONS
from crmlib.classroom.formats.registry import CONTENT, check_stem
from crmlib.classroom.formats.schema import ContentError, Text, build, build_all, read_yaml, short

T = TypeVar("T")

REVIEW = "exam_review"
FILES = ("chapter", "claims", "recall", "checks", "exam", "glossary", "lecture")
# The first page teaches no topic; the review repeats chapters and has no matter of its own.
LACKS = {"00_start_here": FILES, REVIEW: ("claims", "recall", "exam")}
# The review says how each kind of question is marked, and sets lists that get mixed up side by side.
MORE = {REVIEW: ("kinds", "lists", "formulas")}


@dataclass(frozen=True)
class Minutes:
    """Time that a chapter takes beside reading, which is counted: its exercise, and as a lecture."""

    exercise: int
    lecture: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 1 <= value <= 1000:
                raise ValueError(
                    f"key {name!r}: expected minutes from 1 to 1000, found {str(value)[:12]}. Estimate it."
                )


@dataclass(frozen=True)
class Decision:
    """One row of the decision sheet: what to ask and look at before acting."""

    situation: str
    ask: str
    look_at: str
    act: str
    zh: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.zh) not in (0, 4):
            raise ValueError(
                f"key 'zh': expected 4 texts, found {len(self.zh)}: situation, ask, look_at, act."
            )


@dataclass(frozen=True)
class Mistake:
    """A common mistake, and what to do instead."""

    mistake: str
    instead: str
    zh: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.zh) not in (0, 2):
            raise ValueError(f"key 'zh': expected 2 texts, found {len(self.zh)}: mistake, instead.")


@dataclass(frozen=True)
class Lesson:
    """One sitting of a chapter: its question, what one can do after it, three exam items to check that."""

    title: Text
    question: str
    outcome: str
    items: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.items) != QUESTIONS:
            raise ValueError(
                f"key 'items': a lesson ends with {QUESTIONS} questions, found {len(self.items)}. "
                "Name so many items of exam.yaml, of kind choice or true_false."
            )


@dataclass(frozen=True)
class ChapterInfo:
    """What `chapter.yaml` says: title, question, goals, skills, minutes, decisions, mistakes, lessons."""

    title: Text
    question: str
    goals: tuple[str, ...]
    skills: tuple[str, ...]
    minutes: Minutes
    decisions: tuple[Decision, ...]
    mistakes: tuple[Mistake, ...] = ()
    lessons: tuple[Lesson, ...] = ()

    def __post_init__(self) -> None:
        for name in ("goals", "skills", "decisions"):
            if not getattr(self, name):
                raise ValueError(f"key {name!r}: the list is empty. Write at least one entry.")


def content_root() -> Path:
    """Return the folder that holds one folder per chapter (CRM_CONTENT may name another one)."""
    return Path(os.environ.get("CRM_CONTENT") or CONTENT)


def chapter_stems(*, having: str | None = None) -> tuple[str, ...]:
    """Return the chapters that have content, in reading order; `having` names a file that they must have."""
    found = (stem for stem in CHAPTERS if (content_root() / stem).is_dir())
    return tuple(stem for stem in found if having is None or having in files_of(stem))


def files_of(stem: str) -> tuple[str, ...]:
    """Return the content files that a chapter must have.

    >>> files_of("exam_review")
    ('chapter', 'checks', 'glossary', 'lecture', 'kinds', 'lists', 'formulas')
    """
    return (*(name for name in FILES if name not in LACKS.get(stem, ())), *MORE.get(stem, ()))


def content_file(stem: str, name: str) -> Path:
    """Return the path of one content file of a chapter; raise if the chapter or its folder does not exist."""
    check_stem(stem)
    folder = content_root() / stem
    if not folder.is_dir():
        written = ", ".join(chapter_stems()) or "none"
        raise ContentError(f"Chapter {stem!r} has no content folder yet. Chapters with content: {written}.")
    return folder / f"{name}.yaml"


def load_info(stem: str) -> ChapterInfo:
    """Return what `chapter.yaml` says about a chapter."""
    path = content_file(stem, "chapter")
    return build(ChapterInfo, read_yaml(path), where=short(path))


def load_entries(
    kind: type[T], stem: str, name: str, *, key: str, label: str, by: str = "id"
) -> tuple[T, ...]:
    """Return the entries of a content file whose only key is `key`, each built as `kind`."""
    path = content_file(stem, name)
    return build_all(kind, _only_key(read_yaml(path), key, path), path=path, key=key, label=label, by=by)


def _only_key(data: Any, key: str, path: Path) -> Any:
    """Return what stands under the one key that a file may have."""
    found = list(data) if isinstance(data, dict) else []
    if found != [key]:
        listed = ", ".join(map(str, found)) or "none"
        raise ContentError(f"{short(path)}: expected one key at the left margin, {key!r}; found {listed}.")
    return data[key]
