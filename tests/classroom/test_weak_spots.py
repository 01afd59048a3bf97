"""What a reader missed is named by topic and term, and turned into the next twenty minutes."""

from datetime import date

import pytest

from crmlib.classroom.cards import make_cards
from crmlib.classroom.formats.chapters import load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.lessons import MARK
from crmlib.classroom.progress import Progress
from crmlib.classroom.weak_spots import (
    AT_ONCE,
    LATER,
    NEVER,
    advise_next,
    judge_record,
    list_weak_terms,
    name_weakest,
    render_weak_spots,
    tally_topics,
)

STEM = "01_relationship_marketing"
TODAY = date(2026, 3, 1)
# The questions of the first lesson: bonds (J-04, J-09) twice, share of customer (B-23) once.
BOND, FENCE, SHARE = (MARK + key for key in load_info(STEM).lessons[0].items)


@pytest.fixture
def progress(tmp_path) -> Progress:
    return Progress(STEM, tmp_path / "progress")


@pytest.mark.parametrize(
    ("tries", "verdict"),
    [([True], AT_ONCE), ([True, False], AT_ONCE), ([False, True], LATER), ([False, False], NEVER)],
)
def test_a_question_is_right_at_once_later_or_not_yet(progress, tries, verdict):
    for passed in tries:
        progress.note_answer(BOND, passed=passed)
    assert judge_record(progress.read("answers")[BOND]) == verdict


def test_records_of_an_earlier_version_count_by_their_tries():
    assert judge_record({"tries": 1, "passed": True}) == AT_ONCE
    assert judge_record({"tries": 2, "passed": True}) == LATER


def test_topics_are_tallied_and_the_weakest_comes_first(progress):
    progress.note_answer(SHARE, passed=True)
    progress.note_answer(BOND, passed=True)
    progress.note_answer(FENCE, passed=False)
    tallies = tally_topics(STEM, progress)
    assert list(tallies) == ["J-04", "J-09", "B-23"]
    assert tallies["J-04"].counts == {AT_ONCE: 1, LATER: 0, NEVER: 1}
    assert tallies["B-23"].counts == {AT_ONCE: 1, LATER: 0, NEVER: 0}
    assert [name[:4] for name in name_weakest(STEM, progress)] == ["J-04", "J-09"]


def test_terms_are_weak_once_asked_and_until_they_stay(progress):
    terms = load_glossary(STEM)[:12]
    for number, term in enumerate(terms):
        there, back = make_cards([term])
        progress.update("cards", there.key, lambda _, box=4 if number == 0 else 2: {"box": box})
        if number == 5:
            progress.update("cards", back.key, lambda _: {"box": 1})
    weak = list_weak_terms(STEM, progress)
    assert len(weak) == 10
    assert weak[0] == terms[5]
    assert terms[0] not in weak


def test_the_next_minutes_are_for_what_was_missed_then_for_due_cards_then_for_the_next_lesson(progress):
    assert advise_next(STEM, progress, today=TODAY) == ["lesson 1, up to its first place to stop"]
    for key in (BOND, FENCE, SHARE):
        progress.note_answer(key, passed=True)
    assert advise_next(STEM, progress, today=TODAY) == ["lesson 2, up to its first place to stop"]
    progress.note_answer("q1", passed=False)
    card = make_cards(load_glossary(STEM))[0]
    progress.update("cards", card.key, lambda _: {"box": 1, "due_on": "2026-03-01"})
    missed, due = advise_next(STEM, progress, today=TODAY)
    assert "not right yet: q1" in missed
    assert due.startswith("1 cards are due")


def test_the_page_shows_topics_terms_and_next_steps(progress):
    assert "No question of this chapter was tried yet." in render_weak_spots(STEM, progress, today=TODAY)
    progress.note_answer(FENCE, passed=False)
    shown = render_weak_spots(STEM, progress, today=TODAY)
    assert "| J-04 " in shown
    assert "| 0 | 0 | 1 |" in shown
    assert "**Your next 20 minutes:**" in shown
