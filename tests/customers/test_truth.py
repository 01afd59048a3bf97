"""Who is a customer on a day, leaves soon or has gone: the day itself, the day after, and second lives."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.customers.truth import find_true_state
from crmlib.datasets.loaders import load_truth

DAY = "2024-12-31"


def state_of(left: str | None, back: str | None = None, left_again: str | None = None, **options: int) -> str:
    """The state of one member on the last day of 2024."""
    names = ["left_on", "second_started_on", "second_left_on"]
    truth = pd.DataFrame([[left, back, left_again]], columns=names).astype("datetime64[us]")
    return find_true_state(truth.assign(customer_id=7), as_of=DAY, **options).loc[7]


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (None, "customer"),
        ("2023-05-01", "gone"),
        ("2024-12-31", "gone"),  # the day itself
        ("2025-01-01", "leaving soon"),  # the day after
        ("2025-04-01", "leaving soon"),  # 91 days ahead
        ("2025-04-02", "customer"),
    ],
)
def test_a_member_is_gone_from_the_day_of_leaving_on(left, state):
    assert state_of(left) == state


@pytest.mark.parametrize(
    ("back", "left_again", "state"),
    [
        ("2024-06-01", None, "customer"),
        ("2024-12-31", None, "customer"),  # comes back on the day itself
        ("2025-01-01", None, "gone"),  # comes back the day after
        ("2024-06-01", "2024-12-31", "gone"),  # leaves again on the day itself
        ("2024-06-01", "2025-01-01", "leaving soon"),
        ("2024-06-01", "2025-04-01", "leaving soon"),
        ("2024-06-01", "2025-04-02", "customer"),
    ],
)
def test_who_was_won_back_is_a_customer_until_leaving_again(back, left_again, state):
    assert state_of("2024-01-01", back, left_again) == state


def test_who_leaves_and_is_won_back_within_the_time_ahead_does_not_leave_soon():
    assert state_of("2025-01-15", "2025-02-15") == "customer"


@pytest.mark.parametrize(("soon_days", "state"), [(0, "customer"), (1, "leaving soon")])
def test_soon_is_as_far_ahead_as_it_is_said_to_be(soon_days, state):
    assert state_of("2025-01-01", soon_days=soon_days) == state


def test_the_states_are_ordered_from_customer_to_gone(firm):
    states = find_true_state(load_truth("members"), as_of=DAY)
    assert list(states.cat.categories) == ["customer", "leaving soon", "gone"] and states.cat.ordered
    assert states.index.is_unique and states.index.name == "customer_id"
    assert set(firm.members["customer_id"]) == set(states.index)


def test_the_state_is_named_and_odd_choices_are_refused_by_their_names():
    truth = load_truth("members").head(3)
    assert find_true_state(truth, as_of=DAY).name == "state"
    with pytest.raises(ValueError, match=r"^find_true_state: soon_days is -1, expected 0 or more"):
        find_true_state(truth, as_of=DAY, soon_days=-1)
    with pytest.raises(ValueError, match=r"^as_of: expected a date"):
        find_true_state(truth, as_of="soon")
