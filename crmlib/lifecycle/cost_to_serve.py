"""Do long-lived customers cost less to serve? What a member costs in each year of membership (E-04)."""

from __future__ import annotations

import pandas as pd

from crmlib.customers.ledger import COURSE_RULES
from crmlib.estimates.estimate import Estimate, estimate_ratio
from crmlib.tables.take import take_columns

YEAR_DAYS = 365


def measure_cost_to_serve(
    receipts: pd.DataFrame, complaints: pd.DataFrame, members: pd.DataFrame
) -> dict[str, Estimate]:
    """What it costs to serve a member, in yuan for 100 yuan of goods, in each year of membership.

    Counted: points used (0.05 yuan each), coupon discounts, compensation for complaints. The cost of
    winning the member is not in it: it is paid once. receipts: customer_id, purchased_at, amount_cny,
    points_redeemed, discount_cny. complaints: customer_id, opened_at, compensation_cny. members:
    customer_id, joined_on. Returns "year 1", "year 2", … → cost for 100 yuan, with an interval by member;
    years with a single member or without a purchase are left out. Raises TableError for wrong columns or a
    row twice, ValueError for purchases by strangers or before joining, or if no year is left.

    Two members bought for 100 yuan each; one used 40 points and had a coupon of 1 yuan:

    >>> receipts = pd.DataFrame({"customer_id": [1, 2], "purchased_at": [pd.Timestamp("2023-02-01")] * 2,
    ...                          "amount_cny": 100.0, "points_redeemed": [40, 0], "discount_cny": [1.0, 0.0]})
    >>> complaints = pd.DataFrame({"customer_id": [2], "opened_at": [pd.Timestamp("2023-03-01")],
    ...                            "compensation_cny": [8.0]})
    >>> members = pd.DataFrame({"customer_id": [1, 2], "joined_on": [pd.Timestamp("2023-02-01")] * 2})
    >>> measure_cost_to_serve(receipts, complaints, members)["year 1"].value  # (2 + 1 + 8) / 200
    5.5
    """
    rows = pd.concat([_cost_of_receipts(receipts), _cost_of_complaints(complaints)])
    joined = take_columns(members, "members", ["customer_id", "joined_on"], unique=["customer_id"])
    start = rows["customer_id"].map(joined.set_index("customer_id")["joined_on"])
    rows["year"] = (rows["day"] - start).dt.days // YEAR_DAYS + 1
    odd = ~(rows["year"] >= 1)
    if odd.any():
        raise ValueError(
            f"members: {int(odd.sum())} purchases or complaints are by strangers or before joining "
            f"(customer_id {', '.join(map(str, rows.loc[odd, 'customer_id'].unique()[:5]))}). Take all "
            "tables from one firm."
        )
    sums = rows.groupby(["year", "customer_id"])[["cost", "amount_cny"]].sum()
    costs = {
        f"year {year}": estimate_ratio(100 * part["cost"], part["amount_cny"], unit="yuan")
        for year, part in sums.groupby("year")
        if len(part) > 1 and part["amount_cny"].sum() > 0
    }
    if not costs:
        raise ValueError("receipts: in no year of membership did two members buy. Take more receipts.")
    return costs


def _cost_of_receipts(receipts: pd.DataFrame) -> pd.DataFrame:
    """Customer, day, goods value and cost of each receipt with a card."""
    names = ["customer_id", "purchased_at", "amount_cny", "points_redeemed", "discount_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    used = bought["points_redeemed"].astype(float) * COURSE_RULES.point_value_cny
    day, amount = bought["purchased_at"], bought["amount_cny"]
    return bought[["customer_id"]].assign(day=day, amount_cny=amount, cost=used + bought["discount_cny"])


def _cost_of_complaints(complaints: pd.DataFrame) -> pd.DataFrame:
    """Customer, day and compensation of each complaint of a member; no goods are sold by it."""
    names = ["customer_id", "opened_at", "compensation_cny"]
    paid = take_columns(complaints, "complaints", names, once="complaint_id").dropna()
    paid = paid.rename(columns={"opened_at": "day", "compensation_cny": "cost"})
    return paid.assign(amount_cny=0.0)
