"""An exercise hands out its questions by their ids."""

from dataclasses import replace

import pytest

from crmlib.classroom.answers.questions import load_exercise
from tests.classroom.calls import SMALL_CHECKS, STEM, write_examples


def test_an_unknown_question_names_the_valid_ones(workbook):
    with pytest.raises(ValueError, match=r"no question 'shares'\. Did you mean 'share'"):
        workbook.exercise.find("shares")


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load the small exercise after some of its text was replaced."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    path = write_examples(tmp_path) / "checks.yaml"

    def load(old: str, new: str):
        path.write_text(SMALL_CHECKS.replace(old, new, 1), encoding="utf-8")
        return load_exercise(STEM)

    return load


def test_an_exercise_is_read_with_its_packages_and_questions(load):
    exercise = load("", "")
    assert exercise.packages == ("estimates",) and list(exercise.given)[:2] == ["answers", "satisfied"]
    assert [question.id for question in exercise.questions] == [
        "share",
        "fee",
        "by_score",
        "first",
        "road",
        "pairs",
        "works",
    ]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("questions:", "queries:", ["checks.yaml", "questions"]),
        ("packages:", "package:", ["checks.yaml", "package"]),
        ("kind: share", "kind: part", ["checks.yaml", "question", "'share'", "kind"]),
        (SMALL_CHECKS, "- one\n- two", ["checks.yaml"]),
        (SMALL_CHECKS, "packages: []\ngiven: {}", ["checks.yaml", "questions"]),
    ],
)
def test_a_fault_in_an_exercise_is_named_with_its_place(load, old, new, pieces):
    with pytest.raises(ValueError) as caught:
        load(old, new)
    assert all(piece in str(caught.value) for piece in pieces)


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("first", {"answer": ("a",)}, "key 'answer': a question of kind choice needs one text in quotes."),
        (
            "works",
            {"answer": "repair"},
            "key 'answer': a question of kind list needs a list of words: [one, two].",
        ),
        (
            "first",
            {"choices": None},
            "key 'choices': a question of kind choice needs it, other kinds do not have it.",
        ),
        (
            "works",
            {"choices": {}},
            "key 'choices': a question of kind choice or order or match needs it, other kinds do not have "
            "it.",
        ),
        (
            "road",
            {"answer": ("a", "b", "b")},
            "key 'answer': an order names each of the choices once.",
        ),
        (
            "pairs",
            {"answer": ("a", "b", "b")},
            "key 'answer': expected 2 letters, one for each item.",
        ),
        (
            "pairs",
            {"answer": ("a", "d")},
            "key 'answer': 'd' is not among the choices. Valid: a, b, c.",
        ),
        (
            "first",
            {"answer": "ab"},
            "key 'answer': 'ab' is not among the choices. Did you mean 'b'? Valid: a, b, c, d.",
        ),
        (
            "first",
            {"answer": "f"},
            "key 'answer': 'f' is not among the choices. Valid: a, b, c, d.",
        ),
        (
            "first",
            {"mistakes": ()},
            "key 'mistakes': expected at least 3 likely mistakes, found 0. Think of percent and share, the "
            "wrong denominator, the wrong group, the wrong period.",
        ),
        (
            "first",
            {"tolerance": 0.1},
            "key 'tolerance': number, share and table need it, other kinds do not have it; this is choice.",
        ),
        (
            "share",
            {"tolerance": None},
            "key 'tolerance': number, share and table need it, other kinds do not have it; this is share.",
        ),
        (
            "first",
            {"choices": dict.fromkeys("abcdef", "word")},
            "key 'mistakes': no hint for e, f. Give every wrong choice its hint.",
        ),
    ],
)
def test_a_question_that_does_not_fit_its_kind_is_refused(workbook, key, change, message):
    with pytest.raises(ValueError) as caught:
        replace(workbook.exercise.find(key), **change)
    assert str(caught.value) == message
