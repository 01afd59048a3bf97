"""Leads: who has money, authority and need is won; what is recorded of them may be wrong."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from crmlib.simulation.wholesale.leads import CONDITIONS, stage_chances
from crmlib.simulation.world.worlds import World


@pytest.fixture(scope="module")
def closed(northports):
    """Leads of all seeds that are won or lost, with what is true of them: columns true_money …"""
    return side_by_side(northports.values()).query("outcome != 'open'")


def side_by_side(firms):
    """Leads as recorded and, with names that begin with true_, as they are."""
    parts = []
    for firm in firms:
        truth = firm.truth["leads"].rename(columns={name: f"true_{name}" for name in CONDITIONS})
        parts.append(firm.tables["leads"].merge(truth, on="lead_id", validate="one_to_one"))
    return pd.concat(parts, ignore_index=True)


def test_a_won_lead_is_an_account_from_that_day(each_northport):
    leads, accounts = each_northport.tables["leads"], each_northport.tables["accounts"]
    won = leads.query("outcome == 'won'").merge(accounts, on="customer_id")
    assert len(won) == (leads["outcome"] == "won").sum() > 10
    assert (won["since_on"] >= won["stage_5_on"]).all()
    assert won["customer_id"].is_unique
    assert set(won["customer_id"]) == set(accounts.query("since_on >= '2023-01-01'")["customer_id"])


def test_leads_with_money_authority_and_need_are_won_most(closed):
    complete = closed["true_money"] & closed["true_authority"] & closed["true_need"]
    won = closed["outcome"] == "won"
    assert won[complete].mean() > 3 * won[~complete].mean()


def test_a_lead_without_need_that_is_lost_at_once_is_lost_for_that(closed):
    lacking = closed.query("not true_need and stage == 1 and outcome == 'lost'")
    assert len(lacking) and (lacking["drop_reason"] == "no_need").all()


def test_each_stage_is_reached_by_fewer_leads(closed):
    reached = [(closed["stage"] >= stage).mean() for stage in range(1, 6)]
    assert all(later < earlier for earlier, later in pairwise(reached))


def test_chances_of_a_lead_that_lacks_two_things_are_those_of_a_complete_one_times_both_factors():
    chances = stage_chances(World(), np.array([[False, True, False], [True, True, True]]))
    complete = [0.85, 0.85, 0.8, 0.8, 0.75]
    assert chances[1] == pytest.approx(complete)
    money, need = [1.0, 0.5, 0.4, 0.8, 0.6], [0.3, 0.6, 0.6, 0.6, 0.5]
    assert chances[0] == pytest.approx([a * b * c for a, b, c in zip(complete, money, need, strict=True)])


@pytest.mark.parametrize(
    ("condition", "hoped_for", "overlooked"),
    [("money", 0.15, 0.06), ("authority", 0.25, 0.10), ("need", 0.20, 0.08)],
)
def test_what_a_lead_lacks_is_hoped_for_more_often_than_what_it_has_is_overlooked(
    closed, condition, hoped_for, overlooked
):
    there = closed[f"true_{condition}"]
    wrong = closed[condition] != there
    assert wrong[~there].mean() == pytest.approx(hoped_for, abs=0.05)
    assert wrong[there].mean() == pytest.approx(overlooked, abs=0.03)


def test_the_chance_of_a_lead_is_its_chance_with_what_it_has(northports):
    leads = side_by_side(northports.values())
    for condition in CONDITIONS:
        there = leads[f"true_{condition}"]
        same = leads[f"win_with_{condition}"].where(there, leads[f"win_without_{condition}"])
        assert same.equals(leads["win_probability"])
        assert (leads[f"win_with_{condition}"] > leads[f"win_without_{condition}"]).all()


def test_as_many_leads_are_won_in_the_end_as_their_chances_say(northports):
    leads = side_by_side(northports.values())
    won = (leads["final_outcome"] == "won").groupby(leads["win_probability"] > 0.3).agg(["mean", "size"])
    expected = leads.groupby(leads["win_probability"] > 0.3)["win_probability"].mean()
    errors = np.sqrt(expected * (1 - expected) / won["size"])
    assert ((won["mean"] - expected).abs() < 3 * errors).all()


def test_the_end_of_a_closed_lead_is_the_recorded_one_and_that_of_an_open_one_lies_ahead(northports):
    leads = side_by_side(northports.values())
    is_open = leads["outcome"] == "open"
    assert (leads.loc[is_open, "closed_on"] >= "2026-01-01").all()
    assert (leads.loc[~is_open, "closed_on"] < "2026-01-01").all()
    assert leads["win_from_here"].notna().equals(is_open)
    assert (leads["final_outcome"].astype(str) == leads["outcome"].astype(str))[~is_open].all()
    assert (leads["final_stage"] == leads["stage"])[~is_open].all()
    assert (leads["final_stage"] >= leads["stage"])[is_open].all()
    assert (leads["win_from_here"] >= leads["win_probability"])[is_open].all()


def test_an_open_lead_in_the_last_stage_still_has_to_pass_that_stage(northports):
    leads = side_by_side(northports.values()).query("outcome == 'open' and stage == 5")
    complete = leads[leads["true_money"] & leads["true_authority"] & leads["true_need"]]
    assert len(complete) and (complete["win_from_here"] == 0.75).all()


def test_a_contact_who_may_not_decide_makes_the_late_stages_longer(closed):
    days = (closed["stage_5_on"] - closed["stage_4_on"]).dt.days.dropna()
    mean = days.groupby(closed["true_authority"]).mean()
    assert mean[False] / mean[True] == pytest.approx(1.6, abs=0.35)
