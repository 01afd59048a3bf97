"""Which prose of the chapter is the note of which slide."""

from __future__ import annotations

from collections.abc import Sequence

from crmlib.classroom.formats.headings import HEADING
from crmlib.classroom.formats.lecture import Section, find_heading
from crmlib.classroom.formats.lecture import render_notes as render_section
from crmlib.publishing.course import Notebook
from crmlib.publishing.slides.markup import render_markdown


def find_section(cells: Sequence[Notebook], anchor: str) -> tuple[int, int]:
    """Return where a section begins and ends: at the next heading of its level or above."""
    start = find_heading(cells, anchor)
    level = _level(cells[start])
    for place in range(start + 1, len(cells)):
        if 0 < _level(cells[place]) <= level:
            return start, place
    return start, len(cells)


def _level(cell: Notebook) -> int:
    """Return the level of the first heading of a cell; 0 if it opens none."""
    found = HEADING.match(cell.source.lstrip()) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def list_prose(
    cells: Sequence[Notebook], start: int, end: int, places: Sequence[int | None]
) -> list[list[str]]:
    """Return for each slide of a section the prose that belongs to it, in the order of the chapter.

    A prose cell belongs to the last slide whose cell stands at it or before it. What stands before all of
    them belongs to the slide before the first of them, such as a question that opens the section.
    """
    prose: list[list[str]] = [[] for _ in places]
    inside = [(place, number) for number, place in enumerate(places) if place is not None and start <= place]
    first = max(0, min(inside)[1] - 1) if inside else 0
    for position in range(start, end):
        if cells[position].cell_type == "markdown" and places:
            before = [(place, number) for place, number in inside if place <= position]
            prose[max(before)[1] if before else first].append(cells[position].source)
    return prose


def render_notes(section: Section) -> str:
    """Return what the lecturer is told at the beginning of a section."""
    return render_markdown(render_section(section))
