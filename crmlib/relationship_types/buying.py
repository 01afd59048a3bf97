"""How customers buy: once or again and again, and whom a rival's price wins (C-03, C-08, C-12).

The course tells the shopper (顾客) from the client (客户) by stability, initiative and the number of
dealings. Two of the three can be counted from dates. It sorts fuel buyers by how they take a lower price: a
rival's offer that takes a part or all of the quantity counts as lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.customers.summary import summarise_purchases
from crmlib.customers.windows import count_purchases, take_occasions
from crmlib.estimates.estimate import (
    Estimate,
    estimate_difference,
    estimate_ratio,
    estimate_share,
)
from crmlib.tables.options import read_date, read_names, read_number, refuse_short
from crmlib.tables.results import describe_result, take_values
from crmlib.tables.take import take_columns

GROUPS = describe_result("groups", {"customer_id": "key", "group": "string ?"})
_BEFORE = ("1", "2 or 3", "4 or more")  # purchases before, in groups
_LIMITS = (1.5, 3.5)  # purchases between these groups


def compare_buying(firms: Mapping[str, pd.DataFrame], *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """How often customers of a firm buy, and how steadily: the difference between 顾客 and 客户 (C-03).

    firms: name → its purchases up to as_of (receipts or orders: customer_id, purchased_at, amount_cny).
    Purchases of one day count once. Columns: firm; buyers; one_time_share (of those whose first purchase lies
    at least a year back, who never came again); purchases_a_year (of the last 365 days, per buyer in them);
    bought_again_share (of those who bought in the half year before the last one, who did so in the last one
    too: 182 days each). Raises TableError for wrong columns, ValueError if nobody is old enough to judge.

    >>> days = ["2024-01-05", "2024-01-05", "2024-09-01", "2025-03-01", "2025-10-01"]
    >>> bought = pd.DataFrame({"customer_id": [1, 2, 2, 2, 2], "amount_cny": [9.0] * 5,
    ...                        "purchased_at": pd.to_datetime(days)})
    >>> compare_buying({"shop": bought}, as_of="2025-12-31").iloc[:, 1:]
       buyers  one_time_share  purchases_a_year  bought_again_share
    0       2             0.5               2.0                 1.0
    """
    day = read_date(as_of, "as_of")
    if not firms:
        raise ValueError("compare_buying: no firm is given, expected a name and its purchases.")
    return pd.DataFrame(
        [{"firm": name, **_describe_buying(name, bought, day)} for name, bought in firms.items()]
    )


def _describe_buying(name: str, purchases: pd.DataFrame, day: pd.Timestamp) -> dict[str, float]:
    summary = summarise_purchases(purchases, as_of=day)
    occasions = take_occasions(purchases)
    ago = (day - occasions["day"]).dt.days
    old = summary[summary["age_days"] >= 365]
    year = occasions[ago < 365]
    last, before = (set(occasions.loc[ago.between(*days), "customer_id"]) for days in ((0, 181), (182, 363)))
    if old.empty or not before:
        raise ValueError(
            f"compare_buying: nobody of {name!r} bought early enough to be judged on {day.date()}. "
            "Give a year of purchases."
        )
    return {
        "buyers": len(summary),
        "one_time_share": float((old["purchases"] == 1).mean()),
        "purchases_a_year": len(year) / max(1, year["customer_id"].nunique()),
        "bought_again_share": len(last & before) / len(before),
    }


def measure_one_time_shoppers(panel: pd.DataFrame, *, chain: str = "osmanthus") -> pd.DataFrame:
    """Of the households that ever bought at a chain, how many did so once: with and without its card (C-03).

    The firm's receipts without a card name nobody, so they cannot be counted by person; a market research
    panel can. panel: panel_id, quarter, chain, has_card, purchases. A household counts as holder if it
    had the card in any quarter. Columns: group (no card, card), households, one_time_share, low, high
    (Wilson), purchases_each (mean over all quarters). Raises TableError for wrong columns, ValueError if
    nobody bought.

    >>> quarters = pd.to_datetime(["2025-01-01", "2025-04-01"] * 2)
    >>> panel = pd.DataFrame({"panel_id": [1, 1, 2, 2], "quarter": quarters, "chain": "osmanthus",
    ...                       "has_card": [False, False, False, True], "purchases": [1, 0, 2, 3]})
    >>> measure_one_time_shoppers(panel)[["group", "households", "one_time_share", "purchases_each"]]
         group  households  one_time_share  purchases_each
    0  no card           1             1.0             1.0
    1     card           1             0.0             5.0
    """
    read_names([chain], "measure_one_time_shoppers: chain")
    keys = ["panel_id", "quarter", "chain"]
    taken = take_columns(panel, "panel", [*keys, "has_card", "purchases"], unique=keys)
    rows = taken[taken["chain"].astype(str) == chain]
    totals = rows.groupby("panel_id").agg(purchases=("purchases", "sum"), card=("has_card", "max"))
    buyers = totals[totals["purchases"] > 0]
    if buyers.empty:
        raise ValueError(
            f"panel: nobody bought at {chain!r}. Chains: {', '.join(sorted(set(taken['chain'])))}."
        )
    table = []
    for name, group in (("no card", buyers[~buyers["card"]]), ("card", buyers[buyers["card"]])):
        if len(group):
            once = estimate_share(int((group["purchases"] == 1).sum()), len(group))
            table.append((name, once.n, once.value, once.low, once.high, float(group["purchases"].mean())))
    columns = ["group", "households", "one_time_share", "low", "high", "purchases_each"]
    return pd.DataFrame(table, columns=columns)


def measure_lost_offers(groups: pd.Series, competitor_bids: pd.DataFrame) -> pd.DataFrame:
    """How often rivals' offers take a part or all of our quantity, by group of accounts (C-08).

    groups: index customer_id, name of the group (one a customer; missing ones are left out). competitor_bids:
    bid_id, customer_id, outcome (kept, part_lost, lost). Columns: group, accounts (with an offer), offers,
    lost_share (of the offers), low, high (interval by account, kept between 0 and 1). Groups with fewer than
    two such accounts are left out. Raises TableError for wrong columns or repeated customers,
    ValueError without any two accounts of a group that had an offer.

    >>> groups = pd.Series(["loyal", "loyal"], index=[501, 502])
    >>> bids = pd.DataFrame({"bid_id": [1, 2, 3], "customer_id": [501, 501, 502],
    ...                      "outcome": ["kept", "lost", "kept"]})
    >>> measure_lost_offers(groups, bids)[["group", "offers", "lost_share"]].round(2)
       group  offers  lost_share
    0  loyal       3        0.33
    """
    rows = _count_offers(groups, competitor_bids)
    table = []
    for name, inside in rows.groupby("group", sort=True):
        if len(inside) > 1:
            share = estimate_ratio(inside["lost"], inside["offers"], unit="%")
            limits = max(0.0, share.low), min(1.0, share.high)
            table.append((str(name), share.n, int(inside["offers"].sum()), share.value, *limits))
    if not table:
        raise ValueError(
            "competitor_bids: no group has two accounts with an offer. Take both tables from one firm."
        )
    return pd.DataFrame(table, columns=["group", "accounts", "offers", "lost_share", "low", "high"])


def _count_offers(groups: pd.Series, competitor_bids: pd.DataFrame) -> pd.DataFrame:
    """Offers and lost ones of each account that has a group and had an offer."""
    columns = ["bid_id", "customer_id", "outcome"]
    bids = take_columns(competitor_bids, "competitor_bids", columns, unique=["bid_id"])
    bids = bids.assign(lost=bids["outcome"].astype(str) != "kept")
    counts = bids.groupby("customer_id")["lost"].agg(lost="sum", offers="size").reset_index()
    known = take_values(groups, GROUPS).dropna().astype(str).reset_index()
    return counts.merge(known, on="customer_id")


def compare_lost_offers(
    groups: pd.Series, competitor_bids: pd.DataFrame, *, one: str, other: str
) -> Estimate:
    """How much more often rivals succeed in one group of accounts than in another (C-08, C-20).

    groups, competitor_bids: as for `measure_lost_offers`. The groups hold different accounts, so the squares
    of the two half widths are added. Percentage points. Errors as there; ValueError if a name is not among
    the groups.

    >>> groups = pd.Series(["a", "a", "b", "b"], index=[1, 2, 3, 4])
    >>> bids = pd.DataFrame({"bid_id": [1, 2, 3, 4], "customer_id": [1, 2, 3, 4],
    ...                      "outcome": ["kept", "lost", "kept", "kept"]})
    >>> compare_lost_offers(groups, bids, one="a", other="b").value
    0.5
    """
    rows = _count_offers(groups, competitor_bids)
    shares = []
    for name in read_names([one, other], "compare_lost_offers: one, other"):
        inside = rows[rows["group"] == name]
        if len(inside) < 2:
            known = ", ".join(sorted(set(rows["group"])))
            raise ValueError(f"groups: {len(inside)} accounts with an offer in {name!r}; groups: {known}.")
        shares.append(estimate_ratio(inside["lost"], inside["offers"], unit="%"))
    difference = shares[0].value - shares[1].value
    # half widths above the share: the lower limit of a ratio is cut at zero
    half = math.hypot(*(share.high - share.value for share in shares))
    low, high = np.clip([difference - half, difference + half], -1, 1)
    n = shares[0].n + shares[1].n
    return Estimate(difference, float(low), float(high), n=n, unit="percentage points")


def measure_continuity(
    purchases: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 182
) -> pd.DataFrame:
    """Does the past carry the future: who bought more before buys again more often (C-11, C-12).

    purchases: customer_id, purchased_at; the days that end with as_of are what happened, as many days
    before them the past. Columns: purchases_before (1, 2 or 3, 4 or more), customers, bought_again
    (share), low, high (Wilson). Groups without customers are left out. Raises TableError for wrong
    columns, ValueError if nobody bought in the past period. With millions of rows it takes more than in
    proportion (docs/growth.md).

    >>> days = ["2025-02-01", "2025-03-01", "2025-02-01", "2025-12-31"]
    >>> bought = pd.DataFrame({"customer_id": [1, 2, 2, 2], "purchased_at": pd.to_datetime(days)})
    >>> measure_continuity(bought, as_of="2025-12-31").iloc[:, :3]
      purchases_before  customers  bought_again
    0                1          1           0.0
    1           2 or 3          1           1.0
    """
    group, again = _follow(purchases, as_of, days)
    table = []
    for number, name in enumerate(_BEFORE):
        inside = group == number
        if inside.any():
            share = estimate_share(int(again[inside].sum()), int(inside.sum()))
            table.append((name, share.n, share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["purchases_before", "customers", "bought_again", "low", "high"])


def estimate_continuity(purchases: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 182) -> Estimate:
    """How much more often who bought 4 times or more buys again than who bought once (C-12).

    Arguments and errors as `measure_continuity`; ValueError if one of the two groups is empty. Percentage
    points. With millions of rows it takes more than in proportion (docs/growth.md).
    """
    group, again = _follow(purchases, as_of, days)
    few, many = group == 0, group == len(_BEFORE) - 1
    if not (few.any() and many.any()):
        raise ValueError("receipts: one of the groups is empty (bought once, bought 4 times or more).")
    return estimate_difference(int(again[many].sum()), int(many.sum()), int(again[few].sum()), int(few.sum()))


def _follow(purchases: pd.DataFrame, as_of: str | pd.Timestamp, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Group by purchases before, and whether each customer bought again."""
    read_number(days, "days", "at least 1 day", limits="1..", whole=True)
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at"]).dropna()
    refuse_short(rows["purchased_at"], end)
    ids = pd.Series(rows["customer_id"].astype("int64").unique())
    middle, start = end - pd.Timedelta(days=days), end - pd.Timedelta(days=2 * days)
    edges = [pd.Series(edge, index=ids.index) for edge in (start, middle, end)]
    before = count_purchases(rows, ids, edges[0], edges[1])
    again = count_purchases(rows, ids, edges[1], edges[2]) > 0
    active = before > 0
    if not active.any():
        raise ValueError(f"receipts: nobody bought in the {days} days before {middle.date()}.")
    return np.searchsorted(_LIMITS, before[active]), again[active]
