"""Scales of customers: two of the lists of classes that the course has for one base (C-06, C-07, X-21).

The course grades customers by value, by loyalty, by metal and by points, each time with other names and
another number of classes. The first two are computed here, with cut points that are ours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.customers.spending import sum_spending
from crmlib.customers.summary import summarise_purchases
from crmlib.relationship_types.states import assign_states
from crmlib.tables.options import read_number

_VALUE = pd.CategoricalDtype(["VIP", "important", "ordinary"], ordered=True)
_LOYALTY = pd.CategoricalDtype(["loyal", "old", "new"], ordered=True)


def assign_value_classes(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
    vip_share: float = 0.05,
    important_share: float = 0.15,
) -> pd.DataFrame:
    """Who is a VIP, who important, who ordinary: ranked by the margin of a period (C-06).

    purchases: customer_id, purchased_at, margin_cny, receipts or orders. Counted are those who bought in the
    days that end with as_of. The highest vip_share of them are VIP, the next important_share important; equal
    margins are ordered by customer_id. The course gives no cut points: both shares are ours. Index
    customer_id; columns margin_cny, value_class (ordered). Raises TableError for wrong columns, ValueError
    for shares that are not above 0 or leave nobody ordinary, or if nobody bought.

    >>> bought = pd.DataFrame({"customer_id": [1, 2, 3, 4], "margin_cny": [5.0, 90.0, 20.0, 1.0],
    ...                        "purchased_at": pd.to_datetime(["2025-05-01"] * 4)})
    >>> classes = assign_value_classes(bought, as_of="2025-12-31", vip_share=0.25, important_share=0.25)
    >>> classes["value_class"].tolist()
    ['ordinary', 'VIP', 'important', 'ordinary']
    """
    for name, share in (("vip_share", vip_share), ("important_share", important_share)):
        read_number(share, name, "a share above 0 and below 1", limits="0..1")
    if not (vip_share > 0 and important_share > 0 and vip_share + important_share < 1):
        raise ValueError(
            f"vip_share is {vip_share}, important_share {important_share}; expected shares above 0 that "
            "sum to less than 1, such as 0.05 and 0.15."
        )
    spent = sum_spending(purchases, as_of=as_of, days=days, resource="margin_cny")
    margin = spent.rename("margin_cny")
    order = margin.reset_index().sort_values(["margin_cny", "customer_id"], ascending=[False, True])
    rank = pd.Series(np.arange(len(order)), index=order["customer_id"]).reindex(margin.index)
    top, next_top = round(vip_share * len(margin)), round((vip_share + important_share) * len(margin))
    names = np.select([rank < top, rank < next_top], ["VIP", "important"], "ordinary")
    return pd.DataFrame({"margin_cny": margin, "value_class": pd.Categorical(names, dtype=_VALUE)})


def assign_loyalty_classes(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    loyal_from: int = 6,
    new_days: int = 182,
    lost_after_days: int = 365,
) -> pd.Series:
    """Who is new, who an old customer, who loyal (C-07); the potential ones are in the list of leads.

    purchases: as for `assign_states`. Loyal: at least loyal_from purchases; new: fewer, and the first one at
    most new_days ago; old: the others. Who has been silent for more than lost_after_days is left out, since
    this scale has no word for the lost. The thresholds are ours. Index customer_id, ordered words. Errors as
    `assign_states`; ValueError if new_days is below 1. With millions of rows it takes more than in proportion
    (docs/growth.md).

    >>> bought = pd.DataFrame({"customer_id": [1, 2], "amount_cny": [30.0] * 2,
    ...                        "purchased_at": pd.to_datetime(["2025-11-01", "2025-02-01"])})
    >>> assign_loyalty_classes(bought, as_of="2025-12-31").tolist()
    ['new', 'old']
    """
    read_number(new_days, "new_days", "at least 1 day", limits="1..", whole=True)
    found = assign_states(purchases, as_of=as_of, loyal_from=loyal_from, lost_after_days=lost_after_days)
    age = summarise_purchases(purchases, as_of=as_of)["age_days"]
    here = found[found["state"] != "lost"]
    names = np.select(
        [here["state"] == "loyal", age.reindex(here.index) <= new_days], ["loyal", "new"], "old"
    )
    return pd.Series(pd.Categorical(names, dtype=_LOYALTY), index=here.index, name="loyalty_class")
