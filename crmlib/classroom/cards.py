"""Cards of the course terms, English to Chinese and back, repeated at growing distances (Leitner's boxes)."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.formats.schema import Text

# Box → days until a card of this box comes back. A card that was not known returns to box 1.
DAYS = {1: 0, 2: 1, 3: 3, 4: 7, 5: 21}
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
    overdue = [card for card in known if _due_on(records[card.key], today) <= today]
    overdue.sort(key=lambda card: (_due_on(records[card.key], today), _asks_english(card)))
    new = [card for card in cards if card.key not in records]
    chosen = new[: max(0, limit - len(overdue))]
    return [*overdue, *sorted(chosen, key=_asks_english)][:limit]


def move_card(entry: Mapping[str, Any], *, knew: bool, today: date) -> dict[str, Any]:
    """Return a card's record after it was asked: one box on if known, back to the first box if not.

    >>> move_card({"box": 2}, knew=True, today=date(2026, 3, 1))
    {'box': 3, 'due_on': '2026-03-04'}
    """
    present = entry.get("box", 1)
    box = min(present + 1, max(DAYS)) if knew else 1
    return {"box": box, "due_on": (today + timedelta(days=DAYS[box])).isoformat()}


def _asks_english(card: Card) -> bool:
    """Tell whether the card shows the Chinese term and asks for the English one."""
    return card.key.endswith("zh-en")


def _due_on(record: Mapping[str, Any], today: date) -> date:
    """Return the day on which a card is due; a record without a readable day is due today."""
    try:
        return date.fromisoformat(str(record.get("due_on")))
    except ValueError:
        return today


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
