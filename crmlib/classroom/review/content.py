"""What the exam review is made of: how each kind of question is marked, and the lists that get mixed up."""

from collections.abc import Sequence
from dataclasses import dataclass

from crmlib.classroom.exam.bank import load_open
from crmlib.classroom.exam.items import ExamItem, Kind
from crmlib.classroom.formats.chapters import REVIEW, chapter_stems, load_entries
from crmlib.classroom.formats.registry import check_topics
from crmlib.classroom.formats.schema import ContentError, Text
from crmlib.ground.spelling import list_valid


@dataclass(frozen=True)
class AnswerLine:
    """One line of a student's answer, the marking points that it earns (counted from 1), and why."""

    text: Text
    points: tuple[int, ...]
    note: Text


@dataclass(frozen=True)
class KindGuide:
    """How one kind of question is marked: what earns and loses marks, and an answer that was marked.

    `faded` names items that the faded example takes up; like the worked one they are not drawn afresh.
    """

    kind: Kind
    topics: tuple[str, ...]
    earns: tuple[Text, ...]
    loses: tuple[Text, ...]
    item: str
    answer: tuple[AnswerLine, ...]
    faded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_topics(self.topics)
        earned = [point for line in self.answer for point in line.points]
        twice = sorted({point for point in earned if earned.count(point) > 1})
        if twice:
            raise ValueError(f"key 'answer': point {twice[0]} is earned twice. Give each point to one line.")


@dataclass(frozen=True)
class ConfusableList:
    """One list of the course: its topic, its name, the question that it answers, its entries in order."""

    topic: str
    name: Text
    asks: Text
    items: tuple[Text, ...]

    def __post_init__(self) -> None:
        check_topics((self.topic,), key="topic")
        if len(self.items) < 2:
            raise ValueError(f"key 'items': expected at least 2 entries, found {len(self.items)}.")


@dataclass(frozen=True)
class ListGroup:
    """Lists that are easily mixed up, and what tells them apart."""

    id: str
    title: Text
    tell: Text
    lists: tuple[ConfusableList, ...]

    def __post_init__(self) -> None:
        if len(self.lists) < 2:
            raise ValueError(f"key 'lists': expected at least 2 lists, found {len(self.lists)}.")

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the English names of the lists, each with its topic."""
        return self.name_lists("en")

    def name_lists(self, language: str) -> tuple[str, ...]:
        """Return the names of the lists, each with its topic."""
        names = (one.name.en if language == "both" else one.name.show(language) for one in self.lists)
        return tuple(f"{name} ({one.topic})" for name, one in zip(names, self.lists, strict=True))

    def cards(self) -> list[tuple[Text, tuple[int, ...]]]:
        """Return each entry once, with the positions of the lists that it stands in."""
        found: dict[str, tuple[Text, list[int]]] = {}
        for position, one in enumerate(self.lists):
            for item in one.items:
                found.setdefault(item.en, (item, []))[1].append(position)
        return [(item, tuple(positions)) for item, positions in found.values()]


def load_guides() -> dict[str, KindGuide]:
    """Return the guide to each kind of question by kind."""
    guides = load_entries(KindGuide, REVIEW, "kinds", key="kinds", label="kind", by="kind")
    return {guide.kind: guide for guide in guides}


def load_lists() -> dict[str, ListGroup]:
    """Return the groups of lists that get mixed up, by id."""
    groups = load_entries(ListGroup, REVIEW, "lists", key="groups", label="group")
    return {group.id: group for group in groups}


@dataclass(frozen=True)
class Formula:
    """One line of the formula sheet, and the calculation of the bank that shows it with numbers."""

    id: str
    topic: str
    item: str
    name: Text
    formula: Text

    def __post_init__(self) -> None:
        check_topics((self.topic,), key="topic")


def load_formulas() -> dict[str, Formula]:
    """Return the formulas of the course, by id, in the order of the chapters."""
    formulas = load_entries(Formula, REVIEW, "formulas", key="formulas", label="formula")
    return {formula.id: formula for formula in formulas}


def load_bank() -> dict[str, tuple[ExamItem, ...]]:
    """Return the exam items of every chapter that can be read, without those held back for papers."""
    bank = {}
    for stem in chapter_stems(having="exam"):
        try:
            bank[stem] = load_open(stem)
        except ContentError:
            continue
    return bank


def find_item(bank: dict[str, tuple[ExamItem, ...]], key: str) -> ExamItem:
    """Return the exam item with this id; raise with the nearest ids otherwise."""
    items = {item.id: item for chosen in bank.values() for item in chosen}
    if key not in items:
        near = [known for known in items if known[:2] == key[:2]] or list(items)
        raise ContentError(f"There is no exam item {key!r}. {list_valid(key, near)}")
    return items[key]


def find_guide_problems(guide: KindGuide, bank: dict[str, tuple[ExamItem, ...]]) -> list[str]:
    """Return what is wrong with the worked example of a guide; an empty list if nothing is."""
    try:
        item, _ = find_item(bank, guide.item), [find_item(bank, key) for key in guide.faded]
    except ContentError as error:
        return [f"kind {guide.kind!r}: {error}"]
    problems = []
    if item.kind != guide.kind:
        problems.append(f"kind {guide.kind!r}: item {item.id} is of kind {item.kind}. Name another one.")
    known = range(1, len(item.scheme) + 1)
    strange = [point for line in guide.answer for point in line.points if point not in known]
    if strange:
        problems.append(
            f"kind {guide.kind!r}: item {item.id} has {len(known)} marking points, found {strange[0]}."
        )
    return problems


def find_formula_problems(formula: Formula, bank: dict[str, tuple[ExamItem, ...]]) -> list[str]:
    """Return what is wrong with the example of a formula; an empty list if nothing is."""
    try:
        item = find_item(bank, formula.item)
    except ContentError as error:
        return [f"formula {formula.id!r}: {error}"]
    if item.result is None or formula.topic not in item.topics:
        named = ", ".join(item.topics)
        return [
            f"formula {formula.id!r}: expected a calculation on {formula.topic}; item {item.id} is of kind "
            f"{item.kind}, on {named}. Name another one."
        ]
    return []


def count_marks(item: ExamItem, lines: Sequence[AnswerLine]) -> float:
    """Return the marks that an answer earns by the marking scheme of its item."""
    return sum(item.scheme[point - 1].marks for line in lines for point in line.points)
