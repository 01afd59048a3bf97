"""The calendar of Osmanthus: days and weeks counted from the first day, season, and times of day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.world.worlds import World

DAYS_PER_MONTH = 30.4375
WEEKS_PER_MONTH = DAYS_PER_MONTH / 7
OPENING_HOUR, CLOSING_HOUR = 9, 22
HOUR_WEIGHTS = (3, 5, 6, 7, 6, 5, 6, 7, 8, 9, 8, 6, 3)


@dataclass(frozen=True)
class DayCalendar:
    """Days are counted from 0 (the first day of the history); week w holds the days 7w … 7w + 6."""

    start: np.datetime64
    days: int
    months: int
    month_factors: np.ndarray
    weekday_factors: np.ndarray

    @property
    def weeks(self) -> int:
        """Number of weeks, the last one possibly incomplete."""
        return -(-self.days // 7)

    def days_in_week(self, week: int) -> int:
        """Days of this week that lie within the history."""
        return min(7, self.days - 7 * week)

    def day_of_month(self, month: int) -> int:
        """First day (as a count) of a month (as a count from 0)."""
        first = (self.start.astype("datetime64[M]") + month).astype("datetime64[D]")
        return int((first - self.start).astype(int))

    def dates(self, days: np.ndarray) -> np.ndarray:
        """Day counts as dates."""
        return (self.start + np.asarray(days).astype("timedelta64[D]")).astype("datetime64[us]")

    def times(self, days: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        """Day counts and minutes of the day as points in time."""
        return self.dates(days) + np.asarray(minutes).astype("timedelta64[m]")

    def optional_dates(self, days: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Day counts as dates; missing where not known."""
        dates = self.dates(np.where(known, days, 0))
        dates[~np.asarray(known, dtype=bool)] = np.datetime64("NaT")
        return dates

    def years(self, days: np.ndarray) -> np.ndarray:
        """Calendar year of each day."""
        return (self.start + np.asarray(days).astype("timedelta64[D]")).astype("datetime64[Y]").astype(
            int
        ) + 1970

    def months_of_year(self, days: np.ndarray) -> np.ndarray:
        """Month (1 … 12) of each day."""
        return (self.start + np.asarray(days).astype("timedelta64[D]")).astype("datetime64[M]").astype(
            int
        ) % 12 + 1

    def month_counts(self, days: np.ndarray) -> np.ndarray:
        """Months from the first month of the history, 0 for the first."""
        months = (self.start + np.asarray(days).astype("timedelta64[D]")).astype("datetime64[M]")
        return (months - self.start.astype("datetime64[M]")).astype(int)

    def month_starts(self, months: np.ndarray) -> np.ndarray:
        """First days of months counted from 0, as dates."""
        first = self.start.astype("datetime64[M]") + np.asarray(months).astype("timedelta64[M]")
        return first.astype("datetime64[us]")

    def season(self, week: int) -> float:
        """Visits of this week against an average full week (an incomplete week counts less)."""
        return float(self.day_weights(week).sum() / 7)

    def day_weights(self, week: int) -> np.ndarray:
        """Relative number of visits on each day of the week."""
        days = 7 * week + np.arange(self.days_in_week(week))
        weekdays = (self.start.astype(int) + 3 + days) % 7  # day 0 of numpy is a Thursday
        return self.month_factors[self.months_of_year(days) - 1] * self.weekday_factors[weekdays]

    def draw_days(self, week: int, count: int, rng: np.random.Generator) -> np.ndarray:
        """Days of purchases within the week, more of them at the weekend."""
        limits = np.cumsum(self.day_weights(week))
        return 7 * week + np.searchsorted(limits, rng.random(count) * limits[-1], side="right")

    def draw_minutes(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Minutes of the day at which purchases happen, between opening and closing."""
        limits = np.cumsum(HOUR_WEIGHTS)
        hours = OPENING_HOUR + np.searchsorted(limits, rng.random(count) * limits[-1], side="right")
        return 60 * hours + rng.integers(0, 60, count)


def make_day_calendar(world: World) -> DayCalendar:
    """The calendar of this world."""
    start = np.datetime64(pd.Timestamp(world.starts_on), "D")
    end = (start.astype("datetime64[M]") + world.months).astype("datetime64[D]")
    return DayCalendar(
        start=start,
        days=int((end - start).astype(int)),
        months=world.months,
        month_factors=np.array(world.retail.visits.month_factors),
        weekday_factors=np.array(world.retail.visits.weekday_factors),
    )
