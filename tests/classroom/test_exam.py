"""Exam items: safe arithmetic, numbers from a seed, papers and marking schemes that agree with each other."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.exam.items import Draw, ExamItem, draw_numbers, load_exam
from crmlib.classroom.exam.papers import render_paper, select_items
from crmlib.classroom.exam.templates import find_item_problems, instantiate
from crmlib.classroom.formats.arithmetic import evaluate
from tests.classroom.classroom_examples import STEM, write_examples

VALUES = {"spend": 1234.0, "rate": 0.05, "first": 1.0}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("floor(spend / 10)", 123),
        ("spend * rate ** 2", 1234 * 0.0025),
        ("40 if first else 0", 40),
        ("1 < 2 <= 2 and not 3 == 4", True),
        ("max(1, min(5, 3), sqrt(4))", 3),
        ("-spend % 10 // 2", 3),
        ("round(2.345, 1)", 2.3),
        ("rate / (1 + 0.1 - rate)", 0.05 / 1.05),
    ],
)
def test_arithmetic_gives_the_value(expression, expected):
    assert evaluate(expression, VALUES) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("__import__('os').system('x')", "is not allowed"),
        ("spend.real", "is not allowed"),
        ("(lambda: 1)()", "is not allowed"),
        ("[1, 2][0]", "is not allowed"),
        ("'a' * 3", "is not allowed"),
        ("round(1.5, ndigits=1)", "is not allowed"),
        ("spent * 2", "name 'spent' is not defined. Did you mean 'spend'"),
        ("spend / (first - 1)", "divides by zero"),
        ("9 ** 9 ** 9", "exponent 3.8742e.08 is too large"),
        ("(0 - 8) ** 0.5", "root of a negative number"),
        ("sqrt(0 - 1)", "math domain error|nonnegative|expected a"),
        ("exp(5000)", "cannot be computed"),
        ("spend +", "is not an expression"),
        ("x = 3", "is not an expression"),
        ("", "is not an expression"),
    ],
)
def test_anything_but_arithmetic_is_refused_with_its_place(expression, message):
    with pytest.raises(ValueError, match=message):
        evaluate(expression, VALUES)


@given(st.text(alphabet="spendrate0123456789+-*/%().,<>=! '\"[]_", max_size=30))
def test_arithmetic_returns_a_number_or_a_value_error(expression):
    try:
        assert isinstance(evaluate(expression, VALUES), int | float)
    except ValueError as error:
        assert str(error)


@pytest.fixture(scope="module")
def items(tmp_path_factory) -> tuple[ExamItem, ...]:
    """Return the documented exam items: a fill-in and a calculation."""
    root = tmp_path_factory.mktemp("content")
    write_examples(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_CONTENT", str(root))
        return load_exam(STEM)


@pytest.fixture(scope="module")
def calculation(items) -> ExamItem:
    """Return the documented calculation."""
    return items[1]


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


def make_calculation(**changes) -> ExamItem:
    """Return a calculation with a fine grid, a list and a requirement."""
    from crmlib.classroom.exam.items import Point, Result, WrongAnswer
    from crmlib.classroom.formats.schema import Text

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


def test_a_requirement_that_nothing_meets_is_reported():
    with pytest.raises(ValueError, match=r"Item 00-01: no draw out of 1,000 meets spend > 500\. Widen"):
        draw_numbers(make_calculation(require=("spend > 500",)), seed=1)


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


def test_a_paper_has_its_questions_and_no_answers(items):
    paper = render_paper(items, seed=1)
    assert "# Customer relationship management\n\n5 minutes, 5 marks. Paper 1." in paper
    assert "## Fill in the blanks\n\n**1.** \\_\\_\\_\\_ is the precondition" in paper
    assert "## Calculations\n\n**2.** A card costs 20 yuan." in paper
    assert "satisfaction" not in paper and "6,000" not in paper


def test_the_marking_scheme_shows_answers_marks_and_wrong_ways(items):
    scheme = render_paper(items, seed=1, with_answers=True)
    assert "> **Answer:** satisfaction; trust" in scheme
    assert "> - 2: These need 400 × 15 = 6,000 yuan." in scheme
    assert "> - *points taken for yuan* gives 300 yuan: The value of a point was left out." in scheme
    assert "*04-02; F-17*" in scheme


def test_a_paper_can_be_chinese_or_bilingual(items):
    chinese, both = (render_paper(items, seed=1, language=language) for language in ("zh", "both"))
    assert "时间5分钟，满分5分。试卷编号1。" in chinese and "## 计算题" in chinese
    assert not re.search(r"[a-z]{4,}", chinese)
    assert "## Calculations (计算题)" in both and "会员卡费用为20元" in both
    with pytest.raises(ValueError, match="Choose 'en', 'zh' or 'both'"):
        render_paper(items, seed=1, language="de")


def test_a_paper_is_the_same_for_the_same_seed(items):
    assert render_paper(items, seed=4) == render_paper(items, seed=4)
    assert render_paper(items, seed=4) != render_paper(items, seed=5)


def test_true_false_and_choice_show_the_verdict_in_front(items):
    statement = replace(items[0], kind="true_false", correct=False)
    choice = replace(items[0], kind="choice", correct="a", choices={"a": items[0].answer})
    assert "> **Answer:** False. satisfaction" in render_paper([statement], seed=1, with_answers=True)
    assert "> **答案:** 错. 满意" in render_paper([statement], seed=1, with_answers=True, language="zh")
    assert "> **Answer:** a. satisfaction" in render_paper([choice], seed=1, with_answers=True)


@given(minutes=st.integers(4, 60), seed=st.integers(0, 1000))
def test_a_selection_never_exceeds_the_time_and_repeats_no_item(minutes, seed):
    pool = [make_calculation(id=f"00-{n:02}", minutes=1 + n % 4) for n in range(20)]
    chosen = select_items(pool, minutes=minutes, seed=seed)
    assert sum(item.minutes for item in chosen) <= minutes
    assert len({item.id for item in chosen}) == len(chosen)
    assert chosen == select_items(pool, minutes=minutes, seed=seed)


def test_a_paper_without_time_is_refused(items):
    with pytest.raises(ValueError, match="No item fits into 0 minutes"):
        select_items(items, minutes=0, seed=1)
