"""Purchases counted where they lie: by Polars, DuckDB or Spark, and never brought here receipt by receipt.

Cut the time to the day, group by customer and day, then by customer: the same three steps on every engine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.grouping import Groups
from crmlib.customers.receipts import NEEDED, refuse_later
from crmlib.tables.engines import collect, count_lazily, load_narwhals, say_all
from crmlib.tables.errors import TableError


def group_by_engine(receipts: Any, *, as_of: pd.Timestamp) -> tuple[Groups, int, int]:
    """First and last time, days and amount of each customer; receipts counted, and those without a customer.

    receipts: as for `summarise_purchases`, a table of an engine. Errors as there.
    """
    nw = load_narwhals()

    taken = count_lazily(receipts, "receipts", NEEDED, once="receipt_id")
    _refuse_later(taken.lazy, as_of, taken.rows)
    when, amount = nw.col("purchased_at"), nw.col("amount_cny")
    known = taken.lazy.filter(~nw.col("customer_id").is_null()).with_columns(day=when.dt.truncate("1d"))
    by_day = known.group_by("customer_id", "day").agg(
        first=when.min(), last=when.max(), amount=amount.sum(), receipts=nw.len()
    )
    by_customer = by_day.group_by("customer_id").agg(
        nw.col("first").min(),
        nw.col("last").max(),
        nw.len().cast(nw.Int64()).alias("days"),
        nw.col("amount").sum(),
        nw.col("receipts").sum().cast(nw.Int64()),
    )
    found = collect(by_customer)
    if not found.num_rows:
        raise TableError(
            f"receipts.customer_id: missing in all {taken.rows:,} rows, expected at least one receipt of a "
            "known customer. Repair: look at the last filter or join before this step."
        )
    ids = found["customer_id"].to_numpy()
    order = np.argsort(ids)
    first, last, days, amounts, counts = (
        found[name].to_numpy()[order] for name in ("first", "last", "days", "amount", "receipts")
    )
    first, last = (times.astype("datetime64[us]").view(np.int64) for times in (first, last))
    counted = int(counts.sum())
    return Groups(ids[order], first, last, days, amounts), counted, taken.rows - counted


def _refuse_later(lazy: Any, as_of: pd.Timestamp, total: int) -> None:
    """Refuse receipts after the day of the summary, in the words that pandas tables get."""
    nw = load_narwhals()

    when = nw.col("purchased_at")
    later = lazy.filter(when >= (as_of + pd.Timedelta(days=1)).to_pydatetime())
    count = int(collect(later.select(rows=nw.len()))["rows"][0].as_py())
    if not count:
        return
    named = "receipt_id" in later.collect_schema().names()
    parts = [later.sort("receipt_id" if named else "purchased_at").head(5)]
    if count > 5:  # the message tells the latest as well
        parts.append(later.sort("purchased_at", descending=True).head(1))
    rows = pd.concat([collect(part).to_pandas() for part in parts], ignore_index=True)
    try:
        refuse_later(rows, rows["purchased_at"].to_numpy().astype("datetime64[us]").view(np.int64), as_of)
    except TableError as error:
        raise say_all(error, count, total) from None


def sum_by_engine(purchases: Any, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """The sum of each customer's purchases from start to before end."""
    nw = load_narwhals()

    taken = count_lazily(purchases, "receipts", ["customer_id", "purchased_at", column], once="receipt_id")
    when, known = nw.col("purchased_at"), ~nw.col("customer_id").is_null()
    inside = known & (when >= start.to_pydatetime()) & (when < end.to_pydatetime())
    found = collect(taken.lazy.filter(inside).group_by("customer_id").agg(nw.col(column).sum())).to_pandas()
    return found.set_index("customer_id")[column].sort_index()


def find_last_purchases(receipts: Any, *, before: pd.Timestamp) -> tuple[pd.Series, pd.Series]:
    """Each customer's last purchase before a day, and the first and last moment of all receipts."""
    nw = load_narwhals()

    lazy = count_lazily(receipts, "receipts", ["customer_id", "purchased_at"]).lazy
    when, known = nw.col("purchased_at"), lazy.filter(~nw.col("customer_id").is_null())
    ends = collect(known.select(first=when.min(), last=when.max())).to_pandas().iloc[0]
    earlier = known.filter(when < before.to_pydatetime())
    last = collect(earlier.group_by("customer_id").agg(when.max())).to_pandas()
    return last.set_index("customer_id")["purchased_at"], ends
