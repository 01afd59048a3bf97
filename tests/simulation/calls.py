"""Worlds that the tests of the simulation share, and ways to look at the firms made from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from crmlib.simulation.parameters import Simulated
from crmlib.simulation.wholesale.simulate import simulate_wholesale
from crmlib.simulation.world.worlds import World
from crmlib.tables.dictionary import TABLES

SMALL = World(members=1_500)
SEEDS = (2026, 3, 7, 11, 19, 23)  # of Northport
OSMANTHUS, NORTHPORT = (
    [name for name, table in TABLES.items() if table.firm == firm] for firm in ("Osmanthus", "Northport")
)


def simulate_northport(seed: int, name: str = "default") -> Simulated:
    """The wholesaler of this seed in one of the named worlds."""
    return simulate_wholesale(replace(World.named(name), seed=seed))


def get_frame(firm: Simulated, name: str) -> pd.DataFrame:
    """The frame behind a name of the dictionary, such as receipts or truth.members."""
    return firm.truth[name.removeprefix("truth.")] if name.startswith("truth.") else firm.tables[name]


def get_member_receipts(firm: Simulated) -> pd.DataFrame:
    """Receipts with a card, whole numbers as customer_id."""
    return firm.tables["receipts"].dropna(subset=["customer_id"]).astype({"customer_id": "int64"})


def get_lives(firm: Simulated) -> pd.DataFrame:
    """Receipts with a card, side by side with the member's row and the truth about the member."""
    members = firm.tables["members"].merge(firm.truth["members"], on="customer_id")
    return get_member_receipts(firm).merge(members, on="customer_id")


def get_accounts(firm: Simulated) -> pd.DataFrame:
    """One row an account, seen and true columns side by side."""
    return firm.tables["accounts"].merge(firm.truth["accounts"], on="customer_id")


def make_panel(firm: Simulated) -> pd.DataFrame:
    """Key and middle accounts by month, from the month after joining to the month before leaving."""
    orders, visits = firm.tables["orders"], firm.tables["visits"].dropna(subset="customer_id")
    orders = orders.assign(month=orders["purchased_at"].dt.to_period("M"))
    visits = visits.assign(
        month=visits["visited_on"].dt.to_period("M"), customer_id=visits["customer_id"].astype("int64")
    )
    tonnes = orders.groupby(["customer_id", "month"])["tonnes"].sum()
    panel = tonnes.to_frame().join(visits.groupby(["customer_id", "month"]).size().rename("visits"))
    panel = panel.fillna({"visits": 0}).reset_index().merge(get_accounts(firm), on="customer_id")
    inside = panel["month"].dt.start_time > panel["since_on"]
    inside &= panel["left_on"].isna() | (panel["month"].dt.end_time < panel["left_on"])
    panel = panel[inside & panel["segment"].isin(["key", "middle"])]
    prices = firm.tables["market_prices"].query("product == 'diesel'")
    price = prices.groupby(prices["week"].dt.to_period("M"))["price_cny_per_tonne"].mean()
    return panel.assign(
        log_tonnes=np.log(panel["tonnes"]),
        log_visits=np.log1p(panel["visits"]),
        log_price=np.log(panel["month"].map(price).astype(float)),
    )
