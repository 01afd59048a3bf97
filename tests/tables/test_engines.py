"""Whether a table belongs to another engine, and what is said where the words for it are missing."""

import datetime
import sys
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest

from crmlib.tables.engines import _refuse_shifted_days, bring_columns, count_lazily, is_engine, open_lazily
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.results import describe_result, take_by_customer, take_values
from tests.tables.calls import message_of

VISITS = describe_result(
    "visits",
    {
        "customer_id": "key",
        "visits": "integer 0..9",
        "paid_cny": "number >0 ?",
        "seen_on": "date",
        "arm": "one of new|old",
        "gone": "boolean",
    },
)
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
FITTING = {"customer_id": [9, 7], "visits": [9, 0], "paid_cny": [1e15, None], "seen_on": [FIRST, LAST],
           "arm": ["old", "new"], "gone": [True, False]}  # fmt: skip


def test_pandas_tables_and_things_that_are_no_tables_belong_to_no_engine():
    assert not any(map(is_engine, (pd.DataFrame(), pd.Series([1]), None, [1], "polars")))
    assert is_engine(pl.DataFrame()) and is_engine(pl.LazyFrame())


def test_without_narwhals_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(ImportError, match=r'pip install "crmlib\[engines\]"'):
        count_lazily(pl.DataFrame({"customer_id": [1]}), "members", ["customer_id"])


def test_the_columns_of_an_engine_come_in_their_types_and_in_order_of_customers():
    frame = pl.DataFrame({"spare": ["a", "b"], **FITTING}).cast({"customer_id": pl.Int32, "visits": pl.Int8})
    found = bring_columns(frame.with_columns(pl.col("arm").cast(pl.Categorical)), VISITS, list(FITTING))
    assert found["customer_id"].tolist() == [7, 9] and found["visits"].tolist() == [0, 9]
    assert found["paid_cny"].isna().tolist() == [True, False] and found["paid_cny"][1] == 1e15
    assert found["seen_on"].tolist() == [pd.Timestamp(LAST), pd.Timestamp(FIRST)]
    assert found["arm"].tolist() == ["new", "old"] and found["gone"].tolist() == [False, True]
    kinds = [column.dtype.kind for _, column in found.items()]
    assert kinds == ["i", "i", "f", "M", "U", "b"] and found["visits"].dtype.itemsize == 8


def test_a_checked_table_of_an_engine_keeps_the_wanted_columns_and_its_number_of_rows():
    counted = count_lazily(pl.DataFrame({"spare": ["a", "b"], **FITTING}), VISITS, ["visits"],
                           once="customer_id", further=["spare"])  # fmt: skip
    assert counted.rows == 2
    assert counted.lazy.collect_schema().names() == ["customer_id", "visits", "spare"]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("visits", -1, "Expected: whole numbers, 0..9\n  Found: -1"),
        ("visits", 10, "Expected: whole numbers, 0..9\n  Found: 10"),
        ("visits", None, "Found: missing values (NaN)"),
        ("paid_cny", 0.0, "Expected: numbers, >0\n  Found: 0.0"),
        ("paid_cny", 1.1e15, "not beyond 1,000,000,000,000,000"),
        ("seen_on", datetime.date(1899, 12, 31), "dates from 1900 to 2099\n  Found: 1899-12-31"),
        ("seen_on", datetime.date(2100, 1, 1), "dates from 1900 to 2099\n  Found: 2100-01-01"),
        ("arm", "older", "Expected: one of: new, old\n  Found: 'older'"),
        ("gone", None, "Found: missing values (NaN)"),
    ],
)
def test_an_engine_finds_the_one_value_that_does_not_fit(column, value, words):
    frame = pl.DataFrame({**FITTING, column: [FITTING[column][0], value]})
    message = message_of(count_lazily, frame, VISITS, list(FITTING))
    assert message.startswith(f"visits.{column}: 1 of 2 rows is wrong.\n") and words in message


@pytest.mark.parametrize(
    ("column", "values"),
    [("visits", ["1", "2"]), ("paid_cny", ["1", "2"]), ("seen_on", ["2025-01-01"] * 2), ("gone", [1, 0]),
     ("arm", [1, 2])],
)  # fmt: skip
def test_a_column_of_another_kind_is_refused_with_the_words_of_pandas(column, values):
    message = message_of(count_lazily, pl.DataFrame({**FITTING, column: values}), VISITS, list(FITTING))
    assert message.startswith(f"visits.{column}: 2 of 2 rows are wrong.\n")


def test_moments_with_a_time_zone_are_refused():
    zoned = pl.Series([datetime.datetime(2025, 1, 1)] * 2).dt.replace_time_zone("Asia/Shanghai")
    frame = pl.DataFrame({**FITTING, "seen_on": zoned})
    message = message_of(count_lazily, frame, VISITS, list(FITTING), kind=TableTypeError)
    assert "visits.seen_on: 2 of 2 rows are wrong" in message and "a time zone: Asia/Shanghai" in message


def test_of_many_wrong_rows_the_first_five_are_named_and_all_are_counted():
    frame = pl.DataFrame({"receipt_id": [8, 7, 6, 5, 4, 3, 2, 1], "amount_cny": [1.0] + [-1.0] * 7})
    message = message_of(count_lazily, frame, "receipts", ["amount_cny"], once="receipt_id")
    assert message.startswith("receipts.amount_cny: 7 of 8 rows are wrong.\n"
                              "  First rows: receipt_id 1, 2, 3, 4, 5\n")  # fmt: skip


def test_numbers_that_repeat_are_counted_by_the_engine():
    frame = pl.DataFrame({"receipt_id": [3, 2, 1, 3, 1, 1], "amount_cny": 1.0})
    message = message_of(count_lazily, frame, "receipts", ["amount_cny"], once="receipt_id")
    assert message.startswith("receipts.receipt_id: 5 of 6 rows are wrong.\n"
                              "  First rows: receipt_id 1, 1, 1, 3, 3\n")  # fmt: skip
    assert "Found: 2 duplicate keys" in message
    assert count_lazily(frame, "receipts", ["amount_cny"]).rows == 6


def test_an_empty_table_of_an_engine_is_refused_and_a_missing_column_named():
    empty = pl.DataFrame(FITTING).head(0)
    assert "visits: the table has 0 rows" in message_of(count_lazily, empty, VISITS, ["visits"])
    with pytest.raises(TableError, match="visits: missing columns: visits"):
        count_lazily(pl.DataFrame({"arm": ["new"]}), VISITS, ["visits"])


def test_one_row_a_customer_may_come_from_an_engine():
    frame = pl.DataFrame({"customer_id": [9, 7], "visits": [4, 0]})
    assert take_by_customer(frame, VISITS, ["visits"])["visits"].to_dict() == {7: 0, 9: 4}
    states = describe_result("visits", {"customer_id": "key", "visits": "integer 0..9"})
    values = take_values(frame, states)
    assert values.to_dict() == {7: 0, 9: 4} and (values.name, values.index.name) == ("visits", "customer_id")


def test_amounts_without_limits_and_times_have_those_of_every_firm():
    days = [datetime.datetime(1900, 1, 1), datetime.datetime(2099, 12, 31, 23, 59)]
    frame = pl.DataFrame({"margin_cny": [-1e15, 1e15], "purchased_at": days})
    assert count_lazily(frame, "receipts", ["margin_cny", "purchased_at"]).rows == 2
    for column, value in (("margin_cny", -1.1e15), ("margin_cny", 1.1e15),
                          ("purchased_at", datetime.datetime(2100, 1, 1))):  # fmt: skip
        wrong = pl.DataFrame({column: [value]})
        assert message_of(count_lazily, wrong, "receipts", [column]).startswith(f"receipts.{column}: 1 of 1")


def test_what_only_an_engine_refuses_is_to_be_cast_there():
    frame = pl.DataFrame({**FITTING, "paid_cny": [1.0, float("nan")]})
    message = message_of(count_lazily, frame, VISITS, list(FITTING), kind=TableTypeError)
    assert message == (
        "visits.paid_cny: Float64, expected numbers, >0. Repair: cast the column in the engine first."
    )


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "GMT+8"])
def test_a_session_of_spark_in_another_zone_is_refused(zone):
    conf = SimpleNamespace(get={"spark.sql.session.timeZone": zone}.get)
    table = type("DataFrame", (), {"__module__": "pyspark.sql", "sparkSession": SimpleNamespace(conf=conf),
                                   "dtypes": [("paid", "double"), ("seen", "timestamp"),
                                              ("left", "timestamp")]})()  # fmt: skip
    message = message_of(open_lazily, table, kind=TableTypeError)
    assert message.startswith(f"seen, left: the Spark session counts days in {zone}, so that purchases")
    assert 'Repair: spark.conf.set("spark.sql.session.timeZone", "UTC")' in message


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "GMT", "Z", "+00:00"])
def test_a_session_of_spark_that_counts_in_utc_is_not_refused(zone):
    conf = SimpleNamespace(get={"spark.sql.session.timeZone": zone}.get)
    table = type("DataFrame", (), {"__module__": "pyspark.sql", "sparkSession": SimpleNamespace(conf=conf),
                                   "dtypes": [("seen", "timestamp")]})()  # fmt: skip
    _refuse_shifted_days(table)
