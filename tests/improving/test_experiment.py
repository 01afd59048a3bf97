"""Planning a trial, dealing its arms, measuring it: by hand, and against statsmodels and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import confint_proportions_2indep

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import estimate_difference, estimate_share
from crmlib.improving import experiment
from crmlib.improving.experiment import (
    _power,
    assign_arms,
    check_plans,
    customers_per_arm,
    join_trial,
    measure_arms,
    smallest_effect,
)
from crmlib.tables.errors import TableError
from tests.improving.calls import FRAMES
from tests.pictures import catch_live, read_frame, read_lines, read_sliders


def test_half_the_effect_takes_about_four_times_the_customers():
    # by hand: (1.96 + 0.8416)² · (0.3·0.7 + 0.4·0.6) / 0.1² = 7.849 · 45 = 353.2
    assert customers_per_arm(0.3, 0.1) == 354
    assert 3.8 < customers_per_arm(0.3, 0.05) / 354 < 4


def test_a_trial_of_the_planned_size_sees_the_effect_in_four_of_five_repetitions():
    n, draw = customers_per_arm(0.3, 0.06), np.random.default_rng(1)
    one, other = draw.binomial(n, 0.36, 4000) / n, draw.binomial(n, 0.3, 4000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    assert (one - other > 1.96 * error).mean() == pytest.approx(0.8, abs=0.02)


def test_the_curve_of_the_live_figure_reaches_the_usual_four_fifths_at_the_planned_size():
    assert float(_power(0.3, 0.06, np.array([customers_per_arm(0.3, 0.06)]))[0]) == pytest.approx(
        0.8, abs=0.002
    )


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0.02, 0.8), customers=st.integers(300, 20_000))
def test_the_smallest_effect_is_the_one_for_which_the_customers_just_suffice(share, customers):
    effect = smallest_effect(share, customers)
    assert customers_per_arm(share, effect) == customers  # not one customer less
    assert customers_per_arm(share, effect * 0.99) > customers


def test_too_few_customers_see_no_effect_at_all():
    with pytest.raises(ValueError, match=r"too few to see any effect at a share of 0\.5"):
        smallest_effect(0.5, 2)


def test_arms_differ_by_one_customer_at_most_within_each_stratum():
    chosen = pd.DataFrame({"customer_id": range(100), "stratum": ["a"] * 41 + ["b"] * 59})
    arms = assign_arms(chosen, arms=["control", "call", "letter"], seed=3)
    counts = arms.groupby(["stratum", "arm"]).size().unstack()
    assert (counts.max(axis=1) - counts.min(axis=1)).max() == 1 and counts.sum().sum() == 100


def test_each_customer_gets_each_arm_equally_often_whoever_stands_first():
    chosen = pd.DataFrame({"customer_id": [1, 2, 3], "stratum": "a"})
    chance = np.random.default_rng(9)
    draws = [assign_arms(chosen, arms=["x", "y"], seed=chance)["arm"].eq("x") for _ in range(160)]
    assert np.mean(draws, axis=0) == pytest.approx([0.5, 0.5, 0.5], abs=0.12)


def test_the_same_seed_gives_the_same_arms_in_any_order_of_the_rows():
    chosen = FRAMES["chosen"]
    mixed = chosen.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        assign_arms(chosen, arms=["a", "b"], seed=5), assign_arms(mixed, arms=["a", "b"], seed=5)
    )


@pytest.mark.parametrize(
    ("day", "bought"),
    [("2025-09-06 23:00", 0), ("2025-09-07 00:00", 1), ("2025-11-05 23:00", 1), ("2025-11-06 00:00", 0)],
)
def test_a_purchase_counts_from_the_first_day_over_sixty_days(day, bought):
    receipts = pd.DataFrame(
        {"customer_id": [2, 99], "purchased_at": pd.to_datetime([day, "2025-12-31"], format="mixed")}
    )
    joined = join_trial(FRAMES["contacts"], receipts, FRAMES["campaigns"])
    assert joined["bought"].sum() == bought and len(joined) == 40


def test_receipts_that_end_within_the_trial_are_refused():
    early = FRAMES["receipts"][FRAMES["receipts"]["purchased_at"] < "2025-10-01"]
    with pytest.raises(TableError, match=r"receipts end on 2025-09-"):
        join_trial(FRAMES["contacts"], early, FRAMES["campaigns"])


def test_the_extra_share_is_that_of_newcombe_as_another_program_has_it():
    rows = pd.DataFrame(
        {"customer_id": range(300), "stratum": "a", "arm": ["control"] * 120 + ["letter"] * 180}
    )
    rows["bought"] = [*[True] * 30, *[False] * 90, *[True] * 72, *[False] * 108]
    one = measure_arms(rows).set_index("arm").loc["letter"]
    low, high = confint_proportions_2indep(72, 180, 30, 120, compare="diff", method="newcomb")
    assert one["extra"] == pytest.approx(0.15)
    assert (one["extra_low"], one["extra_high"]) == pytest.approx((low, high), abs=1e-6)


def test_a_trial_without_control_group_is_refused():
    rows = FRAMES["joined"][FRAMES["joined"]["arm"] == "coupon"]
    with pytest.raises(ValueError, match=r"no group called control among coupon"):
        measure_arms(rows)


def test_a_plan_can_be_judged_from_the_number_of_customers_on_that_it_needs():
    needed = 2 * customers_per_arm(0.3, 0.1)
    plans = pd.DataFrame(
        {"measure": ["a", "b", "c"], "customers": [needed, needed - 1, 3], "share": 0.3, "effect": 0.1}
    )
    found = check_plans(plans)
    assert found["can_be_judged"].tolist() == [True, False, False]
    assert found["smallest"].iloc[0] == pytest.approx(0.1, abs=5e-4)
    assert np.isinf(found["smallest"].iloc[2]) and found["needed"].tolist() == [needed] * 3


def test_a_plan_written_in_per_cent_is_refused_by_name():
    plans = pd.DataFrame({"measure": ["letter"], "customers": [500], "share": [0.7], "effect": [0.5]})
    with pytest.raises(ValueError, match=r"1 of 1 measures \(letter\).*write shares"):
        check_plans(plans)


def test_the_live_figure_draws_the_curve_the_usual_power_and_the_trial(monkeypatch):
    live = catch_live(monkeypatch, experiment, experiment.explore_sample_size)
    ax = new_axes()
    live["draw"](ax, share_percent=30, effect_points=4.0, customers=500)
    spread = np.sqrt((0.3 * 0.7 + 0.34 * 0.66) / 500)
    power = norm.cdf(0.04 / spread - 1.95996)
    curve, usual, trial = read_lines(ax)
    assert (trial[2], *trial[3], *trial[4]) == (
        "o",
        *(pytest.approx(x, abs=1e-4) for x in (np.log10(500), power)),
    )
    assert usual[1] == ":" and set(usual[4]) == {0.8}
    spreads = np.sqrt((0.3 * 0.7 + 0.34 * 0.66) / 10 ** np.array(curve[3]))
    assert curve[4] == pytest.approx(norm.cdf(0.04 / spreads - 1.95996), abs=1e-3)
    assert (curve[3][0], curve[3][-1]) == pytest.approx((np.log10(50), np.log10(20_000)), abs=1e-3)
    assert read_frame(ax) | {"rows": 0} == {
        "title": f"With 500 in each group {100 * power:.0f} of 100 trials see it",
        "x": "customers in each group", "y": "trials that see the effect", "rows": 0,
    }  # fmt: skip
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["50", "200", "1,000", "5,000", "20,000"]
    assert ax.get_xticks().tolist() == pytest.approx(np.log10([50, 200, 1000, 5000, 20_000]))
    assert ax.get_ylim() == (0, 1.03) and ax.yaxis.get_major_formatter()(1) == "100 %"
    assert read_sliders(live) == {
        "share_percent": (2, 80, 30, 1),
        "effect_points": (0.5, 15, 4, 0.5),
        "customers": (50, 10_000, 500, 50),
    }


def test_the_whole_table_of_arms_and_of_plans():
    joined = pd.DataFrame({"customer_id": range(1, 7), "stratum": "all", "bought": [1, 0, 1, 1, 1, 0],
                           "arm": ["b", "b", "control", "control", "a", "a"]})  # fmt: skip
    found = measure_arms(joined.astype({"bought": bool}))
    assert found["arm"].tolist() == ["control", "a", "b"]
    share, gap = estimate_share(1, 2), estimate_difference(1, 2, 2, 2)
    wanted = ["a", 2, share.value, share.low, share.high, gap.value, gap.low, gap.high]
    assert found.iloc[1].tolist() == wanted and found.iloc[0, 5:].tolist() == [0, 0, 0]
    assert found.columns.tolist() == ["arm", "n", "share", "low", "high", "extra", "extra_low", "extra_high"]

    plans = pd.DataFrame({"measure": ["letter", "call"], "customers": [708, 2], "share": 0.3, "effect": 0.1})
    checked = check_plans(plans.set_axis([4, 7]))
    assert checked.index.tolist() == [4, 7]
    assert checked.columns.tolist() == ["measure", "needed", "customers", "smallest", "can_be_judged"]
    assert checked.iloc[0].tolist() == ["letter", 708, 708, smallest_effect(0.3, 354), True]
    assert checked.iloc[1].tolist() == ["call", 708, 2, np.inf, False]


@pytest.mark.parametrize(("share", "effect"), [(0.0, 0.1), (0.3, 0.0), (0.9, 0.1)])
def test_a_plan_at_the_end_of_the_scale_is_refused(share, effect):
    plans = pd.DataFrame({"measure": ["call"], "customers": [100], "share": share, "effect": effect})
    with pytest.raises(ValueError, match=r"plans: 1 of 1 measures \(call\) have a share or an effect of 0"):
        check_plans(plans)


def test_a_plan_needs_more_customers_to_see_more_surely():
    plans = pd.DataFrame({"measure": ["letter"], "customers": [708], "share": 0.3, "effect": 0.1})
    assert check_plans(plans, power=0.9)["needed"].tolist() == [2 * customers_per_arm(0.3, 0.1, power=0.9)]


def test_an_effect_beyond_everybody_is_seen_like_everybody():
    seen = _power(0.95, 0.1, np.array([20, 40]))
    assert seen.tolist() == _power(0.95, 0.049, np.array([20, 40])).tolist()


def test_who_was_drawn_from_all_stands_in_one_stratum():
    contacts = FRAMES["contacts"]
    contacts = contacts.assign(stratum=contacts["stratum"].where(contacts["stratum"] == "a"))
    joined = join_trial(contacts, FRAMES["receipts"], FRAMES["campaigns"])
    assert joined["stratum"].value_counts().to_dict() == {"a": 19, "all": 21}
