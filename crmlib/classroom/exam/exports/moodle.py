"""Exam items as a question bank for Moodle (XML): clicked, typed, computed or written, with their scheme.

Choices (one or several right) and verdicts are marked by Moodle; a calculation becomes some copies with other
numbers, each with its own answer, accepted within one of its last decimal; everything else becomes an essay
whose marking points stand in the notes for the marker.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from crmlib.classroom.exam.exports.ready import COPIES, list_points, list_ready, show_result
from crmlib.classroom.exam.items import BLANK, ExamItem
from crmlib.classroom.exam.templates import ExamQuestion
from crmlib.classroom.formats.schema import Text


def render_moodle(
    items: Iterable[ExamItem],
    *,
    language: str = "zh",
    copies: int = COPIES,
    seed: int = 1,
    category: str = "CRM",
) -> str:
    """The items as Moodle XML. copies: of each calculation, with the numbers of seed, seed + 1, …

    Raises ValueError for fewer than one copy.
    """
    quiz = Element("quiz")
    head = SubElement(quiz, "question", type="category")
    SubElement(SubElement(head, "category"), "text").text = f"$course$/top/{category}"
    for name, ready in list_ready(items, copies=copies, seed=seed):
        _add(quiz, name, ready, language)
    ElementTree.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(quiz, encoding="unicode") + "\n"


def _add(quiz: Element, name: str, ready: ExamQuestion, language: str) -> None:
    item = ready.item
    kinds = {
        "choice": "multichoice",
        "multiple": "multichoice",
        "true_false": "truefalse",
        "calculation": "numerical",
    }
    kind = kinds.get(item.kind, "essay")
    question = SubElement(quiz, "question", type=kind)
    _text(question, "name", name)
    _html(question, "questiontext", ready.question, language)
    _html(question, "generalfeedback", ready.answer, language)
    SubElement(question, "defaultgrade").text = f"{item.marks:g}"
    if kind == "multichoice":
        _add_choices(question, item, language)
    elif kind == "truefalse":
        for verdict in (True, False):
            answer = SubElement(question, "answer", fraction="100" if verdict is item.correct else "0")
            SubElement(answer, "text").text = str(verdict).lower()
    elif kind == "numerical":
        _add_number(question, ready)
    else:
        _add_essay(question, ready, language)
    tags = SubElement(question, "tags")
    for topic in item.topics:
        _text(tags, "tag", topic)


def _add_choices(question: Element, item: ExamItem, language: str) -> None:
    right = str(item.correct)
    share = "100" if len(right) == 1 else f"{100 / len(right):.5f}"  # Moodle knows 33.33333, not 33.333
    SubElement(question, "single").text = "true" if item.kind == "choice" else "false"
    SubElement(question, "shuffleanswers").text = "true"
    SubElement(question, "answernumbering").text = "abc"
    for letter, text in (item.choices or {}).items():
        wrong = "0" if item.kind == "choice" else "-100"
        answer = SubElement(question, "answer", fraction=share if letter in right else wrong, format="html")
        SubElement(answer, "text").text = html.escape(text.show(language))
        if item.hints and letter in item.hints:
            _html(answer, "feedback", item.hints[letter], language)


def _add_number(question: Element, ready: ExamQuestion) -> None:
    """The result as it is written, in per cent where its unit says so; a half may be rounded either way."""
    answer = SubElement(question, "answer", fraction="100")
    for tag, text in zip(("text", "tolerance"), show_result(ready), strict=True):
        SubElement(answer, tag).text = text


def _add_essay(question: Element, ready: ExamQuestion, language: str) -> None:
    SubElement(question, "responseformat").text = "editor"
    SubElement(question, "responsefieldlines").text = str(min(25, max(5, 2 * ready.item.minutes)))
    points = "".join(f"<li>{html.escape(point)}</li>" for point in list_points(ready, language))
    notes = SubElement(question, "graderinfo", format="html")
    SubElement(notes, "text").text = f"<ul>{points}</ul>"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(SubElement(parent, name), "text").text = text


def _html(parent: Element, name: str, text: Text, language: str) -> None:
    shown = html.escape(text.show(language)).replace(BLANK, "________").replace("\n\n", "</p><p>")
    SubElement(SubElement(parent, name, format="html"), "text").text = f"<p>{shown}</p>"
