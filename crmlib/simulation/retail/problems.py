"""Problems lower satisfaction; complaints, if well handled, repair it in part."""

from __future__ import annotations

import numpy as np

from crmlib.simulation.columns import Arrays
from crmlib.simulation.retail.campaigns import RECOVERY
from crmlib.simulation.retail.service import (
    MINUTES_PER_DAY,
    Complaints,
    Problems,
    decide_to_complain,
    faded,
    find_problems,
    handle_complaints,
)
from crmlib.simulation.retail.state import EXTRA, State


def meet_problems(state: State, visits: Arrays) -> None:
    """Let things go wrong at the week's visits, let some complain, and plan how that is put right.

    Adds to the state's problems (visit, topic, severity) and complaints (problem, arm of the recovery trial
    or −1, and the fields of `Complaints`). Goods with a fault may come back: returned is changed in visits.
    """
    world, rng = state.chain.world, state.rng
    rows = np.flatnonzero(visits["happens"])
    quality = state.chain.stores["quality"].to_numpy()[visits["store"][rows]]
    problems = find_problems(world, quality, visits["online"][rows], rng)
    visit = rows[problems.visit]
    person, carded = visits["person"][visit], visits["kind"][visit] <= EXTRA
    _return_faulty_goods(state, visits, visit[problems.topic == 0])
    np.add.at(state.shock, person[carded], -problems.drop[carded])
    reported = decide_to_complain(world, problems, state.everyone["quality"][person], carded, rng)
    day = visits["day"][visit]
    arm = _draw_recovery_arms(state, person, carded, reported, day)
    complaints = handle_complaints(world, problems, reported, arm == 1, rng)
    mine = carded[reported]
    _plan_repairs(state, problems, complaints, person[reported], mine, day[reported], arm)
    gain = world.retail.service.quality_gain * ((arm == 1) * 1.0 - complaints.rejected)
    np.add.at(state.quality, person[reported][mine], gain[mine])
    _keep(state, problems, complaints, visit, arm)


def _keep(
    state: State, problems: Problems, complaints: Complaints, visit: np.ndarray, arm: np.ndarray
) -> None:
    """Note problems and complaints for the tables."""
    first = state.problems.rows
    state.problems.add(
        {"visit": visit + state.visits.rows, "topic": problems.topic, "severity": problems.severity}
    )
    state.complaints.add(
        {
            "problem": complaints.problem + first,
            "arm": arm,
            "delay": complaints.delay,
            "channel": complaints.channel,
            "days": complaints.days,
            "rejected": complaints.rejected,
            "outcome": complaints.outcome,
            "repaired": complaints.repaired,
        }
    )


def _return_faulty_goods(state: State, visits: Arrays, faulty: np.ndarray) -> None:
    """A faulty product often comes back; its points, noted at the till, do not count then."""
    rule = state.chain.world.retail
    back = faulty[state.rng.random(len(faulty)) < rule.service.return_after_problem]
    back = back[~visits["returned"][back]]
    visits["returned"][back] = True
    mine = back[visits["kind"][back] <= EXTRA]
    booked = visits["dispatched"][mine] + rule.points.booking_days
    state.accounts.earn(visits["person"][mine], booked, -visits["points"][mine])


def _draw_recovery_arms(
    state: State, person: np.ndarray, carded: np.ndarray, reported: np.ndarray, day: np.ndarray
) -> np.ndarray:
    """Arm of each complaint: 1 fast, 0 normal by the toss of a coin; −1 not in the trial.

    Only the first complaint of a member while the trial runs is in it.
    """
    arm = np.full(len(reported), -1)
    trial = state.chain.plan[state.chain.plan["number"] == RECOVERY]
    if trial.empty:
        return arm
    start, end = trial[["first", "last"]].to_numpy()[0]
    fits = np.flatnonzero(carded[reported] & (day[reported] >= start) & (day[reported] <= end))
    fits = fits[state.recovery_arm[person[reported[fits]]] < 0]
    fits = fits[np.unique(person[reported[fits]], return_index=True)[1]]
    arm[fits] = state.rng.integers(0, 2, len(fits))
    who = person[reported[fits]]
    state.recovery_arm[who], state.recovery_day[who] = arm[fits], day[reported[fits]]
    state.other_customer[who] = True
    return arm


def _plan_repairs(
    state: State,
    problems: Problems,
    complaints: Complaints,
    who: np.ndarray,
    mine: np.ndarray,
    day: np.ndarray,
    arm: np.ndarray,
) -> None:
    """Note when and how far each solution will lift satisfaction again, in both arms of the trial.

    who, mine (has a card), day, arm: one entry a complaint. What has faded by then need not be repaired.
    """
    opened = day + complaints.delay // MINUTES_PER_DAY
    drop = problems.drop[complaints.problem]

    def lift(days: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        solved = opened + np.ceil(days).astype(np.int64)
        week = np.minimum(solved // 7 + 1, len(state.repairs) - 1)
        return week, drop * share * faded(state.chain.world, solved - day)

    trial = arm >= 0
    week, real = lift(complaints.days, complaints.repaired)
    np.add.at(state.repairs, (week[mine], who[mine]), real[mine])
    np.add.at(state.other_repairs, (week[trial], who[trial]), -real[trial])
    week, other = lift(complaints.days_other, complaints.repaired_other)
    np.add.at(state.other_repairs, (week[trial], who[trial]), other[trial])
