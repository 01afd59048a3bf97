"""What a notebook becomes as a page of the book.

A page that a cell shows becomes text of the page, so that its links and tables are those of the book. A
picture becomes a file beside the page and keeps the words that say what it shows. What answers a prediction
waits behind a click, as does code that only draws or only shows a page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from crmlib.charts.pictures import hide_text
from crmlib.publishing.book.links import drop_comments
from crmlib.publishing.course import Notebook
from crmlib.publishing.folding import HIDE_INPUT, hides_input, predictions_answered
from crmlib.publishing.numbers.ties import mask_code

HEADING = re.compile(r"^(#+) +(.+)$", re.MULTILINE)
# What myst-nb calls a cell that shows its outputs alone.
NO_INPUT = "remove-input"
OPEN = '<details class="answer"><summary>Your number first: then open what the data say</summary>'
CLOSE = "</details>"


@dataclass
class BookPage:
    """A notebook of the book, and its pictures by file name, to be laid beside it."""

    notebook: Notebook
    pictures: dict[str, bytes] = field(default_factory=dict)


def make_page(notebook: Notebook) -> BookPage:
    """Return a notebook as a page of the book; the notebook that was passed is not changed."""
    from nbformat import v4

    page = BookPage(
        v4.new_notebook(metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}})
    )
    for answers, cells in groupby(notebook.cells, key=lambda cell: bool(predictions_answered(cell))):
        written = [new for cell in cells for new in _convert_cell(cell, page.pictures)]
        page.notebook.cells += list(_fold(written)) if answers else written
    _lower_lessons(page.notebook)
    for number, cell in enumerate(page.notebook.cells):
        cell.id = f"cell-{number}"
    return page


def _convert_cell(cell: Notebook, pictures: dict[str, bytes]) -> Iterator[Notebook]:
    """Yield the cells that one cell becomes: its code with its tables, and its pages and pictures as text."""
    from nbformat import v4

    if cell.cell_type != "code":
        yield v4.new_markdown_cell(drop_comments(cell.source))
        return
    outputs = list(_drop_hidden(cell.outputs))
    only_shows = bool(outputs) and all("text/markdown" in output.get("data", {}) for output in outputs)
    tags = [HIDE_INPUT] if hides_input(cell) or only_shows else []
    made = [v4.new_code_cell(cell.source, metadata={"tags": tags})]
    for output in outputs:
        words = _output_as_text(output, pictures)
        if words is not None:
            made.append(v4.new_markdown_cell(f'<div class="shown">\n\n{words}\n\n</div>'))
            continue
        if made[-1].cell_type != "code":
            made.append(v4.new_code_cell("", metadata={"tags": [NO_INPUT]}))
        made[-1].outputs.append(_plain_output(output))
    yield from made


def _drop_hidden(outputs: Iterable[Notebook]) -> Iterator[Notebook]:
    """Yield the outputs without the hidden words that repeat what a picture shows: the picture has them."""
    hidden = ""
    for output in outputs:
        data = output.get("data", {})
        if not hidden or data.get("text/html") != hidden:
            yield output
        if "image/png" in data:
            hidden = hide_text(_read_alt(output))


def _read_alt(output: Notebook) -> str:
    alt = output.get("metadata", {}).get("image/png", {}).get("alt")
    return str(alt or output["data"].get("text/plain", ""))


def _output_as_text(output: Notebook, pictures: dict[str, bytes]) -> str | None:
    """Return a page or a picture as Markdown; None for a table or printed words, which stay outputs."""
    data = output.get("data", {})
    if "image/png" in data:
        content = base64.b64decode(data["image/png"])
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
        pictures[name] = content
        width = output.get("metadata", {}).get("image/png", {}).get("width")
        size = [f":width: {width}px"] if width else []
        alt = " ".join(_read_alt(output).split())
        return "\n".join([f"```{{image}} {name}", f":alt: {alt}", *size, "```"])
    if "text/markdown" in data:
        return drop_comments(str(data["text/markdown"]))
    return None


def _plain_output(output: Notebook) -> Notebook:
    """Return an output with the one form that a web page shows."""
    from nbformat import v4

    if output.output_type == "stream":
        return v4.new_output("stream", name=output.name, text=output.text)
    data = output.get("data", {})
    kind = "text/html" if "text/html" in data else "text/plain"
    return v4.new_output("display_data", data={kind: data.get(kind, "")})


def _fold(cells: list[Notebook]) -> Iterator[Notebook]:
    """Yield cells behind a click; a heading among them stays outside, so that the contents list it."""
    from nbformat import v4

    waiting: list[Notebook] = []
    for cell in cells:
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            yield from _close(waiting)
            waiting = []
            yield v4.new_markdown_cell(heading[0])
            cell.source = cell.source[heading.end() :].strip()
        if cell.source or cell.get("outputs"):
            waiting.append(cell)
    yield from _close(waiting)


def _close(cells: list[Notebook]) -> list[Notebook]:
    from nbformat import v4

    return [v4.new_markdown_cell(OPEN), *cells, v4.new_markdown_cell(CLOSE)] if cells else []


def _lower_lessons(notebook: Notebook) -> None:
    """Lower all headings from the second one of the first level on: a page of the book has one title."""
    titles = 0
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        for match in reversed(list(HEADING.finditer(mask_code(cell.source)))):
            first = match[1] == "#"
            titles += first
            if titles > 1:
                cell.source = cell.source[: match.start()] + "#" + cell.source[match.start() :]
