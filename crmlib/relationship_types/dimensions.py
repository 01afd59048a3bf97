"""Length and depth of a customer relationship, from purchases, product lines and referrals (C-13 a, b).

The third dimension, breadth, is the number of relationships; `change` counts it and takes its change apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MEASURES = {  # column → name in the course
    "repeat_cny": "repeat purchases 重复购买收入",
    "cross_selling_cny": "cross-selling 交叉销售收入",
    "incremental_cny": "incremental sales 增量销售收入",
    "referrals": "referrals 推荐",
}
BOUGHT = describe_result(
    "bought",
    {"customer_id": "key", "purchased_at": "datetime", "category": "string", "amount_cny": "number >=0"},
)
DEPTH = describe_result(
    "depth",
    {
        "customer_id": "key",
        "repeat_cny": "number >=0",
        "cross_selling_cny": "number >=0",
        "incremental_cny": "number ?",
        "referrals": "integer 0..",
    },
)
LENGTHS = describe_result("lengths", {"customer_id": "key", "length_days": "integer 0.."})
FIRST_DAYS = describe_result("first_on", {"customer_id": "key", "first_on": "date ?"})


def join_categories(receipts: pd.DataFrame, lines: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """What each member bought from which category and when: one row a receipt and category.

    receipts: receipt_id, customer_id, purchased_at; receipts without a card are left out. lines: receipt_id,
    product_id, quantity, unit_price_cny. products: product_id, category. Columns: customer_id, purchased_at,
    category, amount_cny (quantity × price, before a coupon on the whole receipt). For orders of accounts,
    rename product to category instead. Raises TableError for wrong columns, ValueError for unknown products.
    With millions of rows it takes more than in proportion (docs/growth.md).

    >>> receipts = pd.DataFrame({"receipt_id": [1], "customer_id": [7],
    ...                          "purchased_at": [pd.Timestamp("2025-03-01 12:00")]})
    >>> lines = pd.DataFrame({"receipt_id": [1, 1], "product_id": [1001, 1002], "quantity": [2, 1],
    ...                       "unit_price_cny": [10.0, 5.0]})
    >>> products = pd.DataFrame({"product_id": [1001, 1002], "category": ["hair", "hair"]})
    >>> join_categories(receipts, lines, products)[["customer_id", "category", "amount_cny"]]
       customer_id category  amount_cny
    0            7     hair        25.0
    """
    cards = take_columns(
        receipts, "receipts", ["receipt_id", "customer_id", "purchased_at"], unique=["receipt_id"]
    ).dropna()
    items = take_columns(lines, "receipt_lines", ["receipt_id", "product_id", "quantity", "unit_price_cny"])
    kinds = take_columns(products, "products", ["product_id", "category"], unique=["product_id"])
    category = items["product_id"].map(kinds.set_index("product_id")["category"].astype(str))
    unknown = items.loc[category.isna(), "product_id"].unique()
    if len(unknown):
        raise ValueError(
            f"receipt_lines.product_id: {len(unknown)} products are not in products "
            f"({', '.join(map(str, unknown[:5]))}). Take all tables from one firm and seed."
        )
    items = items.assign(category=category, amount_cny=items["quantity"] * items["unit_price_cny"])
    sums = items.groupby(["receipt_id", "category"])["amount_cny"].sum().reset_index()
    joined = cards.astype({"customer_id": "int64"}).merge(sums, on="receipt_id")
    return joined[["customer_id", "purchased_at", "category", "amount_cny"]]


def measure_length(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    active_days: int = 365,
    first_on: pd.Series | None = None,
) -> pd.DataFrame:
    """For how long each present customer has been one: length so far, not length in the end (C-13 a).

    purchases: customer_id, purchased_at, up to as_of. Counted are customers with a purchase in the last
    active_days. first_on: index customer_id, day on which the relationship began, if it began before the
    table does; otherwise the first purchase counts. Index customer_id; column length_days. Raises TableError
    for wrong columns, ValueError if nobody is active or first_on lacks a customer.

    >>> bought = pd.DataFrame({"customer_id": [1, 1, 2],
    ...     "purchased_at": pd.to_datetime(["2024-12-31", "2025-12-01", "2023-05-01"])})
    >>> measure_length(bought, as_of="2025-12-31")["length_days"].to_dict()
    {1: 365}
    """
    day = read_date(as_of, "as_of")
    read_number(active_days, "active_days", "at least 1 day", limits="1..", whole=True)
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at"]).dropna()
    rows = rows[rows["purchased_at"] < day + pd.Timedelta(days=1)].astype({"customer_id": "int64"})
    last = rows["purchased_at"].dt.normalize().groupby(rows["customer_id"]).max()
    active = last.index[last > day - pd.Timedelta(days=active_days)]
    if active.empty:
        raise ValueError(f"receipts: nobody bought in the {active_days} days up to {day.date()}.")
    start = find_first_days(rows, first_on=first_on).reindex(active)
    return pd.DataFrame({"length_days": (day - start).dt.days}, index=active)


def find_first_days(purchases: pd.DataFrame, *, first_on: pd.Series | None = None) -> pd.Series:
    """On which day each relationship began: as given, or else with the first purchase in the table.

    purchases, first_on: as for `measure_length`. Index customer_id. Raises TableError for wrong columns,
    ValueError if first_on lacks a customer.

    >>> bought = pd.DataFrame({"customer_id": [7, 7],
    ...                        "purchased_at": pd.to_datetime(["2025-03-01 10:00", "2025-02-03 18:00"])})
    >>> find_first_days(bought).dt.date.tolist()
    [datetime.date(2025, 2, 3)]
    """
    rows = take_columns(purchases, "receipts", ["customer_id", "purchased_at"]).dropna()
    days = rows["purchased_at"].dt.normalize()
    first = days.groupby(rows["customer_id"].astype("int64")).min()
    if first_on is None:
        return first
    known = take_values(first_on, FIRST_DAYS).dropna()
    missing = first.index.difference(known.index)
    if len(missing):
        raise ValueError(
            f"first_on: {len(missing)} of {len(first)} customers have no first day "
            f"(customer_id {', '.join(map(str, missing[:5]))}). Take accounts and orders from one firm."
        )
    return known.reindex(first.index)


def measure_depth(
    bought: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    referrals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How deep each relationship is, by the four measures of the course, over the days up to as_of (C-13 b).

    bought: customer_id, purchased_at, category, amount_cny, as from `join_categories`. referrals: members
    with customer_id, joined_on, referred_by. Counted are customers who bought in the period or before it.

    Columns, index customer_id: repeat_cny (amount of the period on all days after the very first purchase);
    cross_selling_cny (amount of the period in categories that the customer had not bought before it, or, who
    began within it, not on the first day); incremental_cny (amount of the period less that of the period
    before; <NA> for who had not begun before both, because half a year against nothing is no growth);
    referrals (members brought in the period; only if given). Raises TableError for wrong columns, ValueError
    if nobody has bought by as_of.

    >>> bought = pd.DataFrame({"customer_id": [7, 7, 7], "amount_cny": [30.0, 40.0, 5.0],
    ...     "category": ["hair", "hair", "health"],
    ...     "purchased_at": pd.to_datetime(["2023-11-01", "2024-03-01", "2025-06-01"])})
    >>> measure_depth(bought, as_of="2025-12-31").loc[7].tolist()
    [5.0, 5.0, -35.0]
    """
    day = read_date(as_of, "as_of")
    read_number(days, "days", "at least 1 day", limits="1..", whole=True)
    end = day + pd.Timedelta(days=1)
    start, before = end - pd.Timedelta(days=days), end - pd.Timedelta(days=2 * days)
    rows = take_columns(bought, BOUGHT, ["customer_id", "purchased_at", "category", "amount_cny"])
    rows = rows[rows["purchased_at"] < end]
    if rows.empty:
        raise ValueError(f"bought: nobody bought up to {day.date()}.")
    first = find_first_days(rows)
    first_of_row = rows["customer_id"].map(first)
    inside, own_day = rows["purchased_at"] >= start, rows["purchased_at"].dt.normalize()
    ids = first.index
    repeat = _sum(rows[inside & (own_day > first_of_row)], ids)
    known_until = first_of_row + pd.Timedelta(days=1)
    known_until = known_until.where(known_until > start, start)
    old = rows["purchased_at"] < known_until
    pairs = pd.MultiIndex.from_frame(rows[["customer_id", "category"]])
    is_new = ~pairs.isin(pairs[old.to_numpy()].unique())
    earlier = _sum(rows[rows["purchased_at"].between(before, start, inclusive="left")], ids)
    growth = (_sum(rows[inside], ids) - earlier).astype("Float64").mask(first >= before)
    depth = pd.DataFrame(
        {
            "repeat_cny": repeat,
            "cross_selling_cny": _sum(rows[inside & is_new], ids),
            "incremental_cny": growth,
        }
    )
    if referrals is not None:
        depth["referrals"] = _count_referrals(referrals, ids, start, end)
    return depth


def _sum(rows: pd.DataFrame, ids: pd.Index) -> pd.Series:
    return rows.groupby("customer_id")["amount_cny"].sum().reindex(ids, fill_value=0.0)


def _count_referrals(
    members: pd.DataFrame, ids: pd.Index, start: pd.Timestamp, end: pd.Timestamp
) -> pd.Series:
    told = take_columns(members, "members", ["customer_id", "joined_on", "referred_by"])
    told = told[told["joined_on"].between(start, end, inclusive="left")].dropna(subset=["referred_by"])
    return told["referred_by"].astype("int64").value_counts().reindex(ids, fill_value=0)


def summarise_depth(depth: pd.DataFrame) -> pd.DataFrame:
    """How the four measures of depth add up, and how few customers stand behind each (C-13 b).

    depth: as from `measure_depth`. One row a measure: measure (with the Chinese term), customers (for whom it
    is defined), total, mean, share_above_zero, top_tenth_share (of what lies above zero, the part of the
    highest tenth of these customers). Raises TableError for other columns.

    >>> depth = pd.DataFrame({"repeat_cny": [0.0, 30.0], "cross_selling_cny": [5.0, 0.0],
    ...                       "incremental_cny": pd.array([None, -4.0], "Float64")}, index=[7, 8])
    >>> summarise_depth(depth)[["customers", "total", "mean", "share_above_zero"]]
       customers  total  mean  share_above_zero
    0          2   30.0  15.0               0.5
    1          2    5.0   2.5               0.5
    2          1   -4.0  -4.0               0.0
    """
    given = list(depth.columns) if isinstance(depth, pd.DataFrame) else []
    names = [name for name in _MEASURES if name != "referrals" or "referrals" in given]
    depth = take_by_customer(depth, DEPTH, names)
    rows = []
    for name in depth.columns:
        values = depth[name].dropna().astype(float)
        above = np.sort(values[values > 0].to_numpy())[::-1]
        top = above[: round(len(values) / 10)].sum() / above.sum() if len(above) else 0.0
        share = len(above) / len(values) if len(values) else 0.0
        rows.append(
            (_MEASURES[name], len(values), values.sum(), values.sum() / max(1, len(values)), share, top)
        )
    columns = ["measure", "customers", "total", "mean", "share_above_zero", "top_tenth_share"]
    return pd.DataFrame(rows, columns=columns)


def plot_length(lengths: dict[str, pd.DataFrame], *, ax: Axes | None = None) -> Axes:
    """How long the present customers of each firm have been customers: share by length, in years.

    lengths: name → table of `measure_length`, one to three firms.
    """
    colours = (COLOURS["osmanthus"], COLOURS["high"], COLOURS["low"])
    if not 1 <= len(lengths) <= len(colours):
        raise ValueError(f"plot_length: {len(lengths)} firms, expected 1 to {len(colours)}.")
    ax = new_axes(ax)
    lengths = {name: take_by_customer(table, LENGTHS, ["length_days"]) for name, table in lengths.items()}
    for (name, table), colour, line in zip(lengths.items(), colours, ("-", "--", ":"), strict=False):
        years = np.sort(table["length_days"].to_numpy()) / 365.25
        shares = 100 * (1 - np.arange(len(years)) / len(years))
        ax.step(years, shares, where="post", color=colour, linestyle=line, linewidth=2,
                label=f"{name} (n = {len(years):,})")  # fmt: skip
    halves = [
        f"{table['length_days'].median() / 365.25:.1f} years ({name})" for name, table in lengths.items()
    ]
    ax.set_title(f"median length so far: {', '.join(halves)}", fontsize=10)
    ax.set(xlabel="length so far (years)", ylabel="present customers\nat least so long (%)", ylim=(0, 102))
    ax.set_xlim(left=0)
    ax.legend(frameon=False)
    return ax
