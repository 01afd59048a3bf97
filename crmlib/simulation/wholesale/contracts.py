"""Framework contracts, and the rights to supply that are won by tender (C-08)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import levels
from crmlib.simulation.draws import Bools, Dates, Ints
from crmlib.simulation.wholesale.accounts import TENDER, Accounts
from crmlib.simulation.wholesale.calendar import MonthCalendar
from crmlib.simulation.wholesale.months import KEPT, Setting
from crmlib.simulation.world.worlds import World


def draw_terms(world: World, calendar: MonthCalendar, accounts: Accounts, rng: np.random.Generator) -> Ints:
    """Months (counted from the first) in which framework contracts begin, as accounts × terms; −99 for none.

    The first term may have begun up to a term before the data; the next ones follow while it is renewed.
    """
    terms = world.wholesale.terms
    count, length = len(accounts.need), terms.framework_months
    has = (rng.random(count) < np.array(terms.framework)[accounts.segment]) & (accounts.style != TENDER)
    joined = (accounts.since_on.astype("datetime64[M]") - calendar.starts[0].astype("datetime64[M]")).astype(
        np.int64
    )
    first = np.maximum(rng.integers(0, length, count) - length, joined + 1)
    rounds = len(calendar.starts) // length + 2
    renewed = np.cumprod(rng.random((count, rounds - 1)) < terms.renewal, axis=1).astype(bool)
    kept = np.column_stack([np.ones(count, dtype=bool), renewed]) & has[:, None]
    begins = first[:, None] + length * np.arange(rounds)[None, :]
    return np.where(kept & (begins < len(calendar.starts)), begins, -99)


def months_under_contract(world: World, calendar: MonthCalendar, begins: Ints) -> Bools:
    """Accounts × months: True while a framework contract runs."""
    length = world.wholesale.terms.framework_months
    since = np.arange(len(calendar.starts))[None, None, :] - begins[:, :, None]
    return np.asarray(((since >= 0) & (since < length)).any(axis=1))


def draw_tender_months(accounts: Accounts, rng: np.random.Generator) -> Ints:
    """Calendar month (1 to 12) in which an account that buys by tender asks for bids; −1 for the others."""
    return np.where(accounts.style == TENDER, rng.integers(1, 13, len(accounts.need)), -1)


def list_contracts(setting: Setting, bids: pd.DataFrame, left_on: Dates) -> pd.DataFrame:
    """The table contracts: framework contracts signed in the data, and tenders won, in order of time."""
    world, calendar, accounts = setting.world, setting.calendar, setting.accounts
    terms = world.wholesale.terms
    who, term = np.nonzero(setting.terms >= 0)
    signed = calendar.starts[setting.terms[who, term]] + ((who * 7) % 20).astype("timedelta64[D]")
    frameworks = _make_contracts(
        world, accounts, who, signed, np.zeros(len(who)), terms.framework_months, "framework"
    )
    won = bids[(accounts.style[bids["who"].to_numpy()] == TENDER) & (bids["outcome"] == KEPT)]
    who, signed = won["who"].to_numpy(), won["offered_on"].to_numpy().astype("datetime64[D]") + 14
    half = won["cut"].to_numpy() / 2
    tenders = _make_contracts(world, accounts, who, signed, half, terms.tender_months, "tender")
    table = pd.concat([frameworks, tenders], ignore_index=True)
    who = table.pop("who").to_numpy()
    last_on = np.where(np.isnat(left_on), calendar.ends_on, left_on)
    table = table[table["signed_on"] < last_on[who]]
    table = table.sort_values(["signed_on", "customer_id"], kind="stable", ignore_index=True)
    table["contract_id"] = np.arange(1, len(table) + 1)
    return table


def _make_contracts(
    world: World, accounts: Accounts, who: Ints, signed: Dates, concession: np.ndarray, months: int, kind: str
) -> pd.DataFrame:
    ends = (signed.astype("datetime64[M]") + months).astype("datetime64[D]") + (
        signed - signed.astype("datetime64[M]").astype("datetime64[D]")
    )
    tonnes = months * accounts.need[who] * accounts.base_share[who] * world.wholesale.terms.contract_fill
    return pd.DataFrame(
        {
            "who": who,
            "customer_id": accounts.ids[who],
            "kind": pd.Categorical([kind] * len(who), categories=levels("contracts", "kind")),
            "signed_on": signed,
            "ends_on": ends - 1,
            "tonnes": np.maximum(np.round(tonnes), 1.0),
            "discount_share": np.round(accounts.discount[who] + concession, 3),
        }
    )
