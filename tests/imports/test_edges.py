"""The last value on either side of each limit by which cells are told apart."""

import pandas as pd
import pytest

from crmlib.imports.books import write_cell
from crmlib.imports.cards import number_words
from crmlib.imports.moments import find_order, parse_moments
from crmlib.imports.personal import is_personal
from crmlib.imports.shelf import Shelf
from crmlib.tables.amounts import LARGEST_ID


def test_a_number_stays_as_long_as_a_table_can_hold_it():
    assert number_words([str(LARGEST_ID)]).tolist() == [LARGEST_ID]
    assert number_words([str(LARGEST_ID + 1)]).tolist() == [1]


def test_a_float_is_written_digit_by_digit_as_long_as_it_is_exact():
    assert write_cell(float(2**53 - 1)) == str(2**53 - 1)
    assert "e+" in str(write_cell(float(2**53)))


@pytest.mark.parametrize(
    ("words", "order"),
    [
        (["12/12/2025"], None),
        (["13/12/2025"], "day"),
        (["12/13/2025"], "month"),
        (["13/12/2025", "12/13/2025"], "both"),
    ],
)
def test_only_a_number_above_twelve_tells_the_day_from_the_month(words, order):
    assert find_order(pd.Series(words)) == order


@pytest.mark.parametrize(
    ("word", "hour"),
    [
        ("2025/2/3 下午12:30", 12),
        ("2025/2/3 下午11:30", 23),
        ("2025/2/3 上午12:30", 0),
        ("2025/2/3 23:59:59", 23),
    ],
)
def test_noon_and_midnight_are_read_as_they_are_meant(word, hour):
    assert parse_moments(pd.Series([word])).times.dt.hour.tolist() == [hour]


@pytest.mark.parametrize("clock", ["24:00", "23:60", "23:59:60"])
def test_a_time_that_no_clock_shows_is_not_read(clock):
    assert parse_moments(pd.Series([f"2025-02-03 {clock}"])).times.isna().all()


def test_a_column_is_personal_if_half_of_it_looks_so():
    phone = "138" + "0" * 8
    assert is_personal("card", [phone, "7"]) and not is_personal("card", [phone, "7", "8"])


@pytest.mark.parametrize(("rows", "lots"), [(2, [[1, 1], [2], [3, 3, 3]]), (3, [[1, 2, 1], [3, 3, 3]])])
def test_whole_days_are_taken_down_as_long_as_their_rows_do_not_exceed_the_lot(tmp_path, rows, lots):
    shelf = Shelf(tmp_path / "shelf")
    for days in ([3, 1, 3], [2, 1], [3]):
        shelf.add(pd.DataFrame({"day": days}))
    assert [lot["day"].tolist() for lot in shelf.take_lots(rows)] == lots


def test_a_part_is_read_for_the_days_at_both_of_its_ends(tmp_path):
    shelf = Shelf(tmp_path / "shelf")
    shelf.add(pd.DataFrame({"day": [1, 2]}))
    assert [lot["day"].tolist() for lot in shelf.take_lots(1)] == [[1], [2]]
