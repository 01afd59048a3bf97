"""Finding a randomised campaign: its window, its customers and arms, and the points that it gave."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.trials.campaigns import Campaign, cost_of_given_points, find_campaign
from tests.trials.calls import FRAMES

CONTACTS, CAMPAIGNS = FRAMES["contacts"], FRAMES["campaigns"]


def find(contacts: pd.DataFrame = CONTACTS, **changes) -> Campaign:
    """The offer trial of the small tables, with some values of the plan changed."""
    return find_campaign(contacts, CAMPAIGNS.assign(**changes), "offer_trial")


def test_a_window_of_sixty_days_ends_before_the_sixty_first():
    campaign = find()
    assert (campaign.number, campaign.days) == (5, 60)
    assert (str(campaign.start.date()), str(campaign.end.date())) == ("2025-04-15", "2025-06-14")


def test_customers_of_other_campaigns_are_left_out():
    others = CONTACTS.assign(campaign_id=4, arm="control")
    campaign = find(pd.concat([others, CONTACTS], ignore_index=True))
    assert campaign.rows["customer_id"].tolist() == [1, 2, 3, 4]
    assert campaign.rows.index.tolist() == [0, 1, 2, 3]
    assert campaign.rows.columns.tolist() == ["campaign_id", "customer_id", "arm"]


def test_the_other_kinds_of_campaigns_do_not_disturb():
    mailing = CAMPAIGNS.assign(campaign_id=1, kind="legacy_mailing", randomised=False)
    plans = pd.concat([mailing, CAMPAIGNS], ignore_index=True)
    assert find_campaign(CONTACTS, plans, "offer_trial").number == 5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"randomised": False}, "campaigns: 1 of kind offer_trial, expected one in which chance decided"),
        ({"kind": "legacy_mailing"}, "campaigns: 0 of kind offer_trial, expected one"),
        ({"campaign_id": 9}, r"campaign 9 has no customers in the arm control \(found: none\)"),
    ],
)
def test_a_campaign_that_shows_no_effect_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        find(**changes)


def test_two_trials_of_one_kind_are_not_mixed():
    twice = pd.concat([CAMPAIGNS, CAMPAIGNS.assign(campaign_id=6)], ignore_index=True)
    with pytest.raises(ValueError, match="campaigns: 2 of kind offer_trial, expected one"):
        find_campaign(CONTACTS, twice, "offer_trial")


def test_missing_arms_are_all_named_beside_those_that_are_there():
    message = r"no customers in the arms fast, slow \(found: control, double_points\), so it shows no effect"
    with pytest.raises(ValueError, match=message):
        find_campaign(CONTACTS, CAMPAIGNS, "offer_trial", arms=("control", "fast", "slow"))


def test_one_arm_alone_is_no_list_of_arms():
    with pytest.raises(TypeError, match=r"^find_campaign: arms is 'control', expected a list of names"):
        find_campaign(CONTACTS, CAMPAIGNS, "offer_trial", arms="control")


def test_the_kinds_to_choose_from_are_listed():
    with pytest.raises(ValueError, match=r"kind is 'trial', expected one of .*offer_trial"):
        find_campaign(CONTACTS, CAMPAIGNS, "trial")


def cost_of(customer: int, day: str, *, kind: str = "campaign") -> list[float]:
    """What one booking of 40 points costs the campaign, for each of its customers."""
    booking = pd.DataFrame(
        {"customer_id": [customer], "booked_on": pd.to_datetime([day]), "kind": [kind], "points": [40]}
    )
    return cost_of_given_points(find(), booking).tolist()


@pytest.mark.parametrize(
    ("day", "cost"),
    [
        ("2025-04-14", 0),  # before the campaign
        ("2025-04-15", 2),
        ("2025-06-24", 2),  # bought on the last day, booked a week and three days later
        ("2025-06-25", 0),
    ],
)
def test_points_booked_within_the_window_and_the_time_of_booking_are_its_cost(day, cost):
    assert cost_of(1, day) == [cost, 0, 0, 0]


def test_only_points_that_the_campaign_gave_to_the_arm_with_double_points_are_its_cost():
    assert cost_of(1, "2025-05-01", kind="purchase") == [0, 0, 0, 0]
    assert cost_of(3, "2025-05-01") == [0, 0, 0, 0]  # in the control group
    assert cost_of(99, "2025-05-01") == [0, 0, 0, 0]


def test_without_a_ledger_no_points_are_counted():
    assert cost_of_given_points(find(), None).tolist() == [0, 0, 0, 0]
