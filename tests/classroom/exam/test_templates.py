"""Templates: question, steps and answer hold the same numbers, and a template that goes wrong is reported."""

from dataclasses import replace

import pytest

from crmlib.classroom.exam.items import draw_numbers
from crmlib.classroom.exam.templates import find_item_problems, instantiate
from tests.classroom.exam.calls import make_calculation


def test_steps_question_and_answer_hold_the_same_numbers():
    ready = instantiate(make_calculation(), seed=5)
    spend, rate = (draw_numbers(make_calculation(), seed=5)[name] for name in ("spend", "rate"))
    assert ready.question.en == f"{rate * 100:g} % of {spend:g}? Round to 2 decimals."
    assert ready.question.zh == f"{spend:g}的{rate * 100:g}%是多少？（结果保留2位小数。）"
    assert ready.answer.en == f"{spend * rate:.2f} yuan"
    assert ready.scheme[0].zh == f"{spend:g} × {rate:g} = {spend * rate:.2f}元，答"
    assert ready.wrong == (("divided", f"{spend / rate:,.2f} yuan", "Share of, not per."),)


def test_rounding_to_a_whole_number_is_asked_for_only_where_it_changes_something(calculation):
    whole = instantiate(calculation, seed=1)
    broken = instantiate(make_calculation(result=replace(make_calculation().result, digits=0)), seed=5)
    assert "Round" not in whole.question.en
    assert broken.question.en.endswith("Round to a whole number.")


def test_a_sound_template_has_no_problem_over_fifty_seeds(calculation):
    assert find_item_problems(calculation) == []
    assert find_item_problems(make_calculation()) == []


@pytest.mark.parametrize(
    ("part", "changes", "message"),
    [
        ("result", {"high": 6.0}, "is outside 1 to 6"),
        ("result", {"expression": "spend / (rate - 0.05)"}, "divides by zero"),
        ("result", {"expression": "spend * rates"}, "'rates' is not defined. Did you mean 'rate'"),
        ("steps", {"en": "= {{ spend * rate }}"}, "the last step in en does not show {{ result }}"),
        ("steps", {"zh": "= {{ spent }}，答"}, "cannot be filled in: 'spent' is undefined"),
        (
            "mistakes",
            {"expression": "rate * spend"},
            "mistake 'divided' gives the right answer for 50 of 50 seeds",
        ),
    ],
)
def test_a_template_that_goes_wrong_is_reported(part, changes, message):
    present = getattr(make_calculation(), part)
    changed = tuple(replace(entry, **changes) for entry in present) if isinstance(present, tuple) else None
    item = make_calculation(**{part: changed or replace(present, **changes)})
    found = "\n".join(find_item_problems(item))
    assert "item '00-01'" in found
    assert message in found
