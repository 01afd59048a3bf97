"""How much may a new customer cost, and where does the next yuan do more: winning or keeping (F-03)?

A new customer pays back slowly. `measure_payback` counts month by month what new members have brought;
`measure_equity` adds up what a firm's customers are worth, those it has and those it will win, and lets a
budget be split (after Blattberg and Deighton 1996; the course's sources do not have it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.tables.options import read_instance, read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.value.retention import find_margin_multiple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MONTH = 30.4375  # days
PAYBACK = describe_result(
    "payback",
    {"month": "integer 1..", "margin_cny": "number", "low": "number", "high": "number", "n": "integer 2.."},
)


def measure_payback(members: pd.DataFrame, receipts: pd.DataFrame, *, months: int = 24) -> pd.DataFrame:
    """What a new member has brought, fee and margin, by the end of each month after joining.

    members: customer_id, joined_on, fee_cny; who joined less than the months before the last receipt is left
    out, so that every month averages the same people. receipts: customer_id, purchased_at, margin_cny. A
    month has 30.44 days. Columns: month, margin_cny (mean of all, those included who never came again), low,
    high (Student's interval), n. Raises TableError for wrong columns, ValueError with fewer than two members
    or receipts of nobody.

    >>> members = pd.DataFrame({"customer_id": [1, 2], "fee_cny": 20.0,
    ...                         "joined_on": [pd.Timestamp("2024-01-01")] * 2})
    >>> receipts = pd.DataFrame({"customer_id": [1, 2, 1], "margin_cny": [30.0, 10.0, 8.0],
    ...                          "purchased_at": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-03-05"])})
    >>> measure_payback(members, receipts, months=2)[["month", "margin_cny", "n"]]
       month  margin_cny  n
    0      1        40.0  2
    1      2        40.0  2
    """
    count = int(read_number(months, "months", "at least 1 month", limits="1..", whole=True))
    people = take_columns(members, "members", ["customer_id", "joined_on", "fee_cny"], unique=["customer_id"])
    columns = ["customer_id", "purchased_at", "margin_cny"]
    bought = take_columns(receipts, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    if bought.empty:
        raise ValueError("receipts: none with a customer_id. Repair: take the receipts of members.")
    last = bought["purchased_at"].max().normalize()
    people = people[people["joined_on"] <= last - pd.Timedelta(days=round(count * MONTH) - 1)]
    people = people.set_index("customer_id")
    if len(people) < 2:
        raise ValueError(
            f"members: {len(people)} joined {count} months before the last receipt. Take fewer months."
        )
    bought = bought[bought["customer_id"].isin(people.index)].astype({"customer_id": "int64"})
    after = (bought["purchased_at"].dt.normalize() - bought["customer_id"].map(people["joined_on"])).dt.days
    month = (after // MONTH).astype(int)
    inside = bought.assign(month=month)[month.between(0, count - 1)]
    sums = inside.groupby(["customer_id", "month"])["margin_cny"].sum().unstack(fill_value=0.0)
    sums = sums.reindex(people.index, fill_value=0.0).reindex(columns=range(count), fill_value=0.0)
    held = sums.to_numpy(float).cumsum(axis=1) + people["fee_cny"].to_numpy(float)[:, None]
    mean, n = held.mean(axis=0), len(held)
    half = quantile(0.95, freedom=n - 1) * held.std(axis=0, ddof=1) / np.sqrt(n)
    table = {"month": np.arange(1, count + 1), "margin_cny": mean, "low": mean - half, "high": mean + half}
    return pd.DataFrame({**table, "n": n})


def plot_payback(payback: pd.DataFrame, *, cost: Estimate, ax: Axes | None = None) -> Axes:
    """What a new member has brought, month by month, against what it cost to win her.

    payback: as from `measure_payback`. cost: yuan for an incremental new member, as from
    `measure_store_trial(…).estimate_cost()`; its interval is the band. She has paid back where the line
    leaves the band upwards.
    """
    table = take_result(payback, PAYBACK)
    read_instance(cost, "cost", Estimate)
    ax = new_axes(ax)
    high = cost.high if np.isfinite(cost.high) else 2 * max(cost.value, float(table["high"].max()))
    ax.axhspan(cost.low, high, color=COLOURS["claim"], alpha=0.3, linewidth=0)
    ax.axhline(cost.value, color=COLOURS["claim"], linestyle="--", label="cost of an incremental member")
    ax.fill_between(
        table["month"], table["low"], table["high"], color=COLOURS["estimate"], alpha=0.3, linewidth=0
    )
    ax.plot(
        table["month"],
        table["margin_cny"],
        color=COLOURS["estimate"],
        linewidth=2,
        label="fee and margin so far",
    )
    reached = table.loc[table["margin_cny"] >= cost.value, "month"]
    ax.set_title(f"Paid back after {reached.min()} months" if len(reached) else "Not paid back in this time")
    format_money(ax.yaxis)
    ax.set(xlabel="months since joining", ylabel="yuan for a new member", ylim=(0, None))
    ax.legend(frameon=False, loc="lower right")
    return ax


@dataclass(frozen=True)
class Base:
    """A customer base as a budget sees it: whom there is, what they bring, and what a yuan moves.

    customers: how many there are. margin_cny: a customer a year. retention_share: who stays a year without
    any budget. discount_share: a year. new_cost_cny, kept_cost_cny: what the *first* customer costs who is
    won or kept because of the budget. most_new, most_kept: how many could be won, or kept, at most, however
    much is spent. ValueError for numbers that cannot be.
    """

    customers: float
    margin_cny: float
    retention_share: float
    discount_share: float
    new_cost_cny: float
    kept_cost_cny: float
    most_new: float
    most_kept: float

    def __post_init__(self) -> None:
        """Refuse a base that cannot be."""
        for name in ("customers", "margin_cny", "new_cost_cny", "kept_cost_cny", "most_new", "most_kept"):
            read_number(getattr(self, name), f"Base: {name}", "more than 0", limits=">0")
        for name in ("retention_share", "discount_share"):
            read_number(getattr(self, name), f"Base: {name}", "a share from 0 to 1", limits="0..1")
        if self.most_kept > self.customers * (1 - self.retention_share):
            raise ValueError(
                f"Base: most_kept is {self.most_kept:g}, but only "
                f"{self.customers * (1 - self.retention_share):g} customers leave. Take at most these."
            )


def measure_equity(base: Base, *, winning_cny: float, keeping_cny: float) -> pd.Series:
    """What a year's budget makes of the customer base: new, kept, and what all of them are worth.

    Money does less, the more of it there is: new = most_new · (1 − exp(−winning / (new_cost · most_new))),
    kept likewise. A customer who has stayed brings margin · (1 + r / (1 + i − r)), the first yuan now; so
    does a new one. equity_cny = (customers · r + kept + new) · that value − budget.
    Returns new, kept, equity_cny.

    >>> base = Base(1000, 100.0, 0.7, 0.1, 150.0, 120.0, 300, 200)
    >>> measure_equity(base, winning_cny=0, keeping_cny=12_000).round(1).tolist()
    [0.0, 78.7, 202140.8]
    """
    spent = [
        read_number(value, name, "0 yuan or more", limits="0..")
        for name, value in (("winning_cny", winning_cny), ("keeping_cny", keeping_cny))
    ]
    new = base.most_new * -np.expm1(-spent[0] / (base.new_cost_cny * base.most_new))
    kept = base.most_kept * -np.expm1(-spent[1] / (base.kept_cost_cny * base.most_kept))
    each = base.margin_cny * (1 + find_margin_multiple(base.retention_share, base.discount_share))
    equity = (base.customers * base.retention_share + kept + new) * each - sum(spent)
    return pd.Series({"new": new, "kept": kept, "equity_cny": equity})


def explore_budget(base: Base, *, budget_cny: float) -> None:
    """Drag the costs: which part of a budget should win new customers, and how much is lost beside the best?

    base: as for `measure_equity`. budget_cny: what is split in a year, a yuan or
    more.
    """
    read_instance(base, "base", Base)
    read_number(budget_cny, "explore_budget: budget_cny", "1 yuan or more", limits="1..")
    parts = np.linspace(0, 1, 101)

    def draw(ax: Axes, budget: float, new_cost_cny: float, kept_cost_cny: float) -> None:
        from dataclasses import replace

        now = replace(base, new_cost_cny=new_cost_cny, kept_cost_cny=kept_cost_cny)
        nothing = measure_equity(now, winning_cny=0.0, keeping_cny=0.0)["equity_cny"]
        gains = [
            measure_equity(now, winning_cny=budget * one, keeping_cny=budget * (1 - one))["equity_cny"]
            - nothing
            for one in parts
        ]
        best = int(np.argmax(gains))
        ax.plot(parts, gains, color=COLOURS["estimate"], linewidth=2)
        ax.plot(parts[best], gains[best], "o", color=COLOURS["claim"], markeredgecolor="black", markersize=9)
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_title(f"Best: {100 * parts[best]:.0f} % of the budget for winning")
        format_percent(ax.xaxis)
        format_money(ax.yaxis)
        ax.set(xlabel="part of the budget that wins new customers", ylabel="customer equity gained (yuan)")

    alt = (
        "Customer equity gained by a budget, against the part of it that wins new customers: a curve with "
        "one highest point, marked, where the last yuan does as much on either side."
    )
    new, kept = (float(max(1, round(value))) for value in (base.new_cost_cny, base.kept_cost_cny))
    top = float(round(budget_cny))
    controls = {
        "budget": Slider("budget (yuan)", top / 10, 3 * top, top, top / 10),
        "new_cost_cny": Slider("first new customer costs (yuan)", 1.0, 5 * new, new, 1.0),
        "kept_cost_cny": Slider("first kept customer costs (yuan)", 1.0, 5 * kept, kept, 1.0),
    }
    explore(draw, controls=controls, alt=alt)
