"""Customer identification: who is worth how much, and how likely do we get it (C-19)?

Expected value = value × probability. One looks only at the size of the prize, another only at the chance of
winning it; the product is what a row of many such customers brings on average. Here prospects and members are
ranked in all three ways, and the members' ranking is held against what they did afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import Estimate, draw_weights, estimate_from_draws, estimate_ratio
from crmlib.tables.options import read_choice, read_date, read_number, refuse_short
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_YEAR = 365
_LEAST_DAYS = 91  # a shorter history is not blown up to a year beyond this
_RECENCY_LIMITS = (-1, 30, 91, 182, 365, 547)  # days since the last purchase; further back is one group
_COUNT_LIMITS = (-1, 0, 1, 3, 6, 12)  # purchases in the last year; more is one group
_RANKINGS = {"value alone": "value_cny", "probability alone": "probability", "expected value": "expected_cny"}

PROSPECTS = describe_result(
    "prospects", {"prospect": "string", "value_cny": "number", "probability": "number 0..1"}
)
FOLLOWED = describe_result(
    "followed",
    {
        "customer_id": "key",
        "value_cny": "number",
        "probability": "number 0..1",
        "expected_cny": "number",
        "bought": "boolean",
        "margin_next_cny": "number",
    },
)


def rank_prospects(prospects: pd.DataFrame) -> pd.DataFrame:
    """The order in which to call prospects, by value, by probability and by their product (C-19).

    prospects: prospect, value_cny (yuan), probability (0 to 1). Adds expected_cny, what a prospect is worth
    on average before we know whether we get it: value × probability; and the ranks by_value, by_probability,
    by_expected (1 is the best; equal ones share the better rank). Raises TableError for wrong columns,
    values or an empty table.

    >>> two = pd.DataFrame({"prospect": ["A", "B"], "value_cny": [20_000, 3_000], "probability": [0.1, 0.8]})
    >>> rank_prospects(two)[["prospect", "expected_cny", "by_value", "by_probability", "by_expected"]]
      prospect  expected_cny  by_value  by_probability  by_expected
    0        A        2000.0         1               2            2
    1        B        2400.0         2               1            1
    """
    checked = take_result(prospects, PROSPECTS)
    ranked = prospects.assign(**checked, expected_cny=checked["value_cny"] * checked["probability"])
    for column in ("value_cny", "probability", "expected_cny"):
        rank = ranked[column].rank(ascending=False, method="min").astype(int)
        ranked[f"by_{column.removesuffix('_cny')}"] = rank
    return ranked


def value_leads(
    leads: pd.DataFrame, orders: pd.DataFrame, *, as_of: str | pd.Timestamp, by: str = "source"
) -> pd.DataFrame:
    """What a lead of each group is worth: value if won × share won = margin per lead (C-19).

    leads: lead_id, outcome, customer_id and the column named by by; open ones are left out, since their
    outcome is unknown. orders: customer_id, purchased_at, margin_cny. Value of a won lead: its margin up
    to as_of, per year since its first order (a history shorter than 91 days counts as 91). Columns:
    group, leads, won, probability, value_cny (mean of the won ones; 0 if none), expected_cny, low, high
    (interval of expected_cny, by lead). Groups with one lead are left out. Raises TableError for wrong
    columns, ValueError if no lead is decided.

    >>> leads = pd.DataFrame({"lead_id": [1, 2], "source": ["fair", "fair"], "outcome": ["won", "lost"],
    ...                       "customer_id": pd.array([701, None], dtype="Int64")})
    >>> orders = pd.DataFrame({"customer_id": [701], "purchased_at": [pd.Timestamp("2025-01-01")],
    ...                        "margin_cny": [3000.0]})
    >>> table = value_leads(leads, orders, as_of="2025-12-31")
    >>> table[["group", "probability", "value_cny", "expected_cny"]]
      group  probability  value_cny  expected_cny
    0  fair          0.5     3000.0        1500.0
    """
    day = read_date(as_of, "as_of")
    taken = take_columns(leads, "leads", ["lead_id", by, "outcome", "customer_id"], unique=["lead_id"])
    rows = taken[taken["outcome"] != "open"]
    if rows.empty:
        raise ValueError("leads: none is won or lost yet, so there is no probability to count.")
    sold = take_columns(orders, "orders", ["customer_id", "purchased_at", "margin_cny"], once="order_id")
    sold = sold[sold["purchased_at"] < day + pd.Timedelta(days=1)]
    groups = sold.groupby("customer_id")
    age = (day - groups["purchased_at"].min().dt.normalize()).dt.days + 1
    yearly = groups["margin_cny"].sum() / age.clip(lower=_LEAST_DAYS) * _YEAR
    won = rows["outcome"] == "won"
    worth = rows["customer_id"].map(yearly).astype("Float64").where(won).fillna(0.0).astype(float)
    table = []
    for group, inside in worth.groupby(rows[by].astype(str)):
        if len(inside) > 1:
            count = int(won[inside.index].sum())
            each = estimate_ratio(inside, np.ones(len(inside)), unit="yuan")
            mean = float(inside.sum() / count) if count else 0.0
            table.append(
                (group, len(inside), count, count / len(inside), mean, each.value, each.low, each.high)
            )
    columns = ["group", "leads", "won", "probability", "value_cny", "expected_cny", "low", "high"]
    return pd.DataFrame(table, columns=columns)


def follow_scored_members(
    receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 182
) -> pd.DataFrame:
    """What each member was expected to bring in the days from as_of on, and what she brought (C-19).

    receipts: customer_id, purchased_at, margin_cny. The first three columns know only purchases before as_of:
    value_cny, the margin so far per period of days since the first purchase (a history shorter than 91 days
    counts as 91); probability, the share that bought among members alike (by days since the last purchase and
    purchases in the last year), counted one period earlier, when the outcome is already known (the share of
    all where nobody was alike); expected_cny, their product. The other two are what happened: bought, and
    margin_next_cny (0 for who did not buy).

    Index customer_id. Raises TableError for wrong columns or if the receipts end before the days are over,
    ValueError if no purchase lies before the period from which the probability is learned. With millions of
    rows it takes more than in proportion (docs/growth.md).

    >>> bought = pd.DataFrame({"customer_id": [1, 1, 1, 2], "margin_cny": [20.0, 20.0, 20.0, 30.0],
    ...     "purchased_at": pd.to_datetime(["2024-01-01", "2025-02-01", "2025-12-29", "2024-01-01"])})
    >>> follow_scored_members(bought, as_of="2025-07-01")[["probability", "bought", "margin_next_cny"]]
                 probability  bought  margin_next_cny
    customer_id
    1                    0.5    True             20.0
    2                    0.5   False              0.0
    """
    day = read_date(as_of, "as_of")
    period = pd.Timedelta(days=read_number(days, "days", "at least 1 day", limits="1..", whole=True))
    columns = ["customer_id", "purchased_at", "margin_cny"]
    rows = take_columns(receipts, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    rows = rows.astype({"customer_id": "int64"})
    refuse_short(rows["purchased_at"], day + period)
    scores = _score(rows[rows["purchased_at"] < day], day, period)
    inside = rows[rows["purchased_at"].between(day, day + period, inclusive="left")]
    margin = inside.groupby("customer_id")["margin_cny"].sum().reindex(scores.index)
    return scores.assign(bought=margin.notna(), margin_next_cny=margin.fillna(0.0))


def _score(past: pd.DataFrame, day: pd.Timestamp, period: pd.Timedelta) -> pd.DataFrame:
    """Value, probability and their product for the period from a day on, from the purchases before it."""
    earlier = day - period
    if not (past["purchased_at"] < earlier).any():
        raise ValueError(
            f"receipts: no purchase before {earlier.date()}; the probability is learned from the "
            f"{period.days} days before {day.date()} and needs customers from earlier. Take a later as_of."
        )
    old, now = _sort_into_cells(past, earlier, period), _sort_into_cells(past, day, period)
    bought = old.index.isin(past.loc[past["purchased_at"] >= earlier, "customer_id"])
    shares = pd.Series(bought, index=old.index).groupby(old["cell"]).mean()
    probability = now["cell"].map(shares).fillna(float(bought.mean())).astype(float)
    value = now["value_cny"]
    return pd.DataFrame({"value_cny": value, "probability": probability, "expected_cny": value * probability})


def _sort_into_cells(rows: pd.DataFrame, day: pd.Timestamp, period: pd.Timedelta) -> pd.DataFrame:
    """Cell (recency × count) and value per period of each customer who has bought before a day."""
    past = rows[rows["purchased_at"] < day]
    groups = past.groupby("customer_id")
    recency = (day - groups["purchased_at"].max()).dt.days
    age = (day - groups["purchased_at"].min()).dt.days + 1
    recent = past[past["purchased_at"] >= day - pd.Timedelta(days=_YEAR)]
    counts = recent["customer_id"].value_counts().reindex(recency.index, fill_value=0)
    cell = np.searchsorted(_RECENCY_LIMITS, recency) * 10 + np.searchsorted(_COUNT_LIMITS, counts)
    value = groups["margin_cny"].sum() / age.clip(lower=_LEAST_DAYS) * period.days
    return pd.DataFrame({"cell": cell, "value_cny": value}, index=recency.index)


def compare_rankings(
    followed: pd.DataFrame, *, top_share: float = 0.2, draws: int = 500, seed: int = 1
) -> pd.DataFrame:
    """Which ranking finds the customers who will bring the most: value, probability or their product (C-19).

    followed: as from `follow_scored_members`. top_share: how many of the members can be served. Columns:
    ranking, customers, share_of_margin (of all members' next margin, brought by those at the top), low, high
    (bootstrap by member); the last row is the ranking of who knew the future. Raises TableError for wrong
    columns, ValueError for a top_share that picks nobody or everybody.

    >>> followed = pd.DataFrame(
    ...     {"value_cny": [50.0, 20.0, 30.0, 10.0], "probability": [0.1, 0.9, 0.5, 0.2],
    ...      "expected_cny": [5.0, 18.0, 15.0, 2.0], "margin_next_cny": [5.0, 40.0, 50.0, 5.0]})
    >>> compare_rankings(followed, top_share=0.5)[["ranking", "customers", "share_of_margin"]]
                 ranking  customers  share_of_margin
    0        value alone          2             0.55
    1  probability alone          2             0.90
    2     expected value          2             0.90
    3  knowing the future          2             0.90
    """
    followed = _take_followed(followed)
    picks = {name: _pick(followed[column], top_share) for name, column in _RANKINGS.items()}
    picks["knowing the future"] = _pick(followed["margin_next_cny"], top_share)
    margin = followed["margin_next_cny"].to_numpy(float)
    weights = draw_weights(len(margin), draws=draws, seed=seed)
    totals = weights @ margin
    table = []
    for name, chosen in picks.items():
        drawn = (weights[:, chosen] @ margin[chosen]) / totals
        one = estimate_from_draws(float(margin[chosen].sum() / margin.sum()), drawn, n=len(margin), unit="%")
        table.append((name, int(chosen.sum()), one.value, one.low, one.high))
    return pd.DataFrame(table, columns=["ranking", "customers", "share_of_margin", "low", "high"])


def estimate_gain(
    followed: pd.DataFrame, *, over: str, top_share: float = 0.2, draws: int = 500, seed: int = 1
) -> Estimate:
    """How much more the top of the expected-value ranking brings than the top of another ranking (C-19).

    over: "value alone" or "probability alone". The rankings are compared on the same members, draw by draw;
    their common luck cancels. Returns percentage points of all members' next margin. Errors as
    `compare_rankings`; ValueError for another name.

    >>> followed = pd.DataFrame(
    ...     {"value_cny": [50.0, 20.0, 30.0, 10.0], "probability": [0.1, 0.9, 0.5, 0.2],
    ...      "expected_cny": [5.0, 18.0, 15.0, 2.0], "margin_next_cny": [5.0, 40.0, 50.0, 5.0]})
    >>> round(estimate_gain(followed, over="value alone", top_share=0.5).value, 2)
    0.35
    """
    read_choice(over, "over", _RANKINGS)
    followed = _take_followed(followed)
    margin = followed["margin_next_cny"].to_numpy(float)
    one, other = (_pick(followed[_RANKINGS[name]], top_share) for name in ("expected value", over))
    difference = margin * (one.astype(float) - other.astype(float))
    weights = draw_weights(len(margin), draws=draws, seed=seed)
    drawn = (weights @ difference) / (weights @ margin)
    value = float(difference.sum() / margin.sum())
    return estimate_from_draws(value, drawn, n=len(margin), unit="percentage points")


def _pick(scores: pd.Series, top_share: float) -> np.ndarray:
    """True for the highest part of the scores; equal scores are ordered by customer number."""
    read_number(top_share, "top_share", "a share between 0 and 1", limits="0..1")
    wanted = round(top_share * len(scores))
    if not 0 < wanted < len(scores):
        raise ValueError(f"top_share is {top_share}, which picks {wanted} of {len(scores)}. Take 0.2, say.")
    order = np.lexsort((scores.index.to_numpy(), -scores.to_numpy(float)))
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[order[:wanted]] = True
    return chosen


def _take_followed(followed: pd.DataFrame) -> pd.DataFrame:
    table = take_by_customer(followed, FOLLOWED, [*_RANKINGS.values(), "margin_next_cny"]).sort_index()
    if table["margin_next_cny"].sum() <= 0:
        raise ValueError("followed: the members brought no margin in all, so there is no share of it.")
    return table


def plot_rankings(followed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How much of the next margin the top of each ranking brings, from nobody served to everybody.

    followed: as from `follow_scored_members`, at least three members. The dotted line is a ranking by lot.
    The title gives the gain of expected value over value alone in the best fifth (grey line).
    """
    followed = _take_followed(followed)
    ax = new_axes(ax)
    margin = followed["margin_next_cny"].to_numpy(float)
    lines = {"knowing the future": ("margin_next_cny", COLOURS["truth"], "-.")}
    for (name, column), colour, style in zip(
        _RANKINGS.items(), ("left", "low", "high"), ("--", "-", "-"), strict=True
    ):
        lines[name] = (column, COLOURS[colour], style)
    shares = 100 * np.arange(1, len(margin) + 1) / len(margin)
    for name, (column, colour, style) in lines.items():
        order = np.lexsort((followed.index.to_numpy(), -followed[column].to_numpy(float)))
        brought = 100 * margin[order].cumsum() / margin.sum()
        ax.plot(shares, brought, color=colour, linestyle=style, linewidth=2, label=name)
    ax.plot([0, 100], [0, 100], color="black", linestyle=":", linewidth=1, label="by lot")
    ax.axvline(20, color="0.5", linewidth=0.8)
    gain = estimate_gain(followed, over="value alone").text(digits=1).split(", n")[0] + ")"
    ax.set_title(f"best fifth: expected value finds {gain} more than value", fontsize=10)
    ax.set(xlim=(0, 100), ylim=(0, 104), xlabel="members served, best first (%)",
           ylabel="of the next period's margin (%)")  # fmt: skip
    ax.legend(frameon=False, loc="lower right", fontsize=9)
    return ax
