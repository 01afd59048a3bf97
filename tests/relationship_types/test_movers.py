"""What became of the upgraded and the downgraded: by hand, against chance, and at the firm (C-14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_mean
from crmlib.relationship_types.movers import follow_movers, plot_movers
from crmlib.tables.errors import TableError
from tests.pictures import describe_figure, lines_of
from tests.relationship_types.calls import FRAMES, LAST, make_receipts

# before all three half years, and once in each of them
DAYS = pd.to_datetime(["2024-01-01", "2024-08-01", "2025-02-01", "2025-12-30"])


def make_margins(rows: dict[int, list[float]]) -> pd.DataFrame:
    """Purchases of each customer: margins before and in the three half years."""
    table = pd.DataFrame(rows).T.set_axis(DAYS, axis=1).rename_axis("customer_id")
    table = table.melt(var_name="purchased_at", value_name="margin_cny", ignore_index=False)
    return table.dropna().reset_index()


def test_steady_customers_keep_their_upgrade():
    steady = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 30, 10, 10], 4: [1, 40, 10, 10]}
    assert follow_movers(make_margins(steady), as_of=LAST)["kept"].tolist() == [1.0, 1.0]


def test_a_third_period_without_a_purchase_counts_as_zero_and_newcomers_are_left_out():
    rows = {1: [1, 10, 30, np.nan], 2: [1, 10, 30, 20], 3: [1, 30, 10, 10], 4: [1, 30, 10, 10],
            5: [np.nan, 10, 90, 90], 6: [1, np.nan, 90, 90]}  # fmt: skip
    table = follow_movers(make_margins(rows), as_of=LAST).set_index("group")
    assert table.loc["upgraded", ["customers", "third_cny", "kept"]].tolist() == [2, 10, 0]


def test_two_of_a_kind_are_needed_to_follow_them():
    rising = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 20, 10, 10]}
    with pytest.raises(ValueError, match="1 customers were downgraded, expected at least 2 to follow"):
        follow_movers(make_margins(rising), as_of=LAST)


def test_an_unchanged_margin_is_no_upgrade():
    rows = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 20, 10, 10], 4: [1, 40, 10, 10], 5: [1, 7, 7, 7]}
    assert follow_movers(make_margins(rows), as_of=LAST)["customers"].tolist() == [2, 3]


@pytest.mark.parametrize(("begun", "followed"), [("2024-06-30", 3), ("2024-07-01", 2)])
def test_followed_is_who_had_begun_before_the_first_of_the_three_periods(begun, followed):
    rows = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 20, 10, 10], 4: [1, 40, 10, 10]}
    other = pd.DataFrame({"customer_id": 5, "purchased_at": [pd.Timestamp(begun), *DAYS[1:]],
                          "margin_cny": [1.0, 10.0, 30.0, 30.0]})  # fmt: skip
    movers = follow_movers(pd.concat([make_margins(rows), other]), as_of=LAST)
    assert movers.loc[0, "customers"] == followed


def test_the_interval_of_more_counts_the_errors_of_both_shares_of_the_same_customers():
    # upgraded are 1 and 2: kept 10 + 20 of 20 + 20, three quarters. Over all orders 1 and 3 add 20 of 40
    # each, 2 adds 40 of 40, 4 adds 0 of 40: one half. What each adds to the error of kept: −5, 5, 0, 0 of 40;
    # of unchanged: 0, 20, 0, −20 of 160; of their difference −1/8, 0, 0, 1/8. Student's t, 3 degrees: 3.182
    rows = {1: [1, 10, 30, 20], 2: [1, 10, 30, 30], 3: [1, 30, 10, 20], 4: [1, 30, 10, 10]}
    up = follow_movers(make_margins(rows), as_of=LAST).iloc[0]
    half = 3.182 * (2 / 64 * 4 / 3) ** 0.5
    found = up[["kept", "unchanged", "more", "more_low", "more_high"]].tolist()
    assert found == pytest.approx([0.75, 0.5, 0.25, 0.25 - half, 0.25 + half], abs=1e-3)


def test_what_unchanged_habits_would_leave_is_counted_over_all_six_orders():
    # 10, 30, 20 rises in three orders: 10 30 20 leaves 10 of 20, 10 20 30 leaves 20 of 10, 20 30 10 leaves
    # −10 of 10; the other three orders are these turned round
    rows = {1: [1, 10, 30, 20], 2: [1, 10, 30, 20], 3: [1, 30, 10, 20], 4: [1, 30, 10, 20]}
    movers = follow_movers(make_margins(rows), as_of=LAST)
    assert movers["unchanged"].tolist() == pytest.approx([20 / 40, 20 / 40])
    assert movers["more"].tolist() == pytest.approx([0, 0])


def test_a_period_without_a_purchase_leaves_less_than_one_half():
    # 20, 30 and a period without: bought in the first two are 20 30 0 (−20 of 10) and 30 20 0 (−30 of −10);
    # customers 3 and 4 add 10, 30, 20 in all orders: 20 of 40 above, −20 of −40 below
    rows = {1: [1, 20, 30, np.nan], 2: [1, 30, 20, np.nan], 3: [1, 10, 30, 20], 4: [1, 30, 10, 20]}
    movers = follow_movers(make_margins(rows), as_of=LAST).set_index("group")
    assert movers.loc["upgraded", "unchanged"] == pytest.approx((2 * -20 + 2 * 20) / (2 * 10 + 2 * 40))
    assert movers.loc["downgraded", "unchanged"] == pytest.approx((2 * 30 + 2 * 20) / (2 * 10 + 2 * 40))
    # kept by these four: 0 − 20 of 30 − 20 and 20 − 10 of 30 − 10
    assert movers.loc["upgraded", "kept"] == pytest.approx((-20 + 10) / (10 + 20))


def test_purely_random_purchases_keep_what_unchanged_habits_leave():
    generator = np.random.default_rng(5)
    margins = dict(enumerate(generator.gamma(2, 20, (400, 4)).tolist()))
    movers = follow_movers(make_margins(margins), as_of=LAST).set_index("group")
    assert movers["customers"].sum() == 400
    # everybody buys in every period, so the third one lies half-way on average
    assert movers["unchanged"].tolist() == pytest.approx([0.5, 0.5], abs=0.02)
    assert movers.loc["upgraded", "low"] < 0.5 < movers.loc["upgraded", "high"]


def simulate_poisson_buyers(n: int, seed: int) -> pd.DataFrame:
    """Purchases of buyers with a rate of their own that never changes: margin 1 each."""
    generator = np.random.default_rng(seed)
    counts = generator.poisson(generator.gamma(0.9, 2.7, (n, 1)), (n, 3)).astype(float)
    rows = np.column_stack([np.ones(n), np.where(counts > 0, counts, np.nan)])
    return make_margins(dict(enumerate(rows.tolist())))


def test_unchanged_buyers_who_may_miss_the_third_period_keep_less_than_half():
    # a second way to the same number: simulate unchanged buyers and follow them once, without other orders
    movers = follow_movers(simulate_poisson_buyers(4000, seed=1), as_of=LAST).set_index("group")
    up = movers.loc["upgraded"]
    assert 0.3 < up["unchanged"] < 0.45
    assert up["low"] < up["unchanged"] < up["high"]


def test_the_interval_of_more_holds_nothing_in_most_tries_with_unchanged_buyers():
    tries = [follow_movers(simulate_poisson_buyers(300, seed), as_of=LAST) for seed in range(100)]
    inside = [one["more_low"].le(0) & one["more_high"].ge(0) for one in tries]
    assert 0.9 < np.mean([one.mean() for one in inside]) < 0.995


def test_the_means_of_a_figure_carry_their_own_intervals():
    rows = {1: [1, 10, 30, 20], 2: [1, 20, 50, 20], 3: [1, 30, 10, 20], 4: [1, 30, 10, 20]}
    up = follow_movers(make_margins(rows), as_of=LAST).iloc[0]
    for period, values in (("first", [10, 20]), ("second", [30, 50]), ("third", [20, 20])):
        mean = estimate_mean(values, unit="yuan")
        found = [up[f"{period}_{end}"] for end in ("cny", "low", "high")]
        assert found == pytest.approx([mean.value, mean.low, mean.high])


def test_a_rise_at_the_firm_is_left_by_half_and_by_chance_alone_if_purchases_are_counted(firm):
    # the claim C-14.stays fails
    movers = follow_movers(firm.receipts, as_of=LAST).set_index("group")
    assert movers.loc["upgraded", "high"] < 0.8
    assert movers.loc["upgraded", "second_cny"] > movers.loc["upgraded", "third_cny"]
    assert movers.loc["downgraded", "second_cny"] < movers.loc["downgraded", "third_cny"]
    counted = follow_movers(firm.receipts.assign(margin_cny=1.0), as_of=LAST).set_index("group")
    assert counted.loc["upgraded", "more_low"] < 0 < counted.loc["upgraded", "more_high"]


def test_a_table_that_ends_too_early_moves_nobody():
    early = make_receipts().query("purchased_at < '2025-11-01'")
    with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on 2026-01-01"):
        follow_movers(early, as_of=LAST)


def test_movers_are_drawn_with_the_place_where_unchanged_habits_would_have_led():
    means = {f"{name}_{end}": 0.0 for name in ("first", "second", "third") for end in ("cny", "low", "high")}
    up = {**means, "group": "upgraded", "customers": 1200, "kept": 0.5, "unchanged": 0.25}
    up |= {"first_cny": 10.0, "first_low": 8.0, "first_high": 13.0, "second_cny": 30.0, "second_low": 25.0,
           "second_high": 34.0, "third_cny": 20.0, "third_low": 17.0, "third_high": 22.0}  # fmt: skip
    down = {**up, "group": "downgraded", "customers": 7, "first_cny": 12.0, "second_cny": 26.0, "kept": 0.125}
    more = {"low": 0.0, "high": 1.0, "more": 0.0, "more_low": 0.0, "more_high": 0.0}
    movers = pd.DataFrame([{**one, **more} for one in (up, down)])
    ax = plot_movers(movers.astype({"group": FRAMES["movers"]["group"].dtype}))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: left in the third period: 50 % of the rise, 12 % of the fall
        x: period (in order of time)
        x ticks at 0, 1, 2: first | second | third
        y: mean margin a customer (yuan)
        legend: if no habit had changed | upgraded (n = 1,200) | downgraded (n = 7)
        intervals 'upgraded (n = 1,200)' blue: (-0.02, 8) to (-0.02, 13), (0.98, 25) to (0.98, 34), (1.98,
            17) to (1.98, 22)
        intervals 'downgraded (n = 7)' orange: (0.02, 8) to (0.02, 13), (1.02, 25) to (1.02, 34), (2.02, 17)
            to (2.02, 22)
        line blue o- thick: (-0.02, 10) (0.98, 30) (1.98, 20)
        line blue hollow o: (1.86, 15)
        line orange s-- thick: (0.02, 12) (1.02, 26) (2.02, 20)
        line orange hollow s: (2.14, 15.5)
        line 'if no habit had changed' #4c4c4c hollow o:
    """)
    assert ax.get_ylim()[0] == 0
