"""Northport: one seed, one firm; nothing happens before an account comes or after it has left."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmlib.simulation.wholesale.simulate import simulate_wholesale
from crmlib.simulation.world.wholesale import WholesaleWorld
from crmlib.simulation.world.worlds import NAMES, World
from crmlib.tables.check import check_firm, check_table
from tests.simulation.calls import NORTHPORT, get_accounts, get_frame, simulate_northport

DAYS = {
    "orders": "purchased_at",
    "visits": "visited_on",
    "contracts": "signed_on",
    "competitor_bids": "offered_on",
}


@pytest.fixture(scope="module")
def again():
    """The wholesaler of the course, simulated a second time."""
    return simulate_northport(2026)


@pytest.fixture(scope="module")
def without_structural_bonds():
    """The wholesaler of the course if structural bonds protected against nothing."""
    bonds = replace(WholesaleWorld().bonds, structural_protection=0.0)
    return simulate_wholesale(World(wholesale=replace(WholesaleWorld(), bonds=bonds)))


def test_every_table_fits_its_description(each_northport):
    check_firm(each_northport.tables)
    for name in each_northport.truth:
        check_table(each_northport.truth[name], f"truth.{name}")


@settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    seed=st.integers(0, 10_000),
    months=st.integers(1, 16),
    starts_on=st.sampled_from(["2023-01-01", "2024-02-01", "2022-11-01"]),
    name=st.sampled_from(NAMES),
)
def test_any_small_world_fits_the_description(seed, months, starts_on, name):
    world = replace(World.named(name), seed=seed, months=months, starts_on=starts_on)
    firm = simulate_wholesale(world)
    check_firm({table: frame for table, frame in firm.tables.items() if len(frame)})
    for truth, frame in firm.truth.items():
        if len(frame):
            check_table(frame, f"truth.{truth}")


@pytest.mark.parametrize("name", NORTHPORT)
def test_the_same_seed_gives_the_same_frames(northport, again, name):
    pd.testing.assert_frame_equal(get_frame(again, name), get_frame(northport, name))


def test_another_seed_gives_another_firm(northport):
    tonnes = [firm.tables["orders"]["tonnes"].head(100) for firm in (northport, simulate_northport(2027))]
    assert not tonnes[0].equals(tonnes[1])


@pytest.mark.parametrize("name", ["accounts", "market_prices", "leads"])
def test_a_change_in_bonds_leaves_accounts_market_and_leads_as_they_were(
    northport, without_structural_bonds, name
):
    pd.testing.assert_frame_equal(northport.tables[name], without_structural_bonds.tables[name])
    assert not northport.tables["orders"].equals(without_structural_bonds.tables["orders"])


@pytest.mark.parametrize(("table", "column"), DAYS.items())
def test_nothing_happens_before_an_account_joins_or_after_it_has_left(each_northport, table, column):
    rows = each_northport.tables[table].merge(get_accounts(each_northport), on="customer_id")
    assert (rows[column] >= rows["since_on"]).all()
    left = rows["left_on"].notna()
    assert (rows.loc[left, column] < rows.loc[left, "left_on"]).all()


def test_competition_brings_more_bids_and_monopoly_none(northport):
    competitive, monopoly = simulate_northport(2026, "competitive"), simulate_northport(2026, "monopoly")
    assert len(competitive.tables["competitor_bids"]) > 1.4 * len(northport.tables["competitor_bids"])
    assert monopoly.tables["competitor_bids"].empty
    assert not monopoly.truth["accounts"]["leaving_cause"].isin(["rival", "price"]).any()


def test_accounts_of_the_homogeneous_world_need_the_same():
    accounts = simulate_northport(2026, "homogeneous").truth["accounts"]
    assert accounts["needed_tonnes_per_month"].nunique() == 1
