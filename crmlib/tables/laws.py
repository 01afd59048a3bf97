"""How a law of a table is written down: what must hold in every row, in words and as truth values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

Others = Mapping[str, pd.DataFrame]
PERIODS = {"W": "a Monday", "M": "the first day of a month", "Q": "the first day of a quarter"}


class Law(NamedTuple):
    """A law: the column to name, where it holds (missing counts as holding), the law in words, the repair."""

    column: str
    holds: pd.Series[bool]
    expected: str
    repair: str


# Given a table in its described types and the other tables at hand, the laws that can be looked at.
Laws = Callable[[pd.DataFrame, Others], Iterator[Law]]


def in_order(frame: pd.DataFrame, earlier: str, later: str) -> Law:
    """One date is not before another; missing dates are allowed, days are compared.

    >>> frame = pd.DataFrame({"asked": pd.to_datetime(["2025-03-01 18:00"]),
    ...                       "told": pd.to_datetime(["2025-03-01"])})
    >>> in_order(frame, "asked", "told").holds.tolist()
    [True]
    """
    first, second = frame[earlier].dt.normalize(), frame[later].dt.normalize()
    return Law(
        later,
        (second >= first) | first.isna() | second.isna(),
        f"{later} on the day of {earlier} or after it",
        f"look for exchanged columns, or for day and month exchanged in {earlier} or {later}.",
    )


def after_joining(frame: pd.DataFrame, column: str, others: Others) -> Iterator[Law]:
    """Nothing happens to a member before the day of joining; looked at if the members are at hand."""
    if "members" in others:
        since = frame["customer_id"].map(others["members"].set_index("customer_id")["joined_on"])
        yield Law(
            column,
            (frame[column].dt.normalize() >= since) | since.isna() | frame[column].isna(),
            "no date before the customer's joined_on",
            f"look for day and month exchanged in {column}, or for a wrong customer_id.",
        )


def begins_period(frame: pd.DataFrame, column: str, period: str) -> Law:
    """A week ("W"), month ("M") or quarter ("Q") is written as its first day.

    >>> frame = pd.DataFrame({"week": pd.to_datetime(["2025-03-03", "2025-03-04"])})
    >>> begins_period(frame, "week", "W").holds.tolist()
    [True, False]
    """
    begins = frame[column].dt.to_period(period).dt.start_time
    repair = f'frame["{column}"].dt.to_period("{period}").dt.start_time.'
    return Law(column, frame[column] == begins, PERIODS[period], repair)
