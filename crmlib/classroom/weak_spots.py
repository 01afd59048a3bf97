"""Where a reader is weak: topics by what was right at once, later or never, terms, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.cards import due_cards, make_cards
from crmlib.classroom.exam.items import load_exam
from crmlib.classroom.formats.chapters import load_info
from crmlib.classroom.formats.glossary import Term, load_glossary
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.lessons import MARK
from crmlib.classroom.progress import Progress, read_all_answers
from crmlib.classroom.schedule import find_stability

AT_ONCE, LATER, NEVER = "at once", "later", "not yet"
TERMS = 10
MINUTES = 20
CARDS_A_MINUTE = 5
LEARNT = 7  # days: a card that stays as long is no weak one


@dataclass
class Tally:
    """How many tried questions on a topic were right at once, right later, or not right yet."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((AT_ONCE, LATER, NEVER), 0))

    @property
    def weakness(self) -> tuple[int, int, int]:
        """Return a key that puts the weakest topic first: open questions, then late ones, then few right."""
        return (-self.counts[NEVER], -self.counts[LATER], self.counts[AT_ONCE])


def judge_record(record: Mapping[str, Any]) -> str:
    """Say whether a question that was tried was right at once, later or not yet.

    >>> judge_record({"tries": 3, "passed": True}), judge_record({"tries": 1, "passed": True})
    ('later', 'at once')
    """
    if not record.get("passed"):
        return NEVER
    return AT_ONCE if record.get("at_once", record.get("tries") == 1) else LATER


def find_topics(stem: str) -> dict[str, tuple[str, ...]]:
    """Return the topics of each question of a chapter, by the key under which its tries are noted."""
    exercise = {question.id: question.topics for question in load_exercise(stem).questions}
    lessons = load_info(stem).lessons
    clicked = {key for lesson in lessons for key in lesson.items}
    bank = load_exam(stem) if clicked else ()
    return exercise | {f"{MARK}{item.id}": item.topics for item in bank if item.id in clicked}


def tally_topics(stem: str, progress: Progress) -> dict[str, Tally]:
    """Return what was tried of each topic, the weakest first; topics without a try are left out."""
    answers, tallies = read_all_answers(progress), dict[str, Tally]()
    for key, topics in find_topics(stem).items():
        if key in answers:
            for topic in topics:
                tallies.setdefault(topic, Tally()).counts[judge_record(answers[key])] += 1
    return dict(sorted(tallies.items(), key=lambda one: one[1].weakness))


def list_weak_terms(stem: str, progress: Progress, *, limit: int = TERMS) -> list[Term]:
    """Return the terms whose cards were asked and do not stay yet, those that fade soonest first."""
    records = progress.read("cards")
    days: dict[str, float] = {}
    terms = load_glossary(stem)
    for term in terms:
        asked = [find_stability(records[card.key]) for card in make_cards([term]) if card.key in records]
        if asked and min(asked) < LEARNT:
            days[term.term_en] = min(asked)
    weak = [term for term in terms if term.term_en in days]
    return sorted(weak, key=lambda term: days[term.term_en])[:limit]


def advise_next(stem: str, progress: Progress, *, today: date) -> list[str]:
    """Return what to do in the next 20 minutes: what was missed, cards that are due, then the next lesson."""
    answers = read_all_answers(progress)
    missed = [key for key in find_topics(stem) if key in answers and not answers[key].get("passed")]
    records = progress.read("cards")
    asked = [card for card in make_cards(load_glossary(stem)) if card.key in records]
    due = due_cards(asked, records, today=today, limit=MINUTES * CARDS_A_MINUTE)
    steps = []
    if missed:
        named = ", ".join(key.removeprefix(MARK) for key in missed[:3])
        steps.append(f"answer again what was not right yet: {named} (10 minutes)")
    if due:
        minutes = max(1, round(len(due) / CARDS_A_MINUTE))
        steps.append(f"{len(due)} cards are due: run `chapter.drill()` ({minutes} minutes)")
    if not missed and (lesson := _find_next_lesson(stem, answers)):
        steps.append(f"lesson {lesson}, up to its first place to stop")
    return steps or ["the exercise, from its first open question on"]


def _find_next_lesson(stem: str, answers: Mapping[str, Any]) -> int:
    """Return the number of the first lesson whose questions were not all tried; 0 if there is none."""
    for number, lesson in enumerate(load_info(stem).lessons, start=1):
        if any(f"{MARK}{key}" not in answers for key in lesson.items):
            return number
    return 0


def render_weak_spots(stem: str, progress: Progress, *, today: date) -> str:
    """Return topics, terms and the next 20 minutes of a chapter as Markdown."""
    tallies = tally_topics(stem, progress)
    rows = [_render_row(topic, tally) for topic, tally in tallies.items()]
    table = ["| topic | at once | later | not yet |", "|---|---:|---:|---:|", *rows]
    terms = list_weak_terms(stem, progress)
    named = "; ".join(f"{term.term_en} {term.term_zh}" for term in terms)
    return "\n".join(
        [
            *(table if rows else ["No question of this chapter was tried yet."]),
            "",
            f"**Terms to practise:** {named or 'none was asked and missed'}.",
            "",
            f"**Your next {MINUTES} minutes:**",
            "",
            *(f"- {step}" for step in advise_next(stem, progress, today=today)),
        ]
    )


def _render_row(topic: str, tally: Tally) -> str:
    term = load_syllabus()[topic]
    counts = " | ".join(str(tally.counts[name]) for name in (AT_ONCE, LATER, NEVER))
    return f"| {topic} {term.term_en} {term.term_zh} | {counts} |"


def name_weakest(stem: str, progress: Progress, *, limit: int = 3) -> Sequence[str]:
    """Return the weakest topics of a chapter by name: those with a question that was not right at once."""
    found = tally_topics(stem, progress).items()
    weak = [topic for topic, tally in found if tally.counts[NEVER] or tally.counts[LATER]]
    return [f"{topic} {load_syllabus()[topic].term_en}" for topic in weak[:limit]]
