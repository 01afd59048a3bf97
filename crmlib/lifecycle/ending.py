"""When is a relationship over? Two wordings of the course, counted on the same members (E-01, E-05, X-06).

One source ends the lifecycle with dissolution: no more business. Another one only when business is
completely over *and* all related matters are settled. A member who will never come again but holds points
is over by the first wording and not by the second: the firm still owes her something.
"""

from __future__ import annotations

import pandas as pd

from crmlib.customers.ledger import COURSE_RULES
from crmlib.lifecycle.stages import take_stages
from crmlib.tables.options import read_date
from crmlib.tables.take import take_columns


def count_endings(
    stages: pd.DataFrame, points: pd.DataFrame, complaints: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """How many relationships are over by each wording, and what the firm still owes these customers (E-01).

    Counted are the customers whom the rule calls terminated. Over by wording (a), no more business: all of
    them. By (b), everything settled: those who hold no points and have no open complaint.

    stages: as from `assign_stages`. points: customer_id, booked_on, points. complaints: customer_id,
    opened_at, closed_at. as_of: the day of the stages; later bookings and complaints do not count. Columns:
    wording, customers, owed_cny (value of the points of those who are over by this wording). Raises
    TableError for wrong columns or a complaint twice, ValueError if nobody is terminated.

    >>> stages = pd.DataFrame({"stage": ["termination", "termination", "growth"]}, index=[1, 2, 3])
    >>> points = pd.DataFrame({"customer_id": [1, 1, 2], "points": [40, -40, 40],
    ...                        "booked_on": pd.to_datetime(["2023-05-01", "2024-12-31", "2024-03-01"])})
    >>> complaints = pd.DataFrame({"customer_id": [3], "opened_at": pd.to_datetime(["2024-01-01"]),
    ...                            "closed_at": pd.to_datetime(["2024-01-09"])})
    >>> count_endings(stages, points, complaints, as_of="2025-06-30")
                          wording  customers  owed_cny
    0        no more business (a)          2       2.0
    1  and everything settled (b)          1       0.0
    """
    day = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    stages = take_stages(stages, ["stage"])
    ended = stages.index[stages["stage"] == "termination"]
    if ended.empty:
        raise ValueError(
            "count_endings: no customer of stages is in termination. Give the table of assign_stages."
        )
    held = _sum_points(points, day).reindex(ended, fill_value=0)
    settled = (held <= 0) & (_count_open(complaints, day).reindex(ended, fill_value=0) == 0)
    owed = held.clip(lower=0) * COURSE_RULES.point_value_cny
    rows = [
        ("no more business (a)", len(ended), float(owed.sum())),
        ("and everything settled (b)", int(settled.sum()), float(owed[settled].sum())),
    ]
    return pd.DataFrame(rows, columns=["wording", "customers", "owed_cny"])


def _sum_points(points: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Points that each customer holds at the start of a day."""
    booked = take_columns(points, "points", ["customer_id", "booked_on", "points"])
    return booked[booked["booked_on"] < day].groupby("customer_id")["points"].sum()


def _count_open(complaints: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Complaints of each customer that are open at the start of a day."""
    names = ["customer_id", "opened_at", "closed_at"]
    opened = take_columns(complaints, "complaints", names, once="complaint_id")
    unsolved = opened[(opened["opened_at"] < day) & ~(opened["closed_at"] < day)]
    return unsolved.dropna(subset=["customer_id"]).groupby("customer_id").size()
