"""From what happened to what the tills wrote down: receipts, lines, returns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import arrays_of, label, optional_ids
from crmlib.simulation.retail.baskets import FEN
from crmlib.simulation.retail.calendar import DayCalendar
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.state import EXTRA, MemberHistory

CHANNELS = ("store", "online")
RETURN_REASONS = ("defect", "wrong_item", "changed_mind", "allergy")
REASON_SHARES = (0.42, 0.18, 0.30, 0.10)
WHOLE_RECEIPT_SHARE = 0.35


def number_receipts(history: MemberHistory, first_id: int) -> pd.DataFrame:
    """The visits that happened, in order of time, with receipt_id, amount (fen) and carded.

    The index is the row of the visit.
    """
    visits = history.visits[history.visits["happens"]]
    visits = visits.iloc[np.lexsort((visits["minute"], visits["day"]))]
    return visits.assign(
        receipt_id=first_id + np.arange(len(visits)),
        amount=visits["goods"] - visits["discount"],
        carded=visits["kind"] <= EXTRA,
    )


def tell_receipts(chain: Chain, visits: pd.DataFrame, first_customer: int) -> pd.DataFrame:
    """The table `receipts`, from numbered visits."""
    rule = chain.world.retail.baskets
    columns = arrays_of(visits)
    amount, online = columns["amount"] / FEN, columns["online"]
    freight = np.where(online & (amount < rule.freight_free_from_cny), rule.freight_cny, 0.0)
    return pd.DataFrame(
        {
            "receipt_id": columns["receipt_id"],
            "customer_id": optional_ids(first_customer + columns["person"], columns["carded"]),
            "store_id": chain.stores["store_id"].to_numpy()[columns["store"]],
            "channel": label(online.astype(int), CHANNELS),
            "purchased_at": chain.calendar.times(columns["day"], columns["minute"]),
            "dispatched_on": chain.calendar.dates(columns["dispatched"]),
            "amount_cny": amount,
            "discount_cny": columns["discount"] / FEN,
            "freight_cny": freight,
            "points_redeemed": columns["redeemed"],
            "margin_cny": (columns["amount"] - columns["cost"]) / FEN,
        }
    )


def tell_lines(chain: Chain, history: MemberHistory, visits: pd.DataFrame) -> pd.DataFrame:
    """The table `receipt_lines`, by receipt and product."""
    receipt = np.zeros(len(history.visits), dtype=np.int64)
    receipt[visits.index.to_numpy()] = visits["receipt_id"].to_numpy()
    lines = arrays_of(history.lines)
    number = receipt[lines["visit"]]
    rows = np.flatnonzero(number)
    rows = rows[np.argsort(number[rows], kind="stable")]  # products are in order within a visit already
    return pd.DataFrame(
        {
            "receipt_id": number[rows],
            "product_id": chain.assortment.frame["product_id"].to_numpy()[lines["product"][rows]],
            "quantity": lines["quantity"][rows],
            "unit_price_cny": lines["price"][rows] / FEN,
            "on_promotion": lines["promoted"][rows],
        }
    )


def draw_returns(calendar: DayCalendar, visits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Goods that came back: all of a receipt or its first line, 4 to 30 days after dispatch.

    One row a return: receipt_id, person, carded, day (of the purchase), requested (day), before_fen and
    after_fen (goods value that the customer keeps), reason (number).
    """
    back = visits[visits["returned"]]
    whole = rng.random(len(back)) < WHOLE_RECEIPT_SHARE
    requested = back["dispatched"].to_numpy() + rng.integers(4, 31, len(back))
    amount, goods = back["amount"].to_numpy(), back["goods"].to_numpy()
    line = np.rint(back["first_line"].to_numpy() * (amount / np.maximum(goods, 1))).astype(np.int64)
    value = np.where(whole, amount, np.minimum(line, amount))
    reason = rng.choice(len(RETURN_REASONS), size=len(back), p=REASON_SHARES)
    returns = back[["receipt_id", "person", "carded", "day"]].assign(
        requested=requested, before_fen=amount, after_fen=amount - value, reason=reason
    )
    returns = returns[(requested < calendar.days) & (value > 0)]
    return returns.sort_values(["requested", "receipt_id"], kind="stable", ignore_index=True)


def tell_returns(
    calendar: DayCalendar, returns: pd.DataFrame, first_customer: int, first_id: int
) -> pd.DataFrame:
    """The table `returns`."""
    person, carded = returns["person"].to_numpy(), returns["carded"].to_numpy()
    return pd.DataFrame(
        {
            "return_id": first_id + np.arange(len(returns)),
            "receipt_id": returns["receipt_id"],
            "customer_id": optional_ids(first_customer + person, carded),
            "requested_on": calendar.dates(returns["requested"].to_numpy()),
            "amount_cny": (returns["before_fen"] - returns["after_fen"]) / FEN,
            "reason": label(returns["reason"].to_numpy(), RETURN_REASONS),
        }
    )
