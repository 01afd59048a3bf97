"""The assortment of Osmanthus and its promotions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label
from crmlib.simulation.retail.calendar import DayCalendar
from crmlib.simulation.world.worlds import World

CATEGORIES = ("skin_care", "cosmetics", "hair", "body", "health", "nutrition", "tools")
OWN_BRAND = ("Guizi", "桂子")
BRANDS = (
    ("Snow Pear", "雪梨坊"),
    ("Bamboo Mist", "竹雾"),
    ("Plum Rain", "梅雨时"),
    ("White Magnolia", "白玉兰里"),
    ("River Reed", "苇间"),
    ("Morning Tea", "晨茶"),
    ("Moon Bridge", "月桥"),
    ("Green Inkstone", "青砚"),
)
KINDS = {
    "skin_care": (
        ("face mask", "面膜"),
        ("cleanser", "洁面乳"),
        ("toner", "爽肤水"),
        ("day cream", "日霜"),
        ("serum", "精华液"),
        ("sunscreen", "防晒霜"),
    ),
    "cosmetics": (
        ("lipstick", "口红"),
        ("mascara", "睫毛膏"),
        ("foundation", "粉底液"),
        ("blusher", "腮红"),
        ("eyeliner", "眼线笔"),
        ("nail varnish", "指甲油"),
    ),
    "hair": (
        ("shampoo", "洗发水"),
        ("conditioner", "护发素"),
        ("hair mask", "发膜"),
        ("hair oil", "护发精油"),
        ("hair dye", "染发膏"),
        ("styling gel", "定型啫喱"),
    ),
    "body": (
        ("shower gel", "沐浴露"),
        ("body lotion", "身体乳"),
        ("hand cream", "护手霜"),
        ("soap", "香皂"),
        ("deodorant", "止汗露"),
        ("bath salt", "浴盐"),
    ),
    "health": (
        ("toothpaste", "牙膏"),
        ("plaster", "创可贴"),
        ("throat drops", "润喉糖"),
        ("eye drops", "眼药水"),
        ("heat patch", "暖贴"),
        ("sanitary towels", "卫生巾"),
    ),
    "nutrition": (
        ("vitamin C", "维生素C"),
        ("fish oil", "鱼油"),
        ("collagen drink", "胶原蛋白饮"),
        ("calcium tablets", "钙片"),
        ("protein powder", "蛋白粉"),
        ("herbal tea", "花草茶"),
    ),
    "tools": (
        ("cotton pads", "化妆棉"),
        ("make-up brush", "化妆刷"),
        ("comb", "梳子"),
        ("heel pads", "后跟贴"),
        ("tweezers", "镊子"),
        ("sponge", "粉扑"),
    ),
}
SIZES = (("travel", "旅行装"), ("classic", "经典装"), ("family", "家庭装"))
# Demand for each category by age group (young, middle, older): masks first, nutrition later.
DEMAND = np.array(
    [
        [0.24, 0.20, 0.12, 0.14, 0.16, 0.05, 0.09],
        [0.22, 0.13, 0.13, 0.15, 0.19, 0.11, 0.07],
        [0.15, 0.07, 0.13, 0.15, 0.24, 0.21, 0.05],
    ]
)
SENSITIVITY_CLASSES = (0.5, 1.0, 1.7)
NINE_SHARE = 0.56  # list prices that end in nine
COLUMNS = ["product_id", "category", "name_en", "name_zh", "own_brand", "list_price_cny", "unit_cost_cny"]


@dataclass(frozen=True)
class Assortment:
    """Products, sorted by category and price within it, with prices in fen (1/100 yuan) week by week.

    frame: the columns of `products`. category: number of each product's category. price: (weeks, products)
    charged price; on_promotion: the same shape. limits: (weeks, sensitivity classes, products) cumulative
    popularity, in which the products of category c take the stretch from c to c + 1; usual: (products,) the
    same without promotions. pull: (weeks,) how attractive the promotions of the week are, in standard
    deviations.
    """

    frame: pd.DataFrame
    category: np.ndarray
    list_price: np.ndarray
    usual: np.ndarray
    unit_cost: np.ndarray
    price: np.ndarray
    on_promotion: np.ndarray
    limits: np.ndarray
    pull: np.ndarray


def make_assortment(world: World, calendar: DayCalendar, rng: np.random.Generator) -> Assortment:
    """All products with their prices and promotions over the whole history."""
    products = _make_products(world, rng)
    list_price = products["list_price_fen"].to_numpy()
    depth = _plan_promotions(world, calendar.weeks, len(products), rng)
    price = np.where(depth > 0, _end_in_nine(list_price * (1 - depth)), list_price)
    category = products["category_number"].to_numpy()
    popularity = products["popularity"].to_numpy()
    attraction = (popularity * depth).sum(axis=1)
    spread = attraction.std()
    pull = (attraction - attraction.mean()) / spread if spread > 0 else np.zeros(len(attraction))
    return Assortment(
        frame=products[COLUMNS],
        category=category,
        list_price=list_price,
        usual=_popularity_limits(world, popularity, category, np.zeros((1, len(category))))[0, 0],
        unit_cost=products["unit_cost_fen"].to_numpy(),
        price=price,
        on_promotion=depth > 0,
        limits=_popularity_limits(world, popularity, category, depth),
        pull=pull,
    )


def _make_products(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The products with names, list prices and costs, sorted by category and price."""
    rule = world.retail.baskets
    category = np.repeat(np.arange(len(CATEGORIES)), rule.products_per_category)
    count = len(category)
    place = np.concatenate([rng.permutation(rule.products_per_category) for _ in CATEGORIES])
    own = _mark_share(rule.own_brand_share, place, rng)
    # Evenly spread quantiles of an exponential: a long tail of dear products, median 0.
    spread = -np.log1p(-(place + 0.5) / rule.products_per_category) - np.log(2)
    price = np.array(rule.price_medians)[category] * np.exp(rule.price_sd * spread)
    cheaper = np.where(own, rng.uniform(*rule.own_brand_cheaper, count), 0.0)
    fen = _end_in_nine(100 * price * (1 - cheaper), usual=_mark_share(NINE_SHARE, place, rng))
    cost_share = np.where(own, rule.own_cost_share, rule.cost_share) * rng.uniform(0.92, 1.08, count)
    popularity = np.exp(rule.popularity_sd * _spread_popularity(place, rule.products_per_category, rng))
    order = np.lexsort((fen, category))
    names = _name_products(category[order], own[order])
    return pd.DataFrame(
        {
            "product_id": 1001 + np.arange(count),
            "category": label(category[order], CATEGORIES),
            "name_en": names[0],
            "name_zh": names[1],
            "own_brand": own[order],
            "list_price_cny": fen[order] / 100,
            "unit_cost_cny": np.rint(fen * cost_share)[order] / 100,
            "category_number": category[order],
            "list_price_fen": fen[order],
            "unit_cost_fen": np.rint(fen * cost_share)[order].astype(np.int64),
            "popularity": popularity[order],
        }
    )


def _spread_popularity(price_rank: np.ndarray, products: int, rng: np.random.Generator) -> np.ndarray:
    """Log popularity (mean 0, sd 1) that is as varied among cheap as among dear products of a category.

    price_rank: 0 … products − 1 within each category. Every ten neighbours in price get all ten tenths of
    popularity, in an order drawn by chance; so receipts look alike whatever the seed.
    """
    blocks = -(-products // 10)
    tenths = np.array([[rng.permutation(10) for _ in range(blocks)] for _ in CATEGORIES]).reshape(
        len(CATEGORIES), -1
    )
    category = np.repeat(np.arange(len(CATEGORIES)), products)
    place = (tenths[category, price_rank] + (price_rank // 10 + 0.5) / blocks) / 10
    return np.log(place / (1 - place)) * np.sqrt(3) / np.pi


def _mark_share(share: float, price_rank: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mark a share of the products of every category, evenly from cheap to dear, from a start by chance."""
    start = np.repeat(rng.random(len(CATEGORIES)), len(price_rank) // len(CATEGORIES))
    return np.asarray(np.floor((price_rank + 1) * share + start) > np.floor(price_rank * share + start))


def _name_products(category: np.ndarray, own: np.ndarray) -> tuple[list[str], list[str]]:
    """Invented names in English and Chinese: brand, kind and size; a number keeps equal names apart."""
    english: list[str] = []
    chinese: list[str] = []
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for place, (group, is_own) in enumerate(zip(category, own, strict=True)):
        brand = OWN_BRAND if is_own else BRANDS[place % len(BRANDS)]
        kind = KINDS[CATEGORIES[group]][place % 6]
        size = SIZES[(place // 6) % 3]
        key = (brand, kind, size)
        seen[key] = seen.get(key, 0) + 1
        number = "" if seen[key] == 1 else f" {seen[key]}"
        english.append(f"{brand[0]} {kind[0]}, {size[0]}{number}")
        chinese.append(f"{brand[1]}{kind[1]}{size[1]}{number}")
    return english, chinese


def _end_in_nine(fen: np.ndarray, usual: np.ndarray | bool = True) -> np.ndarray:
    """Prices in fen that end in nine (19.9 below 50 yuan, 59 above); the unusual ones do not."""
    tenths = np.maximum(np.rint(fen / 100) * 100 - 10, 190)
    whole = np.maximum(np.rint((fen - 900) / 1_000) * 1_000 + 900, 900)
    nine = np.where(fen < 5_000, tenths, whole)
    plain = np.where(fen < 5_000, np.maximum(np.rint(fen / 100) * 100 - 50, 150), np.rint(fen / 100) * 100)
    plain = np.where(plain % 1_000 == 900, plain - 100, plain)
    return np.where(usual, nine, plain).astype(np.int64)


def _plan_promotions(world: World, weeks: int, products: int, rng: np.random.Generator) -> np.ndarray:
    """Price cut (0 … 0.5) of every product in every week; a promotion lasts two weeks."""
    rule = world.retail.baskets
    halves = weeks // 2 + 1
    busy = np.clip(rule.promoted_share * np.exp(rng.normal(0, 0.35, (halves, 1))), 0, 0.5)
    promoted = rng.random((halves, products)) < busy
    depth = rng.choice(
        rule.depths, size=(halves, products), p=np.array(rule.depth_shares) / sum(rule.depth_shares)
    )
    return np.repeat(promoted * depth, 2, axis=0)[:weeks]


def _popularity_limits(
    world: World, popularity: np.ndarray, category: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    """Cumulative popularity by week and class of price sensitivity; category c runs from c to c + 1."""
    rule = world.retail.baskets
    starts = np.flatnonzero(np.diff(category, prepend=-1))
    sizes = np.diff(np.append(starts, len(category)))
    limits = np.empty((len(depth), len(SENSITIVITY_CLASSES), len(popularity)))
    for number, sensitivity in enumerate(SENSITIVITY_CLASSES):
        gain = sensitivity * (rule.promotion_lift * depth + rule.promotion_display * (depth > 0))
        demand = popularity * np.exp(gain)
        total = np.add.reduceat(demand, starts, axis=1)
        share = demand / np.repeat(total, sizes, axis=1)
        limits[:, number] = np.cumsum(share, axis=1)
    # Rounding puts the end of a category just beside the whole number, on either side, depending on the
    # processor; the first product of the next category begins there exactly.
    limits[..., np.append(starts[1:], len(category)) - 1] = np.arange(1, len(starts) + 1)
    return limits
