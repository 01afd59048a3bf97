"""Forecasts held against what came and against the truth: days, groups and discounts by hand."""

import numpy as np
import pandas as pd
import pytest

from crmlib.customers.summary import summarise_purchases
from crmlib.tables.errors import TableError
from crmlib.value.holdout import (
    compare_value_with_truth,
    follow_forecasts,
    forecast_value,
    measure_deciles,
    plot_deciles,
)
from tests.pictures import describe_figure, lines_of
from tests.value.calls import BUYING, FRAMES, SPENDING, SPLIT

MODELS = {"buying": BUYING, "spending": SPENDING, "margin_share": 0.3}


def make(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny", "margin_cny"])
    return table.assign(purchased_at=pd.to_datetime(table["purchased_at"], format="ISO8601"))


def test_what_came_is_counted_from_the_day_after_to_the_last_day():
    bought = make([
        (1, "2025-01-01", 50.0, 10.0), (1, "2025-06-30 23:59", 50.0, 10.0),  # the past
        (1, "2025-07-01 00:00", 50.0, 4.0),
        (1, "2025-07-01 18:00", 50.0, 3.0), (1, "2025-07-30 23:00", 50.0, 2.0),
        (1, "2025-07-31", 50.0, 1.0), (2, "2025-07-05", 50.0, 9.0), (3, "2025-02-01", 50.0, 9.0),
    ])  # fmt: skip
    found = follow_forecasts(bought, **MODELS, as_of="2025-06-30", days=30)
    assert found.index.tolist() == [1, 3]
    assert found["purchases_next"].tolist() == [2, 0] and found["margin_next_cny"].tolist() == [9, 0]


def test_a_period_that_the_receipts_do_not_reach_is_refused():
    with pytest.raises(TableError, match="receipts end on 2025-12-31"):
        follow_forecasts(FRAMES["receipts"], **MODELS, as_of=SPLIT, days=250)


def test_without_discount_the_value_is_purchases_times_margin():
    summary = FRAMES["summary"]
    value = forecast_value(summary, **MODELS, days=200, discount_share=0.0)
    expected = BUYING.predict_purchases(summary, days=200) * SPENDING.predict_amount(summary) * 0.3
    assert value.to_numpy() == pytest.approx(expected.to_numpy())


def test_later_quarters_are_worth_less():
    summary = FRAMES["summary"]
    first = BUYING.predict_purchases(summary, days=91)
    rest = BUYING.predict_purchases(summary, days=120) - first
    discounted = first / 1.21 ** (45.5 / 365.25) + rest / 1.21 ** (105.5 / 365.25)
    value = forecast_value(summary, **MODELS, days=120, discount_share=0.21)
    expected = discounted * SPENDING.predict_amount(summary) * 0.3
    assert value.to_numpy() == pytest.approx(expected.to_numpy())


def test_groups_hold_equally_many_and_their_means():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"expected_purchases": rng.random(23), "purchases_next": rng.poisson(2, 23)})
    table = table.rename_axis("customer_id")
    found = measure_deciles(table, groups=5)
    assert sorted(found["n"]) == [4, 4, 5, 5, 5] and found["forecast"].is_monotonic_increasing
    assert (found["n"] * found["actual"]).sum() == pytest.approx(table["purchases_next"].sum())
    with pytest.raises(ValueError, match="23 customers for 12 groups"):
        measure_deciles(table, groups=12)


def test_the_early_forecast_adds_what_came_and_what_is_expected():
    bought = make([(1, "2025-01-01", 50.0, 10.0), (1, "2025-01-31", 70.0, 12.0), (9, "2025-01-01", 5.0, 1.0),
                   (1, "2025-02-01 00:00", 500.0, 100.0)])  # fmt: skip
    truth = pd.DataFrame({"customer_id": [1], "expected_value_cny": [300.0]})
    found = compare_value_with_truth(bought, truth, **MODELS, as_of="2025-01-31")
    for share in (0, 1):
        compare_value_with_truth(bought, truth, **MODELS | {"margin_share": share}, as_of="2025-01-31")
    for share in (-0.01, 1.01):
        with pytest.raises(ValueError, match=f"margin_share is {share}, expected a share from 0 to 1"):
            compare_value_with_truth(bought, truth, **MODELS | {"margin_share": share}, as_of="2025-01-31")
    assert found.index.tolist() == [1] and found.loc[1, "true_cny"] == 300
    assert found.loc[1, "naive_cny"] == pytest.approx(22 / 31 * 1096)
    summary = pd.DataFrame(
        {
            "repeat_purchases": [1],
            "lifetime_days": 30,
            "age_days": 30,
            "purchases": 2,
            "mean_amount_cny": 60.0,
        }
    )
    rest = BUYING.predict_purchases(summary, days=1065) * SPENDING.predict_amount(summary) * 0.3
    assert found.loc[1, "forecast_cny"] == pytest.approx(22 + rest[0])


def test_an_early_forecast_after_the_end_is_refused():
    bought = make([(1, "2025-01-01", 50.0, 10.0)])
    truth = pd.DataFrame({"customer_id": [1], "expected_value_cny": [300.0]})
    compare_value_with_truth(bought, truth, **MODELS, as_of="2027-12-31")  # day 1,095 of 1,096
    with pytest.raises(ValueError, match="the 1096 days of somebody are over"):
        compare_value_with_truth(bought, truth, **MODELS, as_of="2028-01-01")


def test_forecast_and_fact_of_each_group_are_drawn_with_the_interval_of_the_fact():
    deciles = pd.DataFrame(
        {"group": [1, 2], "n": 5, "forecast": [1200.0, 3000], "actual": [1000.0, 2500], "low": [900.0, 2000],
         "high": [1300.0, 4000]}
    )  # fmt: skip
    ax = plot_deciles(deciles, label="margin (yuan)", fact="came")
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: Last group: forecast 3,000, came 2,500
        x: customers in equal groups, lowest forecast first
        x ticks at 1, 2: 1 | 2
        y: margin (yuan)
        legend: forecast | came
        intervals 'came' black: (1, 900) to (1, 1300), (2, 2000) to (2, 4000)
        line 'forecast' blue s-: (1, 1200) (2, 3000)
        line black o: (1, 1000) (2, 2500)
    """)
    assert ax.yaxis.get_major_formatter()(1000) == "1,000"
    assert plot_deciles(deciles, label="x").get_title().endswith("what happened 2,500")


def test_a_group_has_student_s_interval_and_equal_forecasts_go_by_number():
    table = pd.DataFrame({"expected_purchases": 1.0, "purchases_next": [7, 1, 3, 5]}, index=[4, 1, 2, 3])
    found = measure_deciles(table.rename_axis("customer_id"), groups=2)
    half = 12.706 * np.std([1, 3], ddof=1) / np.sqrt(2)
    assert found.columns.tolist() == ["group", "n", "forecast", "actual", "low", "high"]
    assert found.loc[0].tolist() == pytest.approx([1, 2, 1, 2, 2 - half, 2 + half], abs=1e-3)
    assert found.loc[1, ["group", "actual"]].tolist() == [2, 6]


def test_the_last_day_of_a_quarter_still_belongs_to_it():
    summary = FRAMES["summary"]
    quarter = BUYING.predict_purchases(summary, days=91) / 1.21 ** (45.5 / 365.25)
    value = forecast_value(summary, **MODELS, days=91, discount_share=0.21)
    assert value.to_numpy() == pytest.approx((quarter * SPENDING.predict_amount(summary) * 0.3).to_numpy())
    assert value.name == "expected_margin_cny" and value.index.equals(summary.index)


def test_the_followed_table_holds_the_forecasts_of_the_past_alone():
    bought = make([(1, "2025-01-01", 50.0, 10.0), (1, "2025-03-01", 70.0, 12.0), (2, "2025-03-02", 60.0, 9.0),
                   (1, "2025-05-30", 1.0, 1.0)])  # fmt: skip
    found = follow_forecasts(bought, **MODELS, as_of="2025-04-30", days=30)
    summary = summarise_purchases(bought.head(3), as_of="2025-04-30")
    assert found.columns.tolist() == [
        "alive", "expected_purchases", "expected_margin_cny", "purchases_next", "margin_next_cny",
    ]  # fmt: skip
    assert found["alive"].equals(BUYING.predict_alive(summary))
    purchases = BUYING.predict_purchases(summary, days=30)
    assert found["expected_purchases"].equals(purchases)
    margin = purchases * SPENDING.predict_amount(summary) * 0.3
    assert found["expected_margin_cny"].tolist() == pytest.approx(margin.tolist())


def test_equal_forecasts_are_put_into_groups_by_the_number_of_the_customer():
    table = pd.DataFrame({"expected_purchases": [1.0, 2.0] * 20, "purchases_next": range(40)})
    found = measure_deciles(table.rename_axis("customer_id").sample(frac=1, random_state=1), groups=4)
    # 20 even numbers with the lower forecast, ten in each group: 0 to 18 and 20 to 38; then the odd ones
    assert found["actual"].tolist() == [9, 29, 10, 30]
