"""Why customers leave: four causes compete in every week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, label
from crmlib.simulation.draws import draw_levels, to_share
from crmlib.simulation.retail.calendar import WEEKS_PER_MONTH, DayCalendar
from crmlib.simulation.world.worlds import World

CAUSES = ("access", "satisfaction", "price", "rival")
SATISFACTION = CAUSES.index("satisfaction")
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


def _satisfaction_effect(world: World, satisfaction: np.ndarray) -> np.ndarray:
    """Satisfaction as it works on leaving: s + delight × s², from its lowest point on.

    The more satisfied, the more one step more does; below the lowest point all are equally dissatisfied.
    """
    delight = world.retail.leaving.delight
    if delight <= 0:
        return np.asarray(satisfaction)
    bounded = np.maximum(satisfaction, -1 / (2 * delight))
    return bounded + delight * bounded**2


def monthly_hazards(
    world: World,
    people: Arrays,
    satisfaction: np.ndarray,
    quality: np.ndarray,
    extra: np.ndarray,
) -> np.ndarray:
    """Monthly probability of leaving by each cause, if it were alone: array (causes, people).

    logit = cause + frailty + extra + effect of quality + slope(competition) × satisfaction; leaving for
    access does not depend on satisfaction. people: level (of competition), frailty, distance, sensitivity,
    referred. satisfaction, quality: today's. extra: further log odds, for example of a customer who was won
    back.
    """
    rule, level = world.retail.leaving, people["level"]
    shared = people["frailty"] + extra + rule.by_quality * quality
    shared = shared + world.retail.joining.referred_effect * people["referred"]
    effect = (
        rule.slope * np.array(rule.slope_by_competition)[level] * _satisfaction_effect(world, satisfaction)
    )
    odds = np.empty((len(CAUSES), len(level)))
    typical = world.retail.shoppers.distance_median_km
    odds[0] = rule.access + rule.access_by_distance * (people["distance"] - typical)
    odds[1] = np.array(rule.satisfaction)[level] + effect
    odds[2] = np.array(rule.price)[level] + effect + rule.price_by_sensitivity * (people["sensitivity"] - 1)
    odds[3] = np.array(rule.rival)[level] + effect
    return to_share(odds + shared)


def weekly_leaving(hazards: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who leaves this week, and why: (leaves, number of the cause).

    hazards: monthly, (causes, people). chance: uniform numbers; with the same chance a lower hazard only
    keeps.

    >>> weekly_leaving(np.array([[0.2, 0.01], [0.1, 0.01]]), np.array([0.02, 0.05]))
    (array([ True, False]), array([0, 1]))
    """
    weekly = -np.log1p(-np.minimum(hazards, 0.999)) / WEEKS_PER_MONTH
    limits = np.cumsum(weekly, axis=0)
    probability = -np.expm1(-limits[-1])
    place = np.minimum(chance / np.maximum(probability, 1e-12), 1.0) * limits[-1]
    cause = (place > limits[:-1]).sum(axis=0)
    return chance < probability, cause


def expected_months(
    world: World, people: Arrays, satisfaction: np.ndarray, *, months: np.ndarray | int
) -> np.ndarray:
    """Expected months as a customer in the first so many months, of one who does not leave at once.

    Satisfaction is held at the given value; with monthly survival p it is (1 − p^months) / −log p, since
    leaving is spread evenly over each month.
    """
    nothing = np.zeros(len(satisfaction))
    hazards = monthly_hazards(world, people, satisfaction, people["quality"], nothing)
    stay = np.minimum(np.prod(1 - hazards, axis=0), 1 - 1e-9)
    return np.asarray((1 - stay**months) / -np.log(stay))


def ask_leavers(
    world: World,
    calendar: DayCalendar,
    first_id: int,
    left_day: np.ndarray,
    cause: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `exits`: interviews with some of those who stopped, one to three months later.

    left_day: day of leaving, after the history if still a customer. cause: number of the true cause; what is
    said is not always what was true.
    """
    asked = left_day + rng.integers(30, 100, len(left_day))
    sampled = rng.random(len(left_day)) < world.retail.leaving.interviewed_share
    chosen = np.flatnonzero(sampled & (asked < calendar.days))
    reason = draw_levels(STATED[cause[chosen]], rng)
    return pd.DataFrame(
        {
            "customer_id": first_id + chosen,
            "asked_on": calendar.dates(asked[chosen]),
            "stated_reason": label(reason, REASONS),
        }
    )
