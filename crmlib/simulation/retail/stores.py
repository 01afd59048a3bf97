"""The stores of Osmanthus, and how long people queue in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label
from crmlib.simulation.retail.calendar import CLOSING_HOUR, HOUR_WEIGHTS, OPENING_HOUR, DayCalendar
from crmlib.simulation.world.worlds import World

CITIES = ("Banyan", "Camphor", "Cedar", "Elm", "Ginkgo", "Maple", "Plum", "Willow")
LEVELS = ("low", "medium", "high")
COLUMNS = ["store_id", "city", "rivals", "competition", "opened_on", "service_quality", "tills"]


def make_stores(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The stores with what can be seen of them, and what cannot: size, true quality, load of the tills.

    Returns one row a store: the columns of `stores`, and size (share of the chain), quality and waiting (in
    standard deviations), load (mean queue at a till), level (0 low, 1 medium, 2 high competition).
    """
    rule = world.retail.stores
    count = rule.count
    rivals = rng.permutation(_spread(rule.rivals_mix, count))
    level = np.select([rivals == 0, rivals <= 2], [0, 1], 2)
    size = np.exp(rng.normal(0, rule.size_sd, count))
    quality = rng.permutation(_normal_scores(count))
    waiting = rng.permutation(_normal_scores(count))
    opened = np.datetime64("2010-03-01") + np.sort(rng.integers(0, 4_500, count)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "store_id": np.arange(1, count + 1),
            "city": np.resize(CITIES, count),
            "rivals": rivals,
            "competition": label(level, LEVELS),
            "opened_on": opened.astype("datetime64[us]"),
            "service_quality": (rule.quality_mean + rule.quality_sd * quality).clip(1, 5).round(2),
            "tills": np.clip(np.rint(3.5 * size + rng.normal(0, 0.5, count)), 2, 8).astype(int),
            "size": size / size.sum(),
            "quality": quality,
            "waiting": waiting,
            "load": rule.load_mean * np.exp(rule.load_sd * waiting),
            "level": level,
        }
    )


def _spread(shares: tuple[float, ...], count: int) -> np.ndarray:
    """The numbers 0, 1, 2 … in the given shares, as evenly as whole numbers allow."""
    limits = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(limits, (np.arange(count) + 0.5) / count)


def _normal_scores(count: int) -> np.ndarray:
    """Evenly spread values with mean 0 and standard deviation 1, shaped like a normal distribution."""
    rank = (np.arange(count) + 0.5) / count
    scores = np.log(rank / (1 - rank))
    return (scores - scores.mean()) / scores.std()


def observe_queues(
    world: World, calendar: DayCalendar, stores: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """What an observer counts in every store on one day a month, at each full hour.

    Returns the columns of `queues`. The queue at a till grows with the store's load and the hour of the day.
    """
    hours = np.arange(OPENING_HOUR, CLOSING_HOUR)
    first = np.array([calendar.day_of_month(month) for month in range(calendar.months)])
    day = first[None, :] + rng.integers(0, 28, (len(stores), calendar.months))
    shape = (len(stores), calendar.months, len(hours))
    busy = np.array(HOUR_WEIGHTS) / np.mean(HOUR_WEIGHTS)
    weekday = (calendar.start.astype(int) + 3 + day) % 7
    load = stores["load"].to_numpy()[:, None] * calendar.weekday_factors[weekday]
    waiting = rng.poisson(load[:, :, None] * busy)
    tills = np.ceil(stores["tills"].to_numpy()[:, None, None] * np.minimum(1.0, busy * 0.75)).astype(int)
    minutes = waiting * world.retail.stores.minutes_per_customer * rng.gamma(8, 1 / 8, shape)
    at = calendar.times(np.broadcast_to(day[:, :, None], shape), np.broadcast_to(60 * hours, shape))
    store = np.broadcast_to(stores["store_id"].to_numpy()[:, None, None], shape)
    return pd.DataFrame(
        {
            "store_id": store.ravel(),
            "observed_at": at.ravel(),
            "customers_waiting": waiting.ravel(),
            "tills_open": np.broadcast_to(tills, shape).ravel(),
            "minutes_waited": minutes.ravel().round(1),
        }
    )
