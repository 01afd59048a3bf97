"""Laws of the wholesaler's tables: what ties columns and tables together, beyond their descriptions.

A table of which the description says everything (the rivals' bids) is not in `WHOLESALE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from crmlib.tables.laws import Law, Laws, Others, begins_period, in_order


def _check_accounts(accounts: pd.DataFrame, others: Others) -> Iterator[Law]:
    """None is promised a fast delivery before it is an account."""
    yield in_order(accounts, "since_on", "delivery_promised_on")


def _check_orders(orders: pd.DataFrame, others: Others) -> Iterator[Law]:
    """The amount is tonnes times price, and payment is due after delivery."""
    yield in_order(orders, "purchased_at", "delivered_on")
    yield in_order(orders, "delivered_on", "due_on")
    product = orders["tonnes"] * orders["price_cny_per_tonne"]
    yield Law(
        "amount_cny",
        (orders["amount_cny"] - product).abs() <= 0.01 + 1e-6 * product,
        "tonnes × price_cny_per_tonne",
        "compute it: frame.tonnes * frame.price_cny_per_tonne, or correct tonnes or price.",
    )


def _check_visits(visits: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Each sales visit goes to an account or to a lead, never to both."""
    yield Law(
        "lead_id",
        visits["customer_id"].notna() != visits["lead_id"].notna(),
        "either a customer_id or a lead_id",
        "fill in one of the two and leave the other empty.",
    )


def _check_contracts(contracts: pd.DataFrame, others: Others) -> Iterator[Law]:
    """None ends before it is signed."""
    yield in_order(contracts, "signed_on", "ends_on")


def _check_leads(leads: pd.DataFrame, others: Others) -> Iterator[Law]:
    """Stages have dates in their order, won leads an account, lost leads a reason."""
    for stage in range(1, 6):
        yield Law(
            f"stage_{stage}_on",
            leads[f"stage_{stage}_on"].notna() == (leads["stage"] >= stage),
            f"a date if stage is {stage} or higher, none if it is lower",
            f"correct stage or stage_{stage}_on.",
        )
    for stage in range(1, 5):
        yield in_order(leads, f"stage_{stage}_on", f"stage_{stage + 1}_on")
    for column, outcome in (("customer_id", "won"), ("drop_reason", "lost")):
        yield Law(
            column,
            leads[column].notna() == (leads["outcome"] == outcome),
            f"filled in for {outcome} leads, empty for the others",
            f"correct outcome or {column}.",
        )


def _check_market_prices(prices: pd.DataFrame, others: Others) -> Iterator[Law]:
    """A week is written as its Monday."""
    yield begins_period(prices, "week", "W")


def _check_wallets(wallets: pd.DataFrame, others: Others) -> Iterator[Law]:
    """A quarter is written as its first day."""
    yield begins_period(wallets, "quarter", "Q")


WHOLESALE: Mapping[str, Laws] = {
    "accounts": _check_accounts,
    "orders": _check_orders,
    "visits": _check_visits,
    "contracts": _check_contracts,
    "leads": _check_leads,
    "market_prices": _check_market_prices,
    "wallets": _check_wallets,
}
