"""The worked way: from what the check computes, with all that it needs and nothing more."""

from dataclasses import replace

import pytest

from crmlib.classroom.answers.ladder import _name_word, find_wait, render_hint, render_solution


@pytest.mark.parametrize(
    ("record", "opens"),
    [({}, False), ({"tries": 1}, False), ({"tries": 2}, True), ({"tries": 1, "passed": True}, True)],
)
def test_the_worked_way_opens_after_two_tries_or_once_passed(record, opens):
    wait = find_wait("q1", record)
    made = record.get("tries") or "none"
    words = f"**q1**: the worked way opens after 2 tries; you have made {made}."
    assert wait == "" if opens else wait == f'{words} `chapter.hint("q1")` gives the next step.'


def test_the_code_names_the_results_that_it_needs_in_order_and_no_other(workbook):
    exercise = workbook.exercise
    code = render_solution(exercise, exercise.find("by_score")).split("```")[1]
    assert code == (
        'python\nanswers = firm.answers\nby_satisfied = answers.groupby("satisfied")["left"]\n'
        "answer = by_satisfied.mean()\n"
    )


def test_the_code_imports_what_an_expression_reads_and_keeps_its_order(workbook):
    exercise = workbook.exercise
    question = replace(
        exercise.find("fee"), answer=" np.sqrt(pd.Series([4]))[0] + estimates.estimate_share(1, 2).n "
    )
    assert render_solution(exercise, question).split("\n\n")[1] == (
        "```python\nfrom crmlib import estimates\nimport numpy as np\nimport pandas as pd\n"
        "answer = np.sqrt(pd.Series([4]))[0] + estimates.estimate_share(1, 2).n\n```"
    )


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (
            "first",
            "**first**, the worked way. Which comes first? (哪一个是前提？)\n\n**a** satisfaction (满意)",
        ),
        (
            "road",
            "**road**, the worked way. Which comes first? (排序)\n\n"
            "1. **b** satisfaction (满意)\n2. **c** trust (信任)\n3. **a** loyalty (忠诚)",
        ),
        (
            "pairs",
            "**pairs**, the worked way. Who says what? (配对)\n\n"
            "1. I come back. (我还来。): **c** loyalty (忠诚)\n"
            "2. It was good. (不错。): **a** satisfaction (满意)",
        ),
        (
            "works",
            "**works**, the worked way. Name the three guarantees. (写出三包。)\n\n"
            "1. repair (包修)\n2. exchange (包换)\n3. return (包退)",
        ),
    ],
)
def test_the_worked_way_of_what_is_clicked_is_its_answer_in_both_languages(workbook, key, way):
    assert render_solution(workbook.exercise, workbook.exercise.find(key)) == way


def test_the_next_step_stands_before_the_way(workbook):
    solution = render_solution(workbook.exercise, workbook.exercise.find("share"))
    assert solution.split("\n\n")[1] == "Keep the satisfied; take the mean of left."


def test_the_next_step_is_told_in_the_language_of_the_reader_as_far_as_it_is_written(workbook):
    share, road = workbook.exercise.find("share"), workbook.exercise.find("road")
    both = replace(share, next_step_zh="先选满意者。")
    assert render_hint(share) == "**share**, the next step: Keep the satisfied; take the mean of left."
    assert render_hint(both, "zh") == "**share**，下一步：先选满意者。"
    assert render_hint(both) == render_hint(share) == render_hint(share, "zh")
    assert render_hint(road) == "**road**, the next step: What comes from what?"
    again = render_hint(replace(road, hint=None))
    assert again == "**road**, the next step: Read the question once more, one word after the other."


def test_an_entry_without_chinese_is_told_alone():
    assert _name_word("value|worth") == "value"
