"""Key account development: can it pay, and is the account worth developing (D-22, D-27)?

Five ratios from a balance sheet and a year's profit and loss say whether a customer can pay. A plan in
which every line has a low, a likely and a high value says whether developing it pays, and how sure that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, estimate_from_draws
from crmlib.tables.options import read_number, read_seed
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_YEAR = 365
_FIELDS = ("liquid_assets_cny", "total_assets_cny", "sales_cny", "cost_of_sales_cny")
BOOKS = describe_result(
    "books",
    {
        "account": "string",
        **dict.fromkeys(_FIELDS, "number >0"),
        "receivables_cny": "number 0..",
        "inventory_cny": "number 0..",
        "net_profit_cny": "number",
    },
)
KINDS = ("gain if won", "cost if won", "cost in any case")
PLAN = describe_result(
    "plan",
    {
        "item": "string",
        "kind": f"one of {'|'.join(KINDS)}",
        **dict.fromkeys(("low", "likely", "high"), "number 0.."),
    },
)


def measure_five_ratios(books: pd.DataFrame) -> pd.DataFrame:
    """Can this account pay, does it earn, and how fast does its money come back (D-22)?

    books: one row an account: account, liquid_assets_cny (cash, receivables, inventory), total_assets_cny,
    receivables_cny, inventory_cny (at the end of the year), sales_cny, cost_of_sales_cny, net_profit_cny
    (of the year). Columns: account; liquid_asset_ratio = liquid / total assets; net_profit_rate = net
    profit / sales; return_on_assets = net profit / total assets; collection_days = 365 × receivables /
    sales; inventory_days = 365 × inventory / cost of sales. The source names the five and gives no
    formulas. Raises TableError for wrong columns or values.

    >>> book = pd.DataFrame({"account": ["mill"], "liquid_assets_cny": [40.0], "total_assets_cny": [100.0],
    ...     "receivables_cny": [20.0], "inventory_cny": [10.0], "sales_cny": [73.0],
    ...     "cost_of_sales_cny": [36.5], "net_profit_cny": [5.0]})
    >>> measure_five_ratios(book).iloc[0, 1:].astype(float).round(3).tolist()
    [0.4, 0.068, 0.05, 100.0, 100.0]
    """
    rows = take_result(books, BOOKS)
    parts = rows["receivables_cny"] + rows["inventory_cny"]
    wrong = (rows["liquid_assets_cny"] > rows["total_assets_cny"]) | (parts > rows["liquid_assets_cny"])
    if wrong.any():
        raise ValueError(
            f"books.liquid_assets_cny: wrong for {int(wrong.sum())} of {len(rows)} accounts, such as "
            f"{rows.loc[wrong, 'account'].iloc[0]}. Liquid assets hold receivables and inventory, and are a "
            "part of the total assets."
        )
    return pd.DataFrame(
        {
            "account": rows["account"],
            "liquid_asset_ratio": rows["liquid_assets_cny"] / rows["total_assets_cny"],
            "net_profit_rate": rows["net_profit_cny"] / rows["sales_cny"],
            "return_on_assets": rows["net_profit_cny"] / rows["total_assets_cny"],
            "collection_days": _YEAR * rows["receivables_cny"] / rows["sales_cny"],
            "inventory_days": _YEAR * rows["inventory_cny"] / rows["cost_of_sales_cny"],
        }
    )


def forecast_account(
    plan: pd.DataFrame, *, win_probability: float, draws: int = 4_000, seed: int | np.random.Generator = 1
) -> Estimate:
    """What developing an account brings on average over wins and failures, and how sure that is.

    Expected net value = probability × (gains − costs if won) − costs in any case (D-27). plan: item, kind
    (gain if won, cost if won, cost in any case), low, likely, high (yuan, 0 or more, in this order). Each
    item is drawn on its own from a triangle over low, likely and high; the value is exact (the mean of a
    triangle is the mean of its three corners), the interval holds 95 % of the draws. It knows nothing of
    what the plan forgot. Raises TableError for wrong columns, ValueError for corners in another order or a
    probability outside 0 to 1.

    >>> plan = pd.DataFrame({"item": ["profit", "travel"], "kind": ["gain if won", "cost in any case"],
    ...                      "low": [60.0, 10.0], "likely": [90.0, 20.0], "high": [150.0, 30.0]})
    >>> forecast_account(plan, win_probability=0.5).value      # 0.5 × 100 − 20
    30.0
    """
    chance = read_number(win_probability, "win_probability", "a share between 0 and 1", limits="0..1")
    if_won, anyway = _sum_plan(plan)
    drawn_won, drawn_anyway = _draw_plan(plan, draws, seed)
    value = chance * if_won - anyway
    return estimate_from_draws(value, chance * drawn_won - drawn_anyway, n=1, unit="yuan")


def find_break_even(plan: pd.DataFrame) -> float:
    """How likely winning must be for the account to pay: costs in any case / net gain if won (D-27).

    plan: as for `forecast_account`. Returns a probability; infinite if even a certain win brings no net gain,
    above 1 if a certain win does not cover the costs. Errors as `forecast_account`.

    >>> plan = pd.DataFrame({"item": ["profit", "travel"], "kind": ["gain if won", "cost in any case"],
    ...                      "low": [60.0, 10.0], "likely": [90.0, 20.0], "high": [150.0, 30.0]})
    >>> find_break_even(plan)
    0.2
    """
    if_won, anyway = _sum_plan(plan)
    return anyway / if_won if if_won > 0 else float("inf")


def _take_plan(plan: pd.DataFrame) -> pd.DataFrame:
    rows = take_result(plan, PLAN)
    mixed = ~((rows["low"] <= rows["likely"]) & (rows["likely"] <= rows["high"]))
    if mixed.any():
        raise ValueError(
            f"plan: {int(mixed.sum())} of {len(rows)} items have low, likely and high in another order, such "
            f"as {rows.loc[mixed, 'item'].iloc[0]}. Write the smallest first."
        )
    return rows.sort_values(["item", "kind", "low", "likely", "high"], ignore_index=True)


def _sign(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """+1 for gains and −1 for costs if won (else 0), and 1 for costs in any case (else 0)."""
    kind = rows["kind"].astype(str)
    if_won = np.select([kind == KINDS[0], kind == KINDS[1]], [1.0, -1.0], 0.0)
    return if_won, (kind == KINDS[2]).to_numpy(float)


def _sum_plan(plan: pd.DataFrame) -> tuple[float, float]:
    """Expected net gain if won, and expected costs in any case."""
    rows = _take_plan(plan)
    means = rows[["low", "likely", "high"]].mean(axis=1).to_numpy(float)
    if_won, anyway = _sign(rows)
    return float(if_won @ means), float(anyway @ means)


def _draw_plan(
    plan: pd.DataFrame, draws: int, seed: int | np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Net gain if won and costs in any case, one number a draw."""
    rows = _take_plan(plan)
    count = int(read_number(draws, "draws", "a whole number of at least 2", limits="2..", whole=True))
    generator = read_seed(seed)
    low, likely, high = (rows[name].to_numpy(float) for name in ("low", "likely", "high"))
    width = np.where(high > low, high - low, 1.0)  # a triangle without width is drawn as its corner
    drawn = low + (high - low) * generator.triangular(0.0, (likely - low) / width, 1.0, (count, len(rows)))
    if_won, anyway = _sign(rows)
    return drawn @ if_won, drawn @ anyway


def plot_account(
    plan: pd.DataFrame, *, win_probability: float, draws: int = 4_000, seed: int = 1, ax: Axes | None = None
) -> Axes:
    """Expected net value of an account against the chance of winning it, with what the plan leaves open.

    plan: as for `forecast_account`. The dot marks win_probability; left of where the line crosses zero the
    account is not worth developing on average.
    """
    chance = read_number(win_probability, "win_probability", "a share between 0 and 1", limits="0..1")
    ax = new_axes(ax)
    if_won, anyway = _sum_plan(plan)
    drawn_won, drawn_anyway = _draw_plan(plan, draws, seed)
    shares = np.linspace(0, 1, 21)
    limits = np.quantile(shares[:, None] * drawn_won - drawn_anyway, [0.025, 0.975], axis=1)
    ax.fill_between(shares, *limits, color=COLOURS["estimate"], alpha=0.2, label="95 % of the draws")
    ax.plot(shares, shares * if_won - anyway, color=COLOURS["estimate"], label="expected net value")
    ax.plot(chance, chance * if_won - anyway, "o", color=COLOURS["estimate"], markeredgecolor="black")
    ax.axhline(0, color="black", linewidth=0.8)
    needed = find_break_even(plan)
    if needed <= 1:
        ax.axvline(needed, color=COLOURS["claim"], linestyle="--", label=f"break-even: {100 * needed:.0f} %")
    format_percent(ax.xaxis)
    format_money(ax.yaxis)
    ax.set(xlabel="probability of winning the account", ylabel="net value (yuan)")
    ax.legend(frameon=False, loc="lower right", fontsize=9)
    return ax


def explore_account(plan: pd.DataFrame, *, win_probability: float = 0.3) -> None:
    """Drag the chance of winning, and what a year's profit is worth: when does the account pay (D-27)?

    plan: as for `forecast_account`.
    """
    rows = _take_plan(plan)
    start = read_number(win_probability, "win_probability", "a share between 0 and 1", limits="0..1")

    def draw(ax: Axes, percent: int, profit: int) -> None:
        """The plan with its gains scaled, at one chance of winning."""
        factor = np.where(rows["kind"].astype(str) == KINDS[0], profit / 100, 1.0)
        scaled = rows.assign(**{name: rows[name] * factor for name in ("low", "likely", "high")})
        plot_account(scaled, win_probability=percent / 100, draws=1_000, ax=ax)
        found = forecast_account(scaled, win_probability=percent / 100, draws=1_000)
        words = f"expected: {found.value:,.0f} yuan ({found.low:,.0f} to {found.high:,.0f})"
        ax.set_title(words.replace("-", "−"), fontsize=10)

    explore(
        draw,
        controls={
            "percent": Slider("probability of winning (%)", 0, 100, round(100 * start), 1),
            "profit": Slider("gains (% of the plan)", 50, 150, 100, 5),
        },
        alt="A rising line of net value against the probability of winning, with its band; it crosses zero "
        "at the break-even probability. Smaller gains move the crossing to the right.",
    )
