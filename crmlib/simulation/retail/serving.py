"""What it costs to serve each member: till, parcels, returns, complaints, points, news."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.simulation.draws import Floats
from crmlib.simulation.retail.calendar import DAYS_PER_MONTH
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.world.worlds import World


def cost_to_serve(
    chain: Chain, tables: Mapping[str, pd.DataFrame], joined: np.ndarray, first_customer: int
) -> Floats:
    """Yuan spent on serving each member in the history beyond the goods, from the tables of a chunk.

    tables: receipts, receipt_lines, returns, complaints. joined: day of joining of each member. Campaigns are
    not in it.
    """
    costs = np.zeros(len(joined))
    receipts, world = tables["receipts"], chain.world
    lines = pd.Series(tables["receipt_lines"]["receipt_id"].value_counts()).reindex(receipts["receipt_id"])
    for name, spent in (
        ("receipts", _of_receipts(world, receipts, lines.to_numpy())),
        ("returns", _of_returns(world, tables["returns"])),
        ("complaints", _of_complaints(world, tables["complaints"])),
    ):
        customer = tables[name]["customer_id"].astype("Int64")
        known = customer.notna().to_numpy()
        rows = customer[known].to_numpy(dtype=np.int64) - first_customer
        costs += np.bincount(rows, spent[known], minlength=len(joined))
    months = (chain.calendar.days - joined) / DAYS_PER_MONTH
    rule, hour = world.retail.costs, world.retail.serving.hour_cny
    return np.asarray(costs + months * (rule.news_cny + rule.news_hours * hour))


def _of_receipts(world: World, receipts: pd.DataFrame, lines: np.ndarray) -> Floats:
    """Time at the till, points that paid, and parcels less the freight that was charged for them."""
    rule = world.retail.serving
    minute = rule.hour_cny / 60
    online = (receipts["channel"] == "online").to_numpy()
    parcel = rule.parcel_cny + rule.pack_minutes * minute
    till = (rule.receipt_minutes + rule.line_minutes * lines) * minute
    points = receipts["points_redeemed"].to_numpy() / world.retail.points.points_per_yuan
    return np.asarray(till + points + np.where(online, parcel - receipts["freight_cny"].to_numpy(), 0.0))


def _of_returns(world: World, returns: pd.DataFrame) -> Floats:
    rule = world.retail.serving
    time = rule.return_minutes * rule.hour_cny / 60
    return np.asarray(time + rule.return_loss * returns["amount_cny"].to_numpy())


def _of_complaints(world: World, complaints: pd.DataFrame) -> Floats:
    time = world.retail.costs.complaint_hours * world.retail.serving.hour_cny
    return np.asarray(time + complaints["compensation_cny"].to_numpy())
