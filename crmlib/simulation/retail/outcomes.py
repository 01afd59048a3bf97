"""What each campaign did, and what it would have done: contacts, and outcomes under every arm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of, label
from crmlib.simulation.retail.baskets import FEN
from crmlib.simulation.retail.campaigns import (
    ALL_ONE_STRATUM,
    ARMS,
    DOUBLE_POINTS,
    LEGACY,
    NAMES,
    OFFER,
    RECOVERY,
    STRATA,
    WIN_BACK,
    Campaign,
)
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.state import BASE, EXTRA, MemberHistory
from crmlib.simulation.world.worlds import World

WITH_OFFER = ("coupon", "double_points", "price", "upgrade", "both")
WITH_UPGRADE = ("upgrade", "both")
OPENED_IF_GONE = 0.5  # messages opened by those who have left, against customers


def tell_contacts(
    chain: Chain, history: MemberHistory, visits: pd.DataFrame, first_customer: int, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `contacts`: one row a member in a campaign (of the legacy mailing only those mailed).

    visits: numbered, of members.
    """
    parts = [_contacts_of(chain, running, visits, rng) for running in history.campaigns.values()]
    parts.append(_recovery_contacts(chain, history))
    contacts = pd.concat(parts, ignore_index=True)
    contacts["customer_id"] = first_customer + contacts.pop("person")
    return contacts.sort_values(["campaign_id", "customer_id"], ignore_index=True)


def _contacts_of(
    chain: Chain, running: Campaign, visits: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Contacts of one campaign, with cost and redemption."""
    world, names = chain.world, np.array(ARMS[running.number])
    person = np.flatnonzero(running.arm >= (1 if running.number == LEGACY else 0))
    arm, comes = running.arm[person], running.comes()[person]
    contacted = arm > 0
    share = world.retail.campaigns.opened_share * np.where(running.returns[person], OPENED_IF_GONE, 1.0)
    opened = (rng.random(len(person)) < share) | comes
    has_offer = np.isin(names[arm], WITH_OFFER)
    stratum = np.array(STRATA)[running.stratum[person]] if NAMES[running.number][3] else [pd.NA] * len(person)
    return pd.DataFrame(
        {
            "campaign_id": running.number + 1,
            "person": person,
            "arm": names[arm],
            "stratum": pd.array(stratum, dtype="string"),
            "contacted_on": chain.calendar.optional_dates(np.full(len(person), running.first), contacted),
            "cost_cny": np.where(contacted, _cost_contacts(world, running, visits)[person], 0.0).round(2),
            "opened": pd.arrays.BooleanArray(opened, ~contacted),
            "redeemed": pd.arrays.BooleanArray(_redeems(world, running, visits)[person], ~has_offer),
        }
    )


def _in_window(running: Campaign, visits: pd.DataFrame) -> pd.DataFrame:
    """Visits of members in the campaign within its outcome window."""
    mine = visits[
        (visits["day"] >= running.first) & (visits["day"] < running.end) & (visits["kind"] <= EXTRA)
    ]
    return mine[running.arm[mine["person"].to_numpy()] >= 0]


def _redeems(world: World, running: Campaign, visits: pd.DataFrame) -> np.ndarray:
    """Members who use the offer of their arm: coupon used, doubled points earned, or simply back."""
    cuts = running.discounts(world)[running.arm]
    bought = np.zeros(len(running.arm), dtype=bool)
    bought[_in_window(running, visits)["person"].to_numpy()] = True
    doubled = (running.number == OFFER) & (running.arm == DOUBLE_POINTS)
    return np.where(cuts > 0, running.used_coupon, np.where(doubled, bought, running.comes()))


def _cost_contacts(world: World, running: Campaign, visits: pd.DataFrame) -> np.ndarray:
    """Yuan spent on each member: the contact, the discount that was used, the upgrade."""
    costs, names = world.retail.costs, np.array(ARMS[running.number])[running.arm]
    mine = _in_window(running, visits)
    discount = np.bincount(mine["person"], weights=mine["discount"] / FEN, minlength=len(running.arm))
    discount = np.where(running.discounts(world)[running.arm] > 0, discount, 0.0)
    contact = costs.win_back_contact_cny if running.number == WIN_BACK else costs.contact_cny
    upgrade = np.isin(names, WITH_UPGRADE) & running.comes()
    return np.asarray(contact + discount + costs.upgrade_cny * upgrade)


def _recovery_contacts(chain: Chain, history: MemberHistory) -> pd.DataFrame:
    """Members in the trial of recovery speed: those who complained while it ran."""
    person = np.flatnonzero(history.recovery_arm >= 0)
    arm, nothing = history.recovery_arm[person], np.zeros(len(person), dtype=bool)
    return pd.DataFrame(
        {
            "campaign_id": RECOVERY + 1,
            "person": person,
            "arm": np.array(ARMS[RECOVERY])[arm],
            "stratum": pd.array([ALL_ONE_STRATUM] * len(person), dtype="string"),
            "contacted_on": chain.calendar.dates(history.recovery_day[person]),
            "cost_cny": np.where(arm == 1, chain.world.retail.costs.fast_cny, 0.0),
            "opened": pd.arrays.BooleanArray(nothing, ~nothing),
            "redeemed": pd.arrays.BooleanArray(nothing, ~nothing),
        }
    )


def tell_outcomes(chain: Chain, history: MemberHistory, first_customer: int) -> pd.DataFrame:
    """The table `truth.outcomes`: what each member in a campaign buys in its window under every arm.

    All arms share the same chance (common random numbers): usual visits are the same visits, the extra visit
    has the same day and basket; only whether it happens, what is kept away and the discount differ.
    """
    parts = [outcomes_of(chain.world, history, running) for running in history.campaigns.values()]
    parts.append(_recovery_outcomes(chain.world, history))
    outcomes = pd.concat(parts, ignore_index=True)
    levels = list(dict.fromkeys(name for arms in ARMS.values() for name in arms))
    codes = {name: code for code, name in enumerate(levels)}
    outcomes["arm"] = label(outcomes["arm"].map(codes).to_numpy(dtype=np.int64), levels)
    outcomes["customer_id"] = first_customer + outcomes.pop("person")
    return outcomes.sort_values(["campaign_id", "customer_id", "arm"], ignore_index=True)


def outcomes_of(world: World, history: MemberHistory, running: Campaign) -> pd.DataFrame:
    """Every member of one campaign in each of its arms: campaign_id, person, arm, bought, amount_cny."""
    mine = _in_window(running, history.visits)
    visits = arrays_of(mine)
    person, extra = visits["person"], visits["campaign"] == running.number
    members, come = np.flatnonzero(running.arm >= 0), running.would_come()
    parts = []
    for arm, name in enumerate(ARMS[running.number]):
        present = np.where(extra, come[arm][person], visits["alive"] & ~running.kept_away[arm][person])
        present = np.where(running.returns[person], come[arm][person], present)
        amount = visits["goods"] - _discounts(world, running, arm, visits, present)
        spent = np.bincount(person[present], weights=amount[present] / FEN, minlength=len(running.arm))
        bought = np.bincount(person[present], minlength=len(running.arm)) > 0
        table = {"campaign_id": running.number + 1, "person": members, "arm": name}
        parts.append(
            pd.DataFrame({**table, "bought": bought[members], "amount_cny": spent[members].round(2)})
        )
    return pd.concat(parts, ignore_index=True)


def _discounts(world: World, running: Campaign, arm: int, visits: Arrays, present: np.ndarray) -> np.ndarray:
    """Discount in fen of each visit in this arm: the coupon is used once, by the same rule as at the till."""
    cut = running.discounts(world)[arm]
    discount = np.zeros(len(present), dtype=np.int64)
    if cut > 0:
        spontaneous = (visits["kind"] == BASE) & (visits["luck"] < world.retail.campaigns.coupon_used)
        rows = np.flatnonzero(present & (spontaneous | (visits["campaign"] == running.number)))
        rows = rows[np.unique(visits["person"][rows], return_index=True)[1]]
        discount[rows] = np.rint(visits["goods"][rows] * cut)
    return discount


def _recovery_outcomes(world: World, history: MemberHistory) -> pd.DataFrame:
    """Bought and amount after a complaint, handled as it was and as it might have been."""
    members = np.flatnonzero(history.recovery_arm >= 0)
    visits = history.visits[history.visits["kind"] <= EXTRA]
    day, start = visits["day"].to_numpy(), history.recovery_day[visits["person"].to_numpy()]
    visits = visits[(day > start) & (day < start + world.retail.campaigns.recovery_days)]
    real = visits["happens"].to_numpy()
    other = visits["day"].to_numpy() <= history.other_left[visits["person"].to_numpy()]
    parts = []
    for present, arm in ((real, history.recovery_arm), (other, 1 - history.recovery_arm)):
        rows = visits[present]
        amount = (rows["goods"] - rows["discount"]) / FEN
        spent = np.bincount(rows["person"], weights=amount, minlength=len(arm))[members]
        bought = np.bincount(rows["person"], minlength=len(arm))[members] > 0
        table = {
            "campaign_id": RECOVERY + 1,
            "person": members,
            "arm": np.array(ARMS[RECOVERY])[arm[members]],
        }
        parts.append(pd.DataFrame({**table, "bought": bought, "amount_cny": spent.round(2)}))
    return pd.concat(parts, ignore_index=True)
