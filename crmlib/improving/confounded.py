"""A measure given to the best customers: why comparing them with the others says nothing (J-10, check).

A letter went to the best customers. They bought more than the others afterwards; they also did before. The
difference mixes what the letter did with whom it went to. Comparing like with like takes most of that away;
what nobody wrote down stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import Estimate, estimate_difference, quantile
from crmlib.tables.options import read_number, read_text, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KIND = "legacy_mailing"
NAIVE, ALIKE, TRUTH = "mailed less the others", "like with like", "truth"
LETTER = describe_result(
    "letter",
    {
        "customer_id": "key",
        "mailed": "boolean",
        "purchases_before": "integer 0..",
        "silence_days": "number 0..",
        "bought": "boolean",
    },
)
COMPARED = describe_result(
    "compared", {"comparison": "string", **dict.fromkeys(["value", "low", "high"], "number")}
)


def join_letter(
    contacts: pd.DataFrame,
    receipts: pd.DataFrame,
    campaigns: pd.DataFrame,
    members: pd.DataFrame,
    *,
    before_days: int = 365,
) -> pd.DataFrame:
    """The old letter: who got it, how often everybody bought before, and who bought afterwards.

    contacts: campaign_id, customer_id (only those who got it have a row). receipts: customer_id,
    purchased_at. campaigns: campaign_id, kind, started_on, outcome_days; one of kind legacy_mailing. members:
    customer_id, joined_on; those who joined before the letter are compared. Columns: customer_id, mailed,
    purchases_before (in the before_days before it), silence_days (since the last purchase, at most
    before_days), bought (a receipt over the outcome days). Raises TableError for wrong columns or receipts
    that end too early, ValueError without exactly one such letter, or if nobody or everybody got it.
    """
    read_number(before_days, "before_days", "a whole number of at least 1 day", limits="1..", whole=True)
    number, start, end = _find_letter(campaigns)
    keys = ["campaign_id", "customer_id"]
    sent = take_columns(contacts, "contacts", keys, unique=keys)
    sent = sent[sent["campaign_id"] == number]
    people = take_columns(members, "members", ["customer_id", "joined_on"], unique=["customer_id"])
    people = people[people["joined_on"] < start].reset_index(drop=True)
    mailed = people["customer_id"].isin(sent["customer_id"])
    if mailed.all() or not mailed.any():
        raise ValueError(
            f"contacts: {int(mailed.sum())} of {len(mailed)} members got the letter {number}, so there is "
            "nobody to compare. Take contacts and members from the same firm, unfiltered."
        )
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    refuse_short(bought["purchased_at"], end)
    day = [
        pd.Series(moment, index=people.index)
        for moment in (start - pd.Timedelta(days=before_days), start, end)
    ]
    counts = count_purchases(bought, people["customer_id"], day[0], day[1])
    last = bought[bought["purchased_at"] < start].groupby("customer_id")["purchased_at"].max()
    last = last.reindex(people["customer_id"]).set_axis(people.index)
    silence = (start - last).dt.days.clip(upper=before_days).fillna(before_days)
    found = pd.DataFrame({"customer_id": people["customer_id"], "mailed": mailed, "purchases_before": counts})
    after = count_purchases(bought, people["customer_id"], day[1], day[2]) > 0
    return found.assign(silence_days=silence.astype(float), bought=after)


def _find_letter(campaigns: pd.DataFrame) -> tuple[int, pd.Timestamp, pd.Timestamp]:
    """Number of the letter, the first moment of its window, and the first one after it."""
    plans = take_columns(campaigns, "campaigns", ["campaign_id", "kind", "started_on", "outcome_days"])
    plans = plans[plans["kind"] == KIND]
    if len(plans) != 1:
        raise ValueError(f"campaigns: {len(plans)} of kind {KIND}, expected one.")
    plan = plans.iloc[0]
    days = pd.Timedelta(days=int(plan["outcome_days"]))
    return int(plan["campaign_id"]), plan["started_on"], plan["started_on"] + days


def compare_mailed(letter: pd.DataFrame) -> Estimate:
    """How much more often those with the letter bought than the others: the naive comparison.

    letter: the table of `join_letter`. Interval: Newcombe's. Raises TableError for wrong columns, ValueError
    if nobody or everybody was mailed.

    >>> letter = pd.DataFrame({"customer_id": [1, 2, 3, 4], "mailed": [True, True, False, False],
    ...     "purchases_before": [5, 5, 0, 5], "silence_days": 3.0, "bought": [True, True, False, True]})
    >>> compare_mailed(letter).value          # two of two against one of two
    0.5
    """
    rows = _take_letter(letter)
    one, other = (rows.loc[rows["mailed"] == mailed, "bought"] for mailed in (True, False))
    return estimate_difference(int(one.sum()), len(one), int(other.sum()), len(other))


def _take_letter(letter: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(letter, LETTER, list(LETTER.columns), unique=["customer_id"])
    if rows["mailed"].nunique() < 2:
        raise ValueError("letter: nobody or everybody was mailed, so there is nobody to compare with.")
    return rows


def compare_alike(letter: pd.DataFrame) -> Estimate:
    """How much more often the mailed bought than others with as many purchases and as long a silence.

    Cells: purchases before (0, 1, 2, 3 to 5, 6 and more) by silence (up to 30, 90, 180 days, longer). In each
    cell with both kinds the difference of shares; the mean over the mailed of these cells. Interval: normal,
    from the variances of the cells. letter: the table of `join_letter`. Raises TableError for wrong columns,
    ValueError if no cell holds two of each kind.

    >>> letter = pd.DataFrame({"customer_id": range(1, 6), "mailed": [True, True, False, False, False],
    ...     "purchases_before": [5, 5, 0, 5, 5], "silence_days": 3.0,
    ...     "bought": [True, True, False, True, True]})
    >>> compare_alike(letter).value           # those with five purchases bought either way
    0.0
    """
    rows = _take_letter(letter)
    often = pd.cut(rows["purchases_before"], [-1, 0, 1, 2, 5, np.inf], labels=False)
    silent = pd.cut(rows["silence_days"], [-1, 30, 90, 180, np.inf], labels=False)
    cells = rows.assign(cell=4 * often + silent, n=1).groupby(["cell", "mailed"])[["bought", "n"]].sum()
    table = cells.unstack(fill_value=0)
    counts = table["n"].to_numpy(dtype=float)
    both = (counts >= 2).all(axis=1)
    if not both.any():
        raise ValueError("letter: no cell with two mailed and two other members. Widen the cells.")
    k, n = table["bought"].to_numpy(dtype=float)[both], counts[both]
    share, smooth = k / n, (k + 0.5) / (n + 1)
    weight = n[:, 1] / n[:, 1].sum()
    value = float(weight @ (share[:, 1] - share[:, 0]))
    variance = (smooth * (1 - smooth) / n).sum(axis=1)
    half = quantile(0.95) * float(np.sqrt(weight**2 @ variance))
    return Estimate(value, value - half, value + half, n=int(n.sum()), unit="percentage points")


def find_true_letter(outcomes: pd.DataFrame, letter: pd.DataFrame) -> float:
    """What the letter truly did to those who got it: the same members with and without it.

    outcomes: the truth, campaign_id, customer_id, arm (control, mailed), bought. letter: the table of
    `join_letter`. Returns the difference of the two shares. Raises TableError for wrong columns, ValueError
    if a mailed member has no outcome with and without the letter.
    """
    rows = _take_letter(letter)
    names = ["campaign_id", "customer_id", "arm", "bought"]
    truth = take_columns(outcomes, "truth.outcomes", names, unique=names[:3])
    keys = truth.loc[truth["arm"] == "mailed", "campaign_id"].unique()
    truth = truth[truth["campaign_id"].isin(keys)]
    wide = truth.astype({"arm": str}).pivot(index="customer_id", columns="arm", values="bought")
    wide = wide.reindex(index=rows.loc[rows["mailed"], "customer_id"], columns=["control", "mailed"])
    if wide.isna().any(axis=None):
        raise ValueError(
            f"truth.outcomes: {int(wide.isna().any(axis=1).sum())} mailed members have no outcome with "
            "or without the letter. Take all tables from one firm and seed."
        )
    return float(wide["mailed"].astype(float).mean() - wide["control"].astype(float).mean())


def list_comparisons(letter: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The naive comparison, like with like, and the truth, one row each: comparison, value, low, high.

    letter, outcomes: as above; errors as of the three functions. The truth has no interval: it counts every
    mailed member.
    """
    naive, alike, truth = compare_mailed(letter), compare_alike(letter), find_true_letter(outcomes, letter)
    rows = [(name, one.value, one.low, one.high) for name, one in ((NAIVE, naive), (ALIKE, alike))]
    return pd.DataFrame([*rows, (TRUTH, truth, truth, truth)], columns=list(COMPARED.columns))


def plot_comparisons(
    compared: pd.DataFrame,
    *,
    label: str = "extra buyers among the mailed (percentage points)",
    truth: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """What each comparison says a measure brought, with intervals; the truth as a diamond or a dashed line.

    compared: comparison, value, low, high (shares; shown times 100), such as `list_comparisons` and
    `compare_designs` give. label: of the horizontal axis, with its unit. truth: a share, drawn as a line.
    """
    rows = take_result(compared, COMPARED).reset_index(drop=True)
    label = read_text(label, "label")
    if truth is not None:
        read_number(truth, "truth", "a share, or None", limits="-1..1")
    ax = new_axes(ax, height=3.2)
    for place, row in enumerate(rows.to_dict("records")):
        is_truth = row["comparison"] == TRUTH
        colour, marker = ("truth", "D") if is_truth else ("estimate", "o")
        value, low, high = (100 * row[name] for name in ("value", "low", "high"))
        look = {"colour": COLOURS[colour], "marker": marker, "text": f"{value:.1f}".replace("-", "−")}
        draw_interval(ax, place, value, low, high, **look)
    ax.axvline(0, color="black", linewidth=1, linestyle=":")
    if truth is not None:
        ax.axvline(100 * truth, color=COLOURS["truth"], linewidth=1.5, linestyle="--", label="truth")
        ax.legend(frameon=False)
    for number in ax.texts:  # a line that passes behind a number leaves it readable
        number.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    label_rows(ax, list(rows["comparison"]))
    ends = [f"{100 * end:.1f}".replace("-", "−") for end in (rows["value"].max(), rows["value"].min())]
    ax.set_title(f"From {ends[0]} to {ends[1]}: the answer depends on the comparison", fontsize=10)
    ax.set(xlabel=label, ylabel="comparison")
    return ax
