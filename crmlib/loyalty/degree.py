"""The degree of loyalty: how much of an attitude can be counted (H-05).

Loyalty is an attitude; its degree is behaviour, and behaviour can be counted: do customers come back, how
much of what they buy do they buy here, how long have they been customers?
"""

from __future__ import annotations

import pandas as pd

from crmlib.estimates.estimate import estimate_mean, estimate_ratio, estimate_share
from crmlib.tables.options import read_date
from crmlib.tables.take import take_columns


def measure_loyalty(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """The degree of loyalty in four counts: who came back, who bought again, how often, for how long (H-05).

    receipts: customer_id, purchased_at; receipts without a card are left out, and those from as_of on.
    Rows: came back (customers whose first receipt is at least a year old, with another receipt since);
    bought again in the last year (of the customers of the year before); purchases in the last year (mean of
    those who bought in it); days as customer (mean time from first to last receipt, of customers whose
    first is at least a year old). Columns: measure, value, low, high, n, unit; share or mean with 95 %
    interval. Raises TableError for wrong columns, ValueError if a count rests on fewer than two customers.

    >>> receipts = pd.DataFrame({"customer_id": [1, 1, 2, 3, 3], "purchased_at": pd.to_datetime(
    ...     ["2024-02-01", "2025-02-01", "2024-03-01", "2025-03-01", "2025-05-01"])})
    >>> measure_loyalty(receipts, as_of="2026-01-01")[["measure", "value", "n"]]
                             measure  value  n
    0                      came back    0.5  2
    1  bought again in the last year    0.5  2
    2     purchases in the last year    1.5  2
    3               days as customer  183.0  2
    """
    end = read_date(as_of, "as_of")
    year, before = end - pd.DateOffset(years=1), end - pd.DateOffset(years=2)
    rows = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
    rows = rows[rows["purchased_at"] < end]
    times = rows.groupby("customer_id")["purchased_at"].agg(["min", "max", "size"])
    old = times[times["min"] < year]
    last_year = rows[rows["purchased_at"] >= year].groupby("customer_id").size()
    earlier = rows.loc[rows["purchased_at"].between(before, year, inclusive="left"), "customer_id"].unique()
    if min(len(old), len(last_year), len(earlier)) < 2:
        raise ValueError(
            f"receipts: fewer than two customers in the years before {end:%Y-%m-%d}. Choose another as_of."
        )
    again = int(pd.Series(earlier).isin(last_year.index).sum())
    days = (old["max"].dt.normalize() - old["min"].dt.normalize()).dt.days
    measures = {
        "came back": estimate_share(int((old["size"] > 1).sum()), len(old)),
        "bought again in the last year": estimate_share(again, len(earlier)),
        "purchases in the last year": estimate_mean(last_year, unit="purchases"),
        "days as customer": estimate_mean(days, unit="days"),
    }
    table = [(name, one.value, one.low, one.high, one.n, one.unit) for name, one in measures.items()]
    return pd.DataFrame(table, columns=["measure", "value", "low", "high", "n", "unit"])


def measure_yearly_spend(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.Series:
    """What each member spent in the year before a date, which decides whether the fee paid off (K-08).

    receipts: customer_id, purchased_at, amount_cny; receipts without a card are left out. Returns goods
    values in yuan, one per member who bought, index customer_id. Raises TableError for wrong columns,
    ValueError if nobody bought.

    >>> receipts = pd.DataFrame({"customer_id": [7, 7, 8], "amount_cny": [50.0, 30.0, 20.0],
    ...                          "purchased_at": pd.to_datetime(["2025-02-01", "2025-03-01", "2023-01-01"])})
    >>> measure_yearly_spend(receipts, as_of="2026-01-01").to_dict()
    {7: 80.0}
    """
    end = read_date(as_of, "as_of")
    names = ["customer_id", "purchased_at", "amount_cny"]
    rows = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    rows = rows[rows["purchased_at"].between(end - pd.DateOffset(years=1), end, inclusive="left")]
    if rows.empty:
        raise ValueError(f"receipts: no purchase with a card in the year before {end:%Y-%m-%d}.")
    return rows.astype({"customer_id": "int64"}).groupby("customer_id")["amount_cny"].sum().round(2)


def share_of_purchases(panel: pd.DataFrame) -> pd.DataFrame:
    """How much of what its buyers buy does each chain get? Few are loyal to one chain (H-05).

    Counted in quarters: buyers of a chain in a quarter, and their purchases at all chains in that quarter.
    panel: panel_id, quarter, chain, purchases; with one row for osmanthus per shopper and quarter, zero
    included. Columns: chain, buyers_share (of shoppers in a quarter), purchases_per_buyer (in a quarter),
    share_of_purchases (at this chain, of all purchases of its buyers), low, high (by shopper), n (shoppers
    who ever bought there). Small chains have fewer buyers who also buy a little less often there: double
    jeopardy (textbook knowledge that the course lacks). Raises TableError for wrong columns or repeated
    rows, ValueError for a chain with fewer than two buyers.

    >>> panel = pd.DataFrame({"panel_id": [1, 1, 2, 2], "quarter": pd.Timestamp("2025-01-01"),
    ...     "chain": ["osmanthus", "rival_a", "osmanthus", "rival_a"], "purchases": [3, 1, 1, 3]})
    >>> share_of_purchases(panel).iloc[:, :4]
           chain  buyers_share  purchases_per_buyer  share_of_purchases
    0  osmanthus           1.0                  2.0                 0.5
    1    rival_a           1.0                  2.0                 0.5
    """
    rows = take_columns(
        panel, "panel", ["panel_id", "quarter", "chain", "purchases"], unique=["panel_id", "quarter", "chain"]
    )
    all_quarters = int((rows["chain"] == "osmanthus").sum())
    rows["everywhere"] = rows.groupby(["panel_id", "quarter"])["purchases"].transform("sum")
    table = []
    for chain, part in rows[rows["purchases"] > 0].groupby("chain", observed=True):
        sums = part.groupby("panel_id")[["purchases", "everywhere"]].sum()
        if len(sums) < 2 or all_quarters == 0:
            raise ValueError(
                f"panel: {len(sums)} shoppers bought at {chain}, expected at least 2 and rows of osmanthus."
            )
        share = estimate_ratio(sums["purchases"], sums["everywhere"], unit="%")
        each = float(part["purchases"].mean())
        table.append(
            (str(chain), len(part) / all_quarters, each, share.value, share.low, share.high, share.n)
        )
    names = ["chain", "buyers_share", "purchases_per_buyer", "share_of_purchases", "low", "high", "n"]
    return pd.DataFrame(table, columns=names)
