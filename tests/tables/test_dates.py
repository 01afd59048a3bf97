"""Dates that can be: Python's own are taken, placeholders and other calendars are refused."""

import datetime

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.repairs import parse_dates
from crmlib.tables.take import take_columns
from tests.tables.calls import message_of


def take(values, column="joined_on"):
    """A column of dates of a table of members."""
    return take_columns(pd.DataFrame({column: values}), "members", [column])[column]


@pytest.mark.parametrize(
    "values",
    [
        [datetime.date(2025, 3, 1), datetime.datetime(2025, 3, 2)],
        pd.Series([datetime.date(2025, 3, 1), datetime.date(2025, 3, 2)], dtype="date32[pyarrow]"),
        pd.Series(["2025-03-01", "2025-03-02"]).astype("timestamp[ns][pyarrow]"),
        pd.Series(pd.to_datetime(["2025-03-01", "2025-03-02"])).astype("datetime64[s]"),
        pd.Series(pd.to_datetime(["2025-03-01", "2025-03-02"])).astype("category"),
        pd.Series([np.datetime64("2025-03-01"), pd.Timestamp("2025-03-02")], dtype=object),
    ],
)
def test_dates_are_taken_however_they_are_stored(values):
    assert take(values).tolist() == [pd.Timestamp("2025-03-01"), pd.Timestamp("2025-03-02")]


@pytest.mark.parametrize("other", [datetime.date(2025, 3, 2), datetime.datetime(2025, 3, 2)])
def test_a_time_zone_among_dates_without_one_is_found(other):
    zoned = pd.Timestamp("2025-03-01", tz="Asia/Shanghai")
    message = message_of(take, pd.Series([other, zoned, other], dtype=object))
    assert "mixed time zones: Asia/Shanghai, no time zone" in message


@pytest.mark.parametrize(("day", "fits"), [("1899-12-31", False), ("1900-01-01", True),
                                           ("2099-12-31", True), ("2100-01-01", False)])  # fmt: skip
def test_the_first_and_the_last_year_belong_to_the_calendar(day, fits):
    if fits:
        assert take([pd.Timestamp(day)]).tolist() == [pd.Timestamp(day)]
    else:
        assert "dates from 1900 to 2099" in message_of(take, [pd.Timestamp(day)])


@pytest.mark.parametrize(
    "day",
    [datetime.date(9999, 12, 31), datetime.datetime(1, 1, 1), np.datetime64(298_030, "Y")],
)  # fmt: skip
def test_a_placeholder_is_named_with_the_way_to_make_it_missing(day):
    values = pd.Series([pd.Timestamp("2025-01-01"), day], dtype=object)
    if isinstance(day, np.datetime64):
        values = pd.Series(np.array([day, day]).astype("datetime64[s]"))
    message = message_of(take, values, kind=TableError)
    assert "members.joined_on: " in message and '.where(frame["joined_on"] < "2100")' in message


@pytest.mark.parametrize(
    "value", [pd.Period("2025-01", "M"), pd.Timedelta(days=3), datetime.time(9), [1], b"2025-01-01", 1 + 2j]
)
def test_what_is_no_date_is_refused_by_name(value):
    values = pd.Series([pd.Timestamp("2025-01-01"), value], dtype=object)
    message = message_of(take, values, kind=TableTypeError)
    assert "members.joined_on: 1 of 2 rows is wrong" in message and "Found: no dates: " in message


def test_all_the_words_for_missing_are_one():
    values = pd.Series([datetime.date(2025, 3, 1), None, pd.NA, pd.NaT, np.nan], dtype=object)
    assert take(values, "activated_on").isna().tolist() == [False, True, True, True, True]


def test_dates_in_full_width_are_read_by_their_format():
    frame = pd.DataFrame({"joined_on": ["２０２５-０３-０１"]})
    assert parse_dates(frame, "joined_on", format="%Y-%m-%d")["joined_on"][0] == pd.Timestamp("2025-03-01")


def test_of_many_placeholders_the_first_five_days_are_named():
    days = [datetime.datetime(9999, 1, day) for day in range(1, 7)]
    message = message_of(take, pd.Series(days, dtype=object), kind=TableError)
    assert "Found: 9999-01-01, 9999-01-02, 9999-01-03, 9999-01-04, 9999-01-05\n" in message


def test_text_with_one_zone_is_told_from_text_without_a_form():
    moments = pd.DataFrame({"purchased_at": ["2025-03-01 10:30+08:00", "2025-03-02 10:30:05.5 +0800"]})
    message = message_of(take_columns, moments.head(1), "receipts", ["purchased_at"], kind=TableTypeError)
    assert "Expected: dates with times (datetime64)\n  Found: text with a time zone: " in message
    message = message_of(take_columns, moments, "receipts", ["purchased_at"], kind=TableTypeError)
    assert "Found: text with mixed time zones: " in message
    message = message_of(take, ["2025-03-01 10:30+08:00"], kind=TableTypeError)  # a day has no zone
    assert "Expected: dates (datetime64)\n  Found: text without a stated format: " in message


def test_numbers_are_days_of_a_spreadsheet_only_if_all_of_them_are():
    message = message_of(take, [45_000, 45_001.5], kind=TableTypeError)
    assert "Found: numbers: 45000.0, 45001.5" in message and 'unit="D", origin="1899-12-30"' in message
    message = message_of(take, pd.Series([45_000, [1]], dtype=object), kind=TableTypeError)
    assert "Found: no dates: 45000, [1]" in message and "each cell holds one date" in message


def test_a_time_of_day_in_a_column_of_dates_is_told_with_its_repair():
    message = message_of(take, pd.to_datetime(["2025-03-01 10:30"]))
    assert "Found: 2025-03-01 10:30:00\n  Repair: frame[" in message
    assert message.endswith(".dt.normalize() sets the time to midnight.")
