"""The world: one immutable object that states every number behind the two firms.

A world is changed by making another one: ``dataclasses.replace(World(), seed=7)``, or by a name:
`World.named`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace

import pandas as pd

from crmlib.simulation.parameters import list_parameters, number
from crmlib.simulation.world.retail import RetailWorld
from crmlib.simulation.world.wholesale import WholesaleWorld

NAMES = ("default", "competitive", "monopoly", "no_selection", "homogeneous")


@dataclass(frozen=True)
class World:
    """Everything that is assumed about the customers of Osmanthus and Northport.

    >>> World().seed, World.named("monopoly").retail.stores.rivals_mix[0]
    (2026, 1.0)
    """

    seed: int = number(2026, unit="1", meaning="start of all random numbers: the same seed, the same firm")
    members: int = number(8_000, unit="members", meaning="card holders of Osmanthus")
    months: int = number(36, unit="months", meaning="length of the history")
    starts_on: str = number("2023-01-01", unit="date", meaning="first day of the history")
    retail: RetailWorld = field(default_factory=RetailWorld)
    wholesale: WholesaleWorld = field(default_factory=WholesaleWorld)

    def __post_init__(self) -> None:
        if self.members < 1 or self.months < 1:
            raise ValueError(
                f"World: members and months must be at least 1, found {self.members} and {self.months}."
            )

    @staticmethod
    def named(name: str) -> World:
        """One of the prepared worlds: what would be seen if one thing were different.

        name: default; competitive (three or four rivals at every store); monopoly (none); no_selection (who
        takes the card, complains, answers or is referred is a matter of chance); homogeneous (all shoppers
        alike). Raises ValueError for another name.
        """
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"World.named: there is no world {name!r}. Known: {', '.join(NAMES)}.{hint}")
        return replace(World(), retail=_CHANGES[name](RetailWorld()), wholesale=WholesaleWorld.named(name))


def describe_world(world: World) -> pd.DataFrame:
    """Every number behind the firm, one row each: name, value (as text), unit, meaning, source.

    >>> describe_world(World()).head(2)[["name", "value", "unit"]]
          name value     unit
    0     seed  2026        1
    1  members  8000  members
    """
    table = pd.DataFrame(list(list_parameters(world)))
    table["value"] = table["value"].map(str)
    return table


def _default(retail: RetailWorld) -> RetailWorld:
    return retail


def _competitive(retail: RetailWorld) -> RetailWorld:
    return replace(retail, stores=replace(retail.stores, rivals_mix=(0.0, 0.0, 0.0, 0.5, 0.5)))


def _monopoly(retail: RetailWorld) -> RetailWorld:
    return replace(retail, stores=replace(retail.stores, rivals_mix=(1.0, 0.0, 0.0, 0.0, 0.0)))


def _no_selection(retail: RetailWorld) -> RetailWorld:
    """Chance instead of choice: joining, complaining, answering and being referred depend on nothing."""
    return replace(
        retail,
        joining=replace(retail.joining, by_rate=0.0, by_quality=0.0, referred_quality=0.0, referred_rate=1.0),
        service=replace(retail.service, complaint_by_quality=0.0),
        surveys=replace(
            retail.surveys,
            answer_by_quality=0.0,
            answer_by_extreme=0.0,
            answer_if_gone=0.0,
            answer_by_recency=0.0,
        ),
    )


def _homogeneous(retail: RetailWorld) -> RetailWorld:
    """No lasting differences between shoppers; a very large gamma shape stands for a single purchase rate."""
    shape = 1_000.0
    people = retail.shoppers
    return replace(
        retail,
        shoppers=replace(
            people,
            rate_shape=shape,
            rate_scale=people.rate_shape * people.rate_scale / shape,
            basket_sd=0.0,
            sensitivity_sd=0.0,
            satisfaction_sd=0.0,
            satisfaction_by_store=0.0,
            satisfaction_by_waiting=0.0,
            distance_sd=0.0,
            frailty_sd=0.0,
        ),
    )


_CHANGES = {
    "default": _default,
    "competitive": _competitive,
    "monopoly": _monopoly,
    "no_selection": _no_selection,
    "homogeneous": _homogeneous,
}
