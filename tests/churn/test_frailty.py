"""A mixture whose customers never change: by hand, as a law, and in the truth of the firm."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.churn import frailty as module
from crmlib.churn.frailty import (
    explore_mixture,
    measure_frailty_by_tenure,
    mix_retention,
    plot_frailty_by_tenure,
)
from crmlib.estimates.estimate import estimate_mean
from tests.churn.calls import FRAMES, follow
from tests.pictures import catch_live, read_frame, read_lines, read_whiskers


def test_fifty_stayers_and_fifty_movers_of_the_chapter():
    # 45 + 25 of 100 stay; of the 70 left, 45 are stayers: (45 · 0.9 + 25 · 0.5) / 70
    table = mix_retention([0.5, 0.5], [0.9, 0.5], periods=2)
    assert table["retention"].tolist() == pytest.approx([0.7, 53 / 70])
    assert table["still_here"].tolist() == pytest.approx([1, 0.7])
    assert table["share_1"].tolist() == pytest.approx([0.5, 45 / 70])


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.3, 1.0), st.floats(0.0, 0.99))
def test_a_mixture_never_loses_retention_although_nobody_changes(part, one, other):
    table = mix_retention([part, 1 - part], [one, other], periods=6)
    assert (table["retention"].diff().dropna() >= -1e-9).all()
    assert table["retention"].max() <= max(one, other) + 1e-9


def test_one_kind_of_customers_has_the_same_retention_in_every_period():
    assert mix_retention([0.3, 0.7], [0.8, 0.8])["retention"].tolist() == pytest.approx([0.8] * 5)


@pytest.mark.parametrize(("shares", "stay"), [([0.5, 0.4], [0.9, 0.5]), ([1.0], [0.9, 0.5])])
def test_shares_sum_to_one_and_each_kind_has_its_chance(shares, stay):
    with pytest.raises(ValueError, match="expected equally many, shares that sum to 1"):
        mix_retention(shares, stay)


def test_the_tendency_to_leave_falls_among_those_who_are_left():
    # the thirty with +1 are gone after 100 days, the thirty with -1 stay
    frailty = measure_frailty_by_tenure(FRAMES["lifetimes"])
    assert frailty["frailty"].iloc[0] == 0 and (frailty["frailty"].iloc[1:] == -1).all()
    assert frailty["n"].tolist()[:2] == [60, 30]


def test_who_leaves_on_the_first_day_of_a_step_still_counts_in_it():
    lives = follow([100] * 30 + [99] * 5, [True] * 35, frailty=[1.0] * 30 + [8.0] * 5)
    table = measure_frailty_by_tenure(lives, step_days=100)
    assert table["n"].tolist() == [35, 30] and table["frailty"].tolist() == [2.0, 1.0]
    first = estimate_mean(lives["frailty"], unit="points")
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([first.low, first.high])


def test_steps_with_fewer_than_thirty_customers_are_left_out():
    with pytest.raises(ValueError, match="lifetimes: 29 customers, expected at least 30 to average"):
        measure_frailty_by_tenure(FRAMES["lifetimes"].head(29))


def test_the_live_mixture_lies_between_its_two_kinds(monkeypatch):
    live = catch_live(monkeypatch, module, explore_mixture)
    assert live["controls"] == {
        "loyal_percent": Slider("stayers at the start (%)", 0, 100, 50, 5),
        "loyal_stay": Slider("stayers who stay (%)", 50, 100, 90, 1),
        "other_stay": Slider("movers who stay (%)", 0, 90, 50, 5),
    }
    ax = new_axes()
    live["draw"](ax, loyal_percent=20, loyal_stay=90, other_stay=40)
    # of 100: 20 · 0.9ᵏ stayers and 80 · 0.4ᵏ movers are left after k periods
    left = [20 * 0.9**k + 80 * 0.4**k for k in range(9)]
    retention = [after / before for before, after in pairwise(left)]
    assert read_lines(ax) == [
        (COLOURS["estimate"], "-", "o", [1, 2, 3, 4, 5, 6, 7, 8], pytest.approx(retention, abs=1e-4)),
        (COLOURS["stayed"], "--", "", [0, 1], [0.9, 0.9]),
        (COLOURS["left"], ":", "", [0, 1], [0.4, 0.4]),
    ]
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": f"from the first to the eighth period: {100 * (retention[-1] - retention[0]):+.0f} points",
        "x": "period",
        "y": "share of those still here who stay",
        "legend": ["the firm", "stayers, always", "movers, always"],
    }
    assert ax.get_ylim() == (0, 1.02) and ax.yaxis.get_major_formatter()(0.25) == "25 %"


def test_the_picture_of_frailty_holds_means_and_intervals():
    table = {"from_days": [0, 182], "frailty": [0.2, -0.4], "low": [0.1, -0.7], "high": [0.3, -0.2]}
    ax = plot_frailty_by_tenure(pd.DataFrame(table))
    assert read_lines(ax)[0] == (COLOURS["truth"], "-", "s", [0, 182], [0.2, -0.4])
    assert read_whiskers(ax) == [[[0, 0.1], [0, 0.3]], [[182, -0.7], [182, -0.2]]]
    frame = read_frame(ax)
    assert frame["x"] == "days since joining" and frame["y"] == "mean tendency to leave\n(log odds, truth)"
