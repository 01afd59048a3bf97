"""What marketing costs: month by month, in money and working hours; and the stores of the acquisition trial."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_campaigns import ACQUISITION
from crmlib.simulation.world import World

PURPOSE_OF_CAMPAIGN = {
    1: ("retention", "mail"),
    3: ("recovery", "compensation"),
    4: ("win_back", "mail"),
    5: ("retention", "online"),
}


def plan_store_trial(
    world: World, calendar: Calendar, stores: pd.DataFrame, plan: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `store_trials`: half of the stores advertise for the card for a quarter, drawn by chance in pairs of
    similar size. Empty if the trial does not fit in the history. Adds the column treated to the stores."""
    rows = plan[plan["number"] == ACQUISITION]
    order = stores["size"].to_numpy().argsort(kind="stable")
    treated = np.zeros(len(stores), dtype=bool)
    pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
    treated[pairs[np.arange(len(pairs)), rng.integers(0, 2, len(pairs))]] = True
    stores["treated"] = treated
    costs, count = world.retail.costs, len(stores) if len(rows) else 0
    first, last = (int(rows["first"].iloc[0]), int(rows["last"].iloc[0])) if count else (0, 0)
    return pd.DataFrame(
        {
            "campaign_id": np.full(count, ACQUISITION + 1),
            "store_id": stores["store_id"].to_numpy()[:count],
            "arm": np.where(treated, "treated", "control")[:count],
            "started_on": calendar.dates(np.full(count, first)),
            "ended_on": calendar.dates(np.full(count, last)),
            "cost_cny": np.where(treated, costs.store_advertising_cny, 0.0)[:count],
            "staff_hours": np.where(treated, costs.store_hours, 0.0)[:count],
        }
    )


def tell_costs(
    world: World,
    calendar: Calendar,
    tables: dict[str, pd.DataFrame],
    joined: np.ndarray,
    left_day: np.ndarray,
) -> pd.DataFrame:
    """The table `marketing_costs`, from what was done for the members of the chunk.

    tables: members, contacts, complaints, store_trials. joined, left_day: days of joining and leaving of the members.
    """
    rule, months = world.retail.costs, calendar.months
    joins = np.bincount(calendar.month_counts(joined), minlength=months)
    referred = tables["members"]["referred_by"].notna().to_numpy()
    by_referral = np.bincount(calendar.month_counts(joined[referred]), minlength=months)
    first = np.array([calendar.day_of_month(month) for month in range(months)])
    holders = (joined[None, :] < first[:, None]).sum(axis=1)
    parts = [
        _rows(calendar, "acquisition", "advertising", joins * rule.joining_cny, 0.0 * joins, joins),
        _rows(calendar, "acquisition", "store_staff", 0.0 * joins, joins * rule.joining_hours, joins),
        _rows(
            calendar,
            "acquisition",
            "referral_bonus",
            by_referral * rule.referral_bonus_cny,
            0.0 * joins,
            by_referral,
        ),
        _rows(calendar, "retention", "online", holders * rule.news_cny, holders * rule.news_hours, holders),
        _complaint_rows(world, calendar, tables["complaints"]),
        *_contact_rows(world, calendar, tables["contacts"]),
        *_trial_rows(calendar, tables["store_trials"]),
    ]
    costs = pd.concat(parts, ignore_index=True)
    costs = costs.groupby(["month", "purpose", "channel"], as_index=False, sort=True).sum()
    costs = costs[(costs["cost_cny"] > 0) | (costs["staff_hours"] > 0)].reset_index(drop=True)
    return costs.round({"cost_cny": 2, "staff_hours": 2})


def _rows(
    calendar: Calendar, purpose: str, channel: str, cost: np.ndarray, hours: np.ndarray, reached: np.ndarray
) -> pd.DataFrame:
    """One row a month."""
    return pd.DataFrame(
        {
            "month": calendar.month_starts(np.arange(calendar.months)),
            "purpose": purpose,
            "channel": channel,
            "cost_cny": np.asarray(cost, dtype=float),
            "staff_hours": np.asarray(hours, dtype=float),
            "customers_reached": reached,
        }
    )


def _complaint_rows(world: World, calendar: Calendar, complaints: pd.DataFrame) -> pd.DataFrame:
    """Compensation and working time of the complaints of each month."""
    days = (complaints["opened_at"].to_numpy().astype("datetime64[D]") - calendar.start).astype(int)
    month = calendar.month_counts(days)
    number = np.bincount(month, minlength=calendar.months)
    paid = np.bincount(month, weights=complaints["compensation_cny"], minlength=calendar.months)
    return _rows(
        calendar, "recovery", "compensation", paid, number * world.retail.costs.complaint_hours, number
    )


def _contact_rows(world: World, calendar: Calendar, contacts: pd.DataFrame) -> list[pd.DataFrame]:
    """Cost of the campaigns' contacts by month."""
    parts = []
    made = contacts[contacts["contacted_on"].notna()]
    for campaign, (purpose, channel) in PURPOSE_OF_CAMPAIGN.items():
        mine = made[made["campaign_id"] == campaign]
        days = (mine["contacted_on"].to_numpy().astype("datetime64[D]") - calendar.start).astype(int)
        month = calendar.month_counts(days)
        number = np.bincount(month, minlength=calendar.months)
        cost = np.bincount(month, weights=mine["cost_cny"], minlength=calendar.months)
        hours = number * (world.retail.costs.call_hours if purpose == "win_back" else 0.01)
        parts.append(_rows(calendar, purpose, channel, cost, hours, number))
    return parts


def _trial_rows(calendar: Calendar, trials: pd.DataFrame) -> list[pd.DataFrame]:
    """Cost of the acquisition trial, spread over its three months."""
    if trials.empty:
        return []
    day = int((trials["started_on"].to_numpy()[0].astype("datetime64[D]") - calendar.start).astype(int))
    first = int(calendar.month_counts(np.array([day]))[0])
    running = np.isin(np.arange(calendar.months), np.arange(first, first + 3))
    cost, hours = trials["cost_cny"].sum() / 3, trials["staff_hours"].sum() / 3
    return [
        _rows(
            calendar,
            "acquisition",
            "advertising",
            running * cost,
            running * hours,
            np.zeros(calendar.months, dtype=int),
        )
    ]
