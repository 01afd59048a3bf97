"""The pages that are written from lists hold every chapter, term and table."""

import re

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.publishing.book.lists import write_dictionary, write_front, write_glossary
from crmlib.tables.dictionary import TABLES


def read_rows(text):
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


def test_both_glossaries_hold_every_term_with_its_chapter():
    terms = [(stem, term) for stem in chapter_stems(having="glossary") for term in load_glossary(stem)]
    english, chinese = read_rows(write_glossary(chinese=False)), read_rows(write_glossary(chinese=True))
    assert len(english) == len(chinese) == len(terms)
    assert sorted(row.split(" | ")[0].strip("| \\*") for row in english) == sorted(
        term.term_en for _, term in terms
    )
    for stem, term in terms:
        (row,) = [row for row in chinese if term.definition.zh in row and f"notebooks/{stem}.ipynb" in row][
            :1
        ]
        assert row.startswith(f"| {term.term_zh}") and term.definition.en in row


def test_chinese_glossary_goes_by_pronunciation():
    words = [row.split(" | ")[0].strip("| ") for row in read_rows(write_glossary(chinese=True))]
    places = [next(place for place, word in enumerate(words) if word[0] == first) for first in "差公客满转"]
    assert places == sorted(places)


def test_dictionary_holds_every_table_once_under_its_firm():
    text = write_dictionary()
    assert re.findall(r"^\*\*`([^`]+)`\*\*", text, re.MULTILINE) == [
        table.name for firm in ("Osmanthus", "Northport") for table in TABLES.values() if table.firm == firm
    ]


def test_first_page_leads_to_every_chapter_and_lists_every_part(root):
    parts = {"Chapters": ["notebooks/04_x.ipynb"], "Look things up": ["glossary.md", "docs/claims.md"]}
    text = write_front(parts, root / "notebooks")
    assert "](notebooks/04_satisfaction_and_loyalty.ipynb)" in text
    assert "](exercises/04_satisfaction_and_loyalty.ipynb)" in text
    assert "\n- [](glossary.md)\n- [](docs/claims.md)\n" in text
    assert ":caption: Chapters\n\nnotebooks/04_x\n```" in text
