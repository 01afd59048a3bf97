"""When a customer is due and when she came: the course's rule by hand, and a world in which it is right."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.lifecycle.next_purchase import (
    compare_due_with_actual,
    expect_next_purchase,
    plot_due_against_actual,
)
from tests.lifecycle.calls import FRAMES

SUMMARY = pd.DataFrame(
    {"repeat_purchases": [3, 1, 0], "lifetime_days": [120, 20, 0], "recency_days": [30, 50, 5]},
    index=pd.Index([11, 12, 13], name="customer_id"),
)
BOUGHT = pd.DataFrame(
    {
        "customer_id": pd.array([11, 11, 12, None, 12], dtype="Int64"),
        "purchased_at": pd.to_datetime(
            ["2025-01-20", "2025-01-09 18:00", "2025-01-31", "2025-01-02", "2024-12-31 23:00"],
            format="ISO8601",
        ),
    }
)


def test_the_customer_of_the_chapter_is_due_in_ten_days():
    due = expect_next_purchase(SUMMARY)
    assert due.loc[11, ["gap_days", "due_in_days", "waited_gaps"]].tolist() == [40, 10, 0.75]


def test_who_waited_longer_than_the_own_gap_is_overdue():
    assert expect_next_purchase(SUMMARY).loc[12, "due_in_days"] == -30


def test_a_single_purchase_has_no_rhythm():
    assert 13 not in expect_next_purchase(SUMMARY).index
    assert expect_next_purchase(SUMMARY, least_repeats=2).index.tolist() == [11]
    with pytest.raises(ValueError, match="expect_next_purchase: no customer has 9 repeat purchases"):
        expect_next_purchase(SUMMARY, least_repeats=9)


def compare(bought: pd.DataFrame = BOUGHT, *, until: str = "2025-12-31") -> pd.DataFrame:
    """Due and actual days from the last evening of 2024, by waited time."""
    due = expect_next_purchase(SUMMARY)
    return compare_due_with_actual(due, bought, as_of="2024-12-31", until=until).set_index("waited_gaps")


def test_due_and_true_days_are_compared_by_the_time_already_waited():
    table = compare()
    # 11 waited three quarters of a gap, was due in 10 days and came after 9; 12 came after 31, her gap is 20
    assert table.loc["to ¾", ["n", "due_in_days", "days_until_next", "came_share"]].tolist() == [1, 10, 9, 1]
    assert table.loc["to 3", ["n", "due_in_days", "days_until_next", "came_share"]].tolist() == [
        1,
        -30,
        31,
        0,
    ]


@pytest.mark.parametrize(("until", "came"), [("2025-01-30", None), ("2025-01-31", 31)])
def test_the_last_day_that_is_looked_at_counts(until, came):
    found = compare(until=until).loc["to 3", "days_until_next"]
    assert found == came if came else pd.isna(found)


@pytest.mark.parametrize(("day", "share"), [("2025-01-20", 1), ("2025-01-21", 0)])
def test_who_comes_after_exactly_one_gap_has_come_in_time(day, share):
    # customer 12 buys every twenty days
    bought = BOUGHT.tail(1).assign(purchased_at=pd.Timestamp(day))
    assert compare(bought).loc["to 3", "came_share"] == share


def test_receipts_after_the_last_day_change_nothing():
    late = BOUGHT.head(1).assign(customer_id=12, purchased_at=pd.Timestamp("2026-05-05"))
    one, other = compare(until="2025-01-30"), compare(pd.concat([BOUGHT, late]), until="2025-01-30")
    pd.testing.assert_frame_equal(one, other)


def test_the_end_must_lie_after_the_beginning():
    with pytest.raises(ValueError, match="until, 2024-12-31, is not after as_of, 2024-12-31"):
        compare(until="2024-12-31")


def test_a_table_that_ends_too_early_does_not_make_customers_silent():
    with pytest.raises(
        ValueError, match="no receipt of a customer after 2024-12-31, so the table cannot tell"
    ):
        compare(BOUGHT.tail(1))


@pytest.mark.parametrize(
    ("waited", "band"),
    [(10, "to ¼"), (11, "to ½"), (40, "to 1"), (41, "to 1½"), (120, "to 3"), (121, "to 5"), (201, "over 5")],
)
def test_a_band_of_waited_time_ends_with_its_last_day(waited, band):
    summary = SUMMARY.head(1).assign(recency_days=waited)
    table = compare_due_with_actual(
        expect_next_purchase(summary), BOUGHT, as_of="2024-12-31", until="2025-12-31"
    )
    assert table["waited_gaps"].tolist() == [band]


def test_customers_who_keep_a_rhythm_come_when_they_are_due():
    ids, waited = range(100, 180), [5, 15, 25, 35] * 20
    due = pd.DataFrame(
        {
            "gap_days": 40.0,
            "due_in_days": [40.0 - one for one in waited],
            "waited_gaps": [one / 40 for one in waited],
        },
        index=ids,
    )
    came = pd.Timestamp("2024-12-31") + pd.to_timedelta([40 - one for one in waited], unit="D")
    bought = pd.DataFrame({"customer_id": ids, "purchased_at": came})
    table = compare_due_with_actual(due, bought, as_of="2024-12-31", until="2025-12-31")
    assert (table["due_in_days"] == table["days_until_next"]).all() and (table["came_share"] == 1).all()
    ax = plot_due_against_actual(table)
    due_line, came_line = ax.lines[:2]
    assert due_line.get_label() == "due, by rhythm (R + F)"
    assert due_line.get_ydata().tolist() == came_line.get_ydata().tolist() == [35, 25, 15, 5]


@pytest.mark.parametrize(("came", "low", "high"), [(5, None, None), (6, 1, 6), (8, 1, 8), (9, 2, 8)])
def test_limits_of_a_median_are_counted_in_from_both_ends(came, low, high):
    # 2 × 0.5⁵ = 6 % lie outside the first and last of five, 2 × 0.5⁶ = 3 % of six; 2 × 9 / 512 = 4 % outside
    # the second and eighth of nine
    due = pd.DataFrame({"gap_days": 40.0, "due_in_days": 10.0, "waited_gaps": 0.75}, index=range(came + 1))
    days = pd.Timestamp("2024-12-31") + pd.to_timedelta(range(came, 0, -1), unit="D")
    bought = pd.DataFrame({"customer_id": range(came), "purchased_at": days})
    row = compare_due_with_actual(due, bought, as_of="2024-12-31", until="2025-12-31").iloc[0]
    found = row[["next_low", "next_high"]]
    assert found.isna().all() if low is None else found.tolist() == [low, high]


def test_the_whiskers_end_at_the_limits_of_the_median():
    table = (
        FRAMES["compared"]
        .head(1)
        .assign(waited_gaps="to 1", n=20, days_until_next=21.0, next_low=18.0, next_high=25.0)
    )
    whiskers = plot_due_against_actual(table).containers[0].lines[2][0].get_segments()
    assert whiskers[0][:, 1].tolist() == [18, 25]


def test_thin_bands_and_those_who_waited_for_long_are_not_drawn():
    table = FRAMES["compared"].head(1)
    rows = [
        table.assign(waited_gaps=band, n=n)
        for band, n in (("to ¼", 20), ("to ½", 19), ("to 5", 90), ("over 5", 90))
    ]
    ax = plot_due_against_actual(pd.concat(rows, ignore_index=True))
    assert [text.get_text() for text in ax.get_xticklabels()] == ["to ¼"]
