"""Cards, lists, exam items, figures and disagreements as the page reads them: plain lists and texts."""

from __future__ import annotations

from typing import Any

from crmlib.classroom.cards import make_cards
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.exam.blueprint import read_blueprint
from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import ExamItem, draw_numbers
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.exam.templates import ExamQuestion, fill_text, instantiate
from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.chapters import REVIEW, chapter_stems, load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import (
    SOURCES,
    load_disagreements,
    load_numbers,
    load_syllabus,
)
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.content import (
    Formula,
    KindGuide,
    count_marks,
    find_item,
    load_bank,
    load_formulas,
    load_guides,
    load_lists,
)
from crmlib.classroom.review.week import describe_rules
from crmlib.classroom.review.words import head_of
from crmlib.classroom.schedule import describe_schedule

Bank = dict[str, tuple[ExamItem, ...]]
# Kinds that the page marks at once; of the others the reader ticks the marking points.
QUICK = ("choice", "multiple", "true_false", "fill_in")
# How many draws of each calculation the page holds.
DRAWS = 3
VERDICTS = {"true": Text(en="true", zh="正确"), "false": Text(en="false", zh="错误")}


def collect_content() -> dict[str, Any]:
    """Everything that the page holds, as values that JSON can write; a text is {"en": …, "zh": …}."""
    bank = load_bank()
    topics = {topic.id: {"en": topic.term_en, "zh": topic.term_zh} for topic in load_syllabus().values()}
    return {
        "schedule": describe_schedule(),
        "plan": describe_rules(),
        "chapters": [
            {"key": stem, "name": name_of(stem), "title": _both(load_info(stem).title)}
            for stem in chapter_stems()
        ],
        "topics": topics,
        "sources": SOURCES,
        "cards": [card for stem in chapter_stems(having="glossary") for card in _list_cards(stem)],
        "lists": [_describe_group(key) for key in load_lists()],
        "items": [
            described
            for stem, items in bank.items()
            for item in items
            for described in _describe_draws(item, stem)
        ],
        "kinds": _describe_kinds(bank),
        "guides": [_describe_guide(guide, bank) for guide in load_guides().values()],
        "formulas": [_describe_formula(formula, bank) for formula in load_formulas().values()],
        "decisions": [
            {"en": [one.situation, one.ask, one.look_at, one.act], "zh": list(one.zh)}
            for one in load_info(REVIEW).decisions
        ],
        "numbers": _list_numbers(),
        "disagreements": _list_disagreements(),
    }


def _list_numbers() -> list[dict[str, Any]]:
    """The figures of the course, each with its claim and its source."""
    return [
        {
            "id": number.id,
            "figure": number.figure,
            "claim": number.claim,
            "topics": number.topics,
            "source": number.source,
        }
        for number in load_numbers().values()
    ]


def _list_disagreements() -> list[dict[str, Any]]:
    """The points at which the sources disagree, with their positions and what to write in an exam."""
    return [
        {
            "id": point.id,
            "subject": point.subject,
            "topics": point.topics,
            "positions": [{"says": one.position, "sources": one.sources} for one in point.positions],
            "advice": point.advice,
        }
        for point in load_disagreements().values()
    ]


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
        "title": _both(group.title),
        "tell": _both(group.tell),
        "lists": [
            {
                "topic": one.topic,
                "name": _both(one.name),
                "asks": _both(one.asks),
                "items": list(map(_both, one.items)),
            }
            for one in group.lists
        ],
        "entries": [{"text": _both(text), "in": places} for text, places in group.cards()],
    }


def _describe_draws(item: ExamItem, stem: str) -> list[dict[str, Any]]:
    """An exam item as it stands, or a calculation with the numbers of several draws."""
    if item.result is None:
        return [_describe_item(item, instantiate(item, seed=1), stem)]
    draws = [(draw, instantiate(item, seed=draw)) for draw in range(1, DRAWS + 1)]
    return [
        {
            **_describe_item(item, ready, stem),
            "key": f"{item.id}#{draw}",
            "result": _describe_result(item, ready, draw),
        }
        for draw, ready in draws
    ]


def _describe_item(item: ExamItem, ready: ExamQuestion, stem: str) -> dict[str, Any]:
    """An exam item with its options or accepted words, its answer and its marking points."""
    options = item.choices or (VERDICTS if item.kind == "true_false" else {})
    hints = item.hints or {}
    blanks = item.kind == "fill_in"
    return {
        "id": item.id,
        "key": item.id,
        "chapter": stem,
        "kind": item.kind,
        "topics": item.topics,
        "marks": item.marks,
        "minutes": item.minutes,
        "question": _both(ready.question),
        "options": [
            {"key": key, "text": _both(text), "hint": _both(hints[key]) if key in hints else None}
            for key, text in options.items()
        ],
        "right": item.right_option if item.kind in QUICK and item.options else None,
        "answer": _both(ready.answer),
        "slip": _both(item.slip) if item.slip else None,
        "points": [
            {
                "marks": point.marks,
                "text": {"en": point.en, "zh": point.zh},
                "accepted": list_accepted(point) if blanks else [],
            }
            for point in ready.scheme
        ],
    }


def _describe_result(item: ExamItem, ready: ExamQuestion, draw: int) -> dict[str, Any]:
    """The number that a calculation gives, as it is typed, how exact it must be, and what mistakes give."""
    assert item.result is not None and ready.value is not None
    scale = 100 if item.result.unit == "%" else 1
    values = draw_numbers(item, seed=draw)
    return {
        "value": scale * ready.value,
        "unit": item.result.unit,
        "within": 0.5 * 10**-item.result.digits,
        "wrong": [
            {"value": scale * evaluate(one.expression, values), "name": one.name, "note": one.note}
            for one in item.mistakes or ()
        ],
    }


def _describe_kinds(bank: Bank) -> list[dict[str, Any]]:
    """The kinds of the bank: name, share of the marks of an exam, whether the page marks it at once."""
    shares, known = read_blueprint().kinds, list(HEADINGS)
    kinds = dict.fromkeys(item.kind for items in bank.values() for item in items)
    return [
        {
            "key": kind,
            "name": _both(head_of(kind)),
            "weight": shares[kind].marks if kind in shares else 0,
            "quick": kind in QUICK,
        }
        for kind in sorted(kinds, key=lambda kind: known.index(kind) if kind in known else len(known))
    ]


def _describe_guide(guide: KindGuide, bank: Bank) -> dict[str, Any]:
    """What earns and loses marks in a kind, and an answer that was marked line by line."""
    item = find_item(bank, guide.item)
    ready = instantiate(item, seed=1)
    return {
        "kind": guide.kind,
        "earns": list(map(_both, guide.earns)),
        "loses": list(map(_both, guide.loses)),
        "question": _both(ready.question),
        "options": [{"key": key, "text": _both(text)} for key, text in (item.choices or {}).items()],
        "marks": item.marks,
        "lines": [
            {
                "text": _both(fill_text(item, line.text, seed=1)),
                "marks": count_marks(item, [line]),
                "note": _both(line.note),
            }
            for line in guide.answer
        ],
    }


def _describe_formula(formula: Formula, bank: Bank) -> dict[str, Any]:
    """A formula with all steps of its example."""
    ready = instantiate(find_item(bank, formula.item), seed=1)
    return {
        "name": _both(formula.name),
        "topics": [formula.topic],
        "formula": _both(formula.formula),
        "question": _both(ready.question),
        "steps": [{"en": point.en, "zh": point.zh} for point in ready.scheme],
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
