"""Precision marketing: write to whom, and learn from the answer (B-24).

Whoever is most likely to buy is also most likely to buy without a letter. The score of `mining` answers "who
will buy?"; a letter needs "who will buy because of it?", and only a trial with a group that got nothing can
say. Corrected from the response, the first letter need not be right; the tenth should be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import Estimate, estimate_difference
from crmlib.relationship_marketing.offers import take_results
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCORES = describe_result("scores", {"customer_id": "key", "likelihood": "number 0..1"})
RESPONSE = describe_result(
    "response", {"forecast": "number 0..1", **dict.fromkeys(("uplift", "low", "high"), "number -1..1")}
)
LIKELIEST, UNDECIDED, RANDOM = "likeliest first", "undecided first", "at random"


def compare_targeting(
    outcomes: pd.DataFrame,
    results: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    arm: str = "coupon",
    written_share: float = 0.3,
) -> pd.DataFrame:
    """Three orders of writing: how many of those written to buy, and how many of them because of it (B-24).

    Orders: likeliest first; undecided first (likelihood nearest to one half); at random (the mean over all).
    outcomes, results, scores, arm as above. written_share: of the members, 0.001 to 1. Columns:
    order, written, buyers (what a report without control group counts), extra_buyers (who would not have
    bought, less those whom the letter kept away), extra_per_100. Errors as `find_true_response`.
    """
    rows = _join_truth(_join_scores(results, scores, arm), outcomes, arm)
    return _count_targets(rows, written_share)


def _join_scores(results: pd.DataFrame, scores: pd.DataFrame, arm: str) -> pd.DataFrame:
    rows = take_results(results)
    known = take_columns(scores, SCORES, list(SCORES.columns), unique=["customer_id"])
    joined = rows.merge(known, on="customer_id")
    if len(joined) < len(rows):
        raise ValueError(f"scores: {len(rows) - len(joined)} members of the trial have no score.")
    _require_arm(rows, arm)
    return joined.sort_values(["likelihood", "customer_id"], ignore_index=True)


def _require_arm(results: pd.DataFrame, arm: str) -> None:
    offered = sorted(set(results["arm"]) - {CONTROL})
    if not isinstance(arm, str) or arm not in offered:
        raise ValueError(f"arm is {arm!r}, expected an offer of results: {', '.join(offered) or 'none'}.")


def _join_truth(rows: pd.DataFrame, outcomes: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Whether each member truly buys without the offer and with it."""
    columns = ["campaign_id", "customer_id", "arm", "bought"]
    truth = take_columns(outcomes, "truth.outcomes", columns, unique=columns[:3])
    truth = truth[truth["arm"].isin([CONTROL, arm])].astype({"arm": str})
    wide = truth.pivot(index=["campaign_id", "customer_id"], columns="arm", values="bought")
    wide = wide.reindex(columns=[CONTROL, arm])
    found = rows.merge(
        wide.rename(columns={CONTROL: "anyway", arm: "offered"}).reset_index(),
        on=["campaign_id", "customer_id"],
    ).dropna(subset=["anyway", "offered"])
    if len(found) < len(rows):
        raise ValueError("truth.outcomes: some members of results have no outcome with or without the offer.")
    return found.astype({"anyway": bool, "offered": bool})


def _count_targets(rows: pd.DataFrame, written_share: float) -> pd.DataFrame:
    read_number(written_share, "written_share", "a share from 0.001 to 1", limits="0.001..1")
    written = max(1, round(written_share * len(rows)))
    likelihood = rows["likelihood"].to_numpy()
    buyers = rows["offered"].to_numpy(dtype=float)
    extra = buyers - rows["anyway"].to_numpy(dtype=float)
    table = []
    for name, key in ((LIKELIEST, -likelihood), (UNDECIDED, np.abs(likelihood - 0.5))):
        chosen = np.argsort(key, kind="stable")[:written]
        table.append((name, written, buyers[chosen].sum(), extra[chosen].sum()))
    table.append((RANDOM, written, buyers.mean() * written, extra.mean() * written))
    found = pd.DataFrame(table, columns=["order", "written", "buyers", "extra_buyers"])
    return found.assign(extra_per_100=100 * found["extra_buyers"] / found["written"])


def measure_response_by_score(
    results: pd.DataFrame, scores: pd.DataFrame, *, arm: str = "coupon", groups: int = 5
) -> pd.DataFrame:
    """How many more buy because of an offer, in groups from the least to the most likely buyers (B-24).

    results: the table of `join_offer_results`. scores: customer_id, likelihood (0 to 1), known before the
    trial. Columns: group (1: least likely), forecast (mean likelihood), control_share, treated_share (who
    bought), uplift (their difference), low, high (95 %), n (both arms). Raises TableError for wrong columns,
    ValueError for an unknown arm, a member without score or a group without one of the arms.
    """
    rows = _join_scores(results, scores, arm)
    table = []
    for number, part in rows.groupby(_group(rows, groups)):
        one = _estimate_uplift(part, arm, f"group {number}")
        bought = part.groupby("arm")["bought"].mean()
        means = part["likelihood"].mean(), bought[CONTROL], bought[arm]
        table.append((number, *means, one.value, one.low, one.high, one.n))
    names = ["group", "forecast", "control_share", "treated_share", "uplift", "low", "high", "n"]
    return pd.DataFrame(table, columns=names)


def _group(rows: pd.DataFrame, groups: int) -> NDArray[np.int64]:
    count = len(rows)
    read_number(groups, "groups", f"1 to the {count} members", limits=f"1..{count}", whole=True)
    return np.arange(count) * groups // count + 1


def _estimate_uplift(rows: pd.DataFrame, arm: str, who: str) -> Estimate:
    """How much more often those with the offer bought than those without."""
    shown, plain = (rows.loc[rows["arm"] == name, "bought"] for name in (arm, CONTROL))
    if shown.empty or plain.empty:
        raise ValueError(f"results: nobody of {who} is in one of the two arms. Take fewer, larger groups.")
    return estimate_difference(int(shown.sum()), len(shown), int(plain.sum()), len(plain))


def find_true_response(
    outcomes: pd.DataFrame,
    results: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    arm: str = "coupon",
    groups: int = 5,
) -> pd.DataFrame:
    """What the offer truly does in each group of likelihood: every member with and without it (B-24).

    outcomes: the truth, campaign_id, customer_id, arm, bought. Columns: group, forecast, control_share,
    treated_share, uplift, n. Errors as `measure_response_by_score`.
    """
    rows = _join_truth(_join_scores(results, scores, arm), outcomes, arm)
    groups_of = rows.assign(group=_group(rows, groups)).groupby("group")
    table = groups_of.agg(
        forecast=("likelihood", "mean"), control_share=("anyway", "mean"), treated_share=("offered", "mean")
    )
    table["uplift"] = table["treated_share"] - table["control_share"]
    return table.assign(n=groups_of.size()).reset_index()


def plot_response_by_score(
    response: pd.DataFrame, true_response: pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """Extra buyers per 100 letters against the likelihood to buy: measured with intervals, and the truth.

    response: the table of `measure_response_by_score`; true_response: of `find_true_response`.
    """
    rows = take_result(response, RESPONSE)
    ax = new_axes(ax, width=5.6, height=3.9)
    value = 100 * rows["uplift"]
    error = reach(value, 100 * rows["low"], 100 * rows["high"])
    ax.axhline(0, color="black", linewidth=1, linestyle=":")
    ax.errorbar(
        rows["forecast"], value, error, fmt="o", capsize=3, color=COLOURS["estimate"], label="measured"
    )
    whose, known = "measured", rows
    if true_response is not None:
        whose, known = "in truth", take_result(true_response, RESPONSE, ["forecast", "uplift"])
        ax.plot(known["forecast"], 100 * known["uplift"], "-D", color=COLOURS["truth"], label="truth")
    best = known.sort_values("uplift").iloc[-1]
    format_percent(ax.xaxis)
    ax.set(xlabel="likelihood to buy before the letter", ylabel="extra buyers per 100 written to")
    ax.set_title(
        f"{whose} the letter does most at a likelihood of {100 * best['forecast']:.0f} %", fontsize=10
    )
    ax.legend(frameon=False)
    return ax


def compare_uplift(
    results: pd.DataFrame, scores: pd.DataFrame, *, arm: str = "coupon", top_share: float = 0.3
) -> Estimate:
    """Does a letter move the likeliest buyers more than the others? (B-24)

    Uplift among the top_share with the highest likelihood, less the uplift among the rest, in percentage
    points; below 0 the letter does more elsewhere. Interval from the two intervals (as Newcombe 1998).
    Errors as `measure_response_by_score`.
    """
    read_number(top_share, "top_share", "a share from 0.01 to 0.99", limits="0.01..0.99")
    rows = _join_scores(results, scores, arm)
    top = np.arange(len(rows)) >= round((1 - top_share) * len(rows))
    one = _estimate_uplift(rows[top], arm, "the likeliest")
    other = _estimate_uplift(rows[~top], arm, "the rest")
    gap = one.value - other.value
    low = gap - float(np.hypot(one.value - one.low, other.high - other.value))
    high = gap + float(np.hypot(one.high - one.value, other.value - other.low))
    return Estimate(gap, low, high, n=one.n + other.n, unit="percentage points")


def explore_targeting(
    outcomes: pd.DataFrame, results: pd.DataFrame, scores: pd.DataFrame, *, arm: str = "coupon"
) -> None:
    """Choose the order of writing and how many letters: whom does the report praise, and whom the truth?

    Arguments and errors as `compare_targeting`.
    """
    rows = _join_truth(_join_scores(results, scores, arm), outcomes, arm)

    def draw(ax: Axes, *, written_percent: int, order: str) -> None:
        _draw_targets(ax, _count_targets(rows, written_percent / 100), order)

    explore(
        draw,
        controls={
            "written_percent": Slider("written to (% of members)", 5, 100, 30, 5),
            "order": Choice("order", (LIKELIEST, UNDECIDED, RANDOM), LIKELIEST),
        },
        alt="Two bars: of those written to, most buyers would have bought anyway; the bar of the buyers who "
        "are there because of the letter is a small part of the bar of the buyers counted.",
        height=2.6,
    )


def _draw_targets(ax: Axes, table: pd.DataFrame, order: str) -> None:
    """Two bars for one order of writing: buyers counted, and buyers who are there because of the letter."""
    row = table[table["order"] == order].iloc[0]
    counted, extra, each = (float(row[name]) for name in ("buyers", "extra_buyers", "extra_per_100"))
    bars = ax.barh(
        ["buyers counted", "because of the letter"],
        [counted, extra],
        color=[COLOURS["control"], COLOURS["estimate"]],
        edgecolor="black",
    )
    bars[1].set_hatch("//")
    ax.bar_label(bars, labels=[f"{counted:,.0f}", f"{extra:,.0f}"], padding=4)
    ax.invert_yaxis()
    ax.set(
        xlim=(min(0.0, 1.2 * extra), 1.15 * table["buyers"].max()),
        xlabel=f"customers, of {int(table['written'].iloc[0]):,} written to",
        ylabel="what is counted",
    )
    ax.set_title(f"{order}: in truth {each:.1f} extra buyers per 100 letters", fontsize=10)
