"""A value that does not fit its column is refused with place, rows, expectation, finding and repair."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.tables.columns import _find_similar_levels, find_outside, unpack
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.examples import example_rows
from crmlib.tables.repairs import drop_time_zone, parse_dates
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns
from tests.tables.calls import DAY, check, refuse


def test_whole_floats_with_gaps_become_nullable_whole_numbers(receipts):
    receipts["customer_id"] = [100001.0, np.nan, 100003.0, np.nan, 100005.0]
    assert str(check("receipts", receipts)["customer_id"].dtype) == "Int64"


def test_python_dates_are_accepted_because_they_are_not_ambiguous(members):
    members["joined_on"] = pd.Series([DAY.date()] * 5, dtype=object)
    assert check("members", members)["joined_on"].tolist() == [DAY] * 5


@given(text=st.text(max_size=8), column=st.sampled_from(list(TABLES["receipts"].columns)))
@settings(max_examples=60, deadline=None)
def test_no_text_in_any_column_passes_unless_it_is_a_level_and_the_input_is_unchanged(text, column):
    frame = example_rows("receipts", rows=3)
    frame[column] = frame[column].astype(object)
    frame.loc[1, column] = text
    before = frame.copy(deep=True)
    if text in TABLES["receipts"].columns[column].levels:
        check("receipts", frame)
    else:
        assert f"receipts.{column}: 1 of 3 rows is wrong" in refuse("receipts", frame)
    pd.testing.assert_frame_equal(frame, before)


def test_text_in_an_amount_names_table_column_rows_and_repair(receipts):
    receipts["amount_cny"] = ["30", "¥1,250.00", 20.0, "free", 10.0]
    message = refuse("receipts", receipts, kind=TableTypeError)
    assert message == (
        "receipts.amount_cny: 3 of 5 rows are wrong.\n"
        "  First rows: receipt_id 1, 2, 4\n"
        "  Expected: numbers in yuan, >=0\n"
        "  Found: text: '30', '¥1,250.00', 'free'\n"
        '  Repair: frame = parse_numbers(frame, "amount_cny") reads currency signs and commas.'
    )


def test_truth_values_in_an_amount_are_refused(receipts):
    message = refuse("receipts", receipts.assign(amount_cny=True), kind=TypeError)
    assert "receipts.amount_cny: 5 of 5 rows are wrong" in message
    assert "Expected: numbers in yuan, >=0\n  Found: truth values: True" in message


def test_negative_amount_is_refused_and_sent_to_the_returns(receipts):
    receipts.loc[2, "amount_cny"] = -5.0
    message = refuse("receipts", receipts)
    assert "receipts.amount_cny: 1 of 5 rows is wrong.\n  First rows: receipt_id 3" in message
    assert "Expected: numbers in yuan, >=0\n  Found: -5.0" in message
    assert "returned goods belong in the table returns" in message


def test_negative_amount_of_an_order_is_not_sent_to_a_table_that_wholesale_does_not_have():
    message = refuse("orders", example_rows("orders", rows=3).assign(amount_cny=[1.0, -5.0, 1.0]))
    assert "orders.amount_cny: 1 of 3 rows is wrong." in message
    assert "Repair: correct these values or leave the rows out." in message


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_amount_is_refused(receipts, value):
    receipts.loc[4, "amount_cny"] = value
    message = refuse("receipts", receipts)
    assert "First rows: receipt_id 5" in message
    assert "Expected: numbers in yuan, >=0, finite" in message
    assert "division by zero" in message


def test_missing_amount_is_refused(receipts):
    receipts.loc[1, "amount_cny"] = np.nan
    message = refuse("receipts", receipts)
    assert "Found: missing values (NaN)" in message
    assert 'frame.dropna(subset="amount_cny")' in message


def test_unknown_level_lists_the_levels_and_suggests_the_nearest(receipts):
    receipts["channel"] = ["Store", "onlin", "store", "store", "online"]
    message = refuse("receipts", receipts)
    assert "receipts.channel: 2 of 5 rows are wrong" in message
    assert "Expected: one of: store, online" in message
    assert "replace({'Store': 'store', 'onlin': 'online'})" in message


def test_blanks_and_hyphens_of_a_level_are_underscores():
    level = replace(TABLES["receipts"].columns["channel"], levels=("a_b_c_d",))
    assert _find_similar_levels(pd.Series(["A - b\tC-D"]), level) == {"A - b\tC-D": "a_b_c_d"}


def test_levels_are_suggested_for_the_first_five_words():
    words = ["Store", "STORE", "store ", "Online", "ONLINE", "online "]
    receipts = pd.concat([example_rows("receipts", rows=3)] * 2).assign(receipt_id=range(1, 7), channel=words)
    suggested = refuse("receipts", receipts).split("replace(")[1]
    assert "'ONLINE': 'online'" in suggested and "'online ': " not in suggested


def test_fraction_in_an_id_is_refused(receipts):
    message = refuse("receipts", receipts.assign(store_id=[1, 2, 3.5, 4, 5]))
    assert "receipts.store_id: 1 of 5 rows is wrong" in message
    assert "fractions: 3.5" in message


def test_score_outside_its_scale_is_refused():
    surveys = example_rows("surveys").assign(
        answered_on=DAY, satisfaction=[5, 6], trust=1, recommend=0, intention=1
    )
    assert "Expected: whole numbers of score, 1..5\n  Found: 6" in refuse("surveys", surveys)


def test_customers_of_a_table_of_ones_own_may_have_any_number():
    assert len(check("members", example_rows("members").assign(customer_id=[1, 2]))) == 2


def test_words_for_true_and_false_are_refused():
    lines = example_rows("receipt_lines").assign(on_promotion=["TRUE", "FALSE"])
    message = refuse("receipt_lines", lines, kind=TypeError)
    assert "receipt_lines.on_promotion: 2 of 2 rows are wrong" in message
    assert "Expected: True or False" in message


def test_date_as_text_without_a_format_is_refused_and_the_repair_works(receipts):
    text = receipts.assign(purchased_at="03/04/2025 10:30", dispatched_on=pd.Timestamp("2025-04-03"))
    message = refuse("receipts", text, kind=TypeError)
    assert "receipts.purchased_at: 5 of 5 rows are wrong" in message
    assert "text without a stated format: '03/04/2025 10:30'" in message
    assert "Nothing is guessed." in message
    repaired = check("receipts", parse_dates(text, "purchased_at", format="%d/%m/%Y %H:%M"))
    assert repaired["purchased_at"].tolist() == [pd.Timestamp("2025-04-03 10:30")] * 5


def test_numbers_as_dates_are_explained_as_excel_days(members):
    message = refuse("members", members.assign(joined_on=45000), kind=TypeError)
    assert "Found: numbers: 45000" in message
    assert 'origin="1899-12-30"' in message


def test_time_of_day_in_a_date_is_refused(members):
    message = refuse("members", members.assign(joined_on=DAY + pd.Timedelta(hours=9)))
    assert "dates, without a time of day" in message


def test_one_time_zone_is_refused_and_the_repair_works(receipts):
    zoned = receipts.assign(purchased_at=receipts["purchased_at"].dt.tz_localize("UTC"))
    message = refuse("receipts", zoned, kind=TypeError)
    assert "Found: a time zone: UTC" in message
    repaired = drop_time_zone(zoned, "purchased_at", zone="Asia/Shanghai")
    assert check("receipts", repaired.assign(dispatched_on=DAY))["purchased_at"][0] == pd.Timestamp(
        "2024-01-01 08:00"
    )


def test_mixed_time_zones_are_refused_and_the_repair_works(receipts):
    times = [pd.Timestamp("2024-01-01 02:00", tz="UTC"), pd.Timestamp("2024-01-01 10:00", tz="Asia/Shanghai")]
    mixed = receipts.head(2).assign(purchased_at=pd.Series(times, dtype=object))
    message = refuse("receipts", mixed, kind=TypeError)
    assert "Found: mixed time zones: Asia/Shanghai, UTC" in message
    assert 'drop_time_zone(frame, "purchased_at", zone="Asia/Shanghai")' in message
    repaired = check("receipts", drop_time_zone(mixed, "purchased_at", zone="Asia/Shanghai"))
    assert repaired["purchased_at"].dt.hour.tolist() == [10, 10]


def test_times_with_and_without_a_zone_are_mixed_as_well(receipts):
    times = [pd.Timestamp("2024-01-01 02:00", tz="UTC"), pd.Timestamp("2024-01-01 10:00")]
    mixed = receipts.head(2).assign(purchased_at=pd.Series(times, dtype=object))
    assert "mixed time zones: UTC, no time zone" in refuse("receipts", mixed, kind=TypeError)


def test_text_with_mixed_time_zones_is_refused_and_the_repair_works(receipts):
    text = receipts.head(2).assign(purchased_at=["2024-01-01T02:00Z", "2024-01-01T10:00+08:00"])
    message = refuse("receipts", text, kind=TypeError)
    assert "text with mixed time zones" in message
    assert 'format="ISO8601", zone="Asia/Shanghai"' in message
    repaired = parse_dates(text, "purchased_at", format="ISO8601", zone="Asia/Shanghai")
    assert check("receipts", repaired)["purchased_at"].dt.hour.tolist() == [10, 10]


def test_only_a_negative_amount_of_goods_is_sent_to_the_returns(receipts):
    message = refuse("receipts", receipts.assign(discount_cny=-1.0))
    assert "receipts.discount_cny: 5 of 5" in message and "Repair: correct these values or leave" in message
    message = refuse("members", example_rows("members").assign(fee_cny=-1.0))
    assert "members.fee_cny: 2 of 2" in message and "Repair: correct these values or leave" in message


def test_numbers_of_arrow_keep_their_width():
    for kind, found in [("halffloat", "Float32"), ("float", "Float32"), ("double", "Float64"),
                        ("int16", "Int64"), ("uint8", "UInt64"), ("bool", "boolean")]:  # fmt: skip
        cells = pd.Series(np.array([1, 0]).astype("float16" if kind == "halffloat" else "int64"))
        kept = unpack(cells.astype(f"{kind}[pyarrow]"))
        assert (kept.dtype, kept.tolist()) == (found, [1, 0])


@pytest.mark.parametrize(
    ("rule", "outside"),
    [("1..5", [True, False, False, False, True]), ("1..", [True, False, False, False, False]),
     (">1", [True, True, False, False, False]), (">=1", [True, False, False, False, False])],
)  # fmt: skip
def test_the_limits_of_a_range_belong_to_it_but_for_more_than(rule, outside):
    values = pd.Series([0.5, 1, None, 5, 5.5], dtype="Float64")
    assert find_outside(values, rule).tolist() == outside


def test_times_of_other_programs_are_kept_to_the_microsecond():
    times = pd.Series([pd.Timestamp("2025-01-01 09:30"), None], dtype="timestamp[ns][pyarrow]")
    assert unpack(times).dtype == "datetime64[us]"
    assert unpack(times).tolist() == [pd.Timestamp("2025-01-01 09:30"), pd.NaT]


def test_a_list_among_the_levels_is_refused(receipts):
    receipts["channel"] = ["store", ["store"], "online", "store", "store"]
    message = refuse("receipts", receipts)
    assert "receipts.channel: 1 of 5 rows is wrong" in message and "Found: ['store']" in message


def test_a_number_among_text_is_named_with_the_repair():
    message = refuse("products", example_rows("products").assign(name_en=["soap", 5]), kind=TableTypeError)
    assert "products.name_en: 1 of 2 rows is wrong" in message
    assert 'frame["name_en"].astype("string")' in message


def refuse_lists(*_):
    """As `Series.isin` of pandas 2 where a list stands among the values."""
    raise TypeError("unhashable type: 'list'")


@pytest.mark.parametrize("isin", [pd.Series.isin, refuse_lists])
def test_a_number_is_no_level_although_it_is_written_like_one(monkeypatch, isin):
    monkeypatch.setattr(pd.Series, "isin", isin)
    rated = describe_result("rated", {"customer_id": "key", "stars": "one of 1|2"})
    people = pd.DataFrame({"customer_id": [1, 2, 3], "stars": ["1", ["2"], 2]})
    with pytest.raises(TableError, match=r"rated\.stars: 2 of 3 rows are wrong"):
        take_columns(people, rated, ["customer_id", "stars"])
