"""Papers and marking schemes that agree with each other, in both languages, within the time."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.exam.papers import render_paper, select_items, show_right
from crmlib.classroom.formats.schema import Text
from tests.classroom.exam.calls import make_calculation, make_multiple


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
    assert "> **答案:** 错。满意" in render_paper([statement], seed=1, with_answers=True, language="zh")
    assert "> **Answer:** a. satisfaction" in render_paper([choice], seed=1, with_answers=True)


def test_papers_in_print_and_slides_show_the_right_answer_by_the_same_rule(items):
    answer = Text(en="both", zh="两者")
    several = make_multiple()
    assert show_right(several, answer) == Text(en="acd. both", zh="acd。两者")
    assert show_right(several, answer, capital=True) == Text(en="ACD. both", zh="ACD。两者")
    right = replace(items[0], kind="true_false", correct=True)
    assert show_right(right, answer) == Text(en="True. both", zh="对。两者")
    assert show_right(items[0], answer) is answer


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
