"""Laws that need several tables at once: what a receipt adds up to, and where a membership begins."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.tables import laws_retail as retail
from crmlib.tables import laws_wholesale as wholesale
from crmlib.tables.check import require
from crmlib.tables.errors import TableError

CHECKS: dict[str, Callable[..., pd.DataFrame]] = {
    name.removeprefix("check_"): function
    for module in (retail, wholesale)
    for name, function in vars(module).items()
    if name.startswith("check_") and name != "check_table"
}
CENT = 0.005  # amounts are kept in whole hundredths of a yuan


def check_firm(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Check all tables of a firm together: each by itself, each against the others, and the sums.

    With receipts and their lines: amount_cny = sum of quantity × unit price − discount_cny; with the products
    as well: margin_cny = amount_cny − sum of quantity × unit cost. With members and receipts: the first
    receipt of a member is on the day of joining.

    Args:
        tables: name → table; some of the tables are enough, laws that need others are then left out.

    Returns:
        name → the checked table in its described types.

    Raises:
        TableError: the first problem found, or an unknown name.

    >>> from crmlib.tables import example_rows
    >>> receipts = example_rows("receipts").assign(amount_cny=20.0)
    >>> lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=[10.0, 12.0])
    >>> check_firm({"receipts": receipts, "receipt_lines": lines})
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: receipts.amount_cny: 1 of 2 rows is wrong.
      First rows: receipt_id 2
      Expected: sum of quantity × unit_price_cny of the lines, less discount_cny (24.00 for the first)
      Found: 20.0
      Repair: correct the receipt or its lines.
    """
    for name in tables:
        if name not in CHECKS:
            raise TableError(
                f"There is no table {name!r}.{suggest(name, CHECKS)} Tables: {', '.join(CHECKS)}."
            )
    checked = {}
    for name, frame in tables.items():
        parameters = inspect.signature(CHECKS[name]).parameters
        others = {other: tables[other] for other in parameters if other in tables}
        checked[name] = CHECKS[name](frame, **others)
    if {"receipts", "receipt_lines"} <= set(checked):
        _check_sums(checked["receipts"], checked["receipt_lines"], checked.get("products"))
    if "members" in checked:
        _check_memberships(checked["members"], checked.get("receipts"))
    return checked


def _check_sums(receipts: pd.DataFrame, lines: pd.DataFrame, products: pd.DataFrame | None) -> None:
    """Hold amount and margin of every receipt against its lines."""
    goods = (lines["quantity"] * lines["unit_price_cny"]).groupby(lines["receipt_id"]).sum()
    goods = receipts["receipt_id"].map(goods).fillna(0.0)
    _require_sum(
        receipts,
        "amount_cny",
        goods - receipts["discount_cny"],
        "sum of quantity × unit_price_cny of the lines, less discount_cny",
    )
    if products is not None:
        unit_cost = lines["product_id"].map(products.set_index("product_id")["unit_cost_cny"])
        cost = (lines["quantity"] * unit_cost).groupby(lines["receipt_id"]).sum()
        expected = receipts["amount_cny"] - receipts["receipt_id"].map(cost).fillna(0.0)
        _require_sum(receipts, "margin_cny", expected, "amount_cny less the sum of quantity × unit_cost_cny")


def _require_sum(receipts: pd.DataFrame, column: str, expected: pd.Series[float], law: str) -> None:
    """Raise a TableError unless a column of the receipts equals what the lines add up to, to the cent."""
    holds = (receipts[column] - expected).abs() <= CENT + 1e-9 * expected.abs()
    first = f" ({expected[~holds].iloc[0]:.2f} for the first)" if not holds.all() else ""
    require(
        receipts,
        "receipts",
        column,
        holds,
        expected=law + first,
        repair="correct the receipt or its lines.",
    )


def _check_memberships(members: pd.DataFrame, receipts: pd.DataFrame | None) -> None:
    """Hold referrals and the days of joining against the other members and their first receipts."""
    referrer_joined = members["referred_by"].map(members.set_index("customer_id")["joined_on"])
    require(
        members,
        "members",
        "referred_by",
        members["referred_by"].isna() | (referrer_joined <= members["joined_on"]),
        expected="a known member who joined on the same day or earlier",
        repair="correct referred_by or leave it empty.",
    )
    if receipts is not None:
        first = receipts.groupby("customer_id")["purchased_at"].min().dt.normalize()
        require(
            members,
            "members",
            "joined_on",
            members["customer_id"].map(first) == members["joined_on"],
            expected="the day of the member's first receipt",
            repair="take all receipts of all these members, or correct joined_on.",
        )
