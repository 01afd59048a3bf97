"""The points ledger by the rules of the card (F-17), booked from receipts after the fact."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.world import World

KINDS = ("opening", "purchase", "birth_month", "group_bonus", "campaign", "redemption", "return", "expiry")


def base_points(world: World, goods_fen: np.ndarray) -> np.ndarray:
    """Points of a receipt: one for every full 10 yuan of goods value after discounts."""
    return goods_fen // (100 * world.retail.points.yuan_per_point)


def is_birth_month(
    calendar: Calendar, people: pd.DataFrame, person: np.ndarray, day: np.ndarray
) -> np.ndarray:
    """True where an activated member buys in the month of birth."""
    return is_activated(people, person, day) & (
        people["birth_month"].to_numpy()[person] == calendar.months_of_year(day)
    )


def is_activated(people: pd.DataFrame, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """True where the card had been activated on or before the day."""
    activated = people["activated"].to_numpy()[person]
    return (activated >= 0) & (activated <= day)


class Accounts:
    """Points accounts during the simulation: what each member can redeem in a week.

    Cautious where the ledger is exact: points of a receipt with a coming return never count, and points that will
    expire on 31 December go at the start of that week. So what is redeemed here is always covered in the ledger.
    """

    def __init__(self, world: World, calendar: Calendar, people: pd.DataFrame) -> None:
        self.world, self.calendar, self.people = world, calendar, people
        self.usable = np.zeros(len(people), dtype=np.int64)
        self.coming = np.zeros((calendar.weeks + 3, len(people)), dtype=np.int32)
        self.by_year: dict[int, np.ndarray] = {}
        self.used = np.zeros(len(people), dtype=np.int64)

    def start_week(self, week: int) -> None:
        """Book the points of last week; let old ones expire in the week that holds the turn of a year."""
        if week > 0:
            self.usable += self.coming[week - 1]
            year = int(self.calendar.years(np.array([7 * week - 7]))[0])
            earned = self.by_year.setdefault(year, np.zeros(len(self.people), dtype=np.int64))
            earned += self.coming[week - 1]
        last = min(7 * week + 6, self.calendar.days - 1)
        years = self.calendar.years(np.array([max(7 * week - 1, 0), last]))
        if week > 0 and years[1] > years[0]:
            old = int(years[0]) - self.world.retail.points.expiry_years
            earned_old = sum(
                (value for year, value in self.by_year.items() if year <= old), np.zeros_like(self.used)
            )
            lost = np.clip(earned_old - self.used, 0, None)
            self.used += lost
            self.usable -= lost

    def is_near_reward(self) -> np.ndarray:
        """Members whose balance is close to the next step at which points are paid out."""
        rule = self.world.retail.points
        missing = rule.reward - self.usable % rule.reward
        return (self.people["activated"].to_numpy() >= 0) & (missing <= rule.near_reward) & (self.usable > 0)

    def earn(self, person: np.ndarray, booked_day: np.ndarray, points: np.ndarray) -> None:
        """Note points that will be booked on a day."""
        week = np.minimum(booked_day // 7, len(self.coming) - 1)
        np.add.at(self.coming, (week, person), points)

    def redeem(self, person: np.ndarray, wants: np.ndarray, goods_fen: np.ndarray) -> np.ndarray:
        """Points paid with at each visit: full steps only, never more than the goods are worth.

        person: of each visit (only the first visit of a person in a week counts); wants: bool.
        """
        rule = self.world.retail.points
        first = np.zeros(len(person), dtype=bool)
        first[np.unique(person, return_index=True)[1]] = True
        limit = goods_fen // 100 * rule.points_per_yuan
        steps = np.minimum(self.usable[person], limit) // rule.reward
        paid = np.where(first & wants, np.maximum(steps, 0) * rule.reward, 0)
        np.subtract.at(self.usable, person, paid)
        np.add.at(self.used, person, paid)
        return paid


def book_ledger(
    world: World,
    calendar: Calendar,
    people: pd.DataFrame,
    receipts: pd.DataFrame,
    returns: pd.DataFrame,
    first_id: int,
) -> pd.DataFrame:
    """The table `points`: every booking of every member, in order of the day.

    receipts: of members, with columns receipt_id, person, day, dispatched, amount_fen, group_fen (value in the own
    group), redeemed, double (campaign). returns: receipt_id, person, day, dispatched, requested, before_fen,
    after_fen (goods value before and after the return). Bookings after the last day of the history are left out.
    """
    rule = world.retail.points
    person, day = receipts["person"].to_numpy(), receipts["day"].to_numpy()
    points = base_points(world, receipts["amount_fen"].to_numpy())
    birth = is_birth_month(calendar, people, person, day)
    group = base_points(world, receipts["group_fen"].to_numpy()) * is_activated(people, person, day)
    booked = receipts["dispatched"].to_numpy() + rule.booking_days
    number = receipts["receipt_id"].to_numpy()
    parts = [
        _bookings("opening", np.arange(len(people)), people["joined"].to_numpy(), rule.opening, 0),
        _bookings("purchase", person, booked, points, number),
        _bookings("birth_month", person, booked, points * birth, number),
        _bookings("group_bonus", person, booked, group, number),
        _bookings("campaign", person, booked, points * receipts["double"].to_numpy(), 0),
        _bookings("redemption", person, day, -receipts["redeemed"].to_numpy(), number),
        _reversals(world, calendar, people, returns),
    ]
    ledger = pd.concat(parts, ignore_index=True)
    ledger = ledger[(ledger["points"] != 0) & (ledger["day"] < calendar.days)]
    ledger = pd.concat([ledger, _expiries(world, calendar, ledger, len(people))], ignore_index=True)
    ledger = ledger.sort_values(["day", "person", "receipt_id", "kind"], kind="stable")
    receipt = pd.array(ledger["receipt_id"].to_numpy(), dtype="Int64")
    receipt[ledger["receipt_id"].to_numpy() == 0] = pd.NA
    return pd.DataFrame(
        {
            "booking_id": np.arange(1, len(ledger) + 1),
            "customer_id": first_id + ledger["person"].to_numpy(),
            "booked_on": calendar.dates(ledger["day"].to_numpy()),
            "kind": np.array(KINDS)[ledger["kind"].to_numpy()],
            "points": ledger["points"].to_numpy(),
            "receipt_id": receipt,
        }
    )


def _bookings(
    kind: str, person: np.ndarray, day: np.ndarray, points: np.ndarray | int, receipt: np.ndarray | int
) -> pd.DataFrame:
    """Bookings of one kind; receipt 0 stands for none."""
    return pd.DataFrame(
        {"person": person, "day": day, "kind": KINDS.index(kind), "points": points, "receipt_id": receipt}
    )


def _reversals(world: World, calendar: Calendar, people: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Points taken off on the calendar day after a return is requested: those that the remaining goods do not earn.

    In the birth month twice as many, because twice as many had been booked; other bonuses stay.
    """
    person, day = returns["person"].to_numpy(), returns["day"].to_numpy()
    lost = base_points(world, returns["before_fen"].to_numpy()) - base_points(
        world, returns["after_fen"].to_numpy()
    )
    factor = 1 + is_birth_month(calendar, people, person, day)
    return _bookings(
        "return",
        person,
        returns["requested"].to_numpy() + 1,
        -lost * factor,
        returns["receipt_id"].to_numpy(),
    )


def _expiries(world: World, calendar: Calendar, ledger: pd.DataFrame, people: int) -> pd.DataFrame:
    """Points that expire on 31 December of the year after they were booked; the oldest are used first."""
    year = calendar.years(ledger["day"].to_numpy())
    person, points = ledger["person"].to_numpy(), ledger["points"].to_numpy()
    gone = np.zeros(people, dtype=np.int64)
    parts = []
    for end in np.unique(year):
        last = int((np.datetime64(f"{end}-12-31") - calendar.start).astype(int))
        if last >= calendar.days:
            continue
        old = (points > 0) & (year <= end - world.retail.points.expiry_years)
        used = (points < 0) & (year <= end)
        earned = np.bincount(person[old], weights=points[old], minlength=people)
        spent = -np.bincount(person[used], weights=points[used], minlength=people)
        lost = np.clip(earned - spent - gone, 0, None).astype(np.int64)
        gone += lost
        who = np.flatnonzero(lost)
        parts.append(_bookings("expiry", who, np.full(len(who), last), -lost[who], 0))
    return pd.concat(parts, ignore_index=True)
