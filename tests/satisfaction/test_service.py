"""Service that can be counted: queues (G-08, K-15, X-19), channels (G-02), solved complaints (H-09)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.satisfaction.service import (
    count_queue_breaches,
    fit_waiting_slope,
    measure_channels,
    measure_recovery,
    plot_waiting_against_satisfaction,
    relate_waiting_to_satisfaction,
)
from tests.satisfaction.concept_frames import make_frames


def watch(*waiting, days=2):
    """Queues of one store, spread evenly over some days."""
    hours = pd.date_range("2025-03-01", periods=days, freq="D").repeat(len(waiting) // days)
    times = hours + pd.to_timedelta([9 + i for i in range(len(waiting) // days)] * days, unit="h")
    return pd.DataFrame({"store_id": 1, "observed_at": times, "customers_waiting": waiting,
                         "minutes_waited": [1.4 * n for n in waiting]})  # fmt: skip


def test_four_people_break_the_rule_of_fewer_than_four_but_do_not_call_a_colleague():
    # G-08 says fewer than four, K-15 says five
    queues = watch(3, 4, 4, 5)
    assert count_queue_breaches(queues).value == 0.75
    assert count_queue_breaches(queues, limit=5).value == 0.25


def test_busy_days_make_the_interval_wider_than_scattered_hours():
    # the same eight hours, once with all long queues on one day
    bunched = count_queue_breaches(watch(5, 5, 0, 0, 0, 0, 0, 0, days=4))
    scattered = count_queue_breaches(watch(5, 0, 5, 0, 0, 0, 0, 0, days=4))
    assert bunched.value == scattered.value == 0.25
    assert bunched.high > scattered.high


def test_the_stricter_rule_is_broken_more_often_at_the_firm(firm):
    strict, lax = (count_queue_breaches(firm.queues, limit=limit) for limit in (4, 5))
    assert strict.low > lax.high > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: count_queue_breaches(watch(1, 2), limit=0), "limit is 0, expected at least 1 customer"),
        (lambda: count_queue_breaches(watch(1, 2, days=1)), "queues: only one day in one store"),
        (
            lambda: measure_recovery(make_frames()["complaints"], within_days=0),
            "within_days is 0, expected more than 0",
        ),
        (
            lambda: fit_waiting_slope(pd.DataFrame({"minutes_waited": [1.0]})),
            "stores: missing columns: top_two_share, n",
        ),
        (lambda: plot_waiting_against_satisfaction(pd.DataFrame()), "stores: missing columns"),
    ],
)
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_members_of_stores_that_were_not_watched_are_left_out():
    frames = make_frames()
    queues = frames["queues"].query("store_id == 1")
    table = relate_waiting_to_satisfaction(queues, frames["surveys"], frames["members"])
    assert table[["store_id", "n"]].to_numpy().tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="No survey answer belongs to a store in queues"):
        relate_waiting_to_satisfaction(queues.assign(store_id=[77, 78]), frames["surveys"], frames["members"])


def test_the_slope_is_that_of_weighted_least_squares():
    stores = pd.DataFrame({"minutes_waited": [1, 2, 4], "top_two_share": [0.9, 0.7, 0.6], "n": [10, 30, 20]})
    from numpy import polyfit, sqrt

    slope = polyfit(stores["minutes_waited"], stores["top_two_share"], 1, w=sqrt(stores["n"]))[0]
    assert fit_waiting_slope(stores).value == pytest.approx(slope)


def test_where_customers_wait_longer_they_are_less_satisfied_at_the_firm(firm):
    table = relate_waiting_to_satisfaction(firm.queues, firm.surveys, firm.members)
    assert len(table) == len(firm.stores)
    assert fit_waiting_slope(table).high < 0


def test_the_shares_of_channels_sum_to_one_for_each_purpose(firm):
    table = measure_channels(firm.receipts, firm.complaints)
    assert table.groupby("purpose")["share"].sum().tolist() == pytest.approx([1, 1])
    assert table.groupby("purpose")["contacts"].sum().to_dict() == {
        "buying": len(firm.receipts), "complaining": len(firm.complaints),
    }  # fmt: skip


def test_a_complaint_without_solution_is_not_solved_in_time():
    table = measure_recovery(make_frames()["complaints"], within_days=3)
    assert table[["solved", "complaints", "answered"]].to_numpy().tolist() == [
        ["in time", 1, 1],
        ["later", 2, 1],
    ]


def test_a_solution_before_the_complaint_is_refused():
    complaints = make_frames()["complaints"]
    complaints["offered_at"] = complaints["opened_at"] - pd.Timedelta(hours=1)
    with pytest.raises(ValueError, match="complaints: 3 solutions are offered before the complaint"):
        measure_recovery(complaints)


def test_the_seventy_per_cent_depend_on_what_in_time_means(firm):
    # N-62: solved in time, usually 70 % of the dissatisfied turn satisfied
    tables = {
        days: measure_recovery(firm.complaints, within_days=days).set_index("solved") for days in (1, 3, 14)
    }
    in_time = [table.loc["in time", "satisfied_share"] for table in tables.values()]
    assert in_time == sorted(in_time, reverse=True)
    assert tables[3].loc["in time", "low"] > tables[3].loc["later", "high"]
    assert tables[1].loc["in time", "complaints"] < tables[14].loc["in time", "complaints"]
