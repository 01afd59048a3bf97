"""Sales visits to accounts: how many the salespeople pay, what they do, and the rows of the table visits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Bools, Dates, Floats, Ints, draw_levels
from crmlib.simulation.wholesale.accounts import Accounts
from crmlib.simulation.wholesale.calendar import MonthCalendar, pick_workdays
from crmlib.simulation.wholesale.market import Market
from crmlib.simulation.wholesale.months import Setting
from crmlib.simulation.world.worlds import World

ROUTINE, OFFER = 0, 2


def plan_visits(world: World, accounts: Accounts, rng: np.random.Generator) -> Floats:
    """Visits a month planned for each account: by segment, salesperson and distance (if selection is 1)."""
    visits, selection = world.wholesale.visits, world.wholesale.accounts.selection
    sizes = np.array(world.wholesale.accounts.segment_sizes)
    plan = np.array(visits.visits_per_month)
    mean = (plan * sizes).sum() / sizes.sum()
    effort = np.exp(rng.normal(0, visits.effort_sd, world.wholesale.accounts.salespeople))
    chosen = plan[accounts.segment] * effort[accounts.salesperson - 1]
    chosen = chosen * np.exp(-(accounts.distance_km - accounts.distance_km.mean()) / visits.visits_km)
    return selection * chosen + (1 - selection) * mean


def draw_visit_counts(
    world: World, market: Market, plan: Floats, present: Floats, rng: np.random.Generator
) -> Ints:
    """Visits paid to each account in each month; more in months of dear fuel, as planned in the mean.

    plan: visits a month, an entry an account. present: part of each month in which the account was there.
    """
    dear = world.wholesale.accounts.selection * world.wholesale.visits.visits_by_price * market.oil
    pace = np.exp(dear) / np.exp(dear).mean()
    return rng.poisson(plan[:, None] * pace[None, :] * present)


def visit_factor(world: World, accounts: Accounts, counts: Ints) -> Floats:
    """What the month's visits do to the wallet share: ((1 + visits) / (1 + reference)) ** effect, concave."""
    reference = world.wholesale.visits.reference_visits
    return ((1 + counts) / (1 + reference)) ** accounts.visit_effect[:, None]


def _draw_visit_days(
    world: World, calendar: MonthCalendar, segment: Ints, month: Ints, rng: np.random.Generator
) -> Dates:
    """A working day for each visit; some salespeople see key accounts in the first week, as planned."""
    early = rng.random(len(month)) < np.array(world.wholesale.visits.first_week)[segment]
    place = rng.random(len(month))
    length = calendar.days[month]
    day = np.where(early, place * 7, 7 + place * (length - 7))
    first = calendar.starts[month]
    return pick_workdays(first + np.floor(day).astype("timedelta64[D]"), earliest=first)


def list_visits(
    setting: Setting,
    *,
    last_on: Dates,
    bid_counts: Ints,
    lead_visits: tuple[Ints, Dates, Ints],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table visits: visits to accounts (until last_on, if they left) and to leads, in order of time.

    bid_counts: accounts × months, rivals' offers in the month. lead_visits: lead, day, stage of each visit.
    """
    world, accounts = setting.world, setting.accounts
    who, month = _repeat(setting.visits)
    day = _draw_visit_days(world, setting.calendar, accounts.segment[who], month, rng)
    inside = (day >= accounts.since_on[who]) & ~(day >= last_on[who])
    who, month, day = who[inside], month[inside], day[inside]
    purpose = _draw_purposes(world, bid_counts[who, month] > 0, rng)
    lead, lead_day, stage = lead_visits
    customer = np.concatenate([accounts.ids[who], np.zeros(len(lead), dtype=np.int64)])
    specialists = world.wholesale.accounts.salespeople + 1 + lead % 2
    table = pd.DataFrame(
        {
            "customer_id": pd.Series(customer).astype("Int64").where(customer > 0),
            "lead_id": pd.Series(np.concatenate([np.zeros(len(who), dtype=np.int64), lead])).astype("Int64"),
            "salesperson_id": np.concatenate([accounts.salesperson[who], specialists]),
            "visited_on": np.concatenate([day, lead_day]),
            "purpose": np.concatenate([purpose, np.where(stage >= 4, OFFER, ROUTINE)]),
        }
    )
    table["lead_id"] = table["lead_id"].where(table["lead_id"] > 0)
    minutes = world.wholesale.visits.minutes * rng.gamma(4.0, 0.25, len(table))
    table["minutes"] = np.maximum(5.0, np.round(minutes / 5) * 5)
    table = table.sort_values(["visited_on", "salesperson_id"], kind="stable", ignore_index=True)
    table["purpose"] = label(table["purpose"].to_numpy(), levels("visits", "purpose"))
    table["visit_id"] = np.arange(1, len(table) + 1)
    return table


def _repeat(counts: Ints) -> tuple[Ints, Ints]:
    """Row and column of each unit counted in an array."""
    rows, columns = np.nonzero(counts)
    times = counts[rows, columns]
    return np.repeat(rows, times), np.repeat(columns, times)


def _draw_purposes(world: World, threatened: Bools, rng: np.random.Generator) -> Ints:
    """Why each visit took place: an offer where a rival has called, else mostly routine."""
    visits = world.wholesale.visits
    calm = draw_levels(np.tile(visits.purposes, (len(threatened), 1)), rng)
    return np.where(threatened & (rng.random(len(threatened)) < visits.offers_after_bid), OFFER, calm)
