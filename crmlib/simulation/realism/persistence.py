"""Who stays on top: the heavy buyers of one period in the next, and what moves them out of it."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from crmlib.simulation.realism.view import View

TOP = 0.2
GROUPS = ("all buyers", "joined before both", "joined before both and stayed")


def follow_top_fifth(receipts: pd.DataFrame, *, months: int, members: pd.Series | None = None) -> pd.Series:
    """The best fifth of one period's buyers, followed into the next, the last one of the receipts.

    receipts: customer_id, purchased_at, amount_cny; they end with a full month. months: length of each of the
    two periods. members: the only ones to look at (ids), if not all. Result: buyers (of the first period),
    share (of its revenue that the best fifth bring), next (their share of the next period's revenue), kept
    (next over share), again (their share among themselves who are in the best fifth of the next period too).
    """
    end = receipts["purchased_at"].max().to_period("M").end_time.normalize() + pd.Timedelta(days=1)
    middle, start = end - pd.DateOffset(months=months), end - pd.DateOffset(months=2 * months)
    if members is not None:
        receipts = receipts[receipts["customer_id"].isin(members)]
    first, second = (_spend(receipts, *period) for period in ((start, middle), (middle, end)))
    top, later = _best(first), _best(second)
    share, following = first[top].sum() / first.sum(), second.reindex(top).sum() / second.sum()
    again = top.isin(later).mean()
    return pd.Series(
        {"buyers": len(first), "share": share, "next": following, "kept": following / share, "again": again}
    )


def _spend(receipts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Yuan of each buyer from start up to the day before end."""
    at = receipts["purchased_at"]
    return receipts[(at >= start) & (at < end)].groupby("customer_id")["amount_cny"].sum()


def _best(spent: pd.Series) -> pd.Index:
    """Ids of the best fifth of the buyers."""
    return spent.nlargest(max(1, round(TOP * len(spent)))).index


def kept_of_top_share(firm: View) -> float:
    """Two half-years, all buyers: share of the best fifth in the next one, over their share in their own."""
    return float(follow_top_fifth(firm.member_receipts, months=6)["kept"])


def top_fifth_again(firm: View) -> float:
    """Two half-years, all buyers: members of the best fifth who are in the best fifth of the next one too."""
    return float(follow_top_fifth(firm.member_receipts, months=6)["again"])


def take_apart(firm: View) -> pd.DataFrame:
    """Years and half-years followed for all buyers, for old members, and for those of them who stay.

    One row a view (index), columns as in `follow_top_fifth`. Old: joined before both periods, so that growth
    moves nobody. Stayed: old, and by the truth still a customer at the end of both.
    """
    rows: dict[Hashable, pd.Series] = {}
    end = firm.last_day + pd.Timedelta(days=1)
    members = firm.tables["members"].merge(
        firm.truth["members"][["customer_id", "left_on"]], on="customer_id"
    )
    for words, months in (("years", 12), ("half-years", 6)):
        old = members["joined_on"] < end - pd.DateOffset(months=2 * months)
        ids = members["customer_id"]
        for name, chosen in zip(GROUPS, (None, ids[old], ids[old & members["left_on"].isna()]), strict=True):
            row = follow_top_fifth(firm.member_receipts, months=months, members=chosen)
            rows[f"{words}, {name}"] = row
    return pd.DataFrame(rows).T
