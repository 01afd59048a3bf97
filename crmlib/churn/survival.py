"""Survival: how long customers stay, when most of them have not left yet (I-01, I-04).

A member who is still here has an unfinished history: we know only that she lasts *at least* so long. The
Kaplan-Meier estimate uses such histories as far as they go. Complement to the course sources.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.churn.kaplan_meier import (
    LIFETIMES,
    count_days,
    estimate_band,
    refuse_groupless,
    split_by_engine,
)
from crmlib.customers.by_engine import find_last_purchases
from crmlib.tables.engines import is_engine
from crmlib.tables.options import read_choice, read_date, read_number, read_text, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from scipy.stats import CensoredData

HALF_YEAR = 182  # days
FEWEST = 30  # customers that a figure by tenure rests on
_BAND = {"low": "number 0..1", "high": "number 0..1", "n": "integer 1.."}
CURVES = describe_result(
    "curves", {"group": "string", "days": "integer 0..", "survival": "number 0..1", **_BAND}
)
RETENTION = describe_result("retention", {"period": "integer 1..", "retention": "number 0..1", **_BAND})


def follow_members_to_silence(
    members: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, silence_days: int = 365
) -> pd.DataFrame:
    """How long each member lasted as far as receipts can tell: from joining to the last purchase.

    Whoever bought again in the last silence_days before as_of was still here when they began (censored on
    that day); whoever did not left with the last purchase. So one firm and one day give every member the
    same chance to be noticed. members: customer_id, joined_on; members who joined in the last silence_days
    are left out; members without a receipt left on the day of joining. receipts: customer_id, purchased_at;
    those from as_of on are left out. Columns: customer_id, days (since joining), left. Raises TableError for
    wrong columns and for receipts that end before as_of minus silence_days, ValueError if nobody joined early
    enough.

    >>> members = pd.DataFrame({"customer_id": [1, 2], "joined_on": pd.to_datetime(["2024-01-01"] * 2)})
    >>> receipts = pd.DataFrame({"customer_id": [1, 1, 2], "purchased_at": pd.to_datetime(
    ...     ["2024-01-01", "2025-05-05", "2024-03-01"])})
    >>> follow_members_to_silence(members, receipts, as_of="2026-01-01")
       customer_id  days   left
    0            1   366  False
    1            2    60   True
    """
    people = take_columns(members, "members", ["customer_id", "joined_on"], unique=["customer_id"])
    return _follow(people.set_axis(["customer_id", "from"], axis=1), "members", receipts, as_of, silence_days)


def follow_answers_to_silence(
    surveys: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, silence_days: int = 365
) -> pd.DataFrame:
    """How long each member lasted after her first answer to the survey: the clock starts with the answer.

    Counted from joining, nobody who answers late could have left early; those months would be immortal.
    surveys: customer_id, answered_on, satisfaction; receipts as for `follow_members_to_silence`. Columns:
    customer_id, days (since the answer), left, satisfaction. Errors as `follow_members_to_silence`.
    """
    rows = take_columns(surveys, "surveys", ["customer_id", "answered_on", "satisfaction"])
    rows = rows.dropna().sort_values(["answered_on", "satisfaction"]).drop_duplicates("customer_id")
    people = rows[["customer_id", "answered_on"]].set_axis(["customer_id", "from"], axis=1)
    found = _follow(people, "surveys", receipts, as_of, silence_days)
    return found.merge(rows[["customer_id", "satisfaction"]], on="customer_id").astype({"satisfaction": int})


def _follow(
    people: pd.DataFrame,
    table: str,
    receipts: pd.DataFrame,
    as_of: str | pd.Timestamp,
    silence_days: int,
) -> pd.DataFrame:
    """Days from each customer's start to the last purchase or to the beginning of the last silence_days."""
    read_number(silence_days, "silence_days", "more than 0 days", limits=">0")
    day = read_date(as_of, "as_of")
    horizon = day - pd.Timedelta(days=silence_days)
    people = people[people["from"] < horizon]
    if people.empty:
        raise ValueError(
            f"{table}: nobody began before {horizon.date()}, so nobody can be followed to {day.date()}. "
            "Choose a later day or fewer days of silence."
        )
    if is_engine(receipts):
        latest, ends = find_last_purchases(receipts, before=day)
        refuse_short(ends, horizon, spare_days=0)
    else:
        bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
        refuse_short(bought["purchased_at"], horizon, spare_days=0)
        latest = bought[bought["purchased_at"] < day].groupby("customer_id")["purchased_at"].max()
    last = people["customer_id"].map(latest).dt.normalize()
    last = last.fillna(people["from"])
    left = last < horizon
    end = last.where(left, horizon)
    days = (end - people["from"]).dt.days.clip(lower=0)
    found = pd.DataFrame({"customer_id": people["customer_id"], "days": days, "left": left})
    return found.reset_index(drop=True)


def follow_to_truth(
    members: pd.DataFrame, truth_members: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """How long each member truly lasted: from joining to the day on which she really left.

    members: customer_id, joined_on. truth_members: customer_id, left_on (missing: still a customer), frailty
    and competition. Columns: customer_id, days, left, frailty, competition. Who left later than as_of counts
    as still here. Raises TableError for wrong columns, ValueError for members without a truth.
    """
    day = read_date(as_of, "as_of")
    people = take_columns(members, "members", ["customer_id", "joined_on"], unique=["customer_id"])
    columns = ["customer_id", "left_on", "frailty", "competition"]
    truth = take_columns(truth_members, "truth.members", columns, unique=["customer_id"])
    both = people[people["joined_on"] < day].merge(truth, on="customer_id", how="left")
    if both.empty or both["frailty"].isna().any():
        raise ValueError(
            f"truth.members: {int(both['frailty'].isna().sum())} of {len(both)} members are missing. Take "
            "both tables from one firm and seed."
        )
    left = both["left_on"] < day
    days = (both["left_on"].where(left, day) - both["joined_on"]).dt.days.clip(lower=0)
    return both.assign(days=days, left=left)[["customer_id", "days", "left", "frailty", "competition"]]


def estimate_survival(lifetimes: pd.DataFrame, *, by: str | None = None, step_days: int = 30) -> pd.DataFrame:
    """What share of customers is still here after so many days, unfinished histories included.

    Kaplan-Meier: S(t) = Π over days tᵢ ≤ t with leavers of (1 − leavers / still watched); 95 % intervals by
    the log-log formula, exp(±1.96 · √Greenwood / |log S|) in the exponent of S. lifetimes: customer_id, days,
    left, and a column `by` for one curve a group. Columns: group ("all" without by), days (0, step_days, …
    and the longest history), survival, low, high, at_risk (watched for at least so long), n. Raises
    TableError for wrong columns, ValueError for an unknown `by`, customers without a group or step_days below
    1.

    >>> three = pd.DataFrame({"customer_id": [1, 2, 3], "days": [10, 20, 30], "left": [True, False, True]})
    >>> estimate_survival(three, step_days=10)[["days", "survival", "at_risk"]].round(2)
       days  survival  at_risk
    0     0      1.00        3
    1    10      0.67        3
    2    20      0.67        2
    3    30      0.00        1
    """
    read_step(step_days)
    split = split_by_engine if is_engine(lifetimes) else _split
    parts = [_survival_of(count_days(part), name, step_days) for name, part in split(lifetimes, by)]
    return pd.concat(parts, ignore_index=True)


def read_step(step_days: int) -> None:
    """Refuse a length of steps that is not a whole number of days."""
    read_number(step_days, "step_days", "at least 1 day", limits="1..", whole=True)


def take_lifetimes(lifetimes: pd.DataFrame, *further: str) -> pd.DataFrame:
    """The checked columns customer_id, days and left, and further ones."""
    return take_columns(
        lifetimes, LIFETIMES, ["customer_id", "days", "left", *further], unique=["customer_id"]
    )


def _split(lifetimes: pd.DataFrame, by: str | None) -> list[tuple[object, pd.DataFrame]]:
    rows = take_lifetimes(lifetimes)
    if by is None:
        return [("all", rows)]
    read_choice(by, "by", [str(name) for name in lifetimes.columns])
    groups = lifetimes[by].reset_index(drop=True)
    if groups.isna().any():
        raise refuse_groupless(by, int(groups.isna().sum()), len(groups))
    return [(name, part) for name, part in rows.groupby(groups, observed=True)]


def _survival_of(counts: pd.DataFrame, name: object, step_days: int) -> pd.DataFrame:
    longest, watched = int(counts.index[-1]), int(counts["size"].sum())
    grid = np.append(np.arange(0, longest, step_days), longest)
    days, ended = counts.index.to_numpy(), np.cumsum(counts["size"].to_numpy())
    curve = estimate_band(watched - np.append(0, ended[:-1]), counts["sum"].to_numpy())
    survival, low, high = curve[:, np.searchsorted(days, grid, side="right")]
    return pd.DataFrame(
        {
            "group": name,
            "days": grid,
            "survival": survival,
            "low": low,
            "high": high,
            "at_risk": watched - np.append(0, ended)[np.searchsorted(days, grid)],
            "n": watched,
        }
    )


def _censor(rows: pd.DataFrame) -> CensoredData:
    from scipy.stats import CensoredData

    days, left = rows["days"].to_numpy(dtype=float), rows["left"].to_numpy(dtype=bool)
    return CensoredData(uncensored=days[left], right=days[~left])


def compare_survival(lifetimes: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Whether two groups of customers last differently long, or whether chance alone could look like this.

    Log-rank test of each pair of groups (Mantel 1966, `scipy.stats.logrank`). Columns: group, other,
    statistic, p_value, n. Arguments and errors as `estimate_survival`; ValueError for fewer than two groups.
    """
    from scipy.stats import logrank

    groups = _split(lifetimes, by)
    if len(groups) < 2:
        raise ValueError(f"lifetimes.{by}: {len(groups)} group, expected at least two to compare.")
    rows = []
    for (one, first), (other, second) in combinations(groups, 2):
        test = logrank(_censor(first), _censor(second))
        size = len(first) + len(second)
        rows.append((one, other, abs(float(test.statistic)), float(test.pvalue), size))
    return pd.DataFrame(rows, columns=["group", "other", "statistic", "p_value", "n"])


def plot_survival(curves: pd.DataFrame, *, title: str = "", ax: Axes | None = None) -> Axes:
    """Who is still here after so many days: one falling curve a group, with its band.

    curves: the table of `estimate_survival`. title: over the legend.
    """
    words = read_text(title, "title")
    group = curves.get("group") if isinstance(curves, pd.DataFrame) else None
    named = isinstance(group, pd.Series) and (group.dtype.kind in "ifb" or group.dtype == "category")
    shown = take_result(curves.astype({"group": str}) if named else curves, CURVES)
    ax = new_axes(ax)
    styles = ("-", "--", ":", "-.", (0, (5, 1, 1, 1)))
    spare = ("low", "medium", "high", "treated", "left")
    for place, (name, part) in enumerate(shown.groupby("group", sort=False)):
        colour = COLOURS.get(str(name), COLOURS[spare[place % len(spare)]])
        label = f"{name} (n = {int(part['n'].iloc[0]):,})"
        days, share = np.append(0, part["days"]), np.append(1.0, part["survival"])  # the drop on day 0
        ax.plot(days, share, linestyle=styles[place % 5], color=colour, label=label)
        ax.fill_between(part["days"], part["low"], part["high"], color=colour, alpha=0.15, linewidth=0)
    format_percent(ax.yaxis)
    ax.set(xlabel="days since the start", ylabel="still customers", ylim=(0, 1.02))
    ax.legend(frameon=False, title=words or None, loc="lower left")
    return ax


def measure_retention_by_tenure(lifetimes: pd.DataFrame, *, step_days: int = HALF_YEAR) -> pd.DataFrame:
    """Of those still here at the start of each period, what share is still here at its end?

    Kaplan-Meier within each period, so that customers who are watched only for a part of it count for that
    part. lifetimes: customer_id, days, left. Columns: period (1, 2, …), from_days, retention, low, high
    (95 %), n (still here at the start). Periods that fewer than 30 customers were watched to the end of are
    left out. Raises as `estimate_survival`, and ValueError if no period is left.
    """
    read_step(step_days)
    split = split_by_engine if is_engine(lifetimes) else _split
    counts = count_days(split(lifetimes, None)[0][1])
    table = []
    for number in range(int(counts.index[-1]) // step_days):
        start = number * step_days
        inside, to_the_end = counts.loc[start : start + step_days - 1], counts.loc[start + step_days :]
        if (watched := int(to_the_end["size"].sum())) >= FEWEST:
            end = pd.DataFrame({"size": watched, "sum": 0}, index=[start + step_days])
            part = pd.concat([inside, end])
            part.index -= start
            last = _survival_of(part, number, step_days).iloc[-1]
            table.append((number + 1, start, last["survival"], last["low"], last["high"], int(last["n"])))
    if not table:
        raise ValueError(f"lifetimes: fewer than {FEWEST} customers were followed for {step_days} days.")
    return pd.DataFrame(table, columns=["period", "from_days", "retention", "low", "high", "n"])


def plot_retention_by_tenure(retention: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Retention of those still here against tenure, with intervals.

    retention: the table of `measure_retention_by_tenure`.
    """
    retention = take_result(retention, RETENTION)
    ax = new_axes(ax)
    share = retention["retention"]
    error = reach(share, retention["low"], retention["high"])
    ax.errorbar(retention["period"], share, error, fmt="o-", capsize=3, color=COLOURS["stayed"])
    ax.set_xticks(list(retention["period"]))
    format_percent(ax.yaxis)
    ax.set(xlabel="half-year since joining", ylabel="stay to its end (of those still here)", ylim=(0, 1.02))
    return ax
