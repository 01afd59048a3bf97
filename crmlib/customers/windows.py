"""Purchases in a period of each customer's own: how many, and whether the same products again."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.take import take_columns

MINUTE = np.dtype("datetime64[m]")
SHIFT = np.int64(2**40)  # more minutes than any calendar here holds, so that customers never overlap


def count_purchases(
    receipts: pd.DataFrame, customer_id: pd.Series, start: pd.Series, end: pd.Series
) -> NDArray[np.int64]:
    """Receipts of each customer from start (included) to end (excluded), one number per row.

    receipts: customer_id, purchased_at, already checked; receipts without a card are ignored. One sort and
    two searches serve all rows, so that 8,000 different periods cost no more than one.

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
