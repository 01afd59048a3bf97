"""Randomised trials: how many customers came because of them, and what each of these cost (H-16).

Chance decides who is treated, so the control group shows what would have happened anyway. The difference
are the incremental customers; the money divided by them is the cost that a decision needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import Estimate, draw_weights, estimate_from_draws
from crmlib.tables.options import read_instance, read_instances, read_number, read_seed
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL, cost_of_given_points, find_campaign


@dataclass(frozen=True, eq=False)
class Trial:
    """What a treatment cost and how many customers it truly brought.

    name: of the treatment. cost_cny: all its cost. counted: customers of the treated who came or bought, as
    a firm without control group would count them. extra: of these, incremental ones (counted − what the
    control group lets expect). repeated: extra in bootstrap repetitions of the trial. n: treated stores or
    customers.
    """

    name: str
    cost_cny: float
    counted: int
    extra: float
    repeated: NDArray[np.float64]
    n: int

    def estimate_extra(self) -> Estimate:
        """Incremental customers with their interval."""
        return estimate_from_draws(self.extra, self.repeated, n=self.n, unit="customers")

    def estimate_cost(self) -> Estimate:
        """Yuan per incremental customer; infinite ("no limit") where the trial brought nobody."""
        each = _divide(self.cost_cny, np.array([self.extra]))[0]
        return estimate_from_draws(float(each), _divide(self.cost_cny, self.repeated), n=self.n, unit="yuan")


def _divide(cost: float, customers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cost per customer, infinite where there are none or fewer than none.

    >>> _divide(30.0, np.array([10.0, 0.5, 0.0, -2.0])).tolist()
    [3.0, 60.0, inf, inf]
    """
    return np.divide(cost, customers, out=np.full(len(customers), np.inf), where=customers > 0)


def measure_store_trial(
    store_trials: pd.DataFrame,
    members: pd.DataFrame,
    *,
    before_days: int = 365,
    draws: int = 2000,
    seed: int | np.random.Generator = 1,
) -> Trial:
    """How many new members the advertising brought, beyond those who would have joined anyway (H-16).

    extra = joiners of the treated stores during the trial − joiners of the same stores in the before_days
    before it · (joiners of the control stores during / before). store_trials: campaign_id, store_id, arm
    (control, treated), started_on, ended_on, cost_cny; one campaign. members: customer_id, joined_on,
    home_store_id. Interval: stores are drawn anew within each arm; where the control stores drawn had no
    joiner before, nothing limits what would have come anyway, and extra is minus infinite. Raises TableError
    for wrong columns, ValueError for several campaigns, fewer than two stores in an arm, or no joiners before
    the trial in an arm.

    Each store had one joiner before; during the trial the two treated stores had six, the others two:

    >>> stores = pd.DataFrame({
    ...     "campaign_id": 2, "store_id": [1, 2, 3, 4], "cost_cny": [300.0, 300.0, 0.0, 0.0],
    ...     "arm": ["treated", "treated", "control", "control"],
    ...     "started_on": pd.Timestamp("2025-04-01"), "ended_on": pd.Timestamp("2025-06-30")})
    >>> homes = [1, 2, 3, 4, 1, 1, 1, 2, 2, 2, 3, 4]
    >>> members = pd.DataFrame({"customer_id": range(12), "home_store_id": homes, "joined_on": pd.to_datetime(
    ...     ["2025-03-01"] * 4 + ["2025-05-01"] * 8)})
    >>> trial = measure_store_trial(stores, members, draws=20, seed=1)
    >>> trial.counted, trial.extra, trial.cost_cny / trial.extra
    (6, 4.0, 150.0)
    """
    read_number(before_days, "measure_store_trial: before_days", "at least 1 day", limits="1..", whole=True)
    columns = ["campaign_id", "store_id", "arm", "started_on", "ended_on", "cost_cny"]
    stores = take_columns(store_trials, "store_trials", columns, unique=["store_id"]).sort_values("store_id")
    if stores["campaign_id"].nunique() > 1:
        raise ValueError("store_trials: several campaigns. Filter one campaign_id before.")
    columns = ["customer_id", "joined_on", "home_store_id"]
    people = take_columns(members, "members", columns, unique=["customer_id"])
    treated, control = _count_joiners(stores, people, before_days)
    generator = read_seed(seed)
    before, during = _sum_stores(control, draws, generator)
    then, now = _sum_stores(treated, draws, generator)
    expected = np.divide(then * during, before, out=np.full(len(before), np.inf), where=before > 0)
    extra = now - expected
    cost = float(stores.loc[stores["arm"] == "treated", "cost_cny"].sum())
    return Trial("new member", cost, int(now[0]), float(extra[0]), extra[1:], treated.shape[1])


def _count_joiners(
    stores: pd.DataFrame, people: pd.DataFrame, before_days: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Joiners before and during the trial (rows) in each treated and each control store (columns)."""
    start, end = stores["started_on"].min(), stores["ended_on"].max()
    earlier, day = start - pd.Timedelta(days=before_days), people["joined_on"]
    times = ((day >= earlier) & (day < start), (day >= start) & (day <= end))
    counts = [people.loc[time, "home_store_id"].value_counts() for time in times]
    arms = []
    for arm in ("treated", "control"):
        ids = stores.loc[stores["arm"] == arm, "store_id"]
        arms.append(np.stack([count.reindex(ids, fill_value=0).to_numpy(dtype=float) for count in counts]))
    if any(arm.shape[1] < 2 or arm[0].sum() == 0 for arm in arms):
        raise ValueError(
            "store_trials: expected two control and two treated stores or more, with joiners before (members "
            "who joined in the before_days before the trial)."
        )
    return arms[0], arms[1]


def _sum_stores(
    counts: NDArray[np.float64], draws: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Totals before and during, (2, 1 + draws): as observed, then with stores drawn anew."""
    stores = counts.shape[1]
    weights = np.vstack([np.ones(stores), draw_weights(stores, draws=draws, seed=generator)])
    return counts @ weights.T


def measure_offer_trial(
    contacts: pd.DataFrame,
    receipts: pd.DataFrame,
    campaigns: pd.DataFrame,
    *,
    points: pd.DataFrame | None = None,
    draws: int = 2000,
    seed: int | np.random.Generator = 1,
) -> list[Trial]:
    """How many customers bought because of each offer, beyond those who would have bought anyway (H-16).

    For every arm: counted = customers with a receipt from the start of the campaign over its outcome_days;
    extra = counted − n · share of the never-contacted control arm that bought. contacts: campaign_id,
    customer_id, arm, cost_cny. receipts: customer_id, purchased_at. campaigns: campaign_id, kind,
    randomised, started_on, outcome_days. points: the ledger; points that the campaign gave are added to the
    cost at 20 a yuan. Interval: customers are drawn anew in each arm; where nobody or everybody of an arm
    bought, half a customer is moved, because the next ones need not be all alike. Raises TableError for wrong
    columns, ValueError without exactly one such campaign, without chance having decided, or without control
    arm.

    >>> campaigns = pd.DataFrame({"campaign_id": [5], "kind": ["offer_trial"], "randomised": [True],
    ...                           "started_on": [pd.Timestamp("2025-08-01")], "outcome_days": [60]})
    >>> contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2, 3, 4],
    ...                          "cost_cny": [0.0, 0.0, 3.0, 3.0],
    ...                          "arm": ["control", "control", "coupon", "coupon"]})
    >>> receipts = pd.DataFrame({"customer_id": [1, 3, 4], "purchased_at": [pd.Timestamp("2025-08-09")] * 3})
    >>> [(arm.name, arm.counted, arm.extra) for arm in measure_offer_trial(contacts, receipts, campaigns)]
    [('coupon', 2, 1.0)]
    """
    read_number(draws, "measure_offer_trial: draws", "at least 2", limits="2..", whole=True)
    trial = find_campaign(contacts, campaigns, "offer_trial", columns=["cost_cny"])
    rows = trial.rows
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    start, end = (pd.Series(moment, index=rows.index) for moment in (trial.start, trial.end))
    rows["bought"] = count_purchases(bought, rows["customer_id"], start, end) > 0
    rows["cost_cny"] += cost_of_given_points(trial, points)
    arms = rows.groupby("arm", observed=True).agg(
        n=("bought", "size"), k=("bought", "sum"), cost=("cost_cny", "sum")
    )
    anyway = arms["k"][CONTROL] / arms["n"][CONTROL]
    generator = read_seed(seed)
    n, k = int(arms["n"][CONTROL]), int(arms["k"][CONTROL])
    control = _draw_buyers(n, k, draws, generator) / n
    trials = []
    for arm, row in arms.drop(CONTROL).iterrows():
        n, k = int(row["n"]), int(row["k"])
        repeated = _draw_buyers(n, k, draws, generator) - n * control
        trials.append(Trial(str(arm), float(row["cost"]), k, float(k - n * anyway), repeated, n))
    return trials


def _draw_buyers(n: int, k: int, draws: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """How many of n customers buy in each repetition, if k of them did."""
    share = k / n if 0 < k < n else (k + 0.5) / (n + 1)
    return generator.binomial(n, share, draws)


def list_trials(trials: Sequence[Trial]) -> pd.DataFrame:
    """Trials side by side: what was counted, what was incremental, and what either cost (H-16).

    Columns: treatment, n, cost_cny, counted, counted_cost_cny (cost per counted customer), extra, extra_low,
    extra_high, cost_each_cny (per incremental customer; infinite if there was none), cost_low, cost_high.

    >>> coupon = Trial("coupon", 400.0, 80, 20.0, np.array([10.0, 20.0, 20.0, 30.0]), 200)
    >>> list_trials([coupon])[["treatment", "counted_cost_cny", "extra", "cost_each_cny"]]
      treatment  counted_cost_cny  extra  cost_each_cny
    0    coupon               5.0   20.0           20.0
    """
    rows = []
    for one in read_instances(trials, "trials", Trial):
        extra, cost = one.estimate_extra(), one.estimate_cost()
        rows.append(
            {
                "treatment": one.name,
                "n": one.n,
                "cost_cny": one.cost_cny,
                "counted": one.counted,
                "counted_cost_cny": float(_divide(one.cost_cny, np.array([float(one.counted)]))[0]),
                "extra": extra.value,
                "extra_low": extra.low,
                "extra_high": extra.high,
                "cost_each_cny": cost.value,
                "cost_low": cost.low,
                "cost_high": cost.high,
            }
        )
    return pd.DataFrame(rows)


def compare_costs(winning: Trial, keeping: Trial) -> Estimate:
    """How many times as much an incremental new customer costs as an incremental kept one (H-16, N-59).

    Ratio of the two costs; its interval from independent repetitions of both trials. Where keeping brought
    nobody its cost has no limit and the ratio is 0; where winning brought nobody it is infinite.

    >>> one = Trial("new member", 1000.0, 30, 10.0, np.array([8.0, 10.0, 12.0, 10.0]), 20)
    >>> other = Trial("coupon", 400.0, 90, 20.0, np.array([20.0, 20.0, 20.0, 20.0]), 200)
    >>> compare_costs(one, other).value            # 100 yuan against 20 yuan
    5.0
    """
    read_instance(winning, "winning", Trial)
    read_instance(keeping, "keeping", Trial)
    size = min(len(winning.repeated), len(keeping.repeated))
    ratio = _ratio_of_costs(winning, np.array([winning.extra]), keeping, np.array([keeping.extra]))[0]
    repeated = _ratio_of_costs(winning, winning.repeated[:size], keeping, keeping.repeated[:size])
    return estimate_from_draws(float(ratio), repeated, n=winning.n + keeping.n, unit="times")


def _ratio_of_costs(
    winning: Trial, won: NDArray[np.float64], keeping: Trial, kept: NDArray[np.float64]
) -> NDArray[np.float64]:
    per_yuan_won = won / winning.cost_cny
    per_yuan_kept = np.clip(kept, 0, None) / keeping.cost_cny
    return np.divide(per_yuan_kept, per_yuan_won, out=np.full(len(won), np.inf), where=per_yuan_won > 0)
