"""A drawn paper as a page for print: head, parts with marks, room for answers, scheme, answer sheet."""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crmlib.classroom.exam.draw import Drawn
from crmlib.classroom.exam.items import BLANK, ExamItem, draw_numbers
from crmlib.classroom.exam.papers import HEADINGS, show_right
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.schema import Text

NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
# Lines to write on for each minute; an essay has squares, 20 in a row.
ROOM = {
    "definition": 1.4,
    "list": 1.0,
    "short_answer": 1.0,
    "distinguish": 1.2,
    "question": 1.2,
    "calculation": 1.5,
    "case": 1.0,
    "essay": 1.0,
    "true_false": 1.0,
}
SQUARES = 20  # of an essay, in a row, and rows
NOTES = {
    "choice": Text(en="One choice is right.", zh="每题只有一个选项正确。"),
    "multiple": Text(
        en="Two or more choices are right. Each right letter counts; a wrong one takes all marks.",
        zh="每题有两个或两个以上选项正确。少选按选对的选项给分，错选不得分。",
    ),
    "true_false": Text(en="Correct what is false.", zh="判断正误，并改正错误之处。"),
    "essay": Text(en="Take a position and give reasons.", zh="要求观点明确，论据充分，条理清楚。"),
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
    "slip": Text(en="Usual mistake", zh="常见错误"),
}


@dataclass(frozen=True)
class Sheet:
    """A question as it is printed: its number, text, choices, lines to write on; and its scheme.

    `letters` says which letter of the bank stands behind each printed one, `numbers` what was drawn.
    """

    id: str
    number: int
    question: Text
    marks: float
    choices: dict[str, Text]
    lines: int
    answer: Text
    scheme: tuple[tuple[float, Text], ...]
    topics: str
    right: str | None = None
    letters: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    slip: Text | None = None

    def columns(self, language: str) -> int:
        """How many choices stand side by side: short ones four, long ones one below the other."""
        longest = max((_width(say(text, language)) for text in self.choices.values()), default=0)
        return 4 if longest <= 14 else 2 if longest <= 34 else 1


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
            drawn_seed = 1_000 * offset + seed
            order = _order_choices(item, chance)
            ready = instantiate(_move_choices(item, order), seed=drawn_seed)
            numbers = draw_numbers(item, seed=drawn_seed) if item.numbers else {}
            sheets.append(replace(_lay_question(number, ready), letters=order, numbers=numbers))
        parts[kind] = sheets
    return parts


def _order_choices(item: ExamItem, chance: random.Random) -> dict[str, str]:
    """Printed letter → letter of the bank, in another order."""
    letters = list(item.choices or ())
    return dict(zip(letters, chance.sample(letters, len(letters)), strict=True)) if letters else {}


def _move_choices(item: ExamItem, order: dict[str, str]) -> ExamItem:
    """The item with its choices in the order given; right letters and hints move with their choices."""
    if item.choices is None:
        return item
    choices = {letter: item.choices[old] for letter, old in order.items()}
    right = "".join(letter for letter, old in order.items() if old in str(item.correct))
    hints = (
        {letter: item.hints[old] for letter, old in order.items() if old in item.hints}
        if item.hints
        else None
    )
    return replace(item, choices=choices, correct=right, hints=hints)


def _lay_question(number: int, ready: ExamQuestion) -> Sheet:
    item = ready.item
    return Sheet(
        id=item.id,
        number=number,
        question=ready.question,
        marks=item.marks,
        choices=item.choices or {},
        lines=min(round(ROOM.get(item.kind, 0) * max(2, item.minutes)), 24),
        answer=show_right(item, ready.answer, capital=True),
        scheme=()  # the letters are the answer
        if item.choices
        else tuple((point.marks, Text(en=point.en, zh=point.zh)) for point in ready.scheme),
        topics=", ".join(item.topics),
        right=str(item.correct) if item.choices else None,
        slip=item.slip,
    )


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
    """A page of HTML for print. kind: "paper", "scheme" or "sheet"; language: en, zh or both; code: A7 …"""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["say"] = lambda text: say(text, language)
    environment.filters["tell"] = lambda text: say(text, language, between="\n\n")
    environment.filters["blanks"] = _blanks
    values: dict[str, Any] = {
        "parts": list_heads(parts, language),
        "total": sum(sheet.marks for sheets in parts.values() for sheet in sheets),
        "words": {**WORDS, **({"title": title} if title else {})},
        "kind": kind,
        "language": language,
        "minutes": minutes,
        "code": code,
        "large": large,
        "squares": SQUARES,
    }
    return environment.get_template("paper.html.j2").render(values) + "\n"


def list_heads(parts: dict[str, list[Sheet]], language: str) -> list[dict[str, Any]]:
    """Each part with its numeral, title, note, marks and questions."""
    return [
        {
            "title": HEADINGS[name],
            "note": NOTES.get(name),
            "numeral": str(place + 1) if language == "en" else NUMERALS[place],
            "marks": sum(sheet.marks for sheet in sheets),
            "sheets": sheets,
            "kind": name,
        }
        for place, (name, sheets) in enumerate(parts.items())
    ]


def say(text: Text, language: str, *, between: str = " ") -> str:
    """A text for print; in "both" the Chinese stands first, as on the paper.

    >>> say(Text(en="trust", zh="信任"), "both")
    '信任 trust'
    """
    return (
        f"{text.zh}{between}{text.en}"
        if language == "both" and text.zh != text.en
        else text.show("zh" if language == "both" else language)
    )


def _width(text: str) -> int:
    """Width in Latin letters; a Chinese character takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _blanks(text: str) -> str:
    """Text as HTML, escaped: blanks become lines to write on, paragraphs stay."""
    line = '<span class="blank"></span>'
    page = re.sub(
        rf"{BLANK}([，。、；：！？,.;:]?)", rf'<span class="kept">{line}\1</span>', html.escape(text)
    )
    page = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", page)
    page = re.sub(r"\*(.+?)\*", r"<em>\1</em>", page)
    return page.strip().replace("\n\n", "</p><p>").replace("\n", "<br>")
