"""Why customers leave: four causes compete in every week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import DAYS_PER_MONTH, WEEKS_PER_MONTH, Calendar
from crmlib.simulation.world import World

CAUSES = ("access", "satisfaction", "price", "rival")
AT_ONCE = 4
CAUSE_NAMES = (*CAUSES, "at_once")
REASONS = ("moved", "service", "price", "rival", "variety", "other")
# What leavers say (columns: REASONS) given the true cause (rows: CAUSE_NAMES). Price is the easy answer.
STATED = np.array(
    [
        [0.62, 0.05, 0.13, 0.06, 0.05, 0.09],
        [0.05, 0.40, 0.27, 0.08, 0.09, 0.11],
        [0.04, 0.06, 0.68, 0.10, 0.05, 0.07],
        [0.05, 0.07, 0.33, 0.37, 0.12, 0.06],
        [0.15, 0.08, 0.30, 0.08, 0.15, 0.24],
    ]
)


def satisfaction_effect(world: World, satisfaction: np.ndarray) -> np.ndarray:
    """Satisfaction as it works on leaving: steeper at the top (delight), the same near zero, never reversed."""
    delight = world.retail.leaving.delight
    turning = -1 / (2 * delight) if delight > 0 else -np.inf
    bounded = np.maximum(satisfaction, turning)
    return bounded + delight * bounded**2


def monthly_hazards(
    world: World, people: pd.DataFrame, satisfaction: np.ndarray, quality: np.ndarray, extra: np.ndarray
) -> np.ndarray:
    """Monthly probability (small) of leaving by each cause: array (causes, people).

    people: columns level, frailty, distance, sensitivity, referred. satisfaction, quality: today's. extra: further
    log odds, for example of a customer who was won back. logit = cause + frailty + extra + slope of the
    competition × satisfaction; access does not depend on satisfaction.
    """
    rule = world.retail.leaving
    level = people["level"].to_numpy()
    shared = people["frailty"].to_numpy() + extra + rule.by_quality * quality
    shared = shared + world.retail.joining.referred_effect * people["referred"].to_numpy()
    effect = (
        rule.slope * np.array(rule.slope_by_competition)[level] * satisfaction_effect(world, satisfaction)
    )
    typical = world.retail.shoppers.distance_median_km
    odds = np.empty((len(CAUSES), len(people)))
    odds[0] = rule.access + rule.access_by_distance * (people["distance"].to_numpy() - typical) + shared
    odds[1] = np.array(rule.satisfaction)[level] + effect + shared
    odds[2] = np.array(rule.price)[level] + effect + shared
    odds[2] += rule.price_by_sensitivity * (people["sensitivity"].to_numpy() - 1)
    odds[3] = np.array(rule.rival)[level] + effect + shared
    return 1 / (1 + np.exp(-odds))


def weekly_leaving(hazards: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who leaves this week, and why: (leaves, cause).

    hazards: monthly, (causes, people); chance: uniform numbers. The same chance with a lower hazard can only keep.
    """
    weekly = -np.log1p(-np.minimum(hazards, 0.999)) / WEEKS_PER_MONTH
    total = weekly.sum(axis=0)
    leaves = chance < -np.expm1(-total)
    share = chance / np.maximum(-np.expm1(-total), 1e-12)
    cause = (share * total > np.cumsum(weekly, axis=0)).sum(axis=0).clip(0, len(CAUSES) - 1)
    return leaves, cause


def ask_leavers(
    world: World,
    calendar: Calendar,
    first_id: int,
    left_day: np.ndarray,
    cause: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `exits`: interviews with some of those who stopped, one to three months later.

    left_day: day of leaving, or the number of days of the history if still a customer; cause: number of the true
    cause. What is said is not always what was true.
    """
    asked = left_day + rng.integers(30, 100, len(left_day))
    chosen = np.flatnonzero(
        (rng.random(len(left_day)) < world.retail.leaving.interviewed_share)
        & (left_day < calendar.days)
        & (asked < calendar.days)
    )
    limits = np.cumsum(STATED, axis=1)[cause[chosen]]
    reason = (rng.random(len(chosen))[:, None] > limits).sum(axis=1).clip(0, len(REASONS) - 1)
    return pd.DataFrame(
        {
            "customer_id": first_id + chosen,
            "asked_on": calendar.dates(asked[chosen]),
            "stated_reason": np.array(REASONS)[reason],
        }
    )


def expected_months(world: World, people: pd.DataFrame, satisfaction: np.ndarray, months: int) -> np.ndarray:
    """Expected months as a customer within the first `months` after joining, for someone who does not leave at once."""
    hazards = monthly_hazards(
        world, people, satisfaction, people["quality"].to_numpy(), np.zeros(len(people))
    )
    stay = np.prod(1 - hazards, axis=0)
    share = 1 - stay
    return np.where(share > 1e-9, (1 - stay**months) / np.maximum(share, 1e-9), months)


def days_to_months(days: float) -> float:
    """Days as months of average length."""
    return days / DAYS_PER_MONTH
