"""Winning against keeping (H-16): counted and incremental cost, with a known answer and at the firm."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.loyalty.winning import (
    compare_counted_costs,
    cost_per_customer,
    explore_winning_or_keeping,
    plot_cost_ratios,
)
from crmlib.trials.trial import (
    Trial,
    compare_costs,
    list_trials,
    measure_offer_trial,
    measure_store_trial,
)
from tests.satisfaction.concept_frames import is_near, make_frames


def make_trial(extra=10.0, cost=1000.0, counted=30, spread=1.0, name="new member"):
    """A trial whose repetitions lie evenly around the extra customers."""
    return Trial(name, cost, counted, extra, extra + spread * np.linspace(-1, 1, 201), 20)


@pytest.fixture(scope="module")
def winning(firm):
    """The acquisition trial of the firm."""
    return measure_store_trial(firm.store_trials, firm.members)


@pytest.fixture(scope="module")
def offers(firm):
    """The arms of the offer trial of the firm."""
    return measure_offer_trial(firm.contacts, firm.receipts, firm.campaigns, points=firm.points)


def test_counted_costs_divide_money_by_customers():
    frames = make_frames()
    table = cost_per_customer(
        frames["marketing_costs"], frames["members"], frames["receipts"], as_of="2026-01-01"
    )
    # two members joined in 2025 for 120 yuan; two of the older ones bought in 2025, for 10 yuan
    assert table["customers"].tolist() == [2, 2]
    assert table["cost_each_cny"].tolist() == [60, 5]
    assert compare_counted_costs(table) == (12, 4)


def test_a_year_without_customers_or_costs_is_refused():
    frames = make_frames()
    with pytest.raises(
        ValueError, match="No acquisition costs or customers between 2019-01-01 and 2020-01-01"
    ):
        cost_per_customer(
            frames["marketing_costs"], frames["members"], frames["receipts"], as_of="2020-01-01"
        )


def test_the_firm_counts_several_times_the_cost_for_a_new_member(firm):
    # N-59 and N-60: 5 to 8 times the cost, more than 6 times the time
    ratios = compare_counted_costs(
        cost_per_customer(firm.marketing_costs, firm.members, firm.receipts, as_of="2026-01-01")
    )
    assert ratios.cost_ratio > 3 and ratios.time_ratio > 3


def test_extra_joiners_are_those_beyond_the_development_of_the_control_stores():
    stores = make_frames()["store_trials"]
    days = {"before": "2024-12-01", "during": "2025-02-01"}
    # treated stores 1 and 2: 10 before, 18 during; control stores 3 and 4: 10 before, 12 during
    counts = [(1, 4, 8), (2, 6, 10), (3, 5, 6), (4, 5, 6)]
    joined = [(s, days["before"]) for s, n, _ in counts for _ in range(n)]
    joined += [(s, days["during"]) for s, _, n in counts for _ in range(n)]
    members = pd.DataFrame(joined, columns=["home_store_id", "joined_on"])
    members = members.assign(customer_id=range(len(members)), joined_on=pd.to_datetime(members["joined_on"]))
    trial = measure_store_trial(stores, members, draws=50, seed=1)
    assert (trial.counted, trial.cost_cny, trial.n) == (18, 200, 2)
    assert trial.extra == pytest.approx(18 - 10 * 12 / 10)
    assert trial.estimate_cost().value == pytest.approx(200 / 6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.assign(campaign_id=[2, 2, 3, 3]), "store_trials: several campaigns"),
        (lambda s: s.assign(arm="treated"), "expected two control and two treated stores or more"),
        (lambda s: s.iloc[[0, 2, 3]], "expected two control and two treated stores or more"),
    ],
)
def test_a_store_trial_without_comparison_is_refused(change, message):
    frames = make_frames()
    with pytest.raises(ValueError, match=message):
        measure_store_trial(change(frames["store_trials"]), frames["joiners"], draws=10, seed=1)


def make_campaign(**changes):
    """The offer trial of the hand-made tables with some values changed."""
    return make_frames()["campaigns"].assign(**changes)


@pytest.mark.parametrize(
    ("campaigns", "message"),
    [
        (
            make_campaign(randomised=False),
            "campaigns: 1 of kind offer_trial, expected one in which chance decided",
        ),
        (make_campaign(kind="legacy_mailing"), "campaigns: 0 of kind offer_trial, expected one"),
        (make_campaign(campaign_id=9), "contacts: campaign 9 has no control arm"),
    ],
)
def test_a_campaign_that_shows_no_effect_is_refused(campaigns, message):
    frames = make_frames()
    with pytest.raises(ValueError, match=message):
        measure_offer_trial(frames["contacts"], frames["receipts"], campaigns)


def test_another_kind_of_campaign_is_refused():
    frames = make_frames()
    with pytest.raises(ValueError, match="kind is 'legacy_mailing', expected offer_trial or win_back_trial"):
        measure_offer_trial(
            frames["contacts"], frames["receipts"], frames["campaigns"], kind="legacy_mailing"
        )


def test_purchases_outside_the_outcome_days_do_not_count():
    contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2, 3, 4], "cost_cny": [0.0, 0.0, 2.0, 2.0],
                             "arm": ["control", "control", "coupon", "coupon"]})  # fmt: skip
    days = ["2025-04-14 23:59", "2025-06-14 00:00", "2025-04-15 00:00", "2025-06-13 23:59"]
    receipts = pd.DataFrame({"customer_id": [1, 2, 3, 4], "purchased_at": pd.to_datetime(days)})
    (coupon,) = measure_offer_trial(contacts, receipts, make_campaign(), draws=10, seed=1)
    assert (coupon.counted, coupon.extra, coupon.cost_cny) == (2, 2, 4)


def test_points_of_the_campaign_are_part_of_its_cost(firm, offers):
    without = measure_offer_trial(firm.contacts, firm.receipts, firm.campaigns)
    added = {one.name: one.cost_cny - other.cost_cny for one, other in zip(offers, without, strict=True)}
    booked = firm.points.loc[firm.points["kind"] == "campaign", "points"].sum()
    assert added["double_points"] == pytest.approx(booked / 20)
    assert added["coupon"] == added["reminder"] == 0


def test_each_offer_is_found_to_change_what_it_truly_changed(offers):
    outcomes = load_truth("outcomes")
    trial = outcomes[outcomes["campaign_id"] == 5]
    bought = trial.groupby("arm", observed=True)["bought"].mean()
    for offer in offers:
        truth = offer.n * (bought[offer.name] - bought["control"])
        assert is_near(offer.estimate_extra(), truth), offer.name
    assert bought["coupon"] > bought["control"]


def test_an_incremental_member_costs_more_than_a_counted_one(winning, offers):
    table = list_trials([winning, *offers]).set_index("treatment")
    assert (table["cost_each_cny"] > table["counted_cost_cny"]).all()
    # N-58: a new customer costs 300 to 1,000 on average, counted here far below
    assert table.loc["new member", "counted_cost_cny"] < 300


def test_the_ranking_of_winning_and_keeping_depends_on_the_uplift():
    keeping = make_trial(extra=20, cost=400, counted=90, name="coupon")
    assert compare_costs(make_trial(), keeping).value == 5
    assert compare_costs(make_trial(), make_trial(extra=2, cost=400, counted=90)).value == 0.5


def test_a_trial_that_won_nobody_has_no_finite_cost():
    trial = make_trial(extra=-3.0)
    assert trial.estimate_cost().value == math.inf
    assert trial.estimate_cost().text().startswith("no limit (no limit to no limit, n = 20)")
    assert compare_costs(trial, make_trial()).value == math.inf
    assert compare_costs(make_trial(), trial).value == 0
    with pytest.raises(ValueError, match="new member: the trial won nobody, so there is no start value"):
        explore_winning_or_keeping(trial, make_trial())


def test_an_interval_that_reaches_zero_customers_gives_a_cost_without_limit():
    cost = make_trial(extra=5.0, spread=20.0).estimate_cost()
    assert (cost.value, cost.high) == (200, math.inf)


def test_counted_costs_of_another_table_are_refused():
    with pytest.raises(ValueError, match="counted: missing columns: cost_each_cny, hours_each"):
        compare_counted_costs(pd.DataFrame({"purpose": ["acquisition"]}))
    free = pd.DataFrame(
        {"purpose": ["acquisition", "retention"], "cost_each_cny": [60.0, 0.0], "hours_each": [1.0, 1.0]}
    )
    with pytest.raises(ValueError, match="a kept customer costs nothing, so there is no ratio"):
        plot_cost_ratios(free, make_trial(), [])


@given(st.floats(1, 100), st.floats(1, 100), st.floats(10, 5000), st.floats(10, 5000))
def test_the_ratio_turned_round_is_its_reciprocal(won, kept, cost, other_cost):
    one, other = (
        make_trial(extra=won, cost=cost, spread=0.1),
        make_trial(extra=kept, cost=other_cost, spread=0.1),
    )
    assert compare_costs(one, other).value * compare_costs(other, one).value == pytest.approx(1)
