"""The tables of the two firms: who bought what, said what and was told what.

loaders    What do the firms know? One function a table, `load_firm` for all of them; `load_truth` for what no
           real firm can see. With a seed, the same of a firm of one's own.
storage    Where do the files lie, and how does a firm of one's own seed get there?
own        Which tables has a firm that was imported, and what if one is missing?

Extras: `Firm`, and `load_table` for a table whose name is in a variable.
"""

from crmlib.datasets.loaders import (
    Firm,
    load_accounts,
    load_campaigns,
    load_competitor_bids,
    load_complaints,
    load_contacts,
    load_contracts,
    load_exits,
    load_firm,
    load_leads,
    load_market_prices,
    load_marketing_costs,
    load_members,
    load_orders,
    load_panel,
    load_points,
    load_products,
    load_queues,
    load_receipt_lines,
    load_receipts,
    load_returns,
    load_store_trials,
    load_stores,
    load_surveys,
    load_table,
    load_truth,
    load_visits,
    load_wallets,
)

__all__ = [
    "load_firm",
    "Firm",
    "load_truth",
    "load_table",
    "load_stores",
    "load_products",
    "load_members",
    "load_receipts",
    "load_receipt_lines",
    "load_returns",
    "load_points",
    "load_surveys",
    "load_complaints",
    "load_campaigns",
    "load_contacts",
    "load_store_trials",
    "load_marketing_costs",
    "load_exits",
    "load_queues",
    "load_panel",
    "load_accounts",
    "load_orders",
    "load_visits",
    "load_contracts",
    "load_leads",
    "load_competitor_bids",
    "load_market_prices",
    "load_wallets",
]
