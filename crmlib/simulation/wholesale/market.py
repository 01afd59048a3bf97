"""The price of fuel, the cause that stands behind many others, and the seasons of the industries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.columns import levels
from crmlib.simulation.draws import Dates, Floats
from crmlib.simulation.wholesale.calendar import MonthCalendar
from crmlib.simulation.world.worlds import World


@dataclass(frozen=True)
class Market:
    """Weekly prices (weeks × products, yuan per tonne) and the oil price of each month (log, about 0)."""

    weeks: Dates
    prices: Floats
    oil: Floats


def simulate_market(world: World, calendar: MonthCalendar, rng: np.random.Generator) -> Market:
    """Prices that move together: oil swings and stumbles, each product follows with its own pass-through."""
    market = world.wholesale.market
    first = calendar.starts[0]
    monday = first - np.timedelta64((int(first.astype(np.int64)) + 3) % 7, "D")
    weeks = np.arange(monday, calendar.ends_on, np.timedelta64(7, "D"))
    phase = rng.uniform(0, 2 * np.pi)
    swing = market.oil_swing * np.sin(
        phase + 2 * np.pi * np.arange(len(weeks)) / (market.oil_swing_months * 4.345)
    )
    shocks = rng.normal(0, market.oil_shock_sd, len(weeks))
    stumble = np.empty(len(weeks))
    level = 0.0
    for week, shock in enumerate(shocks):
        level = market.oil_memory * level + shock
        stumble[week] = level
    noise = rng.normal(0, market.product_noise, (len(weeks), 4))
    logs = np.outer(swing + stumble, market.oil_pass_through) + noise
    prices = np.round(np.array(market.base_price_cny) * np.exp(logs))
    month = np.clip(
        np.searchsorted(calendar.starts, weeks + 3, side="right") - 1, 0, len(calendar.starts) - 1
    )
    diesel = np.log(prices[:, 0] / market.base_price_cny[0])
    oil = np.bincount(month, diesel, minlength=len(calendar.starts)) / np.bincount(month)
    return Market(weeks=weeks, prices=prices, oil=oil)


def list_prices(market: Market) -> pd.DataFrame:
    """The table market_prices."""
    products = levels("market_prices", "product")
    return pd.DataFrame(
        {
            "week": np.repeat(market.weeks, len(products)),
            "product": np.tile(products, len(market.weeks)),
            "price_cny_per_tonne": market.prices.ravel(),
        }
    )


def season(world: World, calendar: MonthCalendar) -> Floats:
    """Factor on the need of each industry (rows) in each month (columns); 1 in the mean of logs."""
    market = world.wholesale.market
    angle = 2 * np.pi * (calendar.calendar_month[None, :] - np.array(market.season_peak)[:, None]) / 12
    return np.exp(np.array(market.season_height)[:, None] * np.cos(angle))
