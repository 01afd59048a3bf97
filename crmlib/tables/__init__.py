"""Names, types, units, keys and checks of every table.

`TABLES` describes each table; `check_<table>()` holds a frame against the description and says, at the first
problem, which rows are wrong, what was expected and how to repair it. `example_rows()` shows what a table
must look like. `read_table_csv()` and the other repairs mend what spreadsheets do to a table; none guesses.
"""

from __future__ import annotations

import pandas as pd

from crmlib.tables.check import check_table, conform
from crmlib.tables.dictionary import DATASETS, TABLES, Column, Table
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.examples import example_rows
from crmlib.tables.firm import check_firm
from crmlib.tables.laws_retail import (
    check_campaigns,
    check_complaints,
    check_contacts,
    check_exits,
    check_marketing_costs,
    check_members,
    check_panel,
    check_points,
    check_products,
    check_queues,
    check_receipt_lines,
    check_receipts,
    check_returns,
    check_store_trials,
    check_stores,
    check_surveys,
)
from crmlib.tables.laws_wholesale import (
    check_accounts,
    check_competitor_bids,
    check_contracts,
    check_leads,
    check_market_prices,
    check_orders,
    check_visits,
    check_wallets,
)
from crmlib.tables.repairs import (
    drop_time_zone,
    parse_dates,
    parse_numbers,
    read_table_csv,
    translate_headers,
)

__all__ = [
    "DATASETS",
    "TABLES",
    "Column",
    "Table",
    "TableError",
    "TableTypeError",
    "check_accounts",
    "check_campaigns",
    "check_competitor_bids",
    "check_complaints",
    "check_contacts",
    "check_contracts",
    "check_exits",
    "check_firm",
    "check_leads",
    "check_market_prices",
    "check_marketing_costs",
    "check_members",
    "check_orders",
    "check_panel",
    "check_points",
    "check_products",
    "check_queues",
    "check_receipt_lines",
    "check_receipts",
    "check_returns",
    "check_store_trials",
    "check_stores",
    "check_surveys",
    "check_truth",
    "check_visits",
    "check_wallets",
    "conform",
    "drop_time_zone",
    "example_rows",
    "parse_dates",
    "parse_numbers",
    "read_table_csv",
    "translate_headers",
]


def check_truth(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Check a table of the truth, such as the members' latent traits.

    Args:
        frame: the table.
        name: its name without "truth.", such as "members".

    Returns:
        A new frame in the described types.

    Raises:
        TableError: the first problem found, or an unknown name.

    >>> check_truth(example_rows("truth.problems"), "problems")["severity"].tolist()
    ['minor', 'minor']
    """
    return check_table(frame, f"truth.{name}")
