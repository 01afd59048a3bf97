"""Outcomes of campaigns: the truth of the real arm is what the receipts show, and every arm has one."""

import numpy as np
import pandas as pd
import pytest

from tests.simulation.calls import get_member_receipts


def observe_outcomes(firm, kind):
    """True outcomes of the members' real arms, beside what the receipts show."""
    campaign = firm.tables["campaigns"].set_index("kind").loc[kind]
    receipts = get_member_receipts(firm)
    end = campaign["started_on"] + pd.Timedelta(days=int(campaign["outcome_days"]))
    window = receipts[receipts["purchased_at"].between(campaign["started_on"], end, inclusive="left")]
    spent = window.groupby("customer_id")["amount_cny"].sum()
    contacts = firm.tables["contacts"]
    mine = contacts[contacts["campaign_id"] == campaign["campaign_id"]]
    truth = firm.truth["outcomes"].merge(
        mine[["campaign_id", "customer_id", "arm"]], on=["campaign_id", "customer_id", "arm"]
    )
    return truth.assign(seen=spent.reindex(truth["customer_id"]).fillna(0.0).to_numpy())


@pytest.mark.parametrize("kind", ["offer_trial", "win_back_trial", "legacy_mailing"])
def test_the_true_outcome_of_the_real_arm_is_what_the_receipts_show(osmanthus, kind):
    table = observe_outcomes(osmanthus, kind)
    assert len(table)
    np.testing.assert_allclose(table["amount_cny"], table["seen"], atol=0.006)
    assert (table["bought"] == (table["seen"] > 0)).all()


def test_the_outcome_after_a_complaint_is_what_the_receipts_show(osmanthus):
    contacts = osmanthus.tables["contacts"]
    mine = contacts[contacts["arm"].isin(["fast", "normal"])]
    truth = mine.merge(osmanthus.truth["outcomes"], on=["campaign_id", "customer_id", "arm"])
    after = get_member_receipts(osmanthus).merge(mine[["customer_id", "contacted_on"]], on="customer_id")
    days = (after["purchased_at"].dt.normalize() - after["contacted_on"]).dt.days
    spent = after[(days > 0) & (days < 180)].groupby("customer_id")["amount_cny"].sum()
    assert len(truth) == len(mine) > 0
    np.testing.assert_allclose(
        truth["amount_cny"], spent.reindex(truth["customer_id"]).fillna(0.0), atol=0.006
    )


def test_every_member_of_a_campaign_has_an_outcome_under_every_arm(osmanthus):
    outcomes = osmanthus.truth["outcomes"]
    arms = outcomes.groupby(["campaign_id", "customer_id"]).size().groupby("campaign_id").unique()
    assert {int(key): values.tolist() for key, values in arms.items()} == {1: [2], 3: [2], 4: [5], 5: [4]}


def test_control_is_never_contacted_and_costs_nothing(osmanthus):
    contacts = osmanthus.tables["contacts"]
    control = contacts[contacts["arm"] == "control"]
    assert len(control) and control["contacted_on"].isna().all() and (control["cost_cny"] == 0).all()
    assert control["opened"].isna().all() and control["redeemed"].isna().all()
