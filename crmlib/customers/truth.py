"""What truly became of a customer: the truth that no real firm has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

STATES = ("customer", "leaving soon", "gone")
STATED = describe_result("states", {"customer_id": "key", "state": f"ordered {'|'.join(STATES)}"})


def find_true_state(
    truth_members: pd.DataFrame, *, as_of: str | pd.Timestamp, soon_days: int = 91
) -> pd.Series:
    """What each member truly was on a day: a customer, a customer who leaves soon, or gone.

    truth_members: customer_id, left_on, second_started_on, second_left_on (a member who was won back is a
    customer again in the second life). as_of: the day. soon_days: how far ahead "soon" looks. Returns
    index customer_id, ordered states. Raises TableError for wrong columns, ValueError for soon_days below
    0.

    >>> truth = pd.DataFrame({"customer_id": [1, 2, 3], "second_started_on": pd.to_datetime([None] * 3),
    ...     "second_left_on": pd.to_datetime([None] * 3),
    ...     "left_on": pd.to_datetime(["2024-11-01", "2025-02-01", None])})
    >>> find_true_state(truth, as_of="2024-12-31").tolist()
    ['gone', 'leaving soon', 'customer']
    """
    soon = read_number(soon_days, "find_true_state: soon_days", "0 or more", limits="0..")
    day = read_date(as_of, "as_of")
    columns = ["customer_id", "left_on", "second_started_on", "second_left_on"]
    truth = take_columns(truth_members, "truth.members", columns, unique=["customer_id"])
    gone, gone_soon = _is_gone(truth, day), _is_gone(truth, day + pd.Timedelta(days=soon))
    names = np.select([gone, gone_soon], ["gone", "leaving soon"], "customer")
    kind = pd.CategoricalDtype(list(STATES), ordered=True)
    return pd.Series(pd.Categorical(names, dtype=kind), index=pd.Index(truth["customer_id"]), name="state")


def _is_gone(truth: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    back = (truth["second_started_on"] <= day) & ~(truth["second_left_on"] <= day)
    return (truth["left_on"] <= day) & ~back
