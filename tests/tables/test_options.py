"""What a caller chooses is taken as it stands or refused in words."""

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.options import read_date, read_fates, read_number, read_numbers, refuse_short
from tests.tables.calls import message_of


@pytest.mark.parametrize(
    ("value", "limits", "whole"),
    [(0, ">0", False), (-0.1, "0..", False), (1.1, "0..1", False), (1.5, "1..", True), (True, "0..", False),
     ("1", "0..", False), (None, "0..", False), (float("inf"), "0..", False), (float("nan"), "0..", False)],
)  # fmt: skip
def test_a_number_outside_its_limits_or_of_another_kind_is_refused(value, limits, whole):
    message = message_of(
        read_number, value, "f: days", "so and so", limits=limits, whole=whole, kind=ValueError
    )
    assert message == f"f: days is {value!r}, expected so and so."


@pytest.mark.parametrize("value", [1, 1.0, np.int64(1), np.float64(1)])
def test_a_whole_number_comes_back_as_one_whatever_its_type(value):
    days = read_number(value, "days", "at least 1", limits="1..", whole=True)
    assert (type(days), days) == (int, 1)


@pytest.mark.parametrize("value", ["2025-02-30", "2025/01/01", "", "NaT", None, pd.NaT, 20250101,
                                   pd.Timestamp("2025-01-01", tz="UTC")])  # fmt: skip
def test_a_date_in_another_form_is_not_guessed(value):
    assert message_of(read_date, value, "as_of", kind=ValueError).startswith(
        "as_of: expected a date written year"
    )


def test_a_time_on_a_day_is_that_day():
    assert read_date(pd.Timestamp("2025-01-01 18:30"), "as_of") == pd.Timestamp("2025-01-01")


@pytest.mark.parametrize(
    ("values", "found"),
    [([0.2, "0.3"], "1 of 2 values are wrong (position 1: 0.3)"), ([None, 0.1], "(position 0: None)"),
     ([0.2, float("nan")], "(position 1: nan)"), ([0.5, 1.5, 2], "2 of 3 values are wrong")],
)  # fmt: skip
def test_a_wrong_number_among_many_is_named_with_its_place(values, found):
    message = message_of(read_numbers, values, "chance", "shares", limits="0..1", kind=ValueError)
    assert message.startswith("chance: ") and found in message and message.endswith("Expected shares.")


@pytest.mark.parametrize("values", [[], 0.5, [[0.1, 0.2]]])
def test_numbers_stand_in_one_row(values):
    assert "expected shares, one a customer" in message_of(
        read_numbers, values, "x", "shares", kind=ValueError
    )


def test_numbers_need_no_limits():
    assert read_numbers(pd.Series([-2, 7]), "x", "numbers").tolist() == [-2.0, 7.0]


@pytest.mark.parametrize("wrong", ["False", 0, None, float("nan")])
def test_a_fate_that_is_no_truth_value_is_refused(wrong):
    message = message_of(read_fates, [True, wrong], "gone", kind=TableTypeError)
    assert f"gone: 1 of 2 values are neither True nor False (position 1: {wrong})" in message


def test_receipts_may_end_a_week_before_the_period_and_no_earlier():
    last = pd.Series([pd.Timestamp("2025-03-01"), pd.NaT])
    refuse_short(last, pd.Timestamp("2025-03-08"))
    assert "receipts end on 2025-03-01" in message_of(refuse_short, last, pd.Timestamp("2025-03-09"))
    with pytest.raises(TableError, match="receipts have no date, but the period ends on 2025-03-09"):
        refuse_short(last.tail(1), pd.Timestamp("2025-03-09"))
