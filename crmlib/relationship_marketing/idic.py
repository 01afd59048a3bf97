"""Identify, differentiate, interact, customise: how far a firm has come with the verbs of IDIC (B-15)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import Estimate, estimate_ratio, estimate_share
from crmlib.tables.options import read_date, read_number
from crmlib.tables.take import take_columns

YEAR = pd.Timedelta(days=365)


def measure_idic(
    receipts: pd.DataFrame,
    contacts: pd.DataFrame,
    campaigns: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    top_share: float = 0.2,
) -> pd.DataFrame:
    """Who is known, who differs, who was written to, for whom was it made: IDIC in a year's tables (B-15).

    Identify: receipts with a customer's number. Differentiate: part of the margin that the top_share of the
    year's customers bring. Interact: customers who got at least one letter. Customise: letters chosen for the
    customer, and not drawn by lot. receipts: customer_id (missing: bought without a card), purchased_at,
    margin_cny. contacts: campaign_id, customer_id, contacted_on (missing: control group, never contacted).
    campaigns: campaign_id, randomised. Columns: letter, step, question, share, low, high (95 %), n. Raises
    TableError for wrong columns, ValueError for a year without receipts, margin or letters, letters of an
    unknown campaign, or top_share outside 0.001 to 1.

    >>> receipts = pd.DataFrame({"customer_id": pd.array([1, 2, None, None], dtype="Int64"),
    ...     "purchased_at": [pd.Timestamp("2025-02-01")] * 4, "margin_cny": [60.0, 20.0, 10.0, 10.0]})
    >>> contacts = pd.DataFrame({"campaign_id": [7, 8], "customer_id": [1, 1],
    ...                          "contacted_on": pd.to_datetime(["2025-03-01", "2025-09-07"])})
    >>> campaigns = pd.DataFrame({"campaign_id": [7, 8], "randomised": [False, True]})
    >>> measure_idic(receipts, contacts, campaigns, as_of="2026-01-01", top_share=0.5).iloc[:, [0, 1, 3, 6]]
      letter           step  share  n
    0      I       identify   0.50  4
    1      D  differentiate   0.75  2
    2      I       interact   0.50  2
    3      C      customise   0.50  2
    """
    end = read_date(as_of, "as_of")
    read_number(top_share, "top_share", "a share from 0.001 to 1, such as 0.2", limits="0.001..1")
    bought = _take_year(receipts, "receipts", ["customer_id", "purchased_at", "margin_cny"], end)
    letters = _take_year(contacts, "contacts", ["campaign_id", "customer_id", "contacted_on"], end)
    plans = take_columns(campaigns, "campaigns", ["campaign_id", "randomised"], unique=["campaign_id"])
    margins = bought.groupby("customer_id")["margin_cny"].sum()
    if len(margins) < 2 or margins.sum() <= 0:
        raise ValueError("receipts: expected two customers or more with a margin above 0 in total.")
    top = f"margin from the top {100 * top_share:.0f} % of customers"
    written = int(margins.index.isin(letters["customer_id"]).sum())
    steps = [
        ("I", "identify", "receipts with a customer's number", _share(bought["customer_id"].notna())),
        ("D", "differentiate", top, _estimate_top(margins, top_share)),
        ("I", "interact", "customers who got at least one letter", estimate_share(written, len(margins))),
        ("C", "customise", "letters chosen for the customer", _share(~_drawn_by_lot(letters, plans))),
    ]
    rows = [(*words, one.value, one.low, one.high, one.n) for *words, one in steps]
    return pd.DataFrame(rows, columns=["letter", "step", "question", "share", "low", "high", "n"])


def _take_year(frame: pd.DataFrame, table: str, columns: list[str], end: pd.Timestamp) -> pd.DataFrame:
    """The rows of the year before end, by their one column of days."""
    rows = take_columns(frame, table, columns)
    day = next(name for name in columns if name in ("purchased_at", "contacted_on"))
    rows = rows[rows[day].between(end - YEAR, end, inclusive="left")]
    if rows.empty:
        raise ValueError(f"{table}: none in the year before {end.date()}.")
    return rows


def _share(facts: pd.Series) -> Estimate:
    return estimate_share(int(facts.sum()), len(facts))


def _estimate_top(margins: pd.Series, top_share: float) -> Estimate:
    """Part of all margin that the customers with the highest margin bring."""
    ranked = margins.sort_values(ascending=False, kind="stable")
    mine = ranked.where(np.arange(len(ranked)) < round(top_share * len(ranked)), 0.0)
    return estimate_ratio(mine, ranked, unit="%")


def _drawn_by_lot(letters: pd.DataFrame, plans: pd.DataFrame) -> pd.Series:
    by_lot = letters["campaign_id"].map(plans.set_index("campaign_id")["randomised"])
    if by_lot.isna().any():
        raise ValueError("contacts.campaign_id: letters of a campaign that campaigns does not list.")
    return by_lot.astype(bool)
