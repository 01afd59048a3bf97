"""Customer files: what do we hold on whom, and how old is it (D-30, D-31)?

The course lists five groups of information on firms and eight on persons. A group may have no column at
all, a column may be empty, and a full column may be old. None of the three says that more should be
collected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from crmlib.estimates.estimate import estimate_share
from crmlib.tables.dictionary import Table
from crmlib.tables.options import read_date, read_number
from crmlib.tables.take import take_columns


def measure_coverage(
    files: pd.DataFrame, table: str | Table, *, groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Which groups of customer information does the firm hold, and for how many customers in full (D-30)?

    files: rows of a table of the dictionary, named by table. groups: name of a group → its columns; an empty
    list where the firm has none. Columns: group, fields (number), complete (customers with all of them),
    share, low, high (95 %, for customers recorded in the same way; 0 for a group without a field), n. Raises
    TableError for wrong columns, ValueError without groups.

    >>> leads = pd.DataFrame({"source": ["fair", "fair"], "drop_reason": ["price", None]})
    >>> held = {"basic": ["source"], "state": ["source", "drop_reason"], "person": []}
    >>> measure_coverage(leads, "leads", groups=held)[["group", "fields", "complete", "share"]]
        group  fields  complete  share
    0   basic       1         2    1.0
    1   state       2         1    0.5
    2  person       0         0    0.0
    """
    if not isinstance(groups, Mapping) or not groups:
        raise ValueError("groups: expected names of groups with their columns, such as {'basic': ['city']}.")
    fields = list(dict.fromkeys(field for names in groups.values() for field in names))
    rows = take_columns(files, table, fields)
    result = []
    for name, names in groups.items():
        complete = int(rows[list(names)].notna().all(axis=1).sum()) if names else 0
        share = estimate_share(complete, len(rows))
        limits = (share.low, share.high) if names else (0.0, 0.0)
        result.append((name, len(names), complete, share.value, *limits, len(rows)))
    return pd.DataFrame(result, columns=["group", "fields", "complete", "share", "low", "high", "n"])


def measure_file_age(
    accounts: pd.DataFrame, visits: pd.DataFrame, *, as_of: str | pd.Timestamp, old_days: int = 365
) -> pd.DataFrame:
    """How long nobody of ours has seen each account, as the age of what we know about it (D-31).

    accounts: customer_id. visits: customer_id (missing for visits to leads), visited_on; those after as_of
    are left out. Index customer_id; columns last_seen_on (missing: never), age_days (missing: never), old
    (never seen, or more than old_days ago). Raises TableError for wrong columns, ValueError for old_days
    below 1.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502]})
    >>> visits = pd.DataFrame({"customer_id": pd.array([501], dtype="Int64"),
    ...                        "visited_on": pd.to_datetime(["2025-12-01"])})
    >>> measure_file_age(accounts, visits, as_of="2025-12-31")["old"].tolist()
    [False, True]
    """
    day = read_date(as_of, "as_of")
    limit = read_number(old_days, "old_days", "at least 1 day", limits="1..", whole=True)
    people = take_columns(accounts, "accounts", ["customer_id"], unique=["customer_id"])
    rows = take_columns(visits, "visits", ["customer_id", "visited_on"]).dropna()
    rows = rows[rows["visited_on"] < day + pd.Timedelta(days=1)]
    seen = rows.groupby(rows["customer_id"].astype("int64"))["visited_on"].max()
    last = seen.reindex(people["customer_id"]).set_axis(people.index)
    age = (day - last.dt.normalize()).dt.days
    found = pd.DataFrame({"last_seen_on": last, "age_days": age, "old": age.isna() | (age > limit)})
    return found.set_index(pd.Index(people["customer_id"], name="customer_id"))
