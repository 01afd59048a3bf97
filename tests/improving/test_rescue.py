"""Customers chosen because they fell: counts by hand, and a world in which nobody's habits change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.charts.style import new_axes
from crmlib.improving import rescue as module
from crmlib.improving.rescue import count_quarters, explore_rescue, follow_fallen
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders


def make_quarters(first, second, third):
    """Rows as count_quarters gives them."""
    return pd.DataFrame({"customer_id": range(len(first)), "first": first, "second": second, "third": third})


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2025-12-02 23:00", [0, 0, 0]),
        ("2025-12-03 00:00", [1, 0, 0]),
        ("2025-12-12 23:00", [1, 0, 0]),
        ("2025-12-13 00:00", [0, 1, 0]),
        ("2025-12-23 00:00", [0, 0, 1]),
        ("2026-01-02 00:00", [0, 0, 0]),
    ],
)
def test_a_period_begins_on_its_first_day_and_ends_before_the_next(day, counts):
    days = pd.to_datetime(["2025-01-01", day, "2026-01-03"], format="mixed")
    receipts = pd.DataFrame({"customer_id": [7, 7, 8], "purchased_at": days})
    assert count_quarters(receipts, as_of="2026-01-02", days=10).values.tolist() == [[7, *counts]]


def test_who_began_within_the_periods_is_not_followed():
    days = pd.to_datetime(["2025-12-03", "2025-12-02", "2026-01-02"])
    receipts = pd.DataFrame({"customer_id": [7, 8, 9], "purchased_at": days})
    assert count_quarters(receipts, as_of="2026-01-02", days=10)["customer_id"].tolist() == [8]
    with pytest.raises(ValueError, match="receipts: nobody had begun before 2025-12-02"):
        count_quarters(receipts.assign(purchased_at=days[2]), as_of="2026-01-01", days=10)


def test_fallen_are_those_who_bought_at_least_four_and_lost_at_least_half():
    quarters = make_quarters([4, 4, 3, 8, 8], [2, 3, 0, 4, 5], [3, 9, 9, 6, 9])
    found = follow_fallen(quarters).set_index("group")
    assert found["customers"].to_dict() == {"fallen": 2, "everybody": 5}
    assert found.loc["fallen", ["first", "second", "third", "return"]].tolist() == [6, 3, 4.5, 1.5]
    assert found.loc["everybody", "return"] == pytest.approx(36 / 5 - 14 / 5)


def test_the_interval_of_the_return_is_students_of_the_pairs():
    first, second, third = [8] * 6, [1, 2, 3, 4, 2, 0], [5, 2, 6, 4, 9, 1]
    found = follow_fallen(make_quarters(first, second, third)).iloc[0]
    pairs = stats.ttest_rel(third, second).confidence_interval(0.95)
    assert (found["return_low"], found["return_high"]) == pytest.approx((pairs.low, pairs.high))


def test_where_habits_never_change_the_fallen_come_back_to_their_own_rate():
    draw = np.random.default_rng(3)
    rate = draw.gamma(0.8, 1.5, 60_000)
    counts = draw.poisson(rate, (3, 60_000))
    chosen = (counts[0] >= 4) & (counts[1] <= counts[0] / 2)
    found = follow_fallen(make_quarters(*counts)).iloc[0]
    assert found["third_low"] < rate[chosen].mean() < found["third_high"]
    assert found["return_low"] > 0.5  # nobody did anything


def test_without_two_fallen_customers_nothing_is_said():
    with pytest.raises(ValueError, match="1 customers fell by 50 % from 4 purchases or more"):
        follow_fallen(make_quarters([5, 5], [1, 5], [2, 2]))


def test_the_live_figure_tells_the_return_from_the_effect(monkeypatch):
    quarters = make_quarters([4, 4], [1, 1], [2, 2])
    live = catch_live(monkeypatch, module, lambda: explore_rescue(quarters))
    ax = new_axes()
    live["draw"](ax, fall_percent=50, effect_percent=50)
    assert ax.get_title().endswith("before and after: +2.00, against those left alone: +1.00")


def test_the_live_figure_draws_three_lines_and_survives_without_anybody(monkeypatch):
    quarters = make_quarters([6, 4, 1], [1, 2, 1], [4, 2, 2])
    live = catch_live(monkeypatch, module, lambda: explore_rescue(quarters))
    ax = new_axes()
    live["draw"](ax, fall_percent=50, effect_percent=50)  # the first two fell; their third period is 3
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: Fallen: 2; before and after: +3.00, against those left alone: +1.50
        x: when
        x ticks at 0, 1, 2: quarter before | quarter of the fall | quarter after
        y: purchases per member
        legend: fallen and rescued | fallen and left alone | everybody
        line 'fallen and rescued' rust o- thick: (0, 5) (1, 1.5) (2, 4.5)
        line 'fallen and left alone' blue s--: (0, 5) (1, 1.5) (2, 3)
        line 'everybody' black :: (0, 3.667) (1, 1.333) (2, 2.667)
    """)
    assert ax.get_ylim() == pytest.approx((0, 1.15 * 5)) and ax.get_xlim() == (-0.3, 2.3)
    ax = new_axes()
    live["draw"](ax, fall_percent=100, effect_percent=50)
    assert ax.get_title().startswith("Fallen: 0; before and after: +0.00")
    assert read_sliders(live) == {
        "fall_percent": (25, 100, 50, 5),
        "effect_percent": (-20, 60, 0, 5),
    }
