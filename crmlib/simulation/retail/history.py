"""Three years of Osmanthus, week by week, for all members of a chunk at once.

The order within a week: campaigns begin, people come, fill baskets and pay, meet problems and complain, and
some leave.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.simulation.retail.buying import buy
from crmlib.simulation.retail.campaigns import START_AT_ONCE, Candidates, start_campaign
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.leaving import AT_ONCE, monthly_hazards, weekly_leaving
from crmlib.simulation.retail.problems import meet_problems
from crmlib.simulation.retail.service import faded
from crmlib.simulation.retail.state import MemberHistory, State, begin
from crmlib.simulation.retail.visits import collect_visits, expected_visits, monthly_rate


def live_through(
    chain: Chain,
    people: pd.DataFrame,
    others: pd.DataFrame,
    rng: np.random.Generator,
    report: Callable[[float], None],
) -> MemberHistory:
    """Let all weeks of the history pass for these members (and for other shoppers without a card).

    people, others: see `choose_members`. report: called with the share of weeks that have passed.
    """
    state = begin(chain, people, others, rng)
    for week in range(chain.calendar.weeks):
        _live_week(state, week)
        report((week + 1) / chain.calendar.weeks)
    return MemberHistory(
        visits=state.visits.frame(),
        lines=state.lines.frame(),
        problems=state.problems.frame(),
        complaints=state.complaints.frame(),
        satisfaction=state.satisfaction,
        left_day=state.left_day,
        cause=state.cause,
        second_start=state.second_start,
        second_left=state.second_left,
        recovery_arm=state.recovery_arm,
        recovery_day=state.recovery_day,
        other_left=state.other_left,
        campaigns=state.campaigns,
    )


def _live_week(state: State, week: int) -> None:
    """Let one week pass."""
    state.accounts.start_week(week)
    _begin_campaigns(state, week)
    visits = collect_visits(state, week, expected_visits(state, week))
    buy(state, week, visits)
    meet_problems(state, visits)
    _leave(state, week)
    state.visits.add(visits)


def _begin_campaigns(state: State, week: int) -> None:
    """Set up the campaigns that start with this week (the recovery trial grows complaint by complaint)."""
    world, plan = state.chain.world, state.chain.plan
    for number, first, outcome_days in plan[["number", "first", "outcome_days"]].to_numpy().tolist():
        if number in START_AT_ONCE and first == 7 * week:
            joined = state.joined_week < week
            members = Candidates(
                joined=joined,
                customer=state.customer & joined,
                cause=state.cause,
                expected=monthly_rate(state),
                spending=state.spending.sum(axis=0),
                last_day=state.last_purchase,
            )
            state.campaigns[number] = start_campaign(world, number, first, outcome_days, members, state.rng)


def _leave(state: State, week: int) -> None:
    """Let falls of satisfaction fade and repairs work, then let the causes of leaving compete."""
    world, calendar = state.chain.world, state.chain.calendar
    fading = faded(world, 7.0)
    state.shock = state.shock * fading + state.repairs[week]
    state.gap = state.gap * fading + state.other_repairs[week]
    state.satisfaction[week] = state.feeling
    last = 7 * week + calendar.days_in_week(week) - 1
    hazards = monthly_hazards(world, state.people, state.feeling, state.quality, state.extra_odds)
    chance = state.rng.random(len(state.customer))
    leaves, cause = weekly_leaving(hazards, chance)
    at_once = (state.joined_week == week) & state.people["at_once"]
    leaves = (leaves & (state.joined_week < week)) | at_once
    _leave_in_other_arm(state, chance, last)
    first = leaves & state.customer & ~state.second
    state.left_day[first] = np.where(at_once[first], state.people["joined"][first], last)
    state.cause[first] = np.where(at_once[first], AT_ONCE, cause[first])
    again = leaves & state.customer & state.second & (state.second_start < 7 * week)
    state.second_left[again] = last
    state.customer &= ~(first | again)


def _leave_in_other_arm(state: State, chance: np.ndarray, day: int) -> None:
    """The same chance decides about leaving in the other arm of the recovery trial."""
    rows = np.flatnonzero(state.other_customer)
    if len(rows) == 0:
        return
    people = {name: values[rows] for name, values in state.people.items()}
    feeling = state.feeling[rows] + state.gap[rows]
    hazards = monthly_hazards(state.chain.world, people, feeling, state.quality[rows], state.extra_odds[rows])
    leaves, _ = weekly_leaving(hazards, chance[rows])
    gone = rows[leaves & (state.recovery_day[rows] < day - 6)]
    state.other_customer[gone] = False
    state.other_left[gone] = day
