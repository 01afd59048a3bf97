"""Orders of Northport's accounts: when, what, how much, at which price, and when they pay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Dates, Floats, Ints, draw_levels
from crmlib.simulation.wholesale.calendar import pick_workdays
from crmlib.simulation.wholesale.months import Setting

LEAST_TONNES = 0.05
HEATING_OIL = 3


def draw_orders(
    setting: Setting, usual: Floats, bought: Floats, last_day: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    """One row an order: account (who), month, day and tonnes; what is not ordered in a month comes later.

    usual, bought: accounts × months, tonnes without and with the promise of a fast delivery: under it orders
    become larger, not more. last_day: day of the month before which the account was there.
    """
    calendar, accounts, first_day = setting.calendar, setting.accounts, setting.first_day
    expected = accounts.need * accounts.base_share
    rate = (
        accounts.order_rate[:, None]
        * (usual / expected[:, None]) ** setting.world.wholesale.sales.orders_by_volume
    )
    counts = rng.poisson(rate) * (last_day > first_day)
    tonnes = np.zeros_like(bought)
    waiting = np.zeros(len(expected))
    for column in range(bought.shape[1]):
        waiting = waiting + bought[:, column]
        ordering = counts[:, column] > 0
        tonnes[:, column] = np.where(ordering, waiting, 0)
        waiting = np.where(ordering, 0, waiting)
    rows, columns = np.nonzero(counts)
    times = counts[rows, columns]
    who, month = np.repeat(rows, times), np.repeat(columns, times)
    parts = rng.standard_gamma(setting.world.wholesale.sales.order_size_shape, len(who))
    group = np.repeat(np.arange(len(rows)), times)
    parts = parts / np.bincount(group, parts)[group]
    span = last_day[who, month] - first_day[who, month]
    day = first_day[who, month] + np.floor(rng.random(len(who)) * span).astype(np.int64)
    earliest = calendar.starts[month] + first_day[who, month].astype("timedelta64[D]")
    ordered_on = pick_workdays(calendar.starts[month] + day.astype("timedelta64[D]"), earliest=earliest)
    table = pd.DataFrame({"who": who, "month": month, "ordered_on": ordered_on})
    table["tonnes"] = np.maximum(np.round(tonnes[who, month] * parts, 2), LEAST_TONNES)
    table["minute"] = np.round(rng.triangular(8 * 60, 10 * 60, 18 * 60, len(who))).astype(np.int64)
    return table.sort_values(["ordered_on", "minute", "who"], kind="stable", ignore_index=True)


def list_orders(
    setting: Setting, drawn: pd.DataFrame, closed_on: Dates, rng: np.random.Generator
) -> pd.DataFrame:
    """The table orders, in order of time; closed_on: day on which an account closed its business, or NaT."""
    accounts = setting.accounts
    who, day = drawn["who"].to_numpy(), drawn["ordered_on"].to_numpy().astype("datetime64[D]")
    tonnes = drawn["tonnes"].to_numpy()
    product = _draw_products(setting, who, drawn["month"].to_numpy(), rng)
    week = np.searchsorted(setting.market.weeks, day, side="right") - 1
    quoted = setting.market.prices[week, product]
    noise = rng.normal(0, setting.world.wholesale.sales.price_noise, len(who))
    price = np.round(quoted * (1 - np.clip(accounts.discount[who] + noise, 0, 1)), 2)
    amount = np.round(tonnes * price, 2)
    cost = _cost(setting, who, product, quoted, tonnes)
    delivered, due, paid = _pay(setting, who, day, closed_on, rng)
    return pd.DataFrame(
        {
            "order_id": np.arange(1, len(who) + 1),
            "customer_id": accounts.ids[who],
            "purchased_at": day.astype("datetime64[m]") + drawn["minute"].to_numpy().astype("timedelta64[m]"),
            "product": label(product, levels("orders", "product")),
            "tonnes": tonnes,
            "price_cny_per_tonne": price,
            "amount_cny": amount,
            "margin_cny": np.round(amount - cost, 2),
            "delivered_on": delivered,
            "due_on": due,
            "paid_on": paid,
        }
    )


def _draw_products(setting: Setting, who: Ints, month: Ints, rng: np.random.Generator) -> Ints:
    """The fuel of each order, by industry; heating oil by season."""
    wholesale = setting.world.wholesale
    mix = np.array(wholesale.sales.product_mix)[setting.accounts.industry[who]]
    angle = 2 * np.pi * (setting.calendar.calendar_month[month] - 1) / 12
    mix[:, HEATING_OIL] *= 1 + wholesale.market.heating_season * np.cos(angle)
    return draw_levels(mix, rng)


def _cost(setting: Setting, who: Ints, product: Ints, quoted: Floats, tonnes: Floats) -> Floats:
    """Yuan that an order costs: fuel at the refinery's price, handling, and trucks by distance."""
    sales = setting.world.wholesale.sales
    fuel = tonnes * quoted * (1 - np.array(sales.gross_margin)[product])
    trucks = np.ceil(tonnes / sales.truck_tonnes)
    return fuel + sales.order_cost_cny + sales.truck_cost_cny * setting.accounts.distance_km[who] * trucks


def _pay(
    setting: Setting, who: Ints, day: Dates, closed_on: Dates, rng: np.random.Generator
) -> tuple[Dates, Dates, Dates]:
    """Days of delivery, of payment due and of payment; payment is empty if still open or never made."""
    sales, accounts, count = setting.world.wholesale.sales, setting.accounts, len(who)
    promised = day >= setting.promise.since_on[who]
    longest = np.where(promised, setting.world.wholesale.promise.days, sales.delivery_days)
    days = np.minimum(rng.integers(1, sales.delivery_days + 1, count), longest)
    delivered = day + days.astype("timedelta64[D]")
    due = delivered + accounts.credit_days[who].astype("timedelta64[D]")
    late = rng.random(count) < accounts.late_share[who]
    delay = np.where(
        late, np.ceil(rng.exponential(sales.late_days, count)), -rng.integers(0, sales.early_days + 1, count)
    )
    paid = np.maximum(due + delay.astype("timedelta64[D]"), delivered)
    never = (rng.random(count) < sales.unpaid_if_closed) & (paid >= closed_on[who])
    paid = np.where(never | (paid >= setting.calendar.ends_on), np.datetime64("NaT"), paid)
    return delivered, due, paid


def list_wallets(
    setting: Setting, needed: Floats, orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The table wallets: by quarter, the need as the salesperson sees it, and the purchases."""
    ids, wholesale = setting.accounts.ids, setting.world.wholesale
    quarters = setting.calendar.starts.astype("datetime64[M]").astype(np.int64) // 3
    numbers = quarters - quarters[0]
    count = int(numbers[-1]) + 1
    true_need = np.column_stack([needed[:, numbers == quarter].sum(axis=1) for quarter in range(count)])
    ordered = orders["purchased_at"].to_numpy().astype("datetime64[M]").astype(np.int64) // 3 - quarters[0]
    bought = np.zeros_like(true_need)
    np.add.at(bought, (orders["customer_id"].to_numpy() - ids[0], ordered), orders["tonnes"].to_numpy())
    seen = true_need * np.exp(rng.normal(0, wholesale.sales.wallet_error, true_need.shape))
    seen = np.maximum(np.maximum(np.round(seen, 1), 0.1), np.round(bought, 2))
    who, quarter = np.nonzero((true_need > 0) | (bought > 0))
    first = (quarters[0] + np.arange(count)) * 3
    return pd.DataFrame(
        {
            "customer_id": ids[who],
            "quarter": first.astype("datetime64[M]").astype("datetime64[D]")[quarter],
            "needed_tonnes": seen[who, quarter],
            "bought_tonnes": np.round(bought, 2)[who, quarter],
        }
    )
