"""What is bought at which age, so that the firm can grow older with its members (J-16, N-38).

The course follows members from masks at twenty to nutrition later. Members of all ages in one year show what
each age buys; whether a member changes as she grows older, only the same members in later years can show.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_ratio
from crmlib.improving.replenishment import BUYING, CATEGORIES
from crmlib.tables.options import read_date
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AGES = (20, 30, 40, 50, 60)  # limits of the classes
MIX = describe_result(
    "mix",
    {
        "age": "string",
        "category": f"one of {'|'.join(CATEGORIES)}",
        **dict.fromkeys(["share", "low", "high"], "number 0..1"),
    },
)


def measure_mix_by_age(
    buying: pd.DataFrame, members: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """On what members of each age spend their money (J-16, N-38).

    buying: the table of `join_buying`; the 365 days before as_of count. members: customer_id, birth_year; age
    is the year of as_of − birth_year. Columns: age (class of ten years), category, share (of the money of the
    class), low, high (ratio of totals, by member), members. Raises TableError for wrong columns, ValueError
    if an age class has fewer than two members or nobody bought.
    """
    day = read_date(as_of, "as_of")
    rows = take_columns(
        buying, BUYING, list(BUYING.columns), unique=["customer_id", "receipt_id", "category"]
    )
    people = take_columns(members, "members", ["customer_id", "birth_year"], unique=["customer_id"])
    rows = rows[(rows["purchased_at"] < day) & (rows["purchased_at"] >= day - pd.Timedelta(days=365))]
    rows = rows.astype({"category": str}).merge(people, on="customer_id")
    spent = rows.pivot_table(
        index=["customer_id", "birth_year"],
        columns="category",
        values="amount_cny",
        aggfunc="sum",
        fill_value=0.0,
    ).reset_index()
    middle = [f"{low} to {high - 1}" for low, high in pairwise(AGES)]
    names = [f"under {AGES[0]}", *middle, f"{AGES[-1]} and over"]
    spent["age"] = pd.cut(day.year - spent["birth_year"], [0, *AGES, 200], labels=names, right=False)
    table = []
    for age, part in spent.groupby("age", observed=True):
        if len(part) < 2:
            continue
        money = part[[name for name in CATEGORIES if name in part]]
        for category in money:
            one = estimate_ratio(money[category], money.sum(axis=1), unit="%")
            table.append((str(age), str(category), one.value, one.low, min(one.high, 1.0), len(part)))
    if not table:
        raise ValueError(f"buying: no age class with two members who bought in the year before {day.date()}.")
    return pd.DataFrame(table, columns=["age", "category", "share", "low", "high", "members"])


def plot_mix_by_age(mix: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Shares of the categories by age: skin care and nutrition as lines with intervals, the others thin.

    mix: the table of `measure_mix_by_age`.
    """
    rows = take_result(mix, MIX).astype({"category": str})
    ax = new_axes(ax, height=3.8)
    ages = list(dict.fromkeys(rows["age"]))
    looks = {"skin_care": ("treated", "-", "skin care"), "nutrition": ("estimate", "--", "nutrition")}
    for category, part in rows.groupby("category"):
        places = [ages.index(age) for age in part["age"]]
        if category not in looks:
            ax.plot(places, part["share"], color=COLOURS["control"], linewidth=1)
            continue
        colour, dash, label = looks[str(category)]
        error = reach(part["share"], part["low"], part["high"])
        ax.errorbar(
            places,
            part["share"],
            error,
            linestyle=dash,
            color=COLOURS[colour],
            marker="o",
            capsize=3,
            label=label,
        )
    ax.plot([], [], color=COLOURS["control"], linewidth=1, label="other categories")
    ax.set_xticks(range(len(ages)), ages, fontsize=8)
    ax.set_ylim(bottom=0)
    format_percent(ax.yaxis)
    older = rows[rows["category"] == "nutrition"]["share"]
    if len(older):
        first, last = 100 * older.iloc[0], 100 * older.iloc[-1]
        ax.set_title(
            f"Nutrition: {first:.0f} % of spending at the youngest, {last:.0f} % at the oldest", fontsize=10
        )
    ax.set(xlabel="age of the member (years)", ylabel="share of her spending")
    ax.legend(frameon=False, fontsize=8)
    return ax
