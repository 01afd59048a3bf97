"""Speaker notes for a chapter as a lecture: minutes, notes, a question for the room, what to skip."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crmlib.classroom.formats.chapters import load_entries, load_info
from crmlib.classroom.formats.headings import lecture_anchor, list_headings
from crmlib.classroom.formats.schema import ContentError
from crmlib.ground.spelling import list_valid


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
        if self.anchor != lecture_anchor(self.anchor):
            raise ValueError(
                f"key 'anchor': {self.anchor!r} is not an anchor. Write {lecture_anchor(self.anchor)!r}."
            )


def load_lecture(stem: str) -> tuple[Section, ...]:
    """Return the lecture notes of a chapter; raise if their minutes do not add up to the plan."""
    sections = load_entries(Section, stem, "lecture", key="sections", label="section", by="anchor")
    total, planned = sum(section.minutes for section in sections), load_info(stem).minutes.lecture
    if abs(total - planned) > 1e-9:
        raise ContentError(
            f"{stem}/lecture.yaml: the sections take {total:g} minutes, chapter.yaml plans {planned}. "
            "Change the minutes of a section or the plan."
        )
    return sections


def insert_notes(notebook: Any, sections: Sequence[Section]) -> Any:
    """Return a copy of a notebook with a cell of speaker notes behind the heading of every lectured section.

    The cells have the slide type "notes", which only the speaker sees. Raises ContentError if an anchor fits
    no heading or several.
    """
    import nbformat

    result = copy.deepcopy(notebook)
    notes = {_find_heading(notebook.cells, section.anchor): section for section in sections}
    cells = []
    for position, cell in enumerate(notebook.cells):
        cells.append(copy.deepcopy(cell))
        if position in notes:
            metadata = {"slideshow": {"slide_type": "notes"}}
            note = nbformat.v4.new_markdown_cell(render_notes(notes[position]), metadata=metadata)
            note["id"] = f"notes-{position}"
            cells.append(note)
    result["cells"] = cells
    return result


def render_notes(section: Section) -> str:
    """Return the notes of a section as Markdown: minutes, notes, the question to ask, what to skip."""
    lines = [f"**{section.minutes:g} minutes.** {section.notes.strip()}"]
    if section.ask:
        lines.append(f"**Ask:** {section.ask}")
    if section.skip:
        lines.append(f"**Short of time:** skip {section.skip}")
    return "\n\n".join(lines)


def _find_heading(cells: Sequence[Any], anchor: str) -> int:
    """Return the position of the cell whose heading has this anchor."""
    places = {
        position: [lecture_anchor(heading) for heading in list_headings(cell.source)]
        for position, cell in enumerate(cells)
        if cell.cell_type == "markdown"
    }
    found = [position for position, anchors in places.items() if anchor in anchors]
    if len(found) == 1:
        return found[0]
    if found:
        raise ContentError(
            f"lecture.yaml, section {anchor!r}: {len(found)} headings of the notebook have this anchor. "
            "Name the section above them, or give the headings different words."
        )
    known = [known for anchors in places.values() for known in anchors]
    raise ContentError(
        f"lecture.yaml, section {anchor!r}: the notebook has no such heading. {list_valid(anchor, known)}"
    )
