"""A small calculation for the tests of exam items."""

from dataclasses import replace

from crmlib.classroom.exam.items import Draw, ExamItem, Point, Result, WrongAnswer
from crmlib.classroom.formats.schema import Text


def make_calculation(**changes) -> ExamItem:
    """Return a calculation with a fine grid, a list and a requirement."""
    item = ExamItem(
        id="00-01",
        topics=("F-17",),
        kind="calculation",
        minutes=3,
        difficulty=1,
        marks=2,
        question=Text(en="{{ rate|percent }} of {{ spend }}?", zh="{{ spend }}的{{ rate|percent }}是多少？"),
        numbers={"spend": Draw(low=100.5, high=102, step=0.25), "rate": Draw(choose=(0.05, 0.1))},
        require=("spend != 101",),
        steps=(
            Point(
                2, "{{ spend }} × {{ rate }} = {{ result }}", "{{ spend }} × {{ rate }} = {{ result }}，答"
            ),
        ),
        result=Result("spend * rate", "yuan", 2, 1, 20),
        mistakes=(WrongAnswer("divided", "spend / rate", "Share of, not per."),),
    )
    return replace(item, **changes)


def make_multiple(**changes) -> ExamItem:
    """Return a question with several right choices."""
    words = {"a": ("one", "甲"), "b": ("two", "乙"), "c": ("three", "丙"), "d": ("four", "丁")}
    given = {
        "id": "00-02",
        "topics": ("H-01",),
        "kind": "multiple",
        "minutes": 2,
        "difficulty": 1,
        "marks": 3,
        "question": Text(en="Which are odd or large?", zh="哪些是奇数或大数？"),
        "answer": Text(en="One, three, four.", zh="甲、丙、丁。"),
        "choices": {letter: Text(*pair) for letter, pair in words.items()},
        "correct": "acd",
        "hints": {"b": Text(en="Even and small.", zh="既是偶数又小。")},
    }
    return ExamItem(**(given | changes))
