"""One number, one verdict: exercises and the exam review recognise the same slips in the same words."""

import numpy as np
import pytest

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.questions import LikelyMistake, Question
from crmlib.classroom.answers.slips import (
    FACTORS,
    ROUNDING,
    Feedback,
    KnownMistake,
    _describe_factor,
    find_factor,
    find_nearness,
    find_slip,
    is_close,
    judge_number,
)
from crmlib.classroom.exam.items import Draw, Result, WrongAnswer
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.draw import judge_result
from tests.classroom.exam.calls import make_calculation

NUDGE = "Write down the first step with its unit, then the next."


def judge_in_exercise(value: float, *, right: float, mistake: float, unit: str) -> Feedback:
    """Return the feedback of an exercise whose right answer and likely mistake are given."""
    question = Question(
        id="q1",
        topics=("F-17",),
        question=Text(en="How much?", zh="多少？"),
        kind="share" if unit == "%" else "number",
        unit="" if unit == "%" else unit,
        tolerance=0.0005 if unit == "%" else 0.5,
        answer="right",
        mistakes=(LikelyMistake("turned round", "mistake", "Of whom?"),) * 3,
        hint=NUDGE,
    )
    return judge_answer(question, value, expected=right, mistaken=[mistake] * 3)


def judge_in_review(value: float, *, right: float, mistake: float, unit: str) -> Feedback:
    """Return the feedback of the exam review on the same number, typed as the review asks for it."""
    item = make_calculation(
        numbers={"right": Draw(choose=(right,)), "mistake": Draw(choose=(mistake,))},
        require=None,
        result=Result("right", unit, 1 if unit == "%" else 0, 0, 1 if unit == "%" else 10_000),
        mistakes=(WrongAnswer("turned round", "mistake", "Of whom?"),),
    )
    return judge_result(item, repr(value * 100 if unit == "%" else value), seed=1)


SHARE = {"right": 0.3, "mistake": 0.6, "unit": "%"}
YUAN = {"right": 4000.0, "mistake": 400.0, "unit": "yuan"}


@pytest.mark.parametrize("judge", [judge_in_exercise, judge_in_review])
@pytest.mark.parametrize(
    ("right", "value", "passes"),
    [
        (0.6660, 0.67, True),
        (0.6646, 0.66, True),
        (0.6646, 0.67, False),  # rounded up instead of to the nearest
        (0.6660, 0.671, False),  # a third decimal must be the right one
        (0.6660, 0.7, False),
        (0.9960, 1.0, False),  # everybody is more than the two decimals say
        (0.0040, 0.0, False),
    ],
)
def test_two_decimals_of_a_share_do_whatever_the_tolerance(judge, right, value, passes):
    assert judge(value, right=right, mistake=0.2, unit="%").passed is passes


@pytest.mark.parametrize("judge", [judge_in_exercise, judge_in_review])
@pytest.mark.parametrize(
    ("case", "value", "kind", "name", "words"),
    [
        (SHARE, 0.3, "right", None, "Right."),
        (SHARE, 0.3004, "right", None, "Right."),
        (SHARE, 0.6003, "mistake", "turned round", "This looks like *turned round*. Of whom?"),
        (SHARE, 30.0, "slip", "factor 100", "a hundred times too large. Per cent, or a share?"),
        (SHARE, 0.003, "slip", "factor 0.01", "a hundred times too small. Per cent, or a share?"),
        (SHARE, 60.0, "mistake", "turned round", "a hundred times too large. Per cent, or a share? And it"),
        (SHARE, 0.006, "mistake", "turned round", "a hundred times too small. Per cent, or a share? And it"),
        (SHARE, 3.0, "slip", "factor 10", "ten times too large. Where does the decimal point belong?"),
        (SHARE, 3.6, "slip", "factor 12", "twelve times too large. Months and years?"),
        (SHARE, -0.3, "slip", "sign", "The size is right. Check the sign"),
        (SHARE, 0.7, "slip", "complement", "This is the share of all the others."),
        (
            SHARE,
            0.3042,
            "near",
            None,
            "Close, but not the right number rounded. Which day, group or limit counts differently",
        ),
        (SHARE, 1.7, "slip", None, "A share lies between 0 and 1. What do you divide by?"),
        (SHARE, 0.45, "wrong", None, f"Not yet. {NUDGE}"),
        (YUAN, 4000.5, "right", None, "Right."),
        (YUAN, 400.0, "mistake", "turned round", "This looks like *turned round*. Of whom?"),
        (YUAN, 40.0, "slip", "factor 0.01", "a hundred times too small."),
        (YUAN, 4e6, "slip", "factor 1000", "a thousand times too large. Which unit does the column have?"),
        (YUAN, 4.0, "slip", "factor 0.001", "a thousand times too small. Which unit does the column have?"),
        (YUAN, 40_000.0, "slip", "factor 10", "ten times too large. Points and yuan?"),
        (YUAN, 333.33, "slip", "factor 0.0833333", "twelve times too small. Months and years?"),
        (YUAN, -4002.0, "slip", "sign", "The size is right. Check the sign"),
        (YUAN, 3985.0, "near", None, "Close, but not the right number rounded."),
        (YUAN, -3999.0, "slip", "sign", "The size is right. Check the sign"),
        (YUAN, 1.7, "wrong", None, f"Not yet. {NUDGE}"),
    ],
)
def test_a_number_gets_the_same_verdict_in_an_exercise_and_in_the_review(
    judge, case, value, kind, name, words
):
    feedback = judge(value, **case)
    assert (feedback.kind, feedback.name) == (kind, name)
    assert words in feedback.message


@pytest.mark.parametrize(
    ("value", "expected", "is_rounding"),
    [
        (3.66, 3.6578, True),
        (3.7, 3.6863, True),
        (4000.0, 4012.3, True),
        (0.24, 0.2394, True),
        (3.65, 3.6578, False),
        (4010.5, 4012.3, False),
    ],
)
def test_only_what_rounding_explains_is_called_rounded(value, expected, is_rounding):
    """Thirty-day months give 3.65 where days give 3.6578: near, but no rounding of it."""
    found = find_nearness(value, expected, 1e-4)
    assert found is not None and (found is ROUNDING) == is_rounding
    assert find_nearness(value * 1.01, expected, 1e-4) is None


@pytest.mark.parametrize("case", [SHARE, YUAN], ids=["share", "yuan"])
def test_no_number_gets_other_words_in_an_exercise_than_in_the_review(case):
    scale = [-1, *np.geomspace(1e-4, 1e4, 400), 12, 1 / 12, 100, 0.01]
    values = [float(case["right"] * factor) for factor in scale] + [1 - case["right"], case["mistake"] * 100]
    judged = {value: (judge_in_exercise(value, **case), judge_in_review(value, **case)) for value in values}
    assert {value: pair for value, pair in judged.items() if pair[0] != pair[1]} == {}


def test_a_small_number_ten_times_too_large_is_not_taken_for_twelve_times():
    """With a tolerance of 0.5, 20 lies within 12 × (2 ± 0.5) as well."""
    assert find_factor(20.0, 2.0, tolerance=0.5) == 10
    assert find_factor(24.0, 2.0, tolerance=0.5) == 12


def test_zero_has_no_factor():
    assert find_factor(0.04, 0.0, tolerance=0.05) is None


def test_a_growth_in_per_cent_has_no_complement():
    growth = Result("rate", "%", 1, -0.5, 2)
    item = make_calculation(result=growth, numbers={"spend": Draw(choose=(1,)), "rate": Draw(choose=(0.3,))})
    assert not growth.is_share
    assert judge_result(item, "70", seed=1).kind == "wrong"
    assert judge_result(item, "170", seed=1).kind == "wrong"


@pytest.mark.parametrize(
    ("column", "name"),
    [([30.0, 50.0, 0.0], "factor 100"), ([-0.3, -0.5, 0.0], "sign"), ([30.0, 0.5, 0.0], None)],
)
def test_a_slip_of_a_column_explains_all_its_values_or_none(column, name):
    found = find_slip(np.array(column), np.array([0.3, 0.5, 0.0]), tolerance=0.0005)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("value", "expected", "is_share", "feedback"),
    [
        (
            -0.3,
            0.3,
            False,
            Feedback("slip", "The size is right. Check the sign: what is subtracted from what?", "sign"),
        ),
        (0.7, 0.3, True, Feedback("slip", "This is the share of all the others.", "complement")),
        (0.7, 0.3, False, Feedback("wrong", "Not yet. Look.")),  # what is no share has no others
        (0.0, 0.3, True, Feedback("wrong", "Not yet. Look.")),
        (1.0, 0.3, True, Feedback("wrong", "Not yet. Look.")),
        (1.01, 0.3, True, Feedback("slip", "A share lies between 0 and 1. What do you divide by?")),
        (200.0, 7.0, False, Feedback("wrong", "Not yet. Look.")),  # a hundred times the known mistake
        (
            1.0,
            12.0,
            False,
            Feedback(
                "slip",
                "The digits are right, but this is twelve times too small. Months and years?",
                "factor 0.0833333",
            ),
        ),
        (
            300.0,
            0.3,
            True,
            Feedback(
                "slip",
                "The digits are right, but this is a thousand times too large. "
                "Where does the decimal point belong?",
                "factor 1000",
            ),
        ),
    ],
)
def test_a_slip_is_told_in_words_that_fit_it(value, expected, is_share, feedback):
    mistakes = [KnownMistake("twice", 2.0, "Count once.")]
    found = judge_number(
        value, expected, tolerance=0.001, mistakes=mistakes, is_share=is_share, nudge="Look."
    )
    assert found == feedback


def test_left_alone_a_number_is_no_share_and_has_no_known_mistake():
    assert judge_number(0.7, 0.3, tolerance=0.001, nudge="Look.") == Feedback("wrong", "Not yet. Look.")
    assert find_slip(0.7, 0.3, tolerance=0.001) is None


def test_a_mistake_without_chinese_words_is_told_in_english_alone():
    mistakes = [
        KnownMistake("twice", 0.6, "Count once."),
        KnownMistake("half", 0.15, "Count all.", "数全部。"),
    ]
    twice, half = (
        judge_number(value, 0.3, tolerance=0.001, mistakes=mistakes, is_share=True, nudge="Look.")
        for value in (60.0, 15.0)
    )
    assert (twice.name, twice.zh) == ("twice", "")
    assert (half.name, half.zh) == ("half", "大了100倍。是百分数还是比例？数全部。")


def test_what_lies_at_the_tolerance_lies_within_it():
    assert is_close(0.5, 0.0, 0.5) and not is_close(0.51, 0.0, 0.5)
    near = [find_nearness(value, 0.0, 0.1) is not None for value in (1.0, 1.05)]  # ten tolerances
    assert near == [True, False]
    assert find_slip(-1.5, 1.0, tolerance=0.5).name == "sign"
    assert find_factor(6.0, 0.5, tolerance=0.5) is None  # next to nothing has no factor


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_is_too_large_and_its_inverse_too_small(factor):
    size = FACTORS[factor][0]
    assert _describe_factor(factor, False).startswith(f"{size} too large. ")
    assert _describe_factor(1 / factor, False).startswith(f"{size} too small. ")
