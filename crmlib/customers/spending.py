"""What each customer brought in a period: sales or margin, one number a customer."""

from __future__ import annotations

import pandas as pd

from crmlib.tables.errors import TableError
from crmlib.tables.options import read_choice, read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

RESOURCES = ("amount_cny", "margin_cny")
SPENDING = describe_result("spending", {"customer_id": "key", "spending_cny": "number"})


def sum_spending(
    purchases: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 365, resource: str = "amount_cny"
) -> pd.Series:
    """What each customer brought in the days that end with as_of, itself included (yuan).

    purchases: customer_id, purchased_at and the resource, receipts or orders; purchases without a customer
    are left out, and so is who did not buy in these days. resource: amount_cny (sales) or margin_cny
    (margin), since 80 % of the one need not be 80 % of the other (X-20). Index customer_id, rising; name
    spending_cny. Raises TableError for wrong columns or if nobody bought, ValueError for a wrong option.

    >>> bought = pd.DataFrame({"customer_id": [2, 1, 2], "amount_cny": [5.0, 7.0, 20.0],
    ...                        "purchased_at": pd.to_datetime(["2025-05-01", "2025-06-01", "2023-05-01"])})
    >>> sum_spending(bought, as_of="2025-12-31").to_dict()
    {1: 7.0, 2: 5.0}
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    length = read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    column = read_choice(resource, "resource", RESOURCES)
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at", column], once="receipt_id")
    start = end - pd.Timedelta(days=int(length))
    inside = rows["purchased_at"].between(start, end, inclusive="left") & rows["customer_id"].notna()
    if not inside.any():
        raise TableError(
            f"receipts: no customer bought in the {int(length)} days from {start.date()} on. "
            "Repair: choose a day or a period that the table holds."
        )
    rows = rows[inside].astype({"customer_id": "int64"})
    return rows.groupby("customer_id")[column].sum().rename("spending_cny")
