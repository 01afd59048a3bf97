"""The pages of a chapter as Markdown: opening, decision sheet, mistakes, exam preview, progress."""

from collections.abc import Sequence

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS, render_question
from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.chapters import ChapterInfo
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.reading import Load
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.formats.registry import load_disagreements
from crmlib.classroom.formats.schema import ContentError
from crmlib.classroom.formats.units import format_value
from crmlib.classroom.progress import Progress, read_all_answers
from crmlib.classroom.schedule import find_stability
from crmlib.ground.spelling import list_valid

EXAMPLE_SEED = 1
# Whose figure a comparison shows, and how it is said.
WHOSE = {
    "the firm": "the firm's data say",
    "the panel": "the panel says",
    "the truth": "the truth says",
    "the rules": "the rules of the card say",
    "the computation": "the computation says",
    "the report": "the report says",
}


def render_opening(info: ChapterInfo, *, reading: int) -> str:
    """Return the opening question, goals, skills and minutes; reading: the minutes counted in the text."""
    time = info.minutes
    parts = f" in {len(info.lessons)} lessons" if info.lessons else ""
    return "\n".join(
        [
            f"> **{info.question}**",
            "",
            "After this chapter you can",
            "",
            *(f"- {goal}" for goal in info.goals),
            "",
            f"**You need:** {'; '.join(info.skills)}.",
            "",
            f"**Time:** {reading} minutes to read and run{parts}, {time.exercise} for the exercise; "
            f"{time.lecture} as a lecture.",
        ]
    )


def render_time(loads: Sequence[Load]) -> str:
    """Return how long a page takes that has lessons but no goals and no exercise, such as the first one.

    >>> render_time([Load(words=1_000, cells=8), Load(words=800, cells=6)])
    '**Time:** 15 minutes for lesson 1, 10 minutes for lesson 2.'
    """
    parts = (f"{load.minutes} minutes for lesson {number}" for number, load in enumerate(loads, start=1))
    return f"**Time:** {', '.join(parts)}."


def render_decisions(info: ChapterInfo, language: str = "en") -> str:
    """Return the decision sheet as a table, in Chinese or both languages where it is translated."""
    head = _pick("when | ask | look at | then", "情况 | 自问 | 看什么 | 怎么做", language)
    rows = [f"| {head} |", "|---|---|---|---|"]
    for row in info.decisions:
        cells = _pick_row((row.situation, row.ask, row.look_at, row.act), row.zh, language)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def render_mistakes(info: ChapterInfo, language: str = "en") -> str:
    """Return the common mistakes as a table, in Chinese or both languages where they are translated."""
    if not info.mistakes:
        raise ContentError(
            f"{info.title.en}: chapter.yaml lists no mistakes. Add them, or drop chapter.mistakes()."
        )
    rows = [f"| {_pick('common mistake | instead', '常见错误 | 应当', language)} |", "|---|---|"]
    for row in info.mistakes:
        rows.append(f"| {' | '.join(_pick_row((row.mistake, row.instead), row.zh, language))} |")
    return "\n".join(rows)


def _pick(english: str, chinese: str, language: str) -> str:
    """Return the heads of a table; with both languages side by side in each cell."""
    pairs = zip(english.split(" | "), chinese.split(" | "), strict=True)
    return " | ".join({"en": en, "zh": zh, "both": f"{en} {zh}"}[language] for en, zh in pairs)


def _pick_row(english: Sequence[str], chinese: Sequence[str], language: str) -> list[str]:
    """Return the cells of a row; English where there is no translation."""
    if language == "en" or not chinese:
        return list(english)
    if language == "zh":
        return list(chinese)
    return [f"{en} {zh}" for en, zh in zip(english, chinese, strict=True)]


def render_disagreements(ids: Sequence[str]) -> str:
    """Return disagreements of the sources as a table: one passage, another, and what a reader does with them.

    >>> print(render_disagreements(["X-25"]).splitlines()[-1])
    | X-25 | there is a member price in the online store, ... | members pay ... | name the channel |
    """
    known = load_disagreements()
    for one in ids:
        if one not in known:
            raise ValueError(f"There is no disagreement {one!r}. {list_valid(one, list(known))}")
    rows = ["| id | one passage | another passage | what to do |", "|---|---|---|---|"]
    for point in map(known.__getitem__, ids):
        first, *others = (position.position for position in point.positions)
        rows.append(f"| {point.id} | {first} | {'; '.join(others)} | {point.advice} |")
    return "\n".join(rows)


def render_exam_preview(stem: str, items: Sequence[ExamItem]) -> str:
    """Return how a chapter is examined: a table of kinds, the command for a paper, and one example."""
    rows = ["| kind | items | minutes | marks |", "|---|---|---|---|"]
    for kind, words in HEADINGS.items():
        chosen = [item for item in items if item.kind == kind]
        if chosen:
            minutes, marks = sum(item.minutes for item in chosen), sum(item.marks for item in chosen)
            rows.append(f"| {words.show('both')} | {len(chosen)} | {minutes} | {marks:g} |")
    example = _pick_example(items)
    shown = render_question(1, instantiate(example, seed=EXAMPLE_SEED), "both", with_answers=False)
    solved = render_question(1, instantiate(example, seed=EXAMPLE_SEED), "en", with_answers=True)
    answer = [line for line in solved if line.startswith(">")]
    return "\n".join(
        [
            *rows,
            "",
            f"Your own paper: write `%crm exam {stem} --seed 1 --minutes 45` into a cell. Another seed gives "
            "other numbers.",
            "",
            "An example:",
            "",
            *shown,
            "",
            "<details><summary>Answer and marks</summary>",
            "",
            *answer,
            "",
            "</details>",
        ]
    )


def _pick_example(items: Sequence[ExamItem]) -> ExamItem:
    """Return the first calculation, or the first item if there is none."""
    return next((item for item in items if item.kind == "calculation"), items[0])


def name_source(whose: str) -> str:
    """Return how a comparison says whose figure it shows.

    >>> name_source("the panel")
    'the panel says'
    """
    if whose not in WHOSE:
        raise ValueError(f"whose is {whose!r}. {list_valid(whose, list(WHOSE))}")
    return WHOSE[whose]


def render_comparison(said: float, value: float, unit: str, says: str) -> str:
    """Return a reader's number beside the one that was found; `says` names it, as "the firm says 24 %".

    >>> render_comparison(0.4, 0.24, "%", "the firm says 24 % (22 to 26)")
    'You said 40 %, the firm says 24 % (22 to 26): 16 percentage points lower.'
    """
    shown = f"You said {format_value(said, unit)}, {says}"
    gap = abs(value - said)
    away = format_value(gap * 100, "percentage points") if unit == "%" else format_value(gap, unit)
    if gap <= 0.005 * max(abs(value), abs(said)):
        return f"{shown}: as you said."
    return f"{shown}: {away} {'higher' if value > said else 'lower'}."


def render_progress(stem: str, progress: Progress) -> str:
    """Return what a reader has done in a chapter: predictions, recall, exercise, terms."""
    answers = read_all_answers(progress)
    recall, cards = (progress.read(section) for section in ("recall", "cards"))
    questions = load_exercise(stem).questions
    passed = [question.id for question in questions if answers.get(question.id, {}).get("passed")]
    open_ones = [question.id for question in questions if question.id not in passed]
    known = sum(1 for entry in recall.values() if entry.get("knew"))
    terms = 2 * len(load_glossary(stem))
    learnt = sum(1 for entry in cards.values() if find_stability(entry) >= 7)
    return "\n".join(
        [
            f"- predictions recorded: {len(progress.read('predictions'))}",
            f"- recall questions known: {known} of {len(load_recall(stem))}",
            f"- exercise questions solved: {len(passed)} of {len(questions)}"
            + (f"; open: {', '.join(open_ones)}" if open_ones else ""),
            f"- cards that stay for a week or longer: {learnt} of {terms}",
        ]
    )
