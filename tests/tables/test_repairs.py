"""What a spreadsheet did to a table is mended where it is certain, and refused where it would be guessed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.tables.dictionary import TABLES
from crmlib.tables.examples import example_rows
from crmlib.tables.repairs import (
    drop_time_zone,
    parse_dates,
    parse_numbers,
    read_table_csv,
    translate_headers,
)
from tests.tables.calls import DAY, message_of


def write_like_excel(path, frame, *, encoding, labels=None):
    """Write a CSV file with labels as headers, as somebody would save it from a spreadsheet."""
    columns = TABLES["surveys"].columns.values()
    if labels:
        frame = frame.rename(columns={column.name: getattr(column, labels) for column in columns})
    frame.to_csv(path, index=False, encoding=encoding)


@given(price=st.decimals(min_value=0, max_value=10**7, places=2), sign=st.sampled_from(["", "¥", "￥ "]))
@settings(max_examples=50, deadline=None)
def test_amounts_survive_being_written_for_a_spreadsheet(price, sign):
    frame = pd.DataFrame({"amount_cny": [f"{sign}{price:,}", f"{price} 元", None]})
    parsed = parse_numbers(frame, "amount_cny")["amount_cny"]
    assert parsed.iloc[0] == parsed.iloc[1] == float(price)
    assert np.isnan(parsed.iloc[2])


def test_text_that_does_not_fit_the_stated_format_is_named():
    frame = pd.DataFrame({"joined_on": ["2025-02-01", "2025-02-30", "1.3.2025"]})
    message = message_of(parse_dates, frame, "joined_on", format="%Y-%m-%d")
    assert "joined_on: 2 of 3 rows are wrong.\n  First rows: index 1, 2" in message
    assert "text in the format '%Y-%m-%d'" in message


def test_year_at_the_end_of_a_date_is_not_taken_for_a_time_zone():
    frame = pd.DataFrame({"joined_on": ["03-04-2025"]})
    assert parse_dates(frame, "joined_on", format="%d-%m-%Y")["joined_on"][0] == pd.Timestamp("2025-04-03")


def test_offsets_and_zone_must_go_together():
    with_offset = pd.DataFrame({"opened_at": ["2024-01-01T02:00Z"]})
    assert "or zone= stated" in message_of(parse_dates, with_offset, "opened_at", format="ISO8601")
    without = pd.DataFrame({"opened_at": ["2024-01-01T02:00"]})
    assert "an offset such as +08:00" in message_of(
        parse_dates, without, "opened_at", format="ISO8601", zone="Asia/Shanghai"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("labels", [None, "label_zh", "label_en"])
def test_csv_file_is_read_whatever_excel_made_of_it(tmp_path, encoding, labels):
    surveys = example_rows("surveys")
    surveys.loc[0, ["answered_on", "satisfaction", "trust", "recommend", "intention"]] = [DAY, 4, 5, 9, 3]
    write_like_excel(tmp_path / "surveys.csv", surveys, encoding=encoding, labels=labels)
    pd.testing.assert_frame_equal(read_table_csv(tmp_path / "surveys.csv", "surveys"), surveys)


@pytest.mark.parametrize("name", [name for name in TABLES if name != "truth.satisfaction"])
def test_every_table_survives_being_written_to_csv_and_read_again(tmp_path, name):
    table = example_rows(name)
    table.to_csv(tmp_path / "table.csv", index=False)
    pd.testing.assert_frame_equal(read_table_csv(tmp_path / "table.csv", name), table)


def test_dates_in_the_style_of_a_spreadsheet_need_their_format(tmp_path):
    surveys = example_rows("surveys")
    surveys.assign(invited_on="1/1/2024").to_csv(tmp_path / "surveys.csv", index=False)
    message = message_of(read_table_csv, tmp_path / "surveys.csv", "surveys")
    assert "invited_on: 2 of 2 rows are wrong" in message
    assert "text in the format 'ISO8601'" in message
    read = read_table_csv(tmp_path / "surveys.csv", "surveys", date_format="%d/%m/%Y")
    pd.testing.assert_frame_equal(read, surveys)


def test_decimal_comma_is_refused_because_it_could_separate_thousands():
    message = message_of(parse_numbers, pd.DataFrame({"amount_cny": ["12,5", "12,500"]}), "amount_cny")
    assert "amount_cny: 1 of 2 rows is wrong.\n  First rows: index 0" in message


def test_repair_of_a_column_that_does_not_exist_lists_the_columns():
    message = message_of(parse_numbers, pd.DataFrame({"amount": ["1"]}), "amount_cny")
    assert "There is no column 'amount_cny'. Columns: amount." in message


def test_repairs_leave_the_input_as_it_is(receipts):
    text = receipts.assign(purchased_at="2024-01-01", amount_cny="30")
    before = text.copy(deep=True)
    parse_dates(text, "purchased_at", format="%Y-%m-%d")
    parse_numbers(text, "amount_cny")
    drop_time_zone(receipts, "purchased_at", zone="Asia/Shanghai")
    translate_headers(text, "receipts")
    pd.testing.assert_frame_equal(text, before)
