"""Exam items as GIFT: plain text that Moodle and other systems read.

GIFT knows neither marks nor notes for the marker: the marks stand behind the question, the marking points in
the feedback. A fill-in with one blank is typed, one with several is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmlib.classroom.exam.exports.ready import COPIES, list_accepted, list_points, list_ready, show_result
from crmlib.classroom.exam.items import BLANK, ExamItem
from crmlib.classroom.exam.templates import ExamQuestion
from crmlib.classroom.formats.schema import Text


def render_gift(
    items: Iterable[ExamItem],
    *,
    language: str = "zh",
    copies: int = COPIES,
    seed: int = 1,
    category: str = "CRM",
) -> str:
    """The items as GIFT. copies: of each calculation, with the numbers of seed, seed + 1, …

    Raises ValueError for fewer than one copy.
    """
    head = f"$CATEGORY: $course$/top/{category}\n"
    return "\n".join(
        [
            head,
            *(_write(name, ready, language) for name, ready in list_ready(items, copies=copies, seed=seed)),
        ]
    )


def escape(text: str) -> str:
    r"""Text in which no sign means anything to GIFT; a line break becomes \n.

    >>> escape("a = {b}: 5 ~ 6\n\nc")
    'a \\= \\{b\\}\\: 5 \\~ 6\\n\\nc'
    """
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _write(name: str, ready: ExamQuestion, language: str) -> str:
    item = ready.item
    asked = escape(ready.question.show(language))
    unit = Text(en=f" ({item.marks:g} marks)", zh=f"（{item.marks:g}分）").show(
        "zh" if language == "zh" else "en"
    )
    # an empty line would end the question
    lines = [line for line in (_write_answer(ready, language),) if line]
    answer = "\n".join(["{", *lines, f"####{escape(_feedback(ready, language))}", "}"])
    if item.kind == "fill_in" and asked.count(BLANK) == 1:
        before, after = asked.split(BLANK)
        return f"::{name}::[plain]{before}{answer}{after}{escape(unit)}\n"
    return f"::{name}::[plain]{asked.replace(BLANK, '________')}{escape(unit)} {answer}\n"


def _write_answer(ready: ExamQuestion, language: str) -> str:
    item = ready.item
    if item.kind == "true_false":
        return "TRUE" if item.correct else "FALSE"
    if item.kind == "calculation":
        value, tolerance = show_result(ready)
        return f"#{value}:{tolerance}"
    if item.kind == "fill_in" and len(item.scheme) == 1:
        return "\n".join(f"={escape(word)}" for word in list_accepted(item.scheme[0]))
    lines = []
    for letter, text in (item.choices or {}).items():
        hint = f"#{escape(item.hints[letter].show(language))}" if item.hints and letter in item.hints else ""
        lines.append(f"{_weigh(item, letter)}{escape(text.show(language))}{hint}")
    return "\n".join(lines)


def _weigh(item: ExamItem, letter: str) -> str:
    right = str(item.correct)
    if item.kind == "choice":
        return "=" if letter == right else "~"
    return f"~%{100 / len(right):.5f}%" if letter in right else "~%-100%"


def _feedback(ready: ExamQuestion, language: str) -> str:
    """The answer; behind it the marking points of what somebody has to mark."""
    item, answer = ready.item, ready.answer.show(language)
    if item.choices or item.kind == "true_false":
        return answer
    return "\n".join([answer, *(f"- {point}" for point in list_points(ready, language))])
