"""What a caller chooses is taken as it stands or refused in words."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.options import (
    read_choice,
    read_date,
    read_fates,
    read_flag,
    read_names,
    read_number,
    read_numbers,
    read_seed,
    read_text,
    refuse_short,
)
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


class Raising:
    """Looks like a number until it is used as one."""

    def __float__(self):
        raise RuntimeError


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e300, 1e16, 1 + 2j, Raising(), pd.NA, [1], b"1"])
def test_a_number_beyond_all_firms_is_refused_whatever_it_is(value):
    message = message_of(read_number, value, "weight", "a number", limits="-1..", kind=ValueError)
    assert message.startswith("weight is ") and len(message) < 120


@pytest.mark.parametrize(
    ("name", "most"),
    [("within_days", 36_525), ("f: months", 1_200), ("days", 36_525), ("draws", 100_000), ("years", 100),
     ("quarters", 400)],
)  # fmt: skip
def test_an_option_named_after_its_unit_ends_where_no_firm_goes(name, most):
    assert read_number(most, name, "at least 1", limits="1..", whole=True) == most
    message = message_of(read_number, most + 1, name, "at least 1", limits="1..", whole=True, kind=ValueError)
    assert message == f"{name} is {most + 1}, expected at least 1, and at most {most:,}."


@pytest.mark.parametrize("value", ["suvery", None, pd.NA, 1, ["survey"], np.nan])
def test_another_word_than_the_known_ones_is_refused_with_all_of_them(value):
    assert read_choice("panel", "source", ("survey", "panel")) == "panel"
    message = message_of(read_choice, value, "source", ("survey", "panel"), kind=ValueError)
    assert "expected one of survey, panel." in message


@pytest.mark.parametrize("value", ["control", [], None, 5, ["a", 1], {"a": 1}, np.array([1.0])])
def test_a_list_of_names_is_a_list_of_words(value):
    assert read_names(("a", "b"), "arms") == ["a", "b"]
    assert "arms is " in message_of(read_names, value, "arms", kind=TypeError)


@pytest.mark.parametrize("value", [None, -1, 1.5, True, "1", np.nan, 10**400])
def test_a_seed_is_a_whole_number_or_a_generator(value):
    generator = np.random.default_rng(7)
    assert read_seed(generator) is generator
    assert read_seed(np.int64(7)).random() == generator.random()
    assert "seed is " in message_of(read_seed, value, kind=ValueError)


@pytest.mark.parametrize("value", [1, 1.0, np.int64(1), np.float64(1)])
def test_a_whole_number_comes_back_as_one_whatever_its_type(value):
    days = read_number(value, "days", "at least 1", limits="1..", whole=True)
    assert (type(days), days) == (int, 1)


@pytest.mark.parametrize("value", ["2025-02-30", "2025/01/01", "", "NaT", None, pd.NaT, 20250101,
                                   pd.Timestamp("2025-01-01", tz="UTC"), "２０２５-01-01", "9999-12-31",
                                   "1899-12-31", datetime.date(1, 1, 1), b"2025-01-01", []])  # fmt: skip
def test_a_date_in_another_form_is_not_guessed(value):
    assert message_of(read_date, value, "as_of", kind=ValueError).startswith(
        "as_of: expected a date written year"
    )


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_dates(day):
    assert read_date(day, "as_of") == pd.Timestamp(day)


def test_a_seed_may_be_zero_and_as_large_as_any_number():
    assert read_seed(0).random() == np.random.default_rng(0).random()
    assert read_seed(10**15).random() == np.random.default_rng(10**15).random()
    assert message_of(read_seed, 10**15 + 1, "draw", kind=ValueError).startswith("draw is 1000000000000001,")
    assert message_of(read_seed, -1, kind=ValueError).startswith("seed is -1,")


def test_the_largest_numbers_and_both_limits_are_read():
    assert read_numbers([-1e15, 1e15], "x", "numbers").tolist() == [-1e15, 1e15]
    assert read_numbers([0, 1], "x", "shares", limits="0..1").tolist() == [0, 1]
    assert read_number(1e15, "weight", "a number", limits="0..") == 1e15
    assert (read_number(0, "x", "a share", limits="0..1"), read_number(1, "x", "", limits="0..1")) == (0, 1)


def test_a_time_on_a_day_is_that_day():
    for time in (
        pd.Timestamp("2025-01-01 18:30"),
        datetime.datetime(2025, 1, 1, 18),
        datetime.date(2025, 1, 1),
    ):
        assert read_date(time, "as_of") == pd.Timestamp("2025-01-01")


@pytest.mark.parametrize(
    ("values", "found"),
    [([0.2, "0.3"], "1 of 2 values are wrong (position 1: 0.3)"), ([None, 0.1], "(position 0: None)"),
     ([0.2, float("nan")], "(position 1: nan)"), ([0.5, 1.5, 2], "2 of 3 values are wrong")],
)  # fmt: skip
def test_a_wrong_number_among_many_is_named_with_its_place(values, found):
    message = message_of(read_numbers, values, "chance", "shares", limits="0..1", kind=ValueError)
    assert message.startswith("chance: ") and found in message and message.endswith("Expected shares.")


@pytest.mark.parametrize(
    "values",
    [[1, 2.5, 4], (1, 2.5, 4), np.array([1, 2.5, 4]), pd.Series([1, 2.5, 4], dtype="Float64", index=[4] * 3),
     pd.Series([1, 2.5, 4], dtype="double[pyarrow]"), [Decimal(1), Fraction(5, 2), np.float32(4)],
     pd.Index([1, 2.5, 4]), pd.array([1, 2.5, 4])],
)  # fmt: skip
def test_numbers_are_read_however_they_are_kept(values):
    assert read_numbers(values, "x", "numbers").tolist() == [1, 2.5, 4]


@pytest.mark.parametrize("value", [1 + 2j, pd.NA, None, 1e300, 10**400, Raising(), b"1", [1], Decimal("NaN")])
def test_a_cell_that_is_no_number_of_a_firm_is_named(value):
    assert "x: 1 of 2 values are wrong (position 1: " in message_of(
        read_numbers, [0.5, value], "x", "numbers", kind=ValueError
    )


@pytest.mark.parametrize("values", [[], 0.5, [[0.1, 0.2]], None, {"a": 1}, "ab", pd.DataFrame()])
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


def test_without_any_fate_it_is_said_what_was_expected():
    message = message_of(read_fates, [], "gone", kind=TableTypeError)
    assert message == "gone: expected True or False, one a customer, found 0 values."


def test_yes_and_no_are_taken_from_numpy_too_and_texts_may_be_empty():
    assert (read_flag(np.True_, "share"), read_flag(False, "share"), read_text("", "title")) == (
        True,
        False,
        "",
    )
    for odd in (1, 0, None, "yes", np.float64(1)):
        assert message_of(read_flag, odd, "share", kind=TypeError).endswith("expected True or False.")
    assert message_of(read_text, b"words", "title", kind=TypeError).startswith(
        "title is b'words', expected a"
    )
