"""The calendar of Northport: the months of the history, and working days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmlib.simulation.draws import Dates, Ints
from crmlib.simulation.world.worlds import World


@dataclass(frozen=True)
class MonthCalendar:
    """The months of the history: first days, lengths in days, calendar months 1 to 12, and the day after."""

    starts: Dates
    days: Ints
    calendar_month: Ints
    ends_on: np.datetime64


def make_month_calendar(world: World) -> MonthCalendar:
    """The months of the world's history.

    >>> make_month_calendar(World(months=2)).days
    array([31, 28])
    """
    months = np.datetime64(world.starts_on, "M") + np.arange(world.months + 1)
    starts = months.astype("datetime64[D]")
    return MonthCalendar(
        starts=starts[:-1],
        days=np.diff(starts).astype(np.int64),
        calendar_month=months[:-1].astype(np.int64) % 12 + 1,
        ends_on=starts[-1],
    )


def pick_workdays(days: Dates, *, earliest: Dates) -> Dates:
    """The same days, weekends moved back to the Friday before, unless that is earlier than allowed."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    moved = days - np.maximum(weekday - 4, 0).astype("timedelta64[D]")
    return np.where(moved >= earliest, moved, days)
