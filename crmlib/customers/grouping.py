"""Group the receipts of each customer by sorting whole numbers: fast, and light on memory.

`summarise_purchases` says what is counted; this module says how it is counted quickly. Each receipt
becomes one whole number, customer × span + time, so that one sort puts the receipts of a customer next to
each other in order of time. Everything else is then a comparison of neighbours.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAY = 86_400_000_000  # microseconds
MAX_KEY = 2**62
UNITS = (1, 1_000_000, 60_000_000)  # microsecond, second, minute


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
    known, codes = _number_customers(ids)
    totals = np.bincount(codes, weights=amounts).astype(np.float64)
    customers, ordered = _sort(codes, times)
    starts = np.flatnonzero(np.concatenate(([True], customers[1:] != customers[:-1])))
    ends = np.append(starts[1:], len(customers)) - 1
    present = customers[starts]
    del customers
    first, last = ordered[starts], ordered[ends]
    ordered //= DAY
    new_day = np.empty(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new_day[1:])
    new_day[starts] = True
    days = np.add.reduceat(new_day, starts, dtype=np.int64)
    return Groups(known[present], first, last, days, totals[present])


def _number_customers(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the customers from 0 in the order of their ids: (id of each number, number of each receipt).

    Where the ids lie close together, as in most firms, the number is the distance from the smallest id
    (some numbers then stand for nobody); otherwise each different id gets the next number. The array
    `ids` is used up.

    >>> _number_customers(np.array([501, 503, 501]))
    (array([501, 502, 503]), array([0, 2, 0]))
    >>> _number_customers(np.array([4 * 10**15, 7, 7]))
    (array([               7, 4000000000000000]), array([1, 0, 0]))
    """
    low, high = int(ids.min()), int(ids.max())
    if high - low < 4 * len(ids) + 1000:
        ids -= low
        return low + np.arange(high - low + 1), ids
    numbers, known = pd.factorize(ids, sort=True)
    return known, numbers.astype(np.int64, copy=False)


def _sort(codes: NDArray[np.int64], times: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Customer numbers and times, ordered by customer and then by time. The array `codes` is used up."""
    start = int(times.min()) // DAY * DAY
    length = int(times.max()) - start + 1
    customers = int(codes.max()) + 1
    for unit in UNITS:
        span = length // unit + 1
        if customers < MAX_KEY // span and (unit == 1 or not (times % unit).any()):
            offsets = times - start
            if unit > 1:
                offsets //= unit
            codes *= span
            codes += offsets
            codes.sort()
            np.floor_divide(codes, span, out=offsets)
            codes -= offsets * span
            codes *= unit
            codes += start
            return offsets, codes
    order = np.lexsort((times, codes))  # too many customers and too fine a clock for one number: the slow way
    return codes[order], times[order]
