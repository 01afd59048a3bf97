"""The need survey form, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.prospects.need_survey import measure_need_ratios
from tests.prospects.calls import FRAMES

MONTHS = FRAMES["months"]


def test_averages_take_the_last_three_months_and_turnover_the_last_one():
    """Mill: receivables 100/400, 100/500, 200/400; profit 10 %, 10 %, 5 %; November: 12 × 100 / 200."""
    mill = measure_need_ratios(MONTHS).set_index("prospect").loc["mill"]
    assert mill["receivables_share"] == pytest.approx((0.25 + 0.2 + 0.5) / 3)
    assert mill["inventory_share"] == pytest.approx((0.5 + 0.4 + 0.25) / 3)
    assert mill["profit_rate"] == pytest.approx((0.1 + 0.1 + 0.05) / 3)
    assert mill["receivables_turnover"] == 6.0
    assert mill["inventory_turnover"] == pytest.approx(12 * 80 / 100)


def test_the_year_end_is_the_december_before_and_missing_where_there_is_none():
    found = measure_need_ratios(MONTHS).set_index("prospect")
    assert found.loc["mill", "receivables_turnover_year_end"] == 12 * 100 / 200
    assert found["inventory_turnover_year_end"].isna().tolist() == [False, True]
    assert found["months"].tolist() == [3, 2]


def test_a_december_of_the_same_year_is_no_year_end():
    book = MONTHS.head(1).assign(month=pd.to_datetime(["2025-12-31"]))
    assert measure_need_ratios(book)["receivables_turnover_year_end"].isna().all()


def test_a_loss_is_a_negative_rate():
    yard = measure_need_ratios(MONTHS, months=2).set_index("prospect").loc["yard"]
    assert yard["profit_rate"] == pytest.approx((-0.05 + 0.1) / 2)


def test_a_month_that_stands_twice_is_named():
    book = pd.concat([MONTHS, MONTHS.tail(1).assign(month=pd.to_datetime(["2025-11-02"]))], ignore_index=True)
    with pytest.raises(
        ValueError, match=r"2 of 7 rows stand for the same prospect and month \(yard, 2025-11\)"
    ):
        measure_need_ratios(book)


def test_current_assets_hold_bills_and_stock():
    """The first row of the mill: 200 + 100 of 400."""
    limit = MONTHS.assign(current_assets_cny=[300.0, *MONTHS["current_assets_cny"].iloc[1:]])
    measure_need_ratios(limit)
    with pytest.raises(ValueError, match=r"in 1 of 6 rows receivables and inventory exceed.*mill, 2024-12"):
        measure_need_ratios(limit.assign(inventory_cny=[101.0, *MONTHS["inventory_cny"].iloc[1:]]))


def test_the_whole_row_of_a_prospect_with_two_months():
    found = measure_need_ratios(MONTHS)
    names = "prospect months receivables_share inventory_share profit_rate receivables_turnover"
    assert found.columns.tolist() == [
        *names.split(), "inventory_turnover", "receivables_turnover_year_end", "inventory_turnover_year_end",
    ]  # fmt: skip
    assert found["prospect"].tolist() == ["mill", "yard"]
    one = measure_need_ratios(MONTHS, months=1).set_index("prospect")
    assert one["months"].tolist() == [1, 1]
    assert one.loc["mill", ["receivables_share", "inventory_share", "profit_rate"]].tolist() == [
        0.5,
        0.25,
        0.05,
    ]
