"""From a visit to a receipt: which products, how many, at which price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmlib.simulation.retail_products import DEMAND, SENSITIVITY_CLASSES, Assortment
from crmlib.simulation.world import World

QUANTITY_LIMITS = np.array([0.86, 0.97])  # one piece, two pieces, else three
TYPICAL_LOG_LINES = 1.0


@dataclass(frozen=True)
class Lines:
    """Products on receipts, sorted by visit and product. visit: row of the visit; product: row of the product;
    price: charged, in fen; promoted: below list price."""

    visit: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    promoted: np.ndarray


@dataclass(frozen=True)
class Totals:
    """Money of each visit in fen: goods (before coupons), cost, value of its first line, value in the own group."""

    goods: np.ndarray
    cost: np.ndarray
    first_line: np.ndarray
    group: np.ndarray


def fill_baskets(
    world: World,
    assortment: Assortment,
    week: int,
    basket: np.ndarray,
    sensitivity: np.ndarray,
    age_group: np.ndarray,
    group: np.ndarray,
    rng: np.random.Generator,
) -> tuple[Lines, Totals]:
    """Choose the products of all visits of one week.

    basket: deviation of the shopper's usual log basket; sensitivity: to price; age_group and group (own product
    category): one entry a visit. A product is drawn by category (age), popularity and promotion (price
    sensitivity); big baskets come from more lines and dearer products. Returns the lines and each visit's totals.
    """
    rule = world.retail.baskets
    visits = len(basket)
    mean = np.log(rule.lines_mean - 1) + rule.lines_by_basket * basket + rng.normal(0, rule.lines_sd, visits)
    lines = 1 + np.minimum(rng.poisson(np.exp(mean - rule.lines_sd**2 / 2)), 24)
    visit = np.repeat(np.arange(visits), lines)
    tilt = rule.price_by_basket * basket + rule.price_by_lines * (np.log(lines) - TYPICAL_LOG_LINES)
    place = rng.random(len(visit)) ** np.exp(-tilt)[visit]
    category = _draw_categories(age_group[visit], rng)
    product = np.empty(len(visit), dtype=np.int64)
    classes = np.digitize(
        sensitivity, np.sqrt(np.multiply(SENSITIVITY_CLASSES[:-1], SENSITIVITY_CLASSES[1:]))
    )
    for number in range(len(SENSITIVITY_CLASSES)):
        of_class = classes[visit] == number
        limits = assortment.limits[week, number]
        product[of_class] = np.searchsorted(limits, category[of_class] + place[of_class], side="right")
    np.minimum(product, len(assortment.category) - 1, out=product)
    quantity = 1 + np.searchsorted(QUANTITY_LIMITS, rng.random(len(visit)), side="right")
    return _total_lines(assortment, week, visits, visit, product, quantity, group)


def _draw_categories(age_group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Product category of each line, by the shopper's age."""
    limits = age_group[:, None] + np.zeros(1)
    flat = (
        np.cumsum(DEMAND, axis=1) / DEMAND.sum(axis=1, keepdims=True) + np.arange(len(DEMAND))[:, None]
    ).ravel()
    place = np.searchsorted(flat, limits[:, 0] + rng.random(len(age_group)), side="right")
    return np.minimum(place - age_group * DEMAND.shape[1], DEMAND.shape[1] - 1)


def _total_lines(
    assortment: Assortment,
    week: int,
    visits: int,
    visit: np.ndarray,
    product: np.ndarray,
    quantity: np.ndarray,
    group: np.ndarray,
) -> tuple[Lines, Totals]:
    """Merge equal products of a visit into one line, and add up the money."""
    key = visit * len(assortment.category) + product
    keys, inverse = np.unique(key, return_inverse=True)
    pieces = np.bincount(inverse, weights=quantity).astype(np.int64)
    visit, product = np.divmod(keys, len(assortment.category))
    price = assortment.price[week][product]
    value = price * pieces
    first = np.flatnonzero(np.diff(visit, prepend=-1))
    goods = np.add.reduceat(value, first) if visits else value[:0]
    cost = np.add.reduceat(assortment.unit_cost[product] * pieces, first) if visits else value[:0]
    own = assortment.category[product] == group[visit]
    in_group = np.bincount(visit, weights=value * own, minlength=visits).astype(np.int64)
    lines = Lines(visit, product, pieces, price, assortment.on_promotion[week][product])
    return lines, Totals(goods, cost, value[first], in_group)
