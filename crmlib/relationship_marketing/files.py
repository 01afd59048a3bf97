"""Customer files, and the class of system that is to hold them (B-16, B-30, N-08).

The course sorts systems by the headcount of the firm that buys one, and asks of the files that they are
correct and complete. Both can be tried: which class does the rule name and where is it silent, which fields
are filled, and how old is what stands in them?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import estimate_share
from crmlib.ground.spelling import suggest
from crmlib.tables.options import read_date, read_names, read_number, read_text
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

BORDER = 200  # N-08
SMALL, MIDDLE, ENTERPRISE, SILENT = "small and medium", "mid-range", "enterprise", "not assigned"
FIRMS = describe_result(
    "firms", {"firm": "string", "employees": "integer 1..", "regions": "integer 1..", "is_global": "boolean"}
)
COMPLETENESS = describe_result("completeness", {"field": "string", "completeness": "number 0..1"})
RECORDS = describe_result("records", {"written_on": "date ?"})


def assign_system_classes(firms: pd.DataFrame, *, border: int = BORDER) -> pd.DataFrame:
    """Which class of CRM system the course's rule names for each firm, and where the rule is silent (B-16).

    Global or large: enterprise. From border employees on and in several regions: mid-range. Fewer than
    border: small and medium. The source leaves open what "large" means, and says nothing about a firm of
    border or more people in one region: "not assigned". firms: firm (name), employees, regions, is_global.
    border: 200 (N-08). Returns the table with the column system. Raises TableError for wrong columns or a
    repeated firm, ValueError for a border below 1.

    >>> firms = pd.DataFrame({"firm": ["haulier", "mill", "chain", "airline"], "regions": [3, 1, 2, 9],
    ...     "employees": [199, 200, 200, 40], "is_global": [False, False, False, True]})
    >>> assign_system_classes(firms)["system"].tolist()
    ['small and medium', 'not assigned', 'mid-range', 'enterprise']
    """
    read_number(border, "border", "a whole number of at least 1", limits="1..", whole=True)
    rows = take_columns(firms, FIRMS, list(FIRMS.columns), unique=["firm"])
    cases = [rows["is_global"], rows["employees"] < border, rows["regions"] > 1]
    return rows.assign(system=np.select(cases, [ENTERPRISE, SMALL, MIDDLE], default=SILENT))


def measure_completeness(
    frame: pd.DataFrame, table: str, *, fields: Sequence[str], empty_says: Sequence[str] = ()
) -> pd.DataFrame:
    """Which fields of the customer files are filled, and which empty ones are answers in themselves (B-30).

    frame: rows of a table of the dictionary, named by table ("members", "accounts", "leads"). fields: to be
    judged. empty_says: fields in which an empty entry is information ("nobody recommended this member"), so
    that it counts as filled. Columns: field, filled (count), completeness (share), low, high (95 %), n,
    empty_says. Raises TableError for wrong columns, ValueError for an unknown name among empty_says.

    >>> members = pd.DataFrame({"activated_on": [pd.Timestamp("2025-01-02"), pd.NaT],
    ...                         "referred_by": pd.array([100001, None], dtype="Int64")})
    >>> files = measure_completeness(members, "members", fields=["activated_on", "referred_by"],
    ...                              empty_says=["referred_by"])
    >>> files[["field", "completeness", "n"]]
              field  completeness  n
    0  activated_on           0.5  2
    1   referred_by           1.0  2
    """
    names = read_names(fields, "fields")
    _require_fields(empty_says, "empty_says", names)
    rows = take_columns(frame, read_text(table, "table"), names)
    result = []
    for name in names:
        filled = len(rows) if name in empty_says else int(rows[name].notna().sum())
        share = estimate_share(filled, len(rows))
        result.append((name, filled, share.value, share.low, share.high, len(rows), name in empty_says))
    columns = ["field", "filled", "completeness", "low", "high", "n", "empty_says"]
    return pd.DataFrame(result, columns=columns)


def judge_files(
    completeness: pd.DataFrame,
    written_on: pd.Series,
    *,
    as_of: str | pd.Timestamp,
    lasting: Sequence[str] = (),
    least: float = 0.95,
    oldest_years: float = 2.0,
) -> pd.DataFrame:
    """Which fields may be used as they are: complete enough, and the records young enough (B-30).

    completeness: the table of `measure_completeness`. written_on: the day on which each record was written,
    such as joined_on; its age counts up to as_of, in years of 365.25 days. lasting: fields that do not age,
    such as a birth year. least, oldest_years: our own limits; the source asks for "correct and complete" data
    and gives none. Columns: field, completeness, old_share (records above oldest_years; 0 for lasting
    fields), verdict: "fill" (not complete enough), "refresh" (a quarter or more too old), "use". Raises
    TableError for another table or no dates, ValueError for an unknown lasting field or dates after as_of.

    >>> files = pd.DataFrame({"field": ["birth_year", "city", "phone"], "completeness": [1.0, 1.0, 0.6]})
    >>> days = pd.Series(pd.to_datetime(["2025-06-01", "2025-01-01", "2023-01-01"]))
    >>> judge_files(files, days, as_of="2026-01-01", lasting=["birth_year"])["verdict"].tolist()
    ['use', 'refresh', 'fill']
    """
    files = take_result(completeness, COMPLETENESS).reset_index(drop=True)
    read_number(least, "least", "a share between 0 and 1", limits="0..1")
    read_number(oldest_years, "oldest_years", "a number of years, 0 or more", limits=">=0")
    _require_fields(lasting, "lasting", files["field"].tolist())
    old = float((_measure_age(written_on, read_date(as_of, "as_of")) > oldest_years).mean())
    files["old_share"] = np.where(files["field"].isin(lasting), 0.0, old)
    cases = [files["completeness"] < least, files["old_share"] >= 0.25]
    return files.assign(verdict=np.select(cases, ["fill", "refresh"], default="use"))


def _measure_age(written_on: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Age of each record with a date, in years."""
    if not isinstance(written_on, pd.Series):
        raise TypeError(f"records: expected a column (pandas Series), found {type(written_on).__name__}.")
    dates = take_result(written_on.to_frame("written_on"), RECORDS)["written_on"].dropna()
    if dates.empty:
        raise ValueError("records.written_on: no record has a date, so there is no age.")
    late = dates > day
    if late.any():
        raise ValueError(
            f"records.written_on: {int(late.sum())} records are dated after {day.date()}, up to "
            f"{dates.max().date()}. Choose a later as_of or cut the table."
        )
    return (day - dates).dt.days / 365.25


def _require_fields(names: Sequence[str], option: str, fields: Sequence[str]) -> None:
    none = isinstance(names, list | tuple) and not names
    unknown = [] if none else [name for name in read_names(names, option) if name not in fields]
    if unknown:
        near = suggest(unknown[0], fields)
        raise ValueError(f"{option}: {unknown[0]!r} is not among the fields.{near}")
