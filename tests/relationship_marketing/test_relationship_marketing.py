"""One offer for all against graded offers (A-11): by hand, as laws, and at the firm against the truth."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_marketing.offers import (
    CONTROL,
    compute_profit,
    estimate_offer_effects,
    find_true_offers,
    join_offer_results,
    members_needed,
    order_strata,
    plot_offer_effects,
    summarise_offers,
)
from crmlib.relationship_marketing.policies import (
    choose_offers,
    cross_value_policies,
    draw_grading,
    estimate_grading_gain,
    name_policy,
    plot_policies,
    price_offers,
    value_policies,
)
from tests.relationship_marketing.calls import make_results

mpl.use("agg")


@pytest.fixture(scope="module")
def results(firm):
    """What the members of the firm's offer trial bought and left as profit."""
    return join_offer_results(firm.contacts, firm.receipts, firm.campaigns, points=firm.points)


@pytest.fixture(scope="module")
def true_offers(results):
    """What they would truly have bought under every offer."""
    return find_true_offers(load_truth("outcomes"), results)


def make_offers(profits):
    """Offers of groups with 10 members: profits[group][arm]."""
    rows = [(group, arm, value) for group, arms in profits.items() for arm, value in arms.items()]
    table = pd.DataFrame(rows, columns=["stratum", "arm", "profit_cny"]).assign(n=10, margin_share=0.3)
    return table.assign(goods_cny=0.0, discount_cny=0.0, points_cny=0.0, contact_cny=0.0)


def test_the_discount_is_paid_once():
    # 100 yuan of goods, 10 % coupon, margin 30 before and 20 after it, a letter of 0.80: 19.20 are left
    results = make_results(80)
    table = summarise_offers(results)
    assert np.allclose(results["profit_cny"], results["margin_cny"] - results["contact_cny"])
    assert table["arm"].tolist() == [CONTROL, "coupon"] * 2
    assert table["stratum"].tolist() == ["low value"] * 2 + ["high value"] * 2


def test_the_known_effect_is_found_in_the_right_group():
    # built in: 4 yuan in the high group (4.80 of margin less the letter), minus the letter in the low one
    effects = estimate_offer_effects(make_results(4000)).set_index("stratum")
    for stratum, truth in (("high value", 4.0), ("low value", -0.8)):
        row = effects.loc[stratum]
        assert row["low"] <= truth <= row["high"] and row["high"] - row["low"] < 0.5


def test_more_discount_than_the_campaign_paid_is_refused():
    from tests.relationship_marketing.calls import make_frames

    frames = make_frames()
    receipts = frames["receipts"].assign(discount_cny=5.0)
    with pytest.raises(ValueError, match=r"contacts.cost_cny: \d+ members were granted more discount"):
        join_offer_results(frames["contacts"], receipts, frames["campaigns"])


def test_a_trial_without_control_or_groups_is_refused():
    from tests.relationship_marketing.calls import make_frames

    frames = make_frames()
    contacts = frames["contacts"]
    without = contacts[contacts["arm"] != CONTROL]
    with pytest.raises(ValueError, match="campaign 5 has no control arm"):
        join_offer_results(without, frames["receipts"], frames["campaigns"])
    with pytest.raises(ValueError, match=r"contacts.stratum: missing for 80 members"):
        join_offer_results(contacts.assign(stratum=None), frames["receipts"], frames["campaigns"])
    with pytest.raises(ValueError, match="fewer than two members in an arm"):
        summarise_offers(make_results(5))


def test_grading_takes_the_best_offer_of_each_group():
    offers = make_offers({"low": {CONTROL: 2, "coupon": 1}, "high": {CONTROL: 50, "coupon": 53}})
    assert choose_offers(offers) == {"low": CONTROL, "high": "coupon"}
    gains = value_policies(offers).set_index("policy")["gain_cny"]
    # one for all: (−1 + 3) / 2; graded: (0 + 3) / 2
    assert gains.to_dict() == {"nobody": 0, "coupon for all": 1, "graded": 1.5}


PROFITS = st.dictionaries(
    st.sampled_from(["low", "middle", "high"]),
    st.fixed_dictionaries(dict.fromkeys([CONTROL, "coupon", "reminder"], st.integers(-50, 50))),
    min_size=1,
)


@given(PROFITS)
def test_on_its_own_numbers_grading_never_loses(profits):
    gains = value_policies(make_offers(profits)).set_index("policy")["gain_cny"]
    assert gains["graded"] >= gains.drop("graded").max() - 1e-9
    assert gains["graded"] >= 0 == gains["nobody"]


@given(PROFITS, st.integers(-20, 20))
def test_a_yuan_more_for_everybody_changes_no_gain(profits, more):
    shifted = {group: {arm: value + more for arm, value in arms.items()} for group, arms in profits.items()}
    one, other = (value_policies(make_offers(table))["gain_cny"] for table in (profits, shifted))
    np.testing.assert_allclose(one, other, atol=1e-9)


def test_a_dear_contact_leaves_nobody_to_write_to(true_offers):
    priced = price_offers(true_offers, margin_share=0.3, contact_cny=1000.0)
    assert set(choose_offers(priced).values()) == {CONTROL}
    assert value_policies(priced).set_index("policy").loc["graded", "gain_cny"] == 0


def test_profit_follows_its_formula():
    offers = pd.DataFrame(
        {
            "margin_share": [0.3],
            "goods_cny": [100.0],
            "discount_cny": [10.0],
            "points_cny": [1.0],
            "contact_cny": [0.8],
        }
    )
    assert compute_profit(offers).tolist() == [pytest.approx(18.2)]
    for wrong in (-0.1, 1.1, float("nan"), "much"):
        with pytest.raises(ValueError, match=r"margin_share is .*, expected a share between 0 and 1"):
            price_offers(make_offers({"all": {CONTROL: 1}}), margin_share=wrong, contact_cny=1)


def test_half_an_offer_table_is_refused(true_offers):
    with pytest.raises(ValueError, match=r"offers.arm: expected every arm, the control arm among them"):
        choose_offers(true_offers.iloc[1:])


def test_a_choice_is_praised_for_luck_where_nothing_works():
    # all arms alike: on the members that chose it the best offer looks good, on the others it gains nothing
    results = make_results(2400, seed=7)
    noise = np.random.default_rng(8).normal(10, 10, 2400)
    crossed = cross_value_policies(results.assign(profit_cny=noise), splits=60, seed=1).set_index("policy")
    assert (crossed["gain_same_cny"] > 0).all()
    assert (crossed["gain_same_cny"] > crossed["gain_other_cny"]).all()
    assert (crossed["low"] < 0).all() and (crossed["high"] > 0).all()


def test_with_a_strong_effect_the_halves_agree():
    crossed = cross_value_policies(make_results(800), splits=20, seed=1).set_index("policy")
    assert crossed.loc["graded", "wins_share"] == 1
    assert crossed.loc["graded", "gain_other_cny"] == pytest.approx(2.0, abs=0.3)  # 4 yuan in half of them
    assert crossed.loc["best single offer", "gain_other_cny"] == pytest.approx(1.6, abs=0.3)


def test_the_gain_of_grading_is_the_gap_between_the_two_policies(results):
    for rows in (results, make_results(800)):
        crossed = cross_value_policies(rows, splits=20, seed=1).set_index("policy")["gain_other_cny"]
        gain = estimate_grading_gain(rows, splits=20, seed=1)
        assert gain.value == pytest.approx(crossed["graded"] - crossed["best single offer"])
        assert gain.low < gain.value < gain.high


def test_where_all_groups_are_alike_grading_neither_gains_nor_is_uncertain():
    results = make_results(800).assign(stratum="all")
    gain = estimate_grading_gain(results, splits=5)
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)


def test_the_same_seed_gives_the_same_halves(results):
    one, other = (cross_value_policies(results, splits=5, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)
    with pytest.raises(ValueError, match="splits is 1, expected a whole number of at least 2"):
        cross_value_policies(results, splits=1)
    with pytest.raises(ValueError, match="fewer than 8 members in an arm of a group"):
        cross_value_policies(make_results(16))


def test_twice_the_effect_needs_a_quarter_of_the_members():
    results = make_results(400)
    assert members_needed(results, effect_cny=0.1) == pytest.approx(
        4 * members_needed(results, effect_cny=0.2), 4
    )
    for wrong in (0, -1, float("inf"), "one"):
        with pytest.raises(ValueError, match=r"effect_cny is .*, expected a finite amount above 0 yuan"):
            members_needed(results, effect_cny=wrong)


def test_the_firm_offers_by_group_cover_the_truth(results, true_offers):
    effects = estimate_offer_effects(results)
    truth = true_offers.set_index(["stratum", "arm"])["profit_cny"]
    inside = [
        row.low <= truth[row.stratum, row.arm] - truth[row.stratum, CONTROL] <= row.high
        for row in effects.itertuples()
    ]
    assert sum(inside) >= 7  # of nine intervals of 95 %; they share their control arms
    assert order_strata(results) == ["low value", "middle value", "high value"]


def test_at_the_firm_grading_hardly_beats_the_best_offer_for_all(true_offers):
    # true whichever firm is drawn: offers work alike in the groups, and a letter costs less than a yuan
    gains = value_policies(true_offers).set_index("policy")["gain_cny"]
    best = gains.drop(["graded", "nobody"]).max()
    assert 0 <= gains["graded"] - best < 0.5 and best > 0


def test_the_truth_under_the_arm_that_was_drawn_is_what_happened(results):
    # truth.outcomes and the receipts tell the same story: mean bought share over the members of each arm
    outcomes = load_truth("outcomes").astype({"arm": str})
    both = results.merge(outcomes, on=["campaign_id", "customer_id", "arm"], suffixes=("", "_true"))
    assert len(both) == len(results) and (both["bought"] == both["bought_true"]).all()
    np.testing.assert_allclose(both["goods_cny"] - both["discount_cny"], both["amount_cny"], atol=0.011)


def test_outcomes_of_other_members_are_refused(results):
    with pytest.raises(ValueError, match="some members of results have no outcome in some arm"):
        find_true_offers(load_truth("outcomes").head(40), results)


def test_the_plots_label_both_axes_and_show_what_they_say(results, true_offers):
    axes = plot_offer_effects(estimate_offer_effects(results), true_offers)
    assert "yuan" in axes.get_xlabel() and axes.get_ylabel()
    crossed = cross_value_policies(results, splits=3)
    axes = plot_policies(crossed, value_policies(true_offers))
    assert [text.get_text() for text in axes.get_legend().get_texts()][-1] == "truth, choice known"
    axes.clear()
    draw_grading(axes, offers=true_offers, margin_share=0.3, contact_cny=8.0)
    assert "0 yuan more than the best single policy" in axes.get_title()
    assert name_policy("coupon") == "coupon for all"
