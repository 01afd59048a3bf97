"""Whom to treat first: orders by hand on six members, and a world in which the middle is moved most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.improving import uplift as module
from crmlib.improving.uplift import (
    CHANCE,
    LIKELY,
    RISK,
    UPLIFT,
    compare_policies,
    explore_policies,
    follow_policies,
    score_members,
)
from tests.improving.calls import FRAMES, TRIAL
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders

SIX = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4, 5, 6, 7],
        "judged": [True] * 6 + [False],
        "likelihood": [0.1, 0.2, 0.4, 0.5, 0.8, 0.9, 0.5],
        "uplift": [0.01, 0.05, 0.2, 0.3, 0.04, -0.1, 0.9],
    }
)
WITHOUT, WITH = [0, 0, 0, 0, 1, 1, 0], [0, 0, 1, 1, 1, 0, 1]  # 3 and 4 are won, 6 is kept away
TRUTH = pd.concat(
    pd.DataFrame(
        {"campaign_id": 5, "customer_id": range(1, 8), "arm": arm, "bought": np.array(facts, dtype=bool)}
    )
    for arm, facts in (("control", WITHOUT), ("coupon", WITH))
)


def reached(policy, letters):
    """Extra buyers among the six after so many letters."""
    curves = follow_policies(SIX, TRUTH)
    line = curves[curves["policy"] == policy]
    return np.interp(letters / 6, line["written_share"], line["extra_per_100"]) * 6 / 100


def test_receipts_of_nobody_make_all_members_alike():
    scores = score_members(FRAMES["joined"], FRAMES["receipts"].assign(customer_id=pd.NA), as_of=TRIAL)
    assert scores["likelihood"].nunique() == 1 and scores["uplift"].nunique() == 1


def test_each_policy_writes_in_its_own_order():
    assert [reached(RISK, n) for n in (2, 4, 6)] == pytest.approx([0, 2, 1], abs=0.1)
    assert [reached(LIKELY, n) for n in (1, 3, 4, 6)] == pytest.approx([-1, 0, 1, 1], abs=0.1)
    assert [reached(UPLIFT, n) for n in (1, 2, 5, 6)] == pytest.approx([1, 2, 2, 1], abs=0.1)
    assert [reached(CHANCE, n) for n in (3, 6)] == pytest.approx([0.5, 1])


def test_whoever_was_learned_from_does_not_judge():
    assert reached(UPLIFT, 1) == pytest.approx(1, abs=0.1)  # member 7 would come first and be won


def test_the_difference_of_two_policies_is_that_of_the_means_of_those_written_to():
    found = compare_policies(SIX, TRUTH, written_share=1 / 3)  # uplift: 4, 3 (both won); risk: 1, 2 (none)
    assert found.value == pytest.approx(100 * (2 / 2 - 0 / 2)) and found.n == 6
    assert compare_policies(SIX, TRUTH, other=CHANCE, written_share=1 / 3).value == pytest.approx(
        100 * (1 - 1 / 6)
    )
    assert compare_policies(SIX, TRUTH, written_share=1).value == pytest.approx(0)


def test_the_interval_is_as_wide_as_that_of_members_drawn_anew():
    draw, n = np.random.default_rng(4), 600
    likelihood = np.linspace(0.02, 0.98, n)
    effect = 0.8 * likelihood * (1 - likelihood)
    scores = pd.DataFrame(
        {"customer_id": range(n), "judged": True, "likelihood": likelihood, "uplift": effect}
    )
    luck = draw.random(n)
    facts = {"control": luck < likelihood, "coupon": luck < likelihood + effect}
    truth = pd.concat(
        pd.DataFrame({"campaign_id": 5, "customer_id": range(n), "arm": arm, "bought": bought})
        for arm, bought in facts.items()
    )
    found = compare_policies(scores, truth, written_share=0.2)
    size, extra = n // 5, 100 * (facts["coupon"].astype(float) - facts["control"])
    weight = np.zeros(n)
    weight[np.argsort(-effect, kind="stable")[:size]] += 1 / size
    weight[:size] -= 1 / size
    again = [(weight * extra)[draw.integers(0, n, n)].sum() for _ in range(4000)]
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * np.std(again), rel=0.05)


def make_trial(n):
    """A trial of n members: who bought more is likelier to buy, and the effect is largest in the middle."""
    draw = np.random.default_rng(5)
    count = draw.integers(0, 13, n)
    likelihood = 1 / (1 + np.exp(3 - 0.5 * count))
    arm = np.where(draw.random(n) < 0.5, "coupon", "control")
    effect = 0.5 * likelihood * (1 - likelihood)
    bought = draw.random(n) < likelihood + effect * (arm == "coupon")
    joined = pd.DataFrame({"customer_id": range(n), "stratum": "a", "arm": arm, "bought": bought})
    days = pd.Timestamp("2025-09-06") - pd.to_timedelta(draw.integers(0, 90, count.sum()), unit="D")
    receipts = pd.DataFrame({"customer_id": np.repeat(np.arange(n), count), "purchased_at": days})
    return joined, receipts, likelihood, effect


def test_the_scores_find_who_buys_anyway_and_who_is_moved():
    joined, receipts, likelihood, effect = make_trial(8000)
    scores = score_members(joined, receipts, as_of="2025-09-07")
    assert scores["judged"].mean() == 0.5
    assert np.corrcoef(scores["likelihood"], likelihood)[0, 1] > 0.97
    assert np.corrcoef(scores["uplift"], effect)[0, 1] > 0.8


def test_nothing_of_the_judged_half_is_learned_from():
    joined, receipts, *_ = make_trial(400)
    scores = score_members(joined, receipts, as_of="2025-09-07")
    other = joined.assign(bought=joined["bought"] ^ scores["judged"])
    pd.testing.assert_frame_equal(score_members(other, receipts, as_of="2025-09-07"), scores)


def test_purchases_from_the_day_on_are_not_known_yet():
    joined, receipts, *_ = make_trial(400)
    late = receipts.assign(purchased_at=pd.Timestamp("2025-09-07"))
    pd.testing.assert_frame_equal(
        score_members(joined, pd.concat([receipts, late]), as_of="2025-09-07"),
        score_members(joined, receipts, as_of="2025-09-07"),
    )


def test_a_trial_without_any_buyer_teaches_nothing():
    with pytest.raises(ValueError, match="nothing can be learned from one half of the trial"):
        score_members(FRAMES["joined"].assign(bought=False), FRAMES["receipts"], as_of=TRIAL)


def test_the_live_figure_names_the_policy_that_earns_most(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_policies(follow_policies(SIX, TRUTH)))
    ax = new_axes()
    live["draw"](ax, margin=60, cost=2.4)
    # two letters of six win two buyers: 100 · (2 · 60 − 2 · 2.4) / 6 = 1,920, less for the next hundredth
    assert ax.get_title() == "Best: most moved first, 34 % written to, 1,918 yuan"
    live["draw"](ax, margin=5, cost=8.0)
    assert ax.get_title() == "Best: nobody, 0 % written to, 0 yuan"


def test_the_live_figure_draws_the_profit_of_each_policy(monkeypatch):
    extra = {RISK: [0.0, 1, 4], LIKELY: [0.0, 3, 4], UPLIFT: [0.0, 5, 4], CHANCE: [0.0, 2, 4]}
    curves = pd.concat(
        pd.DataFrame({"policy": name, "written_share": [0, 0.5, 1], "extra_per_100": gains})
        for name, gains in extra.items()
    )
    live = catch_live(monkeypatch, module, lambda: explore_policies(curves.iloc[::-1]))
    ax = new_axes()
    live["draw"](ax, margin=50, cost=2.0)  # extra × 50 less 100 and 200 yuan for letters
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: Best: most moved first, 50 % written to, 150 yuan
        x: members written to
        y: profit per 100 members (yuan)
        legend: at risk first | likeliest first | most moved first | by lot
        line 'at risk first' rust -. thick: (0, 0) (0.5, -50) (1, 0)
        line 'likeliest first' orange -- thick: (0, 0) (0.5, 50) (1, 0)
        line 'most moved first' blue - thick: (0, 0) (0.5, 150) (1, 0)
        line 'by lot' black : thick: (0, 0) (0.5, 0) (1, 0)
        level black - thin: y = 0
    """)
    assert ax.get_ylim() == pytest.approx((-60, 160 + 0.25 * 220))
    assert (ax.xaxis.get_major_formatter()(1), ax.yaxis.get_major_formatter()(1000)) == ("100 %", "1,000")
    assert read_sliders(live) == {
        "margin": (5, 150, 50, 5),
        "cost": (0, 8, 2.4, 0.2),
    }
