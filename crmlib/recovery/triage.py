"""Triage: whom of the lost to try to win back, and what with, by value and by cause (I-06, I-07).

The course sorts the lost by what they are worth and why they went, and names an effort for each. A sorting is
a rule, and a rule can be priced: the truth holds what every lost member would have bought under every offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.estimates.estimate import draw_weights, estimate_from_draws
from crmlib.recovery.win_back import ARMS, find_win_back
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UNKNOWN, _BEST = "unknown", "best possible"
# value class, the least first → effort in the course's words (I-07 a, b, c, e)
_EFFORTS = {
    "worthless": ("give up", "放弃"),
    "small": ("act as the case allows", "见机行事"),
    "ordinary": ("try hard", "尽力挽回"),
    "important": ("utmost effort, again and again", "极力挽回"),
}
# stated reason → what is treated (I-06, I-07 d, f)
_TREATMENTS = {
    "moved": "will not come back: part as friends",
    "service": "explain, apologise, compensate; correct the cause",
    "price": "match the price or go slightly below",
    "rival": "study the rival; change product or price",
    "variety": "show new products, service, promotion",
    "other": "ask again before acting",
    _UNKNOWN: "ask before acting",
}
PROFITS = describe_result("profits", {"customer_id": "key", **dict.fromkeys(ARMS, "number")})
RULES = describe_result(
    "rules", {"rule": "string", "profit_cny": "number", "low": "number", "high": "number"}
)


def list_triage_actions() -> pd.DataFrame:
    """The decision table: effort by value class (rows of the course), treatment by reason (I-07).

    Columns: asks (value, reason), level, action, action_zh (empty for treatments).

    >>> list_triage_actions().set_index("level").loc["small", "action_zh"]
    '见机行事'
    """
    rows = [("value", level, en, zh) for level, (en, zh) in _EFFORTS.items()]
    rows += [("reason", reason, treatment, "") for reason, treatment in _TREATMENTS.items()]
    return pd.DataFrame(rows, columns=["asks", "level", "action", "action_zh"])


def assign_triage(
    receipts: pd.DataFrame,
    exits: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    silence_days: float = 180,
    important_share: float = 0.2,
    ordinary_share: float = 0.4,
) -> pd.DataFrame:
    """Effort and treatment for each member who counts as lost on a day, by her value and her reason (I-07).

    Lost: silent for more than silence_days. receipts: customer_id, purchased_at, margin_cny; exits:
    customer_id, asked_on, stated_reason; what is later than as_of is left out. By the margin of her last good
    year, the 365 days up to her last receipt, the important_share with the largest is important, the next
    ordinary_share ordinary, the rest small; no margin or a loss is worthless. Who moved is parted from as a
    friend whatever her value. Columns: customer_id, margin_before_cny, reason ("unknown" without interview),
    silence_days, value (ordered), effort, treatment. Raises TableError for wrong columns, a receipt or an
    interview twice, ValueError if nobody is lost, or for shares that are not positive or leave nobody small.

    >>> bought = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5], "margin_cny": [900, 300, 200, 10, -5.0],
    ...                        "purchased_at": pd.Timestamp("2025-01-01")})
    >>> said = pd.DataFrame({"customer_id": [1, 2, 3, 5], "asked_on": pd.Timestamp("2025-03-01"),
    ...                      "stated_reason": ["price", "moved", "service", "price"]})
    >>> assign_triage(bought, said, as_of="2025-09-01")["effort"].tolist()
    ['utmost effort, again and again', 'part as friends', 'try hard', 'act as the case allows', 'give up']
    """
    for name, share in (("important_share", important_share), ("ordinary_share", ordinary_share)):
        read_number(share, f"assign_triage: {name}", "a positive share", limits=">0")
    if important_share + ordinary_share >= 1:
        raise ValueError(
            f"assign_triage: important_share {important_share}, ordinary_share {ordinary_share}, expected "
            "positive shares that leave room for small customers."
        )
    lost = _describe_lost(receipts, exits, read_date(as_of, "as_of"), silence_days)
    margin = lost["margin_before_cny"]
    rank = margin.rank(ascending=False, method="first") / len(lost)
    names = np.select(
        [margin <= 0, rank <= important_share, rank <= important_share + ordinary_share],
        ["worthless", "important", "ordinary"],
        "small",
    )
    effort = pd.Series(names).map({level: words[0] for level, words in _EFFORTS.items()})
    return lost.assign(
        value=pd.Categorical(names, categories=list(_EFFORTS), ordered=True),
        effort=effort.where(lost["reason"] != "moved", "part as friends"),
        treatment=lost["reason"].map(_TREATMENTS),
    )


def _describe_lost(
    receipts: pd.DataFrame, exits: pd.DataFrame, day: pd.Timestamp, silence_days: float
) -> pd.DataFrame:
    """The margin of the last good year, the stated reason and the silence of each member who is lost."""
    limit = read_number(silence_days, "assign_triage: silence_days", "0 days or more", limits="0..")
    names = ["customer_id", "purchased_at", "margin_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    bought["on"] = bought["purchased_at"].dt.normalize()
    bought = bought[bought["on"] <= day].astype({"customer_id": "int64"})
    last = bought.groupby("customer_id")["on"].max()
    last = last[(day - last).dt.days > limit]
    if last.empty:
        raise ValueError(f"receipts: nobody was silent for more than {silence_days} days on {day.date()}.")
    bought = bought[bought["customer_id"].isin(last.index)]
    inside = bought["on"] > bought["customer_id"].map(last) - pd.Timedelta(days=365)
    lost = bought[inside].groupby("customer_id")["margin_cny"].sum().round(2).rename("margin_before_cny")
    said = take_columns(exits, "exits", ["customer_id", "asked_on", "stated_reason"], unique=["customer_id"])
    known = said[said["asked_on"] <= day].set_index("customer_id")["stated_reason"].astype(str)
    reason = known.reindex(lost.index).fillna(_UNKNOWN)
    return lost.to_frame().assign(reason=reason, silence_days=(day - last).dt.days).reset_index()


def price_arms(
    outcomes: pd.DataFrame,
    contacts: pd.DataFrame,
    receipts: pd.DataFrame,
    campaigns: pd.DataFrame,
) -> pd.DataFrame:
    """What each lost member would earn the firm under each offer: the truth, in yuan of the outcome window.

    profit = amount · margin share of the firm − contact − offer if bought. The two costs of an arm are read
    from the trial: what it cost on average for members who did not buy, and how much more for those who did.
    outcomes: the truth: campaign_id, customer_id, arm, bought, amount_cny. contacts, campaigns: as for
    `find_win_back`; receipts: customer_id, amount_cny, margin_cny. Returns index customer_id, one column an
    arm. Raises TableError or ValueError as `find_win_back`, and ValueError if the truth does not hold every
    arm of every member of the trial.
    """
    rows = find_win_back(contacts, campaigns).rows
    columns = ["campaign_id", "customer_id", "arm", "bought", "amount_cny"]
    truth = take_columns(outcomes, "truth.outcomes", columns, unique=columns[:3])
    truth = truth[truth["campaign_id"] == rows["campaign_id"].iloc[0]].astype({"arm": str})
    known = rows["customer_id"].isin(truth["customer_id"])
    strangers = ~truth["customer_id"].isin(rows["customer_id"])
    if not known.all() or strangers.any() or len(truth) != len(ARMS) * len(rows):
        raise ValueError(
            f"truth.outcomes: {len(truth)} rows for {int(known.sum())} of the {len(rows)} members of the "
            f"trial, expected all {len(ARMS)} arms of each. Take all tables from one firm and seed."
        )
    asked, used = _price_contacts(rows.merge(truth, on=["campaign_id", "customer_id", "arm"]))
    sums = take_columns(receipts, "receipts", ["customer_id", "amount_cny", "margin_cny"], once="receipt_id")
    share = float(sums["margin_cny"].sum() / sums["amount_cny"].sum())
    spent = truth["arm"].map(asked) + truth["arm"].map(used) * truth["bought"]
    profit = truth.assign(profit=truth["amount_cny"] * share - spent)
    return profit.pivot(index="customer_id", columns="arm", values="profit")[list(ARMS)]


def _price_contacts(real: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What each arm costs a member who does not buy, and how much more one who does."""
    asked, used = (
        real[real["bought"] == bought].groupby("arm")["cost_cny"].mean().reindex(list(ARMS))
        for bought in (False, True)
    )
    if asked.isna().any():
        raise ValueError(
            f"contacts: everybody in the arm {asked.isna().idxmax()} bought, so nobody tells what its "
            "contact costs without the offer."
        )
    return asked, used.fillna(asked) - asked


def compare_win_back_rules(
    profits: pd.DataFrame, rules: Mapping[str, pd.Series], *, draws: int = 400, seed: int = 1
) -> pd.DataFrame:
    """Expected profit of each rule of winning back, over doing nothing, against the best possible one.

    profits: the table of `price_arms`. rules: name → arm of each customer (index customer_id; "control"
    leaves her alone). The best possible rule knows for each customer which arm earns most; no firm can.
    Columns: rule, contacted, profit_cny, low, high (customers drawn anew), share_of_best. Raises TableError
    for a profit that is missing, ValueError for a rule with unknown arms or customers that do not match.

    >>> profits = pd.DataFrame({"control": [0.0, 5.0], "both": [8.0, -2.0]}, index=[1, 2])
    >>> rules = {"everybody": pd.Series("both", index=[1, 2])}
    >>> compare_win_back_rules(profits, rules)[["rule", "contacted", "profit_cny"]]
                rule  contacted  profit_cny
    0      everybody          2         1.0
    1  best possible          1         8.0
    """
    profits = _take_profits(profits, rules)
    known = {**rules, _BEST: profits.idxmax(axis=1)}
    weights = draw_weights(len(profits), draws=draws, seed=seed)
    best = float((profits.max(axis=1) - profits[CONTROL]).sum())
    rows = []
    for name, arms in known.items():
        wanted = _take_rule(name, arms, profits)
        place = profits.columns.get_indexer(pd.Index(wanted))
        gain = profits.to_numpy()[np.arange(len(profits)), place] - profits[CONTROL].to_numpy()
        total = estimate_from_draws(float(gain.sum()), weights @ gain, n=len(profits), unit="yuan")
        contacted = int((wanted != CONTROL).sum())
        share = total.value / best if best > 0 else np.nan
        rows.append((name, contacted, total.value, total.low, total.high, share))
    return pd.DataFrame(rows, columns=["rule", "contacted", "profit_cny", "low", "high", "share_of_best"])


def _take_profits(profits: pd.DataFrame, rules: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The table of `price_arms`: the control group, and each arm that is there or that a rule names."""
    wanted = {CONTROL, *(profits.columns if isinstance(profits, pd.DataFrame) else [])}
    wanted = wanted.union(*(set(arms) for arms in rules.values() if isinstance(arms, pd.Series)))
    arms = [arm for arm in ARMS if arm in wanted]
    taken = take_by_customer(profits, PROFITS, arms).sort_index()
    if len(taken) < 2:
        raise ValueError("profits: 1 customer, expected at least 2 to draw anew.")
    return taken


def _take_rule(name: str, arms: pd.Series, profits: pd.DataFrame) -> pd.Series:
    """The arm of each customer by a rule, in the order of the profits."""
    fits = isinstance(arms, pd.Series) and arms.index.is_unique and len(arms) == len(profits)
    wanted = arms.reindex(profits.index) if fits else pd.Series(dtype=object)
    if not fits or not wanted.isin(profits.columns).all():
        raise ValueError(
            f"rule {name!r}: expected one of the arms {', '.join(profits.columns)} for each of the "
            f"{len(profits)} customers."
        )
    return wanted


def plot_win_back_rules(rules: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Profit of each rule over doing nothing, with intervals; the black bar is what no firm can reach.

    rules: the table of `compare_win_back_rules`.
    """
    rules = take_result(rules, RULES)
    ax = new_axes(ax, height=3.2)
    places = np.arange(len(rules))
    value = rules["profit_cny"]
    meanings = np.where(rules["rule"] == _BEST, "truth", np.where(value >= 0, "gain", "loss"))
    colours = [COLOURS[meaning] for meaning in meanings]
    error = reach(value, rules["low"], rules["high"])
    ax.barh(places, value, xerr=error, capsize=3, color=colours, edgecolor="black", ecolor="#666666")
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(places, list(rules["rule"]))
    ax.invert_yaxis()
    format_money(ax.xaxis)
    ax.set(xlabel="profit over doing nothing (yuan)", ylabel="rule")
    return ax
