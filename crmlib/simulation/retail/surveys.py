"""Surveys: who is invited, who answers, and how a feeling becomes a score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, optional_ids
from crmlib.simulation.draws import to_share
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.state import EXTRA, MemberHistory
from crmlib.simulation.world.worlds import World

TRUST_LIMITS = (-1.15, -0.55, 0.05, 0.85)
RECOMMEND_LIMITS = (-1.9, -1.55, -1.25, -1.0, -0.75, -0.45, -0.2, 0.1, 0.55, 1.1)
INTENTION_LIMITS = (-0.75, -0.32, 0.02, 0.37)
DAY_OF_INVITATION = 10  # of the last month of a quarter
DAYS_TO_ANSWER = 12
LARGEST_SHARE = 0.6  # of the members; in the first quarters there are few
RECENT_DAYS = 60


def _invite(chain: Chain, people: Arrays, history: MemberHistory, rng: np.random.Generator) -> Arrays:
    """Each quarter a random sample of all members, whether still customers or not.

    One entry an invitation, in order of time: person, day, satisfaction (latent), customer (has not left),
    recent (bought in the last 60 days).
    """
    size = round(chain.world.retail.surveys.invited_share * len(people["joined"]))
    persons, days = [], []
    for month in range(2, chain.calendar.months, 3):
        invited_on = chain.calendar.day_of_month(month) + DAY_OF_INVITATION
        pool = np.flatnonzero(people["joined"] < invited_on - 7)
        count = min(size, int(LARGEST_SHARE * len(pool)))
        persons.append(np.sort(rng.choice(pool, size=count, replace=False)))
        days.append(np.full(count, invited_on))
    person, day = np.concatenate(persons), np.concatenate(days)
    return {
        "person": person,
        "day": day,
        "satisfaction": history.satisfaction[day // 7, person].astype(float),
        "customer": history.is_customer(person, day),
        "recent": _bought_recently(history, person, day),
    }


def _bought_recently(history: MemberHistory, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True where the member bought with the card within RECENT_DAYS before the day."""
    visits = history.visits[history.visits["happens"] & (history.visits["kind"] <= EXTRA)]
    scale = 1 << 16  # person and day in one number that sorts by both
    keys = np.sort(visits["person"].to_numpy() * scale + visits["day"].to_numpy())
    last = np.searchsorted(keys, person * scale + day)
    first = np.searchsorted(keys, person * scale + np.maximum(day - RECENT_DAYS, 0))
    return last > first


def score_feelings(world: World, people: Arrays, invited: Arrays, rng: np.random.Generator) -> Arrays:
    """What every invited member would answer: satisfaction, trust, recommend, intention.

    Trust adds closeness to satisfaction. Intention rises with decreasing returns and does not know about
    rivals: who says "surely" may still leave.
    """
    rule, feeling = world.retail.surveys, invited["satisfaction"]
    quality = people["quality"][invited["person"]]
    noise = rng.normal(0, rule.noise_sd, (4, len(feeling)))
    trust = 0.55 * feeling + 0.45 * quality + noise[1]
    recommend = 0.75 * feeling + 0.35 * quality + 0.5 * noise[0] + noise[2]
    intention = 1 - np.exp(-0.8 * (feeling + 0.35)) + 0.08 * quality + 0.75 * noise[3]
    return {
        "satisfaction": 1 + np.searchsorted(rule.thresholds, feeling + noise[0]),
        "trust": 1 + np.searchsorted(TRUST_LIMITS, trust),
        "recommend": np.searchsorted(RECOMMEND_LIMITS, recommend),
        "intention": 1 + np.searchsorted(INTENTION_LIMITS, intention),
    }


def decide_to_answer(world: World, people: Arrays, invited: Arrays, rng: np.random.Generator) -> np.ndarray:
    """Who answers: the close, the active, and those who feel strongly; who has left hardly ever."""
    rule, shoppers = world.retail.surveys, world.retail.shoppers
    spread = max(shoppers.satisfaction_sd, 0.3)
    strong = (invited["satisfaction"] - shoppers.satisfaction_mean) / spread
    odds = (
        rule.answer
        + rule.answer_by_quality * people["quality"][invited["person"]]
        + rule.answer_by_extreme * (np.minimum(strong**2, 4.0) - 1)
        + rule.answer_if_gone * ~invited["customer"]
        + rule.answer_by_recency * invited["recent"]
    )
    return np.asarray(rng.random(len(odds)) < to_share(odds))


def run_surveys(
    chain: Chain,
    people: Arrays,
    history: MemberHistory,
    first_customer: int,
    first_id: int,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `surveys` and `truth.surveys`."""
    invited = _invite(chain, people, history, rng)
    scores = score_feelings(chain.world, people, invited, rng)
    answered_on = invited["day"] + rng.integers(0, DAYS_TO_ANSWER, len(invited["day"]))
    answers = decide_to_answer(chain.world, people, invited, rng) & (answered_on < chain.calendar.days)
    number = first_id + np.arange(len(answers))
    surveys = pd.DataFrame(
        {
            "survey_id": number,
            "customer_id": first_customer + invited["person"],
            "invited_on": chain.calendar.dates(invited["day"]),
            "answered_on": chain.calendar.optional_dates(answered_on, answers),
            **{name: optional_ids(values, answers) for name, values in scores.items()},
        }
    )
    truth = pd.DataFrame(
        {
            "survey_id": number,
            **scores,
            "latent_satisfaction": invited["satisfaction"].round(4),
            "still_customer": invited["customer"],
        }
    )
    return surveys, truth
