"""Who would get which card, what would it cost, and does it pay (F-16, N-15 to N-18)?

The chain of the course proposes three cards and no test. Two questions are kept apart: what the benefits
cost (arithmetic), and what they cause (nothing in these tables can say it: nobody has a card yet).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.customers.ledger import COURSE_RULES
from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer
from crmlib.tables.take import take_columns
from crmlib.tiers.abc import name_classes

CARDS = ("Queen", "Goddess", "Charming Woman")
BENEFITS = pd.DataFrame(
    {"card": CARDS, "discount_share": [0.1, 0.05, 0.0], "points_factor": [3, 2, 1]}
).set_index("card")
ASSIGNED = describe_result(
    "cards",
    {
        "customer_id": "key",
        "amount_cny": "number 0..",
        "margin_cny": "number",
        "purchases": "integer 1..",
        "card": f"one of {'|'.join(CARDS)}",
    },
)


def assign_cards(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    queen_cny: float = 3990,
    queen_purchases: int = 200,
    goddess_cny: float = 1990,
    goddess_purchases: int = 100,
) -> pd.DataFrame:
    """Who would get which card by the spending or the purchases of a year (F-16, N-15, N-16).

    purchases: customer_id, purchased_at, amount_cny, margin_cny. One of the two limits is enough, and each
    counts as reached from its own value on (the source writes "and above" once). Index customer_id:
    amount_cny, margin_cny, purchases, card (ordered, Queen first). Raises TableError for wrong columns or if
    nobody bought, ValueError for limits in the wrong order.

    >>> bought = pd.DataFrame({"customer_id": [1, 2, 3], "amount_cny": [3990.0, 1990.0, 1989.9],
    ...     "margin_cny": [9.0] * 3, "purchased_at": pd.to_datetime(["2025-06-01"] * 3)})
    >>> assign_cards(bought, as_of="2025-12-31")["card"].tolist()
    ['Queen', 'Goddess', 'Charming Woman']
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    length = int(read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True))
    for name, value in (("queen_cny", queen_cny), ("goddess_cny", goddess_cny)):
        read_number(value, name, "an amount in yuan of 0 or more", limits="0..")
    for name, value in (("queen_purchases", queen_purchases), ("goddess_purchases", goddess_purchases)):
        read_number(value, name, "at least 1 purchase", limits="1..", whole=True)
    if queen_cny < goddess_cny or queen_purchases < goddess_purchases:
        raise ValueError("queen_cny, queen_purchases: expected limits of at least those of the Goddess card.")
    names = ["customer_id", "purchased_at", "amount_cny", "margin_cny"]
    rows = take_columns(purchases, "receipts", names, once="receipt_id").dropna(subset=["customer_id"])
    start = end - pd.Timedelta(days=length)
    rows = rows[rows["purchased_at"].between(start, end, inclusive="left")].astype({"customer_id": "int64"})
    if rows.empty:
        raise TableError(f"receipts: no customer bought in the {length} days. Repair: choose another day.")
    groups = rows.groupby("customer_id")
    found = groups[["amount_cny", "margin_cny"]].sum().assign(purchases=groups.size())
    spent = found["amount_cny"].round(2)
    queen = (spent >= queen_cny) | (found["purchases"] >= queen_purchases)
    goddess = (spent >= goddess_cny) | (found["purchases"] >= goddess_purchases)
    codes = pd.Series(np.select([queen, goddess], [0, 1], 2), index=found.index)
    return found.assign(card=name_classes(codes, CARDS, "card"))


def cost_cards(
    cards: pd.DataFrame, *, queen_gifts_cny: float = 400.0, goddess_gifts_cny: float = 80.0
) -> pd.DataFrame:
    """What the benefits of each card cost in a year, and how much more must be sold to pay for them (F-16).

    cards: as from `assign_cards`. Course: discount 10 and 5 % on everything, three and two times the points
    (a point is worth 0.05 yuan, normal points are given anyway). Gifts, lessons and magazine a customer are
    our assumption. Columns: card, customers, amount_cny, margin_cny, discount_cny, points_cny, gifts_cny,
    cost_cny, cost_share (of margin), lift_needed: by which share these customers must buy more, at the same
    margin, until what is left equals today's margin; missing where the discount takes all margin of a sale.

    >>> cards = pd.DataFrame({"amount_cny": [4000.0], "margin_cny": [1200.0], "purchases": [9],
    ...                       "card": ["Queen"]}, index=[1])
    >>> cost_cards(cards).loc[0, ["discount_cny", "points_cny", "gifts_cny", "cost_cny"]].tolist()
    [400.0, 36.0, 400.0, 836.0]
    >>> cost_cards(cards).loc[0, "lift_needed"].round(2)  # (1200 + 400) / (1200 − 436) − 1
    np.float64(1.09)
    """
    gifts = {"Queen": queen_gifts_cny, "Goddess": goddess_gifts_cny, "Charming Woman": 0.0}
    for name in ("queen_gifts_cny", "goddess_gifts_cny"):
        value = queen_gifts_cny if name.startswith("queen") else goddess_gifts_cny
        read_number(value, name, "an amount in yuan of 0 or more", limits="0..")
    taken = take_by_customer(cards, ASSIGNED, ["amount_cny", "margin_cny", "purchases", "card"])
    groups = taken.groupby(taken["card"].astype(str))
    table = groups[["amount_cny", "margin_cny"]].sum()
    table.insert(0, "customers", groups.size())
    table = table.reindex([card for card in CARDS if card in table.index]).rename_axis("card")
    benefits = BENEFITS.reindex(table.index)
    table["discount_cny"] = table["amount_cny"] * benefits["discount_share"]
    paid = table["amount_cny"] - table["discount_cny"]
    table["points_cny"] = paid * (benefits["points_factor"] - 1) * COURSE_RULES.net_rebate
    table["gifts_cny"] = table["customers"] * pd.Series(gifts).reindex(table.index)
    table["cost_cny"] = table[["discount_cny", "points_cny", "gifts_cny"]].sum(axis=1)
    margin, left = table["margin_cny"], table["margin_cny"] - table["discount_cny"] - table["points_cny"]
    table["cost_share"] = (table["cost_cny"] / margin).where(margin > 0)
    table["lift_needed"] = ((margin + table["gifts_cny"]) / left - 1).where((left > 0) & (margin > 0))
    return table.reset_index()


def follow_cards(purchases: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 365) -> pd.DataFrame:
    """What customers with each card would do in the next year if there were no cards at all (F-16).

    The cards are given by the first of two periods of days; the second, which ends with as_of, is only
    watched. What the groups differ by is selection, since nobody has got anything. Columns: card, customers,
    this_cny (mean spending of the first period), next_cny, low, high (of the second, zero included), kept,
    kept_low, kept_high (share who would get at least the same card again). Errors as `assign_cards`; a card
    with a single customer is left out.

    >>> days = pd.to_datetime(["2024-06-01", "2025-06-01"] * 2)
    >>> bought = pd.DataFrame({"customer_id": [1, 1, 2, 2], "purchased_at": days, "margin_cny": 9.0,
    ...                        "amount_cny": [4000.0, 3000.0, 5000.0, 4000.0]})
    >>> follow_cards(bought, as_of="2025-12-31")[["card", "this_cny", "next_cny", "kept"]]
        card  this_cny  next_cny  kept
    0  Queen    4500.0    3500.0   0.5
    """
    day = read_date(as_of, "as_of")
    read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    before = assign_cards(purchases, as_of=day - pd.Timedelta(days=int(days)), days=days)
    after = assign_cards(purchases, as_of=day, days=days).reindex(before.index)
    spent = after["amount_cny"].fillna(0.0)
    again = after["card"].cat.codes.where(after["card"].notna(), len(CARDS)) <= before["card"].cat.codes
    rows = []
    for card in CARDS:
        group = before["card"] == card
        if group.sum() < 2:
            continue
        later = estimate_mean(spent[group], unit="yuan")
        kept = estimate_share(int(again[group].sum()), int(group.sum()))
        mean = before.loc[group, "amount_cny"].mean()
        found = (later.value, later.low, later.high, kept.value, kept.low, kept.high)
        rows.append((card, int(group.sum()), mean, *found))
    if not rows:
        raise TableError(
            "receipts: no card has two customers in the first period. Repair: take more receipts."
        )
    names = ["card", "customers", "this_cny", "next_cny", "low", "high", "kept", "kept_low", "kept_high"]
    return pd.DataFrame(rows, columns=names)


def measure_points_liability(
    points: pd.DataFrame, *, as_of: str | pd.Timestamp, silent_days: int = 365
) -> pd.DataFrame:
    """What the firm owes its members in points on a day, and who holds them: a liability (F-16, F-17).

    points: customer_id, booked_on, kind, points; bookings up to as_of count. Active members earned points by
    a purchase in the last silent_days, silent ones did not. Columns: group, members (with points), points,
    value_cny (0.05 yuan each), share (of all open points). Negative balances count as zero. Raises
    TableError for wrong columns or if nothing was booked.

    >>> points = pd.DataFrame({"customer_id": [7, 8], "points": [40, 60], "kind": ["purchase"] * 2,
    ...                        "booked_on": pd.to_datetime(["2023-02-01", "2025-11-01"])})
    >>> measure_points_liability(points, as_of="2025-12-31")
        group  members  points  value_cny  share
    0  active        1      60        3.0    0.6
    1  silent        1      40        2.0    0.4
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    days = read_number(silent_days, "silent_days", "at least 1 day", limits="1..", whole=True)
    names = ["customer_id", "booked_on", "kind", "points"]
    rows = take_columns(points, "points", names, once="booking_id")
    rows = rows[rows["booked_on"] < end]
    if rows.empty:
        raise TableError("points: nothing was booked up to as_of. Repair: choose a later day.")
    open_points = rows.groupby("customer_id")["points"].sum().clip(lower=0)
    recent = rows[(rows["kind"] == "purchase") & (rows["booked_on"] >= end - pd.Timedelta(days=int(days)))]
    active = open_points.index.isin(recent["customer_id"])
    table = []
    for name, group in (("active", open_points[active]), ("silent", open_points[~active])):
        total = int(group.sum())
        share = total / max(1, int(open_points.sum()))
        table.append((name, int((group > 0).sum()), total, total * COURSE_RULES.point_value_cny, share))
    return pd.DataFrame(table, columns=["group", "members", "points", "value_cny", "share"])
