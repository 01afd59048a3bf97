"""The same receipts by other means: one by one in plain Python, and by the archived lifetimes generator.

    python -m bench.one_by_one

Plain Python has the easier task: members who join, buy and leave, receipts with their lines, and points; but
no stores with queues, problems, complaints, surveys, promotions, campaigns, referrals, panel or truth, all of
which the firm has. lifetimes knows customers with a rate and a chance of leaving, and makes dates.
"""

from __future__ import annotations

import datetime
import importlib.util
import math
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from bench.clock import Clock, Seconds

DAYS = 1096
PRODUCTS = 420
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}  # Fader, Hardie and Lee 2005, in weeks
STARTS_ON = datetime.datetime(2023, 1, 1)
Rows = list[dict[str, Any]]


def draw_receipts(count: int, *, seed: int = 2026) -> dict[str, pd.DataFrame]:
    """So many receipts, drawn one by one: members join, buy after random waits and leave by a monthly chance.

    Returns the tables receipts, receipt_lines and points with the columns of the firm's, receipts in order of
    time.
    """
    luck, receipts, lines, points = random.Random(seed), Rows(), Rows(), Rows()
    prices = [round(math.exp(luck.gauss(3.2, 0.8)), 1) for _ in range(PRODUCTS)]
    customer = 100_000
    while len(receipts) < count:
        customer += 1
        day, rate = luck.random() * DAYS, luck.gammavariate(0.6, 0.72) / 30.4
        ends, home = min(DAYS, day + luck.expovariate(0.025 / 30.4)), luck.randint(1, 40)
        while day < ends and len(receipts) < count:
            receipt = draw_receipt(len(receipts) + 1, customer, home, day, prices, lines, luck)
            receipts.append(receipt)
            points.append(book_points(receipt))
            day += luck.expovariate(rate) if rate > 1e-9 else DAYS
    receipts.sort(key=lambda row: row["purchased_at"])
    tables = {"receipts": receipts, "receipt_lines": lines, "points": points}
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def draw_receipt(
    number: int, customer: int, home: int, day: float, prices: list[float], lines: Rows, luck: random.Random
) -> dict[str, Any]:
    """One receipt; its lines are added to ``lines``."""
    amount = 0.0
    for product in luck.sample(range(PRODUCTS), min(PRODUCTS, 1 + int(luck.expovariate(0.5)))):
        quantity, promoted = 1 + (luck.random() < 0.1), luck.random() < 0.3
        price = round(prices[product] * (0.75 if promoted else 1.0), 1)
        amount += quantity * price
        lines.append(
            {
                "receipt_id": number,
                "product_id": 1001 + product,
                "quantity": quantity,
                "unit_price_cny": price,
                "on_promotion": promoted,
            }
        )
    online, discount = luck.random() < 0.15, round(amount * 0.1, 2) if luck.random() < 0.05 else 0.0
    return {
        "receipt_id": number,
        "customer_id": customer,
        "store_id": home if luck.random() < 0.9 else luck.randint(1, 40),
        "channel": "online" if online else "store",
        "purchased_at": STARTS_ON + datetime.timedelta(minutes=int(day * 1440)),
        "dispatched_on": (STARTS_ON + datetime.timedelta(days=int(day) + int(online))).date(),
        "amount_cny": round(amount - discount, 2),
        "discount_cny": discount,
        "freight_cny": 6.0 if online and amount < 99 else 0.0,
        "points_redeemed": 20 * luck.randint(1, 5) if luck.random() < 0.05 else 0,
        "margin_cny": round(amount * 0.4 - discount, 2),
    }


def book_points(receipt: dict[str, Any]) -> dict[str, Any]:
    """The points of one receipt: one for each full ten yuan."""
    return {
        "booking_id": receipt["receipt_id"],
        "customer_id": receipt["customer_id"],
        "booked_on": receipt["dispatched_on"] + datetime.timedelta(days=2),
        "kind": "purchase",
        "points": int(receipt["amount_cny"] // 10),
        "receipt_id": receipt["receipt_id"],
    }


def time_plain(count: int) -> tuple[Seconds, int]:
    """The time for so many receipts in plain Python, and the rows made."""
    clock = Clock()
    tables = draw_receipts(count)
    return clock.read(), sum(map(len, tables.values()))


def time_vectorised() -> tuple[Seconds, int, int]:
    """The time for Osmanthus with all its tables, its receipts, and all rows."""
    from crmlib.simulation.retail.simulate import simulate_retail
    from crmlib.simulation.world.worlds import World

    clock = Clock()
    firm = simulate_retail(World())
    rows = sum(len(table) for table in [*firm.tables.values(), *firm.truth.values()])
    return clock.read(), len(firm.tables["receipts"]), rows


def time_summaries(customers: int) -> Seconds:
    """The time in which lifetimes draws customers as summary rows: frequency, recency, age."""
    from lifetimes.generate_data import beta_geometric_nbd_model

    np.random.seed(2026)  # noqa: NPY002 (lifetimes draws from numpy's global generator only)
    clock = Clock()
    beta_geometric_nbd_model(DAYS / 7, *CDNOW.values(), size=customers)
    return clock.read()


def time_transactions(customers: int) -> tuple[Seconds, int]:
    """The time in which lifetimes expands customers into purchases (customer and date), and how many."""
    from lifetimes.generate_data import beta_geometric_nbd_model_transactional_data

    np.random.seed(2026)  # noqa: NPY002
    clock = Clock()
    with frames_with_append():
        rows = len(
            beta_geometric_nbd_model_transactional_data(
                DAYS / 7, *CDNOW.values(), observation_period_end="2025-12-31", freq="W", size=customers
            )
        )
    return clock.read(), rows


@contextmanager
def frames_with_append() -> Iterator[None]:
    """Give frames back the method append, which lifetimes calls for each customer and pandas 2 removed."""

    def append(self: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([self, other])

    pd.DataFrame.append = append  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del pd.DataFrame.append  # type: ignore[attr-defined]


def main() -> None:
    """Print all of them, in one run."""
    print("\nThe same number of receipts by other means, per second of processor")
    time, receipts, rows = time_vectorised()
    _print_rate("crmlib, all tables and the truth", receipts, rows, time)
    plain, plain_rows = time_plain(receipts)
    _print_rate("one by one in Python, three tables", receipts, plain_rows, plain)
    if importlib.util.find_spec("lifetimes") is None:
        print("  lifetimes is not installed: python tools/prepare.py bench")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for customers in (500, 1_000, 2_000, 4_000):
            spent, purchases = time_transactions(customers)
            _print_rate(f"lifetimes, purchases of {customers:,} customers", purchases, purchases, spent)
        customers = 8_000
        print(f"  lifetimes, summary rows only, {customers:,} customers in {time_summaries(customers)}")


def _print_rate(what: str, receipts: int, rows: int, time: Seconds) -> None:
    print(
        f"  {what:<40}{receipts:8,} receipts in {time}: {receipts / time.cpu:7,.0f} receipts, "
        f"{rows / time.cpu:8,.0f} rows a second",
        flush=True,
    )


if __name__ == "__main__":
    main()
