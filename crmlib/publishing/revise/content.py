"""Cards, lists, exam items, figures and disagreements as the page reads them: plain lists and texts."""

from __future__ import annotations

from typing import Any

from crmlib.classroom.cards import make_cards
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.formats.chapters import chapter_stems, load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import (
    SOURCES,
    load_disagreements,
    load_numbers,
    load_syllabus,
)
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.content import load_bank, load_lists
from crmlib.classroom.schedule import describe_schedule

# Kinds of items that the page can put as a question; the others need a marker or a calculation.
KINDS = ("choice", "true_false", "fill_in")
VERDICTS = {"true": Text(en="true", zh="正确"), "false": Text(en="false", zh="错误")}


def collect_content() -> dict[str, Any]:
    """Everything that the page holds, as values that JSON can write; a text is {"en": …, "zh": …}."""
    topics = {topic.id: {"en": topic.term_en, "zh": topic.term_zh} for topic in load_syllabus().values()}
    return {
        "schedule": describe_schedule(),
        "chapters": [
            {"key": stem, "name": name_of(stem), "title": _both(load_info(stem).title)}
            for stem in chapter_stems()
        ],
        "topics": topics,
        "sources": SOURCES,
        "cards": [card for stem in chapter_stems(having="glossary") for card in _list_cards(stem)],
        "lists": [_describe_group(key) for key in load_lists()],
        "items": [
            _describe_item(item, stem)
            for stem, items in load_bank().items()
            for item in items
            if item.kind in KINDS and not getattr(item, "reserved", False)
        ],
        "numbers": [
            {
                "id": number.id,
                "figure": number.figure,
                "claim": number.claim,
                "topics": number.topics,
                "source": number.source,
            }
            for number in load_numbers().values()
        ],
        "disagreements": [
            {
                "id": point.id,
                "subject": point.subject,
                "topics": point.topics,
                "positions": [{"says": one.position, "sources": one.sources} for one in point.positions],
                "advice": point.advice,
            }
            for point in load_disagreements().values()
        ],
    }


def _list_cards(stem: str) -> list[dict[str, Any]]:
    """The cards of a chapter; two chapters may define the same term, so the key names the chapter."""
    return [
        {
            "key": f"{stem}/{card.key}",
            "chapter": stem,
            "front": card.front,
            "back": card.back,
            "asks": "en" if card.key.endswith("zh-en") else "zh",
            "definition": _both(card.definition),
            "topic": card.topic,
        }
        for card in make_cards(load_glossary(stem))
    ]


def _describe_group(key: str) -> dict[str, Any]:
    """A group of lists that are mixed up: the lists, the entries with the lists they stand in, what tells."""
    group = load_lists()[key]
    return {
        "id": group.id,
        "title": group.title,
        "tell": group.tell,
        "lists": [
            {
                "topic": one.topic,
                "name": _both(one.name),
                "asks": one.asks,
                "items": list(map(_both, one.items)),
            }
            for one in group.lists
        ],
        "entries": [{"text": _both(text), "in": places} for text, places in group.cards()],
    }


def _describe_item(item: ExamItem, stem: str) -> dict[str, Any]:
    """An exam item with its options or accepted words, its answer and its marking points."""
    options = item.choices or (VERDICTS if item.kind == "true_false" else {})
    hints = item.hints or {}
    blanks = item.kind == "fill_in"
    return {
        "id": item.id,
        "chapter": stem,
        "kind": item.kind,
        "topics": item.topics,
        "marks": item.marks,
        "minutes": item.minutes,
        "question": _both(item.question),
        "options": [
            {"key": key, "text": _both(text), "hint": _both(hints[key]) if key in hints else None}
            for key, text in options.items()
        ],
        "right": item.right_option if item.options else None,
        "answer": _both(item.answer) if item.answer else None,
        "points": [
            {
                "marks": point.marks,
                "text": {"en": point.en, "zh": point.zh},
                "accepted": list_accepted(point) if blanks else [],
            }
            for point in item.scheme
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
