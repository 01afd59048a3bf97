"""What the firm writes down of its members, and who brought whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, label, optional_ids
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.people import CHANNELS
from crmlib.simulation.retail.state import MemberHistory

GENDERS = ("female", "male")
REFERRAL_BY_QUALITY, REFERRAL_BY_SATISFACTION = 0.5, 0.7  # log odds of being the one who refers


def tell_members(chain: Chain, people: Arrays, referrer: np.ndarray, first_id: int) -> pd.DataFrame:
    """The table `members`. referrer: row of the member who recommended the card, −1 if nobody did."""
    activated = people["activated"]
    return pd.DataFrame(
        {
            "customer_id": first_id + np.arange(len(activated)),
            "joined_on": chain.calendar.dates(people["joined"]),
            "activated_on": chain.calendar.optional_dates(activated, activated >= 0),
            "birth_year": people["birth_year"],
            "birth_month": people["birth_month"],
            "gender": label((~people["female"]).astype(int), GENDERS),
            "home_store_id": chain.stores["store_id"].to_numpy()[people["home"]],
            "join_channel": label(people["channel"], CHANNELS),
            "fee_cny": chain.world.retail.joining.fee_cny,
            "referred_by": optional_ids(first_id + referrer, referrer >= 0),
        }
    )


def choose_referrers(people: Arrays, history: MemberHistory, rng: np.random.Generator) -> np.ndarray:
    """Who recommended the card to each member who joined by referral; −1 for the others.

    A referrer joined earlier and was still a customer. Close, satisfied and frequent customers refer more:
    that is word of mouth in this world. Where nobody fits after some tries, the referrer stays unknown.
    """
    joined = people["joined"]
    liking = REFERRAL_BY_QUALITY * people["quality"] + REFERRAL_BY_SATISFACTION * people["satisfaction"]
    limits = np.cumsum(np.exp(liking) * people["rate"])
    referrer = np.full(len(joined), -1)
    seeking = np.flatnonzero(people["referred"])
    for _ in range(12):  # draw again where the candidate had left
        earlier = np.searchsorted(joined, joined[seeking], side="left")
        reach = np.where(earlier > 0, limits[earlier - 1], 0.0)
        candidate = np.searchsorted(limits, rng.random(len(seeking)) * reach, side="right")
        candidate = np.minimum(candidate, len(joined) - 1)
        fits = (candidate < earlier) & history.is_customer(candidate, joined[seeking])
        referrer[seeking[fits]] = candidate[fits]
        seeking = seeking[~fits]
    return referrer
