"""One offer for all against graded offers (A-11): by hand, as laws, against the truth, under luck alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.relationship_marketing import policies
from crmlib.relationship_marketing.policies import (
    cross_value_policies,
    estimate_grading_gain,
    explore_grading,
    plot_policies,
    value_policies,
)
from crmlib.trials.campaigns import CONTROL
from tests.pictures import catch_live, read_bars, read_frame, read_lines, read_texts, read_whiskers
from tests.relationship_marketing.calls import FRAMES
from tests.relationship_marketing.frames import make_results

PROFITS = st.dictionaries(
    st.sampled_from(["low", "middle", "high"]),
    st.fixed_dictionaries(dict.fromkeys([CONTROL, "coupon", "reminder"], st.integers(-20, 60))),
    min_size=1,
)


def make_offers(profits):
    """Offers of groups with 10 members: profits[group][arm]; goods of 100 yuan and a margin of 30 %."""
    rows = [(group, arm, value) for group, arms in profits.items() for arm, value in arms.items()]
    table = pd.DataFrame(rows, columns=["stratum", "arm", "profit_cny"]).assign(n=10, margin_share=0.3)
    return table.assign(goods_cny=100.0, discount_cny=0.0, points_cny=0.0, contact_cny=0.0)


def read_gains(profits):
    """Policy → gain."""
    return value_policies(make_offers(profits)).set_index("policy")["gain_cny"]


def test_the_six_members_of_the_chapter_gain_6_yuan_together_and_12_if_graded():
    # two members a group: the coupon for all gains −4 + 12 − 2 yuan, sent to the middle alone 12
    profits = {"high": (55, 53), "middle": (11, 17), "low": (0.5, -0.5)}
    gains = read_gains({group: {CONTROL: pair[0], "coupon": pair[1]} for group, pair in profits.items()})
    assert (6 * gains).round(9).to_dict() == {"nobody": 0, "coupon for all": 6, "graded": 12}


def test_groups_weigh_by_their_members():
    offers = make_offers({"low": {CONTROL: 0, "coupon": -1}, "high": {CONTROL: 0, "coupon": 3}})
    offers.loc[offers["stratum"] == "high", "n"] = 30
    gains = value_policies(offers).set_index("policy")["gain_cny"]
    assert gains["coupon for all"] == pytest.approx((-1 * 10 + 3 * 30) / 40)
    assert gains["graded"] == pytest.approx(3 * 30 / 40)


@given(PROFITS)
@settings(max_examples=30)
def test_graded_never_loses_against_one_offer_on_the_same_table(profits):
    gains = read_gains(profits)
    assert gains["graded"] >= gains.drop("graded").max() - 1e-9 and gains["nobody"] == 0


@given(PROFITS, st.integers(-20, 20))
@settings(max_examples=30)
def test_a_yuan_more_for_everybody_changes_no_gain(profits, more):
    shifted = {group: {arm: value + more for arm, value in arms.items()} for group, arms in profits.items()}
    np.testing.assert_allclose(read_gains(profits), read_gains(shifted), atol=1e-9)


@pytest.mark.parametrize("rows", [slice(1, None), slice(0, 1), slice(0, 3)])
def test_half_an_offer_table_is_refused(rows):
    offers = make_offers({"low": {CONTROL: 2, "coupon": 1}, "high": {CONTROL: 50, "coupon": 53}})
    with pytest.raises(ValueError, match=r"offers.arm: expected the control arm and every offer in every"):
        value_policies(offers.iloc[rows])


def test_a_choice_is_praised_for_luck_where_nothing_works():
    # all arms alike: on the members that chose it the best offer looks good, on the others it gains nothing
    noise = np.random.default_rng(8).normal(10, 10, 2400)
    results = make_results(2400, seed=7).assign(profit_cny=noise)
    crossed = cross_value_policies(results, splits=60).set_index("policy")
    assert (crossed["gain_same_cny"] > 0).all()
    assert (crossed["gain_same_cny"] > crossed["gain_other_cny"]).all()
    assert (crossed["low"] < 0).all() and (crossed["high"] > 0).all()


def test_with_a_strong_effect_the_halves_agree():
    # 4 yuan in one half of the members, −0.80 in the other: graded gains 2, the coupon for all 1.6
    crossed = cross_value_policies(make_results(800), splits=20).set_index("policy")
    assert crossed.loc["graded", "wins_share"] == 1 and crossed.loc["best single offer", "wins_share"] == 0
    assert crossed.loc["graded", "gain_other_cny"] == pytest.approx(2.0, abs=0.3)
    assert crossed.loc["best single offer", "gain_other_cny"] == pytest.approx(1.6, abs=0.3)


def test_where_both_halves_choose_alike_they_give_the_gain_of_all_members():
    # a second way: the difference of the arms in high value, which is a quarter of the members, and its error
    results = make_results(1200)  # all arms even, so that the halves are equal
    results = results[(results["stratum"] == "low value") | (results["customer_id"] % 12 < 4)]
    share = (results["stratum"] == "high value").mean()
    arms = results[results["stratum"] == "high value"].groupby("arm")["profit_cny"]
    gain = share * (arms.mean()["coupon"] - arms.mean()[CONTROL])
    error = share * np.sqrt((arms.var() / arms.size()).sum())
    row = cross_value_policies(results, splits=20).set_index("policy").loc["graded"]
    assert row[["gain_same_cny", "gain_other_cny"]].tolist() == pytest.approx([gain, gain])
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert 0.2 < share < 0.3


def test_the_gain_of_grading_is_the_gap_between_the_two_policies(results):
    crossed = cross_value_policies(results, splits=20, seed=1).set_index("policy")["gain_other_cny"]
    gain = estimate_grading_gain(results, splits=20, seed=1)
    assert gain.value == pytest.approx(crossed["graded"] - crossed["best single offer"])
    assert gain.low < gain.value < gain.high and gain.n == len(results)


def test_where_all_groups_are_alike_grading_neither_gains_nor_is_uncertain():
    results = make_results(800).assign(stratum="all")
    gain = estimate_grading_gain(results, splits=5)
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)
    assert cross_value_policies(results, splits=5)["wins_share"].tolist() == [0, 0]  # ties, all of them


def test_the_seed_alone_decides_about_the_halves():
    results = make_results(800)
    one, same, other = (cross_value_policies(results, splits=5, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, same)
    assert not one["gain_other_cny"].equals(other["gain_other_cny"])


def test_a_handful_of_members_cannot_be_halved():
    with pytest.raises(ValueError, match="results: fewer than 8 members in an arm of a group"):
        cross_value_policies(make_results(16))


def test_at_the_firm_grading_hardly_beats_the_best_offer_for_all(true_offers):
    # true whichever firm is drawn: offers work alike in the groups, and a letter costs less than a yuan
    gains = value_policies(true_offers).set_index("policy")["gain_cny"]
    best = gains.drop(["graded", "nobody"]).max()
    assert 0 <= gains["graded"] - best < 0.5 and best > 0


def test_the_plot_sets_promise_measurement_and_truth_of_each_policy_on_one_line():
    crossed = pd.DataFrame({"policy": ["best single offer", "graded"], "low": -4.0, "high": 4.5})
    crossed = crossed.assign(gain_same_cny=[2.4, 3.2], gain_other_cny=[0.0, -0.1])
    gains = {"graded": 1.5, "nobody": 9.0, "coupon for all": 1.0, "reminder for all": 0.5}
    ax = plot_policies(crossed, pd.DataFrame({"policy": list(gains), "gain_cny": list(gains.values())}))
    assert read_frame(ax) == {
        "title": "graded: 3.2 yuan on the choosers, −0.1 on others",
        "x": "gain against sending nothing (yuan per member)",
        "y": "policy",
        "rows": ["best single offer", "graded"],
        "legend": ["on the choosers", "on others", "truth, choice known"],
    }
    assert read_lines(ax) == [
        (COLOURS["truth"], ":", "", [0, 0], [0, 1]),
        (COLOURS["claim"], "None", "s", [2.4, 3.2], [0, 1]),
        (COLOURS["estimate"], "None", "o", [0, -0.1], [0, 1]),
        (COLOURS["truth"], "None", "D", [1, 1.5], [0, 1]),
    ]
    assert read_whiskers(ax) == [[[-4, 0], [4.5, 0]], [[-4, 1], [4.5, 1]]]
    assert read_frame(plot_policies(crossed))["legend"] == ["on the choosers", "on others"]


@pytest.mark.parametrize("policies", [["nobody", "coupon for all"], ["nobody", "graded"]])
def test_true_policies_without_an_offer_for_all_or_without_grades_are_refused(policies):
    true = pd.DataFrame({"policy": policies, "gain_cny": 1.0})
    with pytest.raises(ValueError, match=r"policies.policy: expected offers for all and 'graded'.*value_pol"):
        plot_policies(FRAMES["crossed"], true)


def test_the_controls_of_the_live_figure_start_at_the_firms_own_margin_and_contact(monkeypatch):
    # margins of 20 % on 10 · 100 yuan of goods and of 40 % on 30 · 100: 35 %; contacts of 1 and 2.24 yuan
    offers = make_offers({"low": {CONTROL: 30, "coupon": 29}, "high": {CONTROL: 30, "coupon": 32}})
    offers = offers.assign(n=[10, 10, 30, 30], margin_share=[0.2, 0.2, 0.4, 0.4], contact_cny=[0, 1, 0, 2.24])
    live = catch_live(monkeypatch, policies, lambda: explore_grading(offers))
    assert live["controls"] == {
        "contact_cny": Slider("cost of a contact (yuan)", 0.0, 8.0, 1.6, 0.1),
        "margin_percent": Slider("margin (% of goods)", 5, 60, 35, 1),
    }
    extreme = offers.assign(margin_share=0.9, contact_cny=[0, 20, 0, 20])
    live = catch_live(monkeypatch, policies, lambda: explore_grading(extreme))
    assert [slider.start for slider in live["controls"].values()] == [8.0, 60]
    nothing = offers.assign(margin_share=0.01, contact_cny=0.0, goods_cny=0.0)
    live = catch_live(monkeypatch, policies, lambda: explore_grading(nothing))
    assert [slider.start for slider in live["controls"].values()] == [0.0, 5]


@pytest.mark.parametrize(
    ("contact", "bars", "words", "more"),
    [
        # 100 yuan bring 30 and 110 bring 33: in the high group the points are worth 3 yuan less the contact
        (1.0, [0, 500, 1000], "low nothing, high double points", 500),
        (4.0, [0, -2500, 0], "low nothing, high nothing", 0),
    ],
)
def test_a_dear_contact_leaves_nobody_to_write_to(monkeypatch, contact, bars, words, more):
    offers = make_offers(
        {"low value": {CONTROL: 3, "double_points": 9}, "high": {CONTROL: 3, "double_points": 3}}
    )
    offers.loc[3, "goods_cny"] = 110.0
    live = catch_live(monkeypatch, policies, lambda: explore_grading(offers))
    ax = new_axes()
    live["draw"](ax, contact_cny=contact, margin_percent=30)
    assert read_frame(ax) == {
        "title": f"graded: {words};\n{more} yuan more than the best single policy",
        "x": "gain against sending nothing (yuan per 1,000 members)",
        "y": "policy",
        "rows": ["nobody", "double points for all", "graded"],
    }
    plain, graded = COLOURS["control"], COLOURS["estimate"]
    found = [(colour, width) for colour, _, _, width, _ in read_bars(ax)]
    assert found == list(zip([plain, plain, graded], bars, strict=True))
    assert [text for text, *_ in read_texts(ax)] == [f"{bar:,.0f}" for bar in bars]
    assert [bar.get_hatch() for bar in ax.patches] == [None, None, "//"]
    assert read_lines(ax) == [(COLOURS["truth"], "-", "", [0, 0], [0, 1])]
    assert ax.get_ylim()[0] > ax.get_ylim()[1] and ax.margins()[0] == 0.2


def test_the_table_of_policies_begins_with_nobody_and_ends_with_grades():
    offers = make_offers({"low": {CONTROL: 0, "coupon": -1}, "high": {CONTROL: 0, "coupon": 3}})
    found = value_policies(offers)
    expected = pd.DataFrame({"policy": ["nobody", "coupon for all", "graded"], "gain_cny": [0.0, 1.0, 1.5]})
    pd.testing.assert_frame_equal(found[["policy", "gain_cny"]], expected)
