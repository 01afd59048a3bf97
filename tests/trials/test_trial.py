"""Incremental customers and their cost (H-16): by hand, against a second computation, and at the firm."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.trials.trial import Trial, compare_costs, list_trials, measure_offer_trial, measure_store_trial
from tests.trials.calls import FRAMES


def make_trial(extra=10.0, cost=1000.0, counted=30, spread=1.0, name="new member") -> Trial:
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


def join(*counts: tuple[int, str, int]) -> pd.DataFrame:
    """Members from (store, day of joining, how many)."""
    rows = [(store, day) for store, day, number in counts for _ in range(number)]
    joined = pd.DataFrame(rows, columns=["home_store_id", "joined_on"])
    return joined.assign(customer_id=range(len(rows)), joined_on=pd.to_datetime(joined["joined_on"]))


def test_extra_joiners_are_those_beyond_the_development_of_the_control_stores():
    # treated stores 1 and 2: 10 before, 18 during; control stores 3 and 4: 10 before, 12 during
    before = [(1, "2024-12-01", 4), (2, "2024-12-01", 6), (3, "2024-12-01", 5), (4, "2024-12-01", 5)]
    during = [(1, "2025-02-01", 8), (2, "2025-02-01", 10), (3, "2025-02-01", 6), (4, "2025-02-01", 6)]
    trial = measure_store_trial(FRAMES["store_trials"], join(*before, *during), draws=50, seed=1)
    assert (trial.name, trial.counted, trial.cost_cny, trial.n) == ("new member", 18, 200, 2)
    assert trial.extra == pytest.approx(18 - 10 * 12 / 10)
    assert trial.estimate_cost().value == pytest.approx(200 / 6)


@pytest.mark.parametrize(
    ("day", "counted"), [("2024-12-31", 0), ("2025-01-01", 1), ("2025-03-31", 1), ("2025-04-01", 0)]
)
def test_the_first_and_the_last_day_of_a_store_trial_belong_to_it(day, counted):
    before = [(store, "2024-06-01", 1) for store in (1, 2, 3, 4)]
    during = [(3, "2025-02-01", 1), (4, "2025-02-01", 1)]  # as before, so two are expected of the treated
    trial = measure_store_trial(FRAMES["store_trials"], join(*before, *during, (1, day, 1)), draws=10)
    earlier = day < "2025-01-01"
    assert (trial.counted, trial.extra) == (counted, counted - 2 - earlier)


@pytest.mark.parametrize(("day", "joiners"), [("2024-12-21", 0), ("2024-12-22", 1)])
def test_the_time_before_is_as_long_as_it_is_said_to_be(day, joiners):
    # ten days before 1 January 2025; the control stores double, so each joiner before lets expect one more
    steady = [(store, "2024-12-25", 1) for store in (1, 2, 3, 4)]
    during = [(store, "2025-02-01", 2) for store in (1, 2, 3, 4)]
    members = join(*steady, *during, (1, day, 1))
    trial = measure_store_trial(FRAMES["store_trials"], members, before_days=10, draws=10)
    assert trial.extra == 4 - 2 * (2 + joiners)


@pytest.mark.parametrize(("day", "extra"), [("2024-01-01", 0), ("2024-01-02", -1)])
def test_left_alone_a_store_trial_looks_back_a_year_and_is_repeated_two_thousand_times(day, extra):
    # 2024 has 366 days; the stores of both arms go on as before
    times = [(store, month, 1) for store in (1, 2, 3, 4) for month in ("2024-06-01", "2025-02-01")]
    trial = measure_store_trial(FRAMES["store_trials"], join(*times, (1, day, 1)))
    assert (trial.extra, len(trial.repeated)) == (extra, 2000)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s.assign(campaign_id=[2, 2, 3, 3]),
            r"^store_trials: several campaigns\. Filter one campaign_id",
        ),
        (lambda s: s.assign(arm="treated"), "expected two control and two treated stores or more"),
        (lambda s: s.iloc[[0, 2, 3]], "expected two control and two treated stores or more"),
        (lambda s: s.assign(store_id=[1, 2, 8, 9]), "with joiners before"),
    ],
)
def test_a_store_trial_without_comparison_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        measure_store_trial(change(FRAMES["store_trials"]), FRAMES["members"], draws=10)


def test_control_stores_that_nobody_joined_before_limit_nothing():
    # store 4 had no joiner before; drawn twice, in a quarter of all repetitions, it lets expect anything
    before = [(1, "2024-12-01", 2), (2, "2024-12-01", 2), (3, "2024-12-01", 1)]
    during = [(store, "2025-02-01", 2) for store in (1, 2, 3, 4)]
    trial = measure_store_trial(FRAMES["store_trials"], join(*before, *during), draws=4000)
    assert np.isneginf(trial.repeated).mean() == pytest.approx(1 / 4, abs=0.03)
    extra = trial.estimate_extra()
    assert (extra.value, extra.low) == (4 - 4 * 4 / 1, -math.inf) and math.isfinite(extra.high)


@pytest.mark.parametrize(("control", "treated"), [([], []), ([], [3, 4]), ([1, 2], [3, 4])])
def test_an_arm_of_which_all_or_none_bought_is_not_certain(control, treated):
    contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2, 3, 4], "cost_cny": 0.0,
                             "arm": ["control", "control", "coupon", "coupon"]})  # fmt: skip
    bought = [*control, *treated, 99]
    receipts = pd.DataFrame({"customer_id": bought, "purchased_at": pd.Timestamp("2025-05-01")})
    (coupon,) = measure_offer_trial(contacts, receipts, FRAMES["campaigns"], draws=2000)
    extra = coupon.estimate_extra()
    assert extra.value == len(treated) - len(control) and extra.low < extra.high
    # two customers, none of whom bought: the share is drawn around (0 + 1/2) / (2 + 1)
    spread = 2 * 2 * (1 / 6) * (5 / 6)
    assert coupon.repeated.var() == pytest.approx(spread, rel=0.15)


def test_repetitions_of_an_offer_lie_around_what_was_found():
    # 3 of 4 with coupon, 1 of 4 without: 2 more; each arm varies by 4 · 3/4 · 1/4
    arms = pd.Categorical(["control"] * 4 + ["coupon"] * 4, ["gift", "coupon", "control"])
    contacts = pd.DataFrame({"campaign_id": 5, "customer_id": range(8), "cost_cny": 0.0, "arm": arms})
    receipts = pd.DataFrame({"customer_id": [0, 4, 5, 6], "purchased_at": pd.Timestamp("2025-05-01")})
    (coupon,) = measure_offer_trial(contacts, receipts, FRAMES["campaigns"])
    assert (coupon.extra, len(coupon.repeated)) == (2, 2000)
    assert coupon.repeated.mean() == pytest.approx(2, abs=0.1)
    assert coupon.repeated.var() == pytest.approx(1.5, rel=0.15)


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (
            lambda: measure_store_trial(FRAMES["store_trials"], FRAMES["members"], before_days=1.5),
            "measure_store_trial: before_days is 1.5, expected at least 1 day.",
        ),
        (
            lambda: measure_offer_trial(
                FRAMES["contacts"], FRAMES["receipts"], FRAMES["campaigns"], draws=2.5
            ),
            "measure_offer_trial: draws is 2.5, expected at least 2.",
        ),
    ],
)
def test_parts_of_days_and_of_repetitions_are_refused(measure, message):
    with pytest.raises(ValueError) as caught:
        measure()
    assert str(caught.value) == message


def test_the_same_seed_gives_the_same_interval(winning, firm):
    again = measure_store_trial(firm.store_trials, firm.members, seed=1)
    other = measure_store_trial(firm.store_trials, firm.members, seed=2)
    assert (winning.repeated == again.repeated).all() and (winning.repeated != other.repeated).any()


def test_purchases_outside_the_outcome_days_do_not_count():
    contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2, 3, 4], "cost_cny": [0.0, 0.0, 2.0, 2.0],
                             "arm": ["control", "control", "coupon", "coupon"]})  # fmt: skip
    days = ["2025-04-14 23:59", "2025-06-14 00:00", "2025-04-15 00:00", "2025-06-13 23:59"]
    receipts = pd.DataFrame({"customer_id": [1, 2, 3, 4], "purchased_at": pd.to_datetime(days)})
    (coupon,) = measure_offer_trial(contacts, receipts, FRAMES["campaigns"], draws=10)
    assert (coupon.counted, coupon.extra, coupon.cost_cny) == (2, 2, 4)


def test_a_customer_who_comes_twice_is_one_customer():
    trial = measure_offer_trial(FRAMES["contacts"], FRAMES["receipts"], FRAMES["campaigns"], draws=10)
    # one of the two control customers came, twice; both of the treated came once
    assert [(one.name, one.counted, one.extra) for one in trial] == [("double_points", 2, 1.0)]


def test_the_interval_of_an_offer_is_that_of_a_difference_of_two_shares(offers, firm):
    rows = firm.contacts[firm.contacts["campaign_id"] == 5]
    control = rows.loc[rows["arm"] == "control", "customer_id"]
    start = firm.campaigns.set_index("campaign_id").loc[5, "started_on"]
    inside = firm.receipts["purchased_at"].between(start, start + pd.Timedelta(days=60), inclusive="left")
    share = control.isin(firm.receipts.loc[inside, "customer_id"].dropna()).mean()
    for offer in offers:
        came = offer.counted / offer.n
        spread = math.sqrt(came * (1 - came) / offer.n + share * (1 - share) / len(control))
        assert offer.extra == pytest.approx(offer.n * (came - share))
        assert np.std(offer.repeated) == pytest.approx(offer.n * spread, rel=0.06)


def test_points_of_the_campaign_are_part_of_its_cost(firm, offers):
    without = measure_offer_trial(firm.contacts, firm.receipts, firm.campaigns)
    added = {one.name: one.cost_cny - other.cost_cny for one, other in zip(offers, without, strict=True)}
    booked = firm.points.loc[firm.points["kind"] == "campaign", "points"].sum()
    assert added["double_points"] == pytest.approx(booked / 20)
    assert added["coupon"] == added["reminder"] == 0


@pytest.mark.parametrize("name", ["reminder", "coupon", "double_points"])
def test_each_offer_is_found_to_change_what_it_truly_changed(offers, name):
    outcomes = load_truth("outcomes")
    bought = outcomes[outcomes["campaign_id"] == 5].groupby("arm", observed=True)["bought"].mean()
    offer = next(one for one in offers if one.name == name)
    found = offer.estimate_extra()
    # 3.3 standard errors: bad luck is forgiven, bias is not
    reach = 3.3 / 1.96 * (found.high - found.low) / 2
    assert abs(found.value - offer.n * (bought[name] - bought["control"])) < reach


def test_an_incremental_customer_costs_more_than_a_counted_one(winning, offers):
    table = list_trials([winning, *offers]).set_index("treatment")
    assert (table["cost_each_cny"] > table["counted_cost_cny"]).all()
    # N-58: a new customer costs 300 to 1,000 on average, counted here far below
    assert table.loc["new member", "counted_cost_cny"] < 300


def test_trials_side_by_side_hold_what_each_says_itself():
    # repeated evenly: extra 8 to 12 of the first, −1 to 1 of the second, whose cost has no limit then
    first, second = make_trial(spread=2.0), make_trial(extra=0.0, counted=0, cost=400.0, name="coupon")
    found = list_trials([first, second])
    low, high = first.repeated[5], first.repeated[195]  # 2.5 % of 200 steps from either end
    expected = {
        "treatment": ["new member", "coupon"],
        "n": [20, 20],
        "cost_cny": [1000.0, 400.0],
        "counted": [30, 0],
        "counted_cost_cny": [1000 / 30, math.inf],
        "extra": [10.0, 0.0],
        "extra_low": [low, second.repeated[5]],
        "extra_high": [high, second.repeated[195]],
        "cost_each_cny": [100.0, math.inf],
        "cost_low": [1000 / high, 400 / second.repeated[195]],
        "cost_high": [1000 / low, math.inf],
    }
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected))


def test_the_ranking_of_winning_and_keeping_depends_on_the_uplift():
    keeping = make_trial(extra=20, cost=400, counted=90, name="coupon")
    assert compare_costs(make_trial(), keeping).value == 5
    assert compare_costs(make_trial(), make_trial(extra=2, cost=400, counted=90)).value == 0.5


def test_the_ratio_is_repeated_as_often_as_the_trial_with_fewer_repetitions():
    # always 10 for 1,000 yuan against 20, 40 and nobody for 400
    winning = Trial("new member", 1000.0, 30, 10.0, np.full(2000, 10.0), 20)
    keeping = Trial("coupon", 400.0, 90, 20.0, np.array([20.0, 40.0, -1.0]), 200)
    ratio = compare_costs(winning, keeping)
    assert (ratio.low, ratio.value, ratio.high, ratio.n, ratio.unit) == (0, 5, 10, 220, "times")
    ratio = compare_costs(keeping, winning)
    assert (ratio.low, ratio.value, ratio.high) == pytest.approx((0.1, 0.2, math.inf))


def test_a_trial_that_won_nobody_has_no_finite_cost():
    trial = make_trial(extra=-3.0)
    assert trial.estimate_cost().value == math.inf
    assert trial.estimate_cost().text().startswith("no limit (no limit to no limit, n = 20)")
    assert compare_costs(trial, make_trial()).value == math.inf
    assert compare_costs(make_trial(), trial).value == 0


def test_an_interval_that_reaches_zero_customers_gives_a_cost_without_limit():
    cost = make_trial(extra=5.0, spread=20.0).estimate_cost()
    assert (cost.value, cost.high) == (200, math.inf)


@settings(max_examples=25)
@given(st.floats(1, 100), st.floats(1, 100), st.floats(10, 5000), st.floats(10, 5000))
def test_the_ratio_turned_round_is_its_reciprocal(won, kept, cost, other_cost):
    one = make_trial(extra=won, cost=cost, spread=0.1)
    other = make_trial(extra=kept, cost=other_cost, spread=0.1)
    assert compare_costs(one, other).value * compare_costs(other, one).value == pytest.approx(1)
