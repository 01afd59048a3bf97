"""Answers are computed on any firm; a mistake that nobody could tell from the truth is reported."""

from dataclasses import replace

import pytest

from crmlib.classroom.answers.questions import Exercise
from crmlib.classroom.answers.workbook import Workbook, find_question_problems
from crmlib.classroom.formats.schema import ContentError
from tests.classroom.calls import ten_customers


@pytest.mark.parametrize("key", ["share", "fee", "by_score", "first", "works"])
def test_every_question_passes_its_own_validation(workbook, key):
    assert find_question_problems(workbook.exercise.find(key), workbook) == []


def problems(workbook: Workbook, key: str, firm=None, **changes) -> str:
    """Return what validation says about a question after some of its keys were changed."""
    question = replace(workbook.exercise.find(key), **changes)
    exercise = Exercise(workbook.exercise.modules, workbook.exercise.given, (question,))
    return "\n".join(find_question_problems(question, Workbook(exercise, firm or ten_customers())))


def test_a_mistake_that_collides_with_the_truth_on_some_data_is_reported(workbook):
    firm = ten_customers()
    firm.answers["left"] = [True] * 2 + [False] * 6 + [True, True]
    firm.answers["satisfied"] = [True] * 8 + [True, True]
    found = problems(workbook, "share", firm)
    assert "mistake 'everybody': leads to the right answer on this firm" in found


def test_two_mistakes_with_one_answer_are_reported(workbook):
    first, second, third = workbook.exercise.find("fee").mistakes
    found = problems(workbook, "fee", mistakes=(first, second, replace(third, answer="firm.fee * 20")))
    assert "mistake 'claimed': is taken for 'points for yuan'" in found


def test_a_mistake_within_twice_the_tolerance_is_reported(workbook):
    first, second, third = workbook.exercise.find("fee").mistakes
    found = problems(workbook, "fee", mistakes=(first, second, replace(third, answer="4000.9")))
    assert "mistake 'claimed': is only 0.9 off the right answer" in found


def test_an_expression_that_fails_is_reported_with_its_error(workbook):
    found = problems(workbook, "fee", answer="firm.fees * 200")
    assert "'firm.fees * 200' cannot be computed: AttributeError" in found


def test_intermediate_results_are_computed_once_and_only_when_needed(workbook):
    class Firm:
        fee = 20
        reads = 0

        @property
        def answers(self):
            self.reads += 1
            return ten_customers().answers

    firm = Firm()
    fresh = Workbook(workbook.exercise, firm)
    fresh.expected(fresh.exercise.find("fee"))
    assert firm.reads == 0
    for _ in range(3):
        fresh.slips(fresh.exercise.find("share"))
    assert firm.reads == 1


def test_a_module_that_does_not_exist_is_named(workbook):
    with pytest.raises(ContentError, match="key 'modules': the library has no module 'satisfactoin'"):
        Workbook(Exercise(("satisfactoin",), {}, ()), ten_customers())
