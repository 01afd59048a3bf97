"""Writes an executed notebook as slides in one file that needs neither a kernel nor the network.

Which cell opens a slide is marked in the notebook (``slideshow.slide_type``), as for live slides. Speaker
notes come from the chapter's lecture notes; the key N shows them.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from crmlib.ground.files import write_file
from crmlib.publishing.course import Notebook, Pair, PublishingError
from crmlib.publishing.files import read_notebook
from crmlib.publishing.folding import hides_input, predictions_answered
from crmlib.publishing.numbers.ties import COMMENT, mask_code

TEMPLATES = Path(__file__).parent / "templates"
MATH = re.compile(r"(?<![\\$\w])\$(?P<wide>\$)?(?P<tex>[^$\n]+?)\$(?(wide)\$)(?![\d$])")
# TeX words that matplotlib's mathematical typesetting lacks, and what says the same.
TEX = {r"\text{": r"\mathrm{", r"\mid": r"\,|\,", r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\%": r"\%"}


@dataclass
class Slide:
    """One slide: pieces of HTML, each with whether it waits for a key, and the speaker's notes."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def write_slides(pair: Pair, folder: Path) -> Path:
    """Write ``<stem>.slides.html`` into a folder and return its path.

    Raises PublishingError if the notebook does not exist or holds nothing to show.
    """
    if not pair.notebook.exists():
        raise PublishingError(f"{pair.name(pair.notebook)} does not exist. Run 'make notebooks' first.")
    notebook = _add_notes(read_notebook(pair.notebook), pair.stem)
    slides = make_slides(notebook)
    if not slides:
        raise PublishingError(f"{pair.name(pair.notebook)} has no cell that slides would show.")
    path = folder / f"{pair.stem}.slides.html"
    write_file(path, render_deck(slides, title=_find_title(notebook, pair.stem)))
    return path


def _add_notes(notebook: Notebook, stem: str) -> Notebook:
    """Return the notebook with the chapter's lecture notes, if any, as cells that only a speaker sees."""
    from crmlib.classroom.formats.lecture import insert_notes, load_lecture
    from crmlib.classroom.formats.registry import CONTENT

    if not (CONTENT / stem / "lecture.yaml").exists():
        return notebook
    return insert_notes(notebook, load_lecture(stem))


def make_slides(notebook: Notebook) -> list[Slide]:
    """Return the slides of a notebook in order.

    A cell of type slide or subslide opens a new one, a fragment waits for a key, skip is left out, notes go
    to the speaker, and any other cell continues the slide. What answers a prediction waits for a key, too.
    Without any mark, every heading opens a slide.
    Notes stay until there are new ones: they are written for a section, which may fill several slides.
    """
    kinds = _find_kinds(notebook)
    slides: list[Slide] = []
    for cell, kind in zip(notebook.cells, kinds, strict=True):
        if kind == "skip" or not (pieces := _render_cell(cell)):
            continue
        if kind == "notes":
            if slides:
                slides[-1].notes.append(pieces)
            continue
        if kind in ("slide", "subslide") or not slides:
            slides.append(Slide())
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


def _find_title(notebook: Notebook, fallback: str) -> str:
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
    code = "" if hidden or not cell.source.strip() else _render_code(cell.source)
    return code + "".join(_render_output(output) for output in cell.outputs)


def render_markdown(source: str) -> str:
    """Return Markdown as HTML; formulas become drawings, comments disappear.

    >>> render_markdown("**24 %**<!-- = share --> left.")
    '<p><strong>24 %</strong> left.</p>'
    """
    import mistune

    words = mask_code(source)
    formulas: list[str] = []
    result, position = [], 0
    for match in sorted([*MATH.finditer(words), *COMMENT.finditer(words)], key=lambda found: found.start()):
        if match.start() < position:
            continue
        result.append(source[position : match.start()])
        position = match.end()
        if not match[0].startswith("<!--"):
            result.append(f"\x02{len(formulas)}\x03")
            formulas.append(render_formula(match["tex"], wide=bool(match["wide"])))
    result.append(source[position:])
    convert = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    shown = str(convert("".join(result))).strip()
    return re.sub("\x02(\\d+)\x03", lambda found: formulas[int(found[1])], shown)


def render_formula(tex: str, *, wide: bool = False) -> str:
    """Return a TeX formula as a drawing with the TeX as alternative text; plain TeX if not understood."""
    from matplotlib.mathtext import math_to_image

    known = tex.strip()
    for word, same in TEX.items():
        known = known.replace(word, same)
    drawing = io.BytesIO()
    try:
        depth = math_to_image(f"${known}$", drawing, format="svg")
    except ValueError:
        return f"<code>{html.escape(tex)}</code>"
    data = base64.b64encode(drawing.getvalue()).decode("ascii")
    style = "display:block;margin:.6em auto" if wide else f"vertical-align:{-depth / 10:.2f}em"
    alt = html.escape(tex, quote=True)
    return f'<img class="formula" style="{style}" alt="{alt}" src="data:image/svg+xml;base64,{data}">'


def _render_code(source: str) -> str:
    """Return Python code as coloured HTML."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return str(highlight(source, PythonLexer(), HtmlFormatter(cssclass="code")))


def _render_output(output: Notebook) -> str:
    """Return the richest form of an output that needs no script."""
    data = output.get("data", {})
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            alt = output.get("metadata", {}).get(kind, {}).get("alt", data.get("text/plain", ""))
            alt = html.escape(str(alt), quote=True)
            return f'<img class="picture" alt="{alt}" src="data:{kind};base64,{str(data[kind]).strip()}">'
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return f'<div class="output">{render_markdown(str(data["text/markdown"]))}</div>'
    text = output.get("text") or data.get("text/plain", "")
    return f'<pre class="output">{html.escape(str(text))}</pre>' if str(text).strip() else ""


def render_deck(slides: Iterable[Slide], *, title: str) -> str:
    """Return all slides as one HTML page that asks nothing of the network."""
    import jinja2
    from pygments.formatters import HtmlFormatter

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    colours = HtmlFormatter(style="default").get_style_defs(".code")
    page = environment.get_template("deck.html.j2").render(slides=list(slides), title=title, colours=colours)
    return page + "\n"
