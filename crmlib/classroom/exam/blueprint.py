"""The blueprint of a paper: how many marks each kind of question carries, how long, which chapters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.formats.registry import CHAPTERS
from crmlib.classroom.formats.schema import build, read_yaml, short
from crmlib.ground.spelling import list_valid

DEFAULT = Path(__file__).with_name("blueprint.yaml")


@dataclass(frozen=True)
class Share:
    """Marks of a kind on the paper, and the evidence that gives it so many."""

    marks: float
    reason: str

    def __post_init__(self) -> None:
        if self.marks < 0:
            raise ValueError(f"key 'marks': expected 0 or more, found {self.marks:g}. 0 leaves the kind out.")


@dataclass(frozen=True)
class Blueprint:
    """What a paper is made of: marks in all and by kind, minutes, weights of the chapters."""

    marks: float
    minutes: int
    kinds: dict[str, Share]
    topics_once: bool = True
    chapters: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError(f"key 'minutes': expected 1 or more, found {self.minutes}.")
        for kind in self.kinds:
            if kind not in HEADINGS:
                raise ValueError(f"key 'kinds', {kind!r}: {list_valid(kind, list(HEADINGS))}")
        for stem, weight in self.chapters.items():
            if stem not in CHAPTERS:
                raise ValueError(f"key 'chapters', {stem!r}: {list_valid(stem, list(CHAPTERS))}")
            if weight < 0:
                raise ValueError(f"key 'chapters', {stem}: expected 0 or more, found {weight:g}.")
        total = sum(share.marks for share in self.kinds.values())
        if abs(total - self.marks) > 1e-9:
            raise ValueError(f"key 'kinds': the marks add up to {total:g}, expected {self.marks:g}.")

    @property
    def asked(self) -> dict[str, Share]:
        """The kinds that have marks."""
        return {kind: share for kind, share in self.kinds.items() if share.marks > 0}

    def scale(self, *, marks: float | None = None, minutes: int | None = None) -> Blueprint:
        """The same mix for another number of marks or minutes; the marks of a kind become whole numbers.

        >>> read_blueprint().scale(marks=50).kinds["fill_in"].marks
        10
        """
        wanted = self.marks if marks is None else marks
        if wanted < len(self.asked):
            raise ValueError(f"marks: expected at least {len(self.asked)}, one a kind, found {wanted:g}.")
        exact = {kind: share.marks * wanted / self.marks for kind, share in self.asked.items()}
        whole = _share_out(exact, int(wanted))
        kinds = {kind: replace(share, marks=whole.get(kind, 0)) for kind, share in self.kinds.items()}
        return replace(self, marks=wanted, minutes=minutes or self.minutes, kinds=kinds)


def _share_out(exact: dict[str, float], total: int) -> dict[str, int]:
    """Whole numbers close to the exact ones, at least 1 each, that add up to the total."""
    whole = {kind: max(1, int(value)) for kind, value in exact.items()}
    nearest = sorted(exact, key=lambda kind: whole[kind] - exact[kind])
    while sum(whole.values()) < total:
        kind = nearest.pop(0)
        whole[kind] += 1
    while sum(whole.values()) > total:
        kind = max(whole, key=lambda one: whole[one] - exact[one] if whole[one] > 1 else -1)
        whole[kind] -= 1
    return whole


def read_blueprint(path: Path | None = None) -> Blueprint:
    """Read a blueprint; without a path the course's own.

    Raises ContentError that names file, key and repair, FileNotFoundError for a file that is not there.

    >>> read_blueprint().marks, list(read_blueprint().kinds)[0]
    (100.0, 'fill_in')
    """
    found = path or DEFAULT
    if not found.exists():
        raise FileNotFoundError(f"There is no blueprint {found}. Copy {DEFAULT} and change it.")
    return build(Blueprint, read_yaml(found), where=short(found))
