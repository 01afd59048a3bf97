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


@pytest.mark.parametrize("written", ["-¥5", "-￥5", "-元 5", "-cny5", "-5 yuan"])
def test_a_minus_may_stand_before_the_sign_of_the_currency(written):
    assert parse_numbers(pd.DataFrame({"amount_cny": [written]}), "amount_cny")["amount_cny"].tolist() == [-5]


def test_a_date_among_the_text_is_named():
    mixed = pd.DataFrame({"day": ["3/2/2025", pd.Timestamp("2025-02-04"), None]}, dtype=object)
    message = message_of(lambda: parse_dates(mixed, "day", format="%d/%m/%Y"))
    assert "day: 1 of 3 rows is wrong.\n  First rows: index 1" in message
    assert "Expected: text (this column needs no repair of this kind)" in message


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
    message = message_of(parse_dates, without, "opened_at", format="ISO8601", zone="Asia/Shanghai")
    assert message.startswith("opened_at: 1 of 1 rows is wrong") and "an offset such as +08:00" in message
    mixed = pd.DataFrame({"opened_at": ["2024-01-01T02:00Z", "2024-01-01T02:00"]}, index=[5, 6])
    message = message_of(parse_dates, mixed, "opened_at", format="ISO8601", zone="Asia/Shanghai")
    assert message.startswith("opened_at: 1 of 2 rows is wrong") and "Found: '2024-01-01T02:00'" in message


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


def test_a_refused_repair_names_the_first_five_rows_and_counts_all():
    words = pd.DataFrame({"fee": [*["5"] * 1000, *"abcdef"]})
    assert message_of(parse_numbers, words, "fee") == (
        "fee: 6 of 1,006 rows are wrong.\n"
        "  First rows: index 1000, 1001, 1002, 1003, 1004\n"
        "  Expected: numbers such as 1234.5, ¥1,234.50, -30 元\n"
        "  Found: 'a', 'b', 'c', 'd', 'e'\n"
        "  Repair: correct these rows, or state what they are."
    )


def test_the_longest_id_is_read_and_one_more_is_refused():
    longest = 2**63 - 1
    words = pd.DataFrame({"a": [str(longest), str(-longest), None]})
    assert parse_numbers(words, "a")["a"].tolist() == [longest, -longest, pd.NA]
    assert parse_numbers(pd.DataFrame({"a": [str(2**53)]}), "a")["a"].dtype == "Int64"
    assert parse_numbers(pd.DataFrame({"a": [str(2**53 - 1)]}), "a")["a"].dtype == "float64"
    assert "a: 1 of 1 rows is wrong" in message_of(parse_numbers, pd.DataFrame({"a": [str(2**63)]}), "a")


def test_local_times_stay_and_moments_move_to_the_zone():
    zoned = pd.Timestamp("2025-03-01 20:00", tz="UTC")
    times = pd.DataFrame({"at": pd.Series([zoned, pd.Timestamp("2025-03-01 20:00"), None], dtype=object)})
    found = drop_time_zone(times.set_axis([7, 8, 9]), "at", zone="Asia/Shanghai")["at"]
    assert found.dropna().to_dict() == {
        7: pd.Timestamp("2025-03-02 04:00"),
        8: pd.Timestamp("2025-03-01 20:00"),
    }
    assert found.isna().tolist() == [False, False, True] and found.dtype == "datetime64[us]"


def test_a_file_may_have_another_separator_and_another_form_of_times(tmp_path):
    path = tmp_path / "queues.csv"
    path.write_bytes(
        b"\xfe\xff" + "store_id;observed_at;customers_waiting;tills_open;minutes_waited\n"
        "1;3/4/2025 17:30;2;1;3.5\n".encode("utf-16-be")
    )  # fmt: skip
    read = read_table_csv(path, "queues", separator=";", time_format="%d/%m/%Y %H:%M")
    assert read.iloc[0].tolist() == [1, pd.Timestamp("2025-04-03 17:30"), 2, 1, 3.5]


def test_words_of_a_file_lose_the_apostrophe_of_a_spreadsheet_and_stay_words(tmp_path):
    products = example_rows("products")
    text = products.assign(name_en=["NA", "'=soap"]).astype({"own_brand": object})
    text["own_brand"] = [" TRUE", "否"]
    text.to_csv(tmp_path / "products.csv", index=False)
    read = read_table_csv(tmp_path / "products.csv", "products")
    assert read["name_en"].tolist() == ["NA", "=soap"] and read["own_brand"].tolist() == [True, False]


def test_a_word_that_is_no_truth_value_is_shown_as_the_file_has_it(tmp_path):
    products = example_rows("products").astype({"own_brand": object})
    products["own_brand"] = ["TRUE", "Perhaps"]
    products.to_csv(tmp_path / "products.csv", index=False)
    message = message_of(read_table_csv, tmp_path / "products.csv", "products")
    assert "products.own_brand: 1 of 2 rows is wrong" in message and "Found: 'Perhaps'" in message


def test_numbers_of_half_the_digits_are_read_from_a_file(tmp_path):
    rows = example_rows("truth.satisfaction").assign(latent_satisfaction=[0.5, -1.25])
    rows.to_csv(tmp_path / "table.csv", index=False)
    read = read_table_csv(tmp_path / "table.csv", "truth.satisfaction")
    assert read["latent_satisfaction"].tolist() == [0.5, -1.25]
    assert read["latent_satisfaction"].dtype == "float32"
