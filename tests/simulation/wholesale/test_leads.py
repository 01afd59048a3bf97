"""Leads: who has money, authority and need is won, and is an account from that day."""

from itertools import pairwise

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def closed(northports):
    """Leads of all seeds that are won or lost."""
    return pd.concat([firm.tables["leads"] for firm in northports.values()]).query("outcome != 'open'")


def test_a_won_lead_is_an_account_from_that_day(each_northport):
    leads, accounts = each_northport.tables["leads"], each_northport.tables["accounts"]
    won = leads.query("outcome == 'won'").merge(accounts, on="customer_id")
    assert len(won) == (leads["outcome"] == "won").sum() > 10
    assert (won["since_on"] >= won["stage_5_on"]).all()
    assert won["customer_id"].is_unique
    assert set(won["customer_id"]) == set(accounts.query("since_on >= '2023-01-01'")["customer_id"])


def test_leads_with_money_authority_and_need_are_won_most(closed):
    complete = closed["money"] & closed["authority"] & closed["need"]
    won = closed["outcome"] == "won"
    assert won[complete].mean() > 3 * won[~complete].mean()


def test_a_lead_without_need_that_is_lost_at_once_is_lost_for_that(closed):
    lacking = closed.query("not need and stage == 1 and outcome == 'lost'")
    assert len(lacking) and (lacking["drop_reason"] == "no_need").all()


def test_each_stage_is_reached_by_fewer_leads(closed):
    reached = [(closed["stage"] >= stage).mean() for stage in range(1, 6)]
    assert all(later < earlier for earlier, later in pairwise(reached))
