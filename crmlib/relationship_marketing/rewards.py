"""Frequency marketing: a reward for those who buy often or steadily, and whom it reaches (J-06, A-10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

MONTHS = 12
REWARDS = describe_result(
    "rewards",
    {
        "customer_id": "key",
        "orders": "integer 1..",
        "tonnes": "number >=0",
        "reward_cny": "number >=0",
    },
)


def count_rewards(
    orders: pd.DataFrame, *, as_of: str | pd.Timestamp, every: int = 10, reward_cny: float = 500.0
) -> pd.DataFrame:
    """What each account earned under "one reward for every so many orders", in the year before as_of (J-06).

    orders: customer_id, purchased_at, tonnes. every: orders for a reward; reward_cny: its worth. Columns:
    customer_id, orders, tonnes, rewards (whole ones only), reward_cny (all of them), orders_to_next,
    active_months (of twelve, counted back from as_of), steady (an order in each of them). Raises TableError
    for wrong columns, ValueError for every below 1, a negative reward, or no order in the year.

    >>> days = pd.to_datetime(["2025-02-01", "2025-03-01", "2025-04-01"])
    >>> orders = pd.DataFrame({"customer_id": 501, "purchased_at": days, "tonnes": 5.0})
    >>> count_rewards(orders, as_of="2026-01-01", every=2).iloc[:, 1:5]
       orders  tonnes  rewards  reward_cny
    0       3    15.0        1       500.0
    """
    read_number(every, "every", "a whole number of at least 1", limits="1..", whole=True)
    read_number(reward_cny, "reward_cny", "an amount of 0 yuan or more", limits=">=0")
    end = read_date(as_of, "as_of")
    start = end - pd.DateOffset(months=MONTHS)
    rows = take_columns(orders, "orders", ["customer_id", "purchased_at", "tonnes"])
    rows = rows[rows["purchased_at"].between(start, end, inclusive="left")]
    if rows.empty:
        raise ValueError(f"orders: none between {start.date()} and {end.date()}.")
    edges = [end - pd.DateOffset(months=back) for back in range(MONTHS, 0, -1)]
    month = np.searchsorted(pd.DatetimeIndex(edges).to_numpy(), rows["purchased_at"].to_numpy(), side="right")
    rows = rows.assign(month=month)
    table = rows.groupby("customer_id", as_index=False).agg(
        orders=("tonnes", "size"), tonnes=("tonnes", "sum"), active_months=("month", "nunique")
    )
    rewards = table["orders"] // every
    table.insert(3, "rewards", rewards)
    table.insert(4, "reward_cny", rewards * float(reward_cny))
    table.insert(5, "orders_to_next", every - table["orders"] % every)
    return table.assign(steady=table["active_months"] == MONTHS)


def compare_reward_rules(rewards: pd.DataFrame, *, rebate_share: float, price_cny: float) -> pd.DataFrame:
    """Who gets the money: a reward by the number of orders, or the same money by tonnes? (J-06)

    rewards: the table of `count_rewards`. rebate_share, price_cny: a rebate of this share of the price of a
    tonne, for comparison. Columns: fifth (accounts by tonnes, 1: the smallest), accounts, tonnes,
    by_orders_cny, by_tonnes_cny, orders_share and tonnes_share (of all money). Raises ValueError for another
    table, fewer than five accounts, or if nobody earned a reward.
    """
    rows = take_columns(rewards, REWARDS, list(REWARDS.columns), unique=["customer_id"], rows=5)
    read_number(rebate_share, "rebate_share", "a share from 0.0001 to 1", limits="0.0001..1")
    read_number(price_cny, "price_cny", "a price above 0 yuan", limits=">0")
    ranked = rows.sort_values(["tonnes", "customer_id"]).reset_index(drop=True)
    ranked["fifth"] = ranked.index * 5 // len(ranked) + 1
    table = ranked.groupby("fifth", as_index=False).agg(
        accounts=("tonnes", "size"), tonnes=("tonnes", "sum"), by_orders_cny=("reward_cny", "sum")
    )
    if table["by_orders_cny"].sum() <= 0:
        raise ValueError("rewards.reward_cny: nobody earned a reward. Ask for fewer orders.")
    table["by_tonnes_cny"] = table["tonnes"] * rebate_share * price_cny
    table["orders_share"] = table["by_orders_cny"] / table["by_orders_cny"].sum()
    table["tonnes_share"] = table["by_tonnes_cny"] / table["by_tonnes_cny"].sum()
    return table
