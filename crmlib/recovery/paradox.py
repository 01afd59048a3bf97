"""The recovery paradox: does a failure that is repaired well bind more than no failure at all? (G-16)

Those who complain seem to stay as gladly as those who never met a problem. But complaining is a choice, and
people who are attached to the firm make it. Complement to the course sources.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import draw_weights, estimate_from_draws
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("no problem", "problem, kept silent", "problem, complained")
GAPS = ("raw", "raw_low", "raw_high", "alike", "alike_low", "alike_high")
VISITS = describe_result(
    "visits",
    {
        "customer_id": "key",
        "kind": f"one of {'|'.join(KINDS)}",
        "stayed": "boolean",
        "alike": "integer 0..",
    },
)
PARADOX = describe_result(
    "paradox",
    {
        "kind": "string",
        **dict.fromkeys(GAPS, "number"),
    },
)


def join_visits_with_problems(
    receipts: pd.DataFrame,
    problems: pd.DataFrame,
    truth_members: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    within_days: int = 180,
) -> pd.DataFrame:
    """Every visit of a member: did it bring a problem, did she complain, was she still here afterwards?

    receipts: receipt_id (each once), customer_id, purchased_at. problems: receipt_id, complaint_id.
    truth_members: customer_id, left_on, relationship_quality, visits_per_month. Visits in the last
    within_days before as_of are left out. Columns: customer_id, kind (no problem, problem kept silent,
    problem complained), stayed (truly not left within_days later), alike (number of the group of members with
    similar attachment and buying rate, 25 groups). Raises TableError for wrong columns or a problem twice,
    ValueError for no visit or unknown members.
    """
    read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True)
    day = read_date(as_of, "as_of") - pd.Timedelta(days=within_days)
    bought = take_columns(
        receipts, "receipts", ["receipt_id", "customer_id", "purchased_at"], unique=["receipt_id"]
    )
    bought = bought[bought["purchased_at"] < day].dropna().astype({"customer_id": "int64"})
    if bought.empty:
        raise ValueError(
            f"receipts: no visit before {day.date()}, so none can be followed for {within_days} days. "
            "Choose a later day."
        )
    met = take_columns(problems, "truth.problems", ["receipt_id", "complaint_id"], once="problem_id")
    told = met.groupby("receipt_id")["complaint_id"].count()
    columns = ["customer_id", "left_on", "relationship_quality", "visits_per_month"]
    truth = take_columns(truth_members, "truth.members", columns, unique=["customer_id"])
    truth["alike"] = 5 * _find_fifth(truth["relationship_quality"]) + _find_fifth(truth["visits_per_month"])
    visits = bought.merge(truth, on="customer_id")
    if len(visits) < len(bought):
        raise ValueError(
            f"truth.members: {len(bought) - len(visits)} of {len(bought)} visits have no member. Take all "
            "tables from one firm and seed."
        )
    number = visits["receipt_id"].map(told.clip(upper=1) + 1).fillna(0).astype(int)
    visits["kind"] = pd.Categorical(number.map(dict(enumerate(KINDS))), categories=list(KINDS), ordered=True)
    visits["stayed"] = ~(visits["left_on"] < visits["purchased_at"] + pd.Timedelta(days=within_days))
    return visits[["customer_id", "kind", "stayed", "alike"]]


def _find_fifth(values: pd.Series) -> pd.Series:
    """The fifth from below that each value falls into, 0 to 4; equal values share one place."""
    return (values.rank() * 5 / len(values)).map(math.ceil) - 1


def compare_paradox(visits: pd.DataFrame, *, draws: int = 300, seed: int = 1) -> pd.DataFrame:
    """The recovery paradox, with and without selection: who stays after a problem, and who would have anyway.

    visits: the table of `join_visits_with_problems`. For each kind with a problem: visits, stayed_share;
    raw (its difference to visits without a problem) with raw_low, raw_high; alike (the difference to visits
    without a problem of members who are alike in attachment and buying rate) with alike_low, alike_high.
    Intervals draw whole customers anew. Raises TableError for missing columns or unknown kinds, ValueError if
    a kind is missing.
    """
    visits = take_result(visits, VISITS)
    missing = sorted(set(KINDS) - set(visits["kind"].astype(str)))
    if missing:
        raise ValueError(
            f"compare_paradox: no visit is of the kind {' or '.join(missing)}; expected the table of "
            "join_visits_with_problems with all three kinds."
        )
    codes, people = pd.factorize(visits["customer_id"], sort=True)
    weights = np.vstack([np.ones(len(people)), draw_weights(len(people), draws=draws, seed=seed)])
    groups = int(visits["alike"].max()) + 1
    sums = {kind: _sum_by_group(visits, codes, weights, kind, groups) for kind in KINDS}
    usual_n, usual_stayed = sums[KINDS[0]]
    rate = usual_stayed / np.maximum(usual_n, 1e-9)
    usual = usual_stayed.sum(axis=1) / usual_n.sum(axis=1)
    rows = []
    for kind in KINDS[1:]:
        n, stayed = sums[kind]
        share = stayed.sum(axis=1) / n.sum(axis=1)
        gaps = (share - usual, share - (n * rate).sum(axis=1) / n.sum(axis=1))
        size = int(n[0].sum())
        raw, alike = (estimate_from_draws(float(g[0]), g[1:], n=size, unit="percentage points") for g in gaps)
        limits = (one for gap in (raw, alike) for one in (gap.value, gap.low, gap.high))
        rows.append((kind, size, float(share[0]), *limits))
    return pd.DataFrame(rows, columns=["kind", "visits", "stayed_share", *GAPS])


def _sum_by_group(
    visits: pd.DataFrame, codes: NDArray[np.intp], weights: NDArray[np.float64], kind: str, groups: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Visits, and visits after which the member stayed, by repetition and group of alike members."""
    inside = (visits["kind"] == kind).to_numpy()
    alike = visits["alike"].to_numpy(dtype=np.intp)
    place = codes[inside] * groups + alike[inside]
    size = weights.shape[1] * groups
    counts = [np.bincount(place, weights=w, minlength=size).reshape(-1, groups)
              for w in (None, visits["stayed"].to_numpy(dtype=float)[inside])]  # fmt: skip
    return weights @ counts[0], weights @ counts[1]


def plot_paradox(paradox: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Staying after a problem against staying without one: everybody, and members who are alike.

    paradox: the table of `compare_paradox`.
    """
    paradox = take_result(paradox, PARADOX)
    ax = new_axes(ax, height=2.8)
    looks = {"raw": ("claim", "o", -0.12, "all members"), "alike": ("estimate", "s", 0.12, "members alike")}
    for name, (colour, marker, shift, label) in looks.items():
        value = paradox[name]
        error = reach(value, paradox[f"{name}_low"], paradox[f"{name}_high"])
        ax.errorbar(value, np.arange(len(paradox)) + shift, xerr=error, fmt=marker, capsize=3,
                    color=COLOURS[colour], markeredgecolor="black", label=f"against {label}")  # fmt: skip
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(range(len(paradox)), list(paradox["kind"]))
    ax.margins(y=0.4)
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:+.0f}".replace("-", "−"))
    ax.set(xlabel="difference in staying to a visit without a problem (points)", ylabel="kind of visit")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2)
    return ax
