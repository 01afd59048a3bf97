"""Which pages the book has and in which order, and how they are laid out for Sphinx to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib import CHAPTERS
from crmlib.publishing.book.links import drop_comments, rewrite_links
from crmlib.publishing.book.lists import write_dictionary, write_front, write_glossary
from crmlib.publishing.book.notebook import make_page
from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.files import read_file, read_notebook
from crmlib.publishing.live.site import Live, invite

FRONT = "index.md"
LISTS: dict[str, Callable[[], str]] = {
    "glossary.md": lambda: write_glossary(chinese=False),
    "glossary_zh.md": lambda: write_glossary(chinese=True),
    "dictionary.md": write_dictionary,
}
TEXTS = ["docs/syllabus.md", "docs/claims.md", "docs/realism.md"]
INSTRUCTORS = ["docs/instructors.md", "docs/teaching/README.md"]


@dataclass(frozen=True)
class Plan:
    """The pages of each part of the book, by their paths below the course folder."""

    course: Course
    parts: dict[str, list[str]]

    @property
    def pages(self) -> list[str]:
        """All pages, the first page first."""
        return [FRONT, *(page for pages in self.parts.values() for page in pages)]


def plan_book(course: Course, only: Collection[str] = ()) -> Plan:
    """Return the pages of the book: chapters in reading order, exercises, then what one looks things up in.

    only: the stems of the chapters that are wanted; left out, all. Raises PublishingError if a notebook is
    missing.
    """
    stems = [stem for stem in CHAPTERS if not only or stem in only]
    chapters = [f"notebooks/{stem}.ipynb" for stem in stems]
    exercises = [page for stem in stems if (course.root / (page := f"exercises/{stem}.ipynb")).exists()]
    missing = [page for page in chapters if not (course.root / page).exists()]
    if missing:
        raise PublishingError(f"{', '.join(missing)} does not exist. Run 'make notebooks' first.")
    numbered = [page for page in chapters if Path(page).name[0].isdigit()]
    parts = {
        "Chapters": numbered,
        "Cases and review": [page for page in chapters if page not in numbered],
        "Exercises": exercises,
        "Look things up": [*LISTS, *(page for page in TEXTS if (course.root / page).exists())],
        "For instructors": _find_guides(course),
    }
    return Plan(course, {caption: pages for caption, pages in parts.items() if pages})


def _find_guides(course: Course) -> list[str]:
    """Return the pages for who teaches: the guide, then a page for each chapter."""
    own = sorted(path.name for path in (course.root / "docs" / "teaching").glob("*.md"))
    pages = [*INSTRUCTORS, *(f"docs/teaching/{name}" for name in own if name != "README.md")]
    return [page for page in pages if (course.root / page).exists()]


def lay_out(plan: Plan, folder: Path, *, live: Live | None = None) -> None:
    """Write all pages of the book as Sphinx reads them into a folder, their pictures beside them.

    live: the lab in which notebooks run; each of them says how to open it there.
    """
    pages = plan.pages
    for page in pages:
        target = folder / page
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.endswith(".ipynb"):
            _lay_out_notebook(plan, page, target, live)
        else:
            text = rewrite_links(drop_comments(_read_text(plan, page)), page, pages)
            target.write_text(text, encoding="utf-8", newline="\n")


def _read_text(plan: Plan, page: str) -> str:
    if page == FRONT:
        return write_front(plan.parts, plan.course.root / "notebooks")
    return LISTS[page]() if page in LISTS else read_file(plan.course.root / page)


def _lay_out_notebook(plan: Plan, page: str, target: Path, live: Live | None) -> None:
    import nbformat
    from nbformat import v4

    made = make_page(read_notebook(plan.course.root / page))
    for cell in _find_words(made.notebook.cells):
        cell.source = rewrite_links(cell.source, page, plan.pages)
    if live:
        made.notebook.cells.insert(1, v4.new_markdown_cell(invite(page, live), id="live"))
    nbformat.write(made.notebook, target)
    for name, content in made.pictures.items():
        (target.parent / name).write_bytes(content)


def _find_words(cells: Iterable[Any]) -> list[Any]:
    return [cell for cell in cells if cell.cell_type == "markdown"]
