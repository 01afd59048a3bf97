"""Dates and times as exports write them; which of day and month comes first is never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.dates import FIRST_YEAR, LAST_YEAR

CLOCK = (
    r"(?:[T\s]+|(?<=日))(?:(?P<half>上午|下午|AM|PM)\s*)?(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})(?:[.,]\d+)?秒?)?分?\s*(?P<half2>AM|PM)?\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?"
)
YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/.年]\s?(?P<month>\d{{1,2}})[-/.月]\s?(?P<day>\d{{1,2}})日?|(?P<month2>\d\d)(?P<day2>\d\d))"
    rf"(?:{CLOCK}|(?P<clock2>\d{{6}}))?",
    re.IGNORECASE,
)
YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}})(?:{CLOCK})?", re.IGNORECASE
)
QUICK = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y%m%d",
)
PARTS = ("year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True)
class Found:
    """Times (missing where none is written or readable), and which rows are unreadable, and why."""

    times: pd.Series[Any]
    wrong: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]
    universal: NDArray[np.bool_]
    year_last: NDArray[np.bool_]


def find_order(words: pd.Series[Any]) -> str | None:
    """Which comes first where the year stands last: "day" or "month"; "both" if rows disagree.

    None if no row has a number above 12, which alone could tell.

    >>> find_order(pd.Series(["31/01/2025", "02/03/2025"])), find_order(pd.Series(["02/03/2025"]))
    ('day', None)
    """
    parts = words.dropna().drop_duplicates().astype(str).str.strip().str.extract(YEAR_LAST)
    day = bool((parts["one"].dropna().astype(int) > 12).any())
    month = bool((parts["two"].dropna().astype(int) > 12).any())
    return "both" if day and month else "day" if day else "month" if month else None


def parse_moments(words: pd.Series[Any], *, order: str | None = None, zone: str | None = None) -> Found:
    """The times of a column of text, as local times without a zone.

    order: what comes first where the year stands last, "day" or "month"; "excel" for days since 1899-12-30.
    zone: where times that end in Z are shown; an offset such as +08:00 is local time already and dropped.

    >>> parse_moments(pd.Series(["2025/2/3 09:36", "2025年2月3日", "31.1.2025"]), order="day").times.tolist()
    [Timestamp('2025-02-03 09:36:00'), Timestamp('2025-02-03 00:00:00'), Timestamp('2025-01-31 00:00:00')]
    """
    text = words.astype("string").str.normalize("NFKC").str.strip()
    codes, unique = pd.factorize(text)
    small = pd.Series(unique, dtype="object")
    quick = None if order == "excel" else _read_quickly(small)
    if quick is not None:
        none = np.zeros(len(text), dtype=bool)
        return Found(_spread(quick, codes, words), none, none, none, none)
    times, flags = _read_excel(small) if order == "excel" else _read_slowly(small, order, zone)
    rows = [np.append(flag, False)[codes] for flag in flags]
    return Found(_spread(times, codes, words), rows[0], rows[1], rows[2], rows[3])


def _spread(times: pd.Series[Any], codes: NDArray[np.intp], words: pd.Series[Any]) -> pd.Series[Any]:
    """The times of the different words, back in the places of the rows."""
    values = np.append(times.to_numpy(dtype="datetime64[us]"), np.datetime64("NaT", "us"))
    return pd.Series(values[codes], index=words.index)


def _read_quickly(text: pd.Series[Any]) -> pd.Series[Any] | None:
    """All times at once, if all are written alike, year first; None otherwise."""
    if text.empty:
        return pd.Series([], dtype="datetime64[us]")
    if text.str.contains(r":6\d$").any():  # a sixtieth second would become the next minute in silence
        return None
    for pattern in QUICK:
        times = pd.to_datetime(text, format=pattern, errors="coerce")
        if times.notna().all():
            return times if times.dt.year.between(FIRST_YEAR, LAST_YEAR).all() else None
        if times.notna().iloc[0]:
            return None
    return None


def _read_excel(text: pd.Series[Any]) -> tuple[pd.Series[Any], list[NDArray[np.bool_]]]:
    """Days since 1899-12-30, as Excel stores them; rounded to the second."""
    days = pd.to_numeric(text, errors="coerce")
    fits = days.between(1, 73_000)  # to the year 2099
    seconds = (days.where(fits) * 86_400).round()
    times = pd.Timestamp("1899-12-30") + pd.to_timedelta(seconds, unit="s")
    none = np.zeros(len(text), dtype=bool)
    return times, [~fits.to_numpy(dtype=bool), none, none, none]


def _read_slowly(
    text: pd.Series[Any], order: str | None, zone: str | None
) -> tuple[pd.Series[Any], list[NDArray[np.bool_]]]:
    """Each word by itself: (times, [unreadable, day or month unclear, universal without zone, year last])."""
    read = [_read_word(str(word), order) for word in text]
    known = [one for one in read if isinstance(one, dict)]
    times = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    places = [place for place, one in enumerate(read) if isinstance(one, dict)]
    if places:
        parts = pd.DataFrame([{name: one[name] for name in PARTS} for one in known], index=places)
        times.loc[places] = pd.to_datetime(parts, errors="coerce").astype("datetime64[us]")
    universal = np.array([isinstance(one, dict) and one["zone"] == "Z" for one in read], dtype=bool)
    if zone is not None and universal.any():
        shown = times[universal].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
        times.loc[universal] = shown
        universal[:] = False
    inside = times.dt.year.between(FIRST_YEAR, LAST_YEAR)
    ambiguous = np.array([one == "unclear" for one in read], dtype=bool)
    wrong = ~inside.to_numpy(dtype=bool) & ~ambiguous
    last = np.array([bool(YEAR_LAST.fullmatch(str(word))) for word in text], dtype=bool)
    return times.where(inside), [wrong, ambiguous, universal, last]


def _read_word(word: str, order: str | None) -> dict[str, Any] | str | None:
    """The parts of one date or time; "unclear" where day and month could change places; None if none."""
    match = YEAR_FIRST.fullmatch(word)
    if match is not None:
        month, day = match["month"] or match["month2"], match["day"] or match["day2"]
        clock = match["clock2"]
        parts = {"year": match["year"], "month": month, "day": day}
        if clock:
            return _number(
                {**parts, "hour": clock[:2], "minute": clock[2:4], "second": clock[4:], "zone": ""}
            )
        return _read_clock(match, parts)
    match = YEAR_LAST.fullmatch(word)
    if match is None:
        return None
    if order not in ("day", "month"):
        return "unclear"
    day, month = (match["one"], match["two"]) if order == "day" else (match["two"], match["one"])
    return _read_clock(match, {"year": match["year"], "month": month, "day": day})


def _read_clock(match: re.Match[str], parts: dict[str, Any]) -> dict[str, Any] | None:
    """Add hour, minute, second and zone; noon and midnight of 12-hour clocks as they are meant."""
    hour = int(match["hour"] or 0)
    half = (match["half"] or match["half2"] or "").upper()
    if half in ("PM", "下午") and hour < 12:
        hour += 12
    elif half in ("AM", "上午") and hour == 12:
        hour = 0
    zone = (match["zone"] or "").upper()
    zone = "Z" if zone in ("Z", "UTC") else ""
    return _number(
        {**parts, "hour": hour, "minute": match["minute"] or 0, "second": match["second"] or 0, "zone": zone}
    )


def _number(parts: dict[str, Any]) -> dict[str, Any] | None:
    """The parts as whole numbers; None where no such hour, minute or second exists."""
    numbers = {name: int(parts[name]) for name in PARTS}
    fits = numbers["hour"] <= 23 and numbers["minute"] <= 59 and numbers["second"] <= 59
    return {**numbers, "zone": parts["zone"]} if fits else None
