"""Identify, differentiate, interact, customise: the four steps of IDIC in the firm's own tables (B-15)."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from crmlib.estimates.estimate import Estimate, estimate_ratio, estimate_share
from crmlib.tables.options import read_date, read_number
from crmlib.tables.take import take_columns

YEAR = pd.Timedelta(days=365)


class Step(NamedTuple):
    """One step of IDIC: its letter and name, the question that it asks of the tables, and the answer."""

    letter: str
    step: str
    question: str
    answer: Estimate


def identify(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> Step:
    """Identify customers: of the year's receipts, how many have a name on them? (B-15)

    receipts: customer_id (missing: bought without a card), purchased_at. Raises TableError for wrong columns,
    ValueError without receipts in the 365 days before as_of.

    >>> receipts = pd.DataFrame({"customer_id": pd.array([7, None], dtype="Int64"),
    ...                          "purchased_at": pd.to_datetime(["2025-02-01", "2025-02-02"])})
    >>> identify(receipts, as_of="2026-01-01").answer.value
    0.5
    """
    rows = _last_year(receipts, "receipts", ["customer_id", "purchased_at"], as_of)
    known = int(rows["customer_id"].notna().sum())
    return Step("I", "identify", "receipts with a customer's number", estimate_share(known, len(rows)))


def differentiate(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, top_share: float = 0.2) -> Step:
    """Differentiate them: how far do customers differ in what they leave us? (B-15)

    Share of the margin that the top_share of the year's customers bring. receipts: customer_id, purchased_at,
    margin_cny. The interval treats customers as drawn anew. Raises as `identify`, and ValueError for
    top_share outside 0 to 1 or a total margin that is not positive.

    >>> receipts = pd.DataFrame({"customer_id": [1, 2, 3, 4, 5], "margin_cny": [60.0, 10.0, 10.0, 10.0, 10.0],
    ...                          "purchased_at": [pd.Timestamp("2025-02-01")] * 5})
    >>> differentiate(receipts, as_of="2026-01-01").answer.value
    0.6
    """
    read_number(top_share, "top_share", "a share from 0.001 to 1, such as 0.2", limits="0.001..1")
    rows = _last_year(receipts, "receipts", ["customer_id", "purchased_at", "margin_cny"], as_of)
    margin = rows.groupby("customer_id")["margin_cny"].sum().sort_values(ascending=False)
    if len(margin) < 2 or margin.sum() <= 0:
        raise ValueError("receipts: expected two customers or more with a margin above 0 in total.")
    mine = margin.where(pd.Series(range(len(margin)), index=margin.index) < round(top_share * len(margin)), 0)
    share = estimate_ratio(mine, margin, unit="%")
    return Step("D", "differentiate", f"margin from the top {100 * top_share:.0f} % of customers", share)


def interact(contacts: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> Step:
    """Interact with them: of the year's customers, how many did we write to at all? (B-15)

    contacts: customer_id, contacted_on (missing: control group, never contacted). receipts: customer_id,
    purchased_at. Raises as `identify`.

    >>> contacts = pd.DataFrame({"customer_id": [1, 2], "contacted_on": [pd.Timestamp("2025-03-01"), pd.NaT]})
    >>> receipts = pd.DataFrame({"customer_id": [1, 2], "purchased_at": [pd.Timestamp("2025-02-01")] * 2})
    >>> interact(contacts, receipts, as_of="2026-01-01").answer.value
    0.5
    """
    end = read_date(as_of, "as_of")
    rows = _last_year(receipts, "receipts", ["customer_id", "purchased_at"], as_of)
    customers = pd.Index(rows["customer_id"].dropna().unique())
    if customers.empty:
        raise ValueError("receipts: no receipt of the year has a customer's number.")
    written = take_columns(contacts, "contacts", ["customer_id", "contacted_on"])
    written = written[written["contacted_on"].between(end - YEAR, end, inclusive="left")]
    reached = int(customers.isin(written["customer_id"].unique()).sum())
    return Step(
        "I", "interact", "customers who got at least one letter", estimate_share(reached, len(customers))
    )


def customise(contacts: pd.DataFrame, campaigns: pd.DataFrame, *, as_of: str | pd.Timestamp) -> Step:
    """Customise: of the year's letters, how many were chosen for the customer, and not drawn by lot? (B-15)

    contacts: campaign_id, customer_id, contacted_on. campaigns: campaign_id, randomised. Raises TableError
    for wrong columns, ValueError without letters in the year or for letters of an unknown campaign.

    >>> contacts = pd.DataFrame({"campaign_id": [1, 5], "customer_id": [7, 7],
    ...                          "contacted_on": pd.to_datetime(["2025-03-01", "2025-09-07"])})
    >>> campaigns = pd.DataFrame({"campaign_id": [1, 5], "randomised": [False, True]})
    >>> customise(contacts, campaigns, as_of="2026-01-01").answer.value
    0.5
    """
    end = read_date(as_of, "as_of")
    letters = take_columns(contacts, "contacts", ["campaign_id", "customer_id", "contacted_on"])
    letters = letters[letters["contacted_on"].between(end - YEAR, end, inclusive="left")]
    if letters.empty:
        raise ValueError(f"contacts: no letters in the year before {end.date()}.")
    plans = take_columns(campaigns, "campaigns", ["campaign_id", "randomised"], unique=["campaign_id"])
    by_lot = letters["campaign_id"].map(plans.set_index("campaign_id")["randomised"])
    if by_lot.isna().any():
        raise ValueError("contacts.campaign_id: letters of a campaign that campaigns does not list.")
    chosen = int((~by_lot.astype(bool)).sum())
    return Step("C", "customise", "letters chosen for the customer", estimate_share(chosen, len(letters)))


def list_steps(steps: list[Step]) -> pd.DataFrame:
    """The four steps side by side: letter, step, question, share, low, high, n.

    >>> list_steps([Step("I", "identify", "receipts with a number", estimate_share(1, 2))])["share"].tolist()
    [0.5]
    """
    rows = [
        (one.letter, one.step, one.question, one.answer.value, one.answer.low, one.answer.high, one.answer.n)
        for one in steps
    ]
    return pd.DataFrame(rows, columns=["letter", "step", "question", "share", "low", "high", "n"])


def _last_year(
    frame: pd.DataFrame, table: str, columns: list[str], as_of: str | pd.Timestamp
) -> pd.DataFrame:
    end = read_date(as_of, "as_of")
    rows = take_columns(frame, table, columns)
    rows = rows[rows["purchased_at"].between(end - YEAR, end, inclusive="left")]
    if rows.empty:
        raise ValueError(f"{table}: none in the year before {end.date()}.")
    return rows
