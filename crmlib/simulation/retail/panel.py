"""A market research panel: shoppers with and without the card, at Osmanthus and four rivals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of, label
from crmlib.simulation.retail.calendar import DAYS_PER_MONTH
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.leaving import monthly_hazards
from crmlib.simulation.retail.people import draw_lift, draw_shoppers, joining_days, joining_order
from crmlib.simulation.retail.state import NEVER
from crmlib.simulation.world.worlds import World

CHAINS = ("osmanthus", "rival_a", "rival_b", "rival_c", "rival_d")
MONTHS_AWAY = 12.0  # mean pause until someone like the shopper who left begins


def run_panel(chain: Chain, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `panel` and `truth.shoppers`.

    The panel's shoppers are drawn like everyone in the cities. Rates at the five chains are independent
    gammas of one scale: a Dirichlet market. Rate and closeness decide who takes the Osmanthus card, as for
    the members.
    """
    world = chain.world
    drawn = draw_shoppers(world, chain.stores, world.retail.panel.shoppers, rng)
    shoppers = arrays_of(drawn)
    joined = _take_cards(chain, drawn, rng)
    lift = draw_lift(world, len(drawn), rng)
    rivals = _rival_rates(world, len(drawn), rng)
    active = _stay(chain, shoppers, rng)
    parts = []
    for quarter in range(chain.calendar.months // 3):
        first, last = (chain.calendar.day_of_month(3 * quarter + n) for n in (0, 3))
        with_card = np.clip((last - np.maximum(joined, first)) / (last - first), 0, 1)
        ours = shoppers["rate"] * (1 + lift * with_card) * active[quarter]
        season = chain.calendar.month_factors[np.arange(3 * quarter, 3 * quarter + 3) % 12].mean()
        scale = (last - first) / DAYS_PER_MONTH * season
        for number, rate in enumerate((ours, *rivals)):
            bought = rng.poisson(rate * scale)
            parts.append(_tell_quarter(chain, quarter, number, shoppers, joined < last, bought, rng))
    panel = pd.concat(parts, ignore_index=True)
    panel = panel[(panel["purchases"] > 0) | (panel["chain"] == CHAINS[0])]
    panel = panel.sort_values(["panel_id", "quarter", "chain"], kind="stable", ignore_index=True)
    return panel, _tell_shoppers(chain, shoppers, joined, lift)


def _rival_rates(world: World, count: int, rng: np.random.Generator) -> np.ndarray:
    """Purchases a month at each rival, (rivals, shoppers): lasting traits like the rate at Osmanthus."""
    rule = world.retail.shoppers
    shape = rule.rate_shape * np.array(world.retail.panel.rival_sizes)
    return rng.gamma(shape[:, None], rule.rate_scale, (len(shape), count))


def _take_cards(chain: Chain, shoppers: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Day on which each shopper takes the card, NEVER if not."""
    takers = int(len(shoppers) / chain.world.retail.joining.pool_per_member)
    joined = np.full(len(shoppers), NEVER)
    joined[joining_order(chain.world, shoppers, rng)[:takers]] = joining_days(
        chain.world, chain.calendar, takers
    )
    return joined


def _stay(chain: Chain, shoppers: Arrays, rng: np.random.Generator) -> np.ndarray:
    """(quarters, shoppers): true where the shopper buys at Osmanthus, with and without the card alike.

    People leave by the hazards of the members. For each one who leaves a similar one begins, so that the
    panel stays as it is: who leaves comes back after a pause.
    """
    count, back = len(shoppers["rate"]), 1 / MONTHS_AWAY
    people = {**shoppers, "referred": np.zeros(count, dtype=bool)}
    hazards = monthly_hazards(
        chain.world, people, shoppers["satisfaction"], shoppers["quality"], np.zeros(count)
    )
    hazard = hazards.sum(axis=0)
    active = np.empty((chain.calendar.months // 3, count), dtype=bool)
    state = rng.random(count) < back / (back + hazard)
    for quarter in range(len(active)):
        active[quarter] = state
        leaves = rng.random(count) < -np.expm1(-3 * hazard)
        begins = rng.random(count) < -np.expm1(-3 * back)
        state = np.where(state, ~leaves, begins)
    return active


def _tell_quarter(
    chain: Chain,
    quarter: int,
    number: int,
    shoppers: Arrays,
    has_card: np.ndarray,
    bought: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One quarter at one chain: purchases and money of every shopper of the panel."""
    ratio = 1.0 if number == 0 else chain.world.retail.panel.rival_baskets[number - 1]
    shopper = np.repeat(np.arange(len(bought)), bought)
    noise = rng.normal(0, chain.baskets.noise_sd, len(shopper))
    value = np.round(ratio * np.exp(chain.baskets.mean_log_basket(shoppers["basket"])[shopper] + noise), 2)
    return pd.DataFrame(
        {
            "panel_id": np.arange(1, len(bought) + 1),
            "quarter": chain.calendar.month_starts(np.full(len(bought), 3 * quarter)),
            "chain": label(np.full(len(bought), number), CHAINS),
            "has_card": has_card,
            "purchases": bought,
            "amount_cny": np.bincount(shopper, weights=value, minlength=len(bought)).round(2),
        }
    )


def _tell_shoppers(chain: Chain, shoppers: Arrays, joined: np.ndarray, lift: np.ndarray) -> pd.DataFrame:
    """The table `truth.shoppers`: what each would spend with and without the card."""
    without = 12 * shoppers["rate"] * chain.baskets.mean_basket(shoppers["basket"])
    known = joined < chain.calendar.days
    return pd.DataFrame(
        {
            "panel_id": np.arange(1, len(joined) + 1),
            "visits_per_month": np.maximum(shoppers["rate"], 1e-5).round(5),
            "mean_log_basket": chain.baskets.mean_log_basket(shoppers["basket"]).round(4),
            "relationship_quality": shoppers["quality"].round(4),
            "has_card": known,
            "joined_on": chain.calendar.optional_dates(joined, known),
            "yearly_without_card_cny": without.round(2),
            "yearly_with_card_cny": (without * (1 + lift)).round(2),
        }
    )
