"""Feedback on answers: right, named mistake, slip of units, near miss, wrong type; never the answer."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.comparison import compare_tables
from crmlib.classroom.answers.questions import Exercise, load_exercise
from crmlib.classroom.answers.workbook import Workbook, find_question_problems
from crmlib.classroom.formats.schema import ContentError
from crmlib.estimates.estimate import Estimate
from tests.classroom.calls import SMALL_CHECKS, STEM, ten_customers, write_examples


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Workbook:
    """Return the small exercise on ten customers."""
    root = tmp_path_factory.mktemp("content")
    (write_examples(root) / "checks.yaml").write_text(SMALL_CHECKS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_CONTENT", str(root))
        return Workbook(load_exercise(STEM), ten_customers())


def judge(workbook: Workbook, key: str, answer):
    """Return the feedback on an answer to a question of the small exercise."""
    question = workbook.exercise.find(key)
    return judge_answer(
        question, answer, expected=workbook.expected(question), slips=workbook.slips(question)
    )


@pytest.mark.parametrize("key", ["share", "fee", "by_score", "first", "works"])
def test_every_question_passes_its_own_validation(workbook, key):
    assert find_question_problems(workbook.exercise.find(key), workbook) == []


@pytest.mark.parametrize(
    ("key", "answer", "kind", "name"),
    [
        ("share", 0.25, "right", None),
        ("share", np.float64(0.2505), "right", None),
        ("share", Estimate(0.25, 0.1, 0.4, n=8), "right", None),
        ("share", 2 / 3, "mistake", "turned round"),
        ("share", 0.3, "mistake", "everybody"),
        ("share", 0.2, "mistake", "both at once"),
        ("share", 25, "slip", "factor 100"),
        ("share", 66.7, "mistake", "turned round"),
        ("share", 0.75, "slip", "complement"),
        ("share", -0.25, "slip", "sign"),
        ("share", 0.258, "near", None),
        ("share", 5, "slip", None),
        ("share", 0.61, "wrong", None),
        ("share", ..., "unanswered", None),
        ("share", None, "unanswered", None),
        ("share", "25 %", "wrong_type", None),
        ("share", True, "wrong_type", None),
        ("share", float("nan"), "wrong_type", None),
        ("share", pd.Series([0.25]), "wrong_type", None),
        ("share", {"left": 2}, "wrong_type", None),
        ("fee", 4000, "right", None),
        ("fee", 400, "mistake", "points for yuan"),
        ("fee", 3600, "mistake", "bonus forgotten"),
        ("fee", 1600, "mistake", "claimed"),
        ("fee", 40, "slip", "factor 0.01"),
        ("fee", 48000, "slip", "factor 12"),
        ("fee", 4_000_000, "slip", "factor 1000"),
        ("fee", 3990, "near", None),
        ("first", "a", "right", None),
        ("first", " A ", "right", None),
        ("first", "b", "mistake", "trust first"),
        ("first", "e", "wrong_type", None),
        ("first", 1, "wrong_type", None),
        ("first", pd.Series(["a"]), "wrong_type", None),
        ("works", np.array(["repair", "exchange", "return"]), "right", None),
        ("works", ["repair", "exchange", "return"], "right", None),
        ("works", "包换、包退、包修", "right", None),
        ("works", {"Return", "repair", "EXCHANGE"}, "right", None),
        ("works", ["repair", "exchange", "packing"], "mistake", "work"),
        ("works", ["repair"], "wrong", None),
        ("works", ["repair", "exchange", "return", "refund"], "wrong", None),
        ("works", [], "unanswered", None),
        ("works", 3, "wrong_type", None),
    ],
)
def test_an_answer_gets_the_feedback_that_it_deserves(workbook, key, answer, kind, name):
    feedback = judge(workbook, key, answer)
    assert (feedback.kind, feedback.name) == (kind, name)


LEFT = pd.Series({False: 0.5, True: 0.25}, name="left")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (LEFT, "right", "Right"),
        (LEFT[::-1], "right", "Right"),
        (1 - LEFT, "mistake", "those who stayed"),
        (LEFT * 100, "wrong", "hundred times too large"),
        (LEFT.round(1), "wrong", "1 of 2 values differ"),
        (LEFT + 0.004, "near", "round"),
        (LEFT[:1], "wrong", "1 rows are fewer"),
        (LEFT.rename({True: "yes", False: "no"}), "wrong", "row labels differ"),
        (LEFT.to_frame(), "wrong_type", "asks for a series"),
        (LEFT.astype(str) + " %", "wrong_type", "not numbers"),
        (0.25, "wrong_type", "asks for a series"),
    ],
)
def test_a_table_is_compared_whatever_its_order(workbook, answer, kind, words):
    feedback = judge(workbook, "by_score", answer)
    assert feedback.kind == kind
    assert words in feedback.message


@given(answer=st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.lists(st.text())))
def test_no_answer_breaks_the_check_and_no_hint_gives_the_number_away(workbook, answer):
    for key, secret in (("share", "0.25"), ("fee", "4000")):
        feedback = judge(workbook, key, answer)
        assert feedback.message
        assert feedback.passed or secret not in feedback.message.replace(",", "")


tables = st.dictionaries(st.text(max_size=3), st.floats(-1e6, 1e6), min_size=1, max_size=8)


@given(values=tables, order=st.randoms())
def test_a_table_equals_itself_in_any_order_and_no_table_with_one_value_changed(values, order):
    expected = pd.Series(values)
    labels = list(values)
    order.shuffle(labels)
    assert compare_tables(expected.loc[labels], expected, tolerance=0.5) is None
    changed = expected.copy()
    changed.iloc[0] += 10 + abs(changed.iloc[0])
    assert compare_tables(changed, expected, tolerance=0.5) is not None


def test_frames_are_compared_by_column_and_by_label_whatever_the_index_is_made_of():
    frame = pd.DataFrame({"n": [1, 2], "who": ["a", None]}, index=pd.CategoricalIndex(["low", "high"]))
    other = pd.DataFrame({"who": [None, "a"], "n": [2.0, 1.0]}, index=["high", "low"])
    assert compare_tables(other, frame, tolerance=0) is None
    for wrong, words in [
        (frame[["n"]], "lacks columns that the question names: 1"),
        (frame.assign(extra=1), "does not ask for: extra"),
        (frame.assign(who="a"), "Column who: 1 of 2 values differ"),
        (pd.concat([frame, frame[["n"]]], axis=1), "column names occur twice"),
        (pd.concat([frame, frame]), "4 rows are more than expected"),
        (frame.set_axis(["low", "low"]), "row labels occur twice"),
    ]:
        difference = compare_tables(wrong, frame, tolerance=0)
        assert difference is not None and words in difference.message


def test_the_readers_table_is_left_as_it_was(workbook):
    answer = LEFT[::-1].copy()
    judge(workbook, "by_score", answer)
    pd.testing.assert_series_equal(answer, LEFT[::-1])


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


def test_an_unknown_question_names_the_valid_ones(workbook):
    with pytest.raises(ValueError, match=r"no question 'shares'\. Did you mean 'share'"):
        workbook.exercise.find("shares")


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
