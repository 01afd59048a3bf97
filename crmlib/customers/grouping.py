"""Group the receipts of each customer by whole numbers: fast, and light on memory.

`summarise_purchases` says what is counted; this module says how it is counted quickly. The customers are
numbered from 0, so that a number is a place in an array: of first times, of last times, of amounts. Only the
different days need more: the receipts are brought into order of days, which is quick because a day is a short
number, and looked through day by day. Where few fall on a day, one sort of a whole number each, customer ×
days + day, is quicker.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crmlib.ground.beside import begin

Order = NDArray[np.intp] | slice | None
DAY = 86_400_000_000  # microseconds
FEW = 200  # receipts a day below which one sort is quicker than a look at each day
MANY = 100_000  # receipts from which on a second thread is worth its start
SHORT = 2**16  # days that a number of 16 bits tells apart; numpy sorts these by counting them


@dataclass(frozen=True)
class Groups:
    """One entry a customer, in order of customer_id; times in microseconds since 1970."""

    ids: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    days: NDArray[np.int64]
    amounts: NDArray[np.float64]


def group_receipts(ids: NDArray[np.int64], times: NDArray[np.int64], amounts: NDArray[np.float64]) -> Groups:
    """First and last time, number of different days and total amount of each customer.

    ids, times (microseconds), amounts: one entry a receipt, at least one. The array `ids` is used up.

    >>> day = np.array([0, 1, 1]) * DAY
    >>> found = group_receipts(np.array([7, 7, 7]), day, np.array([5.0, 1.0, 2.0]))
    >>> found.ids, found.days, found.amounts
    (array([7]), array([2]), array([8.]))
    """
    ordered = begin(_order_days, times, worth=len(times) >= MANY)
    known, numbers = _number_customers(ids)
    rising = begin(np.argsort, known, worth=len(times) >= MANY)
    codes = numbers.astype(np.intp, copy=False)  # what numpy counts by, also where that is 32 bits wide
    first, last = np.full(len(known), times.max()), np.full(len(known), times.min())
    np.minimum.at(first, codes, times)
    np.maximum.at(last, codes, times)
    amount = np.bincount(codes, weights=amounts, minlength=len(known)).astype(np.float64)
    days, order = ordered()
    counts = _count_days(codes, days, order, len(known))
    there = rising()[counts[rising()] > 0]
    return Groups(known[there], first[there], last[there], counts[there], amount[there])


def _number_customers(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
    """Number the customers from 0: (id of each number, number of each receipt).

    Where the ids lie close together, as in most firms, the number is the distance from the smallest id
    (some numbers then stand for nobody); otherwise each different id gets the next number, in the order of
    the receipts. The array `ids` is used up.

    >>> _number_customers(np.array([501, 503, 501]))
    (array([501, 502, 503]), array([0, 2, 0]))
    >>> _number_customers(np.array([4 * 10**15, 7, 7]))
    (array([4000000000000000,                7]), array([0, 1, 1], dtype=int32))
    """
    low, high = int(ids.min()), int(ids.max())
    if high - low < 4 * len(ids) + 1000:
        ids -= low
        return low + np.arange(high - low + 1), ids
    import pyarrow as pa

    found: Any = pa.array(ids).dictionary_encode()
    return found.dictionary.to_numpy(), found.indices.to_numpy()


def _order_days(times: NDArray[np.int64]) -> tuple[NDArray[np.int64], Order]:
    """The day of each receipt, from 0, and what brings the receipts into the order of days.

    The order is None where so few fall on a day that a look at each day would take longer than a sort.

    >>> _order_days(np.array([3, 2]) * DAY)
    (array([1, 0]), None)
    """
    days = times // DAY
    days -= days.min()
    span = int(days.max()) + 1
    if len(days) < FEW * span or span > SHORT:
        return days, None
    if bool((days[1:] >= days[:-1]).all()):
        return days, slice(None)
    return days, np.argsort(days.astype(np.uint16), kind="stable")


def _count_days(
    codes: NDArray[np.integer], days: NDArray[np.int64], order: Order, customers: int
) -> NDArray[np.int64]:
    """The number of different days of each customer; days and order as `_order_days` found them."""
    if order is not None:
        return _count_day_by_day(codes[order], days, customers)
    span = int(days.max()) + 1
    keys = codes * np.int64(span) + days
    keys.sort()
    new = np.concatenate(([True], keys[1:] != keys[:-1]))
    return np.bincount((keys[new] // span).astype(np.intp, copy=False), minlength=customers)


def _count_day_by_day(
    codes: NDArray[np.integer], days: NDArray[np.int64], customers: int
) -> NDArray[np.int64]:
    """The same for customers in order of days: of a customer's receipts on one day, the last one counts.

    days: of all receipts, in any order; they tell how many receipts there are on each day.

    >>> _count_day_by_day(np.array([0, 0, 1, 0]), np.array([0, 0, 0, 3]), 2)
    array([2, 1])
    """
    ends = np.cumsum(np.bincount(days.astype(np.intp, copy=False)))
    places, counted = np.arange(len(codes)), np.empty(len(codes), dtype=bool)
    last = np.empty(customers, dtype=np.int64)
    for start, end in zip(np.append(0, ends[:-1]), ends, strict=True):
        today, here = codes[start:end], places[start:end]
        last[today] = here
        np.equal(last[today], here, out=counted[start:end])
    return np.bincount(codes[counted], minlength=customers)
