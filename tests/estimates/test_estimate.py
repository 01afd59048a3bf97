"""Estimates and their intervals, against published and hand-computed values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.api import DescrStatsW
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from crmlib.estimates.estimate import (
    Estimate,
    draw_weights,
    estimate_difference,
    estimate_from_draws,
    estimate_mean,
    estimate_ratio,
    estimate_share,
    quantile,
)


def test_wilson_interval_matches_newcombe_1998_for_81_of_263():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: 0.2553 to 0.3662
    share = estimate_share(81, 263)
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)


def test_wilson_interval_matches_newcombe_1998_for_0_of_20():
    share = estimate_share(0, 20)
    assert (share.low, round(share.high, 4)) == (0.0, 0.1611)


def test_difference_of_shares_matches_newcombe_1998_for_56_of_70_and_48_of_80():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 0.0524 to 0.3339
    difference = estimate_difference(56, 70, 48, 80)
    assert round(difference.value, 4) == 0.2
    assert (round(difference.low, 4), round(difference.high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(("count", "n"), [(1, 1), (0, 7), (3, 9), (40, 50), (1200, 5000), (7, 7)])
def test_a_share_has_the_wilson_interval_of_statsmodels(count, n):
    share = estimate_share(count, n)
    assert (share.low, share.high) == pytest.approx(proportion_confint(count, n, method="wilson"), abs=1e-9)


@pytest.mark.parametrize("counts", [(3, 9, 1, 4), (0, 12, 5, 40), (700, 1840, 600, 1839), (5, 5, 2, 8)])
def test_a_difference_of_shares_has_the_newcombe_interval_of_statsmodels(counts):
    difference = estimate_difference(*counts)
    expected = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert (difference.low, difference.high) == pytest.approx(expected, abs=1e-9)


def test_a_mean_of_four_has_the_interval_of_student_by_hand():
    # 2, 4, 4, 6: mean 4, squared deviations 4 + 0 + 0 + 4 = 8, standard deviation √(8/3), error √(8/3)/2;
    # Student's t for 3 degrees of freedom is 3.182 in every table
    mean = estimate_mean([2, 4, 4, 6], unit="purchases")
    assert mean.value == 4 and mean.high - 4 == pytest.approx(3.182446 * math.sqrt(8 / 3) / 2)
    assert (round(mean.low, 1), round(mean.high, 1)) == (1.4, 6.6)


@pytest.mark.parametrize("n", [2, 3, 10, 400])
def test_a_mean_has_the_interval_of_statsmodels(n):
    values = np.random.default_rng(n).gamma(2, 10, n)
    mean = estimate_mean(values, unit="yuan")
    assert (mean.low, mean.high) == pytest.approx(DescrStatsW(values).tconfint_mean(0.05))


def test_a_ratio_to_ones_is_the_mean():
    values = [3.0, 9.0, 4.0]
    ratio, mean = estimate_ratio(values, [1, 1, 1], unit="yuan"), estimate_mean(values, unit="yuan")
    assert (ratio.value, ratio.high, ratio.unit) == (
        pytest.approx(mean.value),
        pytest.approx(mean.high),
        "yuan",
    )


def test_the_interval_of_few_customers_covers_the_mean_in_about_95_of_100_repetitions():
    # the normal quantile covers it in 85 of 100 only
    samples = np.random.default_rng(1).normal(10, 3, size=(2000, 4))
    covered = np.mean([estimate_mean(sample, unit="yuan").covers(10) for sample in samples])
    assert 0.93 < covered < 0.97


def test_what_no_customer_did_may_yet_be_done():
    ratio, three = estimate_ratio([0, 0, 0], [10, 5, 20], unit="%"), estimate_share(0, 3)
    assert (ratio.value, ratio.low, ratio.high, ratio.n) == (0, 0, three.high, 3)


def test_a_price_that_is_the_same_for_all_has_no_interval():
    each = estimate_ratio([30.0, 90.0], [1, 3], unit="yuan")
    assert (each.low, each.high) == (30, 30)


def test_the_interval_of_a_ratio_is_that_of_other_customers_drawn_anew():
    generator = np.random.default_rng(3)
    bought = generator.gamma(2, 10, 400)
    cost = bought * generator.uniform(0, 0.2, 400)
    ratio = estimate_ratio(cost, bought, unit="%")
    weights = draw_weights(400, draws=4000, seed=4)
    drawn = estimate_from_draws(ratio.value, weights @ cost / (weights @ bought), n=400, unit="%")
    assert (ratio.low, ratio.high) == pytest.approx((drawn.low, drawn.high), rel=0.02)


def test_a_ratio_of_gains_may_have_a_limit_below_zero_but_a_ratio_of_amounts_may_not():
    assert estimate_ratio([5, -1, 0], [10, 10, 10], unit="%").low < 0
    assert estimate_ratio([5, 0, 0], [10, 10, 10], unit="%").low == 0


def test_an_estimate_reads_like_a_sentence():
    assert str(Estimate(0.24, 0.22, 0.26, n=1204)) == "24 % (22 to 26, n = 1,204)"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.0049, 0.0047, 0.0051, n=10), "0.49 % (0.47 to 0.51, n = 10)"),
        (Estimate(0.5, 0.5, 0.5, n=3), "50.0 % (50.0 to 50.0, n = 3)"),
        (Estimate(2.0, 1.4, 2.6, n=9, unit="times"), "2.0 times (1.4 to 2.6, n = 9)"),
        (Estimate(5.0, 2.0, 11.0, n=9, unit="times"), "5.0 times (2.0 to 11.0, n = 9)"),
        (
            Estimate(-0.06, -0.09, -0.03, n=40, unit="percentage points"),
            "-6 percentage points (-9 to -3, n = 40)",
        ),
        (Estimate(math.inf, 70.0, math.inf, n=5, unit="yuan"), "no limit (70 to no limit, n = 5)"),
        (Estimate(1234.5, 1000.0, 1500.0, n=5, unit="yuan"), "1,234 yuan (1,000 to 1,500, n = 5)"),
        (Estimate(-0.001, -0.03, 0.03, n=5), "0 % (-3 to 3, n = 5)"),
    ],
)
def test_an_estimate_shows_as_many_decimals_as_its_interval_supports(estimate, text):
    assert estimate.text() == text


def test_the_reader_can_ask_for_decimals():
    assert f"{Estimate(0.24, 0.22, 0.26, n=1204):.2f}" == "24.00 % (22.00 to 26.00, n = 1,204)"
    with pytest.raises(ValueError, match=r"format '>8' is unknown\. Write the decimals, for example '\.1f'"):
        format(Estimate(0.24, 0.22, 0.26, n=1204), ">8")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Estimate(math.nan, 0.0, 1.0, n=3), "Estimate: value is not a number"),
        (lambda: Estimate(0.5, 0.6, 0.4, n=3), "the lower limit 0.6 is above the upper 0.4"),
        (lambda: Estimate(0.5, 0.4, 0.6, n=0), "n is 0, expected at least 1 customer"),
        (lambda: Estimate(0.5, 0.4, 0.6, n=3, unit="apples"), "unknown unit 'apples'. Known units: %, "),
        (lambda: Estimate(0.5, 0.4, 0.6, n=3.5), "n is 3.5, expected at least 1 customer"),
        (lambda: Estimate("half", 0.4, 0.6, n=3), "Estimate: value is not a number"),
        (lambda: estimate_share(1, 0), "n is 0, expected a whole number of at least 1"),
        (lambda: estimate_share(1, 2.5), "n is 2.5, expected a whole number of at least 1 customer"),
        (lambda: estimate_share(4, 3), "count is 4, expected a whole number from 0 to n = 3"),
        (lambda: estimate_share(-1, 3), "count is -1, expected a whole number from 0 to n = 3"),
        (lambda: estimate_share(3.7, 10), "count is 3.7, expected a whole number from 0 to n = 10"),
        (lambda: estimate_share(math.nan, 10), "count is nan, expected a whole number from 0 to n = 10"),
        (lambda: estimate_difference(1, 2, 3.5, 4), "other_count is 3.5, expected a whole number from 0"),
        (lambda: estimate_mean([1.0], unit="days"), "estimate_mean: expected at least 2 customers, found 1"),
        (lambda: estimate_mean([1, math.inf, 2], unit="days"), "1 of 3 values are wrong (position 1: inf)"),
        (lambda: estimate_mean([[1, 2], [3, 4]], unit="days"), "expected a finite number for each of 2"),
        (lambda: estimate_ratio([1, 2], [1, 2, 3], unit="%"), "2 numerators but 3 denominators"),
        (lambda: estimate_ratio([1, 2], [0, 0], unit="%"), "the denominators sum to 0, expected more than 0"),
        (lambda: draw_weights(1, seed=1), "draw_weights: units is 1, expected at least 2"),
        (lambda: draw_weights(4, draws=1, seed=1), "draw_weights: draws is 1, expected at least 2"),
        (lambda: draw_weights(4, draws=math.nan, seed=1), "draw_weights: draws is nan, expected at least 2"),
        (lambda: estimate_from_draws(1, [1, math.nan], n=3, unit="days"), "each a number, none missing"),
        (lambda: estimate_from_draws(1, ["a", 1], n=3, unit="days"), "2 repetitions, each a number"),
        (lambda: estimate_from_draws(1, [[1, 2]] * 3, n=3, unit="days"), "2 repetitions, each a number"),
        (lambda: estimate_from_draws(1, [1.0], n=3, unit="days"), "2 repetitions, each a number"),
        (lambda: quantile(95), "confidence is 95, expected a share above 0 and below 1, for example 0.95"),
        (lambda: quantile(1), "confidence is 1, expected a share above 0 and below 1"),
        (lambda: quantile(0), "confidence is 0, expected a share above 0 and below 1"),
        (lambda: quantile(math.nan), "confidence is nan, expected a share above 0 and below 1"),
    ],
)  # fmt: skip
def test_bad_input_says_what_was_expected(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert message in str(caught.value)


def test_a_ratio_treats_the_rows_of_one_customer_as_one():
    # one customer with 100 equal rows is one observation, not a hundred
    one = estimate_ratio([1, 0, 1, 0], [1, 1, 1, 1], unit="%")
    many = estimate_ratio([100, 0, 100, 0], [100, 100, 100, 100], unit="%")
    assert many.low == pytest.approx(one.low) and many.high == pytest.approx(one.high)


def test_an_infinite_repetition_makes_the_limit_infinite():
    draws = [10.0] * 90 + [math.inf] * 10
    assert estimate_from_draws(10.0, draws, n=5, unit="yuan").high == math.inf


@pytest.mark.parametrize(("draws", "limits"), [(2, (0, 1)), (40, (0, 39)), (41, (1, 39)), (1000, (24, 975))])
def test_the_limits_are_the_draws_that_leave_at_most_one_in_forty_on_each_side(draws, limits):
    # 2.5 % of the way from the first to the last of 41 draws is the second one
    found = estimate_from_draws(1, np.arange(draws)[::-1], n=5, unit="yuan")
    assert (found.low, found.high) == limits


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (9, 2.262), (30, 2.042), (1000, 1.962), (math.inf, 1.960)]
)
def test_the_quantiles_are_those_of_the_table_of_student(freedom, t):
    assert round(quantile(0.95, freedom=freedom), 3) == t


def test_a_confidence_close_to_one_has_a_finite_quantile():
    assert 8 < quantile(math.nextafter(1, 0)) < 9 and quantile(1e-12) > 0


def test_the_same_seed_draws_the_same_customers():
    assert (draw_weights(5, draws=4, seed=7) == draw_weights(5, draws=4, seed=7)).all()
    assert (draw_weights(5, draws=4, seed=7) != draw_weights(5, draws=4, seed=8)).any()


@given(st.integers(1, 500), st.data())
def test_a_share_lies_inside_its_interval_and_between_0_and_1(n, data):
    count = data.draw(st.integers(0, n))
    share = estimate_share(count, n)
    assert 0 <= share.low <= share.value <= share.high <= 1


@given(st.integers(1, 200), st.data())
def test_the_share_of_the_others_is_the_mirror_image(n, data):
    count = data.draw(st.integers(0, n))
    share, rest = estimate_share(count, n), estimate_share(n - count, n)
    assert share.low + rest.high == pytest.approx(1) and share.value + rest.value == pytest.approx(1)


@given(st.integers(1, 100), st.integers(1, 100), st.data())
def test_a_difference_changes_its_sign_when_the_groups_are_swapped(n, m, data):
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    one, other = estimate_difference(k, n, j, m), estimate_difference(j, m, k, n)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_every_bootstrap_sample_has_as_many_customers_as_there_are(units, seed):
    weights = draw_weights(units, draws=5, seed=seed)
    assert weights.shape == (5, units) and (weights.sum(axis=1) == units).all() and (weights >= 0).all()


def test_the_wilson_interval_covers_a_known_share_in_about_95_of_100_repetitions():
    draws = np.random.default_rng(1).binomial(60, 0.3, size=2000)
    covered = np.mean([estimate_share(int(count), 60).covers(0.3) for count in draws])
    assert 0.93 < covered < 0.98


def test_an_interval_covers_its_own_limits_and_nothing_beyond():
    found = Estimate(2.0, 1.0, 3.0, n=9)
    assert [found.covers(value) for value in (0.99, 1.0, 3.0, 3.01)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Estimate(1.0, math.nan, math.nan, n=1),
            "Estimate: low, high is not a number. Say that nothing was measured instead.",
        ),
        (
            lambda: estimate_from_draws(1.0, 1.0, n=1, unit="yuan"),
            "estimate_from_draws: expected at least 2 repetitions, each a number, none missing.",
        ),
        (
            lambda: estimate_from_draws(1.0, ["many", "few"], n=1, unit="yuan"),
            "estimate_from_draws: expected at least 2 repetitions, each a number, none missing.",
        ),
    ],
)
def test_what_is_no_estimate_is_refused_in_words(make, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert str(caught.value) == message


def test_a_ratio_of_small_totals_is_a_ratio_and_a_wrong_total_is_told_apart():
    assert estimate_ratio([0.1, 0.2], [0.2, 0.4], unit="%").value == pytest.approx(0.5)
    for place, call in (
        ("numerator", lambda: estimate_ratio([1, None], [1, 2], unit="%")),
        ("denominator", lambda: estimate_ratio([1, 2], [1, None], unit="%")),
    ):
        with pytest.raises(ValueError, match=f"^estimate_ratio: {place}: 1 of 2 values"):
            call()
    with pytest.raises(ValueError, match=r"^draw_weights: seed is -1, expected"):
        draw_weights(3, draws=2, seed=-1)


@pytest.mark.parametrize(("half", "decimals"), [(1.0, 0), (0.99, 1), (0.1, 1), (0.099, 2), (0.00001, 4)])
def test_decimals_follow_the_half_width(half, decimals):
    assert Estimate(0.0, -half, half, n=9, unit="yuan")._decimals() == decimals
