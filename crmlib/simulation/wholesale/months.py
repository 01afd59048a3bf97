"""What happens to Northport's accounts month by month: purchases, rivals' offers, fading and exit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.simulation.draws import Bools, Dates, Floats, Ints, to_share
from crmlib.simulation.wholesale.accounts import LOYAL, TENDER, Accounts
from crmlib.simulation.wholesale.bonds import odds_of_loss
from crmlib.simulation.wholesale.calendar import MonthCalendar
from crmlib.simulation.wholesale.market import Market
from crmlib.simulation.wholesale.promise import Promise
from crmlib.simulation.world.worlds import World

STAYS, RIVAL, PRICE, SERVICE, CLOSED = -1, 0, 1, 2, 3
KEPT, PART_LOST, LOST = 0, 1, 2


@dataclass(frozen=True)
class Setting:
    """What is given before the first month; arrays of accounts × months unless it says otherwise.

    first_day: first day of the account in the month, from 0 (the month's length if it is not there yet).
    visits: paid in the month. needed: tonnes in a full month. pull: factor of visits and oil price on the
    wallet share. terms: accounts × terms, months in which framework contracts begin (−99: none).
    under_contract: bound by a framework contract. tender_month: an entry an account, month of the year of
    its tender (-1: none). promise: of a fast delivery.
    """

    world: World
    calendar: MonthCalendar
    market: Market
    accounts: Accounts
    first_day: Ints
    visits: Ints
    needed: Floats
    pull: Floats
    terms: Ints
    under_contract: Bools
    tender_month: Ints
    promise: Promise


@dataclass
class AccountHistory:
    """What happened; share and bought are arrays of accounts × months, the others have one entry an account.

    share: wallet share at the start of the month, at the reference visits. bought: tonnes of a full month,
    without what the promise of a fast delivery adds. left_month, left_day, cause:
    STAYS (-1) for an account that is still there. offers: one row an offer, a frame a month.
    """

    share: Floats
    bought: Floats
    level: Floats
    fading: Bools
    spot: Bools
    left_month: Ints
    left_day: Ints
    cause: Ints
    offers: list[pd.DataFrame] = field(default_factory=list)

    @property
    def bids(self) -> pd.DataFrame:
        """All offers in order of time."""
        table = pd.concat(self.offers, ignore_index=True)
        return table.sort_values(["offered_on", "who"], kind="stable", ignore_index=True)

    def left_on(self, calendar: MonthCalendar) -> Dates:
        """Day on which each account was lost; NaT if it was not."""
        day = calendar.starts[self.left_month] + self.left_day.astype("timedelta64[D]")
        return np.where(self.left_month == STAYS, np.datetime64("NaT"), day)

    def last_days(self, calendar: MonthCalendar) -> Ints:
        """Day of each month before which each account was there: the month's length, 0 once it has left."""
        months = np.arange(len(calendar.starts))[None, :]
        left = np.where(self.left_month == STAYS, len(calendar.starts), self.left_month)[:, None]
        days = np.where(months == left, self.left_day[:, None], calendar.days[None, :])
        return np.where(months > left, 0, days)

    def bid_counts(self, calendar: MonthCalendar) -> Ints:
        """Offers of rivals to each account in each month."""
        bids, counts = self.bids, np.zeros(self.share.shape, dtype=np.int64)
        month = np.searchsorted(calendar.starts, bids["offered_on"].to_numpy(), side="right") - 1
        np.add.at(counts, (bids["who"].to_numpy(), month), 1)
        return counts


def simulate_history(setting: Setting, streams: dict[str, np.random.Generator]) -> AccountHistory:
    """Run the months one after the other: buying, exits, rivals' offers, recovery of a lost share."""
    accounts, months = setting.accounts, len(setting.calendar.starts)
    count = len(accounts.need)
    history = AccountHistory(
        share=np.zeros((count, months)),
        bought=np.zeros((count, months)),
        level=accounts.base_share.copy(),
        fading=np.zeros(count, dtype=bool),
        spot=np.zeros(count, dtype=bool),
        left_month=np.full(count, STAYS),
        left_day=np.full(count, STAYS),
        cause=np.full(count, STAYS),
    )
    exits = setting.world.wholesale.exits
    for month in range(months):
        there = (setting.first_day[:, month] < setting.calendar.days[month]) & (history.left_month == STAYS)
        _buy(setting, history, month, there)
        settled = there & (setting.first_day[:, month] == 0)
        _leave(setting, history, month, settled, streams["exits"])
        _meet_rivals(setting, history, month, settled & (history.left_month == STAYS), streams["bids"])
        gap = np.maximum(accounts.base_share - history.level, 0)
        history.level += np.where(history.fading, 0, exits.recovery * gap)
    return history


def _buy(setting: Setting, history: AccountHistory, month: int, there: Bools) -> None:
    """Tonnes bought in a full month: need × wallet share, pulled up by visits and down by a high price."""
    wholesale = setting.world.wholesale
    share = history.level * np.where(history.spot, wholesale.terms.spot_share, 1.0) * there
    pulled = np.minimum(share * setting.pull[:, month], wholesale.accounts.most_wallet_share)
    history.share[:, month] = share
    history.bought[:, month] = setting.needed[:, month] * pulled


def _leave(
    setting: Setting, history: AccountHistory, month: int, settled: Bools, rng: np.random.Generator
) -> None:
    """Some accounts begin to fade because of service or price, fading ones go, some close their business."""
    exits, accounts = setting.world.wholesale.exits, setting.accounts
    luck = rng.random((4, len(settled)))
    oil = setting.market.oil[month]
    loyal = settled & ~history.fading
    service = loyal & (luck[0] < exits.service_exit * np.exp(exits.exit_by_quality * accounts.quality))
    dear = exits.price_exit * accounts.price_sensitivity * np.exp(exits.exit_by_price * oil)
    price = loyal & ~service & (luck[1] < dear)
    history.cause[service], history.cause[price] = SERVICE, PRICE
    history.fading |= service | price
    history.level *= np.where(history.fading & settled, 1 - exits.fading, 1.0)
    closed = settled & (luck[2] < np.array(exits.closing)[accounts.segment])
    history.cause[closed] = CLOSED
    gone = closed | (settled & history.fading & (history.level < exits.exit_share))
    history.left_month[gone] = month
    day = 1 + np.floor(luck[3] * (setting.calendar.days[month] - 1)).astype(np.int64)
    history.left_day[gone] = day[gone]


def _meet_rivals(
    setting: Setting, history: AccountHistory, month: int, there: Bools, rng: np.random.Generator
) -> None:
    """Rivals offer lower prices; an account stays, gives away a part, begins to go, or moves its tender."""
    bonds, accounts = setting.world.wholesale.bonds, setting.accounts
    luck, size = rng.random((6, len(there))), rng.standard_gamma(bonds.price_cut_shape, len(there))
    is_tender = accounts.style == TENDER
    chance = np.where(
        is_tender, setting.tender_month == setting.calendar.calendar_month[month], _rate(setting, month)
    )
    who = np.flatnonzero(there & ~history.fading & (luck[0] < chance))
    rival = np.searchsorted(np.cumsum(bonds.rivals)[:-1], luck[1, who])
    mean = np.where(is_tender[who], setting.world.wholesale.terms.tender_cut, bonds.price_cut)
    cut = mean * np.array(bonds.rival_cuts)[rival] * size[who] / bonds.price_cut_shape
    cut = np.clip(np.round(cut, 3), 0.005, 0.4)
    lost = luck[2, who] < to_share(odds_of_loss(setting.world, accounts, who, cut))
    least, most = bonds.bid_volume
    goes = lost & (luck[3, who] < bonds.lost_at_once) & ~is_tender[who]
    volume = 12 * accounts.need[who] * history.level[who] * (least + (most - least) * luck[4, who])
    day = np.floor(luck[5, who] * setting.calendar.days[month]).astype("timedelta64[D]")
    history.offers.append(
        pd.DataFrame(
            {
                "who": who,
                "offered_on": setting.calendar.starts[month] + day,
                "rival": rival,
                "cut": cut,
                "tonnes": np.maximum(np.round(volume, 1), 0.1),
                "outcome": np.select([goes, lost], [LOST, PART_LOST], KEPT),
            }
        )
    )
    _move(setting, history, who, lost, goes, is_tender[who], rng)


def _rate(setting: Setting, month: int) -> Floats:
    """Offers a month to each account: more to large or competitive ones, in dear months, without contract."""
    bonds, accounts = setting.world.wholesale.bonds, setting.accounts
    loyal, competitive = bonds.bids_by_style
    rate = np.array(bonds.bids_per_month)[accounts.segment] * np.where(
        accounts.style == LOYAL, loyal, competitive
    )
    rate = rate * np.exp(bonds.bids_by_price * setting.market.oil[month])
    return rate * np.where(setting.under_contract[:, month], bonds.bids_under_contract, 1.0)


def _move(
    setting: Setting,
    history: AccountHistory,
    who: Ints,
    lost: Bools,
    goes: Bools,
    tender: Bools,
    rng: np.random.Generator,
) -> None:
    """Carry out what the offers of one month have led to."""
    low, high = setting.world.wholesale.bonds.part_kept
    kept = np.where(lost & ~goes & ~tender, rng.uniform(low, high, len(who)), 1.0)
    history.level[who] *= kept
    small = history.level[who] < setting.world.wholesale.exits.exit_share
    leaving = goes | (small & ~tender)
    history.fading[who[leaving]] = True
    history.cause[who[leaving]] = RIVAL
    history.spot[who[tender]] = lost[tender]
