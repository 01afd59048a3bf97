"""The state of a chunk of members while the weeks pass, and what is kept of them.

People, visits, problems and complaints are held as plain arrays under names, one entry a person or a visit:
the same columns a data frame would have, without its cost in a loop of 157 weeks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of
from crmlib.simulation.retail.campaigns import Campaign
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.points import PointsAccounts

# Kinds of visits: by a member, on taking the card, caused by a campaign; before the card, without any card.
BASE, JOINING, EXTRA, BEFORE_CARD, NO_CARD = range(5)
NEVER = 1_000_000  # a day that does not come
RING = 53  # weeks over which spending is remembered


class Columns:
    """Arrays of equal length that grow week by week and are joined once at the end."""

    def __init__(self) -> None:
        self._parts: dict[str, list[np.ndarray]] = defaultdict(list)
        self.rows = 0

    def add(self, arrays: Arrays) -> None:
        """Append one piece to every column."""
        for name, array in arrays.items():
            self._parts[name].append(array)
        self.rows += len(next(iter(arrays.values())))

    def frame(self) -> pd.DataFrame:
        """All pieces as one frame."""
        return pd.DataFrame({name: np.concatenate(parts) for name, parts in self._parts.items()})


@dataclass
class State:
    """One chunk of members (n) in the middle of a week. Days are counted from the first day of the history.

    people: traits of the members; everyone: of members and, after them, of the other shoppers. customer:
    has not left (true before joining). second: in a second lifetime; extra_odds: its faster leaving. shock:
    by how much satisfaction lies below its base. quality: of the relationship today. spending: yuan by week
    of the last year. repairs: (weeks, n) lifts of satisfaction to come from complaints that are solved.
    gap, other_repairs, other_customer, other_left: the same lives if complaints in the recovery trial had
    been handled in the other arm.
    """

    chain: Chain
    people: Arrays
    everyone: Arrays
    rng: np.random.Generator
    accounts: PointsAccounts
    other_limits: np.ndarray
    customer: np.ndarray
    second: np.ndarray
    extra_odds: np.ndarray
    shock: np.ndarray
    quality: np.ndarray
    last_purchase: np.ndarray
    spending: np.ndarray
    repairs: np.ndarray
    satisfaction: np.ndarray
    left_day: np.ndarray
    cause: np.ndarray
    second_start: np.ndarray
    second_left: np.ndarray
    gap: np.ndarray
    other_repairs: np.ndarray
    other_customer: np.ndarray
    other_left: np.ndarray
    recovery_arm: np.ndarray
    recovery_day: np.ndarray
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    visits: Columns = field(default_factory=Columns)
    lines: Columns = field(default_factory=Columns)
    problems: Columns = field(default_factory=Columns)
    complaints: Columns = field(default_factory=Columns)

    @property
    def joined_week(self) -> np.ndarray:
        """Week in which each member takes the card."""
        return np.asarray(self.people["joined"] // 7)

    @property
    def feeling(self) -> np.ndarray:
        """Satisfaction today: the base, less what problems took."""
        return np.asarray(self.people["satisfaction"] + self.shock)


@dataclass(frozen=True)
class MemberHistory:
    """What happened to one chunk of members.

    visits: one row a visit that took place, or would have in another campaign arm (happens is false).
    lines, problems, complaints: their column visit or problem counts rows. satisfaction: (weeks, members).
    left_day, cause: of the first lifetime; second_start, second_left: of the second (NEVER: not).
    campaigns: by number. recovery_arm, recovery_day, other_left: the recovery trial and the day of leaving
    in its other arm.
    """

    visits: pd.DataFrame
    lines: pd.DataFrame
    problems: pd.DataFrame
    complaints: pd.DataFrame
    satisfaction: np.ndarray
    left_day: np.ndarray
    cause: np.ndarray
    second_start: np.ndarray
    second_left: np.ndarray
    recovery_arm: np.ndarray
    recovery_day: np.ndarray
    other_left: np.ndarray
    campaigns: dict[int, Campaign]

    def is_customer(self, person: np.ndarray, day: np.ndarray) -> np.ndarray:
        """True where a member has not left by the end of the day, or is in the second lifetime."""
        second = (self.second_start[person] <= day) & (self.second_left[person] > day)
        return np.asarray((self.left_day[person] > day) | second)


def begin(chain: Chain, people: pd.DataFrame, others: pd.DataFrame, rng: np.random.Generator) -> State:
    """The state before the first week."""
    count, weeks = len(people), chain.calendar.weeks
    carried, strangers = arrays_of(people), arrays_of(others)
    everyone = {name: np.concatenate([carried[name], values]) for name, values in strangers.items()}
    accounts = PointsAccounts(chain.world, chain.calendar, carried)
    accounts.earn(np.arange(count), carried["joined"], np.full(count, chain.world.retail.points.opening))

    def never() -> np.ndarray:
        return np.full(count, NEVER)

    return State(
        chain=chain,
        people=carried,
        everyone=everyone,
        rng=rng,
        accounts=accounts,
        other_limits=np.cumsum(strangers["rate"]),
        customer=np.ones(count, dtype=bool),
        second=np.zeros(count, dtype=bool),
        extra_odds=np.zeros(count),
        shock=np.zeros(count),
        quality=carried["quality"].copy(),
        last_purchase=np.full(count, -1),
        spending=np.zeros((RING, count), dtype=np.float32),
        repairs=np.zeros((weeks + 30, count), dtype=np.float32),
        satisfaction=np.zeros((weeks, count), dtype=np.float32),
        left_day=never(),
        cause=np.full(count, -1),
        second_start=never(),
        second_left=never(),
        gap=np.zeros(count),
        other_repairs=np.zeros((weeks + 30, count), dtype=np.float32),
        other_customer=np.zeros(count, dtype=bool),
        other_left=never(),
        recovery_arm=np.full(count, -1),
        recovery_day=never(),
    )
