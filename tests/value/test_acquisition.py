"""Payback month by month and the split of a budget, by hand and by brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from crmlib.value.acquisition import Base, measure_equity, measure_payback
from tests.value.calls import BASE, FRAMES


def test_months_end_after_their_last_day():
    members = pd.DataFrame(
        {"customer_id": [1, 2], "joined_on": pd.Timestamp("2024-01-01"), "fee_cny": [20.0, 0.0]}
    )
    # the first month holds days 0 to 30, the second 31 to 60
    days = ["2024-01-01", "2024-01-31", "2024-02-01", "2024-03-01", "2024-03-02"]
    receipts = pd.DataFrame(
        {"customer_id": [1] * 5, "purchased_at": pd.to_datetime(days), "margin_cny": [2.0, 4, 8, 16, 32]}
    )
    found = measure_payback(members, receipts, months=2)
    assert found["margin_cny"].tolist() == [(20 + 2 + 4) / 2, (20 + 2 + 4 + 8 + 16) / 2]
    assert found["n"].tolist() == [2, 2] and (found["low"] < found["margin_cny"]).all()


def test_the_interval_is_student_s_over_members():
    found = measure_payback(FRAMES["members"], FRAMES["receipts"], months=6).iloc[-1]
    bought = FRAMES["receipts"].astype({"customer_id": "int64"}).merge(FRAMES["members"], on="customer_id")
    after = (bought["purchased_at"].dt.normalize() - bought["joined_on"]).dt.days
    last = FRAMES["receipts"]["purchased_at"].max().normalize() - pd.Timedelta(days=182)
    early = FRAMES["members"].loc[FRAMES["members"]["joined_on"] <= last, "customer_id"]
    sums = (
        bought[after < 182.625].groupby("customer_id")["margin_cny"].sum().reindex(early, fill_value=0) + 20
    )
    assert found["margin_cny"] == pytest.approx(sums.mean()) and found["n"] == len(early)
    from scipy.stats import t

    half = t.ppf(0.975, len(sums) - 1) * sums.std() / np.sqrt(len(sums))
    assert found["high"] - found["margin_cny"] == pytest.approx(half)


def test_too_short_a_time_is_refused():
    with pytest.raises(ValueError, match="members: 0 joined 30 months before"):
        measure_payback(FRAMES["members"], FRAMES["receipts"], months=30)


def test_the_first_yuan_buys_at_the_first_price_and_the_last_buys_nothing():
    little = measure_equity(BASE, winning_cny=0.15, keeping_cny=0.12)
    assert (little["new"], little["kept"]) == pytest.approx((0.001, 0.001), rel=1e-3)
    much = measure_equity(BASE, winning_cny=1e9, keeping_cny=1e9)
    assert (much["new"], much["kept"]) == pytest.approx((300, 200))


def test_equity_is_customers_times_value_less_the_budget():
    found = measure_equity(BASE, winning_cny=45_000, keeping_cny=0)
    new = 300 * (1 - np.exp(-1))
    assert found["equity_cny"] == pytest.approx((700 + new) * 100 * (1 + 0.7 / 0.4) - 45_000)


def test_the_best_split_has_equal_last_yuan_on_both_sides():
    def fall(part):
        return -measure_equity(BASE, winning_cny=50_000 * part, keeping_cny=50_000 * (1 - part))["equity_cny"]

    best = minimize_scalar(fall, bounds=(0, 1), method="bounded").x
    step = 1.0
    ends = [
        measure_equity(BASE, winning_cny=50_000 * best + one, keeping_cny=50_000 * (1 - best) + other)[
            "equity_cny"
        ]
        for one, other in ((step, 0.0), (0.0, step))
    ]
    assert ends[0] == pytest.approx(ends[1], abs=0.01)


def test_more_cannot_be_kept_than_leave():
    with pytest.raises(ValueError, match=r"most_kept is 301, but only 300 customers leave"):
        Base(1000, 100.0, 0.7, 0.1, 150.0, 120.0, 300, 301)
    with pytest.raises(ValueError, match="Base: new_cost_cny is 0"):
        Base(1000, 100.0, 0.7, 0.1, 0, 120.0, 300, 200)
