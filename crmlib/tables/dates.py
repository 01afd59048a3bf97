"""How a column of dates is held against its description: local days and times, in years that can be."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import Column
from crmlib.tables.errors import Refusal, TableError, TableTypeError, is_any, list_types, list_values

# A time zone at the end of a time written as text, as in 10:30+08:00; not the year in 03-04-2025.
OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)$")
FIRST_YEAR, LAST_YEAR = 1900, 2099  # beyond are placeholders such as 9999-12-31, not days of a firm


def convert_dates(values: pd.Series[Any], column: Column, refuse: Refusal) -> pd.Series[Any]:
    """Return dates and times without a zone; refuse text, numbers, time zones and impossible years.

    values: the column. column: its description. refuse: makes the error for some of its rows. Python's dates
    are taken, because they are not ambiguous.
    """
    if values.dtype.kind != "M" and values.notna().any():
        text = is_any(values, str)
        if text.any():
            raise _refuse_text(values, column, text, refuse)
        _refuse_other_types(values, column, refuse)
    zones = _list_zones(values)
    if zones - {"no time zone"}:
        many = len(zones) > 1
        raise refuse(
            values.notna(),
            kind=TableTypeError,
            expected="local time without a time zone",
            found=f"{'mixed time zones' if many else 'a time zone'}: {', '.join(sorted(zones))}",
            repair=f'frame = drop_time_zone(frame, "{column.name}", zone="Asia/Shanghai").',
        )
    dates = pd.to_datetime(values if values.dtype.kind == "M" else values.where(values.notna(), None))
    _refuse_years(dates, column, refuse)
    dates = dates.astype("datetime64[us]")
    late = dates.notna() & (dates != dates.dt.normalize())
    if column.type == "date" and late.any():
        raise refuse(
            late,
            expected="dates, without a time of day",
            found=list_values(dates[late]),
            repair=f'frame["{column.name}"].dt.normalize() sets the time to midnight.',
        )
    return dates


def _refuse_text(
    values: pd.Series[Any], column: Column, text: pd.Series[bool], refuse: Refusal
) -> TableError:
    """Dates written as text: 03/04/2025 is 3 April to one reader and 4 March to another."""
    words = values[text].astype(str)
    offsets = {match.group(1) if (match := OFFSET.search(word)) else "no time zone" for word in words}
    zoned = offsets != {"no time zone"} and column.type == "datetime"
    if zoned:
        found = f"text with {'mixed time zones' if len(offsets) > 1 else 'a time zone'}: {list_values(words)}"
        repair = f'parse_dates(frame, "{column.name}", format="ISO8601", zone="Asia/Shanghai").'
    else:
        found = f"text without a stated format: {list_values(words)}"
        repair = (
            f'parse_dates(frame, "{column.name}", format="%Y-%m-%d") if year-month-day; '
            '"%d/%m/%Y" if the day comes first, "%m/%d/%Y" if the month does. Nothing is guessed.'
        )
    return refuse(
        text,
        kind=TableTypeError,
        expected=f"{_expect(column)} (datetime64)",
        found=found,
        repair=f"frame = {repair}",
    )


def _refuse_other_types(values: pd.Series[Any], column: Column, refuse: Refusal) -> None:
    """Refuse numbers in a date column (Excel counts days from 1899-12-30, others seconds from 1970), and all
    else that is no date."""
    wrong = values.notna() & ~is_any(values, (datetime.date, np.datetime64))
    if not wrong.any():
        return
    numbers = is_any(values[wrong], (int, float, np.integer, np.floating)).all()
    excel = (
        f'if Excel counted the days: pd.to_datetime(frame["{column.name}"], unit="D", origin="1899-12-30").'
    )
    raise refuse(
        wrong,
        kind=TableTypeError,
        expected=f"{_expect(column)} (datetime64)",
        found=f"{'numbers' if numbers else 'no dates'}: {list_values(values[wrong])}",
        repair=excel if numbers else "each cell holds one date: correct these values.",
    )


def _refuse_years(dates: pd.Series[Any], column: Column, refuse: Refusal) -> None:
    """Refuse dates of the years 1 or 9999, with which no number of days can be counted."""
    times = dates.to_numpy()
    first, after = (np.datetime64(f"{year}-01-01", "s") for year in (FIRST_YEAR, LAST_YEAR + 1))
    wrong = pd.Series((times < first) | (times >= after), index=dates.index)
    if wrong.any():
        cells = f'frame["{column.name}"]'
        raise refuse(
            wrong,
            expected=f"{_expect(column)} from {FIRST_YEAR} to {LAST_YEAR}",
            found=", ".join(dict.fromkeys(str(day) for day in times[wrong].astype("datetime64[D]")[:5])),
            repair=f'if they stand for "no date": {cells}.where({cells} < "{LAST_YEAR + 1}").',
        )


def _list_zones(values: pd.Series[Any]) -> set[str]:
    """Name the time zones that occur in a column of times."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return {str(values.dtype.tz)}
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return {"no time zone"}
    known = values.dropna()
    if all(hasattr(kind, "tzinfo") for kind in list_types(known)):  # one look at each, without a loop of ours
        zones: Iterable[Any] = set(map(attrgetter("tzinfo"), known))
    else:
        zones = (getattr(value, "tzinfo", None) for value in known)
    return {"no time zone" if zone is None else str(zone) for zone in zones}


def _expect(column: Column) -> str:
    return "dates" if column.type == "date" else "dates with times"
