"""Winning back: what an offer brings among customers who seemed lost, counted and incremental (I-07, I-10).

Some of the lost come back unasked, and some were never lost. A control group that nobody writes to shows how
many; only what exceeds it was won back by the firm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, format_percent, new_axes
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import Estimate, estimate_difference, estimate_share, quantile
from crmlib.tables.options import read_date, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL, Campaign, find_campaign

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARMS = (CONTROL, "neither", "price", "upgrade", "both")
COUNTED = describe_result(
    "win_back",
    {
        "arm": f"one of {'|'.join(ARMS)}",
        "n": "integer 1..",
        **dict.fromkeys(["share", "low", "high"], "number 0..1"),
        **dict.fromkeys(["extra", "extra_low", "extra_high"], "number"),
    },
)


def find_win_back(contacts: pd.DataFrame, campaigns: pd.DataFrame) -> Campaign:
    """The win-back trial: its window, and its members with arm and cost.

    contacts: campaign_id, customer_id, arm, cost_cny. campaigns: campaign_id, kind, randomised, started_on,
    outcome_days. Raises TableError for wrong columns, ValueError unless there is exactly one randomised
    win-back trial with all five arms.
    """
    trial = find_campaign(contacts, campaigns, "win_back_trial", arms=ARMS, columns=["cost_cny"])
    return replace(trial, rows=trial.rows.astype({"arm": str}))


def _add_bought(contacts: pd.DataFrame, receipts: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    trial = find_win_back(contacts, campaigns)
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    refuse_short(bought["purchased_at"], trial.end)
    window = [pd.Series(moment, index=trial.rows.index) for moment in (trial.start, trial.end)]
    return trial.rows.assign(bought=count_purchases(bought, trial.rows["customer_id"], *window) > 0)


def measure_win_back(contacts: pd.DataFrame, receipts: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Who came back in each arm, and how many more than without any contact (I-07).

    contacts, campaigns: as for `find_win_back`. receipts: customer_id, purchased_at. Came back: a receipt
    from the first day of the trial over its outcome days. Columns: arm, n, came_back, share, low, high
    (Wilson), extra (share minus that of the control group) with extra_low, extra_high (Newcombe), cost_cny.
    Raises TableError or ValueError as `find_win_back`, TableError for receipts that end before the outcome
    days do.
    """
    rows = _add_bought(contacts, receipts, campaigns)
    k, n = (rows.groupby("arm")["bought"].agg(kind).astype(int) for kind in ("sum", "size"))
    table = []
    for arm in ARMS:
        share = estimate_share(int(k[arm]), int(n[arm]))
        extra = estimate_difference(int(k[arm]), int(n[arm]), int(k[CONTROL]), int(n[CONTROL]))
        gap = (0.0, 0.0, 0.0) if arm == CONTROL else (extra.value, extra.low, extra.high)
        cost = float(rows.loc[rows["arm"] == arm, "cost_cny"].sum())
        table.append((arm, int(n[arm]), int(k[arm]), share.value, share.low, share.high, *gap, cost))
    names = ["arm", "n", "came_back", "share", "low", "high", "extra", "extra_low", "extra_high", "cost_cny"]
    return pd.DataFrame(table, columns=names)


def compare_offers(win_back: pd.DataFrame) -> pd.DataFrame:
    """What the price does, what the upgrade does, and whether the two help or hinder each other (2 × 2).

    win_back: the table of `measure_win_back`. With shares p of the four contacted arms: price =
    ((p_price − p_neither) + (p_both − p_upgrade)) / 2; upgrade likewise; together = p_both − p_price −
    p_upgrade + p_neither: above zero the two do more together than apart; letter = p_neither − p_control.
    Columns: effect, value, low, high (normal interval of a sum of independent shares), n. Raises TableError
    for another table or an arm twice, ValueError for a missing arm.
    """
    counted = take_columns(win_back, COUNTED, ["arm", "share", "n"], unique=["arm"])
    arms = counted.astype({"arm": str}).set_index("arm")
    missing = set(ARMS) - set(arms.index)
    if missing:
        raise ValueError(f"compare_offers: the arms {', '.join(sorted(missing))} are missing.")
    share = arms["share"].to_dict()
    variance = {arm: share[arm] * (1 - share[arm]) / arms.loc[arm, "n"] for arm in ARMS}
    plans = {
        "letter alone": {"neither": 1.0, "control": -1.0},
        "price": {"price": 0.5, "neither": -0.5, "both": 0.5, "upgrade": -0.5},
        "upgrade": {"upgrade": 0.5, "neither": -0.5, "both": 0.5, "price": -0.5},
        "together": {"both": 1.0, "price": -1.0, "upgrade": -1.0, "neither": 1.0},
    }
    rows = []
    for name, plan in plans.items():
        value = sum(weight * share[arm] for arm, weight in plan.items())
        half = quantile(0.95) * float(np.sqrt(sum(w**2 * variance[arm] for arm, w in plan.items())))
        rows.append((name, value, value - half, value + half, int(arms.loc[list(plan), "n"].sum())))
    return pd.DataFrame(rows, columns=["effect", "value", "low", "high", "n"])


def count_truly_lost(
    contacts: pd.DataFrame, campaigns: pd.DataFrame, truth_members: pd.DataFrame
) -> Estimate:
    """Of those whom the firm wrote to as lost, what share had truly left?

    contacts, campaigns: as for `find_win_back`. truth_members: customer_id, left_on. Raises TableError or
    ValueError as `find_win_back`, and ValueError for members without a truth.
    """
    trial = find_win_back(contacts, campaigns)
    truth = take_columns(truth_members, "truth.members", ["customer_id", "left_on"], unique=["customer_id"])
    both = trial.rows.merge(truth, on="customer_id")
    missing = len(trial.rows) - len(both)
    if missing:
        raise ValueError(
            f"truth.members: {missing} of {len(trial.rows)} members of the trial are missing. Take all "
            "tables from one firm and seed."
        )
    return estimate_share(int((both["left_on"] < trial.start).sum()), len(both))


def follow_second_lives(
    contacts: pd.DataFrame,
    campaigns: pd.DataFrame,
    truth_members: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
) -> pd.DataFrame:
    """How long those who truly came back stayed the second time, as lifetimes for a survival curve.

    truth_members: customer_id, second_started_on, second_left_on (missing: still here on as_of); second lives
    that begin after as_of are left out. Columns: customer_id, days, left, arm. Errors as `find_win_back`, and
    ValueError if nobody came back.
    """
    rows = find_win_back(contacts, campaigns).rows
    columns = ["customer_id", "second_started_on", "second_left_on"]
    truth = take_columns(truth_members, "truth.members", columns, unique=["customer_id"])
    day = read_date(as_of, "as_of")
    both = rows.merge(truth[truth["second_started_on"] <= day], on="customer_id")
    if both.empty:
        raise ValueError(f"truth.members: nobody in the trial began a second life up to {day.date()}.")
    left = both["second_left_on"] < day
    days = (both["second_left_on"].where(left, day) - both["second_started_on"]).dt.days
    return both.assign(days=days.clip(lower=0), left=left)[["customer_id", "days", "left", "arm"]]


def measure_second_margin(
    contacts: pd.DataFrame, receipts: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """What each arm earned per member written to, from the first day of the trial to the last receipt.

    Everybody in the arm counts, with zero if she never came back; so chance alone decided who is in which
    average. contacts, campaigns: as for `find_win_back`. receipts: customer_id, purchased_at, margin_cny.
    Columns: arm, n, margin_cny, cost_cny (means a member), profit_cny (margin − cost − margin of the control
    group), low, high (normal interval of the difference of two means). Errors as `find_win_back`, TableError
    for a receipt twice, ValueError for an arm with fewer than two members.
    """
    trial = find_win_back(contacts, campaigns)
    names = ["customer_id", "purchased_at", "margin_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    refuse_short(bought["purchased_at"], trial.start)
    later = bought[bought["purchased_at"] >= trial.start].groupby("customer_id")["margin_cny"].sum()
    rows = trial.rows.assign(margin_cny=trial.rows["customer_id"].map(later).fillna(0.0))
    rows["net"] = rows["margin_cny"] - rows["cost_cny"]
    groups = rows.groupby("arm")
    if groups.size().min() < 2:
        raise ValueError(f"contacts: the arm {groups.size().idxmin()} has one member, expected at least 2.")
    mean = groups["net"].mean().to_dict()
    error = (groups["net"].var() / groups.size()).to_dict()
    table = []
    for arm in ARMS:
        part = rows[rows["arm"] == arm]
        gap = mean[arm] - mean[CONTROL]
        half = 0.0 if arm == CONTROL else quantile(0.95) * float(np.sqrt(error[arm] + error[CONTROL]))
        means = part[["margin_cny", "cost_cny"]].mean().tolist()
        table.append((arm, len(part), *means, gap, gap - half, gap + half))
    return pd.DataFrame(table, columns=["arm", "n", "margin_cny", "cost_cny", "profit_cny", "low", "high"])


def plot_win_back(win_back: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Who came back in each arm, with intervals; the shaded part would have come anyway.

    win_back: the table of `measure_win_back`.
    """
    win_back = take_result(win_back, COUNTED)
    ax = new_axes(ax, height=3.4)
    anyway = win_back.loc[win_back["arm"] == CONTROL, "share"].mean()
    places = np.arange(len(win_back))
    share = win_back["share"]
    error = reach(share, win_back["low"], win_back["high"])
    colours = [COLOURS["control" if arm == CONTROL else "treated"] for arm in win_back["arm"]]
    ax.bar(places, share, yerr=error, capsize=4, color=colours, edgecolor="black")
    ax.axhspan(0, anyway, color=COLOURS["control"], alpha=0.5, zorder=3, label="would have come anyway")
    ax.set_xticks(places, list(win_back["arm"]))
    format_percent(ax.yaxis)
    ax.set(xlabel="arm of the trial", ylabel="bought again")
    ax.legend(frameon=False, loc="upper left")
    return ax


def explore_win_back(win_back: pd.DataFrame) -> None:
    """Drag what a letter costs and what a second life earns: from where on does winning back pay?

    win_back: the table of `measure_win_back`; all four contacted arms are drawn with their intervals.
    """
    win_back = take_result(win_back, COUNTED)
    arms = win_back[win_back["arm"] != CONTROL].reset_index(drop=True)

    def draw(ax: Axes, margin: int, cost: float, granted: int) -> None:
        each = cost + arms["share"] * granted * (arms["arm"] != "neither")
        profit = arms["extra"] * margin - each
        low, high = arms["extra_low"] * margin - each, arms["extra_high"] * margin - each
        error = reach(profit, low, high)
        colours = [COLOURS["gain" if value > 0 else "loss"] for value in profit]
        ax.bar(arms.index, profit, yerr=error, capsize=4, color=colours, edgecolor="black")
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_xticks(list(arms.index), list(arms["arm"]))
        sure = int((low > 0).sum())
        ax.set_title(f"{sure} of {len(arms)} offers with the whole interval above zero", fontsize=10)
        format_money(ax.yaxis)
        ax.set(xlabel="offer", ylabel="profit per member written to (yuan)")

    explore(
        draw,
        controls={
            "margin": Slider("margin of a second life (yuan)", 10, 600, 100, 10),
            "cost": Slider("cost of a letter (yuan)", 0.5, 10.0, 2.5, 0.5),
            "granted": Slider("cost of the offer if used (yuan)", 0, 60, 20, 5),
        },
        alt="Bars of the profit per member written to, one for each offer, with intervals.",
    )
