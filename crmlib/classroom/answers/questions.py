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
# Kinds that are clicked or typed into fields, and those of them whose answer is several letters.
LETTERED = ("order", "match")
CLICKED = ("choice", "list", *LETTERED)


@dataclass(frozen=True)
class LikelyMistake:
    """A likely mistake: the answer that it leads to, and the hint that it deserves."""

    name: str
    answer: Answer
    hint: str
    hint_zh: str = ""


@dataclass(frozen=True)
class Question:
    """One question. `answer` is an expression (number, share, table), a letter (choice) or words (list).

    Of kind order it is the letters of all `choices` from first to last, of kind match the letter for each of
    the `items`. `ordered` asks for the words of a list in their order; `next_step` is more concrete than
    `hint`.
    """

    id: str
    topics: tuple[str, ...]
    question: Text
    kind: Literal["number", "share", "table", "choice", "list", "order", "match"]
    answer: Answer
    mistakes: tuple[LikelyMistake, ...]
    unit: str = ""
    tolerance: float | None = None
    choices: dict[str, Text] | None = None
    items: dict[str, Text] | None = None
    hint: str | None = None
    next_step: str | None = None
    hint_zh: str | None = None
    next_step_zh: str | None = None
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
        wanted = tuple if self.kind in ("list", *LETTERED) else str
        for name, answer in self._name_answers():
            if not isinstance(answer, wanted):
                shape = "a list of words: [one, two]" if wanted is tuple else "one text in quotes"
                raise ValueError(f"key {name!r}: a question of kind {self.kind} needs {shape}.")
        if self.ordered and self.kind != "list":
            raise ValueError(f"key 'ordered': only a list has an order; this is {self.kind}.")
        self._check_choices()

    def _name_answers(self) -> list[tuple[str, Answer]]:
        mistaken = ((f"mistake {mistake.name!r}", mistake.answer) for mistake in self.mistakes)
        return [("answer", self.answer), *mistaken]

    def _check_choices(self) -> None:
        for name, value, kinds in (
            ("choices", self.choices, ("choice", *LETTERED)),
            ("items", self.items, ("match",)),
        ):
            needed = self.kind in kinds
            if (value is not None) != needed:
                whose = self.kind if needed else " or ".join(kinds)
                raise ValueError(
                    f"key {name!r}: a question of kind {whose} needs it, other kinds do not have it."
                )
        if self.choices is None:
            return
        letters = list(self.choices)
        for name, answer in self._name_answers():
            named = (answer,) if isinstance(answer, str) else answer
            unknown = [letter for letter in named if letter not in letters]
            if unknown:
                raise ValueError(
                    f"key 'answer': {unknown[0]!r} is not among the choices. "
                    f"{list_valid(unknown[0], letters)}"
                )
            self._check_letters(name, answer)
        unnamed = sorted(set(letters) - {str(answer) for _, answer in self._name_answers()})
        if unnamed and self.kind == "choice":
            raise ValueError(
                f"key 'mistakes': no hint for {', '.join(unnamed)}. Give every wrong choice its hint."
            )

    def _check_letters(self, name: str, answer: Answer) -> None:
        if self.kind == "order" and sorted(answer) != sorted(self.choices or {}):
            raise ValueError(f"key {name!r}: an order names each of the choices once.")
        if self.kind == "match" and len(answer) != len(self.items or {}):
            raise ValueError(f"key {name!r}: expected {len(self.items or {})} letters, one for each item.")


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
