"""Where the texts, notebooks and exercises of the course lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from crmlib.ground.files import COURSE
from crmlib.ground.spelling import match_stems, suggest

# A notebook as nbformat holds it: a dictionary whose keys are attributes as well.
Notebook: TypeAlias = Any


class PublishingError(ValueError):
    """Something in a text or a notebook keeps it from being published; the message says what to change."""


@dataclass(frozen=True)
class Pair:
    """One chapter or exercise: the text that is edited, and the notebook that is read.

    student: the blank edition made from an exercise; None for a chapter.
    """

    root: Path
    text: Path
    notebook: Path
    student: Path | None = None

    @property
    def stem(self) -> str:
        """The name that text, notebook, exercise and content share."""
        return self.text.stem

    @property
    def backups(self) -> Path:
        """The folder that keeps what an edit of the other side replaced."""
        return self.root / "backups"

    def name(self, path: Path) -> str:
        """The path as messages show it: below the course folder, with forward slashes."""
        return path.relative_to(self.root).as_posix()


@dataclass(frozen=True)
class Course:
    """A course folder with its fixed layout.

    >>> [folder.name for folder in Course(Path("/course")).notebook_folders]
    ['notebooks', 'exercises', 'solutions']
    """

    root: Path = COURSE

    @property
    def notebook_folders(self) -> tuple[Path, Path, Path]:
        """The folders that hold chapters, blank exercises and solutions."""
        return self.root / "notebooks", self.root / "exercises", self.root / "exercises" / "solutions"

    def find_pairs(self, wanted: Iterable[str] = ()) -> list[Pair]:
        """Return the pairs of the course, or those with the wanted stems or numbers, chapters first.

        A pair exists if either side does. An unknown stem raises PublishingError, which names the nearest.
        """
        pairs = self._chapters() + self._exercises()
        known = sorted({pair.stem for pair in pairs})
        names = [Path(name).name.removesuffix(".md").removesuffix(".ipynb") for name in wanted]
        stems = [stem for name in names for stem in _find_known(name, known)]
        return [pair for pair in pairs if not names or pair.stem in stems]

    def find_notebooks(self) -> list[Path]:
        """Return every notebook of the course; a reader's spare copies (`….new.ipynb`) are left out."""
        found = [path for folder in self.notebook_folders for path in sorted(folder.glob("*.ipynb"))]
        return [path for path in found if ".new" not in path.name]

    def _chapters(self) -> list[Pair]:
        texts, notebooks = self.root / "sources" / "chapters", self.root / "notebooks"
        return [
            Pair(self.root, texts / f"{stem}.md", notebooks / f"{stem}.ipynb")
            for stem in _list_stems(texts, notebooks)
        ]

    def _exercises(self) -> list[Pair]:
        texts, blank = self.root / "sources" / "exercises", self.root / "exercises"
        return [
            Pair(
                self.root,
                texts / f"{stem}.md",
                blank / "solutions" / f"{stem}.ipynb",
                blank / f"{stem}.ipynb",
            )
            for stem in _list_stems(texts, blank / "solutions")
        ]


def _list_stems(texts: Path, notebooks: Path) -> list[str]:
    """Return the stems that have a text or a notebook, in alphabetical order."""
    return sorted({path.stem for path in [*texts.glob("*.md"), *notebooks.glob("*.ipynb")]})


def _find_known(name: str, known: list[str]) -> list[str]:
    """Return the stem of this name or number; raise PublishingError if there is none, with the nearest."""
    found = match_stems(name, known)
    if not found:
        listed = ", ".join(known) or "none yet"
        raise PublishingError(
            f"There is no chapter or exercise {name!r}.{suggest(name, known)} Known: {listed}."
        )
    return found
