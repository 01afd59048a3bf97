"""Leaving: causes compete, competition takes customers, and where people differ, retention rises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.simulation.realism.behaviour import annual_retention
from crmlib.simulation.realism.view import View
from crmlib.simulation.retail.leaving import expected_months, monthly_hazards, weekly_leaving
from crmlib.simulation.world.worlds import World
from tests.simulation.calls import get_lives


def survival(firm):
    """Members who joined before 2025 and stayed a year."""
    members = firm.tables["members"].merge(firm.truth["members"], on="customer_id")
    old = members[members["joined_on"] < "2025-01-01"]
    days = (old["left_on"] - old["joined_on"]).dt.days
    return float((days.isna() | (days > 365)).mean())


def rival_share(firm):
    """Leavers who were drawn away by a rival."""
    return float((firm.truth["members"]["leaving_cause"].dropna() == "rival").mean())


def rise(firm):
    """Retention in the second year of membership less retention in the first."""
    return annual_retention(View(firm), 2) - annual_retention(View(firm), 1)


@settings(max_examples=50)
@given(st.lists(st.floats(0.0, 0.3), min_size=4, max_size=4), st.floats(0.0, 0.999), st.floats(0.0, 1.0))
def test_with_the_same_chance_a_lower_hazard_only_keeps(hazard, chance, factor):
    high = np.array(hazard)[:, None]
    leaves_high, _ = weekly_leaving(high, np.array([chance]))
    leaves_low, cause = weekly_leaving(high * factor, np.array([chance]))
    assert leaves_high[0] or not leaves_low[0]
    assert 0 <= cause[0] < 4


def test_expected_months_add_up_the_chance_of_being_there_day_by_day():
    people = {
        "level": np.array([0, 2]),
        "frailty": np.array([0.0, 1.5]),
        "referred": np.array([False, True]),
        "distance": np.array([1.8, 4.0]),
        "sensitivity": np.array([1.0, 2.0]),
        "quality": np.array([0.0, -1.0]),
    }
    satisfaction = np.array([0.6, -0.5])
    hazards = monthly_hazards(World(), people, satisfaction, people["quality"], np.zeros(2))
    stay = np.prod(1 - hazards, axis=0)
    middles = (np.arange(36 * 30) + 0.5) / 30  # the middle of each of 30 days a month
    added = (stay[None, :] ** middles[:, None]).sum(axis=0) / 30
    assert expected_months(World(), people, satisfaction, months=36) == pytest.approx(added, rel=1e-4)
    assert expected_months(World(), people, satisfaction, months=0) == pytest.approx([0, 0])


def test_nobody_buys_after_leaving_unless_in_a_second_lifetime(osmanthus):
    receipts = get_lives(osmanthus)
    day = receipts["purchased_at"].dt.normalize()
    late = receipts[day > receipts["left_on"]]
    assert len(late) and (late["second_started_on"] <= late["purchased_at"]).all()
    ended = receipts[receipts["second_left_on"].notna()]
    assert (ended["purchased_at"].dt.normalize() <= ended["second_left_on"]).all()


def test_who_leaves_at_once_has_one_receipt(osmanthus):
    receipts = get_lives(osmanthus)
    at_once = receipts[(receipts["leaving_cause"] == "at_once") & receipts["second_started_on"].isna()]
    assert len(at_once) and at_once["customer_id"].is_unique


def test_competition_takes_customers_and_monopoly_keeps_them(worlds):
    stay = {name: survival(worlds[name]) for name in ("competitive", "default", "monopoly")}
    assert stay["competitive"] < stay["default"] - 0.01 < stay["monopoly"] - 0.02


def test_the_more_rivals_the_more_leave_for_one(worlds):
    shares = [rival_share(worlds[name]) for name in ("competitive", "default", "monopoly")]
    assert shares == sorted(shares, reverse=True) and len(set(shares)) == 3


def test_retention_rises_with_tenure_only_where_people_differ(worlds):
    assert rise(worlds["default"]) > 0.03
    assert rise(worlds["homogeneous"]) == pytest.approx(0, abs=0.035)


def test_in_the_homogeneous_world_everybody_is_alike(worlds):
    members = worlds["homogeneous"].truth["members"]
    assert members["visits_per_month"].std() / members["visits_per_month"].mean() < 0.1
    assert members["frailty"].abs().max() == 0 and members["distance_km"].nunique() == 1
