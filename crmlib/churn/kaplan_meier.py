"""Kaplan-Meier's curve from counts: of those still watched on a day, how many left (I-01).

The counts are all that the curve needs, whether they come from eight customers or from eight hundred million.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.engines import collect, count_lazily, load_narwhals, open_lazily
from crmlib.tables.options import read_choice
from crmlib.tables.results import describe_result

Z95 = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations

LIFETIMES = describe_result(
    "lifetimes",
    {"customer_id": "key", "days": "integer 0..", "left": "boolean", "frailty": "number"},
)


def estimate_band(at_risk: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
    """Kaplan-Meier's survival with its 95 % limits (log-log), before the first day and after each one.

    at_risk, left: how many were still watched on a day, and how many of them left on it. Returns survival,
    low and high, a row each. The limits do not exist before the first and after the last leaver; there they
    are the curve.

    >>> estimate_band(np.array([4, 2]), np.array([1, 0])).round(2)
    array([[1.  , 0.75, 0.75],
           [1.  , 0.13, 0.13],
           [1.  , 0.96, 0.96]])
    """
    survival = np.append(1.0, np.cumprod((at_risk - left) / at_risk))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.append(0.0, np.cumsum(left / (at_risk * (at_risk - left).astype(float))))
        error = Z95 * np.sqrt(spread) / np.abs(np.log(survival))
        limits = survival ** np.exp([error, -error])
    return np.vstack([survival, np.where(np.isnan(limits), survival, limits)])


def count_days(rows: pd.DataFrame) -> pd.DataFrame:
    """How many histories end after so many days (size), and how many of them by leaving (sum): a row a day.

    rows: one a customer with days and left, or counts already.

    >>> count_days(pd.DataFrame({"days": [30, 10, 30], "left": [True, True, False]})).to_dict("list")
    {'size': [1, 2], 'sum': [1, 1]}
    """
    return rows if "size" in rows.columns else rows.groupby("days")["left"].agg(["size", "sum"])


def split_by_engine(lifetimes: Any, by: str | None) -> list[tuple[object, pd.DataFrame]]:
    """The counts of `count_days` for each group, in order of the groups, counted by an engine."""
    nw = load_narwhals()

    groups = [] if by is None else [by]
    if by is not None:
        read_choice(by, "by", list(open_lazily(lifetimes).collect_schema().names()))
    taken = count_lazily(
        lifetimes, LIFETIMES, ["customer_id", "days", "left"], once="customer_id", further=groups
    )
    left = nw.when(nw.col("left")).then(1).otherwise(0)
    counts = (
        taken.lazy.with_columns(left=left)
        .group_by(*groups, "days")
        .agg(size=nw.len().cast(nw.Int64()), sum=nw.col("left").sum().cast(nw.Int64()))
    )
    found = collect(counts).to_pandas().sort_values("days").set_index("days")
    if by is None:
        return [("all", found)]
    if found[by].isna().any():
        raise refuse_groupless(by, int(found.loc[found[by].isna(), "size"].sum()), taken.rows)
    return [(name, part[["size", "sum"]]) for name, part in found.groupby(by, observed=True)]


def refuse_groupless(by: str, missing: int, customers: int) -> ValueError:
    """The error for customers who belong to no group."""
    return ValueError(
        f"lifetimes.{by}: {missing} of {customers} customers have no group. Leave them out, "
        "or name their group."
    )
