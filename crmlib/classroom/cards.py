"""Cards of the course terms, English to Chinese and back, asked when they are due."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.schedule import find_due

COLUMNS = ("front", "back", "definition", "definition_zh", "topic", "chapter")


@dataclass(frozen=True)
class Card:
    """One side of a term asked for: `front` is shown, `back` is to be known."""

    key: str
    front: str
    back: str
    definition: Text
    topic: str


def make_cards(terms: Sequence[Term]) -> list[Card]:
    """Return two cards for each term: English to Chinese, Chinese to English."""
    cards = []
    for term in terms:
        chinese = f"{term.term_zh} ({term.pinyin})" if term.pinyin else term.term_zh
        cards.append(Card(f"{term.term_en} en-zh", term.term_en, chinese, term.definition, term.topic))
        cards.append(Card(f"{term.term_en} zh-en", term.term_zh, term.term_en, term.definition, term.topic))
    return cards


def due_cards(
    cards: Sequence[Card], records: Mapping[str, Mapping[str, Any]], *, today: date, limit: int = 20
) -> list[Card]:
    """Return the cards to ask today: those that are due, the longest overdue first, then new ones.

    Of cards that are due on one day, and of new ones, English comes first: the way back right behind the way
    there would need no memory.
    """
    known = [card for card in cards if card.key in records]
    overdue = [card for card in known if find_due(records[card.key], today=today) <= today]
    overdue.sort(key=lambda card: (find_due(records[card.key], today=today), _asks_english(card)))
    new = [card for card in cards if card.key not in records]
    chosen = new[: max(0, limit - len(overdue))]
    return [*overdue, *sorted(chosen, key=_asks_english)][:limit]


def _asks_english(card: Card) -> bool:
    """Tell whether the card shows the Chinese term and asks for the English one."""
    return card.key.endswith("zh-en")


def write_cards(path: Path, terms: Mapping[str, Sequence[Term]]) -> int:
    """Write the cards of several chapters as CSV (with a byte order mark, so that Excel reads the Chinese).

    Returns the number of cards. Raises FileExistsError rather than overwrite a file.
    """
    rows = [(card, stem) for stem, chosen in terms.items() for card in make_cards(chosen)]
    with open(path, "x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (card.front, card.back, card.definition.en, card.definition.zh, card.topic, stem)
            for card, stem in rows
        )
    return len(rows)
