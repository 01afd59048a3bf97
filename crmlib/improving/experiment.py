"""The PDCA cycle (PDCA循环法) as an experiment: plan, let chance decide, measure, then act (J-10).

Plan: how many customers does it take to see the effect that would pay? Do: chance decides who is treated.
Check: the difference between the groups, with its interval. Act: keep what works, for those with whom it
works. Without the first two steps the third one measures something else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import estimate_difference, estimate_share, quantile
from crmlib.tables.options import read_names, read_number, read_seed, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL, find_campaign

POWER = 0.8  # four of five trials see the effect: the usual choice
CHOSEN = describe_result("chosen", {"customer_id": "key", "stratum": "string"})
JOINED = describe_result(
    "joined", {"customer_id": "key", "stratum": "string", "arm": "string", "bought": "boolean"}
)
PLANS = describe_result(
    "plans",
    {"measure": "string", "customers": "integer 2..", "share": "number 0..1", "effect": "number 0..1"},
)


COLUMNS = ("measure", "share", "effect", "customers")


def customers_per_arm(share: float, effect: float, *, power: float = POWER) -> int:
    """How many customers each of two groups needs, so that an effect of this size is seen (J-10, plan).

    n = (1.96 + z)² · (p (1 − p) + q (1 − q)) / (q − p)², with p = share (who buys without the measure), q =
    share + effect, and z the normal quantile of the power. share: above 0 and below 1. effect: above 0, and
    share + effect below 1. power: share of such trials in which the interval leaves out zero. Raises
    ValueError for other numbers. Textbook knowledge that the course sources lack.

    >>> customers_per_arm(0.30, 0.10), customers_per_arm(0.30, 0.05)   # half the effect: four times as many
    (354, 1374)
    """
    read_number(share, "customers_per_arm: share", "a share above 0 and below 1", limits="0.0001..0.9999")
    most = 0.9999 - share
    words = f"a share of at least 0.0001, and share + effect below 1 (at most {most:.4f})"
    read_number(effect, "customers_per_arm: effect", words, limits=f"0.0001..{max(most, 0.0):.6f}")
    read_number(power, "customers_per_arm: power", "a share from 0.5 to 0.999", limits="0.5..0.999")
    other = share + effect
    variance = share * (1 - share) + other * (1 - other)
    reach = quantile(0.95) + _quantile_of(power)
    return math.ceil(reach**2 * variance / effect**2 - 1e-9)


def _quantile_of(power: float) -> float:
    """The normal quantile z below which this share of all trials lies: 0.84 for 80 %."""
    return 0.0 if power == 0.5 else quantile(2 * power - 1)


def smallest_effect(share: float, customers: int, *, power: float = POWER) -> float:
    """The smallest effect that a trial with this many customers in each group can be expected to see (J-10).

    The effect, as a share (0.05 is five percentage points), at which `customers_per_arm` is reached; searched
    by halving. share: 0.001 to 0.99. customers: in each of the two groups, at least 2. Raises ValueError for
    other numbers, or if not even the largest effect (share + effect = 1) would be seen.

    >>> round(smallest_effect(0.30, 354), 3)
    0.1
    """
    words = "a whole number of at least 2"
    n = read_number(customers, "smallest_effect: customers", words, limits="2..", whole=True)
    read_number(share, "smallest_effect: share", "a share from 0.001 to 0.99", limits="0.001..0.99")
    low, high = 0.0001, 0.9999 - share - 1e-6
    if customers_per_arm(share, high, power=power) > n:
        raise ValueError(
            f"smallest_effect: customers is {n:g}, too few to see any effect at a share of {share:g}. "
            "Take more customers."
        )
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if customers_per_arm(share, middle, power=power) > n else (low, middle)
    return high


def assign_arms(
    chosen: pd.DataFrame, *, arms: Sequence[str], seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """Let chance decide who is treated, evenly within each group of like customers (J-10, do).

    chosen: customer_id, stratum. arms: at least two different names. Within a stratum customers are shuffled
    and dealt to the arms in turn, so that arms differ by one customer at most; which arm is dealt first is
    drawn as well. Returns customer_id, stratum, arm, sorted by customer_id: the same seed gives the same arms
    whatever the order of the rows. Raises TableError for wrong columns or a customer twice, TypeError or
    ValueError for fewer than two arms or an arm twice.

    >>> chosen = pd.DataFrame({"customer_id": [7, 8, 9, 10], "stratum": ["often"] * 2 + ["rarely"] * 2})
    >>> assigned = assign_arms(chosen, arms=["control", "letter"], seed=1)
    >>> assigned.groupby("stratum")["arm"].nunique().tolist()      # one of each in both groups
    [2, 2]
    """
    names = read_names(arms, "assign_arms: arms")
    if len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"assign_arms: arms is {names}, expected at least two different names.")
    rows = take_columns(chosen, CHOSEN, list(CHOSEN.columns), unique=["customer_id"])
    rows = rows.sort_values("customer_id", ignore_index=True)
    generator = read_seed(seed, "assign_arms: seed")
    number = np.empty(len(rows), dtype=np.int64)
    for _, places in rows.groupby("stratum").indices.items():
        dealt = (np.arange(len(places)) + generator.integers(len(names))) % len(names)
        number[generator.permutation(places)] = dealt
    return rows.assign(arm=np.array(names)[number])


def join_trial(contacts: pd.DataFrame, receipts: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Who was in which group of the offer trial, and who bought while its outcomes counted (J-10, check).

    contacts: campaign_id, customer_id, arm, stratum. receipts: customer_id, purchased_at. campaigns:
    campaign_id, kind, randomised, started_on, outcome_days; one randomised offer_trial. Columns: customer_id,
    stratum, arm, bought (a receipt from the first day over the outcome days). Raises TableError for wrong
    columns or receipts that end before the trial does, ValueError without exactly one such trial. With
    millions of rows it takes more than in proportion (docs/growth.md).

    >>> campaigns = pd.DataFrame({"campaign_id": [5], "kind": ["offer_trial"], "randomised": [True],
    ...                           "started_on": [pd.Timestamp("2025-09-07")], "outcome_days": [60]})
    >>> contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2], "arm": ["control", "coupon"],
    ...                          "stratum": "all"})
    >>> receipts = pd.DataFrame({"customer_id": [2, 2],
    ...                          "purchased_at": pd.to_datetime(["2025-09-09", "2025-12-01"])})
    >>> join_trial(contacts, receipts, campaigns)["bought"].tolist()
    [False, True]
    """
    trial = find_campaign(contacts, campaigns, "offer_trial", columns=["stratum"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    refuse_short(bought["purchased_at"], trial.end)
    rows = trial.rows
    window = [pd.Series(moment, index=rows.index) for moment in (trial.start, trial.end)]
    rows["bought"] = count_purchases(bought, rows["customer_id"], *window) > 0
    rows["stratum"] = rows["stratum"].astype("string").fillna("all")
    return rows[list(JOINED.columns)].astype({"arm": str, "stratum": str})


def measure_arms(joined: pd.DataFrame) -> pd.DataFrame:
    """Who bought in each group of a trial, and how many more than without the measure (J-10, check).

    joined: the table of `join_trial`. Columns: arm (control first), n, share, low, high (Wilson), extra
    (share less that of the control group), extra_low, extra_high (Newcombe). Raises TableError for wrong
    columns, ValueError without a control group.

    >>> joined = pd.DataFrame({"customer_id": [1, 2, 3, 4], "stratum": "all",
    ...                        "bought": [True, False, True, True],
    ...                        "arm": ["control", "control", "letter", "letter"]})
    >>> measure_arms(joined)[["arm", "n", "share", "extra"]]
           arm  n  share  extra
    0  control  2    0.5    0.0
    1   letter  2    1.0    0.5
    """
    rows = take_columns(joined, JOINED, list(JOINED.columns), unique=["customer_id"])
    arms = sorted(set(rows["arm"]), key=lambda arm: (arm != CONTROL, arm))
    if arms[0] != CONTROL:
        raise ValueError(
            f"joined: no group called {CONTROL} among {', '.join(arms)}, so nothing shows what "
            "would have happened anyway."
        )
    count = {arm: (int(part.sum()), len(part)) for arm, part in rows.groupby("arm")["bought"]}
    table = []
    for arm in arms:
        share = estimate_share(*count[arm])
        gap = estimate_difference(*count[arm], *count[CONTROL])
        extra = (0.0, 0.0, 0.0) if arm == CONTROL else (gap.value, gap.low, gap.high)
        table.append((arm, share.n, share.value, share.low, share.high, *extra))
    names = ["arm", "n", "share", "low", "high", "extra", "extra_low", "extra_high"]
    return pd.DataFrame(table, columns=names)


def check_plans(plans: pd.DataFrame, *, power: float = POWER) -> pd.DataFrame:
    """Which measures of a year can be judged at all with the customers there are (measurement plan, J-10).

    plans: measure, customers (available for both groups together), share (who buys, comes back or stays
    without it), effect (the smallest one that would pay, as a share). Columns: measure, needed (customers for
    both groups), customers, smallest (effect that can be seen with them; infinite if none), can_be_judged.
    Raises TableError for wrong columns, ValueError for a share of 0 or 1 or an effect that goes beyond 1.

    >>> plans = pd.DataFrame({"measure": ["letter"], "customers": [1000], "share": [0.3], "effect": [0.1]})
    >>> check_plans(plans)[["needed", "can_be_judged"]].values.tolist()
    [[708, True]]
    """
    rows = take_result(plans, PLANS)
    wrong = (rows["share"] <= 0) | (rows["effect"] <= 0) | (rows["share"] + rows["effect"] >= 1)
    if wrong.any():
        raise ValueError(
            f"plans: {int(wrong.sum())} of {len(rows)} measures ("
            f"{', '.join(rows.loc[wrong, 'measure'].astype(str).head())}) have a share or an effect of 0, or "
            "share + effect of 1 or more. Repair: write shares, 0.05 for 5 %."
        )
    table = []
    for name, share, effect, count in zip(*(rows[one].tolist() for one in COLUMNS), strict=True):
        needed = 2 * customers_per_arm(share, effect, power=power)
        try:
            least = smallest_effect(share, max(count // 2, 2), power=power)
        except ValueError:  # not even the largest effect would be seen
            least = math.inf
        table.append((name, needed, count, least, count >= needed))
    names = ["measure", "needed", "customers", "smallest", "can_be_judged"]
    return pd.DataFrame(table, columns=names, index=rows.index)


def explore_sample_size() -> None:
    """Move the effect, the share and the number of customers: how often would a trial see what is there?"""
    from matplotlib.axes import Axes

    numbers = np.unique(np.geomspace(50, 20_000, 160).astype(int))

    def draw(ax: Axes, *, share_percent: int, effect_points: float, customers: int) -> None:
        share = share_percent / 100
        seen = _power(share, effect_points / 100, numbers)
        here = float(_power(share, effect_points / 100, np.array([customers]))[0])
        ax.plot(np.log10(numbers), seen, color=COLOURS["estimate"], linewidth=2)
        ax.axhline(POWER, color="black", linestyle=":", linewidth=1)
        ax.plot(
            np.log10(customers), here, "o", color=COLOURS["treated"], markeredgecolor="black", markersize=9
        )
        marks = [50, 200, 1000, 5000, 20_000]
        ax.set_xticks(np.log10(marks), [f"{one:,}" for one in marks])
        ax.set_ylim(0, 1.03)
        format_percent(ax.yaxis)
        ax.set(xlabel="customers in each group", ylabel="trials that see the effect")
        ax.set_title(f"With {customers:,} in each group {100 * here:.0f} of 100 trials see it", fontsize=10)

    explore(
        draw,
        controls={
            "share_percent": Slider("buy without the measure (%)", 2, 80, 30, 1),
            "effect_points": Slider("effect (percentage points)", 0.5, 15.0, 4.0, 0.5),
            "customers": Slider("customers in each group", 50, 10_000, 500, 50),
        },
        alt="A rising curve of how many of 100 trials see the effect, by customers in each group; the dot of "
        "a trial with 500 in each group lies well below the dotted line at 80.",
    )


def _power(share: float, effect: float, customers: np.ndarray) -> np.ndarray:
    """Share of trials whose 95 % interval lies above zero, by the normal approximation."""
    from scipy.special import ndtr

    other = min(share + effect, 0.999)
    error = np.sqrt((share * (1 - share) + other * (1 - other)) / customers)
    return np.asarray(ndtr((other - share) / error - quantile(0.95)))
