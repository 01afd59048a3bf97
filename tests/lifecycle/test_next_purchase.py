"""When a customer is due and when she came: the course's rule by hand, and what is refused."""

import pandas as pd
import pytest

from crmlib.lifecycle.next_purchase import (
    compare_due_with_actual,
    expect_next_purchase,
    find_next_purchase,
    plot_due_against_actual,
)
from crmlib.tables.errors import TableError

SUMMARY = pd.DataFrame(
    {"repeat_purchases": [3, 1, 0], "lifetime_days": [120, 20, 0], "recency_days": [30, 50, 5]},
    index=pd.Index([11, 12, 13], name="customer_id"),
)


def test_the_customer_of_the_chapter_is_due_in_ten_days():
    due = expect_next_purchase(SUMMARY)
    assert due.loc[11, ["gap_days", "due_in_days", "waited_gaps"]].tolist() == [40, 10, 0.75]


def test_who_waited_longer_than_the_own_gap_is_overdue():
    assert expect_next_purchase(SUMMARY).loc[12, "due_in_days"] == -30


def test_a_single_purchase_has_no_rhythm():
    assert 13 not in expect_next_purchase(SUMMARY).index
    assert expect_next_purchase(SUMMARY, least_repeats=2).index.tolist() == [11]
    with pytest.raises(ValueError, match="no customer has 9 repeat purchases"):
        expect_next_purchase(SUMMARY, least_repeats=9)
    with pytest.raises(ValueError, match="least_repeats is 0, expected at least 1"):
        expect_next_purchase(SUMMARY, least_repeats=0)


@pytest.mark.parametrize("column", ["repeat_purchases", "lifetime_days", "recency_days"])
def test_a_bad_summary_is_refused(column):
    with pytest.raises(TableError, match=f"summary: missing columns: {column}"):
        expect_next_purchase(SUMMARY.drop(columns=column))
    with pytest.raises(TableError, match=f"summary.{column}: 1 of 3"):
        expect_next_purchase(SUMMARY.assign(**{column: [-1, 1, 1]}))


BOUGHT = pd.DataFrame(
    {
        "customer_id": pd.array([11, 11, 12, None, 12], dtype="Int64"),
        "purchased_at": pd.to_datetime(
            ["2025-01-20", "2025-01-09 18:00", "2025-01-31", "2025-01-02", "2024-12-31 23:00"],
            format="ISO8601",
        ),
    }
)


def test_the_first_purchase_after_the_day_counts():
    found = find_next_purchase(BOUGHT, as_of="2024-12-31", until="2025-01-30")
    assert found.to_dict() == {11: 9}
    assert find_next_purchase(BOUGHT, as_of="2024-12-31", until="2025-01-31").to_dict() == {11: 9, 12: 31}


def test_the_end_must_lie_after_the_beginning():
    with pytest.raises(ValueError, match="until, 2024-12-31, is not after as_of, 2024-12-31"):
        find_next_purchase(BOUGHT, as_of="2024-12-31", until="2024-12-31")
    with pytest.raises(TableError, match=r"receipts.purchased_at(.|\n)*without a stated format"):
        text = BOUGHT.assign(purchased_at=BOUGHT["purchased_at"].dt.strftime("%d.%m.%Y"))
        find_next_purchase(text, as_of="2024-12-31", until="2025-01-31")


def test_due_and_true_days_are_compared_by_the_time_already_waited():
    due = expect_next_purchase(SUMMARY)
    actual = find_next_purchase(BOUGHT, as_of="2024-12-31", until="2025-12-31")
    table = compare_due_with_actual(due, actual).set_index("waited_gaps")
    assert table.loc["to ¾", ["n", "due_in_days", "days_until_next", "came_share"]].tolist() == [1, 10, 9, 1]
    assert table.loc["to 3", ["n", "came_share"]].tolist() == [1, 0]
    with pytest.raises(ValueError, match="due: missing columns: gap_days"):
        compare_due_with_actual(due.drop(columns="gap_days"), actual)


def test_customers_who_keep_a_rhythm_come_when_they_are_due():
    index = pd.RangeIndex(100, 180)
    waited = pd.Series([5, 15, 25, 35] * 20, index=index)
    due = pd.DataFrame(
        {"gap_days": 40.0, "due_in_days": 40.0 - waited, "waited_gaps": waited / 40}, index=index
    )
    table = compare_due_with_actual(due, 40 - waited)
    assert (table["due_in_days"] == table["days_until_next"]).all() and (table["came_share"] == 1).all()
    ax = plot_due_against_actual(table)
    assert len(ax.lines) == 3 and "days from today" in ax.get_ylabel()
