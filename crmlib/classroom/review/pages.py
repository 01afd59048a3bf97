"""The pages of the exam review as Markdown: what is in the bank, marked answers, lists side by side."""

from collections.abc import Mapping, Sequence

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS, protect_blanks, render_question
from crmlib.classroom.exam.templates import ExamQuestion, fill_text, instantiate
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.content import KindGuide, ListGroup, count_marks

# Shares of an evening that are the same for everybody; what remains is divided among the kinds by marks.
LISTS, REREAD = 0.2, 0.1


def render_bank(bank: Mapping[str, Sequence[ExamItem]]) -> str:
    """Return how many questions of each kind, and how many marks, every chapter has in the bank."""
    names = [name_of(stem) for stem in bank]
    lines = [f"| kind | {' | '.join(names)} | questions | marks | minutes |"]
    lines.append("|---" * (len(names) + 4) + "|")
    for kind, words in HEADINGS.items():
        by_chapter = [[item for item in items if item.kind == kind] for items in bank.values()]
        chosen = [item for items in by_chapter for item in items]
        counts = " | ".join(str(len(items) or "-") for items in by_chapter)
        lines.append(f"| {words.show('both')} | {counts} | {_totals(chosen)} |")
    everything = [item for items in bank.values() for item in items]
    counts = " | ".join(str(len(items)) for items in bank.values())
    marks = " | ".join(f"{sum(item.marks for item in items):g}" for items in bank.values())
    lines += [f"| **all** | {counts} | {_totals(everything)} |", f"| **marks** | {marks} | | | |"]
    return "\n".join(lines)


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


def plan_minutes(bank: Mapping[str, Sequence[ExamItem]], minutes: int) -> dict[str, int]:
    """Return the minutes of an evening for each part: lists, each kind in proportion to its marks, rereading.

    Raises ValueError below 20 minutes.
    """
    if minutes < 20:
        raise ValueError(
            f"minutes is {minutes}. Below 20 minutes, read the lists that get mixed up and sleep."
        )
    marks = dict.fromkeys(HEADINGS, 0.0)
    for item in (item for items in bank.values() for item in items):
        marks[item.kind] += item.marks
    total, left = sum(marks.values()), minutes * (1 - LISTS - REREAD)
    plan = {"Lists that get mixed up": round(minutes * LISTS)}
    plan |= {HEADINGS[kind].en: round(left * share / total) for kind, share in marks.items() if share}
    return plan | {"Reread what you lost marks on": minutes - sum(plan.values())}


def render_plan(bank: Mapping[str, Sequence[ExamItem]], minutes: int) -> str:
    """Return the plan of an evening as a table."""
    rows = [f"| {part} | {length} |" for part, length in plan_minutes(bank, minutes).items()]
    return "\n".join([f"| with {minutes} minutes | minutes |", "|---|---|", *rows])


def render_guide(guide: KindGuide) -> str:
    """Return what earns and what loses marks in a kind of question."""
    lines = ["| earns marks | loses marks |", "|---|---|"]
    rows = max(len(guide.earns), len(guide.loses))
    earns, loses = (_pad(texts, rows) for texts in (guide.earns, guide.loses))
    return "\n".join([*lines, *(f"| {one} | {other} |" for one, other in zip(earns, loses, strict=True))])


def _pad(texts: Sequence[str], length: int) -> list[str]:
    return [*texts, *[""] * (length - len(texts))]


def render_worked(guide: KindGuide, item: ExamItem, *, seed: int) -> str:
    """Return a question, a student's answer in both languages with what each line earns, and the scheme."""
    ready = instantiate(item, seed=seed)
    lines = [
        *_render_question_alone(ready),
        "",
        "| a student writes | 学生作答 | earns | why |",
        "|---|---|---|---|",
    ]
    for line in guide.answer:
        marks = count_marks(item, [line])
        text = fill_text(item, line.text, seed=seed)
        lines.append(f"| {text.en} | {text.zh} | {marks:g} | {line.note} |")
    total = count_marks(item, guide.answer)
    lines.append(f"| **together** | | **{total:g}\u00a0of\u00a0{item.marks:g}** | |")
    return "\n".join([*lines, "", *_fold("Marking points", _render_scheme(ready))])


def _render_question_alone(ready: ExamQuestion) -> list[str]:
    """Return a question in both languages with its marks, its id and its topics, without the answer."""
    item = ready.item
    english, chinese = (protect_blanks(text) for text in (ready.question.en, ready.question.zh))
    lines = [f"**{item.id}** {english} ({item.marks:g} marks)", "", chinese]
    if item.choices:
        lines += ["", *(f"- **{letter}** {text.show('both')}" for letter, text in item.choices.items())]
    return lines


def _render_scheme(ready: ExamQuestion) -> list[str]:
    """Return the answer and the marking points in both languages, as lines of a quotation."""
    solved = render_question(1, ready, "both", with_answers=True)
    return [line for line in solved if line.startswith(">")]


def _render_steps(steps: Sequence[Text], marks: Sequence[float]) -> list[str]:
    """Return steps of a calculation as a numbered list with their marks."""
    pairs = enumerate(zip(steps, marks, strict=True), 1)
    return [f"{number}. {step.en} *({worth:g})* {step.zh}" for number, (step, worth) in pairs]


def render_calculation(ready: ExamQuestion, *, blanks: int) -> str:
    """Return a calculation with its first steps; the last `blanks` steps are folded away.

    With no blank the steps are shown and the usual wrong ways below them.
    """
    steps = [Text(en=point.en, zh=point.zh) for point in ready.scheme]
    marks = [point.marks for point in ready.scheme]
    kept = len(steps) - min(blanks, len(steps))
    lines = [*_render_question_alone(ready), "", *_render_steps(steps[:kept], marks[:kept])]
    wrong = [f"- *{name}* gives {shown}: {note}" for name, shown, note in ready.wrong]
    if not blanks:
        return "\n".join([*lines, "", "Wrong ways, and what they give:", "", *wrong])
    lines += [f"{number}. …" for number in range(kept + 1, len(steps) + 1)]
    hidden = [f"{kept + number}. {step.en} {step.zh}" for number, step in enumerate(steps[kept:], 1)]
    return "\n".join([*lines, "", *_fold("Missing steps", [*hidden, "", *wrong])])


def render_fresh(ready: ExamQuestion) -> str:
    """Return a question with its answer and marking points folded away."""
    return "\n".join(
        [*_render_question_alone(ready), "", *_fold("Answer and marking points", _render_scheme(ready))]
    )


def _fold(title: str, lines: Sequence[str]) -> list[str]:
    """Return lines that are hidden until the reader opens them."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def render_question_text(question: Question, *, number: int | None = None) -> str:
    """Return a practice question with its choices, without the answer."""
    start = f"{number}. " if number is not None else ""
    indent = " " * len(start)
    english, chinese = (protect_blanks(text) for text in (question.question.en, question.question.zh))
    lines = [f"{start}**{question.id}** {english}", "", f"{indent}{chinese}"]
    if question.choices:
        lines += ["", *(f"{indent}- **{key}** {text.show('both')}" for key, text in question.choices.items())]
    return "\n".join(lines)


def render_practice(questions: Sequence[Question]) -> str:
    """Return practice questions as a numbered list, without answers."""
    return "\n\n".join(render_question_text(question, number=n) for n, question in enumerate(questions, 1))


def render_lists(group: ListGroup) -> str:
    """Return lists side by side in both languages, and what tells them apart."""
    rows = max(len(one.items) for one in group.lists)
    names = [f"{one.name.show('both')} {one.topic}" for one in group.lists]
    lines = [f"| | {' | '.join(names)} |"]
    lines += ["|---" * (len(group.lists) + 1) + "|"]
    lines.append(f"| *answers* | {' | '.join(f'*{one.asks}*' for one in group.lists)} |")
    for row in range(rows):
        cells = [one.items[row].show("both") if row < len(one.items) else "" for one in group.lists]
        lines.append(f"| {row + 1} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"**What tells them apart.** {group.tell}"])


def render_sorting(group: ListGroup, cards: Sequence[tuple[Text, Sequence[int]]]) -> str:
    """Return entries to be sorted into their lists, the solution folded away."""
    lines = [f"Which list does each entry belong to: {', '.join(group.columns)}, or more than one?", ""]
    lines += [f"{number}. {item.show('both')}" for number, (item, _) in enumerate(cards, 1)]
    solution = [
        f"{number}. {' and '.join(group.columns[position] for position in positions)}"
        for number, (_, positions) in enumerate(cards, 1)
    ]
    return "\n".join([*lines, "", *_fold("Solution", solution)])
