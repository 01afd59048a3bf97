"""The class page: figures by hand, and nobody to be recognised."""

from dataclasses import replace

import numpy as np
import pytest

from crmlib.grading.marking.grade import Result, Verdict
from crmlib.grading.returning import class_page
from crmlib.grading.returning.class_page import (
    Level,
    correlate,
    describe_items,
    describe_levels,
    find_minutes,
    render_class_page,
    share_at_first,
    write_class_page,
)

STEM = "03_lifecycle"


def make(number: int, *kinds: str) -> Result:
    """A result with one verdict a question; a kind that is not known names a mistake."""
    known = ("right", "wrong", "unanswered")
    verdicts = {
        f"q{n}": Verdict(kind, "") if kind in known else Verdict("mistake", "", kind)
        for n, kind in enumerate(kinds, 1)
    }
    return Result(str(number), STEM, 1, "", "", "", verdicts)


def test_shares_mistakes_and_discrimination_are_those_worked_by_hand():
    results = [make(n, "right", "right", "right") for n in range(4)]
    results += [make(n, "gap taken", "wrong", "right") for n in range(4, 9)] + [
        make(9, "other", "right", "wrong")
    ]
    first, second, _ = describe_items(results)
    assert first.right == 0.4 and second.right == 0.5
    assert first.wrong == (("gap taken", 5),) and first.rare == 1
    own = np.array([1] * 4 + [0] * 6)
    others = np.array([2] * 4 + [1] * 6)
    assert first.discrimination == pytest.approx(np.corrcoef(own, others)[0, 1]) == pytest.approx(1.0)


def test_what_does_not_vary_discriminates_nothing():
    assert correlate(np.ones(9), np.arange(9.0)) is None
    assert correlate(np.arange(9.0), np.ones(9)) is None
    assert correlate(np.arange(4.0), np.arange(4.0)) is None


def test_first_tries_need_five_students():
    tries = [{"tries": 1, "passed": True}, {"tries": 2, "passed": True}, {"tries": 1, "passed": False}]
    assert share_at_first(tries + tries[:1]) is None
    assert share_at_first([*tries, *tries[:1], {"tries": 1, "passed": True}]) == 0.6
    assert share_at_first([*tries, {}, {"tries": "1"}, {"tries": 0}]) is None


def test_minutes_need_five_students_who_were_right_and_timed():
    timed = [{"passed": True, "seconds": 60.0 * n} for n in (1, 2, 3, 4)]
    others = [{"passed": False, "seconds": 6000.0}, {"passed": True}, {}]
    assert find_minutes(timed + others) is None
    assert find_minutes([*timed, *others, {"passed": True, "seconds": 600}]) == 3.0
    results = [make(n, "right") for n in range(5)]
    tries = [{"q1": {"passed": True, "seconds": 90.0 * n}} for n in range(5)]
    (item,) = describe_items(results, tries)
    assert item.minutes == 3.0


def test_difficulty_is_told_by_thirds_of_the_right_answers_with_whole_firms_together():
    sizes = [0.1] * 5 + [0.2] * 5 + [0.3] * 6 + [None]
    right = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1])
    assert describe_levels(sizes, right) == (
        Level(0.1, 0.1, 5, 1.0),
        Level(0.2, 0.2, 5, 0.0),
        Level(0.3, 0.3, 6, 0.5),
    )
    assert describe_levels(sizes[1:], right[1:]) == (), "four students would be a small group"
    assert describe_levels([0.1] * 9 + [0.2] * 9, np.ones(18)) == (), "two firms make no thirds"
    results = [replace(make(n, "right"), seed=n % 3) for n in range(15)]
    page = render_class_page(STEM, results, [], {0: {"q1": 0.1}, 1: {"q1": 0.2}, 2: {"q1": 0.3}})
    assert ">0.1: 100% of 5" in page


def test_a_small_group_within_a_third_is_not_shown():
    results = [replace(make(n, "right" if n > 2 else "wrong"), seed=n % 3) for n in range(18)]
    page = render_class_page(STEM, results, [], {0: {"q1": 0.1}, 1: {"q1": 0.2}, 2: {"q1": 0.3}})
    assert ">0.1: nearly all of 6" in page and "83%" not in page


def test_a_small_group_is_not_shown():
    few = [make(n, "right", "right") for n in range(2)] + [
        make(n, "a mistake", "right") for n in range(2, 12)
    ]
    page = render_class_page(STEM, few, [])
    assert "few" in page and "17%" not in page and "a mistake: 10" in page
    rare = [make(n, "right", "right") for n in range(10)] + [
        make(n, f"mistake {n}", "right") for n in range(4)
    ]
    page = render_class_page(STEM, rare, [])
    assert "nearly all" in page and "mistake 1" not in page and "fewer than 5" in page


def test_five_are_enough_to_be_shown_on_either_side():
    five = [make(n, "right", "right") for n in range(5)]
    others = [make(n, "a mistake", "right") for n in range(5, 10)]
    page = render_class_page(STEM, five + others, [])
    assert "50%" in page and "few<" not in page and "nearly all" not in page
    assert correlate(np.arange(5.0), np.arange(5.0)) == pytest.approx(1.0)


def test_a_page_on_five_is_written(coursework, monkeypatch):
    monkeypatch.setattr(class_page, "read_results", lambda *_: [make(n, "right", "right") for n in range(5)])
    assert write_class_page(coursework, STEM).exists()


def test_a_page_on_fewer_than_five_is_refused(graded):
    place, results = graded
    assert len(results) == 3
    with pytest.raises(ValueError, match="3 submissions of 03_lifecycle are graded; a class page needs 5"):
        write_class_page(place, STEM)
