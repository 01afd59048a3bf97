"""The course terms as a deck for Anki: a note for each term, with a card in each direction."""

import hashlib
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmlib.classroom.formats.chapters import load_info
from crmlib.classroom.formats.glossary import Term

if TYPE_CHECKING:
    import genanki

FIELDS = ("English", "Chinese", "Pinyin", "Definition", "Definition zh", "Topic")
BACK = """{{FrontSide}}<hr id=answer><p class=term>%s</p>
<p>{{Definition}}</p><p>{{Definition zh}}</p><p class=topic>{{Topic}}</p>"""
TEMPLATES = (
    ("English to Chinese", "English", "{{Chinese}} {{Pinyin}}"),
    ("Chinese to English", "Chinese", "{{English}}"),
)
CSS = """.card { font: 20px system-ui, sans-serif; text-align: center }
.term { font-size: 1.4em; font-weight: 600 } .topic { opacity: .7; font-size: .8em }"""


def write_deck(path: Path, terms: Mapping[str, Sequence[Term]]) -> int:
    """Write the terms of several chapters as an Anki package, a deck a chapter; return the number of cards.

    A term keeps its identity, so that a later package renews its text in Anki and leaves its schedule.
    Raises FileExistsError rather than overwrite a file, ModuleNotFoundError without the package genanki.
    """
    try:
        import genanki
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "A deck for Anki needs the package genanki. Install it: python tools/prepare.py anki"
        ) from None
    if path.exists():
        raise FileExistsError(f"{path} is there already. Move it, or give another folder.")
    model = make_model()
    decks = []
    for stem, chosen in terms.items():
        deck = genanki.Deck(number_of(stem), f"CRM::{stem.split('_')[0]} {load_info(stem).title.en}")
        for term in chosen:
            deck.add_note(make_note(model, stem, term))
        decks.append(deck)
    genanki.Package(decks).write_to_file(str(path))
    return len(TEMPLATES) * sum(map(len, terms.values()))


def make_model() -> "genanki.Model":
    """Return how a term becomes two cards."""
    import genanki

    templates = [
        {"name": name, "qfmt": f"<p class=term>{{{{{front}}}}}</p>", "afmt": BACK % back}
        for name, front, back in TEMPLATES
    ]
    fields = [{"name": name} for name in FIELDS]
    return genanki.Model(number_of("model"), "CRM term", fields=fields, templates=templates, css=CSS)


def make_note(model: "genanki.Model", stem: str, term: Term) -> "genanki.Note":
    """Return the note of a term, tagged with its chapter and topic."""
    import genanki

    texts = (
        term.term_en,
        term.term_zh,
        term.pinyin or "",
        term.definition.en,
        term.definition.zh,
        term.topic,
    )
    return genanki.Note(
        model=model,
        fields=[html.escape(text) for text in texts],
        guid=genanki.guid_for(stem, term.term_en),
        tags=[stem, term.topic],
    )


def number_of(name: str) -> int:
    """Return the number under which Anki knows a deck or model, the same on every computer.

    >>> number_of("model") == number_of("model") != number_of("03_lifecycle")
    True
    """
    return int(hashlib.sha256(f"crm:{name}".encode()).hexdigest()[:8], 16)
