"""Exam items: numbers from a seed that stay on their grid and meet the requirement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.exam.items import ExamItem, Point, draw_numbers
from crmlib.classroom.formats.schema import Text
from tests.classroom.exam.calls import make_calculation, make_multiple


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(calculation):
    draws = [tuple(draw_numbers(calculation, seed=seed).values()) for seed in range(30)]
    assert draws[7] == tuple(draw_numbers(calculation, seed=7).values())
    assert len(set(draws)) > 5


def test_the_numbers_of_a_seed_are_the_same_on_every_machine(calculation):
    assert draw_numbers(calculation, seed=1) == {"fee": 20.0, "per_point": 15.0, "points_needed": 400.0}


@given(seed=st.integers(0, 10**9))
def test_draws_stay_on_their_grid_and_meet_the_requirement(seed):
    item = make_calculation()
    values = draw_numbers(item, seed=seed)
    assert values["spend"] in [round(100.5 + 0.25 * n, 2) for n in range(7)]
    assert values["rate"] in (0.05, 0.1)
    assert values["spend"] != 101


def test_a_requirement_that_nothing_meets_is_reported():
    with pytest.raises(ValueError, match=r"Item 00-01: no draw out of 1,000 meets spend > 500\. Widen"):
        draw_numbers(make_calculation(require=("spend > 500",)), seed=1)


def test_several_right_choices_share_the_marks():
    points = make_multiple(correct="acd").scheme
    assert [(point.marks, point.zh) for point in points] == [(1, "A：甲"), (1, "C：丙"), (1, "D：丁")]
    assert make_multiple().wrong_options == ("b",)


@pytest.mark.parametrize("letters", ["a", "ca", "abcd", "ax", "aa", None])
def test_letters_that_are_not_several_are_refused(letters):
    with pytest.raises(ValueError, match="key 'correct'"):
        make_multiple(correct=letters)


def test_an_open_kind_needs_the_usual_wrong_answer():
    text = Text("this", "这个")
    given = {"question": text, "answer": text, "points": (Point(4, "this", "这个"),)}
    for kind in ("definition", "question", "essay"):
        with pytest.raises(ValueError, match=f"key 'slip': an item of kind {kind} needs it"):
            ExamItem("00-01", ("H-01",), kind, minutes=3, difficulty=1, marks=4, **given)
    with pytest.raises(ValueError, match="key 'slip': an item of kind calculation does not have it"):
        make_calculation(slip=text)
