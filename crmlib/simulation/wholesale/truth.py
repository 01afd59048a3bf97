"""What is true of Northport's accounts and cannot be seen in its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Floats
from crmlib.simulation.wholesale.bonds import fade_of_bonds
from crmlib.simulation.wholesale.months import AccountHistory, Setting

REFERENCE_CUT = 0.08


def list_true_accounts(setting: Setting, plan: Floats, history: AccountHistory) -> pd.DataFrame:
    """The table truth.accounts; protections are those at a price cut of 8 %."""
    world, calendar, accounts = setting.world, setting.calendar, setting.accounts
    left_on = history.left_on(calendar)
    guard = accounts.protections * fade_of_bonds(world, np.array([REFERENCE_CUT]))
    first = np.clip(np.searchsorted(calendar.starts, accounts.since_on, side="right") - 1, 0, None)
    numbers = {
        "needed_tonnes_per_month": accounts.need,
        "wallet_share_at_start": history.share[np.arange(len(first)), first],
        "wallet_share_at_end": np.where(np.isnat(left_on), history.share[:, -1], 0),
        "price_sensitivity": accounts.price_sensitivity,
        "relationship_quality": accounts.quality,
        "visit_effect": accounts.visit_effect,
        "visit_elasticity": accounts.visit_effect * plan / (1 + plan),
        "financial_protection": guard[:, 0],
        "social_protection": guard[:, 1],
        "structural_protection": guard[:, 2],
        "fit_effect": np.full(len(first), world.wholesale.types.fit_share),
    }
    table = pd.DataFrame(numbers).round(6)
    table.insert(0, "customer_id", accounts.ids)
    table["fitting_type"] = label(accounts.fitting_type, levels("truth.accounts", "fitting_type"))
    table["left_on"] = left_on
    table["leaving_cause"] = label(
        history.cause, levels("truth.accounts", "leaving_cause"), known=~np.isnat(left_on)
    )
    return table
