"""Campaigns: chance makes equal arms, the legacy mailing does not, and lost members are lost by a rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.simulation.retail.campaigns import LEGACY, OFFER, WIN_BACK, Candidates, draw_arms, start_campaign
from crmlib.simulation.retail.simulate import simulate_retail
from crmlib.simulation.world.worlds import World
from crmlib.tables.check import check_firm


def make_candidates(count, **changes):
    """Members who bought yesterday (day 999), spent 0, 1, 2 … yuan and would come once a month."""
    usual = {
        "joined": np.ones(count, dtype=bool),
        "customer": np.ones(count, dtype=bool),
        "cause": np.full(count, -1),
        "expected": np.ones(count),
        "spending": np.arange(count, dtype=float),
        "last_day": np.full(count, 999),
    }
    return Candidates(**(usual | changes))


def start(number, members, *, first=1000, outcome_days=60):
    return start_campaign(World(), number, first, outcome_days, members, np.random.default_rng(1))


@given(st.integers(0, 200), st.integers(2, 5), st.integers(0, 10))
def test_arms_are_as_even_as_whole_numbers_allow(members, arms, seed):
    rng = np.random.default_rng(seed)
    chosen = rng.random(members) < 0.8
    arm = draw_arms(np.zeros(members, dtype=int), chosen, np.ones(arms), rng)
    counts = np.bincount(arm[arm >= 0], minlength=arms)
    assert counts.sum() == chosen.sum() and counts.max() - counts.min() <= 1
    assert ((arm >= 0) == chosen).all()


def test_the_legacy_mailing_goes_to_the_fifth_that_spent_most():
    assert start(LEGACY, make_candidates(10)).arm.tolist() == [0] * 8 + [1] * 2


def test_a_member_is_lost_from_345_days_of_silence_on():
    members = make_candidates(3, last_day=np.array([1000 - 344, 1000 - 345, 1000 - 346]))
    assert (start(WIN_BACK, members).arm >= 0).tolist() == [False, True, True]


def test_who_left_out_of_dissatisfaction_returns_less_unless_the_offer_is_a_remedy():
    dissatisfied = np.array([1, 0])  # causes: satisfaction, access
    left = np.zeros(2, dtype=bool)
    pull = start(WIN_BACK, make_candidates(2, cause=dissatisfied, customer=left, last_day=np.zeros(2))).pull
    assert (pull[:, 0] < pull[:, 1]).tolist() == [False, True, True, False, False]
    assert pull[:, 1] == pytest.approx([0.002, 0.02, 0.065, 0.055, 0.085])


def test_uplift_of_an_offer_peaks_where_buying_anyway_is_a_matter_of_chance():
    expected = np.array([0.01, np.log(2) * 30.4375 / 60, 10.0])  # buy anyway with chance 0.02, 0.5, 1
    pull = start(OFFER, make_candidates(3, expected=expected)).pull[2]
    assert pull[1] == pytest.approx(0.25)
    assert max(pull[0], pull[2]) < 0.03


def test_nobody_is_in_a_campaign_before_joining():
    members = make_candidates(4, joined=np.array([True, False, True, False]))
    for number in (LEGACY, WIN_BACK, OFFER):
        assert (start(number, members).arm[[1, 3]] == -1).all()


def test_a_campaign_before_anybody_has_joined_is_empty():
    nobody = make_candidates(3, joined=np.zeros(3, dtype=bool), customer=np.zeros(3, dtype=bool))
    assert start(LEGACY, nobody).arm.tolist() == [-1, -1, -1]


def test_the_offer_trial_is_balanced_over_strata(osmanthus):
    offer = osmanthus.tables["contacts"].query("campaign_id == 5")
    counts = offer.groupby(["stratum", "arm"], observed=True).size().unstack()
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()


def test_the_legacy_mailing_went_to_heavy_buyers(osmanthus):
    rate = osmanthus.truth["members"].set_index("customer_id")["visits_per_month"]
    contacts, outcomes = osmanthus.tables["contacts"], osmanthus.truth["outcomes"]
    everyone = rate.reindex(outcomes.loc[outcomes["campaign_id"] == 1, "customer_id"].unique()).mean()
    assert rate.reindex(contacts.loc[contacts["campaign_id"] == 1, "customer_id"]).mean() > 1.5 * everyone


def test_campaigns_that_do_not_fit_in_the_history_are_left_out():
    short = simulate_retail(World(members=200, months=12))
    assert short.tables["campaigns"].empty and short.tables["contacts"].empty
    assert short.truth["outcomes"].empty
    check_firm({name: frame for name, frame in short.tables.items() if len(frame)})
