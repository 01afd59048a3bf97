"""Whom to treat first: those at risk, those who will buy, or those whom the measure moves (J-10, act)?

A score of risk says who will stay away. A measure needs to know who will come because of it. A trial teaches
that on one half of its members; the other half, whose fate with and without the offer is known here, judges
every order of treating them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.estimates.logistic import UndeterminedError, fit_logistic
from crmlib.improving.experiment import JOINED
from crmlib.tables.options import read_choice, read_date, read_number, read_seed
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RISK, LIKELY, UPLIFT, CHANCE = "at risk first", "likeliest first", "most moved first", "by lot"
POLICIES = (RISK, LIKELY, UPLIFT, CHANCE)
YEAR, QUARTER = 365, 91
PULL = 1.0  # draws the weights of the response towards none
SCORES = describe_result(
    "scores",
    {"customer_id": "key", "judged": "boolean", "likelihood": "number 0..1", "uplift": "number -1..1"},
)
CURVES = describe_result(
    "curves",
    {
        "policy": f"one of {'|'.join(POLICIES)}",
        "written_share": "number 0..1",
        "extra_per_100": "number -100..100",
    },
)


def score_members(
    joined: pd.DataFrame,
    receipts: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    arm: str = "coupon",
    seed: int | np.random.Generator = 1,
) -> pd.DataFrame:
    """How likely each member of a trial is to buy anyway, and how much the offer moves her (J-10, act).

    Chance halves the trial. Learned on one half: likelihood, from the purchases in the year and quarter
    before as_of and the silence (logistic regression on the control group); then uplift, the difference
    between the probabilities with and without the offer under log odds = a + b·s + c·s² + offer · (d + e·s +
    f·s²), with s the log odds of the likelihood. joined: the table of `join_trial`. receipts: customer_id,
    purchased_at. as_of: first day of the trial. Columns: customer_id, judged (False: learned from her),
    likelihood, uplift. Raises TableError for wrong columns, ValueError for an arm that is not in the trial or
    too few members to learn from. With millions of rows it takes more than in proportion (docs/growth.md).
    """
    rows = take_columns(joined, JOINED, list(JOINED.columns), unique=["customer_id"])
    rows = rows.sort_values("customer_id", ignore_index=True)
    read_choice(arm, "score_members: arm", sorted(set(rows["arm"]) - {CONTROL}))
    traits = _describe(rows["customer_id"], receipts, read_date(as_of, "as_of"))
    learned = read_seed(seed).permutation(len(rows)) % 2 == 0
    plain, offered = (rows["arm"].to_numpy() == name for name in (CONTROL, arm))
    bought = rows["bought"].to_numpy(dtype=float)
    try:
        control = learned & plain
        likelihood = fit_logistic(traits[control], bought[control], pull=PULL).predict(traits)
        part = learned & (plain | offered)
        odds = np.log(likelihood / (1 - likelihood))
        fit = fit_logistic(_respond(odds, offered)[part], bought[part], pull=PULL)
    except UndeterminedError as error:
        raise ValueError(
            "joined: nothing can be learned from one half of the trial: all or nobody bought in an arm. Take "
            "the whole trial."
        ) from error
    everybody = np.ones(len(rows), dtype=bool)
    uplift = fit.predict(_respond(odds, everybody)) - fit.predict(_respond(odds, ~everybody))
    found = {"judged": ~learned, "likelihood": likelihood, "uplift": uplift}
    return pd.DataFrame({"customer_id": rows["customer_id"], **found})


def _describe(customers: pd.Series, receipts: pd.DataFrame, day: pd.Timestamp) -> NDArray[np.float64]:
    """One row a customer: a constant, and log₂(1 + silence, purchases in the year and in the quarter)."""
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    end = pd.Series(day, index=customers.index)
    year, quarter = (
        count_purchases(bought, customers, end - pd.Timedelta(days=days), end) for days in (YEAR, QUARTER)
    )
    last = bought[bought["purchased_at"] < day].groupby("customer_id")["purchased_at"].max()
    last = last.reindex(customers).set_axis(customers.index)
    silence = (day - last).dt.days.fillna(3 * YEAR).clip(upper=3 * YEAR)
    return np.column_stack([np.ones(len(customers)), *(np.log2(1 + one) for one in (silence, year, quarter))])


def _respond(odds: NDArray[np.float64], offered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The design of the response: a curve in the log odds, and the curve that the offer adds to it."""
    gift = offered.astype(float)
    curve = np.column_stack([np.ones(len(odds)), odds, odds**2])
    return np.column_stack([curve, gift[:, None] * curve])


def follow_policies(scores: pd.DataFrame, outcomes: pd.DataFrame, *, arm: str = "coupon") -> pd.DataFrame:
    """How many extra buyers each order of writing brings in truth, for every number of letters (J-10, act).

    scores: the table of `score_members`; judged members alone are counted. outcomes: the truth, campaign_id,
    customer_id, arm, bought. Columns: policy, written_share (0 to 1, in hundredths), extra_per_100 (extra
    buyers per 100 members of the group, whether written to or not). "By lot" is the straight line. Raises
    TableError for wrong columns, ValueError for an arm without outcomes.
    """
    rows = _join_truth(scores, outcomes, arm)
    shares = np.arange(101) / 100
    parts = []
    for policy in POLICIES:
        extra = rows["extra"].to_numpy()[_order(rows, policy)]
        total = np.concatenate([[0.0], np.cumsum(extra)])
        reached = np.interp(shares * len(rows), np.arange(len(rows) + 1), total)
        reached = shares * total[-1] if policy == CHANCE else reached
        parts.append(
            pd.DataFrame(
                {"policy": policy, "written_share": shares, "extra_per_100": 100 * reached / len(rows)}
            )
        )
    return pd.concat(parts, ignore_index=True)


def _order(rows: pd.DataFrame, policy: str) -> NDArray[np.int64]:
    """Places of the rows in the order in which a policy writes to them."""
    key = {RISK: rows["likelihood"], LIKELY: -rows["likelihood"], UPLIFT: -rows["uplift"]}.get(policy)
    key = rows["customer_id"] if key is None else key
    return np.argsort(key.to_numpy(), kind="stable")


def _join_truth(scores: pd.DataFrame, outcomes: pd.DataFrame, arm: str) -> pd.DataFrame:
    """The judged members with what the offer truly does to each: extra is 1, 0 or −1."""
    rows = take_columns(scores, SCORES, list(SCORES.columns), unique=["customer_id"])
    rows = rows[rows["judged"]].sort_values("customer_id", ignore_index=True)
    names = ["campaign_id", "customer_id", "arm", "bought"]
    truth = take_columns(outcomes, "truth.outcomes", names, unique=names[:3]).astype({"arm": str})
    read_choice(arm, "truth.outcomes: arm", sorted(set(truth["arm"]) - {CONTROL}))
    number = truth.loc[truth["arm"] == arm, "campaign_id"].max()
    truth = truth[truth["campaign_id"] == number]
    wide = truth.pivot(index="customer_id", columns="arm", values="bought")
    wide = wide.reindex(index=rows["customer_id"], columns=[CONTROL, arm])
    if len(rows) < 2 or wide.isna().any(axis=None):
        raise ValueError(
            f"truth.outcomes: {int(wide.isna().any(axis=1).sum())} of {len(rows)} judged members of scores "
            f"have no outcome with and without {arm}; expected at least 2, all known. Take all tables from "
            "one firm."
        )
    extra = wide[arm].astype(float) - wide[CONTROL].astype(float)
    return rows.assign(extra=extra.to_numpy())


def compare_policies(
    scores: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    one: str = UPLIFT,
    other: str = RISK,
    written_share: float = 0.3,
    arm: str = "coupon",
) -> Estimate:
    """How many more buyers 100 letters bring under one policy than under another, in truth (J-10, act).

    Mean effect among those whom one writes to, less that among those whom the other writes to; who is written
    to by both cancels out. Interval: normal, over the members. written_share: 0.01 to 1. Unit: customers per
    100 letters. Errors as `follow_policies`, ValueError for an unknown policy.
    """
    read_choice(one, "one", POLICIES[:3])
    read_choice(other, "other", POLICIES)
    read_number(written_share, "written_share", "a share from 0.01 to 1", limits="0.01..1")
    rows = _join_truth(scores, outcomes, arm)
    weight = np.zeros(len(rows))
    size = max(1, round(written_share * len(rows)))
    for policy, sign in ((one, 1.0), (other, -1.0)):
        if policy == CHANCE:
            weight += sign / len(rows)
        else:
            weight[_order(rows, policy)[:size]] += sign / size
    gains = 100 * weight * rows["extra"].to_numpy()
    value = float(gains.sum())
    half = quantile(0.95) * float(np.sqrt(len(rows) * gains.var()))
    return Estimate(value, value - half, value + half, n=len(rows), unit="customers")


def explore_policies(curves: pd.DataFrame) -> None:
    """Set what an extra buyer brings and what a letter costs: which policy earns how much?

    curves: the table of `follow_policies`.
    """
    rows = take_result(curves, CURVES)
    lines = {
        str(policy): part.sort_values("written_share")[["written_share", "extra_per_100"]].to_numpy()
        for policy, part in rows.groupby("policy", observed=True)
    }

    def draw(ax: Axes, *, margin: int, cost: float) -> None:
        looks = {
            UPLIFT: ("estimate", "-"),
            LIKELY: ("left", "--"),
            RISK: ("treated", "-."),
            CHANCE: ("truth", ":"),
        }
        best = (0.0, 0.0, "nobody")
        for policy, line in lines.items():
            profit = line[:, 1] * margin - 100 * line[:, 0] * cost
            colour, dash = looks[policy]
            ax.plot(line[:, 0], profit, dash, color=COLOURS[colour], label=policy, linewidth=2)
            top = int(profit.argmax())
            best = max(best, (float(profit[top]), float(line[top, 0]), policy))
        ax.axhline(0, color="black", linewidth=0.8)
        format_percent(ax.xaxis)
        format_money(ax.yaxis)
        ax.set(xlabel="members written to", ylabel="profit per 100 members (yuan)")
        ax.set_title(f"Best: {best[2]}, {100 * best[1]:.0f} % written to, {best[0]:,.0f} yuan", fontsize=10)
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.25 * (high - low))
        ax.legend(frameon=False, loc="upper left", fontsize=8, ncols=4)

    explore(
        draw,
        controls={
            "margin": Slider("an extra buyer brings (yuan)", 5, 150, 50, 5),
            "cost": Slider("a letter costs (yuan)", 0.0, 8.0, 2.4, 0.2),
        },
        alt="Profit per 100 members by the share written to, one line for each policy: writing to those most "
        "moved earns more and with fewer letters; writing to those at risk first loses money for long.",
    )
