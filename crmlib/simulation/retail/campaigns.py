"""Campaigns: who is in, which arm chance gives, and what each arm would do to each member."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.simulation.draws import log_odds, to_share
from crmlib.simulation.retail.calendar import DAYS_PER_MONTH, DayCalendar
from crmlib.simulation.retail.leaving import SATISFACTION
from crmlib.simulation.world.worlds import World

LEGACY, ACQUISITION, RECOVERY, WIN_BACK, OFFER = range(5)
ARMS = {
    LEGACY: ("control", "mailed"),
    RECOVERY: ("normal", "fast"),
    WIN_BACK: ("control", "neither", "price", "upgrade", "both"),
    OFFER: ("control", "reminder", "coupon", "double_points"),
}
COUPON, DOUBLE_POINTS = ARMS[OFFER].index("coupon"), ARMS[OFFER].index("double_points")
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
START_AT_ONCE = (LEGACY, WIN_BACK, OFFER)  # the recovery trial grows complaint by complaint
STRATA = ("low value", "middle value", "high value")
ALL_ONE_STRATUM = "all complaints"


@dataclass
class Campaign:
    """One campaign of a chunk of n members. first, end: days of the outcome window (end excluded).

    arm: number of each member's arm, −1 if not in the campaign. stratum: number of the value stratum. pull:
    (arms, n) probability of an extra visit. chance: uniform, the same in every arm. extra_day: day of that
    visit. kept_away: (arms, n) usual visits in the window do not happen. returns: members who had left when
    the campaign began; their extra visit is a return. base: probability of buying in the window anyway.
    used_coupon: so far.
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
        """(arms, n): true where the extra visit happens in this arm."""
        return np.asarray((self.chance < self.pull) & (self.arm >= 0))

    def comes(self) -> np.ndarray:
        """Members whose extra visit really happens."""
        return self._in_real_arm(self.would_come())

    def stays_away(self) -> np.ndarray:
        """Members whose usual visits in the window really do not happen."""
        return self._in_real_arm(self.kept_away)

    def _in_real_arm(self, by_arm: np.ndarray) -> np.ndarray:
        real = by_arm[np.maximum(self.arm, 0), np.arange(len(self.arm))]
        return np.asarray(real & (self.arm >= 0))

    def discounts(self, world: World) -> np.ndarray:
        """Price cut that each arm grants on one receipt."""
        rule = world.retail.campaigns
        cuts = {"coupon": rule.coupon_share, "price": rule.price_offer_share, "both": rule.price_offer_share}
        return np.array([cuts.get(arm, 0.0) for arm in ARMS[self.number]])


def plan_campaigns(world: World, calendar: DayCalendar) -> pd.DataFrame:
    """When each campaign runs: number, first and last (day), outcome_days; only what fits in the history."""
    rule = world.retail.campaigns
    plans = [  # number, first month, days of contacts or months of the trial, outcome days
        (LEGACY, rule.legacy_month, 20, 0, rule.legacy_days),
        (ACQUISITION, rule.acquisition_month, 0, rule.acquisition_months, 31 * rule.acquisition_months),
        (RECOVERY, rule.recovery_month, 0, rule.recovery_months, rule.recovery_days),
        (WIN_BACK, rule.win_back_month, 27, 0, rule.win_back_days),
        (OFFER, rule.offer_month, 13, 0, rule.offer_days),
    ]
    rows = []
    for number, month, days, months, outcome in plans:
        first = calendar.day_of_month(month)
        first = first if months else -(-first // 7) * 7  # letters go out at the start of a week
        last = calendar.day_of_month(month + months) - 1 if months else first + days
        if max(last, first + outcome) < calendar.days:
            rows.append((number, first, last, outcome))
    return pd.DataFrame(rows, columns=["number", "first", "last", "outcome_days"])


def tell_campaigns(calendar: DayCalendar, plan: pd.DataFrame) -> pd.DataFrame:
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

    shares: of the arms. Within a stratum the arms are as even as whole numbers allow.

    >>> stratum, chosen = np.zeros(6, dtype=int), np.ones(6, dtype=bool)
    >>> np.bincount(draw_arms(stratum, chosen, np.full(3, 1 / 3), np.random.default_rng(1)))
    array([2, 2, 2])
    """
    arm = np.full(len(stratum), -1)
    limits = np.cumsum(shares) / np.sum(shares)
    for value in np.unique(stratum[chosen]):
        rows = rng.permutation(np.flatnonzero(chosen & (stratum == value)))
        place = (np.arange(len(rows)) + rng.random()) / len(rows) % 1.0
        arm[rows] = np.minimum(np.searchsorted(limits, place, side="right"), len(shares) - 1)
    return arm


def _rank_value(value: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Value stratum (0, 1, 2) of each member: thirds of the chosen, by value."""
    if not chosen.any():
        return np.zeros(len(value), dtype=np.int64)
    return np.searchsorted(np.quantile(value[chosen], (1 / 3, 2 / 3)), value, side="left")


@dataclass(frozen=True)
class Candidates:
    """The members of a chunk on the first day of a campaign, one entry each.

    joined: member by now; customer: has joined and not left; cause: number of the cause of leaving; expected:
    visits a month without the campaign; spending: yuan in the last year; last_day: of the last purchase.
    """

    joined: np.ndarray
    customer: np.ndarray
    cause: np.ndarray
    expected: np.ndarray
    spending: np.ndarray
    last_day: np.ndarray


def start_campaign(
    world: World, number: int, first: int, outcome_days: int, members: Candidates, rng: np.random.Generator
) -> Campaign:
    """Set up a campaign on its first day, for the members as they are then."""
    rule, count = world.retail.campaigns, len(members.joined)
    base = -np.expm1(-members.expected * outcome_days / DAYS_PER_MONTH) * members.customer
    kept_away = np.zeros((len(ARMS[number]), count), dtype=bool)
    lost = members.joined & (first - members.last_day >= rule.win_back_silence)
    chosen = lost if number == WIN_BACK else members.joined
    stratum = _rank_value(members.spending, chosen)
    if number == LEGACY:
        arm = _mail_heavy_buyers(world, members)
        pull = np.stack([np.zeros(count), rule.legacy_pull * members.customer])
    elif number == WIN_BACK:
        kept = rule.win_back_control_share
        arm = draw_arms(stratum, chosen, np.array([kept] + [(1 - kept) / 4] * 4), rng)
        pull = _pull_back(world, members.cause)
    else:
        arm = draw_arms(stratum, chosen, np.ones(len(ARMS[number])), rng)
        pull = np.array(rule.offer_pulls)[:, None] * base * (1 - base)
        kept_away[1:] = rng.random(count) < rule.disturbed_share
    weeks = min(6, outcome_days // 7)
    return Campaign(
        number=number,
        first=first,
        end=first + outcome_days,
        arm=arm,
        stratum=stratum,
        pull=pull,
        chance=rng.random(count),
        extra_day=first + 2 + rng.integers(0, 7 * weeks - 2, count),
        kept_away=kept_away,
        returns=members.joined & ~members.customer,
        base=base,
    )


def _mail_heavy_buyers(world: World, members: Candidates) -> np.ndarray:
    """Arms of the legacy mailing: 1 for who spent most, 0 for the others. No chance here: confounded."""
    joined = members.joined
    if not joined.any():
        return np.full(len(joined), -1)
    limit = np.quantile(members.spending[joined], 1 - world.retail.campaigns.legacy_share)
    return np.where(joined, (members.spending > limit).astype(int), -1)


def _pull_back(world: World, cause: np.ndarray) -> np.ndarray:
    """(arms, n) probability of coming back; without a remedy less for who left out of dissatisfaction."""
    pulls = np.array(world.retail.campaigns.win_back_pulls)[:, None]
    no_remedy = np.isin(ARMS[WIN_BACK], ("neither", "price"))[:, None] & (cause == SATISFACTION)[None, :]
    return to_share(log_odds(pulls) + world.retail.campaigns.win_back_service * no_remedy)
