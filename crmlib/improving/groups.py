"""Four groups of differentiation analysis (差异分析): who gets how much of our time (J-02)?

Strategic partner, retention, development, building: four words for four kinds of effort. The rule here makes
them countable; the visits show whether the effort follows them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer
from crmlib.tables.take import take_columns

GROUPS = ("strategic partner", "retention", "development", "building")
PLACED = describe_result(
    "placed",
    {
        "customer_id": "key",
        "group": f"one of {'|'.join(GROUPS)}",
        "margin_cny": "number",
        "wallet_share": "number 0..",
        "room_tonnes": "number 0..",
    },
)


def assign_groups(
    accounts: pd.DataFrame,
    orders: pd.DataFrame,
    wallets: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    new_days: int = 365,
    partner_share: float = 0.1,
    wallet_limit: float = 0.5,
) -> pd.DataFrame:
    """Which of the four groups each account belongs to, by age, margin and share of its need (J-02).

    Building: a customer for less than new_days. Of the others, strategic partner: among the partner_share
    with the highest margin of the year before as_of, and we deliver at least wallet_limit of the need;
    retention: at least wallet_limit as well, with less margin; development: less than wallet_limit. The
    course gives no limits; these are ours. accounts: customer_id, since_on. orders: customer_id,
    purchased_at, margin_cny. wallets: customer_id, quarter, needed_tonnes, bought_tonnes; the four quarters
    before as_of count. Index customer_id (accounts with an order in the year); columns: group, margin_cny,
    wallet_share, room_tonnes (needed − bought, at least 0). Raises TableError for wrong columns, ValueError
    for other options or if nobody ordered in the year.
    """
    end = read_date(as_of, "as_of")
    read_number(new_days, "new_days", "a whole number of at least 1 day", limits="1..", whole=True)
    for name, value in (("partner_share", partner_share), ("wallet_limit", wallet_limit)):
        read_number(value, name, "a share from 0 to 1", limits="0..1")
    start = end - pd.DateOffset(years=1)
    people = take_columns(accounts, "accounts", ["customer_id", "since_on"], unique=["customer_id"])
    found = _sum_year(orders, wallets, start, end)
    since = people.set_index("customer_id")["since_on"].reindex(found.index)
    if found.empty or since.isna().any():
        raise ValueError(
            f"orders: {int(since.isna().sum())} of {len(found)} accounts with orders in the year before "
            f"{end.date()} are not in accounts; expected at least one account, all known. Take the tables "
            "from one firm."
        )
    young = since > end - pd.Timedelta(days=new_days)
    ours = found["wallet_share"] >= wallet_limit
    large = found["margin_cny"].rank(ascending=False, method="first") <= np.ceil(partner_share * len(found))
    group = np.select([young, ours & large, ours], [GROUPS[3], GROUPS[0], GROUPS[1]], GROUPS[2])
    return found.assign(group=pd.Categorical(group, GROUPS))[["group", *found.columns]]


def _sum_year(
    orders: pd.DataFrame, wallets: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Margin, wallet share and room of each account with an order in the year."""
    names = ["customer_id", "purchased_at", "margin_cny"]
    sold = take_columns(orders, "orders", names, once="order_id")
    sold = sold[(sold["purchased_at"] >= start) & (sold["purchased_at"] < end)]
    names = ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]
    purse = take_columns(wallets, "wallets", names, unique=names[:2])
    purse = purse[(purse["quarter"] >= start) & (purse["quarter"] < end)]
    tonnes = purse.groupby("customer_id")[names[2:]].sum()
    found = sold.groupby("customer_id")["margin_cny"].sum().sort_index().to_frame()
    tonnes = tonnes.reindex(found.index, fill_value=0.0)
    needed, bought = tonnes["needed_tonnes"], tonnes["bought_tonnes"]
    share = np.divide(bought, needed, out=np.zeros(len(found)), where=needed.to_numpy() > 0)
    return found.assign(wallet_share=share, room_tonnes=(needed - bought).clip(lower=0))


def measure_effort(placed: pd.DataFrame, visits: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """What each group brings, what room it has, and how much of our visiting time it gets (J-02).

    placed: the table of `assign_groups`. visits: customer_id, visited_on, minutes; the year before as_of
    counts. Columns: group, accounts, accounts_share, margin_share, time_share (of the minutes at accounts),
    minutes_each (a year), wallet_share (mean), room_tonnes (a year, all accounts). Raises TableError for
    wrong columns, ValueError for a year without a visit or without margin.
    """
    end = read_date(as_of, "as_of")
    rows = take_by_customer(placed, PLACED, list(PLACED.columns)[1:])
    seen = take_columns(visits, "visits", ["customer_id", "visited_on", "minutes"], once="visit_id")
    start = end - pd.DateOffset(years=1)
    seen = seen[
        (seen["visited_on"] >= start) & (seen["visited_on"] < end) & seen["customer_id"].isin(rows.index)
    ]
    rows["minutes"] = seen.groupby("customer_id")["minutes"].sum().reindex(rows.index, fill_value=0.0)
    if rows["minutes"].sum() <= 0 or rows["margin_cny"].sum() <= 0:
        raise ValueError(
            f"visits: {len(seen)} visits to the placed accounts in the year before {end.date()}, and "
            f"{rows['margin_cny'].sum():,.0f} yuan of margin; expected more than 0 of both."
        )
    sums = rows.groupby("group", observed=True).agg(
        accounts=("minutes", "size"),
        margin=("margin_cny", "sum"),
        minutes=("minutes", "sum"),
        wallet_share=("wallet_share", "mean"),
        room_tonnes=("room_tonnes", "sum"),
    )
    found = pd.DataFrame({"group": sums.index, "accounts": sums["accounts"].to_numpy()})
    for name, column in (("accounts", "accounts"), ("margin", "margin"), ("time", "minutes")):
        found[f"{name}_share"] = (sums[column] / sums[column].sum()).to_numpy(dtype=float)
    each = sums["minutes"] / sums["accounts"]
    return found.assign(
        minutes_each=each.to_numpy(),
        wallet_share=sums["wallet_share"].to_numpy(),
        room_tonnes=sums["room_tonnes"].to_numpy(),
    )
