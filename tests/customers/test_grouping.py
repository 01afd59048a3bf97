"""Grouping by whole numbers: however ids and times lie, it is what one finds customer by customer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers import grouping
from crmlib.customers.grouping import DAY, FEW, SHORT, group_receipts

SECOND, MINUTE = 1_000_000, 60_000_000
rows_of_a_few = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5000), st.integers(0, 100)), min_size=1, max_size=20
)


def group(rows: list[tuple[int, int, int]]):
    """Group receipts given as (customer, time, amount)."""
    ids, times, amounts = zip(*rows, strict=True)
    return group_receipts(np.array(ids), np.array(times), np.array(amounts, dtype=float))


def assert_grouped(rows: list[tuple[int, int, int]]) -> None:
    """Each customer's first and last time, days and amount, beside a search through all rows."""
    found = group(rows)
    assert found.ids.tolist() == sorted({customer for customer, _, _ in rows})
    for place, customer in enumerate(found.ids.tolist()):
        times = [time for one, time, _ in rows if one == customer]
        assert (found.first[place], found.last[place]) == (min(times), max(times))
        assert found.days[place] == len({time // DAY for time in times})
        assert found.amounts[place] == sum(amount for one, _, amount in rows if one == customer)


@pytest.mark.parametrize("tick", [1, SECOND, MINUTE, DAY // 7], ids=["micro", "second", "minute", "odd"])
@pytest.mark.parametrize("apart", [1, 10**15], ids=["ids close together", "ids far apart"])
@settings(max_examples=25, deadline=None)
@given(rows=rows_of_a_few)
def test_neither_the_clock_nor_the_numbers_of_customers_change_what_is_found(rows, tick, apart):
    assert_grouped([(7 + apart * customer, tick * time, amount) for customer, time, amount in rows])


def test_the_last_microsecond_of_a_day_and_the_first_of_the_next_are_two_days():
    found = group([(7, DAY - 1, 1), (7, DAY, 1), (7, DAY + 1, 1)])
    assert found.days.tolist() == [2]


def test_times_before_1970_fall_on_their_own_days():
    found = group([(7, -1, 1), (7, 0, 1), (8, -DAY, 1)])
    assert found.days.tolist() == [2, 1] and found.first.tolist() == [-1, -DAY]


def test_many_customers_with_long_numbers_at_any_microsecond_come_in_order_of_their_numbers():
    ids = np.arange(200_000, dtype=np.int64)[::-1] * 10**13
    times = np.full(len(ids), 1) + np.arange(len(ids)) * 47 * DAY // 1000 + 3
    found = group_receipts(ids.copy(), times, np.ones(len(ids)))
    order = np.argsort(ids)
    np.testing.assert_array_equal(found.ids, ids[order])
    np.testing.assert_array_equal(found.first, times[order])
    np.testing.assert_array_equal(found.last, times[order])


@pytest.mark.parametrize("apart", [1, 10**15], ids=["ids close together", "ids far apart"])
@pytest.mark.parametrize("order", ["in order of days", "the latest first", "shuffled"])
def test_days_that_are_looked_through_one_by_one_are_those_that_a_sort_finds(apart, order):
    rng = np.random.default_rng(3)
    ids, days = rng.integers(0, 900, 4 * FEW), np.sort(rng.choice([2, 3, 5], 4 * FEW))
    times = days * DAY + rng.integers(0, DAY, len(days))
    turned = {"in order of days": np.s_[:], "the latest first": np.s_[::-1]}
    places = turned.get(order, rng.permutation(len(days)))
    found = group_receipts(ids[places] * apart, times[places], np.ones(len(days)))
    pairs = np.unique(np.column_stack([ids, days]), axis=0)
    np.testing.assert_array_equal(found.days, np.bincount(pairs[:, 0])[np.unique(ids)])


def test_days_too_far_apart_for_a_short_number_stay_apart(monkeypatch):
    monkeypatch.setattr(grouping, "FEW", 0)
    found = group([(7, SHORT * DAY, 1), (7, 0, 1), (8, 0, 1), (8, SHORT * DAY, 1)])
    assert found.days.tolist() == [2, 2]
    found = group([(7, (SHORT - 1) * DAY, 1), (7, 0, 1), (8, 0, 1), (8, (SHORT - 1) * DAY, 1)])
    assert found.days.tolist() == [2, 2]


def test_ids_close_together_are_numbered_by_their_distance_however_large_they_are():
    known, numbers = grouping._number_customers(np.array([2_501, 2_503, 2_501]))
    assert (known.tolist(), numbers.tolist()) == ([2_501, 2_502, 2_503], [0, 2, 0])


def test_a_look_at_each_day_needs_two_hundred_receipts_a_day():
    for receipts, order in ((399, False), (400, True)):  # on two days
        found = grouping._order_days(np.arange(receipts) % 2 * DAY)[1]
        assert (found is not None) is order


def test_days_that_only_lie_after_the_first_are_not_in_order_yet():
    times = np.repeat([0, 2, 1], 300) * DAY
    days, order = grouping._order_days(times)
    assert days[order].tolist() == [0] * 300 + [1] * 300 + [2] * 300
    assert grouping._order_days(np.sort(times))[1] == slice(None)
