"""Northport's calendar and the price of fuel, the cause that stands behind many others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.simulation.world.worlds import World
from crmlib.tables.dictionary import TABLES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Calendar:
    """The months of the history: first days, lengths in days, calendar months 1 to 12, and the day after."""

    starts: Dates
    days: Ints
    calendar_month: Ints
    ends_on: np.datetime64


@dataclass(frozen=True)
class Market:
    """Weekly prices (weeks × products, yuan per tonne) and the oil price of each month (log, about 0)."""

    weeks: Dates
    prices: Floats
    oil: Floats


def levels(table: str, column: str) -> tuple[str, ...]:
    """The levels of a category in the dictionary, in their order."""
    return TABLES[table].columns[column].levels


def make_streams(world: World, names: tuple[str, ...]) -> dict[str, np.random.Generator]:
    """A random generator for each part of the simulation: a change in one leaves the others as they were."""
    seeds = np.random.SeedSequence([world.seed, 2]).spawn(len(names))
    return {name: np.random.default_rng(seed) for name, seed in zip(names, seeds, strict=True)}


def make_calendar(world: World) -> Calendar:
    """The months of the world's history.

    >>> make_calendar(World(months=2)).days
    array([31, 28])
    """
    months = np.datetime64(world.starts_on, "M") + np.arange(world.months + 1)
    starts = months.astype("datetime64[D]")
    return Calendar(
        starts=starts[:-1],
        days=np.diff(starts).astype(np.int64),
        calendar_month=months[:-1].astype(np.int64) % 12 + 1,
        ends_on=starts[-1],
    )


def simulate_market(world: World, calendar: Calendar, rng: np.random.Generator) -> Market:
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


def season(world: World, calendar: Calendar) -> Floats:
    """Factor on the need of each industry (rows) in each month (columns); 1 in the mean of logs."""
    market = world.wholesale.market
    angle = 2 * np.pi * (calendar.calendar_month[None, :] - np.array(market.season_peak)[:, None]) / 12
    return np.exp(np.array(market.season_height)[:, None] * np.cos(angle))


def pick_workdays(days: Dates, *, earliest: Dates) -> Dates:
    """The same days, weekends moved back to the Friday before, unless that is earlier than allowed."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    moved = days - np.maximum(weekday - 4, 0).astype("timedelta64[D]")
    return np.where(moved >= earliest, moved, days)


def log_odds(share: Floats) -> Floats:
    """Log odds of a share; 0 and 1 are taken as one in a million away from the end."""
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))


def to_share(odds: Floats) -> Floats:
    """The share that belongs to log odds."""
    return 1 / (1 + np.exp(-odds))


def draw_levels(shares: Floats, rng: np.random.Generator) -> Ints:
    """One level a row, drawn with the shares in that row (rows need not sum to one).

    >>> draw_levels(np.array([[0.0, 1.0], [1.0, 0.0]]), np.random.default_rng(1))
    array([1, 0])
    """
    limits = np.cumsum(shares, axis=1)
    return (rng.random(len(shares))[:, None] * limits[:, -1:] >= limits).sum(axis=1)
