"""Purchase summaries and RFM scores: the course's definitions, laws, and what bad input is told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.grouping import DAY, group_receipts
from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from crmlib.customers.summary import describe_summary, summarise_purchases
from crmlib.tables.errors import TableError

AS_OF = "2025-06-30"


def make_receipts(rows: list[tuple[int | None, str, float]]) -> pd.DataFrame:
    """Receipts from (customer, day and hour, yuan)."""
    customers, times, amounts = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "receipt_id": range(1, len(rows) + 1),
            "customer_id": pd.array(customers, dtype="Int64"),
            "purchased_at": pd.to_datetime(list(times), format="ISO8601"),
            "amount_cny": list(amounts),
        }
    )


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


def test_microseconds_and_ids_too_large_for_one_number_are_sorted_the_slow_way():
    ids = np.arange(200_000, dtype=np.int64)[::-1].copy()
    times = np.full(len(ids), 1) + np.arange(len(ids)) * 47 * DAY // 1000 + 3
    found = group_receipts(ids.copy(), times, np.ones(len(ids)))
    order = np.argsort(ids)
    np.testing.assert_array_equal(found.ids, ids[order])
    np.testing.assert_array_equal(found.first, times[order])
    np.testing.assert_array_equal(found.last, times[order])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_time_does_not_matter(unit):
    receipts = GOOD.astype({"purchased_at": f"datetime64[{unit}]"})
    expected = summarise_purchases(GOOD, as_of=AS_OF)
    pd.testing.assert_frame_equal(summarise_purchases(receipts, as_of=AS_OF), expected)


def test_ids_that_were_read_as_decimals_are_taken_as_numbers():
    receipts = GOOD.astype({"customer_id": "float64"})
    assert summarise_purchases(receipts, as_of=AS_OF).index.tolist() == [7, 8]


def spoil(**columns) -> pd.DataFrame:
    """The good receipts with some columns replaced."""
    return GOOD.assign(**columns)


BAD = {
    "missing column": (GOOD.drop(columns="amount_cny"), "receipts: missing columns: amount_cny"),
    "misspelt column": (
        GOOD.rename(columns={"amount_cny": "amount_cyn"}),
        "'amount_cyn' looks like 'amount_cny'",
    ),
    "column twice": (
        pd.concat([GOOD, GOOD[["amount_cny"]]], axis=1),
        r"receipts: columns \['amount_cny'\] occur more than once",
    ),
    "missing amount": (
        spoil(amount_cny=[30.0, None, 99.0, 20.0, 50.0]),
        "receipts.amount_cny: 1 of 5 rows is wrong(.|\n)*receipt_id 2(.|\n)*missing values",
    ),
    "infinite amount": (
        spoil(amount_cny=[30.0, np.inf, 99.0, 20.0, 50.0]),
        "receipts.amount_cny: 1 of 5(.|\n)*receipt_id 2(.|\n)*infinite",
    ),
    "negative amount": (
        spoil(amount_cny=[30.0, 10.0, -99.0, 20.0, 50.0]),
        "receipts.amount_cny: 1 of 5(.|\n)*receipt_id 3(.|\n)*returned goods belong in the table returns",
    ),
    "text in an amount": (
        spoil(amount_cny=["30", "10 yuan", "99", "20", "50"]),
        "receipts.amount_cny: 5 of 5(.|\n)*parse_numbers",
    ),
    "date as text": (
        spoil(purchased_at=GOOD["purchased_at"].dt.strftime("%d/%m/%Y")),
        "receipts.purchased_at: 5 of 5(.|\n)*text without a stated format(.|\n)*parse_dates",
    ),
    "missing date": (
        spoil(purchased_at=GOOD["purchased_at"].where(GOOD.index != 3)),
        "receipts.purchased_at: 1 of 5(.|\n)*receipt_id 4",
    ),
    "time zone": (
        spoil(purchased_at=GOOD["purchased_at"].dt.tz_localize("Asia/Shanghai")),
        "receipts.purchased_at: 5 of 5(.|\n)*without a time zone",
    ),
    "fraction as id": (
        spoil(customer_id=[7.5, 7.0, np.nan, 8.0, 7.0]),
        "receipts.customer_id: 1 of 5(.|\n)*receipt_id 1(.|\n)*fractions: 7.5",
    ),
    "text as id": (
        spoil(customer_id=["seven", "7", None, "8", "7"]),
        "receipts.customer_id: 4 of 5(.|\n)*text",
    ),
    "receipt twice": (
        spoil(receipt_id=[1, 2, 3, 4, 4]),
        "receipts.receipt_id: 2 of 5(.|\n)*receipt_id 4, 4(.|\n)*drop_duplicates",
    ),
    "empty": (GOOD.head(0), "receipts: the table has 0 rows, expected at least 1"),
    "no customers": (
        spoil(customer_id=pd.array([None] * 5, dtype="Int64")),
        "receipts.customer_id: missing in all 5 rows(.|\n)*Repair",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_receipts_are_refused_with_place_and_repair(case):
    frame, message = BAD[case]
    with pytest.raises(TableError, match=message):
        summarise_purchases(frame, as_of=AS_OF)


def test_receipts_after_the_day_are_refused_with_the_cut_that_repairs_it():
    with pytest.raises(TableError, match=r"receipts.purchased_at: 1 of 5") as caught:
        summarise_purchases(GOOD, as_of="2025-02-01")
    message = str(caught.value)
    assert "receipt_id 4" in message and "up to 2025-03-01 12:00:00" in message
    assert 'receipts[receipts["purchased_at"] < "2025-02-02"]' in message
    cut = GOOD[GOOD["purchased_at"] < "2025-02-02"]
    assert summarise_purchases(cut, as_of="2025-02-01").index.tolist() == [7]


def test_late_receipts_without_ids_are_named_by_their_index():
    with pytest.raises(TableError, match="receipt_id 3"):
        summarise_purchases(GOOD.drop(columns="receipt_id"), as_of="2025-02-01")


@pytest.mark.parametrize("as_of", ["30/06/2025", 20250630, None])
def test_a_day_that_is_no_day_is_not_guessed(as_of):
    with pytest.raises(ValueError, match="as_of: expected a date written year-month-day"):
        summarise_purchases(GOOD, as_of=as_of)


def test_something_that_is_no_table_is_refused():
    with pytest.raises(TypeError, match="receipts: expected a pandas DataFrame, found list"):
        summarise_purchases([], as_of=AS_OF)


def test_ids_far_apart_and_out_of_order_may_not_repeat_either():
    frame = spoil(receipt_id=[10**12, 5, 3, 4, 5])
    with pytest.raises(TableError, match=r"receipts.receipt_id: 2 of 5"):
        summarise_purchases(frame, as_of=AS_OF)
    assert len(summarise_purchases(spoil(receipt_id=[10**12, 5, 3, 4, 6]), as_of=AS_OF)) == 2


def test_the_sentence_says_what_was_merged_and_left_out():
    text = describe_summary(summarise_purchases(GOOD, as_of=AS_OF))
    assert "3 purchases on 4 receipts, 1 merged" in text and "1 receipt without a customer" in text


def test_a_summary_that_was_filtered_cannot_be_described():
    with pytest.raises(ValueError, match="not the direct result of summarise_purchases"):
        describe_summary(summarise_purchases(GOOD, as_of=AS_OF).head(1))


def make_summary(recency, purchases, amount) -> pd.DataFrame:
    """A summary of customers 1, 2, …."""
    columns = {"recency_days": recency, "purchases": purchases, "amount_cny": np.array(amount, dtype=float)}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, len(recency) + 1, name="customer_id"))


def test_rfm_gives_five_to_the_latest_buyer():
    scores = score_rfm(make_summary([30, 3, 300, 90, 10], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    assert scores["recency_score"].tolist() == [3, 5, 1, 2, 4]


def test_rfm_without_ties_makes_equal_groups():
    n = np.arange(1, 101)
    scores = score_rfm(make_summary(n, n, n))
    assert scores["frequency_score"].value_counts().tolist() == [20] * 5
    assert scores.loc[1, "rfm"] == "511" and scores.loc[100, "rfm"] == "155"


def test_a_single_customer_gets_the_best_scores():
    assert score_rfm(make_summary([5], [1], [9]))["rfm"].tolist() == ["555"]


def test_ten_bins_are_written_apart():
    scores = score_rfm(make_summary([5, 1], [1, 2], [9, 10]), bins=10)
    assert scores["rfm"].tolist() == ["5-5-5", "10-10-10"]


summaries = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(0, 8)), min_size=1, max_size=30
).map(lambda rows: make_summary(*zip(*rows, strict=True)))


@settings(max_examples=30, deadline=None)
@given(summary=summaries, bins=st.integers(2, 9), seed=st.integers(0, 3))
def test_scores_follow_the_values_and_not_the_order_of_rows(summary, bins, seed):
    scores = score_rfm(summary, bins=bins)
    for column, score, sign in (
        ("recency_days", "recency_score", -1),
        ("purchases", "frequency_score", 1),
        ("amount_cny", "monetary_score", 1),
    ):
        assert scores[score].between(1, bins).all()
        ordered = pd.DataFrame({"value": sign * summary[column], "score": scores[score]}).sort_values("value")
        assert ordered["score"].is_monotonic_increasing
        assert (ordered.groupby("value")["score"].nunique() == 1).all()
    shuffled = score_rfm(summary.sample(frac=1, random_state=seed), bins=bins)
    pd.testing.assert_frame_equal(shuffled.sort_index(), scores)


@pytest.mark.parametrize("bins", [1, 101, 5.0, True, "5"])
def test_bins_that_are_no_whole_number_from_two_on_are_refused(bins):
    with pytest.raises(ValueError, match=r"bins is .* expected a whole number from 2 to 100"):
        score_rfm(make_summary([1, 2], [1, 2], [1, 2]), bins=bins)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            make_summary([1, 2], [1, 2], [1, 2]).drop(columns="purchases"),
            "summary: missing columns: purchases",
        ),
        (make_summary([1, -2], [1, 2], [1, 2]), "summary.recency_days: 1 of 2"),
        (make_summary([1, 2], [1, 0], [1, 2]), "summary.purchases: 1 of 2"),
        (make_summary([1, 2], [1, 2], [1, np.nan]), "summary.amount_cny: 1 of 2"),
        (make_summary([1, 2], [1, 2], [1, np.inf]), "summary.amount_cny: 1 of 2"),
        (make_summary([1, 2], [1, 2], [1, 2]).head(0), "summary: the table has 0 rows"),
        (make_summary([1, 2], [1, 2], [1, 2]).set_axis([7, 7]), "summary.customer_id: 2 of 2"),
    ],
)
def test_a_bad_summary_is_refused(frame, message):
    with pytest.raises(TableError, match=message):
        score_rfm(frame)


def test_a_summary_that_is_no_table_is_refused():
    with pytest.raises(TypeError, match="summary: expected a pandas DataFrame, found list"):
        score_rfm([1, 2])


SCORES = pd.DataFrame({"recency_score": [2, 2, 1], "frequency_score": [2, 1, 1]}, index=[11, 12, 13])


def test_a_pair_shows_the_mean_of_each_cell_and_how_many_stand_behind_it():
    table = tabulate_pair(SCORES, pd.Series([10.0, 20.0, 40.0], index=[11, 12, 13]), pair="RF")
    assert table.loc[2, 2] == 10 and table.loc[1, 1] == 40 and pd.isna(table.loc[1, 2])
    assert table.attrs["customers"] == [[1, 1], [0, 1]]


def test_a_pair_turned_round_is_the_table_turned_round():
    outcome = pd.Series([10.0, 20.0, 40.0], index=[11, 12, 13])
    turned = tabulate_pair(SCORES, outcome, pair="FR")
    pd.testing.assert_frame_equal(turned.T, tabulate_pair(SCORES, outcome, pair="RF"))


@pytest.mark.parametrize("pair", ["RR", "RX", "R", "", None, "RFM"])
def test_an_unknown_pair_is_refused(pair):
    with pytest.raises(ValueError, match="expected two different letters of R, F, M"):
        tabulate_pair(SCORES, pd.Series([1.0], index=[11]), pair=pair)


@pytest.mark.parametrize(
    ("outcome", "error", "message"),
    [
        (pd.Series(["a"], index=[11]), TypeError, "outcome: expected a column of numbers"),
        ([1, 2], TypeError, "outcome: expected a column of numbers .* found list"),
        (pd.Series([np.inf], index=[11]), ValueError, "outcome: 1 values are infinite"),
        (pd.Series([1.0, 2.0], index=[11, 11]), ValueError, r"customers occur twice \(first: 11\)"),
        (pd.Series([1.0], index=[99]), ValueError, "no customer has both scores and an outcome"),
    ],
)
def test_a_bad_outcome_is_refused(outcome, error, message):
    with pytest.raises(error, match=message):
        tabulate_pair(SCORES, outcome, pair="RF")


def test_a_pair_is_drawn_with_labels_and_leaves_thin_cells_empty():
    scores = pd.DataFrame({"recency_score": [1, 2] * 12, "frequency_score": [1] * 23 + [2]})
    table = tabulate_pair(scores, pd.Series(np.ones(24)), pair="RF")
    ax = plot_pair(table, label="came back", share=True)
    assert ax.get_xlabel() == "frequency score (best first)" and "100 %" in [
        text.get_text() for text in ax.texts
    ]
    assert len(ax.texts) == 2
