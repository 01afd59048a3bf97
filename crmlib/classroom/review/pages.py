"""The pages of the exam review as Markdown: what is in the bank, marked answers, lists side by side."""

from collections.abc import Mapping, Sequence

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS, protect_blanks, render_question
from crmlib.classroom.exam.templates import ExamQuestion, fill_text, instantiate
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.content import Formula, KindGuide, ListGroup, count_marks
from crmlib.classroom.review.words import put, say


def render_bank(bank: Mapping[str, Sequence[ExamItem]], language: str = "both") -> str:
    """Return how many questions of each kind, and how many marks, every chapter has in the bank."""
    names = [name_of(stem) for stem in bank]
    head = [
        say("kind", language),
        *names,
        *(say(key, language) for key in ("questions", "marks sum", "minutes")),
    ]
    lines = [f"| {' | '.join(head)} |"]
    lines.append("|---" * (len(names) + 4) + "|")
    for kind, words in HEADINGS.items():
        by_chapter = [[item for item in items if item.kind == kind] for items in bank.values()]
        chosen = [item for items in by_chapter for item in items]
        counts = " | ".join(str(len(items) or "-") for items in by_chapter)
        lines.append(f"| {words.show(language)} | {counts} | {_totals(chosen)} |")
    everything = [item for items in bank.values() for item in items]
    counts = " | ".join(str(len(items)) for items in bank.values())
    marks = " | ".join(f"{sum(item.marks for item in items):g}" for items in bank.values())
    lines.append(f"| **{say('all', language)}** | {counts} | {_totals(everything)} |")
    return "\n".join([*lines, f"| **{say('marks sum', language)}** | {marks} | | | |"])


def render_unasked(bank: Mapping[str, Sequence[ExamItem]]) -> str:
    """Return which topics of the syllabus no question of the bank asks for."""
    asked = {topic for items in bank.values() for item in items for topic in item.topics}
    topics = load_syllabus()
    missing = [topic for topic in topics if topic not in asked]
    if not missing:
        return f"The bank asks for every one of the {len(topics)} topics of the syllabus."
    count = f"{len(missing)} of the {len(topics)} topics"
    return f"No question of the bank asks for {count} of the syllabus; an exam may: {', '.join(missing)}."


def _totals(items: Sequence[ExamItem]) -> str:
    marks, minutes = sum(item.marks for item in items), sum(item.minutes for item in items)
    return f"{len(items)} | {marks:g} | {minutes}"


def render_guide(guide: KindGuide, language: str = "both") -> str:
    """Return what earns and what loses marks in a kind of question."""
    lines = [f"| {say('earns', language)} | {say('loses', language)} |", "|---|---|"]
    rows = max(len(guide.earns), len(guide.loses))
    earns, loses = (_pad([put(one, language) for one in texts], rows) for texts in (guide.earns, guide.loses))
    return "\n".join([*lines, *(f"| {one} | {other} |" for one, other in zip(earns, loses, strict=True))])


def _pad(texts: Sequence[str], length: int) -> list[str]:
    return [*texts, *[""] * (length - len(texts))]


def render_worked(guide: KindGuide, item: ExamItem, *, seed: int, language: str = "both") -> str:
    """Return a question, a student's answer with what each line earns and why, and the scheme."""
    ready = instantiate(item, seed=seed)
    head = [say(key, language) for key in ("writes", "earned", "why")]
    lines = [*render_question_alone(ready, language), "", f"| {' | '.join(head)} |", "|---|---|---|"]
    for line in guide.answer:
        marks = count_marks(item, [line])
        text = put(fill_text(item, line.text, seed=seed), language)
        lines.append(f"| {text} | {marks:g} | {put(line.note, language)} |")
    total = count_marks(item, guide.answer)
    lines.append(f"| **{say('together', language)}** | **{total:g}\u00a0/\u00a0{item.marks:g}** | |")
    return "\n".join([*lines, "", *_fold(say("points", language), _render_scheme(ready, language))])


def render_question_alone(ready: ExamQuestion, language: str, *, number: int = 0) -> list[str]:
    """Return a question with its marks, its id and its options, without the answer."""
    item = ready.item
    worth = put(Text(f"({item.marks:g} marks)", f"（{item.marks:g}分）"), language)
    start = f"{number}. " if number else ""
    first, *second = _paragraphs(ready.question, language)
    lines = [f"{start}**{item.id}** {first} {worth}", *(line for text in second for line in ("", text))]
    if item.choices:
        lines += ["", *(f"- **{letter}** {put(text, language)}" for letter, text in item.choices.items())]
    return lines


def _paragraphs(text: Text, language: str) -> list[str]:
    """Return a text as one paragraph, or as one in each language, its blanks kept as they stand."""
    chosen = [text.en, text.zh] if language == "both" else [text.show(language)]
    return [protect_blanks(one) for one in chosen]


def _render_scheme(ready: ExamQuestion, language: str) -> list[str]:
    """Return the answer and the marking points, as lines of a quotation."""
    solved = render_question(1, ready, language, with_answers=True)
    lines = [line for line in solved if line.startswith(">")]
    if ready.item.slip is None:
        return lines
    return [*lines, ">", f"> {say('slip', language)}: {put(ready.item.slip, language)}"]


def render_answer(ready: ExamQuestion, language: str) -> str:
    """Return the answer of a question, without its marking points."""
    points = [line for line in _render_scheme(ready, language) if not line.startswith("> - ")]
    return "\n".join(points)


def _render_steps(steps: Sequence[Text], marks: Sequence[float], language: str) -> list[str]:
    """Return steps or points as a numbered list with their marks."""
    pairs = enumerate(zip(steps, marks, strict=True), 1)
    return [f"{number}. {put(step, language)} *({worth:g})*" for number, (step, worth) in pairs]


def render_calculation(ready: ExamQuestion, *, blanks: int, language: str = "both") -> str:
    """Return a calculation with its first steps; the last `blanks` steps are folded away.

    With no blank the steps are shown and the usual wrong ways below them.
    """
    wrong = [f"- *{name}* {say('gives', language)} {shown}: {note}" for name, shown, note in ready.wrong]
    if not blanks:
        lines = [
            *_render_kept(ready, len(ready.scheme), language),
            "",
            say("wrong ways", language),
            "",
            *wrong,
        ]
        return "\n".join(lines)
    return _render_faded(ready, blanks, language, "missing steps", wrong)


def render_faded(ready: ExamQuestion, language: str) -> str:
    """Return a question with the first half of its marking points; the others are folded away.

    Of a question with one point, the answer itself is folded away.
    """
    return _render_faded(ready, max(1, len(ready.scheme) // 2), language, "missing points", [])


def _render_kept(ready: ExamQuestion, kept: int, language: str) -> list[str]:
    steps = [Text(en=point.en, zh=point.zh) for point in ready.scheme]
    marks = [point.marks for point in ready.scheme]
    return [*render_question_alone(ready, language), "", *_render_steps(steps[:kept], marks[:kept], language)]


def _render_faded(ready: ExamQuestion, blanks: int, language: str, title: str, further: Sequence[str]) -> str:
    kept = len(ready.scheme) - min(blanks, len(ready.scheme))
    lines = _render_kept(ready, kept, language)
    lines += [f"{number}. …" for number in range(kept + 1, len(ready.scheme) + 1)]
    hidden = [
        f"{number}. {put(Text(point.en, point.zh), language)}"
        for number, point in enumerate(ready.scheme[kept:], kept + 1)
    ]
    return "\n".join([*lines, "", *_fold(say(title, language), [*hidden, "", *further])])


def render_open(ready: ExamQuestion, language: str) -> str:
    """Return a worked question: what is asked, and the model answer with its marking points."""
    return "\n".join([*render_question_alone(ready, language), "", *_render_scheme(ready, language)])


def render_fresh(ready: ExamQuestion, language: str = "both") -> str:
    """Return a question with its answer and marking points folded away."""
    folded = _fold(say("answer and points", language), _render_scheme(ready, language))
    return "\n".join([*render_question_alone(ready, language), "", *folded])


def render_formulas(
    formulas: Sequence[Formula], bank: Mapping[str, Sequence[ExamItem]], language: str
) -> str:
    """Return the formula sheet: name, formula, and the last step of the example with numbers."""
    items = {item.id: item for chosen in bank.values() for item in chosen}
    head = [say(key, language) for key in ("topic", "formula", "example")]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for one in formulas:
        last = instantiate(items[one.item], seed=1).scheme[-1]
        example = put(Text(last.en, last.zh), language)
        lines.append(
            f"| {put(one.name, language)} {one.topic} | {put(one.formula, language)} | {example} {one.item} |"
        )
    return "\n".join(lines)


def _fold(title: str, lines: Sequence[str]) -> list[str]:
    """Return lines that are hidden until the reader opens them."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def render_question_text(question: Question, language: str = "both", *, number: int | None = None) -> str:
    """Return a practice question with its choices, without the answer."""
    start = f"{number}. " if number is not None else ""
    indent = " " * len(start)
    first, *second = _paragraphs(question.question, language)
    lines = [f"{start}**{question.id}** {first}"]
    lines += [line for text in second for line in ("", f"{indent}{text}")]
    if question.choices:
        choices = question.choices.items()
        lines += ["", *(f"{indent}- **{key}** {put(text, language)}" for key, text in choices)]
    return "\n".join(lines)


def render_practice(questions: Sequence[Question], language: str = "both") -> str:
    """Return practice questions as a numbered list, without answers."""
    return "\n\n".join(
        render_question_text(question, language, number=n) for n, question in enumerate(questions, 1)
    )


def render_lists(group: ListGroup, language: str = "both") -> str:
    """Return lists side by side, and what tells them apart."""
    rows = max(len(one.items) for one in group.lists)
    names = [f"{one.name.show(language)} {one.topic}" for one in group.lists]
    lines = [f"| | {' | '.join(names)} |"]
    lines += ["|---" * (len(group.lists) + 1) + "|"]
    asks = " | ".join(f"*{put(one.asks, language)}*" for one in group.lists)
    lines.append(f"| *{say('answers', language)}* | {asks} |")
    for row in range(rows):
        cells = [one.items[row].show(language) if row < len(one.items) else "" for one in group.lists]
        lines.append(f"| {row + 1} | {' | '.join(cells)} |")
    tells = put(group.tell, language, between="\n\n")
    return "\n".join([*lines, "", f"**{say('tells apart', language)}** {tells}"])


def render_sorting(
    group: ListGroup, cards: Sequence[tuple[Text, Sequence[int]]], language: str = "both"
) -> str:
    """Return entries to be sorted into their lists, the solution folded away."""
    columns = group.name_lists(language)
    lines = [say("which list", language, ", ".join(columns)), ""]
    lines += [f"{number}. {put(item, language)}" for number, (item, _) in enumerate(cards, 1)]
    solution = [
        f"{number}. {say('and', 'zh' if language == 'zh' else 'en').join(columns[place] for place in places)}"
        for number, (_, places) in enumerate(cards, 1)
    ]
    return "\n".join([*lines, "", *_fold(say("solution", language), solution)])
