"""Writes the slides of a chapter in one file that needs neither a kernel nor the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crmlib.classroom.formats.lecture import insert_notes, load_lecture
from crmlib.classroom.formats.registry import CONTENT
from crmlib.ground.files import write_file
from crmlib.publishing.course import Notebook, Pair, PublishingError
from crmlib.publishing.files import read_notebook
from crmlib.publishing.slides.cut import cut_page
from crmlib.publishing.slides.resolve import Lecture, Shown, resolve_lecture

TEMPLATES = Path(__file__).parents[1] / "templates"


def read_chapter(pair: Pair) -> Notebook:
    """Return the executed notebook of a chapter; PublishingError if it does not exist."""
    if not pair.notebook.exists():
        raise PublishingError(f"{pair.name(pair.notebook)} does not exist. Run 'make notebooks' first.")
    return read_notebook(pair.notebook)


def write_deck(
    slides: Sequence[Shown], stem: str, folder: Path, *, title: str, handout: bool = False
) -> list[Path]:
    """Write ``<stem>.slides.html``, and ``<stem>.handout.html`` if asked for; return the paths."""
    names = ["slides", *(["handout"] if handout else [])]
    paths = [folder / f"{stem}.{name}.html" for name in names]
    for name, path in zip(names, paths, strict=True):
        write_file(path, render_deck(slides, title=title, template=f"{name}.html.j2"))
    return paths


def make_slides(notebook: Notebook, stem: str) -> list[Shown]:
    """Return the slides that the chapter's lecture names; a page without a lecture is cut into slides."""
    has_lecture = (CONTENT / stem / "lecture.yaml").exists()
    sections = load_lecture(stem) if has_lecture else ()
    if any(section.slides for section in sections):
        return resolve_lecture(Lecture(stem, notebook, sections))
    cuts = cut_page(insert_notes(notebook, sections))
    if not cuts:
        raise PublishingError(f"notebooks/{stem}.ipynb has no cell that slides would show.")
    return [Shown(kind="cut", headline="", pieces=cut.pieces, notes=cut.notes) for cut in cuts]


def render_deck(slides: Sequence[Shown], *, title: str, template: str = "slides.html.j2") -> str:
    """Return all slides, or the handout, as one HTML page that asks nothing of the network."""
    import jinja2
    from pygments.formatters import HtmlFormatter

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    colours = HtmlFormatter(style="default").get_style_defs(".code")
    page = environment.get_template(template).render(slides=slides, title=title, colours=colours)
    return page + "\n"
