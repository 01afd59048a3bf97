"""What all members of Osmanthus share: calendar, stores, assortment, the plan of campaigns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.retail.baskets import BasketFacts, measure_baskets
from crmlib.simulation.retail.calendar import DayCalendar, make_day_calendar
from crmlib.simulation.retail.campaigns import plan_campaigns
from crmlib.simulation.retail.costs import plan_store_trial
from crmlib.simulation.retail.products import Assortment, make_assortment
from crmlib.simulation.retail.stores import make_stores
from crmlib.simulation.world.worlds import World


@dataclass(frozen=True)
class Chain:
    """Osmanthus without its customers.

    stores: see `make_stores`, with the column treated (in the acquisition trial). plan: see `plan_campaigns`.
    store_trials: the table of that name. baskets: what a receipt is worth on average.
    """

    world: World
    calendar: DayCalendar
    stores: pd.DataFrame
    assortment: Assortment
    plan: pd.DataFrame
    store_trials: pd.DataFrame
    baskets: BasketFacts


def make_chain(world: World) -> Chain:
    """Open the stores, fill the shelves, plan the campaigns."""
    calendar, rng = make_day_calendar(world), generator(world, 0)
    stores = make_stores(world, rng)
    assortment = make_assortment(world, calendar, rng)
    plan = plan_campaigns(world, calendar)
    trials, treated = plan_store_trial(world, calendar, stores, plan, rng)
    baskets = measure_baskets(world, assortment, calendar.weeks, generator(world, 2))
    stores = stores.assign(treated=treated)
    return Chain(world, calendar, stores, assortment, plan, trials, baskets)


def generator(world: World, *key: int) -> np.random.Generator:
    """Random numbers of one part of the chain, so that a change in one part does not disturb the others.

    key: 0 for what all share, (1, k) for chunk k, 2 for baskets, (3, 0) for the panel, (3, 1) for queues.
    """
    return np.random.default_rng(np.random.SeedSequence(world.seed, spawn_key=key))
