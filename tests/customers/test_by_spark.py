"""Spark finds what pandas finds, in every zone.

Runs by `make engines`; in `make test` it is skipped unless Java and pyspark are there.
"""

from __future__ import annotations

import os
import shutil

import numpy as np
import pandas as pd
import pytest

from crmlib.churn.survival import estimate_survival
from crmlib.customers.spending import sum_spending
from crmlib.customers.summary import summarise_purchases
from crmlib.datasets.loaders import load_receipts
from crmlib.tables.errors import TableError

if not os.environ.get("CRM_SPARK") and not shutil.which("java"):
    pytest.skip("Spark needs Java and pyspark: install Java, then make engines", allow_module_level=True)
pyspark = pytest.importorskip("pyspark.sql", reason="Spark needs Java and pyspark: make engines")
pytestmark = pytest.mark.filterwarnings("ignore")  # Spark has warnings of its own about pandas and sockets

QUIET = {
    "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4", "spark.driver.memory": "1g", "spark.sql.session.timeZone": "UTC",
}  # fmt: skip


def start(master, **further):
    """A session of Spark on this machine alone."""
    builder = pyspark.SparkSession.builder.master(master)
    for name, value in {**QUIET, **further}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    session = start("local[2]", **{"spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark"))})
    yield session
    session.stop()


@pytest.fixture(scope="module")
def receipts():
    return load_receipts()[["receipt_id", "customer_id", "purchased_at", "amount_cny"]]


@pytest.fixture(scope="module")
def stored(receipts, tmp_path_factory):
    path = tmp_path_factory.mktemp("receipts") / "receipts.parquet"
    receipts.to_parquet(path, index=False)
    return str(path)


def assert_same(found, wanted):
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-9)
    assert found.attrs == wanted.attrs


def test_the_firms_receipts_give_the_same_summary(spark, stored, receipts):
    wanted = summarise_purchases(receipts, as_of="2026-01-01")
    assert_same(summarise_purchases(spark.read.parquet(stored), as_of="2026-01-01"), wanted)


def test_the_edges_of_a_period_are_the_same(spark):
    tick = pd.Timedelta(microseconds=1)
    first, after = pd.Timestamp("2025-01-09"), pd.Timestamp("2025-01-11")  # two days, with the 10th
    times = pd.Series([first - tick, first, after - tick, after]).astype("datetime64[us]")
    frame = pd.DataFrame({"customer_id": 7, "purchased_at": times, "amount_cny": [1.0, 10.0, 100.0, 1000.0]})
    held = spark.createDataFrame(frame)
    assert sum_spending(held, as_of="2025-01-10", days=2).to_dict() == {7: 110.0}
    inside = summarise_purchases(held.filter(held.amount_cny < 1000), as_of="2025-01-10")
    assert inside[["purchases", "recency_days", "lifetime_days"]].to_numpy().tolist() == [[3, 0, 2]]
    with pytest.raises(TableError, match="1 of 4 rows is wrong"):
        summarise_purchases(held, as_of="2025-01-10")


def test_sums_and_survival_are_the_same(spark, stored, receipts):
    found, wanted = (
        sum_spending(frame, as_of="2025-12-31") for frame in (spark.read.parquet(stored), receipts)
    )
    pd.testing.assert_series_equal(found, wanted)
    lives = pd.DataFrame(
        {"customer_id": range(90), "days": np.arange(90) % 31, "left": np.arange(90) % 3 > 0}
    )
    pd.testing.assert_frame_equal(
        estimate_survival(spark.createDataFrame(lives)), estimate_survival(lives), rtol=1e-9
    )


EARLY = [(1, "2025-03-02 07:00:00", 5.0), (1, "2025-03-02 23:00:00", 5.0), (1, "2025-03-03 01:00:00", 5.0)]


def test_days_do_not_shift_in_shanghai(spark):
    table = spark.createDataFrame(EARLY, "customer_id long, purchased_at string, amount_cny double")
    local = table.selectExpr("customer_id", "to_timestamp_ntz(purchased_at) purchased_at", "amount_cny")
    moments = table.selectExpr("customer_id", "to_timestamp(purchased_at) purchased_at", "amount_cny")
    assert summarise_purchases(moments, as_of="2025-03-03")["purchases"].tolist() == [2]
    spark.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
    try:
        found = summarise_purchases(local, as_of="2025-03-03")
        assert found["purchases"].tolist() == [2]
        assert found["first_purchased_at"].tolist() == [pd.Timestamp("2025-03-02 07:00")]
        with pytest.raises(
            TableError, match=r'Asia/Shanghai.*conf.set\("spark.sql.session.timeZone", "UTC"\)'
        ):
            summarise_purchases(moments, as_of="2025-03-03")
    finally:
        spark.conf.set("spark.sql.session.timeZone", "UTC")


@pytest.mark.parametrize(("column", "value"), [("amount_cny", -1.0), ("receipt_id", 2)])
def test_a_spoilt_table_is_refused_in_the_same_words(spark, receipts, tmp_path, column, value):
    bad = receipts.head(50).copy()
    bad.loc[:2, column] = value
    bad.to_parquet(tmp_path / "bad.parquet", index=False)
    words = []
    for frame in (bad, spark.read.parquet(str(tmp_path / "bad.parquet"))):
        with pytest.raises(TableError) as caught:
            summarise_purchases(frame, as_of="2025-12-31")
        words.append(str(caught.value))
    assert words[0] == words[1]
