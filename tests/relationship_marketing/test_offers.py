"""What each offer brings in each group (A-11): by hand, as laws, and at the firm against the truth."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.relationship_marketing.offers import (
    compute_profit,
    estimate_offer_effects,
    find_true_offers,
    join_offer_results,
    members_needed,
    order_strata,
    plot_offer_effects,
    summarise_offers,
)
from crmlib.trials.campaigns import CONTROL
from tests.pictures import read_frame, read_lines, read_whiskers
from tests.relationship_marketing.calls import FRAMES
from tests.relationship_marketing.frames import make_results

CAMPAIGNS = pd.DataFrame(
    {
        "campaign_id": [5],
        "kind": ["offer_trial"],
        "randomised": [True],
        "started_on": [pd.Timestamp("2025-09-07")],
        "outcome_days": [60],
    }
)


def make_contacts(arms, costs):
    """One member of high value for each arm."""
    ids = range(1, len(arms) + 1)
    table = {"campaign_id": 5, "customer_id": ids, "arm": arms, "stratum": "high value", "cost_cny": costs}
    return pd.DataFrame(table)


def make_receipts(days, customer_id=1):
    """A receipt of 100 yuan with a margin of 30 on each day."""
    table = {"customer_id": customer_id, "purchased_at": pd.to_datetime(days), "amount_cny": 100.0}
    return pd.DataFrame(table).assign(discount_cny=0.0, margin_cny=30.0)


def test_the_window_begins_on_the_first_day_and_ends_before_its_last():
    # 60 days from 7 September: 5 November 23:59 belongs to them, 6 November does not
    days = ["2025-09-06 23:59", "2025-09-07 00:00", "2025-11-05 23:59", "2025-11-06 00:00"]
    found = join_offer_results(make_contacts([CONTROL], [0.0]), make_receipts(days), CAMPAIGNS)
    assert found[["goods_cny", "profit_cny"]].iloc[0].tolist() == [200.0, 60.0]


def test_who_stays_away_costs_the_letter():
    contacts = make_contacts([CONTROL, "reminder"], [0.0, 0.8])
    found = join_offer_results(contacts, make_receipts(["2025-09-08"]), CAMPAIGNS)
    assert found["bought"].tolist() == [True, False]
    free = make_receipts(["2025-09-08"]).assign(amount_cny=0.0, discount_cny=5.0)  # paid by the coupon alone
    assert join_offer_results(contacts, free, CAMPAIGNS)["bought"].tolist() == [True, False]
    assert found["profit_cny"].tolist() == [30.0, -0.8]


def test_given_points_are_paid_at_20_a_yuan():
    contacts = make_contacts([CONTROL, "double_points"], [0.0, 0.8])
    receipts = pd.concat([make_receipts(["2025-09-08"]), make_receipts(["2025-09-08"], customer_id=2)])
    points = pd.DataFrame(
        {"customer_id": [2], "booked_on": pd.to_datetime(["2025-09-15"]), "kind": "campaign", "points": [100]}
    )
    found = join_offer_results(contacts, receipts, CAMPAIGNS, points=points)
    assert found["points_cny"].tolist() == [0.0, 5.0]
    assert found["profit_cny"].tolist() == pytest.approx([30.0, 30.0 - 0.8 - 5.0])


def test_more_discount_than_the_campaign_paid_is_refused():
    receipts = FRAMES["receipts"].assign(discount_cny=5.0)
    with pytest.raises(ValueError, match=r"contacts.cost_cny: 20 members were granted more discount"):
        join_offer_results(FRAMES["contacts"], receipts, FRAMES["campaigns"])


def test_members_without_a_group_are_refused():
    contacts = FRAMES["contacts"].assign(stratum=None)
    with pytest.raises(ValueError, match=r"contacts.stratum: missing for 40 members of campaign 5"):
        join_offer_results(contacts, FRAMES["receipts"], FRAMES["campaigns"])


def test_a_trial_without_a_control_arm_shows_no_effect():
    contacts = FRAMES["contacts"][FRAMES["contacts"]["arm"] != CONTROL]
    with pytest.raises(ValueError, match="campaign 5 has no customers in the arm control"):
        join_offer_results(contacts, FRAMES["receipts"], FRAMES["campaigns"])


@pytest.mark.parametrize("use", [summarise_offers, order_strata, estimate_offer_effects])
def test_a_group_without_a_control_arm_is_named(use):
    results = make_results()
    low = (results["stratum"] == "low value") & (results["arm"] == CONTROL)
    if use is order_strata:
        assert order_strata(results[~low]) == ["high value"]
    else:
        with pytest.raises(ValueError, match=r"results.arm: no control arm in the group 'low value'"):
            use(results[~low])


def test_groups_come_from_the_least_buyers_on_and_arms_from_nothing_on():
    results = make_results(80)
    results["arm"] = np.array([CONTROL, "double_points", "coupon", "reminder"])[np.arange(80) // 4 % 4]
    table = summarise_offers(results)
    assert table["stratum"].tolist() == ["low value"] * 4 + ["high value"] * 4
    assert table["arm"].tolist() == [CONTROL, "reminder", "coupon", "double_points"] * 2


def test_each_cell_is_the_mean_of_its_members_with_its_interval():
    results = make_results(80)
    for row in summarise_offers(results).itertuples():
        members = results[(results["stratum"] == row.stratum) & (results["arm"] == row.arm)]
        mean, error = members["profit_cny"].mean(), members["profit_cny"].sem()
        limits = mean - 1.959964 * error, mean + 1.959964 * error
        assert (row.profit_cny, row.low, row.high) == pytest.approx((mean, *limits), rel=1e-6)
        assert row.n == len(members) and row.bought_share == members["bought"].mean()


@pytest.mark.parametrize(("stratum", "truth"), [("high value", 4.0), ("low value", -0.8)])
def test_the_effect_that_was_built_in_is_found(stratum, truth):
    row = estimate_offer_effects(make_results(4000)).set_index("stratum").loc[stratum]
    assert row["low"] <= truth <= row["high"] and row["high"] - row["low"] < 0.5


def test_the_effect_is_as_unsure_as_the_two_arms_together():
    results = make_results(80).assign(stratum="all")
    row = estimate_offer_effects(results).iloc[0]
    arms = results.groupby("arm")["profit_cny"]
    error = np.sqrt((arms.var() / arms.size()).sum())
    assert row["effect_cny"] == pytest.approx(arms.mean()["coupon"] - arms.mean()[CONTROL])
    assert [row["low"], row["high"]] == pytest.approx(
        [row["effect_cny"] - 1.96 * error, row["effect_cny"] + 1.96 * error], abs=1e-3
    )
    assert row["n"] == 80


def make_coupon_results():
    """Four members: goods of 100 yuan; the coupon took 10 off, and of 30 yuan of margin 20 are left."""
    results = make_results(4).assign(stratum="all", arm=[CONTROL, "coupon"] * 2, goods_cny=100.0)
    coupon = results["arm"] == "coupon"
    margin = np.where(coupon, 20.0, 30.0)
    return results.assign(
        discount_cny=np.where(coupon, 10.0, 0.0), points_cny=np.where(coupon, 4.5, 0.0),
        contact_cny=np.where(coupon, 0.8, 0.0), margin_cny=margin, profit_cny=margin,
    )  # fmt: skip


def test_the_margin_of_a_group_is_that_before_the_discount():
    assert summarise_offers(make_coupon_results())["margin_share"].tolist() == pytest.approx([0.3, 0.3])


def test_the_true_profit_scales_discount_and_points_to_what_would_be_bought():
    # seen after the coupon: 90 yuan, 10 of discount, points for 4.50; in truth 45 yuan, half of it
    results = make_coupon_results()
    ids = results["customer_id"]
    truth = [
        pd.DataFrame({"campaign_id": 5, "customer_id": ids, "arm": arm, "bought": True, "amount_cny": amount})
        for arm, amount in ((CONTROL, 40.0), ("coupon", 45.0))
    ]
    table = find_true_offers(pd.concat(truth).astype({"arm": "category"}), results).set_index("arm")
    assert table["goods_cny"].to_dict() == {CONTROL: 40.0, "coupon": 50.0}
    assert table.loc["coupon", ["discount_cny", "points_cny"]].tolist() == [5.0, 2.25]
    assert table["profit_cny"].tolist() == pytest.approx([0.3 * 40, 0.3 * 50 - 5 - 2.25 - 0.8])
    assert table["n"].tolist() == [4, 4]  # every member under every offer


def test_a_group_of_one_member_has_no_spread():
    with pytest.raises(ValueError, match="results: a group has fewer than two members in an arm"):
        summarise_offers(make_results(5))
    with pytest.raises(ValueError, match="results: a group has fewer than two members without an offer"):
        members_needed(make_results(5), effect_cny=1.0)


def test_profit_is_margin_less_discount_points_and_contact():
    offers = pd.DataFrame({"margin_share": [0.3], "goods_cny": [100.0], "discount_cny": [10.0]})
    assert compute_profit(offers.assign(points_cny=1.0, contact_cny=0.8)).tolist() == [pytest.approx(18.2)]


def test_the_number_of_members_gives_the_promised_power():
    # normal test of a difference of means at 5 %, two-sided: seen in four of five trials
    results = make_results(400)
    control = results[results["arm"] == CONTROL].groupby("stratum")["profit_cny"]
    n, variance = members_needed(results, effect_cny=0.1), control.var().mean()
    power = NormalDist().cdf(0.1 / np.sqrt(2 * variance / n) - NormalDist().inv_cdf(0.975))
    assert power == pytest.approx(0.8, abs=0.002)


def test_the_firms_intervals_cover_the_truth(results, true_offers):
    truth = true_offers.set_index(["stratum", "arm"])["profit_cny"]
    inside = [
        row.low <= truth[row.stratum, row.arm] - truth[row.stratum, CONTROL] <= row.high
        for row in estimate_offer_effects(results).itertuples()
    ]
    assert sum(inside) >= 7  # of nine intervals of 95 %; they share their control arms
    assert order_strata(results) == ["low value", "middle value", "high value"]


def test_the_truth_under_the_arm_that_was_drawn_is_what_happened(results, outcomes):
    both = results.merge(
        outcomes.astype({"arm": str}), on=["campaign_id", "customer_id", "arm"], suffixes=("", "_true")
    )
    assert len(both) == len(results) and (both["bought"] == both["bought_true"]).all()
    np.testing.assert_allclose(both["goods_cny"] - both["discount_cny"], both["amount_cny"], atol=0.011)


def test_outcomes_of_other_members_are_refused(results, outcomes):
    with pytest.raises(ValueError, match=r"truth.outcomes: some members of results have no outcome"):
        find_true_offers(outcomes.head(40), results)


def test_the_plot_sets_each_effect_beside_its_truth_and_counts_the_intervals_that_leave_out_zero():
    # one below zero, one above, one begins there, one ends there; of the last the truth is not known
    effects = pd.DataFrame({"stratum": "all", "arm": ["a_b", "c", "d", "e"]})
    effects = effects.assign(effect_cny=[-2, 2, 1, -1], low=[-3, 1, 0, -2], high=[-1, 3, 2, 0])
    truth = pd.DataFrame({"stratum": "all", "arm": ["d", "c", "a_b", CONTROL], "profit_cny": [9, 8, 6.5, 7]})
    ax = plot_offer_effects(effects, truth)
    assert read_frame(ax) == {
        "title": "2 of 4 intervals leave out zero",
        "x": "extra profit per member in the window (yuan)",
        "y": "group and offer",
        "rows": ["all: a b", "all: c", "all: d", "all: e"],
        "legend": ["no offer at all", "measured", "truth"],
    }
    assert read_lines(ax)[:2] == [
        (COLOURS["truth"], ":", "", [0, 0], [0, 1]),
        (COLOURS["estimate"], "None", "o", [-2, 2, 1, -1], [0, 1, 2, 3]),
    ]
    colour, _, marker, true, rows = read_lines(ax)[2]
    assert (colour, marker, true[:3], rows) == (COLOURS["truth"], "D", [-0.5, 1, 2], [0, 1, 2, 3])
    assert np.isnan(true[3])
    assert read_whiskers(ax) == [[[-3, 0], [-1, 0]], [[1, 1], [3, 1]], [[0, 2], [2, 2]], [[-2, 3], [0, 3]]]
    assert read_frame(plot_offer_effects(effects))["legend"] == ["no offer at all", "measured"]


def test_the_table_of_the_trial_holds_what_was_bought_given_and_left():
    # with the coupon 90 yuan were paid of 100; it cost 10.80, of which 10 are in the margin already
    receipts = make_receipts(["2025-09-08", "2025-09-08"], customer_id=[1, 2])
    receipts = receipts.assign(amount_cny=[100.0, 90.0], discount_cny=[5.0, 10.0], margin_cny=[30.0, 20.0])
    found = join_offer_results(make_contacts([CONTROL, "coupon"], [0.0, 10.8]), receipts, CAMPAIGNS)
    expected = pd.DataFrame(
        {
            "campaign_id": 5,
            "customer_id": [1, 2],
            "stratum": "high value",
            "arm": [CONTROL, "coupon"],
            "bought": True,
            "goods_cny": [105.0, 100.0],
            "discount_cny": [5.0, 10.0],
            "points_cny": 0.0,
            "contact_cny": [0.0, 0.8],
            "margin_cny": [30.0, 20.0],
            "profit_cny": [30.0, 19.2],
        }
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_offers_and_effects_stand_in_full_tables():
    # profits of 30 and 20 without the coupon, of 21 and 23 with it: means 25 and 22, variances 50 and 2
    results = make_coupon_results().assign(profit_cny=[30.0, 21.0, 20.0, 23.0])
    half = 1.959964 * np.array([5.0, 1.0])
    offers = pd.DataFrame(
        {
            "stratum": "all",
            "arm": [CONTROL, "coupon"],
            "n": 2,
            "bought_share": results.groupby("arm")["bought"].mean().reindex([CONTROL, "coupon"]).to_numpy(),
            "goods_cny": 100.0,
            "discount_cny": [0.0, 10.0],
            "margin_share": 0.3,
            "points_cny": [0.0, 4.5],
            "contact_cny": [0.0, 0.8],
            "profit_cny": [25.0, 22.0],
            "low": np.array([25.0, 22.0]) - half,
            "high": np.array([25.0, 22.0]) + half,
        }
    )
    found = summarise_offers(results)
    pd.testing.assert_frame_equal(found, offers, rtol=1e-6, check_like=True, check_dtype=False)
    half = 1.959964 * np.sqrt(26)
    effects = {
        "stratum": ["all"],
        "arm": ["coupon"],
        "effect_cny": [-3.0],
        "low": [-3 - half],
        "high": [half - 3],
    }
    expected = pd.DataFrame({**effects, "n": [4]})
    pd.testing.assert_frame_equal(estimate_offer_effects(results), expected, rtol=1e-6, check_dtype=False)


def test_purchases_of_a_few_fen_are_scaled_like_all_others():
    # seen with the coupon: 0.50 yuan and 0.20 for points; in truth twice as much
    results = make_coupon_results().assign(goods_cny=0.5, margin_cny=0.15, discount_cny=0.0)
    results["points_cny"] = [0.0, 0.2] * 2
    parts = [
        results[["campaign_id", "customer_id"]].assign(arm=arm, bought=True, amount_cny=1.0)
        for arm in (CONTROL, "coupon")
    ]
    table = find_true_offers(pd.concat(parts).astype({"arm": "category"}), results).set_index("arm")
    assert table["points_cny"].to_dict() == pytest.approx({CONTROL: 0.0, "coupon": 0.4})
    nobody = results.assign(goods_cny=[0.5, 0.0] * 2)  # who bought nothing got no points to scale
    table = find_true_offers(pd.concat(parts).astype({"arm": "category"}), nobody).set_index("arm")
    assert table["points_cny"].to_dict() == {CONTROL: 0.0, "coupon": 0.0}
