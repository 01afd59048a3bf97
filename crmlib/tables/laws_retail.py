"""Checks of the chain's tables: the description, and the laws that tie columns and tables together.

Every function takes a table, leaves it as it is and returns a new one in the described types: columns in
their order, further columns after them. It raises `TableError` (a ValueError) or `TableTypeError` (also a
TypeError) at the first problem. Other tables are compared only if they are given.
"""

from __future__ import annotations

import pandas as pd

from crmlib.tables.check import check_table, require, require_after_joining, require_order


def check_stores(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the stores; the level of competition must follow from the number of rivals.

    >>> from crmlib.tables import example_rows
    >>> check_stores(example_rows("stores"))[["store_id", "rivals", "competition"]]
       store_id  rivals competition
    0         1       0         low
    1         2       0         low
    """
    checked = check_table(frame, "stores")
    bands = pd.cut(checked["rivals"], [-1, 0, 2, 4], labels=["low", "medium", "high"])
    require(
        checked,
        "stores",
        "competition",
        bands.astype("object") == checked["competition"].astype("object"),
        expected="low without a rival, medium with 1 or 2, high with 3 or 4",
        repair="correct rivals or competition.",
    )
    return checked


def check_products(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the products.

    >>> from crmlib.tables import example_rows
    >>> check_products(example_rows("products"))["product_id"].tolist()
    [1001, 1002]
    """
    return check_table(frame, "products")


def check_members(frame: pd.DataFrame, *, stores: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the members; nobody activates the card before joining or is recommended by herself.

    >>> from crmlib.tables import example_rows
    >>> check_members(example_rows("members"), stores=example_rows("stores"))["customer_id"].tolist()
    [100001, 100002]
    """
    checked = check_table(frame, "members", others={"stores": stores})
    require_order(checked, "members", "joined_on", "activated_on")
    require(
        checked,
        "members",
        "referred_by",
        checked["referred_by"] != checked["customer_id"],
        expected="another member",
        repair="leave referred_by empty.",
    )
    return checked


def check_receipts(
    frame: pd.DataFrame, *, members: pd.DataFrame | None = None, stores: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the receipts; goods leave on the day of purchase or later, and no member buys before joining.

    >>> from crmlib.tables import example_rows
    >>> receipts = check_receipts(example_rows("receipts"), members=example_rows("members"))
    >>> receipts["amount_cny"].dtype
    dtype('float64')
    """
    checked = check_table(frame, "receipts", others={"members": members, "stores": stores})
    require_order(checked, "receipts", "purchased_at", "dispatched_on")
    require(
        checked,
        "receipts",
        "points_redeemed",
        (checked["points_redeemed"] == 0) | checked["customer_id"].notna(),
        expected="0 points on a receipt without a card",
        repair="set points_redeemed to 0, or fill in the customer_id.",
    )
    require_after_joining(checked, "receipts", "purchased_at", members)
    return checked


def check_receipt_lines(
    frame: pd.DataFrame, *, receipts: pd.DataFrame | None = None, products: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the lines of the receipts; every product stands once on a receipt, with its quantity.

    >>> from crmlib.tables import example_rows
    >>> len(check_receipt_lines(example_rows("receipt_lines"), products=example_rows("products")))
    2
    """
    return check_table(frame, "receipt_lines", others={"receipts": receipts, "products": products})


def check_returns(
    frame: pd.DataFrame, *, receipts: pd.DataFrame | None = None, members: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the returns; nothing comes back before it was bought, and not more than was paid.

    >>> from crmlib.tables import example_rows
    >>> check_returns(example_rows("returns"))["reason"].tolist()
    ['defect', 'defect']
    """
    checked = check_table(frame, "returns", others={"receipts": receipts, "members": members})
    if receipts is None:
        return checked
    bought = receipts.set_index("receipt_id").loc[checked["receipt_id"]].set_axis(checked.index)
    require(
        checked,
        "returns",
        "requested_on",
        checked["requested_on"] >= bought["purchased_at"].dt.normalize(),
        expected="a day on which the goods had been bought, or later",
        repair="look for day and month exchanged in requested_on, or for a wrong receipt_id.",
    )
    returned = checked.groupby("receipt_id")["amount_cny"].transform("sum")
    require(
        checked,
        "returns",
        "amount_cny",
        returned <= bought["amount_cny"] + 0.005,
        expected="for all returns of a receipt together, at most the amount of the receipt",
        repair="correct amount_cny or receipt_id.",
    )
    return checked


def check_points(
    frame: pd.DataFrame, *, members: pd.DataFrame | None = None, receipts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the bookings of points; redemptions, returns and expiries take points off, all others add some.

    >>> from crmlib.tables import example_rows
    >>> check_points(example_rows("points"))["kind"].tolist()
    ['opening', 'opening']
    """
    checked = check_table(frame, "points", others={"members": members, "receipts": receipts})
    takes_off = checked["kind"].isin(["redemption", "return", "expiry"])
    require(
        checked,
        "points",
        "points",
        (checked["points"] <= 0).where(takes_off, checked["points"] >= 0),
        expected="negative points for redemption, return and expiry, positive points for the other kinds",
        repair="correct the sign or the kind.",
    )
    require_after_joining(checked, "points", "booked_on", members)
    return checked


def check_surveys(frame: pd.DataFrame, *, members: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the surveys; whoever answers gives all four scores, whoever does not gives none.

    >>> from crmlib.tables import example_rows
    >>> check_surveys(example_rows("surveys"))["satisfaction"].isna().tolist()
    [True, True]
    """
    checked = check_table(frame, "surveys", others={"members": members})
    require_order(checked, "surveys", "invited_on", "answered_on")
    for score in ("satisfaction", "trust", "recommend", "intention"):
        require(
            checked,
            "surveys",
            score,
            checked[score].notna() == checked["answered_on"].notna(),
            expected="a score if answered_on is filled in, none if it is empty",
            repair=f"fill in {score} or answered_on, or leave these rows out.",
        )
    require_after_joining(checked, "surveys", "invited_on", members)
    return checked


def check_complaints(
    frame: pd.DataFrame, *, members: pd.DataFrame | None = None, receipts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the complaints; steps follow one another, and a closed complaint has an outcome.

    >>> from crmlib.tables import example_rows
    >>> len(check_complaints(example_rows("complaints"), members=example_rows("members")))
    2
    """
    checked = check_table(frame, "complaints", others={"members": members, "receipts": receipts})
    for later in ("acknowledged_at", "offered_at", "closed_at"):
        require_order(checked, "complaints", "opened_at", later)
    require_order(checked, "complaints", "acknowledged_at", "closed_at")
    require(
        checked,
        "complaints",
        "outcome",
        checked["outcome"].notna() | checked["closed_at"].isna(),
        expected="an outcome for every closed complaint",
        repair="fill in outcome, or leave closed_at empty.",
    )
    require_after_joining(checked, "complaints", "opened_at", members)
    return checked


def check_campaigns(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the campaigns; none ends before it starts.

    >>> from crmlib.tables import example_rows
    >>> check_campaigns(example_rows("campaigns"))["outcome_days"].tolist()
    [1, 1]
    """
    checked = check_table(frame, "campaigns")
    require_order(checked, "campaigns", "started_on", "ended_on")
    return checked


def check_contacts(
    frame: pd.DataFrame, *, members: pd.DataFrame | None = None, campaigns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check who was in which campaign; the control arm is never contacted and costs nothing.

    >>> from crmlib.tables import example_rows
    >>> check_contacts(example_rows("contacts"))["contacted_on"].isna().tolist()
    [True, True]
    """
    checked = check_table(frame, "contacts", others={"members": members, "campaigns": campaigns})
    require(
        checked,
        "contacts",
        "contacted_on",
        checked["contacted_on"].isna() | (checked["arm"] != "control"),
        expected="no contact in the arm control",
        repair="correct the arm, or leave contacted_on empty.",
    )
    require_after_joining(checked, "contacts", "contacted_on", members)
    return checked


def check_store_trials(
    frame: pd.DataFrame, *, stores: pd.DataFrame | None = None, campaigns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the trials in stores; none ends before it starts.

    >>> from crmlib.tables import example_rows
    >>> check_store_trials(example_rows("store_trials"))["arm"].tolist()
    ['control', 'control']
    """
    checked = check_table(frame, "store_trials", others={"stores": stores, "campaigns": campaigns})
    require_order(checked, "store_trials", "started_on", "ended_on")
    return checked


def check_marketing_costs(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the marketing costs; a month is written as its first day.

    >>> from crmlib.tables import example_rows
    >>> check_marketing_costs(example_rows("marketing_costs"))["purpose"].tolist()
    ['acquisition', 'retention']
    """
    checked = check_table(frame, "marketing_costs")
    require(
        checked,
        "marketing_costs",
        "month",
        checked["month"].dt.is_month_start,
        expected="the first day of a month",
        repair='frame["month"].dt.to_period("M").dt.start_time.',
    )
    return checked


def check_exits(frame: pd.DataFrame, *, members: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the exit interviews; nobody is asked before joining.

    >>> from crmlib.tables import example_rows
    >>> check_exits(example_rows("exits"), members=example_rows("members"))["stated_reason"].tolist()
    ['moved', 'moved']
    """
    checked = check_table(frame, "exits", others={"members": members})
    require_after_joining(checked, "exits", "asked_on", members)
    return checked


def check_queues(frame: pd.DataFrame, *, stores: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the queues; no store opens more tills than it has.

    >>> from crmlib.tables import example_rows
    >>> check_queues(example_rows("queues"), stores=example_rows("stores"))["tills_open"].tolist()
    [0, 0]
    """
    checked = check_table(frame, "queues", others={"stores": stores})
    if stores is not None:
        require(
            checked,
            "queues",
            "tills_open",
            checked["tills_open"] <= checked["store_id"].map(stores.set_index("store_id")["tills"]),
            expected="at most the tills of the store",
            repair="correct tills_open or store_id.",
        )
    return checked


def check_panel(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the market research panel; money is spent where something is bought, and only there.

    >>> from crmlib.tables import example_rows
    >>> check_panel(example_rows("panel"))["chain"].tolist()
    ['osmanthus', 'rival_a']
    """
    checked = check_table(frame, "panel")
    require(
        checked,
        "panel",
        "quarter",
        checked["quarter"].dt.is_quarter_start,
        expected="the first day of a quarter",
        repair='frame["quarter"].dt.to_period("Q").dt.start_time.',
    )
    require(
        checked,
        "panel",
        "amount_cny",
        (checked["amount_cny"] > 0) == (checked["purchases"] > 0),
        expected="an amount above 0 with purchases, 0 without",
        repair="correct purchases or amount_cny.",
    )
    return checked
