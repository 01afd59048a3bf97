"""Writes the slides of a chapter in one file that needs neither a kernel nor the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crmlib.classroom.formats.lecture import insert_notes, load_lecture
from crmlib.classroom.formats.registry import CONTENT
from crmlib.ground.files import write_file
from crmlib.publishing.course import Notebook, Pair, PublishingError
from crmlib.publishing.files import read_notebook
from crmlib.publishing.slides.cut import cut_page, find_title
from crmlib.publishing.slides.resolve import Lecture, Shown, resolve_lecture

TEMPLATES = Path(__file__).parents[1] / "templates"


def write_slides(pair: Pair, folder: Path) -> Path:
    """Write ``<stem>.slides.html`` into a folder and return its path.

    Raises PublishingError if the notebook does not exist, holds nothing to show, or if a slide names what
    the chapter does not have.
    """
    if not pair.notebook.exists():
        raise PublishingError(f"{pair.name(pair.notebook)} does not exist. Run 'make notebooks' first.")
    notebook = read_notebook(pair.notebook)
    slides = make_slides(notebook, pair.stem)
    if not slides:
        raise PublishingError(f"{pair.name(pair.notebook)} has no cell that slides would show.")
    path = folder / f"{pair.stem}.slides.html"
    write_file(path, render_deck(slides, title=find_title(notebook, pair.stem)))
    return path


def make_slides(notebook: Notebook, stem: str) -> list[Shown]:
    """Return the slides that the chapter's lecture names; a page without a lecture is cut into slides."""
    has_lecture = (CONTENT / stem / "lecture.yaml").exists()
    sections = load_lecture(stem) if has_lecture else ()
    if any(section.slides for section in sections):
        return resolve_lecture(Lecture(stem, notebook, sections))
    cuts = cut_page(insert_notes(notebook, sections))
    return [Shown(kind="cut", headline="", pieces=cut.pieces, notes=cut.notes) for cut in cuts]


def render_deck(slides: Sequence[Shown], *, title: str) -> str:
    """Return all slides as one HTML page that asks nothing of the network."""
    import jinja2
    from pygments.formatters import HtmlFormatter

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    colours = HtmlFormatter(style="default").get_style_defs(".code")
    page = environment.get_template("deck.html.j2").render(slides=slides, title=title, colours=colours)
    return page + "\n"
