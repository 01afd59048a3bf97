"""The rule of 80 and 20: by hand, against the bootstrap, and over time (F-07, F-26)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import draw_weights, estimate_ratio
from crmlib.tables.errors import TableError
from crmlib.tiers import concentration
from crmlib.tiers.concentration import follow_top, measure_concentration, measure_top_share, plot_pareto
from tests.pictures import catch_live, describe_figure, lines_of
from tests.tiers.calls import FRAMES, LAST


def spend(*amounts: float) -> pd.Series:
    """One customer an amount."""
    return pd.Series(amounts, index=range(1, len(amounts) + 1), dtype=float)


@pytest.mark.parametrize(
    ("amounts", "top_share", "wanted"),
    [
        ((80, 5, 5, 5, 5), 0.2, 0.8),  # the course's rule
        ((20, 20, 20, 20, 20), 0.2, 0.2),  # all alike
        ((50, 30, 20), 0.01, 0.5),  # at least one customer
        ((50, 30, 20), 0.5, 0.8),  # 1.5 customers are rounded to the even 2
        ((60, 60, -20), 0.34, 0.6),  # a loss counts in the total
    ],
)
def test_the_top_share_is_what_a_hand_finds(amounts, top_share, wanted):
    assert measure_top_share(spend(*amounts), top_share=top_share).value == pytest.approx(wanted)


def test_the_interval_is_that_of_the_bootstrap():
    values = np.sort(np.random.default_rng(1).lognormal(5, 1.2, 400))[::-1]
    found = measure_top_share(spend(*values))
    shares = []
    for weights in draw_weights(len(values), draws=1500, seed=2):
        drawn = np.repeat(values, weights.astype(int))
        shares.append(drawn[:80].sum() / drawn.sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    assert found.high - found.low == pytest.approx(high - low, rel=0.08)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.012)


def test_customers_who_are_all_alike_leave_no_doubt():
    found = measure_top_share(spend(*[7.0] * 10))
    assert found.low == found.high == pytest.approx(0.2)


def test_a_total_of_nothing_has_no_shares():
    with pytest.raises(TableError, match=r"bring 0\.00 yuan together"):
        measure_top_share(spend(5.0, -5.0))


def test_a_window_before_the_first_purchase_is_refused():
    with pytest.raises(TableError, match="begin on 2023-01-10, the window of 1500 days on 2021-11-23"):
        measure_concentration(FRAMES["receipts"], as_of=LAST, windows=[1500])


def test_windows_keep_their_order():
    found = measure_concentration(FRAMES["receipts"], as_of=LAST, windows=[365, 30])
    assert found["days"].tolist() == [365, 30]


def test_the_followed_shares_are_those_of_a_small_firm():
    # 2024: 5 customers, the first brings 60 of 100. 2025: she falls to 30, 2 leaves, 6 is new with 40.
    before = pd.DataFrame(
        {"customer_id": [1, 2, 3, 4, 5], "amount_cny": [60.0, 10, 10, 10, 10], "year": 2024}
    )
    after = pd.DataFrame({"customer_id": [1, 3, 4, 5, 6], "amount_cny": [30.0, 10, 10, 10, 40], "year": 2025})
    bought = pd.concat([before, after])
    bought["purchased_at"] = pd.to_datetime(bought["year"].astype(str) + "-06-01")
    found = follow_top(bought, as_of=LAST)["value"].tolist()
    assert found == pytest.approx([0.6, 0.5, 0.3, 0.0, 0.0])
    more = pd.DataFrame(
        {"customer_id": [2], "amount_cny": [900.0], "purchased_at": pd.Timestamp("2024-05-10")}
    )
    some = follow_top(pd.concat([bought, more]), as_of=LAST, days=300)["value"]  # from 2024-05-11 on
    assert some.tolist() == pytest.approx(found)


def test_up_to_sixty_customers_have_bars_and_more_an_area():
    found = [
        [line.split(":")[0] for line in describe_figure(plot_pareto(spend(*range(1, n + 1)))) if n]
        for n in (60, 61)
    ]
    assert "bars sky" in found[0] and "area sky" not in found[0]
    assert "area sky" in found[1] and "bars sky" not in found[1]


def test_the_end_of_each_class_is_marked_and_who_has_none_is_passed_over():
    classes = pd.Series(["B", "A", "B"], index=[2, 1, 9])
    ax = plot_pareto(spend(10, 60, 20, 10), classes=classes)  # first 2 (B), then 3 (none), 1 (A), 4 (none)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: customers, the largest first (number)
        y: cumulated share of sales
        y ticks at 0, 0.2, 0.4, 0.6, 0.8, 1: 0 % | 20 % | 40 % | 60 % | 80 % | 100 %
        bars sky: 1: 0 to 0.6, 2: 0 to 0.8, 3: 0 to 0.9, 4: 0 to 1
        line navy - thick: (1, 0.6) (2, 0.8) (3, 0.9) (4, 1)
        upright #595959 -- thin: x = 1
        upright #595959 -- thin: x = 3
        texts black (center, bottom): (1, 1.02) B / 60 %, (3, 1.02) A / 30 %
    """)
    assert ax.get_ylim() == (0, 1.12)


def test_the_window_counts_its_days_and_the_corner_stands_where_the_curve_passes(monkeypatch):
    days = [
        "2025-12-31 10:00",
        "2025-12-02 00:00",
        "2025-12-01 00:00",
        "2025-12-20 00:00",
        "2026-01-01 00:00",
    ]
    bought = pd.DataFrame(
        {"customer_id": pd.array([1, 2, 3, None, 1], dtype="Int64"), "purchased_at": pd.to_datetime(days),
         "amount_cny": [60.0, 30, 30, 99, 99]}
    )  # fmt: skip
    live = catch_live(
        monkeypatch, concentration, lambda: concentration.explore_concentration(bought, as_of=LAST)
    )
    ax = new_axes()
    live["draw"](
        ax, months=1, top=25
    )  # 30 days: 1 and 2 with 60 and 30; a quarter of two is half of the first
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: 1 months: the top 25 % bring 33 % of sales
        x: share of customers, the largest first
        y: share of sales
        legend: 80/20
        line blue - thick: (0, 0) (0.5, 0.6667) (1, 1)
        line #999999 :: (0, 0) (1, 1)
        line orange -: (0.25, 0) (0.25, 0.3333) (0, 0.3333)
        line '80/20' black x: (0.2, 0.8)
    """)
    assert [ax.xaxis.get_major_formatter()(1), ax.yaxis.get_major_formatter()(1)] == ["100 %"] * 2
    assert ax.get_ylim() == (0, 1.02)
    ax = new_axes()
    live["draw"](ax, months=0, top=25)
    assert (ax.get_title(), ax.get_ylabel(), len(ax.lines)) == ("Nobody bought.", "share of sales", 0)
    assert ax.get_xlabel() == "share of customers"
    sliders = live["controls"].values()
    assert [(one.low, one.high, one.start, one.step) for one in sliders] == [(1, 36, 12, 1), (1, 60, 20, 1)]


def test_a_window_may_begin_a_month_before_the_purchases_and_not_a_day_more():
    days = pd.to_datetime(["2025-06-01", "2025-06-02"])
    bought = pd.DataFrame({"customer_id": [1, 2], "purchased_at": days, "amount_cny": [3.0, 1.0]})
    found = measure_concentration(bought, as_of="2025-06-30", windows=[61])  # from May 1 on
    assert found.iloc[0, :3].tolist() == [61, 2, 0.75]
    with pytest.raises(TableError, match="begin on 2025-06-01, the window of 62 days on 2025-04-30"):
        measure_concentration(bought, as_of="2025-06-30", windows=[62])


@pytest.mark.parametrize("stored", ["category", "object"])
def test_days_that_are_stored_in_another_way_begin_on_the_same_day(stored):
    days = pd.to_datetime(["2025-06-02", "2025-06-01"])
    bought = pd.DataFrame({"customer_id": [1, 2], "purchased_at": days, "amount_cny": [3.0, 1.0]})
    kept = bought.assign(purchased_at=bought["purchased_at"].astype(stored))
    found = measure_concentration(kept, as_of="2025-06-30", windows=[61])
    pd.testing.assert_frame_equal(found, measure_concentration(bought, as_of="2025-06-30", windows=[61]))


def test_the_next_year_is_told_with_newcomers_and_intervals_of_its_ratios():
    before = pd.DataFrame({"customer_id": [1, 2, 3, 4], "amount_cny": [60.0, 20, 10, 10], "year": 2024})
    after = pd.DataFrame({"customer_id": [1, 2, 5], "amount_cny": [30.0, 50, 20], "year": 2025})
    bought = pd.concat([before, after])
    bought["purchased_at"] = pd.to_datetime(bought["year"].astype(str) + "-06-01")
    found = follow_top(bought, as_of=LAST, top_share=0.5)
    assert found["measure"].tolist() == [
        "of sales, that year",
        "of the same customers' sales, next year",
        "of all sales, next year",
        "among the largest again",
        "bought nothing",
    ]
    assert found["value"].tolist() == pytest.approx([0.8, 1, 0.8, 1, 0])  # 1 and 2; of 3 buyers 2 are half
    assert found["n"].tolist() == [4, 4, 5, 2, 2]
    inside, everybody = pd.Series([30.0, 50, 0, 0, 0]), pd.Series([30.0, 50, 0, 0, 20])
    wanted = estimate_ratio(inside, everybody, unit="%")
    assert found.loc[2, ["low", "high"]].tolist() == pytest.approx([wanted.low, wanted.high])
