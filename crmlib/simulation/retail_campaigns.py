"""Campaigns: who is in, which arm chance gives, and what each arm would do to each member."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import DAYS_PER_MONTH, Calendar
from crmlib.simulation.world import World

LEGACY, ACQUISITION, RECOVERY, WIN_BACK, OFFER = range(5)
ARMS = {
    LEGACY: ("control", "mailed"),
    RECOVERY: ("normal", "fast"),
    WIN_BACK: ("control", "neither", "price", "upgrade", "both"),
    OFFER: ("control", "reminder", "coupon", "double_points"),
}
NAMES = {
    LEGACY: ("Spring letter to the best customers", "致优质客户的春季信函", "legacy_mailing", False),
    ACQUISITION: (
        "Advertising for the card in 20 stores",
        "二十家门店的会员卡推广试验",
        "acquisition_trial",
        True,
    ),
    RECOVERY: ("Fast handling of complaints", "快速处理投诉试验", "recovery_trial", True),
    WIN_BACK: ("Come back to us", "欢迎回来：挽回试验", "win_back_trial", True),
    OFFER: ("Autumn offer trial", "秋季优惠试验", "offer_trial", True),
}
DISCOUNT_ARMS = {OFFER: {2: "coupon_share"}, WIN_BACK: {2: "price_offer_share", 4: "price_offer_share"}}
STRATA = ("low value", "middle value", "high value")


@dataclass
class Campaign:
    """One campaign of the chunk's members. first, end: days of the outcome window (end excluded).

    arm: number of each member's arm, −1 if not in the campaign. pull: (arms, members) probability of an extra visit.
    chance: uniform number of each member, the same in every arm. extra_day: when the extra visit would be.
    kept_away: (arms, members) base visits in the window do not happen. returns: members who had left when the
    campaign began, for whom the extra visit is a return. base: probability of buying in the window without it.
    """

    number: int
    first: int
    end: int
    arm: np.ndarray
    stratum: np.ndarray
    pull: np.ndarray
    chance: np.ndarray
    extra_day: np.ndarray
    kept_away: np.ndarray
    returns: np.ndarray
    base: np.ndarray
    used_coupon: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.used_coupon = np.zeros(len(self.arm), dtype=bool)

    def would_come(self) -> np.ndarray:
        """(arms, members): true where the extra visit happens in this arm."""
        return (self.chance < self.pull) & (self.arm >= 0)

    def comes(self) -> np.ndarray:
        """Members whose extra visit really happens."""
        in_it = np.maximum(self.arm, 0)
        return self.would_come()[in_it, np.arange(len(self.arm))]

    def stays_away(self) -> np.ndarray:
        """Members whose base visits in the window are really suppressed."""
        in_it = np.maximum(self.arm, 0)
        return self.kept_away[in_it, np.arange(len(self.arm))] & (self.arm >= 0)

    def discounts(self, world: World) -> np.ndarray:
        """Price cut that each arm grants on one receipt."""
        cuts = np.zeros(len(ARMS[self.number]))
        for arm, name in DISCOUNT_ARMS.get(self.number, {}).items():
            cuts[arm] = getattr(world.retail.campaigns, name)
        return cuts


def plan_campaigns(world: World, calendar: Calendar) -> pd.DataFrame:
    """When each campaign runs: number, first and last day, outcome days. What does not fit in the history is left out."""
    rule = world.retail.campaigns
    plans = [
        (LEGACY, rule.legacy_month, 20, rule.legacy_days),
        (ACQUISITION, rule.acquisition_month, None, 91),
        (RECOVERY, rule.recovery_month, None, rule.recovery_days),
        (WIN_BACK, rule.win_back_month, 27, rule.win_back_days),
        (OFFER, rule.offer_month, 13, rule.offer_days),
    ]
    lengths = {ACQUISITION: 3, RECOVERY: rule.recovery_months}
    rows = []
    for number, month, duration, outcome in plans:
        first = calendar.day_of_month(month)
        if number in lengths:
            last = calendar.day_of_month(month + lengths[number]) - 1
        else:
            first = -(-first // 7) * 7
            last = first + int(duration or 0)
        if max(last, first + outcome) < calendar.days:
            rows.append((number, first, last, outcome))
    return pd.DataFrame(rows, columns=["number", "first", "last", "outcome_days"])


def tell_campaigns(calendar: Calendar, plan: pd.DataFrame) -> pd.DataFrame:
    """The table `campaigns`."""
    names = [NAMES[number] for number in plan["number"]]
    return pd.DataFrame(
        {
            "campaign_id": plan["number"] + 1,
            "name_en": [name[0] for name in names],
            "name_zh": [name[1] for name in names],
            "kind": [name[2] for name in names],
            "randomised": [name[3] for name in names],
            "started_on": calendar.dates(plan["first"].to_numpy()),
            "ended_on": calendar.dates(plan["last"].to_numpy()),
            "outcome_days": plan["outcome_days"],
        }
    )


def draw_arms(
    stratum: np.ndarray, chosen: np.ndarray, shares: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Give each chosen member an arm by chance within the stratum; −1 for the others.

    shares: of the arms. Within a stratum the numbers in the arms are as even as whole numbers allow.
    """
    arm = np.full(len(stratum), -1)
    limits = np.cumsum(shares) / np.sum(shares)
    for value in np.unique(stratum[chosen]):
        rows = rng.permutation(np.flatnonzero(chosen & (stratum == value)))
        arm[rows] = np.searchsorted(
            limits, (np.arange(len(rows)) + rng.random()) / len(rows) % 1.0, side="right"
        )
    return arm


def rank_value(value: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Value stratum (0, 1, 2) of each member: thirds of the chosen, by value."""
    if not chosen.any():
        return np.zeros(len(value), dtype=int)
    limits = np.quantile(value[chosen], (1 / 3, 2 / 3))
    return np.searchsorted(limits, value, side="left")


def start_campaign(
    world: World,
    number: int,
    first: int,
    outcome_days: int,
    *,
    joined: np.ndarray,
    customer: np.ndarray,
    cause: np.ndarray,
    expected: np.ndarray,
    spending: np.ndarray,
    last_day: np.ndarray,
    rng: np.random.Generator,
) -> Campaign:
    """Set up a campaign on its first day.

    joined: member by now (bool); customer: has not left (bool); cause: number of the cause of leaving; expected:
    visits a month without the campaign; spending: yuan in the last 12 months; last_day: of the last purchase.
    """
    members, arms = len(joined), len(ARMS[number])
    base = -np.expm1(-expected * outcome_days / DAYS_PER_MONTH) * customer
    stratum = rank_value(spending, joined)
    pull = np.zeros((arms, members))
    kept_away = np.zeros((arms, members), dtype=bool)
    if number == LEGACY:
        limit = (
            np.quantile(spending[joined], 1 - world.retail.campaigns.legacy_share) if joined.any() else 0.0
        )
        arm = np.where(joined, (spending > limit).astype(int), -1)
        pull[1] = world.retail.campaigns.legacy_pull * customer
    elif number == WIN_BACK:
        lost = joined & (first - last_day >= world.retail.campaigns.win_back_silence)
        stratum = rank_value(spending, lost)
        kept = world.retail.campaigns.win_back_control_share
        arm = draw_arms(stratum, lost, np.array([kept] + [(1 - kept) / 4] * 4), rng)
        pull = _pull_back(world, cause)
    else:
        arm = draw_arms(stratum, joined, np.full(arms, 1 / arms), rng)
        pull = np.array(world.retail.campaigns.offer_pulls)[:, None] * base * (1 - base)
        kept_away[1:] = _disturb(world, members, rng)
    weeks = min(6, outcome_days // 7)
    extra_day = first + 2 + rng.integers(0, 7 * weeks - 2, members)
    return Campaign(
        number=number,
        first=first,
        end=first + outcome_days,
        arm=arm,
        stratum=np.array(STRATA)[stratum],
        pull=pull,
        chance=rng.random(members),
        extra_day=extra_day,
        kept_away=kept_away,
        returns=joined & ~customer,
        base=base,
    )


def _pull_back(world: World, cause: np.ndarray) -> np.ndarray:
    """Probability of coming back by arm; a price offer works less on who left out of dissatisfaction."""
    rule = world.retail.campaigns
    odds = np.log(np.array(rule.win_back_pulls) / (1 - np.array(rule.win_back_pulls)))[:, None]
    price_only = np.array([0, 1, 1, 0, 0])[:, None]
    dissatisfied = (cause == 1)[None, :]
    return 1 / (1 + np.exp(-(odds + rule.win_back_service * price_only * dissatisfied)))


def _disturb(world: World, members: int, rng: np.random.Generator) -> np.ndarray:
    """Members whom any contact keeps from buying in the window."""
    rule = world.retail.campaigns
    return rng.random(members) < rule.disturbed_share * rule.disturbed_effect
