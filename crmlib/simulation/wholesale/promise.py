"""A dated change: from one month on, every middle account is promised a fast delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmlib.simulation.draws import Dates, Floats
from crmlib.simulation.wholesale.accounts import Accounts
from crmlib.simulation.wholesale.calendar import MonthCalendar
from crmlib.simulation.wholesale.market import Market
from crmlib.simulation.world.worlds import World

MIDDLE = 1


@dataclass(frozen=True)
class Promise:
    """Since when each account is promised a fast delivery (NaT: never), and the factor on its tonnes.

    factor: accounts × months; the month in which an account joins counts in full.
    """

    since_on: Dates
    factor: Floats


def make_promise(world: World, calendar: MonthCalendar, market: Market, accounts: Accounts) -> Promise:
    """Promise a fast delivery to the middle accounts; to later ones from their first day."""
    month, count = choose_month(world, market.oil), len(accounts.need)
    since = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    if month is None:
        return Promise(since, np.ones((count, len(calendar.starts))))
    middle = accounts.segment == MIDDLE
    since[middle] = np.maximum(accounts.since_on[middle], calendar.starts[month])
    runs = middle[:, None] & (np.arange(len(calendar.starts)) >= month)[None, :]
    return Promise(since, np.where(runs, 1 + world.wholesale.promise.lift, 1.0))


def choose_month(world: World, oil: Floats) -> int | None:
    """Number of the month in which the promise begins; None if the history is too short for it.

    The wholesaler acts when sales are bad, which is when oil is dear: right after the dearest half-year that
    leaves a year of data on either side. Oil then falls by itself, so a plain comparison of before and after
    praises the promise for it. Where nothing is chosen for a reason (selection 0), it is the middle month.

    oil: log price of each month.

    >>> choose_month(World(), np.repeat([0.0, 0.2, 0.0], [10, 6, 20]))
    16
    """
    rule = world.wholesale.promise
    earliest, latest = max(rule.months_around, rule.dear_months), len(oil) - rule.months_around
    if earliest > latest:
        return None
    if world.wholesale.accounts.selection == 0:
        return (earliest + latest) // 2
    months = range(earliest, latest + 1)
    return max(months, key=lambda month: float(oil[month - rule.dear_months : month].mean()))
