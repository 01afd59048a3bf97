"""Rivals' offers: at which accounts do they succeed, and how sure can we be (C-08, C-20)?

An offer that takes a part or all of the quantity counts as lost. Several offers to one account belong
together: the account, not the offer, is what was drawn by chance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import Estimate, estimate_ratio, quantile
from crmlib.tables.results import describe_result, take_values
from crmlib.tables.take import take_columns

GROUPS = describe_result("groups", {"customer_id": "key", "group": "string ?"})


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

    groups, competitor_bids: as for `measure_lost_offers`. The two variances are added: the groups hold
    different accounts. Percentage points. Errors as there; ValueError if a name is not among the groups.

    >>> groups = pd.Series(["a", "a", "b", "b"], index=[1, 2, 3, 4])
    >>> bids = pd.DataFrame({"bid_id": [1, 2, 3, 4], "customer_id": [1, 2, 3, 4],
    ...                      "outcome": ["kept", "lost", "kept", "kept"]})
    >>> compare_lost_offers(groups, bids, one="a", other="b").value
    0.5
    """
    rows = _count_offers(groups, competitor_bids)
    shares = []
    for name in (one, other):
        inside = rows[rows["group"] == name]
        if len(inside) < 2:
            known = ", ".join(sorted(set(rows["group"])))
            raise ValueError(f"groups: {len(inside)} accounts with an offer in {name!r}; groups: {known}.")
        shares.append(estimate_ratio(inside["lost"], inside["offers"], unit="%"))
    # half widths above the share: the lower limit of a ratio is cut at zero
    spread = math.hypot(*(share.high - share.value for share in shares)) / quantile(0.95)
    difference = shares[0].value - shares[1].value
    half = quantile(0.95) * spread
    low, high = np.clip([difference - half, difference + half], -1, 1)
    n = shares[0].n + shares[1].n
    return Estimate(difference, float(low), float(high), n=n, unit="percentage points")
