"""When a card comes back: FSRS estimates how long it stays in mind and asks again before it is forgotten.

A record says for how many days a card stays (`stability`: so long nine of ten such cards are known), how
hard it is (`difficulty`, 1 to 10), when it was asked and when it is due. The page for a phone keeps the same
records and reckons with the same parameters.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

NOT_YET, HARD, KNEW, EASY = RATINGS = (1, 2, 3, 4)
RETENTION = 0.9
LONGEST = 365  # days until a card comes back at the latest
# Earlier records name one of five boxes; each had its distance in days.
BOXES = {1: 0, 2: 1, 3: 3, 4: 7, 5: 21}


def rate_card(record: Mapping[str, Any], *, rating: int, today: date) -> dict[str, Any]:
    """Return a card's record after it was asked; it comes back after one day at the earliest.

    rating: 1 not yet, 2 with effort, 3 known, 4 at once. A record with a box is taken over.

    >>> rate_card({}, rating=KNEW, today=date(2026, 3, 1))["due_on"]
    '2026-03-03'
    """
    from fsrs import Rating

    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    card, _ = _scheduler().review_card(_take_card(record), Rating(rating), now)
    assert card.stability is not None and card.difficulty is not None
    return {
        "stability": round(card.stability, 4),
        "difficulty": round(card.difficulty, 4),
        "reviewed_on": today.isoformat(),
        "due_on": card.due.date().isoformat(),
    }


def find_stability(record: Mapping[str, Any]) -> float:
    """Return for how many days a card stays in mind; 0 if it was never asked.

    >>> find_stability({"stability": 2.3}), find_stability({"box": 4}), find_stability({})
    (2.3, 7.0, 0.0)
    """
    if "stability" in record:
        return float(record["stability"])
    return float(BOXES[record["box"]]) if "box" in record else 0.0


def find_due(record: Mapping[str, Any], *, today: date) -> date:
    """Return the day on which a card is due; a record without a readable day is due today."""
    return _read_day(record.get("due_on")) or today


def describe_schedule() -> dict[str, Any]:
    """Return what another program needs to reckon the same."""
    from fsrs.scheduler import DEFAULT_PARAMETERS

    return {
        "parameters": list(DEFAULT_PARAMETERS),
        "retention": RETENTION,
        "longest": LONGEST,
        "boxes": BOXES,
    }


@cache
def _scheduler() -> "Scheduler":
    """The scheduler without steps of minutes: within a day the drill itself asks again."""
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


def _take_card(record: Mapping[str, Any]) -> "Card":
    """Return a record as FSRS reads it: new, asked before, or taken over from a box above the first."""
    from fsrs import Card, Rating, State

    stability = find_stability(record)
    due = _read_day(record.get("due_on"))
    asked = _read_day(record.get("reviewed_on"))
    if asked is None and due is not None:
        asked = due - timedelta(days=round(stability))
    if not stability or asked is None:
        return Card(card_id=1)
    asked_first, _ = _scheduler().review_card(Card(card_id=1), Rating.Good, datetime.now(UTC))
    return Card(
        card_id=1,
        state=State.Review,
        stability=stability,
        difficulty=record.get("difficulty", asked_first.difficulty),
        last_review=datetime(asked.year, asked.month, asked.day, tzinfo=UTC),
    )


def _read_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
