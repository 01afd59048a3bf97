"""A randomised campaign and its arms: who was in it, who was left alone, and until when outcomes count.

Every trial of the course is found here: which offer pays (chapter 1), what an extra customer costs (4),
whether speed helps and who can be won back (5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.customers.ledger import COURSE_RULES
from crmlib.tables.dictionary import TABLES
from crmlib.tables.options import read_choice, read_names
from crmlib.tables.take import take_columns

CONTROL = "control"  # the arm that is never contacted
KINDS = tuple(kind for kind in TABLES["campaigns"].columns["kind"].levels if kind.endswith("_trial"))


@dataclass(frozen=True, eq=False)
class Campaign:
    """One randomised campaign: its number, its window, and its customers with their arms.

    start, end: first moment of the window in which outcomes count, and the first one after it. rows: one row
    a customer, campaign_id, customer_id, arm and the columns that were asked for.
    """

    number: int
    start: pd.Timestamp
    end: pd.Timestamp
    rows: pd.DataFrame

    @property
    def days(self) -> int:
        """Length of the window in days."""
        return int((self.end - self.start).days)


def find_campaign(
    contacts: pd.DataFrame,
    campaigns: pd.DataFrame,
    kind: str,
    *,
    arms: Sequence[str] = (CONTROL,),
    columns: Sequence[str] = (),
) -> Campaign:
    """The one campaign of a kind in which chance decided who got what, with the customers of its arms.

    contacts: campaign_id, customer_id, arm, and the further columns. campaigns: campaign_id, kind,
    randomised, started_on, outcome_days. arms: those that may not be missing. Raises TableError for wrong
    columns or a customer twice, ValueError for an unknown kind, without exactly one such campaign, or if one
    of the arms has no customers.

    >>> campaigns = pd.DataFrame({"campaign_id": [5], "kind": ["offer_trial"], "randomised": [True],
    ...                           "started_on": [pd.Timestamp("2025-08-01")], "outcome_days": [60]})
    >>> contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2], "arm": ["control", "coupon"]})
    >>> trial = find_campaign(contacts, campaigns, "offer_trial")
    >>> str(trial.end.date()), len(trial.rows)
    ('2025-09-30', 2)
    >>> find_campaign(contacts.tail(1), campaigns, "offer_trial")
    Traceback (most recent call last):
    ...
    ValueError: contacts: campaign 5 has no customers in the arm control (found: coupon), so it shows no ...
    """
    read_choice(kind, "find_campaign: kind", KINDS)
    arms = read_names(arms, "find_campaign: arms")
    wanted = ["campaign_id", "kind", "randomised", "started_on", "outcome_days"]
    plans = take_columns(campaigns, "campaigns", wanted)
    plans = plans[plans["kind"] == kind]
    if len(plans) != 1 or not plans["randomised"].iloc[0]:
        raise ValueError(
            f"campaigns: {len(plans)} of kind {kind}, expected one in which chance decided who got what."
        )
    plan = plans.iloc[0]
    keys = ["campaign_id", "customer_id"]
    rows = take_columns(contacts, "contacts", [*keys, "arm", *columns], unique=keys)
    rows = rows[rows["campaign_id"] == plan["campaign_id"]].reset_index(drop=True)
    found = set(rows["arm"].astype(str))
    missing = [arm for arm in arms if arm not in found]
    if missing:
        raise ValueError(
            f"contacts: campaign {plan['campaign_id']} has no customers in the arm{'s' * (len(missing) > 1)} "
            f"{', '.join(missing)} (found: {', '.join(sorted(found)) or 'none'}), so it shows no effect. "
            "Take contacts and campaigns from the same firm, unfiltered."
        )
    end = plan["started_on"] + pd.Timedelta(days=int(plan["outcome_days"]))
    return Campaign(int(plan["campaign_id"]), plan["started_on"], end, rows)


def cost_of_given_points(campaign: Campaign, points: pd.DataFrame | None) -> NDArray[np.float64]:
    """Value of the points that a campaign gave to each customer of the double-points arm, in yuan.

    points: the ledger, customer_id, booked_on, kind, points; without it, nothing is counted. A bonus is
    booked after its purchase, so a week more than the booking takes is looked at.
    """
    rows = campaign.rows
    if points is None:
        return np.zeros(len(rows))
    booked = take_columns(points, "points", ["customer_id", "booked_on", "kind", "points"])
    late = campaign.end + pd.Timedelta(days=COURSE_RULES.booking_days + 7)
    booked = booked[(booked["kind"] == "campaign") & booked["booked_on"].between(campaign.start, late)]
    given = booked.groupby("customer_id")["points"].sum()
    value = rows["customer_id"].map(given).fillna(0).to_numpy(dtype=float) / COURSE_RULES.points_per_yuan
    return np.where(rows["arm"] == "double_points", value, 0.0)
