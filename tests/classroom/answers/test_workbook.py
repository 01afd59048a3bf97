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
    exercise = Exercise(workbook.exercise.packages, workbook.exercise.given, (question,))
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


def test_a_mistake_that_is_nearly_the_right_share_is_reported(workbook):
    first, second, third = workbook.exercise.find("share").mistakes
    found = problems(workbook, "share", mistakes=(first, second, replace(third, answer="0.2515")))
    assert "mistake 'both at once': is only 0.0015 off the right answer" in found


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
        fresh.compute_mistakes(fresh.exercise.find("share"))
    assert firm.reads == 1


def test_a_package_that_does_not_exist_gets_the_nearest():
    with pytest.raises(
        ContentError, match=r"key 'packages': the library has no package 'satisfactoin'\. Did you mean 'satis"
    ):
        Workbook(Exercise(("satisfactoin",), {}, ()), ten_customers())


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "lifecycle.asign_stages(rows)",
            "'lifecycle' offers no name 'asign_stages'. Did you mean 'assign_",
        ),
        ("lifecycle.stages.assign_stages(rows)", "'lifecycle' offers no name 'stages'. Did you mean"),
        ("loyalty.fee_break_even()", "no name 'loyalty' is defined. Did you mean"),
        ("rows + twice", "'rows + twice': 'lenn(rows)': no name 'lenn' is defined. Did you mean 'len'?"),
        ("open('solutions.md')", "no name 'open' is defined."),
        ("firm.fees", "'firm.fees' cannot be computed: AttributeError"),
        ("firm.fee *", "cannot be computed: SyntaxError"),
    ],
)
def test_an_expression_may_use_what_packages_offer_and_no_more(expression, message):
    exercise = Exercise(("lifecycle",), {"rows": "[1, 2]", "twice": "lenn(rows)"}, ())
    with pytest.raises(ContentError) as caught:
        Workbook(exercise, ten_customers()).compute(expression)
    assert str(caught.value).startswith(f"{expression!r}") and message in str(caught.value)


def test_an_expression_may_call_the_usual_functions():
    exercise = Exercise((), {"rows": "[1, 2.5, -4]"}, ())
    workbook = Workbook(exercise, ten_customers())
    assert workbook.compute("max(rows) + len(rows) + sum(abs(row) for row in rows)") == 13
    assert workbook.compute("[round(row) for row in rows][int(1.0)]") == 2
