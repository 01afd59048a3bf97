"""Cuts a page that is no lecture (the opening page, a case) into slides, as its cells are marked.

Which cell opens a slide is marked in the notebook (``slideshow.slide_type``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from crmlib.publishing.course import Notebook
from crmlib.publishing.folding import hides_input, predictions_answered
from crmlib.publishing.numbers.ties import COMMENT
from crmlib.publishing.slides.markup import render_code, render_markdown, render_output


@dataclass
class Cut:
    """One slide of a page: pieces of HTML, each with whether it waits for a key, and the speaker's notes."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def cut_page(notebook: Notebook) -> list[Cut]:
    """Return the slides of a notebook in order.

    A cell of type slide or subslide opens a new one, a fragment waits for a key, skip is left out, notes go
    to the speaker, and any other cell continues the slide. What answers a prediction waits for a key, too.
    Without any mark, every heading opens a slide.
    Notes stay until there are new ones: they are written for a section, which may fill several slides.
    """
    kinds = _find_kinds(notebook)
    slides: list[Cut] = []
    for cell, kind in zip(notebook.cells, kinds, strict=True):
        if kind == "skip" or not (pieces := _render_cell(cell)):
            continue
        if kind == "notes":
            if slides:
                slides[-1].notes.append(pieces)
            continue
        if kind in ("slide", "subslide") or not slides:
            slides.append(Cut())
        slides[-1].pieces.append((pieces, kind == "fragment" or bool(predictions_answered(cell))))
    for before, slide in pairwise(slides):
        slide.notes = slide.notes or before.notes
    return slides


def _find_kinds(notebook: Notebook) -> list[str]:
    """Return the slide type of each cell; without any mark in the notebook, headings open slides."""
    kinds = [str(cell.metadata.get("slideshow", {}).get("slide_type", "")) for cell in notebook.cells]
    if {"slide", "subslide"} & set(kinds):
        return kinds
    return [
        "slide"
        if not kind and cell.cell_type == "markdown" and cell.source.lstrip().startswith("#")
        else kind
        for kind, cell in zip(kinds, notebook.cells, strict=True)
    ]


def find_title(notebook: Notebook, fallback: str) -> str:
    """Return the first heading of the notebook, or the fallback."""
    for cell in notebook.cells:
        found = re.search(r"^# +(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return COMMENT.sub("", found[1]).strip()
    return fallback


def _render_cell(cell: Notebook) -> str:
    """Return a cell as HTML; nothing for a cell with nothing to show."""
    if cell.cell_type == "markdown":
        return render_markdown(cell.source)
    if cell.cell_type != "code":
        return ""
    hidden = hides_input(cell) or cell.metadata.get("jupyter", {}).get("source_hidden")
    code = "" if hidden or not cell.source.strip() else render_code(cell.source)
    return code + "".join(render_output(output) for output in cell.outputs)
