"""Purchase summaries: the course's definitions by hand, and the fast way against the slow one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.summary import describe_summary, summarise_purchases
from tests.customers.calls import make_receipts

AS_OF = "2025-06-30"
GOOD = make_receipts(
    [
        (7, "2025-01-03 10:00", 30.0),
        (7, "2025-01-03 10:20", 10.0),
        (None, "2025-01-04 09:00", 99.0),
        (8, "2025-03-01 12:00", 20.0),
        (7, "2025-01-13 18:00", 50.0),
    ]
)


def count_slowly(receipts: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """The same summary, customer by customer and day by day, as one would do it on paper."""
    today, rows = pd.Timestamp(as_of), {}
    for customer in sorted(receipts["customer_id"].dropna().unique()):
        own = receipts[receipts["customer_id"] == customer]
        days = own["purchased_at"].dt.normalize()
        amount = round(own["amount_cny"].sum(), 2)
        rows[int(customer)] = {
            "first_purchased_at": own["purchased_at"].min(),
            "last_purchased_at": own["purchased_at"].max(),
            "purchases": days.nunique(),
            "repeat_purchases": days.nunique() - 1,
            "recency_days": (today - days.max()).days,
            "lifetime_days": (days.max() - days.min()).days,
            "age_days": (today - days.min()).days,
            "amount_cny": amount,
            "mean_amount_cny": amount / days.nunique(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("customer_id")


def test_two_receipts_of_one_day_are_one_purchase():
    summary = summarise_purchases(GOOD, as_of=AS_OF)
    assert summary.loc[7, "purchases"] == 2
    assert summary.attrs["merged"] == 1 and summary.attrs["without_customer"] == 1


def test_recency_and_lifetime_are_two_different_columns():
    summary = summarise_purchases(GOOD, as_of="2025-03-04")
    assert summary.loc[7, ["recency_days", "lifetime_days", "age_days"]].tolist() == [50, 10, 60]


def test_who_bought_once_has_no_lifetime_and_one_purchase():
    summary = summarise_purchases(GOOD.iloc[[3]], as_of="2025-03-01")
    row = summary.loc[8]
    assert row[["purchases", "repeat_purchases", "recency_days", "lifetime_days"]].tolist() == [1, 0, 0, 0]
    assert row["mean_amount_cny"] == 20.0


def test_a_midnight_separates_two_purchases():
    rows = [(1, "2025-01-01 23:59", 5.0), (1, "2025-01-02 00:00", 5.0)]
    assert summarise_purchases(make_receipts(rows), as_of=AS_OF).loc[1, "purchases"] == 2


def test_the_day_of_the_summary_itself_counts():
    assert summarise_purchases(GOOD, as_of="2025-03-01").loc[8, "recency_days"] == 0


def test_the_columns_are_always_the_same():
    expected = list(count_slowly(GOOD, AS_OF).columns)
    assert list(summarise_purchases(GOOD, as_of=AS_OF).columns) == expected
    assert list(summarise_purchases(GOOD.iloc[[3]], as_of=AS_OF).columns) == expected


def test_orders_of_business_customers_have_the_same_columns():
    orders = GOOD.dropna().rename(columns={"receipt_id": "order_id"}).astype({"customer_id": "int64"})
    assert summarise_purchases(orders, as_of=AS_OF).loc[7, "purchases"] == 2


receipts_of_a_few = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 6)),
        st.datetimes(pd.Timestamp("2024-01-01"), pd.Timestamp("2025-06-30 23:59")),
        st.integers(0, 100_000).map(lambda fen: fen / 100),
    ),
    min_size=1,
    max_size=25,
).filter(lambda rows: any(row[0] is not None for row in rows))


@settings(max_examples=30, deadline=None)
@given(rows=receipts_of_a_few, far=st.booleans(), seed=st.integers(0, 5))
def test_the_fast_summary_is_the_slow_one_whatever_the_order_of_rows(rows, far, seed):
    receipts = make_receipts([(customer, str(time), amount) for customer, time, amount in rows])
    if far:  # ids so far apart that they cannot be counted off
        receipts["customer_id"] = receipts["customer_id"] * 10**15
    untouched = receipts.copy()
    shuffled = receipts.sample(frac=1, random_state=seed)
    expected = count_slowly(receipts, AS_OF)
    for table in (receipts, shuffled):
        found = summarise_purchases(table, as_of=AS_OF)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, atol=1e-9, rtol=0)
        assert int(found["purchases"].sum()) + found.attrs["merged"] == found.attrs["receipts"]
    pd.testing.assert_frame_equal(receipts, untouched)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_time_does_not_matter(unit):
    receipts = GOOD.astype({"purchased_at": f"datetime64[{unit}]"})
    expected = summarise_purchases(GOOD, as_of=AS_OF)
    pd.testing.assert_frame_equal(summarise_purchases(receipts, as_of=AS_OF), expected)


def test_ids_that_were_read_as_decimals_are_taken_as_numbers():
    receipts = GOOD.astype({"customer_id": "float64"})
    assert summarise_purchases(receipts, as_of=AS_OF).index.tolist() == [7, 8]


def test_the_sentence_says_what_was_merged_and_left_out():
    text = describe_summary(summarise_purchases(GOOD, as_of=AS_OF))
    assert "3 purchases on 4 receipts, 1 merged" in text and "1 receipt without a customer" in text


def test_a_summary_that_was_filtered_cannot_be_described():
    with pytest.raises(ValueError, match="not the direct result of summarise_purchases"):
        describe_summary(summarise_purchases(GOOD, as_of=AS_OF).head(1))


def test_a_summary_without_two_receipts_a_day_merges_none():
    assert "on 2 receipts, none merged." in describe_summary(summarise_purchases(GOOD.tail(2), as_of=AS_OF))


def test_sums_are_rounded_to_the_cent():
    amounts = GOOD.assign(amount_cny=[1.001, 1.001, 5.0, 2.0, 1.001])
    assert summarise_purchases(amounts, as_of=AS_OF).loc[7, "amount_cny"] == 3.0


def test_a_day_that_is_no_date_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^as_of: expected a date"):
        summarise_purchases(GOOD, as_of="soon")
