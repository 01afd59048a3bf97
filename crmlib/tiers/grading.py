"""Whom does grading serve, and who pays for it (F-20 to F-23)?

Grading splits an effort that is limited. What it wins for the firm is computed from two things: the margin of
each account and how much a visit moves it. The same table says who gets less than before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_by_customer, take_values
from crmlib.tables.take import take_columns
from crmlib.tiers.abc import as_words

SERVED = describe_result(
    "accounts",
    {
        "customer_id": "key",
        "class": "one of A|B|C",
        "margin_cny": "number",
        "visits": "number 0..",
        "effect": "number 0..1",
    },
)
GROUPS = describe_result("groups", {"customer_id": "key", "group": "string"})
COURSE_VISITS = {"A": 3.0, "B": 2.0, "C": 1.0}
HALVINGS = 200


def compare_visit_plans(
    accounts: pd.DataFrame,
    *,
    visits_a: float = 3,
    visits_b: float = 2,
    visits_c: float = 1,
    most_visits: float = 6,
) -> pd.DataFrame:
    """One budget of visits, four ways to split it, what each earns and who gets less (F-20, F-23, F-27).

    accounts: index customer_id; class (A, B, C), margin_cny (a month, with today's visits), visits (a month,
    today), effect (exponent b: margin is proportional to (1 + visits) to the power b). All plans use the
    visits of today: as today; alike (every account the same); by class (3, 2, 1, scaled to the budget); best
    (where the next visit brings the same everywhere, and nobody gets more than most_visits, since no effect
    has been seen beyond). Fractions are means.

    Columns: plan, visits (a month), margin_cny (a month), change (share, against alike), fewer (accounts with
    fewer visits than alike), fewer_change (change of their margin, yuan). Under the model these numbers are
    exact; how well b is known is a question of its own. Raises TableError if there is no visit or no account
    with a margin above 0.

    >>> accounts = pd.DataFrame({"class": ["A", "C"], "margin_cny": [900.0, 100.0], "visits": [1.0, 1.0],
    ...                          "effect": [0.5, 0.5]}, index=[1, 2])
    >>> plans = compare_visit_plans(accounts).set_index("plan")
    >>> plans["margin_cny"].round().tolist()  # best: both visits to the first
    [1000.0, 1000.0, 1093.0, 1173.0]
    """
    for name, value in (("visits_a", visits_a), ("visits_b", visits_b), ("visits_c", visits_c)):
        read_number(value, name, "0 or more visits a month", limits="0..1000")
    read_number(most_visits, "most_visits", "0 or more visits a month", limits="0..1000")
    taken = take_by_customer(accounts, SERVED, ["class", "margin_cny", "visits", "effect"]).sort_index()
    now, effect = taken["visits"].to_numpy(np.float64), taken["effect"].to_numpy(np.float64)
    margin = taken["margin_cny"].to_numpy(np.float64)
    if now.sum() <= 0 or margin.max() <= 0 or (effect >= 1).any():
        raise TableError(
            "accounts: expected visits to share out, an account with a margin above 0 and effects below 1. "
            "Repair: look at the joins before this step."
        )
    base = margin / (1 + now) ** effect
    wanted = taken["class"].map({"A": visits_a, "B": visits_b, "C": visits_c}).to_numpy(np.float64)
    if wanted.sum() <= 0:
        raise ValueError("visits_a, visits_b, visits_c: the plan gives nobody a visit.")
    alike = np.full(len(now), now.mean())
    plans = {
        "as today": now,
        "alike": alike,
        "by class": wanted * now.sum() / wanted.sum(),
        "best": share_out(base, effect, float(now.sum()), most_visits),
    }
    before = base * (1 + alike) ** effect
    rows = []
    for name, plan in plans.items():
        after, fewer = base * (1 + plan) ** effect, plan < alike - 1e-9
        change = after.sum() / before.sum() - 1 if before.sum() > 0 else 0.0
        rows.append((name, plan.sum(), after.sum(), change, int(fewer.sum()), (after - before)[fewer].sum()))
    return pd.DataFrame(rows, columns=["plan", "visits", "margin_cny", "change", "fewer", "fewer_change"])


def share_out(
    base: NDArray[np.float64], effect: NDArray[np.float64], budget: float, most: float
) -> NDArray[np.float64]:
    """Visits to each account so that the sum of base × (1 + visits)^effect is as large as the budget allows.

    Where an account is visited, and not `most` often, one more visit brings effect × base × (1 + visits) ^
    (effect − 1), and this is the same for all of them; its value is found by halving. Accounts with nothing
    to win share what is left.

    >>> share_out(np.array([3.0, 1.0]), np.array([0.5, 0.5]), 18.0, 30.0).round(6)  # 1 + visits is 9 : 1 …
    array([17.,  1.])
    >>> share_out(np.array([3.0, 1.0]), np.array([0.5, 0.5]), 18.0, 10.0).round(6)  # … or as often as allowed
    array([10.,  8.])
    """
    slope = np.maximum(base, 0) * effect
    moved, found = slope > 0, np.zeros(len(base))
    if moved.sum() * most <= budget:
        found[moved] = most
    else:
        found[moved] = _halve(slope[moved], effect[moved], budget, most)
    left = budget - found.sum()
    if left > 1e-9 * budget and not moved.all():
        found[~moved] = left / (~moved).sum()
    return found


def _halve(
    slope: NDArray[np.float64], effect: NDArray[np.float64], budget: float, most: float
) -> NDArray[np.float64]:
    """The visits at which the next one brings the same everywhere and the budget is used up."""

    def allot(level: float) -> NDArray[np.float64]:
        """The visits at which the next one brings this much."""
        return np.clip((slope / level) ** (1 / (1 - effect)) - 1, 0, most)

    low, high = slope.max() * 1e-3, slope.max()
    while allot(low).sum() < budget:
        low /= 1e3
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if allot(middle).sum() > budget else (low, middle)
    return allot(low)


def audit_prices(
    receipts: pd.DataFrame, receipt_lines: pd.DataFrame, products: pd.DataFrame, groups: pd.Series
) -> pd.DataFrame:
    """Whether some customers pay more for the same goods: an audit of price fairness (addition: 大数据杀熟).

    receipts: receipt_id, customer_id. receipt_lines: receipt_id, product_id, quantity, unit_price_cny,
    on_promotion. products: product_id, list_price_cny. groups: index customer_id, a word each, such as old
    and new. Columns: group, customers, off_list (lines without a promotion whose price is not the list price,
    to the cent), paid_share (paid of the list price, all lines), low, high (by customer). Different groups
    may choose promotions more or less often; off_list other than 0 is what no choice explains. A group of one
    customer is left out. Raises TableError if no group has two, or a product is unknown.

    >>> receipts = pd.DataFrame({"receipt_id": [1, 2], "customer_id": [7, 8]})
    >>> lines = pd.DataFrame({"receipt_id": [1, 2], "product_id": [1001] * 2, "quantity": [1, 1],
    ...                       "unit_price_cny": [10.0, 9.0], "on_promotion": [False, True]})
    >>> products = pd.DataFrame({"product_id": [1001], "list_price_cny": [10.0]})
    >>> audit_prices(receipts, lines, products, pd.Series(["old", "old"], index=[7, 8])).iloc[:, :4]
      group  customers  off_list  paid_share
    0   old          2         0        0.95
    """
    bought = take_columns(receipts, "receipts", ["receipt_id", "customer_id"], unique=["receipt_id"])
    names = ["receipt_id", "product_id", "quantity", "unit_price_cny", "on_promotion"]
    lines = take_columns(receipt_lines, "receipt_lines", names, unique=["receipt_id", "product_id"])
    listed = take_columns(products, "products", ["product_id", "list_price_cny"], unique=["product_id"])
    words = take_values(as_words(groups), GROUPS)
    lines["customer_id"] = lines["receipt_id"].map(bought.set_index("receipt_id")["customer_id"])
    lines["list"] = lines["product_id"].map(listed.set_index("product_id")["list_price_cny"])
    if lines["list"].isna().any():
        raise TableError(
            f"receipt_lines.product_id: {int(lines['list'].isna().sum())} lines name products that are not "
            "in products. Repair: take both tables from one firm."
        )
    lines["group"] = lines["customer_id"].map(words)
    lines = lines.dropna(subset=["customer_id", "group"])
    lines["paid"] = lines["quantity"] * lines["unit_price_cny"]
    lines["full"] = lines["quantity"] * lines["list"]
    lines["off"] = ~lines["on_promotion"] & ((lines["unit_price_cny"] - lines["list"]).abs() > 0.005)
    rows = []
    for name, group in lines.groupby("group"):
        sums = group.groupby("customer_id")[["paid", "full", "off"]].sum()
        if len(sums) > 1:
            found = estimate_ratio(sums["paid"], sums["full"], unit="%")
            rows.append((name, len(sums), int(sums["off"].sum()), found.value, found.low, found.high))
    if not rows:
        raise TableError("groups: no group has two customers with receipts. Repair: take larger groups.")
    return pd.DataFrame(rows, columns=["group", "customers", "off_list", "paid_share", "low", "high"])
