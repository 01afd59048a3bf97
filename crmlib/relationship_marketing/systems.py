"""Which class of CRM system a firm is offered: by headcount and reach (B-16, N-08)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import Estimate, draw_weights, estimate_from_draws
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

BORDER = 200  # N-08
SMALL, MIDDLE, ENTERPRISE, SILENT = "small and medium", "mid-range", "enterprise", "not assigned"
FIRMS = describe_result(
    "firms", {"firm": "string", "employees": "integer 1..", "regions": "integer 1..", "is_global": "boolean"}
)


def assign_system_class(
    employees: int, *, regions: int = 1, is_global: bool = False, border: int = BORDER
) -> str:
    """Which class of CRM system the course's rule names for a firm, and where the rule is silent (B-16).

    Global or large: enterprise. From border employees on and in several regions: mid-range. Fewer than
    border: small and medium. The source leaves open what "large" means, and says nothing about a firm of
    border or more people in one region: "not assigned". border: 200 (N-08). Raises ValueError for numbers
    below 1.

    >>> assign_system_class(199), assign_system_class(200, regions=3), assign_system_class(250)
    ('small and medium', 'mid-range', 'not assigned')
    >>> assign_system_class(40, is_global=True)
    'enterprise'
    """
    for name, value in (("employees", employees), ("regions", regions), ("border", border)):
        read_number(value, name, "a whole number of at least 1", limits="1..", whole=True)
    if is_global:
        return ENTERPRISE
    if employees < border:
        return SMALL
    return MIDDLE if regions > 1 else SILENT


def assign_system_classes(firms: pd.DataFrame, *, border: int = BORDER) -> pd.DataFrame:
    """The class of CRM system for each of several firms (B-16).

    firms: firm (name), employees, regions, is_global. Returns the table with the column system. Raises
    TableError for wrong columns or a repeated firm.

    >>> firms = pd.DataFrame({"firm": ["mill", "chain"], "employees": [250, 900], "regions": [1, 8],
    ...                       "is_global": False})
    >>> assign_system_classes(firms)["system"].tolist()
    ['not assigned', 'mid-range']
    """
    rows = take_columns(firms, FIRMS, list(FIRMS.columns), unique=["firm"])
    facts = zip(rows["employees"], rows["regions"], rows["is_global"], strict=True)
    rows["system"] = [
        assign_system_class(int(people), regions=int(places), is_global=bool(world), border=border)
        for people, places, world in facts
    ]
    return rows


def count_accounts_by_class(accounts: pd.DataFrame, *, border: int = BORDER) -> pd.DataFrame:
    """How many of our business customers stand on each side of the border of 200 people (N-08).

    accounts: customer_id, employees. Columns: employees ("fewer than 200", "200 or more"), accounts, share.
    Raises TableError for wrong columns.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502], "employees": [199, 200]})
    >>> count_accounts_by_class(accounts)["accounts"].tolist()
    [1, 1]
    """
    rows = take_columns(accounts, "accounts", ["customer_id", "employees"], unique=["customer_id"])
    below = int((rows["employees"] < border).sum())
    counts = [below, len(rows) - below]
    table = pd.DataFrame({"employees": [f"fewer than {border}", f"{border} or more"], "accounts": counts})
    return table.assign(share=table["accounts"] / len(rows))


def find_size_border(accounts: pd.DataFrame, *, draws: int = 500, seed: int = 1) -> Estimate:
    """From which headcount on a firm handles its customers as key accounts: its own border of size (N-08).

    The headcount h for which "h people or more" agrees best with the segment "key": share of the key
    accounts at or above h less share of the others (Youden's index; of equal ones the smallest).
    accounts: customer_id, employees, segment. Interval: percentile bootstrap over accounts. Raises
    TableError for wrong columns, ValueError without key accounts or without others.

    >>> accounts = pd.DataFrame({"customer_id": range(6), "employees": [5, 8, 12, 60, 90, 40],
    ...     "segment": ["small", "small", "middle", "key", "key", "key"]})
    >>> find_size_border(accounts).value
    40.0
    """
    rows = take_columns(accounts, "accounts", ["customer_id", "employees", "segment"], unique=["customer_id"])
    rows = rows.sort_values("customer_id")  # the same interval in whatever order the rows come
    is_key = (rows["segment"] == "key").to_numpy()
    if is_key.all() or not is_key.any():
        raise ValueError(
            f"accounts: {is_key.sum()} of {len(rows)} rows are key accounts, expected some and others."
        )
    borders = np.unique(rows["employees"])
    above = rows["employees"].to_numpy()[:, None] >= borders

    def best(weights: np.ndarray) -> np.ndarray:
        key, other = weights * is_key, weights * ~is_key
        shares = [group @ above / np.maximum(group.sum(axis=1, keepdims=True), 1) for group in (key, other)]
        return borders[np.argmax(shares[0] - shares[1], axis=1)].astype(float)

    value = float(best(np.ones((1, len(rows))))[0])
    repeated = best(draw_weights(len(rows), draws=draws, seed=seed))
    return estimate_from_draws(value, repeated, n=len(rows), unit="people")
