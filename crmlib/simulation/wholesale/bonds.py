"""What bonds at the three levels take off the odds of losing an account to a rival's price cut (J-04)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Bools, Floats, Ints, to_share
from crmlib.simulation.wholesale.accounts import Accounts
from crmlib.simulation.world.worlds import World


def fade_of_bonds(world: World, cut: Floats) -> Floats:
    """How much of each bond's protection is left at a price cut: columns financial, social, structural.

    A financial bond is itself a price and is matched step by step; a social bond holds against small cuts and
    breaks at deep ones; a structural bond does not ask about the price.

    >>> fade_of_bonds(World(), np.array([0.02, 0.08, 0.2])).round(2)
    array([[0.88, 0.98, 1.  ],
           [0.5 , 0.73, 1.  ],
           [0.  , 0.01, 1.  ]])
    """
    bonds = world.wholesale.bonds
    financial = np.clip(1 - cut / bonds.financial_reach, 0, 1)
    social = to_share((bonds.social_reach - cut) / bonds.social_width)
    return np.column_stack([financial, social, np.ones_like(financial)])


def protection(world: World, accounts: Accounts, who: Ints, cut: Floats) -> Floats:
    """What each bond takes, or would take, off the log odds of losing account ``who`` at this price cut."""
    return accounts.protections[who] * fade_of_bonds(world, cut)


def odds_without_bonds(world: World, accounts: Accounts, who: Ints, cut: Floats) -> Floats:
    """Log odds of losing a part or all of account ``who`` if it had no bond at all."""
    bonds = world.wholesale.bonds
    odds = bonds.loss_base + bonds.loss_by_cut * (cut - bonds.price_cut) * accounts.price_sensitivity[who]
    odds = (
        odds
        + np.array(bonds.loss_by_style)[accounts.style[who]]
        + bonds.loss_by_quality * accounts.quality[who]
    )
    return odds - world.wholesale.types.fit_protection * accounts.fits[who]


def odds_of_loss(world: World, accounts: Accounts, who: Ints, cut: Floats) -> Floats:
    """Log odds of losing a part or all of account ``who`` with the bonds that it has."""
    guarded = (accounts.bonds[who] * protection(world, accounts, who, cut)).sum(axis=1)
    return odds_without_bonds(world, accounts, who, cut) - guarded


def list_true_bids(world: World, accounts: Accounts, who: Ints, cut: Floats) -> pd.DataFrame:
    """The table truth.bids: the chance of losing, as it was, and with and without each bond."""
    base, guards = odds_without_bonds(world, accounts, who, cut), protection(world, accounts, who, cut)
    held = accounts.bonds[who]
    table = {
        "bid_id": np.arange(1, len(who) + 1),
        "loss_probability": to_share(base - (held * guards).sum(axis=1)),
        "loss_without_bonds": to_share(base),
    }
    for level, name in enumerate(("financial", "social", "structural")):
        for word, value in (("with", True), ("without", False)):
            table[f"loss_{word}_{name}"] = to_share(
                base - (_with_bond(held, level, value) * guards).sum(axis=1)
            )
    return pd.DataFrame(table).round(6)


def _with_bond(held: Bools, level: int, value: bool) -> Bools:
    changed = held.copy()
    changed[:, level] = value
    return changed


def list_bids(accounts: Accounts, bids: pd.DataFrame) -> pd.DataFrame:
    """The table competitor_bids, in order of time."""
    return pd.DataFrame(
        {
            "bid_id": np.arange(1, len(bids) + 1),
            "customer_id": accounts.ids[bids["who"].to_numpy()],
            "offered_on": bids["offered_on"],
            "rival": label(bids["rival"].to_numpy(), levels("competitor_bids", "rival")),
            "price_cut_share": bids["cut"],
            "tonnes": bids["tonnes"],
            "outcome": label(bids["outcome"].to_numpy(), levels("competitor_bids", "outcome")),
        }
    )
