"""The stores of the acquisition trial, and what marketing costs."""

import pandas as pd
import pytest

from crmlib.simulation.retail.chain import make_chain
from crmlib.simulation.world.worlds import World


def test_half_of_the_stores_are_treated():
    trials = make_chain(World()).store_trials
    assert trials["arm"].value_counts().to_dict() == {"treated": 20, "control": 20}


def test_recovery_costs_what_complaints_and_contacts_of_its_trial_cost(osmanthus):
    tables = osmanthus.tables
    booked = tables["marketing_costs"].query("purpose == 'recovery'")["cost_cny"].sum()
    contacts = tables["contacts"].query("campaign_id == 3")["cost_cny"].sum()
    assert contacts > 0
    assert booked == pytest.approx(tables["complaints"]["compensation_cny"].sum() + contacts, abs=0.5)


def test_each_joiner_costs_advertising_in_the_month_of_joining(osmanthus):
    costs = osmanthus.tables["marketing_costs"].query("channel == 'advertising' and month < '2024-01-01'")
    joined = osmanthus.tables["members"]["joined_on"].dt.to_period("M").dt.start_time.value_counts()
    spent = costs.set_index("month")["cost_cny"]
    expected = 48.0 * joined.reindex(spent.index)
    pd.testing.assert_series_equal(spent, expected, check_names=False, check_freq=False)
