"""Surveys: who is invited, who answers, and how a feeling becomes a score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_history import History
from crmlib.simulation.retail_receipts import optional_ids
from crmlib.simulation.world import World

TRUST_LIMITS = np.array([-1.15, -0.55, 0.05, 0.85])
RECOMMEND_LIMITS = np.array([-1.9, -1.55, -1.25, -1.0, -0.75, -0.45, -0.2, 0.1, 0.55, 1.1])
INTENTION_LIMITS = np.array([-0.75, -0.32, 0.02, 0.37])


def invite(
    world: World, calendar: Calendar, people: pd.DataFrame, history: History, rng: np.random.Generator
) -> pd.DataFrame:
    """Each quarter a random sample of all members, whether still customers or not.

    Returns one row an invitation, in order of time: person, day, satisfaction (latent), customer (has not left), recent
    (bought in the last 60 days).
    """
    joined = people["joined"].to_numpy()
    size = int(round(world.retail.surveys.invited_share * len(people)))
    parts = []
    for month in range(2, calendar.months, 3):
        day = calendar.day_of_month(month) + 10
        pool = np.flatnonzero(joined < day - 7)
        person = np.sort(rng.choice(pool, size=min(size, int(0.6 * len(pool))), replace=False))
        parts.append(pd.DataFrame({"person": person, "day": day}))
    invited = pd.concat(parts, ignore_index=True)
    person, day = invited["person"].to_numpy(), invited["day"].to_numpy()
    return invited.assign(
        satisfaction=history.satisfaction[day // 7, person],
        customer=is_customer(history, person, day),
        recent=bought_recently(history, person, day, days=60),
    )


def is_customer(history: History, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True where a member has not left before the day, or is in the second lifetime."""
    first = history.left_day[person] > day
    return first | ((history.second_start[person] <= day) & (history.second_left[person] > day))


def bought_recently(history: History, person: np.ndarray, day: np.ndarray, *, days: int) -> np.ndarray:
    """True where the member bought within so many days before the day."""
    visits = history.visits[history.visits["happens"] & (history.visits["kind"] <= 2)]
    scale = 10_000
    keys = np.sort(visits["person"].to_numpy() * scale + visits["day"].to_numpy())
    last = np.searchsorted(keys, person * scale + day, side="left")
    first = np.searchsorted(keys, person * scale + np.maximum(day - days, 0), side="left")
    return last > first


def score_feelings(
    world: World, people: pd.DataFrame, invited: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """What every invited member would answer: satisfaction, trust, recommend, intention.

    Trust adds closeness to satisfaction. Intention rises with decreasing returns, and does not know about rivals:
    who says "surely" may still leave.
    """
    rule = world.retail.surveys
    feeling = invited["satisfaction"].to_numpy()
    quality = people["quality"].to_numpy()[invited["person"].to_numpy()]
    noise = rng.normal(0, rule.noise_sd, (4, len(invited)))
    felt = feeling + noise[0]
    trust = 0.55 * feeling + 0.45 * quality + noise[1]
    recommend = 0.75 * feeling + 0.35 * quality + 0.5 * noise[0] + noise[2]
    intention = 1 - np.exp(-0.8 * (feeling + 0.35)) + 0.08 * quality + 0.75 * noise[3]
    return pd.DataFrame(
        {
            "satisfaction": 1 + np.searchsorted(np.array(rule.thresholds), felt),
            "trust": 1 + np.searchsorted(TRUST_LIMITS, trust),
            "recommend": np.searchsorted(RECOMMEND_LIMITS, recommend),
            "intention": 1 + np.searchsorted(INTENTION_LIMITS, intention),
        }
    )


def decide_to_answer(
    world: World, people: pd.DataFrame, invited: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """Who answers: the close, the active, and those who feel strongly; who has left hardly ever."""
    rule, shoppers = world.retail.surveys, world.retail.shoppers
    person = invited["person"].to_numpy()
    spread = max(shoppers.satisfaction_sd, 0.3)
    strong = (invited["satisfaction"].to_numpy() - shoppers.satisfaction_mean) / spread
    odds = (
        rule.answer
        + rule.answer_by_quality * people["quality"].to_numpy()[person]
        + rule.answer_by_extreme * (np.minimum(strong**2, 4.0) - 1)
        + rule.answer_if_gone * ~invited["customer"].to_numpy()
        + rule.answer_by_recency * invited["recent"].to_numpy()
    )
    return rng.random(len(invited)) < 1 / (1 + np.exp(-odds))


def run_surveys(
    world: World,
    calendar: Calendar,
    people: pd.DataFrame,
    history: History,
    first_customer: int,
    first_id: int,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `surveys` and `truth.surveys`."""
    invited = invite(world, calendar, people, history, rng)
    scores = score_feelings(world, people, invited, rng)
    answered_on = invited["day"].to_numpy() + rng.integers(0, 12, len(invited))
    answers = decide_to_answer(world, people, invited, rng) & (answered_on < calendar.days)
    number = first_id + np.arange(len(invited))
    surveys = pd.DataFrame(
        {
            "survey_id": number,
            "customer_id": first_customer + invited["person"].to_numpy(),
            "invited_on": calendar.dates(invited["day"].to_numpy()),
            "answered_on": calendar.optional_dates(answered_on, answers),
            **{name: optional_ids(scores[name].to_numpy(), answers) for name in scores},
        }
    )
    truth = scores.assign(
        survey_id=number,
        latent_satisfaction=invited["satisfaction"].astype(float).round(4),
        still_customer=invited["customer"],
    )
    return surveys, truth
