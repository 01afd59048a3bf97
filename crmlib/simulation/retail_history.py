"""Three years of Osmanthus, week by week, for all members of a chunk at once.

The order within a week: campaigns begin, people come, fill baskets, pay (coupon, points), meet problems, complain,
and some leave. What happened is kept in long arrays; the tables are written from them afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation import retail_campaigns as campaigns
from crmlib.simulation import retail_service as service
from crmlib.simulation.retail_baskets import fill_baskets
from crmlib.simulation.retail_calendar import WEEKS_PER_MONTH, Calendar
from crmlib.simulation.retail_campaigns import Campaign, start_campaign
from crmlib.simulation.retail_leaving import AT_ONCE, monthly_hazards, weekly_leaving
from crmlib.simulation.retail_points import Accounts, base_points, is_activated, is_birth_month
from crmlib.simulation.retail_products import Assortment
from crmlib.simulation.world import World

# Kinds of visits: of a member; taking the card; caused by a campaign; before the card; of someone without a card.
BASE, JOINING, EXTRA, BEFORE_CARD, NO_CARD = range(5)
NEVER = 1_000_000  # a day that does not come


class Columns:
    """Arrays of equal length that grow week by week and are joined once at the end."""

    def __init__(self) -> None:
        self._parts: dict[str, list[np.ndarray]] = defaultdict(list)

    def add(self, **arrays: np.ndarray) -> None:
        """Append one piece to every column."""
        for name, array in arrays.items():
            self._parts[name].append(array)

    def frame(self) -> pd.DataFrame:
        """All pieces as one frame."""
        return pd.DataFrame({name: np.concatenate(parts) for name, parts in self._parts.items()})


@dataclass
class History:
    """What happened to one chunk of members.

    visits: one row a visit that took place or would have in another campaign arm (happens is false). lines, problems,
    complaints: rows point to visits. satisfaction: (weeks, members). left_day, cause: of the first lifetime;
    second_start, second_left: of the second (NEVER: not). campaigns: by number. other_left: day of leaving in the
    other arm of the recovery trial.
    """

    visits: pd.DataFrame
    lines: pd.DataFrame
    problems: pd.DataFrame
    complaints: pd.DataFrame
    satisfaction: np.ndarray
    quality: np.ndarray
    last_purchase: np.ndarray
    left_day: np.ndarray
    cause: np.ndarray
    second_start: np.ndarray
    second_left: np.ndarray
    recovery_arm: np.ndarray
    recovery_day: np.ndarray
    other_left: np.ndarray
    campaigns: dict[int, Campaign]


class Chunk:
    """The state of one chunk of members and other shoppers, and what one week does to it."""

    def __init__(
        self,
        world: World,
        calendar: Calendar,
        stores: pd.DataFrame,
        assortment: Assortment,
        plan: pd.DataFrame,
        people: pd.DataFrame,
        others: pd.DataFrame,
        rng: np.random.Generator,
    ) -> None:
        self.world, self.calendar, self.stores, self.assortment, self.plan = (
            world,
            calendar,
            stores,
            assortment,
            plan,
        )
        self.people, self.rng = people, rng
        count = len(people)
        self.joined = people["joined"].to_numpy()
        self.joined_week = self.joined // 7
        self.everyone = pd.concat([people, others], ignore_index=True)
        self.other_limits = np.cumsum(others["rate"].to_numpy())
        self.accounts = Accounts(world, calendar, people)
        self.accounts.earn(np.arange(count), self.joined, np.full(count, world.retail.points.opening))
        self.customer = np.ones(count, dtype=bool)
        self.second = np.zeros(count, dtype=bool)
        self.extra_odds = np.zeros(count)
        self.shock = np.zeros(count)
        self.gap = np.zeros(count)  # satisfaction in the other arm of the recovery trial, less the real one
        self.other_customer = np.zeros(count, dtype=bool)
        self.quality = people["quality"].to_numpy().copy()
        self.last_purchase = np.full(count, -1)
        self.spending = np.zeros((53, count), dtype=np.float32)  # ring of the last 53 weeks
        weeks = calendar.weeks
        self.repairs = np.zeros((weeks + 30, count), dtype=np.float32)
        self.other_repairs = np.zeros((weeks + 30, count), dtype=np.float32)
        self.satisfaction = np.zeros((weeks, count), dtype=np.float32)
        self.left_day, self.second_left = np.full(count, NEVER), np.full(count, NEVER)
        self.second_start, self.other_left = np.full(count, NEVER), np.full(count, NEVER)
        self.cause = np.full(count, -1)
        self.recovery_arm, self.recovery_day = np.full(count, -1), np.full(count, NEVER)
        self.running: dict[int, Campaign] = {}
        self.visits, self.lines = Columns(), Columns()
        self.problems, self.complaints = Columns(), Columns()
        self.visit_count = self.problem_count = 0

    def live(self, week: int) -> None:
        """Let one week pass."""
        self.accounts.start_week(week)
        self._begin_campaigns(week)
        expected = self._expected_visits(week)
        visits = self._collect_visits(week, expected)
        self._buy(week, visits)
        self._meet_problems(week, visits)
        self._leave(week)
        self.visits.add(**{name: column.to_numpy() for name, column in visits.items()})
        self.visit_count += len(visits)

    def monthly_rate(self) -> np.ndarray:
        """Visits a month that each member would make in an ordinary month from now on."""
        rule = self.world.retail
        satisfaction = self.people["satisfaction"].to_numpy() + self.shock
        effect = rule.visits.by_satisfaction * (satisfaction - rule.shoppers.satisfaction_mean)
        second = np.where(self.second | (self._lost_rows()), rule.leaving.second_rate, 1.0)
        return (self.people["rate"] * (1 + self.people["lift"])).to_numpy() * np.exp(effect) * second

    def _lost_rows(self) -> np.ndarray:
        return ~self.customer

    def _begin_campaigns(self, week: int) -> None:
        for row in self.plan.itertuples():
            if row.number in campaigns.ARMS and row.number != campaigns.RECOVERY and row.first == 7 * week:
                self.running[row.number] = start_campaign(
                    self.world,
                    row.number,
                    row.first,
                    row.outcome_days,
                    joined=self.joined_week < week,
                    customer=self.customer & (self.joined_week < week),
                    cause=self.cause,
                    expected=self.monthly_rate(),
                    spending=self.spending.sum(axis=0),
                    last_day=self.last_purchase,
                    rng=self.rng,
                )

    def _expected_visits(self, week: int) -> np.ndarray:
        """Expected visits of each member this week, as a customer; before the card without its lift."""
        rule = self.world.retail.visits
        rate = self.monthly_rate()
        rate = np.where(self.joined_week < week, rate, self.people["rate"].to_numpy())
        promotion = rule.by_promotion * self.assortment.pull[week] * self.people["sensitivity"].to_numpy()
        near = 1 + rule.near_reward * self.accounts.is_near_reward()
        return rate * np.exp(promotion) * near * self.calendar.season(week) / WEEKS_PER_MONTH

    def _collect_visits(self, week: int, expected: np.ndarray) -> pd.DataFrame:
        """All visits of the week, real ones and those of other campaign arms, as rows of a frame."""
        rng, count = self.rng, len(self.people)
        number = rng.poisson(expected)
        started = self.joined_week < week
        possible = self.customer | self._shadows(7 * week)
        member = np.repeat(np.arange(count), np.where(started & possible, number, 0))
        before = np.repeat(
            np.arange(count),
            np.where((self.joined_week > week) & self.people["before"].to_numpy(), number, 0),
        )
        joining = np.flatnonzero(self.joined_week == week)
        other = self._other_visits(week)
        person = np.concatenate([member, joining, before, other])
        kind = np.repeat(
            [BASE, JOINING, BEFORE_CARD, NO_CARD], [len(member), len(joining), len(before), len(other)]
        )
        day = self.calendar.draw_days(week, len(person), rng)
        day[kind == JOINING] = self.joined[joining]
        happens = np.ones(len(person), dtype=bool)
        happens[: len(member)] = self.customer[member]
        alive = happens.copy()
        campaign = np.full(len(person), -1)
        for running in self.running.values():
            in_window = (kind == BASE) & (day >= running.first) & (day < running.end)
            happens[in_window] &= ~running.stays_away()[person[in_window]]
        extra = [self._extra_visits(week, running) for running in self.running.values()]
        person = np.concatenate([person, *[part[0] for part in extra]])
        day = np.concatenate([day, *[part[1] for part in extra]])
        happens = np.concatenate([happens, *[part[2] for part in extra]])
        alive = np.concatenate([alive, happens[len(alive) :]])
        campaign = np.concatenate(
            [campaign, *[np.full(len(part[0]), n) for n, part in zip(self.running, extra, strict=True)]]
        )
        kind = np.concatenate([kind, np.full(len(person) - len(kind), EXTRA)])
        return (
            self._place_visits(person, day, kind, campaign)
            .assign(happens=happens, alive=alive)
            .sort_values(["day", "minute"], kind="stable", ignore_index=True)
        )

    def _other_visits(self, week: int) -> np.ndarray:
        """Rows (in everyone) of the shoppers without a card who come this week."""
        if len(self.other_limits) == 0:
            return np.empty(0, dtype=int)
        total = self.other_limits[-1] * self.calendar.season(week) / WEEKS_PER_MONTH
        draws = self.rng.random(self.rng.poisson(total)) * self.other_limits[-1]
        return len(self.people) + np.searchsorted(self.other_limits, draws, side="right")

    def _shadows(self, first_day: int) -> np.ndarray:
        """Members who are gone, but would be customers in another arm of a campaign that is running."""
        shadow = self.other_customer & (
            first_day < self.recovery_day + self.world.retail.campaigns.recovery_days
        )
        running = self.running.get(campaigns.WIN_BACK)
        if running is not None and first_day < running.end:
            shadow = shadow | (
                running.returns
                & ~running.comes()
                & running.would_come().any(axis=0)
                & (running.extra_day < first_day)
            )
        return shadow

    def _extra_visits(self, week: int, running: Campaign) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Visits that a campaign causes this week in some arm: member, day, whether in the real arm."""
        this_week = (running.extra_day // 7 == week) & running.would_come().any(axis=0)
        this_week &= self.customer | running.returns
        member = np.flatnonzero(this_week)
        return member, running.extra_day[member], running.comes()[member]

    def _place_visits(
        self, person: np.ndarray, day: np.ndarray, kind: np.ndarray, campaign: np.ndarray
    ) -> pd.DataFrame:
        """Store, channel and time of each visit."""
        rng, rule, count = self.rng, self.world.retail.visits, len(person)
        home = self.everyone["home"].to_numpy()[person]
        city = len(np.unique(self.stores["city"]))
        other = (home + city * rng.integers(1, max(len(self.stores) // city, 2), count)) % len(self.stores)
        away = (rng.random(count) < rule.other_store_share) & (kind != JOINING)
        online = rng.random(count) < rule.online_share
        frame = pd.DataFrame(
            {
                "person": person,
                "day": day,
                "minute": self.calendar.draw_minutes(count, rng),
                "kind": kind,
                "campaign": campaign,
                "store": np.where(away & ~online, other, home),
                "online": online,
                "dispatched": day + np.where(online, rng.integers(1, 4, count), 0),
                "luck": rng.random(count),
            }
        )
        return frame

    def _buy(self, week: int, visits: pd.DataFrame) -> None:
        """Fill the baskets, grant coupons, take points, note what is earned and spent."""
        person, rng = visits["person"].to_numpy(), self.rng
        carry = {
            name: self.everyone[name].to_numpy()[person]
            for name in ("basket", "sensitivity", "age_group", "group")
        }
        lines, totals = fill_baskets(self.world, self.assortment, week, rng=rng, **carry)
        visits["goods"], visits["cost"] = totals.goods, totals.cost
        visits["group"], visits["first_line"] = totals.group, totals.first_line
        visits["discount"] = self._grant_coupons(visits)
        amount = visits["goods"].to_numpy() - visits["discount"].to_numpy()
        carded = visits["happens"].to_numpy() & (visits["kind"].to_numpy() <= EXTRA)
        rows, who = np.flatnonzero(carded), person[carded]
        day = visits["day"].to_numpy()[rows]
        attentive = self.people["attentive"].to_numpy()[who] & is_activated(self.people, who, day)
        wants = attentive & ~visits["online"].to_numpy()[rows]
        wants &= rng.random(len(rows)) < self.world.retail.points.redeem_share
        redeemed = np.zeros(len(visits), dtype=np.int64)
        redeemed[rows] = self.accounts.redeem(who, wants, amount[rows])
        visits["redeemed"] = redeemed
        visits["double"] = self._doubles(visits)
        self._note_purchases(week, visits, rows, who, amount[rows])
        self.lines.add(
            visit=lines.visit + self.visit_count,
            product=lines.product,
            quantity=lines.quantity,
            price=lines.price,
            promoted=lines.promoted,
        )

    def _note_purchases(
        self, week: int, visits: pd.DataFrame, rows: np.ndarray, who: np.ndarray, amount: np.ndarray
    ) -> None:
        """Earn points (not for goods that will come back), remember spending, revive those who return."""
        day = visits["day"].to_numpy()[rows]
        returned = np.zeros(len(visits), dtype=bool)
        returned[rows] = self.rng.random(len(rows)) < self.world.retail.service.return_share
        visits["returned"] = returned
        birth = is_birth_month(self.calendar, self.people, who, day)
        points = base_points(self.world, amount) * (1 + birth + visits["double"].to_numpy()[rows])
        points += base_points(self.world, visits["group"].to_numpy()[rows]) * is_activated(
            self.people, who, day
        )
        booked = visits["dispatched"].to_numpy()[rows] + self.world.retail.points.booking_days
        self.accounts.earn(who, booked, points * ~returned[rows])
        earned = np.zeros(len(visits), dtype=np.int64)
        earned[rows] = points
        visits["points"] = earned
        self.spending[week % 53] = np.bincount(who, weights=amount / 100, minlength=len(self.people))
        np.maximum.at(self.last_purchase, who, day)
        back = rows[(visits["kind"].to_numpy()[rows] == EXTRA) & ~self.customer[who]]
        self._revive(visits["person"].to_numpy()[back], visits["day"].to_numpy()[back])

    def _revive(self, who: np.ndarray, day: np.ndarray) -> None:
        """Begin the second lifetime of members who were won back."""
        running = self.running.get(campaigns.WIN_BACK)
        if running is None or len(who) == 0:
            return
        rule = self.world.retail
        self.customer[who], self.second[who] = True, True
        self.second_start[who] = day
        self.shock[who] = 0.0
        self.extra_odds[who] = (
            rule.leaving.second_hazard + np.array(rule.campaigns.win_back_hazard)[running.arm[who]]
        )

    def _grant_coupons(self, visits: pd.DataFrame) -> np.ndarray:
        """Discount in fen: on the extra visit of an arm with a coupon, else sometimes on the first usual visit."""
        discount = np.zeros(len(visits), dtype=np.int64)
        kind, person = visits["kind"].to_numpy(), visits["person"].to_numpy()
        day, campaign = visits["day"].to_numpy(), visits["campaign"].to_numpy()
        for number, running in self.running.items():
            cuts = running.discounts(self.world)
            in_window = visits["happens"].to_numpy() & (day >= running.first) & (day < running.end)
            used = visits["luck"].to_numpy() < self.world.retail.campaigns.coupon_used
            fits = in_window & (((kind == BASE) & used) | (campaign == number))
            rows = np.flatnonzero(fits)
            rows = rows[running.arm[person[rows]] >= 0]
            rows = rows[(cuts[running.arm[person[rows]]] > 0) & ~running.used_coupon[person[rows]]]
            rows = rows[np.unique(person[rows], return_index=True)[1]]
            running.used_coupon[person[rows]] = True
            discount[rows] = np.rint(visits["goods"].to_numpy()[rows] * cuts[running.arm[person[rows]]])
        return discount

    def _doubles(self, visits: pd.DataFrame) -> np.ndarray:
        """Visits that earn double points because of the offer trial."""
        running = self.running.get(campaigns.OFFER)
        double = np.zeros(len(visits), dtype=bool)
        if running is not None:
            day = visits["day"].to_numpy()
            carded = visits["happens"].to_numpy() & (visits["kind"].to_numpy() <= EXTRA)
            rows = np.flatnonzero(carded & (day >= running.first) & (day < running.end))
            double[rows] = running.arm[visits["person"].to_numpy()[rows]] == 3
        return double

    def _meet_problems(self, week: int, visits: pd.DataFrame) -> None:
        """Problems lower satisfaction; complaints, if well handled, repair it in part."""
        rows = np.flatnonzero(visits["happens"].to_numpy())
        store = visits["store"].to_numpy()[rows]
        problems = service.find_problems(
            self.world, self.stores["quality"].to_numpy()[store], visits["online"].to_numpy()[rows], self.rng
        )
        visit = rows[problems.visit]
        person, kind = visits["person"].to_numpy()[visit], visits["kind"].to_numpy()[visit]
        carded = kind <= EXTRA
        self._raise_returns(visits, visit[problems.topic == 0])
        np.add.at(self.shock, person[carded], -problems.drop[carded])
        rows = service.decide_to_complain(
            self.world, problems, self.everyone["quality"].to_numpy()[person], carded, self.rng
        )
        arms = self._draw_recovery_arms(person, carded, rows, visits["day"].to_numpy()[visit])
        complaints = service.handle_complaints(self.world, problems, rows, arms == 1, self.rng)
        self._repair(problems, complaints, person, carded, visits["day"].to_numpy()[visit], arms)
        self.problems.add(visit=visit + self.visit_count, topic=problems.topic, severity=problems.severity)
        self.complaints.add(
            problem=rows + self.problem_count,
            delay=complaints.delay,
            channel=complaints.channel,
            arm=arms,
            days=complaints.days,
            rejected=complaints.rejected,
            outcome=complaints.outcome,
            repaired=complaints.repaired,
        )
        self.problem_count += len(visit)

    def _raise_returns(self, visits: pd.DataFrame, faulty: np.ndarray) -> None:
        """A faulty product often comes back; its points are not counted then."""
        back = faulty[self.rng.random(len(faulty)) < self.world.retail.service.return_after_problem]
        returned = visits["returned"].to_numpy().copy()
        back = back[~returned[back]]
        returned[back] = True
        visits["returned"] = returned
        mine = back[visits["kind"].to_numpy()[back] <= EXTRA]
        booked = visits["dispatched"].to_numpy()[mine] + self.world.retail.points.booking_days
        self.accounts.earn(visits["person"].to_numpy()[mine], booked, -visits["points"].to_numpy()[mine])

    def _draw_recovery_arms(
        self, person: np.ndarray, carded: np.ndarray, rows: np.ndarray, day: np.ndarray
    ) -> np.ndarray:
        """Arm of each complaint: 1 fast, 0 normal, −1 not in the trial (only a member's first complaint is)."""
        arm = np.full(len(rows), -1)
        plan = self.plan[self.plan["number"] == campaigns.RECOVERY]
        if plan.empty:
            return arm
        start, end = plan[["first", "last"]].to_numpy()[0]
        fits = np.flatnonzero(carded[rows] & (day[rows] >= start) & (day[rows] <= end))
        fits = fits[self.recovery_arm[person[rows[fits]]] < 0]
        fits = fits[np.unique(person[rows[fits]], return_index=True)[1]]
        arm[fits] = self.rng.integers(0, 2, len(fits))
        who = person[rows[fits]]
        self.recovery_arm[who], self.recovery_day[who] = arm[fits], day[rows[fits]]
        self.other_customer[who] = True
        return arm

    def _repair(
        self,
        problems: service.Problems,
        complaints: service.Complaints,
        person: np.ndarray,
        carded: np.ndarray,
        day: np.ndarray,
        arms: np.ndarray,
    ) -> None:
        """Plan when and how far each solution lifts satisfaction again, really and in the other arm."""
        rows = complaints.problem
        who, mine = person[rows], carded[rows]
        opened = day[rows] + complaints.delay // service.MINUTES_PER_DAY
        lifts = {}
        for name, days, share in (
            ("real", complaints.days, complaints.repaired),
            ("other", complaints.days_other, complaints.repaired_other),
        ):
            solved = opened + np.ceil(days).astype(int)
            lift = problems.drop[rows] * share * service.faded(self.world, solved - day[rows])
            lifts[name] = (np.minimum(solved // 7 + 1, len(self.repairs) - 1), lift)
        week, lift = lifts["real"]
        np.add.at(self.repairs, (week[mine], who[mine]), lift[mine])
        trial = arms >= 0
        np.add.at(self.other_repairs, (week[trial], who[trial]), -lift[trial])
        week, lift = lifts["other"]
        np.add.at(self.other_repairs, (week[trial], who[trial]), lift[trial])
        gain = self.world.retail.service.quality_gain
        np.add.at(self.quality, who[mine], gain * ((complaints.arm == 1) * 1.0 - complaints.rejected)[mine])

    def _leave(self, week: int) -> None:
        """Let falls of satisfaction fade, then let the causes of leaving compete."""
        fading = service.faded(self.world, 7.0)
        self.shock = self.shock * fading + self.repairs[week]
        self.gap = self.gap * fading + self.other_repairs[week]
        satisfaction = self.people["satisfaction"].to_numpy() + self.shock
        self.satisfaction[week] = satisfaction
        day = 7 * week + self.calendar.days_in_week(week) - 1
        hazards = monthly_hazards(self.world, self.people, satisfaction, self.quality, self.extra_odds)
        chance = self.rng.random(len(self.people))
        leaves, cause = weekly_leaving(hazards, chance)
        at_once = (self.joined_week == week) & self.people["at_once"].to_numpy()
        leaves = (leaves & (self.joined_week < week)) | at_once
        self._leave_in_other_arm(satisfaction, chance, day)
        first = leaves & self.customer & ~self.second
        self.left_day[first] = np.where(at_once[first], self.joined[first], day)
        self.cause[first] = np.where(at_once[first], AT_ONCE, cause[first])
        again = leaves & self.customer & self.second & (self.second_start < 7 * week)
        self.second_left[again] = day
        self.customer &= ~(first | again)

    def _leave_in_other_arm(self, satisfaction: np.ndarray, chance: np.ndarray, day: int) -> None:
        """The same chance decides about leaving in the other arm of the recovery trial."""
        rows = np.flatnonzero(self.other_customer)
        if len(rows) == 0:
            return
        hazards = monthly_hazards(
            self.world,
            self.people.iloc[rows],
            satisfaction[rows] + self.gap[rows],
            self.quality[rows],
            self.extra_odds[rows],
        )
        leaves, _ = weekly_leaving(hazards, chance[rows])
        gone = rows[leaves & (self.recovery_day[rows] < day - 6)]
        self.other_customer[gone] = False
        self.other_left[gone] = day

    def finish(self) -> History:
        """Join the pieces."""
        return History(
            visits=self.visits.frame(),
            lines=self.lines.frame(),
            problems=self.problems.frame(),
            complaints=self.complaints.frame(),
            satisfaction=self.satisfaction,
            quality=self.quality,
            last_purchase=self.last_purchase,
            left_day=self.left_day,
            cause=self.cause,
            second_start=self.second_start,
            second_left=self.second_left,
            recovery_arm=self.recovery_arm,
            recovery_day=self.recovery_day,
            other_left=self.other_left,
            campaigns=self.running,
        )
