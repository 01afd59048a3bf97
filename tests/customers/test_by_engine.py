"""Every engine finds what pandas finds, row for row, and refuses the same tables in the same words."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlib.churn.survival import estimate_survival, follow_members_to_silence, measure_retention_by_tenure
from crmlib.customers.rfm import score_rfm
from crmlib.customers.spending import sum_spending
from crmlib.customers.summary import describe_summary, summarise_purchases
from crmlib.datasets.loaders import load_members, load_panel, load_receipts
from crmlib.relationship_marketing.share_of_customer import decompose_market_share
from crmlib.tiers.abc import assign_abc_by_customers

DAY = "2026-01-01"
TICK = pd.Timedelta(microseconds=1)
HAND_OVER = {
    "polars": pl.from_pandas,
    "polars lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "duckdb": duckdb.from_df,
}


@pytest.fixture(params=HAND_OVER)
def hand_over(request):
    """Gives a pandas table to an engine."""
    return HAND_OVER[request.param]


@pytest.fixture(scope="module")
def receipts():
    columns = ["receipt_id", "customer_id", "purchased_at", "amount_cny", "margin_cny"]
    return load_receipts()[columns]


@pytest.fixture(scope="module")
def summary(receipts):
    return summarise_purchases(receipts, as_of=DAY)


@pytest.fixture(scope="module")
def lives(receipts):
    found = follow_members_to_silence(load_members(), receipts, as_of=DAY)
    return found.assign(half=np.where(found["customer_id"] % 2, "odd", "even"))


def assert_same(found, wanted):
    """The same table or column, types and index included; the cent of a sum may not differ."""
    same = (
        pd.testing.assert_frame_equal if isinstance(wanted, pd.DataFrame) else pd.testing.assert_series_equal
    )
    same(found, wanted, rtol=1e-9)
    assert found.attrs == wanted.attrs


def test_the_firms_receipts_give_the_same_summary_and_the_same_sentence(hand_over, receipts, summary):
    found = summarise_purchases(hand_over(receipts), as_of=DAY)
    assert_same(found, summary)
    assert describe_summary(found) == describe_summary(summary)


@pytest.mark.parametrize("seed", range(4))
def test_random_receipts_give_the_same_summary(hand_over, seed):
    rng, size = np.random.default_rng(seed), 10 ** (seed + 1)
    customers = rng.choice([-3, 0, 7, 8, 2**53 + 1, 2**62], size)
    ticks = rng.integers(0, 6 * 86_400_000_000, size)  # nights, and the change of the clock in spring
    missing = np.append(False, rng.random(size - 1) < 0.3)
    frame = pd.DataFrame({"customer_id": pd.arrays.IntegerArray(customers, missing),
                          "purchased_at": np.datetime64("2025-03-28", "us") + ticks.astype("timedelta64[us]"),
                          "amount_cny": rng.integers(0, 10**6, size) / 100})  # fmt: skip
    wanted = summarise_purchases(frame, as_of="2025-04-30")
    assert_same(summarise_purchases(hand_over(frame), as_of="2025-04-30"), wanted)


def test_dates_and_decimals_of_a_database_are_counted_as_what_they_are():
    table = duckdb.sql(
        "select 7::smallint customer_id, date '2025-01-03' purchased_at, 30.10::decimal(9,2) amount_cny"
    )
    found = summarise_purchases(table, as_of="2025-01-05")
    assert found[["purchases", "recency_days", "amount_cny"]].to_numpy().tolist() == [[1, 2, 30.1]]


def spoil(frame, column, value, count=3):
    """The first rows of a table with another value in a column."""
    bad = frame.head(50).copy()
    bad[column] = bad[column].astype(object).where(np.arange(len(bad)) >= count, value).infer_objects()
    return bad


SPOILT = {
    "negative": lambda r: spoil(r, "amount_cny", -1.0),
    "one missing": lambda r: spoil(r, "amount_cny", np.nan, 1),
    "too much": lambda r: spoil(r, "amount_cny", 2e15, 7),
    "no time": lambda r: spoil(r, "purchased_at", pd.NaT),
    "placeholder": lambda r: spoil(r, "purchased_at", pd.Timestamp("2222-01-01")),
    "twice": lambda r: spoil(r, "receipt_id", 2),
    "text": lambda r: r.head(9).astype({"amount_cny": str}),
    "words for customers": lambda r: r.head(9).assign(customer_id="VIP"),
    "no column": lambda r: r.drop(columns="amount_cny"),
    "misspelt": lambda r: r.rename(columns={"amount_cny": "amount_cnyy"}),
    "no rows": lambda r: r.head(0),
    "nobody": lambda r: r.head(9).assign(customer_id=pd.array([None] * 9, dtype="Int64")),
    "later": lambda r: spoil(r, "purchased_at", pd.Timestamp("2026-01-01 00:00"), 2),
    # the latest is the sixth: it is told, though only five are named
    "six later": lambda r: r.head(6).assign(purchased_at=pd.date_range("2026-01-01", periods=6, unit="us")),
    # in order of their numbers, the first of which is the latest here
    "six later, backwards": lambda r: r.head(6).assign(
        purchased_at=pd.date_range("2026-01-01", periods=6, unit="us")[::-1]
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_table_that_pandas_users_are_refused_is_refused_in_the_same_words(hand_over, receipts, name):
    bad = SPOILT[name](receipts.drop(columns="margin_cny"))
    messages = []
    for frame in (bad, hand_over(bad)):
        with pytest.raises(ValueError) as caught:
            summarise_purchases(frame, as_of="2025-12-31")
        messages.append((type(caught.value), str(caught.value)))
    assert messages[0] == messages[1]


def test_scores_and_classes_of_a_table_of_customers_are_the_same(hand_over, summary):
    held = hand_over(summary.reset_index().sample(frac=1, random_state=1))
    assert_same(score_rfm(held), score_rfm(summary))


def test_abc_takes_sums_wherever_they_lie(hand_over, receipts):
    wanted = sum_spending(receipts.tail(20_000), as_of="2025-11-30", days=90, resource="margin_cny")
    found = sum_spending(hand_over(receipts.tail(20_000)), as_of="2025-11-30", days=90, resource="margin_cny")
    assert_same(found, wanted)
    assert_same(assign_abc_by_customers(hand_over(wanted.reset_index())), assign_abc_by_customers(wanted))


def test_members_are_followed_to_the_same_day(hand_over, receipts, lives):
    found = follow_members_to_silence(load_members(), hand_over(receipts), as_of=DAY)
    assert_same(found, lives.drop(columns="half"))


def test_survival_and_retention_by_cohort_come_from_counts_alone(hand_over, lives):
    held = hand_over(lives)
    assert_same(estimate_survival(held), estimate_survival(lives))
    assert_same(estimate_survival(held, by="half"), estimate_survival(lives, by="half"))
    assert_same(measure_retention_by_tenure(held), measure_retention_by_tenure(lives))


def test_customers_without_a_group_or_twice_are_refused_in_the_same_words(hand_over, lives):
    nameless = lives.assign(half=lives["half"].where(lives.index > 3))
    twice = pd.concat([lives, lives.head(2)])
    for bad, by in ((nameless, "half"), (twice, None)):
        words = []
        for frame in (bad, hand_over(bad)):
            with pytest.raises(ValueError) as caught:
                estimate_survival(frame, by=by)
            words.append(str(caught.value).split("First rows")[0])
        assert words[0] == words[1]


def test_shares_of_customers_are_the_same(hand_over):
    panel = load_panel()
    panel["chain"] = panel["chain"].astype(str)
    assert_same(decompose_market_share(hand_over(panel), draws=20), decompose_market_share(panel, draws=20))


def bought_at(moments, amounts, customers=7):
    """Receipts at these moments."""
    times = pd.to_datetime(pd.Series(moments)).astype("datetime64[us]")
    return pd.DataFrame({"customer_id": customers, "purchased_at": times, "amount_cny": amounts})


@pytest.mark.parametrize("engine", ["pandas", *HAND_OVER])
def test_the_day_of_the_summary_is_inside_to_its_last_moment_and_the_next_midnight_is_not(engine):
    give = HAND_OVER.get(engine, lambda frame: frame)
    day, after = pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-11")
    inside = bought_at([day - TICK, day, after - TICK], [1.0, 10.0, 100.0])
    found = summarise_purchases(give(inside), as_of="2025-01-10")
    assert found[["purchases", "recency_days", "lifetime_days", "age_days"]].to_numpy().tolist() == [
        [2, 0, 1, 1]
    ]
    assert found["amount_cny"].tolist() == [111.0] and found["last_purchased_at"].tolist() == [after - TICK]
    with pytest.raises(ValueError, match="1 of 4 rows is wrong"):
        summarise_purchases(give(bought_at([day - TICK, day, after - TICK, after], 1.0)), as_of="2025-01-10")


@pytest.mark.parametrize("engine", ["pandas", *HAND_OVER])
def test_spending_counts_from_the_first_midnight_to_the_last_moment_of_its_days(engine):
    give = HAND_OVER.get(engine, lambda frame: frame)
    first, after = pd.Timestamp("2025-01-09"), pd.Timestamp("2025-01-11")  # two days, with the 10th
    rows = bought_at([first - TICK, first, after - TICK, after], [1.0, 10.0, 100.0, 1000.0])
    assert sum_spending(give(rows), as_of="2025-01-10", days=2).to_dict() == {7: 110.0}
    nobody = give(rows.iloc[[0, 3]])
    with pytest.raises(ValueError, match="no customer bought in the 2 days from 2025-01-09 on"):
        sum_spending(nobody, as_of="2025-01-10", days=2)


@pytest.mark.parametrize("engine", ["pandas", *HAND_OVER])
def test_silence_begins_at_a_midnight_and_the_day_itself_is_no_longer_looked_at(engine):
    give = HAND_OVER.get(engine, lambda frame: frame)
    day, horizon = pd.Timestamp("2026-01-11"), pd.Timestamp("2026-01-01")  # ten days of silence
    joined = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5], "joined_on": pd.Timestamp("2025-12-01")})
    late = pd.DataFrame({"customer_id": [8, 9], "joined_on": [horizon - pd.Timedelta(days=1), horizon]})
    moments = [horizon - TICK, horizon, day - TICK, day, pd.Timestamp("2025-12-01")]
    receipts = bought_at(moments, 1.0, customers=[1, 2, 3, 4, 5])
    found = follow_members_to_silence(
        pd.concat([joined, late]), give(receipts), as_of=day, silence_days=10
    ).set_index("customer_id")
    # 1 bought last in the moment before the silence; 2 and 3 in its first and last moment; 4 only after it
    assert found["left"].to_dict() == {1: True, 2: False, 3: False, 4: True, 5: True, 8: True}
    assert found["days"].to_dict() == {1: 30, 2: 31, 3: 31, 4: 0, 5: 0, 8: 0}
