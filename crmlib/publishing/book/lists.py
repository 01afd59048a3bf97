"""The pages of the book that are written from lists: the first page, the glossary, the data dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crmlib.classroom.course.course_map import render_chapters
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.course.table_guide import FIRMS, render_table
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import Term, load_glossary
from crmlib.tables.dictionary import TABLES

# Parts of the book whose pages the first page lists; chapters and exercises stand in its table.
LINKED = ("Look things up", "For instructors")
WELCOME = """# Customer relationship management, checked

What the textbook claims is measured, estimates are held against the truth, and the numbers that you read were
computed. The data are those of two simulated firms: the drugstore chain Osmanthus (桂子) and the fuel
wholesaler Northport (北港). All of it is invented.

This is the course to read. The notebooks, in which you compute yourself, are the course to work with.
"""


def write_front(parts: dict[str, list[str]], notebooks: Path) -> str:
    """Return the first page: what the course is, its chapters, and the contents that the sidebar shows.

    parts: the pages of each part of the book. notebooks: the folder of the chapters.
    """
    chapters = render_chapters(notebooks).replace("](", "](notebooks/").replace("](notebooks/../", "](")
    contents = [_write_contents(caption, pages) for caption, pages in parts.items()]
    lists = [caption for caption in parts if caption in LINKED]
    more = [line for caption in lists for line in (f"## {caption}", _link_list(parts[caption]))]
    return "\n\n".join([WELCOME, "## Chapters", chapters, *more, *contents]) + "\n"


def _write_contents(caption: str, pages: Sequence[str]) -> str:
    names = [page.rpartition(".")[0] for page in pages]
    return "\n".join(["```{toctree}", ":hidden:", ":maxdepth: 1", f":caption: {caption}", "", *names, "```"])


def _link_list(pages: Iterable[str]) -> str:
    """Return links to pages that are shown by their own titles."""
    return "\n".join(f"- []({page})" for page in pages)


def write_glossary(*, chinese: bool) -> str:
    """Return all terms of the course as a table, by English word or by Chinese word.

    chinese: by Chinese word, in the order of its pronunciation.
    """
    terms = [(stem, term) for stem in chapter_stems(having="glossary") for term in load_glossary(stem)]
    terms.sort(key=lambda pair: _chinese_order(pair[1]) if chinese else pair[1].term_en.lower())
    title = "术语表 Glossary by Chinese term" if chinese else "Glossary 术语表"
    head = "| 中文 | English | 含义 | meaning |" if chinese else "| English | 中文 | meaning | 含义 |"
    rows = [f"{head} chapter |", "|---|---|---|---|---|", *(_write_term(*pair, chinese) for pair in terms)]
    note = "\\* Textbook knowledge; the course sources do not have this term."
    return "\n\n".join([f"# {title}", f"{len(terms)} terms.", "\n".join(rows), note]) + "\n"


def _chinese_order(term: Term) -> bytes:
    """Return what to sort by: GB 18030 holds the common characters in the order of their pronunciation.

    >>> sorted(["忠诚度", "客户", "满意度"], key=lambda word: word.encode("gb18030"))
    ['客户', '满意度', '忠诚度']
    """
    return term.term_zh.encode("gb18030")


def _write_term(stem: str, term: Term, chinese: bool) -> str:
    english = term.term_en + ("" if term.in_sources else "\\*")
    words = f"{term.term_zh} ({term.pinyin})" if term.pinyin else term.term_zh
    cells = [english, words, term.definition.en, term.definition.zh]
    if chinese:
        cells = [words, english, term.definition.zh, term.definition.en]
    where = f"[{name_of(stem)}](notebooks/{stem}.ipynb)"
    return f"| {' | '.join([*(escape_bars(cell) for cell in cells), where])} |"


def escape_bars(text: str) -> str:
    """Return words as a cell of a table takes them.

    >>> escape_bars("low|high")
    'low\\\\|high'
    """
    return text.replace("|", "\\|")


def write_dictionary() -> str:
    """Return every table of both firms, column by column, with an example of each."""
    parts = ["# Data dictionary 数据字典", "Every table of both firms. All of it is invented."]
    for firm in FIRMS:
        parts.append(f"## {firm}")
        for table in (table for table in TABLES.values() if table.firm == firm):
            parts += [f"### {table.title_en} {table.title_zh}", render_table(table.name)]
    return "\n\n".join(parts) + "\n"
