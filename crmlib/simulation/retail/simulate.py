"""The chain Osmanthus: stores, products and campaigns, then its members in chunks.

A chunk has its own random numbers, so it is the same whatever comes after it and however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from crmlib.simulation.parameters import Simulated, list_parameters
from crmlib.simulation.retail.campaigns import tell_campaigns
from crmlib.simulation.retail.columns import arrays_of
from crmlib.simulation.retail.complaints import list_complaints, list_problems, tell_complaints, tell_problems
from crmlib.simulation.retail.costs import tell_costs
from crmlib.simulation.retail.firm import Firm, generator, make_firm
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
from crmlib.simulation.retail.state import Arrays, History
from crmlib.simulation.retail.stores import COLUMNS as STORE_COLUMNS
from crmlib.simulation.retail.stores import observe_queues
from crmlib.simulation.retail.surveys import run_surveys
from crmlib.simulation.retail.truth import tell_satisfaction, tell_truth_of_members
from crmlib.simulation.world.worlds import World
from crmlib.tables.check import conform

Progress = Callable[[float, str], None]
CHUNK_MEMBERS = 20_000
FIRST_CUSTOMER = 100_001
IDS_PER_MEMBER = 1_000  # ids reserved for each member of a chunk, so that chunks never share a number


def simulate_retail(world: World, *, progress: Progress | None = None) -> Simulated:
    """Osmanthus with all its members at once.

    progress: called with the share done (0 to 1) and a few words. Returns tables and truth as described in
    the dictionary; the same world gives the same frames.
    """
    chunks = list(simulate_retail_chunks(world, progress=progress))
    if len(chunks) == 1:
        return chunks[0]

    def join(frames: list[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
        return {
            name: pd.concat([frame[name] for frame in frames if name in frame], ignore_index=True)
            for name in frames[0]
        }

    tables, truth = (
        join([dict(chunk.tables) for chunk in chunks]),
        join([dict(chunk.truth) for chunk in chunks]),
    )
    costs = tables["marketing_costs"]
    keys = ["month", "purpose", "channel"]
    tables["marketing_costs"] = (
        costs.groupby(keys, as_index=False, observed=True, sort=True)
        .sum()
        .round({"cost_cny": 2, "staff_hours": 2})
    )
    return Simulated(tables, truth, chunks[0].parameters)


def simulate_retail_chunks(
    world: World, *, chunk_members: int = CHUNK_MEMBERS, progress: Progress | None = None
) -> Iterator[Simulated]:
    """Osmanthus in pieces of so many members, for any size in bounded memory.

    What all share (stores, products, campaigns, store trials, panel, queues) is in the first piece only;
    `marketing_costs` of each piece covers its own members. Raises ValueError if chunk_members is below 1.
    """
    if chunk_members < 1:
        raise ValueError(f"simulate_retail_chunks: chunk_members must be at least 1, found {chunk_members}.")
    firm = make_firm(world)
    starts = range(0, world.members, chunk_members)
    for number, first in enumerate(starts):
        count = min(chunk_members, world.members - first)
        words = f"members {first + 1:,} to {first + count:,}"

        def report(share: float, number: int = number, words: str = words) -> None:
            if progress is not None:
                progress((number + share) / len(starts), words)

        yield _simulate_chunk(firm, number, first, count, report)


def _simulate_chunk(
    firm: Firm, number: int, first: int, count: int, report: Callable[[float], None]
) -> Simulated:
    """Members first … first + count − 1 with all that they did; the first chunk brings what all share."""
    rng = generator(firm.world, 1, number)
    people, others = choose_members(firm, count, rng)
    history = live_through(firm, people, others, rng, lambda share: report(0.75 * share))
    tables, truth = _write_chunk(firm, arrays_of(people), history, first, rng)
    if number == 0:
        shared, shoppers = _write_shared(firm)
        tables, truth = {**shared, **tables}, {**shoppers, **truth}
    report(1.0)
    return Simulated(
        {name: conform(frame, name) for name, frame in tables.items()},
        {name: conform(frame, f"truth.{name}") for name, frame in truth.items()},
        tuple(list_parameters(firm.world)),
    )


def _write_shared(firm: Firm) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables and truth that do not belong to single members."""
    panel, shoppers = run_panel(firm, generator(firm.world, 3, 0))
    tables = {
        "stores": firm.stores[STORE_COLUMNS],
        "products": firm.assortment.frame,
        "campaigns": tell_campaigns(firm.calendar, firm.plan),
        "store_trials": firm.store_trials,
        "queues": observe_queues(firm.world, firm.calendar, firm.stores, generator(firm.world, 3, 1)),
        "panel": panel,
    }
    return tables, {"shoppers": shoppers}


def _write_chunk(
    firm: Firm, people: Arrays, history: History, first: int, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Tables and truth of one chunk."""
    world, calendar = firm.world, firm.calendar
    customer, ids = FIRST_CUSTOMER + first, 1 + first * IDS_PER_MEMBER
    visits = number_receipts(history, ids)
    mine = visits[visits["carded"]]
    returns = draw_returns(calendar, visits, rng)
    referrer = choose_referrers(people, history, rng)
    problems = list_problems(history, visits)
    complaints = list_complaints(firm, history, problems, ids)
    surveys, true_surveys = run_surveys(firm, people, history, customer, ids, rng)
    tables = {
        "members": tell_members(firm, people, referrer, customer),
        "receipts": tell_receipts(firm, visits, customer),
        "receipt_lines": tell_lines(firm, history, visits),
        "returns": tell_returns(calendar, returns, customer, ids),
        "points": book_ledger(world, calendar, people, mine, returns[returns["carded"]], customer, ids),
        "surveys": surveys,
        "complaints": tell_complaints(firm, complaints, people["satisfaction"], customer, rng),
        "contacts": tell_contacts(firm, history, mine, customer, rng),
        "exits": ask_leavers(world, calendar, customer, history.left_day, history.cause, rng),
    }
    trials = firm.store_trials if first == 0 else firm.store_trials[:0]
    contacts, complained = tables["contacts"], tables["complaints"]
    tables["marketing_costs"] = tell_costs(
        world, calendar, people["joined"], referrer >= 0, contacts, complained, trials
    )
    truth = {
        "members": tell_truth_of_members(firm, people, history, customer, rng),
        "surveys": true_surveys,
        "problems": tell_problems(firm, problems, complaints, customer, ids),
        "outcomes": tell_outcomes(firm, history, customer),
        "satisfaction": tell_satisfaction(firm, people, history, customer),
    }
    return tables, truth
