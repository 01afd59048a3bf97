"""The days on which customers bought; what each bought in a period of her own, and whether the same again."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.take import take_columns

MINUTE, WHOLE_DAY = np.dtype("datetime64[m]"), np.dtype("datetime64[D]")
LONGEST = 2**62  # of the whole numbers that stand for a customer and a day
SHIFT = np.int64(2**40)  # more minutes than any calendar here holds, so that customers never overlap


def take_occasions(receipts: pd.DataFrame) -> pd.DataFrame:
    """Customer and day of every purchase occasion (F-05), once each and in order of both.

    receipts: customer_id, purchased_at; those without a card are left out. Columns: customer_id, day. One
    sort of a whole number a receipt, customers × days + day, finds them. Raises TableError for wrong columns.

    >>> days = pd.to_datetime(["2025-03-02 09:00", "2025-03-01 09:00", "2025-03-02 18:00"])
    >>> take_occasions(pd.DataFrame({"customer_id": [7, 7, 7], "purchased_at": days}))
       customer_id        day
    0            7 2025-03-01
    1            7 2025-03-02
    """
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
    if bought.empty:
        return pd.DataFrame({"customer_id": np.array([], "int64"), "day": np.array([], "datetime64[us]")})
    ids = bought["customer_id"].to_numpy(dtype=np.int64)
    days = bought["purchased_at"].to_numpy().astype(WHOLE_DAY).astype(np.int64)
    first, span = days.min(), days.max() - days.min() + 1
    known = None
    if (int(ids.max()) - int(ids.min())) * int(span) > LONGEST:  # too far apart for one number: count them
        known, ids = np.unique(ids, return_inverse=True)
    lowest = ids.min()
    keys = (ids - lowest) * span + (days - first)
    keys.sort()
    keys = keys[np.append(True, keys[1:] != keys[:-1])]
    customers, day = lowest + keys // span, first + keys % span
    return pd.DataFrame(
        {
            "customer_id": customers if known is None else known[customers],
            "day": day.astype(WHOLE_DAY).astype("datetime64[us]"),
        }
    )


def count_purchases(
    receipts: pd.DataFrame, customer_id: pd.Series, start: pd.Series, end: pd.Series
) -> NDArray[np.int64]:
    """Receipts of each customer from start (included) to end (excluded), one number per row.

    receipts: customer_id, purchased_at, already checked; receipts without a card are ignored. One sort and
    two searches serve all rows, so that 8,000 different periods cost no more than one. With millions of rows
    it takes more than in proportion (docs/growth.md).

    >>> bought = pd.DataFrame({"customer_id": [7, 7, 8],
    ...                        "purchased_at": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-01-07"])})
    >>> start = pd.Series(pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-01"]))
    >>> count_purchases(bought, pd.Series([7, 7, 9]), start, start + pd.Timedelta(days=60))
    array([2, 1, 0])
    """
    known = receipts[receipts["customer_id"].notna()]
    ids = known["customer_id"].to_numpy(dtype=np.int64)
    order, codes = np.unique(ids, return_inverse=True)
    keys = np.sort(codes * SHIFT + _minutes(known["purchased_at"]))
    wanted = customer_id.to_numpy(dtype=np.int64)
    places = np.searchsorted(order, wanted)
    found = np.zeros(len(wanted), dtype=bool)
    inside = places < len(order)
    found[inside] = order[places[inside]] == wanted[inside]
    first = np.searchsorted(keys, places * SHIFT + _minutes(start))
    last = np.searchsorted(keys, places * SHIFT + _minutes(end))
    return np.where(found, last - first, 0).astype(np.int64)


def _minutes(times: pd.Series) -> NDArray[np.int64]:
    return times.to_numpy().astype(MINUTE).astype(np.int64)


def find_rebought(periods: pd.DataFrame, receipts: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Whether each customer bought a product of the last receipt before the period again in the period.

    periods: customer_id (each once), followed_from, followed_until. receipts: receipt_id, customer_id,
    purchased_at. lines: receipt_id, product_id. Missing where there is no receipt before the period.

    >>> periods = pd.DataFrame({"customer_id": [7, 8], "followed_from": [pd.Timestamp("2025-01-01")] * 2,
    ...                         "followed_until": [pd.Timestamp("2026-01-01")] * 2})
    >>> receipts = pd.DataFrame({"receipt_id": [1, 2], "customer_id": [7, 7],
    ...                          "purchased_at": pd.to_datetime(["2024-12-01", "2025-03-01"])})
    >>> lines = pd.DataFrame({"receipt_id": [1, 1, 2], "product_id": [1001, 1002, 1002]})
    >>> find_rebought(periods, receipts, lines).tolist()
    [True, <NA>]
    """
    bought = take_columns(
        receipts, "receipts", ["receipt_id", "customer_id", "purchased_at"], unique=["receipt_id"]
    )
    items = take_columns(lines, "receipt_lines", ["receipt_id", "product_id"])
    bought = bought.merge(periods[["customer_id", "followed_from", "followed_until"]], on="customer_id")
    before = bought[bought["purchased_at"] < bought["followed_from"]].sort_values(
        ["purchased_at", "receipt_id"]
    )
    last = before.drop_duplicates("customer_id", keep="last")
    inside = bought["purchased_at"].between(
        bought["followed_from"], bought["followed_until"], inclusive="left"
    )
    first_products = last[["customer_id", "receipt_id"]].merge(items, on="receipt_id")
    next_products = bought.loc[inside, ["customer_id", "receipt_id"]].merge(items, on="receipt_id")
    again = first_products.merge(next_products, on=["customer_id", "product_id"])["customer_id"]
    rebought = periods["customer_id"].isin(again).astype("boolean")
    return rebought.where(periods["customer_id"].isin(last["customer_id"]))
