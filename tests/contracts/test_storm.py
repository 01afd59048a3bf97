"""A small part of the storm, always the same one; `make storm` runs all of it."""

from __future__ import annotations

import pytest

from tests.contracts.case import Case
from tests.contracts.elsewhere import ELSEWHERE
from tests.contracts.packages import CALLED
from tests.contracts.storm import FAULTS, judge, list_sample, main

ONE_OF = 400
SAMPLE = [case for package in [*CALLED, *ELSEWHERE] for case in list_sample(package, one_of=ONE_OF)]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.id)
def test_odd_input_is_refused_in_words_or_changes_nothing(case):
    verdict, said = judge(case)
    assert verdict not in FAULTS, said


def make_case(run, *, allowed="refuse", place="receipts.amount_cny"):
    """A case of a call that is not in any package."""
    return Case("customers", "sum_sales_by_month", place, "10**30", run, allowed, ("receipts", "amount_cny"))


def refuse(message, kind=ValueError):
    """Refuse as a function of the library does not: from a test."""
    raise kind(message)


@pytest.mark.parametrize(
    ("run", "options", "verdict"),
    [
        (lambda: {}["amount_cny"], {}, "raw"),
        (lambda: refuse("receipts.amount_cny: 1 of 3 rows is wrong"), {}, "raw"),  # not said by the library
        (lambda: 1 / 0, {}, "raw"),
        (lambda: 7.0, {}, "wrongly answered"),
        (lambda: float("inf"), {"allowed": "any"}, "not finite"),
        (lambda: 7.0, {"allowed": "same"}, "another answer"),
        (lambda: 7.0, {"allowed": "any", "place": "option"}, "answered"),
    ],
)
def test_the_storm_tells_faults_from_answers(run, options, verdict):
    assert judge(make_case(run, **options))[0] == verdict


def test_a_call_that_does_not_come_back_hangs(monkeypatch):
    monkeypatch.setattr("tests.contracts.storm.SECONDS", 0.2)

    def wait():
        while True:
            pass

    assert judge(make_case(wait))[0] == "hangs"


def test_a_package_that_the_storm_does_not_know_is_named(capsys):
    assert main(["churn", "chrun"]) == 2
    assert "There is no chrun. Say nothing, or some of: estimates, " in capsys.readouterr().out
