"""When is a relationship over? Two definitions of the course, counted on the same members (E-01, E-05,
X-06).

One source ends the lifecycle with dissolution: no more business. Another one only when business is
completely over *and* all related matters are settled. A member who will never come again but holds points
is over by the first wording and not by the second: the firm still owes her something.
"""

from __future__ import annotations

import pandas as pd

from crmlib.customers.ledger import COURSE_RULES
from crmlib.lifecycle.stages import take_stages
from crmlib.tables.options import read_date
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

OPEN_MATTERS = describe_result(
    "open_matters", {"points": "integer", "open_complaints": "integer 0..", "settled": "boolean"}
)


def list_open_matters(
    stages: pd.DataFrame, points: pd.DataFrame, complaints: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """What is still open with each customer whom the rule calls terminated: points and complaints (E-01
    b).

    stages: as from `lifecycle.assign_stages`. points: customer_id, booked_on, points. complaints:
    customer_id, opened_at, closed_at. as_of: the day of the stages; later bookings and complaints do not
    count. Returns index customer_id of the terminated customers: points (balance), open_complaints,
    settled (True if both are zero). Raises TableError for wrong columns or a complaint twice, ValueError if
    nobody is terminated.

    >>> stages = pd.DataFrame({"stage": ["termination", "termination", "growth"]}, index=[1, 2, 3])
    >>> points = pd.DataFrame({"customer_id": [1, 1, 2], "points": [40, -40, 40],
    ...                        "booked_on": pd.to_datetime(["2023-05-01", "2024-12-31", "2024-03-01"])})
    >>> complaints = pd.DataFrame({"customer_id": [3], "opened_at": pd.to_datetime(["2024-01-01"]),
    ...                            "closed_at": pd.to_datetime(["2024-01-09"])})
    >>> list_open_matters(stages, points, complaints, as_of="2025-06-30")
                 points  open_complaints  settled
    customer_id
    1                 0                0     True
    2                40                0    False
    """
    day = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    stages = take_stages(stages, ["stage"])
    if not (stages["stage"] == "termination").any():
        raise ValueError(
            "list_open_matters: no customer is in the stage termination. Give the table of assign_stages."
        )
    ended = pd.Index(stages.index[stages["stage"] == "termination"], name="customer_id")
    booked = take_columns(points, "points", ["customer_id", "booked_on", "points"])
    balance = booked[booked["booked_on"] < day].groupby("customer_id")["points"].sum()
    names = ["customer_id", "opened_at", "closed_at"]
    opened = take_columns(complaints, "complaints", names, once="complaint_id")
    unsolved = opened[(opened["opened_at"] < day) & ~(opened["closed_at"] < day)]
    counts = unsolved.dropna(subset=["customer_id"]).groupby("customer_id").size()
    table = pd.DataFrame(
        {
            "points": balance.reindex(ended, fill_value=0).astype("int64"),
            "open_complaints": counts.reindex(ended, fill_value=0).astype("int64"),
        }
    )
    return table.assign(settled=(table["points"] <= 0) & (table["open_complaints"] == 0))


def count_endings(open_matters: pd.DataFrame) -> pd.DataFrame:
    """How many relationships are over by each wording, and what the firm still owes to the others (E-01,
    X-06).

    open_matters: as from `list_open_matters`. Rows: no more business (a), and everything settled (b).
    Columns: wording, customers, owed_cny (value of the points of those who are over by this wording).
    """
    open_matters = take_result(open_matters, OPEN_MATTERS)
    owed = open_matters["points"].clip(lower=0) * COURSE_RULES.point_value_cny
    over = {
        "no more business (a)": open_matters["settled"] | True,
        "and everything settled (b)": open_matters["settled"],
    }
    rows = [(wording, int(rule.sum()), float(owed[rule].sum())) for wording, rule in over.items()]
    return pd.DataFrame(rows, columns=["wording", "customers", "owed_cny"])
