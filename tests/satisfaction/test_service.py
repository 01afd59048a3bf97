"""Service that can be counted: queues (G-08, K-15, X-19) and solved complaints (H-09)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection

from crmlib.estimates.estimate import Estimate
from crmlib.satisfaction.service import (
    count_queue_breaches,
    measure_solved_in_time,
    plot_waiting_against_satisfaction,
    relate_waiting_to_satisfaction,
)
from tests.pictures import read_frame, read_whiskers
from tests.satisfaction.calls import FRAMES


def watch(*waiting, days=2):
    """Queues of one store, spread evenly over some days."""
    hours = pd.date_range("2025-03-01", periods=days, freq="D").repeat(len(waiting) // days)
    times = hours + pd.to_timedelta([9 + i for i in range(len(waiting) // days)] * days, unit="h")
    return pd.DataFrame({"store_id": 1, "observed_at": times, "customers_waiting": waiting})


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


def test_one_day_in_one_store_is_too_little():
    with pytest.raises(ValueError, match="queues: only one day in one store"):
        count_queue_breaches(watch(1, 2, days=1))


def test_the_stricter_rule_is_broken_more_often_at_the_firm(firm):
    strict, lax = (count_queue_breaches(firm.queues, limit=limit) for limit in (4, 5))
    assert strict.low > lax.high > 0


def test_members_of_stores_that_were_not_watched_are_left_out():
    queues = FRAMES["queues"].query("store_id == 1")
    table = relate_waiting_to_satisfaction(queues, FRAMES["surveys"], FRAMES["members"])
    assert table[["store_id", "n"]].to_numpy().tolist() == [[1, 2]]


def test_tables_of_two_firms_are_recognised():
    queues = FRAMES["queues"].assign(store_id=77)
    with pytest.raises(ValueError, match="surveys: no answer belongs to a store in queues"):
        relate_waiting_to_satisfaction(queues, FRAMES["surveys"], FRAMES["members"])


def test_the_slope_is_that_of_weighted_least_squares_with_robust_errors():
    from statsmodels.api import WLS, add_constant

    stores = pd.DataFrame(
        {
            "minutes_waited": [1, 2, 4, 5],
            "top_two_share": [0.9, 0.7, 0.6, 0.65],
            "low": [0.6, 0.5, 0.4, 0.5],
            "high": [1.0, 0.85, 0.8, 0.8],
            "n": [10, 30, 20, 40],
        }
    )
    fit = WLS(stores["top_two_share"], add_constant(stores["minutes_waited"]), weights=stores["n"]).fit(
        cov_type="HC1", use_t=True
    )
    slope, (low, high) = fit.params["minutes_waited"], fit.conf_int().loc["minutes_waited"]
    expected = Estimate(slope, low, high, n=4, unit="percentage points").text().replace("-", "−")
    ax = plot_waiting_against_satisfaction(stores)
    assert ax.get_title() == f"One more minute goes with {expected}"
    frame = read_frame(ax)
    assert (frame["x"], frame["y"]) == ("mean waiting time of the store (minutes)", "satisfied members (%)")
    assert read_whiskers(ax) == [
        [[1, 60], [1, 100]],
        [[2, 50], [2, 85]],
        [[4, 40], [4, 80]],
        [[5, 50], [5, 80]],
    ]
    dots = next(part for part in ax.collections if len(part.get_offsets()) == 4)
    assert dots.get_offsets().tolist() == [[1, 90], [2, 70], [4, 60], [5, pytest.approx(65)]]
    # larger with more answers, and in front of the intervals
    assert np.argsort(dots.get_sizes()).tolist() == [0, 2, 1, 3] and dots.get_zorder() > 2
    line = ax.lines[0].get_xydata()
    assert line[0, 0] == 1 and line[-1, 0] == 5
    band = next(part for part in ax.collections if isinstance(part, PolyCollection))
    edges = band.get_paths()[0].vertices
    for end in (0, -1):
        theirs = fit.get_prediction([1, line[end, 0]]).summary_frame()
        assert line[end, 1] == pytest.approx(100 * theirs["mean"][0])
        ours = edges[np.isclose(edges[:, 0], line[end, 0]), 1]
        limits = 100 * theirs[["mean_ci_lower", "mean_ci_upper"]].to_numpy()[0]
        assert [ours.min(), ours.max()] == pytest.approx(limits)


@pytest.mark.parametrize(
    ("minutes", "found"), [([1, 2], "2 rows with 2 different"), ([3, 3, 3], "3 rows with 1 different")]
)
def test_a_slope_through_too_few_waiting_times_is_refused(minutes, found):
    stores = pd.DataFrame({"minutes_waited": minutes, "top_two_share": 0.5, "low": 0.2, "high": 0.8, "n": 9})
    with pytest.raises(ValueError, match=f"stores: {found} waiting times, expected three stores"):
        plot_waiting_against_satisfaction(stores)


def test_where_customers_wait_longer_they_are_less_satisfied_at_the_firm(firm):
    table = relate_waiting_to_satisfaction(firm.queues, firm.surveys, firm.members)
    assert len(table) == len(firm.stores)
    title = plot_waiting_against_satisfaction(table).get_title()
    assert title.startswith("One more minute goes with −") and " to −" in title  # slope and upper limit


def test_a_complaint_without_solution_is_not_solved_in_time():
    table = measure_solved_in_time(FRAMES["complaints"], within_days=3)
    assert table[["solved", "complaints", "answered"]].to_numpy().tolist() == [
        ["in time", 1, 1],
        ["later", 2, 1],
    ]


@pytest.mark.parametrize(("within_days", "in_time"), [(0.99, 0), (1, 1), (7.99, 1), (8, 2)])
def test_a_solution_at_the_limit_is_in_time(within_days, in_time):
    # the complaints of 1 March at ten are solved at ten on 2 and 9 March
    table = measure_solved_in_time(FRAMES["complaints"], within_days=within_days).set_index("solved")
    assert table["complaints"].get("in time", 0) == in_time


def test_a_solution_before_the_complaint_is_refused():
    complaints = FRAMES["complaints"]
    early = complaints.assign(offered_at=complaints["opened_at"] - pd.Timedelta(hours=1))
    early = pd.concat([early] * 2, ignore_index=True).assign(complaint_id=range(6))
    message = r"complaints\.offered_at: 6 of 6 solutions .* the complaint \(rows 0, 1, 2, 3, 4\)\. Repair"
    with pytest.raises(ValueError, match=message):
        measure_solved_in_time(early)


def test_complaints_after_which_nobody_was_asked_are_refused():
    complaints = FRAMES["complaints"].tail(1)
    with pytest.raises(ValueError, match=r"complaints\.satisfaction_after: nobody answered \(1 complaints\)"):
        measure_solved_in_time(complaints)


def test_the_seventy_per_cent_depend_on_what_in_time_means(firm):
    # N-62: solved in time, usually 70 % of the dissatisfied turn satisfied
    tables = {
        days: measure_solved_in_time(firm.complaints, within_days=days).set_index("solved")
        for days in (1, 3, 14)
    }
    in_time = [table.loc["in time", "satisfied_share"] for table in tables.values()]
    assert in_time == sorted(in_time, reverse=True)
    assert tables[3].loc["in time", "low"] > tables[3].loc["later", "high"]
    assert tables[1].loc["in time", "complaints"] < tables[14].loc["in time", "complaints"]
