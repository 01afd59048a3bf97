"""Share of customer: how much of what a customer needs is bought from us, and not only how many buy (B-23).

Market share counts a large customer's tonnes and a small one's alike in one heap. One-to-one marketing asks
customer by customer: of all that this customer needs, which part comes from us, and is it growing?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.intervals import label_rows
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, draw_weights, estimate_from_draws
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TWO = dict.fromkeys(("market_share", "share_of_customer"), "number 0..1")
FOLLOWED = describe_result("followed", {"quarter": "date", **_TWO})
DECOMPOSED = describe_result("decomposed", {"chain": "string", **_TWO, "penetration": "number 0..1"})


def follow_shares(wallets: pd.DataFrame) -> pd.DataFrame:
    """Quarter by quarter: market share among our accounts beside the share of an average customer (B-23).

    wallets: customer_id, quarter, needed_tonnes, bought_tonnes. The share of an account is bought / needed,
    at most 1: an account that buys more than the salesperson thought it needs shows that the guess was low.
    Quarters without need are left out. Columns: quarter, customers, market_share (all tonnes bought over all
    tonnes needed: large accounts weigh more), share_of_customer (mean over accounts: each weighs one). Raises
    TableError for wrong columns or a repeated account and quarter, ValueError if nobody needs anything.

    >>> wallets = pd.DataFrame({"customer_id": [501, 502], "quarter": [pd.Timestamp("2025-01-01")] * 2,
    ...                         "needed_tonnes": [100.0, 10.0], "bought_tonnes": [25.0, 8.0]})
    >>> follow_shares(wallets).iloc[0, 1:].tolist()
    [2.0, 0.3, 0.525]
    """
    rows = _take_wallets(wallets)
    groups = rows.groupby("quarter")
    table = pd.DataFrame({"customers": groups.size()})
    table["market_share"] = groups["bought_tonnes"].sum() / groups["needed_tonnes"].sum()
    table["share_of_customer"] = groups["share"].mean()
    return table.reset_index()


def _take_wallets(wallets: pd.DataFrame) -> pd.DataFrame:
    """Quarters with a need; what was bought is at most what was needed."""
    columns = ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]
    rows = take_columns(wallets, "wallets", columns, unique=["customer_id", "quarter"])
    rows = rows[rows["needed_tonnes"] > 0].reset_index(drop=True)
    if rows.empty:
        raise ValueError("wallets.needed_tonnes: nobody needs anything, so there is no share to compute.")
    rows["bought_tonnes"] = rows[["bought_tonnes", "needed_tonnes"]].min(axis=1)
    return rows.assign(share=rows["bought_tonnes"] / rows["needed_tonnes"])


def find_room(wallets: pd.DataFrame, *, last_quarters: int = 4) -> pd.DataFrame:
    """What each account still buys elsewhere: the room to grow without a single new customer (B-23).

    wallets: as for `follow_shares`; the last quarters of the table are summed. Columns: customer_id,
    needed_tonnes, bought_tonnes, share, room_tonnes = needed − bought, largest room first. Errors as there,
    and ValueError for last_quarters below 1.

    >>> wallets = pd.DataFrame({"customer_id": [501, 502], "quarter": [pd.Timestamp("2025-01-01")] * 2,
    ...                         "needed_tonnes": [100.0, 10.0], "bought_tonnes": [25.0, 8.0]})
    >>> find_room(wallets)["room_tonnes"].tolist()
    [75.0, 2.0]
    """
    read_number(last_quarters, "last_quarters", "a whole number of at least 1", limits="1..", whole=True)
    rows = _take_wallets(wallets)
    latest = sorted(rows["quarter"].unique())[-last_quarters:]
    rows = rows[rows["quarter"].isin(latest)]
    table = rows.groupby("customer_id", as_index=False)[["needed_tonnes", "bought_tonnes"]].sum()
    table["share"] = table["bought_tonnes"] / table["needed_tonnes"]
    table["room_tonnes"] = table["needed_tonnes"] - table["bought_tonnes"]
    return table.sort_values(["room_tonnes", "customer_id"], ascending=[False, True], ignore_index=True)


def decompose_market_share(
    panel: pd.DataFrame, *, draws: int = 300, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """Is a chain large because many buy there, because they give it much, or because they buy much? (B-23)

    market_share = penetration · share_of_customer · use_index (Parfitt and Collins 1968). panel: panel_id,
    chain, amount_cny, any number of rows a shopper and chain. Columns: chain, market_share, penetration
    (shoppers who bought there), share_of_customer (its part of all spending of these shoppers), low, high
    (95 %, shoppers drawn anew), use_index (their spending against the average shopper's); largest chain
    first. Raises TableError for wrong columns, ValueError if nobody spent anything.

    >>> panel = pd.DataFrame({"panel_id": [1, 1, 2], "chain": ["osmanthus", "rival_a", "rival_a"],
    ...                       "amount_cny": [30.0, 60.0, 30.0]})
    >>> decompose_market_share(panel, draws=2)[["chain", "market_share", "penetration", "use_index"]].round(2)
           chain  market_share  penetration  use_index
    0    rival_a          0.75          1.0        1.0
    1  osmanthus          0.25          0.5        1.5
    """
    rows = take_columns(panel, "panel", ["panel_id", "chain", "amount_cny"])
    spent = rows.pivot_table(
        index="panel_id", columns="chain", values="amount_cny", aggfunc="sum", fill_value=0.0, observed=True
    )
    total = spent.sum(axis=1).to_numpy()
    if total.sum() <= 0:
        raise ValueError("panel.amount_cny: nobody spent anything, so there are no shares.")
    generator = np.random.default_rng(seed)
    table = []
    for chain in spent.columns[spent.sum() > 0]:
        here = spent[chain].to_numpy()
        buyers = here > 0
        one = _estimate_share_of_customer(here[buyers], total[buyers], draws, generator)
        index = float(total[buyers].mean() / total.mean())
        parts = here.sum() / total.sum(), buyers.mean(), one.value, one.low, one.high, index
        table.append((str(chain), *parts))
    names = ["chain", "market_share", "penetration", "share_of_customer", "low", "high", "use_index"]
    found = pd.DataFrame(table, columns=names)
    return found.sort_values(["market_share", "chain"], ascending=[False, True], ignore_index=True)


def _estimate_share_of_customer(
    own: NDArray[np.float64], spent: NDArray[np.float64], draws: int, generator: np.random.Generator
) -> Estimate:
    """Part of a chain in all spending of its buyers; one buyer alone gives no interval."""
    share = float(own.sum() / spent.sum())
    if len(own) < 2:
        return Estimate(share, share, share, n=len(own))
    weights = draw_weights(len(own), draws=draws, seed=generator)
    return estimate_from_draws(share, (weights @ own) / (weights @ spent), n=len(own), unit="%")


def spend_per_customer(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, years: int = 2) -> pd.DataFrame:
    """Does a customer spend more than a year ago, or have only the customers changed? (B-23)

    Years of 365 days are counted back from as_of. Two readings: everybody who bought in the year; and the
    customers who were there before the first of these years and bought in each of them. receipts:
    customer_id, purchased_at, amount_cny; without a card left out. Columns: group ("everybody", "same
    customers"), year_from (first day), customers, spend_cny, purchases (both per customer), basket_cny;
    spend = purchases · basket. Raises TableError for wrong columns, ValueError for years below 1, or if the
    receipts do not reach back before the first year.

    >>> receipts = pd.DataFrame({"customer_id": [1, 1, 1, 2], "amount_cny": [10.0, 40.0, 60.0, 90.0],
    ...     "purchased_at": pd.to_datetime(["2023-05-01", "2024-02-01", "2025-02-01", "2025-03-01"])})
    >>> spend_per_customer(receipts, as_of="2026-01-01")[["group", "customers", "spend_cny"]]
                group  customers  spend_cny
    0       everybody          1       40.0
    1       everybody          2       75.0
    2  same customers          1       40.0
    3  same customers          1       60.0
    """
    end = read_date(as_of, "as_of")
    read_number(years, "years", "a whole number of at least 1", limits="1..", whole=True)
    start = end - pd.Timedelta(days=365 * years)
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at", "amount_cny"])
    bought = bought[bought["customer_id"].notna() & (bought["purchased_at"] < end)]
    before = bought.loc[bought["purchased_at"] < start, "customer_id"].unique()
    if not len(before):
        raise ValueError(f"receipts: none before {start.date()}. Choose a later as_of or fewer years.")
    bought = bought[bought["purchased_at"] >= start]
    bought = bought.assign(year=(bought["purchased_at"] - start).dt.days // 365)
    active = bought[bought["customer_id"].isin(before)].groupby("customer_id")["year"].nunique()
    same = bought[bought["customer_id"].isin(active.index[active == years])]
    parts = [_spend_by_year(part, name) for name, part in (("everybody", bought), ("same customers", same))]
    found = pd.concat(parts, ignore_index=True)
    found["year_from"] = start + pd.to_timedelta(365 * found.pop("year"), unit="D")
    return found[["group", "year_from", "customers", "spend_cny", "purchases", "basket_cny"]]


def _spend_by_year(bought: pd.DataFrame, name: str) -> pd.DataFrame:
    groups = bought.groupby("year")
    table = pd.DataFrame({"customers": groups["customer_id"].nunique()})
    table["spend_cny"] = groups["amount_cny"].sum() / table["customers"]
    table["purchases"] = groups.size() / table["customers"]
    return table.assign(basket_cny=groups["amount_cny"].mean(), group=name).reset_index()


def plot_shares(followed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Market share and mean share of customer, quarter by quarter.

    followed: the table of `follow_shares`.
    """
    take_result(followed, FOLLOWED)
    ax = new_axes(ax)
    ax.plot(followed["quarter"], followed["market_share"], "-o", color=COLOURS["high"], label="of all tonnes")
    ax.plot(
        followed["quarter"],
        followed["share_of_customer"],
        "--s",
        color=COLOURS["low"],
        label="of an average account",
    )
    format_percent(ax.yaxis)
    ticks = followed["quarter"].iloc[::2]
    ax.set_xticks(ticks, [f"{day.year} Q{day.quarter}" for day in ticks])
    highest = float(followed[["market_share", "share_of_customer"]].to_numpy().max())
    ax.set(ylim=(0, 1.1 * highest), xlabel="quarter", ylabel="share bought from us")
    ax.legend(frameon=False, loc="lower left")
    return ax


def plot_market_shares(decomposed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Three dots for each chain: market share, share of customer, penetration.

    decomposed: the table of `decompose_market_share`.
    """
    take_result(decomposed, DECOMPOSED)
    ax = new_axes(ax)
    marks = (
        ("market_share", "D", "truth"),
        ("share_of_customer", "o", "estimate"),
        ("penetration", "s", "claim"),
    )
    for name, marker, colour in marks:
        ax.plot(
            decomposed[name],
            range(len(decomposed)),
            marker,
            color=COLOURS[colour],
            markersize=8,
            label=name.replace("_", " "),
        )
    label_rows(ax, [str(chain).replace("_", " ") for chain in decomposed["chain"]])
    ax.margins(y=0.1)
    format_percent(ax.xaxis)
    ax.set(xlim=(0, 1), xlabel="share", ylabel="chain")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax
