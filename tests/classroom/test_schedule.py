"""When a card comes back: the published formulas of FSRS, days, records of earlier releases."""

import math
from datetime import date, timedelta

import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS as W

from crmlib.classroom.schedule import (
    EASY,
    HARD,
    KNEW,
    NOT_YET,
    RATINGS,
    find_due,
    find_stability,
    rate_card,
)

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize(("rating", "days"), [(NOT_YET, 1), (HARD, 1), (KNEW, 2), (EASY, 8)])
def test_a_new_card_stays_as_long_as_the_first_four_parameters_say(rating, days):
    record = rate_card({}, rating=rating, today=FIRST)
    assert record["stability"] == pytest.approx(W[rating - 1], abs=1e-4)
    assert record["due_on"] == (FIRST + timedelta(days=days)).isoformat()
    assert record["reviewed_on"] == "2026-03-01"


def test_a_card_known_on_the_day_it_is_due_stays_longer_by_the_formula_of_recall():
    first = rate_card({}, rating=KNEW, today=FIRST)
    second = rate_card(first, rating=KNEW, today=FIRST + timedelta(days=2))
    stays, hard = first["stability"], first["difficulty"]
    known = (1 + (0.9 ** (-1 / W[20]) - 1) * 2 / stays) ** -W[20]
    growth = math.exp(W[8]) * (11 - hard) * stays ** -W[9] * (math.exp((1 - known) * W[10]) - 1)
    assert second["stability"] == pytest.approx(stays * (1 + growth), rel=1e-4)
    assert find_due(second, today=FIRST) == FIRST + timedelta(days=2 + round(second["stability"]))


def test_a_card_that_was_forgotten_is_asked_the_next_day_and_is_harder():
    known = rate_card({}, rating=EASY, today=FIRST)
    lost = rate_card(known, rating=NOT_YET, today=FIRST + timedelta(days=8))
    assert lost["stability"] < known["stability"] and lost["difficulty"] > known["difficulty"]
    again = rate_card(lost, rating=KNEW, today=FIRST + timedelta(days=8))
    assert again["stability"] > lost["stability"]


def test_boxes_of_earlier_releases_are_taken_over():
    due = (FIRST + timedelta(days=30)).isoformat()
    assert [find_stability({"box": box}) for box in range(1, 6)] == [0, 1, 3, 7, 21]
    taken = rate_card({"box": 4, "due_on": "2026-03-01"}, rating=KNEW, today=FIRST)
    asked = {"stability": 7, "reviewed_on": "2026-02-22", "due_on": due}
    assert taken == rate_card(asked, rating=KNEW, today=FIRST)
    assert taken["stability"] > 7 and "box" not in taken
    new = rate_card({}, rating=HARD, today=FIRST)
    for unread in ({"box": 1, "due_on": "2026-03-01"}, {"box": 3, "due_on": "soon"}, {"box": 3}):
        assert rate_card(unread, rating=HARD, today=FIRST) == new


@pytest.mark.parametrize("rating", RATINGS)
def test_no_card_waits_longer_than_a_year(rating):
    old = {"stability": 3000.0, "difficulty": 1.0, "reviewed_on": "2025-03-01", "due_on": "2026-03-01"}
    assert find_due(rate_card(old, rating=rating, today=FIRST), today=FIRST) <= FIRST + timedelta(days=365)
