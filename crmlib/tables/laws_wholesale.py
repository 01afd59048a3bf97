"""Checks of the wholesaler's tables: the description, and the laws that tie columns and tables together.

Every function takes a table, leaves it as it is and returns a new one in the described types, as in
`crmlib.tables.laws_retail`.
"""

from __future__ import annotations

import pandas as pd

from crmlib.tables.check import check_table, require, require_order


def check_accounts(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the business accounts.

    >>> from crmlib.tables import example_rows
    >>> check_accounts(example_rows("accounts"))["customer_id"].tolist()
    [501, 502]
    """
    return check_table(frame, "accounts")


def check_orders(frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the orders; the amount is tonnes times price, and payment is due after delivery.

    >>> from crmlib.tables import example_rows
    >>> check_orders(example_rows("orders"), accounts=example_rows("accounts"))["amount_cny"].tolist()
    [1.0, 1.0]
    """
    checked = check_table(frame, "orders", others={"accounts": accounts})
    require_order(checked, "orders", "purchased_at", "delivered_on")
    require_order(checked, "orders", "delivered_on", "due_on")
    product = checked["tonnes"] * checked["price_cny_per_tonne"]
    require(
        checked,
        "orders",
        "amount_cny",
        (checked["amount_cny"] - product).abs() <= 0.01 + 1e-6 * product,
        expected="tonnes × price_cny_per_tonne",
        repair="compute it: frame.tonnes * frame.price_cny_per_tonne, or correct tonnes or price.",
    )
    return checked


def check_visits(
    frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None, leads: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the sales visits; each goes to an account or to a lead, never to both.

    >>> from crmlib.tables import example_rows
    >>> check_visits(example_rows("visits"))["purpose"].tolist()
    ['routine', 'routine']
    """
    checked = check_table(frame, "visits", others={"accounts": accounts, "leads": leads})
    require(
        checked,
        "visits",
        "lead_id",
        checked["customer_id"].notna() != checked["lead_id"].notna(),
        expected="either a customer_id or a lead_id",
        repair="fill in one of the two and leave the other empty.",
    )
    return checked


def check_contracts(frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the contracts; none ends before it is signed.

    >>> from crmlib.tables import example_rows
    >>> check_contracts(example_rows("contracts"))["kind"].tolist()
    ['framework', 'framework']
    """
    checked = check_table(frame, "contracts", others={"accounts": accounts})
    require_order(checked, "contracts", "signed_on", "ends_on")
    return checked


def check_leads(frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the leads; stages have dates in their order, won leads an account, lost leads a reason.

    >>> from crmlib.tables import example_rows
    >>> check_leads(example_rows("leads"))["outcome"].tolist()
    ['open', 'open']
    """
    checked = check_table(frame, "leads", others={"accounts": accounts})
    for stage in range(1, 6):
        require(
            checked,
            "leads",
            f"stage_{stage}_on",
            checked[f"stage_{stage}_on"].notna() == (checked["stage"] >= stage),
            expected=f"a date if stage is {stage} or higher, none if it is lower",
            repair=f"correct stage or stage_{stage}_on.",
        )
    for stage in range(1, 5):
        require_order(checked, "leads", f"stage_{stage}_on", f"stage_{stage + 1}_on")
    for column, outcome in (("customer_id", "won"), ("drop_reason", "lost")):
        require(
            checked,
            "leads",
            column,
            checked[column].notna() == (checked["outcome"] == outcome),
            expected=f"filled in for {outcome} leads, empty for the others",
            repair=f"correct outcome or {column}.",
        )
    return checked


def check_competitor_bids(frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check the rivals' offers.

    >>> from crmlib.tables import example_rows
    >>> check_competitor_bids(example_rows("competitor_bids"))["outcome"].tolist()
    ['kept', 'kept']
    """
    return check_table(frame, "competitor_bids", others={"accounts": accounts})


def check_market_prices(frame: pd.DataFrame) -> pd.DataFrame:
    """Check the market prices; a week is written as its Monday.

    >>> from crmlib.tables import example_rows
    >>> check_market_prices(example_rows("market_prices"))["product"].tolist()
    ['diesel', 'petrol']
    """
    checked = check_table(frame, "market_prices")
    require(
        checked,
        "market_prices",
        "week",
        checked["week"].dt.day_of_week == 0,
        expected="a Monday",
        repair='frame["week"].dt.to_period("W").dt.start_time.',
    )
    return checked


def check_wallets(frame: pd.DataFrame, *, accounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check what the accounts need and buy; a quarter is written as its first day.

    >>> from crmlib.tables import example_rows
    >>> check_wallets(example_rows("wallets"))["customer_id"].tolist()
    [501, 502]
    """
    checked = check_table(frame, "wallets", others={"accounts": accounts})
    require(
        checked,
        "wallets",
        "quarter",
        checked["quarter"].dt.is_quarter_start,
        expected="the first day of a quarter",
        repair='frame["quarter"].dt.to_period("Q").dt.start_time.',
    )
    return checked
