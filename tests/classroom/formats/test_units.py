"""A reader's number is understood as it is typed: with its unit, in Chinese characters, with commas."""

import pytest

from crmlib.classroom.formats.units import parse_number


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("7.7个百分点", "percentage points", 7.7),
        ("7.7 percentage points", "percentage points", 7.7),
        ("７．７", "percentage points", 7.7),
        ("－３５元", "yuan", -35),
        ("−35", "yuan", -35),
        ("1，600元", "yuan", 1600),
        ("5倍", "times", 5),
        ("40％", "%", 0.4),
        ("7,5", "", 7.5),
    ],
)
def test_a_number_is_read_with_its_unit_in_either_language(typed, unit, value):
    assert parse_number(typed, unit=unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("forty", "'forty' is not a number. Type digits"),
        ("35元", "'35元' is not a number"),
        ("1e400", "'1e400' is not a finite number"),
        ("nan", "'nan' is not a finite number"),
        ("140", "Type a number from 0 % to 100 %"),
    ],
)
def test_what_is_no_number_is_told_kindly(typed, message):
    with pytest.raises(ValueError, match=message):
        parse_number(typed, unit="%", low=0, high=1)
