"""What fast handling of a complaint changes: satisfaction afterwards, and coming back (G-16, H-09).

Fast cases differ from slow ones in more than speed, so the firm let chance decide who was handled fast. What
such a trial does not find may still be there: its size says which effects it could have seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.customers.surveys import estimate_satisfied
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import Estimate, estimate_difference, quantile
from crmlib.tables.options import read_number, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import Campaign, find_campaign

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARMS = ("normal", "fast")
LATEST_DAYS = 60  # a complaint belongs to the trial if it follows the problem within so many days
POWER_QUANTILE = 0.8416  # of 80 % power
SPEED = describe_result(
    "speed",
    {
        "arm": f"one of {'|'.join(ARMS)}",
        "median_days": "number >=0",
        "answered": "integer 1..",
        **dict.fromkeys(["satisfied_share", "low", "high"], "number 0..1"),
    },
)


def measure_speed_trial(
    contacts: pd.DataFrame, complaints: pd.DataFrame, campaigns: pd.DataFrame
) -> pd.DataFrame:
    """The randomised speed: what fast handling did to the time and to the satisfaction afterwards (H-09).

    contacts: campaign_id, customer_id, arm (normal, fast), contacted_on. complaints: customer_id, opened_at,
    offered_at, satisfaction_after. campaigns: campaign_id, kind, randomised, started_on, outcome_days. The
    first complaint of each member within 60 days of entering the trial counts. Columns: arm, complaints,
    median_days (to a solution offered), answered, satisfied_share (4 or 5), low, high (Wilson), extra (share
    minus that of the normal arm) with extra_low, extra_high (Newcombe). Raises TableError for wrong columns
    or a complaint twice, ValueError without a recovery trial of two arms with answers, or for a solution
    offered before the complaint.
    """
    rows = _join_trial(contacts, complaints, campaigns)
    parts = {arm: rows[rows["arm"] == arm] for arm in ARMS}
    shares = {arm: _share_satisfied(part, arm) for arm, part in parts.items()}
    table = []
    for arm, part in parts.items():
        share = shares[arm]
        extra = estimate_difference(*_count(share), *_count(shares["normal"]))
        gap = (0.0, 0.0, 0.0) if arm == "normal" else (extra.value, extra.low, extra.high)
        middle = float(part["days"].median())
        if np.isnan(middle):
            raise ValueError(f"complaints: nobody in the arm {arm} got an offer, so there is no median wait.")
        table.append((arm, len(part), middle, share.n, share.value, share.low, share.high, *gap))
    names = ["arm", "complaints", "median_days", "answered", "satisfied_share", "low", "high"]
    return pd.DataFrame(table, columns=[*names, "extra", "extra_low", "extra_high"])


def _share_satisfied(part: pd.DataFrame, arm: str) -> Estimate:
    scores = part["satisfaction_after"].dropna()
    if scores.empty:
        raise ValueError(f"complaints: nobody in the arm {arm} said how satisfied she was afterwards.")
    return estimate_satisfied(scores)


def _count(share: Estimate) -> tuple[int, int]:
    """How many a share counts, and of how many."""
    return round(share.value * share.n), share.n


def _find_trial(contacts: pd.DataFrame, campaigns: pd.DataFrame) -> Campaign:
    return find_campaign(contacts, campaigns, "recovery_trial", arms=ARMS, columns=["contacted_on"])


def _join_trial(contacts: pd.DataFrame, complaints: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    people = _find_trial(contacts, campaigns).rows
    columns = ["customer_id", "opened_at", "offered_at", "satisfaction_after"]
    log = take_columns(complaints, "complaints", columns, once="complaint_id").dropna(subset=["customer_id"])
    early = log["offered_at"] < log["opened_at"]
    if early.any():
        raise ValueError(
            f"complaints: {int(early.sum())} have offered_at before opened_at (customer_id "
            f"{', '.join(map(str, log.loc[early, 'customer_id'].head(5)))}). Swap them."
        )
    both = people.astype({"customer_id": "int64"}).merge(
        log.astype({"customer_id": "int64"}), on="customer_id"
    )
    wait = (both["opened_at"] - both["contacted_on"]).dt.days
    both = both[wait.between(0, LATEST_DAYS)].sort_values("opened_at").drop_duplicates("customer_id")
    return both.assign(days=(both["offered_at"] - both["opened_at"]).dt.total_seconds() / 86_400)


def estimate_speed_on_staying(
    contacts: pd.DataFrame, receipts: pd.DataFrame, campaigns: pd.DataFrame
) -> Estimate:
    """How many more of 100 complainers buy again within the outcome window if handled fast.

    contacts, campaigns: as for `measure_speed_trial`. receipts: customer_id, purchased_at. The window starts
    on the day after each member entered the trial. Raises TableError or ValueError as `measure_speed_trial`,
    TableError for receipts that end before the last window does.
    """
    trial = _find_trial(contacts, campaigns)
    people, days = trial.rows, trial.days
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    start = people["contacted_on"] + pd.Timedelta(days=1)
    refuse_short(bought["purchased_at"], start.max() + pd.Timedelta(days=days))
    again = count_purchases(bought, people["customer_id"], start, start + pd.Timedelta(days=days)) > 0
    fast = (people["arm"] == "fast").to_numpy()
    return estimate_difference(
        int(again[fast].sum()), int(fast.sum()), int(again[~fast].sum()), int((~fast).sum())
    )


def find_detectable_effect(n_each: int, *, share: float, confidence: float = 0.95) -> float:
    """The smallest true difference that a trial of two equal groups would find in four of five repetitions.

    (z + 0.84) · √(2 · p(1−p) / n), with z the normal quantile of the confidence and p the usual share.
    Raises ValueError for n_each below 2 or a share outside 0 to 1.

    >>> round(find_detectable_effect(150, share=0.9), 3)
    0.097
    """
    read_number(n_each, "find_detectable_effect: n_each", "2 customers or more in each group", limits="2..")
    words = "a share between 0 and 1"
    read_number(share, "find_detectable_effect: share", words, limits=">0")
    if share >= 1:
        raise ValueError(f"find_detectable_effect: share is {share!r}, expected {words}.")
    return float((quantile(confidence) + POWER_QUANTILE) * np.sqrt(2 * share * (1 - share) / n_each))


def explore_detectable_effect(*, n_each: int, share: float) -> None:
    """Drag the size of a trial and the usual share: which effects could it have seen at all?

    n_each, share: where the sliders start.
    """
    find_detectable_effect(n_each, share=share)
    sizes = np.linspace(20, 3000, 150)

    def draw(ax: Axes, size: int, share_percent: int) -> None:
        p = share_percent / 100
        curve = [100 * find_detectable_effect(int(n), share=p) for n in sizes]
        limit = 100 * find_detectable_effect(size, share=p)
        ax.plot(sizes, curve, color=COLOURS["estimate"], linewidth=2)
        ax.fill_between(sizes, 0, curve, color=COLOURS["control"], alpha=0.3, linewidth=0)
        ax.plot(size, limit, "o", color=COLOURS["truth"])
        ax.text(1500, 0.6, "too small to be found", ha="center", fontsize=9)
        ax.set_title(f"{size:,} a group: differences from {limit:.1f} points on", fontsize=10)
        ax.set(xlabel="customers in each group", ylabel="smallest difference found (points)", ylim=(0, 40))

    explore(
        draw,
        controls={
            "size": Slider("customers a group", 20, 3000, max(20, min(3000, n_each)), 10),
            "share_percent": Slider("usual share (%)", 10, 95, max(10, min(95, round(100 * share))), 1),
        },
        alt="A falling curve: the larger each group of a trial, the smaller the difference that it can find.",
    )


def plot_speed_trial(speed: pd.DataFrame, *, claim: float = 0.7, ax: Axes | None = None) -> Axes:
    """Satisfied afterwards in the two arms of the trial, with intervals, beside the claimed share.

    speed: the table of `measure_speed_trial`. claim: the course's figure (H-09, N-62).
    """
    speed = take_result(speed, SPEED)
    read_number(claim, "plot_speed_trial: claim", "a share from 0 to 1", limits="0..1")
    ax = new_axes(ax, height=2.6)
    colours = {"fast": COLOURS["treated"], "normal": COLOURS["control"]}
    share, low, high = (speed[name].to_numpy(dtype=float) for name in ("satisfied_share", "low", "high"))
    for place, arm in enumerate(speed["arm"]):
        error = reach(share, low, high)[:, [place]]
        ax.errorbar(share[place], place, xerr=error, fmt="o", capsize=4, markersize=9,
                    color=colours[arm], markeredgecolor="black")  # fmt: skip
    days = speed["median_days"]
    names = [f"{arm}\n(median {day:.1f} days)" for arm, day in zip(speed["arm"], days, strict=True)]
    ax.axvline(claim, color=COLOURS["claim"], linewidth=2, linestyle="--", label="claim")
    ax.set_yticks(range(len(names)), names)
    ax.margins(y=0.4)
    format_percent(ax.xaxis)
    ax.set(xlabel="satisfied after the complaint (4 or 5)", ylabel="handling", xlim=(0, 1))
    ax.legend(frameon=False, loc="lower left")
    return ax
