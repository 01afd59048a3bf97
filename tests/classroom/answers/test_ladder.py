"""The worked way: from what the check computes, with all that it needs and nothing more."""

import pytest

from crmlib.classroom.answers.ladder import find_wait, render_solution


@pytest.mark.parametrize(
    ("record", "opens"),
    [({}, False), ({"tries": 1}, False), ({"tries": 2}, True), ({"tries": 1, "passed": True}, True)],
)
def test_the_worked_way_opens_after_two_tries_or_once_passed(record, opens):
    assert (find_wait("q1", record) == "") is opens


def test_the_code_names_the_results_that_it_needs_in_order_and_no_other(workbook):
    exercise = workbook.exercise
    code = render_solution(exercise, exercise.find("by_score")).split("```")[1]
    assert code == (
        'python\nanswers = firm.answers\nby_satisfied = answers.groupby("satisfied")["left"]\n'
        "answer = by_satisfied.mean()\n"
    )


def test_a_choice_shows_its_letter_and_text_in_both_languages(workbook):
    exercise = workbook.exercise
    assert "**a** satisfaction (满意)" in render_solution(exercise, exercise.find("first"))
