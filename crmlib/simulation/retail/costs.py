"""What marketing costs, by month, in money and working hours; and the stores of the acquisition trial."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail.calendar import DayCalendar
from crmlib.simulation.retail.campaigns import ACQUISITION, LEGACY, OFFER, RECOVERY, WIN_BACK
from crmlib.simulation.world.worlds import World

BOOKED_UNDER = {
    LEGACY: ("retention", "mail"),
    RECOVERY: ("recovery", "compensation"),
    WIN_BACK: ("win_back", "mail"),
    OFFER: ("retention", "offers"),
}


def plan_store_trial(
    world: World, calendar: DayCalendar, stores: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """The table `store_trials`, and which stores advertise: one of each two of similar size, drawn by chance.

    The table is empty, and no store advertises, if the trial does not fit in the history.
    """
    rows, costs, count = plan[plan["number"] == ACQUISITION], world.retail.costs, len(stores)
    treated = np.zeros(count, dtype=bool)
    if rows.empty:
        count = 0
    else:
        pairs = stores["size"].to_numpy().argsort(kind="stable")[: count // 2 * 2].reshape(-1, 2)
        treated[pairs[np.arange(len(pairs)), rng.integers(0, 2, len(pairs))]] = True
    first, last = rows[["first", "last"]].to_numpy()[0] if count else (0, 0)
    table = {
        "campaign_id": np.full(count, ACQUISITION + 1),
        "store_id": stores["store_id"].to_numpy()[:count],
        "arm": np.where(treated, "treated", "control")[:count],
        "started_on": calendar.dates(np.full(count, first)),
        "ended_on": calendar.dates(np.full(count, last)),
        "cost_cny": np.where(treated, costs.store_advertising_cny, 0.0)[:count],
        "staff_hours": np.where(treated, costs.store_hours, 0.0)[:count],
    }
    return pd.DataFrame(table), treated


def tell_costs(
    world: World,
    calendar: DayCalendar,
    joined: np.ndarray,
    referred: np.ndarray,
    contacts: pd.DataFrame,
    complaints: pd.DataFrame,
    store_trials: pd.DataFrame,
) -> pd.DataFrame:
    """The table `marketing_costs`, from what was done for the members of a chunk.

    joined: days of joining; referred: members with a known referrer. The other arguments are tables.
    """
    rule, months = world.retail.costs, calendar.months
    month = calendar.month_counts(joined)
    joins, bonuses = (np.bincount(part, minlength=months) for part in (month, month[referred]))
    first_days = np.array([calendar.day_of_month(number) for number in range(months)])
    holders = (joined[None, :] < first_days[:, None]).sum(axis=1)
    parts = [
        _rows(calendar, ("acquisition", "advertising"), joins * rule.joining_cny, 0, joins),
        _rows(calendar, ("acquisition", "store_staff"), 0, joins * rule.joining_hours, joins),
        _rows(calendar, ("acquisition", "referral_bonus"), bonuses * rule.referral_bonus_cny, 0, bonuses),
        _rows(calendar, ("retention", "online"), holders * rule.news_cny, holders * rule.news_hours, holders),
        _complaint_rows(world, calendar, complaints),
        *[_contact_rows(world, calendar, contacts, number) for number in BOOKED_UNDER],
        _trial_rows(calendar, store_trials),
    ]
    costs = pd.concat(parts, ignore_index=True)
    costs = costs.groupby(["month", "purpose", "channel"], as_index=False, sort=True).sum()
    costs = costs[(costs["cost_cny"] > 0) | (costs["staff_hours"] > 0)].reset_index(drop=True)
    return costs.round({"cost_cny": 2, "staff_hours": 2})


def _rows(
    calendar: DayCalendar,
    booked_under: tuple[str, str],
    cost: np.ndarray | int,
    hours: np.ndarray | int,
    reached: np.ndarray | int,
) -> pd.DataFrame:
    """One row a month."""
    months = np.arange(calendar.months)
    return pd.DataFrame(
        {
            "month": calendar.month_starts(months),
            "purpose": booked_under[0],
            "channel": booked_under[1],
            "cost_cny": np.zeros(len(months)) + cost,
            "staff_hours": np.zeros(len(months)) + hours,
            "customers_reached": np.zeros(len(months), dtype=np.int64) + reached,
        }
    )


def _months(calendar: DayCalendar, dates: pd.Series) -> np.ndarray:
    """Months, counted from the first, of dates or points in time."""
    days = (dates.to_numpy().astype("datetime64[D]") - calendar.start).astype(np.int64)
    return calendar.month_counts(days)


def _complaint_rows(world: World, calendar: DayCalendar, complaints: pd.DataFrame) -> pd.DataFrame:
    """Compensation and working time of the complaints of each month."""
    month = _months(calendar, complaints["opened_at"])
    number = np.bincount(month, minlength=calendar.months)
    paid = np.bincount(month, weights=complaints["compensation_cny"], minlength=calendar.months)
    hours = number * world.retail.costs.complaint_hours
    return _rows(calendar, ("recovery", "compensation"), paid, hours, number)


def _contact_rows(world: World, calendar: DayCalendar, contacts: pd.DataFrame, campaign: int) -> pd.DataFrame:
    """Cost of one campaign's contacts by month."""
    costs = world.retail.costs
    made = contacts[contacts["contacted_on"].notna() & (contacts["campaign_id"] == campaign + 1)]
    month = _months(calendar, made["contacted_on"])
    number = np.bincount(month, minlength=calendar.months)
    cost = np.bincount(month, weights=made["cost_cny"], minlength=calendar.months)
    hours = number * (costs.call_hours if campaign == WIN_BACK else costs.contact_hours)
    return _rows(calendar, BOOKED_UNDER[campaign], cost, hours, number)


def _trial_rows(calendar: DayCalendar, trials: pd.DataFrame) -> pd.DataFrame:
    """Cost of the acquisition trial, spread evenly over its months."""
    running = np.zeros(calendar.months)
    if len(trials):
        first, last = (_months(calendar, trials[name])[0] for name in ("started_on", "ended_on"))
        running[first : last + 1] = 1 / (last + 1 - first)
    cost, hours = running * trials["cost_cny"].sum(), running * trials["staff_hours"].sum()
    return _rows(calendar, ("acquisition", "advertising"), cost, hours, 0)
