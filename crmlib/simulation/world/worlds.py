"""The world: one immutable object that states every number behind the two firms.

A world is changed by making another one: ``dataclasses.replace(World(), seed=7)``, or by a name:
`World.named`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crmlib.ground.spelling import list_valid
from crmlib.simulation.parameters import number
from crmlib.simulation.world.retail import RetailWorld
from crmlib.simulation.world.wholesale import WholesaleWorld


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

        name: default; competitive (more rivals); monopoly (none); no_selection (chance decides who joins,
        complains, answers, is visited); homogeneous (customers alike). Raises ValueError for another name.
        """
        if name not in _CHANGES:
            raise ValueError(f"World.named: there is no world {name!r}. {list_valid(name, NAMES)}")
        return _CHANGES[name](World())


def _default(world: World) -> World:
    return world


def _competitive(world: World) -> World:
    """Three or four rivals at every store; twice as many bids for accounts, and deeper cuts."""
    retail, wholesale = world.retail, world.wholesale
    stores = replace(retail.stores, rivals_mix=(0.0, 0.0, 0.0, 0.5, 0.5))
    bonds = replace(wholesale.bonds, bids_per_month=(0.1, 0.16, 0.24), price_cut=0.1)
    return replace(world, retail=replace(retail, stores=stores), wholesale=replace(wholesale, bonds=bonds))


def _monopoly(world: World) -> World:
    """No rival at any store, none for the wholesaler."""
    retail, wholesale = world.retail, world.wholesale
    return replace(
        world,
        retail=replace(retail, stores=replace(retail.stores, rivals_mix=(1.0, 0.0, 0.0, 0.0, 0.0))),
        wholesale=replace(
            wholesale,
            accounts=replace(wholesale.accounts, style_shares=(1.0, 0.0, 0.0)),
            market=replace(wholesale.market, share_by_price=0.0),
            bonds=replace(wholesale.bonds, bids_per_month=(0.0, 0.0, 0.0)),
            exits=replace(wholesale.exits, price_exit=0.0),
        ),
    )


def _no_selection(world: World) -> World:
    """Chance instead of choice: joining, complaining, answering, visits, bonds, types depend on nothing."""
    retail, wholesale = world.retail, world.wholesale
    return replace(
        world,
        retail=replace(
            retail,
            joining=replace(
                retail.joining, by_rate=0.0, by_quality=0.0, referred_quality=0.0, referred_rate=1.0
            ),
            service=replace(retail.service, complaint_by_quality=0.0),
            surveys=replace(
                retail.surveys,
                answer_by_quality=0.0,
                answer_by_extreme=0.0,
                answer_if_gone=0.0,
                answer_by_recency=0.0,
            ),
        ),
        wholesale=replace(wholesale, accounts=replace(wholesale.accounts, selection=0.0)),
    )


def _homogeneous(world: World) -> World:
    """No lasting differences between customers; a very large gamma shape stands for one purchase rate."""
    people, wholesale = world.retail.shoppers, world.wholesale
    shape = 1_000.0
    shoppers = replace(
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
    )
    return replace(
        world,
        retail=replace(world.retail, shoppers=shoppers),
        wholesale=replace(wholesale, accounts=replace(wholesale.accounts, alike=1.0)),
    )


_CHANGES = {
    "default": _default,
    "competitive": _competitive,
    "monopoly": _monopoly,
    "no_selection": _no_selection,
    "homogeneous": _homogeneous,
}
NAMES = tuple(_CHANGES)
