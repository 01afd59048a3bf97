"""Frequency marketing: a reward for those who buy often or steadily, and whom it reaches (J-06, A-10)."""

from __future__ import annotations

import pandas as pd

from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

MONTHS = 12
REWARDS = describe_result("rewards", {"customer_id": "key", "tonnes": "number >=0", "rewards": "integer 0.."})


def count_rewards(orders: pd.DataFrame, *, as_of: str | pd.Timestamp, every: int = 10) -> pd.DataFrame:
    """What each account earned under "one reward for every so many orders", in the year before as_of (J-06).

    orders: customer_id, purchased_at, tonnes. every: orders for a reward. Columns: customer_id, orders,
    tonnes, rewards (whole ones only), steady (an order in each of the twelve months, counted back from
    as_of). Raises TableError for wrong columns, ValueError for every below 1, or no order in the year.

    >>> days = pd.to_datetime(["2025-02-01", "2025-03-01", "2025-04-01"])
    >>> orders = pd.DataFrame({"customer_id": 501, "purchased_at": days, "tonnes": 5.0})
    >>> count_rewards(orders, as_of="2026-01-01", every=2)
       customer_id  orders  tonnes  rewards  steady
    0          501       3    15.0        1   False
    """
    read_number(every, "every", "a whole number of at least 1", limits="1..", whole=True)
    end = read_date(as_of, "as_of")
    edges = pd.DatetimeIndex([end - pd.DateOffset(months=back) for back in range(MONTHS, -1, -1)])
    rows = take_columns(orders, "orders", ["customer_id", "purchased_at", "tonnes"])
    rows = rows[rows["purchased_at"].between(edges[0], end, inclusive="left")]
    if rows.empty:
        raise ValueError(f"orders: none between {edges[0].date()} and {end.date()}.")
    rows = rows.assign(month=pd.cut(rows["purchased_at"], edges, right=False, labels=False))
    accounts = rows.groupby("customer_id")
    table = accounts.agg(orders=("tonnes", "size"), tonnes=("tonnes", "sum"))
    table["rewards"] = table["orders"] // every
    return table.assign(steady=accounts["month"].nunique() == MONTHS).reset_index()


def compare_reward_rules(rewards: pd.DataFrame) -> pd.DataFrame:
    """Who gets the money: a reward by the number of orders, or the same money as a rebate on tonnes? (J-06)

    rewards: the table of `count_rewards`. Columns: fifth (accounts by tonnes, 1: the smallest), accounts,
    tonnes, orders_share and tonnes_share (of all money under the two rules). Raises TableError for another
    table or fewer than five accounts, ValueError if nobody earned a reward or bought a tonne.

    >>> rewards = pd.DataFrame({"customer_id": range(5), "tonnes": [10, 10, 10, 20, 50],
    ...                         "rewards": [0, 2, 1, 0, 1]})
    >>> compare_reward_rules(rewards)[["orders_share", "tonnes_share"]].T.to_numpy().tolist()
    [[0.0, 0.5, 0.25, 0.0, 0.25], [0.1, 0.1, 0.1, 0.2, 0.5]]
    """
    rows = take_columns(rewards, REWARDS, list(REWARDS.columns), unique=["customer_id"], rows=5)
    for name, advice in (("rewards", "earned a reward. Ask for fewer orders"), ("tonnes", "bought a tonne")):
        if rows[name].sum() <= 0:
            raise ValueError(f"rewards.{name}: nobody {advice}.")
    ranked = rows.sort_values(["tonnes", "customer_id"]).reset_index(drop=True)
    ranked["fifth"] = ranked.index * 5 // len(ranked) + 1
    table = ranked.groupby("fifth", as_index=False).agg(
        accounts=("tonnes", "size"), tonnes=("tonnes", "sum"), rewards=("rewards", "sum")
    )
    orders_share = table.pop("rewards") / rows["rewards"].sum()
    return table.assign(orders_share=orders_share, tonnes_share=table["tonnes"] / rows["tonnes"].sum())
