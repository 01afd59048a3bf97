"""How often is a customer visited, when, and can the salespeople do it (F-27, N-13, N-14)?

A plan is a promise on a calendar: A three times a month, the first time in the first week, B twice, C once.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns
from crmlib.tiers.abc import ABC, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GRADED = describe_result("classes", {"customer_id": "key", "class": "one of A|B|C"})
OWNERS = describe_result("owners", {"customer_id": "key", "salesperson_id": "integer 1.."})
PLAN = describe_result(
    "plan",
    {
        "customer_id": "integer",
        "class": "one of A|B|C",
        "salesperson_id": "integer",
        "visit": "integer 1..",
        "planned_on": "date",
    },
)
FIRST_WEEK = 7
MOST_VISITS = 20  # a month: there are no more working days


def plan_visits(
    classes: pd.Series,
    owners: pd.Series,
    *,
    month: str | datetime.date,
    visits_a: int = 3,
    visits_b: int = 2,
    visits_c: int = 1,
) -> pd.DataFrame:
    """A month of visits: A three times, the first time in the first week, B twice, C once (F-27, N-13, N-14).

    classes, owners: index customer_id; A, B or C, and the number of the salesperson. month: any day of it.
    The working days (Monday to Friday) are cut into as many parts as a customer gets visits; each visit falls
    on the day of its part on which the salesperson has least to do so far, A first, C last; the first visit
    to an A customer falls on one of the first seven days. Holidays are not known here. Columns: customer_id,
    class, salesperson_id, visit (1, 2, 3), planned_on; in order of day and customer. Takes about a second for
    ten thousand visits. Raises TableError for customers without an owner.

    >>> classes, owners = pd.Series(["A", "C"], index=[1, 2]), pd.Series([1, 1], index=[1, 2])
    >>> plan_visits(classes, owners, month="2026-06-01")["planned_on"].dt.day.tolist()
    [1, 2, 11, 22]
    """
    first = read_date(month, "month").replace(day=1)
    expected, limits = f"a whole number from 0 to {MOST_VISITS}", f"0..{MOST_VISITS}"
    counts = {
        grade: int(read_number(count, f"visits_{grade.lower()}", expected, limits=limits, whole=True))
        for grade, count in zip(ABC, (visits_a, visits_b, visits_c), strict=True)
    }
    words, who = take_values(as_words(classes), GRADED), take_values(owners, OWNERS)
    owner = who.reindex(words.index)
    if owner.isna().any():
        ids = ", ".join(map(str, owner.index[owner.isna()][:5]))
        raise TableError(
            f"owners: {int(owner.isna().sum())} customers of classes have no salesperson ({ids}). Repair: "
            "give each customer one."
        )
    days = pd.bdate_range(first, first + pd.offsets.MonthEnd(0))
    load = {person: np.zeros(len(days), dtype=int) for person in owner.unique()}
    rows = []
    for grade in ABC:
        for visit in range(1, counts[grade] + 1):
            allowed = _find_days(days, visit, counts[grade], first_week=grade == "A" and visit == 1)
            for customer in words.index[words == grade].sort_values():
                busy = load[owner[customer]]
                day = allowed[int(busy[allowed].argmin())]
                busy[day] += 1
                rows.append((customer, grade, owner[customer], visit, days[day]))
    names = ["customer_id", "class", "salesperson_id", "visit", "planned_on"]
    plan = pd.DataFrame(rows, columns=names).sort_values(["planned_on", "customer_id"], ignore_index=True)
    return plan.astype({"salesperson_id": "int64"})


def _find_days(days: pd.DatetimeIndex, visit: int, visits: int, *, first_week: bool) -> np.ndarray:
    """Places of the working days on which this visit may fall: its part of the month."""
    if first_week:
        return np.flatnonzero(days.day <= FIRST_WEEK)
    return np.array_split(np.arange(len(days)), visits)[visit - 1]


def plot_visit_calendar(plan: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The month as a calendar: how many visits fall on each day, and how many of them to A customers (F-27).

    plan: as from `plan_visits`, one month. The darker a day, the more visits; the small line names A, B, C.
    """
    taken = take_result(plan, PLAN)
    ax = new_axes(ax, height=3.8)
    day = taken["planned_on"]
    counts = pd.crosstab(day, taken["class"].astype(str)).reindex(columns=list(ABC), fill_value=0)
    first = day.min().replace(day=1)
    dates = pd.bdate_range(first, first + pd.offsets.MonthEnd(0))
    most = int(counts.sum(axis=1).max())
    monday = dates[0] - pd.Timedelta(days=dates[0].weekday())
    for date in dates:
        _draw_day(ax, date, (date - monday).days // 7, counts[counts.index == date].sum(), most)
    rows = (dates[-1] - monday).days // 7 + 1
    ax.set_xticks(range(5), ["Mon", "Tue", "Wed", "Thu", "Fri"])
    ax.set_yticks(range(rows), [str(week + 1) for week in range(rows)])
    ax.set(xlim=(-0.5, 4.5), ylim=(rows - 0.5, -0.5), xlabel="day of the week", ylabel="week of the month")
    ax.grid(visible=False)
    ax.set_title(f"{day.min():%Y-%m}: {len(taken)} visits", fontsize=10)
    return ax


def _draw_day(ax: Axes, date: pd.Timestamp, row: int, split: pd.Series, most: int) -> None:
    """One field: the day, all visits, and A, B, C."""
    from matplotlib.patches import Rectangle

    total = int(split.sum())
    place = (date.weekday() - 0.48, row - 0.46)
    shade = 0.75 * total / max(1, most)
    ax.add_patch(Rectangle(place, 0.96, 0.92, facecolor=COLOURS["low"], alpha=shade, edgecolor="none"))
    ax.add_patch(Rectangle(place, 0.96, 0.92, facecolor="none", edgecolor="0.7", linewidth=0.8))
    ax.text(date.weekday() - 0.44, row - 0.38, str(date.day), fontsize=8, va="top", color="0.3")
    if total:
        ax.text(date.weekday(), row - 0.06, str(total), fontsize=11, ha="center", va="center")
        words = "  ".join(f"{name} {split[name]}" for name in ABC if split[name])
        ax.text(date.weekday(), row + 0.3, words, fontsize=8, ha="center", va="center", color="0.2")


def measure_visits(
    visits: pd.DataFrame, classes: pd.Series, *, first: str | datetime.date, last: str | datetime.date
) -> pd.DataFrame:
    """What was visited, held against the plan: visits a month by class, and the first week (F-27).

    visits: customer_id (missing: a lead), visited_on. classes: index customer_id, A, B or C. first, last:
    days of the first and the last month, which are counted whole. Columns: class, customers, visits_a_month,
    low, high (by customer), first_week_share (of the customer's months with a visit, how many had one on the
    first seven days), week_low, week_high. A class of one customer is left out. Raises TableError if no visit
    of a classed customer lies in the months.

    >>> visits = pd.DataFrame({"customer_id": [1, 1, 2, 2],
    ...     "visited_on": pd.to_datetime(["2025-01-03", "2025-01-20", "2025-01-09", "2025-02-01"])})
    >>> classes = pd.Series(["A", "A"], index=[1, 2])
    >>> found = measure_visits(visits, classes, first="2025-01-01", last="2025-02-28")
    >>> found[["class", "visits_a_month", "first_week_share"]].round(2)
      class  visits_a_month  first_week_share
    0     A             1.0              0.67
    """
    start = read_date(first, "first").replace(day=1)
    end = read_date(last, "last").replace(day=1) + pd.offsets.MonthBegin(1)
    if not start < end:
        raise ValueError(f"first is {first}, last {last}: expected a first month that is not after the last.")
    rows = take_columns(visits, "visits", ["customer_id", "visited_on"], once="visit_id")
    words = take_values(as_words(classes), GRADED)
    inside = rows["visited_on"].between(start, end, inclusive="left") & rows["customer_id"].isin(words.index)
    rows = rows[inside].astype({"customer_id": "int64"})
    if rows.empty:
        raise TableError(
            "visits: none is to a customer of classes in these months. Repair: choose other months."
        )
    months = (end.year - start.year) * 12 + end.month - start.month
    early = rows["visited_on"].dt.day <= FIRST_WEEK
    by_month = early.groupby([rows["customer_id"], rows["visited_on"].dt.to_period("M")]).any()
    sums = by_month.groupby(level=0).agg(["sum", "size"]).reindex(words.index, fill_value=0)
    sums["visits"] = rows.groupby("customer_id").size().reindex(words.index, fill_value=0)
    table = []
    for grade in ABC:
        group = sums[(words == grade).to_numpy()].astype(float)
        if len(group) < 2 or group["size"].sum() == 0:
            continue
        rate = estimate_ratio(group["visits"], np.full(len(group), float(months)), unit="visits")
        week = estimate_ratio(group["sum"], group["size"], unit="%")
        week_high = min(1.0, week.high)
        table.append((grade, len(group), rate.value, rate.low, rate.high, week.value, week.low, week_high))
    if not table:
        raise TableError("classes: no class has two customers. Repair: take more customers.")
    names = [
        "class",
        "customers",
        "visits_a_month",
        "low",
        "high",
        "first_week_share",
        "week_low",
        "week_high",
    ]
    return pd.DataFrame(table, columns=names)
