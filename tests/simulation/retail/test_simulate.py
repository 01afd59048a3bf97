"""The chain Osmanthus: one seed, one firm; chunks fit together; every table is as described."""

from dataclasses import replace

import pandas as pd
import pytest

from crmlib.simulation.retail.simulate import simulate_retail, simulate_retail_chunks
from crmlib.simulation.world.worlds import NAMES, World
from crmlib.tables.check import check_firm, check_table
from tests.simulation.calls import OSMANTHUS, SMALL, get_frame

SHARED = ("stores", "products", "campaigns", "store_trials", "queues", "panel", "truth.shoppers")
KEYS = {
    "members": "customer_id",
    "receipts": "receipt_id",
    "points": "booking_id",
    "surveys": "survey_id",
    "complaints": "complaint_id",
    "returns": "return_id",
}


@pytest.fixture(scope="module")
def again():
    """The firm of the fixture osmanthus, simulated a second time."""
    return simulate_retail(SMALL)


@pytest.fixture(scope="module")
def chunks():
    """Nine months of 700 members, 300 at a time."""
    return list(simulate_retail_chunks(World(members=700, months=9), chunk_members=300))


@pytest.mark.parametrize("name", OSMANTHUS)
def test_the_same_seed_gives_the_same_frames(osmanthus, again, name):
    pd.testing.assert_frame_equal(get_frame(again, name), get_frame(osmanthus, name))


def test_another_seed_gives_another_firm(osmanthus):
    other = simulate_retail(replace(SMALL, seed=SMALL.seed + 1))
    amounts = [firm.tables["receipts"]["amount_cny"].head(500) for firm in (osmanthus, other)]
    assert not amounts[0].equals(amounts[1])


@pytest.mark.parametrize("name", ["members", "receipts", "points", "surveys", "truth.members"])
def test_a_chunk_does_not_depend_on_what_comes_after_it(chunks, name):
    short = list(simulate_retail_chunks(World(members=600, months=9), chunk_members=300))
    assert len(short) == 2
    for mine, theirs in zip(short, chunks, strict=False):
        pd.testing.assert_frame_equal(get_frame(mine, name), get_frame(theirs, name))


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_chunks_share_no_id(chunks, name, key):
    assert pd.concat([chunk.tables[name][key] for chunk in chunks]).is_unique


def test_chunks_together_hold_every_member_once_and_what_all_share_once(chunks):
    assert [len(chunk.tables["members"]) for chunk in chunks] == [300, 300, 100]
    assert ["stores" in chunk.tables for chunk in chunks] == [True, False, False]


def test_chunks_are_joined_to_one_firm_with_one_row_for_each_cost_of_a_month(monkeypatch, chunks):
    monkeypatch.setattr("crmlib.simulation.retail.simulate.CHUNK_MEMBERS", 300)
    whole = simulate_retail(World(members=700, months=9))
    check_firm({name: table for name, table in whole.tables.items() if len(table)})
    assert whole.tables["receipts"]["receipt_id"].tolist() == [
        number for chunk in chunks for number in chunk.tables["receipts"]["receipt_id"]
    ]
    costs = [chunk.tables["marketing_costs"]["cost_cny"].sum() for chunk in chunks]
    assert whole.tables["marketing_costs"]["cost_cny"].sum() == pytest.approx(sum(costs), abs=0.02)


@pytest.mark.parametrize("name", SHARED)
def test_the_shared_part_of_the_firm_does_not_depend_on_the_number_of_members(osmanthus, name):
    more = next(iter(simulate_retail_chunks(World(members=200))))
    pd.testing.assert_frame_equal(get_frame(more, name), get_frame(osmanthus, name))


def test_progress_rises_to_one():
    seen = []
    simulate_retail(World(members=100, months=6), progress=lambda share, words: seen.append(share))
    assert seen == sorted(seen) and seen[-1] == pytest.approx(1.0)


def test_a_chunk_of_no_members_is_refused():
    with pytest.raises(ValueError, match="chunk_members must be at least 1, found 0"):
        next(simulate_retail_chunks(SMALL, chunk_members=0))


def test_a_history_without_a_full_quarter_is_refused():
    with pytest.raises(ValueError, match=r"need a full quarter.*world\.months is 2, expected 3"):
        next(simulate_retail_chunks(World(members=10, months=2)))
    assert next(simulate_retail_chunks(World(members=10, months=3))).tables["panel"]["quarter"].nunique() == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_world_passes_the_checks_of_its_tables_together(worlds, name):
    check_firm(worlds[name].tables)


@pytest.mark.parametrize("name", [name for name in OSMANTHUS if name.startswith("truth.")])
def test_the_truth_fits_its_description(osmanthus, name):
    check_table(get_frame(osmanthus, name), name)
