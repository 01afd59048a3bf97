"""The shoppers of the eight cities, and who among them takes the card."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_products import DEMAND
from crmlib.simulation.world import World

CHANNELS = ("store", "online", "referral", "partner")
MEMBER_COLUMNS = [
    "customer_id",
    "joined_on",
    "activated_on",
    "birth_year",
    "birth_month",
    "gender",
    "home_store_id",
    "join_channel",
    "fee_cny",
    "referred_by",
]


def draw_shoppers(world: World, stores: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """People with everything they carry before any card.

    Returns one row a shopper: home (row of the store), level (competition there: 0, 1, 2), rate (visits a month),
    basket (deviation of the usual log basket), sensitivity, quality (of the relationship, in sd), satisfaction
    (base), distance (km), frailty (log odds), female, birth_year, birth_month, age_group (0, 1, 2), group (favourite
    product category).
    """
    rule = world.retail.shoppers
    home = rng.choice(len(stores), size=count, p=stores["size"].to_numpy())
    distance = rule.distance_median_km * np.exp(rng.normal(0, rule.distance_sd, count))
    mean_distance = rule.distance_median_km * np.exp(rule.distance_sd**2 / 2)
    near = np.exp(rule.visits_by_distance * (distance - mean_distance))
    quality = rng.normal(0, 1, count)
    age_group = rng.choice(len(rule.age_means), size=count, p=rule.age_shares)
    age = np.array(rule.age_means)[age_group] + rng.normal(0, 1, count) * np.array([4.0, 6.0, 7.0])[age_group]
    return pd.DataFrame(
        {
            "home": home,
            "level": stores["level"].to_numpy()[home],
            "rate": rng.gamma(rule.rate_shape, rule.rate_scale, count) * near + 1e-4,
            "basket": rng.normal(0, 1, count) * rule.basket_sd,
            "sensitivity": np.exp(rng.normal(0, rule.sensitivity_sd, count)),
            "quality": quality,
            "satisfaction": _draw_satisfaction(world, stores, home, quality, rng),
            "distance": distance,
            "frailty": rng.normal(0, 1, count) * rule.frailty_sd,
            "female": rng.random(count) < rule.female_share,
            "birth_year": (2024 - np.clip(age, 16, 85)).astype(int),
            "birth_month": rng.integers(1, 13, count),
            "age_group": age_group,
            "group": _draw_group(age_group, rng),
        }
    )


def _draw_satisfaction(
    world: World, stores: pd.DataFrame, home: np.ndarray, quality: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Base satisfaction: own disposition, closeness to the firm, service and queues of the home store."""
    rule = world.retail.shoppers
    shared = rule.satisfaction_with_quality
    own = shared * quality + np.sqrt(1 - shared**2) * rng.normal(0, 1, len(home))
    store = (
        rule.satisfaction_by_store * stores["quality"].to_numpy()
        + rule.satisfaction_by_waiting * stores["waiting"].to_numpy()
    )
    return rule.satisfaction_mean + rule.satisfaction_sd * own + store[home]


def _draw_group(age_group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Favourite product category, by age."""
    limits = np.cumsum(DEMAND, axis=1)[age_group]
    return (rng.random(len(age_group))[:, None] > limits).sum(axis=1).clip(0, DEMAND.shape[1] - 1)


def choose_members(
    world: World, calendar: Calendar, stores: pd.DataFrame, count: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let the shoppers decide about the card: those who take it, with the day, and those who never do.

    Who buys more and feels closer takes the card more readily and earlier (selection). Returns (members in order
    of joining, other shoppers); members carry besides the columns of `draw_shoppers`: joined (day), at_once (leaves
    after the first purchase), before (already shopped here), channel, activated (day, −1 never), lift (by the card).
    """
    rule = world.retail.joining
    shoppers = draw_shoppers(world, stores, int(np.ceil(count * rule.pool_per_member)), rng)
    pull = shoppers["rate"].to_numpy() ** rule.by_rate * np.exp(
        rule.by_quality * shoppers["quality"].to_numpy()
    )
    patience = rng.exponential(1, len(shoppers)) / pull
    order = np.argsort(patience, kind="stable")
    members = shoppers.iloc[order[:count]].reset_index(drop=True)
    others = shoppers.iloc[order[count:]].reset_index(drop=True)
    members["joined"] = _spread_joining(world, calendar, count)
    members = _add_trial_joiners(world, calendar, stores, members, rng)
    members["channel"] = rng.choice(len(CHANNELS), size=count, p=rule.channel_shares)
    referred = members["channel"].to_numpy() == CHANNELS.index("referral")
    members["quality"] += np.where(referred, rule.referred_quality, 0.0)
    members["rate"] *= np.where(referred, rule.referred_rate, 1.0)
    members["referred"] = referred
    members["at_once"] = rng.random(count) < world.retail.leaving.at_once
    members["before"] = (rng.random(count) < rule.shopped_before) & ~members["at_once"]
    days = np.floor(rng.exponential(rule.activation_days, count)).astype(int)
    activates = (rng.random(count) < rule.activated_share) & (members["joined"] + days < calendar.days)
    members["activated"] = np.where(activates, members["joined"] + days, -1)
    members["lift"] = np.maximum(rng.normal(rule.lift, rule.lift_sd, count), 0.0) if rule.lift > 0 else 0.0
    members["attentive"] = rng.random(count) < world.retail.points.attentive_share
    return members, others


def _spread_joining(world: World, calendar: Calendar, count: int) -> np.ndarray:
    """Days of joining in order: a rush after the card was introduced, then a steady stream, with season."""
    rule = world.retail.joining
    weights = np.concatenate([calendar.day_weights(week) for week in range(calendar.weeks)])
    rush = np.arange(calendar.days) < calendar.day_of_month(min(rule.rush_months, calendar.months))
    if not rush.all():
        weights = np.where(
            rush,
            rule.rush_share * weights / weights[rush].sum(),
            (1 - rule.rush_share) * weights / weights[~rush].sum(),
        )
    limits = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(limits, (np.arange(count) + 0.5) / count), calendar.days - 1)


def _add_trial_joiners(
    world: World, calendar: Calendar, stores: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Move a few members, as if from nowhere, into the quarter and the stores that advertised for the card.

    Their number is the trial's true lift times the joiners that these stores would have had anyway. They would not
    have joined otherwise: they are taken evenly out of all days and stores.
    """
    month = world.retail.campaigns.acquisition_month
    if month + 3 > calendar.months or "treated" not in stores:
        return members
    first, last = calendar.day_of_month(month), calendar.day_of_month(month + 3)
    treated = stores["treated"].to_numpy()
    share = members["joined"].between(first, last - 1).mean() * stores["size"].to_numpy()[treated].sum()
    extra = int(round(world.retail.campaigns.acquisition_lift * share * len(members)))
    moved = rng.choice(len(members), size=extra, replace=False)
    size = stores["size"].to_numpy()[treated]
    home = rng.choice(np.flatnonzero(treated), size=extra, p=size / size.sum())
    members.loc[moved, "home"] = home
    members.loc[moved, "level"] = stores["level"].to_numpy()[home]
    members.loc[moved, "joined"] = rng.integers(first, last, extra)
    return members.sort_values("joined", kind="stable").reset_index(drop=True)


def tell_members(
    world: World,
    calendar: Calendar,
    stores: pd.DataFrame,
    people: pd.DataFrame,
    first_id: int,
    referrer: np.ndarray,
) -> pd.DataFrame:
    """The table `members`: what the firm writes down of those who took the card.

    referrer: row of the member who recommended the card, −1 if nobody did.
    """
    joined = people["joined"].to_numpy()
    referred_by = pd.array(np.where(referrer >= 0, first_id + referrer, 0), dtype="Int64")
    referred_by[referrer < 0] = pd.NA
    channel = np.array(CHANNELS)[people["channel"].to_numpy()]
    return pd.DataFrame(
        {
            "customer_id": first_id + np.arange(len(people)),
            "joined_on": calendar.dates(joined),
            "activated_on": calendar.optional_dates(people["activated"].to_numpy(), people["activated"] >= 0),
            "birth_year": people["birth_year"],
            "birth_month": people["birth_month"],
            "gender": np.where(people["female"], "female", "male"),
            "home_store_id": stores["store_id"].to_numpy()[people["home"].to_numpy()],
            "join_channel": channel,
            "fee_cny": world.retail.joining.fee_cny,
            "referred_by": referred_by,
        }
    )


def choose_referrers(people: pd.DataFrame, left_day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Who recommended the card to each member who joined by referral; −1 for the others.

    A referrer joined earlier and is still a customer; close, satisfied and frequent customers refer more. Satisfied
    customers bring customers: that is word of mouth in this world.
    """
    joined = people["joined"].to_numpy()
    weight = (
        np.exp(0.5 * people["quality"] + 0.7 * people["satisfaction"]).to_numpy() * people["rate"].to_numpy()
    )
    limits = np.cumsum(weight)
    referrer = np.full(len(people), -1)
    open_rows = np.flatnonzero(people["referred"].to_numpy())
    for _ in range(12):  # draw again where the candidate had not joined yet or had left
        before = np.searchsorted(joined, joined[open_rows], side="left")
        reach = np.where(before > 0, limits[np.maximum(before - 1, 0)], 0.0)
        candidate = np.searchsorted(limits, rng.random(len(open_rows)) * reach, side="right")
        fits = (before > 0) & (candidate < before)
        fits &= left_day[np.minimum(candidate, len(people) - 1)] >= joined[open_rows]
        referrer[open_rows[fits]] = candidate[fits]
        open_rows = open_rows[~fits]
    return referrer
