"""What each customer brought in a period: sales or margin, one number a customer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmlib.customers.by_engine import sum_by_engine
from crmlib.tables.engines import is_engine
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_choice, read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

RESOURCES = ("amount_cny", "margin_cny")
SPENDING = describe_result("spending", {"customer_id": "key", "spending_cny": "number"})


def sum_spending(
    purchases: pd.DataFrame | Any,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    resource: str = "amount_cny",
) -> pd.Series:
    """What each customer brought in the days that end with as_of, itself included (yuan).

    purchases: customer_id, purchased_at and the resource, receipts or orders, of pandas or (with the extra
    `engines`) of Polars, DuckDB or Spark; purchases without a customer are left out, and so is who did not
    buy in these days. resource: amount_cny (sales) or margin_cny (margin), since 80 % of the one need not be
    80 % of the other (X-20). Index customer_id, rising; name spending_cny. Raises TableError for wrong
    columns or if nobody bought, ValueError for a wrong option.

    >>> bought = pd.DataFrame({"customer_id": [2, 1, 2], "amount_cny": [5.0, 7.0, 20.0],
    ...                        "purchased_at": pd.to_datetime(["2025-05-01", "2025-06-01", "2023-05-01"])})
    >>> sum_spending(bought, as_of="2025-12-31").to_dict()
    {1: 7.0, 2: 5.0}
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    length = read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    column = read_choice(resource, "resource", RESOURCES)
    start = end - pd.Timedelta(days=int(length))
    sums = sum_by_engine if is_engine(purchases) else _sum
    found = sums(purchases, column, start, end)
    if found.empty:
        raise TableError(
            f"receipts: no customer bought in the {int(length)} days from {start.date()} on. "
            "Repair: choose a day or a period that the table holds."
        )
    return found.rename("spending_cny")


def _sum(purchases: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """The sum of each customer's purchases from start to before end."""
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at", column], once="receipt_id")
    inside = rows["purchased_at"].between(start, end, inclusive="left") & rows["customer_id"].notna()
    return rows[inside].astype({"customer_id": "int64"}).groupby("customer_id")[column].sum()
