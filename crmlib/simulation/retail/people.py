"""The shoppers of the eight cities, and who among them takes the card."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.draws import draw_levels
from crmlib.simulation.retail.calendar import DayCalendar
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.products import DEMAND
from crmlib.simulation.world.worlds import World

CHANNELS = ("store", "online", "referral", "partner")
YEAR_OF_AGE = 2024  # ages are meant in the middle of the history
AGE_SDS = (4.0, 6.0, 7.0)
LEAST_RATE = 1e-4


def draw_shoppers(world: World, stores: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """People with everything they carry before any card.

    One row a shopper: home (row of the store), level (competition there: 0, 1, 2), rate (visits a month),
    basket (deviation of the usual log basket), sensitivity (to price), quality (of the relationship, in
    sd), satisfaction (base), distance (km), frailty (log odds), female, birth_year, birth_month, age_group
    (0, 1, 2), group (favourite product category), taste (uniform: which products are favourites).
    """
    rule = world.retail.shoppers
    home = rng.choice(len(stores), size=count, p=stores["size"].to_numpy())
    distance = rule.distance_median_km * np.exp(rng.normal(0, 1, count) * rule.distance_sd)
    mean_distance = rule.distance_median_km * np.exp(rule.distance_sd**2 / 2)
    near = np.exp(rule.visits_by_distance * (distance - mean_distance))
    quality = rng.normal(0, 1, count)
    age_group = rng.choice(len(rule.age_means), size=count, p=rule.age_shares)
    age = np.array(rule.age_means)[age_group] + rng.normal(0, 1, count) * np.array(AGE_SDS)[age_group]
    return pd.DataFrame(
        {
            "home": home,
            "level": stores["level"].to_numpy()[home],
            "rate": rng.gamma(rule.rate_shape, rule.rate_scale, count) * near + LEAST_RATE,
            "basket": rng.normal(0, 1, count) * rule.basket_sd,
            "sensitivity": np.exp(rng.normal(0, 1, count) * rule.sensitivity_sd),
            "quality": quality,
            "satisfaction": _draw_satisfaction(world, stores, home, quality, rng),
            "distance": distance,
            "frailty": rng.normal(0, 1, count) * rule.frailty_sd,
            "female": rng.random(count) < rule.female_share,
            "birth_year": (YEAR_OF_AGE - np.clip(age, 16, 85)).astype(np.int64),
            "birth_month": rng.integers(1, 13, count),
            "age_group": age_group,
            "group": _draw_group(age_group, rng),
            "taste": rng.random(count),
        }
    )


def _draw_satisfaction(
    world: World, stores: pd.DataFrame, home: np.ndarray, quality: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Base satisfaction: own disposition, closeness to the firm, service and queues of the home store."""
    rule = world.retail.shoppers
    shared = rule.satisfaction_with_quality
    own = shared * quality + np.sqrt(1 - shared**2) * rng.normal(0, 1, len(home))
    service, waiting = stores["quality"].to_numpy()[home], stores["waiting"].to_numpy()[home]
    store = rule.satisfaction_by_store * service + rule.satisfaction_by_waiting * waiting
    return np.asarray(rule.satisfaction_mean + rule.satisfaction_sd * own + store)


def _draw_group(age_group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Favourite product category, by age."""
    return draw_levels(DEMAND[age_group], rng)


def choose_members(chain: Chain, count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let the shoppers decide about the card: (members in order of joining, shoppers who never take it).

    Members carry besides the columns of `draw_shoppers`: joined (day), channel (number), referred, at_once
    (leaves after the first purchase), before (already shopped here), activated (day, −1 never), lift (of
    visits by the card), attentive (thinks of points).
    """
    world, calendar, rule = chain.world, chain.calendar, chain.world.retail.joining
    shoppers = draw_shoppers(world, chain.stores, int(np.ceil(count * rule.pool_per_member)), rng)
    order = joining_order(world, shoppers, rng)
    members = shoppers.iloc[order[:count]].reset_index(drop=True)
    others = shoppers.iloc[order[count:]].reset_index(drop=True)
    members["joined"] = joining_days(world, calendar, count)
    members = _add_trial_joiners(chain, members, rng)
    channel = rng.choice(len(CHANNELS), size=count, p=rule.channel_shares)
    referred = channel == CHANNELS.index("referral")
    at_once = rng.random(count) < world.retail.leaving.at_once
    activated = members["joined"] + np.floor(rng.exponential(rule.activation_days, count)).astype(np.int64)
    activates = (rng.random(count) < rule.activated_share) & (activated < calendar.days)
    members = members.assign(
        channel=channel,
        referred=referred,
        quality=members["quality"] + np.where(referred, rule.referred_quality, 0.0),
        rate=members["rate"] * np.where(referred, rule.referred_rate, 1.0),
        at_once=at_once,
        before=(rng.random(count) < rule.shopped_before) & ~at_once,
        activated=np.where(activates, activated, -1),
        lift=draw_lift(world, count, rng),
        attentive=rng.random(count) < world.retail.points.attentive_share,
    )
    return members, others


def joining_order(world: World, shoppers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Rows of the shoppers in the order in which they (would) take the card.

    A race: waiting time ~ exponential, the shorter the heavier and closer the buyer. That is selection.
    """
    rule = world.retail.joining
    pull = shoppers["rate"].to_numpy() ** rule.by_rate * np.exp(
        rule.by_quality * shoppers["quality"].to_numpy()
    )
    return np.argsort(rng.exponential(1, len(shoppers)) / pull, kind="stable")


def joining_days(world: World, calendar: DayCalendar, count: int) -> np.ndarray:
    """Days of joining in order: a rush after the card was introduced, then a steady stream, with season."""
    rule = world.retail.joining
    weights = np.concatenate([calendar.day_weights(week) for week in range(calendar.weeks)])
    rush = np.arange(calendar.days) < calendar.day_of_month(min(rule.rush_months, calendar.months))
    if not rush.all():
        early = rule.rush_share * weights / weights[rush].sum()
        late = (1 - rule.rush_share) * weights / weights[~rush].sum()
        weights = np.where(rush, early, late)
    limits = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(limits, (np.arange(count) + 0.5) / count), calendar.days - 1)


def draw_lift(world: World, count: int, rng: np.random.Generator) -> np.ndarray:
    """What the card adds to each shopper's visits, as a share, never negative."""
    rule = world.retail.joining
    return np.asarray(np.maximum(rng.normal(0, 1, count) * rule.lift_sd + rule.lift, 0.0) * (rule.lift > 0))


def _add_trial_joiners(chain: Chain, members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Move a few members, as if from nowhere, into the stores and months that advertised for the card.

    Their number is the trial's true lift times the joiners these stores would have had anyway. They would
    not have joined otherwise: they are taken evenly out of all days and stores.
    """
    rule, calendar = chain.world.retail.campaigns, chain.calendar
    if chain.store_trials.empty:
        return members
    first = calendar.day_of_month(rule.acquisition_month)
    last = calendar.day_of_month(rule.acquisition_month + rule.acquisition_months)
    treated = np.flatnonzero(chain.stores["treated"])
    size = chain.stores["size"].to_numpy()[treated]
    usual = members["joined"].between(first, last - 1).mean() * size.sum() * len(members)
    extra = round(rule.acquisition_lift * usual)
    moved = rng.choice(len(members), size=extra, replace=False)
    home = rng.choice(treated, size=extra, p=size / size.sum())
    members.loc[moved, "home"] = home
    members.loc[moved, "level"] = chain.stores["level"].to_numpy()[home]
    members.loc[moved, "joined"] = rng.integers(first, last, extra)
    return members.sort_values("joined", kind="stable", ignore_index=True)
