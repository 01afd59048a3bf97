"""Exercise questions as `checks.yaml` states them: the answer and the likely mistakes, each with its hint."""

from dataclasses import dataclass, replace
from typing import Literal

from crmlib.classroom.formats.chapters import content_file
from crmlib.classroom.formats.registry import check_topics
from crmlib.classroom.formats.schema import Text, build, build_all, read_yaml, short
from crmlib.ground.spelling import list_valid
from crmlib.ground.units import check_unit

Answer = str | tuple[str, ...]
COMPUTED = ("number", "share", "table")


@dataclass(frozen=True)
class LikelyMistake:
    """A likely mistake: the answer that it leads to, and the hint that it deserves."""

    name: str
    answer: Answer
    hint: str


@dataclass(frozen=True)
class Question:
    """One question. `answer` is an expression (number, share, table), a letter (choice) or words (list).

    `ordered` asks for the words of a list in their order; `next_step` is more concrete than `hint`.
    """

    id: str
    topics: tuple[str, ...]
    question: Text
    kind: Literal["number", "share", "choice", "list", "table"]
    answer: Answer
    mistakes: tuple[LikelyMistake, ...]
    unit: str = ""
    tolerance: float | None = None
    choices: dict[str, Text] | None = None
    hint: str | None = None
    next_step: str | None = None
    ordered: bool = False

    def __post_init__(self) -> None:
        check_topics(self.topics)
        check_unit(self.unit)
        if len(self.mistakes) < 3:
            raise ValueError(
                f"key 'mistakes': expected at least 3 likely mistakes, found {len(self.mistakes)}. "
                "Think of percent and share, the wrong denominator, the wrong group, the wrong period."
            )
        if (self.tolerance is not None) != (self.kind in COMPUTED):
            raise ValueError(
                "key 'tolerance': number, share and table need it, other kinds do not have it; "
                f"this is {self.kind}."
            )
        wanted = tuple if self.kind == "list" else str
        for name, answer in [
            ("answer", self.answer),
            *((f"mistake {mistake.name!r}", mistake.answer) for mistake in self.mistakes),
        ]:
            if not isinstance(answer, wanted):
                shape = "a list of words: [one, two]" if wanted is tuple else "one text in quotes"
                raise ValueError(f"key {name!r}: a question of kind {self.kind} needs {shape}.")
        if self.ordered and self.kind != "list":
            raise ValueError(f"key 'ordered': only a list has an order; this is {self.kind}.")
        self._check_choices()

    def _check_choices(self) -> None:
        if (self.choices is not None) != (self.kind == "choice"):
            raise ValueError("key 'choices': a question of kind choice needs it, other kinds do not have it.")
        if self.choices is None:
            return
        letters = list(self.choices)
        for found in (self.answer, *(mistake.answer for mistake in self.mistakes)):
            if found not in letters:
                raise ValueError(
                    f"key 'answer': {found!r} is not among the choices. {list_valid(str(found), letters)}"
                )
        unnamed = sorted(
            set(letters) - {str(self.answer)} - {str(mistake.answer) for mistake in self.mistakes}
        )
        if unnamed:
            raise ValueError(
                f"key 'mistakes': no hint for {', '.join(unnamed)}. Give every wrong choice its hint."
            )


@dataclass(frozen=True)
class Exercise:
    """The questions of a chapter, with the packages and intermediate results that they use."""

    packages: tuple[str, ...]
    given: dict[str, str]
    questions: tuple[Question, ...]

    def find(self, key: str) -> Question:
        """Return the question with this id; raise with the valid ids otherwise."""
        for question in self.questions:
            if question.id == key:
                return question
        raise ValueError(f"There is no question {key!r}. {list_valid(key, [q.id for q in self.questions])}")


def load_exercise(stem: str) -> Exercise:
    """Return the exercise of a chapter as `checks.yaml` states it."""
    path = content_file(stem, "checks")
    data = read_yaml(path)
    if not isinstance(data, dict) or "questions" not in data:
        return build(Exercise, data, where=short(path))
    exercise = build(Exercise, {**data, "questions": []}, where=short(path))
    questions = build_all(Question, data["questions"], path=path, key="questions", label="question")
    return replace(exercise, questions=questions)
