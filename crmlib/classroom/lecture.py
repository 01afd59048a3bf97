"""Speaker notes for a chapter as a lecture: minutes, notes, a question for the room, what to skip."""

import re
from dataclasses import dataclass

from crmlib.classroom.content import load_entries, load_info
from crmlib.classroom.schema import ContentError


@dataclass(frozen=True)
class Section:
    """The lecture notes of one section; `anchor` is its heading in lower case with hyphens."""

    anchor: str
    minutes: float
    notes: str
    ask: str | None = None
    skip: str | None = None

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"key 'minutes': expected minutes above 0, found {self.minutes:g}.")
        if self.anchor != anchor_of(self.anchor):
            raise ValueError(
                f"key 'anchor': {self.anchor!r} is not an anchor. Write {anchor_of(self.anchor)!r}."
            )


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading: lower case, words joined by hyphens, no punctuation.

    >>> anchor_of("Do satisfied customers leave?"), anchor_of("4 Satisfaction (客户满意)")
    ('do-satisfied-customers-leave', '4-satisfaction-客户满意')
    """
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-_")


def load_lecture(stem: str) -> tuple[Section, ...]:
    """Return the lecture notes of a chapter; raise if their minutes do not add up to those in chapter.yaml."""
    sections = load_entries(Section, stem, "lecture", key="sections", label="section", by="anchor")
    total, planned = sum(section.minutes for section in sections), load_info(stem).minutes.lecture
    if abs(total - planned) > 1e-9:
        raise ContentError(
            f"{stem}/lecture.yaml: the sections take {total:g} minutes, chapter.yaml plans {planned} for the lecture. "
            "Change the minutes of a section or the plan."
        )
    return sections
