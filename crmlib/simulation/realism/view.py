"""A simulated firm, prepared for measuring: what several statistics need is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from crmlib.simulation.parameters import Parameter, Simulated

YEAR = pd.Timedelta(days=365)


class View:
    """Tables and truth of a firm, and some joins of them."""

    def __init__(self, simulated: Simulated) -> None:
        self.tables: Mapping[str, pd.DataFrame] = simulated.tables
        self.truth: Mapping[str, pd.DataFrame] = simulated.truth
        self.parameters: tuple[Parameter, ...] = simulated.parameters

    @cached_property
    def last_day(self) -> pd.Timestamp:
        """Last day with a receipt."""
        return self.tables["receipts"]["purchased_at"].max().normalize()

    @cached_property
    def member_receipts(self) -> pd.DataFrame:
        """Receipts with a card."""
        receipts = self.tables["receipts"]
        return receipts[receipts["customer_id"].notna()].astype({"customer_id": "int64"})

    def in_last_year(self, receipts: pd.DataFrame) -> pd.DataFrame:
        """Receipts of the last 365 days."""
        return receipts[receipts["purchased_at"] > self.last_day - YEAR + pd.Timedelta(days=1)]

    @cached_property
    def invited(self) -> pd.DataFrame:
        """Invitations of customers (not gone) who can be followed for a year.

        Columns: customer_id, invited_on, answered (bool), satisfaction and intention (that are or would
        have been given), satisfied (4 or 5), competition, stays (truth: still a customer 365 days later).
        """
        surveys = self.tables["surveys"][["survey_id", "customer_id", "invited_on", "answered_on"]]
        scores = self.truth["surveys"][["survey_id", "satisfaction", "intention"]]
        members = self.truth["members"][["customer_id", "left_on", "competition"]]
        table = surveys.merge(scores, on="survey_id").merge(members, on="customer_id")
        here = table["left_on"].isna() | (table["left_on"] > table["invited_on"])
        table = table[here & (table["invited_on"] + YEAR <= self.last_day)]
        stays = table["left_on"].isna() | (table["left_on"] > table["invited_on"] + YEAR)
        table = table.assign(
            stays=stays, satisfied=table["satisfaction"] >= 4, answered=table["answered_on"].notna()
        )
        return table.drop(columns=["answered_on", "left_on"])

    @cached_property
    def purchases_after(self) -> np.ndarray:
        """Receipts of each row of `invited` in the year after the invitation."""
        mine, table, scale = self.member_receipts, self.invited, 1 << 16
        start = mine["purchased_at"].min().normalize()

        def keys(customer: pd.Series, at: pd.Series) -> np.ndarray:
            return np.asarray(customer.to_numpy() * scale + (at - start).dt.days.to_numpy())

        sorted_keys = np.sort(keys(mine["customer_id"], mine["purchased_at"]))
        first = keys(table["customer_id"], table["invited_on"])
        return np.searchsorted(sorted_keys, first + 365) - np.searchsorted(sorted_keys, first)

    @cached_property
    def first_lifetimes(self) -> pd.DataFrame:
        """Members who did not leave at once: days (to leaving or to the end of the history), left (bool)."""
        members = self.tables["members"].merge(self.truth["members"], on="customer_id")
        members = members[members["leaving_cause"].astype("string").fillna("") != "at_once"]
        until = members["left_on"].fillna(self.last_day)
        return pd.DataFrame(
            {"days": (until - members["joined_on"]).dt.days, "left": members["left_on"].notna()}
        )

    def outcomes(self, kind: str) -> pd.DataFrame:
        """True outcomes of the campaign of this kind: customer_id, arm, bought, amount_cny."""
        campaigns, outcomes = self.tables["campaigns"], self.truth["outcomes"]
        number = campaigns.loc[campaigns["kind"] == kind, "campaign_id"].iloc[0]
        return outcomes[outcomes["campaign_id"] == number]
