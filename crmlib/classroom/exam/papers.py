"""Exam papers as Markdown: a choice of items that fills the time, with or without the marking scheme."""

import random
from collections.abc import Sequence

from crmlib.classroom.exam.items import BLANK, ExamItem
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.schema import Text

HEADINGS = {
    "fill_in": Text(en="Fill in the blanks", zh="填空题"),
    "definition": Text(en="Define the terms", zh="名词解释"),
    "choice": Text(en="Choose one answer", zh="单项选择题"),
    "multiple": Text(en="Choose all right answers", zh="多项选择题"),
    "true_false": Text(en="True or false? Correct what is false", zh="判断改错题"),
    "list": Text(en="Name the points", zh="列举题"),
    "short_answer": Text(en="Short answers", zh="简答题"),
    "distinguish": Text(en="Tell the terms apart", zh="辨析题"),
    "question": Text(en="Questions and answers", zh="问答题"),
    "calculation": Text(en="Calculations", zh="计算题"),
    "case": Text(en="Cases", zh="案例分析题"),
    "essay": Text(en="Essay", zh="论述题"),
}

ANSWER = Text(en="Answer", zh="答案")
TRUE = Text(en="True", zh="对")
FALSE = Text(en="False", zh="错")


def select_items(items: Sequence[ExamItem], *, minutes: int, seed: int) -> list[ExamItem]:
    """Return items that fill the minutes, kind by kind in turn, the same ones for the same seed.

    Raises ValueError if not even the shortest item fits.
    """
    chance = random.Random(f"paper:{seed}")
    by_kind = {kind: [item for item in items if item.kind == kind] for kind in HEADINGS}
    for pool in by_kind.values():
        chance.shuffle(pool)
    chosen: list[ExamItem] = []
    left = minutes
    while any(by_kind.values()):
        for pool in by_kind.values():
            if pool:
                item = pool.pop()
                if item.minutes <= left:
                    chosen.append(item)
                    left -= item.minutes
    if not chosen:
        raise ValueError(f"No item fits into {minutes} minutes. Give more minutes or more chapters.")
    return chosen


def render_paper(
    items: Sequence[ExamItem],
    *,
    seed: int,
    language: str = "en",
    with_answers: bool = False,
    title: Text | None = None,
) -> str:
    """Return an exam paper as Markdown in "en", "zh" or "both"; `with_answers` adds answers and marks.

    Questions stand in the order of their kinds; the same items and seed give the same paper.
    """
    heading = (title or Text(en="Customer relationship management", zh="客户关系管理")).show(language)
    minutes, marks = sum(item.minutes for item in items), sum(item.marks for item in items)
    scheme = Text(en=", marking scheme", zh="：参考答案与评分标准").show(language) if with_answers else ""
    lines = [f"# {heading}{scheme}", "", _describe_length(minutes, marks, seed, language), ""]
    number = 0
    for kind, words in HEADINGS.items():
        chosen = [item for item in items if item.kind == kind]
        if chosen:
            lines += [f"## {words.show(language)}", ""]
        for item in chosen:
            number += 1
            lines += [*render_question(number, instantiate(item, seed=seed), language, with_answers), ""]
    return "\n".join(lines).rstrip() + "\n"


def _describe_length(minutes: int, marks: float, seed: int, language: str) -> str:
    """Return the line below the title: time, marks, and the seed that gives this very paper again."""
    english = f"{minutes} minutes, {marks:g} marks. Paper {seed}."
    chinese = f"时间{minutes}分钟，满分{marks:g}分。试卷编号{seed}。"
    return {"en": english, "zh": chinese, "both": f"{english} {chinese}"}[language]


def render_question(number: int, ready: ExamQuestion, language: str, with_answers: bool) -> list[str]:
    """Return one numbered question as lines of Markdown."""
    item = ready.item
    marks = Text(en=f"({item.marks:g} marks)", zh=f"（{item.marks:g}分）").show(
        "zh" if language == "zh" else "en"
    )
    lines = [f"**{number}.** {_paragraph(ready.question, language)} {marks}"]
    if item.choices:
        lines += ["", *(f"- **{letter}** {text.show(language)}" for letter, text in item.choices.items())]
    if with_answers:
        lines += ["", *_render_scheme(ready, language)]
    return lines


def _paragraph(text: Text, language: str) -> str:
    """Return a text of any length; in "both" the Chinese follows as a paragraph of its own."""
    shown = f"{text.en}\n\n{text.zh}" if language == "both" else text.show(language)
    return protect_blanks(shown)


def protect_blanks(text: str) -> str:
    """Return Markdown in which blanks stay lines; bare underscores would become emphasis.

    >>> protect_blanks("____ first, ____ second")
    '\\\\_\\\\_\\\\_\\\\_ first, \\\\_\\\\_\\\\_\\\\_ second'
    """
    return text.replace(BLANK, BLANK.replace("_", "\\_"))


def _render_scheme(ready: ExamQuestion, language: str) -> list[str]:
    item = ready.item
    answer = _one_line(show_right(item, ready.answer).show(language))
    lines = [f"> **{ANSWER.show(language)}:** {answer}", ">"]
    for point in ready.scheme:
        lines.append(f"> - {point.marks:g}: {_one_line(Text(en=point.en, zh=point.zh).show(language))}")
    for name, shown, note in ready.wrong:
        lines.append(f"> - *{name}* gives {shown}: {note}")
    return [*lines, ">", f"> *{item.id}; {', '.join(item.topics)}*"]


def show_right(item: ExamItem, answer: Text, *, capital: bool = False) -> Text:
    """Return the answer of an item with its right letters, or its verdict, before it.

    capital: whether letters are capital, as on printed papers and on slides.
    """
    if item.correct is None:
        return answer
    if isinstance(item.correct, bool):
        right = TRUE if item.correct else FALSE
        return Text(en=f"{right.en}. {answer.en}", zh=f"{right.zh}。{answer.zh}")
    letters = item.correct.upper() if capital else item.correct
    return Text(en=f"{letters}. {answer.en}", zh=f"{letters}。{answer.zh}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
