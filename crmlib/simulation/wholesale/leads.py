"""Prospects of Northport: money, authority, need, and the way through the five stages (D-05, D-16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Bools, Dates, Floats, Ints, draw_levels, log_odds, to_share
from crmlib.simulation.wholesale.calendar import MonthCalendar, pick_workdays
from crmlib.simulation.world.worlds import World

STAGES = 5
CONDITIONS = ("money", "authority", "need")


@dataclass(frozen=True)
class Leads:
    """Prospects in order of time.

    money, authority, need: what is true; recorded: leads × the three, as the salesperson saw it.
    entered_on: a column a stage (meaningless if not reached), and last the day on which the case was closed.
    reached: last stage reached, 6 for a win. drop_reason: level number, meaningless for a win.
    """

    created_on: Dates
    source: Ints
    money: Bools
    authority: Bools
    need: Bools
    recorded: Bools
    entered_on: Dates
    reached: Ints
    drop_reason: Ints
    ends_on: np.datetime64

    @property
    def won(self) -> Bools:
        """Won before the end of the data."""
        return (self.reached > STAGES) & (self.entered_on[:, STAGES] < self.ends_on)

    @property
    def won_on(self) -> Dates:
        """Days of the wins, in the leads' order."""
        return self.entered_on[self.won, STAGES]

    @property
    def lost(self) -> Bools:
        """Given up before the end of the data."""
        return (self.reached <= STAGES) & (self.entered_on[:, STAGES] < self.ends_on)


def simulate_leads(
    world: World, calendar: MonthCalendar, rng: np.random.Generator, judgement: np.random.Generator
) -> Leads:
    """Leads recorded month by month; each passes a stage with a chance that depends on what it lacks.

    judgement: the luck of the salesperson who records money, authority and need.
    """
    leads = world.wholesale.leads
    counts = rng.poisson(leads.leads_per_month, len(calendar.starts))
    month = np.repeat(np.arange(len(calendar.starts)), counts)
    day = np.floor(rng.random(len(month)) * calendar.days[month]).astype("timedelta64[D]")
    created = np.sort(pick_workdays(calendar.starts[month] + day, earliest=calendar.starts[month]))
    count = len(created)
    source = draw_levels(np.tile(leads.source_shares, (count, 1)), rng)
    odds = log_odds(np.array(leads.need_share)) + np.array(leads.need_by_source)[source]
    need = rng.random(count) < to_share(odds)
    money = rng.random(count) < leads.money_share
    authority = rng.random(count) < leads.authority_share
    true = np.column_stack([money, authority, need])
    passes = rng.random((count, STAGES)) < stage_chances(world, true)
    reached = 1 + np.cumprod(passes, axis=1).sum(axis=1)
    waits = rng.gamma(2.0, np.array(leads.stage_days) / 2, (count, STAGES))
    waits = np.ceil(waits * np.where(authority[:, None], 1.0, leads.longer_without_authority))
    waits = waits.astype("timedelta64[D]")
    spent = np.arange(STAGES)[None, :] < reached[:, None]
    ways = np.cumsum(np.where(spent, waits, np.timedelta64(0, "D")), axis=1)
    entered = np.concatenate([created[:, None], created[:, None] + ways], axis=1)
    reasons = _draw_reasons(reached, money, authority, need, leads.late_reasons, rng)
    recorded = _record(world, true, judgement)
    return Leads(
        created, source, money, authority, need, recorded, entered, reached, reasons, calendar.ends_on
    )


def stage_chances(world: World, true: Bools) -> Floats:
    """Chance of passing each stage, leads × stages. true: leads × (money, authority, need).

    >>> stage_chances(World(), np.array([[True, True, True], [True, False, True]]))
    array([[0.85 , 0.85 , 0.8  , 0.8  , 0.75 ],
           [0.85 , 0.765, 0.64 , 0.36 , 0.375]])
    """
    leads = world.wholesale.leads
    factors = np.array([leads.pass_without_money, leads.pass_without_authority, leads.pass_without_need])
    return np.asarray(leads.stage_pass * np.where(true[:, :, None], 1.0, factors).prod(axis=1))


def _record(world: World, true: Bools, rng: np.random.Generator) -> Bools:
    """What is written down at the first contact: hoped for where it lacks, overlooked where it is there."""
    leads = world.wholesale.leads
    wrong = np.where(true, leads.taken_for_missing, leads.taken_for_there)
    return np.asarray(true ^ (rng.random(true.shape) < wrong))


def _draw_reasons(
    reached: Ints,
    money: Bools,
    authority: Bools,
    need: Bools,
    shares: tuple[float, ...],
    rng: np.random.Generator,
) -> Ints:
    """Why a lead is given up: the condition that its stage asks for and it lacks, else another reason."""
    late = 3 + draw_levels(np.tile(shares, (len(reached), 1)), rng)
    reason = np.where(reached <= 1, 5, late)
    reason = np.where(~authority & (reached >= 3), 1, reason)
    reason = np.where(~money & (reached >= 2) & (reached <= 3), 0, reason)
    return np.where(~need & (reached <= 2), 2, reason)


def _known_stages(leads: Leads) -> Bools:
    """Leads × stages: True where the stage was reached before the end of the data."""
    seen = leads.entered_on[:, :STAGES] < leads.ends_on
    return np.asarray(seen & (np.arange(STAGES)[None, :] < leads.reached[:, None]))


def list_leads(leads: Leads, account_ids: Ints) -> pd.DataFrame:
    """The table leads; the wins became the last accounts, in the order of their days."""
    known = _known_stages(leads)
    dates = np.where(known, leads.entered_on[:, :STAGES], np.datetime64("NaT"))
    customers = pd.array([pd.NA] * len(leads.reached), dtype="Int64")
    wins = np.flatnonzero(leads.won)[np.argsort(leads.won_on, kind="stable")]
    customers[wins] = account_ids[len(account_ids) - len(wins) :]
    table = pd.DataFrame(
        {
            "lead_id": np.arange(1, len(leads.reached) + 1),
            "created_on": leads.created_on,
            "source": label(leads.source, levels("leads", "source")),
            **{name: leads.recorded[:, column] for column, name in enumerate(CONDITIONS)},
            "stage": known.sum(axis=1),
            "outcome": np.select([leads.won, leads.lost], ["won", "lost"], "open"),
            "drop_reason": label(leads.drop_reason, levels("leads", "drop_reason"), known=leads.lost),
            "customer_id": customers,
        }
    )
    for stage in range(STAGES):
        table[f"stage_{stage + 1}_on"] = dates[:, stage]
    return table


def list_true_leads(world: World, leads: Leads) -> pd.DataFrame:
    """The table truth.leads: what each lead has, its chance, and how it ended, even after the data."""
    true = np.column_stack([leads.money, leads.authority, leads.need])
    chances = stage_chances(world, true)
    passed = np.arange(STAGES)[None, :] < _known_stages(leads).sum(axis=1)[:, None] - 1
    numbers = {"win_probability": chances.prod(axis=1)}
    for column, name in enumerate(CONDITIONS):
        for word, value in (("with", True), ("without", False)):
            changed = true.copy()
            changed[:, column] = value
            numbers[f"win_{word}_{name}"] = stage_chances(world, changed).prod(axis=1)
    numbers["win_from_here"] = np.where(
        leads.won | leads.lost, np.nan, np.where(passed, 1.0, chances).prod(axis=1)
    )
    won = leads.reached > STAGES
    return pd.DataFrame(
        {
            "lead_id": np.arange(1, len(won) + 1),
            **{name: true[:, column] for column, name in enumerate(CONDITIONS)},
            **{name: values.round(6) for name, values in numbers.items()},
            "final_stage": np.minimum(leads.reached, STAGES),
            "final_outcome": np.where(won, "won", "lost"),
            "final_drop_reason": label(
                leads.drop_reason, levels("truth.leads", "final_drop_reason"), known=~won
            ),
            "closed_on": leads.entered_on[:, STAGES],
        }
    )


def draw_lead_visits(
    leads: Leads, world: World, calendar: MonthCalendar, rng: np.random.Generator
) -> tuple[Ints, Dates, Ints]:
    """Visits to leads: lead number (from 1), day, and stage (from 1) in which the visit took place."""
    wanted = rng.poisson(world.wholesale.leads.lead_visits, (len(leads.reached), STAGES))
    wanted = np.where(np.arange(STAGES)[None, :] < leads.reached[:, None], wanted, 0)
    row = np.repeat(np.arange(wanted.size), wanted.ravel())
    lead, stage = row // STAGES, row % STAGES
    start, end = leads.entered_on[lead, stage], leads.entered_on[lead, stage + 1]
    length = np.maximum((end - start).astype(np.int64), 1)
    day = start + np.floor(rng.random(len(row)) * length).astype("timedelta64[D]")
    day = pick_workdays(day, earliest=start)
    seen = day < calendar.ends_on
    return lead[seen] + 1, day[seen], stage[seen] + 1
