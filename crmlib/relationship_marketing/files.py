"""Customer files: how complete and how old they are, field by field (B-30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.ground.spelling import suggest
from crmlib.tables.errors import get_table
from crmlib.tables.options import read_date, read_number, read_numbers
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FILES = describe_result(
    "completeness", {"field": "string", "completeness": "number 0..1", "empty_says": "boolean"}
)


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
    unknown = [name for name in empty_says if name not in fields]
    if unknown:
        raise ValueError(f"empty_says: {unknown[0]!r} is not among the fields.{suggest(unknown[0], fields)}")
    rows = take_columns(frame, table, list(fields))
    result = []
    for name in fields:
        filled = len(rows) if name in empty_says else int(rows[name].notna().sum())
        share = estimate_share(filled, len(rows))
        result.append((name, filled, share.value, share.low, share.high, len(rows), name in empty_says))
    names = ["field", "filled", "completeness", "low", "high", "n", "empty_says"]
    return pd.DataFrame(result, columns=names)


def measure_age(frame: pd.DataFrame, table: str, *, column: str, as_of: str | pd.Timestamp) -> pd.Series:
    """How many years ago each record was written, if nothing in it has been looked at since (B-30).

    frame: rows of a table of the dictionary, named by table. column: a date, such as joined_on. Returns age
    in years (365.25 days), named age_years, missing where the date is. Raises TableError for wrong columns,
    ValueError if column holds no dates, or dates after as_of.

    >>> members = pd.DataFrame({"joined_on": pd.to_datetime(["2024-01-01", "2025-12-31"])})
    >>> measure_age(members, "members", column="joined_on", as_of="2026-01-01").round(2).tolist()
    [2.0, 0.0]
    """
    day = read_date(as_of, "as_of")
    described = get_table(table).columns.get(column)
    if described is not None and described.type not in ("date", "datetime"):
        raise ValueError(f"{table}.{column}: holds no dates but {described.type}; there is no age.")
    dates = take_columns(frame, table, [column]).set_axis(frame.index, axis=0)[column]
    late = dates > day
    if late.any():
        raise ValueError(
            f"{table}.{column}: {int(late.sum())} records are dated after {day.date()}, up to "
            f"{dates.max().date()}. Choose a later as_of or cut the table."
        )
    return ((day - dates).dt.days / 365.25).rename("age_years")


def judge_files(
    completeness: pd.DataFrame,
    age_years: pd.Series,
    *,
    lasting: Sequence[str] = (),
    least: float = 0.95,
    oldest_years: float = 2.0,
) -> pd.DataFrame:
    """Which fields may be used as they are: complete enough, and the records young enough (B-30).

    completeness: the table of `measure_completeness`; age_years: of `measure_age`. lasting: fields that do
    not age, such as a birth year. least, oldest_years: our own limits; the source asks for "correct and
    complete" data and gives none. Columns: field, completeness, old_share (records above oldest_years; 0 for
    lasting fields), verdict: "fill" (not complete enough), "refresh" (a quarter or more too old), "use".
    Raises ValueError for another table, an unknown lasting field or no age at all.

    >>> files = pd.DataFrame({"field": ["birth_year", "city", "phone"], "completeness": [1.0, 1.0, 0.6]})
    >>> judged = judge_files(files, pd.Series([0.5, 1.0, 3.0]), lasting=["birth_year"])
    >>> judged["verdict"].tolist()
    ['use', 'refresh', 'fill']
    """
    take_result(completeness, FILES, ["field", "completeness"])
    read_number(least, "least", "a share between 0 and 1", limits="0..1")
    read_number(oldest_years, "oldest_years", "a number of years, 0 or more", limits=">=0")
    unknown = [name for name in lasting if name not in set(completeness["field"])]
    if unknown:
        fields = completeness["field"].tolist()
        raise ValueError(f"lasting: {unknown[0]!r} is not among the fields.{suggest(unknown[0], fields)}")
    dated = pd.Series(age_years).dropna()
    if dated.empty:
        raise ValueError("age_years: no record has an age.")
    ages = read_numbers(dated, "age_years", "ages of 0 years or more", limits=">=0")
    old = float((ages > oldest_years).mean())
    table = completeness[["field", "completeness"]].reset_index(drop=True)
    table["old_share"] = [0.0 if name in set(lasting) else old for name in table["field"]]
    verdicts = ["refresh" if share >= 0.25 else "use" for share in table["old_share"]]
    table["verdict"] = [
        "fill" if share < least else verdict
        for share, verdict in zip(table["completeness"], verdicts, strict=True)
    ]
    return table


def plot_completeness(completeness: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One bar for each field: the share of records in which it is filled.

    completeness: the table of `measure_completeness`. Hatched: an empty entry is an answer.
    """
    take_result(completeness, FILES)
    ax = new_axes(ax, height=0.6 + 0.4 * len(completeness))
    bars = ax.barh(
        completeness["field"], completeness["completeness"], color=COLOURS["estimate"], edgecolor="black"
    )
    for bar, says in zip(bars, completeness["empty_says"], strict=True):
        bar.set_hatch("//" if says else "")
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlim=(0, 1.02), xlabel="records with this field filled", ylabel="field")
    return ax
