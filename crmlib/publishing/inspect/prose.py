"""Finds what is wrong with the words of a notebook: balance, links, topics, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from crmlib.classroom.formats.headings import HEADING, find_topics, jupyterlab_anchor, plain_heading
from crmlib.classroom.formats.reading import count_words
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.files import read_file
from crmlib.publishing.inspect.problem import Problem, code_cells, prose_cells, read_for_inspection
from crmlib.publishing.inspect.untied import Figure, check_quotes, find_untied
from crmlib.publishing.numbers.ties import mask_code

HAND_EXAMPLE = "hand-example"
WORDS_PER_CELL = (25, 60)
LINK = re.compile(
    r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<target>(?:[^()\s]|\([^()]*\))+)(?:\s+\"[^\"]*\")?\)"
)
PICTURE = re.compile(r"!\[[^\]]*\]\((?P<target>(?:[^()\s]|\([^()]*\))+)\)")
HREF = re.compile(r"(?:href|src)=\"(?P<target>[^\"]+)\"")
NAMED = re.compile(r"<\w+\b[^>]*\b(?:id|name)=\"([^\"]+)\"")


def check_balance(notebook: Notebook) -> list[Problem]:
    """Find a notebook with more words of code than of prose."""
    prose = sum(count_words(cell.source) for _, cell in prose_cells(notebook))
    code = sum(len(re.findall(r"\w+", cell.source)) for _, cell in code_cells(notebook))
    if prose > code:
        return []
    return [
        Problem(0, f"has {prose} words of prose and {code} of code. Explain more, or move code into crmlib.")
    ]


def check_numbers(notebook: Notebook, *, figures: Mapping[str, Figure]) -> list[Problem]:
    """Find numbers in sentences that are tied to nothing, or quoted wrongly."""
    problems = []
    for number, cell in prose_cells(notebook):
        try:
            sentences = check_quotes(cell.source, figures)
            loose = [] if HAND_EXAMPLE in cell.metadata.get("tags", []) else find_untied(cell.source)
        except PublishingError as error:
            problems.append(Problem(number, str(error)))
            continue
        problems += [Problem(number, sentence) for sentence in sentences]
        problems += [
            Problem(
                number,
                f"line {one.line}: {one.text!r} looks like {one.kind} and is tied to nothing. Add "
                "<!-- = expression -->, <!-- N-48 --> or <!-- given --> behind it.",
            )
            for one in loose
        ]
    return problems


def check_topics(notebook: Notebook, *, topics: Iterable[str]) -> list[Problem]:
    """Find topics of the syllabus that a chapter must teach and does not name in any prose cell."""
    named = {topic for _, cell in prose_cells(notebook) for topic in find_topics(cell.source)}
    return [
        Problem(0, f"names the topic {topic} in no prose cell.") for topic in topics if topic not in named
    ]


def check_terms(notebook: Notebook, *, terms: Iterable[str]) -> list[Problem]:
    """Find Chinese terms of a chapter's glossary that none of its prose cells names.

    terms: as the glossary writes them; of several that a semicolon parts one is enough.
    """
    prose = "\n".join(cell.source for _, cell in prose_cells(notebook))
    return [
        Problem(0, f"names the term {term} of its glossary in no prose cell.")
        for term in terms
        if not any(one.strip() in prose for one in term.split("；"))
    ]


def check_links(notebook: Notebook, *, path: Path, root: Path) -> list[Problem]:
    """Find links to files and headings that do not exist. Addresses of web sites are not visited.

    path: the notebook's file; links are relative to its folder, which must lie below root.
    """
    problems = []
    for number, cell in enumerate(notebook.cells, 1):
        for target in _find_targets(cell):
            reason = explain_dead(target, path=path, root=root)
            if reason is not None:
                problems.append(Problem(number, f"links to {target!r}: {reason}"))
    return problems


def _find_targets(cell: Notebook) -> list[str]:
    """Return what the links and pictures of a cell, and of its outputs, point at."""
    texts = [mask_code(cell.source)] if cell.cell_type == "markdown" else []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        texts += [str(data[kind]) for kind in ("text/html", "text/markdown") if kind in data]
    return [
        found["target"] for text in texts for kind in (LINK, PICTURE, HREF) for found in kind.finditer(text)
    ]


def explain_dead(target: str, *, path: Path, root: Path) -> str | None:
    """Say why a link leads nowhere; None if it leads somewhere or to a web site."""
    if re.match(r"(?:https?|mailto|data|attachment):", target):
        return None
    name, _, anchor = target.partition("#")
    name, anchor = unquote(name), unquote(anchor)
    if name.startswith("/") or "\\" in name:
        return "write the address relative to the notebook, with forward slashes."
    file = (path.parent / name).resolve() if name else path
    if not file.is_relative_to(root.resolve()) and name:
        return "it leaves the course folder."
    if not file.exists():
        return "there is no such file."
    if anchor and file.suffix in (".ipynb", ".md") and anchor not in find_anchors(file):
        known = ", ".join(sorted(find_anchors(file))[:40])
        return f"there is no such heading. JupyterLab's names: {known}."
    return None


def find_anchors(path: Path) -> frozenset[str]:
    """Return the names by which a link can point into a file: ids, and headings as JupyterLab names them."""
    return _find_anchors(path, path.stat().st_mtime_ns)


@cache
def _find_anchors(path: Path, modified: int) -> frozenset[str]:
    if path.suffix == ".md":
        texts = [mask_code(read_file(path))]
        return frozenset(
            name for text in texts for name in [*NAMED.findall(text), *map(slug_of, _headings(text))]
        )
    texts = [mask_code(cell.source) for _, cell in prose_cells(read_for_inspection(path))]
    return frozenset(
        name for text in texts for name in [*NAMED.findall(text), *map(jupyterlab_anchor, _headings(text))]
    )


def _headings(text: str) -> list[str]:
    return [plain_heading(found) for _, found in HEADING.findall(text)]


def slug_of(heading: str) -> str:
    """Return the name that code hosts give a heading of a Markdown file.

    >>> slug_of("Do satisfied customers leave?")
    'do-satisfied-customers-leave'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def advise_length(notebook: Notebook) -> list[Problem]:
    """Say which prose cells are much shorter or longer than one idea takes. Advice, not a rule."""
    least, most = WORDS_PER_CELL
    advice = []
    for number, cell in prose_cells(notebook):
        text = HEADING.sub(
            "", "\n".join(line for line in cell.source.splitlines() if not line.startswith("|"))
        )
        words = count_words(text)
        if words and not least <= words <= most:
            advice.append(Problem(number, f"has {words} words; {least} to {most} carry one idea best."))
    return advice
