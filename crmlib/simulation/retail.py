"""The chain Osmanthus: stores, products and campaigns, then its members in chunks.

A chunk has its own random numbers, so it is the same whatever comes after it and however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.parameters import Simulated, list_parameters
from crmlib.simulation.retail_calendar import Calendar, make_calendar
from crmlib.simulation.retail_campaigns import plan_campaigns, tell_campaigns
from crmlib.simulation.retail_costs import plan_store_trial, tell_costs
from crmlib.simulation.retail_history import NEVER, Chunk, History
from crmlib.simulation.retail_leaving import ask_leavers
from crmlib.simulation.retail_outcomes import tell_contacts, tell_outcomes
from crmlib.simulation.retail_panel import run_panel
from crmlib.simulation.retail_people import choose_members, choose_referrers, tell_members
from crmlib.simulation.retail_points import book_ledger
from crmlib.simulation.retail_products import Assortment, make_assortment
from crmlib.simulation.retail_receipts import (
    draw_returns,
    ledger_rows,
    number_receipts,
    tell_lines,
    tell_problems,
    tell_receipts,
    tell_returns,
)
from crmlib.simulation.retail_stores import COLUMNS as STORE_COLUMNS
from crmlib.simulation.retail_stores import make_stores, observe_queues
from crmlib.simulation.retail_surveys import run_surveys
from crmlib.simulation.truth import tell_satisfaction, tell_truth_of_members
from crmlib.simulation.world import World
from crmlib.tables import conform

Progress = Callable[[float, str], None]
FIRST_CUSTOMER = 100_001
IDS_PER_MEMBER = 1_000  # ids reserved for each member of a chunk, so that chunks never share a number


@dataclass(frozen=True)
class Firm:
    """What all members share."""

    calendar: Calendar
    stores: pd.DataFrame
    assortment: Assortment
    plan: pd.DataFrame
    store_trials: pd.DataFrame


def simulate_retail(world: World, *, progress: Progress | None = None) -> Simulated:
    """Osmanthus with all its members at once.

    progress: called with the share done (0 to 1) and a few words. Returns tables and truth as in the dictionary.
    """
    chunks = list(simulate_retail_chunks(world, chunk_members=20_000, progress=progress))
    if len(chunks) == 1:
        return chunks[0]
    tables = {
        name: pd.concat([chunk.tables[name] for chunk in chunks if name in chunk.tables], ignore_index=True)
        for name in chunks[0].tables
    }
    truth = {
        name: pd.concat([chunk.truth[name] for chunk in chunks if name in chunk.truth], ignore_index=True)
        for name in chunks[0].truth
    }
    return Simulated(tables, truth, chunks[0].parameters)


def simulate_retail_chunks(
    world: World, *, chunk_members: int = 20_000, progress: Progress | None = None
) -> Iterator[Simulated]:
    """Osmanthus in pieces of so many members, for any size in bounded memory.

    What all share (stores, products, campaigns, panel, queues) is in the first piece only; `marketing_costs` of each
    piece covers its own members. Raises ValueError if chunk_members is below 1.
    """
    if chunk_members < 1:
        raise ValueError(f"simulate_retail_chunks: chunk_members must be at least 1, found {chunk_members}.")
    firm, shared = _make_firm(world)
    starts = range(0, world.members, chunk_members)
    for number, first in enumerate(starts):
        count = min(chunk_members, world.members - first)

        def report(share: float, words: str, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(starts), words)

        piece = _simulate_chunk(world, firm, number, first, count, report)
        if number == 0:
            piece = Simulated(
                {**shared.tables, **piece.tables}, {**shared.truth, **piece.truth}, shared.parameters
            )
        yield piece


def _generator(world: World, *key: int) -> np.random.Generator:
    """Random numbers of one part of the firm: 0 shared, 1 chunks, 3 panel and queues."""
    return np.random.default_rng(np.random.SeedSequence(world.seed, spawn_key=key))


def _make_firm(world: World) -> tuple[Firm, Simulated]:
    """Stores, products, campaigns, panel and queues."""
    calendar, rng = make_calendar(world), _generator(world, 0)
    stores = make_stores(world, rng)
    assortment = make_assortment(world, calendar, rng)
    plan = plan_campaigns(world, calendar)
    trials = plan_store_trial(world, calendar, stores, plan, rng)
    panel, shoppers = run_panel(world, calendar, stores, _generator(world, 3))
    queues = observe_queues(world, calendar, stores, _generator(world, 3, 2))
    tables = {
        "stores": stores[STORE_COLUMNS],
        "products": assortment.frame,
        "campaigns": tell_campaigns(calendar, plan),
        "store_trials": trials,
        "queues": queues,
        "panel": panel,
    }
    tables = {name: conform(frame, name) for name, frame in tables.items()}
    truth = {"shoppers": conform(shoppers, "truth.shoppers")}
    parameters = tuple(list_parameters(world))
    return Firm(calendar, stores, assortment, plan, trials), Simulated(tables, truth, parameters)


def _simulate_chunk(
    world: World, firm: Firm, number: int, first: int, count: int, report: Progress
) -> Simulated:
    """Members first … first + count − 1 with all that they did."""
    rng = _generator(world, 1, number)
    people, others = choose_members(world, firm.calendar, firm.stores, count, rng)
    chunk = Chunk(world, firm.calendar, firm.stores, firm.assortment, firm.plan, people, others, rng)
    for week in range(firm.calendar.weeks):
        chunk.live(week)
        if week % 13 == 0:
            report(
                0.8 * week / firm.calendar.weeks, f"members {first + 1:,} to {first + count:,}, week {week}"
            )
    history = chunk.finish()
    report(0.85, f"members {first + 1:,} to {first + count:,}, writing tables")
    return _write_chunk(world, firm, people, history, first, rng)


def _write_chunk(
    world: World, firm: Firm, people: pd.DataFrame, history: History, first: int, rng: np.random.Generator
) -> Simulated:
    """Tables and truth of one chunk."""
    calendar, customer, ids = firm.calendar, FIRST_CUSTOMER + first, 1 + first * IDS_PER_MEMBER
    visits = number_receipts(history, ids)
    returns = draw_returns(calendar, visits, rng)
    referrer = choose_referrers(people, history.left_day, rng)
    problems, complaints = tell_problems(world, calendar, history, visits, people, customer, ids, rng)
    surveys, true_surveys = run_surveys(world, calendar, people, history, customer, ids, rng)
    tables = {
        "members": tell_members(world, calendar, firm.stores, people, customer, referrer),
        "receipts": tell_receipts(world, calendar, firm.stores, visits, customer),
        "receipt_lines": tell_lines(firm.assortment, history, visits),
        "returns": tell_returns(calendar, returns, customer, ids),
        "points": book_ledger(
            world, calendar, people, ledger_rows(visits), returns[returns["carded"]], customer
        ).assign(booking_id=lambda table: ids + np.arange(len(table))),
        "surveys": surveys,
        "complaints": complaints,
        "contacts": tell_contacts(world, calendar, history, visits, people, customer, rng),
        "exits": ask_leavers(
            world, calendar, customer, np.minimum(history.left_day, NEVER), history.cause, rng
        ),
    }
    tables["marketing_costs"] = tell_costs(
        world,
        calendar,
        {**tables, "store_trials": firm.store_trials if first == 0 else firm.store_trials[:0]},
        people["joined"].to_numpy(),
        history.left_day,
    )
    truth = {
        "members": tell_truth_of_members(world, calendar, people, history, customer, rng),
        "surveys": true_surveys,
        "problems": problems,
        "outcomes": tell_outcomes(world, history, people, customer),
        "satisfaction": tell_satisfaction(calendar, people, history, customer),
    }
    return Simulated(
        {name: conform(frame, name) for name, frame in tables.items()},
        {name: conform(frame, f"truth.{name}") for name, frame in truth.items()},
    )
