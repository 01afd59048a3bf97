"""A market research panel: shoppers with and without the card, at Osmanthus and four rivals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import DAYS_PER_MONTH, Calendar
from crmlib.simulation.retail_leaving import monthly_hazards
from crmlib.simulation.retail_people import draw_shoppers
from crmlib.simulation.world import World

CHAINS = ("osmanthus", "rival_a", "rival_b", "rival_c", "rival_d")
MEAN_LOG_BASKET = 4.29  # of the baskets that `retail_baskets` fills; a test holds it
BASKET_NOISE = 0.62


def run_panel(
    world: World, calendar: Calendar, stores: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `panel` and `truth.shoppers`.

    The panel's shoppers are drawn like everyone in the cities. Rates at the five chains are independent gammas of one
    scale: a Dirichlet market. Who takes the Osmanthus card is decided by rate and closeness, as for the members.
    """
    shoppers = draw_shoppers(world, stores, world.retail.panel.shoppers, rng)
    joined = _join(world, calendar, shoppers, rng)
    lift = _lift(world, len(shoppers), rng)
    stays = _stay(world, calendar, shoppers, joined, rng)
    rows = []
    for quarter in range(calendar.months // 3):
        first, last = calendar.day_of_month(3 * quarter), calendar.day_of_month(3 * quarter + 3)
        has_card = joined < last
        with_card = np.clip((last - np.maximum(joined, first)) / (last - first), 0, 1)
        rate = shoppers["rate"].to_numpy() * (1 + lift * with_card) * stays[quarter]
        months = (last - first) / DAYS_PER_MONTH
        season = np.mean(calendar.month_factors[np.arange(3 * quarter, 3 * quarter + 3) % 12])
        bought = rng.poisson(rate * months * season)
        rows.append(_quarter_rows(world, calendar, quarter, 0, shoppers, has_card, bought, rng))
        for chain, scale in enumerate(_rival_rates(world, shoppers), start=1):
            bought = rng.poisson(scale * months * season)
            rows.append(_quarter_rows(world, calendar, quarter, chain, shoppers, has_card, bought, rng))
    panel = pd.concat(rows, ignore_index=True)
    panel = panel[(panel["purchases"] > 0) | (panel["chain"] == CHAINS[0])]
    panel = panel.sort_values(["panel_id", "quarter", "chain"], kind="stable", ignore_index=True)
    return panel, _tell_shoppers(world, calendar, shoppers, joined, lift)


def _rival_rates(world: World, shoppers: pd.DataFrame) -> np.ndarray:
    """Purchase rates at the rivals, (rivals, shoppers): lasting traits, drawn once from the shopper's own numbers."""
    rule = world.retail
    own = np.random.default_rng(np.random.SeedSequence(world.seed, spawn_key=(3, 1)))
    shape = np.array(rule.panel.rival_shapes)
    if rule.shoppers.frailty_sd == 0 and rule.shoppers.basket_sd == 0:  # the homogeneous world
        return np.repeat((shape * rule.shoppers.rate_scale)[:, None], len(shoppers), axis=1)
    return own.gamma(shape[:, None], rule.shoppers.rate_scale, (len(shape), len(shoppers)))


def _join(world: World, calendar: Calendar, shoppers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Day on which each shopper takes the card; the number of days of the history plus one if never."""
    rule = world.retail.joining
    pull = shoppers["rate"].to_numpy() ** rule.by_rate * np.exp(
        rule.by_quality * shoppers["quality"].to_numpy()
    )
    patience = rng.exponential(1, len(shoppers)) / pull
    takers = int(len(shoppers) / rule.pool_per_member)
    order = np.argsort(patience, kind="stable")
    rush = calendar.day_of_month(min(rule.rush_months, calendar.months))
    place = (np.arange(takers) + 0.5) / takers
    early = place / rule.rush_share * rush
    late = rush + (place - rule.rush_share) / (1 - rule.rush_share) * (calendar.days - rush)
    joined = np.full(len(shoppers), calendar.days + 1)
    joined[order[:takers]] = np.where(place < rule.rush_share, early, late).astype(int)
    return joined


def _lift(world: World, count: int, rng: np.random.Generator) -> np.ndarray:
    """What the card would add to each shopper's visits, as a share."""
    rule = world.retail.joining
    return np.maximum(rng.normal(rule.lift, rule.lift_sd, count), 0.0) if rule.lift > 0 else np.zeros(count)


def _stay(
    world: World, calendar: Calendar, shoppers: pd.DataFrame, joined: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Share of each quarter in which the shopper buys at Osmanthus, (quarters, shoppers).

    People leave Osmanthus by the same hazards with and without a card; for each one who leaves a similar one has
    just begun, so a shopper who leaves comes back after a pause of some months.
    """
    people = shoppers.assign(referred=False)
    hazard = monthly_hazards(
        world,
        people,
        shoppers["satisfaction"].to_numpy() - 0.1,
        shoppers["quality"].to_numpy(),
        np.zeros(len(shoppers)),
    ).sum(axis=0)
    quarters = calendar.months // 3
    active = np.ones((quarters, len(shoppers)))
    back = 1 / 12.0
    state = rng.random(len(shoppers)) < back / (back + hazard)
    for quarter in range(quarters):
        active[quarter] = state
        leaves = rng.random(len(shoppers)) < -np.expm1(-3 * hazard)
        returns = rng.random(len(shoppers)) < -np.expm1(-3 * back)
        state = np.where(state, ~leaves, returns)
    return active


def _quarter_rows(
    world: World,
    calendar: Calendar,
    quarter: int,
    chain: int,
    shoppers: pd.DataFrame,
    has_card: np.ndarray,
    bought: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One quarter at one chain: purchases and money of every shopper of the panel."""
    ratio = 1.0 if chain == 0 else world.retail.panel.rival_baskets[chain - 1]
    level = np.exp(MEAN_LOG_BASKET + shoppers["basket"].to_numpy()) * ratio
    shopper = np.repeat(np.arange(len(shoppers)), bought)
    value = np.round(level[shopper] * np.exp(rng.normal(0, BASKET_NOISE, len(shopper))), 2)
    return pd.DataFrame(
        {
            "panel_id": np.arange(1, len(shoppers) + 1),
            "quarter": calendar.month_starts(np.full(len(shoppers), 3 * quarter)),
            "chain": CHAINS[chain],
            "has_card": has_card,
            "purchases": bought,
            "amount_cny": np.bincount(shopper, weights=value, minlength=len(shoppers)).round(2),
        }
    )


def _tell_shoppers(
    world: World, calendar: Calendar, shoppers: pd.DataFrame, joined: np.ndarray, lift: np.ndarray
) -> pd.DataFrame:
    """The table `truth.shoppers`: what each would spend with and without the card."""
    basket = np.exp(MEAN_LOG_BASKET + shoppers["basket"].to_numpy() + BASKET_NOISE**2 / 2)
    without = 12 * shoppers["rate"].to_numpy() * basket
    known = joined < calendar.days
    return pd.DataFrame(
        {
            "panel_id": np.arange(1, len(shoppers) + 1),
            "visits_per_month": shoppers["rate"].round(5).clip(lower=1e-5),
            "mean_log_basket": (MEAN_LOG_BASKET + shoppers["basket"]).round(4),
            "relationship_quality": shoppers["quality"].round(4),
            "has_card": known,
            "joined_on": calendar.optional_dates(joined, known),
            "yearly_without_card_cny": without.round(2),
            "yearly_with_card_cny": (without * (1 + lift)).round(2),
        }
    )
