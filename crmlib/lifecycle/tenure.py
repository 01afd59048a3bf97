"""Is a long-lived customer worth more, or are the worth-while ones those who last? Tenure and composition.

"Long-life customers cost less and pay more" is told in many textbooks (folk claim; it is not in the
course sources). Reinartz and Kumar (2000) found little support for it. A curve that rises with tenure can
come from two sources: the same customers buy more as they age, or the light ones drop out and the heavy
ones remain. Here both are taken apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.estimates.estimate import (
    draw_weights,
    estimate_from_draws,
    estimate_mean,
    estimate_ratio,
)
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS = ("everybody who joined", "still buying in the period", "the same members")
TRUTH = "truth: customers all along"
SNAPSHOT = "snapshot: buyers of one period, by tenure"
STYLES = {
    SNAPSHOT: (COLOURS["treated"], "^", "-"),
    GROUPS[0]: (COLOURS["left"], "v", "-"),
    GROUPS[2]: (COLOURS["estimate"], "o", "-"),
    TRUTH: (COLOURS["truth"], "", ":"),
}
EDGE = 2  # periods at each end that are compared: with 182 days each, the first year and the last
FEW = 30
MONEY = ["customer_id", "purchased_at", "margin_cny"]
SNAPSHOT_TABLE = describe_result(
    "snapshot", {"band": "integer 1..", "margin_cny": "number", "low": "number", "high": "number"}
)
BY_TENURE = describe_result(
    "followed",
    {
        "group": "string",
        "period": "integer 1..",
        "margin_cny": "number",
        "low": "number",
        "high": "number",
    },
)


def measure_snapshot(
    receipts: pd.DataFrame,
    *,
    first: str | pd.Timestamp,
    last: str | pd.Timestamp,
    step_days: int = 182,
) -> pd.DataFrame:
    """Who brings how much in one and the same period, by time since the first purchase: composition is on.

    The usual evidence for the folk claim: take last half-year's buyers, sort them by tenure, compare.

    receipts: customer_id, purchased_at, margin_cny. first, last: days that begin and end the period;
    buyers whose first purchase lies within it are left out. step_days: width of a band of tenure, counted
    at `first`. Returns one row a band: band (1, 2, …), from_days, margin_cny (mean a buyer), low, high
    (95 %), n. Bands with fewer than 30 buyers are left out. Raises TableError for wrong columns or a receipt
    twice, ValueError if no band is left.
    """
    start, end = read_date(first, "first"), read_date(last, "last")
    read_number(step_days, "measure_snapshot: step_days", "at least 1 day", limits="1..", whole=True)
    bought = take_columns(receipts, "receipts", MONEY, once="receipt_id").dropna()
    days = bought["purchased_at"].dt.normalize()
    began = days.groupby(bought["customer_id"]).min()
    inside = (days >= start) & (days <= end)
    margin = bought["margin_cny"][inside].groupby(bought["customer_id"][inside]).sum()
    tenure = (start - began.reindex(margin.index)).dt.days
    known = tenure > 0
    band = ((tenure[known] - 1) // step_days + 1).rename("band")
    rows = []
    for number, values in margin[known].groupby(band):
        if len(values) >= FEW:
            one = estimate_mean(values, unit="yuan")
            rows.append((number, (number - 1) * step_days + 1, one.value, one.low, one.high, one.n))
    if not rows:
        raise ValueError(
            f"measure_snapshot: no band of tenure holds {FEW} buyers from {start.date()} to {end.date()}. "
            "Widen the period or the bands."
        )
    return pd.DataFrame(rows, columns=["band", "from_days", "margin_cny", "low", "high", "n"])


def follow_members(
    receipts: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    period_days: int = 182,
    periods: int = 4,
    spare_days: int = 91,
) -> pd.DataFrame:
    """What each member bought in each period of membership, from the day after the first purchase on.

    The first purchase itself is left out: everybody has it by definition, and with it every history would
    begin with a peak. Only members are followed whose periods were over spare_days before as_of; the
    spare time shows who still bought afterwards.

    receipts: customer_id, purchased_at, margin_cny. Returns one row a member, index customer_id: a column
    of margin (yuan) for each period 1 … periods (missing: no purchase), ends_on (last day of the last
    period) and bought_after (True if there is a purchase after it). Receipts after as_of are left out.
    Raises TableError for wrong columns or a receipt twice, ValueError if fewer than 4 periods are asked for
    or fewer than two members are old enough.
    """
    for name, value, least in (("periods", periods, 2 * EDGE), ("period_days", period_days, 1),
                               ("spare_days", spare_days, 1)):  # fmt: skip
        read_number(value, f"follow_members: {name}", f"at least {least}", limits=f"{least}..", whole=True)
    day, whole = read_date(as_of, "as_of"), period_days * periods
    bought = take_columns(receipts, "receipts", MONEY, once="receipt_id").dropna()
    bought = bought[bought["purchased_at"] < day + pd.Timedelta(days=1)].astype({"customer_id": "int64"})
    days = bought["purchased_at"].dt.normalize()
    first = days.groupby(bought["customer_id"]).min()
    first = first[(day - first).dt.days >= whole + spare_days]
    if len(first) < 2:
        raise ValueError(
            f"follow_members: {len(first)} members began {whole + spare_days} days before {day.date()}, "
            "expected at least 2. Ask for fewer or shorter periods."
        )
    since = (days - bought["customer_id"].map(first)).dt.days
    period = (since - 1) // period_days + 1
    inside = (since >= 1) & (period <= periods)
    keys = [bought.loc[inside, "customer_id"], period[inside].astype(int)]
    margins = bought.loc[inside, "margin_cny"].groupby(keys).sum().unstack()
    table = margins.reindex(index=first.index, columns=list(range(1, periods + 1)))
    after = bought.loc[period > periods, "customer_id"].unique()
    return table.assign(ends_on=first + pd.Timedelta(days=whole), bought_after=first.index.isin(after))


def measure_by_tenure(followed: pd.DataFrame, *, truth_members: pd.DataFrame | None = None) -> pd.DataFrame:
    """How margin develops with tenure: for all who joined, those still buying, and the same members.

    followed: as from `follow_members`. truth_members: customer_id, left_on; with it a fourth group is
    added, those who truly were customers all along. The same members are those who bought again after the
    last period, so that everybody in this group was there in each of them; only here is composition held
    fixed.

    Returns one row a group and period: group, period, margin_cny (mean a member), low, high (95 %
    interval), n. Raises TableError or ValueError for another table or members without a truth.
    """
    followed, periods = _take_followed(followed)
    values = followed[periods].to_numpy(dtype=float)
    rows = []
    for name, mask in _find_groups(followed, periods, truth_members).items():
        for place, period in enumerate(periods):
            inside = mask[:, place]
            if inside.sum() > 1:
                one = estimate_ratio(np.nan_to_num(values[inside, place]), np.ones(inside.sum()), unit="yuan")
                rows.append((name, period, one.value, one.low, one.high, one.n))
    return pd.DataFrame(rows, columns=["group", "period", "margin_cny", "low", "high", "n"])


def _take_followed(followed: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """The table of `follow_members`, checked and in order of customer_id, and its periods."""
    if not isinstance(followed, pd.DataFrame):
        raise TypeError(f"followed: expected a pandas DataFrame, found {type(followed).__name__}.")
    periods = [int(name) for name in followed.columns if isinstance(name, int)]
    if len(periods) < 2 * EDGE:
        raise ValueError(
            f"followed: expected the table of follow_members, with a column for each of at least {2 * EDGE} "
            f"periods; found {len(periods)}."
        )
    named = followed.rename(columns={number: f"period_{number}" for number in periods})
    kinds = {f"period_{number}": "number ?" for number in periods}
    table = describe_result(
        "followed", {"customer_id": "key", **kinds, "ends_on": "date", "bought_after": "boolean"}
    )
    taken = take_by_customer(named, table, [*kinds, "ends_on", "bought_after"])
    if len(taken) < 2:
        raise ValueError("followed: 1 member, expected at least 2. Follow more members.")
    return taken.rename(columns={f"period_{number}": number for number in periods}).sort_index(), periods


def _find_groups(
    followed: pd.DataFrame, periods: list[int], truth_members: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """For each group: who belongs to it in which period."""
    shape = (len(followed), len(periods))
    same = followed["bought_after"].to_numpy(dtype=bool)
    groups = {
        GROUPS[0]: np.ones(shape, dtype=bool),
        GROUPS[1]: followed[periods].notna().to_numpy(),
        GROUPS[2]: np.broadcast_to(same[:, None], shape),
    }
    if truth_members is not None:
        truth = take_columns(
            truth_members, "truth.members", ["customer_id", "left_on"], unique=["customer_id"]
        )
        unknown = ~followed.index.isin(truth["customer_id"])
        if unknown.any():
            raise ValueError(
                f"truth.members: {int(unknown.sum())} of {len(followed)} members are missing. Take both "
                "tables from one firm and seed."
            )
        left = truth.set_index("customer_id")["left_on"].reindex(followed.index)
        stayed = (left.isna() | (left > followed["ends_on"])).to_numpy()
        groups[TRUTH] = np.broadcast_to(stayed[:, None], shape)
    return groups


def compare_tenure(followed: pd.DataFrame, *, seed: int = 1, draws: int = 500) -> pd.DataFrame:
    """By how much margin a member differs between the last two and the first two periods, in each group.

    followed: as from `follow_members`. Change = mean margin of the last two periods / that of the first
    two − 1, with a bootstrap interval over members (all periods of a member stay together). Columns:
    group, change, low, high, n. Groups without a purchase in the first two periods are left out; ValueError
    if that leaves none.
    """
    followed, periods = _take_followed(followed)
    values = np.nan_to_num(followed[periods].to_numpy(dtype=float))
    weights = np.vstack([np.ones(len(followed)), draw_weights(len(followed), draws=draws, seed=seed)])
    rows = []
    for name, mask in _find_groups(followed, periods, None).items():
        money, people = weights @ (values * mask), weights @ mask.astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):  # a draw may hold nobody of a small group
            early = money[:, :EDGE].sum(axis=1) / people[:, :EDGE].sum(axis=1)
            late = money[:, -EDGE:].sum(axis=1) / people[:, -EDGE:].sum(axis=1)
            change = late / early - 1
        drawn = change[1:][np.isfinite(change[1:])]
        if not np.isfinite(change[0]) or len(drawn) < 2:
            continue
        one = estimate_from_draws(float(change[0]), drawn, n=int(mask.any(axis=1).sum()), unit="%")
        rows.append((name, one.value, one.low, one.high, one.n))
    if not rows:
        raise ValueError("compare_tenure: nobody bought in the first two periods, so nothing can change.")
    return pd.DataFrame(rows, columns=["group", "change", "low", "high", "n"])


def plot_tenure(
    followed: pd.DataFrame, snapshot: pd.DataFrame, *, period_days: int = 182, ax: Axes | None = None
) -> Axes:
    """The same firm twice: members of different tenure side by side, and members followed through time.

    followed: as from `measure_by_tenure`. snapshot: as from `measure_snapshot`, with bands of the same
    width.
    """
    read_number(period_days, "period_days", "at least 1 day", limits="1..", whole=True)
    followed = take_result(followed, BY_TENURE)
    snapshot = take_result(snapshot, SNAPSHOT_TABLE)
    ax = new_axes(ax, height=4.0)
    parts = [(SNAPSHOT, snapshot.rename(columns={"band": "period"}))]
    parts += [(name, followed[followed["group"] == name]) for name in STYLES if name != SNAPSHOT]
    for name, rows in parts:
        if len(rows):
            colour, marker, line = STYLES[name]
            ax.plot(rows["period"], rows["margin_cny"], line, marker=marker, color=colour, label=name)
            ax.fill_between(rows["period"], rows["low"], rows["high"], color=colour, alpha=0.12, linewidth=0)
    ax.set_ylim(bottom=0)
    ax.set_xticks(range(1, 1 + max(int(rows["period"].max()) for _, rows in parts if len(rows))))
    format_money(ax.yaxis)
    ax.set(xlabel=f"time since the first purchase (steps of {period_days} days)", ylabel="margin (yuan)")
    ax.legend(frameon=False, fontsize="small", loc="lower left")
    return ax
