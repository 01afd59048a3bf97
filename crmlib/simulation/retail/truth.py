"""The truth about the members of Osmanthus, which no real firm can open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, label
from crmlib.simulation.retail.calendar import DAYS_PER_MONTH
from crmlib.simulation.retail.campaigns import COUPON, OFFER
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.leaving import CAUSE_NAMES, expected_months
from crmlib.simulation.retail.outcomes import outcomes_of
from crmlib.simulation.retail.state import NEVER, MemberHistory
from crmlib.simulation.retail.stores import LEVELS
from crmlib.simulation.retail.visits import satisfaction_on_visits
from crmlib.simulation.world.worlds import World

TYPES = ("lost_cause", "sure_thing", "persuadable", "do_not_disturb")
VALUE_MONTHS = 36


def tell_truth_of_members(
    chain: Chain, people: Arrays, history: MemberHistory, first_customer: int, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `truth.members`: latent traits, the true end and its cause, value, what a coupon does."""
    dates, left = chain.calendar.optional_dates, history.left_day < NEVER
    kind, uplift = _persuade(chain.world, history, people, rng)
    return pd.DataFrame(
        {
            "customer_id": first_customer + np.arange(len(left)),
            "visits_per_month": np.maximum(people["rate"] * (1 + people["lift"]), 1e-5).round(5),
            "mean_log_basket": chain.baskets.mean_log_basket(people["basket"]).round(4),
            "price_sensitivity": people["sensitivity"].round(4),
            "relationship_quality": people["quality"].round(4),
            "base_satisfaction": people["satisfaction"].round(4),
            "distance_km": people["distance"].round(2),
            "frailty": people["frailty"].round(4),
            "competition": label(people["level"], LEVELS),
            "card_lift": people["lift"].round(4),
            "left_on": dates(history.left_day, left),
            "leaving_cause": label(history.cause, CAUSE_NAMES, known=left),
            "second_started_on": dates(history.second_start, history.second_start < NEVER),
            "second_left_on": dates(history.second_left, history.second_left < NEVER),
            "expected_value_cny": expected_value(chain, people, months=VALUE_MONTHS).round(2),
            "persuasion_type": label(kind, TYPES),
            "uplift": uplift.round(4),
        }
    )


def expected_value(chain: Chain, people: Arrays, *, months: np.ndarray | int) -> np.ndarray:
    """Expected margin (yuan) of each member in so many months after joining, not discounted.

    Of the first lifetime only, and of the visits that no campaign caused or kept away.
    Margin of a visit × (first visit + chance of coming back at all × expected months × visits a month),
    from the true traits. Satisfaction is held at its mean, the base less what problems take on average;
    season, promotions and the points balance draw as much as they do on average.
    """
    rule, calendar = chain.world.retail, chain.calendar
    lost = rule.service.drop * rule.service.problem_share * people["rate"] / -np.log(rule.service.memory)
    satisfaction = people["satisfaction"] - lost
    stays = expected_months(chain.world, people, satisfaction, months=months)
    near = rule.visits.near_reward * rule.points.near_reward / rule.points.reward * (people["activated"] >= 0)
    drawn = np.exp((rule.visits.by_promotion * people["sensitivity"]) ** 2 / 2) * (1 + near)
    drawn = drawn * calendar.month_factors.mean() * calendar.weekday_factors.mean()
    rate = people["rate"] * (1 + people["lift"]) * drawn
    rate = rate * satisfaction_on_visits(chain.world, people["level"], satisfaction)
    margin = chain.baskets.margin_share * chain.baskets.mean_basket(people["basket"])
    return np.asarray(margin * (1 + (1 - rule.leaving.at_once) * stays * rate))


def _persuade(
    world: World, history: MemberHistory, people: Arrays, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What a coupon does to each member: (type by both potential outcomes, uplift as a probability).

    Members who joined after the offer trial are placed by their traits, as if it had run on them.
    """
    count = len(people["rate"])
    running = history.campaigns.get(OFFER)
    if running is None:
        return np.zeros(count, dtype=np.int64), np.zeros(count)
    pull = world.retail.campaigns.offer_pulls[COUPON]
    likely = -np.expm1(-people["rate"] * world.retail.campaigns.offer_days / DAYS_PER_MONTH)
    base = np.where(running.arm >= 0, running.base, likely * ~people["at_once"])
    moved, away = pull * base * (1 - base), running.kept_away[COUPON]
    uplift = np.where(away, moved - base, moved * (1 - base))
    without = rng.random(count) < base
    with_coupon = (without & ~away) | (rng.random(count) < moved)
    outcomes = outcomes_of(world, history, running)
    for name, values in (("control", without), ("coupon", with_coupon)):
        mine = outcomes[outcomes["arm"] == name]
        values[mine["person"].to_numpy()] = mine["bought"].to_numpy()
    return np.select([without & with_coupon, with_coupon, without], [1, 2, 3], 0), uplift


def tell_satisfaction(
    chain: Chain, people: Arrays, history: MemberHistory, first_customer: int
) -> pd.DataFrame:
    """The table `truth.satisfaction`: at the end of each month from joining on."""
    calendar = chain.calendar
    last = np.array([calendar.day_of_month(month + 1) - 1 for month in range(calendar.months)])
    member, month = np.nonzero(people["joined"][:, None] <= last[None, :])
    day = last[month]
    return pd.DataFrame(
        {
            "customer_id": first_customer + member,
            "month": calendar.month_starts(month),
            "latent_satisfaction": history.satisfaction[day // 7, member].round(3),
            "is_customer": history.is_customer(member, day),
        }
    )
