"""What each campaign did, and what it would have done: contacts, and outcomes under every arm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation import retail_campaigns as campaigns
from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_campaigns import ARMS, Campaign
from crmlib.simulation.retail_history import BASE, EXTRA, NEVER, History
from crmlib.simulation.world import World


def tell_contacts(
    world: World,
    calendar: Calendar,
    history: History,
    visits: pd.DataFrame,
    people: pd.DataFrame,
    first_customer: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `contacts`: one row a member in a campaign (of the legacy mailing only those mailed)."""
    parts = [
        _contacts_of(world, calendar, history, running, visits, people, rng)
        for running in history.campaigns.values()
    ]
    if (history.recovery_arm >= 0).any():
        parts.append(_recovery_contacts(world, calendar, history))
    contacts = pd.concat(parts, ignore_index=True)
    contacts["customer_id"] = first_customer + contacts.pop("person")
    return contacts.sort_values(["campaign_id", "customer_id"], ignore_index=True)


def _contacts_of(
    world: World,
    calendar: Calendar,
    history: History,
    running: Campaign,
    visits: pd.DataFrame,
    people: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Contacts of one campaign, with cost and redemption."""
    arms, costs = ARMS[running.number], world.retail.costs
    listed = running.arm >= (1 if running.number == campaigns.LEGACY else 0)
    person = np.flatnonzero(listed)
    arm = running.arm[person]
    contacted = arm > 0
    gone = running.returns[person]
    opens = rng.random(len(person)) < world.retail.campaigns.opened_share * np.where(gone, 0.5, 1.0)
    comes = running.comes()[person]
    discount = np.zeros(len(running.arm))
    mine = visits[visits["carded"] & (visits["day"] >= running.first) & (visits["day"] < running.end)]
    np.add.at(discount, mine["person"].to_numpy(), mine["discount"].to_numpy() / 100)
    offers = _offer_arms(running.number)[arm]
    used = np.where(running.discounts(world)[arm] > 0, running.used_coupon[person], comes)
    bought = np.isin(person, mine["person"].to_numpy())
    if running.number == campaigns.OFFER:
        used = np.where(arm == 3, bought, used)
    per_contact = costs.win_back_contact_cny if running.number == campaigns.WIN_BACK else costs.contact_cny
    upgrade = (
        np.isin(arm, (3, 4)) * comes * costs.upgrade_cny if running.number == campaigns.WIN_BACK else 0.0
    )
    cost = np.where(
        contacted, per_contact + discount[person] * (running.discounts(world)[arm] > 0) + upgrade, 0.0
    )
    redeemed = pd.array(used.astype(bool), dtype="boolean")
    redeemed[~(offers & contacted)] = pd.NA
    opened = pd.array(opens | comes, dtype="boolean")
    opened[~contacted] = pd.NA
    stratum = running.stratum[person] if campaigns.NAMES[running.number][3] else np.full(len(person), None)
    return pd.DataFrame(
        {
            "campaign_id": running.number + 1,
            "person": person,
            "arm": np.array(arms)[arm],
            "stratum": stratum,
            "contacted_on": calendar.optional_dates(np.full(len(person), running.first), contacted),
            "cost_cny": np.round(cost, 2),
            "opened": opened,
            "redeemed": redeemed,
        }
    )


def _offer_arms(number: int) -> np.ndarray:
    """Arms that hold something to redeem."""
    return np.isin(ARMS[number], ("coupon", "double_points", "price", "upgrade", "both"))


def _recovery_contacts(world: World, calendar: Calendar, history: History) -> pd.DataFrame:
    """Members in the trial of recovery speed: those who complained while it ran."""
    person = np.flatnonzero(history.recovery_arm >= 0)
    arm = history.recovery_arm[person]
    empty = pd.array([pd.NA] * len(person), dtype="boolean")
    return pd.DataFrame(
        {
            "campaign_id": campaigns.RECOVERY + 1,
            "person": person,
            "arm": np.array(ARMS[campaigns.RECOVERY])[arm],
            "stratum": "all complaints",
            "contacted_on": calendar.dates(history.recovery_day[person]),
            "cost_cny": np.where(arm == 1, world.retail.costs.fast_cny, 0.0),
            "opened": empty,
            "redeemed": empty,
        }
    )


def tell_outcomes(world: World, history: History, people: pd.DataFrame, first_customer: int) -> pd.DataFrame:
    """The table `truth.outcomes`: what each member in a campaign buys in its window under every arm.

    Every arm shares the same chance (common random numbers): usual visits are the same visits, the extra visit has the
    same day and basket; only whether it happens, what is suppressed and the discount differ.
    """
    parts = [outcomes_of(world, history, running) for running in history.campaigns.values()]
    if (history.recovery_arm >= 0).any():
        parts.append(_recovery_outcomes(world, history))
    outcomes = pd.concat(parts, ignore_index=True)
    outcomes["customer_id"] = first_customer + outcomes.pop("person")
    return outcomes.sort_values(["campaign_id", "customer_id", "arm"], ignore_index=True)


def outcomes_of(world: World, history: History, running: Campaign) -> pd.DataFrame:
    """Bought and amount of every member of one campaign in each of its arms: campaign_id, person, arm, bought, amount_cny."""
    visits = history.visits
    window = (visits["day"] >= running.first) & (visits["day"] < running.end)
    mine = visits[window & (visits["kind"] <= EXTRA)]
    person = mine["person"].to_numpy()
    mine, person = mine[running.arm[person] >= 0], person[running.arm[person] >= 0]
    extra = (mine["campaign"] == running.number).to_numpy()
    members = np.flatnonzero(running.arm >= 0)
    come = running.would_come()
    usual = mine["alive"].to_numpy()
    parts = []
    for arm, name in enumerate(ARMS[running.number]):
        present = np.where(extra, come[arm][person], usual & ~running.kept_away[arm][person])
        present = np.where(running.returns[person], come[arm][person], present)
        amount = mine["goods"].to_numpy() - _discounts(world, running, arm, mine, person, extra, present)
        spent = np.bincount(person[present], weights=amount[present], minlength=len(running.arm))
        bought = np.bincount(person[present], minlength=len(running.arm)) > 0
        parts.append(
            pd.DataFrame(
                {
                    "campaign_id": running.number + 1,
                    "person": members,
                    "arm": name,
                    "bought": bought[members],
                    "amount_cny": (spent[members] / 100).round(2),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _discounts(
    world: World,
    running: Campaign,
    arm: int,
    mine: pd.DataFrame,
    person: np.ndarray,
    extra: np.ndarray,
    present: np.ndarray,
) -> np.ndarray:
    """Discount in fen of each visit in this arm: the coupon is used once, as in the real arm."""
    cut = running.discounts(world)[arm]
    discount = np.zeros(len(mine), dtype=np.int64)
    if cut == 0:
        return discount
    used = mine["luck"].to_numpy() < world.retail.campaigns.coupon_used
    rows = np.flatnonzero(present & (extra | (used & (mine["kind"] == BASE).to_numpy())))
    rows = rows[np.unique(person[rows], return_index=True)[1]]
    discount[rows] = np.rint(mine["goods"].to_numpy()[rows] * cut)
    return discount


def _recovery_outcomes(world: World, history: History) -> pd.DataFrame:
    """Bought and amount after a complaint, handled as it was and as it might have been."""
    members = np.flatnonzero(history.recovery_arm >= 0)
    count = len(history.recovery_arm)
    visits = history.visits
    person = np.where(visits["kind"] <= EXTRA, visits["person"], 0)
    day = visits["day"].to_numpy()
    start = history.recovery_day[person]
    mine = (visits["kind"] <= EXTRA) & (start < NEVER) & (day > start)
    mine &= day < start + world.retail.campaigns.recovery_days
    parts = []
    for same in (True, False):
        present = mine & (visits["happens"] if same else (day <= history.other_left[person]))
        rows = np.flatnonzero(present)
        amount = (visits["goods"] - visits["discount"]).to_numpy()[rows] / 100
        spent = np.bincount(person[rows], weights=amount, minlength=count)
        bought = np.bincount(person[rows], minlength=count) > 0
        arm = history.recovery_arm[members] if same else 1 - history.recovery_arm[members]
        parts.append(
            pd.DataFrame(
                {
                    "campaign_id": campaigns.RECOVERY + 1,
                    "person": members,
                    "arm": np.array(ARMS[campaigns.RECOVERY])[arm],
                    "bought": bought[members],
                    "amount_cny": spent[members].round(2),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
