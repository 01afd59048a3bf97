"""A drawn paper as a page for print: head, parts with marks, room for answers, scheme, answer sheet."""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crmlib.classroom.exam.draw import Drawn
from crmlib.classroom.exam.items import BLANK, ExamItem
from crmlib.classroom.exam.papers import FALSE, HEADINGS, TRUE
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.schema import Text

NUMERALS = "一二三四五六七八九十"
ROOM = {
    "list": 1.0,
    "short_answer": 1.0,
    "distinguish": 1.2,
    "calculation": 1.5,
    "case": 1.0,
    "true_false": 1.0,
}
WORDS = {
    "title": Text(en="Customer relationship management", zh="客户关系管理"),
    "paper": Text(en="Examination paper", zh="试卷"),
    "scheme": Text(en="Answers and marking scheme", zh="参考答案与评分标准"),
    "sheet": Text(en="Answer sheet", zh="答题卡"),
    "name": Text(en="Name", zh="姓名"),
    "number": Text(en="Student number", zh="学号"),
    "class": Text(en="Class", zh="班级"),
    "score": Text(en="Marks", zh="得分"),
    "part": Text(en="Part", zh="题号"),
    "total": Text(en="Total", zh="总分"),
    "full": Text(en="Full marks", zh="满分"),
    "marker": Text(en="Marker", zh="评卷人"),
    "answer": Text(en="Answer", zh="答案"),
}


@dataclass(frozen=True)
class Sheet:
    """A question as it is printed: its number, text, choices, lines to write on; and its scheme."""

    number: int
    question: Text
    marks: float
    choices: dict[str, Text]
    lines: int
    answer: Text
    scheme: tuple[tuple[float, Text], ...]
    topics: str


def lay_out(drawn: Drawn, *, seed: int, version: str = "A") -> dict[str, list[Sheet]]:
    """The parts of a version: other numbers, another order of questions and choices, equal difficulty.

    version: A, B, C …; the same items and marks in each. A right letter moves with its choice.
    """
    chance = random.Random(f"layout:{seed}:{version}")
    offset = ord(version) - ord("A")
    number, parts = 0, {}
    for kind, items in drawn.parts.items():
        mixed = list(items)
        if offset:
            chance.shuffle(mixed)
        sheets = []
        for item in mixed:
            number += 1
            ready = instantiate(item, seed=1_000 * offset + seed)
            sheets.append(_lay_question(number, _mix_choices(ready, chance), kind))
        parts[kind] = sheets
    return parts


def _mix_choices(ready: ExamQuestion, chance: random.Random) -> ExamQuestion:
    """The question with its choices in another order."""
    item = ready.item
    if not item.choices:
        return ready
    letters = list(item.choices)
    order = chance.sample(letters, len(letters))
    choices = {letter: item.choices[old] for letter, old in zip(letters, order, strict=True)}
    right = letters[order.index(str(item.correct))]
    hints = {letters[order.index(old)]: hint for old, hint in (item.hints or {}).items()} or None
    return replace(ready, item=replace(item, choices=choices, correct=right, hints=hints))


def _lay_question(number: int, ready: ExamQuestion, kind: str) -> Sheet:
    item = ready.item
    lines = round(ROOM.get(kind, 0) * max(2, item.minutes)) if kind in ROOM else 0
    return Sheet(
        number=number,
        question=ready.question,
        marks=item.marks,
        choices=item.choices or {},
        lines=min(lines, 24),
        answer=_answer(ready.answer, item),
        scheme=()  # the letter is the answer, and it moves with its choice
        if item.choices
        else tuple((point.marks, Text(en=point.en, zh=point.zh)) for point in ready.scheme),
        topics=", ".join(item.topics),
    )


def _answer(answer: Text, item: ExamItem) -> Text:
    """The answer, with the letter or the verdict before it."""
    if isinstance(item.correct, bool):
        verdict = TRUE if item.correct else FALSE
        return Text(en=f"{verdict.en}. {answer.en}", zh=f"{verdict.zh}。{answer.zh}")
    if item.correct is not None:
        letter = str(item.correct).upper()
        return Text(en=f"{letter}. {answer.en}", zh=f"{letter}。{answer.zh}")
    return answer


def render_page(
    parts: dict[str, list[Sheet]],
    *,
    kind: str,
    language: str,
    minutes: int,
    code: str,
    large: bool = False,
    title: Text | None = None,
) -> str:
    """A page of HTML for print. kind: "paper", "scheme" or "sheet"; language: en or zh; code: which paper."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["say"] = lambda text: text.show(language)
    environment.filters["blanks"] = _blanks
    heads = [
        {
            "title": HEADINGS[name],
            "numeral": NUMERALS[place] if language == "zh" else str(place + 1),
            "marks": sum(sheet.marks for sheet in sheets),
            "sheets": sheets,
            "kind": name,
        }
        for place, (name, sheets) in enumerate(parts.items())
    ]
    values: dict[str, Any] = {
        "parts": heads,
        "total": sum(head["marks"] for head in heads),
        "words": {**WORDS, **({"title": title} if title else {})},
        "kind": kind,
        "language": language,
        "minutes": minutes,
        "code": code,
        "large": large,
    }
    return environment.get_template("paper.html.j2").render(values) + "\n"


def _blanks(text: str) -> str:
    """Text as HTML, escaped: blanks become lines to write on, paragraphs stay."""
    page = html.escape(text).replace(BLANK, '<span class="blank"></span>')
    page = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", page)
    page = re.sub(r"\*(.+?)\*", r"<em>\1</em>", page)
    return page.strip().replace("\n\n", "</p><p>").replace("\n", "<br>")
