"""Recall questions: five, without notes, open a chapter; they come from one, three and six chapters back."""

from dataclasses import dataclass

from crmlib.classroom.formats.chapters import load_entries
from crmlib.classroom.formats.registry import chapters_back, check_stem, check_topics, load_syllabus
from crmlib.classroom.formats.schema import ContentError, Text

QUESTIONS = 5
DISTANCES = (1, 3, 6)


@dataclass(frozen=True)
class RecallQuestion:
    """One recall question; `chapter` is the stem of the earlier chapter that it comes from."""

    id: str
    chapter: str
    question: Text
    answer: str
    topic: str | None = None

    def __post_init__(self) -> None:
        check_stem(self.chapter, key="chapter")
        if self.topic is not None:
            check_topics((self.topic,), key="topic")


def load_recall(stem: str) -> tuple[RecallQuestion, ...]:
    """Return the recall questions of a chapter; raise unless they are five from the right chapters."""
    questions = load_entries(RecallQuestion, stem, "recall", key="questions", label="question")
    if len(questions) != QUESTIONS:
        raise ContentError(
            f"{stem}/recall.yaml, key 'questions': expected {QUESTIONS} questions, found {len(questions)}."
        )
    for entry in questions:
        back = chapters_back(here=stem, there=entry.chapter)
        if back not in DISTANCES:
            raise ContentError(
                f"{stem}/recall.yaml, question {entry.id!r}, key 'chapter': {entry.chapter} is {back} "
                "chapters back. Take questions from 1, 3 or 6 chapters back: spaced recall lasts longer."
            )
    return questions


def render_recall(questions: tuple[RecallQuestion, ...]) -> str:
    """Return the questions as Markdown, each answer folded away until it is opened."""
    return "\n\n".join(_render_question(number, entry) for number, entry in enumerate(questions, start=1))


def reread_hint(entry: RecallQuestion) -> str:
    """Return where the answer was taught."""
    where = f"Reread: {entry.chapter}"
    return f"{where}, {entry.topic} {load_syllabus()[entry.topic].term_en}." if entry.topic else f"{where}."


def _render_question(number: int, entry: RecallQuestion) -> str:
    return (
        f"**{number}.** {entry.question.en} {entry.question.zh}\n\n"
        f"<details><summary>Answer</summary>\n\n{entry.answer}\n\n*{reread_hint(entry)}*\n\n</details>"
    )
