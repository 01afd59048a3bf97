"""Customer identification: who is worth how much, and how likely shall we get it (C-19)?

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
from crmlib.tables.options import read_date, read_number, refuse_short
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR = 365
LEAST_DAYS = 91  # a shorter history is not blown up to a year beyond this
RECENCY_LIMITS = (-1, 30, 91, 182, 365, 547)  # days since the last purchase; further back is one group
COUNT_LIMITS = (-1, 0, 1, 3, 6, 12)  # purchases in the last year; more is one group
RANKINGS = {"value alone": "value_cny", "probability alone": "probability", "expected value": "expected_cny"}

PROSPECTS = describe_result(
    "prospects", {"prospect": "string", "value_cny": "number", "probability": "number 0..1"}
)
_SCORED = {
    "customer_id": "key",
    "value_cny": "number",
    "probability": "number 0..1",
    "expected_cny": "number",
}
SCORES = describe_result("scores", _SCORED)
FOLLOWED = describe_result("followed", {**_SCORED, "bought": "boolean", "margin_next_cny": "number"})


def expect_value(value_cny: float, probability: float) -> float:
    """What a customer is worth on average before we know whether we get her: value × probability (C-19).

    value_cny: yuan, any finite amount. probability: share from 0 to 1. Raises ValueError otherwise.

    >>> expect_value(20_000, 0.1), expect_value(3_000, 0.8)
    (2000.0, 2400.0)
    """
    value = read_number(value_cny, "value_cny", "a finite amount in yuan", limits="-inf..")
    return value * read_number(
        probability, "probability", "a share from 0 to 1 (0.1 for 10 %)", limits="0..1"
    )


def rank_prospects(prospects: pd.DataFrame) -> pd.DataFrame:
    """The order in which to call prospects, by value, by probability and by their product (C-19).

    prospects: prospect, value_cny, probability. Adds expected_cny and the ranks by_value, by_probability,
    by_expected (1 is the best; equal ones share the better rank). Raises TableError for wrong columns,
    values or an empty table.

    >>> two = pd.DataFrame({"prospect": ["A", "B"], "value_cny": [20_000, 3_000], "probability": [0.1, 0.8]})
    >>> rank_prospects(two)[["prospect", "expected_cny", "by_value", "by_probability", "by_expected"]]
      prospect  expected_cny  by_value  by_probability  by_expected
    0        A        2000.0         1               2            2
    1        B        2400.0         2               1            1
    """
    take_result(prospects, PROSPECTS)
    ranked = prospects.assign(expected_cny=prospects["value_cny"] * prospects["probability"])
    for name, column in (
        ("value", "value_cny"),
        ("probability", "probability"),
        ("expected", "expected_cny"),
    ):
        ranked[f"by_{name}"] = ranked[column].rank(ascending=False, method="min").astype(int)
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
    yearly = groups["margin_cny"].sum() / age.clip(lower=LEAST_DAYS) * YEAR
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


def score_members(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 182) -> pd.DataFrame:
    """What each member would bring in a period if she stays, how likely she buys in it, and the product
    (C-19).

    receipts: customer_id, purchased_at, margin_cny; only purchases before as_of are read. days: length of the
    period to come. value_cny: margin so far per period since the first purchase (a history shorter than 91
    days counts as 91). probability: members are sorted into cells by days since the last purchase and
    purchases in the last year; the share of a cell that bought within days is counted one period earlier,
    when the outcome is already known (cells without members then: the share of all). expected_cny: product.

    Index customer_id. Raises TableError for wrong columns, ValueError if no purchase lies before the period
    from which the probability is learned.

    >>> days = ["2024-01-01", "2025-02-01", "2025-06-01", "2024-01-01"]
    >>> bought = pd.DataFrame({"customer_id": [1, 1, 1, 2], "margin_cny": [20.0] * 4,
    ...                        "purchased_at": pd.to_datetime(days)})
    >>> score_members(bought, as_of="2025-07-01")["probability"].tolist()
    [0.5, 0.5]
    """
    day = read_date(as_of, "as_of")
    rows = _take_receipts(receipts)
    earlier = day - pd.Timedelta(days=_require_days(days))
    past = rows[rows["purchased_at"] < day]
    if not (past["purchased_at"] < earlier).any():
        raise ValueError(
            f"receipts: no purchase before {earlier.date()}; the probability is learned from the {days} days "
            f"before {day.date()} and needs customers from earlier. Take a later as_of."
        )
    old, now = _sort_into_cells(past, earlier, days), _sort_into_cells(past, day, days)
    bought = old.index.isin(past.loc[past["purchased_at"] >= earlier, "customer_id"])
    shares = pd.Series(bought, index=old.index).groupby(old["cell"]).mean()
    probability = now["cell"].map(shares).fillna(float(bought.mean()))
    scores = pd.DataFrame({"value_cny": now["value_cny"], "probability": probability.astype(float)})
    return scores.assign(expected_cny=scores["value_cny"] * scores["probability"])


def _require_days(days: int) -> int:
    return int(read_number(days, "days", "at least 1 day", limits="1..", whole=True))


def _take_receipts(receipts: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(
        receipts, "receipts", ["customer_id", "purchased_at", "margin_cny"], once="receipt_id"
    )
    return rows.dropna(subset=["customer_id"]).astype({"customer_id": "int64"})


def _sort_into_cells(rows: pd.DataFrame, day: pd.Timestamp, days: int) -> pd.DataFrame:
    """Cell (recency × count) and value per period of each customer who has bought before a day."""
    past = rows[rows["purchased_at"] < day]
    groups = past.groupby("customer_id")
    recency = (day - groups["purchased_at"].max()).dt.days
    age = (day - groups["purchased_at"].min()).dt.days + 1
    recent = past[past["purchased_at"] >= day - pd.Timedelta(days=YEAR)]
    counts = recent["customer_id"].value_counts().reindex(recency.index, fill_value=0)
    cell = np.searchsorted(RECENCY_LIMITS, recency) * 10 + np.searchsorted(COUNT_LIMITS, counts)
    value = groups["margin_cny"].sum() / age.clip(lower=LEAST_DAYS) * days
    return pd.DataFrame({"cell": cell, "value_cny": value}, index=recency.index)


def follow_scores(
    scores: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 182
) -> pd.DataFrame:
    """What the scored members did afterwards: the test of every ranking (C-19).

    scores: as from `score_members` for the same day. Adds bought (in the days from as_of on) and
    margin_next_cny (0 for who did not buy). Raises TableError for wrong columns or if the receipts end
    before the days are over.
    """
    day = read_date(as_of, "as_of")
    rows = _take_receipts(receipts)
    end = day + pd.Timedelta(days=_require_days(days))
    refuse_short(rows["purchased_at"], end)
    inside = rows[rows["purchased_at"].between(day, end, inclusive="left")]
    scores = take_by_customer(scores, SCORES, ["value_cny", "probability", "expected_cny"])
    margin = inside.groupby("customer_id")["margin_cny"].sum().reindex(scores.index)
    return scores.assign(bought=margin.notna(), margin_next_cny=margin.fillna(0.0))


def compare_rankings(
    followed: pd.DataFrame, *, top_share: float = 0.2, draws: int = 500, seed: int = 1
) -> pd.DataFrame:
    """Which ranking finds the customers who will bring the most: value, probability or their product (C-19).

    followed: as from `follow_scores`. top_share: how many of the members can be served. Columns: ranking,
    customers, share_of_margin (of all members' next margin, brought by those at the top), low, high
    (bootstrap by member); the last row is the ranking of who knew the future. Raises ValueError for missing
    columns or a top_share that picks nobody or everybody.
    """
    followed = _take_followed(followed)
    picks = {name: _pick(followed[column], top_share) for name, column in RANKINGS.items()}
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
    """
    if over not in RANKINGS:
        raise ValueError(f"over is {over!r}, expected one of {', '.join(RANKINGS)}.")
    followed = _take_followed(followed)
    margin = followed["margin_next_cny"].to_numpy(float)
    one, other = (_pick(followed[RANKINGS[name]], top_share) for name in ("expected value", over))
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
    table = take_by_customer(followed, FOLLOWED, [*RANKINGS.values(), "margin_next_cny"])
    if table["margin_next_cny"].sum() <= 0:
        raise ValueError("followed: the members brought no margin in all, so there is no share of it.")
    return table


def plot_rankings(followed: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How much of the next margin the top of each ranking brings, from nobody served to everybody.

    followed: as from `follow_scores`. The dotted line is a ranking by lot.
    """
    followed = _take_followed(followed)
    ax = new_axes(ax)
    margin = followed["margin_next_cny"].to_numpy(float)
    lines = {"knowing the future": ("margin_next_cny", COLOURS["truth"], "-.")}
    for (name, column), colour, style in zip(
        RANKINGS.items(), ("left", "low", "high"), ("--", "-", "-"), strict=True
    ):
        lines[name] = (column, COLOURS[colour], style)
    shares = 100 * np.arange(1, len(margin) + 1) / len(margin)
    for name, (column, colour, style) in lines.items():
        order = np.lexsort((followed.index.to_numpy(), -followed[column].to_numpy(float)))
        ax.plot(
            shares,
            100 * margin[order].cumsum() / margin.sum(),
            color=colour,
            linestyle=style,
            linewidth=2,
            label=name,
        )
    ax.plot([0, 100], [0, 100], color="black", linestyle=":", linewidth=1, label="by lot")
    ax.set(xlim=(0, 100), ylim=(0, 104), xlabel="members served, best first (%)",
           ylabel="of the next period's margin (%)")  # fmt: skip
    ax.legend(frameon=False, loc="lower right", fontsize=9)
    return ax
