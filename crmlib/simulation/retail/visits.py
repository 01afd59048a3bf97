"""Who comes this week, to which store, and when."""

from __future__ import annotations

import numpy as np

from crmlib.simulation.columns import Arrays
from crmlib.simulation.retail.calendar import WEEKS_PER_MONTH
from crmlib.simulation.retail.campaigns import WIN_BACK, Campaign
from crmlib.simulation.retail.state import BASE, BEFORE_CARD, EXTRA, JOINING, NO_CARD, State
from crmlib.simulation.world.worlds import World


def monthly_rate(state: State) -> np.ndarray:
    """Visits that each member would make in an ordinary month from now on, with the card.

    rate × (1 + lift of the card) × satisfaction; a second lifetime, real or possible, is slower.
    """
    rule, people = state.chain.world.retail, state.people
    effect = satisfaction_on_visits(state.chain.world, people["level"], state.feeling)
    slower = np.where(state.second | ~state.customer, rule.leaving.second_rate, 1.0)
    return np.asarray(people["rate"] * (1 + people["lift"]) * effect * slower)


def satisfaction_on_visits(world: World, level: np.ndarray, satisfaction: np.ndarray) -> np.ndarray:
    """Visits against those of a customer of mean satisfaction: the dissatisfied go elsewhere, where they can.

    level: of competition (0, 1, 2), which makes the effect weak or strong as it does for leaving.
    """
    rule = world.retail
    slope = rule.visits.by_satisfaction * np.array(rule.leaving.slope_by_competition)[level]
    return np.asarray(np.exp(slope * (satisfaction - rule.shoppers.satisfaction_mean)))


def expected_visits(state: State, week: int) -> np.ndarray:
    """Expected visits of each member this week, as a customer; before the card without what the card changes.

    Promotions draw the price-sensitive; a points balance close to a reward draws its owner.
    """
    rule, chain = state.chain.world.retail.visits, state.chain
    rate = np.where(state.joined_week < week, monthly_rate(state), state.people["rate"])
    promotion = rule.by_promotion * chain.assortment.pull[week] * state.people["sensitivity"]
    near = 1 + rule.near_reward * state.accounts.is_near_reward()
    return np.asarray(rate * np.exp(promotion) * near * chain.calendar.season(week) / WEEKS_PER_MONTH)


def collect_visits(state: State, week: int, expected: np.ndarray) -> Arrays:
    """All visits of the week, in order of time.

    Returns arrays of one entry a visit: person (row in everyone), kind, campaign (that caused it, else −1),
    alive (the person is a customer), happens (really takes place, not only in another campaign arm), and
    what `_place` adds.
    """
    usual = _usual_visits(state, week, expected)
    extra = [_extra_visits(state, week, running) for running in state.campaigns.values()]
    visits = {name: np.concatenate([usual[name], *[part[name] for part in extra]]) for name in usual}
    visits |= _place(state, visits)
    order = np.lexsort((visits["minute"], visits["day"]))
    return {name: values[order] for name, values in visits.items()}


def _usual_visits(state: State, week: int, expected: np.ndarray) -> Arrays:
    """Visits without the doing of a campaign: of members, on joining, before the card, of other shoppers."""
    members = np.arange(len(expected))
    number = state.rng.poisson(expected)
    possible = (state.joined_week < week) & (state.customer | _shadows(state, 7 * week))
    before = (state.joined_week > week) & state.people["before"]
    parts = {
        BASE: np.repeat(members, number * possible),
        JOINING: np.flatnonzero(state.joined_week == week),
        BEFORE_CARD: np.repeat(members, number * before),
        NO_CARD: _other_shoppers(state, week),
    }
    person = np.concatenate(list(parts.values()))
    kind = np.repeat(list(parts), [len(part) for part in parts.values()])
    day = state.chain.calendar.draw_days(week, len(person), state.rng)
    joining = kind == JOINING
    day[joining] = state.people["joined"][person[joining]]
    alive = np.ones(len(person), dtype=bool)
    base = kind == BASE
    alive[base] = state.customer[person[base]]
    happens = alive.copy()
    for running in state.campaigns.values():
        disturbed = base & (day >= running.first) & (day < running.end)
        happens[disturbed] &= ~running.stays_away()[person[disturbed]]
    campaign = np.full(len(person), -1)
    return {
        "person": person,
        "kind": kind,
        "day": day,
        "campaign": campaign,
        "alive": alive,
        "happens": happens,
    }


def _other_shoppers(state: State, week: int) -> np.ndarray:
    """Rows (in everyone) of the shoppers without a card who come this week, heavy buyers more often."""
    limits = state.other_limits
    if len(limits) == 0:
        return np.empty(0, dtype=np.int64)
    expected = limits[-1] * state.chain.calendar.season(week) / WEEKS_PER_MONTH
    draws = state.rng.random(state.rng.poisson(expected)) * limits[-1]
    return len(state.customer) + np.searchsorted(limits, draws, side="right")


def _shadows(state: State, first_day: int) -> np.ndarray:
    """Members who are gone, but would be customers in another arm of a campaign that is still observed."""
    window = state.chain.world.retail.campaigns.recovery_days
    shadows = state.other_customer & (first_day < state.recovery_day + window)
    running = state.campaigns.get(WIN_BACK)
    if running is not None and first_day < running.end:
        elsewhere = running.would_come().any(axis=0) & ~running.comes()
        shadows = shadows | (running.returns & elsewhere & (running.extra_day < first_day))
    return np.asarray(shadows)


def _extra_visits(state: State, week: int, running: Campaign) -> Arrays:
    """Visits that a campaign causes this week in some arm; they happen if it is the member's real arm."""
    due = (running.extra_day // 7 == week) & running.would_come().any(axis=0)
    person = np.flatnonzero(due & (state.customer | running.returns))
    happens = running.comes()[person]
    return {
        "person": person,
        "kind": np.full(len(person), EXTRA),
        "day": running.extra_day[person],
        "campaign": np.full(len(person), running.number),
        "alive": happens,
        "happens": happens.copy(),
    }


def _place(state: State, visits: Arrays) -> Arrays:
    """Where and how: minute of the day, store (row), online, dispatched (day), luck (one for all arms)."""
    rng, rule, stores = state.rng, state.chain.world.retail.visits, state.chain.stores
    count, home = len(visits["person"]), state.everyone["home"][visits["person"]]
    cities = stores["city"].nunique()
    elsewhere = (home + cities * rng.integers(1, max(len(stores) // cities, 2), count)) % len(stores)
    away = (rng.random(count) < rule.other_store_share) & (visits["kind"] != JOINING)
    online = rng.random(count) < rule.online_share
    return {
        "minute": state.chain.calendar.draw_minutes(count, rng),
        "store": np.where(away & ~online, elsewhere, home),
        "online": online,
        "dispatched": visits["day"] + np.where(online, rng.integers(1, 4, count), 0),
        "luck": rng.random(count),
    }
