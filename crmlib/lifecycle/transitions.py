"""Who enters a quarter in which stage, and who moves where: customers on their way through the stages (E-02).

The course draws the lifecycle as a line from incubation to the end. `count_transitions` shows how many
customers really walk along it, how many stand still, and how many go back.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.style import new_axes
from crmlib.customers.windows import take_occasions
from crmlib.lifecycle.stages import RULE, STAGE_TYPE, STAGES, StageRule, assign_stages
from crmlib.tables.options import read_date, read_instance
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = describe_result(
    "labels", {"customer_id": "key", "quarter": "date", "stage": f"ordered {'|'.join(STAGES)}"}
)
MOVES = describe_result("counts", dict.fromkeys(STAGES, "number >=0"))


def label_quarters(
    receipts: pd.DataFrame, *, first: str | datetime.date, last: str | datetime.date, rule: StageRule = RULE
) -> pd.DataFrame:
    """In which stage each customer entered each quarter: the label first, the quarter afterwards.

    A label that is made from the purchases of a quarter must not be used to explain them. So the stage of
    a quarter is assigned from the purchases before its first day. Who buys for the first time within the
    quarter is in incubation.

    receipts: as for `assign_stages`. first, last: first days of the first and last quarter
    ("2024-01-01"). Returns one row a customer and quarter: customer_id, quarter, stage, is_new (first
    purchase within the quarter). Raises ValueError if a date is no first day of a quarter or if there is
    no purchase before the end of the first quarter. Receipts after the last quarter are left out.
    """
    read_instance(rule, "rule", StageRule)
    quarters = pd.date_range(_read_quarter(first, "first"), _read_quarter(last, "last"), freq="QS-JAN")
    if quarters.empty:
        raise ValueError(f"label_quarters: first, {first}, is after last, {last}. Exchange them.")
    occasions = take_occasions(receipts)
    times = take_columns(receipts, "receipts", ["purchased_at"])["purchased_at"]
    start = occasions.groupby("customer_id")["day"].min()
    parts = []
    for quarter in quarters:
        end = quarter + pd.offsets.QuarterBegin(startingMonth=1)
        new = start.index[(start >= quarter) & (start < end)]
        rows = pd.DataFrame({"customer_id": new, "stage": "incubation", "is_new": True})
        if (start < quarter).any():
            earlier = receipts[(times < quarter).to_numpy()]
            known = assign_stages(earlier, as_of=quarter - pd.Timedelta(days=1), rule=rule)["stage"]
            rows = pd.concat(
                [known.astype(str).rename_axis("customer_id").reset_index().assign(is_new=False), rows]
            )
        parts.append(rows.assign(quarter=quarter))
    labels = pd.concat(parts, ignore_index=True)
    if labels.empty:
        raise ValueError(f"label_quarters: no customer bought before the end of the quarter of {last}.")
    labels["stage"] = labels["stage"].astype(STAGE_TYPE)
    labels["quarter"] = labels["quarter"].astype("datetime64[us]")
    return labels[["customer_id", "quarter", "stage", "is_new"]]


def _read_quarter(value: str | datetime.date, name: str) -> pd.Timestamp:
    day = read_date(value, name)
    if day != day.to_period("Q").start_time:
        raise ValueError(
            f"{name} is {day.date()}, expected the first day of a quarter, such as '2024-04-01'."
        )
    return day


def count_transitions(labels: pd.DataFrame) -> pd.DataFrame:
    """How many customers moved from which stage to which between one quarter and the next (E-02).

    labels: customer_id, quarter, stage, as from `label_quarters`; at least two quarters, a customer once
    a quarter. Returns the five stages in rows (from) and columns (to); divide by the row sums for shares.
    With millions of rows it takes more than in proportion (docs/growth.md).

    >>> labels = pd.DataFrame({"customer_id": [1, 1, 2, 2],
    ...     "quarter": pd.to_datetime(["2025-01-01", "2025-04-01"] * 2),
    ...     "stage": pd.Categorical(["growth", "decline", "growth", "growth"], dtype=STAGE_TYPE)})
    >>> count_transitions(labels).loc["growth"].tolist()
    [0, 1, 0, 1, 0]
    """
    taken = take_columns(
        labels, LABELS, ["customer_id", "quarter", "stage"], unique=["customer_id", "quarter"]
    )
    following = taken.assign(quarter=taken["quarter"] - pd.offsets.QuarterBegin(startingMonth=1))
    both = taken.merge(following, on=["customer_id", "quarter"], suffixes=("_from", "_to"))
    if both.empty:
        raise ValueError(
            "count_transitions: no customer is in two quarters that follow each other. Label more quarters."
        )
    counts = pd.crosstab(both["stage_from"], both["stage_to"])
    return counts.reindex(index=list(STAGES), columns=list(STAGES), fill_value=0).rename_axis(
        index="from", columns="to"
    )


def _share_transitions(counts: pd.DataFrame) -> pd.DataFrame:
    """Of the customers in a stage, what share is in which stage a quarter later; empty stages left out."""
    counts = take_result(counts, MOVES)
    if counts.index.name == "to":
        raise ValueError(
            "plot_transitions: expected five stages in rows (from) and columns (to), as of "
            "count_transitions; found the table turned round. Do not turn the table round."
        )
    if not counts.to_numpy().any():
        raise ValueError("plot_transitions: nobody is counted, so there is no share. Label more quarters.")
    known = counts.loc[counts.sum(axis=1) > 0]
    return known.div(known.sum(axis=1), axis=0)


def plot_transitions(counts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Where customers of each stage are a quarter later: shares by row, darker for more.

    counts: as from `count_transitions`; stages that nobody was in are left out. Raises TableError for
    missing stages and negative counts, ValueError if the table is turned round or nobody is counted.
    """
    shares = _share_transitions(counts)
    ax = new_axes(ax, width=6.4, height=3.8)
    ax.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, values in enumerate(shares.to_numpy()):
        for column, share in enumerate(values):
            colour = "white" if share > 0.5 else "black"
            ax.text(column, row, f"{100 * share:.0f} %", ha="center", va="center", color=colour)
    sizes = counts.loc[shares.index].sum(axis=1).astype(int)
    ax.set_xticks(range(len(shares.columns)), list(shares.columns))
    ax.set_yticks(range(len(shares)), [f"{name} (n = {n:,})" for name, n in sizes.items()])
    ax.grid(False)
    ax.set(xlabel="stage a quarter later", ylabel="stage at the start of a quarter")
    return ax
