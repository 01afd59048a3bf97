"""Share of customer: how much of what a customer needs is bought from us, and not only how many buy (B-23).

Market share counts a large customer's tonnes and a small one's alike in one heap. One-to-one marketing asks
customer by customer: of all that this customer needs, which part comes from us, and is it growing?
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.intervals import label_rows, reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import (
    CONFIDENCE,
    Estimate,
    draw_weights,
    estimate_from_draws,
    estimate_mean,
    estimate_ratio,
    quantile,
)
from crmlib.tables.engines import collect, count_lazily, is_engine, load_narwhals
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WHOLE, _LIMIT = "number 0..1", "number 0..1 ?"
_SHARES = {"market_share": _WHOLE, "market_low": _LIMIT, "market_high": _LIMIT}
_SHARES |= {"share_of_customer": _WHOLE, "customer_low": _LIMIT, "customer_high": _LIMIT}
_PENETRATION = {"penetration": _WHOLE, "penetration_low": _LIMIT, "penetration_high": _LIMIT}
FOLLOWED = describe_result("followed", {"quarter": "date", **_SHARES})
DECOMPOSED = describe_result("decomposed", {"chain": "string", **_SHARES, **_PENETRATION})
ROOM = describe_result(
    "room", {"customer_id": "key", "needed_tonnes": "number >=0", "bought_tonnes": "number >=0"}
)
PANEL = ["panel_id", "chain", "amount_cny"]
NOBODY = (float("nan"), float("nan"))


def follow_shares(wallets: pd.DataFrame) -> pd.DataFrame:
    """Quarter by quarter: market share among our accounts beside the share of an average customer (B-23).

    wallets: customer_id, quarter, needed_tonnes, bought_tonnes. The share of an account is bought / needed,
    at most 1: an account that buys more than the salesperson thought it needs shows that the guess was low.
    Quarters without need are left out. Columns: quarter, customers, market_share (all tonnes bought over all
    tonnes needed: large accounts weigh more), share_of_customer (mean over accounts: each weighs one), each
    followed by the limits of its interval (95 %, accounts as a sample; missing for one account alone). Raises
    TableError for wrong columns or a repeated account and quarter, ValueError if nobody needs anything.

    >>> wallets = pd.DataFrame({"customer_id": [501, 502], "quarter": [pd.Timestamp("2025-01-01")] * 2,
    ...                         "needed_tonnes": [100.0, 10.0], "bought_tonnes": [25.0, 8.0]})
    >>> follow_shares(wallets)[["customers", "market_share", "share_of_customer"]].iloc[0].tolist()
    [2.0, 0.3, 0.525]
    """
    rows = _take_wallets(wallets)
    table = []
    for quarter, part in rows.groupby("quarter"):
        market = float(part["bought_tonnes"].sum() / part["needed_tonnes"].sum())
        limits = [NOBODY, NOBODY]
        if len(part) > 1:
            all_tonnes = estimate_ratio(part["bought_tonnes"], part["needed_tonnes"], unit="%")
            limits = [_limit(one) for one in (all_tonnes, estimate_mean(part["share"], unit="%"))]
        table.append((quarter, len(part), market, *limits[0], float(part["share"].mean()), *limits[1]))
    return pd.DataFrame(table, columns=["quarter", "customers", *_SHARES])


def _limit(one: Estimate) -> tuple[float, float]:
    """The interval of a share; a normal one may reach beyond 0 and 1."""
    return max(0.0, one.low), min(1.0, one.high)


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


def estimate_share_change(first: pd.DataFrame, last: pd.DataFrame) -> Estimate:
    """Do the same accounts give us a larger part of what they need than before? In percentage points (B-23).

    first, last: two tables of `find_room`; accounts that stand in both are compared, whoever came or went is
    left out. With R = Σ bought / Σ needed the change is R_last − R_first; its interval by linearisation, the
    two periods of an account taken together. Raises TableError for wrong columns or a repeated account,
    ValueError for fewer than two accounts in both, or no need in one of the periods.

    >>> first = pd.DataFrame({"customer_id": [1, 2, 3], "needed_tonnes": 10.0, "bought_tonnes": [5, 4, 9.0]})
    >>> last = pd.DataFrame({"customer_id": [1, 2, 4], "needed_tonnes": 10.0, "bought_tonnes": [4, 3, 9.0]})
    >>> round(estimate_share_change(first, last).value, 2)     # 9 of 20 tonnes, then 7 of 20
    -0.1
    """
    early, late = (
        take_columns(table, ROOM, list(ROOM.columns), unique=["customer_id"]) for table in (first, last)
    )
    both = early.merge(late, on="customer_id", suffixes=("_first", "_last"))
    n = len(both)
    if n < 2:
        raise ValueError(f"room: {n} accounts stand in both tables, expected at least 2 to compare.")
    ratios, parts = [], []
    for period in ("first", "last"):
        bought, needed = (both[f"{name}_tonnes_{period}"].to_numpy() for name in ("bought", "needed"))
        if needed.sum() <= 0:
            raise ValueError(f"room.needed_tonnes: the accounts need nothing in the {period} period.")
        ratio = float(bought.sum() / needed.sum())
        ratios.append(ratio)
        parts.append((bought - ratio * needed) / needed.sum())
    spread = float(np.sqrt(((parts[1] - parts[0]) ** 2).sum() * n / (n - 1)))
    half = quantile(CONFIDENCE, freedom=n - 1) * spread
    change = ratios[1] - ratios[0]
    return Estimate(change, change - half, change + half, n=n, unit="percentage points")


def decompose_market_share(
    panel: pd.DataFrame, *, draws: int = 300, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """Is a chain large because many buy there, because they give it much, or because they buy much? (B-23)

    market_share = penetration · share_of_customer · use_index (Parfitt and Collins 1968). panel: panel_id,
    chain, amount_cny, any number of rows a shopper and chain. Columns: chain, market_share,
    share_of_customer (its part of all spending of the shoppers who bought there), penetration (who they are
    among all shoppers), each followed by the limits of its interval (95 %, shoppers drawn anew; missing where
    one shopper alone decides), use_index (their spending against the average shopper's); largest chain first.
    Raises TableError for wrong columns, ValueError if nobody spent anything.

    >>> panel = pd.DataFrame({"panel_id": [1, 1, 2], "chain": ["osmanthus", "rival_a", "rival_a"],
    ...                       "amount_cny": [30.0, 60.0, 30.0]})
    >>> decompose_market_share(panel, draws=2)[["chain", "market_share", "penetration", "use_index"]].round(2)
           chain  market_share  penetration  use_index
    0    rival_a          0.75          1.0        1.0
    1  osmanthus          0.25          0.5        1.5
    """
    rows = _sum_by_engine(panel) if is_engine(panel) else take_columns(panel, "panel", PANEL)
    spent = rows.pivot_table(
        index="panel_id", columns="chain", values="amount_cny", aggfunc="sum", fill_value=0.0, observed=True
    )
    total = spent.sum(axis=1).to_numpy()
    if total.sum() <= 0:
        raise ValueError("panel.amount_cny: nobody spent anything, so there are no shares.")
    read_number(draws, "draws", "a whole number of at least 2", limits="2..", whole=True)
    weights = np.ones((1, len(spent)))
    if len(spent) > 1:
        weights = np.vstack([weights, draw_weights(len(spent), draws=draws, seed=seed)])
    table = []
    for chain in spent.columns[spent.sum() > 0]:
        here = spent[chain].to_numpy()
        buyers = here > 0
        parts = ((here, total), (here, total * buyers), (buyers.astype(float), np.ones(len(here))))
        limits = [_redraw(weights, top, bottom) for top, bottom in parts]
        index = float(total[buyers].mean() / total.mean())
        table.append((str(chain), *(number for part in limits for number in part), index))
    names = ["chain", *_SHARES, *_PENETRATION, "use_index"]
    found = pd.DataFrame(table, columns=names)
    return found.sort_values(["market_share", "chain"], ascending=[False, True], ignore_index=True)


def _sum_by_engine(panel: Any) -> pd.DataFrame:
    """What each shopper spent in each chain, added up by the engine that holds the panel."""
    nw = load_narwhals()

    sums = (
        count_lazily(panel, "panel", PANEL).lazy.group_by("panel_id", "chain").agg(nw.col("amount_cny").sum())
    )
    return pd.DataFrame(collect(sums.sort("panel_id", "chain")).to_pandas())


def _redraw(
    weights: NDArray[np.float64], top: NDArray[np.float64], bottom: NDArray[np.float64]
) -> tuple[float, float, float]:
    """A ratio of totals and its limits; first row of weights as observed; one shopper gives no limits."""
    value = float(top.sum() / bottom.sum())
    below = weights @ bottom
    ratios = (weights @ top)[below > 0] / below[below > 0]
    if (bottom > 0).sum() < 2 or len(ratios) < 3:
        return value, *NOBODY
    one = estimate_from_draws(value, ratios[1:], n=len(top), unit="%")
    return one.value, one.low, one.high


def plot_shares(followed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Market share and mean share of customer, quarter by quarter, with their intervals.

    followed: the table of `follow_shares`.
    """
    rows = take_result(followed, FOLLOWED)
    ax = new_axes(ax, height=3.9)
    looks = (
        ("market_share", "market", "-o", "high", "of all tonnes", -6),
        ("share_of_customer", "customer", "--s", "low", "of an average account", 6),
    )
    words = []
    for name, limits, line, colour, label, shift in looks:
        value = rows[name]
        error = reach(value, rows[f"{limits}_low"], rows[f"{limits}_high"])
        place = rows["quarter"] + pd.Timedelta(days=shift)
        ax.errorbar(
            place, value, error, fmt=line, capsize=2, elinewidth=1, color=COLOURS[colour], label=label
        )
        words.append(f"{label} {100 * value.iloc[0]:.0f} → {100 * value.iloc[-1]:.0f} %")
    format_percent(ax.yaxis)
    ticks = rows["quarter"].iloc[::2]
    ax.set_xticks(ticks, [f"{day.year} Q{day.quarter}" for day in ticks])
    highest = float(rows[["market_share", "share_of_customer", "market_high", "customer_high"]].max().max())
    ax.set(ylim=(0, 1.05 * highest), xlabel="quarter", ylabel="share bought from us")
    ax.set_title(f"first to last quarter: {', '.join(words)}", fontsize=10)
    ax.legend(frameon=False, loc="lower left")
    return ax


def plot_market_shares(decomposed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Three dots with intervals for each chain: market share, share of customer, penetration.

    decomposed: the table of `decompose_market_share`.
    """
    rows = take_result(decomposed, DECOMPOSED).reset_index(drop=True)
    ax = new_axes(ax, height=3.8)
    marks = (
        ("market_share", "market", "D", "truth"),
        ("share_of_customer", "customer", "o", "estimate"),
        ("penetration", "penetration", "s", "claim"),
    )
    for name, limits, marker, colour in marks:
        shade, words = COLOURS[colour], name.replace("_", " ")
        ax.hlines(rows.index, rows[f"{limits}_low"], rows[f"{limits}_high"], color=shade, linewidth=3)
        ax.plot(rows[name], rows.index, marker, color=shade, markersize=6, label=words)
    rows["chain"] = rows["chain"].astype(str).str.replace("_", " ")
    label_rows(ax, list(rows["chain"]))
    ax.margins(y=0.1)
    format_percent(ax.xaxis)
    ax.set(xlim=(0, 1), xlabel="share", ylabel="chain")
    ranked = rows.sort_values("share_of_customer", ascending=False).iloc[[0, -1]]
    ends = [f"{100 * row['share_of_customer']:.0f} % ({row['chain']})" for _, row in ranked.iterrows()]
    ax.set_title(f"share of customer: from {ends[0]} to {ends[1]}", fontsize=10, pad=26)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax
