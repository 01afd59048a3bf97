"""Which large customers have fallen silent, and what became of those like them."""

from __future__ import annotations

import pandas as pd

from crmlib.churn.definitions import mark_churned
from crmlib.customers.spending import sum_spending
from crmlib.estimates.estimate import estimate_share
from crmlib.publishing.report.part import Part, Said, Shop, in_chinese, tells

OWN_GAPS, HALF_YEAR, SHOWN = 3, 182, 20


@tells(
    "leaving",
    title=Said("Who is about to leave", "谁可能流失"),
    question=Said("Which large customers have fallen silent?", "哪些大客户沉默了？"),
    assumption=Said(
        f"Large: the largest fifth of the last 365 days. Silent: more than {OWN_GAPS} times the "
        "customer's own mean gap. Whom a letter would move, only a trial can tell.",
        f"大客户：最近365天销售额最高的五分之一。沉默：超过本人平均购买间隔的{OWN_GAPS}倍。"
        "联系是否有效，只有试验才能说明。",
    ),
    chapter="05_churn_and_recovery",
)
def tell_leaving(part: Part, shop: Shop) -> None:
    """Customers of the largest fifth who have been silent for three of their own usual gaps."""
    day = shop.as_of - pd.Timedelta(days=HALF_YEAR)
    before = _find_silent(shop.before(day), day)
    gone = ~before.index.isin(shop.after(day)["customer_id"])
    if len(before):
        share = estimate_share(int(gone.sum()), len(gone))
        part.say(
            f"Of those whom the same rule named a half-year ago, {share} have bought nothing since.",
            f"半年前按同一规则列出的顾客中，此后没有购买的占{in_chinese(share)}。",
        )
    silent = _find_silent(shop.receipts, shop.as_of)
    part.say(
        f"Today the rule names {len(silent)} customers; the {min(SHOWN, len(silent))} largest are listed.",
        f"目前按规则列出{len(silent)}位顾客，下表为其中最大的{min(SHOWN, len(silent))}位。",
    )
    part.table = silent.nlargest(SHOWN, "spending_cny").reset_index()


def _find_silent(receipts: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Large customers who are silent on a day: index customer_id; spending, silence and usual gap."""
    spending = sum_spending(receipts, as_of=day)
    large = spending[spending >= spending.quantile(0.8)]
    known = receipts.dropna(subset=["customer_id"])
    marked = mark_churned(known, as_of=day, own_gaps=OWN_GAPS).set_index("customer_id")
    found = marked.loc[marked["churned"] & marked.index.isin(large.index), ["silence_days", "mean_gap_days"]]
    found = found.assign(mean_gap_days=found["mean_gap_days"].astype("Float64").round(0))
    return found.assign(spending_cny=large.reindex(found.index).round(0))
