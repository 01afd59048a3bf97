"""Whether the chain keeps the rules of its card: each clause held against the bookings (F-17).

A rule on paper and a rule in the till are two things. The bookings name receipt, day and points, so each
clause can be recomputed by anybody who has the receipts.
"""

from __future__ import annotations

import pandas as pd

from crmlib.customers.ledger import COURSE_RULES
from crmlib.estimates.estimate import Estimate, estimate_ratio
from crmlib.tables.take import take_columns


def audit_rules(points: pd.DataFrame, receipts: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """What the members' accounts say about each clause of the card, beside what the rule says (F-17).

    points: customer_id, booked_on, kind, points, receipt_id. receipts: receipt_id, amount_cny,
    dispatched_on. returns: return_id, receipt_id, requested_on; a receipt with several returns is left out
    of the last clause. Columns: clause, stated, least, mean, most, bookings. One row a clause: goods in yuan
    for each point of a receipt, points on opening the card, points in the month of birth as a multiple of
    the usual ones, days from dispatch to booking, days from the request of a return to the deduction. Raises
    TableError for wrong columns, ValueError if a clause has no booking or a booking no receipt.

    >>> points = pd.DataFrame({"customer_id": 7, "points": [40, 2, 2, -1], "receipt_id": [None, 1, 1, 1],
    ...     "kind": ["opening", "purchase", "birth_month", "return"],
    ...     "booked_on": pd.to_datetime(["2025-05-01", "2025-05-04", "2025-05-04", "2025-05-09"])})
    >>> receipts = pd.DataFrame({"receipt_id": [1], "amount_cny": [25.0],
    ...                          "dispatched_on": pd.to_datetime(["2025-05-01"])})
    >>> returns = pd.DataFrame({"return_id": [1], "receipt_id": [1],
    ...                         "requested_on": pd.to_datetime(["2025-05-08"])})
    >>> audit_rules(points, receipts, returns)[["clause", "stated", "mean"]]
                  clause  stated  mean
    0   yuan for a point      10  12.5
    1    gift on opening      40  40.0
    2     month of birth       2   2.0
    3    days to booking       3   3.0
    4  days to deduction       1   1.0
    """
    booked = _join_bookings(points, receipts)
    usual, doubled, taken = (booked[booked["kind"] == kind] for kind in ("purchase", "birth_month", "return"))
    multiple = doubled.merge(usual[["receipt_id", "points"]], on="receipt_id", suffixes=("", "_usual"))
    asked = take_columns(
        returns, "returns", ["return_id", "receipt_id", "requested_on"], unique=["return_id"]
    )
    once = asked[~asked["receipt_id"].duplicated(keep=False)]
    deducted = taken.merge(once[["receipt_id", "requested_on"]], on="receipt_id")
    opened = booked.loc[booked["kind"] == "opening", "points"]
    waited = (usual["booked_on"] - usual["dispatched_on"]).dt.days
    delayed = (deducted["booked_on"] - deducted["requested_on"]).dt.days
    clauses = {
        "yuan for a point": (COURSE_RULES.yuan_per_point, usual["amount_cny"] / usual["points"]),
        "gift on opening": (COURSE_RULES.opening_points, opened),
        "month of birth": (
            COURSE_RULES.birth_month_factor,
            1 + multiple["points"] / multiple["points_usual"],
        ),
        "days to booking": (COURSE_RULES.booking_days, waited),
        "days to deduction": (COURSE_RULES.return_days, delayed),
    }
    table = []
    for clause, (stated, values) in clauses.items():
        if values.empty:
            raise ValueError(f"points: no booking shows the clause {clause!r}. Take a longer time.")
        table.append((clause, stated, values.min(), values.mean(), values.max(), len(values)))
    return pd.DataFrame(table, columns=["clause", "stated", "least", "mean", "most", "bookings"])


def estimate_yuan_for_a_point(points: pd.DataFrame, receipts: pd.DataFrame) -> Estimate:
    """How many yuan of goods a member really spends for one point: more than ten, by rounding (F-17, N-20).

    Goods on the receipts that earned points / points of these receipts, without bonuses; interval by member.
    points, receipts: as for `audit_rules`; errors as there.

    >>> points = pd.DataFrame({"customer_id": [7, 8], "kind": "purchase", "points": [2, 3],
    ...     "receipt_id": [1, 2], "booked_on": pd.to_datetime(["2025-05-04", "2025-05-05"])})
    >>> receipts = pd.DataFrame({"receipt_id": [1, 2], "amount_cny": [25.0, 30.0],
    ...                          "dispatched_on": pd.to_datetime(["2025-05-01", "2025-05-02"])})
    >>> estimate_yuan_for_a_point(points, receipts).value       # 55 yuan for five points
    11.0
    """
    booked = _join_bookings(points, receipts)
    usual = booked[booked["kind"] == "purchase"].groupby("customer_id")[["amount_cny", "points"]].sum()
    if len(usual) < 2:
        raise ValueError(f"points: {len(usual)} members earned points by a purchase, expected at least 2.")
    return estimate_ratio(usual["amount_cny"], usual["points"], unit="yuan")


def _join_bookings(points: pd.DataFrame, receipts: pd.DataFrame) -> pd.DataFrame:
    """Bookings with the goods and the day of dispatch of their receipt, where they have one."""
    booked = take_columns(points, "points", ["customer_id", "booked_on", "kind", "points", "receipt_id"])
    bought = take_columns(
        receipts, "receipts", ["receipt_id", "amount_cny", "dispatched_on"], unique=["receipt_id"]
    )
    lost = booked["receipt_id"].notna() & ~booked["receipt_id"].isin(bought["receipt_id"])
    if lost.any():
        first = ", ".join(map(str, booked.loc[lost, "receipt_id"].unique()[:5]))
        raise ValueError(
            f"points: {lost.sum()} of {len(booked)} rows belong to receipts that are not in receipts "
            f"(receipt_id {first}). Take both from one firm and seed."
        )
    return booked.merge(bought, on="receipt_id", how="left")
