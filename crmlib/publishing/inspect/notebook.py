"""Finds what is wrong with a notebook as it is stored: order, outputs, pictures, size, traces of a computer.

Each check takes a notebook and gives a list of problems, empty if all is well.
"""

from __future__ import annotations

import json
import re

from crmlib.publishing.clean import WIDGET_VIEW, find_paths, make_ids
from crmlib.publishing.course import Notebook
from crmlib.publishing.files import format_notebook
from crmlib.publishing.inspect.problem import Problem, code_cells, prose_cells
from crmlib.publishing.numbers.ties import mask_code

BYTES_PER_OUTPUT = 400_000
BYTES_PER_NOTEBOOK = 4_000_000
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|\bobject at 0x")
NUMPY_NUMBER = re.compile(r"\bnp\.(?:float|int|bool|str)\d*_?\(")
MARKDOWN_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
TRY_IT = "**Try it.** Read this first:"
EXPLORES = re.compile(r"^explore\w*\(", re.MULTILINE)
HTML_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


def check_order(notebook: Notebook) -> list[Problem]:
    """Find code cells that were not executed from top to bottom without gaps."""
    return [
        Problem(
            number,
            f"was executed as number {cell.execution_count}, expected {expected}. Run 'make notebooks'.",
        )
        for expected, (number, cell) in enumerate(code_cells(notebook), 1)
        if cell.execution_count != expected
    ]


def check_not_executed(notebook: Notebook) -> list[Problem]:
    """Find outputs in a students' edition, which must have none."""
    return [
        Problem(number, "has outputs; a blank exercise has none. Run 'make notebooks'.")
        for number, cell in code_cells(notebook)
        if cell.outputs or cell.execution_count is not None
    ]


def check_errors(notebook: Notebook) -> list[Problem]:
    """Find stored errors and warnings."""
    problems = []
    for number, cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                problems.append(Problem(number, f"stores an error: {output.ename}: {output.evalue}."))
            if output.output_type == "stream" and output.name == "stderr":
                first = output.text.strip().splitlines()[0] if output.text.strip() else ""
                problems.append(Problem(number, f"stores a warning: {first!r}. Repair what it warns of."))
    return problems


def check_slides(notebook: Notebook) -> list[Problem]:
    """Find sections that open no slide: the live slides show no slide that is not marked."""
    return [
        Problem(
            number,
            f"opens a section and no slide: {cell.source.splitlines()[0]!r}. "
            'Write +++ {"slideshow": {"slide_type": "slide"}} above it.',
        )
        for number, cell in prose_cells(notebook)
        if re.match(r"#{1,2} ", cell.source)
        and cell.metadata.get("slideshow", {}).get("slide_type") not in ("slide", "subslide")
    ]


def check_pictures(notebook: Notebook) -> list[Problem]:
    """Find pictures that say nothing to a reader who cannot see them."""
    problems = []
    for number, cell in code_cells(notebook):
        for output in cell.outputs:
            problems += _check_output_picture(number, output)
    for number, cell in prose_cells(notebook):
        source = mask_code(cell.source)
        silent = [found for found in MARKDOWN_PICTURE.finditer(source) if not found["alt"].strip()]
        silent += [
            found for found in HTML_PICTURE.finditer(source) if not re.search(r'\balt="[^"]+"', found[0])
        ]
        if silent:
            problems.append(
                Problem(number, "has a picture without alternative text. Say what the picture shows.")
            )
    return problems


def check_live_figures(notebook: Notebook) -> list[Problem]:
    """Find figures with sliders that are not followed by what to look at first and what to try."""
    below = ["" if cell.cell_type == "code" else cell.source for cell in notebook.cells[1:]] + [""]
    return [
        Problem(number, f"shows a figure with sliders. Begin the cell below it with {TRY_IT!r}.")
        for number, cell in code_cells(notebook)
        if EXPLORES.search(cell.source)
        and any("image/png" in output.get("data", {}) for output in cell.outputs)
        and not below[number - 1].startswith(TRY_IT)
    ]


def _check_output_picture(number: int, output: Notebook) -> list[Problem]:
    problems = []
    data = output.get("data", {})
    for kind in PICTURES:
        if kind in data and not str(output.get("metadata", {}).get(kind, {}).get("alt", "")).strip():
            problems.append(
                Problem(number, "stores a picture without alternative text. Use show_chart(ax, alt=…).")
            )
        if kind in data and str(data.get("text/plain", "<Figure")).strip().startswith(
            ("<Figure", "<IPython")
        ):
            problems.append(
                Problem(number, "shows '<Figure …>' to readers without pictures. Use show_chart.")
            )
    for found in HTML_PICTURE.finditer(str(data.get("text/html", ""))):
        if not re.search(r'\balt="[^"]+"', found[0]):
            problems.append(Problem(number, 'shows an <img> without alt="…". Say what the picture shows.'))
    return problems


def check_traces(notebook: Notebook) -> list[Problem]:
    """Find traces of one computer or one run: paths, addresses in memory, widget state, times, versions."""
    problems = []
    for number, cell in enumerate(notebook.cells, 1):
        shown = "\n".join([cell.source, *(_words_of(output) for output in cell.get("outputs", []))])
        problems += [
            Problem(number, f"shows the path {path}, which no other reader has.")
            for path in find_paths(shown)
        ]
        if ADDRESS.search(shown):
            problems.append(Problem(number, "shows an address in memory ('at 0x…'). Assign the result to _."))
        if NUMPY_NUMBER.search(shown):
            problems.append(Problem(number, "shows a number by numpy's name for it. Round it: float(…)."))
        if any(WIDGET_VIEW in output.get("data", {}) for output in cell.get("outputs", [])):
            problems.append(Problem(number, "stores a widget without its state. Run 'make notebooks'."))
        if set(cell.metadata) & {"execution", "ExecuteTime", "collapsed", "scrolled", "trusted"}:
            problems.append(Problem(number, f"stores {', '.join(cell.metadata)}. Run 'make notebooks'."))
    if "widgets" in notebook.metadata:
        problems.append(Problem(0, "stores the state of widgets. Run 'make notebooks'."))
    if "version" in notebook.metadata.get("language_info", {}):
        problems.append(Problem(0, "stores the version of Python. Run 'make notebooks'."))
    return problems


def _words_of(output: Notebook) -> str:
    data = output.get("data", {})
    texts = [data[kind] for kind in data if kind.startswith("text/") or kind.endswith("xml")]
    return "\n".join(str(text) for text in [output.get("text", ""), *texts])


def check_size(notebook: Notebook) -> list[Problem]:
    """Find outputs and notebooks too large to be read or reviewed."""
    problems = []
    for number, cell in code_cells(notebook):
        size = len(json.dumps(cell.outputs))
        if size > BYTES_PER_OUTPUT:
            problems.append(
                Problem(
                    number, f"stores {size:,} bytes of output, at most {BYTES_PER_OUTPUT:,}. Show fewer rows."
                )
            )
    size = len(format_notebook(notebook))
    if size > BYTES_PER_NOTEBOOK:
        problems.append(Problem(0, f"has {size:,} bytes, at most {BYTES_PER_NOTEBOOK:,}."))
    return problems


def check_ids(notebook: Notebook) -> list[Problem]:
    """Find cells whose id does not follow from their content."""
    expected = make_ids(notebook.cells)
    return [
        Problem(number, f"has the id {cell.get('id')!r}, expected {right!r}. Run 'make notebooks'.")
        for number, (cell, right) in enumerate(zip(notebook.cells, expected, strict=True), 1)
        if cell.get("id") != right
    ]
