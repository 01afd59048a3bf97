"""The points ledger by the rules of the card (F-17), booked from receipts after the fact."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of, label, optional_ids
from crmlib.simulation.retail.calendar import DayCalendar
from crmlib.simulation.world.worlds import World

KINDS = ("opening", "purchase", "birth_month", "group_bonus", "campaign", "redemption", "return", "expiry")


def base_points(world: World, goods_fen: np.ndarray) -> np.ndarray:
    """Points of a receipt: one for every full 10 yuan of goods value after discounts; less counts nothing."""
    return goods_fen // (100 * world.retail.points.yuan_per_point)


def is_activated(people: Arrays, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True where the card had been activated on or before the day."""
    activated = people["activated"][person]
    return np.asarray((activated >= 0) & (activated <= day))


def is_birth_month(calendar: DayCalendar, people: Arrays, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True where an activated member buys in the month of birth."""
    return is_activated(people, person, day) & (people["birth_month"][person] == calendar.months_of_year(day))


class PointsAccounts:
    """Points accounts while the weeks pass: what each member can redeem.

    Cautious where the ledger is exact: points of a receipt with a coming return never count, and points that
    will expire on 31 December go at the start of that week. So the ledger covers whatever is redeemed here.
    """

    def __init__(self, world: World, calendar: DayCalendar, people: Arrays) -> None:
        count = len(people["joined"])
        self.world, self.calendar, self.people = world, calendar, people
        self.usable = np.zeros(count, dtype=np.int64)
        self.used = np.zeros(count, dtype=np.int64)  # redeemed or expired
        self.earned_in: dict[int, np.ndarray] = {}  # by calendar year
        self.coming = np.zeros((calendar.weeks + 3, count), dtype=np.int32)  # by week of booking

    def start_week(self, week: int) -> None:
        """Book the points of last week; let old ones expire if the year ends in this week."""
        if week == 0:
            return
        self.usable += self.coming[week - 1]
        first_days = self.calendar.years(np.array([7 * week - 7, 7 * week - 1, 7 * week + 6]))
        earned = self.earned_in.setdefault(int(first_days[0]), np.zeros_like(self.used))
        earned += self.coming[week - 1]
        if first_days[2] > first_days[1]:
            self._expire(int(first_days[1]) - self.world.retail.points.expiry_years)

    def _expire(self, year: int) -> None:
        """Take off what is left of points earned up to the end of this year; the oldest are used first."""
        old = sum((value for then, value in self.earned_in.items() if then <= year), np.zeros_like(self.used))
        lost = np.maximum(old - self.used, 0)
        self.used += lost
        self.usable -= lost

    def is_near_reward(self) -> np.ndarray:
        """Members whose balance is close to the next step at which points are paid out."""
        rule = self.world.retail.points
        missing = rule.reward - self.usable % rule.reward
        return (self.people["activated"] >= 0) & (missing <= rule.near_reward) & (self.usable > 0)

    def earn(self, person: np.ndarray, booked_day: np.ndarray, points: np.ndarray) -> None:
        """Note points that will be booked on a day."""
        week = np.minimum(booked_day // 7, len(self.coming) - 1)
        np.add.at(self.coming, (week, person), points)

    def redeem(self, person: np.ndarray, wants: np.ndarray, goods_fen: np.ndarray) -> np.ndarray:
        """Points paid with at each visit: full steps only, never worth more than the goods.

        Only the first visit of a person in a week counts. wants: bool, one entry a visit.
        """
        rule = self.world.retail.points
        first = np.zeros(len(person), dtype=bool)
        first[np.unique(person, return_index=True)[1]] = True
        limit = goods_fen // 100 * rule.points_per_yuan
        steps = np.maximum(np.minimum(self.usable[person], limit), 0) // rule.reward
        paid = np.where(first & wants, steps * rule.reward, 0)
        np.subtract.at(self.usable, person, paid)
        np.add.at(self.used, person, paid)
        return paid


def book_ledger(
    world: World,
    calendar: DayCalendar,
    people: Arrays,
    visits: pd.DataFrame,
    returns: pd.DataFrame,
    first_customer: int,
    first_id: int,
) -> pd.DataFrame:
    """The table `points`: every booking of every member, in order of the day.

    visits: numbered, of members. returns: of members, see `draw_returns`. Bookings after the last day of the
    history are left out. Double points of the offer trial are booked as campaign, without a receipt.
    """
    rule = world.retail.points
    person, day = visits["person"].to_numpy(), visits["day"].to_numpy()
    number = visits["receipt_id"].to_numpy()
    points = base_points(world, visits["amount"].to_numpy())
    in_group = base_points(world, visits["group"].to_numpy()) * is_activated(people, person, day)
    booked = visits["dispatched"].to_numpy() + rule.booking_days
    everyone = np.arange(len(people["joined"]))
    parts = [
        _bookings("opening", everyone, people["joined"], rule.opening, 0),
        _bookings("purchase", person, booked, points, number),
        _bookings(
            "birth_month", person, booked, points * is_birth_month(calendar, people, person, day), number
        ),
        _bookings("group_bonus", person, booked, in_group, number),
        _bookings("campaign", person, booked, points * visits["double"].to_numpy(), 0),
        _bookings("redemption", person, day, -visits["redeemed"].to_numpy(), number),
        _reversals(world, calendar, people, returns),
    ]
    ledger = pd.concat(parts, ignore_index=True)
    ledger = ledger[(ledger["points"] != 0) & (ledger["day"] < calendar.days)]
    ledger = pd.concat([ledger, *_expiries(world, calendar, ledger, len(everyone))], ignore_index=True)
    return _tell_ledger(calendar, ledger, first_customer, first_id)


def _tell_ledger(
    calendar: DayCalendar, ledger: pd.DataFrame, first_customer: int, first_id: int
) -> pd.DataFrame:
    """Bookings as the table `points`, in order of day, member, receipt and kind."""
    order = np.lexsort([ledger[name] for name in ("kind", "receipt_id", "person", "day")])
    columns = {name: values[order] for name, values in arrays_of(ledger).items()}
    return pd.DataFrame(
        {
            "booking_id": first_id + np.arange(len(ledger)),
            "customer_id": first_customer + columns["person"],
            "booked_on": calendar.dates(columns["day"]),
            "kind": label(columns["kind"], KINDS),
            "points": columns["points"],
            "receipt_id": optional_ids(columns["receipt_id"], columns["receipt_id"] > 0),
        }
    )


def _bookings(
    kind: str, person: np.ndarray, day: np.ndarray, points: np.ndarray | int, receipt: np.ndarray | int
) -> pd.DataFrame:
    """Bookings of one kind; receipt 0 stands for none."""
    return pd.DataFrame(
        {"person": person, "day": day, "kind": KINDS.index(kind), "points": points, "receipt_id": receipt}
    )


def _reversals(world: World, calendar: DayCalendar, people: Arrays, returns: pd.DataFrame) -> pd.DataFrame:
    """Points taken off on the calendar day after a return is requested: those that the rest does not earn.

    In the birth month twice as many, because twice as many had been booked; other bonuses stay.
    """
    person, day = returns["person"].to_numpy(), returns["day"].to_numpy()
    kept = base_points(world, returns["after_fen"].to_numpy())
    lost = base_points(world, returns["before_fen"].to_numpy()) - kept
    factor = 1 + is_birth_month(calendar, people, person, day)
    requested, receipt = returns["requested"].to_numpy(), returns["receipt_id"].to_numpy()
    return _bookings("return", person, requested + 1, -lost * factor, receipt)


def _expiries(world: World, calendar: DayCalendar, ledger: pd.DataFrame, people: int) -> list[pd.DataFrame]:
    """Points that expire on 31 December some years after they were booked; the oldest are used first."""
    year = calendar.years(ledger["day"].to_numpy())
    person, points = ledger["person"].to_numpy(), ledger["points"].to_numpy()
    gone = np.zeros(people, dtype=np.int64)
    parts = []
    for end in np.unique(year):
        last = int((np.datetime64(f"{end}-12-31") - calendar.start).astype(int))
        old = (points > 0) & (year <= end - world.retail.points.expiry_years)
        if last >= calendar.days or not old.any():
            continue
        used = (points < 0) & (year <= end)
        earned = np.bincount(person[old], weights=points[old], minlength=people)
        spent = -np.bincount(person[used], weights=points[used], minlength=people)
        lost = np.maximum(earned - spent - gone, 0).astype(np.int64)
        gone += lost
        who = np.flatnonzero(lost)
        parts.append(_bookings("expiry", who, np.full(len(who), last), -lost[who], 0))
    return parts
