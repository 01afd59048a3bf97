"""The chain Osmanthus: stores, products and campaigns, then its members in chunks.

A chunk has its own random numbers, so it is the same whatever comes after it and however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of
from crmlib.simulation.parameters import Progress, Simulated, list_parameters
from crmlib.simulation.retail.campaigns import tell_campaigns
from crmlib.simulation.retail.chain import Chain, generator, make_chain
from crmlib.simulation.retail.complaints import list_complaints, list_problems, tell_complaints, tell_problems
from crmlib.simulation.retail.costs import tell_costs
from crmlib.simulation.retail.history import live_through
from crmlib.simulation.retail.leaving import ask_leavers
from crmlib.simulation.retail.members import choose_referrers, tell_members
from crmlib.simulation.retail.outcomes import tell_contacts, tell_outcomes
from crmlib.simulation.retail.panel import run_panel
from crmlib.simulation.retail.people import choose_members
from crmlib.simulation.retail.points import book_ledger
from crmlib.simulation.retail.receipts import (
    draw_returns,
    number_receipts,
    tell_lines,
    tell_receipts,
    tell_returns,
)
from crmlib.simulation.retail.serving import cost_to_serve
from crmlib.simulation.retail.state import MemberHistory
from crmlib.simulation.retail.stores import COLUMNS as STORE_COLUMNS
from crmlib.simulation.retail.stores import observe_queues
from crmlib.simulation.retail.surveys import run_surveys
from crmlib.simulation.retail.truth import tell_satisfaction, tell_truth_of_members
from crmlib.simulation.world.worlds import World
from crmlib.tables.check import conform

CHUNK_MEMBERS = 20_000
FIRST_CUSTOMER = 100_001
IDS_PER_MEMBER = 1_000  # ids reserved for each member of a chunk, so that chunks never share a number


def simulate_retail(world: World, *, progress: Progress | None = None) -> Simulated:
    """Osmanthus with all its members at once.

    progress: called with the share done (0 to 1) and a few words. Returns tables and truth as described in
    the dictionary; the same world gives the same frames.
    """
    chunks = list(simulate_retail_chunks(world, chunk_members=CHUNK_MEMBERS, progress=progress))
    if len(chunks) == 1:
        return chunks[0]
    tables = _join([chunk.tables for chunk in chunks])
    truth = _join([chunk.truth for chunk in chunks])
    costs = tables["marketing_costs"].groupby(
        ["month", "purpose", "channel"], as_index=False, observed=True, sort=True
    )
    tables["marketing_costs"] = costs.sum().round({"cost_cny": 2, "staff_hours": 2})
    return Simulated(tables, truth, chunks[0].parameters)


def _join(pieces: list[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Tables of several chunks as one; what all share is in the first one only."""
    return {
        name: pd.concat([piece[name] for piece in pieces if name in piece], ignore_index=True)
        for name in pieces[0]
    }


def simulate_retail_chunks(
    world: World, *, chunk_members: int = CHUNK_MEMBERS, progress: Progress | None = None
) -> Iterator[Simulated]:
    """Osmanthus in pieces of so many members, for any size in bounded memory.

    What all share (stores, products, campaigns, store trials, panel, queues) is in the first piece only;
    `marketing_costs` of each piece covers its own members. Raises ValueError if chunk_members is below 1,
    or if the history is shorter than a quarter.
    """
    if chunk_members < 1:
        raise ValueError(f"simulate_retail_chunks: chunk_members must be at least 1, found {chunk_members}.")
    if world.months < 3:
        raise ValueError(
            "simulate_retail_chunks: surveys and panel need a full quarter, but world.months is "
            f"{world.months}, expected 3 or more."
        )
    chain = make_chain(world)
    starts = range(0, world.members, chunk_members)
    for number, first in enumerate(starts):
        count = min(chunk_members, world.members - first)
        words = f"members {first + 1:,} to {first + count:,}"

        def report(share: float, number: int = number, words: str = words) -> None:
            if progress is not None:
                progress((number + share) / len(starts), words)

        yield _simulate_chunk(chain, number, first, count, report)


def _simulate_chunk(
    chain: Chain, number: int, first: int, count: int, report: Callable[[float], None]
) -> Simulated:
    """Members first … first + count − 1 with all that they did; the first chunk brings what all share."""
    rng = generator(chain.world, 1, number)
    people, others = choose_members(chain, count, rng)
    history = live_through(chain, people, others, rng, lambda share: report(0.75 * share))
    tables, truth = _write_chunk(chain, arrays_of(people), history, first, rng)
    if number == 0:
        shared, shoppers = _write_shared(chain)
        tables, truth = {**shared, **tables}, {**shoppers, **truth}
    report(1.0)
    return Simulated(
        {name: conform(frame, name) for name, frame in tables.items()},
        {name: conform(frame, f"truth.{name}") for name, frame in truth.items()},
        tuple(list_parameters(chain.world)),
    )


def _write_shared(chain: Chain) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables and truth that do not belong to single members."""
    panel, shoppers = run_panel(chain, generator(chain.world, 3, 0))
    tables = {
        "stores": chain.stores[STORE_COLUMNS],
        "products": chain.assortment.frame,
        "campaigns": tell_campaigns(chain.calendar, chain.plan),
        "store_trials": chain.store_trials,
        "queues": observe_queues(chain.world, chain.calendar, chain.stores, generator(chain.world, 3, 1)),
        "panel": panel,
    }
    return tables, {"shoppers": shoppers}


def _write_chunk(
    chain: Chain, people: Arrays, history: MemberHistory, first: int, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables and truth of one chunk."""
    world, calendar = chain.world, chain.calendar
    customer, ids = FIRST_CUSTOMER + first, 1 + first * IDS_PER_MEMBER
    visits = number_receipts(history, ids)
    mine = visits[visits["carded"]]
    returns = draw_returns(calendar, visits, rng)
    referrer = choose_referrers(people, history, rng)
    problems = list_problems(history, visits)
    complaints = list_complaints(chain, history, problems, ids)
    surveys, true_surveys = run_surveys(chain, people, history, customer, ids, rng)
    tables = {
        "members": tell_members(chain, people, referrer, customer),
        "receipts": tell_receipts(chain, visits, customer),
        "receipt_lines": tell_lines(chain, history, visits),
        "returns": tell_returns(calendar, returns, customer, ids),
        "points": book_ledger(world, calendar, people, mine, returns[returns["carded"]], customer, ids),
        "surveys": surveys,
        "complaints": tell_complaints(chain, complaints, people["satisfaction"], customer, rng),
        "contacts": tell_contacts(chain, history, mine, customer, rng),
        "exits": ask_leavers(world, calendar, customer, history.left_day, history.cause, rng),
    }
    trials = chain.store_trials if first == 0 else chain.store_trials[:0]
    contacts, complained = tables["contacts"], tables["complaints"]
    tables["marketing_costs"] = tell_costs(
        world, calendar, people["joined"], referrer >= 0, contacts, complained, trials
    )
    truth = {
        "members": tell_truth_of_members(chain, people, history, customer, rng).assign(
            serving_cost_cny=cost_to_serve(chain, tables, people["joined"], customer).round(2)
        ),
        "surveys": true_surveys,
        "problems": tell_problems(chain, problems, complaints, customer, ids),
        "outcomes": tell_outcomes(chain, history, customer),
        "satisfaction": tell_satisfaction(chain, people, history, customer),
    }
    return tables, truth
