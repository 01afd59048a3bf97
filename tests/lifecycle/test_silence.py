"""How surprising a silence is: the formula against its laws and simulated lives, and the bands of members."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.charts.style import new_axes
from crmlib.customers.truth import find_true_state
from crmlib.lifecycle import silence
from crmlib.lifecycle.silence import (
    RATE_NAMES,
    SILENCE_NAMES,
    expect_still_customer,
    explore_silence,
    find_even_odds,
    join_silence_with_truth,
    measure_gone_by_silence,
    plot_gone_by_silence,
)
from tests.lifecycle.calls import FRAMES, place_in_stages, tell_truth
from tests.pictures import describe_figure, lines_of

TRUTH = tell_truth((1, "2024-01-01"), (2, None), (3, "2024-01-01"), (4, None))
STATES = find_true_state(TRUTH, as_of="2024-12-31")


def test_even_odds_of_the_chapter():
    assert find_even_odds(purchases_per_month=2, leaving_share_per_month=0.02) == pytest.approx(69.7, abs=0.1)
    months = find_even_odds(purchases_per_month=0.1, leaving_share_per_month=0.02) / (365.25 / 12)
    assert months == pytest.approx(math.log(7) / 0.12)


@given(rate=st.floats(0.05, 10), leaving=st.floats(0.001, 0.3))
def test_at_even_odds_the_chance_is_one_half(rate, leaving):
    habits = {"purchases_per_month": rate, "leaving_share_per_month": leaving}
    assert expect_still_customer(find_even_odds(**habits), **habits) == pytest.approx(0.5, abs=1e-6)


@given(rate=st.floats(0.05, 10), leaving=st.floats(0.001, 0.3), days=st.integers(0, 2000))
def test_longer_silence_never_makes_a_customer_more_alive(rate, leaving, days):
    now, later = expect_still_customer(
        [days, days + 30], purchases_per_month=rate, leaving_share_per_month=leaving
    )
    assert 0 <= later <= now <= 1
    assert expect_still_customer(0, purchases_per_month=rate, leaving_share_per_month=leaving) == 1


def test_the_formula_agrees_with_simulated_lives():
    rng = np.random.default_rng(5)
    month, rate, leaving, days = 365.25 / 12, 1.0, 0.05, 60
    life, next_purchase = rng.exponential(month / leaving, 200_000), rng.exponential(month / rate, 200_000)
    silent = np.minimum(life, next_purchase) > days
    gone_before = (life <= days) & (next_purchase > life)
    alive = silent.sum() / (silent.sum() + gone_before.sum())
    expected = expect_still_customer(days, purchases_per_month=rate, leaving_share_per_month=leaving)
    assert alive == pytest.approx(float(expected), abs=0.01)


def test_silence_is_joined_with_the_truth_of_those_who_came_back():
    stages = place_in_stages(c1="growth", c2="growth", c3="growth").assign(purchases=[2, 1, 3])
    truth = tell_truth((1, "2024-01-01"), (2, None), (3, None))
    silent = join_silence_with_truth(stages, STATES, truth)
    expected = pd.DataFrame(
        {"silence_days": 20, "purchases_per_month": 1.0, "gone": True},
        index=pd.Index([1, 3], name="customer_id"),
    )
    pd.testing.assert_frame_equal(silent, expected)
    with pytest.raises(ValueError, match="0 customers came back"):
        join_silence_with_truth(stages.assign(purchases=1), STATES, truth)
    with pytest.raises(ValueError, match="1 of them are unknown"):
        join_silence_with_truth(stages, STATES, truth.head(1))


def test_strangers_to_the_truth_are_counted():
    stages = place_in_stages(c1="growth", c9="growth")
    with pytest.raises(ValueError, match="2 customers came back, 1 of them are unknown to the truth"):
        join_silence_with_truth(stages, STATES, TRUTH)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "0–30"), (30, "0–30"), (31, "31–60"), (60, "31–60"), (61, "61–91"), (91, "61–91"), (92, "92–182"),
        (182, "92–182"), (183, "183–273"), (273, "183–273"), (274, "274–365"),
        (365, "274–365"), (366, "over 365"),
    ],
)  # fmt: skip
def test_the_last_day_of_a_band_of_silence_belongs_to_it(days, band):
    silent = pd.DataFrame({"silence_days": [days], "purchases_per_month": [1.0], "gone": [True]})
    assert measure_gone_by_silence(silent)["silence_days"].tolist() == [band]


@pytest.mark.parametrize(
    ("rate", "band"),
    [
        (0.09, "below 0.1"),
        (0.1, "0.1 to 0.3"),
        (0.3, "0.3 to 0.8"),
        (0.79, "0.3 to 0.8"),
        (0.8, "0.8 or more"),
    ],
)
def test_a_band_of_rates_begins_with_its_first_number(rate, band):
    silent = pd.DataFrame({"silence_days": [1], "purchases_per_month": [rate], "gone": [True]})
    assert measure_gone_by_silence(silent)["purchases_per_month"].tolist() == [band]


def test_shares_of_the_gone_are_counted_in_bands():
    silent = pd.DataFrame(
        {"silence_days": [400, 400, 40], "purchases_per_month": 1.0, "gone": [True, False, False]}
    )
    # Wilson's interval for no case of one is 0 to 3.84 / 4.84, for one of two 0.5 ∓ √(1.92 · 2.92) / 5.84
    expected = pd.DataFrame(
        {
            "purchases_per_month": pd.Categorical(["0.8 or more"] * 2, categories=RATE_NAMES, ordered=True),
            "silence_days": pd.Categorical(["31–60", "over 365"], categories=SILENCE_NAMES, ordered=True),
            "gone_share": [0.0, 0.5],
            "low": [0.0, 0.0945],
            "high": [0.7935, 0.9055],
            "n": [1, 2],
        }
    )
    pd.testing.assert_frame_equal(measure_gone_by_silence(silent), expected, atol=1e-4)


def test_the_shares_of_the_gone_are_drawn_by_rate_without_thin_bands():
    rows = [
        ("below 0.1", "31–60", 0.2, 0.1, 0.4, 10), ("below 0.1", "61–91", 0.9, 0.1, 1.0, 9),
        ("0.1 to 0.3", "92–182", 0.3, 0.2, 0.5, 12), ("0.3 to 0.8", "183–273", 0.5, 0.4, 0.7, 30),
        ("0.8 or more", "over 365", 0.95, 0.9, 1.0, 99),
    ]  # fmt: skip
    bands = {"purchases_per_month": RATE_NAMES, "silence_days": SILENCE_NAMES}
    table = pd.DataFrame(rows, columns=[*bands, "gone_share", "low", "high", "n"])
    kinds = {name: pd.CategoricalDtype(list(words), ordered=True) for name, words in bands.items()}
    ax = plot_gone_by_silence(table.astype(kinds))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: days since the last purchase
        x ticks at 0, 1, 2, 3, 4, 5, 6: 0–30 | 31–60 | 61–91 | 92–182 | 183–273 | 274–365 | over 365
        y: share truly gone
        legend (true purchases a month): below 0.1 | 0.1 to 0.3 | 0.3 to 0.8 | 0.8 or more
        intervals 'below 0.1' sky: (0.88, 0.1) to (0.88, 0.4)
        intervals '0.1 to 0.3' blue: (2.96, 0.2) to (2.96, 0.5)
        intervals '0.3 to 0.8' navy: (4.04, 0.4) to (4.04, 0.7)
        intervals '0.8 or more' rust: (6.12, 0.9) to (6.12, 1)
        line sky o-: (0.88, 0.2)
        line blue s-: (2.96, 0.3)
        line navy D-: (4.04, 0.5)
        line rust ^-: (6.12, 0.95)
        level black : thin: y = 0.5
    """)
    assert ax.get_ylim() == (-0.02, 1.02)


@pytest.fixture
def drawn(monkeypatch):
    """Draw the live figure for a buying rate; return its axes and the controls."""
    caught = {}
    monkeypatch.setattr(silence, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    explore_silence(FRAMES["silent"], leaving_share_per_month=0.021)

    def draw(rate: float, leaving_percent: float = 2.0):
        ax = new_axes()
        caught["draw"](ax, purchases_per_month=rate, leaving_percent=leaving_percent)
        return ax, caught["controls"]

    return draw


def test_the_live_figure_says_when_the_odds_are_even(drawn):
    ax, controls = drawn(2.0)
    assert ax.get_title() == "even odds after 70 days of silence"
    days, chance = ax.lines[0].get_data()
    assert np.interp(69.7, days, chance) == pytest.approx(0.5, abs=0.01)
    assert controls["leaving_percent"].start == 2.0  # 2.1 % in steps of one half


def test_even_odds_beyond_the_picture_have_no_line(drawn):
    def find_upright(ax):
        return [line.get_xdata()[0] for line in ax.lines if list(line.get_ydata()) == [0, 1]]

    assert find_upright(drawn(2.0)[0]) == [pytest.approx(69.7, abs=0.1)]
    assert find_upright(drawn(0.1, 0.5)[0]) == []


def test_the_dots_are_members_with_about_the_same_rate(monkeypatch):
    # ten members buy once a month; all were silent for 50 days, four of them have gone; others buy more often
    silent = pd.DataFrame(
        {
            "silence_days": 50,
            "purchases_per_month": [1.0] * 10 + [1.4] * 20,
            "gone": [True] * 4 + [False] * 26,
        }
    )
    caught = {}
    monkeypatch.setattr(silence, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_silence(silent, leaving_share_per_month=0.02)
    ax = new_axes()
    caught["draw"](ax, purchases_per_month=1.0, leaving_percent=2.0)
    # one dot at 0.6, in the middle of days 45 to 90; even odds after ln 52 / 1.02 months
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: even odds after 118 days of silence
        x: days since the last purchase
        y: still a customer
        legend: formula | truth (members)
        line 'formula' blue - thick: (0, 1) … (271.4, 0.0057) … (540, 7.056e-07)
        line black o: (67.5, 0.6)
        line 'truth (members)' black o:
        level black : thin: y = 0.5
        upright orange - thick: x = 117.9
    """)
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 540), (0, 1.03))
    small, large = (3 + math.sqrt(n) / 3 for n in (10, 20))
    assert ax.lines[1].get_markersize() == pytest.approx(small)
    caught["draw"](ax, purchases_per_month=1.4, leaving_percent=2.0)
    assert large in [pytest.approx(line.get_markersize()) for line in ax.lines]


def test_wrong_silences_are_listed():
    with pytest.raises(
        ValueError, match=r"silence_days: expected days, 0 or more, found -1\.0, -2\.0\. Correct"
    ):
        expect_still_customer([-1, 3, -2], purchases_per_month=1, leaving_share_per_month=0.02)
