"""From a visit to a receipt: which products, how many, at which price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmlib.simulation.columns import Arrays
from crmlib.simulation.retail.products import DEMAND, SENSITIVITY_CLASSES, Assortment
from crmlib.simulation.world.worlds import World

PIECES = (0.86, 0.97)  # cumulative share of lines with one piece and with two; the others have three
TYPICAL_LOG_LINES = 1.0
MOST_LINES = 25
GOLDEN = 0.618034  # spreads one number of taste over the categories
FEN = 100  # a yuan has 100 fen; money is counted in whole fen until it is written down


@dataclass(frozen=True)
class Lines:
    """Products on receipts, sorted by visit and product.

    visit: row of the visit; product: row of the product; price: charged, in fen; promoted: below list price.
    """

    visit: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    promoted: np.ndarray


@dataclass(frozen=True)
class Totals:
    """Money of each visit in fen: goods before coupons, cost, the first line, goods in the own group."""

    goods: np.ndarray
    cost: np.ndarray
    first_line: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class BasketFacts:
    """What a receipt is worth: log goods = mean_log + slope × basket + noise; margin as a share of goods.

    mean_log, noise_sd: of the natural logarithm of yuan; basket: the shopper's own deviation.
    """

    mean_log: float
    slope: float
    noise_sd: float
    margin_share: float

    def mean_log_basket(self, basket: np.ndarray) -> np.ndarray:
        """Mean log receipt (log yuan) of shoppers with these deviations."""
        return self.mean_log + self.slope * basket

    def mean_basket(self, basket: np.ndarray) -> np.ndarray:
        """Mean receipt in yuan of shoppers with these deviations."""
        return np.asarray(np.exp(self.mean_log_basket(basket) + self.noise_sd**2 / 2))


def fill_baskets(
    world: World, assortment: Assortment, week: int, traits: Arrays, rng: np.random.Generator
) -> tuple[Lines, Totals]:
    """Choose the products of all visits of one week.

    traits: of the shopper of each visit: basket (deviation of the usual log basket), sensitivity (to price),
    age_group, group (own product category), taste (uniform). A product is drawn by category (age), popularity
    and promotion (price sensitivity), or it is the shopper's favourite of the category (habit); big baskets
    come from more lines and dearer products. Returns the lines and each visit's totals.
    """
    rule, basket = world.retail.baskets, traits["basket"]
    visits = len(basket)
    mean = np.log(rule.lines_mean - 1) + rule.lines_by_basket * basket + rng.normal(0, rule.lines_sd, visits)
    lines = 1 + np.minimum(rng.poisson(np.exp(mean - rule.lines_sd**2 / 2)), MOST_LINES - 1)
    visit = np.repeat(np.arange(visits), lines)
    category = _draw_categories(traits["age_group"][visit], rng)
    tilt = rule.price_by_basket * basket
    place = (
        rng.random(len(visit))
        ** np.exp(-tilt - rule.price_by_lines * (np.log(lines) - TYPICAL_LOG_LINES))[visit]
    )
    product = _find_products(assortment, week, category + place, traits["sensitivity"][visit])
    habit = np.flatnonzero(rng.random(len(visit)) < rule.habit_share)
    favourite = ((traits["taste"][visit] + GOLDEN * category) % 1.0) ** np.exp(-tilt)[visit]
    product[habit] = np.searchsorted(assortment.usual, (category + favourite)[habit], side="right")
    product = np.minimum(product, len(assortment.category) - 1)
    quantity = 1 + np.searchsorted(PIECES, rng.random(len(visit)), side="right")
    return _add_up(assortment, week, visits, visit, product, quantity, traits["group"])


def _draw_categories(age_group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Product category of each line, by the shopper's age."""
    limits = np.cumsum(DEMAND / DEMAND.sum(axis=1, keepdims=True), axis=1) + np.arange(len(DEMAND))[:, None]
    place = np.searchsorted(limits.ravel(), age_group + rng.random(len(age_group)), side="right")
    return np.minimum(place - age_group * DEMAND.shape[1], DEMAND.shape[1] - 1)


def _find_products(
    assortment: Assortment, week: int, place: np.ndarray, sensitivity: np.ndarray
) -> np.ndarray:
    """The product at each place of the cumulative popularity (category c lies between c and c + 1)."""
    product = np.empty(len(place), dtype=np.int64)
    between = np.sqrt(np.multiply(SENSITIVITY_CLASSES[:-1], SENSITIVITY_CLASSES[1:]))
    classes = np.searchsorted(between, sensitivity, side="right")
    for number in range(len(SENSITIVITY_CLASSES)):
        rows = np.flatnonzero(classes == number)
        product[rows] = np.searchsorted(assortment.limits[week, number], place[rows], side="right")
    return product


def _add_up(
    assortment: Assortment,
    week: int,
    visits: int,
    visit: np.ndarray,
    product: np.ndarray,
    quantity: np.ndarray,
    group: np.ndarray,
) -> tuple[Lines, Totals]:
    """Merge equal products of a visit into one line, and add up the money."""
    products = len(assortment.category)
    key = visit * products + product
    order = np.argsort(key, kind="stable")
    key, pieces = key[order], quantity[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    pieces = np.add.reduceat(pieces, first) if len(first) else pieces
    visit, product = np.divmod(key[first], products)
    price = assortment.price[week][product]
    value = price * pieces
    start = np.flatnonzero(np.diff(visit, prepend=-1))
    total = (
        np.add.reduceat(np.stack([value, assortment.unit_cost[product] * pieces]), start, axis=1)
        if visits
        else None
    )
    goods, cost = (total[0], total[1]) if total is not None else (value, value)
    own = value * (assortment.category[product] == group[visit])
    in_group = np.bincount(visit, weights=own, minlength=visits).astype(np.int64)
    lines = Lines(visit, product, pieces, price, assortment.on_promotion[week][product])
    return lines, Totals(goods, cost, value[start], in_group)


def measure_baskets(
    world: World, assortment: Assortment, weeks: int, rng: np.random.Generator, *, visits: int = 12_000
) -> BasketFacts:
    """What a receipt is worth on average, measured on trial visits that do not count.

    Needed where no baskets are filled: the panel, and the expected value of a member. Every week is tried,
    since promotions, and with them margins, differ from week to week.
    """
    shoppers = world.retail.shoppers
    tested = np.arange(weeks)
    size = (weeks, -(-visits // weeks))
    basket = rng.normal(0, 1, size) * max(shoppers.basket_sd, 0.1)
    age = rng.choice(len(shoppers.age_shares), size=size, p=shoppers.age_shares)
    sensitivity = np.exp(rng.normal(0, shoppers.sensitivity_sd, size))
    taste = rng.random(size)
    totals = []
    for n, week in enumerate(tested):
        traits = {"basket": basket[n], "sensitivity": sensitivity[n], "taste": taste[n]}
        traits |= {"age_group": age[n], "group": age[n]}
        totals.append(fill_baskets(world, assortment, int(week), traits, rng)[1])
    goods = np.concatenate([total.goods for total in totals])
    cost = np.concatenate([total.cost for total in totals])
    logs = np.log(goods / FEN)
    slope, mean = np.polyfit(basket.ravel(), logs, 1)
    noise = float((logs - mean - slope * basket.ravel()).std())
    return BasketFacts(float(mean), float(slope), noise, float(1 - cost.sum() / goods.sum()))
