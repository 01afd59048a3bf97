"""The truth about the members of Osmanthus, which no real firm can open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation import retail_campaigns as campaigns
from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_history import NEVER, History
from crmlib.simulation.retail_leaving import CAUSE_NAMES, expected_months
from crmlib.simulation.retail_outcomes import outcomes_of
from crmlib.simulation.retail_panel import BASKET_NOISE, MEAN_LOG_BASKET
from crmlib.simulation.retail_stores import LEVELS
from crmlib.simulation.world import World

TYPES = ("lost_cause", "sure_thing", "persuadable", "do_not_disturb")
MEAN_MARGIN_SHARE = 0.33
VALUE_MONTHS = 36


def tell_truth_of_members(
    world: World,
    calendar: Calendar,
    people: pd.DataFrame,
    history: History,
    first_customer: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `truth.members`: every latent trait, the true end and its cause, value, and what a coupon does."""
    left = history.left_day < NEVER
    cause = np.array(CAUSE_NAMES, dtype=object)[np.maximum(history.cause, 0)]
    cause[~left] = None
    second, ended = history.second_start < NEVER, history.second_left < NEVER
    kind, uplift = persuade(world, history, people, rng)
    return pd.DataFrame(
        {
            "customer_id": first_customer + np.arange(len(people)),
            "visits_per_month": (people["rate"] * (1 + people["lift"])).clip(lower=1e-5).round(5),
            "mean_log_basket": (MEAN_LOG_BASKET + people["basket"]).round(4),
            "price_sensitivity": people["sensitivity"].round(4),
            "relationship_quality": people["quality"].round(4),
            "base_satisfaction": people["satisfaction"].round(4),
            "distance_km": people["distance"].round(2),
            "frailty": people["frailty"].round(4),
            "competition": np.array(LEVELS)[people["level"].to_numpy()],
            "card_lift": np.round(people["lift"], 4),
            "left_on": calendar.optional_dates(history.left_day, left),
            "leaving_cause": cause,
            "second_started_on": calendar.optional_dates(history.second_start, second),
            "second_left_on": calendar.optional_dates(history.second_left, ended),
            "expected_value_cny": expected_value(world, people).round(2),
            "persuasion_type": kind,
            "uplift": uplift.round(4),
        }
    )


def expected_value(world: World, people: pd.DataFrame) -> np.ndarray:
    """Expected margin (yuan) of each member in the 36 months after joining, from the true traits, undiscounted.

    First purchase + chance of coming back at all × expected months × visits a month × margin a visit.
    """
    rule = world.retail
    fall = rule.service.drop * rule.service.problem_share * people["rate"] / (1 - rule.service.memory)
    satisfaction = (people["satisfaction"] - fall).to_numpy()
    margin = MEAN_MARGIN_SHARE * np.exp(MEAN_LOG_BASKET + people["basket"].to_numpy() + BASKET_NOISE**2 / 2)
    effect = np.exp(rule.visits.by_satisfaction * (satisfaction - rule.shoppers.satisfaction_mean))
    rate = (people["rate"] * (1 + people["lift"])).to_numpy() * effect
    months = expected_months(world, people, satisfaction, VALUE_MONTHS)
    return margin * (1 + (1 - rule.leaving.at_once) * months * rate)


def persuade(
    world: World, history: History, people: pd.DataFrame, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What a coupon does to each member: type (from both potential outcomes) and uplift (probability).

    Members who joined after the offer trial are placed by their traits, as if it ran when they had just joined.
    """
    running = history.campaigns.get(campaigns.OFFER)
    count = len(people)
    if running is None:
        return np.full(count, TYPES[0]), np.zeros(count)
    pull = np.array(world.retail.campaigns.offer_pulls)[2]
    likely = -np.expm1(-people["rate"].to_numpy() * world.retail.campaigns.offer_days / 30.4)
    base = np.where(running.arm >= 0, running.base, likely * ~people["at_once"].to_numpy())
    uplift = pull * base * (1 - base) ** 2
    uplift = np.where(running.kept_away[2], -base * (1 - running.pull[2]), uplift)
    without = rng.random(count) < base
    with_coupon = (without & ~running.kept_away[2]) | (rng.random(count) < pull * base * (1 - base))
    outcomes = outcomes_of(world, history, running)
    for name, values in (("control", without), ("coupon", with_coupon)):
        mine = outcomes[outcomes["arm"] == name]
        values[mine["person"].to_numpy()] = mine["bought"].to_numpy()
    place = np.select([without & with_coupon, with_coupon, without], [1, 2, 3], 0)
    return np.array(TYPES)[place], uplift


def tell_satisfaction(
    calendar: Calendar, people: pd.DataFrame, history: History, first_customer: int
) -> pd.DataFrame:
    """The table `truth.satisfaction`: month by month from joining to the end of the history."""
    months = np.arange(calendar.months)
    last = np.array([calendar.day_of_month(month + 1) - 1 for month in months])
    joined = people["joined"].to_numpy()
    member, month = np.nonzero(joined[:, None] <= last[None, :])
    day = last[month]
    first_life = history.left_day[member] > day
    second_life = (history.second_start[member] <= day) & (history.second_left[member] > day)
    return pd.DataFrame(
        {
            "customer_id": first_customer + member,
            "month": calendar.month_starts(month),
            "latent_satisfaction": history.satisfaction[day // 7, member].round(3),
            "is_customer": first_life | second_life,
        }
    )
