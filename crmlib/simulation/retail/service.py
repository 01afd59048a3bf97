"""Problems in the store, complaints about them, and how they are handled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmlib.simulation.draws import draw_levels, log_odds, to_share
from crmlib.simulation.retail.calendar import DAYS_PER_MONTH
from crmlib.simulation.world.worlds import World

TOPICS = ("product", "service", "price", "delivery", "points")
SEVERITIES = ("minor", "moderate", "severe")
COMPLAINT_CHANNELS = ("store", "phone", "online")
OUTCOMES = ("refund", "exchange", "apology", "explanation", "rejected")
# How a complaint that is not rejected ends, by topic (rows) and outcome (refund … explanation).
ENDINGS = np.array(
    [
        [0.45, 0.35, 0.12, 0.08],
        [0.08, 0.02, 0.65, 0.25],
        [0.35, 0.02, 0.25, 0.38],
        [0.30, 0.10, 0.40, 0.20],
        [0.05, 0.00, 0.45, 0.50],
    ]
)
MINUTES_PER_DAY = 1_440


@dataclass(frozen=True)
class Problems:
    """Visits at which something went wrong. visit: row of the visit; drop: fall of satisfaction it causes."""

    visit: np.ndarray
    topic: np.ndarray
    severity: np.ndarray
    drop: np.ndarray


@dataclass(frozen=True)
class Complaints:
    """Reported problems and their handling, as it was and as it would have been at the other speed.

    problem: row in the problems; delay: minutes from visit to complaint; days, days_other: to a solution;
    repaired, repaired_other: share of the fall of satisfaction that is repaired.
    """

    problem: np.ndarray
    delay: np.ndarray
    channel: np.ndarray
    days: np.ndarray
    days_other: np.ndarray
    rejected: np.ndarray
    outcome: np.ndarray
    repaired: np.ndarray
    repaired_other: np.ndarray


def find_problems(
    world: World, store_quality: np.ndarray, online: np.ndarray, rng: np.random.Generator
) -> Problems:
    """What goes wrong at this week's visits. store_quality: of the store of each visit, in sd."""
    rule = world.retail.service
    base = log_odds(rule.problem_share) - rule.by_store**2 / 2
    share = to_share(base + rule.by_store * store_quality)
    visit = np.flatnonzero(rng.random(len(store_quality)) < share)
    topic = rng.choice(len(TOPICS), size=len(visit), p=rule.topic_shares)
    delivery = TOPICS.index("delivery")
    topic = np.where((topic == delivery) & ~online[visit], TOPICS.index("service"), topic)
    severity = rng.choice(len(SEVERITIES), size=len(visit), p=rule.severity_shares)
    drop = rule.drop * np.array(rule.severity_factors)[severity]
    return Problems(visit, topic, severity, drop)


def decide_to_complain(
    world: World, problems: Problems, quality: np.ndarray, has_card: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Rows of the problems that are reported. quality: relationship quality of each problem's customer.

    Severe problems are reported more often, and so are those of customers who feel close to the firm.
    """
    rule = world.retail.service
    share = np.array(rule.complaint_shares)[problems.severity]
    # Holds the mean share in place although the logit is averaged over people with different quality.
    spread = np.sqrt(1 + rule.complaint_by_quality**2 / 2.9)
    odds = log_odds(share) * spread + rule.complaint_by_quality * quality
    chance = to_share(odds) * np.where(has_card, 1.0, rule.complaint_without_card)
    return np.flatnonzero(rng.random(len(share)) < chance)


def handle_complaints(
    world: World, problems: Problems, rows: np.ndarray, fast: np.ndarray, rng: np.random.Generator
) -> Complaints:
    """How the firm deals with complaints: speed, outcome, and how much of the fall it repairs.

    rows: of the problems that are reported; fast: handled fast (bool). Repair shrinks with the logarithm of
    the days to a solution, so that speed itself is the cause; both arms share the same luck.
    """
    rule = world.retail.service
    count = len(rows)
    luck = np.exp(rule.handling_sd * rng.normal(0, 1, count))
    days = {True: rule.fast_days * luck, False: rule.handling_days * luck}
    rejected = rng.random(count) < rule.rejected_share
    ending = draw_levels(ENDINGS[problems.topic[rows]], rng)
    repaired = {arm: np.where(rejected, -0.25, repaired_share(world, days[arm])) for arm in (True, False)}
    channel = rng.choice(len(COMPLAINT_CHANNELS), size=count, p=(0.5, 0.24, 0.26))
    later = rng.exponential(1.2 * MINUTES_PER_DAY, count)
    delay = np.where(channel == 0, rng.exponential(0.5 * MINUTES_PER_DAY, count), later)
    return Complaints(
        problem=rows,
        delay=(5 + delay).astype(int),
        channel=channel,
        days=np.where(fast, days[True], days[False]),
        days_other=np.where(fast, days[False], days[True]),
        rejected=rejected,
        outcome=np.where(rejected, 4, ending),
        repaired=np.where(fast, repaired[True], repaired[False]),
        repaired_other=np.where(fast, repaired[False], repaired[True]),
    )


def repaired_share(world: World, days: np.ndarray) -> np.ndarray:
    """Part of the fall of satisfaction that a solution after so many days repairs, between 0 and 0.95.

    A straight line in log days through the two stated points (median fast, median normal handling).
    """
    rule = world.retail.service
    slope = (rule.repaired_fast - rule.repaired_normal) / np.log(rule.handling_days / rule.fast_days)
    return np.clip(rule.repaired_fast - slope * np.log(days / rule.fast_days), 0.0, 0.95)


def faded(world: World, days: np.ndarray | float) -> np.ndarray | float:
    """Share of a fall of satisfaction that is left after so many days."""
    return world.retail.service.memory ** (np.asarray(days) / DAYS_PER_MONTH)
