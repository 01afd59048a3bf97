"""Exam items as `exam.yaml` states them, and calculation items with fresh numbers from a seed."""

import random
from dataclasses import dataclass
from typing import Literal

from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.chapters import load_entries
from crmlib.classroom.formats.registry import check_topics
from crmlib.classroom.formats.schema import Text
from crmlib.ground.spelling import list_valid
from crmlib.ground.units import check_unit

Kind = Literal[
    "fill_in",
    "definition",
    "choice",
    "multiple",
    "true_false",
    "list",
    "short_answer",
    "distinguish",
    "question",
    "calculation",
    "case",
    "essay",
]
BLANK = "____"

# Keys that an item of a kind must have, beside those that every item has; all others are refused.
NEEDS: dict[str, tuple[str, ...]] = {
    "fill_in": ("answer", "points"),
    "definition": ("answer", "points", "slip"),
    "choice": ("answer", "points", "choices", "correct"),
    "multiple": ("answer", "choices", "correct", "hints"),
    "true_false": ("answer", "points", "correct"),
    "list": ("answer", "points"),
    "short_answer": ("answer", "points"),
    "distinguish": ("answer", "points"),
    "question": ("answer", "points", "slip"),
    "calculation": ("numbers", "steps", "result", "mistakes"),
    "case": ("answer", "points"),
    "essay": ("answer", "points", "slip"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "fill_in": ("slip",),
    "list": ("slip",),
    "short_answer": ("slip",),
    "distinguish": ("slip",),
    "case": ("slip",),
    "calculation": ("require",),
    "choice": ("hints",),
    "true_false": ("hints",),
}


@dataclass(frozen=True)
class Point:
    """One marking point: what the answer must contain, and the marks for it."""

    marks: float
    en: str
    zh: str

    def __post_init__(self) -> None:
        Text(en=self.en, zh=self.zh)
        if self.marks <= 0:
            raise ValueError(f"key 'marks': expected marks above 0, found {self.marks:g}.")


@dataclass(frozen=True)
class Draw:
    """How one number of a calculation is drawn: from a grid, or from a list."""

    low: float | None = None
    high: float | None = None
    step: float | None = None
    choose: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        grid = [self.low, self.high, self.step]
        if (self.choose is None) == any(part is None for part in grid) or (
            self.choose and any(p is not None for p in grid)
        ):
            raise ValueError(
                "expected low, high and step together, or choose alone. "
                "Example: {low: 100, high: 500, step: 50}."
            )
        if self.choose == ():
            raise ValueError("key 'choose': the list is empty. Give the values to choose from.")
        if (
            self.low is not None
            and self.high is not None
            and self.step is not None
            and not 0 < self.step <= self.high - self.low
        ):
            raise ValueError(
                "key 'step': expected a step above 0 and at most high − low. Correct low, high or step."
            )


@dataclass(frozen=True)
class Result:
    """The final value of a calculation: expression, unit, rounding, and the range that is plausible."""

    expression: str
    unit: str
    digits: int
    low: float
    high: float

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if self.low >= self.high:
            raise ValueError(f"key 'low': {self.low:g} is not below high, {self.high:g}. Swap or widen them.")

    @property
    def is_share(self) -> bool:
        """Say whether the result is a part of a whole; a growth in per cent is none."""
        return self.unit == "%" and self.low >= 0 and self.high <= 1


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong way of calculating and what the marker should write beside it."""

    name: str
    expression: str
    note: str


@dataclass(frozen=True)
class ExamItem:
    """One exam item. Calculations have numbers, steps and a result, all others an answer and points.

    `correct` is the right letter, of a multiple the right letters ("abd"), of a true_false the verdict.
    `slip` is the usual wrong answer, and why it is wrong. What is `reserved` is for papers alone.
    """

    id: str
    topics: tuple[str, ...]
    kind: Kind
    minutes: int
    difficulty: Literal[1, 2, 3]
    marks: float
    question: Text
    answer: Text | None = None
    points: tuple[Point, ...] | None = None
    choices: dict[str, Text] | None = None
    correct: str | bool | None = None
    hints: dict[str, Text] | None = None
    numbers: dict[str, Draw | str] | None = None
    require: tuple[str, ...] | None = None
    steps: tuple[Point, ...] | None = None
    result: Result | None = None
    mistakes: tuple[WrongAnswer, ...] | None = None
    slip: Text | None = None
    reserved: bool = False

    def __post_init__(self) -> None:
        check_topics(self.topics)
        self._check_keys()
        self._check_marks()
        if self.kind == "fill_in":
            self._check_blanks()
        if self.kind == "true_false" and not isinstance(self.correct, bool):
            raise ValueError("key 'correct': expected true or false without quotes.")
        if self.kind == "multiple":
            self._check_letters()
        elif self.choices is not None and self.correct not in self.choices:
            raise ValueError(f"key 'correct': {list_valid(str(self.correct), list(self.choices))}")
        if self.hints is not None and set(self.hints) != set(self.wrong_options):
            raise ValueError(
                f"key 'hints': expected one hint for each wrong option, {', '.join(self.wrong_options)}; "
                f"found {', '.join(self.hints)}."
            )

    @property
    def scheme(self) -> tuple[Point, ...]:
        """Return what carries the marks: steps of a calculation, right choices, or marking points."""
        if self.kind == "multiple" and self.choices is not None:
            right = [(letter, text) for letter, text in self.choices.items() if letter in str(self.correct)]
            return tuple(
                Point(self.marks / len(right), f"{letter.upper()}: {text.en}", f"{letter.upper()}：{text.zh}")
                for letter, text in right
            )
        return self.steps or self.points or ()

    @property
    def options(self) -> tuple[str, ...]:
        """Return what can be clicked: the letters of a choice, or true and false; nothing for other kinds."""
        if self.kind == "true_false":
            return ("true", "false")
        return tuple(self.choices or ())

    @property
    def right_option(self) -> str:
        """Return the option that is right, as `options` names it."""
        return str(self.correct).lower() if self.kind == "true_false" else str(self.correct)

    @property
    def wrong_options(self) -> tuple[str, ...]:
        """Return the options that are wrong; each may have a hint that names the mistake behind it."""
        if self.kind == "multiple":
            return tuple(option for option in self.options if option not in self.right_option)
        return tuple(option for option in self.options if option != self.right_option)

    def _check_keys(self) -> None:
        special = (
            "answer",
            "points",
            "choices",
            "correct",
            "hints",
            "numbers",
            "require",
            "steps",
            "result",
            "mistakes",
            "slip",
        )
        for name in special:
            given, needed = getattr(self, name) is not None, name in NEEDS[self.kind]
            if needed and not given:
                raise ValueError(f"key {name!r}: an item of kind {self.kind} needs it. Add it.")
            if given and not needed and name not in OPTIONAL.get(self.kind, ()):
                raise ValueError(f"key {name!r}: an item of kind {self.kind} does not have it. Remove it.")

    def _check_marks(self) -> None:
        total = sum(point.marks for point in self.scheme)
        if abs(total - self.marks) > 1e-9:
            where = "steps" if self.steps else "points"
            raise ValueError(
                f"key 'marks': the item gives {self.marks:g} marks, its {where} add up to {total:g}. "
                "Correct one of the two."
            )

    def _check_letters(self) -> None:
        right, known = str(self.correct), "".join(self.choices or ())
        if list(right) != sorted(set(right) & set(known)) or not 2 <= len(right) < len(known):
            raise ValueError(
                f"key 'correct': expected two or more of {known}, not all, in order; found {right}."
            )

    def _check_blanks(self) -> None:
        counts = {self.question.en.count(BLANK), self.question.zh.count(BLANK), len(self.points or ())}
        if len(counts) != 1 or 0 in counts:
            raise ValueError(
                f"key 'question': expected as many blanks ({BLANK}) in en and in zh as marking points, "
                f"found {self.question.en.count(BLANK)}, {self.question.zh.count(BLANK)} "
                f"and {len(self.points or ())}."
            )


def load_exam(stem: str) -> tuple[ExamItem, ...]:
    """Return the exam items of a chapter."""
    return load_entries(ExamItem, stem, "exam", key="items", label="item")


def draw_numbers(item: ExamItem, *, seed: int) -> dict[str, float]:
    """Return the numbers of a calculation for a seed, drawn and derived in the order written.

    The same item and seed give the same numbers on every machine. Raises ValueError if 1,000 draws meet no
    requirement of the item.
    """
    chance = random.Random(f"{item.id}:{seed}")
    for _ in range(1000):
        values: dict[str, float] = {}
        for name, rule in (item.numbers or {}).items():
            values[name] = evaluate(rule, values) if isinstance(rule, str) else _draw(rule, chance)
        if all(evaluate(condition, values) for condition in item.require or ()):
            return values
    raise ValueError(
        f"Item {item.id}: no draw out of 1,000 meets {', '.join(item.require or ())}. Widen the ranges."
    )


def _draw(rule: Draw, chance: random.Random) -> float:
    if rule.choose is not None:
        return rule.choose[chance.randrange(len(rule.choose))]
    low, high, step = rule.low or 0.0, rule.high or 0.0, rule.step or 1.0
    places = max(_written_decimals(low), _written_decimals(step))
    return round(low + step * chance.randrange(int((high - low) / step + 1e-9) + 1), places)


def _written_decimals(value: float) -> int:
    """Decimals with which a bound or step is written: 2 for 0.25 (`guess_digits` rounds results)."""
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])
