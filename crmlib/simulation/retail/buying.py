"""At the till: baskets, coupons, points; and what the firm learns about its members there."""

from __future__ import annotations

import numpy as np

from crmlib.simulation.columns import Arrays
from crmlib.simulation.retail.baskets import fill_baskets
from crmlib.simulation.retail.campaigns import DOUBLE_POINTS, OFFER, WIN_BACK
from crmlib.simulation.retail.points import base_points, is_activated, is_birth_month
from crmlib.simulation.retail.state import BASE, EXTRA, RING, State

TRAITS = ("basket", "sensitivity", "age_group", "group", "taste")


def buy(state: State, week: int, visits: Arrays) -> None:
    """Fill the baskets of the week's visits and let them pay. Adds to visits (money in fen):

    goods (before coupons), cost, group (goods in the own product group), first_line, discount (coupon),
    redeemed (points), double (points doubled by a campaign), returned (some of it will come back), points
    (earned).
    """
    chain, person = state.chain, visits["person"]
    traits = {name: state.everyone[name][person] for name in TRAITS}
    lines, totals = fill_baskets(chain.world, chain.assortment, week, traits, state.rng)
    visits["goods"], visits["cost"] = totals.goods, totals.cost
    visits["group"], visits["first_line"] = totals.group, totals.first_line
    visits["discount"] = _grant_coupons(state, visits)
    rows = np.flatnonzero(visits["happens"] & (visits["kind"] <= EXTRA))  # receipts with a card
    visits["redeemed"] = _redeem_points(state, visits, rows)
    visits["double"] = _mark_double_points(state, visits, rows)
    visits["returned"] = state.rng.random(len(person)) < chain.world.retail.service.return_share
    visits["points"] = _earn_points(state, visits, rows)
    _remember(state, week, visits, rows)
    state.lines.add(
        {
            "visit": lines.visit + state.visits.rows,
            "product": lines.product,
            "quantity": lines.quantity,
            "price": lines.price,
            "promoted": lines.promoted,
        }
    )


def _grant_coupons(state: State, visits: Arrays) -> np.ndarray:
    """Discount in fen, once a member: on the visit that the coupon caused, or on a usual one by chance."""
    discount = np.zeros(len(visits["person"]), dtype=np.int64)
    world = state.chain.world
    spontaneous = (visits["kind"] == BASE) & (visits["luck"] < world.retail.campaigns.coupon_used)
    for number, running in state.campaigns.items():
        cuts = running.discounts(world)
        in_window = visits["happens"] & (visits["day"] >= running.first) & (visits["day"] < running.end)
        rows = np.flatnonzero(in_window & (spontaneous | (visits["campaign"] == number)))
        who = visits["person"][rows]
        arm = running.arm[who]
        rows = rows[(arm >= 0) & (cuts[arm] > 0) & ~running.used_coupon[who]]
        rows = rows[np.unique(visits["person"][rows], return_index=True)[1]]
        who = visits["person"][rows]
        running.used_coupon[who] = True
        discount[rows] = np.rint(visits["goods"][rows] * cuts[running.arm[who]])
    return discount


def _redeem_points(state: State, visits: Arrays, rows: np.ndarray) -> np.ndarray:
    """Points paid with at each visit: by activated, attentive members, in stores only (F-17)."""
    who, day = visits["person"][rows], visits["day"][rows]
    wants = state.people["attentive"][who] & is_activated(state.people, who, day) & ~visits["online"][rows]
    wants &= state.rng.random(len(rows)) < state.chain.world.retail.points.redeem_share
    redeemed = np.zeros(len(visits["person"]), dtype=np.int64)
    redeemed[rows] = state.accounts.redeem(who, wants, (visits["goods"] - visits["discount"])[rows])
    return redeemed


def _mark_double_points(state: State, visits: Arrays, rows: np.ndarray) -> np.ndarray:
    """Receipts that earn double points because of the offer trial."""
    double = np.zeros(len(visits["person"]), dtype=bool)
    running = state.campaigns.get(OFFER)
    if running is not None:
        day = visits["day"][rows]
        in_window = (day >= running.first) & (day < running.end)
        double[rows] = in_window & (running.arm[visits["person"][rows]] == DOUBLE_POINTS)
    return double


def _earn_points(state: State, visits: Arrays, rows: np.ndarray) -> np.ndarray:
    """Points that each receipt earns; they count in the account unless some of the goods will come back."""
    who, day = visits["person"][rows], visits["day"][rows]
    world, people = state.chain.world, state.people
    birth = is_birth_month(state.chain.calendar, people, who, day)
    points = base_points(world, (visits["goods"] - visits["discount"])[rows]) * (
        1 + birth + visits["double"][rows]
    )
    points += base_points(world, visits["group"][rows]) * is_activated(people, who, day)
    booked = visits["dispatched"][rows] + world.retail.points.booking_days
    state.accounts.earn(who, booked, points * ~visits["returned"][rows])
    earned = np.zeros(len(visits["person"]), dtype=np.int64)
    earned[rows] = points
    return earned


def _remember(state: State, week: int, visits: Arrays, rows: np.ndarray) -> None:
    """Spending and last purchase of each member; who had left and comes now begins a second lifetime."""
    who, day = visits["person"][rows], visits["day"][rows]
    yuan = (visits["goods"] - visits["discount"])[rows] / 100
    state.spending[week % RING] = np.bincount(who, weights=yuan, minlength=len(state.customer))
    np.maximum.at(state.last_purchase, who, day)
    running = state.campaigns.get(WIN_BACK)
    back = (visits["kind"][rows] == EXTRA) & ~state.customer[who]
    if running is None or not back.any():
        return
    rule, who = state.chain.world.retail, who[back]
    state.customer[who], state.second[who] = True, True
    state.second_start[who] = day[back]
    state.shock[who] = 0.0
    state.extra_odds[who] = (
        rule.leaving.second_hazard + np.array(rule.campaigns.win_back_hazard)[running.arm[who]]
    )
