"""Laws of the chain's tables: what ties columns and tables together, beyond their descriptions.

Tables of which the description says everything (products, the lines of the receipts) are not in `RETAIL`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from crmlib.tables.laws import Law, Laws, Others, after_joining, begins_period, in_order

CENT = 0.005  # amounts are kept in whole hundredths of a yuan


def _check_stores(stores: pd.DataFrame, others: Others) -> Iterator[Law]:
    """The level of competition follows from the number of rivals."""
    bands = pd.cut(stores["rivals"], [-1, 0, 2, 4], labels=["low", "medium", "high"])
    yield Law(
        "competition",
        bands.astype("object") == stores["competition"].astype("object"),
        "low without a rival, medium with 1 or 2, high with 3 or 4",
        "correct rivals or competition.",
    )


def _check_members(members: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Nobody activates the card before joining or is recommended by herself or by somebody who came later.

    With the receipts: a membership begins with the first receipt.
    """
    yield in_order(members, "joined_on", "activated_on")
    refers_to_other = members["referred_by"] != members["customer_id"]
    yield Law("referred_by", refers_to_other, "another member", "leave referred_by empty.")
    if "members" in others:
        joined = others["members"].set_index("customer_id")["joined_on"]
        yield Law(
            "referred_by",
            members["referred_by"].isna() | (members["referred_by"].map(joined) <= members["joined_on"]),
            "a known member who joined on the same day or earlier",
            "correct referred_by or leave it empty.",
        )
    if "receipts" in others:
        first = others["receipts"].groupby("customer_id")["purchased_at"].min().dt.normalize()
        yield Law(
            "joined_on",
            members["customer_id"].map(first) == members["joined_on"],
            "the day of the member's first receipt",
            "take all receipts of all these members, or correct joined_on.",
        )


def _check_receipts(receipts: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Goods leave on the day of purchase or later, and no member buys before joining.

    With the lines: amount_cny = sum of quantity × unit price − discount_cny; with the products as well:
    margin_cny = amount_cny − sum of quantity × unit cost.
    """
    yield in_order(receipts, "purchased_at", "dispatched_on")
    yield Law(
        "points_redeemed",
        (receipts["points_redeemed"] == 0) | receipts["customer_id"].notna(),
        "0 points on a receipt without a card",
        "set points_redeemed to 0, or fill in the customer_id.",
    )
    yield from after_joining(receipts, "purchased_at", others)
    if "receipt_lines" not in others:
        return
    lines = others["receipt_lines"]
    goods = _add_lines(receipts, lines, lines["unit_price_cny"]) - receipts["discount_cny"]
    words = "sum of quantity × unit_price_cny of the lines, less discount_cny"
    yield _equals_sum(receipts, "amount_cny", goods, words)
    if "products" in others:
        unit_cost = lines["product_id"].map(others["products"].set_index("product_id")["unit_cost_cny"])
        margin = receipts["amount_cny"] - _add_lines(receipts, lines, unit_cost)
        words = "amount_cny less the sum of quantity × unit_cost_cny"
        yield _equals_sum(receipts, "margin_cny", margin, words)


def _add_lines(receipts: pd.DataFrame, lines: pd.DataFrame, each: pd.Series[float]) -> pd.Series[float]:
    """What the lines of each receipt add up to; 0 without a line."""
    sums = (lines["quantity"] * each).groupby(lines["receipt_id"]).sum()
    return receipts["receipt_id"].map(sums).fillna(0.0)


def _equals_sum(receipts: pd.DataFrame, column: str, expected: pd.Series[float], words: str) -> Law:
    """A column of the receipts equals what the lines add up to, to the cent."""
    holds = (receipts[column] - expected).abs() <= CENT + 1e-9 * expected.abs()
    first = f" ({expected[~holds].iloc[0]:.2f} for the first)" if not holds.all() else ""
    return Law(column, holds, words + first, "correct the receipt or its lines.")


def _check_returns(returns: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Nothing comes back before it was bought, and not more than was paid."""
    if "receipts" not in others:
        return
    bought = others["receipts"].set_index("receipt_id").loc[returns["receipt_id"]].set_axis(returns.index)
    yield Law(
        "requested_on",
        returns["requested_on"] >= bought["purchased_at"].dt.normalize(),
        "a day on which the goods had been bought, or later",
        "look for day and month exchanged in requested_on, or for a wrong receipt_id.",
    )
    returned = returns.groupby("receipt_id")["amount_cny"].transform("sum")
    yield Law(
        "amount_cny",
        returned <= bought["amount_cny"] + CENT,
        "for all returns of a receipt together, at most the amount of the receipt",
        "correct amount_cny or receipt_id.",
    )


def _check_points(points: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Redemptions, returns and expiries take points off, all others add some."""
    takes_off = points["kind"].isin(["redemption", "return", "expiry"])
    yield Law(
        "points",
        (points["points"] <= 0).where(takes_off, points["points"] >= 0),
        "negative points for redemption, return and expiry, positive points for the other kinds",
        "correct the sign or the kind.",
    )
    yield from after_joining(points, "booked_on", others)


def _check_surveys(surveys: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Whoever answers gives all four scores, whoever does not gives none."""
    yield in_order(surveys, "invited_on", "answered_on")
    for score in ("satisfaction", "trust", "recommend", "intention"):
        yield Law(
            score,
            surveys[score].notna() == surveys["answered_on"].notna(),
            "a score if answered_on is filled in, none if it is empty",
            f"fill in {score} or answered_on, or leave these rows out.",
        )
    yield from after_joining(surveys, "invited_on", others)


def _check_complaints(complaints: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Steps follow one another, and a closed complaint has an outcome."""
    for later in ("acknowledged_at", "offered_at", "closed_at"):
        yield in_order(complaints, "opened_at", later)
    yield in_order(complaints, "acknowledged_at", "closed_at")
    yield Law(
        "outcome",
        complaints["outcome"].notna() | complaints["closed_at"].isna(),
        "an outcome for every closed complaint",
        "fill in outcome, or leave closed_at empty.",
    )
    yield from after_joining(complaints, "opened_at", others)


def _check_spans(frame: pd.DataFrame, others: Others) -> Iterator[Law]:
    """A campaign, or a trial in a store, does not end before it starts."""
    yield in_order(frame, "started_on", "ended_on")


def _check_contacts(contacts: pd.DataFrame, others: Others) -> Iterator[Law]:
    """The control arm is never contacted."""
    yield Law(
        "contacted_on",
        contacts["contacted_on"].isna() | (contacts["arm"] != "control"),
        "no contact in the arm control",
        "correct the arm, or leave contacted_on empty.",
    )
    yield from after_joining(contacts, "contacted_on", others)


def _check_marketing_costs(costs: pd.DataFrame, others: Others) -> Iterator[Law]:
    """A month is written as its first day."""
    yield begins_period(costs, "month", "M")


def _check_exits(exits: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Nobody is asked before joining."""
    yield from after_joining(exits, "asked_on", others)


def _check_queues(queues: pd.DataFrame, others: Others) -> Iterator[Law]:
    """No store opens more tills than it has."""
    if "stores" in others:
        tills = queues["store_id"].map(others["stores"].set_index("store_id")["tills"])
        fits = queues["tills_open"] <= tills
        yield Law("tills_open", fits, "at most the tills of the store", "correct tills_open or store_id.")


def _check_panel(panel: pd.DataFrame, others: Others) -> Iterator[Law]:
    """A quarter is written as its first day; money is spent where something is bought, and only there."""
    yield begins_period(panel, "quarter", "Q")
    yield Law(
        "amount_cny",
        (panel["amount_cny"] > 0) == (panel["purchases"] > 0),
        "an amount above 0 with purchases, 0 without",
        "correct purchases or amount_cny.",
    )


RETAIL: Mapping[str, Laws] = {
    "stores": _check_stores,
    "members": _check_members,
    "receipts": _check_receipts,
    "returns": _check_returns,
    "points": _check_points,
    "surveys": _check_surveys,
    "complaints": _check_complaints,
    "campaigns": _check_spans,
    "contacts": _check_contacts,
    "store_trials": _check_spans,
    "marketing_costs": _check_marketing_costs,
    "exits": _check_exits,
    "queues": _check_queues,
    "panel": _check_panel,
}
