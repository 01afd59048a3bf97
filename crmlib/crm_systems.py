"""Which class of CRM system a firm is offered: by headcount and reach (B-16, N-08)."""

from __future__ import annotations

import pandas as pd

from crmlib._inputs import take_columns
from crmlib._results import describe_result, read_number

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
